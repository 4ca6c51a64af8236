"""Whose work one looks at: one's own, the whole team's, or that of those whom one replaces (PRACTICE.md 1.13 and 3)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, TextChoices

from inclusiv.core.actors import Actor


class Whose(TextChoices):
    """What the address asks for, `?qui=`."""

    MINE = "moi", "Moi"
    TEAM = "equipe", "Équipe"
    COVERED = "remplacement", "Remplacement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What waits for an actor on a day, narrowed to the work of some people.

    `owners` are keys of users, None among them standing for nobody; without owners, the work is everybody's.
    """

    actor: Actor
    on: date
    owners: frozenset[int | None] | None = None
    whose: Whose = Whose.TEAM

    def holds(self, path: str) -> Q:
        """Return the condition of a row whose owner, at this path of columns, is one of these people."""
        if self.owners is None:
            return Q()
        named = Q(**{f"{path}__in": [owner for owner in self.owners if owner is not None]})
        return named | Q(**{f"{path}__isnull": True}) if None in self.owners else named

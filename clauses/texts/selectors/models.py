"""Which version of a model is used on a day, and the shelf on which the coordination reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from clauses.texts.choices import SLUGS, TextKind
from clauses.texts.models import TextModel
from inclusiv.core.actors import Actor


def models_used(*, department: str, on: date) -> Mapping[TextKind, TextModel]:
    """Return the version of each model that a consultation of this day uses, in one query.

    A consultation older than every version uses the oldest: its page says that the articles are to be checked.
    """
    rows: dict[TextKind, list[TextModel]] = {}
    for row in TextModel.objects.of(department):
        rows.setdefault(TextKind(row.kind), []).append(row)
    return {
        kind: next((row for row in versions if row.valid_from <= on), versions[-1])
        for kind, versions in rows.items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The versions of one model, newest first, and the one in use on the day."""

    kind: TextKind
    slug: str
    versions: list[TextModel]
    used: TextModel

    @property
    def latest(self) -> TextModel:
        """The newest version, which may take effect later."""
        return self.versions[0]

    @property
    def number(self) -> int:
        """The greatest number given to a version so far."""
        return max(row.version for row in self.versions)

    @property
    def coming(self) -> TextModel | None:
        """The version that will take effect."""
        return None if self.latest == self.used else self.latest


def shelves(actor: Actor, *, on: date) -> list[Shelf]:
    """Return the four models as the coordination reads them."""
    rows: dict[str, list[TextModel]] = {}
    for row in TextModel.objects.visible_to(actor).of(actor.department):
        rows.setdefault(row.kind, []).append(row)
    return [
        Shelf(
            kind=kind,
            slug=slug,
            versions=versions,
            used=next((row for row in versions if row.valid_from <= on), versions[-1]),
        )
        for slug, kind in SLUGS.items()
        if (versions := rows.get(kind))
    ]

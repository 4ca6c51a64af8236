"""State changes: a table that draws the buttons and the tests, and one UPDATE that loses politely."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from django.db import models

from inclusiv.core.actors import Actor
from inclusiv.core.refusals import Refused

Action = TypeVar("Action", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Transition:
    """From any of `sources` to `target`, for who holds `permission`; `label` is the button's word."""

    sources: frozenset[StrEnum]
    target: StrEnum
    permission: StrEnum
    label: str


def open_to(table: Mapping[Action, Transition], *, status: str, actor: Actor) -> list[Action]:
    """Return the actions that this actor may start from this state, in the order of the table."""
    return [
        action
        for action, transition in table.items()
        if status in transition.sources and actor.may(transition.permission)
    ]


def move(record: models.Model, transition: Transition, *, by: Actor, at: datetime, **stamps: Any) -> None:
    """Change `record.status` in one UPDATE that fails if someone else got there first.

    Raises Refused `not_permitted` or `stale_state`. `stamps` are columns written with the state; the record holds them
    afterwards, and keeps the related rows that it had read.
    """
    if not by.may(transition.permission):
        raise Refused("not_permitted", "Votre rôle ne permet pas cette action.")
    written = {"status": transition.target.value, "updated_at": at, **stamps}
    changed = type(record)._base_manager.filter(pk=record.pk, status__in=transition.sources).update(**written)
    if not changed:
        raise Refused(
            "stale_state",
            "Cette fiche a changé d’état entre-temps : rechargez la page pour voir où elle en est.",
        )
    for name, value in written.items():
        setattr(record, name, value)

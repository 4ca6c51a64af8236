"""« Noter un échange »: what was said outside the platform (PRACTICE.md 1.6)."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from inclusiv.core.actors import Actor
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.choices import ExchangeKind, Permission
from inclusiv.records.models import Exchange


@transaction.atomic
def note(
    *,
    kind: ExchangeKind,
    happened_on: date,
    text: str,
    next_on: date | None,
    subjects: Iterable[str],
    by: Actor,
    at: datetime,
) -> Exchange:
    """Keep an exchange about one or several records, by their references (« tender:12 »).

    Raises Refused on a future day or an early next date.
    """
    if by.membership_id is None or not by.may(Permission.NOTE_EXCHANGE):
        raise Refused("not_permitted", "Votre rôle ne permet pas de noter un échange.")
    if happened_on > paris_day(at):
        raise Refused(
            "exchange_in_future", "La date de l’échange ne peut pas être dans le futur.", field="happened_on"
        )
    if next_on and next_on < happened_on:
        raise Refused("next_before", "La date de reprise suit la date de l’échange.", field="next_on")
    return Exchange.objects.create(
        kind=kind,
        happened_on=happened_on,
        text=text.strip(),
        next_on=next_on,
        subjects=list(subjects),
        membership_id=by.membership_id,
        author=by.name,
        organisation_id=by.organisation_id,
        noted_at=at,
    )


@transaction.atomic
def resume(*, exchange: Exchange, at: datetime) -> None:
    """Mark the next date of an exchange as dealt with."""
    Exchange.objects.filter(pk=exchange.pk, resumed_at=None).update(resumed_at=at)

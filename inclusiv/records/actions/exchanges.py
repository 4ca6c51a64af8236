"""« Noter un échange »: what was said outside the platform (PRACTICE.md 1.6)."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from inclusiv.core.actors import Actor
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.choices import ExchangeKind, Permission
from inclusiv.records.models import Exchange

NOT_PERMITTED = "Votre rôle ne permet pas de noter un échange."


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

    It takes up again those noted in the same role whose next date had come on its day. Raises Refused on a future
    day or an early next date.
    """
    if by.membership_id is None or not by.may(Permission.NOTE_EXCHANGE):
        raise Refused("not_permitted", NOT_PERMITTED)
    if happened_on > paris_day(at):
        raise Refused(
            "exchange_in_future", "La date de l’échange ne peut pas être dans le futur.", field="happened_on"
        )
    if next_on and next_on < happened_on:
        raise Refused("next_before", "La date de reprise suit la date de l’échange.", field="next_on")
    noted = Exchange.objects.create(
        kind=kind,
        happened_on=happened_on,
        text=text.strip(),
        next_on=next_on,
        subjects=list(subjects),
        membership_id=by.membership_id,
        author=by.name,
        organisation_id=by.organisation_id,
        role=by.role,
        noted_at=at,
    )
    Exchange.objects.taken_up_by(noted).update(resumed_at=at)
    return noted


@transaction.atomic
def resume(*, exchange: Exchange, by: Actor, at: datetime) -> None:
    """Mark the next date of an exchange of one's own organisation as dealt with; once is enough.

    Raises Refused when there is nothing to take up again.
    """
    if by.membership_id is None or not by.may(Permission.NOTE_EXCHANGE):
        raise Refused("not_permitted", NOT_PERMITTED)
    if exchange.next_on is None:
        raise Refused("nothing_to_resume", "Cet échange n’a pas de date de reprise.")
    Exchange.objects.visible_to(by).filter(pk=exchange.pk, resumed_at=None).update(resumed_at=at)

"""What a buyer answers when it is asked who holds its lots: contractors, then notification, and whom to call there."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from clauses.obligations.actions import obligations
from clauses.procurement.actions import awards, inquiries, rows
from clauses.procurement.choices import Permission
from clauses.procurement.models import Award, Lot, Tender
from clauses.procurement.rules.inquiries import check_later
from clauses.procurement.selectors.inquiries import missing_of
from inclusiv.accounts.actions import contacts
from inclusiv.accounts.actions.contacts import Card
from inclusiv.accounts.actions.organisations import Told
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import links
from inclusiv.records.models import SignedLink

ALONE = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class LotAnswer:
    """What is told of a lot: its contractor since a day, for an amount in € HT, and whom to call on its site; each may be missing."""

    lot: Lot
    contractor: Organisation | Told | None = None
    awarded_on: date | None = None
    amount: Decimal | None = None
    contact: Card | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notified:
    """The day of the notification and the days of the execution, both inclusive."""

    notified_on: date
    starts_on: date
    ends_on: date


@transaction.atomic
def answer(
    *,
    tender: Tender,
    lots: Sequence[LotAnswer],
    notified: Notified | None = None,
    later_on: date | None = None,
    link: SignedLink | None = None,
    by: Actor,
    at: datetime,
) -> Tender:
    """Write all that is told, or nothing; a part may come now and the rest by the same link.

    `later_on` is the day before which the buyer is not asked again. The link serves no more once the tender is
    notified. Raises Refused as the award and the notification do, on the field of the lot concerned.
    """
    current = rows.open_tender(tender, by=by, permission=Permission.AWARD_LOT)
    if link is not None:
        links.check(link, at=at)
    if not missing_of(current).notification:
        raise Refused(
            "nothing_to_tell", "Il n’y a rien à indiquer : le marché est notifié, arrêté ou sans clause."
        )
    if later_on is not None:
        check_later(later_on, today=paris_day(at))
    for told in lots:
        with blaming(told.lot):
            give(told, by=by, at=at)
    # Companies in the same order for everybody: two answers about the same ones would otherwise wait for one another.
    for card, lot, lead in sorted(leads_told(lots), key=lambda one: one[2].pk):
        with blaming(lot):
            contacts.told(organisation=lead, card=card, by=by, at=at)
    if notified is not None:
        obligations.notify(
            tender=current,
            notified_on=notified.notified_on,
            starts_on=notified.starts_on,
            ends_on=notified.ends_on,
            by=by,
            at=at,
        )
    current.refresh_from_db()
    inquiries.note_answer(current, later_on=None if current.is_bound else later_on, by=by, at=at)
    if current.is_bound:
        if link is not None:
            links.use(link, at=at)
        links.revoke(purpose=inquiries.PURPOSE, subject=f"tender:{current.pk}", at=at)
    return current


@contextmanager
def blaming(lot: Lot) -> Iterator[None]:
    """Say a refusal on the field of the lot that it is about."""
    try:
        yield
    except Refused as refusal:
        field = f"{refusal.field or 'siret'}_{lot.pk}"
        raise Refused(refusal.code, refusal.message, field=field) from refusal


def give(told: LotAnswer, *, by: Actor, at: datetime) -> None:
    """Award the lot when its contractor is told."""
    if told.contractor is not None and told.awarded_on is not None:
        awards.award(
            lot=told.lot,
            contractors=[(told.contractor, ALONE)],
            amount=told.amount,
            awarded_on=told.awarded_on,
            by=by,
            at=at,
        )


def leads_told(lots: Sequence[LotAnswer]) -> Iterator[tuple[Card, Lot, Organisation]]:
    """Yield whom to call, lot by lot, with the company that holds it."""
    for told in lots:
        if told.contact is None:
            continue
        award = Award.objects.filter(lot=told.lot).prefetch_related("members__organisation").first()
        if award is None:
            with blaming(told.lot):
                raise Refused("no_contractor", "Indiquez l’entreprise de cette personne.", field="siret")
        yield told.contact, told.lot, award.lead

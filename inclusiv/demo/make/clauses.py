"""Tenders, lots, clauses, awards and what they oblige to, through the real actions."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from clauses.obligations.actions import clauses, obligations
from clauses.obligations.selectors.sizing import sizing_ground
from clauses.procurement.actions import awards, lots, tenders
from clauses.procurement.choices import GroupType, Sector, TenderAction, TenderNature
from clauses.procurement.models import Award, Lot, Tender
from inclusiv.accounts.models import Membership, Organisation, User
from inclusiv.core.actors import Actor, Role
from inclusiv.core.periods import PARIS
from inclusiv.reference.models import Commune


def noon(day: date) -> datetime:
    """Return noon of a day in Paris."""
    return datetime.combine(day, time(12), PARIS)


def acting_for(organisation: Organisation, role: Role) -> Actor:
    """Return somebody who works in this capacity of the organisation, or the system in their place."""
    memberships = Membership.objects.filter(capacity__organisation=organisation, capacity__role=role)
    if membership := memberships.with_actor().order_by("pk").first():
        return membership.actor()
    return Actor(
        user_id=None,
        membership_id=None,
        organisation_id=organisation.pk,
        role=role,
        name="Inclusiv",
        organisation=organisation.name,
    )


def tender(
    *,
    buyer: Organisation,
    structure: Organisation,
    reference: str = "2025-001",
    title: str = "Réhabilitation d’une école",
    nature: TenderNature = TenderNature.WORKS,
    place: str = "91228",
    starts_on: date = date(2025, 3, 24),
    ends_on: date = date(2025, 11, 28),
    amount: Decimal = Decimal("2660000.00"),
    facilitator: User | None = None,
) -> Tender:
    """Make a tender whose consultation is published, without lots."""
    launched_on = starts_on - timedelta(days=70)
    by = acting_for(buyer, Role.BUYER)
    made = tenders.register(
        buyer=buyer,
        structure=structure,
        reference=reference,
        title=title,
        nature=nature,
        facilitator=facilitator,
        place=Commune.objects.get(pk=place),
        estimated_amount=amount,
        consultation_launched_on=launched_on,
        starts_on=starts_on,
        ends_on=ends_on,
        by=by,
        at=noon(launched_on),
    )
    return tenders.move(tender=made, action=TenderAction.PUBLISH, by=by, at=noon(launched_on))


def lot(
    tender: Tender,
    *,
    number: int = 1,
    title: str = "Gros œuvre",
    sector: Sector = Sector.STRUCTURAL,
    amount: Decimal = Decimal("1800000.00"),
    hours: Decimal = Decimal("1890.00"),
) -> Lot:
    """Make a lot with its social clause; the tender's estimate grows when its lots need it."""
    by, at = acting_for(tender.buyer, Role.BUYER), tender.created_at
    needed = tenders.lots_amount(tender) + amount
    if needed > (tender.estimated_amount or 0):
        tenders.change(tender=tender, estimated_amount=needed, by=by, at=at)
    made = lots.add(
        tender=tender, number=number, title=title, sector=sector, estimated_amount=amount, by=by, at=at
    )
    ground = sizing_ground(made, on=at.date())
    clauses.put(lot=made, inputs=replace(ground.inputs, amount=amount), quantity=hours, by=by, at=at)
    made.refresh_from_db()
    return made


def award(lot: Lot, *contractors: tuple[Organisation, Decimal]) -> Award:
    """Award a lot: the first contractor leads; each comes with its share of the hours, from 0 to 1."""
    awarded_on = lot.tender.starts_on - timedelta(days=28) if lot.tender.starts_on else date(2025, 2, 24)
    return awards.award(
        lot=lot,
        contractors=contractors,
        group_type=GroupType.NONE if len(contractors) == 1 else GroupType.SEVERAL,
        amount=lot.estimated_amount,
        awarded_on=awarded_on,
        by=acting_for(lot.tender.buyer, Role.BUYER),
        at=noon(awarded_on),
    )


def notify(tender: Tender, *, notified_on: date) -> None:
    """Notify a tender whose lots are awarded: every clause becomes an obligation, version 1; execution starts."""
    by = acting_for(tender.buyer, Role.BUYER)
    tender.refresh_from_db()
    starts_on = tender.starts_on or notified_on
    obligations.notify(
        tender=tender,
        notified_on=notified_on,
        starts_on=starts_on,
        ends_on=tender.ends_on or starts_on + timedelta(days=249),
        by=by,
        at=noon(notified_on),
    )
    if starts_on > notified_on:
        tenders.move(tender=tender, action=TenderAction.START, by=by, at=noon(starts_on))
    tender.refresh_from_db()

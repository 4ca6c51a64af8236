"""Tenders, lots, clauses, awards and what they oblige to."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from clauses.obligations.choices import ClauseStatus, VersionCause
from clauses.obligations.models import Obligation, ObligationVersion, SocialClause
from clauses.procurement.choices import GroupRole, GroupType, Sector, TenderNature, TenderStatus
from clauses.procurement.models import Award, GroupMember, Lot, Tender
from inclusiv.accounts.models import Organisation
from inclusiv.core.periods import PARIS


def noon(day: date) -> datetime:
    """Return noon of a day in Paris."""
    return datetime.combine(day, time(12), PARIS)


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
) -> Tender:
    """Make a tender whose consultation is published, without lots."""
    launched_on = starts_on - timedelta(days=70)
    return Tender.objects.create(
        buyer=buyer,
        structure=structure,
        department="91",
        reference=reference,
        title=title,
        nature=nature,
        place_id=place,
        estimated_amount=amount,
        consultation_launched_on=launched_on,
        starts_on=starts_on,
        ends_on=ends_on,
        status=TenderStatus.PUBLISHED,
        created_at=noon(launched_on),
        updated_at=noon(launched_on),
    )


def lot(
    tender: Tender,
    *,
    number: int = 1,
    title: str = "Gros œuvre",
    sector: Sector = Sector.STRUCTURAL,
    amount: Decimal = Decimal("1800000.00"),
    hours: Decimal = Decimal("1890.00"),
) -> Lot:
    """Make a lot with its social clause."""
    made = Lot.objects.create(
        tender=tender, number=number, title=title, sector=sector, estimated_amount=amount
    )
    SocialClause.objects.create(
        lot=made, quantity=hours, priority_publics=["RSA"], updated_at=tender.created_at
    )
    return made


def award(lot: Lot, *contractors: tuple[Organisation, Decimal]) -> Award:
    """Award a lot: the first contractor leads; each comes with its share of the hours, from 0 to 1."""
    made = Award.objects.create(
        lot=lot,
        group_type=GroupType.NONE if len(contractors) == 1 else GroupType.SEVERAL,
        amount=lot.estimated_amount,
        awarded_on=lot.tender.starts_on - timedelta(days=28) if lot.tender.starts_on else date(2025, 2, 24),
    )
    for rank, (contractor, share) in enumerate(contractors):
        GroupMember.objects.create(
            award=made,
            organisation=contractor,
            role=GroupRole.LEAD if rank == 0 else GroupRole.MEMBER,
            hours_share=share,
        )
    return made


def notify(tender: Tender, *, notified_on: date) -> None:
    """Notify a tender whose lots are awarded: every clause becomes an obligation, version 1; execution starts."""
    Tender.objects.filter(pk=tender.pk).update(notified_on=notified_on, status=TenderStatus.IN_PROGRESS)
    tender.refresh_from_db()
    for clause in SocialClause.objects.filter(lot__tender=tender):
        clause.status = ClauseStatus.BINDING
        clause.save(update_fields=["status"])
        obligation = Obligation.objects.create(lot_id=clause.lot_id, quantity=clause.quantity)
        ObligationVersion.objects.create(
            obligation=obligation,
            number=1,
            quantity=clause.quantity,
            effective_on=notified_on,
            recorded_at=noon(notified_on),
            cause=VersionCause.NOTIFICATION,
        )

"""« Copier pour un nouveau marché »: what was bought last year, its lots, their clauses and tranches, in a new tender."""

from datetime import date, datetime

from dateutil.relativedelta import relativedelta
from django.db import transaction

from clauses.obligations.actions import clauses
from clauses.obligations.choices import ClauseType, Public, Unit
from clauses.obligations.models import SocialClause
from clauses.obligations.rules.sizing import SizingInputs
from clauses.obligations.selectors.contract import first_period
from clauses.obligations.selectors.terms import terms_of
from clauses.procurement.actions import ccag, life, lots, registering, rows, tenders
from clauses.procurement.choices import (
    Ccag,
    InsertionPolicy,
    Permission,
    Sector,
    TenderAction,
    TenderForm,
    TenderNature,
)
from clauses.procurement.models import Lot, Tender
from inclusiv.accounts.selectors import structure_of_commune
from inclusiv.core.actors import Actor
from inclusiv.core.periods import paris_day
from inclusiv.core.quantities import ZERO
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit

MOST_YEARS = 20
"""The furthest that dates are moved."""


@transaction.atomic
def copy(*, tender: Tender, reference: str = "", years: int | None, by: Actor, at: datetime) -> Tender:
    """Register a new tender from another: identification, lots, tranches, and clauses with their terms and calculations.

    The dates, those of the first period, are moved by whole `years`, or left empty with None. The structure is that which follows the place today.
    Raises Refused when its author would not see the copy.
    """
    source = rows.open_tender(tender, by=by, permission=Permission.REGISTER_TENDER)
    if years is not None and not 1 <= years <= MOST_YEARS:
        raise Refused("years_out_of_range", f"Décalez les dates de 1 à {MOST_YEARS} ans.", field="years")
    seat = source.place or source.buyer.commune
    follows = structure_of_commune(insee=seat.pk, on=paris_day(at)) if seat else None
    starts_on, ends_on = first_period(source)
    made = registering.start(
        buyer=source.buyer,
        structure=follows or source.structure,
        reference=reference,
        title=source.title,
        nature=TenderNature(source.nature),
        place=source.place,
        form=TenderForm(source.form),
        is_defence=source.is_defence,
        insertion_policy=InsertionPolicy(source.insertion_policy),
        renewals_max=source.renewals_max,
        cpv=source.cpv,
        procedure=source.procedure,
        estimated_amount=source.estimated_amount,
        consultation_launched_on=moved(source.consultation_launched_on, years),
        offers_due_on=moved(source.offers_due_on, years),
        starts_on=moved(starts_on, years),
        ends_on=moved(ends_on, years),
        by=by,
        at=at,
    )
    audit.record(
        code="tender.copied",
        subjects=[made],
        by=rows.for_buyer(by, made.buyer),
        at=at,
        reference=source.reference,
    )
    if source.ccag:
        ccag.choose(tender=made, ccag=Ccag(source.ccag), by=by, at=at)
    copied = [copy_lot(lot, made, years=years, by=by, at=at) for lot in source.lots.order_by("number")]
    if copied:
        made.refresh_from_db()
        made = tenders.move(tender=made, action=TenderAction.SIZE, by=by, at=at)
    return made


def moved(day: date | None, years: int | None) -> date | None:
    """Return a day so many years later, 29 February becoming the 28th; None when one of them is."""
    return day + relativedelta(years=years) if day and years else None


def copy_lot(lot: Lot, into: Tender, *, years: int | None, by: Actor, at: datetime) -> Lot:
    """Copy a lot, the clause that it carries and its optional tranches, none of them affirmed."""
    made = lots.add(
        tender=into,
        number=lot.number,
        title=lot.title,
        sector=Sector(lot.sector),
        cpv=lot.cpv,
        estimated_amount=lot.estimated_amount,
        by=by,
        at=at,
    )
    if clause := SocialClause.objects.filter(lot=lot).select_related("sizing").first():
        copy_clause(clause, made, by=by, at=at)
        for tranche in lot.tranches.order_by("number"):
            life.add_tranche(
                lot=made,
                number=tranche.number,
                hours=tranche.hours,
                amount=tranche.amount,
                deadline_on=moved(tranche.deadline_on, years),
                by=by,
                at=at,
            )
    return made


def copy_clause(clause: SocialClause, lot: Lot, *, by: Actor, at: datetime) -> SocialClause:
    """Write the same clause on another lot: its hours, its calculation, its terms."""
    sizing = clause.sizing
    added_late = clause.clause_type == ClauseType.ADDED_BY_AMENDMENT
    return clauses.put(
        lot=lot,
        inputs=SizingInputs(
            amount=sizing.amount or ZERO,
            labour_share=sizing.labour_share,
            effort_rate=sizing.effort_rate,
            hourly_cost=sizing.hourly_cost,
            rounding_step=sizing.rounding_step,
            staff_total=sizing.staff_total,
            staff_taken_over=sizing.staff_taken_over,
        )
        if sizing
        else None,
        unit=Unit(clause.unit),
        quantity=clause.quantity,
        clause_type=ClauseType.EXECUTION if added_late else ClauseType(clause.clause_type),
        priority_publics=[Public(public) for public in clause.priority_publics],
        strict_prior_validation=clause.strict_prior_validation,
        count_training=clause.count_training,
        terms=terms_of(clause),
        by=by,
        at=at,
    )

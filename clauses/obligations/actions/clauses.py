"""Write and remove the clause of a lot: the calculation is kept whole, the contractual number wins."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from clauses.obligations.choices import ClauseStatus, ClauseType, Permission, Public, Unit
from clauses.obligations.models import Sizing, SocialClause
from clauses.obligations.rules import kinds
from clauses.obligations.rules import sizing as rules
from clauses.obligations.rules.sizing import SizingInputs, SizingResult
from clauses.obligations.rules.terms import NAMES, Terms, check_terms
from clauses.obligations.rules.units import actions_owed
from clauses.obligations.selectors.sizing import sizing_ground
from clauses.obligations.selectors.terms import OTHER_DOCUMENTS, terms_in_force
from clauses.procurement.actions import awards, decisions, lots, rows
from clauses.procurement.choices import TenderNature
from clauses.procurement.models import Lot, NoClauseDecision, Tender
from inclusiv.core.actors import Actor
from inclusiv.core.french import number
from inclusiv.core.periods import paris_day
from inclusiv.core.quantities import ZERO, cents
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit


@transaction.atomic
def put(
    *,
    lot: Lot,
    inputs: SizingInputs | None = None,
    quantity: Decimal | None = None,
    clause_type: ClauseType = ClauseType.EXECUTION,
    priority_publics: Iterable[Public] = (Public.RSA,),
    strict_prior_validation: bool = False,
    count_training: bool = True,
    terms: Terms | None = None,
    unit: Unit = Unit.HOURS,
    seen: int | None = None,
    by: Actor,
    at: datetime,
) -> SocialClause:
    """Compute the hours of a lot, keep the calculation, and write its clause; without `inputs`, from those in force.

    A clause that counts something else is not computed: `quantity` says how many, or the terms how many a year.

    `quantity` is the number of the contract, which wins over the computed one (DOMAIN.md 3.1); without it they are
    the same. Without `terms`, a new clause takes those in force and a clause already written keeps its own. `seen` is
    the number of calculations that the author read, so that nobody's is lost. The first clause of a tender takes back the
    decision to do without; a criterion alone does not, since it is no condition of execution.
    """
    current = open_lot(lot, by=by)
    check_seen(current, seen)
    check_kind(clause_type, current.tender, unit=unit)
    written = columns_of(current, terms, unit=unit, at=at)
    sizing = None
    if unit is Unit.HOURS:
        sizing = computed(current, inputs, by=by, at=at)
        quantity = sizing.hours if quantity is None else quantity
    elif unit is Unit.ACTIONS and terms:
        quantity = foreseen_actions(current.tender, terms)
    hours = cents(quantity or ZERO)
    rules.check_quantity(hours, unit=unit)
    clause, _ = SocialClause.objects.update_or_create(
        lot=current,
        defaults=written
        | {
            "clause_type": clause_type,
            "unit": unit,
            "quantity": hours,
            "sizing": sizing,
            "priority_publics": list(priority_publics),
            "strict_prior_validation": strict_prior_validation,
            "count_training": count_training,
            "updated_at": at,
        },
    )
    if clause_type != ClauseType.AWARD_CRITERION and is_first(current.tender):
        decisions.want_clause(tender=current.tender, by=by, at=at)
    lots.mark_clause(current, present=True)
    awards.close_award(current.tender, by=by, at=at)
    tell(clause, current, by=by, at=at)
    return clause


def check_kind(clause_type: ClauseType, tender: Tender, *, unit: Unit) -> None:
    """Refuse a type of clause that does not count this unit, or that such a tender cannot carry."""
    kinds.check_unit(clause_type, unit=unit)
    kinds.check_social_economy(
        clause_type,
        nature=TenderNature(tender.nature),
        starts_on=tender.starts_on,
        ends_on=tender.ends_on,
    )


def is_first(tender: Tender) -> bool:
    """Say whether a tender was to do without a clause, and no lot carries any yet."""
    is_decided = NoClauseDecision.objects.filter(tender=tender).exists()
    return is_decided and not tender.lots.filter(has_clause=True).exists()


def computed(lot: Lot, inputs: SizingInputs | None, *, by: Actor, at: datetime) -> Sizing:
    """Compute the hours of a lot and keep the calculation."""
    ground = sizing_ground(lot, on=paris_day(at))
    inputs = inputs or ground.inputs
    rules.check_inputs(inputs)
    result = ground.size(inputs)
    rules.check_result(result)
    return keep(lot, inputs, result, by=by, at=at)


def foreseen_actions(tender: Tender, terms: Terms) -> Decimal:
    """Return the actions of an execution: so many a year, those of one year while its days are not known."""
    per_year = terms.actions_per_year or 0
    if tender.starts_on is None or tender.ends_on is None:
        return Decimal(per_year)
    return actions_owed(per_year, starts_on=tender.starts_on, ends_on=tender.ends_on)


def tell(clause: SocialClause, lot: Lot, *, by: Actor, at: datetime) -> None:
    """Write the event of a clause that was written."""
    author = rows.for_buyer(by, lot.tender.buyer)
    if clause.sizing is None:
        audit.record(
            code="clause.set_other",
            subjects=[lot.tender],
            by=author,
            at=at,
            number=lot.number,
            owed=clause.owed_text,
        )
        return
    audit.record(
        code="clause.set" if clause.quantity == clause.sizing.hours else "clause.adjusted",
        subjects=[lot.tender],
        by=author,
        at=at,
        number=lot.number,
        hours=number(clause.quantity),
        computed=number(clause.sizing.hours),
    )


def columns_of(lot: Lot, terms: Terms | None, *, unit: Unit = Unit.HOURS, at: datetime) -> dict[str, Any]:
    """Return the terms to write in the clause of a lot, by column; nothing when it keeps its own."""
    if terms is None and SocialClause.objects.filter(lot=lot).exists():
        return {}
    taken = terms or terms_in_force(lot, on=paris_day(at))
    if unit is not Unit.HOURS:
        taken = replace(taken, documents=OTHER_DOCUMENTS)
    check_terms(taken, unit=unit)
    found = {name: getattr(taken, name) for name in NAMES}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}


@transaction.atomic
def remove(*, lot: Lot, seen: int | None = None, by: Actor, at: datetime) -> None:
    """Take the clause of a lot away while it is not contractual, with its optional tranches; its calculations stay.

    `seen` is the number of calculations that the author read.
    """
    current = open_lot(lot, by=by)
    check_seen(current, seen)
    removed, _ = SocialClause.objects.filter(lot=current).delete()
    if not removed:
        raise Refused("no_clause", f"Le lot {current.number} n’a pas de clause.")
    current.tranches.all().delete()
    lots.mark_clause(current, present=False)
    author = rows.for_buyer(by, current.tender.buyer)
    audit.record(code="clause.removed", subjects=[current.tender], by=author, at=at, number=current.number)
    awards.close_award(current.tender, by=by, at=at)


def open_lot(lot: Lot, *, by: Actor) -> Lot:
    """Return the lot, locked, provided that its clause is not contractual yet."""
    current = rows.open_lot(lot, by=by, permission=Permission.SET_CLAUSE)
    lots.check_open(current.tender)
    if SocialClause.objects.filter(lot=current, status=ClauseStatus.BINDING).exists():
        raise Refused(
            "clause_binding",
            f"La clause du lot {current.number} est contractuelle depuis la notification : seul un avenant la change.",
        )
    return current


def check_seen(lot: Lot, seen: int | None) -> None:
    """Refuse a clause prepared without having read the latest calculation."""
    if seen is not None and seen != Sizing.objects.filter(lot=lot).count():
        raise Refused(
            "stale_version",
            f"Les heures du lot {lot.number} ont été recalculées entre-temps : rechargez la page pour voir le nouveau"
            " calcul.",
        )


def keep(lot: Lot, inputs: SizingInputs, result: SizingResult, *, by: Actor, at: datetime) -> Sizing:
    """Insert the calculation: every input, the result, who and when; it is never changed."""
    sizing = Sizing(
        lot=lot,
        amount=cents(inputs.amount),
        labour_share=inputs.labour_share,
        effort_rate=inputs.effort_rate,
        hourly_cost=inputs.hourly_cost,
        rounding_step=inputs.rounding_step,
        staff_total=inputs.staff_total,
        staff_taken_over=inputs.staff_taken_over,
        raw_hours=result.raw_hours,
        hours=result.hours,
        warnings=list(result.warnings),
        computed_at=at,
        computed_by=by.name,
    )
    rows.save(sizing)
    return sizing

"""Rows of what is owed: tenders, lots, clauses, awards and obligations."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from json import dumps
from typing import Any

from beneficiaries.hours.rules import chain
from clauses.obligations.choices import ClauseStatus, ClauseType, Public, Unit, VersionCause
from clauses.obligations.models import Obligation, ObligationVersion, Sizing, SocialClause
from clauses.obligations.rules.sizing import SizingInputs, SizingResult, size, whole_months
from clauses.obligations.rules.terms import NAMES, Terms
from clauses.procurement.choices import GroupRole, GroupType
from clauses.procurement.models import Award, GroupMember, Lot, LotParticipant, Tender
from clauses.procurement.rules.tenders import BOUND
from inclusiv.core.french import date_short
from inclusiv.core.periods import month_end
from inclusiv.core.quantities import ZERO
from inclusiv.demo import plan
from inclusiv.demo.make.clauses import noon
from inclusiv.demo.posts import DrawnLot, DrawnTender
from inclusiv.demo.scale.drawing import WITH_CONTRACTOR
from inclusiv.demo.scale.ground import HOME
from inclusiv.demo.scale.hours import write_hours
from inclusiv.demo.scale.people import Worker
from inclusiv.demo.scale.scene import Scene

LAUNCH, AWARD, NOTIFICATION = timedelta(days=70), timedelta(days=28), timedelta(days=14)
"""How long before the start of execution each happens."""

FACTORS = {name: Decimal(str(value)) for name, value, _ in plan.PROFILES}
SHARES = {1: (Decimal(1),), 2: (Decimal("0.6"), Decimal("0.4"))}
SMALLEST = Decimal(35)
"""Hours below which no clause is written."""


def write_tender(scene: Scene, drawn: DrawnTender, workers: Sequence[Worker]) -> None:
    """Write a tender and all that hangs on it; `workers` are the people of the batch."""
    planned = drawn.planned
    buyer = scene.structure.buyers[planned.buyer.name]
    sized = [sized_lot(scene, drawn, lot) for lot in drawn.lots]
    registered_at = noon(min(planned.starts_on - LAUNCH, scene.today))
    is_bound = drawn.status in BOUND
    tender = scene.tables[Tender].add(
        buyer_id=buyer.pk,
        structure_id=scene.structure.organisation.pk,
        facilitator_id=scene.structure.facilitator.user_id if drawn.lots else None,
        department=scene.structure.department,
        reference=planned.reference,
        title=planned.title,
        nature=planned.nature,
        place_id=planned.buyer.commune if scene.structure.department == HOME else None,
        estimated_amount=sum((one.inputs.amount for one in sized), ZERO) or None,
        consultation_launched_on=planned.starts_on - LAUNCH if drawn.lots else None,
        awarded_on=planned.starts_on - AWARD if drawn.status in WITH_CONTRACTOR else None,
        notified_on=planned.starts_on - NOTIFICATION if is_bound else None,
        starts_on=planned.starts_on,
        ends_on=planned.ends_on,
        status=drawn.status,
        created_at=registered_at,
        updated_at=registered_at,
    )
    scene.tell("tender.registered", [f"tender:{tender}"], at=registered_at, by=buyer)
    if is_bound:
        day = planned.starts_on - NOTIFICATION
        scene.tell(
            "tender.notified",
            [f"tender:{tender}"],
            at=noon(day),
            by=buyer,
            notified_on=date_short(day),
        )
    for lot, sizing in zip(drawn.lots, sized, strict=True):
        write_lot(scene, drawn, tender, lot, sizing, workers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sized:
    """The calculation of a lot's hours."""

    inputs: SizingInputs
    result: SizingResult


def sized_lot(scene: Scene, drawn: DrawnTender, lot: DrawnLot) -> Sized:
    """Compute the hours of a lot: the formula, from the amount that makes its profile true of the hours done."""
    ground = scene.values.sizing[lot.planned.sector]
    amount = lot.planned.amount
    if lot.posts:
        hours = max(SMALLEST, lot.done / FACTORS[lot.planned.profile] / elapsed(drawn.planned, lot))
        exact = hours * ground.hourly_cost / (ground.labour_share * ground.effort_rate)
        amount = (exact / 1000).quantize(Decimal(1), ROUND_CEILING) * 1000
    inputs = replace(ground, amount=amount)
    months = whole_months(drawn.planned.starts_on, drawn.planned.ends_on)
    return Sized(
        inputs=inputs, result=size(inputs, limits=scene.values.limits[drawn.planned.nature], months=months)
    )


def elapsed(planned: plan.PlannedTender, lot: DrawnLot) -> Decimal:
    """Return the part of the execution whose months are validated, more than 0 and at most 1."""
    last = min(planned.ends_on, month_end(lot.months[-1]))
    return Decimal((last - planned.starts_on).days + 1) / ((planned.ends_on - planned.starts_on).days + 1)


def write_lot(
    scene: Scene,
    drawn: DrawnTender,
    tender: int,
    lot: DrawnLot,
    sized: Sized,
    workers: Sequence[Worker],
) -> None:
    """Write a lot, its clause and, once awarded, its contractors, what they owe and what was done."""
    key = scene.tables[Lot].add(
        tender_id=tender,
        number=lot.planned.number,
        title=lot.planned.title,
        sector=lot.planned.sector,
        estimated_amount=sized.inputs.amount,
        has_clause=True,
    )
    write_clause(scene, drawn, key, sized)
    if drawn.status in WITH_CONTRACTOR:
        obligation = write_obligation(scene, drawn, key, sized) if drawn.status in BOUND else 0
        award = scene.tables[Award].next
        head = write_hours(scene, tender, lot, award=award, obligation=obligation, workers=workers)
        write_award(scene, drawn, key, lot, sized, head)


def write_clause(scene: Scene, drawn: DrawnTender, lot: int, sized: Sized) -> None:
    """Write the calculation of a lot and its clause."""
    at = noon(min(drawn.planned.starts_on - LAUNCH, scene.today))
    sizing = scene.tables[Sizing].add(
        lot_id=lot,
        amount=sized.inputs.amount,
        labour_share=sized.inputs.labour_share,
        effort_rate=sized.inputs.effort_rate,
        hourly_cost=sized.inputs.hourly_cost,
        rounding_step=sized.inputs.rounding_step,
        raw_hours=sized.result.raw_hours,
        hours=sized.result.hours,
        warnings=list(sized.result.warnings),
        computed_at=at,
        computed_by=scene.structure.facilitator.name,
    )
    scene.tables[SocialClause].add(
        lot_id=lot,
        quantity=sized.result.hours,
        sizing_id=sizing,
        priority_publics=[Public.RSA],
        **columns(scene.values.terms),
        status=ClauseStatus.BINDING if drawn.status in BOUND else ClauseStatus.DRAFT,
        updated_at=at,
    )


def columns(terms: Terms) -> dict[str, Any]:
    """Return the terms of a clause by column."""
    found = {name: getattr(terms, name) for name in NAMES}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}


def write_award(
    scene: Scene, drawn: DrawnTender, lot: int, planned: DrawnLot, sized: Sized, head: chain.Head
) -> None:
    """Write the award of a lot with the head of its ledger, its group, and who else works there."""
    names = planned.planned.contractors
    award = scene.tables[Award].add(
        lot_id=lot,
        group_type=GroupType.NONE if len(names) == 1 else GroupType.SEVERAL,
        amount=sized.inputs.amount,
        awarded_on=drawn.planned.starts_on - AWARD,
        ledger_seq=head.seq,
        ledger_hash=head.hash,
    )
    for rank, (name, share) in enumerate(zip(names, SHARES[len(names)], strict=True)):
        scene.tables[GroupMember].add(
            award_id=award,
            organisation_id=scene.structure.companies[name].pk,
            role=GroupRole.MEMBER if rank else GroupRole.LEAD,
            hours_share=share,
        )
    since: dict[str, date] = {}
    for post in planned.posts:
        since[post.employer] = min(post.hired_on, since.get(post.employer, post.hired_on))
    for name, day in since.items():
        if name not in names:
            scene.tables[LotParticipant].add(
                lot_id=lot, organisation_id=scene.structure.companies[name].pk, starts_on=day
            )


def write_obligation(scene: Scene, drawn: DrawnTender, lot: int, sized: Sized) -> int:
    """Write what is owed since the notification."""
    day = drawn.planned.starts_on - NOTIFICATION
    obligation = scene.tables[Obligation].add(
        lot_id=lot,
        quantity=sized.result.hours,
        starts_on=drawn.planned.starts_on,
        ends_on=drawn.planned.ends_on,
    )
    scene.tables[ObligationVersion].add(
        obligation_id=obligation,
        number=1,
        quantity=sized.result.hours,
        effective_on=day,
        recorded_at=noon(day),
        cause=VersionCause.NOTIFICATION,
        terms=dumps(
            {
                "clause_type": ClauseType.EXECUTION,
                "unit": Unit.HOURS,
                "quantity": str(sized.result.hours),
                "priority_publics": [Public.RSA],
                "strict_prior_validation": False,
                "count_training": True,
                **scene.values.terms.frozen(),
                "sizing": {
                    "amount": str(sized.inputs.amount),
                    "labour_share": str(sized.inputs.labour_share),
                    "effort_rate": str(sized.inputs.effort_rate),
                    "hourly_cost": str(sized.inputs.hourly_cost),
                    "rounding_step": str(sized.inputs.rounding_step),
                    "hours": str(sized.result.hours),
                },
            }
        ),
    )
    return obligation

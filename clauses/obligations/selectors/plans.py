"""The plan of hours of an award: where it stands, its months, its versions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate

from django.db.models import Sum, Window
from django.db.models.functions import RowNumber

from clauses.obligations.choices import PlanState
from clauses.obligations.models import ExpectedCurve, MonthPlan, MonthPlanLine, Obligation, PlanDecision
from clauses.obligations.rules.plans import PlanMonth, months_of, spread
from clauses.procurement.choices import GroupRole
from clauses.procurement.models import Award, Lot
from inclusiv.core.actors import Actor
from inclusiv.core.quantities import ZERO
from inclusiv.records.models import SignedLink

FIRST_MONTH = timedelta(days=31)
"""How long after the first day of the execution a plan that never came is asked of the company itself."""

RECALLED = 20
"""How many of the versions before the last one are read again."""

LINK_PURPOSE = "month-plan"
"""What the link of a welcome mail is for."""


def owed_on_lot(lot: Lot) -> Decimal:
    """Return the hours that a lot owes today, all its obligations together."""
    return Obligation.objects.in_hours().filter(lot=lot).aggregate(total=Sum("quantity"))["total"] or ZERO


def last_welcome(award: Award) -> SignedLink | None:
    """Return the last link to the plan of an award that left in a mail, None when nobody could be written to."""
    return SignedLink.objects.filter(purpose=LINK_PURPOSE, subject=link_subject(award)).order_by("pk").last()


def link_subject(award: Award) -> str:
    """Return what the link of an award's plan is about, as a reference."""
    return f"plan:{award.pk}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """A month with its hours and the running total."""

    month: PlanMonth
    hours: Decimal
    running: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSheet:
    """Where the plan of an award stands: the last version, what was said of it, and whether it is what is expected."""

    award: Award
    owed: Decimal
    months: tuple[PlanMonth, ...]
    plan: MonthPlan | None
    decision: PlanDecision | None
    state: PlanState
    lines: tuple[PlanLine, ...]
    versions: tuple[MonthPlan, ...]
    """Those before it, latest first, `RECALLED` at most."""

    @property
    def earlier(self) -> int:
        """How many versions came before those that are recalled."""
        return self.versions[-1].number - 1 if self.versions else 0

    @property
    def difference(self) -> Decimal:
        """Hours owed beyond those of the plan, negative when fewer are."""
        return self.owed - self.plan.total if self.plan else ZERO

    def proposal(self) -> dict[date, Decimal]:
        """Return what a new version starts from: the last one when its months are still these, else an even pace."""
        told = {line.month.starts_on: line.hours for line in self.lines}
        if told and told.keys() == {month.starts_on for month in self.months} and not self.difference:
            return told
        if self.owed <= 0:
            return {}
        return {
            month.starts_on: hours
            for month, hours in zip(self.months, spread(self.owed, self.months), strict=True)
        }


def plan_sheets(awards: Sequence[Award]) -> list[PlanSheet]:
    """Return where the plans of awards stand, loaded with their lot and tender, in five queries."""
    lots = [award.lot_id for award in awards]
    owed = dict(
        Obligation.objects.in_hours()
        .filter(lot__in=lots)
        .order_by()
        .values("lot")
        .annotate(total=Sum("quantity"))
        .values_list("lot", "total")
    )
    plans: dict[int, list[MonthPlan]] = {}
    rank = Window(RowNumber(), partition_by="award", order_by="-number")
    found = MonthPlan.objects.filter(award__in=awards).alias(rank=rank).filter(rank__lte=RECALLED + 1)
    for plan in found.select_related("decision").order_by("award", "-number"):
        plans.setdefault(plan.award_id, []).append(plan)
    curves = {curve.lot_id: curve for curve in ExpectedCurve.objects.filter(lot__in=lots)}
    lines = lines_of([versions[0].pk for versions in plans.values()])
    return [
        sheet_of(
            award,
            owed=owed.get(award.lot_id, ZERO),
            versions=plans.get(award.pk, []),
            curve=curves.get(award.lot_id),
            lines=lines,
        )
        for award in awards
    ]


def plans_awaited(actor: Actor, *, on: date) -> list[PlanSheet]:
    """Return the plans that the lead of a lot has still to propose, those sent back first.

    One that never came is asked for until the first month of the execution is over; the facilitation then calls.
    """
    held = Award.objects.visible_to(actor).running()
    led = held.filter(members__organisation=actor.organisation_id, members__role=GroupRole.LEAD)
    sheets = plan_sheets(list(led.with_story().order_by("lot__tender__starts_on", "lot__number", "pk")))
    waited = [sheet for sheet in sheets if sheet.owed > 0]
    returned = [sheet for sheet in waited if sheet.state == PlanState.RETURNED]
    return returned + [
        sheet
        for sheet in waited
        if sheet.state == PlanState.MISSING and sheet.months and on <= sheet.months[0].starts_on + FIRST_MONTH
    ]


def lines_of(plans: Collection[int]) -> dict[int, list[MonthPlanLine]]:
    """Return the months of plans, by their key."""
    found: dict[int, list[MonthPlanLine]] = {}
    for line in MonthPlanLine.objects.filter(plan__in=plans).order_by("plan", "starts_on"):
        found.setdefault(line.plan_id, []).append(line)
    return found


def sheet_of(
    award: Award,
    *,
    owed: Decimal,
    versions: list[MonthPlan],
    curve: ExpectedCurve | None,
    lines: dict[int, list[MonthPlanLine]],
) -> PlanSheet:
    """Return the sheet of one award."""
    tender = award.lot.tender
    plan = versions[0] if versions else None
    decision = getattr(plan, "decision", None)
    own = lines.get(plan.pk, []) if plan else []
    running = accumulate(line.hours for line in own)
    return PlanSheet(
        award=award,
        owed=owed,
        months=tuple(months_of(tender.starts_on, tender.ends_on))
        if tender.starts_on and tender.ends_on
        else (),
        plan=plan,
        decision=decision,
        state=state_of(plan, decision, curve, owed=owed, ends_on=tender.ends_on, lines=own),
        lines=tuple(
            PlanLine(
                month=PlanMonth(starts_on=line.starts_on, ends_on=line.ends_on),
                hours=line.hours,
                running=total,
            )
            for line, total in zip(own, running, strict=True)
        ),
        versions=tuple(versions[1:]),
    )


def state_of(
    plan: MonthPlan | None,
    decision: PlanDecision | None,
    curve: ExpectedCurve | None,
    *,
    owed: Decimal,
    ends_on: date | None,
    lines: list[MonthPlanLine],
) -> PlanState:
    """Return where a plan stands: an agreed one is to be done again when the contract changed since."""
    if plan is None:
        return PlanState.MISSING
    if decision is None:
        return PlanState.PROPOSED
    if not decision.is_agreed:
        return PlanState.RETURNED
    followed = curve is not None and curve.plan_id == plan.pk
    too_long = ends_on is not None and any(line.starts_on > ends_on for line in lines)
    if not followed or plan.total != owed or too_long:
        return PlanState.OUTDATED
    return PlanState.AGREED

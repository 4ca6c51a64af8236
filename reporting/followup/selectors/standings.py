"""Where every lot of a list stands, in one query: the rules of `followup.rules`, said in SQL for order and filters.

A test holds the two together. Hours done are sums of ledger entries, hours to check those of submitted statements.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypedDict, cast

from django.db.models import (
    Case,
    Count,
    DateField,
    DecimalField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, Greatest, Least, NullIf, Round, TruncDate

from beneficiaries.hours.choices import StatementStatus
from beneficiaries.hours.models import HourEntry, Statement, StatementLine
from beneficiaries.placements.choices import PlacementStatus
from beneficiaries.placements.models import Placement
from clauses.obligations.models import ExpectedCurve, MonthPlanLine
from clauses.procurement.choices import GroupRole, TenderStatus
from clauses.procurement.models import GroupMember, Lot, Suspension
from clauses.procurement.rules.tenders import BOUND, RUNNING
from inclusiv.accounts.selectors import Presence, presence
from inclusiv.core.actors import Actor
from inclusiv.core.fields import Fold
from inclusiv.core.periods import PARIS, paris_day
from inclusiv.core.quantities import ZERO
from inclusiv.parameters.selectors import in_force
from inclusiv.records.models import AuditEvent, Exchange
from reporting.followup import rules
from reporting.followup.choices import Standing

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class Progress(TypedDict):
    """What `with_standing` adds to a lot; hours owed and expected are None before any obligation."""

    owed: Decimal | None
    done: Decimal
    expected: Decimal | None
    standing: int
    pace: Decimal | None
    pending: Decimal | None
    lead: str | None
    in_post: int | None
    event_at: datetime | None
    exchanged_on: date | None
    sent_at: datetime | None


if TYPE_CHECKING:
    LotRow = WithAnnotations[Lot, Progress]
else:
    LotRow = Lot

OVER = BOUND - RUNNING
"""States of a tender in which no more hours are awaited, whatever its dates."""

HOURS: "DecimalField[Any, Any]" = DecimalField(max_digits=12, decimal_places=2)
EXACT: "DecimalField[Any, Any]" = DecimalField(max_digits=30, decimal_places=16)
"""Hours before they are rounded, once."""

WORST_FIRST = (F("standing").asc(), F("pace").asc(nulls_last=True), "tender__reference", "number")


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """The day on which lists are read, the day up to which hours are judged, and the limits in force."""

    on: date
    judged_on: date
    limits: rules.PaceLimits
    due_day: int
    """Day of the next month by which a statement is due."""
    people_told_from: int
    """People below whom nothing is said but their number (PRACTICE.md 2)."""
    presence: Presence
    """Who follows is there, away or gone."""


def today(on: date) -> Today:
    """Return what a day's standings are judged by, in three queries."""
    values = in_force(on=on)
    due_day = values.integer("STATEMENT_DUE_DAY")
    return Today(
        on=on,
        judged_on=rules.judged_on(on, due_day=due_day, review_days=values.integer("REVIEW_DAYS")),
        due_day=due_day,
        limits=rules.PaceLimits(
            on_time=values.decimal("PACE_ON_TIME"),
            late=values.decimal("PACE_LATE"),
            silent_share=values.decimal("PACE_SILENT_SHARE"),
        ),
        people_told_from=values.integer("BREAKDOWN_MIN_PERSONS"),
        presence=presence(on=on),
    )


class Days(Func):
    """Days from the second date to the first: in PostgreSQL the difference of two dates is an integer."""

    template = "(%(expressions)s)"
    arg_joiner = " - "
    arity = 2
    output_field = IntegerField()


class DayBefore(Func):
    """The day before another: an integer taken off a date leaves a date, where an interval would not."""

    template = "(%(expressions)s - 1)"
    arity = 1
    output_field = DateField()


def with_standing(lots: QuerySet[Lot], *, actor: Actor, day: Today) -> QuerySet[LotRow]:
    """Add to lots what they owe, what is done and where they stand, in the list's own query.

    `lots` are those that the actor may see; exchanges are those of the actor's own organisation.
    """
    judged = as_date(day.judged_on)
    starts, ends = F("tender__starts_on"), F("tender__ends_on")
    rows = (
        lots.select_related(
            "tender__buyer", "tender__facilitator", "tender__structure", "award", "curve__plan"
        )
        .prefetch_related("curve__plan__lines", "curve__lot__tender__suspensions")
        .alias(
            days_left=Days(ends, as_date(day.on)),
            days=Greatest(Days(ends, starts) + 1 - stopped(until=ends, today=day.on), 1),
            elapsed=lived(judged, starts, ends) - stopped(until=judged, today=day.on),
        )
        .annotate(owed=F("sums__owed"), done=F("sums__done"))
        .annotate(expected=Round(_expected(judged), precision=2, output_field=HOURS))
        .annotate(standing=_standing(day), pace=F("done") / NullIf(F("expected"), ZERO))
        .annotate(pending=_pending(), lead=_lead(), in_post=_in_post(day.on), **_news(actor))
    )
    return cast("QuerySet[LotRow]", rows)


def as_date(day: date) -> Cast:
    """Return a day as a constant that PostgreSQL knows to be one."""
    return Cast(Value(day), DateField())


def lived(on: Any, starts: Any, ends: Any) -> Least:
    """Say `Span.lived` in SQL."""
    return Least(Greatest(Days(on, starts) + 1, 0), Days(ends, starts) + 1)


def stopped(*, until: Any, today: date) -> Case:
    """Count the days of suspensions lived at the end of a day; one that is not over lasts until today.

    Nothing is looked for in the lots that were never stopped, by far the most of them.
    """
    first = Greatest(F("starts_on"), OuterRef("tender__starts_on"))
    last = Least(
        Coalesce(DayBefore("resumed_on"), as_date(today)),
        OuterRef("tender__ends_on"),
    )
    limit = OuterRef(until.name) if isinstance(until, F) else until
    days = Greatest(Days(Least(last, limit), first) + 1, 0)
    found = Suspension.objects.filter(tender=OuterRef("tender")).order_by().values("tender")
    return Case(
        When(curve__has_stops=True, then=Subquery(found.annotate(days=Sum(days)).values("days"))),
        default=0,
        output_field=IntegerField(),
    )


def _expected(judged: Any) -> Case:
    """Say `rules.expected` in SQL: the months of an agreed plan, and what it does not know; else a steady pace."""
    line_starts, line_ends = F("starts_on"), F("ends_on")
    months = MonthPlanLine.objects.filter(plan=OuterRef("curve__plan")).order_by().values("plan")
    part = F("hours") * lived(judged, line_starts, line_ends) / (Days(line_ends, line_starts) + 1)
    reached = Subquery(
        months.annotate(reached=Sum(part, output_field=EXACT)).values("reached"), output_field=EXACT
    )
    starts, ends = F("tender__starts_on"), F("tender__ends_on")
    first = Least(Greatest(F("curve__changed_on"), starts), ends)
    added = (F("owed") - F("curve__plan__total")) * lived(judged, first, ends) / (Days(ends, first) + 1)
    return Case(
        When(curve__plan=None, then=F("owed") * F("elapsed") / F("days")),
        When(curve__changed_on=None, then=reached),
        default=reached + added,
        output_field=EXACT,
    )


def _standing(day: Today) -> Case:
    """Say `rules.standing` in SQL; what owes nothing yet, or is suspended, comes before what is over and kept."""
    finished = Q(tender__status__in=OVER) | Q(tender__ends_on__lt=day.on)
    silent = Q(elapsed__lt=day.limits.silent_share * F("days"))
    waits = ~Q(tender__status__in=BOUND) | Q(tender__status=TenderStatus.SUSPENDED) | Q(owed=None)
    return Case(
        When(waits, then=Standing.UPCOMING),
        When(finished & Q(done__lt=F("owed")), then=Standing.TO_DECIDE),
        When(finished, then=Standing.KEPT),
        When(silent | Q(done__gte=day.limits.on_time * F("expected")), then=Standing.ON_TRACK),
        When(done__gte=day.limits.late * F("expected"), then=Standing.CATCH_UP),
        default=Standing.ACTION,
        output_field=IntegerField(),
    )


def _pending() -> Subquery:
    lines = StatementLine.objects.filter(
        statement__award__lot=OuterRef("pk"), statement__status=StatementStatus.SUBMITTED
    )
    summed = lines.order_by().values("statement__award__lot").annotate(total=Sum("hours"))
    return Subquery(summed.values("total"))


def _lead() -> Subquery:
    leads = GroupMember.objects.filter(award__lot=OuterRef("pk"), role=GroupRole.LEAD)
    return Subquery(leads.values("organisation__name")[:1])


def _in_post(on: date) -> Subquery:
    placements = Placement.objects.filter(in_post_on(on), award__lot=OuterRef("pk"))
    counted = placements.order_by().values("award__lot").annotate(people=Count("person", distinct=True))
    return Subquery(counted.values("people"))


def in_post_on(on: date) -> Q:
    """Return the condition of a placement that is at work on the day; without a last day, the planned one counts."""
    at_work = Q(hired_on__lte=on) & ~Q(status=PlacementStatus.CANCELLED)
    unended = Q(ended_on=None) & (Q(planned_end_on=None) | Q(planned_end_on__gte=on))
    return at_work & (unended | Q(ended_on__gte=on))


def _news(actor: Actor) -> dict[str, Subquery]:
    """Find the last event, exchange and statement; apart, so that the database looks only for the rows of a page."""
    named: list[Any] = [Concat(Value("tender:"), Cast(OuterRef("tender_id"), TextField()))]
    events = AuditEvent.objects.filter(subjects__contains=named).order_by("-at")
    exchanges = Exchange.objects.visible_to(actor).filter(subjects__contains=named).order_by("-happened_on")
    sent = Statement.objects.filter(award__lot=OuterRef("pk"), submitted_at__isnull=False)
    return {
        "event_at": Subquery(events.values("at")[:1]),
        "exchanged_on": Subquery(exchanges.values("happened_on")[:1]),
        "sent_at": Subquery(sent.order_by("-submitted_at").values("submitted_at")[:1]),
    }


LAST_NEWS = Greatest(
    TruncDate("event_at", tzinfo=PARIS),
    "exchanged_on",
    TruncDate("sent_at", tzinfo=PARIS),
    output_field=DateField(),
)
"""What orders a list by its last news."""


def last_news_on(row: LotRow) -> date | None:
    """Return the day of the last event, exchange or statement, None when nothing happened yet."""
    days = [paris_day(at) for at in (row.event_at, row.sent_at) if at]
    return max([*days, *([row.exchanged_on] if row.exchanged_on else [])], default=None)


def matching(rows: QuerySet[LotRow], text: str) -> QuerySet[LotRow]:
    """Return the lots whose number, object, title, buyer or contractor contains the text, accents aside."""
    folded = Fold(Value(text))
    contractors = GroupMember.objects.filter(
        award__lot=OuterRef("pk"), organisation__folded_name__contains=folded
    )
    return rows.alias(folded_lot=Fold("title")).filter(
        Q(tender__folded_title__contains=folded)
        | Q(tender__reference__icontains=text)
        | Q(folded_lot__contains=folded)
        | Q(tender__buyer__folded_name__contains=folded)
        | Exists(contractors)
    )


def commitment(row: LotRow, day: Today) -> rules.Commitment | None:
    """Return what a lot owes, None before its notification or without a clause."""
    tender = row.tender
    if row.owed is None or tender.starts_on is None or tender.ends_on is None:
        return None
    curve: ExpectedCurve | None = getattr(row, "curve", None)
    period = rules.Span(starts_on=tender.starts_on, ends_on=tender.ends_on)
    return rules.Commitment(
        owed=row.owed,
        done=row.done,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        stops=stops_of(curve, within=period, today=day.on) if curve else (),
        plan=plan_of(curve) if curve else None,
    )


def stops_of(curve: ExpectedCurve, *, within: rules.Span, today: date) -> tuple[rules.Span, ...]:
    """Return the days of suspensions within an execution; one that is not over lasts until today."""
    found = []
    for one in curve.lot.tender.suspensions.all() if curve.has_stops else ():
        last = one.resumed_on - timedelta(days=1) if one.resumed_on else today
        first, last = max(one.starts_on, within.starts_on), min(last, within.ends_on)
        if first <= last:
            found.append(rules.Span(starts_on=first, ends_on=last))
    return tuple(found)


def plan_of(curve: ExpectedCurve) -> rules.AgreedPlan | None:
    """Return the agreed plan that a lot follows, None when its line is straight."""
    if curve.plan is None:
        return None
    months = tuple(
        rules.PlannedMonth(starts_on=line.starts_on, ends_on=line.ends_on, hours=line.hours)
        for line in curve.plan.lines.all()
    )
    return rules.AgreedPlan(
        months=tuple(sorted(months, key=lambda month: month.starts_on)), changed_on=curve.changed_on
    )


def forecast(row: LotRow, day: Today) -> str:
    """Return the sentence under the bar of a lot, empty when there is nothing to say."""
    owing = commitment(row, day)
    if owing is None:
        return ""
    stands = Standing(row.standing)
    if stands is Standing.ON_TRACK:
        return rules.beginning(owing, on=day.judged_on, limits=day.limits)
    return rules.forecast(owing, standing=stands, on=day.judged_on)


def at_work(entries: QuerySet[HourEntry]) -> QuerySet[Placement]:
    """Return the placements that hold at least 0.01 of the hours of these entries, corrections deducted."""
    summed = entries.order_by().values("placement").annotate(total=Sum("counted"))
    return Placement.objects.filter(pk__in=summed.filter(total__gte=Decimal("0.01")).values("placement"))


PERSON = Coalesce("person__merged_into", "person")
"""Whom a placement employs: a merged record counts as the one it was merged into."""

"""Which statements are expected: one per award, declarant and month with somebody in post (PRACTICE.md 2)."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Least

from beneficiaries.hours.choices import StatementStatus
from beneficiaries.hours.models import Statement
from beneficiaries.hours.rules.window import Days, common_days
from beneficiaries.hours.selectors.review import MonthKey
from beneficiaries.placements.choices import NOT_COUNTABLE, PlacementStatus
from beneficiaries.placements.models import Placement
from clauses.obligations.choices import ObligationStatus
from clauses.obligations.models import Obligation
from clauses.obligations.selectors.terms import statement_due_days
from clauses.procurement.models import Award, GroupMember, LotParticipant
from inclusiv.core.periods import month_end, month_of, months_between, paris_day, statement_due_on


@dataclass(frozen=True, slots=True)
class Sent:
    """What came for a month: the last version, its state and when it was sent, and the day on which the first arrived."""

    statement: int | None = None
    status: str = ""
    received_on: date | None = None
    told_on: date | None = None


NOTHING = Sent()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A statement that somebody owes for a month which is over: ids of rows, and what came."""

    award: int
    declarant: int
    month: date
    due_on: date
    people: int
    """How many people were in post in the month."""
    worked_until: date
    """The last day of the month on which one of them was."""
    sent: Sent

    @property
    def awaits_declarant(self) -> bool:
        """Say whether the declarant has something to do: send it, or correct it."""
        return self.sent.status in {"", StatementStatus.DRAFT, StatementStatus.RETURNED}

    @property
    def is_returned(self) -> bool:
        """Say whether it came and was sent back: its due day says nothing more."""
        return self.sent.status == StatementStatus.RETURNED

    def is_partial(self, *, on: date, days: int = 0) -> bool:
        """Say whether it was sent, at least so many days early, before the work of its last ones, which has been done since."""
        told_on = self.sent.told_on
        return told_on is not None and told_on + timedelta(days=days) < min(self.worked_until, on)

    @property
    def is_on_time(self) -> bool:
        """Say whether it came, on the due day at the latest."""
        return self.sent.received_on is not None and self.sent.received_on <= self.due_on

    def days_late(self, *, on: date) -> int:
        """Return for how many days it has been missing, 0 when it came or is not due."""
        return 0 if self.sent.received_on else max(0, (on - self.due_on).days)


def expected_statements(
    awards: QuerySet[Award],
    *,
    on: date,
    declarant: int | None = None,
    since: date | None = None,
    running: bool = False,
    even_unowed: bool = False,
) -> list[Expected]:
    """Return the statements of the months that are over on the day, oldest due first, in three queries.

    A month counts when somebody was in post during the execution of the tender and the lot has hours to do: a tranche
    that was not affirmed, a month without anyone in post, one that begins after the declarant has left the lot and an
    immersion expect none. `since` is the first month; with `running`, the month of the day counts too; with
    `even_unowed`, so do those of a lot that owes nothing any more: what was worked is told before anything ends.
    """
    months = people_months(
        awards, on=on, declarant=declarant, since=since, running=running, even_unowed=even_unowed
    )
    people: dict[MonthKey, list[date]] = defaultdict(list)
    for key, last_day in months:
        people[key].append(last_day)
    sent = statements_sent(awards, on=on, since=since)
    due_days = statement_due_days(awards)
    expected = [
        Expected(
            award=award,
            declarant=company,
            month=month,
            due_on=statement_due_on(month, due_days[award]),
            people=len(last_days),
            worked_until=max(last_days),
            sent=sent.get((award, company, month), NOTHING),
        )
        for (award, company, month), last_days in people.items()
    ]
    return sorted(expected, key=lambda one: (one.due_on, one.award, one.declarant))


def awaited_statements(
    awards: QuerySet[Award], *, on: date, declarant: int, running: bool = False
) -> list[Expected]:
    """Return what a company has to send or to correct, oldest due first: one sent back waits before its month is over.

    With `running`, the month of the day waits too as soon as somebody is in post, even when nothing was sent.
    """
    found = expected_statements(awards, on=on, declarant=declarant, running=True)
    return [
        one
        for one in found
        if one.awaits_declarant and (running or one.sent.status or month_end(one.month) < on)
    ]


def people_months(
    awards: QuerySet[Award],
    *,
    on: date,
    declarant: int | None,
    since: date | None,
    running: bool,
    even_unowed: bool,
) -> Iterator[tuple[MonthKey, date]]:
    """Yield (award, declarant, month) and the last day in post, for each person in post in a month that is over, or runs."""
    owing = Obligation.objects.in_hours().filter(lot=OuterRef("award__lot"))
    if not even_unowed:
        owing = owing.filter(status=ObligationStatus.BINDING, quantity__gt=0)
    placements = (
        Placement.objects.filter(Exists(owing), award__in=awards)
        .exclude(status=PlacementStatus.CANCELLED)
        .exclude(modality__in=NOT_COUNTABLE)
    )
    if declarant is not None:
        placements = placements.filter(declarant=declarant)
    left = gone().filter(lot=OuterRef("award__lot"), organisation=OuterRef("declarant"))
    rows = placements.annotate(left_on=Subquery(left.values("ends_on")[:1])).values_list(
        "award_id",
        "declarant_id",
        "hired_on",
        Least("ended_on", "left_on"),
        "award__lot__tender__starts_on",
        "award__lot__tender__ends_on",
    )
    past = Days(since or date.min, on)
    for award, company, hired_on, ended_on, starts_on, ends_on in rows:
        post = common_days(Days(hired_on, ended_on), Days(starts_on, ends_on)) if starts_on else None
        days = common_days(post, past)
        for month in months_between(days.first, days.last or on) if days else ():
            if running or month_end(month) < on:
                last_day = month_end(month)
                yield (award, company, month), min(last_day, post.last or last_day) if post else last_day


def gone() -> QuerySet[LotParticipant]:
    """Return who has left a lot, and does not hold it."""
    holds = GroupMember.objects.filter(award__lot=OuterRef("lot"), organisation=OuterRef("organisation"))
    return LotParticipant.objects.filter(~Exists(holds), ends_on__isnull=False)


def departures(awards: Collection[int]) -> dict[tuple[int, int], date]:
    """Return on which day companies left these awards' lots, by keys of award and company."""
    rows = gone().filter(lot__award__in=awards).values_list("lot__award", "organisation", "ends_on")
    return {(award, company): last_on for award, company, last_on in rows if last_on}


def statements_sent(awards: QuerySet[Award], *, on: date, since: date | None) -> dict[MonthKey, Sent]:
    """Return what came for each month from `since` to the day: the last version, and when the first one arrived."""
    statements = Statement.objects.filter(award__in=awards, month__lte=on)
    if since is not None:
        statements = statements.filter(month__gte=month_of(since))
    # Tuples: a year of a département is tens of thousands of statements, of which seven columns are read.
    rows = statements.order_by("version", "pk").values_list(
        "award_id", "declarant_id", "month", "pk", "status", "received_on", "submitted_at"
    )
    sent: dict[MonthKey, Sent] = {}
    for award, declarant, month, pk, status, received_on, submitted_at in rows:
        before = sent.get((award, declarant, month), NOTHING)
        told_on = paris_day(submitted_at) if submitted_at else None
        sent[award, declarant, month] = Sent(pk, status, before.received_on or received_on, told_on)
    return sent

"""What a batch contains, drawn from a seed: the tenders, lots and people of the demonstration's own plan."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from dateutil.relativedelta import relativedelta

from beneficiaries.placements.choices import Modality
from clauses.procurement.choices import TenderStatus
from clauses.procurement.rules import BOUND
from inclusiv.core.periods import month_end, month_of, months_between
from inclusiv.core.quantities import ZERO, cents
from inclusiv.demo import plan
from inclusiv.demo.scale.sizes import Batch

LONGEST, SHORTEST = 12, 4
"""Months of a work contract, when its post lasts long enough."""

WITH_CONTRACTOR = BOUND | {TenderStatus.AWARDED}
WITHOUT_LOTS = frozenset({TenderStatus.PLANNED, TenderStatus.SIZING})


@dataclass(slots=True, kw_only=True)
class Post:
    """Somebody's work on a lot: one ledger entry a month, two in the second month of an apprentice."""

    lot: "DrawnLot"
    employer: str
    modality: Modality
    hired_on: date
    ended_on: date | None
    hours: dict[date, Decimal]
    training: Decimal
    """Hours of training in the second month; 0 for who is no apprentice."""
    person: int = 0

    @property
    def last_on(self) -> date:
        """The last day known to be worked, inclusive."""
        return self.ended_on or month_end(max(self.hours))

    @property
    def training_month(self) -> date:
        """The month that has the hours of training."""
        return sorted(self.hours)[1]

    @property
    def done(self) -> Decimal:
        """Hours of work and training."""
        return sum(self.hours.values(), self.training)


@dataclass(slots=True, kw_only=True)
class DrawnLot:
    """A lot, the months of its execution that are over and validated, and who works there."""

    planned: plan.PlannedLot
    months: list[date]
    posts: list[Post] = field(default_factory=list)

    @property
    def done(self) -> Decimal:
        """Hours worked."""
        return sum((post.done for post in self.posts), ZERO)


@dataclass(slots=True, kw_only=True)
class DrawnTender:
    """A tender and where it is in its life."""

    planned: plan.PlannedTender
    status: TenderStatus
    lots: list[DrawnLot]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A batch: its tenders, and its people by rank."""

    tenders: list[DrawnTender]
    persons: list[plan.PlannedPerson]


def draw(random: Random, batch: Batch, *, today: date, numbers: dict[tuple[str, int], int]) -> Drawn:
    """Draw a batch as of a day; `numbers` counts the tenders of each buyer's year, and is brought up to date."""
    tenders = draw_tenders(random, batch.tenders, today=today, numbers=numbers)
    persons = [plan.draw_person(random, 0) for _ in range(batch.persons)]
    lots = [(tender, lot) for tender in tenders for lot in tender.lots if lot.months]
    weights = [len(lot.months) * random.choice((1, 2, 3, 4)) for _, lot in lots]
    for (tender, lot), entries in zip(lots, dealt(batch.entries, weights), strict=True):
        lot.posts.extend(draw_posts(random, tender, lot, entries=entries, today=today))
    return Drawn(tenders=tenders, persons=persons)


def draw_tenders(
    random: Random, count: int, *, today: date, numbers: dict[tuple[str, int], int]
) -> list[DrawnTender]:
    """Draw tenders in the order of their start; the first one is old enough to have hours."""
    days = (today + timedelta(days=200) - plan.FIRST_START).days
    later = sorted(plan.FIRST_START + timedelta(days=random.randrange(days)) for _ in range(count - 1))
    planned = [
        plan.draw_tender(random, starts_on=start, numbers=numbers) for start in (plan.FIRST_START, *later)
    ]
    planned[0].outcome = "normal"
    return [draw_tender(random, one, today=today) for one in planned]


def draw_tender(random: Random, planned: plan.PlannedTender, *, today: date) -> DrawnTender:
    """Draw where a tender is in its life."""
    status = status_on(random, planned, today=today)
    validated = month_end(month_of(today) - relativedelta(months=2))
    months = list(months_between(planned.starts_on, min(planned.ends_on, validated)))
    lived = months if status in BOUND else []
    lots = [] if status in WITHOUT_LOTS else [DrawnLot(planned=lot, months=lived) for lot in planned.lots]
    return DrawnTender(planned=planned, status=status, lots=lots)


def status_on(random: Random, planned: plan.PlannedTender, *, today: date) -> TenderStatus:
    """Return the state that the demonstration would give to a tender on a day."""
    wait = (planned.starts_on - today).days
    if wait > 70:
        return random.choice((TenderStatus.PLANNED, TenderStatus.SIZING))
    if planned.outcome == "abandoned":
        return TenderStatus.NO_AWARD
    if wait > 0:
        return (
            TenderStatus.PUBLISHED
            if wait > 28
            else TenderStatus.AWARDED
            if wait > 14
            else TenderStatus.NOTIFIED
        )
    if planned.outcome == "terminated":
        return TenderStatus.TERMINATED
    if planned.ends_on < today:
        closed_on = planned.ends_on + timedelta(days=120)
        return TenderStatus.CLOSED if closed_on < today else TenderStatus.COMPLETED
    return TenderStatus.SUSPENDED if random.random() < 0.04 else TenderStatus.IN_PROGRESS


def dealt(whole: int, weights: list[int]) -> list[int]:
    """Deal a whole number in proportion of weights; the parts add up exactly."""
    total, so_far, parts = sum(weights), 0, []
    for weight in weights:
        parts.append(whole * (so_far + weight) // total - whole * so_far // total)
        so_far += weight
    return parts


def draw_posts(
    random: Random, tender: DrawnTender, lot: DrawnLot, *, entries: int, today: date
) -> Iterator[Post]:
    """Yield posts whose months make exactly so many entries: as many seats as needed, people following one another."""
    seats = -(-entries // len(lot.months))
    for seat in range(seats):
        length = entries // seats + (seat < entries % seats)
        first = random.randrange(len(lot.months) - length + 1)
        left = lot.months[first : first + length]
        while left:
            stretch = random.randint(SHORTEST, LONGEST)
            size = stretch if len(left) - stretch >= SHORTEST else len(left)
            months, left = left[:size], left[size:]
            yield draw_post(random, tender, lot, months, is_last=not left)


def draw_post(
    random: Random, tender: DrawnTender, lot: DrawnLot, months: list[date], *, is_last: bool
) -> Post:
    """Draw one person's work; it goes on today when its months are the last ones of an execution that goes on."""
    planned = tender.planned
    employer, modality = plan.draw_employer(random, lot.planned)
    trains = modality is Modality.APPRENTICESHIP and len(months) > 2
    worked = months[:-1] if trains else months
    first = max(worked[0], planned.starts_on)
    hired_on = first + timedelta(days=random.randrange(min(10, (month_end(first) - first).days + 1)))
    last = month_end(worked[-1])
    runs_on = (
        is_last
        and not trains
        and worked[-1] == lot.months[-1]
        and planned.ends_on > last
        and tender.status != TenderStatus.TERMINATED
    )
    ended_on = None if runs_on else min(last, planned.ends_on)
    monthly = Decimal(random.choice((42, 56, 70, 77, 91, 112, 140)))
    return Post(
        lot=lot,
        employer=employer,
        modality=modality,
        hired_on=hired_on,
        ended_on=ended_on,
        hours={month: hours_of(month, hired_on, ended_on or last, monthly) for month in worked},
        training=cents(monthly / 4) if trains else ZERO,
    )


def hours_of(month: date, first: date, last: date, monthly: Decimal) -> Decimal:
    """Return the hours of a month, fewer when work begins or ends inside it."""
    if first <= month and last >= month_end(month):
        return monthly
    return plan.share_of_month(month, first, last, monthly)

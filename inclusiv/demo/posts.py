"""Who works on each lot, month by month, drawn from a seed so that their hours make a given number of entries."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from beneficiaries.placements.choices import Modality
from clauses.procurement.choices import TenderStatus
from inclusiv.core.periods import month_end
from inclusiv.core.quantities import ZERO, cents
from inclusiv.demo import plan

LONGEST, SHORTEST = 12, 4
"""Months of a work contract, when its post lasts long enough."""

STOPPED = frozenset({TenderStatus.SUSPENDED, TenderStatus.TERMINATED})
"""States of an execution that stopped before its end."""

OVER = STOPPED | {TenderStatus.COMPLETED, TenderStatus.CLOSED}
"""States in which nobody is at work any more."""


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
    """Rank of who takes the post, given by `hiring.hire`."""
    since: date = date.max
    """First day of the window in which the person's hours count, given by `hiring.hire` too."""

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


def dealt(whole: int, weights: list[int]) -> list[int]:
    """Deal a whole number in proportion of weights; the parts add up exactly."""
    total, so_far, parts = sum(weights), 0, []
    for weight in weights:
        parts.append(whole * (so_far + weight) // total - whole * so_far // total)
        so_far += weight
    return parts


def draw_posts(
    random: Random,
    tender: DrawnTender,
    lot: DrawnLot,
    *,
    entries: int,
    shortest: int = SHORTEST,
    longest: int = LONGEST,
) -> Iterator[Post]:
    """Yield posts whose months make exactly so many entries: as many seats as needed, people following one another.

    A work contract lasts `shortest` to `longest` months.
    """
    seats = -(-entries // len(lot.months))
    for seat in range(seats):
        length = entries // seats + (seat < entries % seats)
        first = random.randrange(len(lot.months) - length + 1)
        left = lot.months[first : first + length]
        while left:
            stretch = random.randint(shortest, longest)
            size = stretch if len(left) - stretch >= shortest else len(left)
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
    days = (min(month_end(first), planned.ends_on) - first).days + 1
    hired_on = first + timedelta(days=random.randrange(min(10, days)))
    last = month_end(worked[-1])
    runs_on = (
        is_last
        and not trains
        and worked[-1] == lot.months[-1]
        and planned.ends_on > last
        and tender.status not in OVER
    )
    ended_on = None if runs_on else min(last, planned.ends_on)
    monthly = Decimal(random.choice((21, 28, 35, 49, 56, 70, 91)))
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

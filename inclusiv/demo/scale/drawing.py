"""What a batch contains, drawn from a seed: the tenders, lots and people of the demonstration's own plan."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from dateutil.relativedelta import relativedelta

from clauses.procurement.choices import TenderStatus
from clauses.procurement.rules.tenders import BOUND
from inclusiv.core.periods import month_end, month_of, months_between
from inclusiv.demo import plan
from inclusiv.demo.posts import DrawnLot, DrawnTender, dealt, draw_posts
from inclusiv.demo.scale.sizes import Batch

WITH_CONTRACTOR = BOUND | {TenderStatus.AWARDED}
WITHOUT_LOTS = frozenset({TenderStatus.PLANNED, TenderStatus.SIZING})


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
        lot.posts.extend(draw_posts(random, tender, lot, entries=entries))
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

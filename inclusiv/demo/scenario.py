"""The whole of the demonstration as of a day, before anything is written: pure values, the same for the same day."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from operator import mul
from random import Random

from dateutil.relativedelta import relativedelta

from beneficiaries.people.choices import Criterion
from beneficiaries.people.rules.facts import age_on
from clauses.procurement.choices import TenderStatus
from clauses.procurement.rules.tenders import BOUND
from inclusiv.core.periods import month_end, month_of, months_between
from inclusiv.demo import plan, world
from inclusiv.demo.hiring import Windows, hire
from inclusiv.demo.posts import STOPPED, DrawnLot, DrawnTender, Post, dealt, draw_posts
from inclusiv.demo.stages import STAGES, TOLD, Told
from reporting.followup.rules import judged_on

SHORTEST, LONGEST = 7, 18
"""Months of a work contract, when its lot lasts: about ten in the mean, for 600 placements."""

PASSES = 6
"""How many times each lot may win or lose a seat."""

LAUNCH, OFFERS, AWARD, NOTIFICATION = 100, 60, 28, 14
"""How many days before the start of execution each comes."""

COMPLETION, CLOSURE = 3, 100
"""How many days after the end of execution each comes."""

SMALLEST = Decimal(70)
"""Hours below which no lot has a clause."""

MANY, FEW = (4, 5, 6), (1, 2)
"""How many people work on a lot at a time, when an hour of insertion stands for few euros, or for many."""

LABOUR = 1000
"""Euros for one hour of insertion up to which the trade is mostly labour."""

KEPT = Decimal("1.03")
"""Hours done at the end for one hour owed, by who went steadily."""

FACTORS = {name: Decimal(str(value)) for name, value, _ in plan.PROFILES}
YOUTH_MAX = 25
"""The oldest that a programme for young people follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What is aimed at; some hours are then forgotten, refused or still to check."""

    tenders: int = 120
    persons: int = 400
    entries: int = 6100


WHOLE = Size()
"""What the demonstration holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The last day on which the months are validated, and the day of the month before which they come."""

    day: int
    review: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """The tenders in the order of their start, and the people of each structure (by rank)."""

    tenders: list[DrawnTender]
    persons: list[list[plan.PlannedPerson]]
    validated: date
    """Last day of the months whose hours should be validated."""


def draw(
    random: Random,
    *,
    today: date,
    structure_of: Mapping[str, int],
    windows: Windows,
    due: Due,
    size: Size = WHOLE,
) -> Scenario:
    """Draw everything; `structure_of` gives the rank of the structure that follows a commune, by INSEE code."""
    validated = judged_on(today, due_day=due.day, review_days=due.review)
    tenders = [
        drawn_tender(planned, status, today=today, validated=validated)
        for planned, status in draw_tenders(random, count=size.tenders, today=today)
    ]
    fill(random, tenders, entries=size.entries)
    posts: dict[int, list[Post]] = defaultdict(list)
    for tender in tenders:
        posts[structure_of[tender.planned.buyer.commune]] += [
            post for lot in tender.lots for post in lot.posts
        ]
    ranks = range(len(world.STRUCTURES))
    for rank in ranks:
        hire(posts[rank], persons=size.persons, windows=windows)
    return Scenario(
        tenders=tenders,
        persons=draw_persons(random, [posts[rank] for rank in ranks], count=size.persons, today=today),
        validated=validated,
    )


def draw_tenders(random: Random, *, count: int, today: date) -> list[tuple[plan.PlannedTender, TenderStatus]]:
    """Draw the tenders in the order of their start, each with its state: told, of a stage, or that of its dates."""
    staged = [
        (today + timedelta(days=random.randint(stage.first, stage.last)), stage.status)
        for stage in STAGES
        for _ in range(stage.count)
    ]
    days = (today - plan.FIRST_START).days
    past = [
        (plan.FIRST_START + timedelta(days=random.randrange(days)), None)
        for _ in range(count - len(staged) - len(TOLD))
    ]
    told = [(today + timedelta(days=one.starts), one) for one in TOLD]
    numbers: dict[tuple[str, int], int] = {}
    found = [
        placed(random, start, what, numbers=numbers, today=today)
        for start, what in sorted([*staged, *past, *told], key=lambda one: one[0])
    ]
    tell_apart(random, [planned for planned, _ in found])
    return found


def tell_apart(random: Random, tenders: list[plan.PlannedTender]) -> None:
    """Give another place to the titles that a tender told, or an earlier one, has already."""
    used = {one.title for one in TOLD}
    for tender in tenders:
        title = tender.title
        place = next((one for one in world.PLACES if title.endswith(one)), "")
        if tender.is_told or not place:
            continue
        others = random.sample(world.PLACES, len(world.PLACES))
        free = (title.removesuffix(place) + other for other in (place, *others))
        tender.title = next((one for one in free if one not in used), title)
        used.add(tender.title)


def placed(
    random: Random,
    start: date,
    what: Told | TenderStatus | None,
    *,
    numbers: dict[tuple[str, int], int],
    today: date,
) -> tuple[plan.PlannedTender, TenderStatus]:
    """Return a tender and its state on the day."""
    if isinstance(what, Told):
        return planned_of(random, what, starts_on=start, numbers=numbers), what.status
    planned = plan.draw_tender(random, starts_on=start, numbers=numbers)
    if what in STOPPED:
        planned.ends_on = max(planned.ends_on, start + relativedelta(months=12))
    return planned, what or lived(planned, today=today)


def planned_of(
    random: Random, told: Told, *, starts_on: date, numbers: dict[tuple[str, int], int]
) -> plan.PlannedTender:
    """Return a tender that is told, with the next number of its buyer's year."""
    buyer = next(seed for seed in world.BUYERS if seed.name == told.buyer)
    lots = [plan.draw_lot(random, number, one.sector) for number, one in enumerate(told.lots, start=1)]
    for planned, one in zip(lots, told.lots, strict=True):
        planned.contractors, planned.profile = one.contractors, one.profile
    return plan.PlannedTender(
        buyer=buyer,
        reference=plan.next_reference(buyer, starts_on, numbers),
        title=told.title,
        nature=told.nature,
        starts_on=starts_on,
        ends_on=starts_on + relativedelta(months=told.months, days=-1),
        outcome="normal",
        lots=lots,
        delay=told.delay,
        is_told=True,
    )


def lived(planned: plan.PlannedTender, *, today: date) -> TenderStatus:
    """Return the state of a tender whose execution has begun, by its dates."""
    if planned.ends_on >= today:
        return TenderStatus.IN_PROGRESS
    closed = planned.ends_on + timedelta(days=CLOSURE + 20) < today
    return TenderStatus.CLOSED if closed else TenderStatus.COMPLETED


def drawn_tender(
    planned: plan.PlannedTender, status: TenderStatus, *, today: date, validated: date
) -> DrawnTender:
    """Return a tender with the months of its lots that are validated; what is stopped stops half-way, or 40 days ago."""
    last = min(planned.ends_on, validated)
    if status is TenderStatus.TERMINATED:
        last = min(last, planned.starts_on + (planned.ends_on - planned.starts_on) / 2)
    if status is TenderStatus.SUSPENDED:
        last = min(last, month_of(today - timedelta(days=60)) - timedelta(days=1))
    if status in STOPPED:
        last = month_of(last + timedelta(days=1)) - timedelta(days=1)
    months = list(months_between(planned.starts_on, last)) if status in BOUND else []
    return DrawnTender(
        planned=planned, status=status, lots=[DrawnLot(planned=lot, months=months) for lot in planned.lots]
    )


def fill(random: Random, tenders: list[DrawnTender], *, entries: int) -> None:
    """Deal the entries to the lots that have lived, draw who works there, and make their amounts true to it."""
    lots = [(tender, lot) for tender in tenders for lot in tender.lots if lot.months]
    weights = draw_room(random, [lot for _, lot in lots], entries=entries)
    for (tender, lot), part in zip(lots, dealt(entries, weights), strict=True):
        lot.posts.extend(draw_posts(random, tender, lot, entries=part, shortest=SHORTEST, longest=LONGEST))
        if lot.posts:
            lot.planned.amount = amount_for(tender.planned, lot)


def draw_room(random: Random, lots: list[DrawnLot], *, entries: int) -> list[int]:
    """Draw how many months of work each lot has room for: so many people at a time, just enough for all the entries."""
    months = [len(lot.months) for lot in lots]
    able = [rank for rank, lot in enumerate(lots) if is_labour(lot)]
    seats = [random.choice(MANY if is_labour(lot) else FEW) for lot in lots]
    room = sum(map(mul, seats, months))
    random.shuffle(able)
    for rank in able * PASSES:
        if room < entries:
            seats[rank], room = seats[rank] + 1, room + months[rank]
        elif seats[rank] > 1 and room - months[rank] >= entries:
            seats[rank], room = seats[rank] - 1, room - months[rank]
    return list(map(mul, seats, months))


def is_labour(lot: DrawnLot) -> bool:
    """Say whether a lot has much to offer to people: a trade of hands, on a lot that does not fail."""
    return world.EUROS_AN_HOUR[lot.planned.sector] <= LABOUR and lot.planned.profile != "failing"


def amount_for(planned: plan.PlannedTender, lot: DrawnLot) -> Decimal:
    """Return the amount, in whole thousands of euros, whose hours make the lot's profile true of the hours done.

    What goes steadily is kept at the end.
    """
    last = min(planned.ends_on, month_end(lot.months[-1]))
    days = (planned.ends_on - planned.starts_on).days + 1
    elapsed = Decimal((last - planned.starts_on).days + 1) / days
    factor = KEPT if lot.planned.profile == "steady" and elapsed == 1 else FACTORS[lot.planned.profile]
    owed = max(SMALLEST, lot.done / factor / elapsed)
    euros = owed * world.EUROS_AN_HOUR[lot.planned.sector] / 1000
    return euros.quantize(Decimal(1), ROUND_CEILING) * 1000


def draw_persons(
    random: Random, posts: list[list[Post]], *, count: int, today: date
) -> list[list[plan.PlannedPerson]]:
    """Draw the people of each structure: those who work there, opened before their first day, and some who wait."""
    first_day: list[dict[int, date]] = [{} for _ in posts]
    for rank, own in enumerate(posts):
        for post in sorted(own, key=lambda post: post.hired_on):
            first_day[rank].setdefault(post.person, post.hired_on)
    spare = dealt(max(0, count - sum(map(len, first_day))), [len(days) + 10 for days in first_day])
    return [
        [
            opened(random, plan.draw_person(random, rank), days.get(place), today=today)
            for place in range(len(days) + extra)
        ]
        for rank, (days, extra) in enumerate(zip(first_day, spare, strict=True))
    ]


def opened(
    random: Random, person: plan.PlannedPerson, first_day: date | None, *, today: date
) -> plan.PlannedPerson:
    """Return the person, followed since some day before their first work, or since some months."""
    before = first_day or today
    return replace(person, opened_on=before - timedelta(days=random.randint(20, 200)))


def criteria_on(person: plan.PlannedPerson, day: date) -> tuple[Criterion, ...]:
    """Return the criteria of a person on a day: who is no longer young looks for work for long."""
    if age_on(person.birth_date, day) <= YOUTH_MAX or Criterion.YOUTH_PROGRAMME not in person.criteria:
        return person.criteria
    others = (one for one in person.criteria if one is not Criterion.YOUTH_PROGRAMME)
    return (Criterion.LONG_TERM_UNEMPLOYED, *others)


def months_to_send(post: Post, *, today: date) -> Iterator[tuple[date, Decimal]]:
    """Yield the months of a post with their hours; who goes on has worked as much since the last validated one."""
    yield from post.hours.items()
    if post.ended_on is None:
        last, usual = max(post.hours), max(post.hours.values())
        for month in months_between(month_end(last) + timedelta(days=1), today):
            if month_end(month) < today:
                yield month, usual

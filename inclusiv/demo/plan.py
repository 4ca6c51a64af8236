"""Tenders, lots and people, drawn one by one from a seed: pure values, the same for the same seed."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from dateutil.relativedelta import relativedelta

from beneficiaries.people.choices import Criterion, EducationLevel, Mobility, Sex
from beneficiaries.placements.choices import Modality
from clauses.procurement.choices import Sector, TenderNature
from inclusiv.accounts.choices import CompanyKind
from inclusiv.core.periods import month_end
from inclusiv.demo import world

SEED = 91
FIRST_START = date(2023, 1, 9)

PROFILES = (("exemplary", 1.06, 26), ("steady", 0.99, 40), ("behind", 0.72, 22), ("failing", 0.28, 12))
"""How a lot goes: name, hours done for one hour owed, weight."""

HOURS_OWED = (280, 420, 560, 770, 980, 1260, 1700, 2200, 2900, 3800, 4900, 6300)
"""About how many hours a lot asks for; its amount follows."""

CRITERIA = (
    (Criterion.RSA, 43),
    (Criterion.LONG_TERM_UNEMPLOYED, 22),
    (Criterion.YOUTH_PROGRAMME, 10),
    (Criterion.QPV_RESIDENT, 8),
    (Criterion.SENIOR, 6),
    (Criterion.PLIE_PARTICIPANT, 6),
    (Criterion.ASS, 3),
    (Criterion.INTERNATIONAL_PROTECTION, 2),
)
INCLUSIVE_MODALITIES = {
    CompanyKind.ETTI: Modality.SECONDMENT_ETTI,
    CompanyKind.AI: Modality.SECONDMENT_AI,
    CompanyKind.GEIQ: Modality.SECONDMENT_GEIQ,
    CompanyKind.ACI: Modality.SUBCONTRACT_ACI,
    CompanyKind.EI: Modality.SUBCONTRACT_EI,
    CompanyKind.REGIE: Modality.SUBCONTRACT_REGIE,
    CompanyKind.EA: Modality.SUBCONTRACT_EA,
}


def seeded(seed: int) -> Random:
    """Return what draws the same for the same seed."""
    return Random(seed)  # noqa: S311  # a seed, not a secret


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPerson:
    """Somebody to follow; `structure` is a rank in world.STRUCTURES."""

    structure: int
    first_name: str
    last_name: str
    sex: Sex
    birth_date: date
    commune: str
    criteria: tuple[Criterion, ...]
    education: EducationLevel
    mobility: Mobility
    trade: str
    opened_on: date


@dataclass(slots=True, kw_only=True)
class PlannedLot:
    """A lot, its contractors and how it goes."""

    number: int
    title: str
    sector: Sector
    amount: Decimal
    contractors: tuple[str, ...]
    profile: str


@dataclass(slots=True, kw_only=True)
class PlannedTender:
    """A tender, its dates and its end."""

    buyer: world.BuyerSeed
    reference: str
    title: str
    nature: TenderNature
    starts_on: date
    ends_on: date
    outcome: str
    """« normal », « abandoned » or « terminated »."""
    lots: list[PlannedLot]
    delay: int = 0
    """By how many days its consultation came earlier than usual."""
    is_told: bool = False
    """Whether its title was written for it."""


def draw_tender(random: Random, *, starts_on: date, numbers: dict[tuple[str, int], int]) -> PlannedTender:
    """Draw one tender of a buyer chosen by weight; its number is the next one of the buyer's year."""
    buyer = random.choices(world.BUYERS, [seed.weight for seed in world.BUYERS])[0]
    is_works = random.random() < 0.62
    reference = next_reference(buyer, starts_on, numbers)
    months = random.randint(7, 18) if is_works else random.choice((12, 12, 18, 24))
    title = random.choice(titles_of(buyer, is_works=is_works))
    sectors = (
        random.sample(sectors_of(title), random.choice((1, 2, 2, 3, 4)))
        if is_works
        else [world.SERVICE_SECTORS[title.split()[0]]]
    )
    return PlannedTender(
        buyer=buyer,
        reference=reference,
        title=title.format(random.choice(world.PLACES)),
        nature=TenderNature.WORKS if is_works else TenderNature.SERVICES,
        starts_on=starts_on,
        ends_on=starts_on + relativedelta(months=months, days=-1),
        outcome=random.choices(("normal", "abandoned", "terminated"), (94, 3, 3))[0],
        lots=[draw_lot(random, number, sector) for number, sector in enumerate(sectors, start=1)],
    )


def titles_of(buyer: world.BuyerSeed, *, is_works: bool) -> tuple[str, ...]:
    """Return what a buyer of this kind has built, or has done for it; each title lacks its place."""
    if is_works:
        return world.WORKS.get(buyer.kind, world.SITE_WORKS)
    return world.SERVICES.get(buyer.kind, world.SITE_SERVICES)


def sectors_of(title: str) -> tuple[Sector, ...]:
    """Return the trades of some works: nobody lays a roof on a road."""
    return world.OUTDOOR_SECTORS if title.startswith(world.OUTDOOR) else world.WORKS_SECTORS


def next_reference(buyer: world.BuyerSeed, starts_on: date, numbers: dict[tuple[str, int], int]) -> str:
    """Return the next number of the buyer's year: « 2025-004 »."""
    year = (starts_on - timedelta(days=60)).year
    numbers[buyer.name, year] = rank = numbers.get((buyer.name, year), 0) + 1
    return f"{year}-{rank:03d}"


def draw_lot(random: Random, number: int, sector: Sector) -> PlannedLot:
    """Draw one lot: its amount, its contractor (one in six is a group) and its profile."""
    able = [seed.name for seed in world.CONTRACTORS if sector in seed.sectors]
    group = random.random() < 0.16 and len(able) > 1
    return PlannedLot(
        number=number,
        title=str(sector.label),
        sector=sector,
        amount=Decimal(random.choice(HOURS_OWED) * world.EUROS_AN_HOUR[sector] // 1000 * 1000),
        contractors=tuple(random.sample(able, 2 if group else 1)),
        profile=random.choices([name for name, _, _ in PROFILES], [weight for _, _, weight in PROFILES])[0],
    )


def draw_person(random: Random, structure: int) -> PlannedPerson:
    """Draw one person, with a criterion that fits their age, followed since some day before they are needed."""
    is_woman = random.random() < 0.33
    criterion = random.choices([c for c, _ in CRITERIA], [weight for _, weight in CRITERIA])[0]
    age = {Criterion.YOUTH_PROGRAMME: (18, 21), Criterion.SENIOR: (53, 60)}.get(criterion, (22, 55))
    extra = (
        (Criterion.QPV_RESIDENT,)
        if random.random() < 0.12 and criterion is not Criterion.QPV_RESIDENT
        else ()
    )
    return PlannedPerson(
        structure=structure,
        first_name=random.choice(world.FIRST_NAMES_F if is_woman else world.FIRST_NAMES_M),
        last_name=random.choice(world.LAST_NAMES),
        sex=Sex.F if is_woman else Sex.M,
        birth_date=date(2024 - random.randint(*age), random.randint(1, 12), random.randint(1, 28)),
        commune=random.choice([seed.commune for seed in world.BUYERS + world.CONTRACTORS]),
        criteria=(criterion, *extra),
        education=random.choice(list(EducationLevel)[:4]),
        mobility=random.choice(list(Mobility)),
        trade=random.choice([rome for _, rome in world.POSTS.values()]),
        opened_on=FIRST_START - timedelta(days=random.randint(20, 300)),
    )


def share_of_month(month: date, first: date, last: date, monthly: Decimal) -> Decimal:
    """Return the hours of a month, fewer when it begins or ends in the middle, in quarters of an hour."""
    worked = (min(month_end(month), last) - max(month, first)).days + 1
    share = monthly * worked / (month_end(month) - month).days
    return min(monthly, (share * 4).to_integral_value() / 4)


def draw_employer(random: Random, lot: PlannedLot) -> tuple[str, Modality]:
    """Draw who employs: one of the contractors, or an inclusive structure."""
    if random.random() < 0.45:
        modality = random.choices(
            (Modality.DIRECT_HIRE_CDD, Modality.DIRECT_HIRE_CDI, Modality.APPRENTICESHIP), (6, 2, 2)
        )[0]
        return random.choice(lot.contractors), modality
    seed = random.choices(
        world.EMPLOYERS, [3 if one.kind is CompanyKind.ETTI else 1 for one in world.EMPLOYERS]
    )[0]
    return seed.name, INCLUSIVE_MODALITIES[seed.kind]

"""What the rows stand on: the structures, buyers and companies of each département, and the values in force."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain

from clauses.obligations.rules.sizing import SizingInputs, SizingLimits
from clauses.obligations.rules.terms import Terms
from clauses.obligations.selectors.sizing import STEP, limits_of
from clauses.obligations.selectors.terms import usual_terms
from clauses.procurement.choices import Sector, TenderNature
from inclusiv.accounts.choices import BuyerKind, CompanyKind
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.core.quantities import ZERO
from inclusiv.demo import world
from inclusiv.demo.hiring import Windows
from inclusiv.demo.make import accounts
from inclusiv.demo.scale.sizes import SizesRefused
from inclusiv.parameters.selectors import Parameters, in_force
from inclusiv.reference.models import RomeCode

FIRST_NUMBER = 2000
"""First SIREN of the range that these organisations take, after those of the demonstration."""

HOME = "91"
"""The département whose communes are known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """A facilitator structure, who works there, and the buyers and companies of its département, by name."""

    department: str
    organisation: Organisation
    facilitator: Actor
    buyers: dict[str, Organisation]
    companies: dict[str, Organisation]
    numbers: dict[tuple[str, int], int]
    """How many tenders each buyer of the département has had, by year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What the parameters say on the day, the same for every batch."""

    sizing: dict[Sector, SizingInputs]
    limits: dict[TenderNature, SizingLimits]
    windows: Windows
    terms: Terms
    due_day: int


def read_values(on: date) -> Values:
    """Read the parameters in force. Raises SizesRefused when the reference lists are not loaded."""
    values = in_force(on=on)
    if not values.values or not RomeCode.objects.exists():
        raise SizesRefused("Chargez d’abord les référentiels : manage.py load_reference.")
    return Values(
        sizing={sector: sizing_of(values, sector) for sector in Sector},
        limits={nature: limits_of(values, nature=nature) for nature in TenderNature},
        windows=Windows(
            months=min(map(int, values.table("COUNT_MONTHS").values())),
            gap_months=values.integer("RESET_GAP_MONTHS"),
        ),
        terms=usual_terms(values),
        due_day=values.integer("STATEMENT_DUE_DAY"),
    )


def sizing_of(values: Parameters, sector: Sector) -> SizingInputs:
    """Return what the hours of a lot of this trade are computed from, before its amount is known."""
    return SizingInputs(
        amount=ZERO,
        labour_share=values.line("LABOUR_SHARE", sector),
        effort_rate=values.line("EFFORT_RATE", sector),
        hourly_cost=values.line("HOURLY_COST", sector),
        rounding_step=values.decimal(STEP),
    )


def departments(count: int) -> list[str]:
    """Return the codes of so many départements, from 1 to 100, the home of the platform first."""
    mainland = (f"{number:02d}" for number in range(1, 96) if number != 20)
    others = [code for code in chain(mainland, ("2A", "2B", "971", "972", "973", "974")) if code != HOME]
    return [HOME, *others][:count]


def make_structures(count: int) -> list[Structure]:
    """Make the organisations of so many départements; return their structures, one of each département in turn.

    Raises SizesRefused when they are already there.
    """
    if Organisation.objects.filter(siren=accounts.siren(FIRST_NUMBER)).exists():
        raise SizesRefused("Cette base a déjà été remplie : une seconde fois demande une base neuve.")
    numbers = iter(range(FIRST_NUMBER, 10_000))
    made = [make_department(code, numbers) for code in departments(count)]
    return list(chain.from_iterable(zip(*made, strict=True)))


def make_department(code: str, numbers: Iterator[int]) -> list[Structure]:
    """Make the organisations of a département, with one account for each structure and one for the coordination."""

    def made(
        name: str,
        role: Role,
        commune: str,
        *,
        buyer_kind: BuyerKind | str = "",
        company_kind: CompanyKind | str = "",
    ) -> Organisation:
        return accounts.organisation(
            name=f"{name} ({code})",
            number=next(numbers),
            roles=(role,),
            buyer_kind=buyer_kind,
            company_kind=company_kind,
            commune=commune if code == HOME else None,
            department=code,
        )

    buyers = {
        seed.name: made(seed.name, Role.BUYER, seed.commune, buyer_kind=seed.kind) for seed in world.BUYERS
    }
    companies = {
        seed.name: made(
            seed.name,
            Role.CONTRACTOR if seed.kind is CompanyKind.ORDINARY else Role.EMPLOYER,
            seed.commune,
            company_kind=seed.kind,
        )
        for seed in (*world.CONTRACTORS, *world.EMPLOYERS)
    }
    network = made("Réseau de la clause", Role.COORDINATION, world.STRUCTURES[0].commune)
    sign_up(network, Role.COORDINATION, "Odile", "Garnier", mark=code)
    counted: dict[tuple[str, int], int] = {}
    return [
        Structure(
            department=code,
            organisation=(organisation := made(seed.name, Role.FACILITATOR, seed.commune)),
            facilitator=sign_up(
                organisation, Role.FACILITATOR, seed.first_name, seed.last_name, mark=f"{code}.{rank}"
            ),
            buyers=buyers,
            companies=companies,
            numbers=counted,
        )
        for rank, seed in enumerate(world.STRUCTURES)
    ]


def sign_up(organisation: Organisation, role: Role, first_name: str, last_name: str, *, mark: str) -> Actor:
    """Make the account of somebody who works in this capacity; the mark makes its address unique."""
    email = f"{role.value.lower()}.{mark.lower()}@echelle.inclusiv.example"
    return accounts.member(organisation, role, first_name=first_name, last_name=last_name, email=email)

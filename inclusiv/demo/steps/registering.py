"""What a buyer prepares: an operation of two tenders, two buying groups, next year's purchase plan to be confirmed."""

from datetime import date
from decimal import Decimal

from clauses.procurement.actions import parties, plans
from clauses.procurement.choices import TenderNature
from clauses.procurement.models import Tender
from clauses.procurement.rules.plans import ReadLine
from clauses.procurement.rules.tenders import RUNNING
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Role
from inclusiv.demo.make.clauses import noon
from inclusiv.demo.stages import VALMONT
from inclusiv.demo.steps.state import World

OPERATION = "Cœur de ville"
NEIGHBOUR = "Commune de Clairval"
"""It belongs to a group that the persona's commune coordinates, and coordinates one to which hers belongs."""
FORESEEN = (
    ("1", "Nettoyage des vitreries", TenderNature.SERVICES, 96_000, "90910000", 4),
    (
        "2",
        "Réfection de la toiture de la maison des associations",
        TenderNature.WORKS,
        420_000,
        "45260000",
        5,
    ),
    ("3", "Mobilier des écoles", TenderNature.SUPPLIES, None, "", None),
    ("4", "Entretien des cimetières", TenderNature.SERVICES, 130_000, "77310000", 9),
)
"""Lines of the plan: number, object, nature, amount in € HT, CPV, month of the start."""


def build_registering(made: World) -> None:
    """Gather, group and foresee in the name of the persona who buys."""
    buyer, at = made.buyers[VALMONT], noon(made.today)
    by = made.acting(buyer, Role.BUYER)
    neighbour = made.buyers[NEIGHBOUR]
    own, others = (running(made, one) for one in (buyer, neighbour))
    operation = parties.open_operation(tender=own[0], title=OPERATION, by=by, at=at)
    parties.join_operation(tender=own[1], operation=operation, by=by, at=at)
    parties.add_member(tender=own[1], organisation=neighbour, by=by, at=at)
    parties.add_member(tender=others[0], organisation=buyer, by=made.acting(neighbour, Role.BUYER), at=at)
    year = made.today.year + 1
    plans.read(
        buyer=buyer,
        year=year,
        name=f"programmation-{year}.xlsx",
        lines=[line(rank, told, year) for rank, told in enumerate(FORESEEN, start=2)],
        by=by,
        at=at,
    )


def running(made: World, buyer: Organisation) -> list[Tender]:
    """Return the running tenders of a buyer."""
    return [one for drawn, one in made.tenders if one.buyer_id == buyer.pk and drawn.status in RUNNING]


def line(rank: int, told: tuple[str, str, TenderNature, int | None, str, int | None], year: int) -> ReadLine:
    """Return a line of the plan as a file would tell it."""
    number, title, nature, amount, cpv, month = told
    return ReadLine(
        row=rank,
        number=number,
        title=title,
        nature=nature,
        estimated_amount=None if amount is None else Decimal(amount),
        cpv=cpv,
        starts_on=date(year, month, 1) if month else None,
    )

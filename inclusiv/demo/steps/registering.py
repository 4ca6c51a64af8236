"""What a buyer prepares: two operations, two buying groups, an optional tranche, next year's purchase plan to be confirmed."""

from datetime import date, datetime
from decimal import Decimal

from django.db.models import Case, When

from clauses.procurement.actions import life, parties, plans
from clauses.procurement.choices import TenderNature
from clauses.procurement.models import Lot, Tender
from clauses.procurement.rules.plans import ReadLine
from clauses.procurement.rules.tenders import OPEN, RUNNING
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.demo.make.clauses import noon
from inclusiv.demo.stages import VALMONT
from inclusiv.demo.steps.state import World

OPERATION = "Cœur de ville"
RENEWAL = "Renouvellement urbain de la Prairie"
"""A project of the national agency for urban renewal: it says for whom its contracts are."""
TRANCHE = (Decimal(120), Decimal(90_000))
"""Hours and € HT of the optional tranche of one of its lots."""
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
    renew(coming_with_clause(buyer), by=by, at=at)
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


def renew(lot: Lot, *, by: Actor, at: datetime) -> None:
    """Gather the tender of a lot in a project of urban renewal, and foresee an optional tranche of the lot."""
    hours, amount = TRANCHE
    life.add_tranche(lot=lot, number=1, hours=hours, amount=amount, by=by, at=at)
    operation = parties.open_operation(tender=lot.tender, title=RENEWAL, by=by, at=at)
    parties.change_operation(operation=operation, version=operation.version, is_anru=True, by=by, at=at)


def coming_with_clause(buyer: Organisation) -> Lot:
    """Return the first lot of a buyer whose hours are computed and that is not notified: works, if there are any."""
    rows = Lot.objects.filter(tender__buyer=buyer, has_clause=True, tender__status__in=OPEN)
    works_first = Case(When(tender__nature=TenderNature.WORKS, then=0), default=1)
    return rows.select_related("tender").order_by(works_first, "tender__reference", "number")[0]


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

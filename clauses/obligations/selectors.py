"""What a calculation starts from: the values in force for a lot, each with where it comes from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q

from clauses.obligations.rules import SizingInputs, SizingLimits
from clauses.procurement.choices import Sector, TenderNature
from clauses.procurement.models import Lot
from inclusiv.accounts.models import TerritoryAssignment, running_on
from inclusiv.core.quantities import ZERO
from inclusiv.parameters.models import Parameter
from inclusiv.parameters.selectors import Parameters

LIMITS = (
    "MIN_LOT_AMOUNT_WORKS",
    "MIN_LOT_AMOUNT_SERVICES",
    "MIN_HOURS_ADVISED",
    "MIN_LABOUR_SHARE",
    "MIN_DURATION_MONTHS",
    "EFFORT_MIN_ADVISED",
    "EFFORT_MAX_ADVISED",
)
TABLES = ("LABOUR_SHARE", "EFFORT_RATE", "HOURLY_COST")
STEP = "SIZING_ROUNDING_STEP"


@dataclass(frozen=True, slots=True, kw_only=True)
class SizingGround:
    """What a lot's hours are computed from unless told otherwise, and the limits of what is advised."""

    inputs: SizingInputs
    limits: SizingLimits
    sources: dict[str, str]
    """Where each input comes from, in words, by its name in SizingInputs."""


def sizing_ground(lot: Lot, *, on: date) -> SizingGround:
    """Return the ground of a lot's calculation on a day: buyer's values over the territory's over everybody's."""
    sector = Sector(lot.sector)
    codes = {*LIMITS, *TABLES, STEP, *(f"{table}.{sector}" for table in TABLES)}
    found = parameters_for(lot, codes=codes, on=on)
    values = Parameters({code: parameter.value for code, parameter in found.items()})
    return SizingGround(
        inputs=SizingInputs(
            amount=lot.estimated_amount if lot.estimated_amount is not None else ZERO,
            labour_share=values.line("LABOUR_SHARE", sector),
            effort_rate=values.line("EFFORT_RATE", sector),
            hourly_cost=values.line("HOURLY_COST", sector),
            rounding_step=values.decimal(STEP),
        ),
        limits=limits_of(values, nature=TenderNature(lot.tender.nature)),
        sources={
            "amount": "montant estimé du lot",
            "labour_share": source_of(found, "LABOUR_SHARE", sector),
            "effort_rate": source_of(found, "EFFORT_RATE", sector),
            "hourly_cost": source_of(found, "HOURLY_COST", sector),
        },
    )


def parameters_for(lot: Lot, *, codes: Iterable[str], on: date) -> dict[str, Parameter]:
    """Return the parameters in force for the lot's buyer, else its territory, else everybody; in one query."""
    tender = lot.tender
    territories = TerritoryAssignment.objects.filter(running_on(on), commune=tender.place_id)
    scope = (
        Q(territory=None, buyer=None)
        | Q(buyer=tender.buyer_id)
        | Q(territory__in=territories.values("territory"))
    )
    rows = Parameter.objects.filter(running_on(on), scope, code__in=codes).order_by(
        F("buyer").asc(nulls_first=True), F("territory").asc(nulls_first=True)
    )
    return {parameter.code: parameter for parameter in rows}


def limits_of(values: Parameters, *, nature: TenderNature) -> SizingLimits:
    """Return what is advised for a nature of purchase; supplies follow the services (DOMAIN.md 3.5)."""
    kind = "WORKS" if nature is TenderNature.WORKS else "SERVICES"
    return SizingLimits(
        min_amount=values.decimal(f"MIN_LOT_AMOUNT_{kind}"),
        min_hours=values.decimal("MIN_HOURS_ADVISED"),
        min_labour_share=values.decimal("MIN_LABOUR_SHARE"),
        min_months=values.integer("MIN_DURATION_MONTHS"),
        effort_min=values.decimal("EFFORT_MIN_ADVISED"),
        effort_max=values.decimal("EFFORT_MAX_ADVISED"),
    )


def source_of(found: dict[str, Parameter], table: str, sector: Sector) -> str:
    """Say in words where the value of a table comes from."""
    parameter = found.get(f"{table}.{sector}") or found[table]
    if parameter.buyer_id:
        return "valeur fixée pour cet acheteur"
    if parameter.territory_id:
        return "valeur fixée pour ce territoire"
    if parameter.code == table:
        return "valeur par défaut"
    certain = "" if parameter.source.endswith("source lue") else ", à confirmer"
    return f"valeur d’usage du métier « {sector.label} »{certain}"

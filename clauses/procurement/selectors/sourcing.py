"""What the inclusive suppliers known here let advise for each lot, before its hours are computed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from clauses.procurement.models import Lot, SupplierProfile
from clauses.procurement.rules.sourcing import (
    SECONDMENT,
    SERVICE,
    SourcingAdvice,
    SourcingLimits,
    Supplier,
    advise,
)
from inclusiv.accounts.choices import CompanyKind
from inclusiv.accounts.models import running_on
from inclusiv.parameters.models import Parameter
from inclusiv.parameters.selectors import Parameters
from inclusiv.reference.selectors import department_name

CODES = ("SOURCING_MANY", "SOURCING_SOME", "SOURCING_FEW", "SOURCING_DEPENDENCY_MAX")
TO_CONFIRM = "à confirmer"


@dataclass(frozen=True, slots=True, kw_only=True)
class LotSourcing:
    """The advice of a lot, where its suppliers were counted, and whether the thresholds are to be confirmed."""

    lot: Lot
    advice: SourcingAdvice
    where: str
    is_uncertain: bool


def sourcing_of(lots: Iterable[Lot], *, department: str, on: date) -> list[LotSourcing]:
    """Return the advice of each lot of one département, in two queries whatever their number."""
    asked = list(lots)
    limits, is_uncertain = limits_in_force(on)
    found = suppliers({lot.sector for lot in asked}, department=department, on=on)
    return [
        LotSourcing(
            lot=lot,
            advice=advise(found[lot.sector], budget=lot.estimated_amount, limits=limits),
            where=department_name(department),
            is_uncertain=is_uncertain,
        )
        for lot in asked
    ]


def suppliers(sectors: Iterable[str], *, department: str, on: date) -> dict[str, list[Supplier]]:
    """Return the inclusive suppliers of each trade in a département on a day."""
    found: dict[str, list[Supplier]] = {sector: [] for sector in sectors}
    rows = SupplierProfile.objects.acting_in(department, on=on).filter(
        sectors__overlap=sorted(found), organisation__company_kind__in=SERVICE | SECONDMENT
    )
    for trades, kind, turnover in rows.values_list("sectors", "organisation__company_kind", "turnover"):
        for sector in found.keys() & set(trades):
            found[sector].append(Supplier(CompanyKind(kind), turnover))
    return found


def limits_in_force(on: date) -> tuple[SourcingLimits, bool]:
    """Return the thresholds of a day, and whether one of them is still to be confirmed."""
    rows = list(Parameter.objects.filter(running_on(on), code__in=CODES, territory=None, buyer=None))
    values = Parameters({row.code: row.value for row in rows})
    limits = SourcingLimits(
        many=values.integer("SOURCING_MANY"),
        some=values.integer("SOURCING_SOME"),
        few=values.integer("SOURCING_FEW"),
        dependency=values.decimal("SOURCING_DEPENDENCY_MAX"),
    )
    return limits, any(row.source.endswith(TO_CONFIRM) for row in rows)

"""The parameters in force for a lot, and the inputs of a calculation that was kept."""

from collections.abc import Iterable
from datetime import date

from django.db.models import F, Q

from clauses.obligations.models import Sizing
from clauses.obligations.rules.sizing import SizingInputs
from clauses.procurement.models import Lot
from inclusiv.accounts.models import TerritoryAssignment, running_on
from inclusiv.core.quantities import ZERO
from inclusiv.parameters.models import Parameter


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


def inputs_of(sizing: Sizing) -> SizingInputs:
    """Return what a kept calculation was computed from."""
    return SizingInputs(
        amount=sizing.amount or ZERO,
        labour_share=sizing.labour_share,
        effort_rate=sizing.effort_rate,
        hourly_cost=sizing.hourly_cost,
        rounding_step=sizing.rounding_step,
        staff_total=sizing.staff_total,
        staff_taken_over=sizing.staff_taken_over,
    )

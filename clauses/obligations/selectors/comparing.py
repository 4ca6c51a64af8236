"""What contractual lots of the same trade asked for in the département, never naming a buyer."""

from datetime import date

from dateutil.relativedelta import relativedelta

from clauses.obligations.choices import ClauseStatus, Unit
from clauses.obligations.models import SocialClause
from clauses.obligations.rules.comparing import PER_AMOUNT, Comparison, Similar, Spread, compare
from clauses.obligations.rules.sizing import effort_of
from clauses.obligations.selectors.values import inputs_of
from clauses.procurement.models import Lot
from inclusiv.core.french import NARROW, NO_BREAK, number, plural
from inclusiv.parameters.selectors import in_force
from inclusiv.reference.selectors import department_name

MOST = 2_000
"""Lots compared at most, the latest notified first: a median of more says the same."""


def similar_lots(lot: Lot, *, on: date) -> str:
    """Say what similar lots asked for, in one sentence; nothing when too few would be told.

    They are the lots of other buyers of the département notified in the last years, read in three queries. A buyer's own
    are left out, and those of who acts in its place: with them, it could subtract them and read another's.
    """
    own = (lot.tender.buyer_id, *lot.tender.delegates.values_list("organisation", flat=True))
    years = in_force(on=on, codes=("SIMILAR_LOTS_YEARS",)).integer("SIMILAR_LOTS_YEARS")
    clauses = (
        SocialClause.objects.filter(
            status=ClauseStatus.BINDING,
            unit=Unit.HOURS,
            sizing__amount__gt=0,
            lot__sector=lot.sector,
            lot__tender__department=lot.tender.department,
            lot__tender__notified_on__gt=on - relativedelta(years=years),
            lot__tender__notified_on__lte=on,
        )
        .exclude(lot__tender__buyer__in=own)
        .select_related("sizing", "lot__tender")
        .order_by("-lot__tender__notified_on", "pk")[:MOST]
    )
    compared = compare([found for clause in clauses if (found := similar(clause))])
    return told(compared, where=department_name(lot.tender.department), years=years) if compared else ""


def similar(clause: SocialClause) -> Similar | None:
    """Return a clause as it is compared, None when its calculation holds no labour."""
    if clause.sizing is None or not clause.sizing.amount:
        return None
    effort = effort_of(clause.quantity, inputs_of(clause.sizing))
    if effort is None:
        return None
    return Similar(
        buyer=clause.lot.tender.buyer_id,
        hours_per_100k=clause.quantity * PER_AMOUNT / clause.sizing.amount,
        effort=effort,
    )


def told(found: Comparison, *, where: str, years: int) -> str:
    """Say a comparison in one sentence."""
    rates = Spread(**{name: getattr(found.effort, name) * 100 for name in ("low", "middle", "high")})
    lots = plural(found.lots, "lot comparable", "lots comparables")
    return (
        f"{lots} ({where}, {plural(years, 'an')}) : effort de {shown(rates, f'{NARROW}%', places=1)},"
        f" {shown(found.hours_per_100k, f'{NO_BREAK}h', places=0)} pour 100 000 €."
    )


def shown(found: Spread, unit: str, *, places: int) -> str:
    """Return the median with the range around it: « 8 % en général (de 6 à 10) »; alone when there is no range."""
    low, middle, high = (number(one, places=places) for one in (found.low, found.middle, found.high))
    around = f" en général (de {low} à {high})" if low != high else ""
    return f"{middle}{unit}{around}"

"""What is owed through a contract's life: versions, amendments, invoiced orders, termination (DOMAIN.md 2.1, 3.1, 3.6).

Quantities are hours, amounts € HT, days inclusive. A check returns nothing when all is well and raises Refused
otherwise.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from clauses.obligations.choices import Unit
from clauses.obligations.rules.sizing import SizingInputs
from clauses.obligations.rules.units import quantity_text, rounded
from inclusiv.core.french import date_short, hours_text
from inclusiv.core.quantities import HOURS_MAX, ZERO, cents, to_step
from inclusiv.core.refusals import Refused

PER_AMOUNT = Decimal(100_000)
"""A proportional clause asks for so many hours for each 100 000 € HT invoiced (DOMAIN.md 3.6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A version of what is owed: from a day on, as recorded at an instant."""

    quantity: Decimal
    effective_on: date
    recorded_at: datetime


def owed_on(versions: Iterable[Known], *, on: date, known_at: datetime) -> Decimal:
    """Return what was owed on a day, as known at an instant; 0 before the first version (ARCHITECTURE.md 4.4).

    `versions` come in the order of their numbers.
    """
    known = [one for one in versions if one.effective_on <= on and one.recorded_at <= known_at]
    return known[-1].quantity if known else ZERO


def check_after(effective_on: date, *, last: date) -> None:
    """Refuse a change that takes effect before the one that precedes it: the history never goes back in time."""
    if effective_on < last:
        raise Refused(
            "before_last_change",
            f"Ce changement prend effet le {date_short(effective_on)}, avant le dernier enregistré"
            f" ({date_short(last)}) : enregistrez-les dans leur ordre.",
            field="effective_on",
        )


def check_lasts(starts_on: date, *, ends_on: date) -> None:
    """Refuse an end of the execution that comes before the days of a renewal or of a tranche already owed."""
    if ends_on < starts_on:
        raise Refused(
            "ends_before_owed",
            f"L’exécution finirait le {date_short(ends_on)}, alors que des heures sont dues à compter du"
            f" {date_short(starts_on)} (tranche affermie ou reconduction).",
            field="months",
        )


def check_held(quantity: Decimal) -> None:
    """Refuse more hours than can be written down: each change alone is bounded, not what they add up to."""
    if quantity > HOURS_MAX:
        raise Refused(
            "too_many_hours",
            f"Le lot devrait alors {hours_text(quantity)}, au-delà de {hours_text(HOURS_MAX)} : vérifiez les nombres"
            " tapés.",
        )


def hours_of_amendment(
    inputs: SizingInputs,
    *,
    before: Decimal,
    delta: Decimal,
    trigger: Decimal,
    ignored: Decimal = ZERO,
) -> Decimal:
    """Return the hours that an amendment adds or takes away, from the same inputs and the new total amount.

    `before` is the lot's amount until then. Under `trigger`, a part of it, the hours do not change (DOMAIN.md 3.1);
    `ignored` is what former amendments under it made of the amount, which the new total counts at last.
    """
    if abs(delta) < before * trigger:
        return ZERO
    return _hours(inputs, before + delta) - _hours(inputs, before - ignored)


def _hours(inputs: SizingInputs, amount: Decimal) -> Decimal:
    return cents(to_step(inputs.exact_hours(amount), inputs.rounding_step))


def hours_of_invoices(cumulated: Decimal, *, hours_per_100k: Decimal) -> Decimal:
    """Return the hours owed for an invoiced amount, pro rata: 187 450 € at 35 h per 100 000 € is 65.61 h."""
    return cents(cumulated * hours_per_100k / PER_AMOUNT)


def hours_left(hours: Decimal, *, before: Decimal) -> Decimal:
    """Return what the running period owes of the hours of all that was invoiced, those of the former periods taken away.

    Nothing while an amendment had these ask for more than the orders have come to.
    """
    return max(hours - before, ZERO)


def owed_until(quantity: Decimal, *, unit: Unit, starts_on: date, ends_on: date, last: date) -> Decimal:
    """Return the part of what a period owes that its days until `last` stand for (DOMAIN.md 12.7, case 22).

    What is not hours stays whole: the year that has begun owes its action.
    """
    if last >= ends_on:
        return quantity
    done = max((last - starts_on).days + 1, 0)
    return rounded(quantity * done / ((ends_on - starts_on).days + 1), unit)


def check_left(quantity: Decimal, *, delta: Decimal, unit: Unit) -> None:
    """Refuse to take away more than is owed, or a part of what only exists whole."""
    if unit is not Unit.HOURS and delta % 1:
        raise Refused(
            "not_whole", f"Ce lot doit des {unit.label} : un nombre entier est attendu.", field="hours_delta"
        )
    if quantity + delta < 0:
        raise Refused(
            "less_than_nothing",
            f"L’avenant retire {quantity_text(-delta, unit)} ; le lot n’en doit que {quantity_text(quantity, unit)}.",
            field="hours_delta",
        )

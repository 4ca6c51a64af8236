"""Hours, money and rates: Decimal, rounded half up, never a float."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
HOURS_MAX = Decimal(9_999_999)
"""More hours than a column holds are a typing error."""


def cents(value: Decimal | int) -> Decimal:
    """Round to two decimals: hours to the hundredth, euros to the cent."""
    return Decimal(value).quantize(CENT, ROUND_HALF_UP)


def to_step(value: Decimal, step: Decimal) -> Decimal:
    """Round half up to a multiple of `step` (hours of a clause: DOMAIN.md 3.1)."""
    return (value / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def percentage(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """Return 100 × part ÷ whole, None when the whole is zero; exact, for who shows it to round once (65.496 is 65 %)."""
    return Decimal(part) * 100 / Decimal(whole) if whole else None


def shares(parts: Sequence[Decimal | int], *, step: Decimal = Decimal("0.1")) -> list[Decimal]:
    """Return percentages that add up to exactly 100 by the largest remainder (DOMAIN.md 8.2).

    All zero when the parts are. Equal remainders go to the first part.
    """
    total = sum((Decimal(part) for part in parts), Decimal(0))
    if not total:
        return [Decimal("0.0") for _ in parts]
    exact = [Decimal(part) * 100 / total for part in parts]
    floors = [(value / step).quantize(Decimal(1), ROUND_FLOOR) * step for value in exact]
    missing = int(((100 - sum(floors, Decimal(0))) / step).to_integral_value(ROUND_HALF_UP))
    by_remainder = sorted(range(len(parts)), key=lambda i: exact[i] - floors[i], reverse=True)
    for index in by_remainder[:missing]:
        floors[index] += step
    return floors

"""What lots of the same trade asked for: a median and a range, said only when it points at nobody (DOMAIN.md 3.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

MIN_LOTS = 3
MIN_BUYERS = 2
"""Under either, the lots of a buyer could be recognised: nothing is said."""

PER_AMOUNT = Decimal(100_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """A contractual lot of another buyer: its hours per 100 000 € HT, and the effort they stand for, from 0 to 1."""

    buyer: int
    hours_per_100k: Decimal
    effort: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The lowest, the median and the highest of a measure."""

    low: Decimal
    middle: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How many lots are compared, what they asked for."""

    lots: int
    effort: Spread
    hours_per_100k: Spread


def compare(lots: Sequence[Similar]) -> Comparison | None:
    """Return what similar lots asked for, None when too few lots or buyers would be told."""
    if len(lots) < MIN_LOTS or len({lot.buyer for lot in lots}) < MIN_BUYERS:
        return None
    return Comparison(
        lots=len(lots),
        effort=spread([lot.effort for lot in lots]),
        hours_per_100k=spread([lot.hours_per_100k for lot in lots]),
    )


def spread(values: Sequence[Decimal]) -> Spread:
    """Return the lowest, the median and the highest of some values."""
    return Spread(low=min(values), middle=median(values), high=max(values))

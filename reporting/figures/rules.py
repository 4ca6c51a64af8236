"""Arithmetic of the indicators (DOMAIN.md 8.2 and 8.3): plain values in, plain values out."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from inclusiv.core.quantities import cents, percentage


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """Hours owed over an execution, both days inclusive."""

    quantity: Decimal
    starts_on: date
    ends_on: date


def owed_in_year(owed: Owed, year: int) -> Decimal:
    """Return the part of an obligation that falls in a year, by days of execution (indicator H1)."""
    first = max(owed.starts_on, date(year, 1, 1))
    last = min(owed.ends_on, date(year, 12, 31))
    inside = max(0, (last - first).days + 1)
    return cents(owed.quantity * inside / ((owed.ends_on - owed.starts_on).days + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """Obligations that ended in the year: kept, nearly done (90 % and more), far from it."""

    kept: int
    nearly: int
    far: int

    @property
    def total(self) -> int:
        """How many ended."""
        return self.kept + self.nearly + self.far


NEARLY = Decimal(90)
"""Percent of the hours from which a shortfall is told as small."""


def outcomes(ended: list[tuple[Decimal, Decimal]]) -> Outcomes:
    """Sort the ended obligations, given as (owed, done) in hours; nothing owed is kept."""
    rates = [percentage(done, owed) for owed, done in ended]
    kept = sum(rate is None or rate >= 100 for rate in rates)
    nearly = sum(rate is not None and NEARLY <= rate < 100 for rate in rates)
    return Outcomes(kept=kept, nearly=nearly, far=len(rates) - kept - nearly)


def known_months(year: int, *, judged_on: date) -> int:
    """Return how many first months of a year should all be validated, `judged_on` being the last such day of all."""
    if judged_on.year == year:
        return judged_on.month
    return 12 if judged_on.year > year else 0


def told(people: int, *, told_from: int) -> int | None:
    """Return a number of people, or None when they are too few to be described (PRACTICE.md 2)."""
    return people if people >= told_from else None

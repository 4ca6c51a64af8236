"""The plan of hours month by month: its months, its total, what is proposed to begin with (DOMAIN.md 6.1 and 6.3).

Hours are Decimals of two places, days inclusive. A check returns nothing when all is well and raises Refused otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from inclusiv.core.french import hours_text
from inclusiv.core.periods import month_end, months_between
from inclusiv.core.quantities import ZERO, shares
from inclusiv.core.refusals import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMonth:
    """A month of the execution, by its days of execution."""

    starts_on: date
    ends_on: date

    @property
    def days(self) -> int:
        """Days of execution in the month."""
        return (self.ends_on - self.starts_on).days + 1


def months_of(starts_on: date, ends_on: date) -> list[PlanMonth]:
    """Return the months of an execution: the first and the last one may be parts of months."""
    return [
        PlanMonth(starts_on=max(month, starts_on), ends_on=min(month_end(month), ends_on))
        for month in months_between(starts_on, ends_on)
    ]


def spread(owed: Decimal, months: Sequence[PlanMonth]) -> list[Decimal]:
    """Return whole hours by month in proportion of the days, that add up to what is owed; its cents go to the last."""
    parts = shares([month.days for month in months], step=Decimal("0.00000001"))
    hours = [(owed * part / 100).quantize(Decimal(1)) for part in parts]
    hours[-1] += owed - sum(hours, ZERO)
    return hours


def check_total(hours: Sequence[Decimal], *, owed: Decimal) -> None:
    """Refuse a plan whose months do not add up to the hours owed, or that owes nothing."""
    if owed <= 0:
        raise Refused("nothing_owed", "Ce lot ne doit pas d’heures à ce jour : il n’y a rien à planifier.")
    total = sum(hours, ZERO)
    if total == owed:
        return
    gap = (
        f"il manque {hours_text(owed - total)}"
        if total < owed
        else f"il y a {hours_text(total - owed)} de trop"
    )
    raise Refused(
        "plan_total", f"Le plan totalise {hours_text(total)} : {gap} pour faire les {hours_text(owed)} dues."
    )


def check_reason(reason: str, *, is_agreed: bool) -> None:
    """Refuse to send a plan back without a word."""
    if not is_agreed and not reason.strip():
        raise Refused("reason_missing", "Dites à l’entreprise ce qui est à revoir.", field="reason")

"""What is already counted for a person, read by the control of the next line."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from beneficiaries.hours.choices import HoursKind
from beneficiaries.hours.rules.window import Days
from beneficiaries.placements.choices import Modality
from inclusiv.core.periods import months_before
from inclusiv.core.quantities import ZERO

AI_MONTHS = 24
"""An association intermédiaire's limit in one company runs over 24 months (DOMAIN.md 5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Hours that count, of one line of a month."""

    placement: int
    employer: int
    company: int
    modality: Modality
    month: date
    kind: HoursKind
    hours: Decimal
    days: Days


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What the person already has, as the control of one line needs it. Hours are those counted, without the line."""

    window: Days
    same_hours: bool = False
    """The same employer already counted the same hours of the same month in another placement."""
    month_hours: Decimal = ZERO
    """Of the person in the month, all employers."""
    placement_hours: Decimal = ZERO
    """Of the placement in the month, work and training."""
    ai_hours: Decimal = ZERO
    """By an association intermédiaire in the company, over 24 months."""


@dataclass(slots=True)
class History:
    """All that counts for one person, and the first days of work for which it was found eligible."""

    checks: list[date] = field(default_factory=list)
    counted: list[Counted] = field(default_factory=list)

    def past(self, line: Counted, *, window: Days) -> Past:
        """Return what the control of a line needs; `line` holds the hours as declared."""
        same_month = [one for one in self.counted if one.month == line.month]
        since = months_before(line.month, AI_MONTHS)
        return Past(
            window=window,
            same_hours=any(is_same(one, line) for one in same_month),
            month_hours=total(same_month),
            placement_hours=total([one for one in same_month if one.placement == line.placement]),
            ai_hours=total(
                [
                    one
                    for one in self.counted
                    if one.modality == Modality.SECONDMENT_AI
                    and one.company == line.company
                    and since < one.month <= line.month
                ]
            ),
        )


def is_same(one: Counted, other: Counted) -> bool:
    """Say whether two lines are the same hours declared twice: two half-posts are legal (PRACTICE.md 2)."""
    return one.placement != other.placement and (one.employer, one.month, one.kind, one.hours) == (
        other.employer,
        other.month,
        other.kind,
        other.hours,
    )


def total(lines: list[Counted]) -> Decimal:
    """Return the sum of hours."""
    return sum((line.hours for line in lines), ZERO)

"""Periods of days, and how long the hours of one person count (DOMAIN.md 4.5)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from beneficiaries.placements.choices import Modality
from inclusiv.core.periods import last_day_of_window, month_end

WINDOWS: Mapping[Modality, str] = {
    Modality.DIRECT_HIRE_CDI: "PERMANENT",
    Modality.DIRECT_HIRE_CDD: "FIXED_TERM",
    Modality.SECONDMENT_ETT: "FIXED_TERM",
    Modality.APPRENTICESHIP: "APPRENTICESHIP",
    Modality.PROFESSIONAL_TRAINING: "APPRENTICESHIP",
    Modality.SECONDMENT_GEIQ: "APPRENTICESHIP",
}
"""The line of COUNT_MONTHS that limits a modality. Inclusive structures set no limit here: hours count while employed."""


@dataclass(frozen=True, slots=True)
class Days:
    """The days from `first` to `last`, both inclusive; `last` None means without end."""

    first: date
    last: date | None = None

    def __len__(self) -> int:
        """Return the number of days of a closed period. Raises ValueError without an end."""
        if self.last is None:
            raise ValueError("A period without end has no length.")
        return (self.last - self.first).days + 1


def days_of_month(month: date) -> Days:
    """Return the days of a month given by its first one."""
    return Days(month, month_end(month))


def common_days(*periods: Days | None) -> Days | None:
    """Return the days that all the periods share, None when there are none; a period None has no day."""
    known = [period for period in periods if period is not None]
    if len(known) < len(periods):
        return None
    first = max(period.first for period in known)
    last = min((period.last for period in known if period.last), default=None)
    return None if last and last < first else Days(first, last)


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRules:
    """COUNT_MONTHS by line, and the months without hours after which a new check opens a new window."""

    months: Mapping[str, int]
    reset_gap_months: int

    def months_of(self, modality: Modality) -> int | None:
        """Return how many months a person's hours count, None without limit."""
        line = WINDOWS.get(modality)
        return self.months[line] if line else None


def counting_window(
    first_day: date,
    *,
    modality: Modality,
    counted: Iterable[Days],
    checks: Iterable[date],
    rules: WindowRules,
) -> Days:
    """Return the window to which the day belongs.

    `counted` are the days already counted for the person under any clause, `checks` the first days of work for which
    it was found eligible. Last day = first counted day + N months − 1 day (12.7 cases 6 and 7); N comes from the
    modality of the line.
    """
    start = window_start(first_day, counted=counted, checks=checks, gap_months=rules.reset_gap_months)
    months = rules.months_of(modality)
    return Days(start, last_day_of_window(start, months) if months else None)


def window_told_late(
    first_day: date,
    *,
    modality: Modality,
    counted: Sequence[tuple[Days, Modality]],
    checks: Collection[date],
    rules: WindowRules,
) -> Days:
    """Return the window to which a day belongs when later ones may count already.

    What counts stays: a day that would open the window earlier, and leave a later one outside, is itself outside of
    theirs. Otherwise more than N months would count for whoever tells the first ones last.
    """
    days = [one for one, _ in counted]
    earlier = [*days, Days(first_day, first_day)]
    for later, theirs in counted:
        if later.first <= first_day:
            continue
        alone = counting_window(later.first, modality=theirs, counted=days, checks=checks, rules=rules)
        moved = counting_window(later.first, modality=theirs, counted=earlier, checks=checks, rules=rules)
        is_in = alone.last is None or later.first <= alone.last
        if is_in and moved.last and (later.last or later.first) > moved.last:
            return alone
    return counting_window(first_day, modality=modality, counted=days, checks=checks, rules=rules)


def window_start(
    first_day: date, *, counted: Iterable[Days], checks: Iterable[date], gap_months: int
) -> date:
    """Return the first counted day of the window to which `first_day` belongs.

    A new window opens after `gap_months` months without hours when the person was checked again since.
    """
    before = sorted((days for days in counted if days.first < first_day), key=lambda days: days.first)
    start, last = first_day, None
    reviewed = sorted(checks)
    for days in [*before, Days(first_day, first_day)]:
        if last is None or is_new_window(days.first, last=last, checks=reviewed, gap_months=gap_months):
            start = days.first
        last = max(last or days.first, days.last or days.first)
    return start


def is_new_window(first_day: date, *, last: date, checks: Iterable[date], gap_months: int) -> bool:
    """Say whether the gap after `last` is long enough and ends with a new check."""
    is_checked = any(last < check <= first_day for check in checks)
    return is_checked and first_day > last + relativedelta(months=gap_months)

"""Days, months and deadlines, in Paris time; nothing here reads the clock."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays
from dateutil.relativedelta import relativedelta

PARIS = ZoneInfo("Europe/Paris")
YEARS = range(1900, 2101)
"""Years of the days that somebody may mean."""


def paris_day(at: datetime) -> date:
    """Return the civil day in Paris of an aware datetime: 23:30 on the due day is still on time."""
    return at.astimezone(PARIS).date()


def month_of(day: date) -> date:
    """Return the first day of the day's month, which is how a month is stored."""
    return day.replace(day=1)


def month_end(month: date) -> date:
    """Return the last day (inclusive) of a month given by any of its days."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def months_between(first: date, last: date) -> Iterator[date]:
    """Yield the first day of each month that has a day in [first, last], both inclusive."""
    month = month_of(first)
    while month <= last:
        yield month
        month = month_end(month) + timedelta(days=1)


def months_before(day: date, months: int) -> date:
    """Return the same day `months` earlier, clipped at the month's end (DOMAIN.md 12.7 case 4)."""
    return day - relativedelta(months=months)


def last_day_of_window(first: date, months: int) -> date:
    """Return the last day (inclusive) of a window of `months` that opens on `first` (DOMAIN.md 4.5)."""
    return first + relativedelta(months=months) - timedelta(days=1)


@cache
def public_holidays(year: int) -> frozenset[date]:
    """Return the public holidays of metropolitan France (L3133-1 C. trav.)."""
    return frozenset(holidays.country_holidays("FR", years=year))


def next_working_day(day: date) -> date:
    """Return the day, or the next one that is neither a weekend's nor a public holiday (CCAG art. 3.2)."""
    while day.weekday() >= 5 or day in public_holidays(day.year):
        day += timedelta(days=1)
    return day


def add_working_days(day: date, count: int) -> date:
    """Return the day that comes `count` working days after `day`."""
    for _ in range(count):
        day = next_working_day(day + timedelta(days=1))
    return day


def statement_due_on(month: date, due_day: int) -> date:
    """Return the last day on which a month's statement is on time.

    « Before the 12th » is read as « at the latest on the 12th » of the next month, carried to the next working day
    (DOMAIN.md 6.1).
    """
    return next_working_day((month_of(month) + relativedelta(months=1)).replace(day=due_day))

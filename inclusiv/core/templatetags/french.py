"""Filters that print French: `{{ lot.owed|hours }}`, `{{ day|date_long }}`, `{{ count|plural:"personne" }}`.

They are the functions of `inclusiv.core.french`; an absent value (None or an undefined name) prints « — ».
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from django import template

from inclusiv.core import french
from inclusiv.core.periods import PARIS, paris_day

register = template.Library()

ABSENT = "—"


def _of_number(write: Callable[[french.Number], str]) -> Callable[[object], str]:
    """Turn a function of numbers into a filter; anything else but an absent value raises TypeError."""

    def written(value: object) -> str:
        if value is None or value == "":
            return ABSENT
        if isinstance(value, bool) or not isinstance(value, Decimal | int):
            raise TypeError(f"{value!r} is not a Decimal nor an int: hours and money are never floats.")
        return write(value)

    return written


def _of_day(write: Callable[[date], str]) -> Callable[[object], str]:
    """Turn a function of days into a filter; a datetime gives its day in Paris."""

    def written(value: object) -> str:
        if value is None or value == "":
            return ABSENT
        if isinstance(value, datetime):
            return write(paris_day(value))
        if isinstance(value, date):
            return write(value)
        raise TypeError(f"{value!r} is not a date.")

    return written


def _of_instant(value: datetime) -> str:
    """Print an instant with its hour in Paris."""
    return french.moment(value.astimezone(PARIS))


register.filter("hours", _of_number(french.hours_text))
register.filter("signed", _of_number(french.signed))
register.filter("signed_hours", _of_number(french.signed_hours))
register.filter("whole_hours", _of_number(french.whole_hours))
register.filter("euros", _of_number(french.euros))
register.filter("percent", _of_number(french.percent))
register.filter("number", _of_number(french.number))
register.filter("date_short", _of_day(french.date_short))
register.filter("date_long", _of_day(french.date_long))
register.filter("moment", _of_instant)
register.filter("month_name", _of_day(french.month_name))
register.filter("since", french.since)
register.filter("ago", french.ago)
register.filter("typeset", french.typeset)
register.filter("file_size", french.file_size)
register.filter("people_months", _of_number(french.people_months))


@register.filter
def plural(count: int, words: str) -> str:
    """Agree words with a count: `{{ n|plural:"personne" }}`, irregular forms after a bar: `"bail|baux"`."""
    singular, _, several = words.partition("|")
    return french.plural(count, singular, several)


@register.filter
def agreed(count: int, words: str) -> str:
    """Agree words alone, the count being written elsewhere: `{{ n|agreed:"relevé à contrôler" }}`."""
    singular, _, several = words.partition("|")
    return french.agreed(count, singular, several)


@register.filter
def elide(name: str, word: str) -> str:
    """Join « de », « à » or « que » to a name: `Commune {{ name|elide:"de" }}`."""
    return french.elide(word, name)

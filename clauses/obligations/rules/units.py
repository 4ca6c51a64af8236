"""What an obligation counts, in words, and how many of it a period asks for (DOMAIN.md 3.6)."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from dateutil.relativedelta import relativedelta

from clauses.obligations.choices import Expression, SocialActionKind, Unit
from inclusiv.core.french import agreed, hours_text, plural, signed
from inclusiv.core.quantities import cents

COUNTED: Mapping[Unit, tuple[str, str]] = {
    Unit.ACTIONS: ("action sociale", "actions sociales"),
    Unit.PLACES: ("place de formation ou de stage", "places de formation ou de stage"),
    Unit.PARTICIPANTS: ("participant", "participants"),
}
"""The words of each unit but the hours, one and several."""

UNITS: Mapping[Expression, Unit] = {
    Expression.HOURS: Unit.HOURS,
    Expression.PER_AMOUNT: Unit.HOURS,
    Expression.PER_WORK: Unit.HOURS,
    Expression.ACTIONS: Unit.ACTIONS,
    Expression.PLACES: Unit.PLACES,
    Expression.PARTICIPANTS: Unit.PARTICIPANTS,
}

MINIMUM_HOURS: Mapping[SocialActionKind, int] = {
    SocialActionKind.GROUP_SESSION: 3,
    SocialActionKind.INTERNSHIP: 35,
    SocialActionKind.MENTORING: 6,
    SocialActionKind.ANTI_DISCRIMINATION_TRAINING: 3,
}
"""Hours under which an action is not one; the kind that somebody validates has none (DOMAIN.md 3.6)."""


def quantity_text(quantity: Decimal, unit: Unit) -> str:
    """Return « 1 890 h », « 4 actions sociales »."""
    return hours_text(quantity) if unit is Unit.HOURS else plural(quantity, *COUNTED[unit])


def signed_text(quantity: Decimal, unit: Unit) -> str:
    """Return a change: « +50 h », « -1 action sociale »."""
    words = "h" if unit is Unit.HOURS else agreed(quantity, *COUNTED[unit])
    return f"{signed(quantity)}\u00a0{words}"


def expression_of(unit: Unit, *, hours_per_100k: Decimal | None, hours_rate: Decimal | None) -> Expression:
    """Return how a clause says what it asks for."""
    if unit is not Unit.HOURS:
        return Expression(unit.value)
    if hours_per_100k is not None:
        return Expression.PER_AMOUNT
    return Expression.HOURS if hours_rate is None else Expression.PER_WORK


def years_begun(starts_on: date, ends_on: date) -> int:
    """Return the years of an execution that have begun by its last day: 12 months are 1, one day more is 2."""
    length = relativedelta(ends_on + timedelta(days=1), starts_on)
    return length.years + bool(length.months or length.days)


def actions_owed(per_year: int, *, starts_on: date, ends_on: date) -> Decimal:
    """Return the actions of a period: so many for each year begun."""
    return cents(Decimal(per_year * years_begun(starts_on, ends_on)))


def rounded(quantity: Decimal, unit: Unit) -> Decimal:
    """Return a part of what is owed as it can be owed: hours to the hundredth, the rest whole, what is begun being due."""
    return cents(quantity if unit is Unit.HOURS else quantity.to_integral_value(ROUND_CEILING))

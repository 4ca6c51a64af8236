"""Hours owed and hours validated, compared on a day: pace, state, forecast (DOMAIN.md 6.3, PRACTICE.md 2 and 3)."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from inclusiv.core.french import (
    DAYS_PER_MONTH,
    NO_BREAK,
    date_short,
    day_month,
    elide,
    hours_text,
    month_name,
    people_months,
)
from inclusiv.core.periods import month_end, month_of, statement_due_on
from inclusiv.core.quantities import ZERO, cents
from reporting.followup.choices import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceLimits:
    """Shares of the expected hours from which one is on time, or only late; share of the days that says nothing yet."""

    on_time: Decimal
    late: Decimal
    silent_share: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Days from one to another, both inclusive."""

    starts_on: date
    ends_on: date

    @property
    def days(self) -> int:
        """How many days it lasts."""
        return (self.ends_on - self.starts_on).days + 1

    def lived(self, *, on: date) -> int:
        """Return its days already lived at the end of the day `on`, from 0 to all of them."""
        return min(max((on - self.starts_on).days + 1, 0), self.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedMonth(Span):
    """A month of an agreed plan, over its days of execution, with its hours."""

    hours: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedPlan:
    """The months agreed with a company; `changed_on` is the first day on which other hours were owed, if any."""

    months: tuple[PlannedMonth, ...]
    changed_on: date | None = None

    @property
    def total(self) -> Decimal:
        """The hours of all its months."""
        return sum((month.hours for month in self.months), ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """Hours owed from one day to another, both inclusive, and the hours validated so far.

    `stops` are the days of suspensions within the period: they are not lived, nor counted.
    """

    owed: Decimal
    done: Decimal
    starts_on: date
    ends_on: date
    stops: tuple[Span, ...] = ()
    plan: AgreedPlan | None = None

    @property
    def days(self) -> int:
        """Days of the period, those of suspensions taken off; at least one."""
        return max(self.calendar.days - sum(stop.days for stop in self.stops), 1)

    @property
    def calendar(self) -> Span:
        """The whole period, suspensions included."""
        return Span(starts_on=self.starts_on, ends_on=self.ends_on)

    @property
    def remaining(self) -> Decimal:
        """Hours still to do, never negative."""
        return max(ZERO, self.owed - self.done)


def judged_on(on: date, *, due_day: int, review_days: int) -> date:
    """Return the last day of the latest month whose hours should all be validated on the day `on`.

    A month's statement is due on the 12th of the next one and controlled within 15 days (DOMAIN.md 6.1): judging
    today's validated hours against today's calendar would call late every company that declares on time.
    """
    month = month_of(month_of(on) - timedelta(days=1))
    while statement_due_on(month, due_day) + timedelta(days=review_days) >= on:
        month = month_of(month - timedelta(days=1))
    return month_end(month)


def elapsed_days(commitment: Commitment, *, on: date) -> int:
    """Return the days of the period already lived at the end of the day `on`, those of suspensions taken off."""
    stopped = sum(stop.lived(on=on) for stop in commitment.stops)
    return min(commitment.calendar.lived(on=on) - stopped, commitment.days)


def expected(commitment: Commitment, *, on: date) -> Decimal:
    """Return the hours awaited at the end of a day: those of the agreed plan, else of a steady pace (DOMAIN.md 6.3).

    A steady pace is owed × elapsed days ÷ days. Hours that a plan does not know, since the contract changed, are
    awaited steadily from the day of the change to the last one.
    """
    plan = commitment.plan
    if plan is None:
        return cents(commitment.owed * elapsed_days(commitment, on=on) / commitment.days)
    reached = sum((month.hours * month.lived(on=on) / month.days for month in plan.months), ZERO)
    if plan.changed_on is not None:
        first = min(max(plan.changed_on, commitment.starts_on), commitment.ends_on)
        left = Span(starts_on=first, ends_on=commitment.ends_on)
        reached += (commitment.owed - plan.total) * left.lived(on=on) / left.days
    return cents(reached)


def progress(commitment: Commitment, *, on: date) -> Decimal | None:
    """Return validated ÷ expected at four decimals, None while nothing is expected (DOMAIN.md 6.3)."""
    awaited = expected(commitment, on=on)
    return (commitment.done / awaited).quantize(Decimal("0.0001"), ROUND_HALF_UP) if awaited else None


def standing(commitment: Commitment, *, on: date, finished: bool, limits: PaceLimits) -> Standing:
    """Return where hours owed stand: GREEN and GREY are on track, AMBER is to catch up, RED needs action.

    `on` is the day up to which hours are judged (see `judged_on`). Once finished, a shortfall waits for the buyer's
    decision: nothing else says whether the commitment was kept (PRACTICE.md 2).
    """
    if finished:
        return Standing.TO_DECIDE if commitment.remaining else Standing.KEPT
    awaited = expected(commitment, on=on)
    too_early = elapsed_days(commitment, on=on) < limits.silent_share * commitment.days
    if too_early or commitment.done >= limits.on_time * awaited:
        return Standing.ON_TRACK
    return Standing.CATCH_UP if commitment.done >= limits.late * awaited else Standing.ACTION


def beginning(commitment: Commitment, *, on: date, limits: PaceLimits) -> str:
    """Return « Démarrage : jugé sur les heures d’avril 2026 » while hours behind the pace are not judged, else nothing."""
    silent = limits.silent_share * commitment.days
    behind = commitment.done < limits.on_time * expected(commitment, on=on)
    if elapsed_days(commitment, on=on) >= silent or not behind:
        return ""
    first = commitment.starts_on + timedelta(days=int(silent.to_integral_value(ROUND_CEILING)) - 1)
    return f"Démarrage{NO_BREAK}: jugé sur les heures {elide('de', month_name(first))}"


def projected(commitment: Commitment, *, on: date) -> Decimal:
    """Return the whole hours that the present pace reaches on the last day: against a plan, in the same proportion.

    Raises ValueError before the first day, or before the first hours of a plan.
    """
    if commitment.plan is not None:
        awaited = expected(commitment, on=on)
        if not awaited:
            raise ValueError("A pace needs hours that were awaited.")
        return (commitment.done * commitment.owed / awaited).quantize(Decimal(1), ROUND_HALF_UP)
    elapsed = elapsed_days(commitment, on=on)
    if not elapsed:
        raise ValueError("A pace needs a day.")
    return (commitment.done * commitment.days / elapsed).quantize(Decimal(1), ROUND_HALF_UP)


def forecast(commitment: Commitment, *, standing: Standing, on: date) -> str:
    """Return « À ce rythme : 1 420 h le 28/11, il manquera 390 h », or nothing when on time, too early or over."""
    if not standing.is_late:
        return ""
    reached = projected(commitment, on=on)
    missing = (commitment.owed - reached).quantize(Decimal(1), ROUND_HALF_UP)
    near = commitment.ends_on.year == on.year
    end = day_month(commitment.ends_on) if near else date_short(commitment.ends_on)
    return f"À ce rythme{NO_BREAK}: {hours_text(reached)} le {end}, il manquera {hours_text(missing)}"


def months_left(commitment: Commitment, *, on: date) -> int:
    """Return the months from the day `on` to the last one, rounded, at least one."""
    days = (commitment.ends_on - on).days + 1
    return max(1, int((days / DAYS_PER_MONTH).quantize(Decimal(1), ROUND_HALF_UP)))


def people_needed(commitment: Commitment, *, on: date) -> str:
    """Translate the remaining hours: « environ 2 personnes pendant 2 mois »; nothing when none remains or all is over."""
    if not commitment.remaining or on > commitment.ends_on:
        return ""
    return people_months(commitment.remaining, months=months_left(commitment, on=on))

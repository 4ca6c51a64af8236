"""The control of a line: does it count, and what deserves a look (DOMAIN.md 6.2, PRACTICE.md 2).

A line tells the hours done under an award: when the month straddles the execution of the tender its days are clipped
and its hours kept, if so few days can hold them. When it straddles the end of the person's counting window, the tool
splits the hours in proportion of the days (PRACTICE.md 2).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from beneficiaries.hours.choices import Finding, HoursKind
from beneficiaries.hours.rules.history import Past
from beneficiaries.hours.rules.window import Days, common_days, days_of_month
from beneficiaries.placements.choices import NOT_COUNTABLE, Modality
from inclusiv.core.quantities import ZERO, cents

WEEKS_IN_A_MONTH = Decimal(52) / 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """What the placement's check says: the days on which it was decided, for which it holds, and that its proof shows."""

    validated: bool
    decided_on: date | None = None
    reference_date: date
    proven_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """A line with its placement, its contract and its clause. Hours to the hundredth; periods inclusive."""

    month: date
    kind: HoursKind
    hours: Decimal
    placement: int
    employer: int
    company: int
    """The company where the person works, which is not always the employer."""
    modality: Modality
    weekly_hours: Decimal
    contract: Days | None
    """None for a mise à l'emploi that was given up."""
    execution: Days
    eligibility: Eligibility
    strict: bool
    """Whether the clause demands the validation before the first day."""
    counts_training: bool
    is_allowed: bool = True
    """Whether the clause lets hours be done in this way (CCAG 16.1.2)."""
    told_on: date | None = None
    """The day on which the line was sent: nothing was worked yet after it. None while it was not sent."""

    @property
    def period(self) -> Days | None:
        """The days on which hours may count: month ∩ work contract ∩ execution of the tender; None without any."""
        return common_days(days_of_month(self.month), self.contract, self.execution)

    @property
    def days(self) -> Days | None:
        """The days of the period that the line may cover, until it was sent; None without any."""
        return common_days(self.period, Days(date.min, self.told_on))


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The parameters of the controls (DOMAIN.md Annex A): hours a month, a rate, cumulated hours."""

    monthly_warning: Decimal
    monthly_max: Decimal
    daily_max: Decimal
    part_time_rate: Decimal
    ai_warning: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a line is worth: why it does not count, what to look at, the days it covers and the hours that count."""

    rejections: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    days: Days | None = None
    counted: Decimal = ZERO

    @property
    def is_clean(self) -> bool:
        """Say whether there is nothing to look at."""
        return not self.rejections and not self.warnings


def control(facts: LineFacts, *, past: Past, limits: Limits) -> Verdict:
    """Return the verdict of a line, given what is already counted for the person. No hours: nothing to say."""
    if not facts.hours:
        return Verdict()
    warnings = tuple(look_at(facts, past=past, limits=limits))
    if rejections := tuple(reject(facts, past=past, limits=limits)):
        return Verdict(rejections=rejections, warnings=warnings)
    days = common_days(facts.days, past.window)
    return Verdict(warnings=warnings, days=days, counted=hours_within(facts, days))


def hours_within(facts: LineFacts, days: Days | None) -> Decimal:
    """Return the hours of the line that fall within some of its days, to the hundredth: all of them for all its days."""
    if days is None or facts.days is None:
        return ZERO
    return cents(facts.hours * len(days) / len(facts.days))


def reject(facts: LineFacts, *, past: Past, limits: Limits) -> Iterator[Finding]:
    """Yield why the line does not count."""
    if not facts.eligibility.validated:
        yield Finding.BENEFICIARY_NOT_ELIGIBLE
    elif is_late(facts) and not is_accepted_late(facts):
        yield Finding.ELIGIBILITY_AFTER_START
    if facts.modality in NOT_COUNTABLE or not facts.is_allowed:
        yield Finding.MODALITY_NOT_COUNTABLE
    if facts.kind == HoursKind.TRAINING and not facts.counts_training:
        yield Finding.TRAINING_NOT_COUNTED
    if (misplaced := reject_days(facts, past=past, limits=limits)) is not None:
        yield misplaced
    if past.same_hours:
        yield Finding.DUPLICATE_HOURS
    if past.month_hours + facts.hours > limits.monthly_max:
        yield Finding.MONTHLY_MAX


def reject_days(facts: LineFacts, *, past: Past, limits: Limits) -> Finding | None:
    """Return why the days of the line do not fit, the widest period first; None when they do."""
    if common_days(days_of_month(facts.month), facts.contract) is None:
        return Finding.OUTSIDE_WORK_CONTRACT
    if facts.period is None:
        return Finding.OUTSIDE_EXECUTION_PERIOD
    if facts.days is None:
        return Finding.NOT_WORKED_YET
    if common_days(facts.days, past.window) is None:
        return Finding.OUT_OF_COUNTING_WINDOW
    if past.placement_hours + facts.hours > limits.daily_max * len(facts.days):
        return Finding.DAILY_MAX
    return None


def look_at(facts: LineFacts, *, past: Past, limits: Limits) -> Iterator[Finding]:
    """Yield what does not forbid to count the line, but that a facilitator must see."""
    if facts.eligibility.validated and is_late(facts) and is_accepted_late(facts):
        yield Finding.ELIGIBILITY_AFTER_START
    if limits.monthly_warning < past.month_hours + facts.hours <= limits.monthly_max:
        yield Finding.MONTHLY_MAX
    days = facts.days or common_days(days_of_month(facts.month), facts.contract)
    contractual = contractual_hours(facts.weekly_hours, month=facts.month, days=days)
    if past.placement_hours + facts.hours > contractual * limits.part_time_rate:
        yield Finding.PART_TIME_EXCESS
    if facts.days and common_days(facts.days, past.window) not in {None, facts.days}:
        yield Finding.SPLIT_AT_WINDOW
    if facts.modality == Modality.SECONDMENT_AI and past.ai_hours + facts.hours > limits.ai_warning:
        yield Finding.AI_480


def is_late(facts: LineFacts) -> bool:
    """Say whether the eligibility was decided, or holds, only after the first day of work."""
    if facts.contract is None:
        return False
    first_day = facts.contract.first
    decided_on = facts.eligibility.decided_on
    return facts.eligibility.reference_date > first_day or (decided_on is not None and decided_on > first_day)


def is_accepted_late(facts: LineFacts) -> bool:
    """Say whether a late eligibility is accepted: the clause is not strict and the proof shows the status on day 1."""
    proven_on = facts.eligibility.proven_on
    if facts.strict or proven_on is None or facts.contract is None:
        return False
    return proven_on <= facts.contract.first


def contractual_hours(weekly_hours: Decimal, *, month: date, days: Days | None) -> Decimal:
    """Return the hours of a work contract in a month, in proportion to some of its days."""
    return weekly_hours * WEEKS_IN_A_MONTH * (len(days) if days else 0) / len(days_of_month(month))

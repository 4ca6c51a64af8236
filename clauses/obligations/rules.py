"""The calculation of the hours, and what its result deserves as warnings (DOMAIN.md 3)."""

from dataclasses import dataclass
from decimal import Decimal

from inclusiv.core.quantities import cents, to_step


@dataclass(frozen=True, slots=True, kw_only=True)
class SizingInputs:
    """What the hours of a lot are computed from: amount in € HT, rates from 0 to 1, cost in € per hour."""

    amount: Decimal
    labour_share: Decimal
    effort_rate: Decimal
    hourly_cost: Decimal
    rounding_step: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SizingLimits:
    """Below or above these values a clause is discussed: hours, rates, months (DOMAIN.md 3.1 and 3.5)."""

    min_amount: Decimal
    min_hours: Decimal
    min_labour_share: Decimal
    min_months: int
    effort_min: Decimal
    effort_max: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SizingResult:
    """Hours before rounding (to the hundredth), hours to write in the contract, and what to look at twice."""

    raw_hours: Decimal
    hours: Decimal
    warnings: tuple[str, ...]


def size(inputs: SizingInputs, *, limits: SizingLimits, months: int | None) -> SizingResult:
    """Return hours = amount × labour share × effort ÷ hourly cost, rounded half up to the step (DOMAIN.md 3.1).

    `months` is the duration of execution, None when it is not known yet. Raises ValueError when the cost or the step
    is not positive.
    """
    if inputs.hourly_cost <= 0 or inputs.rounding_step <= 0:
        raise ValueError("The hourly cost and the rounding step are positive.")
    exact = inputs.amount * inputs.labour_share * inputs.effort_rate / inputs.hourly_cost
    hours = to_step(exact, inputs.rounding_step)
    return SizingResult(
        raw_hours=cents(exact),
        hours=cents(hours),
        warnings=tuple(warn(inputs, hours, limits=limits, months=months)),
    )


def warn(inputs: SizingInputs, hours: Decimal, *, limits: SizingLimits, months: int | None) -> list[str]:
    """Return the sentences that the buyer and its facilitator should read before going on (DOMAIN.md 3.1, 3.5)."""
    checks = [
        (
            inputs.amount < limits.min_amount,
            f"Le montant du lot est inférieur à {limits.min_amount:.0f} € HT : une clause y est rarement conseillée.",
        ),
        (
            inputs.labour_share < limits.min_labour_share,
            "La part de main-d’œuvre est faible : peu d’heures de travail à confier.",
        ),
        (
            not limits.effort_min <= inputs.effort_rate <= limits.effort_max,
            f"L’effort d’insertion sort de l’usage ({limits.effort_min * 100:.0f} à {limits.effort_max * 100:.0f} %).",
        ),
        (
            hours < limits.min_hours,
            f"Moins de {limits.min_hours:.0f} heures : l’emploi proposé serait très court.",
        ),
        (
            months is not None and months < limits.min_months,
            f"Une exécution de moins de {limits.min_months} mois laisse peu de temps pour recruter.",
        ),
    ]
    return [sentence for applies, sentence in checks if applies]


def effort_of(
    hours: Decimal, *, amount: Decimal, labour_share: Decimal, hourly_cost: Decimal
) -> Decimal | None:
    """Return the effort rate that a number of hours stands for (the inverse computation), None without an amount."""
    labour = amount * labour_share
    return (hours * hourly_cost / labour).quantize(Decimal("0.00001")) if labour else None

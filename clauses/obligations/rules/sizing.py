"""The calculation of the hours, and what its result deserves as warnings (DOMAIN.md 3)."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from clauses.obligations.choices import Unit
from inclusiv.core.french import HOURS_PER_PERSON_MONTH, NARROW, euros, hours_text, number, percent
from inclusiv.core.quantities import HOURS_MAX, cents, to_step
from inclusiv.core.refusals import Refused

MIN_FULL_TIME = Decimal("0.3")
"""Below this part of one full-time job over the whole execution, the work is in pieces (DOMAIN.md 3.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SizingInputs:
    """What the hours of a lot are computed from: amount in € HT, rates from 0 to 1, cost in € per hour.

    Staff is in persons or in hours a year, the same for both numbers: when a contractor takes over the staff of the one
    before, the effort is asked of those newly assigned only, pro rata (DOMAIN.md 3.1).
    """

    amount: Decimal
    labour_share: Decimal
    effort_rate: Decimal
    hourly_cost: Decimal
    rounding_step: Decimal
    staff_total: Decimal | None = None
    staff_taken_over: Decimal | None = None

    @property
    def new_staff_share(self) -> Decimal:
        """The part of the staff that is newly assigned, from 0 to 1; everybody unless both numbers are told."""
        if not self.staff_total or self.staff_taken_over is None:
            return Decimal(1)
        return max(self.staff_total - self.staff_taken_over, Decimal(0)) / self.staff_total

    def exact_hours(self, amount: Decimal | None = None) -> Decimal:
        """Return amount × labour share × effort × new staff ÷ hourly cost, before any rounding."""
        taken = self.amount if amount is None else amount
        return taken * self.labour_share * self.effort_rate * self.new_staff_share / self.hourly_cost


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
    """Return hours = amount × labour share × effort × new staff ÷ hourly cost, rounded half up to the step (DOMAIN.md 3.1).

    `months` is the duration of execution, None when it is not known yet. Raises ValueError when the cost or the step
    is not positive.
    """
    if inputs.hourly_cost <= 0 or inputs.rounding_step <= 0:
        raise ValueError("The hourly cost and the rounding step are positive.")
    exact = inputs.exact_hours()
    hours = to_step(exact, inputs.rounding_step)
    return SizingResult(
        raw_hours=cents(exact),
        hours=cents(hours),
        warnings=tuple(warn(inputs, hours, limits=limits, months=months)),
    )


def warn(inputs: SizingInputs, hours: Decimal, *, limits: SizingLimits, months: int | None) -> list[str]:
    """Return the sentences that the buyer and its facilitator should read before going on (DOMAIN.md 3.1, 3.5)."""
    usual = f"de {percent(limits.effort_min * 100)} à {percent(limits.effort_max * 100)}"
    checks = [
        (
            inputs.amount < limits.min_amount,
            f"Sous {euros(limits.min_amount)} HT, une clause est rarement conseillée.",
        ),
        (
            inputs.labour_share < limits.min_labour_share,
            "La part de main-d’œuvre est faible : il y a peu d’heures de travail à confier.",
        ),
        (
            not limits.effort_min <= inputs.effort_rate <= limits.effort_max,
            f"L’effort d’insertion sort de l’usage, {usual}.",
        ),
        (
            hours < limits.min_hours,
            f"Moins de {hours_text(limits.min_hours)} : l’emploi proposé serait très court.",
        ),
        (
            months is not None and months < limits.min_months,
            f"Une exécution de moins de {limits.min_months} mois laisse peu de temps pour recruter.",
        ),
        (
            is_in_pieces(hours, months),
            "Étalées sur toute l’exécution, ces heures font moins d’un tiers de temps plein : regroupez-les.",
        ),
    ]
    return [sentence for applies, sentence in checks if applies]


def is_in_pieces(hours: Decimal, months: int | None) -> bool:
    """Say whether the hours, spread evenly over the execution, are less than MIN_FULL_TIME of a job."""
    return bool(months) and hours < MIN_FULL_TIME * (months or 0) * HOURS_PER_PERSON_MONTH


def whole_months(starts_on: date | None, ends_on: date | None) -> int | None:
    """Return the whole months of an execution, both days inclusive; None when a day is not known."""
    if starts_on is None or ends_on is None:
        return None
    length = relativedelta(ends_on + timedelta(days=1), starts_on)
    return length.years * 12 + length.months


def effort_of(hours: Decimal, inputs: SizingInputs) -> Decimal | None:
    """Return the effort rate that a number of hours stands for (the inverse computation), None without any labour."""
    hourly_cost = inputs.hourly_cost
    labour = inputs.amount * inputs.labour_share * inputs.new_staff_share
    return (hours * hourly_cost / labour).quantize(Decimal("0.00001")) if labour else None


def check_inputs(inputs: SizingInputs) -> None:
    """Refuse an amount, a rate or a cost that no calculation can start from."""
    if inputs.amount < 0:
        raise Refused("amount_negative", "Le montant du lot ne peut pas être négatif.", field="amount")
    for field, rate, name in (
        ("labour_share", inputs.labour_share, "La part de main-d’œuvre"),
        ("effort_rate", inputs.effort_rate, "L’effort d’insertion"),
    ):
        if not 0 <= rate <= 1:
            raise Refused(
                "not_a_rate", f"{name} ({percent(rate * 100)}) va de 0 à 100{NARROW}%.", field=field
            )
    check_staff(inputs)
    if inputs.hourly_cost <= 0:
        raise Refused("cost_not_positive", "Le coût horaire est de plus de 0 €.", field="hourly_cost")
    if inputs.rounding_step <= 0:
        raise Refused("step_not_positive", "Le pas d’arrondi est de plus de 0 h.", field="rounding_step")


def check_staff(inputs: SizingInputs) -> None:
    """Refuse staff taken over that is not a part of the staff."""
    total, taken = inputs.staff_total, inputs.staff_taken_over
    if (total is None) is not (taken is None):
        missing = "staff_total" if total is None else "staff_taken_over"
        raise Refused(
            "staff_half_told",
            "Indiquez le personnel prévu et le personnel repris, ou laissez les deux vides.",
            field=missing,
        )
    if total is None or taken is None:
        return
    if total <= 0 or taken < 0:
        raise Refused("staff_negative", "Le personnel prévu est de plus de 0.", field="staff_total")
    if taken >= total:
        raise Refused(
            "staff_all_taken_over",
            f"Le personnel repris ({number(taken)}) est inférieur au personnel prévu ({number(total)}) : sinon aucun"
            " poste nouveau ne permet d’insertion.",
            field="staff_taken_over",
        )


def check_result(result: SizingResult) -> None:
    """Refuse a calculation that no contract can ask for: one of its inputs is mistyped."""
    if result.raw_hours > HOURS_MAX:
        raise Refused(
            "too_many_hours",
            f"Le calcul donne {hours_text(result.raw_hours)}, au-delà de {hours_text(HOURS_MAX)} : vérifiez le montant"
            " et le coût horaire.",
            field="amount",
        )


def check_quantity(quantity: Decimal, *, unit: Unit = Unit.HOURS) -> None:
    """Refuse a clause that asks for nothing, for a part of a person, or for more than can be written down."""
    if quantity > HOURS_MAX:
        raise Refused(
            "too_many_hours",
            f"La clause demanderait {hours_text(quantity)}, au-delà de {hours_text(HOURS_MAX)} : vérifiez les nombres"
            " tapés.",
            field="amount",
        )
    if quantity <= 0 and unit is Unit.HOURS:
        raise Refused("no_hours", "Une clause demande au moins une heure d’insertion.", field="quantity")
    if unit is not Unit.HOURS and (quantity <= 0 or quantity % 1):
        raise Refused(
            "not_whole", f"Indiquez un nombre entier : {number(quantity)} ne convient pas.", field="count"
        )

"""Hours are computed as the contract says, and doubtful calculations are told (DOMAIN.md 3, 12.1, 12.7)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clauses.obligations.rules import sizing as rules
from clauses.obligations.rules.sizing import SizingInputs, SizingLimits
from inclusiv.core.refusals import Refused

LIMITS = SizingLimits(
    min_amount=Decimal(100_000),
    min_hours=Decimal(140),
    min_labour_share=Decimal("0.20"),
    min_months=2,
    effort_min=Decimal("0.02"),
    effort_max=Decimal("0.20"),
)


def inputs(
    amount: str = "1800000", share: str = "0.45", effort: str = "0.07", cost: str = "30", step: str = "5"
) -> SizingInputs:
    return SizingInputs(
        amount=Decimal(amount),
        labour_share=Decimal(share),
        effort_rate=Decimal(effort),
        hourly_cost=Decimal(cost),
        rounding_step=Decimal(step),
    )


def hours(given_inputs: SizingInputs) -> tuple[str, str]:
    result = rules.size(given_inputs, limits=LIMITS, months=None)
    return str(result.raw_hours), str(result.hours)


CALCULATIONS = [
    ("lot 1, 12.1", inputs(), "1890.00", "1890.00"),
    ("lot 2, 12.1", inputs("640000", "0.30", "0.05"), "320.00", "320.00"),
    ("lot 2 after its amendment, 12.1", inputs("736000", "0.30", "0.05"), "368.00", "370.00"),
    ("lot 3, 12.1 and 12.7 case 16", inputs("220000", "0.70", "0.08"), "410.67", "410.00"),
    ("source example, 3.1", inputs("1000000", "0.50", "0.05", step="1"), "833.33", "833.00"),
    ("12.7 case 16, below half", inputs("22.49", "1", "1", "1"), "22.49", "20.00"),
    ("12.7 case 16, half", inputs("22.50", "1", "1", "1"), "22.50", "25.00"),
    (
        "rounded once: 22.496 shows 22.50 and stays under the half",
        inputs("22.496", "1", "1", "1"),
        "22.50",
        "20.00",
    ),
    ("nothing", inputs("0"), "0.00", "0.00"),
]


@pytest.mark.parametrize(
    ("raw", "rounded", "given_inputs"),
    [(c[2], c[3], c[1]) for c in CALCULATIONS],
    ids=[c[0] for c in CALCULATIONS],
)
def test_hours_are_amount_by_share_by_effort_over_cost(
    raw: str, rounded: str, given_inputs: SizingInputs
) -> None:
    assert hours(given_inputs) == (raw, rounded)


@pytest.mark.parametrize("wrong", [inputs(cost="0"), inputs(step="0"), inputs(cost="-1")])
def test_a_calculation_needs_a_cost_and_a_step(wrong: SizingInputs) -> None:
    with pytest.raises(ValueError, match="positive"):
        rules.size(wrong, limits=LIMITS, months=None)


WARNINGS = [
    (inputs(), 8, []),
    (inputs(), None, []),
    (inputs("100000", "0.70", "0.10"), 2, []),
    (inputs("99999.99", "0.70", "0.10"), 2, ["Sous 100\u202f000"]),
    (inputs(share="0.20"), 8, []),
    (inputs(share="0.19999"), 8, ["part de main-d’œuvre"]),
    (inputs(effort="0.02"), 8, []),
    (inputs(effort="0.01999"), 8, ["de 2\u202f% à 20\u202f%"]),
    (inputs(effort="0.20"), 8, []),
    (inputs(effort="0.20001"), 8, ["de 2\u202f% à 20\u202f%"]),
    (inputs("100000", "0.42", "0.10"), 2, []),
    (inputs("100000", "0.40", "0.10"), 2, ["Moins de 140"]),
    (inputs(), 2, []),
    (inputs(), 1, ["moins de 2 mois"]),
    (inputs("640000", "0.30", "0.05"), 7, []),
    (inputs("640000", "0.30", "0.05"), 8, ["tiers de temps plein"]),
]


@pytest.mark.parametrize(("given_inputs", "months", "expected"), WARNINGS)
def test_each_doubtful_calculation_is_told_in_one_sentence(
    given_inputs: SizingInputs, months: int | None, expected: list[str]
) -> None:
    warnings = rules.size(given_inputs, limits=LIMITS, months=months).warnings
    assert len(warnings) == len(expected)
    assert all(part in warning for part, warning in zip(expected, warnings, strict=True))


DURATIONS = [
    (date(2025, 3, 24), date(2025, 11, 28), 8),
    (date(2025, 3, 24), date(2025, 5, 23), 2),
    (date(2025, 3, 24), date(2025, 5, 22), 1),
    (date(2025, 1, 1), date(2027, 12, 31), 36),
    (date(2025, 1, 1), date(2025, 1, 1), 0),
    (None, date(2025, 1, 1), None),
    (date(2025, 1, 1), None, None),
]


@pytest.mark.parametrize(("starts_on", "ends_on", "months"), DURATIONS)
def test_a_duration_is_in_whole_months_both_days_inclusive(
    starts_on: date | None, ends_on: date | None, months: int | None
) -> None:
    assert rules.whole_months(starts_on, ends_on) == months


REFUSED_INPUTS = [
    (inputs("-1"), "amount"),
    (inputs(share="1.00001"), "labour_share"),
    (inputs(effort="-0.01"), "effort_rate"),
    (inputs(cost="0"), "hourly_cost"),
    (inputs(step="0"), "rounding_step"),
]


@pytest.mark.parametrize(("wrong", "field"), REFUSED_INPUTS)
def test_an_impossible_input_is_refused_on_its_field(wrong: SizingInputs, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        rules.check_inputs(wrong)
    assert refusal.value.field == field


def test_a_calculation_beyond_any_contract_names_the_hours_and_what_to_look_at() -> None:
    result = rules.SizingResult(raw_hours=Decimal(10_000_000), hours=Decimal(10_000_000), warnings=())
    with pytest.raises(Refused, match="10\u202f000\u202f000") as refusal:
        rules.check_result(result)
    assert (refusal.value.code, refusal.value.field) == ("too_many_hours", "amount")
    rules.check_result(replace(result, raw_hours=Decimal(9_999_999)))


@pytest.mark.parametrize("quantity", ["0", "-5"])
def test_a_clause_asks_for_some_hours(quantity: str) -> None:
    with pytest.raises(Refused, match="au moins une heure"):
        rules.check_quantity(Decimal(quantity))


def cents(low: int, high: int) -> st.SearchStrategy[Decimal]:
    return st.integers(low, high).map(lambda value: Decimal(value) / 100)


SOME_INPUTS = st.builds(
    SizingInputs,
    amount=cents(0, 10**11),
    labour_share=cents(0, 100),
    effort_rate=cents(0, 100),
    hourly_cost=cents(1, 100_00),
    rounding_step=st.sampled_from([Decimal(1), Decimal(5), Decimal(7), Decimal(35)]),
)


@given(SOME_INPUTS, cents(0, 10**9))
def test_a_larger_amount_never_asks_for_fewer_hours(start: SizingInputs, more: Decimal) -> None:
    larger = replace(start, amount=start.amount + more)
    assert (
        rules.size(larger, limits=LIMITS, months=None).hours
        >= rules.size(start, limits=LIMITS, months=None).hours
    )


@given(SOME_INPUTS)
def test_rounded_hours_are_a_multiple_of_the_step_at_most_half_a_step_away(start: SizingInputs) -> None:
    exact = start.amount * start.labour_share * start.effort_rate / start.hourly_cost
    rounded = rules.size(start, limits=LIMITS, months=None).hours
    assert rounded % start.rounding_step == 0
    assert abs(rounded - exact) <= start.rounding_step / 2


@given(
    st.integers(1, 100).map(lambda value: Decimal(value) / 100),
    cents(10**6, 10**10),
    cents(20, 100),
    cents(500, 10_000),
)
def test_the_effort_of_the_hours_computed_is_the_effort_given(
    effort: Decimal, amount: Decimal, share: Decimal, cost: Decimal
) -> None:
    exact = amount * share * effort / cost
    assert rules.effort_of(exact, inputs(str(amount), str(share), "1", str(cost))) == effort


def test_the_effort_of_a_free_lot_is_unknown() -> None:
    assert rules.effort_of(Decimal(5), inputs("0", "1", "1", "1")) is None

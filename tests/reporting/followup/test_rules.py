"""Pace, state and forecast of a commitment (DOMAIN.md 6.3, 12.4; PRACTICE.md 2 and 3)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.followup import rules
from reporting.followup.choices import Standing, State
from reporting.followup.rules import AgreedPlan, Commitment, PaceLimits, PlannedMonth, Span

LIMITS = PaceLimits(on_time=Decimal("0.90"), late=Decimal("0.60"), silent_share=Decimal("0.15"))


def lot_1(done: str) -> Commitment:
    """The golden lot: 1 890 h over 250 days."""
    return Commitment(
        owed=Decimal("1890.00"), done=Decimal(done), starts_on=date(2025, 3, 24), ends_on=date(2025, 11, 28)
    )


def test_golden_lot_on_30_september() -> None:
    lot, day = lot_1("1302.00"), date(2025, 9, 30)
    assert (rules.elapsed_days(lot, on=day), lot.days) == (191, 250)
    assert rules.expected(lot, on=day) == Decimal("1443.96")
    assert rules.progress(lot, on=day) == Decimal("0.9017")
    stands = rules.standing(lot, on=day, finished=False, limits=LIMITS)
    assert stands is Standing.ON_TRACK
    assert rules.forecast(lot, standing=stands, on=day) == ""


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2025, 3, 23), "0.00"),
        (date(2025, 3, 24), "7.56"),
        (date(2025, 11, 27), "1882.44"),
        (date(2025, 11, 28), "1890.00"),
        (date(2026, 6, 1), "1890.00"),
    ],
)
def test_expected_hours_follow_the_days(day: date, hours: str) -> None:
    assert rules.expected(lot_1("0"), on=day) == Decimal(hours)


@pytest.mark.parametrize(
    ("done", "word"),
    [
        ("1299.57", Standing.ON_TRACK),  # 0.90 × 1 443.96 = 1 299.564
        ("1299.56", Standing.CATCH_UP),
        ("866.38", Standing.CATCH_UP),  # 0.60 × 1 443.96 = 866.376
        ("866.37", Standing.ACTION),
        ("0.00", Standing.ACTION),
        ("1900.00", Standing.ON_TRACK),
    ],
)
def test_state_follows_the_share_of_the_expected_hours(done: str, word: Standing) -> None:
    assert rules.standing(lot_1(done), on=date(2025, 9, 30), finished=False, limits=LIMITS) is word


@pytest.mark.parametrize(
    ("day", "word"),
    [
        (date(2025, 4, 29), Standing.ON_TRACK),
        (date(2025, 4, 30), Standing.ACTION),
    ],  # days 37 and 38 of 250: 14.8, 15.2 %
)
def test_first_days_say_nothing(day: date, word: Standing) -> None:
    assert rules.standing(lot_1("0"), on=day, finished=False, limits=LIMITS) is word


@pytest.mark.parametrize(("done", "result"), [("1889.99", Standing.TO_DECIDE), ("1890.00", Standing.KEPT)])
def test_finished_commitment_is_kept_or_waits_for_the_buyer(done: str, result: Standing) -> None:
    stands = rules.standing(lot_1(done), on=date(2025, 12, 1), finished=True, limits=LIMITS)
    assert stands is result
    assert stands.state is State.DONE
    assert rules.forecast(lot_1(done), standing=stands, on=date(2025, 12, 1)) == ""


@pytest.mark.parametrize(
    ("done", "day", "sentence"),
    [
        (
            "917.00",
            date(2025, 8, 31),
            "À ce rythme\u00a0: 1\u202f424\u00a0h le 28/11, il manquera 466\u00a0h",
        ),
        ("0.00", date(2025, 6, 30), "À ce rythme\u00a0: 0\u00a0h le 28/11, il manquera 1\u202f890\u00a0h"),
    ],
)
def test_forecast_is_one_sentence(done: str, day: date, sentence: str) -> None:
    stands = rules.standing(lot_1(done), on=day, finished=False, limits=LIMITS)
    assert rules.forecast(lot_1(done), standing=stands, on=day) == sentence


@pytest.mark.parametrize(
    ("done", "day", "sentence"),
    [
        ("0", date(2025, 3, 23), ""),  # nothing is expected yet
        ("0", date(2025, 3, 31), "Démarrage\xa0: jugé sur les heures d’avril 2025"),
        ("60", date(2025, 3, 31), ""),  # 54.43 h are enough
        ("0", date(2025, 4, 29), "Démarrage\xa0: jugé sur les heures d’avril 2025"),
        ("0", date(2025, 4, 30), ""),  # 15 % of 250 days: the 38th is judged
    ],
)
def test_beginning_says_from_which_month_it_is_judged(done: str, day: date, sentence: str) -> None:
    assert rules.beginning(lot_1(done), on=day, limits=LIMITS) == sentence
    if sentence:
        assert rules.standing(lot_1(done), on=day, finished=False, limits=LIMITS) is Standing.ON_TRACK


def test_forecast_of_a_later_year_names_it() -> None:
    lot = Commitment(
        owed=Decimal(480), done=Decimal(20), starts_on=date(2025, 1, 1), ends_on=date(2026, 12, 31)
    )
    said = rules.forecast(lot, standing=Standing.ACTION, on=date(2025, 12, 31))
    assert said == "À ce rythme\u00a0: 40\u00a0h le 31/12/2026, il manquera 440\u00a0h"


@pytest.mark.parametrize(
    ("today", "judged"),
    [
        (date(2025, 10, 14), date(2025, 8, 31)),  # September's statement has just arrived
        (date(2025, 10, 28), date(2025, 8, 31)),  # due Monday 13 October, to be controlled until the 28th
        (date(2025, 10, 29), date(2025, 9, 30)),
        (date(2026, 1, 5), date(2025, 11, 30)),
        (date(2025, 3, 1), date(2025, 1, 31)),
    ],
)
def test_pace_is_judged_on_months_that_can_be_validated(today: date, judged: date) -> None:
    assert rules.judged_on(today, due_day=12, review_days=15) == judged


@pytest.mark.parametrize(
    ("done", "today", "words"),
    [
        ("1302.00", date(2025, 9, 30), "environ 2\u00a0personnes pendant 2\u00a0mois"),
        ("1855.00", date(2025, 9, 30), "environ 1\u00a0personne pendant 5\u00a0jours"),
        ("1302.00", date(2025, 11, 28), "environ 4\u00a0personnes pendant 1\u00a0mois"),
        ("1890.00", date(2025, 9, 30), ""),
        ("1302.00", date(2025, 11, 29), ""),
    ],
)
def test_remaining_hours_are_told_in_people(done: str, today: date, words: str) -> None:
    assert rules.people_needed(lot_1(done), on=today) == words


hours = st.decimals(min_value=0, max_value=100_000, places=2)
days = st.dates(min_value=date(2024, 1, 1), max_value=date(2028, 12, 31))


@st.composite
def commitments(draw: st.DrawFn) -> Commitment:
    first = draw(days)
    return Commitment(
        owed=draw(hours),
        done=draw(hours),
        starts_on=first,
        ends_on=first + timedelta(days=draw(st.integers(min_value=0, max_value=1500))),
    )


@given(commitments(), days, st.integers(min_value=0, max_value=400))
def test_expected_hours_never_go_back_nor_beyond(lot: Commitment, day: date, later: int) -> None:
    sooner, after = rules.expected(lot, on=day), rules.expected(lot, on=day + timedelta(days=later))
    assert 0 <= sooner <= after <= lot.owed


@given(commitments(), days, hours)
def test_more_hours_never_make_it_worse(lot: Commitment, day: date, more: Decimal) -> None:
    better = replace(lot, done=lot.done + more)
    for finished in (False, True):
        before = rules.standing(lot, on=day, finished=finished, limits=LIMITS)
        assert rules.standing(better, on=day, finished=finished, limits=LIMITS) >= before


@given(commitments(), days)
def test_late_commitment_always_misses_hours_at_the_end(lot: Commitment, day: date) -> None:
    stands = rules.standing(lot, on=day, finished=False, limits=LIMITS)
    if rules.forecast(lot, standing=stands, on=day):
        assert rules.projected(lot, on=day) <= lot.owed


@given(days)
def test_judged_day_is_a_past_month_end(day: date) -> None:
    judged = rules.judged_on(day, due_day=12, review_days=15)
    assert judged < day
    assert (judged + timedelta(days=1)).day == 1
    assert (day - judged).days <= 65


def planned(*hours: int, changed_on: date | None = None) -> AgreedPlan:
    """The golden lot's months, March to November, with these hours."""
    starts = [date(2025, 3, 24), *(date(2025, month, 1) for month in range(4, 12))]
    ends = [*(one - timedelta(days=1) for one in starts[1:]), date(2025, 11, 28)]
    months = tuple(
        PlannedMonth(starts_on=first, ends_on=last, hours=Decimal(value))
        for first, last, value in zip(starts, ends, hours, strict=True)
    )
    return AgreedPlan(months=months, changed_on=changed_on)


SLOW = planned(0, 150, 250, 300, 300, 100, 300, 300, 190)


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2025, 3, 31), "0.00"),
        (date(2025, 4, 15), "75.00"),
        (date(2025, 4, 30), "150.00"),
        (date(2025, 9, 30), "1400.00"),
        (date(2025, 11, 28), "1890.00"),
        (date(2026, 1, 1), "1890.00"),
    ],
)
def test_an_agreed_plan_is_what_is_expected(day: date, hours: str) -> None:
    lot = replace(lot_1("0"), plan=SLOW)
    assert rules.expected(lot, on=day) == Decimal(hours)


def test_a_plan_whose_first_months_are_empty_leaves_one_on_time() -> None:
    lot = replace(lot_1("0"), plan=planned(0, 0, 0, 0, 0, 0, 600, 600, 690))
    assert rules.standing(lot, on=date(2025, 8, 31), finished=False, limits=LIMITS) is Standing.ON_TRACK
    stands = rules.standing(lot, on=date(2025, 9, 30), finished=False, limits=LIMITS)
    assert stands is Standing.ACTION


def test_forecast_against_a_plan_keeps_its_proportion() -> None:
    lot = replace(lot_1("700"), plan=SLOW)
    stands = rules.standing(lot, on=date(2025, 9, 30), finished=False, limits=LIMITS)
    assert stands is Standing.ACTION
    assert rules.projected(lot, on=date(2025, 9, 30)) == Decimal(945)  # 700 × 1 890 ÷ 1 400
    with pytest.raises(ValueError, match="awaited"):
        rules.projected(lot, on=date(2025, 3, 31))


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2025, 7, 20), "893.55"),  # 700 + 300 × 20 ÷ 31: nothing more yet
        (date(2025, 7, 21), "903.99"),  # one day of 131 of the 100 h added
        (date(2025, 11, 28), "1990.00"),
    ],
)
def test_hours_that_a_plan_does_not_know_are_awaited_steadily(day: date, hours: str) -> None:
    plan = replace(SLOW, changed_on=date(2025, 7, 21))
    lot = replace(lot_1("0"), owed=Decimal(1990), plan=plan)
    assert rules.expected(lot, on=day) == Decimal(hours)


@given(
    changed=st.integers(min_value=-30, max_value=300),
    added=st.integers(min_value=-1000, max_value=1000),
)
def test_a_changed_plan_reaches_what_is_owed_on_the_last_day(changed: int, added: int) -> None:
    day = date(2025, 3, 24) + timedelta(days=changed)
    lot = replace(lot_1("0"), owed=Decimal(1890 + added), plan=replace(SLOW, changed_on=day))
    assert rules.expected(lot, on=lot.ends_on) == lot.owed


def test_days_of_a_suspension_are_neither_lived_nor_counted() -> None:
    stop = Span(starts_on=date(2025, 6, 1), ends_on=date(2025, 7, 20))  # 50 days
    lot = replace(lot_1("0"), stops=(stop,))
    assert lot.days == 200
    assert rules.expected(lot, on=date(2025, 5, 31)) == Decimal("652.05")  # 69 days of 200
    assert rules.expected(lot, on=date(2025, 7, 20)) == Decimal("652.05")
    assert rules.expected(lot, on=date(2025, 11, 28)) == Decimal(1890)

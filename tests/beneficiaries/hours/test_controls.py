"""What counts and what does not, case by case (DOMAIN.md 4.5, 6.2 and 12.7; PRACTICE.md 2)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from beneficiaries.hours.choices import Finding, HoursKind
from beneficiaries.hours.rules.controls import (
    Eligibility,
    Limits,
    LineFacts,
    Verdict,
    contractual_hours,
    control,
)
from beneficiaries.hours.rules.history import Counted, History, Past
from beneficiaries.hours.rules.reasons import reason
from beneficiaries.hours.rules.window import (
    Days,
    WindowRules,
    common_days,
    counting_window,
    days_of_month,
    window_start,
    window_told_late,
)
from beneficiaries.placements.choices import Modality

HIRED = date(2025, 4, 1)
LIMITS = Limits(
    monthly_warning=Decimal(182),
    monthly_max=Decimal(208),
    daily_max=Decimal(12),
    part_time_rate=Decimal("1.10"),
    ai_warning=Decimal(400),
)
RULES = WindowRules(months={"FIXED_TERM": 24, "PERMANENT": 12, "APPRENTICESHIP": 36}, reset_gap_months=6)
FACTS = LineFacts(
    month=date(2025, 6, 1),
    kind=HoursKind.WORK,
    hours=Decimal("140.00"),
    placement=1,
    employer=10,
    company=10,
    modality=Modality.DIRECT_HIRE_CDD,
    weekly_hours=Decimal(35),
    contract=Days(HIRED),
    execution=Days(date(2025, 3, 24), date(2025, 11, 28)),
    eligibility=Eligibility(
        validated=True, decided_on=date(2025, 3, 25), reference_date=HIRED, proven_on=HIRED
    ),
    strict=False,
    counts_training=True,
)


@pytest.mark.parametrize(
    ("finding", "changes", "said"),
    [
        (
            Finding.DAILY_MAX,
            {"execution": Days(date(2025, 3, 24), date(2025, 6, 3)), "hours": Decimal(70)},
            "70 h pour 3 jours en période (du 01/06/2025 au 03/06/2025) : 36 h au plus, à 12 h par jour",
        ),
        (
            Finding.DAILY_MAX,
            {"execution": Days(date(2025, 6, 30))},
            "140 h pour 1 jour en période (le 30/06/2025) : 12 h au plus, à 12 h par jour",
        ),
        (
            Finding.OUTSIDE_EXECUTION_PERIOD,
            {},
            "Hors de la période d’exécution du marché (du 24/03/2025 au 28/11/2025)",
        ),
        (
            Finding.OUTSIDE_WORK_CONTRACT,
            {},
            "Hors des dates du contrat de travail (à partir du 01/04/2025)",
        ),
        (Finding.DUPLICATE_HOURS, {}, "Les mêmes heures sont déjà comptées ailleurs"),
    ],
)
def test_a_rejection_names_its_days_and_its_ceiling(
    finding: Finding, changes: dict[str, Any], said: str
) -> None:
    told = reason(finding, replace(FACTS, **changes), daily_max=LIMITS.daily_max)
    assert told.replace("\xa0", " ") == said


NOTHING = Past(window=Days(HIRED, date(2027, 3, 31)))


def judged(past: Past = NOTHING, **changes: Any) -> Verdict:
    """Control the usual line, changed."""
    return control(replace(FACTS, **changes), past=past, limits=LIMITS)


def test_usual_line_counts_for_its_whole_month() -> None:
    verdict = judged()
    assert verdict == Verdict(days=Days(date(2025, 6, 1), date(2025, 6, 30)), counted=Decimal("140.00"))
    assert verdict.is_clean


def test_line_without_hours_has_nothing_to_say() -> None:
    assert judged(hours=Decimal("0.00"), modality=Modality.PMSMP) == Verdict()


LATE = Eligibility(validated=True, decided_on=date(2025, 5, 2), reference_date=HIRED, proven_on=HIRED)


@pytest.mark.parametrize(
    ("changes", "rejections"),
    [
        (
            {"eligibility": Eligibility(validated=False, reference_date=HIRED)},
            [Finding.BENEFICIARY_NOT_ELIGIBLE],
        ),
        ({"eligibility": LATE, "strict": True}, [Finding.ELIGIBILITY_AFTER_START]),
        (
            {"eligibility": replace(LATE, proven_on=HIRED + timedelta(days=1))},
            [Finding.ELIGIBILITY_AFTER_START],
        ),
        ({"eligibility": replace(LATE, proven_on=None)}, [Finding.ELIGIBILITY_AFTER_START]),
        ({"modality": Modality.PMSMP}, [Finding.MODALITY_NOT_COUNTABLE]),
        ({"is_allowed": False}, [Finding.MODALITY_NOT_COUNTABLE]),
        ({"kind": HoursKind.TRAINING, "counts_training": False}, [Finding.TRAINING_NOT_COUNTED]),
        ({"month": date(2025, 12, 1)}, [Finding.OUTSIDE_EXECUTION_PERIOD]),
        ({"month": date(2025, 2, 1), "contract": Days(date(2025, 1, 1))}, [Finding.OUTSIDE_EXECUTION_PERIOD]),
        ({"contract": Days(HIRED, date(2025, 5, 31))}, [Finding.OUTSIDE_WORK_CONTRACT]),
        (
            {"month": date(2025, 11, 1), "contract": Days(date(2025, 11, 29))},
            [Finding.OUTSIDE_EXECUTION_PERIOD],
        ),
        ({"hours": Decimal("208.01"), "weekly_hours": Decimal(48)}, [Finding.MONTHLY_MAX]),
    ],
)
def test_line_is_not_counted(changes: dict[str, Any], rejections: Sequence[Finding]) -> None:
    if "contract" in changes and changes["contract"].first != HIRED:
        first = changes["contract"].first
        changes |= {"eligibility": replace(FACTS.eligibility, reference_date=first, decided_on=None)}
    verdict = judged(**changes)
    assert verdict.rejections == tuple(rejections)
    assert verdict.counted == 0
    assert verdict.days is None


@pytest.mark.parametrize(
    ("past", "changes", "warnings"),
    [
        ({}, {"eligibility": LATE}, [Finding.ELIGIBILITY_AFTER_START]),
        ({}, {"eligibility": replace(LATE, decided_on=None, reference_date=date(2025, 4, 2))}, [Finding.ELIGIBILITY_AFTER_START]),
        ({"month_hours": Decimal(43)}, {}, [Finding.MONTHLY_MAX]),
        ({"month_hours": Decimal(42)}, {}, []),
        ({"month_hours": Decimal(68)}, {}, [Finding.MONTHLY_MAX]),
        ({}, {"weekly_hours": Decimal(28)}, [Finding.PART_TIME_EXCESS]),
        ({"placement_hours": Decimal(30)}, {}, [Finding.PART_TIME_EXCESS]),
        ({"ai_hours": Decimal(260)}, {"modality": Modality.SECONDMENT_AI}, []),
        ({"ai_hours": Decimal("260.01")}, {"modality": Modality.SECONDMENT_AI}, [Finding.AI_480]),
        ({"ai_hours": Decimal(400)}, {}, []),
    ],
)  # fmt: skip
def test_line_counts_and_deserves_a_look(
    past: dict[str, Any], changes: dict[str, Any], warnings: Sequence[Finding]
) -> None:
    verdict = judged(replace(NOTHING, **past), **changes)
    assert verdict.warnings == tuple(warnings)
    assert (verdict.rejections, verdict.counted) == ((), Decimal("140.00"))


@pytest.mark.parametrize(
    ("ends_on", "hours", "counted"),
    [("2025-06-03", "36.00", "36.00"), ("2025-06-03", "36.01", "0.00"), ("2025-06-01", "151.00", "0.00")],
)
def test_days_in_the_execution_hold_twelve_hours_each(ends_on: str, hours: str, counted: str) -> None:
    execution = Days(date(2025, 3, 24), date.fromisoformat(ends_on))
    verdict = judged(execution=execution, hours=Decimal(hours))
    assert verdict.counted == Decimal(counted)
    assert verdict.rejections == (() if verdict.counted else (Finding.DAILY_MAX,))
    assert verdict.warnings == (Finding.PART_TIME_EXCESS,)


def test_month_that_straddles_the_window_is_split_by_days() -> None:
    verdict = judged(replace(NOTHING, window=Days(HIRED, date(2025, 6, 9))))
    assert verdict.warnings == (Finding.SPLIT_AT_WINDOW,)
    assert verdict.days == Days(date(2025, 6, 1), date(2025, 6, 9))
    assert verdict.counted == Decimal("42.00")


def test_monthly_maximum_is_of_the_person_and_rejects_what_exceeds_it() -> None:
    assert judged(replace(NOTHING, month_hours=Decimal("68.01"))).rejections == (Finding.MONTHLY_MAX,)


def test_several_reasons_are_all_told() -> None:
    verdict = judged(
        modality=Modality.PMSMP,
        month=date(2025, 12, 1),
        eligibility=Eligibility(validated=False, reference_date=HIRED),
    )
    assert verdict.rejections == (
        Finding.BENEFICIARY_NOT_ELIGIBLE,
        Finding.MODALITY_NOT_COUNTABLE,
        Finding.OUTSIDE_EXECUTION_PERIOD,
    )


@pytest.mark.parametrize(
    ("month", "contract", "days"),
    [
        (date(2025, 11, 1), Days(HIRED), Days(date(2025, 11, 1), date(2025, 11, 28))),
        (date(2025, 3, 1), Days(date(2025, 3, 1)), Days(date(2025, 3, 24), date(2025, 3, 31))),
        (date(2025, 6, 1), Days(HIRED, date(2025, 6, 13)), Days(date(2025, 6, 1), date(2025, 6, 13))),
        (date(2025, 6, 1), Days(date(2025, 6, 16)), Days(date(2025, 6, 16), date(2025, 6, 30))),
    ],
)
def test_month_that_straddles_a_limit_is_clipped_and_keeps_its_hours(
    month: date, contract: Days, days: Days
) -> None:
    eligibility = replace(
        FACTS.eligibility, reference_date=contract.first, decided_on=None, proven_on=contract.first
    )
    past = replace(NOTHING, window=Days(date(2025, 3, 1), None))
    verdict = judged(past, month=month, contract=contract, eligibility=eligibility, hours=Decimal(35))
    assert (verdict.days, verdict.counted) == (days, Decimal(35))


WINDOW_24 = date(2024, 5, 10)


@pytest.mark.parametrize(("first_day", "is_counted"), [(date(2026, 5, 9), True), (date(2026, 5, 10), False)])
def test_hours_count_for_24_months_to_the_day(first_day: date, is_counted: bool) -> None:
    """DOMAIN.md 12.7 case 6: window from 2024-05-10, work on 2026-05-09 and on 2026-05-10."""
    window = counting_window(
        first_day,
        modality=Modality.DIRECT_HIRE_CDD,
        counted=[Days(WINDOW_24, date(2024, 5, 31))],
        checks=[],
        rules=RULES,
    )
    verdict = judged(
        replace(NOTHING, window=window),
        month=date(2026, 5, 1),
        hours=Decimal(7),
        contract=Days(first_day, date(2026, 5, 31)),
        execution=Days(date(2024, 1, 1), date(2026, 12, 31)),
        eligibility=replace(FACTS.eligibility, reference_date=first_day, proven_on=first_day),
    )
    assert verdict.rejections == (() if is_counted else (Finding.OUT_OF_COUNTING_WINDOW,))
    assert verdict.days == (Days(first_day, first_day) if is_counted else None)


def test_window_that_opens_on_29_february_ends_on_27() -> None:
    """DOMAIN.md 12.7 case 7."""
    window = counting_window(
        date(2024, 2, 29), modality=Modality.DIRECT_HIRE_CDD, counted=[], checks=[], rules=RULES
    )
    assert window == Days(date(2024, 2, 29), date(2026, 2, 27))


@pytest.mark.parametrize(
    ("modality", "last"),
    [
        (Modality.DIRECT_HIRE_CDI, date(2026, 3, 31)),
        (Modality.DIRECT_HIRE_CDD, date(2027, 3, 31)),
        (Modality.SECONDMENT_ETT, date(2027, 3, 31)),
        (Modality.APPRENTICESHIP, date(2028, 3, 31)),
        (Modality.SECONDMENT_GEIQ, date(2028, 3, 31)),
        (Modality.SECONDMENT_ETTI, None),
        (Modality.SUBCONTRACT_ESAT, None),
    ],
)
def test_length_of_the_window_follows_the_modality(modality: Modality, last: date | None) -> None:
    window = counting_window(HIRED, modality=modality, counted=[], checks=[], rules=RULES)
    assert window == Days(HIRED, last)


@pytest.mark.parametrize(
    ("first_day", "checks", "start"),
    [
        (date(2025, 8, 1), [date(2025, 8, 1)], date(2025, 8, 1)),
        (date(2025, 8, 1), [], date(2024, 1, 1)),
        (date(2025, 8, 1), [date(2025, 1, 31)], date(2024, 1, 1)),
        (date(2025, 7, 31), [date(2025, 7, 31)], date(2024, 1, 1)),
        (date(2023, 12, 1), [date(2023, 12, 1)], date(2023, 12, 1)),
    ],
)
def test_new_window_needs_six_months_without_hours_and_a_new_check(
    first_day: date, checks: list[date], start: date
) -> None:
    counted = [Days(date(2025, 1, 1), date(2025, 1, 31)), Days(date(2024, 1, 1), date(2024, 12, 31))]
    assert window_start(first_day, counted=counted, checks=checks, gap_months=6) == start


FULL = [
    (Days(date(2025 + rank // 12, rank % 12 + 1, 1), date(2025 + rank // 12, rank % 12 + 1, 28)))
    for rank in range(4, 28)
]
"""Months from May 2025 to April 2027, the twenty-four of a window."""


@pytest.mark.parametrize(
    ("full", "is_in"),
    [(FULL, False), (FULL[:-1], True), (FULL[5:], False), ([], True)],
    ids=["full", "room for one", "full by its last month", "nothing"],
)
def test_a_first_month_told_last_does_not_make_more_than_24_count(full: list[Days], is_in: bool) -> None:
    """What counts stays: a day that would leave a later one outside of its window is itself outside."""
    day = date(2025, 4, 1)
    window = window_told_late(
        day,
        modality=Modality.DIRECT_HIRE_CDD,
        counted=[(one, Modality.DIRECT_HIRE_CDD) for one in full],
        checks=[],
        rules=RULES,
    )
    assert (window.first == day) is is_in


def test_a_later_day_without_limit_pushes_nothing_out() -> None:
    later = [(one, Modality.SECONDMENT_ETTI) for one in FULL]
    window = window_told_late(
        date(2025, 4, 1), modality=Modality.DIRECT_HIRE_CDD, counted=later, checks=[], rules=RULES
    )
    assert window == Days(date(2025, 4, 1), date(2027, 3, 31))


def counted(**changes: Any) -> Counted:
    usual = Counted(
        placement=2,
        employer=10,
        company=10,
        modality=Modality.DIRECT_HIRE_CDD,
        month=date(2025, 6, 1),
        kind=HoursKind.WORK,
        hours=Decimal(70),
        days=Days(date(2025, 6, 1), date(2025, 6, 30)),
    )
    return replace(usual, **changes)


@pytest.mark.parametrize(
    ("change", "is_duplicate"),
    [
        ({}, True),
        ({"placement": 1}, False),
        ({"employer": 11}, False),
        ({"month": date(2025, 5, 1)}, False),
        ({"kind": HoursKind.TRAINING}, False),
        ({"hours": Decimal(71)}, False),
    ],
)
def test_only_the_same_hours_of_the_same_employer_are_a_duplicate(
    change: dict[str, Any], is_duplicate: bool
) -> None:
    """DOMAIN.md 12.7 case 20 as PRACTICE.md 2 amends it: two half-posts are legal."""
    history = History(counted=[counted(**change)])
    past = history.past(counted(placement=1), window=Days(HIRED))
    assert past.same_hours is is_duplicate
    rejections = judged(past, hours=Decimal(70)).rejections
    assert rejections == ((Finding.DUPLICATE_HOURS,) if is_duplicate else ())


def test_second_line_of_an_association_in_the_same_company_warns() -> None:
    """DOMAIN.md 12.7 case 19: 470 h, then 15 h."""
    first = counted(modality=Modality.SECONDMENT_AI, company=20, hours=Decimal(470), month=date(2025, 5, 1))
    line = counted(modality=Modality.SECONDMENT_AI, company=20, hours=Decimal(15))
    past = History(counted=[first]).past(line, window=Days(HIRED))
    assert past.ai_hours == 470
    assert judged(past, modality=Modality.SECONDMENT_AI, hours=Decimal(15)).warnings == (Finding.AI_480,)


def test_association_limit_forgets_other_companies_and_what_is_older_than_24_months() -> None:
    others = [
        counted(modality=Modality.SECONDMENT_AI, company=21, hours=Decimal(300)),
        counted(modality=Modality.SECONDMENT_AI, company=20, hours=Decimal(300), month=date(2023, 6, 1)),
        counted(modality=Modality.SECONDMENT_AI, company=20, hours=Decimal(7), month=date(2023, 7, 1)),
    ]
    line = counted(modality=Modality.SECONDMENT_AI, company=20)
    assert History(counted=others).past(line, window=Days(HIRED)).ai_hours == 7


@pytest.mark.parametrize(
    ("contract", "hours"),
    [
        (Days(HIRED), "151.67"),
        (Days(date(2025, 6, 16)), "75.83"),
        (Days(date(2025, 7, 1)), "0.00"),
    ],
)
def test_contractual_hours_follow_the_days_of_the_contract(contract: Days, hours: str) -> None:
    facts = replace(FACTS, contract=contract)
    found = contractual_hours(Decimal(35), month=facts.month, days=facts.days)
    assert found.quantize(Decimal("0.01")) == Decimal(hours)


def test_period_without_end_has_no_length() -> None:
    with pytest.raises(ValueError, match="no length"):
        len(Days(HIRED))


days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
periods = st.builds(
    lambda first, length: Days(first, first + timedelta(days=length)), days, st.integers(0, 900)
)


@given(month=days.map(lambda day: day.replace(day=1)), contract=periods, execution=periods)
def test_days_of_a_line_lie_inside_each_limit(month: date, contract: Days, execution: Days) -> None:
    shared = common_days(days_of_month(month), contract, execution)
    every_day = (month + timedelta(days=number) for number in range(31))
    in_all = [
        day
        for day in every_day
        if day.month == month.month
        and all(limit.last and limit.first <= day <= limit.last for limit in (contract, execution))
    ]
    assert in_all == ([shared.first + timedelta(days=n) for n in range(len(shared))] if shared else [])


@given(first=days, history=st.lists(periods, max_size=6), checks=st.lists(days, max_size=4))
def test_window_always_holds_a_counted_day_or_the_line_itself(
    first: date, history: list[Days], checks: list[date]
) -> None:
    start = window_start(first, counted=history, checks=checks, gap_months=6)
    assert start <= first
    assert start in {first, *(period.first for period in history)}


@given(first=days, history=st.lists(periods, max_size=6), checks=st.lists(days, max_size=4))
def test_a_day_told_in_order_has_the_usual_window(
    first: date, history: list[Days], checks: list[date]
) -> None:
    told = [days for days in history if days.first <= first]
    modality = Modality.DIRECT_HIRE_CDD
    pairs = [(one, Modality.DIRECT_HIRE_CDI) for one in told]
    late = window_told_late(first, modality=modality, counted=pairs, checks=checks, rules=RULES)
    assert late == counting_window(first, modality=modality, counted=told, checks=checks, rules=RULES)


@given(first=days, months=st.integers(1, 48))
def test_window_ends_the_day_before_its_anniversary(first: date, months: int) -> None:
    rules = WindowRules(months={"FIXED_TERM": months}, reset_gap_months=6)
    window = counting_window(first, modality=Modality.DIRECT_HIRE_CDD, counted=[], checks=[], rules=rules)
    assert window.last is not None
    assert window.last + timedelta(days=1) == first + relativedelta(months=months)


def test_period_without_any_day_shares_none() -> None:
    assert common_days(Days(HIRED), None) is None

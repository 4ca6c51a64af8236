"""States that follow dates, employers that fit forms, eligibilities that go on counting (DOMAIN.md 4.5, 5)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beneficiaries.placements import rules
from beneficiaries.placements.choices import Modality, PlacementStatus
from inclusiv.accounts.choices import CompanyKind


@pytest.mark.parametrize(
    ("day", "ended_on", "status"),
    [
        ("2025-04-30", None, "PLANNED"),
        ("2025-05-01", None, "ACTIVE"),
        ("2025-06-30", "2025-06-30", "ACTIVE"),
        ("2025-07-01", "2025-06-30", "ENDED"),
        ("2025-04-30", "2025-06-30", "PLANNED"),
    ],
)
def test_state_follows_the_dates(day: str, ended_on: str | None, status: str) -> None:
    found = rules.status_on(
        date.fromisoformat(day),
        hired_on=date(2025, 5, 1),
        ended_on=date.fromisoformat(ended_on) if ended_on else None,
    )
    assert found == status


@given(start=st.dates(date(2020, 1, 1), date(2030, 1, 1)), length=st.integers(0, 900))
def test_everybody_is_planned_then_at_work_then_gone(start: date, length: int) -> None:
    end = start + timedelta(days=length)
    order = [PlacementStatus.PLANNED, PlacementStatus.ACTIVE, PlacementStatus.ENDED]
    days = [start - timedelta(days=1), start, end, end + timedelta(days=1)]
    ranks = [order.index(rules.status_on(day, hired_on=start, ended_on=end)) for day in days]
    assert ranks == [0, 1, 1, 2]


@pytest.mark.parametrize(
    ("kind", "modality", "may"),
    [
        (CompanyKind.ETTI, Modality.SECONDMENT_ETTI, True),
        (CompanyKind.ORDINARY, Modality.SECONDMENT_ETTI, False),
        (CompanyKind.AI, Modality.SECONDMENT_ETTI, False),
        (CompanyKind.ACI, Modality.SUBCONTRACT_ACI, True),
        (CompanyKind.ETTI, Modality.SECONDMENT_ETT, True),
        (CompanyKind.ORDINARY, Modality.DIRECT_HIRE_CDD, True),
        (CompanyKind.GEIQ, Modality.APPRENTICESHIP, True),
    ],
)
def test_employer_fits_the_form(kind: CompanyKind, modality: Modality, may: bool) -> None:
    assert rules.may_employ(kind, modality) is may


@pytest.mark.parametrize(
    ("first_day", "last_day", "hired_on", "covers"),
    [
        ("2024-05-10", None, "2026-05-09", True),
        ("2024-05-10", None, "2026-05-10", False),
        ("2024-02-29", None, "2026-02-27", True),
        ("2024-02-29", None, "2026-02-28", False),
        ("2025-01-06", "2025-03-31", "2025-09-30", True),
        ("2025-01-06", "2025-03-31", "2025-10-01", False),
        ("2025-01-06", None, "2025-01-05", False),
    ],
)
def test_12_7_cases_6_and_7_eligibility_covers_its_window(
    first_day: str, last_day: str | None, hired_on: str, covers: bool
) -> None:
    found = rules.still_covers(
        first_day=date.fromisoformat(first_day),
        last_day=date.fromisoformat(last_day) if last_day else None,
        hired_on=date.fromisoformat(hired_on),
        months=24,
        gap_months=6,
    )
    assert found is covers

"""The readings lie in a table a month: nothing is refused, nothing stays beyond what the parameter says."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from inclusiv.core.periods import PARIS
from inclusiv.parameters import tasks
from inclusiv.parameters.models import Parameter
from inclusiv.records.actions import readings
from inclusiv.records.models import AccessLog
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

PRESENT = datetime(2025, 10, 14, 10, tzinfo=PARIS)


def months() -> set[str]:
    """Return the tables of the readings, but for those of the months around the present one of the machine."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid"
            " WHERE inhparent = 'records_accesslog'::regclass"
        )
        return {name.removeprefix("records_accesslog_") for (name,) in cursor.fetchall()}


def place_of(reading: AccessLog) -> str:
    """Return the table in which a reading lies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM records_accesslog WHERE id = %s", [reading.pk])
        (name,) = cursor.fetchone()
    return str(name).removeprefix("records_accesslog_")


def read(cast: Cast, at: datetime) -> AccessLog:
    readings.note(action="exchange.noting", subjects=[f"person:{at:%Y%m%d%H}"], by=cast.facilitator, at=at)
    return AccessLog.objects.get(subject=f"person:{at:%Y%m%d%H}")


def test_the_month_that_runs_and_the_three_next_ones_have_their_table() -> None:
    now = timezone.now().astimezone(PARIS).replace(day=1)
    readings.keep(months=12, at=timezone.now())
    coming = {
        f"{now.year + (now.month + ahead - 1) // 12}_{(now.month + ahead - 1) % 12 + 1:02}"
        for ahead in range(4)
    }
    assert coming | {"default"} <= months()


def test_a_month_without_a_table_refuses_nothing_and_gets_its_own(cast: Cast) -> None:
    early = read(cast, datetime(2025, 8, 31, 23, 30, tzinfo=PARIS))
    late = read(cast, datetime(2025, 9, 1, 0, 30, tzinfo=PARIS))
    assert (place_of(early), place_of(late)) == ("default", "default")
    readings.keep(months=12, at=PRESENT)
    assert (place_of(early), place_of(late)) == ("2025_08", "2025_09")
    assert {"2025_08", "2025_09", "2025_10", "2025_11", "2025_12", "2026_01"} <= months()


def test_what_is_older_than_the_retention_goes_with_its_table(cast: Cast) -> None:
    kept = read(cast, datetime(2024, 10, 1, 0, 0, tzinfo=PARIS))
    gone = read(cast, datetime(2024, 9, 30, 23, 59, tzinfo=PARIS))
    readings.keep(months=13, at=PRESENT)
    assert {"2024_09", "2024_10"} <= months()
    readings.keep(months=12, at=PRESENT)
    assert "2024_09" not in months()
    assert list(AccessLog.objects.filter(pk__in=[kept.pk, gone.pk])) == [kept]


def test_what_the_default_table_kept_too_long_goes_too(cast: Cast) -> None:
    gone = read(cast, datetime(2020, 1, 1, tzinfo=PARIS))
    readings.keep(months=12, at=PRESENT)
    assert not AccessLog.objects.filter(pk=gone.pk).exists()
    assert "2020_01" not in months()


def test_keeping_twice_changes_nothing(cast: Cast) -> None:
    read(cast, PRESENT)
    readings.keep(months=12, at=PRESENT)
    before = months()
    readings.keep(months=12, at=PRESENT)
    assert months() == before
    assert AccessLog.objects.count() == 1


@pytest.mark.parametrize("kept", [5, 0, -12])
def test_the_database_refuses_to_forget_what_is_recent(kept: int) -> None:
    with pytest.raises(IntegrityError, match="six mois au moins"), transaction.atomic():
        readings.keep(months=kept, at=PRESENT)


def test_a_clock_told_ahead_of_the_database_s_own_forgets_nothing_more(cast: Cast) -> None:
    recent = read(cast, timezone.now())
    readings.keep(months=12, at=timezone.now() + timedelta(days=3650))
    assert AccessLog.objects.filter(pk=recent.pk).exists()


def test_the_task_of_the_night_keeps_what_the_parameter_says(cast: Cast) -> None:
    assert Parameter.objects.get(code=tasks.RETENTION).value == "12"
    Parameter.objects.filter(code=tasks.RETENTION).update(value="24")
    kept = read(cast, datetime(2024, 1, 10, tzinfo=PARIS))
    with time_machine.travel(PRESENT):
        tasks.keep_access_log()
    assert place_of(kept) == "2024_01"


def test_a_list_is_two_queries_and_each_subject_is_noted_once(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    subjects = [f"person:{pk}" for pk in (*range(100), 1, 2, 3)]
    with django_assert_num_queries(2):
        readings.note(action="exchange.noting", subjects=subjects, by=cast.facilitator, at=PRESENT)
    assert AccessLog.objects.count() == 100


def test_nobody_named_costs_no_query(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        readings.note(action="exchange.noting", subjects=[], by=cast.facilitator, at=PRESENT)


def test_what_the_system_reads_by_itself_is_nobody_s_reading(cast: Cast) -> None:
    system = replace(cast.facilitator, user_id=None, membership_id=None)
    readings.note(action="exchange.noting", subjects=["person:1"], by=system, at=PRESENT)
    assert not AccessLog.objects.exists()

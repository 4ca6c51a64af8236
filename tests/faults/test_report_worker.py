"""A real worker on the real broker makes the report; killed in the middle, another one makes exactly one."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from inclusiv.core.files import read
from inclusiv.records.actions import jobs
from inclusiv.records.choices import JobState
from inclusiv.records.models import AuditEvent, Job, StoredFile
from reporting.publication.actions import reports
from reporting.publication.choices import RunState
from reporting.publication.models import ReportDocument, ReportRun, Snapshot
from tests.conftest import make_cast
from tests.reporting.publication.conftest import make_charter, make_year
from tests.workers import wait_until, worker

pytestmark = [pytest.mark.service, pytest.mark.usefixtures("reference", "storage")]


@pytest.fixture
def asked(transactional_db: None) -> ReportRun:
    """A report of 2025 that waits for a worker, all bells lost."""
    cast = make_cast()
    make_year(cast)
    return reports.ask(charter=make_charter(), year=2025, by=cast.coordinator, at=timezone.now())


def job_of(run: ReportRun) -> Job:
    assert run.job_id is not None
    return Job.objects.get(pk=run.job_id)


def state(run: ReportRun) -> str:
    return job_of(run).state


def is_over(run: ReportRun) -> bool:
    return state(run) in {JobState.DONE, JobState.FAILED}


def assert_exactly_one_report(run: ReportRun) -> None:
    run.refresh_from_db()
    assert state(run) == JobState.DONE
    assert run.state == RunState.READY
    assert Snapshot.objects.count() == 1
    document = ReportDocument.objects.get()
    assert read(document.file).startswith(b"%PDF")
    assert StoredFile.objects.count() == 1
    assert AuditEvent.objects.filter(code="report.drafted").count() == 1


@contextmanager
def held_before_its_end() -> Iterator[None]:
    """Let a worker lay the report out but not write its document: on a fast machine it would be over before the kill."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {ReportDocument._meta.db_table} IN SHARE MODE")
        yield


def test_a_worker_makes_the_report(asked: ReportRun, storage: Path) -> None:
    with worker(storage):
        wait_until(lambda: is_over(asked), "the report is made")
    assert_exactly_one_report(asked)


def test_a_worker_killed_in_the_middle_loses_nothing_and_doubles_nothing(
    asked: ReportRun, storage: Path, settings: Any
) -> None:
    settings.JOB_STALE_SECONDS = 2
    quick = {"JOB_HEARTBEAT_SECONDS": "1", "JOB_STALE_SECONDS": "2"}
    with held_before_its_end(), worker(storage, **quick) as first:
        wait_until(lambda: job_of(asked).progress >= 50, "the first worker is in the middle")
        first.kill()
        assert not is_over(asked)
        assert not ReportDocument.objects.exists()
    time.sleep(2.1)
    with worker(storage, **quick):
        assert jobs.sweep(at=timezone.now()) == 1
        wait_until(lambda: is_over(asked), "the second worker makes the report")
    assert_exactly_one_report(asked)
    assert job_of(asked).attempt == 2


def test_a_bell_lost_is_rung_again(asked: ReportRun, storage: Path, settings: Any) -> None:
    Job.objects.update(queued_at=timezone.now() - timedelta(minutes=5))
    with worker(storage):
        jobs.sweep(at=timezone.now())
        wait_until(lambda: is_over(asked), "the report is made")
    assert_exactly_one_report(asked)

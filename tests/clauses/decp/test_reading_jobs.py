"""An uploaded file is read by a job: once, even when a worker dies; what cannot be read is told in words."""

import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from clauses.decp import tasks
from clauses.decp.actions import readings
from clauses.decp.models import FileLine, FileReading, SpottedContract
from inclusiv.accounts.models import Membership
from inclusiv.core.files import read
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import jobs
from inclusiv.records.choices import JobState
from inclusiv.records.models import AuditEvent, Job
from tests.clauses.decp.samples import contract, file_of
from tests.clauses.decp.test_readings import UNREADABLE
from tests.conftest import Cast, make_cast
from tests.workers import wait_until, worker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("storage")]

CONTENT = file_of(contract(), contract(id="2"), contract(id=None))


@pytest.fixture
def asked(cast: Cast, at: datetime) -> FileReading:
    return readings.ask(content=CONTENT, name="decp.json", by=cast.facilitator, at=at)


def run(reading: FileReading, at: datetime) -> Job:
    assert reading.job
    jobs.run(job_id=reading.job.pk, clock=lambda: at)
    reading.job.refresh_from_db()
    reading.refresh_from_db()
    return reading.job


def test_an_uploaded_file_is_kept_and_waits_for_its_job(asked: FileReading) -> None:
    assert asked.job
    assert (asked.job.state, asked.job.label, asked.finished_at) == (
        JobState.QUEUED,
        "Lecture de decp.json",
        None,
    )
    assert asked.file
    assert read(asked.file) == CONTENT
    assert not SpottedContract.objects.exists()


def test_the_job_reads_the_file_in_the_name_of_who_gave_it(
    asked: FileReading, at: datetime, cast: Cast
) -> None:
    assert run(asked, at).state == JobState.DONE
    assert (asked.read, asked.created, asked.refused, asked.finished_at) == (3, 2, 1, at)
    event = AuditEvent.objects.get(code="decp.read")
    assert (event.code, event.membership_id) == ("decp.read", cast.facilitator.membership_id)


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_an_unreadable_file_fails_in_words_and_changes_nothing(
    cast: Cast, at: datetime, content: bytes
) -> None:
    reading = readings.ask(content=content, name="x.json", by=cast.facilitator, at=at)
    job = run(reading, at)
    assert job.state == JobState.FAILED
    assert job.error.startswith("Ce ")
    assert reading.finished_at is None
    assert not SpottedContract.objects.exists()
    assert list(AuditEvent.objects.values_list("code", flat=True)) == ["decp.asked"]


def test_a_worker_that_was_taken_over_writes_nothing(asked: FileReading, at: datetime) -> None:
    assert asked.job
    slow = jobs.claim(job_id=asked.job.pk, clock=lambda: at)
    later = at + timedelta(minutes=2)
    quick = jobs.claim(job_id=asked.job.pk, clock=lambda: later)
    assert slow
    assert quick
    tasks.read_upload(quick)
    with pytest.raises(jobs.SupersededError), transaction.atomic():
        tasks.read_upload(slow)
    assert SpottedContract.objects.count() == 2
    assert FileLine.objects.count() == 3
    assert AuditEvent.objects.filter(code="decp.read").count() == 1


def test_a_worker_taken_over_while_it_writes_leaves_no_row(
    asked: FileReading, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert asked.job
    slow = jobs.claim(job_id=asked.job.pk, clock=lambda: at)
    assert slow
    write = readings.write

    def overtaken(*given: Any, **named: Any) -> None:
        write(*given, **named)
        Job.objects.filter(pk=slow.job.pk).update(attempt=2)

    monkeypatch.setattr(readings, "write", overtaken)
    with pytest.raises(jobs.SupersededError):
        tasks.read_upload(slow)
    assert not SpottedContract.objects.exists()
    assert not FileLine.objects.exists()


def test_a_reading_whose_author_has_gone_says_so(asked: FileReading, at: datetime, cast: Cast) -> None:
    Membership.objects.filter(capacity__organisation=cast.structure).delete()
    assert "n’existe plus" in run(asked, at).error


def test_only_some_roles_give_files(cast: Cast, at: datetime) -> None:
    with pytest.raises(Refused, match="rôle"):
        readings.ask(content=CONTENT, name="decp.json", by=cast.contractor, at=at)
    assert not Job.objects.exists()


@pytest.mark.service
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("reference")
def test_a_worker_killed_in_the_middle_and_another_read_the_file_once(storage: Path, settings: Any) -> None:
    cast = make_cast()
    content = file_of(*(contract(id=str(number)) for number in range(1500)))
    settings.JOB_STALE_SECONDS = 2
    quick = {"JOB_HEARTBEAT_SECONDS": "1", "JOB_STALE_SECONDS": "2"}
    with worker(storage, **quick) as first:
        reading = readings.ask(content=content, name="decp.json", by=cast.facilitator, at=timezone.now())
        job = Job.objects.filter(subject=f"filereading:{reading.pk}")
        wait_until(lambda: job.filter(progress__gt=0).exists(), "the first worker is in the middle")
        first.kill()
    assert not SpottedContract.objects.exists()
    time.sleep(2.1)
    with worker(storage, **quick):
        assert jobs.sweep(at=timezone.now()) == 1
        wait_until(lambda: job.get().is_over, "the second worker reads the file")
    reading.refresh_from_db()
    assert job.get().attempt == 2
    assert (reading.created, SpottedContract.objects.count(), FileLine.objects.count()) == (1500, 1500, 1500)
    assert AuditEvent.objects.filter(code="decp.read").count() == 1

"""A job is claimed by one worker at a time, ends once, and says why when it fails."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from inclusiv.core.refusals import Refused
from inclusiv.records.actions import jobs
from inclusiv.records.choices import JobState
from inclusiv.records.models import Job
from tests.conftest import Cast


class Clock:
    """A clock that the test moves."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def wait(self, seconds: int) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def clock(at: datetime) -> Clock:
    return Clock(at)


@pytest.fixture
def job(cast: Cast, at: datetime) -> Job:
    return jobs.queue(kind="test", label="Essai", subject=cast.commune, by=cast.coordinator, at=at)


@pytest.fixture(autouse=True)
def _no_handler_left() -> Iterator[None]:
    yield
    jobs.handlers.pop("test", None)


def state(job: Job) -> str:
    job.refresh_from_db()
    return job.state


def test_a_job_that_works_is_done(job: Job, clock: Clock) -> None:
    jobs.handlers["test"] = lambda claim: claim.finish()
    jobs.run(job_id=job.pk, clock=clock)
    assert state(job) == JobState.DONE
    assert job.progress == 100


def test_a_running_job_is_not_taken_by_another_worker(job: Job, clock: Clock) -> None:
    assert jobs.claim(job_id=job.pk, clock=clock) is not None
    clock.wait(59)
    assert jobs.claim(job_id=job.pk, clock=clock) is None


def test_a_silent_job_is_taken_over_and_the_first_worker_can_write_nothing(job: Job, clock: Clock) -> None:
    first = jobs.claim(job_id=job.pk, clock=clock)
    clock.wait(61)
    second = jobs.claim(job_id=job.pk, clock=clock)
    assert first
    assert second
    assert second.attempt == first.attempt + 1
    with pytest.raises(jobs.SupersededError):
        first.report(50, "trop tard")
    with pytest.raises(jobs.SupersededError):
        first.finish()
    second.finish()
    assert state(job) == JobState.DONE


def test_a_sign_of_life_keeps_the_job(job: Job, clock: Clock) -> None:
    held = jobs.claim(job_id=job.pk, clock=clock)
    assert held
    clock.wait(50)
    held.beat()
    clock.wait(50)
    assert jobs.claim(job_id=job.pk, clock=clock) is None


def test_a_refusal_is_told_in_its_own_words(job: Job, clock: Clock) -> None:
    def refuse(_claim: jobs.Claim) -> None:
        raise Refused("no_data", "Aucune heure validée en 2031.")

    jobs.handlers["test"] = refuse
    jobs.run(job_id=job.pk, clock=clock)
    assert (state(job), job.error) == (JobState.FAILED, "Aucune heure validée en 2031.")


def test_what_was_refused_is_not_started_again(job: Job, clock: Clock, cast: Cast) -> None:
    """The same file, the same year would be refused in the same words."""
    jobs.handlers["test"] = lambda _claim: (_ for _ in ()).throw(Refused("x", "Ce fichier ne se lit pas."))
    jobs.run(job_id=job.pk, clock=clock)
    with pytest.raises(Refused) as refused:
        jobs.retry(job=job, by=cast.coordinator, at=clock())
    assert refused.value.code == "job_final"
    assert (state(job), job.error) == (JobState.FAILED, "Ce fichier ne se lit pas.")


def test_an_unexpected_error_is_told_without_its_details(job: Job, clock: Clock) -> None:
    def break_down(_claim: jobs.Claim) -> None:
        raise ZeroDivisionError("secret")

    jobs.handlers["test"] = break_down
    jobs.run(job_id=job.pk, clock=clock)
    assert state(job) == JobState.FAILED
    assert "secret" not in job.error


def test_after_three_silent_tries_the_job_fails_in_words(job: Job, clock: Clock) -> None:
    for _ in range(3):
        assert jobs.claim(job_id=job.pk, clock=clock)
        clock.wait(61)
    assert jobs.claim(job_id=job.pk, clock=clock) is None
    assert jobs.sweep(at=clock()) == 0
    assert (state(job), job.error) == (JobState.FAILED, jobs.WORN_OUT)


def test_the_sweep_rings_for_a_job_whose_bell_was_lost(job: Job, clock: Clock) -> None:
    assert jobs.sweep(at=clock()) == 0
    clock.wait(61)
    assert jobs.sweep(at=clock()) == 1


def test_a_failed_job_started_again_never_reuses_an_attempt_number(
    job: Job, clock: Clock, cast: Cast
) -> None:
    jobs.handlers["test"] = lambda _claim: (_ for _ in ()).throw(ZeroDivisionError)
    jobs.run(job_id=job.pk, clock=clock)
    jobs.retry(job=job, by=cast.coordinator, at=clock())
    again = jobs.claim(job_id=job.pk, clock=clock)
    assert again
    assert again.attempt == 2


def test_only_a_failed_job_of_ones_own_is_started_again(job: Job, clock: Clock, cast: Cast) -> None:
    with pytest.raises(Refused, match="pas en échec"):
        jobs.retry(job=job, by=cast.coordinator, at=clock())
    jobs.handlers["test"] = lambda _claim: (_ for _ in ()).throw(ZeroDivisionError)
    jobs.run(job_id=job.pk, clock=clock)
    with pytest.raises(Refused, match="pas en échec"):
        jobs.retry(job=job, by=cast.buyer, at=clock())

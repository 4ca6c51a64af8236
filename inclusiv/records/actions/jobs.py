"""Background jobs: queued with their request, claimed by one worker at a time, finished once (ARCHITECTURE.md 6)."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q

from inclusiv.celery import app
from inclusiv.core import history
from inclusiv.core.actors import Actor
from inclusiv.core.refusals import PASSES, Refused
from inclusiv.records.choices import MAX_ATTEMPTS, JobState
from inclusiv.records.models import Job, reference

logger = logging.getLogger(__name__)

RUN_TASK = "inclusiv.records.tasks.run_job"
WORN_OUT = (
    "Le traitement s’est interrompu trois fois avant la fin. Relancez-le ; s’il échoue encore, "
    "transmettez à l’assistance le numéro du traitement."
)
UNEXPECTED = (
    "Le traitement a rencontré une erreur inattendue. Rien n’a été enregistré : vous pouvez le relancer."
)


class SupersededError(Exception):
    """Another worker took this job over: whatever this one still holds must not be written."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One worker's hold on a job: every write says « WHERE attempt = mine »."""

    job: Job
    attempt: int
    clock: Callable[[], datetime]

    def report(self, progress: int, step: str) -> None:
        """Show how far the work is. Raises SupersededError."""
        self._write(progress=progress, step=step, heartbeat_at=self.clock())

    def beat(self) -> None:
        """Give a sign of life. Raises SupersededError."""
        self._write(heartbeat_at=self.clock())

    def finish(self) -> None:
        """End the job, inside the transaction that writes its result. Raises SupersededError."""
        self._write(state=JobState.DONE, progress=100, step="", finished_at=self.clock())

    def fail(self, message: str, *, is_final: bool = False) -> None:
        """End the job in words; `is_final` when trying again can only fail. Raises SupersededError."""
        self._write(state=JobState.FAILED, error=message, is_final=is_final, finished_at=self.clock())

    def _write(self, **values: Any) -> None:
        mine = Job.objects.filter(pk=self.job.pk, attempt=self.attempt, state=JobState.RUNNING)
        if not mine.update(**values):
            raise SupersededError(f"job {self.job.pk}, attempt {self.attempt}")


Handler = Callable[[Claim], None]
handlers: dict[str, Handler] = {}
"""What each kind of job does; apps add theirs in `ready()`."""


def queue(*, kind: str, label: str, subject: models.Model, by: Actor, at: datetime, **payload: Any) -> Job:
    """Write the job in the caller's transaction; the bell rings on commit. `label` is what people read."""
    job = Job.objects.create(
        kind=kind,
        label=label,
        subject=reference(subject),
        membership_id=by.membership_id,
        organisation_id=by.organisation_id,
        payload=payload,
        queued_at=at,
    )
    transaction.on_commit(partial(ring, job.pk))
    return job


def waiting(*, kind: str, by: Actor) -> int:
    """Return how many jobs of a kind somebody asked for and still waits for."""
    over = (JobState.DONE, JobState.FAILED)
    return Job.objects.filter(kind=kind, membership_id=by.membership_id).exclude(state__in=over).count()


def ring(job_id: int) -> None:
    """Tell a worker that a job waits. A broker that does not answer is no loss: the sweep rings again."""
    try:
        app.send_task(RUN_TASK, kwargs={"job_id": job_id}, retry=False)
    except Exception:
        logger.exception("job %s: the broker does not answer, the sweep will ring again", job_id)


def claim(*, job_id: int, clock: Callable[[], datetime]) -> Claim | None:
    """Take a job that waits or whose worker died; None when another has it or it is over."""
    now = clock()
    free = Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, heartbeat_at__lt=now - stale_after())
    taken = Job.objects.filter(free, pk=job_id, attempt__lt=F("attempts_allowed")).update(
        state=JobState.RUNNING, attempt=F("attempt") + 1, heartbeat_at=now, progress=0, step=""
    )
    if not taken:
        return None
    job = Job.objects.get(pk=job_id)
    return Claim(job=job, attempt=job.attempt, clock=clock)


def run(*, job_id: int, clock: Callable[[], datetime]) -> None:
    """Claim a job and do it; every end is written in words."""
    held = claim(job_id=job_id, clock=clock)
    if held is None:
        return
    try:
        with history.context(
            action=f"job {held.job.kind}", membership=held.job.membership_id, request=f"job {job_id}"
        ):
            handlers[held.job.kind](held)
    except SupersededError:
        logger.info("job %s: taken over by another worker", job_id)
    except Refused as refusal:
        held.fail(refusal.message, is_final=refusal.code != PASSES)
    except Exception:
        logger.exception("job %s (%s) failed", job_id, held.job.kind)
        held.fail(UNEXPECTED)


def retry(*, job: Job, by: Actor, at: datetime) -> None:
    """Start a failed job again, with its three tries. Raises Refused `job_not_failed`, `job_final`."""
    with transaction.atomic():
        if Job.objects.visible_to(by).filter(pk=job.pk, is_final=True).exists():
            raise Refused("job_final", "Relancé, ce traitement échouerait de la même façon.")
        again = Job.objects.visible_to(by).filter(pk=job.pk, state=JobState.FAILED)
        # The attempt number never goes back: a worker that wakes up late must not speak for a newer one.
        if not again.update(
            state=JobState.QUEUED,
            attempts_allowed=F("attempt") + MAX_ATTEMPTS,
            error="",
            progress=0,
            step="",
            queued_at=at,
            finished_at=None,
            heartbeat_at=None,
        ):
            raise Refused("job_not_failed", "Ce traitement n’est pas en échec : il n’y a rien à relancer.")
        transaction.on_commit(partial(ring, job.pk))


def sweep(*, at: datetime) -> int:
    """Ring again for the jobs that nobody works on; those tried three times fail. Returns how many rang."""
    waiting = Job.objects.to_ring(at=at, stale_after=stale_after())
    waiting.filter(attempt__gte=F("attempts_allowed")).update(
        state=JobState.FAILED, error=WORN_OUT, finished_at=at
    )
    bells = list(waiting.filter(attempt__lt=F("attempts_allowed")).values_list("pk", flat=True))
    for job_id in bells:
        ring(job_id)
    return len(bells)


def stale_after() -> timedelta:
    """Return how long a job may stay silent before another worker takes it."""
    return timedelta(seconds=settings.JOB_STALE_SECONDS)

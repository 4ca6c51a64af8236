"""Thin doors between Celery and the actions."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from celery import shared_task
from django.conf import settings
from django.db import connection
from django.utils import timezone

from inclusiv.core import health
from inclusiv.records.actions import files, jobs, mails
from inclusiv.records.choices import JobState
from inclusiv.records.models import Job


@shared_task
def run_job(*, job_id: int, **_future: object) -> None:
    """Do one job, giving a sign of life while it lasts."""
    with heartbeat(job_id):
        jobs.run(job_id=job_id, clock=timezone.now)


@shared_task
def sweep_jobs(**_future: object) -> None:
    """Ring again for jobs whose bell was lost or whose worker died."""
    jobs.sweep(at=timezone.now())


@shared_task
def sweep_files(**_future: object) -> None:
    """Remove files that were never completed."""
    files.sweep(at=timezone.now())


@shared_task
def send_email(*, mail_id: int, **_future: object) -> None:
    """Send one mail."""
    mails.send(mail_id=mail_id, at=timezone.now())


@shared_task
def sweep_emails(**_future: object) -> None:
    """Ring again for the mails whose bell was lost or that wait for another try."""
    mails.sweep(at=timezone.now())


@shared_task
def note_heartbeat(**_future: object) -> None:
    """Prove that beat rings and that a worker answers."""
    health.note_heartbeat(at=timezone.now())


@contextmanager
def heartbeat(job_id: int) -> Iterator[None]:
    """Touch the running job from a thread of its own, every `JOB_HEARTBEAT_SECONDS`, until the work is done.

    The thread keeps the attempt that it saw first: it never speaks for a later worker.
    """
    over = threading.Event()

    def touch() -> None:
        attempt: int | None = None
        while not over.wait(settings.JOB_HEARTBEAT_SECONDS):
            running = Job.objects.filter(pk=job_id, state=JobState.RUNNING)
            attempt = attempt or running.values_list("attempt", flat=True).first()
            if attempt is not None:
                running.filter(attempt=attempt).update(heartbeat_at=timezone.now())
        connection.close()

    thread = threading.Thread(target=touch, name=f"heartbeat-{job_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()

"""Thin doors between Celery and the accounts."""

from celery import shared_task
from django.utils import timezone

from inclusiv.accounts.signing import sessions


@shared_task
def sweep_sessions(**_future: object) -> None:
    """Remove the sessions that ended."""
    sessions.sweep_sessions(at=timezone.now())

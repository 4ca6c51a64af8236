"""Thin doors between Celery and the accounts."""

from celery import shared_task
from django.utils import timezone

from inclusiv.accounts.actions import joining
from inclusiv.accounts.signing import sessions


@shared_task
def sweep_sessions(**_future: object) -> None:
    """Remove the sessions that ended."""
    sessions.sweep_sessions(at=timezone.now())


@shared_task
def sweep_join_requests(**_future: object) -> None:
    """Delete the requests for an access that nobody answered."""
    joining.sweep(at=timezone.now())

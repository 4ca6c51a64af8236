"""Thin doors between Celery and the actions."""

from celery import shared_task
from django.utils import timezone

from beneficiaries.hours.actions import ledger
from inclusiv.core.periods import paris_day


@shared_task
def seal_ledger(**_future: object) -> None:
    """Seal the ledger for the day."""
    at = timezone.now()
    ledger.seal(day=paris_day(at), at=at)

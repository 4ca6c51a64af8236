"""Thin doors between Celery and the actions."""

from celery import shared_task
from django.utils import timezone

from inclusiv.core.periods import paris_day
from inclusiv.parameters.selectors import in_force
from inclusiv.records.actions import readings

RETENTION = "RETENTION_LOG_MONTHS"


@shared_task
def keep_access_log(**_future: object) -> None:
    """Each night, make the tables of the months to come and drop the readings older than the parameter says."""
    at = timezone.now()
    months = in_force(on=paris_day(at), codes=(RETENTION,)).integer(RETENTION)
    readings.keep(months=months, at=at)

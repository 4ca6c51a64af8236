"""Thin doors between Celery and the actions."""

from celery import shared_task
from django.utils import timezone

from beneficiaries.placements.actions import placements


@shared_task
def advance_placements(**_future: object) -> None:
    """Each night, who was planned has started and who had a last day has ended."""
    placements.advance(at=timezone.now())

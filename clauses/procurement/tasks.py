"""Thin doors between Celery and the actions."""

from celery import shared_task
from django.utils import timezone

from clauses.procurement.actions import contacts, inquiries


@shared_task
def ask_contacts(**_future: object) -> None:
    """Each night, companies that said nothing for a quarter are asked whom to call."""
    contacts.ask_each_quarter(at=timezone.now())


@shared_task
def ask_buyers(**_future: object) -> None:
    """Each working morning, buyers who said nothing are asked who holds their lots."""
    inquiries.ask_those_due(at=timezone.now())

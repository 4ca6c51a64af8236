"""The mails that the steps wrote have long been sent: a worker started later sends none of them."""

from datetime import timedelta

from django.db.models import F

from beneficiaries.hours.actions import reminders
from beneficiaries.hours.selectors.waiting import missing_statements
from inclusiv.core.queues import Queue
from inclusiv.demo.make.clauses import noon
from inclusiv.demo.steps.state import World
from inclusiv.records.choices import EmailState
from inclusiv.records.models import OutgoingEmail

REMINDED = 5
"""How many companies of the persona's were reminded of a month."""


def build_mails(made: World) -> None:
    """Remind some companies of their month, then note that every mail is sent."""
    nadia = made.facilitator(made.structures[0])
    for missing in missing_statements(Queue(actor=nadia, on=made.today))[:REMINDED]:
        reminders.send_link(
            award=missing.award,
            declarant=missing.declarant,
            month=missing.expected.month,
            by=nadia,
            at=noon(made.today - timedelta(days=2)),
        )
    waiting = OutgoingEmail.objects.filter(state=EmailState.QUEUED)
    waiting.update(state=EmailState.SENT, sent_at=F("queued_at"), attempts=1)

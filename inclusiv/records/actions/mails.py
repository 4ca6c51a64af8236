"""Write mails with what they tell, send them after (ARCHITECTURE.md 6).

A mail is sent at most once, except when the process dies between the server's acceptance and our commit: then it
goes again under the same Message-ID.
"""

import logging
import smtplib
from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import make_msgid
from functools import partial

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import models, transaction

from inclusiv.celery import app
from inclusiv.core.messages import Message
from inclusiv.core.providers import bounce_listeners
from inclusiv.core.texts import one_line
from inclusiv.records.choices import MAX_SENDINGS, EmailState
from inclusiv.records.models import OutgoingEmail, reference

logger = logging.getLogger(__name__)

SEND_TASK = "inclusiv.records.tasks.send_email"
FIRST_DELAY = timedelta(minutes=2)
"""How long to wait after the first failure; each next one doubles it."""


def queue(*, to: str, message: Message, subjects: Iterable[models.Model], at: datetime) -> OutgoingEmail:
    """Write a mail in the caller's transaction; it is sent once that is committed.

    Its subject may name what was typed on several lines: no server of mails would take it so.
    """
    message = message.leading_nowhere_else()
    mail = OutgoingEmail.objects.create(
        recipient=to,
        subject=one_line(message.subject)[:200],
        text=message.text(),
        html=message.html(),
        message_id=make_msgid(domain=settings.EMAIL_DOMAIN),
        subjects=[reference(subject) for subject in subjects],
        queued_at=at,
        next_try_at=at,
    )
    transaction.on_commit(partial(ring, mail.pk))
    return mail


def send_to(mail: OutgoingEmail, *, to: str, at: datetime) -> OutgoingEmail:
    """Write the same mail to somebody else, when its first reader could not be reached."""
    again = OutgoingEmail.objects.create(
        recipient=to,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        message_id=make_msgid(domain=settings.EMAIL_DOMAIN),
        subjects=mail.subjects,
        queued_at=at,
        next_try_at=at,
    )
    transaction.on_commit(partial(ring, again.pk))
    return again


def ring(mail_id: int) -> None:
    """Tell a worker that a mail waits. A broker that does not answer is no loss: the sweep rings again."""
    try:
        app.send_task(SEND_TASK, kwargs={"mail_id": mail_id}, retry=False)
    except Exception:
        logger.exception("mail %s: the broker does not answer, the sweep will ring again", mail_id)


@transaction.atomic
def send(*, mail_id: int, at: datetime) -> None:
    """Send one mail that waits, unless another worker is at it. A refused address is told to who keeps addresses.

    So is one that no mail can carry, which Django finds out here (ValueError): tried again, it would never leave.
    """
    waiting = OutgoingEmail.objects.select_for_update(skip_locked=True)
    mail = waiting.filter(pk=mail_id, state=EmailState.QUEUED).first()
    if mail is None:
        return
    mail.attempts += 1
    try:
        drawn(mail).send()
    except (smtplib.SMTPException, OSError, ValueError) as error:
        if is_final(error):
            mail.state, mail.error = EmailState.BOUNCED, str(error)
        else:
            postpone(mail, error, at=at)
    else:
        mail.state, mail.sent_at, mail.error = EmailState.SENT, at, ""
    mail.save(update_fields=["state", "attempts", "error", "sent_at", "next_try_at"])
    if mail.state == EmailState.BOUNCED:
        tell_bounce(mail, at=at)


def is_final(error: Exception) -> bool:
    """Say whether an address will never take the mail; a server that says 4xx asks to come back later (RFC 5321, 4.2.1)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return any(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, ValueError)


def drawn(mail: OutgoingEmail) -> EmailMultiAlternatives:
    """Return the mail as the server takes it."""
    message = EmailMultiAlternatives(
        subject=mail.subject, body=mail.text, to=[mail.recipient], headers={"Message-ID": mail.message_id}
    )
    message.attach_alternative(mail.html, "text/html")
    return message


def postpone(mail: OutgoingEmail, error: Exception, *, at: datetime) -> None:
    """Try again later, each time later; give up after MAX_SENDINGS tries."""
    mail.error = f"{type(error).__name__} : {error}"
    if mail.attempts >= MAX_SENDINGS:
        mail.state = EmailState.FAILED
    else:
        mail.next_try_at = at + FIRST_DELAY * 2 ** (mail.attempts - 1)


@transaction.atomic
def bounce(*, mail: OutgoingEmail, reason: str, at: datetime) -> None:
    """Note that a mail came back after it was sent."""
    OutgoingEmail.objects.filter(pk=mail.pk).update(state=EmailState.BOUNCED, error=reason)
    tell_bounce(mail, at=at)


def tell_bounce(mail: OutgoingEmail, *, at: datetime) -> None:
    """Tell who keeps addresses that this one does not work."""
    for listen in bounce_listeners:
        listen(mail.pk, mail.recipient, at)


def sweep(*, at: datetime) -> int:
    """Ring for the mails whose moment has come. Returns how many."""
    due = OutgoingEmail.objects.filter(state=EmailState.QUEUED, next_try_at__lte=at)
    waiting = list(due.order_by("next_try_at", "pk").values_list("pk", flat=True)[:1000])
    for mail_id in waiting:
        ring(mail_id)
    return len(waiting)

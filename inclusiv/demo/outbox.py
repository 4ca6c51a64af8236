"""The mails of the demonstration, as their readers would see them."""

import re
from dataclasses import dataclass
from datetime import datetime

from inclusiv.records.models import OutgoingEmail

SHOWN = 50
"""How many of the latest mails are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail with its words and the one link that it holds, if any."""

    recipient: str
    subject: str
    at: datetime
    paragraphs: list[str]
    url: str


def latest_mails() -> list[Mail]:
    """Return the latest mails, newest first."""
    return [shown(mail) for mail in OutgoingEmail.objects.order_by("-queued_at", "-pk")[:SHOWN]]


def shown(mail: OutgoingEmail) -> Mail:
    """Return a mail, its address taken out of its words."""
    words = mail.text.partition("\n--\n")[0]
    found = re.search(r"https?://\S+", words)
    kept = [line for line in words.split("\n\n") if line.strip() and "http" not in line]
    return Mail(
        recipient=mail.recipient,
        subject=mail.subject,
        at=mail.queued_at,
        paragraphs=kept,
        url=found.group() if found else "",
    )

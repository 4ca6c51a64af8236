"""The mails of the demonstration, as their readers would see them."""

import re
from dataclasses import dataclass
from datetime import datetime

from inclusiv.records.models import OutgoingEmail

SHOWN = 50
"""How many of the latest mails are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail with its words and the link of its button, the last one, if any."""

    recipient: str
    subject: str
    at: datetime
    paragraphs: list[str]
    url: str


def latest_mails() -> list[Mail]:
    """Return the latest mails, newest first."""
    return [shown(mail) for mail in OutgoingEmail.objects.order_by("-queued_at", "-pk")[:SHOWN]]


def shown(mail: OutgoingEmail) -> Mail:
    """Return a mail, its addresses taken out of its words."""
    words = mail.text.partition("\n--\n")[0]
    links = re.findall(r"https?://\S+", words)
    parts = (without_links(part) for part in words.split("\n\n"))
    return Mail(
        recipient=mail.recipient,
        subject=mail.subject,
        at=mail.queued_at,
        paragraphs=[part for part in parts if part],
        url=links[-1] if links else "",
    )


def without_links(part: str) -> str:
    """Return a paragraph without its lines that hold an address; nothing when only the name of the button is left."""
    lines = part.strip().split("\n")
    kept = [line for line in lines if "http" not in line]
    is_button = len(kept) < len(lines) and all(line.endswith(" :") for line in kept)
    return "" if is_button else "\n".join(kept)

"""Links by e-mail: 256 random bits of which only the SHA-256 is kept (ARCHITECTURE.md 4.1, PRACTICE.md 2).

Opening one changes nothing, since mail scanners open them; it may be opened until the final submission or its last day.
"""

import hashlib
import re
import secrets
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models.functions import Lower
from django.urls import reverse

from inclusiv.core.french import date_long
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.choices import LINK_DAYS
from inclusiv.records.models import SignedLink

TOKEN = re.compile(r"/lien/([\w-]+)/")
"""A token in the words of a letter, where its address stands whole."""


def issue(
    *, purpose: str, subject: str, recipient: str, organisation_id: int, at: datetime, **data: Any
) -> tuple[SignedLink, str]:
    """Write a link and return it with its absolute address, which is told once.

    `subject` is what it is about, as a reference (« organisation:12 »); `organisation_id` is for whom it acts.
    """
    token = secrets.token_urlsafe(32)
    link = SignedLink.objects.create(
        token_hash=hashed(token),
        purpose=purpose,
        subject=subject,
        recipient=recipient,
        organisation_id=organisation_id,
        data=data,
        created_at=at,
        expires_at=at + timedelta(days=LINK_DAYS),
    )
    return link, settings.PUBLIC_URL + reverse("records:link", args=[token])


def hashed(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def check(link: SignedLink, *, at: datetime) -> None:
    """Raise Refused unless the link may still be used: link_used, link_replaced, link_expired."""
    if link.used_at:
        raise Refused("link_used", f"Ce lien a servi le {date_long(paris_day(link.used_at))} : c’est fait.")
    if link.revoked_at:
        raise Refused(
            "link_replaced", "Ce lien ne sert plus : un plus récent vous a été envoyé, ou il a été retiré."
        )
    if link.expires_at <= at:
        raise Refused("link_expired", f"Ce lien a expiré le {date_long(paris_day(link.expires_at))}.")


def use(link: SignedLink, *, at: datetime) -> None:
    """Note the final submission, inside its transaction. Raises Refused when the link was used meanwhile."""
    check(link, at=at)
    free = SignedLink.objects.filter(pk=link.pk, used_at=None, revoked_at=None)
    if not free.update(used_at=at):
        link.refresh_from_db()
        check(link, at=at)


def revoke(*, purpose: str, subject: str, at: datetime) -> None:
    """Take back the links of a subject that were not used."""
    open_links = SignedLink.objects.filter(purpose=purpose, subject=subject, used_at=None)
    open_links.filter(revoked_at=None).update(revoked_at=at)


def revoke_of(
    *, recipients: Iterable[str], organisation_id: int, at: datetime, but: Collection[str] = ()
) -> None:
    """Take back what was sent to people who no longer answer for an organisation: an expired link too could be renewed.

    Links of the purposes `but` stay: they were not sent to them as who answers.
    """
    addresses = [recipient.lower() for recipient in recipients]
    theirs = SignedLink.objects.alias(address=Lower("recipient")).filter(
        address__in=addresses, organisation_id=organisation_id
    )
    theirs = theirs.exclude(purpose__in=but)
    theirs.filter(used_at=None, revoked_at=None).update(revoked_at=at)


def pass_on(text: str, *, before: str, recipient: str, name: str) -> None:
    """Give the links that a letter holds to whom it goes on to: they act in their own name, and leave with them.

    Only those sent to who had the letter `before`: its words may quote the address of somebody else's.
    """
    hashes = [hashed(token) for token in TOKEN.findall(text)]
    theirs = SignedLink.objects.filter(token_hash__in=hashes, recipient__iexact=before)
    for link in theirs.select_for_update():
        link.recipient, link.data = recipient, link.data | {"name": name}
        link.save(update_fields=["recipient", "data"])


def renew(link: SignedLink, *, at: datetime) -> tuple[SignedLink, str]:
    """Replace a link that nobody used, expired or not: the same screen for the same reader. Raises Refused for any other."""
    if not SignedLink.objects.filter(pk=link.pk, used_at=None, revoked_at=None).update(revoked_at=at):
        link.refresh_from_db()
        check(link, at=at)
    return issue(
        purpose=link.purpose,
        subject=link.subject,
        recipient=link.recipient,
        organisation_id=link.organisation_id,
        at=at,
        **link.data,
    )

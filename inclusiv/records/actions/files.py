"""Store files by their content; what was never completed is swept."""

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Sum

from inclusiv.core.actors import Actor
from inclusiv.core.fields import cipher
from inclusiv.core.french import file_size, quoted
from inclusiv.core.refusals import Refused
from inclusiv.records.choices import FileState
from inclusiv.records.models import StoredFile

PENDING_LIFETIME = timedelta(days=1)
SENT_LATELY = timedelta(days=1)


def receive(
    *, content: bytes, name: str, content_type: str, by: Actor, at: datetime, is_sealed: bool = False
) -> StoredFile:
    """Store what somebody sends: their organisation sends DAILY_UPLOAD_BYTES at most in twenty-four hours.

    Raises Refused too_many_files.
    """
    check_room(len(content), name=name, by=by, at=at)
    return store(
        content=content,
        name=name,
        content_type=content_type,
        sender_id=by.organisation_id,
        at=at,
        is_sealed=is_sealed,
    )


def check_room(size: int, *, name: str, by: Actor, at: datetime) -> None:
    """Raise Refused too_many_files when an organisation would have sent too much in twenty-four hours.

    Of several files, asked of all together before any is stored: a content outlives the refusal of the next one.
    """
    lately = StoredFile.objects.filter(sender_id=by.organisation_id, created_at__gt=at - SENT_LATELY)
    sent = lately.aggregate(total=Sum("size", default=0))["total"]
    if sent + size > settings.DAILY_UPLOAD_BYTES:
        raise Refused(
            "too_many_files",
            f"{quoted(name)} n’est pas gardé : en vingt-quatre heures, une organisation envoie"
            f" {file_size(settings.DAILY_UPLOAD_BYTES)} de fichiers au plus, et {by.organisation} en a envoyé"
            f" {file_size(sent)}. Revenez demain, ou envoyez un fichier plus léger.",
        )


def store(
    *,
    content: bytes,
    name: str,
    content_type: str,
    sender_id: int | None = None,
    at: datetime,
    is_sealed: bool = False,
) -> StoredFile:
    """Write the row, then the content, then say READY. The same content is stored once; sealed, it is encrypted.

    Inside the caller's transaction a failure leaves at worst a content that no row names; the sweep takes it away.
    """
    stored = StoredFile.objects.create(
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        name=name,
        content_type=content_type,
        is_sealed=is_sealed,
        sender_id=sender_id,
        created_at=at,
    )
    if not default_storage.exists(stored.path):
        default_storage.save(stored.path, ContentFile(cipher().encrypt(content) if is_sealed else content))
    stored.state = FileState.READY
    stored.save(update_fields=["state"])
    return stored


def sweep(*, at: datetime) -> int:
    """Remove the rows that stayed PENDING for a day, and their content when no other row needs it."""
    abandoned = StoredFile.objects.filter(state=FileState.PENDING, created_at__lt=at - PENDING_LIFETIME)
    for stored in abandoned:
        same = StoredFile.objects.filter(sha256=stored.sha256, is_sealed=stored.is_sealed)
        if not same.filter(state=FileState.READY).exists():
            default_storage.delete(stored.path)
    return abandoned.delete()[0]

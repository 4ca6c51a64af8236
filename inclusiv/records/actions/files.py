"""Store files by their content; what was never completed is swept."""

import hashlib
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Exists, ManyToOneRel, OuterRef, QuerySet, Sum

from inclusiv.core.actors import Actor
from inclusiv.core.fields import cipher
from inclusiv.core.french import file_size, quoted
from inclusiv.core.refusals import Refused
from inclusiv.records.choices import FileState
from inclusiv.records.models import StoredFile

LIFETIME = timedelta(days=1)
"""How long a file may stay without a row that names it."""
CONTENT_LOCKS = 2008_07_11
"""First key of the advisory locks of contents; the second one is told by the content."""
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
    sha256 = hashlib.sha256(content).hexdigest()
    locked("pg_advisory_xact_lock_shared", sha256)
    stored = StoredFile.objects.create(
        sha256=sha256,
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
    """Remove, a day after they came, the files that no row names: never completed, or replaced by another.

    Return how many went. A content goes with the last row that holds it.
    """
    return sum(remove(stored) for stored in unnamed().filter(created_at__lt=at - LIFETIME))


def remove(stored: StoredFile) -> bool:
    """Remove a file, unless somebody is storing the same content: the next sweep looks again."""
    with transaction.atomic():
        if not locked("pg_try_advisory_xact_lock", stored.sha256):
            return False
        stored.delete()
        if not StoredFile.objects.filter(sha256=stored.sha256, is_sealed=stored.is_sealed).exists():
            default_storage.delete(stored.path)
        return True


def unnamed() -> QuerySet[StoredFile]:
    """Return the files that no row of any app names."""
    naming = [
        relation.remote_field
        for relation in StoredFile._meta.get_fields(include_hidden=True)
        if isinstance(relation, ManyToOneRel)
    ]
    named = [Exists(field.model._base_manager.filter(**{field.name: OuterRef("pk")})) for field in naming]
    return StoredFile.objects.exclude(reduce(or_, named))


def locked(function: str, sha256: str) -> bool:
    """Take an advisory lock on a content until the transaction ends: who stores it and who removes it exclude each other."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, hashtext(%s))", [CONTENT_LOCKS, sha256])
        return cursor.fetchone()[0] is not False

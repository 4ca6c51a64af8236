"""Keep who read, exported or downloaded what names somebody (DOMAIN.md 9.5), and for how long."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, models

from inclusiv.core import readings
from inclusiv.core.actors import Actor
from inclusiv.records.models import AccessLog, SignedLink, reference

STILL_READ = timedelta(hours=1)
"""How long what somebody opened counts as still being read: opened again, or shown again by a refused form."""


def note(
    *,
    action: str,
    subjects: Iterable[models.Model | str],
    by: Actor,
    at: datetime,
    link: SignedLink | None = None,
) -> None:
    """Note that somebody read about each of the subjects, once an hour, in two queries whatever their number.

    Subjects are rows or references (« person:12 »); `action` is a declared reading. What the system reads by itself
    is nobody's reading; `link` is what opened the page, for who has no account.
    """
    readings.tell(action)
    if by.membership_id is None and link is None:
        return
    named = dict.fromkeys(one if isinstance(one, str) else reference(one) for one in subjects)
    reader = {"membership_id": by.membership_id, "link_id": link.pk if link else None}
    lately = AccessLog.objects.filter(**reader, action=action, at__gt=at - STILL_READ, subject__in=named)
    for subject in lately.values_list("subject", flat=True):
        named.pop(subject, None)
    AccessLog.objects.bulk_create(
        AccessLog(at=at, subject=subject, action=action, **reader) for subject in named
    )


def keep(*, months: int, at: datetime) -> None:
    """Make the tables of the months to come, and drop those of the readings older than so many months.

    The database's own function does it: the application's role may neither make nor drop a table, nor erase a reading.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT keep_access_log(%s, %s)", [months, at])

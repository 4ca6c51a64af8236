"""Write the story."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from django.db import models

from inclusiv.core.actors import Actor
from inclusiv.records.models import AuditEvent, reference

BATCH = 1000
"""How many events go in one insert."""
AN_HOUR = timedelta(hours=1)

_kept: ContextVar[list[AuditEvent] | None] = ContextVar("events kept to be written together", default=None)


def record(
    *, code: str, subjects: Iterable[models.Model], by: Actor, at: datetime, **data: Any
) -> AuditEvent:
    """Add one event to the timelines of its subjects. `data` holds codes, ids, dates and figures, never a name."""
    event = draft(code=code, subjects=subjects, by=by, at=at, **data)
    kept = _kept.get()
    if kept is None:
        event.save(force_insert=True)
    else:
        kept.append(event)
    return event


def record_once(*, code: str, subject: models.Model, by: Actor, at: datetime, **data: Any) -> None:
    """Add an event about one subject, unless the same person was told to have done the same within the hour."""
    lately = AuditEvent.objects.filter(
        code=code,
        membership_id=by.membership_id,
        subjects__contains=[reference(subject)],
        at__gt=at - AN_HOUR,
    )
    if not lately.exists():
        record(code=code, subjects=[subject], by=by, at=at, **data)


@contextmanager
def together() -> Iterator[None]:
    """Write in one insert, at the end, the events of the actions called inside, which share one transaction."""
    events: list[AuditEvent] = []
    token = _kept.set(events)
    try:
        yield
    finally:
        _kept.reset(token)
    AuditEvent.objects.bulk_create(events, batch_size=BATCH)


def draft(*, code: str, subjects: Iterable[models.Model], by: Actor, at: datetime, **data: Any) -> AuditEvent:
    """Return an unsaved event, for actions that write many at once."""
    return AuditEvent(
        code=code,
        at=at,
        membership_id=by.membership_id,
        author=by.name,
        organisation_id=by.organisation_id,
        organisation=by.organisation,
        on_behalf_of=by.on_behalf_of,
        subjects=[reference(subject) for subject in subjects],
        data={key: str(value) for key, value in data.items()},
    )

"""Write the story."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models

from inclusiv.core.actors import Actor
from inclusiv.records.models import AuditEvent, reference


def record(
    *, code: str, subjects: Iterable[models.Model], by: Actor, at: datetime, **data: Any
) -> AuditEvent:
    """Add one event to the timelines of its subjects. `data` holds codes, ids, dates and figures, never a name."""
    event = draft(code=code, subjects=subjects, by=by, at=at, **data)
    event.save(force_insert=True)
    return event


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

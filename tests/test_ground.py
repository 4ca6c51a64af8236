"""The ground holds: a cast, a page, an append-only story."""

import pytest
from django.db import IntegrityError, transaction

from inclusiv.records.actions import audit
from inclusiv.records.models import AuditEvent
from tests.conftest import Cast


def test_story_is_never_changed(cast: Cast, at) -> None:  # type: ignore[no-untyped-def]
    event = audit.record(code="x", subjects=[cast.commune], by=cast.buyer, at=at)
    with pytest.raises(IntegrityError, match="ne se modifie pas"), transaction.atomic():
        AuditEvent.objects.filter(pk=event.pk).update(code="y")
    with pytest.raises(IntegrityError, match="ne s’efface pas"), transaction.atomic():
        event.delete()

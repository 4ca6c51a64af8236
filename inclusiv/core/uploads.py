"""Files that people send: their kind is read in their content, not in their name (DOMAIN.md 9.5).

`examined` returns what may be kept: a picture without what travelled with it, any other file as it came. What is
refused is refused in words. Hostile files are parsed by `core.examining`, in a process with bounded memory and time;
compressed ones are never opened whole.
"""

import json
import signal
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from io import BytesIO
from pathlib import PurePath
from threading import Condition

from django.conf import settings

from inclusiv.core.examining import REFUSED, SECONDS
from inclusiv.core.faults import Fault
from inclusiv.core.refusals import Refused
from inclusiv.core.texts import one_line

CONTENT_TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "json": "application/json",
    "gz": "application/gzip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""The kinds of files that may come, by extension, and the type under which each leaves."""

PARSED = {"pdf": "pdf", "jpg": "jpeg", "jpeg": "jpeg", "png": "png"}
SIGNATURES = {
    "pdf": b"%PDF-",
    "jpg": b"\xff\xd8\xff",
    "jpeg": b"\xff\xd8\xff",
    "png": b"\x89PNG\r\n\x1a\n",
    "gz": b"\x1f\x8b\x08",
    "xlsx": b"PK\x03\x04",
}
MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
HEAD = 4096
SHEETS_MAX_BYTES = 100 << 20
SHEETS_MAX_PARTS = 2000
SHEETS_FORBIDDEN = (
    "vbaproject", "/externallinks/", "/embeddings/", "/activex/", "/macrosheets/", "/customui", "/connections.xml",
    "/querytables/",
)  # fmt: skip

EXAMINED_AT_ONCE = 2
"""Files examined at the same time by one process of the server, which answers four pages at once."""
SENDER: ContextVar[int | None] = ContextVar("who sends what is examined", default=None)
SENDING: list[int | None] = []
"""Whose files are being examined here: one of each person, so that nobody holds all the places."""
PLACES = Condition()
PATIENCE = 2
"""Seconds for which one more file waits its turn."""

WORDS = {
    Fault.UNREADABLE: "n’a pas pu être lu : il est abîmé, ou ce n’est pas un fichier {kind}.",
    Fault.LOCKED: "est protégé par un mot de passe : enregistrez-le sans protection.",
    Fault.ACTIVE: "contient un script, une action ou un fichier joint : imprimez-le en PDF, puis envoyez le résultat.",
    Fault.PAYSLIP: "ressemble à un bulletin de paie : il se regarde, ne se garde pas.",
    Fault.LONG: "est trop long à lire : gardez les pages ou les colonnes utiles, ou envoyez-le en plusieurs fois.",
    Fault.BUSY: "n’a pas pu être examiné : trop de fichiers arrivent en même temps. Envoyez-le à nouveau dans une minute.",
    Fault.NIR: "porte ce qui ressemble à un numéro de sécurité sociale : un tel document se regarde, ne se garde pas.",
}


class Unwelcome(Refused):
    """A file that is not kept; the message completes its name."""

    def __init__(self, fault: Fault, kind: str) -> None:
        super().__init__(fault, WORDS[fault].format(kind=kind.upper()))


def kind_of(name: str) -> str:
    """Return the extension of a name, in small letters and without its dot."""
    return PurePath(name).suffix.lower().removeprefix(".")


def content_type_of(name: str) -> str:
    """Return the type under which a file of that name leaves."""
    return CONTENT_TYPES.get(kind_of(name), "application/octet-stream")


def plain_name(name: str) -> str:
    """Return the last part of a name as it may be shown: no folder, no character that is not seen."""
    last = PurePath(name.replace("\\", "/")).name
    return one_line(last).strip(" .") or "document"


def examined(content: bytes, *, kind: str) -> bytes:
    """Return what may be kept of a file that says to be of a kind. Raises Unwelcome."""
    if not content.startswith(SIGNATURES.get(kind, b"")):
        raise Unwelcome(Fault.UNREADABLE, kind)
    match kind:
        case "json":
            refuse_unless_json(content[:HEAD], kind)
        case "gz":
            refuse_unless_json(inflated_head(content), kind)
        case "xlsx":
            refuse_unless_sheets(content)
        case _:
            return parsed(content, kind=kind)
    return content


def parsed(content: bytes, *, kind: str) -> bytes:
    """Have a PDF or a picture examined, and return what was kept of it."""
    return by_itself(content, examiner=PARSED[kind], kind=kind)


def rows_of(content: bytes) -> list[list[str]]:
    """Return the rows of the first sheet of a workbook already examined, as texts; see `core.workbooks.rows`."""
    found: list[list[str]] = json.loads(by_itself(content, examiner="rows", kind="xlsx"))
    return found


def by_itself(content: bytes, *, examiner: str, kind: str) -> bytes:
    """Run an examiner in a process of its own, which knows no secret, and return what it wrote.

    Raises Unwelcome `BUSY` rather than let files keep waiting those who only want a page.
    """
    with place(kind):
        return examined_apart(content, examiner=examiner, kind=kind)


@contextmanager
def sent_by(person: int | None) -> Iterator[None]:
    """Say who sends the files examined inside, by the key of their account."""
    told = SENDER.set(person)
    try:
        yield
    finally:
        SENDER.reset(told)


@contextmanager
def place(kind: str) -> Iterator[None]:
    """Hold a place of examination. Raises Unwelcome when none is left, or the same person still holds one."""
    person = SENDER.get()
    with PLACES:
        if not PLACES.wait_for(
            lambda: person not in SENDING and len(SENDING) < EXAMINED_AT_ONCE, timeout=PATIENCE
        ):
            raise Unwelcome(Fault.BUSY, kind)
        SENDING.append(person)
    try:
        yield
    finally:
        with PLACES:
            SENDING.remove(person)
            PLACES.notify_all()


def examined_apart(content: bytes, *, examiner: str, kind: str) -> bytes:
    """Start the process, wait for it, and read what it says."""
    command = [sys.executable, "-m", "inclusiv.core.examining", examiner]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no word of the user
            command,
            input=content,
            capture_output=True,
            cwd=settings.BASE_DIR,
            timeout=SECONDS + 10,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unwelcome(Fault.LONG, kind) from error
    if done.returncode == REFUSED:
        raise Unwelcome(Fault(done.stdout.decode()), kind)
    if done.returncode == -signal.SIGXCPU:
        raise Unwelcome(Fault.LONG, kind)
    if done.returncode or not done.stdout:
        raise Unwelcome(Fault.UNREADABLE, kind)
    return done.stdout


def refuse_unless_json(head: bytes, kind: str) -> None:
    """Refuse what does not begin as JSON does, byte order mark and blanks aside; its reader judges the rest."""
    for mark in MARKS:
        head = head.removeprefix(mark)
    if not head.lstrip(b" \t\r\n\0").startswith((b"{", b"[")):
        raise Unwelcome(Fault.UNREADABLE, kind)


def inflated_head(content: bytes) -> bytes:
    """Return the beginning of what a gzip file holds, whatever the size of the rest."""
    try:
        return zlib.decompressobj(wbits=31).decompress(content[:HEAD], HEAD)
    except zlib.error as error:
        raise Unwelcome(Fault.UNREADABLE, "gz") from error


def refuse_unless_sheets(content: bytes) -> None:
    """Refuse what is not a workbook, would not fit in memory once opened, carries macros, links or objects, or fetches."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            names = [part.filename.lower() for part in parts]
            if len(parts) > SHEETS_MAX_PARTS or sum(part.file_size for part in parts) > SHEETS_MAX_BYTES:
                raise Unwelcome(Fault.LONG, "xlsx")
            if not {"[content_types].xml", "xl/workbook.xml"} <= set(names) or len(set(names)) < len(names):
                raise Unwelcome(Fault.UNREADABLE, "xlsx")
            if any(word in f"/{name}" for name in names for word in SHEETS_FORBIDDEN):
                raise Unwelcome(Fault.ACTIVE, "xlsx")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError) as error:
        raise Unwelcome(Fault.UNREADABLE, "xlsx") from error
    by_itself(content, examiner="workbook", kind="xlsx")

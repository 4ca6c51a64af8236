"""Look into a document that somebody sent, in a process of its own with bounded memory and time.

    python -m inclusiv.core.examining pdf < document > what is kept

Exit code 0: the bytes to keep are on the standard output. Exit code REFUSED: why is there, a `Fault`. Anything else
(killed, out of memory, a parser's own error): the document cannot be read. `core.uploads` starts it. Nothing of Django
is imported here: the process starts in a tenth of a second.
"""

import io
import json
import os
import re
import resource
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from enum import StrEnum
from xml.parsers import expat

MEMORY = 1 << 30
"""Address space of the process, in bytes."""
SECONDS = 20
"""Processor time of the process."""
POLITENESS = 10
"""How far the process gives way to those that answer pages."""
REFUSED = 3
MAX_PIXELS = 60_000_000
"""A page scanned at 600 dots per inch has 35 million."""
ROWS_READ = 5000
"""Rows of a workbook that are read; more are refused by its reader."""
COLUMNS_READ = 40
CELL_READ = 1200
TEXT_READ = 6_000_000
"""Characters of a whole workbook: its reader, who waits, holds them all in memory."""
PAGES_READ = 50
"""Pages of a PDF in which words are searched."""
ACTIVE_KEYS = frozenset(
    {"/JS", "/JavaScript", "/Launch", "/EF", "/EmbeddedFile", "/EmbeddedFiles", "/RichMedia", "/XFA", "/AA"}
)
DEEPEST = 30
"""Values of a PDF one inside the other; what is deeper is not looked into, and refused."""
ACTIVE_KINDS = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/RichMediaExecute",
        "/GoToE",
        "/GoToR",
        "/Rendition",
    }
)
FORMULAS = frozenset({"f", "definedName", "formula", "formula1", "formula2"})
"""Elements of a workbook that hold a formula: of a cell, of a name, of a format, of a rule."""
QUOTED = re.compile(r""""[^"]*"|'[^']*'""")
FETCHING = re.compile(
    r"(?<![A-Z0-9_])(?:WEBSERVICE|IMAGE|RTD|DDE|CALL|REGISTER(?:\.ID)?|STOCKHISTORY|PY)\s*\(|[A-Z0-9_]\s*\|",
    re.IGNORECASE,
)
"""What asks something of elsewhere as the workbook is computed; a bar after a word is a command given to a program (DDE)."""
CHUNK = 1 << 16


class Fault(StrEnum):
    """Why a document is refused."""

    UNREADABLE = "unreadable"
    LOCKED = "locked"
    ACTIVE = "active"
    PAYSLIP = "payslip"
    NIR = "nir"
    LONG = "long"
    BUSY = "busy"


class FaultError(Exception):
    """The document is refused."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def pdf(content: bytes) -> bytes:
    """Return a PDF as it came. Raises FaultError when it is locked, acts by itself, or says what may not be kept."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(content)) as book:
            if book.is_encrypted:
                raise FaultError(Fault.LOCKED)
            if any(_is_active(found) for found in book.objects):
                raise FaultError(Fault.ACTIVE)
    except pikepdf.PasswordError as error:
        raise FaultError(Fault.LOCKED) from error
    refuse_words("\n".join(words_of(content)))
    return content


def _is_active(found: object, depth: int = 0) -> bool:
    """Say whether an object of a PDF runs something, opens something or carries a file; values are looked into."""
    import pikepdf

    if isinstance(found, pikepdf.Stream):
        found = found.stream_dict
    if isinstance(found, pikepdf.Dictionary):
        kind = str(found.get("/S", ""))
        inner: Iterator[object] = (value for _, value in found.items())
        if kind in ACTIVE_KINDS or any(key in ACTIVE_KEYS for key in found.keys()):  # noqa: SIM118 - a pikepdf object
            return True
        # What opens with the document may only be one of its pages: a site opened so learns who reads it, and when.
        opening = found.get("/OpenAction")
        if isinstance(opening, pikepdf.Dictionary) and (opening.get("/S") != "/GoTo" or "/Next" in opening):
            return True
    elif isinstance(found, pikepdf.Array):
        inner = iter(found)
    else:
        return False
    direct = (value for value in inner if isinstance(value, pikepdf.Object) and not value.is_indirect)
    return depth >= DEEPEST or any(_is_active(value, depth + 1) for value in direct)


def words_of(content: bytes) -> Iterator[str]:
    """Yield the text of the first pages of a PDF; an image has none."""
    import pypdf

    for page in pypdf.PdfReader(io.BytesIO(content)).pages[:PAGES_READ]:
        yield page.extract_text()


def refuse_words(text: str) -> None:
    """Refuse a payslip and a social security number: they are looked at, never kept (PRACTICE.md 2)."""
    from inclusiv.core.texts import holds_nir, names_a_payslip

    if names_a_payslip(text):
        raise FaultError(Fault.PAYSLIP)
    if holds_nir(text):
        raise FaultError(Fault.NIR)


def picture(content: bytes, *, kind: str) -> bytes:
    """Return the same picture drawn anew, upright: nothing of what travelled with it (place, device, words) is left."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2  # twice that is an error
    with Image.open(io.BytesIO(content), formats=(kind,)) as opened:
        upright = ImageOps.exif_transpose(opened)
        kept = (
            upright.convert("RGB")
            if kind == "JPEG" or upright.mode not in {"L", "1", "P", "RGBA"}
            else upright
        )
        clean = Image.new(kept.mode, kept.size)
        if palette := kept.getpalette():
            clean.putpalette(palette)
        clean.paste(kept)
        written = io.BytesIO()
        clean.save(written, kind, **({"quality": 88} if kind == "JPEG" else {}))
    return written.getvalue()


def png(content: bytes) -> bytes:
    """Return a PNG drawn anew."""
    return picture(content, kind="PNG")


def jpeg(content: bytes) -> bytes:
    """Return a JPEG drawn anew."""
    return picture(content, kind="JPEG")


def rows(content: bytes) -> bytes:
    """Return the first sheet of a workbook as JSON: a list of rows, each a list of texts, empty where nothing is.

    Values, never formulas; days as 2026-03-01, numbers to the hundredth. At most ROWS_READ + 1 rows of COLUMNS_READ
    cells of CELL_READ characters: one row too many tells its reader that there are more. Raises FaultError beyond
    TEXT_READ characters: a small file repeats one text without end.
    """
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()
    read = sheet.iter_rows(max_row=ROWS_READ + 1, max_col=COLUMNS_READ, values_only=True)
    found: list[list[str]] = []
    length = 0
    for row in read:
        found.append([cell_text(value) for value in row])
        length += sum(map(len, found[-1]))
        if length > TEXT_READ:
            raise FaultError(Fault.LONG)
    return json.dumps(found).encode()


def formulas(content: bytes) -> bytes:
    """Return nothing to keep of a workbook, kept as it came. Raises FaultError when one of its formulas fetches something.

    Every part is read, whatever it is called, by a reader of XML: it knows each way of writing the same formula.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            for formula in formulas_of(archive, name):
                if FETCHING.search(QUOTED.sub("''", formula)):
                    raise FaultError(Fault.ACTIVE)
    return b"none"


def formulas_of(archive: zipfile.ZipFile, name: str) -> list[str]:
    """Return the formulas of a part: a picture has none.

    Raises FaultError on one that is called XML and is none, or that declares words of its own: a bomb does.
    """
    found: list[str] = []
    inside: list[str] = []

    def start(tag: str, _: object) -> None:
        inside.append(tag.rpartition(" ")[2])
        if inside[-1] in FORMULAS:
            found.append("")

    def say(text: str) -> None:
        if inside and inside[-1] in FORMULAS:
            found[-1] += text

    def end(_: str) -> None:
        inside.pop()

    def refuse(*_: object) -> None:
        raise FaultError(Fault.UNREADABLE)

    reader = expat.ParserCreate(namespace_separator=" ")
    reader.StartElementHandler, reader.EndElementHandler, reader.CharacterDataHandler = start, end, say
    reader.StartDoctypeDeclHandler = refuse
    try:
        with archive.open(name) as part:
            while chunk := part.read(CHUNK):
                reader.Parse(chunk)
    except expat.ExpatError as error:
        if name.lower().endswith((".xml", ".rels")):
            raise FaultError(Fault.UNREADABLE) from error
    return found


def cell_text(value: object) -> str:
    """Return a cell as somebody would type it."""
    match value:
        case None:
            return ""
        case bool():
            return "oui" if value else "non"
        case float():
            return f"{value:.2f}".removesuffix(".00")
        case datetime():
            return f"{value:%Y-%m-%d}"
        case _:
            return str(value)[:CELL_READ]


EXAMINERS: dict[str, Callable[[bytes], bytes]] = {
    "pdf": pdf,
    "png": png,
    "jpeg": jpeg,
    "rows": rows,
    "formulas": formulas,
}


def main(kind: str) -> int:
    """Examine what comes on the standard input."""
    os.nice(POLITENESS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        kept = EXAMINERS[kind](sys.stdin.buffer.read())
    except FaultError as error:
        sys.stdout.write(error.fault)
        return REFUSED
    sys.stdout.buffer.write(kept)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

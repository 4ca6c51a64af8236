"""Look into a document that somebody sent, in a process of its own with bounded memory and time.

    python -m inclusiv.core.examining pdf < document > what is kept

Exit code 0: the bytes to keep are on the standard output. Exit code REFUSED: why is there, a `Fault`. Anything else
(killed, out of memory, a parser's own error): the document cannot be read. `core.uploads` starts it. Nothing of Django
is imported here: the process starts in a tenth of a second.
"""

import io
import os
import resource
import sys
from collections.abc import Callable, Iterator

from inclusiv.core import workbooks
from inclusiv.core.faults import Allowance, Fault, FaultError

MEMORY = 1 << 30
"""Address space of the process, in bytes."""
SECONDS = 6
"""Processor time of the process: fifty dense pages, or 5 000 rows of 40 cells, take two or three."""
POLITENESS = 10
"""How far the process gives way to those that answer pages."""
REFUSED = 3
MAX_PIXELS = 60_000_000
"""A page scanned at 600 dots per inch has 35 million."""
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
VALUES_READ = 2_000_000
"""Lists and dictionaries of a PDF that are looked into: a tagged document of 500 pages has less than a million."""


def pdf(content: bytes) -> bytes:
    """Return a PDF as it came. Raises FaultError when it is locked, acts by itself, or says what may not be kept."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(content)) as book:
            if book.is_encrypted:
                raise FaultError(Fault.LOCKED)
            values = Allowance(VALUES_READ)
            if any(_is_active(found, values) for found in book.objects):
                raise FaultError(Fault.ACTIVE)
    except pikepdf.PasswordError as error:
        raise FaultError(Fault.LOCKED) from error
    refuse_words("\n".join(words_of(content)))
    return content


def _is_active(found: object, values: Allowance, depth: int = 0) -> bool:
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
    values.spend()
    direct = (value for value in inner if isinstance(value, pikepdf.Object) and not value.is_indirect)
    return depth >= DEEPEST or any(_is_active(value, values, depth + 1) for value in direct)


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
        clean.save(written, kind, **({"quality": 88} if kind == "JPEG" else {"compress_level": 4}))
    return written.getvalue()


def png(content: bytes) -> bytes:
    """Return a PNG drawn anew."""
    return picture(content, kind="PNG")


def jpeg(content: bytes) -> bytes:
    """Return a JPEG drawn anew."""
    return picture(content, kind="JPEG")


EXAMINERS: dict[str, Callable[[bytes], bytes]] = {
    "pdf": pdf,
    "png": png,
    "jpeg": jpeg,
    "rows": workbooks.rows,
    "workbook": workbooks.workbook,
}


def main(kind: str) -> int:
    """Examine what comes on the standard input."""
    os.nice(POLITENESS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))  # asked to stop, then killed
    try:
        kept = EXAMINERS[kind](sys.stdin.buffer.read())
    except FaultError as error:
        sys.stdout.write(error.fault)
        return REFUSED
    sys.stdout.buffer.write(kept)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

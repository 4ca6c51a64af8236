"""Files as people send them, harmless and hostile, made here: none is kept in the repository."""

import gzip
import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name
from PIL import Image


def pdf(*lines: str, opening: dict[str, Any] | None = None, link: dict[str, Any] | None = None) -> bytes:
    """Return a PDF of one page that says these lines; `opening` is what it does when opened, `link` what a click does."""
    book = pikepdf.new()
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding
    )
    page = book.add_blank_page()
    page.obj.Resources = Dictionary(Font=Dictionary(F=book.make_indirect(font)))
    said = " ".join(f"({line}) Tj 0 -20 Td" for line in lines)
    page.obj.Contents = book.make_stream(f"BT /F 12 Tf 40 700 Td {said} ET".encode("cp1252"))
    if opening:
        book.Root.OpenAction = Dictionary(opening)
    if link:
        annotation = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=Dictionary(link))
        page.obj.Annots = [annotation]
    return saved(book)


def saved(book: pikepdf.Pdf, **options: Any) -> bytes:
    """Return the bytes of a PDF."""
    written = io.BytesIO()
    book.save(written, **options)
    return written.getvalue()


def pdf_with_attachment() -> bytes:
    """Return a PDF that carries another file."""
    book = pikepdf.new()
    book.add_blank_page()
    book.attachments["note.exe"] = b"MZ"
    return saved(book)


def locked_pdf() -> bytes:
    """Return a PDF that asks for a password."""
    book = pikepdf.new()
    book.add_blank_page()
    return saved(book, encryption=pikepdf.Encryption(user="secret", owner="secret"))


def picture(kind: str, *, told: str = "", size: tuple[int, int] = (30, 20)) -> bytes:
    """Return a picture, JPEG or PNG; `told` travels with it, with a place and a rotation."""
    drawn = Image.new("RGB", size, "teal")
    exif = drawn.getexif()
    if told:
        exif[0x0112] = 6  # taken upright: turned by a quarter
        exif[0x010E] = told
        exif.get_ifd(0x8825)[1] = "N"
    written = io.BytesIO()
    drawn.save(written, kind, exif=exif, **({"comment": told.encode()} if kind == "JPEG" and told else {}))
    return written.getvalue()


def workbook(*, parts: dict[str, bytes] | None = None) -> bytes:
    """Return the shell of a workbook with these parts besides."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml"):
            archive.writestr(name, '<?xml version="1.0"?><x/>')
        for name, content in (parts or {}).items():
            archive.writestr(name, content)
    return written.getvalue()


def zeros(size: int) -> Iterator[bytes]:
    """Yield that many bytes of nothing, by the megabyte."""
    for _ in range(size >> 20):
        yield bytes(1 << 20)


def gzip_bomb(*, opened: int, first: bytes = b"[") -> bytes:
    """Return a gzip file of `opened` bytes once opened, a thousandth of it here; each member is a hundred megabytes."""
    member = gzip.compress(b" " * (100 << 20), 9)
    return gzip.compress(first) + member * (opened // (100 << 20))

"""Documents: a template becomes a tagged PDF/A-3a and PDF/UA-1, the same bytes on every machine.

WeasyPrint lays out, reading nothing but the packaged fonts and `templates/documents/assets`; a short pikepdf
pass adds what it leaves out: the scope of table headers and the PDF/UA claim. Sources: ISO 19005-3, ISO 14289-1.
"""

import mimetypes
import os
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from io import BytesIO
from typing import Any

import fontpkg_source_sans_3
import pikepdf
import weasyprint
from django.conf import settings
from django.template import Context, Engine
from fontTools.ttLib import TTFont
from pikepdf import Array, ContentStreamInstruction, Dictionary, Name, Operator
from weasyprint.css import ColorProfile
from weasyprint.text.ffi import harfbuzz_subset
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcherResponse

from inclusiv.core import drawing
from inclusiv.core.french import NARROW, NO_BREAK

FAMILY = "Source Sans 3 Document"
"""Our own name for the packaged font: a system's Source Sans 3 of another version is never taken for it."""

ORIGIN = "https://documents.invalid/"
"""The base of a document's addresses: a reserved name, so that no machine's path enters its bytes."""

MISSING_GLYPH = "□"
OUTPUT_INTENT = "sRGB2014"
PIXEL = 0.75
"""Points in one CSS pixel."""

PDF_UA = """
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""

_FRENCH_SPACE = re.compile(rf" (?=[:;!?%»])|(?<=«) |{NARROW}")
"""Spaces that never break in French; the font's narrow one is too narrow to part thousands, its plain one is right."""

_ONE_AT_A_TIME = threading.Lock()


class DocumentError(Exception):
    """A document cannot be made as it must be; the message says what is wrong."""


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file that travels inside the PDF, as data of which the document is the presentation."""

    name: str
    content: bytes
    description: str


@dataclass(frozen=True, kw_only=True)
class Pdf:
    """A finished document: its bytes, their SHA-256 in hexadecimal, its number of pages."""

    content: bytes
    sha256: str
    pages: int


def render(
    template: str,
    context: Mapping[str, object],
    *,
    title: str,
    created_at: datetime,
    attachments: Sequence[Attachment] = (),
) -> Pdf:
    """Return the PDF of a template (« documents/… »), dated `created_at` (aware): the data's cut-off.

    The template also receives `title` and `created_at` (UTC, W3C form). Same arguments, same bytes.
    Raises DocumentError when it reads an asset that is not ours or a name that its context does not have.
    """
    moment = created_at.astimezone(UTC)
    names = {**context, "title": title, "created_at": f"{moment:%Y-%m-%dT%H:%M:%SZ}"}
    html = _engine().get_template(template).render(Context(names, use_l10n=False))
    return from_html(html, created_at=created_at, attachments=attachments)


def render_in_turn(template: str, context: Mapping[str, object], *, title: str, created_at: datetime) -> Pdf:
    """Return what `render` does, for who waits for it on a page; a job calls `render`.

    Raises TooManyDrawnError besides.
    """
    with drawing.turn():
        return render(template, context, title=title, created_at=created_at)


def from_html(html: str, *, created_at: datetime, attachments: Sequence[Attachment] = ()) -> Pdf:
    """Return the PDF of a whole page, which has its language, its title and, for its date, its own metadata.

    Raises DocumentError as `render` does, and when `created_at` has no time zone.
    """
    if created_at.tzinfo is None:
        raise DocumentError(
            "A document is dated with its time zone: its bytes would depend on the machine's."
        )
    if not harfbuzz_subset:
        raise DocumentError("libharfbuzz-subset0 is missing: fonts would not be embedded as everywhere else.")
    typeset = _drawable(_FRENCH_SPACE.sub(NO_BREAK, html))
    carried = sorted(attachments, key=lambda attachment: attachment.name)
    return _finished(_laid_out(typeset, carried, created_at.astimezone(UTC)))


class _Required(str):
    """The text of an undefined name: a report with a hole is worse than none."""

    __slots__ = ()

    def __mod__(self, name: object) -> str:
        raise DocumentError(f"The document reads {name}, which its context does not have.")


@cache
def _engine() -> Engine:
    """Documents have their own engine: no request, nothing of the web pages' look."""
    return Engine(
        dirs=[str(settings.BASE_DIR / "templates")],
        builtins=["inclusiv.core.templatetags.french"],
        string_if_invalid=_Required("%s"),
    )


@cache
def _assets() -> dict[str, bytes]:
    """Return the closed list of what a document may read, by name: nothing else exists for it."""
    folder = settings.BASE_DIR / "templates" / "documents" / "assets"
    fonts = fontpkg_source_sans_3.ROOT / "files"
    return {path.name: path.read_bytes() for path in (*folder.iterdir(), *fonts.glob("*.ttf"))}


def _only_assets(address: str) -> URLFetcherResponse:
    """Answer with one of our assets; anything else ends the rendering (no network, no other file)."""
    name = address.removeprefix(ORIGIN)
    if not address.startswith(ORIGIN) or name not in _assets():
        raise FatalURLFetchingError(address)
    media_type = mimetypes.guess_type(name)[0] or "font/ttf"
    return URLFetcherResponse(address, _assets()[name], {"Content-Type": media_type})


@cache
def _characters() -> frozenset[int]:
    with TTFont(BytesIO(_assets()["SourceSans3[wght].ttf"]), lazy=True) as font:
        return frozenset(font.getBestCmap()) | {ord("\n"), ord("\t")}


def _drawable(html: str) -> str:
    """Replace what the font cannot draw, which would call another font of the machine and change the bytes."""
    return html.translate(
        {ord(letter): MISSING_GLYPH for letter in set(html) if ord(letter) not in _characters()}
    )


def _laid_out(html: str, attachments: Sequence[Attachment], moment: datetime) -> bytes:
    fonts = FontConfiguration()
    source = weasyprint.HTML(string=html, base_url=ORIGIN, url_fetcher=_only_assets)
    options = {"pdf_variant": "pdf/a-3a", "output_intent": OUTPUT_INTENT}
    try:
        document = source.render(font_config=fonts, color_profiles=_profiles(), **options)
        with _dated(moment):
            content: bytes = document.write_pdf(
                pdf_identifier=_identifier(html, attachments),
                attachments=[_carried(attachment, moment) for attachment in attachments],
                **options,
            )
    except FatalURLFetchingError as refusal:  # a BaseException: nothing else would stop it
        raise DocumentError(f"The document reads {refusal}, which is not one of its assets.") from refusal
    return content


def _profiles() -> dict[str, ColorProfile]:
    """Return the colour profile that WeasyPrint would have read itself, leaving the file open."""
    content = (files("weasyprint.pdf") / "sRGB2014.icc").read_bytes()
    profile = ColorProfile(BytesIO(content), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"]))
    return {OUTPUT_INTENT: profile}


@contextmanager
def _dated(moment: datetime) -> Iterator[None]:
    """Make fontTools date the embedded fonts with the document and not with the clock, one at a time.

    It reads the time from the environment only; the lock keeps two threads from dating each other's fonts.
    """
    with _ONE_AT_A_TIME:
        before = os.environ.get("SOURCE_DATE_EPOCH")
        os.environ["SOURCE_DATE_EPOCH"] = str(int(moment.timestamp()))
        try:
            yield
        finally:
            if before is None:
                del os.environ["SOURCE_DATE_EPOCH"]
            else:
                os.environ["SOURCE_DATE_EPOCH"] = before


def _identifier(html: str, attachments: Sequence[Attachment]) -> bytes:
    digest = sha256(html.encode())
    for attachment in attachments:
        digest.update(sha256(attachment.name.encode() + b"\0" + attachment.content).digest())
    return digest.hexdigest()[:32].encode()


def _carried(attachment: Attachment, moment: datetime) -> weasyprint.Attachment:
    return weasyprint.Attachment(
        file_obj=BytesIO(attachment.content),
        name=attachment.name,
        description=attachment.description,
        created=moment,
        modified=moment,
        relationship="Data",
    )


def _finished(content: bytes) -> Pdf:
    """Add what WeasyPrint leaves out, and refuse a font that would differ from one machine to another."""
    output = BytesIO()
    with pikepdf.open(BytesIO(content)) as pdf:
        _check_fonts(pdf)
        _describe_tables(pdf)
        _set_margins_apart(pdf)
        _place_figures(pdf)
        _list_attachments_once(pdf)
        _claim_accessibility(pdf)
        pages = len(pdf.pages)
        pdf.save(output, deterministic_id=True)
    finished = output.getvalue()
    return Pdf(content=finished, sha256=sha256(finished).hexdigest(), pages=pages)


def _check_fonts(pdf: pikepdf.Pdf) -> None:
    expected = FAMILY.replace(" ", "-")
    for thing in pdf.objects:
        if isinstance(thing, Dictionary) and thing.get(Name.Type) == Name.FontDescriptor:
            name = str(thing.FontName).partition("+")[2]
            if not name.startswith(expected):
                raise DocumentError(f"The font {name} is the machine's: a document only uses its own.")


def _describe_tables(pdf: pikepdf.Pdf) -> None:
    """Give each header its scope and make headers findable by their identifier.

    WeasyPrint reads the scope in the HTML but only writes, on each cell, the headers that apply to it: the
    header named by a cell of its own row heads that row, any other one its column.
    """
    identifiers = pikepdf.NameTree.new(pdf)
    for row in _elements(pdf.Root.StructTreeRoot, Name.TR):
        cells = [cell for cell in _kids(row) if isinstance(cell, Dictionary)]
        heads_of_row = {
            bytes(header)
            for cell in cells
            if cell.S == Name.TD
            for header in _items(cell.A.get(Name.Headers))
        }
        for cell in cells:
            if cell.S == Name.TH:
                cell.A.Scope = Name.Row if bytes(cell.ID) in heads_of_row else Name.Column
                identifiers[str(cell.ID)] = cell
    pdf.Root.StructTreeRoot.IDTree = identifiers.obj


def _set_margins_apart(pdf: pikepdf.Pdf) -> None:
    """Mark running footers as pagination: WeasyPrint tags them as content that the structure does not hold."""
    held = {element.objgen for element in _elements(pdf.Root.StructTreeRoot)}
    numbers = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)
    for page in pdf.pages:
        owners = enumerate(_items(numbers[int(page.StructParents)]))
        apart = {mark for mark, owner in owners if owner.objgen not in held}
        if apart:
            page.Contents = pdf.make_stream(_repaginated(page, apart))


def _repaginated(page: pikepdf.Page, marks: set[int]) -> bytes:
    pagination = ContentStreamInstruction([Name.Artifact, Dictionary(Type=Name.Pagination)], Operator("BDC"))
    begins = Operator("BDC")
    return pikepdf.unparse_content_stream(
        [
            pagination
            if instruction.operator == begins and instruction.operands[1].get(Name.MCID) in marks
            else instruction
            for instruction in pikepdf.parse_content_stream(page)
        ]
    )


def _place_figures(pdf: pikepdf.Pdf) -> None:
    """Turn the box of each figure from CSS pixels below the page's top into points above its bottom."""
    for figure in _elements(pdf.Root.StructTreeRoot, Name.Figure):
        height = float(figure.Pg.MediaBox[3])
        left, top, right, bottom = (float(edge) * PIXEL for edge in _items(figure.A.BBox))
        figure.A.BBox = Array([round(edge, 2) for edge in (left, height - bottom, right, height - top)])
        figure.A.Placement = Name.Block


def _elements(parent: pikepdf.Object, kind: Name | None = None) -> Iterator[Dictionary]:
    """Yield the structure elements below one, in reading order; of one kind, when it is given."""
    for kid in _kids(parent):
        if isinstance(kid, Dictionary) and Name.S in kid:
            if kind in {None, kid.S}:
                yield kid
            yield from _elements(kid, kind)


def _kids(parent: pikepdf.Object) -> list[Any]:
    kids = parent.get(Name.K)
    return _items(kids) if isinstance(kids, Array) else [kids]


def _items(array: Any) -> list[Any]:
    return [] if array is None else list(array)


def _list_attachments_once(pdf: pikepdf.Pdf) -> None:
    """WeasyPrint names each associated file twice."""
    if Name.AF in pdf.Root:
        once = {attached.objgen: attached for attached in _items(pdf.Root.AF)}
        pdf.Root.AF = Array(once.values())


def _claim_accessibility(pdf: pikepdf.Pdf) -> None:
    metadata = pdf.Root.Metadata.read_bytes().decode()
    pdf.Root.Metadata = pdf.make_stream(
        metadata.replace("</rdf:RDF>", f"{PDF_UA}</rdf:RDF>").encode(), Type=Name.Metadata, Subtype=Name.XML
    )

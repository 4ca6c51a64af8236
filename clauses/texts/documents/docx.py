"""The pieces as a DOCX that a buyer opens and pastes from: real styles, tables with header rows, French, dated by us."""

import re
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph

from clauses.texts.documents.pieces import Bundle, Piece
from clauses.texts.rules.blocks import Block, Heading, Items, Paragraph, Table
from inclusiv.core.french import NARROW, NO_BREAK

FONT = "Arial"
"""A font that every word processor has, or draws with the same widths."""
INK = RGBColor(0x12, 0x40, 0x3F)
MUTED = RGBColor(0x56, 0x65, 0x65)
LANGUAGE = "fr-FR"
LAST = 3
"""Paragraphs that end a piece on one page: a line to sign is never alone."""
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
WIDTH, FIRST, NUMBER = 166, 16, 42
"""Millimetres: of the text, of a first column, of a column of numbers."""
STYLES: dict[str, tuple[int, bool, int, int]] = {
    "Normal": (10, False, 0, 6),
    "Heading 1": (18, True, 0, 10),
    "Heading 2": (13, True, 14, 4),
    "Heading 3": (11, True, 10, 3),
    "List Bullet": (10, False, 0, 3),
    "Caption": (10, True, 8, 3),
    "Footer": (8, False, 0, 0),
}
"""Of each style: its size in points, whether it is bold, the space before and after, in points."""


def write_docx(made: Bundle, *, at: datetime) -> bytes:
    """Return the DOCX of the pieces, dated by the caller: the same pieces and instant give the same bytes."""
    document = Document()
    dress(document)
    describe(document, made, at=at)
    for place, piece in enumerate(made.pieces):
        write_piece(document, piece, first=place == 0)
    add(document, made.note, "Normal").runs[0].font.color.rgb = MUTED
    mark_rows(document)
    foot(document, made)
    output = BytesIO()
    document.save(output)
    return dated(output.getvalue(), at)


def dress(document: Word) -> None:
    """Set the page, the language and the styles."""
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin = section.bottom_margin = Mm(22)
    for name, (size, bold, before, after) in STYLES.items():
        style: Any = document.styles[name]
        style.font.name, style.font.size, style.font.bold, style.font.italic = FONT, Pt(size), bold, False
        if bold:
            style.font.color.rgb = INK
        shape(style, before, after)
    speak_french(document)


def shape(style: Any, before: int, after: int) -> None:
    """Set a style's spaces, and its font for every script: the theme of the blank document would win."""
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    style.paragraph_format.line_spacing = 1.15
    fonts = style.element.rPr.rFonts
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)


def speak_french(document: Word) -> None:
    """Say that the whole document is in French, for who hears it and for the spelling checker."""
    defaults: Any = document.styles.element.find(qn("w:docDefaults"))
    properties = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr"))
    language = properties.find(qn("w:lang"))
    if language is None:
        language = properties.makeelement(qn("w:lang"), {})
        properties.append(language)
    for script in ("val", "eastAsia"):
        language.set(qn(f"w:{script}"), LANGUAGE)


def describe(document: Word, made: Bundle, *, at: datetime) -> None:
    """Write what the file says of itself."""
    moment = at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    said = document.core_properties
    said.title, said.author, said.language = shown(made.file_title), "Inclusiv", LANGUAGE
    said.comments, said.keywords, said.last_modified_by = "", "", "Inclusiv"
    said.created = said.modified = moment
    said.revision = 1


def write_piece(document: Word, piece: Piece, *, first: bool) -> None:
    """Write a piece, on a new page unless it is the first."""
    title = add(document, piece.title, "Heading 1")
    title.paragraph_format.page_break_before = not first
    for block in piece.blocks:
        write_block(document, block)
    for paragraph in document.paragraphs[-LAST:-1]:
        paragraph.paragraph_format.keep_with_next = True


def write_block(document: Word, block: Block) -> None:
    """Write a block in its style."""
    match block:
        case Heading():
            add(document, block.text, f"Heading {block.level + 1}")
        case Paragraph():
            add(document, block.text, "Normal").paragraph_format.keep_with_next = block.introduces
        case Items():
            points = [add(document, item, "List Bullet") for item in block.items]
            points[-1].paragraph_format.space_after = Pt(8)
        case Table():
            write_table(document, block)


def add(document: Word, text: str, style: str) -> WordParagraph:
    """Add a paragraph of a style; the narrow blank that fonts lack becomes an ordinary one that never breaks."""
    return document.add_paragraph(shown(text), style)


def shown(text: str) -> str:
    """Return a text as word processors draw it everywhere, without the characters that no XML file may hold."""
    return NOT_XML.sub("□", text.replace(NARROW, NO_BREAK))


def write_table(document: Word, block: Table) -> None:
    """Write a table: caption, a header row that each page repeats, rows that no page cuts."""
    caption = add(document, block.caption, "Caption")
    caption.paragraph_format.keep_with_next = True
    table = document.add_table(rows=0, cols=len(block.columns), style="Table Grid")
    table.autofit = False
    fill(table, block.headings, is_bold=True)
    for line in block.lines:
        fill(table, line)
    if block.total:
        fill(table, block.total_line, is_bold=True)
    for column, width in zip(table.columns, widths(block), strict=True):
        column.width = width  # LibreOffice reads the grid, Word the cells
        for cell in column.cells:
            cell.width = width
    document.add_paragraph().paragraph_format.space_after = Pt(2)


def widths(block: Table) -> list[Mm]:
    """Return the widths of the columns: the number of a lot needs little, words take what is left."""
    others = range(1, len(block.columns))
    words = [place for place in others if place not in block.numbers]
    if not words:
        return [Mm(FIRST), *(Mm((WIDTH - FIRST) // len(others)) for _ in others)]
    left = WIDTH - FIRST - NUMBER * (len(others) - len(words))
    return [Mm(FIRST), *(Mm(left // len(words) if place in words else NUMBER) for place in others)]


def fill(table: Any, cells: list[tuple[str, bool]], *, is_bold: bool = False) -> None:
    """Add a row; numbers are at the right."""
    for cell, (text, is_number) in zip(table.add_row().cells, cells, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.add_run(shown(text)).bold = is_bold
        paragraph.paragraph_format.space_after = Pt(2)
        if is_number:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def mark_rows(document: Word) -> None:
    """Say that the first row of each table heads it, and that no page cuts a row."""
    for table in document.element.iter(qn("w:tbl")):
        for place, row in enumerate(table.iter(qn("w:tr"))):
            properties = row.get_or_add_trPr()
            properties.append(OxmlElement("w:cantSplit"))
            if place == 0:
                properties.append(OxmlElement("w:tblHeader"))


def foot(document: Word, made: Bundle) -> None:
    """Write the footer: the tender, the day, the page."""
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.add_run(shown(f"{made.file_title}    page{NO_BREAK}"))
    put_field(paragraph, "PAGE")
    paragraph.add_run(" / ")
    put_field(paragraph, "NUMPAGES")


def put_field(paragraph: WordParagraph, name: str) -> None:
    """Add a number that the word processor computes."""
    for kind in ("begin", "", "end"):
        run: Any = paragraph.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = name
        run.element.append(mark)


def dated(content: bytes, at: datetime) -> bytes:
    """Return the same archive with every part dated by the caller: the library dates them by the clock."""
    moment = at.astimezone(UTC)
    stamp = (max(moment.year, 1980), moment.month, moment.day, moment.hour, moment.minute, moment.second)
    output = BytesIO()
    with ZipFile(BytesIO(content)) as before, ZipFile(output, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            part = ZipInfo(name, date_time=stamp)
            part.compress_type = ZIP_DEFLATED
            part.external_attr = 0o600 << 16
            after.writestr(part, before.read(name))
    return output.getvalue()

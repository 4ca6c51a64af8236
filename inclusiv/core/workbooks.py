"""Look into a workbook that somebody sent: what it holds as texts, and whether something in it fetches or acts.

Run by `core.examining`, in a process of its own. Nothing of Django.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import IO
from xml.parsers import expat

from inclusiv.core.faults import Allowance, Fault, FaultError

ROWS_READ = 5000
"""Rows of a workbook that are read; more are refused by its reader."""
COLUMNS_READ = 40
CELL_READ = 1200
TEXT_READ = 6_000_000
"""Characters of a whole workbook: its reader, who waits, holds them all in memory."""
ELEMENTS_READ = 2_000_000
"""Elements of a workbook and pieces of its formulas: five times 5 000 rows of 40 cells; a second of processor."""
RELATIONS_MAX_BYTES = 1 << 20
RELATIONS = frozenset((
    "officedocument", "core-properties", "extended-properties", "custom-properties", "thumbnail",
    "classificationlabels", "worksheet", "chartsheet", "styles", "theme", "themeoverride", "sharedstrings",
    "calcchain", "sheetmetadata", "metadata", "featurepropertybag", "drawing", "image", "hdphoto", "chart",
    "chartex", "chartstyle", "chartcolorstyle", "chartusershapes", "diagramdata", "diagramlayout",
    "diagramquickstyle", "diagramcolors", "diagramdrawing", "table", "comments", "threadedcomment", "person",
    "vmldrawing", "printersettings", "customproperty", "customxml", "customxmlprops", "richvaluerel",
    "rdrichvalue", "rdrichvaluestructure", "rdrichvaluetypes", "revisionheaders", "revisionlog", "usernames",
    "namedsheetview", "pivottable", "pivotcachedefinition", "pivotcacherecords", "slicer", "slicercache",
    "timeline", "timelinecache", "hyperlink",
))  # fmt: skip
"""What the parts of an ordinary workbook are to one another: the end of the kind of a relation, in small letters."""
ACTING = frozenset({"externalReference", "externalBook", "ddeLink", "oleLink", "oleObject", "control"})
"""Elements that open a file or run a program, through a relation of which some readers do not ask the kind."""
DRAWN = frozenset({"blip", "svgBlip", "imagedata", "fill", "audioFile", "videoFile"})
FETCHED = frozenset({"link", "href", "src"})
"""Elements that draw, and their attributes that take the drawing from elsewhere."""
FORMULAS = frozenset(
    {"f", "definedName", "formula", "formula1", "formula2", "calculatedColumnFormula", "totalsRowFormula"}
)
"""Elements of a workbook that hold a formula: of a cell, of a name, of a format, of a rule, of a table."""
FORMULA_KEYS = {"cfvo": "val", "cacheField": "formula", "calculatedItem": "formula"}
"""Elements that hold one in an attribute: of a format, of a pivot table."""
LOOKED_AT = ACTING | DRAWN | FORMULA_KEYS.keys() | {"Relationship"}
SPELLED = re.compile(
    r"""[^"'\[\]]+|"[^"]*"|'(?:[^']+|'')*+'!?|\[(?:'.|[^\[\]']|\[(?:'.|[^\[\]'])*+\])*+\]""",
    re.DOTALL,
)
"""One piece of a formula: words, a text, a name of a sheet, columns of a table, where an apostrophe hides the next sign."""
SHEET_AFTER = re.compile(r"[\w.:]*!|'")
"""What follows the name of another file between brackets."""
PATH = frozenset("[]/\\")
"""Signs that no sheet has in its name: it is one of another file."""
CALLS = (
    r"(?:WEBSERVICE|IMAGE|RTD|DDE\w*|CALL|REGISTER(?:\.ID)?|STOCKHISTORY|PY|TRANSLATE|COPILOT|IMPORT(?:XML|DATA|HTML|RANGE|FEED)"
    r"|EXEC|EXECUTE|RUN|EVALUATE|INITIATE|POKE|REQUEST|F(?:OPEN|READ|READLN|WRITE|WRITELN)|OPEN|SAVE\.AS|FILE\.DELETE"
    r"|SEND\.(?:KEYS|MAIL))"
)
FETCHING = re.compile(rf"(?<!\w){CALLS}\s*\(|_XLETA\.{CALLS}\b|\|", re.IGNORECASE)
"""What asks something of elsewhere, or acts, as the workbook is computed; a bar is a command given to a program (DDE)."""


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


def workbook(content: bytes) -> bytes:
    """Return nothing to keep of a workbook, kept as it came. Raises FaultError when something in it fetches or acts.

    Every part is read, whatever it is called, by a reader of XML: it knows each way of writing the same thing. A
    picture has nothing to say; a part that is called XML and is none, or declares words of its own, is refused.
    """
    elements = Allowance(ELEMENTS_READ)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for part in archive.infolist():
            name = part.filename.lower()
            if name.endswith(".rels") and part.file_size > RELATIONS_MAX_BYTES:
                raise FaultError(Fault.UNREADABLE)
            try:
                with archive.open(part) as opened:
                    PartReader(elements).read(opened)
            except expat.ExpatError as error:
                if name.endswith((".xml", ".rels")):
                    raise FaultError(Fault.UNREADABLE) from error
    return b"none"


class PartReader:
    """Read a part of a workbook, element by element. Raises FaultError, and ExpatError on what is no XML."""

    def __init__(self, elements: Allowance) -> None:
        self._elements = elements
        self._inside: list[str] = []
        self._formula: list[str] = []
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._say
        self._parser.StartDoctypeDeclHandler = self._refuse

    def read(self, part: IO[bytes]) -> None:
        """Read it to its end."""
        self._parser.ParseFile(part)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._elements.spend()
        tag = tag.rpartition(" ")[2]
        self._inside.append(tag)
        if tag not in LOOKED_AT:
            return
        if tag == "Relationship":
            refuse_relation(attributes)
        elif tag in FORMULA_KEYS:
            refuse_formula(attributes.get(FORMULA_KEYS[tag], ""), self._elements)
        elif tag in ACTING or any(
            value and name.rpartition(" ")[2] in FETCHED for name, value in attributes.items()
        ):
            raise FaultError(Fault.ACTIVE)

    def _say(self, text: str) -> None:
        if self._inside[-1] in FORMULAS:
            self._formula.append(text)

    def _end(self, _: str) -> None:
        if self._inside.pop() in FORMULAS:
            refuse_formula("".join(self._formula), self._elements)
            self._formula.clear()

    def _refuse(self, *_: object) -> None:
        raise FaultError(Fault.UNREADABLE)


def refuse_relation(attributes: dict[str, str]) -> None:
    """Refuse a relation that an ordinary workbook has not: outside, only what a reader clicks."""
    if not attributes.keys() <= {"Id", "Type", "Target", "TargetMode"}:
        raise FaultError(Fault.UNREADABLE)
    kind = attributes.get("Type", "").lower().rpartition("/")[2]
    is_inside = attributes.get("TargetMode", "Internal") == "Internal"
    if kind not in RELATIONS or not (is_inside or kind == "hyperlink"):
        raise FaultError(Fault.ACTIVE)


def refuse_formula(formula: str, pieces: Allowance) -> None:
    """Refuse a formula that fetches, acts or names another file, and one that cannot be cut into its pieces."""
    if FETCHING.search("".join(bare(formula, pieces))):
        raise FaultError(Fault.ACTIVE)


def bare(formula: str, pieces: Allowance) -> Iterator[str]:
    """Yield a formula without what does nothing: its texts, names of sheets and columns.

    What only some readers would take for a name stays: quoted and before no « ! », a column with an apostrophe or a quote.
    """
    at = 0
    while at < len(formula):
        pieces.spend()
        piece = SPELLED.match(formula, at)
        if piece is None:
            raise FaultError(Fault.ACTIVE)
        at = piece.end()
        match piece[0][0]:
            case '"':
                yield '""'
            case "'":
                if PATH & set(piece[0]):
                    raise FaultError(Fault.ACTIVE)
                yield "''!" if piece[0].endswith("!") else piece[0]
            case "[":
                if piece[0] != "[0]" and SHEET_AFTER.match(formula, at):
                    raise FaultError(Fault.ACTIVE)
                yield piece[0] if set(piece[0]) & {"'", '"'} else "[]"
            case _:
                yield piece[0]

"""Text to raw JSON values, one contract at a time: a file of any size is read in a small, fixed memory.

Python's own decoder is applied value by value to a moving window: unlike an event parser it accepts what real
files hold (NaN, line breaks inside texts) and tells where it stopped.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import BinaryIO

from clauses.decp.choices import FileFault
from clauses.decp.rules.decoding import Decoded, Unreadable
from clauses.decp.rules.texts import shown

MAX_BYTES = 256 << 20
"""Bytes that a file may count once decompressed: a compressed bomb stops there."""
MAX_RECORD = 4 << 20
"""Characters that one contract may count."""

LONGEST_SECTION = 40

_NOT_BLANK = re.compile(r"[^ \t\r\n\ufeff]")
_WEB_PAGE = re.compile(r"<(!doctype\s+)?html", re.IGNORECASE)
_LITERALS = ("true", "false", "null", "NaN", "Infinity", "-Infinity")
_CUT_NUMBER = re.compile(r"-|\.|[eE][+-]?")


@dataclass(frozen=True, slots=True)
class Position:
    """Where a contract stands in its file: its rank from 1, its JSON path, its first line from 1."""

    rank: int
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Element:
    """One raw contract; `section` is the name of the list that holds it."""

    position: Position
    section: str
    raw: object


class Elements:
    """The raw contracts of a file, in order, read once.

    Accepts `{"marches": [...]}` (2017), `{"marches": {"marche": [...], "contrat-concession": [...]}}` (in force) and
    a bare list. Raises Unreadable while it is iterated. `has_sections` is true for the format in force.
    """

    def __init__(self, stream: BinaryIO, *, max_bytes: int = MAX_BYTES, max_record: int = MAX_RECORD) -> None:
        self._decoded = Decoded(stream, max_bytes=max_bytes)
        self._text = _Text(iter(self._decoded), max_record)
        self._rank = 0
        self.has_sections = False

    @property
    def is_foreign(self) -> bool:
        """Say whether bytes that are not UTF-8 were met so far."""
        return self._decoded.is_foreign

    def __iter__(self) -> Iterator[Element]:
        match self._text.peek():
            case "":
                raise self._text.fault(FileFault.EMPTY)
            case "<":
                raise self._text.fault_of_markup()
            case "[":
                yield from self._list("marches", "")
            case "{":
                yield from self._root()
            case _:
                self._text.value()
                self._text.expect_end()
                raise self._text.fault(FileFault.NO_CONTRACTS)
        self._text.expect_end()

    def _root(self) -> Iterator[Element]:
        is_found = False
        for key in self._text.names():
            if key == "marches" and self._text.peek() in ("[", "{"):
                is_found = True
                yield from self._contracts()
            else:
                self._text.value()
        if not is_found:
            raise self._text.fault(FileFault.NO_CONTRACTS)

    def _contracts(self) -> Iterator[Element]:
        if self._text.peek() == "[":
            yield from self._list("marches", "marches")
            return
        self.has_sections = True
        for name in self._text.names():
            section = shown(name[:LONGEST_SECTION])
            if self._text.peek() == "[":
                yield from self._list(section, f"marches.{section}")
            elif (alone := self._element(section, f"marches.{section}")).raw is not None:
                yield alone

    def _list(self, section: str, path: str) -> Iterator[Element]:
        for index in self._text.indexes():
            yield self._element(section, f"{path}[{index}]")

    def _element(self, section: str, path: str) -> Element:
        line = self._text.line()
        raw = self._text.value()
        self._rank += raw is not None or path.endswith("]")
        return Element(Position(self._rank, path, line), section, raw)


class _Text:
    """A moving window on the text, which gives one JSON value at a time."""

    def __init__(self, pieces: Iterator[str], max_record: int) -> None:
        self._pieces = pieces
        self._max_record = max_record
        self._window = ""
        self._at = 0
        self._lines_before = 0
        self._columns_before = 0

    def peek(self) -> str:
        """Move to the next character that is not blank and return it; empty at the end."""
        while True:
            found = _NOT_BLANK.search(self._window, self._at)
            if found:
                self._at = found.start()
                return found[0]
            self._at = len(self._window)
            if not self._more():
                return ""

    def value(self) -> object:
        """Decode the value that starts here."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._window, self._at)
            except json.JSONDecodeError as error:
                after = error.pos - self._at  # what follows moves the window
                if self._more():
                    continue
                raise self._explained(error.msg, self._at + after) from None
            except RecursionError:
                raise self.fault(FileFault.TOO_DEEP) from None
            if end == len(self._window) and self._more():
                continue  # a number may go on
            self._at = end
            return value

    def indexes(self) -> Iterator[int]:
        """Yield the indexes of the list that starts here; the caller takes each value."""
        for index, _ in enumerate(self._separated("[", "]")):
            yield index

    def names(self) -> Iterator[str]:
        """Yield the names of the object that starts here; the caller takes each value."""
        for first in self._separated("{", "}"):
            if first != '"':
                raise self._unexpected("un nom entre guillemets")
            key = str(self.value())
            self._take(":")
            yield key

    def line(self) -> int:
        """Return the line of what comes next, from 1."""
        self.peek()
        return self._line_of(self._at)

    def expect_end(self) -> None:
        """Raise Unreadable when something follows the document."""
        if self.peek():
            raise self._unexpected("la fin du fichier")

    def fault(self, code: FileFault, *, at: int | None = None, detail: str = "") -> Unreadable:
        """Return the fault of the current position, or of `at`, an index in the window."""
        at = self._at if at is None else at
        newline = self._window.rfind("\n", 0, at)
        column = at - newline if newline >= 0 else self._columns_before + at + 1
        return Unreadable(code, line=self._line_of(at), column=column, detail=detail)

    def fault_of_markup(self) -> Unreadable:
        """Tell an XML file from a web page saved in place of the file."""
        if _WEB_PAGE.match(self._window, self._at):
            return self.fault(FileFault.NOT_JSON, detail="c’est une page web qui commence")
        return self.fault(FileFault.XML)

    def _separated(self, opening: str, closing: str) -> Iterator[str]:
        self._take(opening)
        if (first := self.peek()) and first != closing:
            yield first
            while self.peek() == ",":
                self._take(",")
                yield self.peek()
        self._take(closing)

    def _take(self, sign: str) -> None:
        if self.peek() != sign:
            raise self._unexpected(f"« {sign} »")
        self._at += 1

    def _unexpected(self, expected: str) -> Unreadable:
        if not self.peek():
            return self.fault(FileFault.TRUNCATED, detail=f"{expected} manque")
        return self.fault(FileFault.NOT_JSON, detail=f"{expected} est attendu")

    def _explained(self, message: str, at: int) -> Unreadable:
        """Tell a value cut by the end of the file from one that is written wrong."""
        if not self._is_cut(message, at):
            return self.fault(FileFault.NOT_JSON, at=at, detail="le texte n’est pas du JSON")
        if len(self._window) > self._max_record:
            return self.fault(FileFault.RECORD_TOO_LARGE, detail=f"{self._max_record / 1e6:.0f}")
        return self.fault(FileFault.TRUNCATED, at=len(self._window), detail="un enregistrement est incomplet")

    def _is_cut(self, message: str, at: int) -> bool:
        tail = self._window[at:].strip()
        return (
            not tail
            or message.startswith("Unterminated")
            or (message.startswith("Invalid \\") and len(tail) < len(r"\u0000"))
            or any(literal.startswith(tail) for literal in _LITERALS)
            or _CUT_NUMBER.fullmatch(tail) is not None
        )

    def _line_of(self, at: int) -> int:
        return self._lines_before + self._window.count("\n", 0, at) + 1

    def _more(self) -> bool:
        """Forget what was read and double what was not; say whether there was more, and room for it."""
        self._forget()
        if len(self._window) > self._max_record:
            return False
        parts = [self._window]
        wanted = max(len(self._window), 1)
        for piece in self._pieces:
            parts.append(piece)
            wanted -= len(piece)
            if wanted <= 0:
                break
        self._window = "".join(parts)
        return len(self._window) > len(parts[0])

    def _forget(self) -> None:
        newline = self._window.rfind("\n", 0, self._at)
        self._columns_before = self._at - newline - 1 if newline >= 0 else self._columns_before + self._at
        self._lines_before += self._window.count("\n", 0, self._at)
        self._window = self._window[self._at :]
        self._at = 0


def _number(text: str) -> Decimal | str:
    """Keep the exact number, never a float; one that cannot be held stays a text."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


_DECODER = json.JSONDecoder(parse_float=_number, parse_int=_number, parse_constant=str, strict=False)

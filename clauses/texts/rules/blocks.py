"""What a piece is made of, ready to be drawn on a page, in a PDF or in a DOCX: the same blocks for the three."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a piece: level 1 or 2 under the piece's own title."""

    kind: ClassVar[str] = "heading"
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of plain text."""

    kind: ClassVar[str] = "paragraph"
    text: str

    @property
    def introduces(self) -> bool:
        """Whether it announces what follows: no page parts them."""
        return self.text.endswith(":")


@dataclass(frozen=True, slots=True)
class Items:
    """A list of points."""

    kind: ClassVar[str] = "items"
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: a caption, headings, rows whose first cell heads them, and perhaps a total."""

    kind: ClassVar[str] = "table"
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()
    numbers: frozenset[int] = frozenset()
    """Columns of numbers, from 0: at the right."""

    @property
    def headings(self) -> list[tuple[str, bool]]:
        """Each heading, and whether its column holds numbers."""
        return [(label, place in self.numbers) for place, label in enumerate(self.columns)]

    @property
    def lines(self) -> list[list[tuple[str, bool]]]:
        """Each row as cells, and whether they are numbers."""
        return [self.line(row) for row in self.rows]

    @property
    def total_line(self) -> list[tuple[str, bool]]:
        """The total as cells."""
        return self.line(self.total)

    def line(self, cells: tuple[str, ...]) -> list[tuple[str, bool]]:
        """Return cells, and whether each is a number."""
        return [(text, place in self.numbers) for place, text in enumerate(cells)]


Block = Heading | Paragraph | Items | Table
Value = str | tuple[Block, ...] | None
"""What stands for a merge field: words inside a line, or blocks in the place of one; None takes its line away."""

"""Tables of figures: one object is printed on the page and attached as a file, so that both say the same.

The page rounds hours to the hour and percentages to the tenth; the file goes to the hundredth.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Self

from inclusiv.core.french import NARROW, number
from inclusiv.core.quantities import cents
from inclusiv.core.sheets import write_csv

Cell = str | int | Decimal | None
"""A text, a count, a quantity, or None: not published, or without meaning."""

NOTHING = "—"


class Unit(StrEnum):
    """What a column counts."""

    TEXT = ""
    COUNT = "nombre"
    HOURS = "h"
    PERCENT = "%"


@dataclass(frozen=True)
class Column:
    """A column: its heading, and what it counts; a change is printed with its sign."""

    label: str
    unit: Unit = Unit.TEXT
    is_change: bool = False

    @property
    def heading(self) -> str:
        """The heading in a file, where the unit is not seen in the cells."""
        return f"{self.label} ({self.unit})" if self.unit in {Unit.HOURS, Unit.PERCENT} else self.label

    def printed(self, cell: Cell) -> str:
        """Return a cell as the page shows it: « 49 310 », « 94,1 % »."""
        if cell is None:
            return NOTHING
        if isinstance(cell, str):
            return cell
        if self.unit is Unit.PERCENT:
            sign = "+" if self.is_change and cell > 0 else ""
            return f"{sign}{tenths(cell)}{NARROW}%"
        return number(cell, places=0)


@dataclass(frozen=True, kw_only=True)
class Table:
    """A titled table: each row begins with the text that heads it, and holds one cell per column."""

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None
    note: str = ""

    def __post_init__(self) -> None:
        for row in self.all_rows:
            if len(row) != len(self.columns):
                raise ValueError(f"{self.name}: {row} does not have {len(self.columns)} cells.")

    @property
    def all_rows(self) -> tuple[tuple[Cell, ...], ...]:
        """The rows, then the total when there is one."""
        return self.rows if self.total is None else (*self.rows, self.total)

    def told(self) -> Self:
        """Return the table without the columns in which nothing is known."""
        kept = [place for place, cells in enumerate(zip(*self.all_rows, strict=True)) if set(cells) != {None}]

        def cut(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
            return tuple(row[place] for place in kept)

        return replace(
            self,
            columns=tuple(self.columns[place] for place in kept),
            rows=tuple(map(cut, self.rows)),
            total=None if self.total is None else cut(self.total),
        )

    @property
    def printed_rows(self) -> list[list[str]]:
        """The rows as the page shows them, without the total."""
        return [self._printed(row) for row in self.rows]

    @property
    def printed_total(self) -> list[str]:
        """The total as the page shows it; empty when there is none."""
        return [] if self.total is None else self._printed(self.total)

    @property
    def printed_across(self) -> list[list[str]]:
        """The table turned on its side: the headings of the rows first, then a line per column, total last."""
        headings = [column.label for column in self.columns]
        return [list(line) for line in zip(headings, *map(self._printed, self.all_rows), strict=True)]

    def _printed(self, row: tuple[Cell, ...]) -> list[str]:
        return [column.printed(cell) for column, cell in zip(self.columns, row, strict=True)]

    def csv(self) -> bytes:
        """Return the table as a file for spreadsheets, to the hundredth."""
        lines = [[_filed(cell) for cell in row] for row in self.all_rows]
        return b"".join(write_csv([column.heading for column in self.columns], lines))


def _filed(cell: Cell) -> str | int | Decimal:
    if cell is None:
        return NOTHING
    return min(cell, cents(cell), key=_places) if isinstance(cell, Decimal) else cell


def _places(value: Decimal) -> int:
    return -int(value.as_tuple().exponent)


def tenths(value: Decimal | int) -> str:
    """Return « 94,0 » or « 103,2 »: always one decimal, so that a column lines up."""
    text = number(value, places=1)
    return text if "," in text else f"{text},0"

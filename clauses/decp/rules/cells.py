"""A raw JSON value that knows the field it comes from, and where to tell what is odd in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from clauses.decp.choices import Level, Remark
from clauses.decp.rules import messages
from clauses.decp.rules.records import Notice

_BLANKS = frozenset({"", "nan", "null", "none"})
"""Texts that tools write for « nothing »."""


@dataclass(slots=True)
class Notes:
    """The notices of one record, in the order in which they were found."""

    found: list[Notice]


@dataclass(frozen=True, slots=True)
class Cell:
    """One value, the DECP path of its field, and the notes of its record."""

    value: object
    field: str
    notes: Notes

    @property
    def is_absent(self) -> bool:
        """Say whether there is nothing here: null, blank, « nan », an empty list or object."""
        if isinstance(self.value, str):
            return self.value.strip().casefold() in _BLANKS
        return self.value is None or self.value in ([], {})

    def warn(self, code: Remark, detail: str = "", *, value: object = None) -> None:
        """Tell something odd; `value` replaces what is quoted."""
        quoted = messages.quoted(self.value if value is None else value)
        self.notes.found.append(Notice(Level.WARNING, code, self.field, quoted, messages.cut(detail)))

    def refuse(self, code: Remark, detail: str = "") -> None:
        """Tell why the record cannot be kept."""
        self.notes.found.append(Notice(Level.REFUSAL, code, self.field, messages.quoted(self.value), detail))

    def child(self, name: str) -> "Cell":
        """Return the value under a key; nothing when this is no object or has no such key."""
        value = self.value.get(name) if isinstance(self.value, dict) else None
        return Cell(value, f"{self.field}.{name}" if self.field else name, self.notes)

    def entries(self, wrapper: str) -> Iterator["Cell"]:
        """Yield the elements of a list of any depth, each out of its `{wrapper: …}` if it has one.

        `{"titulaires": [{"titulaire": {…}}]}`, `[{…}]`, `[[{…}]]` and `{"technique": ["…"]}` are all met.
        """
        rank = 0
        pending = [self.value]
        while pending:
            value = pending.pop()
            if isinstance(value, list):
                pending.extend(reversed(value))
            elif isinstance(value, dict) and wrapper in value:
                pending.append(value[wrapper])
            elif not Cell(value, "", self.notes).is_absent:
                yield Cell(value, f"{self.field}[{rank}]", self.notes)
                rank += 1

    def scalar(self) -> str | None:
        """Return a text or a number as a text; None when absent, and with a warning when it is something else."""
        if self.is_absent:
            return None
        if isinstance(self.value, str):
            return self.value
        if isinstance(self.value, Decimal):
            return str(self.value)
        self.warn(Remark.UNREADABLE, "un texte")
        return None

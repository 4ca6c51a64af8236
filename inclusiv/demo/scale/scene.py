"""Where the rows of a batch are written, and what every kind of row shares."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from json import dumps

from inclusiv.accounts.models import Organisation
from inclusiv.core.codes import CROCKFORD, LENGTH
from inclusiv.core.french import elide, month_name
from inclusiv.core.periods import month_end, statement_due_on
from inclusiv.demo.make.clauses import noon
from inclusiv.demo.scale.copying import Tables, as_text
from inclusiv.demo.scale.ground import Structure, Values
from inclusiv.records.models import AuditEvent

SPREAD = 0x2545F4914F6CD
"""An odd number: multiplied by it, different ids stay different modulo 2^50."""

SENT, REVIEWED = timedelta(days=5), timedelta(days=10)
"""How long after the end of the month each happens."""


@dataclass(frozen=True)
class Month:
    """The days of a month that its statements repeat."""

    first: date
    due_day: int

    @cached_property
    def last(self) -> date:
        """The last day."""
        return month_end(self.first)

    @cached_property
    def due_on(self) -> date:
        """The day by which a statement is on time."""
        return statement_due_on(self.first, self.due_day)

    @cached_property
    def sent_on(self) -> date:
        """The day on which statements come."""
        return self.last + SENT

    @cached_property
    def sent_at(self) -> datetime:
        """The instant of that day."""
        return noon(self.sent_on)

    @cached_property
    def reviewed_at(self) -> datetime:
        """When they are validated."""
        return noon(self.last + REVIEWED)

    @cached_property
    def name(self) -> str:
        """« de mars 2025 »."""
        return elide("de", month_name(self.first))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The tables, the structure whose batch it is, the values in force and the day."""

    tables: Tables
    structure: Structure
    values: Values
    today: date
    months: dict[date, Month] = field(default_factory=dict)

    def month(self, first: date) -> Month:
        """Return a month, computed once."""
        if first not in self.months:
            self.months[first] = Month(first, self.values.due_day)
        return self.months[first]

    def tell(
        self, code: str, subjects: Iterable[str], *, at: datetime, by: Organisation, **data: str
    ) -> None:
        """Add an event to the story, told by an organisation."""
        self.tables[AuditEvent].add(
            code=code,
            at=at,
            author="Inclusiv",
            organisation_id=by.pk,
            organisation=by.name,
            subjects=as_text(list(subjects)),
            data=told(tuple(data.items())),
        )


@lru_cache(maxsize=10_000)
def told(data: tuple[tuple[str, str], ...]) -> str:
    """Return the data of an event as the database keeps it: the same words come back a thousand times."""
    return dumps(dict(data), ensure_ascii=False)


def public_code(key: int, *, salt: int) -> str:
    """Return the public code of a row: one of its own for each id, and without a visible order."""
    value = (key * SPREAD + salt) % (1 << 5 * LENGTH)
    return "".join(CROCKFORD[value >> 5 * place & 31] for place in range(LENGTH))

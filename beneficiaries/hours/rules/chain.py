"""The ledger's canonical text and its hashes (ARCHITECTURE.md 4.5).

The text of an entry names codes, ids, days and figures, never a person: it can be kept and shown when the person's
file is gone. `selectors/ledger.py` writes the same text in SQL to verify millions of entries.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256

from inclusiv.core.quantities import cents

FORMAT = "1"
"""Version of the canonical texts: another one is needed the day a field is added."""

INSTANT = "%Y-%m-%dT%H:%M:%S.%fZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What an entry says, before it takes its place in the chain. Ids of rows; hours to the hundredth; days inclusive."""

    award: int
    line: int
    placement: int
    obligation: int
    month: date
    worked_from: date
    worked_to: date
    kind: str
    worked: Decimal
    counted: Decimal
    reverses: int | None = None
    origin: str
    rules_version: str
    recorded_at: datetime
    recorded_by: int | None


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of an award: its rank and its hash; rank 0 and no hash before the first one."""

    seq: int = 0
    hash: str = ""


def text(entry: Entry, *, after: Head) -> str:
    """Return the canonical text of the entry that follows `after`: fields in order, joined by bars, empty when absent."""
    fields = (
        FORMAT,
        entry.award,
        after.seq + 1,
        after.hash,
        entry.line,
        entry.placement,
        entry.obligation,
        entry.month.isoformat(),
        entry.worked_from.isoformat(),
        entry.worked_to.isoformat(),
        entry.kind,
        cents(entry.worked),
        cents(entry.counted),
        "" if entry.reverses is None else entry.reverses,
        entry.origin,
        entry.rules_version,
        entry.recorded_at.astimezone(UTC).strftime(INSTANT),
        "" if entry.recorded_by is None else entry.recorded_by,
    )
    return "|".join(map(str, fields))


def follow(entry: Entry, *, after: Head) -> Head:
    """Return the head that the award has once this entry is written."""
    return Head(after.seq + 1, sha256(text(entry, after=after).encode()).hexdigest())


def seal(
    *, previous: str, day: date, last_entry: int, entries: int, heads: Iterable[tuple[int, Head]]
) -> str:
    """Return the hash of a day's seal.

    `previous` is the hash of the seal before, empty for the first; `entries` counts all entries up to the id
    `last_entry`; `heads` are (award, head) in the order of awards, for the awards written to since the seal before:
    through `previous`, a seal commits to every head.
    """
    digest = sha256(f"{FORMAT}|{previous}|{day.isoformat()}|{last_entry}|{entries}\n".encode())
    for award, head in heads:
        digest.update(f"{award}|{head.seq}|{head.hash}\n".encode())
    return digest.hexdigest()

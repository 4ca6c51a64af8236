"""Read the ledger: is it whole, what does its last seal say (ARCHITECTURE.md 4.5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db import connection
from django.db.models import Count, Max

from beneficiaries.hours.models import HourEntry, LedgerSeal
from beneficiaries.hours.rules import chain


class Fault(StrEnum):
    """What can be wrong in the ledger."""

    ALTERED = "altered"
    BROKEN = "broken"
    HEAD = "head"
    SEAL = "seal"


@dataclass(frozen=True, slots=True)
class LedgerFinding:
    """One thing that is wrong: where, in words."""

    fault: Fault
    message: str


@dataclass(frozen=True, slots=True)
class Seal:
    """What a report prints of the day's seal: the hash, and how many entries it covers."""

    day: date
    hash: str
    entries: int


def ledger_seal(*, on: date) -> Seal | None:
    """Return the last seal made on the day or before, None before the first one."""
    last = LedgerSeal.objects.filter(day__lte=on).order_by("day").last()
    return Seal(last.day, last.hash, last.entries) if last else None


def extent(*, after: int, last_entry: int | None = None) -> tuple[int, int]:
    """Return how many entries come after the id, up to `last_entry` included, and the largest id (`after` if none)."""
    rows = HourEntry.objects.filter(pk__gt=after)
    if last_entry is not None:
        rows = rows.filter(pk__lte=last_entry)
    found = rows.aggregate(count=Count("pk"), last=Max("pk"))
    return found["count"], found["last"] or after


def heads_written(*, after: int, last_entry: int) -> Iterator[tuple[int, chain.Head]]:
    """Yield (award, head) in the order of awards, for the awards written to between two ids (first excluded)."""
    heads = (
        HourEntry.objects.filter(pk__gt=after, pk__lte=last_entry)
        .order_by("award_id", "-seq")
        .distinct("award_id")
        .values_list("award_id", "seq", "hash")
    )
    for award, seq, hash_ in heads.iterator(chunk_size=5000):
        yield award, chain.Head(seq, hash_)


# The canonical text of `rules/chain.py`, written in SQL: the database verifies a million entries in seconds, and the
# tests prove that both say the same.
SCAN = f"""
SELECT award_id, seq, is_altered, is_broken, is_last AND (seq, hash) IS DISTINCT FROM (ledger_seq, ledger_hash)
FROM (
    SELECT entry.*,
        seq <> COALESCE(lag(seq) OVER chain, 0) + 1 OR prev_hash IS DISTINCT FROM lag(hash) OVER chain AS is_broken,
        lead(seq) OVER chain IS NULL AS is_last,
        hash <> encode(sha256(convert_to(concat_ws('|', '{chain.FORMAT}', award_id, seq, COALESCE(prev_hash, ''),
            line_id, placement_id, obligation_id,
            to_char(month, 'YYYY-MM-DD'), to_char(worked_from, 'YYYY-MM-DD'), to_char(worked_to, 'YYYY-MM-DD'),
            kind, worked, counted, COALESCE(reverses_id::text, ''), origin, rules_version,
            to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            COALESCE(recorded_by::text, '')), 'UTF8')), 'hex') AS is_altered
    FROM hours_hourentry AS entry
    WINDOW chain AS (PARTITION BY award_id ORDER BY seq)
) AS scanned
JOIN procurement_award AS award ON award.id = award_id
WHERE is_altered OR is_broken OR is_last AND (seq, hash) IS DISTINCT FROM (ledger_seq, ledger_hash)
ORDER BY award_id, seq
"""  # noqa: S608 - no value comes from outside

EMPTIED = """
SELECT id, ledger_seq FROM procurement_award AS award
WHERE ledger_seq > 0 AND NOT EXISTS (SELECT FROM hours_hourentry WHERE award_id = award.id)
"""


def verify() -> Iterator[LedgerFinding]:
    """Yield everything that is wrong in the ledger, in constant memory; nothing when it is whole.

    Writings may go on meanwhile: each question is asked in one statement, hence of one state of the ledger.
    """
    yield from scan()
    yield from emptied()
    yield from seals()


def scan() -> Iterator[LedgerFinding]:
    """Yield the entries whose content, place or succession is not what their hash says."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(SCAN)
        for award, seq, is_altered, is_broken, is_other_head in cursor:
            place = f"Attribution {award}, écriture {seq}"
            if is_altered:
                yield LedgerFinding(
                    Fault.ALTERED, f"{place} : son contenu ne correspond pas à son empreinte."
                )
            if is_broken:
                yield LedgerFinding(
                    Fault.BROKEN, f"{place} : elle ne suit pas l’écriture {seq - 1} telle qu’elle est."
                )
            if is_other_head:
                yield LedgerFinding(
                    Fault.HEAD, f"{place} : c’est la dernière, mais l’attribution en annonce une autre."
                )


def emptied() -> Iterator[LedgerFinding]:
    """Yield the awards that announce entries and have none."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(EMPTIED)
        for award, seq in cursor:
            yield LedgerFinding(Fault.HEAD, f"Attribution {award} : ses {seq} écritures ont disparu.")


def seals() -> Iterator[LedgerFinding]:
    """Yield the seals that no longer close over the entries of their day: a tail was cut off or rewritten."""
    previous, after, entries = "", 0, 0
    for seal in LedgerSeal.objects.order_by("day").iterator():
        count, _ = extent(after=after, last_entry=seal.last_entry)
        entries += count
        found = chain.seal(
            previous=previous,
            day=seal.day,
            last_entry=seal.last_entry,
            entries=entries,
            heads=heads_written(after=after, last_entry=seal.last_entry),
        )
        if found != seal.hash:
            yield LedgerFinding(
                Fault.SEAL,
                f"Sceau du {seal.day:%d/%m/%Y} : il couvre {seal.entries} écritures, il n’en reste que {entries}."
                if entries < seal.entries
                else f"Sceau du {seal.day:%d/%m/%Y} : les dernières écritures ne sont plus celles qu’il a scellées.",
            )
        previous, after, entries = seal.hash, seal.last_entry, seal.entries


def last_month_counted(placement: int) -> date | None:
    """Return the first day of the last month whose hours count for a mise à l'emploi."""
    standing = HourEntry.objects.filter(placement=placement, reverses=None, reversed_by=None, counted__gt=0)
    last: date | None = standing.aggregate(month=Max("month"))["month"]
    return last

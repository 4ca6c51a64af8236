"""Write the ledger: entries that follow one another, and the day's seal over all heads (ARCHITECTURE.md 4.5)."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db import connection, transaction

from beneficiaries.hours.models import HourEntry, LedgerSeal
from beneficiaries.hours.rules import chain
from beneficiaries.hours.selectors import ledger as reading
from clauses.procurement.actions import ledger_heads
from clauses.procurement.models import Award

PERSON_LOCKS = 1 << 48
"""Where the advisory locks of persons begin: no other lock of the database uses these numbers."""


def lock(*, person_ids: Collection[int], award_ids: Collection[int]) -> dict[int, Award]:
    """Take, until the transaction ends, the locks that a writing needs; return the awards by id.

    Persons first, then awards, both in the order of their ids: two writings that share some wait for one another and
    never block each other. Taking the same locks again changes nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s + id) FROM unnest(%s::bigint[]) AS id",
            [PERSON_LOCKS, sorted(person_ids)],
        )
    return ledger_heads.lock(award_ids)


@transaction.atomic
def append(*, entries: Sequence[chain.Entry], person_ids: Collection[int]) -> list[HourEntry]:
    """Write the entries after the head of their award, in the order given, in one insert; advance the heads.

    `person_ids` are the persons whose hours they are.
    """
    awards = lock(person_ids=person_ids, award_ids={entry.award for entry in entries})
    heads = {pk: chain.Head(award.ledger_seq, award.ledger_hash) for pk, award in awards.items()}
    rows = []
    for entry in entries:
        before = heads[entry.award]
        heads[entry.award] = chain.follow(entry, after=before)
        rows.append(row_of(entry, before=before, head=heads[entry.award]))
    written = HourEntry.objects.bulk_create(rows)
    ledger_heads.advance({awards[pk]: (head.seq, head.hash) for pk, head in heads.items()})
    return written


def row_of(entry: chain.Entry, *, before: chain.Head, head: chain.Head) -> HourEntry:
    """Return the unsaved row of an entry at its place in the chain."""
    return HourEntry(
        award_id=entry.award,
        seq=head.seq,
        prev_hash=before.hash or None,
        hash=head.hash,
        line_id=entry.line,
        placement_id=entry.placement,
        obligation_id=entry.obligation,
        month=entry.month,
        worked_from=entry.worked_from,
        worked_to=entry.worked_to,
        kind=entry.kind,
        worked=entry.worked,
        counted=entry.counted,
        reverses_id=entry.reverses,
        origin=entry.origin,
        rules_version=entry.rules_version,
        recorded_at=entry.recorded_at,
        recorded_by=entry.recorded_by,
    )


@transaction.atomic
def seal(*, day: date, at: datetime) -> LedgerSeal:
    """Seal the ledger for the day; a day that is already sealed keeps its seal.

    The lock waits for the writings under way, so that every entry up to the last id is committed, and holds back the
    next ones for the time of one insert. The database's role needs MAINTAIN on the table besides SELECT and INSERT.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE hours_ledgerseal IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("LOCK TABLE hours_hourentry IN SHARE MODE")
    if done := LedgerSeal.objects.filter(day=day).first():
        return done
    previous = LedgerSeal.objects.order_by("day").last()
    after = previous.last_entry if previous else 0
    count, last_entry = reading.extent(after=after)
    entries = count + (previous.entries if previous else 0)
    return LedgerSeal.objects.create(
        day=day,
        last_entry=last_entry,
        entries=entries,
        hash=chain.seal(
            previous=previous.hash if previous else "",
            day=day,
            last_entry=last_entry,
            entries=entries,
            heads=reading.heads_written(after=after, last_entry=last_entry),
        ),
        sealed_at=at,
    )

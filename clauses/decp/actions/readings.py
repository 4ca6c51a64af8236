"""Read a file of essential data: asked on screen and done by a job (`tasks`), or done at once by the command."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import BinaryIO, TypeVar

import psycopg
from django.db import OperationalError, connection, transaction
from django.db.models import Count, Exists, Min, OuterRef, Subquery

from clauses.decp.actions import rows
from clauses.decp.choices import NAME_LIMIT, Outcome, Permission
from clauses.decp.models import FileLine, FileReading, SpottedContract
from clauses.decp.rules import reader
from clauses.decp.rules.decoding import Unreadable
from clauses.decp.rules.merging import of_buyer
from clauses.decp.rules.records import Reading, Record
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.core.french import number
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import PASSES, Refused
from inclusiv.records.actions import audit, files, jobs

JOB = "decp-reading"
MOST_WAITING = 3
"""Files that one person may have waiting at once: they are read one at a time, everybody's."""
MOST_LINES_A_DAY = 20_000
"""Elements of a buyer's own that are written in twenty-four hours: ten times what the largest ones publish in a year."""
MOST_LINES_OF_ALL_BUYERS = 200_000
"""Elements that a structure which reads every buyer's may write in twenty-four hours."""
BATCH = 1000
ONE_AT_A_TIME = 2022_12_22
"""Key of the lock that readings take one after the other."""

Item = TypeVar("Item")


@transaction.atomic
def ask(*, content: bytes, name: str, by: Actor, at: datetime) -> FileReading:
    """Keep an uploaded file and queue its reading. A buyer's reading only retains its own contracts."""
    check_permission(by)
    if jobs.waiting(kind=JOB, by=by) >= MOST_WAITING:
        raise Refused(
            "too_many_waiting",
            f"{MOST_WAITING} fichiers que vous avez déposés attendent encore leur lecture : attendez que l’un soit lu.",
        )
    stored = files.receive(content=content, name=name, content_type="application/octet-stream", by=by, at=at)
    reading = opened(name=name, by=by, at=at)
    reading.file = stored
    reading.save(force_insert=True)
    label = f"Lecture de {name}"[:150]
    reading.job = jobs.queue(kind=JOB, label=label, subject=reading, by=by, at=at, path=stored.path)
    reading.save(update_fields=["job"])
    audit.record(code="decp.asked", subjects=[reading], by=by, at=at)
    return reading


@transaction.atomic
def read(*, file: BinaryIO, name: str, by: Actor, at: datetime) -> FileReading:
    """Read a file at once. Raises Refused when it cannot be read: nothing is then changed."""
    check_permission(by)
    found = understood(file, at=at)
    reading = opened(name=name, by=by, at=at)
    reading.save(force_insert=True)
    write(reading, found, by=by, at=at)
    return reading


def check_permission(by: Actor) -> None:
    """Raise Refused unless the role reads files."""
    if not by.may(Permission.READ_FILE):
        raise Refused("not_permitted", "Votre rôle ne permet pas de lire un fichier de données essentielles.")


def opened(*, name: str, by: Actor, at: datetime) -> FileReading:
    """Return the unsaved reading of a file."""
    only = Organisation.objects.get(pk=by.organisation_id).siren if by.role is Role.BUYER else ""
    return FileReading(
        name=name[-NAME_LIMIT:],
        asked_at=at,
        asked_by=f"{by.name}, {by.organisation}"[:NAME_LIMIT],
        organisation_id=by.organisation_id,
        only_siren=only,
    )


def understood(file: BinaryIO, *, at: datetime) -> Reading:
    """Return what a file says. Raises Refused, in the reader's words, when it says nothing."""
    try:
        return reader.read(file, today=paris_day(at))
    except Unreadable as error:
        raise Refused("unreadable", error.message, field="file") from error


def write(reading: FileReading, found: Reading, *, by: Actor, at: datetime) -> None:
    """Write what a file says in the caller's transaction: contracts, lines, counts and one event."""
    wait_for_one_another()
    mine = of_buyer(found, reading.only_siren) if reading.only_siren else found
    refuse_too_many(mine, reading, at=at)
    contracts: dict[rows.Key, int] = {}
    counts: Counter[Outcome] = Counter()
    for batch in batches(mine.records):
        lines = written(batch, reading, by=by, at=at)
        counts.update(Outcome(line.outcome) for line in lines)
        contracts.update({(line.buyer_number, line.number): line.contract_id or 0 for line in lines})
    for refusals in batches(mine.refusals):
        FileLine.objects.bulk_create(rows.refused_line(reading, one) for one in refusals)
    for merged in batches(mine.merged):
        FileLine.objects.bulk_create(rows.merged_line(reading, one, contracts[one.key]) for one in merged)
    attach_buyers()
    close(reading, found, mine, counts, at=at)
    audit.record(
        code="decp.read",
        subjects=[reading],
        by=by,
        at=at,
        **{outcome.name.lower(): counts[outcome] for outcome in Outcome},
    )


def refuse_too_many(found: Reading, reading: FileReading, *, at: datetime) -> None:
    """Raise Refused `too_many_lines` beyond what one organisation may write in a day: everybody reads it among theirs."""
    whose, most = "", MOST_LINES_OF_ALL_BUYERS
    if reading.only_siren:
        whose, most = " de votre organisation", MOST_LINES_A_DAY
    lines = len(found.records) + len(found.refusals) + len(found.merged)
    lately = FileReading.objects.filter(
        organisation_id=reading.organisation_id, finished_at__gt=at - timedelta(days=1)
    )
    if lines + FileLine.objects.filter(reading__in=lately).count() > most:
        raise Refused(
            "too_many_lines",
            f"Ce fichier tient {number(lines)} lignes{whose}, dont {number(most)} au plus se lisent en 24 heures : gardez"
            " les marchés récents, ou déposez le reste demain.",
        )


def wait_for_one_another() -> None:
    """Let readings write one after the other: each is compared with what the one before it wrote.

    Raises Refused `PASSES` when the database's own patience is over.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    except OperationalError as error:
        if isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
            message = "Un autre fichier est en cours de lecture : relancez celle-ci dans une minute."
            raise Refused(PASSES, message) from error
        raise


def written(records: Sequence[Record], reading: FileReading, *, by: Actor, at: datetime) -> list[FileLine]:
    """Write a batch of contracts and their lines."""
    decided = rows.decide(records, reading, by=by, at=at)
    rows.write([one.row for one in decided if one.is_written])
    return FileLine.objects.bulk_create(rows.contract_line(reading, one) for one in decided)


def batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Yield the items by a thousand."""
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]


def attach_buyers() -> None:
    """Attach the contracts to the buyers known here: by SIRET, else by SIREN when it names one organisation only."""
    loose = SpottedContract.objects.filter(buyer=None)
    by_siret = Organisation.objects.filter(siret=OuterRef("buyer_number")).values("pk")
    loose.filter(Exists(by_siret)).update(buyer=Subquery(by_siret))
    by_siren = (
        Organisation.objects.filter(siren=OuterRef("buyer_siren"))
        .values("siren")
        .annotate(count=Count("pk"), only=Min("pk"))
        .filter(count=1)
        .values("only")
    )
    loose.filter(Exists(by_siren)).update(buyer=Subquery(by_siren))


def close(
    reading: FileReading, found: Reading, mine: Reading, counts: Counter[Outcome], *, at: datetime
) -> None:
    """Write the counts of a reading: every element of the file in one of them."""
    summary = reader.summarise(mine)
    counts[Outcome.MERGED], counts[Outcome.REFUSED] = summary.merged, summary.refused
    for outcome in Outcome:
        setattr(reading, outcome.name.lower(), counts[outcome])
    reading.read = reader.summarise(found).read
    reading.others = reading.read - summary.read
    reading.remarks = [[code, field, count] for (code, field), count in summary.warnings.items()]
    reading.finished_at = at
    reading.save()

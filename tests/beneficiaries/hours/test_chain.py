"""The canonical text and the chain, in Python and in SQL (ARCHITECTURE.md 4.5)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beneficiaries.hours.actions.ledger import row_of
from beneficiaries.hours.choices import HoursKind, Origin
from beneficiaries.hours.models import HourEntry
from beneficiaries.hours.rules import chain
from beneficiaries.hours.selectors import ledger
from clauses.procurement.models import Award
from inclusiv.core.periods import PARIS

ENTRY = chain.Entry(
    award=12,
    line=345,
    placement=67,
    obligation=8,
    month=date(2025, 6, 1),
    worked_from=date(2025, 6, 16),
    worked_to=date(2025, 6, 30),
    kind=HoursKind.WORK,
    worked=Decimal("35.5"),
    counted=Decimal("35.50"),
    origin=Origin.DECLARED,
    rules_version="2026-11",
    recorded_at=datetime(2025, 7, 3, 10, 0, 0, 42, PARIS),
    recorded_by=9,
)


def test_text_is_written_once_for_all() -> None:
    before = chain.Head(3, "ab" * 32)
    assert chain.text(ENTRY, after=before) == (
        f"1|12|4|{'ab' * 32}|345|67|8|2025-06-01|2025-06-16|2025-06-30|WORK|35.50|35.50||DECLARED|2026-11"
        "|2025-07-03T08:00:00.000042Z|9"
    )


def test_first_entry_follows_nothing() -> None:
    head = chain.follow(replace(ENTRY, recorded_by=None, reverses=7), after=chain.Head())
    expected = (
        "1|12|1||345|67|8|2025-06-01|2025-06-16|2025-06-30|WORK|35.50|35.50|7|DECLARED|2026-11"
        "|2025-07-03T08:00:00.000042Z|"
    )
    assert head == chain.Head(1, sha256(expected.encode()).hexdigest())


@pytest.mark.parametrize(
    "change",
    [
        {"award": 13},
        {"line": 346},
        {"placement": 68},
        {"obligation": 9},
        {"month": date(2025, 5, 1)},
        {"worked_from": date(2025, 6, 17)},
        {"worked_to": date(2025, 6, 29)},
        {"kind": HoursKind.TRAINING},
        {"worked": Decimal("35.51")},
        {"counted": Decimal("35.49")},
        {"reverses": 1},
        {"origin": Origin.TAKEN_OVER},
        {"rules_version": "2026-12"},
        {"recorded_at": datetime(2025, 7, 3, 10, 0, 0, 43, PARIS)},
        {"recorded_by": None},
    ],
)
def test_each_field_changes_the_hash(change: dict[str, object]) -> None:
    changed = replace(ENTRY, **change)  # type: ignore[arg-type]  # one field at a time
    assert chain.follow(changed, after=chain.Head()) != chain.follow(ENTRY, after=chain.Head())


def test_seal_commits_to_the_one_before_and_to_each_head() -> None:
    heads = [(1, chain.Head(2, "a")), (2, chain.Head(5, "b"))]
    said = {"day": date(2025, 10, 14), "last_entry": 7, "entries": 7}
    seal = chain.seal(previous="", heads=heads, **said)  # type: ignore[arg-type]  # the same said thrice
    others = [
        chain.seal(previous="c", heads=heads, **said),  # type: ignore[arg-type]
        chain.seal(previous="", heads=heads[:1], **said),  # type: ignore[arg-type]
        chain.seal(previous="", heads=[heads[0], (2, chain.Head(4, "b"))], **said),  # type: ignore[arg-type]
    ]
    assert len({seal, *others}) == 4


hours = st.decimals(min_value="0.01", max_value="744", places=2)
instants = st.timedeltas(timedelta(0), timedelta(days=36500)).map(
    lambda later: datetime(2000, 1, 1, tzinfo=UTC) + later
)
entries = st.builds(
    chain.Entry,
    award=st.integers(1, 3),
    line=st.integers(1, 2**60),
    placement=st.integers(1, 2**60),
    obligation=st.integers(1, 2**60),
    month=st.dates(date(2000, 1, 1), date(2100, 1, 1)).map(lambda day: day.replace(day=1)),
    worked_from=st.just(date(2100, 1, 1)),
    worked_to=st.just(date(2100, 1, 31)),
    kind=st.sampled_from(HoursKind),
    worked=hours,
    counted=st.just(Decimal(0)),
    reverses=st.none(),
    origin=st.sampled_from(Origin),
    rules_version=st.sampled_from(["2026-11", "2"]),
    recorded_at=instants,
    recorded_by=st.none() | st.integers(1, 2**60),
)


@contextmanager
def written(chained: Sequence[chain.Entry]) -> Iterator[list[HourEntry]]:
    """Write a chain for awards 1 to 3 behind the foreign keys, then forget it."""
    heads = dict.fromkeys((1, 2, 3), chain.Head())
    rows = []
    for entry in chained:
        before = heads[entry.award]
        heads[entry.award] = chain.follow(entry, after=before)
        rows.append(row_of(entry, before=before, head=heads[entry.award]))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Award.objects.bulk_create(
            Award(
                pk=pk,
                lot_id=pk,
                awarded_on=date(2025, 1, 1),
                ledger_seq=head.seq,
                ledger_hash=head.hash,
            )
            for pk, head in heads.items()
        )
        yield HourEntry.objects.bulk_create(rows)
        transaction.set_rollback(True)


with_database = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@with_database
@given(chained=st.lists(entries, max_size=12))
def test_sql_reads_every_chain_as_python_wrote_it(db: None, chained: list[chain.Entry]) -> None:
    with written(chained) as rows:
        assert HourEntry.objects.count() == len(rows)
        assert list(ledger.verify()) == []


@with_database
@given(chained=st.lists(entries, min_size=1, max_size=12), data=st.data())
def test_any_entry_changed_is_found(db: None, chained: list[chain.Entry], data: st.DataObject) -> None:
    changes: dict[str, object] = {
        "worked": Decimal("744.01"),
        "counted": Decimal("0.01"),
        "recorded_by": 2**61,
        "rules_version": "3",
        "line_id": 2**61,
    }
    with written(chained) as rows:
        row = data.draw(st.sampled_from(rows))
        name = data.draw(st.sampled_from(sorted(changes)))
        HourEntry.objects.filter(pk=row.pk).update(**{name: changes[name]})
        assert [finding.fault for finding in ledger.verify()] == [ledger.Fault.ALTERED]

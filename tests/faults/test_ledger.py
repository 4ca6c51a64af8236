"""The ledger refuses what it must, and what was done behind its back is found (ARCHITECTURE.md 4.5)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction

from beneficiaries.hours.actions import ledger as writing
from beneficiaries.hours.models import HourEntry, LedgerSeal
from beneficiaries.hours.rules import chain
from beneficiaries.hours.selectors import ledger
from beneficiaries.hours.selectors.ledger import Fault
from beneficiaries.hours.tasks import seal_ledger
from beneficiaries.placements.models import Placement
from clauses.procurement.models import Award
from inclusiv.demo.make import beneficiaries, clauses
from inclusiv.demo.make import hours as making
from tests.conftest import Cast

APRIL, MAY, JUNE = date(2025, 4, 1), date(2025, 5, 1), date(2025, 6, 1)


@dataclass(frozen=True)
class Scene:
    """An award whose one placement has 133, 119 and 140 hours in the ledger."""

    award: Award
    placement: Placement


@pytest.fixture
def scene(cast: Cast) -> Scene:
    tender = clauses.tender(buyer=cast.commune, structure=cast.structure)
    award = clauses.award(clauses.lot(tender), (cast.builder, Decimal(1)))
    clauses.notify(tender, notified_on=date(2025, 3, 10))
    check = beneficiaries.validated_check(
        beneficiaries.dossier(cast.structure), reference_date=date(2025, 4, 1)
    )
    placement = beneficiaries.placement(award, check, employer=cast.builder)
    for month, worked in ((APRIL, 133), (MAY, 119), (JUNE, 140)):
        making.validated(award, cast.builder, month, hours={placement: Decimal(worked)})
    award.refresh_from_db()
    return Scene(award, placement)


def insert(row: HourEntry, **changes: object) -> None:
    """Insert a copy of an entry straight into the table, changed."""
    copy = HourEntry(
        **{field.attname: getattr(row, field.attname) for field in HourEntry._meta.fields} | changes
    )
    copy.pk = None
    copy.save(force_insert=True)


def last_entry() -> HourEntry:
    return HourEntry.objects.order_by("seq").reverse()[0]


def faults() -> list[Fault]:
    return [finding.fault for finding in ledger.verify()]


def verified() -> tuple[int, str]:
    """Run the command; return its exit code and what it prints."""
    out = StringIO()
    try:
        call_command("verify_ledger", stdout=out)
    except SystemExit as exit_:
        return int(str(exit_.code)), out.getvalue()
    return 0, out.getvalue()


def test_chain_is_whole_after_three_months(scene: Scene) -> None:
    assert faults() == []
    assert (scene.award.ledger_seq, scene.award.ledger_hash) == (3, last_entry().hash)
    assert verified() == (0, "3\xa0écritures vérifiées : l’historique est intact.\n")


def test_fork_is_refused_by_the_database(scene: Scene) -> None:
    second = HourEntry.objects.get(seq=2)
    with pytest.raises(IntegrityError, match="hourentry_no_fork"), transaction.atomic():
        insert(second, hash="f" * 64)


def test_wrong_predecessor_is_refused_by_the_database(scene: Scene) -> None:
    with pytest.raises(IntegrityError, match="hourentry_follows_its_predecessor"), transaction.atomic():
        insert(last_entry(), seq=4, prev_hash="0" * 64, hash="f" * 64)


def test_hole_is_refused_by_the_database(scene: Scene) -> None:
    with pytest.raises(IntegrityError, match="hourentry_follows_its_predecessor"), transaction.atomic():
        insert(last_entry(), seq=5, prev_hash=last_entry().hash, hash="f" * 64)


def test_first_entry_without_a_past_is_the_only_one(scene: Scene) -> None:
    with pytest.raises(IntegrityError, match="hourentry_first_has_no_past"), transaction.atomic():
        insert(last_entry(), seq=4, prev_hash=None, hash="f" * 64)


def test_hours_are_not_reversed_twice(scene: Scene) -> None:
    entry = last_entry()
    opposite = {"worked": -entry.worked, "counted": -entry.counted, "reverses_id": entry.pk}
    insert(entry, seq=4, prev_hash=entry.hash, hash="a" * 64, **opposite)
    with pytest.raises(IntegrityError, match="reverses"), transaction.atomic():
        insert(entry, seq=5, prev_hash="a" * 64, hash="b" * 64, **opposite)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE hours_hourentry SET counted = 1 WHERE seq = 1",
        "DELETE FROM hours_hourentry WHERE seq = 3",
        "UPDATE hours_ledgerseal SET entries = 1",
        "DELETE FROM hours_ledgerseal",
    ],
)
def test_update_and_delete_are_refused_by_the_database(scene: Scene, at: datetime, statement: str) -> None:
    writing.seal(day=date(2025, 10, 14), at=at)
    with (
        pytest.raises(IntegrityError, match="ne se modifie pas et ne s’efface pas"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_role_of_production_adds_and_seals_but_never_changes(scene: Scene, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE ledger_writer")
        cursor.execute("GRANT USAGE ON SCHEMA public TO ledger_writer")
        cursor.execute("GRANT SELECT, INSERT, MAINTAIN ON hours_hourentry, hours_ledgerseal TO ledger_writer")
        cursor.execute("SET LOCAL ROLE ledger_writer")
        for forbidden in ("UPDATE hours_hourentry SET counted = 1", "DELETE FROM hours_ledgerseal"):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                cursor.execute(forbidden)
        assert writing.seal(day=date(2025, 10, 14), at=at).entries == 3
        cursor.execute("RESET ROLE")


def tamper(*statements: str) -> Callable[[], None]:
    """Return a function that runs the statements."""

    def run() -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    return run


REHASH = """UPDATE hours_hourentry SET hash = repeat('a', 64) WHERE seq = {seq}"""


@pytest.mark.parametrize(
    ("act", "found"),
    [
        (tamper("UPDATE hours_hourentry SET counted = 100 WHERE seq = 2"), [Fault.ALTERED]),
        (
            tamper("UPDATE hours_hourentry SET recorded_at = recorded_at + interval '1 microsecond'"),
            3 * [Fault.ALTERED],
        ),
        (tamper(REHASH.format(seq=2)), [Fault.ALTERED, Fault.BROKEN]),
        (tamper(REHASH.format(seq=3)), [Fault.ALTERED, Fault.HEAD]),
        (tamper("DELETE FROM hours_hourentry WHERE seq = 2"), [Fault.BROKEN]),
        (tamper("DELETE FROM hours_hourentry WHERE seq = 3"), [Fault.HEAD]),
        (tamper("DELETE FROM hours_hourentry"), [Fault.HEAD]),
        (tamper("UPDATE procurement_award SET ledger_seq = 2"), [Fault.HEAD]),
    ],
)
def test_what_was_done_behind_the_triggers_is_found(
    scene: Scene, as_owner: None, act: Callable[[], None], found: list[Fault]
) -> None:
    act()
    assert faults() == found
    code, printed = verified()
    assert code == 1
    assert len(printed.splitlines()) == len(found) + 1


CUT = (
    "DELETE FROM hours_hourentry WHERE seq = 3",
    """UPDATE procurement_award SET ledger_seq = 2,
    ledger_hash = (SELECT hash FROM hours_hourentry WHERE seq = 2) WHERE ledger_seq = 3""",
)


def test_tail_cut_off_with_its_head_escapes_the_chain_alone(scene: Scene, as_owner: None) -> None:
    tamper(*CUT)()
    assert faults() == []


def test_tail_cut_off_after_the_seal_is_found(scene: Scene, as_owner: None, at: datetime) -> None:
    writing.seal(day=date(2025, 10, 14), at=at)
    tamper(*CUT)()
    writing.seal(day=date(2025, 10, 15), at=at)
    assert faults() == [Fault.SEAL]
    assert verified() == (
        1,
        "Sceau du 14/10/2025 : il couvre 3 écritures, il n’en reste que 2.\n1\xa0anomalie trouvée.\n",
    )


def test_ledger_rewritten_with_right_hashes_is_found_by_the_seal(
    scene: Scene, as_owner: None, at: datetime
) -> None:
    writing.seal(day=date(2025, 10, 14), at=at)
    third = last_entry()
    forged = entry_of(third, counted=Decimal("1.00"))
    head = chain.follow(forged, after=chain.Head(2, third.prev_hash or ""))
    HourEntry.objects.filter(pk=third.pk).update(counted=forged.counted, hash=head.hash)
    Award.objects.filter(pk=scene.award.pk).update(ledger_hash=head.hash)
    assert faults() == [Fault.SEAL]


def entry_of(row: HourEntry, **changes: object) -> chain.Entry:
    """Return what a row says, changed."""
    said: dict[str, object] = {
        "award": row.award_id,
        "line": row.line_id,
        "placement": row.placement_id,
        "obligation": row.obligation_id,
        "reverses": row.reverses_id,
    }
    same = ("month", "worked_from", "worked_to", "kind", "worked", "counted", "origin", "rules_version")
    said |= {name: getattr(row, name) for name in (*same, "recorded_at", "recorded_by")}
    return chain.Entry(**said | changes)  # type: ignore[arg-type]  # the fields of a row, one by one


def test_day_is_sealed_once(scene: Scene, at: datetime) -> None:
    first = writing.seal(day=date(2025, 10, 14), at=at)
    assert writing.seal(day=date(2025, 10, 14), at=at) == first
    assert LedgerSeal.objects.count() == 1


def test_seal_of_a_quiet_day_follows_the_one_before(scene: Scene, at: datetime) -> None:
    first = writing.seal(day=date(2025, 10, 14), at=at)
    second = writing.seal(day=date(2025, 10, 15), at=at)
    assert (second.entries, second.last_entry) == (first.entries, first.last_entry)
    assert second.hash != first.hash
    assert faults() == []


def test_report_reads_the_last_seal_of_its_day(scene: Scene, at: datetime) -> None:
    first = writing.seal(day=date(2025, 10, 14), at=at)
    writing.seal(day=date(2025, 10, 20), at=at)
    assert ledger.ledger_seal(on=date(2025, 10, 13)) is None
    found = ledger.ledger_seal(on=date(2025, 10, 19))
    assert found == ledger.Seal(date(2025, 10, 14), first.hash, 3)


def test_beat_seals_and_so_does_the_command(scene: Scene) -> None:
    seal_ledger()
    out = StringIO()
    call_command("seal_ledger", stdout=out)
    seal = LedgerSeal.objects.get()
    assert seal.entries == 3
    assert seal.hash in out.getvalue()

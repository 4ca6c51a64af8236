"""Two people validate at the same time: nobody waits for ever, nothing is lost or doubled (ARCHITECTURE.md 4.5)."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection

from beneficiaries.hours.actions import ledger as writing
from beneficiaries.hours.actions import statements, validation
from beneficiaries.hours.choices import StatementStatus
from beneficiaries.hours.models import HourEntry, Statement
from beneficiaries.hours.selectors import ledger
from clauses.procurement.models import Award
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import beneficiaries, clauses
from inclusiv.demo.make import hours as making
from tests.conftest import Cast, make_cast

MONTHS = [date(2025, month, 1) for month in range(4, 10)]


def together(*acts: Callable[[], object]) -> list[object]:
    """Run each act in a thread of its own, all starting at once; return what each returned, or its Refused."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            barrier.wait()
            return act()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, act) for act in acts]]


@pytest.fixture
def scene(transactional_db: None, reference: None) -> tuple[Cast, list[Award]]:
    """Two awards on which the same two persons work half time, all their statements sent."""
    cast = make_cast()
    tender = clauses.tender(buyer=cast.commune, structure=cast.structure)
    awards = [
        clauses.award(clauses.lot(tender, number=number), (cast.builder, Decimal(1))) for number in (1, 2)
    ]
    clauses.notify(tender, notified_on=date(2025, 3, 10))
    checks = [
        beneficiaries.validated_check(
            beneficiaries.dossier(cast.structure, first_name=name), reference_date=date(2025, 4, 1)
        )
        for name in ("Une", "Deux")
    ]
    for worked, award in zip((50, 60), awards, strict=True):
        hours = {
            beneficiaries.placement(award, check, employer=cast.builder): Decimal(worked) for check in checks
        }
        for month in MONTHS:
            making.statement(award, cast.builder, month, hours=hours)
    return cast, awards


def validate_one_by_one(sent: Sequence[Statement], cast: Cast, at: datetime) -> Callable[[], object]:
    """Return an act that validates the statements one after the other."""

    def act() -> None:
        for statement in sent:
            validation.validate(statements=[statement], by=cast.facilitator, at=at)

    return act


def validate_at_once(sent: Sequence[Statement], cast: Cast, at: datetime) -> Callable[[], object]:
    """Return an act that validates the statements in one transaction."""
    return lambda: len(validation.validate(statements=sent, by=cast.facilitator, at=at))


def test_opposite_orders_neither_block_nor_leave_a_gap(scene: tuple[Cast, list[Award]], at: datetime) -> None:
    cast, awards = scene
    first, second = (list(Statement.objects.filter(award=award).order_by("month")) for award in awards)
    mixed = [statement for pair in zip(first, reversed(second), strict=True) for statement in pair]
    together(
        validate_at_once(mixed[0::3] + mixed[1::3], cast, at),
        validate_one_by_one(list(reversed(mixed[2::3])), cast, at),
        lambda: writing.seal(day=date(2025, 10, 14), at=at),
    )
    assert list(ledger.verify()) == []
    assert Statement.objects.filter(status=StatementStatus.VALIDATED).count() == 12
    for award in awards:
        seqs = HourEntry.objects.filter(award=award).order_by("seq").values_list("seq", flat=True)
        assert list(seqs) == list(range(1, 13))


def test_one_of_two_validations_of_a_statement_wins(scene: tuple[Cast, list[Award]], at: datetime) -> None:
    cast, awards = scene
    statement = Statement.objects.filter(award=awards[0]).order_by("month")[0]
    answers = together(*2 * [validate_at_once([statement], cast, at)])
    refusals = [answer for answer in answers if isinstance(answer, Refused)]
    assert [refusal.code for refusal in refusals] == ["stale_state"]
    assert "a changé d’état" in refusals[0].message
    assert HourEntry.objects.count() == 2


def test_validating_and_returning_do_not_both_happen(scene: tuple[Cast, list[Award]], at: datetime) -> None:
    cast, awards = scene
    statement = Statement.objects.filter(award=awards[0]).order_by("month")[0]

    def return_it() -> None:
        read_apart = Statement.objects.get(pk=statement.pk)
        statements.return_for_correction(
            statement=read_apart, comment="Vérifiez les heures.", by=cast.facilitator, at=at
        )

    answers = together(validate_at_once([statement], cast, at), return_it)
    assert len([answer for answer in answers if isinstance(answer, Refused)]) == 1
    statement.refresh_from_db()
    assert (statement.status == StatementStatus.VALIDATED) == HourEntry.objects.exists()


def test_two_people_who_send_the_same_month_send_it_once(
    scene: tuple[Cast, list[Award]], at: datetime
) -> None:
    cast, awards = scene
    sheet = making.sheet(awards[0], cast.builder, date(2025, 10, 1), hours={})
    answers = together(*2 * [lambda: statements.declare(sheets=[sheet], by=cast.contractor, at=at)])
    refusals = [answer for answer in answers if isinstance(answer, Refused)]
    assert [refusal.code for refusal in refusals] == ["statement_already_sent"]
    sent = Statement.objects.get(month=date(2025, 10, 1))
    assert sent.lines.count() == 2

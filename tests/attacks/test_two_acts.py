"""Two acts: different people press different buttons about the same thing at the same instant.

Each is told as one of the two that came first, and no state is reached that the one after the other refuses. Elsewhere:
the same button pressed several times (test_at_once.py).
"""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from queue import Queue
from threading import Thread
from time import monotonic, sleep

import pytest
import time_machine
from django.db import connection, transaction

from beneficiaries.hours.actions import statements, validation
from beneficiaries.hours.actions.statements import Sheet
from beneficiaries.hours.models import Statement
from beneficiaries.hours.rules.declaring import Declared
from beneficiaries.placements.models import Placement
from clauses.procurement.actions import ledger_heads, tenders
from clauses.procurement.choices import TenderAction
from inclusiv.core.refusals import Refused
from tests.conftest import Cast, make_cast
from tests.world import NOW, World, make_world

OCTOBER = date(2025, 10, 1)
WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


@pytest.fixture
def shared(transactional_db: None, reference: None, storage: Path) -> Iterator[World]:
    """Three places that several connections see."""
    with time_machine.travel(NOW, tick=False):
        yield make_world()


@pytest.fixture
def committed(transactional_db: None, reference: None) -> Iterator[Cast]:
    """The characters, seen by several connections."""
    with time_machine.travel(NOW, tick=False):
        yield make_cast()


class Beside:
    """What somebody else presses, in a connection of their own, while the test's transaction is under way."""

    def __init__(self, act: Callable[[], object]) -> None:
        self.act = act
        self.answer = Queue[str]()
        self.thread = Thread(target=self.press)

    def press(self) -> None:
        try:
            self.act()
            self.answer.put("")
        except Refused as refusal:
            self.answer.put(refusal.code)
        except Exception as error:  # the test reads it
            self.answer.put(repr(error))
        finally:
            connection.close()

    def start(self) -> None:
        """Press, and return once it is done or waits for the test's transaction."""
        self.thread.start()
        ends = monotonic() + 5
        while self.thread.is_alive() and monotonic() < ends:
            with connection.cursor() as cursor:
                cursor.execute(WAITING)
                if cursor.fetchone()[0]:
                    return
            sleep(0.02)

    def said(self) -> str:
        """Return the code of the refusal, empty when it was done."""
        self.thread.join()
        return self.answer.get(timeout=1)


def sheet_of(shared: World) -> Sheet:
    lines = [
        Declared(placement=one.pk, hours=Decimal(20)) for one in (shared.own.placement, shared.own.planned)
    ]
    return Sheet(award=shared.own.award, declarant=shared.own.employer, month=OCTOBER, lines=lines)


def declaring(shared: World) -> Callable[[], object]:
    return lambda: statements.declare(sheets=[sheet_of(shared)], by=shared.cast.employer, at=NOW)


def test_a_month_validated_while_the_next_one_is_declared(shared: World) -> None:
    """The control holds the award, the declaration the people: neither waits for what the other holds."""
    company = Beside(declaring(shared))
    with transaction.atomic():
        ledger_heads.lock([shared.own.award.pk])
        company.start()
        validation.validate(statements=[shared.own.statement], by=shared.cast.facilitator, at=NOW)
    assert company.said() == ""


def test_a_correction_opened_while_the_contract_is_closed(shared: World) -> None:
    """What is closed keeps no correction under way: nobody could send it."""
    tender, statement = shared.own.tender, shared.own.statement
    validation.validate(statements=[statement], by=shared.cast.facilitator, at=NOW)
    Placement.objects.filter(pk=shared.own.placement.pk).update(ended_on=date(2025, 9, 30))
    Placement.objects.filter(pk=shared.own.planned.pk).update(status="CANCELLED")
    tenders.move(tender=tender, action=TenderAction.COMPLETE, by=shared.cast.buyer, at=NOW)
    statement = Statement.objects.select_related("award__lot__tender").get(pk=statement.pk)
    company = Beside(lambda: statements.correct(statement=statement, by=shared.cast.employer, at=NOW))
    with transaction.atomic():
        tenders.move(tender=tender, action=TenderAction.CLOSE, by=shared.cast.buyer, at=NOW)
        company.start()
    assert company.said() == "tender_closed"
    assert Statement.objects.filter(award=shared.own.award).count() == 1

"""What may still be done about a tender follows its state: every act in every state, as the table says."""

import ast
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from django.db import models, transaction

from clauses.procurement.choices import TenderStatus
from clauses.procurement.models import Tender
from clauses.procurement.rules.tenders import RUNNING
from inclusiv.core.refusals import Refused
from tests.access.acts import ACTS, DAYS, LAUNCHED_ON, LEFT_OUT, Act
from tests.access.table import printed
from tests.architecture.test_stories import actions, functions, modules
from tests.world import World

FILE = Path(__file__).with_name("states.txt")
LEGEND = """\
# What may still be done about a tender, state by state. Read by tests/access/test_states.py.
#
# « yes »: done; anything else is the code of the refusal. Each act is tried by whoever has the most right to it, on a
# contract at work, or on a purchase that is prepared for what comes before the notification.
#
# After a change that is meant, write it anew, and read the difference before committing it:
#   make test ARGS="tests/access/test_states.py -n 0 --renew-tables"

"""
ABOUT = {
    "award", "lot", "plan", "placement", "referral", "request", "sheet", "sheets", "statement", "statements",
    "subcontract", "tender", "tenders", "tranche",
}  # fmt: skip
"""What an action takes when it is about a tender."""
Row = tuple[str, ...]


def outcome(world: World, act: Act, status: TenderStatus) -> str:
    """Return what an act answers in a state, and undo it."""
    with transaction.atomic():
        put(world, status)
        try:
            with transaction.atomic():
                act(fresh(world))
            return "yes"
        except Refused as refusal:
            return refusal.code
        finally:
            transaction.set_rollback(True)


def put(world: World, status: TenderStatus) -> None:
    """Bring the contract and the purchase to a state, whatever it takes."""
    tenders = Tender.objects.filter(pk__in=[world.own.tender.pk, world.own.draft.pk])
    tenders.filter(pk=world.own.draft.pk).update(consultation_launched_on=LAUNCHED_ON)
    if Tender(status=status).is_bound:
        tenders.filter(notified_on=None).update(notified_on=DAYS["notified_on"])
    tenders.update(status=status)


def fresh(world: World) -> World:
    """Return the world as a request reads it: nothing is remembered of another state."""
    own = world.own
    rows: dict[str, Any] = {
        field.name: type(row)._default_manager.get(pk=row.pk)
        for field in fields(own)
        if isinstance(row := getattr(own, field.name), models.Model)
    }
    return replace(world, own=replace(own, **rows))


def found(world: World) -> list[Row]:
    return [(name, *(outcome(world, act, status) for status in TenderStatus)) for name, act in ACTS.items()]


def written() -> list[Row]:
    lines = [line for line in FILE.read_text().splitlines() if line and not line.startswith("#")]
    return [tuple(cell.strip() for cell in line.split("|")) for line in lines[1:]]


def test_what_may_be_done_follows_the_state(world: World, renew_tables: bool) -> None:
    rows = found(world)
    if renew_tables:
        FILE.write_text(LEGEND + printed([["act", *TenderStatus], *map(list, rows)]))
        pytest.fail(f"{FILE.name} is written anew: read the difference.")
    assert rows == written()


def test_every_action_about_a_tender_is_in_the_table() -> None:
    told = {name.split(" ")[0] for name in ACTS} | LEFT_OUT
    about = {
        name for name in actions() if ABOUT & takes(name) and name.startswith(("clauses", "beneficiaries"))
    }
    assert about - told == set()
    assert told - set(actions()) == set()


def takes(name: str) -> set[str]:
    """Return what an action takes."""
    module, word = actions()[name]
    function: ast.FunctionDef = functions(modules()[module])[word]
    return {argument.arg for argument in function.args.kwonlyargs}


def states_of(*actions: str) -> dict[str, set[str]]:
    """Return, for each of these acts, the states in which it is done."""
    return {
        name: {status for status, cell in zip(TenderStatus, cells, strict=True) if cell == "yes"}
        for name, *cells in written()
        if name.startswith(actions)
    }


def test_hours_never_change_once_they_are_settled() -> None:
    done = states_of("beneficiaries.hours.")
    assert done
    assert [name for name, states in done.items() if TenderStatus.CLOSED in states] == []


def test_nobody_is_put_to_work_before_the_notification_nor_after_the_end() -> None:
    asks = ("requests.open_search", "requests.name_person", "referrals.propose", "referrals.accept")
    done = states_of("beneficiaries.matching.", *(f"beneficiaries.placements.{name}" for name in asks))
    assert len(done) == 1 + len(asks)
    assert set(map(frozenset, done.values())) == {RUNNING}

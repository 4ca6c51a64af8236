"""Every address, opened by everybody for their own records and for others', answers as the table says."""

from typing import Any

import pytest

from clauses.procurement.models import TenderQuerySet
from inclusiv.core.actors import Actor
from tests.access import table
from tests.access.addresses import KEYS, QUERIES, is_about_a_record, labels, name_of, names, takes_keys
from tests.access.walk import COLUMNS, answers
from tests.world import World


@pytest.mark.parametrize("column", COLUMNS)
def test_the_doors_are_those_of_the_table(column: str, world: World, renew_tables: bool) -> None:
    found = answers(world, column, labels())
    if renew_tables:
        table.write(table.read() | {column: found})
        pytest.fail(f"The column {column} of {table.FILE.name} is written anew: read the difference.")
    assert table.differences(column, found) == []


@pytest.mark.parametrize("column", ["public", "BUYER", "FACILITATOR", "CONTRACTOR"])
def test_a_fragment_has_the_doors_of_its_page(column: str, world: World) -> None:
    about_records = [label for label in labels() if is_about_a_record(label)]
    found = answers(world, column, about_records, methods=["GET"], fragment=True)
    known = {line: cell for line, cell in table.read()[column].items() if line in found}
    assert known
    # Read alone, what is only a fragment sends to the page of which it is a part.
    assert {line: found[line].replace("302", "200") for line in known} == {
        line: cell.replace("302", "200") for line, cell in known.items()
    }


def test_every_address_has_its_line() -> None:
    lines = {name_of(label) for answers_of in table.read().values() for _, label in answers_of}
    assert set(names()) == lines


def test_every_address_of_a_record_says_which() -> None:
    told = {name_of(label) for label in (*KEYS, *QUERIES)}
    assert {name for name in names() if takes_keys(name)} - told == set()
    assert told - set(names()) == set()


def test_no_address_breaks() -> None:
    cells = [cell for answers_of in table.read().values() for cell in answers_of.values()]
    assert cells
    assert [cell for cell in cells if "500" in cell or not cell] == []


def test_a_row_s_door_broken_on_purpose_is_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["procurement:tender", "followup:tender"]
    assert table.differences("BUYER", answers(world, "BUYER", lines), lines) == []
    monkeypatch.setattr(TenderQuerySet, "visible_to", lambda self, actor, **_: self.all())
    assert table.differences("BUYER", answers(world, "BUYER", lines), lines) == [
        f"GET  {line}: BUYER reads 200, the table says 200 404 404" for line in sorted(lines)
    ]


def test_a_role_s_door_broken_on_purpose_is_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["people:list", "people:person"]
    assert table.differences("SIGNATORY", answers(world, "SIGNATORY", lines), lines) == []
    monkeypatch.setattr(Actor, "may", lambda self, permission: True)
    assert table.differences("SIGNATORY", answers(world, "SIGNATORY", lines), lines) == [
        "GET  people:list: SIGNATORY reads 200, the table says 403",
        "GET  people:person: SIGNATORY reads 404, the table says 403",
    ]


def test_a_page_opened_to_the_public_by_mistake_is_seen(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ["people:list"]
    found = answers(world, "public", lines)
    assert table.differences("public", found, lines) == []
    opened = found | {("GET", "people:list"): "200"}
    assert table.differences("public", opened, lines) == [
        "GET  people:list: public reads 200, the table says login"
    ]


def test_a_new_address_without_a_line_is_seen() -> None:
    found: Any = {("GET", "people:secret"): "403", ("POST", "people:secret"): "405"}
    assert table.differences("BUYER", found, ["people:secret"]) == [
        "GET  people:secret: BUYER reads 403, the table says nothing"
    ]

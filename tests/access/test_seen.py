"""What is seen of a person, field by field, on everything that each role can open, is what the table says."""

import re
from collections.abc import Iterator
from datetime import date

import pytest

from inclusiv.core.actors import Actor, Role
from inclusiv.core.codes import spaced
from inclusiv.demo.make import beneficiaries
from tests.access import seen
from tests.access.addresses import address
from tests.access.pages import Page, readable
from tests.access.seen import People
from tests.conftest import ActingClient
from tests.world import Side, World

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("pages")]
Read = tuple[list[Page], dict[Role, People]]

PSEUDONYM = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}\W?[0-9A-HJKMNP-TV-Z]{4}\W?[0-9A-HJKMNP-TV-Z]{2}\b")
OF_A_BUYER = (
    "followup:tender", "followup:my-tenders", "followup:my-tenders ?export=csv", "placements:tender",
    "procurement:tender", "records:changes marche",
)  # fmt: skip


def rows(read: Read) -> Iterator[tuple[Role, str, list[str]]]:
    """Yield the lines of the table."""
    for role, relations in read[1].items():
        own = [page for page in read[0] if page.role is role]
        for relation, told in relations.items():
            yield role, relation, seen.line(told, seen.shown(own, told))


def test_what_is_seen_is_what_the_table_says(read: Read, renew_tables: bool) -> None:
    if renew_tables:
        seen.FILE.write_text(seen.table(rows(read)))
        pytest.fail(f"{seen.FILE.name} is written anew: read the difference.")
    assert seen.table(rows(read)).splitlines() == seen.FILE.read_text().splitlines()


def test_a_field_that_leaks_is_seen(read: Read) -> None:
    pages, people = read
    told = people[Role.BUYER]["at work"]
    (name,) = told["name"]
    leak = Page(Role.BUYER, "followup:tender", f"<td>{name}</td>", ())
    kept = seen.shown([page for page in pages if page.role is Role.BUYER], told)
    assert seen.shown([leak], told) == {"name": ["followup:tender"]}
    assert seen.line(told, kept | seen.shown([leak], told)) != seen.line(told, kept)


def test_only_a_list_of_choices_is_not_read_as_told() -> None:
    page = Page(Role.BUYER, "x", "<select><option>Annaune</option></select><td>Linaune</td>", ())
    assert seen.shown([page], {"first name": ("Annaune",)}) == {}
    assert seen.shown([page], {"first name": ("Linaune",)}) == {"first name": ["x"]}


def test_two_buyers_cannot_join_the_pseudonyms_of_one_person(world: World) -> None:
    own, other = world.own, world.other
    check = beneficiaries.validated_check(own.dossier, reference_date=date(2025, 9, 22))
    elsewhere = beneficiaries.placement(other.award, check, employer=other.contractor)
    assert elsewhere.person == own.placement.person
    first = read_by(world.cast.buyer, own)
    second = read_by(world.cast.other_buyer, other)
    assert spaced(own.placement.code) in first
    assert spaced(elsewhere.code) in second
    assert pseudonyms(first) & pseudonyms(second) == set()
    person = own.placement.person
    for code in (person.code, own.dossier.code):
        assert code not in first + second
        assert spaced(code) not in first + second


def read_by(buyer: Actor, side: Side) -> str:
    """Return everything that a buyer reads of its tender."""
    browser = ActingClient().acting(buyer)
    found = []
    for label in OF_A_BUYER:
        response = browser.get(address(label, side))
        assert response.status_code == 200
        content = b"".join(response) if response.streaming else response.content
        found.append(readable(content))
    return " ".join(found)


def pseudonyms(text: str) -> set[str]:
    """Return what looks like a code, blanks apart."""
    return {re.sub(r"\W", "", found) for found in PSEUDONYM.findall(text) if any(map(str.isdigit, found))}

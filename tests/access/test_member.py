"""What belonging to a buying group opens: the tender, its hours, its texts, to read; nothing to write, nobody told apart."""

from typing import Any

import pytest
from django.urls import reverse

from clauses.procurement.models import GroupedBuyer
from inclusiv.core.actors import Actor, Role
from inclusiv.core.codes import spaced
from inclusiv.demo.make import accounts
from tests.access.addresses import address, is_about_a_record, labels
from tests.access.pages import readable
from tests.access.walk import METHODS, ask
from tests.conftest import ActingClient
from tests.world import World

READ = {
    ("GET", "followup:pace"),
    ("GET", "followup:tender"),
    ("GET", "procurement:tender"),
    ("GET", "texts:download docx"),
    ("GET", "texts:download pdf"),
    ("GET", "texts:pieces"),
}


@pytest.fixture
def member(world: World) -> Actor:
    """Somebody who works for the member of the group of which the first buyer is the coordinator."""
    return accounts.member(
        world.own.member.organisation,
        Role.BUYER,
        first_name="Maud",
        last_name="Membre",
        email="maud@example.org",
    )


@pytest.fixture
def stranger(world: World, member: Actor) -> Actor:
    """Somebody who works for a buyer of no group."""
    buyer = accounts.organisation(name="Commune de Sorval", number=90, roles=(Role.BUYER,))
    return accounts.member(buyer, Role.BUYER, first_name="Serge", last_name="Sans", email="serge@example.org")


def test_belonging_to_a_group_opens_these_doors_and_no_other(
    world: World, member: Actor, stranger: Actor
) -> None:
    about = [label for label in labels() if is_about_a_record(label)]

    def doors(actor: Actor) -> dict[tuple[str, str], str]:
        browser = ActingClient(raise_request_exception=False).acting(actor).confirmed()
        return {
            (method, label): ask(browser, method, address(label, world.own))
            for label in about
            for method in METHODS
        }

    of_member, of_stranger = doors(member), doors(stranger)
    opened = {door for door, code in of_member.items() if code != of_stranger[door]}
    assert opened == READ
    assert {of_stranger[door] for door in READ} == {"404"}
    assert {of_member[door] for door in READ} == {"200", "302"}, (
        "« pace » alone goes to the page of the hours"
    )


def test_who_left_the_group_opens_none_of_them(world: World, member: Actor) -> None:
    GroupedBuyer.objects.filter(pk=world.own.member.pk).delete()
    browser = ActingClient().acting(member)
    for _, label in READ:
        assert browser.get(address(label, world.own)).status_code == 404, label


def test_a_member_reads_totals_and_tells_nobody_apart(world: World, member: Actor) -> None:
    own = world.own
    browser = ActingClient().acting(member)
    pages = [
        browser.get(address("procurement:tender", own)),
        browser.get(address("followup:tender", own)),
        browser.get(address("followup:pace", own), headers={"HX-Request": "true"}),
    ]
    told = " ".join(readable(page.content) for page in pages)
    assert "Où en sont les heures" in told
    for code in (own.placement.code, own.planned.code):
        assert code not in told
        assert spaced(code) not in told
    for name in ("Anna", "Lina", "Nour"):
        assert name not in told
    by_buyer = ActingClient().acting(world.cast.buyer).get(address("followup:tender", own))
    assert spaced(own.placement.code) in readable(by_buyer.content), (
        "the coordinator controls by the pseudonym"
    )


def test_a_member_is_offered_nothing_that_would_be_refused(world: World, member: Actor) -> None:
    browser = ActingClient().acting(member)
    for _, label in sorted(READ - {("GET", "followup:pace")}):
        if "download" in label:
            continue
        page: Any = browser.get(address(label, world.own))
        body = page.content.decode()
        for name in ("obligations:start", "placements:tender", "procurement:change", "texts:ccag"):
            key = world.own.tender.pk
            assert f'"{reverse(name, args=[key])}"' not in body, (label, name)


def test_the_lists_of_a_member_count_its_own_tenders_only(world: World, member: Actor) -> None:
    """« Mes marchés », its totals and the annual figures stay the coordinator’s."""
    browser = ActingClient().acting(member)
    body = browser.get(reverse("followup:my-tenders")).content.decode()
    assert world.own.tender.title not in body
    assert world.own.tender.title in browser.get(reverse("procurement:groups")).content.decode()

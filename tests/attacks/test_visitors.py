"""What a visitor, or whoever has no more than a link or a session that ended, leaves behind without end."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inclusiv.accounts.models import JoinRequest, User
from inclusiv.core.actors import Role
from inclusiv.core.listing import SIZES
from inclusiv.demo.make import accounts
from inclusiv.records.models import OutgoingEmail
from tests.access.addresses import address, labels
from tests.accounts.conftest import with_password
from tests.attacks.conftest import Attacker, public
from tests.conftest import Cast
from tests.world import NOW, World

PASSKEY = "mfa_login_webauthn"
BY_SCRIPT = {"accept": "application/json", "x-requested-with": "XMLHttpRequest"}
WAYS: dict[str, dict[str, str]] = {"page": {}, "script": BY_SCRIPT, "htmx": {"hx-request": "true"}}


@pytest.fixture
def user(cast: Cast) -> User:
    return with_password(cast.buyer)


def readings() -> Iterator[tuple[str, str]]:
    """Return every address as a page, and those that a visitor may open in every way that a browser asks for them."""
    opened = {PASSKEY} | public()
    assert opened >= {"account_login", "accounts:join", "records:link heures"}
    for line in labels():
        yield from ((line, way) for way in (WAYS if line in opened else ("page",)))


def test_to_fill_the_database_by_reading_what_is_open_to_anybody(world: World) -> None:
    """No page read by a visitor opens a session, but the way in by a passkey, whose question waits there."""
    opening = set()
    for line, way in readings():
        cache.clear()
        before = Session.objects.count()
        Client(raise_request_exception=False).get(address(line, world.own), headers=WAYS[way])
        if Session.objects.count() != before:
            opening.add((line, way))
    assert opening == {(PASSKEY, "script")}


def test_to_fill_the_database_by_sending_nothing(world: World) -> None:
    """What is sent leaves a session by one address only, which counts it: the sentence that refuses a passkey."""
    opening = set()
    for line in labels():
        before = Session.objects.count()
        Client(raise_request_exception=False).post(address(line, world.own), {"sent": "1"})
        if Session.objects.count() != before:
            opening.add(line)
    assert opening == {PASSKEY}
    for _ in range(30):
        Client().post(reverse(PASSKEY), {"sent": "1"})
    assert Session.objects.count() <= 10


def test_to_fill_the_database_by_reading_the_way_in_by_a_passkey(db: None) -> None:
    answers = [Client().get(reverse(PASSKEY), headers=BY_SCRIPT) for _ in range(30)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429] * 10
    assert Session.objects.count() == 20
    elsewhere = Client().get(reverse(PASSKEY), headers=BY_SCRIPT, REMOTE_ADDR="192.0.2.1")
    assert elsewhere.status_code == 200


def test_to_fill_the_database_by_opening_one_letter_of_a_forgotten_password(user: User) -> None:
    """Its link opens a session, where its key is out of the address."""
    Client().post(reverse("account_reset_password"), {"email": user.email})
    link = re.search(r"/compte/mot-de-passe/nouveau/\S+", OutgoingEmail.objects.get().text)
    assert link
    statuses = [Client().get(link[0]).status_code for _ in range(30)]
    assert statuses == [302] * 20 + [429] * 10
    assert Session.objects.count() == 20


def test_to_fill_the_database_by_naming_a_session_that_ended(user: User) -> None:
    """A browser remembers its author once; whoever keeps sending the old cookie opened a session at each page."""
    ended = SessionStore()
    ended[SESSION_KEY] = str(user.pk)
    ended.create()
    Session.objects.update(expire_date=timezone.now() - timedelta(hours=1))
    for _ in range(30):
        client = Client()
        client.cookies["sessionid"] = str(ended.session_key)
        assert client.get("/").status_code == 302
    assert Session.objects.count() == 1 + 20


def test_to_write_to_everybody_from_one_address_all_day_long(db: None) -> None:
    """Letters of forgotten passwords: 200 a day, whoever they are for."""
    with time_machine.travel("2025-03-10 08:00:00Z", tick=False) as clock:
        for rank in range(220):
            Client().post(reverse("account_reset_password"), {"email": f"{rank}@example.org"})
            clock.shift(4)
    assert OutgoingEmail.objects.count() == 200


def test_to_bury_the_page_of_accesses_under_requests_from_everywhere(world: World, browser: Attacker) -> None:
    """Fourteen thousand made 17 MB, for every facilitator and coordinator: a page shows the oldest, after the people."""
    JoinRequest.objects.bulk_create(
        JoinRequest(
            email=f"{rank}@example.org", name="X Y", told_siret=accounts.siret(701), told_name="Commune",
            role=Role.BUYER, asked_at=NOW,
        )
        for rank in range(3000)
    )  # fmt: skip
    for actor in (world.cast.facilitator, world.cast.coordinator):
        page = browser.acting(actor).get(reverse("accounts:team"))
        assert page.said.count("/refuser/") <= SIZES[0] + 1
        assert page.said.index("Personnes qui ont un accès") < page.said.index("@example.org")

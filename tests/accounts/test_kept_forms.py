"""A form sent after the session has ended: what was typed comes back to its author, to be read again; nothing is written."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django import forms
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clauses.procurement.models import Tender
from inclusiv.accounts.actions import joining
from inclusiv.accounts.actions.organisations import Told
from inclusiv.accounts.models import Invitation, JoinRequest, Membership, Territory
from inclusiv.accounts.signing import kept_forms, sessions
from inclusiv.core.actors import Role
from inclusiv.core.forms import RESUMED, LineField, SubmissionForm
from inclusiv.demo.make import accounts
from inclusiv.demo.personas import CHARACTERS
from tests.accounts.conftest import PASSWORD, sign_in, user_of, with_password
from tests.conftest import ActingClient, Cast
from tests.uploads import pdf

REGISTER = reverse("procurement:register")
RESUME = reverse("accounts:resume")
TITLE = "Rénovation de l’école « Jean-Moulin »,\r\nbâtiments A & B"


@pytest.fixture(autouse=True)
def place(cast: Cast) -> Territory:
    return accounts.territory(cast.structure, name="Nord", epci=("200059228",))


def typed(**more: str) -> dict[str, Any]:
    return {
        "submission": str(uuid4()), "reference": "2026-014", "title": TITLE, "nature": "WORKS", "form": "CONTRACT",
        "insertion_policy": "STANDARD",
        "place": "Évry-Courcouronnes (91228)", "estimated_amount": "2 660 000", **more,
    }  # fmt: skip


def age(client: Client, by: timedelta = timedelta(hours=13)) -> None:
    """Let the browser's session end by its age."""
    key = client.cookies["sessionid"].value
    assert Session.objects.filter(session_key=key).update(expire_date=timezone.now() - by) == 1


def expired(cast: Cast, browser: ActingClient) -> ActingClient:
    with_password(cast.buyer)
    age(browser.acting(cast.buyer))
    return browser


def fields_of(page: str) -> dict[str, str]:
    """Return the hidden fields of the page, but those of one sending."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def test_what_was_typed_comes_back_after_sign_in_and_is_sent_by_its_author(
    cast: Cast, browser: ActingClient
) -> None:
    expired(cast, browser)
    asked = browser.post(REGISTER, typed())
    assert asked.headers["Location"] == f"{reverse('account_login')}?next={RESUME}"
    assert "gardé un quart d’heure" in browser.get(asked.headers["Location"]).content.decode()
    assert not Tender.objects.exists()
    signed = browser.post(
        asked.headers["Location"], {"login": user_of(cast.buyer).email, "password": PASSWORD}
    )
    assert signed.headers["Location"] == RESUME
    page = browser.get(RESUME).content.decode()
    assert f'action="{REGISTER}"' in page
    back = fields_of(page)
    assert back["title"] == TITLE
    assert back["submission"] == RESUMED
    again = browser.post(REGISTER, back)
    body = again.content.decode()
    assert again.status_code == 422
    assert "Votre session s’était fermée et rien n’a été enregistré" in body
    assert "bâtiments A &amp; B" in body
    assert 'value="2026-014"' in body
    assert not Tender.objects.exists()
    (submission,) = re.findall(r'name="submission" value="([0-9a-f-]{36})"', body)
    browser.post(REGISTER, back | {"submission": submission})
    assert Tender.objects.get().reference == "2026-014"


def test_another_person_on_the_same_browser_reads_nothing_of_it(cast: Cast, browser: ActingClient) -> None:
    expired(cast, browser).post(REGISTER, typed())
    token = browser.session[kept_forms.PLACE_KEY]
    assert cache.get(kept_forms.place(token)) is not None
    with_password(cast.contractor)
    sign_in(browser, user_of(cast.contractor))
    assert browser.get(RESUME).headers["Location"] == "/"
    assert cache.get(kept_forms.place(token)) is None, "it is forgotten at once"
    assert kept_forms.PLACE_KEY not in browser.session


def test_the_same_person_on_another_browser_reads_nothing_of_it(cast: Cast, browser: ActingClient) -> None:
    expired(cast, browser).post(REGISTER, typed())
    elsewhere = Client()
    sign_in(elsewhere, user_of(cast.buyer))
    assert elsewhere.get(RESUME).headers["Location"] == "/"


def test_it_lies_encrypted_and_is_forgotten(
    cast: Cast, browser: ActingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    spans: list[float] = []
    kept: Any = cache.set

    def keep(key: str, value: bytes, timeout: float) -> None:
        if not key.startswith("allauth:rl:"):  # what counts attempts
            spans.append(timeout)
        kept(key, value, timeout)

    monkeypatch.setattr(cache, "set", keep)
    expired(cast, browser).post(REGISTER, typed())
    assert spans == [15 * 60]
    lying = cache.get(kept_forms.place(browser.session[kept_forms.PLACE_KEY]))
    assert b"Jean-Moulin" not in lying
    assert "Jean-Moulin" not in str(browser.session.items())
    sign_in(browser, user_of(cast.buyer))
    browser.post(reverse("accounts:abandon"))
    assert browser.get(RESUME).headers["Location"] == "/"


@pytest.mark.parametrize("way", ["never signed in", "signed out", "closed from elsewhere", "swept"])
def test_only_a_session_that_ended_by_its_age_keeps_anything(
    way: str, cast: Cast, browser: ActingClient
) -> None:
    if way != "never signed in":
        sign_in(browser, with_password(cast.buyer))
    match way:
        case "signed out":
            browser.post(reverse("account_logout"))
        case "closed from elsewhere":
            sessions.end_sessions(user_of(cast.buyer))
        case "swept":
            age(browser, by=timedelta(hours=25))
            sessions.sweep_sessions(at=timezone.now())
    answer = browser.post(REGISTER, typed())
    assert answer.headers["Location"] == f"{reverse('account_login')}?next={REGISTER}"
    assert kept_forms.PLACE_KEY not in browser.session


def test_a_session_that_ended_is_still_known_the_morning_after(cast: Cast, browser: ActingClient) -> None:
    expired(cast, browser)
    sessions.sweep_sessions(at=timezone.now())
    assert browser.post(REGISTER, typed()).headers["Location"].endswith(f"next={RESUME}")


def test_the_page_comes_back_under_the_hat_that_was_worn(cast: Cast, browser: ActingClient) -> None:
    """Claire buys for the commune and signs its charter: she typed as a buyer."""
    user = with_password(cast.signatory)
    as_buyer = accounts.member(
        cast.commune, Role.BUYER, first_name="Marc", last_name="Deux", email=user.email
    )
    age(browser.acting(as_buyer))
    browser.post(REGISTER, typed())
    sign_in(browser, user)
    page = browser.get(RESUME, follow=True).content.decode()
    assert fields_of(page)["title"] == TITLE
    assert browser.session["membership"] == as_buyer.membership_id


def test_a_hat_lost_in_the_meantime_brings_nothing_back(cast: Cast, browser: ActingClient) -> None:
    user = with_password(cast.signatory)
    as_buyer = accounts.member(
        cast.commune, Role.BUYER, first_name="Marc", last_name="Deux", email=user.email
    )
    age(browser.acting(as_buyer))
    browser.post(REGISTER, typed())
    user.memberships.filter(capacity__role=Role.BUYER).update(
        ends_on=timezone.now().date() - timedelta(days=2)
    )
    sign_in(browser, user)
    assert browser.get(RESUME).headers["Location"] == "/"
    assert kept_forms.PLACE_KEY not in browser.session


def test_a_form_with_a_file_comes_back_without_it_and_says_so(cast: Cast, browser: ActingClient) -> None:
    expired(cast, browser)
    asking = reverse("procurement:ask-advice")
    browser.post(
        asking,
        {"submission": str(uuid4()), "title": "Espaces verts", "piece_1": SimpleUploadedFile("p.pdf", pdf())},
    )
    sign_in(browser, user_of(cast.buyer))
    page = browser.get(RESUME).content.decode()
    assert "à joindre de nouveau" in page
    assert fields_of(page) == {"submission": RESUMED, "title": "Espaces verts"}


def test_what_another_site_sends_is_not_kept(cast: Cast) -> None:
    browser = ActingClient(enforce_csrf_checks=True)
    expired(cast, browser)
    assert browser.post(REGISTER, typed()).status_code == 403
    assert kept_forms.PLACE_KEY not in browser.session


def test_buttons_and_what_is_too_long_are_not_kept(cast: Cast, browser: ActingClient) -> None:
    expired(cast, browser)
    plain = browser.post(REGISTER, {"title": "Sans numéro d’envoi"})
    assert plain.headers["Location"].endswith(f"next={REGISTER}")
    long = browser.post(REGISTER, typed(title="x" * kept_forms.LONGEST))
    assert long.headers["Location"].endswith(f"next={REGISTER}")


def test_one_form_is_kept_for_each_person_however_many_are_sent(cast: Cast, browser: ActingClient) -> None:
    key = expired(cast, browser).cookies["sessionid"].value
    places = set()
    for _ in range(3):
        again = Client()
        again.cookies["sessionid"] = key
        again.post(REGISTER, typed())
        places.add(kept_forms.place(again.session[kept_forms.PLACE_KEY]))
        sign_in(again, user_of(cast.buyer))
        assert f'action="{REGISTER}"' in again.get(RESUME).content.decode(), "the last one"
    assert len(places) == 1


def test_a_button_that_somebody_else_left_on_the_computer_is_not_pressed_by_the_form_that_comes_back(
    cast: Cast, browser: ActingClient
) -> None:
    """Left in the session of a manager that has ended: « Accepter » of one's own request for an access."""
    joining.ask(
        email="eve@evil.example",
        name="Ève",
        told=Told(siret=cast.commune.siret or "", name=""),
        role=Role.BUYER,
        at=timezone.now(),
    )
    asked = JoinRequest.objects.get()
    user = with_password(cast.buyer)
    user.memberships.update(is_manager=True)
    age(browser.acting(cast.buyer))
    button = reverse("accounts:join-accept", args=[asked.pk])
    browser.post(button, {"submission": str(uuid4())})
    sign_in(browser, user)
    page = browser.get(RESUME).content.decode()
    assert f'action="{button}"' in page
    assert browser.post(button, fields_of(page)).headers["Location"] == "/"
    assert not Invitation.objects.exists()
    asked.refresh_from_db()
    assert asked.answered_at is None
    browser.post(button)
    assert Invitation.objects.get().email == "eve@evil.example", "it takes the manager's own press"


def test_a_form_that_asks_for_a_proof_comes_back_once_it_is_given(cast: Cast, browser: ActingClient) -> None:
    """« Retrouver ma saisie », pressed more than five minutes after the sign-in."""
    user = with_password(cast.buyer)
    user.memberships.update(is_manager=True)
    colleague = accounts.member(
        cast.commune, Role.BUYER, first_name="Carla", last_name="Deux", email="carla@commune.example"
    )
    button = reverse("accounts:manager", args=[colleague.membership_id])
    age(browser.acting(cast.buyer))
    browser.post(button, {"gere": "1", "submission": str(uuid4())})
    sign_in(browser, user)
    back = fields_of(browser.get(RESUME).content.decode())
    asked = browser.confirmed(ago=timedelta(minutes=6)).post(button, back)
    assert asked.headers["Location"] == f"{reverse('account_reauthenticate')}?next={quote(RESUME, safe='')}"
    proven = browser.post(asked.headers["Location"], {"password": PASSWORD})
    assert proven.headers["Location"] == RESUME
    assert browser.post(button, back).headers["Location"] == "/"
    manages = Membership.objects.get(pk=colleague.membership_id or 0)
    assert not manages.is_manager, "what comes back writes nothing"


def test_the_role_that_somebody_else_left_there_is_not_taken(cast: Cast, browser: ActingClient) -> None:
    """« Agir pour » is a button too, and what it changes lies in the session."""
    user = with_password(cast.buyer)
    signs = accounts.member(
        cast.commune, Role.SIGNATORY, first_name="Claire", last_name="Deux", email=user.email
    )
    sign_in(browser, user)
    browser.post(reverse("accounts:switch", args=[cast.buyer.membership_id]))
    switch = reverse("accounts:switch", args=[signs.membership_id])
    browser.get("/")
    assert browser.post(switch, {"submission": RESUMED}).headers["Location"] == "/"
    assert browser.session["membership"] == cast.buyer.membership_id
    browser.post(switch, {"submission": str(uuid4())})
    assert browser.session["membership"] == signs.membership_id, "it takes one's own press"


def test_a_part_of_a_page_that_is_read_as_one_types_says_that_the_session_ended(
    cast: Cast, browser: ActingClient
) -> None:
    expired(cast, browser)
    browser.get("/")
    assert browser.post(REGISTER, typed(), headers={"HX-Request": "true"}).status_code == 401
    assert kept_forms.PLACE_KEY not in browser.session
    assert browser.post(REGISTER, typed()).headers["Location"].endswith(f"next={RESUME}"), "then it is sent"


def test_a_persona_of_the_demonstration_finds_it_too(
    cast: Cast, browser: ActingClient, settings: Any
) -> None:
    settings.DEMO = True
    persona = next(one for one in CHARACTERS if one.role == Role.BUYER)
    user = user_of(cast.buyer)
    user.email = persona.email
    user.save()
    expired(cast, browser).post(REGISTER, typed())
    page = browser.get(f"{reverse('account_login')}?next={RESUME}").content.decode()
    assert page.count(f'name="next" value="{RESUME}"') >= 2, "the form and the buttons"
    sign = reverse("demo-sign-in")
    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        answer = Client().post(sign, {"persona": persona.slug, "next": elsewhere})
        assert answer.headers["Location"] == "/"
    answer = browser.post(sign, {"persona": persona.slug, "next": RESUME})
    assert answer.headers["Location"] == RESUME
    assert fields_of(browser.get(RESUME).content.decode())["title"] == TITLE


class Anything(SubmissionForm):
    """A form that everything fills."""

    word = LineField(max_length=20)


def test_a_form_that_comes_back_is_never_valid_and_gets_a_new_number() -> None:
    form = Anything({"submission": RESUMED, "word": "mot"})
    assert not form.is_valid()
    assert list(form.errors) == ["submission"]
    drawn = str(form["submission"])
    assert RESUMED not in drawn
    assert re.search(r'value="[0-9a-f-]{36}"', drawn)
    (number,) = re.findall(r'value="([0-9a-f-]{36})"', drawn)
    assert Anything({"submission": number, "word": "mot"}).is_valid()
    assert isinstance(form.fields["word"], forms.CharField)

"""Fragments: what htmx asks for passes by the door of its page, and a boosted or forged request opens nothing more."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from inclusiv.core.actors import Role
from inclusiv.demo.make import accounts
from tests.attacks.conftest import Attacker, addresses, public
from tests.world import World

FRAGMENT: dict[str, Any] = {
    "HTTP_HX_REQUEST": "true",
    "HTTP_HX_TARGET": "results",
    "HTTP_HX_CURRENT_URL": "https://evil.example/personnes/",
}


def test_to_read_a_fragment_without_signing_in(world: World) -> None:
    passed = {
        name: status
        for name, address in addresses(world.own).items()
        if (status := shown(Attacker().get(address, **FRAGMENT))) not in {302, 405}
    }
    assert set(passed) <= public(), passed


def shown(answer: Any) -> int:
    """Return the status of an answer; an empty one that has htmx open the sign-in page counts as sent there."""
    leads = answer.headers.get("HX-Redirect", "").partition("?")[0]
    return 302 if (leads, answer.content) == (reverse("account_login"), b"") else int(answer.status_code)


def test_a_list_read_after_the_session_ended_gives_way_to_the_sign_in_page_whole(db: None) -> None:
    page = "http://testserver/personnes/?etat=suivie"
    here = Attacker().get(reverse("people:list"), **FRAGMENT | {"HTTP_HX_CURRENT_URL": page})
    assert here.headers["HX-Redirect"] == f"{reverse('account_login')}?next=/personnes/%3Fetat%3Dsuivie"
    typing = FRAGMENT | {"HTTP_HX_CURRENT_URL": "http://testserver/lien/jeton/"}
    beside = Attacker().get("/verifier/siret/", {"siret_1": accounts.siret(701)}, **typing)
    assert (beside.status_code, beside.content) == (204, b"")
    elsewhere = Attacker().get(reverse("people:list"), **FRAGMENT)
    assert elsewhere.headers["HX-Redirect"] == f"{reverse('account_login')}?next={reverse('people:list')}"


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.CONTRACTOR])
def test_to_read_as_a_fragment_what_the_page_refuses(world: World, browser: Attacker, role: Role) -> None:
    browser.acting(world.actors()[role])
    opened = {}
    for name, address in addresses(world.other).items():
        page = browser.get(address).status_code
        fragment = browser.get(address, **FRAGMENT).status_code
        if page >= 400 and fragment != page:
            opened[name] = (page, fragment)
    assert opened == {}


def test_a_fragment_of_a_list_holds_the_rows_of_its_page_and_no_more(world: World, browser: Attacker) -> None:
    browser.acting(world.cast.facilitator)
    for name in ("people:list", "placements:requests", "hours:list"):
        page = browser.get(reverse(name)).said
        rows = browser.get(reverse(name), **FRAGMENT).said
        assert "<html" in page, name
        assert "<html" not in rows, name
        assert "Suivie2" not in rows, name


def test_to_be_sent_elsewhere_by_the_address_that_htmx_says_it_comes_from(
    world: World, browser: Attacker, settings: Any
) -> None:
    settings.SECOND_FACTOR_COMPULSORY = True
    Authenticator.objects.all().delete()
    answer = browser.acting(world.cast.facilitator).get(reverse("people:list"), **FRAGMENT)
    assert answer.headers["HX-Redirect"] == reverse("accounts:protect")


@pytest.mark.parametrize("page", ["//[", "http://[", "http://testserver]/", "http://a b/", ""])
def test_to_break_the_way_to_sign_in_by_the_page_that_htmx_says_it_comes_from(db: None, page: str) -> None:
    """What is no address is nowhere to come back to: the visitor signs in, and reads the list that was asked."""
    address = reverse("people:list")
    answer = Attacker().get(address, **FRAGMENT | {"HTTP_HX_CURRENT_URL": page})
    assert answer.headers["HX-Redirect"] == f"{reverse('account_login')}?next={address}"

"""Signing in as people do: the second factor the first time, a trusted device, a passkey, a lost telephone, no mouse."""

import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import CDPSession

from inclusiv.accounts.models import User
from inclusiv.core.actors import Role
from inclusiv.demo.make import accounts
from inclusiv.demo.personas import CHARACTERS
from tests.accounts.conftest import (
    PASSWORD,
    Application,
    recovery_codes,
    sign_in,
    with_application,
    with_password,
)
from tests.conftest import Cast
from tests.journeys.conftest import Doors, Visitor

pytestmark = pytest.mark.usefixtures("compulsory")


@pytest.fixture
def compulsory(settings: Any) -> None:
    settings.SECOND_FACTOR_COMPULSORY = True


@pytest.fixture
def doors(doors: Doors) -> Doors:
    """The same site under the name that a browser takes for safe: passkeys ask for it."""
    doors.site = doors.site.replace("127.0.0.1", "localhost")
    return doors


def type_password(visitor: Visitor, user: User) -> None:
    visitor.go(reverse("account_login"))
    visitor.fill(login=user.email, password=PASSWORD)
    visitor.press("Se connecter")


def fresh_code(application: Application) -> str:
    """Return a code that will still be shown in a few seconds."""
    left = 30 - time.time() % 30
    if left < 6:
        time.sleep(left + 0.5)
    return application.code()


def type_code(visitor: Visitor, code: str, button: str = "Se connecter") -> None:
    visitor.fill(code=code)
    visitor.press(button)


def sign_out(visitor: Visitor) -> None:
    visitor.go(reverse("account_logout"))
    visitor.page.get_by_role("main").get_by_role("button", name="Se déconnecter").click()
    visitor.page.wait_for_url("**/compte/connexion/**")
    visitor.check()


def virtual_authenticator(visitor: Visitor) -> CDPSession:
    """Plug into the browser an authenticator that recognises its owner, as a telephone's finger does."""
    session = visitor.page.context.new_cdp_session(visitor.page)
    session.send("WebAuthn.enable", {"enableUI": False})
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


@pytest.mark.parametrize("width", [390, 1320])
def test_the_first_time_a_facilitator_sets_an_application_up_then_trusts_her_device(
    doors: Doors, cast: Cast, width: int
) -> None:
    user = with_password(cast.facilitator)
    visitor = doors.visitor(width=width)
    type_password(visitor, user)
    assert visitor.sees("Protégez votre compte")
    visitor.go("/personnes/")
    assert visitor.sees("Protégez votre compte")
    visitor.press("Une application de codes", role="link")
    application = Application(visitor.page.locator(".totp-secret").inner_text())
    type_code(visitor, "000000", "Activer")
    assert visitor.sees("Ce code n’est pas le bon")
    type_code(visitor, fresh_code(application), "Activer")
    assert visitor.sees("Codes de secours")
    assert visitor.page.locator(".recovery-codes li").count() == 10
    visitor.press("C’est fait, continuer", role="link")
    assert visitor.sees("À faire")

    sign_out(visitor)
    type_password(visitor, user)
    type_code(visitor, fresh_code(application))
    assert visitor.sees("Cet appareil est-il à vous ?")
    visitor.press("Ne plus demander sur cet appareil pendant 30 jours")
    assert visitor.sees("À faire")

    sign_out(visitor)
    type_password(visitor, user)
    assert visitor.sees("À faire")

    visitor.go(reverse("accounts:account"))
    visitor.press("Redemander partout")
    assert visitor.sees("sera demandé à la prochaine connexion")
    sign_out(visitor)
    type_password(visitor, user)
    assert visitor.sees("Il manque le second facteur")


@pytest.mark.parametrize("width", [390, 1320])
def test_a_passkey_is_registered_then_opens_without_a_password(doors: Doors, cast: Cast, width: int) -> None:
    user = with_password(cast.coordinator)
    visitor = doors.visitor(width=width)
    authenticator = virtual_authenticator(visitor)
    elsewhere = Client()
    sign_in(elsewhere, user)
    type_password(visitor, user)
    visitor.press("Une clé d’accès", role="link")
    visitor.fill(name="Téléphone")
    visitor.page.get_by_role("button", name="Ajouter la clé").click()
    visitor.page.wait_for_url(f"**{reverse('mfa_view_recovery_codes')}")
    visitor.check()
    visitor.press("C’est fait, continuer", role="link")
    assert not visitor.sees("Protégez votre compte")
    assert elsewhere.get(reverse("accounts:account")).status_code == 302
    sign_out(visitor)

    visitor.page.get_by_role("button", name="Utiliser une clé d’accès").click()
    visitor.page.wait_for_url("**/tableau-de-bord/**")
    visitor.go(reverse("accounts:account"))
    assert visitor.sees("Téléphone")
    sign_out(visitor)

    type_password(visitor, user)
    visitor.page.get_by_role("button", name="Utiliser une clé d’accès").click()
    visitor.page.wait_for_url(f"**{reverse('mfa_trust')}")
    visitor.press("Non, demander à chaque fois")
    visitor.go(reverse("accounts:account"))
    visitor.press("Renommer", role="link")
    visitor.fill(name="Ordinateur")
    visitor.press("Enregistrer")
    visitor.press("Retirer", role="link")
    assert visitor.sees("Ordinateur")
    visitor.press("Retirer la clé")
    assert visitor.sees("Protégez votre compte") or visitor.sees("Mon compte")
    authenticator.detach()


def test_a_browser_without_its_key_says_so_and_leaves_the_other_ways(doors: Doors, cast: Cast) -> None:
    user = with_password(cast.coordinator)
    visitor = doors.visitor()
    virtual_authenticator(visitor)
    visitor.go(reverse("account_login"))
    visitor.page.get_by_role("button", name="Utiliser une clé d’accès").click()
    visitor.page.get_by_text("La clé d’accès n’a pas été donnée").wait_for()
    visitor.check()
    type_password(visitor, user)
    assert visitor.sees("Protégez votre compte")


def test_a_lost_telephone_is_replaced_by_a_recovery_code(doors: Doors, cast: Cast) -> None:
    user = with_password(cast.facilitator)
    with_application(user)
    visitor = doors.visitor(width=390)
    type_password(visitor, user)
    type_code(visitor, recovery_codes(user)[0])
    visitor.press("Non, demander à chaque fois")
    assert visitor.sees("À faire")
    visitor.go(reverse("accounts:account"))
    assert visitor.sees("9 codes restants")
    visitor.press("Retirer", role="link")
    visitor.page.get_by_role("main").get_by_role("button", name="Retirer").click()
    visitor.page.wait_for_url("**/mon-compte/")
    visitor.check()
    visitor.go("/")
    assert visitor.sees("Protégez votre compte")


def test_a_session_left_open_elsewhere_is_closed(doors: Doors, cast: Cast) -> None:
    user = with_password(cast.buyer)
    elsewhere, here = doors.visitor(), doors.visitor(width=390)
    type_password(elsewhere, user)
    type_password(here, user)
    here.go(reverse("accounts:sessions"))
    here.press("Fermer")
    assert here.sees("La session est fermée")
    elsewhere.go("/")
    assert elsewhere.sees("Mot de passe")
    type_password(elsewhere, user)
    here.go(reverse("accounts:sessions"))
    here.press("Déconnecter partout ailleurs")
    assert here.sees("1 session fermée")
    elsewhere.go("/")
    assert elsewhere.sees("Mot de passe")


def test_everything_is_done_with_the_keyboard(doors: Doors, cast: Cast) -> None:
    user = with_password(cast.facilitator)
    visitor = doors.visitor()
    keyboard = visitor.page.keyboard
    visitor.go(reverse("account_login"))
    visitor.page.locator("[name='login']").focus()
    keyboard.type(user.email)
    keyboard.press("Tab")
    while visitor.page.evaluate("document.activeElement.name") != "password":
        keyboard.press("Tab")
    keyboard.type(PASSWORD)
    keyboard.press("Enter")
    visitor.page.wait_for_url("**/mon-compte/proteger/")
    reach(visitor, "Une application de codes")
    keyboard.press("Enter")
    visitor.page.wait_for_url("**/application/activer/")
    application = Application(visitor.page.locator(".totp-secret").inner_text())
    while visitor.page.evaluate("document.activeElement.name") != "code":
        keyboard.press("Tab")
    keyboard.type(fresh_code(application))
    keyboard.press("Enter")
    visitor.page.wait_for_url("**/codes-de-secours/")
    visitor.check()
    reach(visitor, "C’est fait, continuer")
    keyboard.press("Enter")
    visitor.page.wait_for_url(f"{doors.site}/")
    assert visitor.sees("À faire")


def reach(visitor: Visitor, label: str) -> None:
    """Move the focus with the keyboard to what bears this label."""
    for _ in range(60):
        visitor.page.keyboard.press("Tab")
        if label in str(visitor.page.evaluate("document.activeElement.innerText")):
            return
    raise AssertionError(f"The keyboard does not reach {label}.")


def test_the_pages_work_without_scripts(doors: Doors, cast: Cast) -> None:
    user = with_password(cast.facilitator)
    application = with_application(user)
    visitor = doors.visitor(scripts=False)
    type_password(visitor, user)
    type_code(visitor, fresh_code(application))
    visitor.press("Non, demander à chaque fois")
    assert visitor.sees("À faire")
    visitor.go(reverse("mfa_add_webauthn"))
    assert visitor.sees("demandent un navigateur récent")


def test_an_act_that_counts_asks_who_one_is(doors: Doors, cast: Cast) -> None:
    user = with_password(cast.buyer)
    with_application(user)
    visitor = doors.acting(cast.buyer, width=390)
    visitor.go(reverse("mfa_generate_recovery_codes"))
    assert visitor.sees("Confirmez que c’est vous")
    visitor.press("Avec un code", role="link")
    type_code(visitor, recovery_codes(user)[0], "Continuer")
    assert visitor.sees("Faire de nouveaux codes de secours ?")
    visitor.press("Faire de nouveaux codes")
    assert visitor.sees("10 codes restants")


def test_the_button_of_a_persona_opens_at_once(doors: Doors, cast: Cast) -> None:
    persona = next(character for character in CHARACTERS if character.role == Role.FACILITATOR)
    accounts.member(
        cast.structure, Role.FACILITATOR, first_name="Nadia", last_name="Kaci", email=persona.email
    )
    visitor = doors.visitor()
    visitor.go(reverse("account_login"))
    visitor.page.get_by_role("button", name="Nadia Kaci").click()
    visitor.page.wait_for_url(f"{doors.site}/")
    visitor.check()
    assert visitor.sees("À faire")

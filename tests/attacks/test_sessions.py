"""Sessions and cookies: to be somebody else, to skip a step, to be believed about the site's own name.

Elsewhere: a new session at sign-in, twelve hours, a new password ends the others, sessions closed one by one
(tests/accounts/test_signing_in.py); a trust that is forged, of another account, or taken back, pages shut without a
second factor (tests/accounts/test_second_factor.py); an access that was closed (test_forms.py, here).
"""

import base64
import pickle
import re
from typing import Any
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.serializers import JSONSerializer
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils.module_loading import import_string

from inclusiv.accounts.signing import sessions
from inclusiv.records.actions import links
from inclusiv.records.models import OutgoingEmail, reference
from tests.accounts.conftest import (
    PASSWORD,
    Application,
    link_of,
    sign_in,
    with_application,
    with_password,
)
from tests.attacks.conftest import Attacker, addresses, public
from tests.conftest import ActingClient
from tests.world import NOW, World


class Bomb:
    """What a pickle would run."""

    exploded = False

    def __reduce__(self) -> tuple[Any, ...]:
        return setattr, (Bomb, "exploded", True)


def test_to_skip_the_second_factor_by_opening_a_page_between_the_two_steps(world: World) -> None:
    user = with_password(world.cast.facilitator)
    with_application(user)
    client = Client()
    assert sign_in(client, user).headers["Location"].startswith(reverse("mfa_authenticate"))
    opened = {
        name: status
        for name, address in addresses(world.own).items()
        for way in ("get", "post")
        if (status := getattr(client, way)(address).status_code) in {200, 422} and name not in public()
    }
    assert opened == {}
    for name in (
        "mfa_activate_totp",
        "mfa_generate_recovery_codes",
        "account_change_password",
        "mfa_add_webauthn",
    ):
        assert client.get(reverse(name)).status_code == 302, name
    assert client.post(reverse("mfa_trust"), {"action": "trust"}).status_code == 302
    assert "_auth_user_id" not in client.session


def test_to_add_one_s_own_factor_to_the_account_of_somebody_whose_password_is_known(world: World) -> None:
    """Known password, unknown telephone: the pages that change the protection stay shut."""
    user = with_password(world.cast.facilitator)
    with_application(user)
    client = Client()
    sign_in(client, user)
    before = Authenticator.objects.filter(user=user).count()
    client.post(reverse("mfa_activate_totp"), {"code": "123456"})
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=user).count() == before


def test_to_inherit_the_second_factor_that_the_owner_sets_up_later(world: World, settings: Any) -> None:
    """Known password, no factor yet: a session kept on « Protégez votre compte » ends when the owner has one."""
    settings.SECOND_FACTOR_COMPULSORY = True
    user = with_password(world.cast.facilitator)
    Authenticator.objects.filter(user=user).delete()
    thief, owner = Client(), Client()
    sign_in(thief, user)
    assert thief.get(reverse("people:list")).headers["Location"] == reverse("accounts:protect")
    sign_in(owner, user)
    secret = owner.get(reverse("mfa_activate_totp")).context["form"].secret
    owner.post(reverse("mfa_activate_totp"), {"code": Application(secret).code()})
    assert owner.get(reverse("people:list")).status_code == 200
    for name in ("people:list", "mfa_view_recovery_codes", "accounts:account"):
        answer = thief.get(reverse(name))
        assert answer.headers["Location"].startswith(reverse("account_login")), name
    assert sign_in(thief, user).headers["Location"] == reverse("mfa_authenticate")


def test_to_be_coming_in_by_the_password_alone_at_the_instant_when_sessions_end(world: World) -> None:
    """What was opened under the former seed opens nothing, listed or not."""
    user = with_password(world.cast.facilitator)
    Authenticator.objects.filter(user=user).delete()
    thief = Client()
    sign_in(thief, user)
    UserSession.objects.filter(user=user).delete()
    assert thief.get(reverse("accounts:account")).status_code == 200
    UserSession.objects.filter(user=user).delete()
    assert sessions.end_sessions(user) == 0
    assert thief.get(reverse("accounts:account")).headers["Location"].startswith(reverse("account_login"))


def test_a_new_password_by_mail_does_not_stand_in_for_the_second_factor(world: World) -> None:
    user = with_password(world.cast.facilitator)
    with_application(user)
    client = Client()
    client.post(reverse("account_reset_password"), {"email": user.email})
    link = link_of(OutgoingEmail.objects.get(recipient=user.email))
    action = client.get(link, follow=True).context["action_url"]
    new = PASSWORD + " mures"
    client.post(action, {"password1": new, "password2": new})
    assert "_auth_user_id" not in client.session
    assert sign_in(client, user, new).headers["Location"].startswith(reverse("mfa_authenticate"))


def test_to_run_code_by_a_cookie(world: World, browser: Attacker) -> None:
    """Sessions and messages are JSON: a pickle, signed or not, is never opened."""
    assert settings.SESSION_SERIALIZER == "django.contrib.sessions.serializers.JSONSerializer"
    evil = base64.b64encode(pickle.dumps(Bomb())).decode()
    browser.acting(world.cast.buyer)
    signed = signing.Signer(salt="django.contrib.messages").sign(evil)
    for value in (evil, signed, f"{evil}:{'a' * 43}"):
        for cookie in ("messages", "mfa_trusted", "sessionid"):
            visitor = ActingClient()
            visitor.cookies[cookie] = value
            assert visitor.get(reverse("account_login")).status_code == 200
    assert not Bomb.exploded
    store: SessionBase = import_string(f"{settings.SESSION_ENGINE}.SessionStore")()
    assert store.serializer is JSONSerializer


@pytest.mark.parametrize(
    "value", ["", "x", "'; DROP TABLE django_session; --", "a" * 5000, "../../etc/passwd", "\u00e9"]
)
def test_to_break_in_by_the_name_of_a_session(world: World, value: str) -> None:
    visitor = Client()
    visitor.cookies["sessionid"] = value
    assert visitor.get("/").status_code == 302


def test_to_act_for_the_membership_of_somebody_else(world: World, browser: Attacker) -> None:
    browser.acting(world.cast.contractor)
    answer = browser.post(reverse("accounts:switch", args=[world.cast.coordinator.membership_id]))
    assert answer.status_code == 404
    session = browser.session
    session["membership"] = world.cast.coordinator.membership_id
    session.save()
    assert browser.get(reverse("figures:dashboard")).status_code == 403
    assert browser.session["membership"] == world.cast.contractor.membership_id


def test_to_keep_what_a_visitor_planted_in_the_session_of_who_signs_in_after(world: World) -> None:
    """A session fixed before sign-in gives its planter neither the account nor a say in whom it acts for."""
    planter = Client()
    planter.get(reverse("account_login"))
    session = planter.session
    session["membership"] = world.cast.coordinator.membership_id
    session.save()
    victim = Client()
    victim.cookies["sessionid"] = session.session_key or ""
    planter.cookies["sessionid"] = session.session_key or ""
    user = with_password(world.cast.contractor)
    Authenticator.objects.filter(user=user).delete()
    sign_in(victim, user)
    assert victim.get(reverse("accounts:team")).status_code == 200
    assert planter.get(reverse("accounts:team")).status_code == 302
    assert victim.session["membership"] == world.cast.contractor.membership_id


HOSTS = ("evil.example", "testserver.evil.example", "testserver@evil.example", "evil.example#testserver", "")


@pytest.mark.parametrize("host", HOSTS)
def test_to_have_mails_lead_to_another_host(world: World, host: str) -> None:
    """A mail asked under a forged name is not written; the links of ours come from the settings alone."""
    user = with_password(world.cast.buyer)
    answer = Client().post(reverse("account_reset_password"), {"email": user.email}, HTTP_HOST=host)
    assert answer.status_code == 400
    assert not OutgoingEmail.objects.filter(recipient=user.email).exists()


@pytest.mark.parametrize(
    "header", ["HTTP_X_FORWARDED_HOST", "HTTP_X_HOST", "HTTP_FORWARDED", "HTTP_X_ORIGINAL_URL"]
)
def test_a_header_of_a_proxy_does_not_name_the_site(world: World, header: str) -> None:
    user = with_password(world.cast.buyer)
    forged: Any = {header: "evil.example"}
    Client().post(reverse("account_reset_password"), {"email": user.email}, **forged)
    letter = OutgoingEmail.objects.get(recipient=user.email)
    assert "evil.example" not in letter.text + letter.html
    assert f"{settings.PUBLIC_URL}/compte/mot-de-passe/nouveau/" in letter.text
    _, address = links.issue(
        purpose="contacts", subject=reference(world.own.contractor), recipient="x@y.example",
        organisation_id=world.own.contractor.pk, at=NOW,
    )  # fmt: skip
    assert address.startswith(f"{settings.PUBLIC_URL}/lien/")


def test_a_header_does_not_say_where_the_site_stands(world: World) -> None:
    """Every link of the page would lead there."""
    page = Client().get(reverse("account_login"), SCRIPT_NAME="/evil").content.decode()
    assert "evil" not in page
    assert f'action="{reverse("account_login")}"' in page


def test_what_a_signed_in_reader_receives_is_kept_by_no_cache(world: World, browser: Attacker) -> None:
    """Pages, fragments, exports, documents, redirections and refusals alike."""
    browser.acting(world.cast.facilitator)
    kept = {}
    for name, address in addresses(world.own).items():
        for query in ("", "export=csv", "export=xlsx"):
            answer = browser.get(f"{address}{'&' if '?' in address else '?'}{query}")
            if not {"no-store", "private"} <= set(answer.headers.get("Cache-Control", "").split(", ")):
                kept[f"{name} {query}"] = answer.headers.get("Cache-Control")
    assert kept == {}


def test_to_read_what_was_said_to_the_one_before_on_the_same_computer(
    world: World, browser: Attacker
) -> None:
    """« Amina Discrète est enregistré·e », answered to a form whose next page was never opened."""
    form = {"first_name": "Amina", "last_name": "Discrète", "birth_date": "1980-02-03", "sex": "X"}
    told = form | {"mobility": "UNKNOWN", "submission": str(uuid4())}
    answer = browser.acting(world.cast.facilitator).post(reverse("people:new"), told)
    assert answer.status_code == 302
    session = browser.cookies.pop(settings.SESSION_COOKIE_NAME)
    assert "Discrète" not in browser.get(reverse("account_login")).said
    browser.cookies[settings.SESSION_COOKIE_NAME] = session.value
    assert "Amina Discrète est enregistré·e." in browser.get(answer.headers["Location"]).said


def test_to_be_suggested_who_was_typed_before_on_the_same_computer(world: World, browser: Attacker) -> None:
    """A browser remembers the fields of text: not the name, the telephone nor the address of a person followed."""
    dossier, award = world.own.dossier.pk, world.own.award.pk
    pages = {
        reverse("people:new"): world.cast.facilitator,
        reverse("people:change", args=[dossier]): world.cast.facilitator,
        reverse("placements:name", args=[award]): world.cast.contractor,
    }
    told = re.compile(r'<input type="(?:text|tel|email)" name="(?:first_name|last_name|phone|email)"[^>]*>')
    for page, actor in pages.items():
        fields = told.findall(browser.acting(actor).get(page).said)
        assert len(fields) >= 3, page
        assert [field for field in fields if 'autocomplete="off"' not in field] == [], page

"""Proofs: what a password, a code or a place once held still opens when it should open nothing more.

Elsewhere: pages between the two steps (test_sessions.py), acts that ask for a proof again (test_powers.py), links of
somebody who has left (test_links.py, test_departures.py).
"""

from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from inclusiv.accounts.actions import rescue
from inclusiv.accounts.models import Membership, User
from inclusiv.core.actors import Actor, Role
from inclusiv.core.forms import RESUMED
from inclusiv.demo.make import accounts
from inclusiv.records.models import OutgoingEmail
from tests.accounts.conftest import (
    PASSWORD,
    link_of,
    membership_of,
    recovery_codes,
    sign_in,
    with_application,
    with_password,
)
from tests.accounts.test_second_factor import TRUST
from tests.attacks.conftest import Attacker
from tests.attacks.test_powers import EVE, PROOFS, invited
from tests.world import NOW, World


def protected(actor: Actor) -> User:
    """Return the account of somebody, with a password and an application of codes alone."""
    user = with_password(actor)
    Authenticator.objects.filter(user=user).delete()
    with_application(user)
    return user


@pytest.mark.parametrize("name", ["mfa_view_recovery_codes", "mfa_download_recovery_codes"])
def test_to_take_the_codes_that_replace_the_telephone_from_a_session_left_open(
    world: World, browser: Attacker, name: str
) -> None:
    codes = recovery_codes(protected(world.cast.buyer))
    browser.acting(world.cast.buyer).confirmed(ago=timedelta(minutes=6))
    answer = browser.get(reverse(name))
    assert answer.headers["Location"].partition("?")[0] in PROOFS
    browser.acting(world.cast.buyer).confirmed()
    assert all(code in browser.get(reverse(name)).said for code in codes)


def test_to_come_in_by_a_sign_in_that_waits_for_a_code_once_support_has_forgotten_the_factor(
    world: World,
) -> None:
    """Who knew the password begins again, with the password: nothing is left of the first step, nor of the old codes."""
    user = protected(world.cast.facilitator)
    code, *_ = recovery_codes(user)
    thief = Client()
    assert sign_in(thief, user).headers["Location"] == reverse("mfa_authenticate")
    assert rescue.forget_second_factor(user=user, at=NOW)
    answer = thief.post(reverse("mfa_authenticate"), {"code": code})
    assert answer.headers["Location"] == reverse("account_login")
    assert "_auth_user_id" not in thief.session


def test_to_come_in_or_to_be_trusted_by_a_form_that_comes_back(world: World) -> None:
    """What it does is undone: no step is kept, no code spent, no session opened, no device trusted."""
    user = protected(world.cast.facilitator)
    code, *_ = recovery_codes(user)
    thief = Client()
    thief.post(reverse("account_login"), {"login": user.email, "password": PASSWORD, "submission": RESUMED})
    answer = thief.post(reverse("mfa_authenticate"), {"code": code})
    assert answer.headers["Location"] == reverse("account_login")
    sign_in(thief, user)
    thief.post(reverse("mfa_authenticate"), {"code": code, "submission": RESUMED})
    assert ("_auth_user_id" in thief.session, code in recovery_codes(user)) == (False, True)
    answer = thief.post(reverse("mfa_authenticate"), {"code": code})
    assert answer.headers["Location"] == reverse("mfa_trust")
    thief.post(reverse("mfa_trust"), {"action": "trust", "submission": RESUMED})
    assert ("_auth_user_id" in thief.session, TRUST in thief.cookies) == (False, False)
    assert Client().post(reverse("mfa_trust"), {"action": "trust"}).headers["Location"].startswith("/")


@pytest.mark.parametrize("waits_for", ["the code", "the trust of the device"])
@pytest.mark.parametrize("owner_does", ["a new password", "the other sessions closed"])
def test_to_come_in_by_a_sign_in_that_began_before_the_owner_took_the_account_back(
    world: World, waits_for: str, owner_does: str
) -> None:
    """Password and codes were taken, and the sign-in waits at its last question: it begins again, and trusts nothing."""
    user = protected(world.cast.facilitator)
    mine, taken, other, *_ = recovery_codes(user)
    owner, thief = Client(), Client()
    sign_in(owner, user)
    owner.post(reverse("mfa_authenticate"), {"code": mine})
    owner.post(reverse("mfa_trust"), {"action": "dont_trust"})
    sign_in(thief, user)
    if waits_for == "the trust of the device":
        assert thief.post(reverse("mfa_authenticate"), {"code": taken}).headers["Location"] == reverse(
            "mfa_trust"
        )
    if owner_does == "a new password":
        new = PASSWORD + " mures"
        changed = {"oldpassword": PASSWORD, "password1": new, "password2": new}
        assert owner.post(reverse("account_change_password"), changed).status_code == 302
    else:
        owner.post(reverse("accounts:end-other-sessions"))
    assert owner.get(reverse("people:list")).status_code == 200
    page = reverse("mfa_authenticate" if waits_for == "the code" else "mfa_trust")
    answer = thief.post(page, {"code": other, "action": "trust"})
    assert answer.headers["Location"] == reverse("account_login")
    assert thief.post(page, {"code": other, "action": "trust"}).status_code == 302
    assert "_auth_user_id" not in thief.session
    assert TRUST not in thief.cookies
    assert other in recovery_codes(user)


@pytest.mark.parametrize("is_dismissed", [True, False])
def test_to_come_back_once_dismissed_by_an_invitation_to_another_role_of_the_organisation(
    world: World, browser: Attacker, is_dismissed: bool
) -> None:
    """It was sent before, and waits: it ends with the access of whom it invites, as with that of who sent it."""
    company = accounts.organisation(name="Double", number=44, roles=(Role.CONTRACTOR, Role.EMPLOYER))
    manager = accounts.member(
        company, Role.CONTRACTOR, first_name="M", last_name="B", email="m@x.example", is_manager=True
    )
    leaver = accounts.member(company, Role.CONTRACTOR, first_name="E", last_name="V", email=EVE)
    OutgoingEmail.objects.all().delete()
    browser.acting(manager).confirmed()
    assert invited(browser, None, Role.EMPLOYER).status_code == 302
    link = link_of(OutgoingEmail.objects.get(recipient=EVE))
    if is_dismissed:
        browser.post(reverse("accounts:close", args=[membership_of(leaver).pk]))
    account = Client()
    sign_in(account, with_password(leaver))
    account.post(link, {"submission": str(uuid4())})
    opened = Membership.objects.filter(user__email=EVE, revoked_at=None, capacity__role=Role.EMPLOYER)
    assert opened.exists() is not is_dismissed

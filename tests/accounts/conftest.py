"""People who sign in by the pages, somebody who manages accesses, and the links that mails hold."""

import time
from dataclasses import dataclass
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from django.urls import reverse

from inclusiv.accounts.models import Membership, User
from inclusiv.core.actors import Actor, Role
from inclusiv.demo.make import accounts
from inclusiv.records.models import OutgoingEmail
from tests.conftest import Cast

PASSWORD = "sept petits cochons roses mangent trois grandes pommes"


def user_of(actor: Actor) -> User:
    return User.objects.get(memberships=actor.membership_id)


def with_password(actor: Actor) -> User:
    user = user_of(actor)
    user.set_password(PASSWORD)
    user.save()
    return user


@dataclass(frozen=True)
class Application:
    """The application of codes on somebody's telephone."""

    secret: str

    def code(self, *, later: int = 0) -> str:
        """Return the code shown now, or `later` periods of 30 seconds on."""
        return str(format_hotp_value(hotp_value(self.secret, int(time.time()) // 30 + later)))


def with_application(user: User) -> Application:
    """Give the person an application of codes and recovery codes."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return Application(secret)


def recovery_codes(user: User) -> list[str]:
    held = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES)
    return list(held.wrap().get_unused_codes())


def sign_in(client: Client, user: User, password: str = PASSWORD, **extra: Any) -> Any:
    """Send the sign-in form and return the answer."""
    return client.post(reverse("account_login"), {"login": user.email, "password": password}, **extra)


@pytest.fixture
def compulsory(settings: Any) -> None:
    """Ask for the second factor, as everywhere but in the tests."""
    settings.SECOND_FACTOR_COMPULSORY = True


@pytest.fixture
def facilitator(cast: Cast) -> User:
    """A facilitator with a password."""
    return with_password(cast.facilitator)


@pytest.fixture
def buyer(cast: Cast) -> User:
    """A buyer with a password."""
    return with_password(cast.buyer)


def link_of(mail: OutgoingEmail) -> str:
    """Return the path of the link that a mail holds."""
    (address,) = [word for word in mail.text.split() if word.startswith("http")]
    return address.removeprefix("http://localhost:8000")


@pytest.fixture
def manager(cast: Cast) -> Actor:
    """Somebody who manages the accesses of the builder."""
    return accounts.member(
        cast.builder,
        Role.CONTRACTOR,
        first_name="Maud",
        last_name="Lenoir",
        email="maud@bati-sud.example",
        is_manager=True,
    )


def membership_of(actor: Actor) -> Membership:
    """Return the access that an actor is."""
    return Membership.objects.get(pk=actor.membership_id or 0)

"""What the tests of entering share: a manager, and the links that mails hold."""

import pytest

from inclusiv.accounts.models import Membership
from inclusiv.core.actors import Actor, Role
from inclusiv.demo.make import accounts
from inclusiv.records.models import OutgoingEmail
from tests.conftest import Cast


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

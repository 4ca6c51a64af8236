"""Telephone and recovery codes both lost: support helps, and nobody is fooled in silence."""

from datetime import datetime
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from inclusiv.accounts.models import Membership, User
from inclusiv.core.actors import Role
from inclusiv.core.periods import paris_day
from inclusiv.demo.make import accounts
from inclusiv.records.models import AuditEvent, OutgoingEmail, reference
from tests.accounts.conftest import sign_in, with_application
from tests.conftest import Cast


def test_support_forgets_the_factor_and_tells_everybody_whom_it_concerns(
    cast: Cast, facilitator: User, client: Client, compulsory: None
) -> None:
    application = with_application(facilitator)
    sign_in(client, facilitator)
    client.post(reverse("mfa_authenticate"), {"code": application.code()})
    client.post(reverse("mfa_trust"), {"action": "trust"})
    assert client.get("/").status_code == 200
    call_command("forget_second_factor", facilitator.email.upper(), stdout=StringIO())
    assert client.get("/").headers["Location"].startswith(reverse("account_login"))
    assert not Authenticator.objects.filter(user=facilitator).exists()
    letter = OutgoingEmail.objects.get(recipient=facilitator.email)
    assert "s’est fait passer pour vous" in letter.text
    event = AuditEvent.objects.get(code="access.factor_forgotten")
    assert (event.author, event.subjects) == ("Assistance", [reference(cast.structure)])
    sign_in(client, facilitator)
    assert client.get("/").headers["Location"] == reverse("accounts:protect")


def test_support_closes_the_accesses_of_an_only_manager_who_left(
    cast: Cast, buyer: User, client: Client, at: datetime
) -> None:
    member = Membership.objects.get(user=buyer)
    member.is_manager = True
    member.save()
    accounts.member(cast.commune, Role.BUYER, first_name="Ali", last_name="Reste", email="ali@example.org")
    sign_in(client, buyer)
    call_command("close_accesses", buyer.email.upper(), stdout=StringIO())
    assert client.get("/").headers["Location"].startswith(reverse("account_login"))
    assert not Membership.objects.live(on=paris_day(at)).filter(user=buyer).exists()
    event = AuditEvent.objects.get(code="access.closed")
    assert (event.author, event.subjects) == ("Assistance", [reference(cast.commune)])
    with pytest.raises(CommandError, match="nobody acts"):
        call_command("close_accesses", buyer.email)


@pytest.mark.parametrize("email", ["personne@example.org", "claire@example.org"])
def test_nothing_to_forget_is_an_error(buyer: User, email: str) -> None:
    with pytest.raises(CommandError):
        call_command("forget_second_factor", email)


def test_the_second_step_says_whom_to_call(facilitator: User, client: Client, settings: Any) -> None:
    settings.SUPPORT = "01 69 00 00 99"
    with_application(facilitator)
    page = sign_in(client, facilitator, follow=True)
    assert "Appelez l’assistance d’Inclusiv : 01 69 00 00 99." in page.content.decode()

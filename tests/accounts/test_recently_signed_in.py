"""A dangerous act asks again who one is, unless it was proved in the last five minutes."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inclusiv.accounts.models import User
from inclusiv.core.actors import Role
from inclusiv.demo.personas import CHARACTERS
from inclusiv.records.actions import jobs
from reporting.publication.actions import reports
from reporting.publication.choices import RunState
from reporting.publication.models import ReportRun
from tests.accounts.conftest import PASSWORD, sign_in, user_of, with_application, with_password
from tests.conftest import ActingClient, Cast
from tests.reporting.publication.conftest import make_charter, make_year

LATER = timedelta(minutes=6)


@pytest.fixture
def draft(cast: Cast, storage: Any, at: datetime) -> ReportRun:
    """A draft that waits to be published."""
    with_password(cast.coordinator)
    make_year(cast)
    run = reports.ask(charter=make_charter(), year=2025, by=cast.coordinator, at=at)
    jobs.run(job_id=run.job_id or 0, clock=lambda: at)
    run.refresh_from_db()
    assert run.state == RunState.READY
    return run


def publish(client: Client, run: ReportRun) -> Any:
    return client.post(reverse("publication:publish", args=[run.code]))


def test_publishing_waits_for_the_password_then_goes_on_by_itself(
    cast: Cast, browser: ActingClient, draft: ReportRun
) -> None:
    browser.acting(cast.coordinator)
    asked = publish(browser, draft)
    confirm = reverse("account_reauthenticate")
    assert asked.headers["Location"].startswith(confirm)
    drafting = draft.job_id
    draft.refresh_from_db()
    assert draft.job_id == drafting
    wrong = browser.post(asked.headers["Location"], {"password": "pas la bonne"})
    assert "Ce n’est pas votre mot de passe" in wrong.content.decode()
    done = browser.post(asked.headers["Location"], {"password": PASSWORD})
    assert done.headers["Location"].startswith("/traitements/")
    draft.refresh_from_db()
    assert draft.job_id != drafting


def test_somebody_who_has_just_signed_in_is_not_asked(cast: Cast, client: Client, draft: ReportRun) -> None:
    sign_in(client, user_of(cast.coordinator))
    assert publish(client, draft).headers["Location"].startswith("/traitements/")


def test_five_minutes_later_they_are(cast: Cast, client: Client, draft: ReportRun) -> None:
    now = timezone.now()
    with time_machine.travel(now):
        sign_in(client, user_of(cast.coordinator))
    with time_machine.travel(now + LATER):
        assert publish(client, draft).headers["Location"].startswith(reverse("account_reauthenticate"))


def test_the_proof_of_another_session_or_person_does_not_serve(
    cast: Cast, browser: ActingClient, draft: ReportRun
) -> None:
    browser.acting(cast.coordinator).confirmed(ago=LATER)
    assert publish(browser, draft).headers["Location"].startswith(reverse("account_reauthenticate"))
    browser.acting(cast.buyer).confirmed()
    browser.acting(cast.coordinator)
    assert publish(browser, draft).headers["Location"].startswith(reverse("account_reauthenticate"))


def test_the_role_is_asked_before_the_password(cast: Cast, browser: ActingClient, draft: ReportRun) -> None:
    with_password(cast.buyer)
    assert publish(browser.acting(cast.buyer), draft).status_code == 403


def test_a_code_confirms_as_well(cast: Cast, browser: ActingClient, draft: ReportRun) -> None:
    user = user_of(cast.coordinator)
    application = with_application(user)
    browser.acting(cast.coordinator)
    asked = publish(browser, draft)
    page = browser.get(asked.headers["Location"]).content.decode()
    assert "Avec un code" in page
    query = asked.headers["Location"].partition("?")[2]
    done = browser.post(f"{reverse('mfa_reauthenticate')}?{query}", {"code": application.code()})
    assert done.headers["Location"].startswith("/traitements/")


def test_a_persona_of_the_demonstration_is_not_asked(
    cast: Cast, client: Client, draft: ReportRun, settings: Any
) -> None:
    persona = next(character for character in CHARACTERS if character.role == Role.COORDINATION)
    User.objects.filter(memberships=cast.coordinator.membership_id).update(email=persona.email)
    client.post(reverse("demo-sign-in"), {"persona": persona.slug})
    settings.DEMO = False
    assert publish(client, draft).headers["Location"].startswith(reverse("account_reauthenticate"))
    settings.DEMO = True
    assert publish(client, draft).headers["Location"].startswith("/traitements/")


@pytest.mark.parametrize(
    "name",
    ["mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
     "mfa_download_recovery_codes"],
)  # fmt: skip
def test_what_protects_the_account_asks_too(cast: Cast, browser: ActingClient, name: str) -> None:
    user = with_password(cast.buyer)
    if "recovery" in name:
        with_application(user)
    browser.acting(cast.buyer)
    assert browser.get(reverse(name)).headers["Location"].startswith(reverse("account_reauthenticate"))
    assert browser.confirmed().get(reverse(name)).status_code == 200

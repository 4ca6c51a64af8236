"""A second factor is compulsory for who sees people's files: nothing else opens before (DOMAIN.md 9.5)."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone

from inclusiv.accounts.choices import SECOND_FACTOR_ROLES
from inclusiv.accounts.models import Membership, User
from inclusiv.accounts.signing import second_factor
from inclusiv.core.actors import Role
from inclusiv.demo.make import accounts
from inclusiv.demo.personas import CHARACTERS
from tests.accounts.conftest import (
    PASSWORD,
    Application,
    recovery_codes,
    sign_in,
    user_of,
    with_application,
    with_password,
)
from tests.conftest import ActingClient, Cast

PROTECT = "/mon-compte/proteger/"
TRUST = "mfa_trusted"


def test_the_roles_that_see_files_or_all_figures_must_have_one() -> None:
    assert {Role.FACILITATOR, Role.COORDINATION} == SECOND_FACTOR_ROLES


@pytest.mark.usefixtures("compulsory")
@pytest.mark.parametrize(
    "name", ["facilitator", "coordinator", "buyer", "contractor", "signatory", "prescriber"]
)
def test_who_is_sent_to_protect_their_account(cast: Cast, browser: ActingClient, name: str) -> None:
    answer = browser.acting(cast.everyone()[name]).get("/")
    sent = answer.headers.get("Location") == PROTECT
    assert sent == (name in {"facilitator", "coordinator"})


@pytest.mark.usefixtures("compulsory")
@pytest.mark.parametrize(
    "address", ["/", "/marches/", "/personnes/", "/releves/", "/bilans/", "/recherche/?q=a", "/galerie/"]
)
def test_no_page_opens_before(cast: Cast, browser: ActingClient, address: str) -> None:
    assert browser.acting(cast.facilitator).get(address).status_code in {302, 404}
    assert browser.get("/marches/").headers["Location"] == PROTECT


@pytest.mark.usefixtures("compulsory")
def test_a_form_does_not_pass_either_and_a_fragment_leaves_its_page(
    cast: Cast, browser: ActingClient
) -> None:
    browser.acting(cast.facilitator)
    membership = cast.facilitator.membership_id
    assert browser.post(reverse("accounts:switch", args=[membership])).headers["Location"] == PROTECT
    fragment = browser.get("/marches/", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment.headers["HX-Redirect"]) == (200, PROTECT)


@pytest.mark.usefixtures("compulsory")
@pytest.mark.parametrize(
    "name",
    ["accounts:account", "accounts:protect", "accounts:sessions", "mfa_activate_totp", "mfa_add_webauthn",
     "account_change_password", "account_logout"],
)  # fmt: skip
def test_one_s_own_account_stays_open(cast: Cast, browser: ActingClient, name: str) -> None:
    with_password(cast.facilitator)
    browser.acting(cast.facilitator).confirmed()
    assert browser.get(reverse(name)).status_code == 200
    assert browser.get("/healthz").status_code == 200


def test_only_pages_of_the_account_are_among_those_that_stay_open() -> None:
    named: dict[str, str] = {}
    for resolver in get_resolver().url_patterns:
        assert isinstance(resolver, URLResolver)
        for pattern in resolver.url_patterns:
            name = ":".join(filter(None, [resolver.namespace, getattr(pattern, "name", None)]))
            named[name] = getattr(pattern, "callback", reverse).__module__
    free = {name: module for name, module in named.items() if name.startswith(second_factor.OPEN_PREFIXES)}
    assert {module.partition(".")[0] for module in free.values()} == {"allauth", "django"}
    assert {named[name] for name in second_factor.OPEN_PAGES} == {"inclusiv.accounts.views.security"}


@pytest.mark.usefixtures("compulsory")
def test_another_hat_does_not_hide_the_role_that_demands_it(cast: Cast, browser: ActingClient) -> None:
    accounts.member(
        cast.structure, Role.FACILITATOR, first_name="Claire", last_name="-", email="claire@example.org"
    )
    assert browser.acting(cast.buyer).get("/").headers["Location"] == PROTECT


def test_a_membership_that_ended_demands_nothing(cast: Cast) -> None:
    user = user_of(cast.facilitator)
    today = timezone.localdate()
    assert second_factor.lacks_second_factor(user, on=today)
    Membership.objects.filter(user=user).update(ends_on=date(2020, 6, 1))
    assert not second_factor.lacks_second_factor(user, on=today)


@pytest.mark.usefixtures("compulsory")
def test_recovery_codes_alone_are_no_second_factor(facilitator: User) -> None:
    with_application(facilitator)
    Authenticator.objects.filter(user=facilitator, type=Authenticator.Type.TOTP).delete()
    assert second_factor.lacks_second_factor(facilitator, on=timezone.localdate())


@pytest.mark.usefixtures("compulsory")
def test_the_question_costs_one_query(cast: Cast, browser: ActingClient, settings: Any) -> None:
    with_application(user_of(cast.facilitator))
    browser.acting(cast.facilitator)
    address = reverse("accounts:organisation", args=[cast.builder.pk])
    counts = []
    for compulsory in (False, True):
        settings.SECOND_FACTOR_COMPULSORY = compulsory
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(address).status_code == 200
        counts.append(len(asked))
    assert counts[1] == counts[0] + 1


@pytest.mark.usefixtures("compulsory")
def test_the_first_sign_in_leads_to_an_application_then_to_the_codes_then_in(
    facilitator: User, client: Client
) -> None:
    assert sign_in(client, facilitator).headers["Location"] == "/"
    assert client.get("/").headers["Location"] == PROTECT
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    answer = client.post(reverse("mfa_activate_totp"), {"code": Application(secret).code()})
    assert answer.headers["Location"] == reverse("mfa_view_recovery_codes")
    shown = client.get(answer.headers["Location"]).content.decode()
    assert all(code in shown for code in recovery_codes(facilitator))
    assert client.get("/").status_code == 200


def test_secrets_lie_encrypted(facilitator: User) -> None:
    application = with_application(facilitator)
    stored = {held.type: str(held.data) for held in Authenticator.objects.filter(user=facilitator)}
    assert application.secret not in stored["totp"]
    assert "gAAAA" in stored["totp"]
    assert "gAAAA" in stored["recovery_codes"]


def test_a_wrong_code_does_not_enter_and_a_good_one_enters_once(facilitator: User, client: Client) -> None:
    application = with_application(facilitator)
    asked = sign_in(client, facilitator)
    assert asked.headers["Location"] == reverse("mfa_authenticate")
    assert client.get("/").headers["Location"].startswith(reverse("account_login"))
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "Ce code n’est pas le bon" in wrong.content.decode()
    with time_machine.travel(timezone.now(), tick=False):
        code = application.code()
        assert client.post(reverse("mfa_authenticate"), {"code": code}).headers["Location"] == reverse(
            "mfa_trust"
        )
        other = Client()
        sign_in(other, facilitator)
        assert "Ce code n’est pas le bon" in other.post(
            reverse("mfa_authenticate"), {"code": code}
        ).content.decode()  # fmt: skip


def test_a_recovery_code_enters_once(facilitator: User, client: Client) -> None:
    with_application(facilitator)
    code = recovery_codes(facilitator)[0]
    sign_in(client, facilitator)
    assert client.post(reverse("mfa_authenticate"), {"code": code}).headers["Location"] == reverse(
        "mfa_trust"
    )
    assert code not in recovery_codes(facilitator)
    other = Client()
    sign_in(other, facilitator)
    assert other.post(reverse("mfa_authenticate"), {"code": code}).status_code == 200


def enter(client: Client, user: User, code: str, *, trust: bool) -> None:
    sign_in(client, user)
    client.post(reverse("mfa_authenticate"), {"code": code})
    client.post(reverse("mfa_trust"), {"action": "trust" if trust else "skip"})
    assert client.get("/").status_code == 200
    client.post(reverse("account_logout"))


def is_asked(client: Client, user: User) -> bool:
    return bool(sign_in(client, user).headers["Location"] == reverse("mfa_authenticate"))


def test_a_trusted_device_is_asked_again_after_thirty_days(facilitator: User, client: Client) -> None:
    application = with_application(facilitator)
    now = timezone.now()
    with time_machine.travel(now):
        enter(client, facilitator, application.code(), trust=True)
    cookie = client.cookies[TRUST]
    assert (cookie["max-age"], bool(cookie["httponly"]), cookie["samesite"]) == (30 * 86400, True, "Lax")
    with time_machine.travel(now + timedelta(days=29, hours=23)):
        assert not is_asked(client, facilitator)
        client.post(reverse("account_logout"))
    with time_machine.travel(now + timedelta(days=30, hours=1)):
        assert is_asked(client, facilitator)


def test_a_device_that_is_not_trusted_is_asked_each_time(facilitator: User, client: Client) -> None:
    application = with_application(facilitator)
    enter(client, facilitator, application.code(), trust=False)
    assert is_asked(client, facilitator)


def test_the_trust_of_one_account_opens_no_other_and_cannot_be_forged(
    cast: Cast, facilitator: User, client: Client
) -> None:
    application = with_application(facilitator)
    other = with_password(cast.coordinator)
    with_application(other)
    enter(client, facilitator, application.code(), trust=True)
    assert is_asked(client, other)
    forged = Client()
    forged.cookies[TRUST] = client.cookies[TRUST].value[:-2] + "xx"
    assert is_asked(forged, facilitator)


@pytest.mark.parametrize("change", ["forget", "password", "codes"])
def test_trust_is_taken_back(facilitator: User, client: Client, change: str) -> None:
    application = with_application(facilitator)
    enter(client, facilitator, application.code(), trust=True)
    assert not is_asked(client, facilitator)
    if change == "forget":
        client.post(reverse("accounts:forget-devices"))
    elif change == "codes":
        client.post(reverse("mfa_generate_recovery_codes"))
    else:
        facilitator.set_password(PASSWORD)
        facilitator.save()
    client.post(reverse("account_logout"))
    assert is_asked(client, facilitator)
    code = recovery_codes(facilitator)[0]
    assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302


def test_forgetting_devices_keeps_the_application_working(facilitator: User, client: Client) -> None:
    application = with_application(facilitator)
    enter(client, facilitator, recovery_codes(facilitator)[0], trust=True)
    sign_in(client, facilitator)
    assert "n’est pas demandé jusqu’au" in client.get(reverse("accounts:account")).content.decode()
    client.post(reverse("accounts:forget-devices"))
    assert "est demandé à chaque connexion" in client.get(reverse("accounts:account")).content.decode()
    client.post(reverse("account_logout"))
    enter(client, facilitator, application.code(), trust=False)


@pytest.mark.usefixtures("compulsory")
def test_the_button_of_a_persona_opens_without_a_second_factor(cast: Cast, client: Client) -> None:
    persona = next(character for character in CHARACTERS if character.role == Role.FACILITATOR)
    accounts.member(
        cast.structure, Role.FACILITATOR, first_name="Nadia", last_name="Kaci", email=persona.email
    )
    client.post(reverse("demo-sign-in"), {"persona": persona.slug})
    assert client.get("/").status_code == 200


@pytest.mark.usefixtures("compulsory")
def test_the_mark_of_a_persona_counts_for_nothing_outside_the_demonstration(
    cast: Cast, client: Client, settings: Any
) -> None:
    persona = next(character for character in CHARACTERS if character.role == Role.FACILITATOR)
    accounts.member(
        cast.structure, Role.FACILITATOR, first_name="Nadia", last_name="Kaci", email=persona.email
    )
    client.post(reverse("demo-sign-in"), {"persona": persona.slug})
    settings.DEMO = False
    assert client.get("/").headers["Location"] == PROTECT


def answer(**response: object) -> str:
    """Return what a browser would send, with this response."""
    return json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": response})


NOT_A_KEY = [
    "",
    "{}",
    "[1]",
    '"x"',
    "0",
    "false",
    '{"id": 1}',
    '{"response": {"userHandle": "AAAA"}}',
    answer(),
    answer(
        clientDataJSON="e30", attestationObject="AA", authenticatorData="AA", signature="AA", userHandle="MQ"
    ),
    answer(clientDataJSON="é", attestationObject="oA", authenticatorData="AA", signature=3, userHandle=[]),
    pytest.param("[" * 50_000, id="lists without end"),
    pytest.param('{"a":' * 30_000, id="objects without end"),
]


@pytest.mark.parametrize("credential", NOT_A_KEY)
def test_what_is_not_a_passkey_is_not_registered(facilitator: User, client: Client, credential: str) -> None:
    sign_in(client, facilitator)
    client.get(reverse("mfa_add_webauthn"))
    form = {"credential": credential, "passwordless": "on", "name": "x"}
    assert client.post(reverse("mfa_add_webauthn"), form).status_code == 200
    assert not Authenticator.objects.filter(user=facilitator).exists()


@pytest.mark.parametrize("credential", NOT_A_KEY)
def test_what_is_not_a_passkey_does_not_enter(facilitator: User, client: Client, credential: str) -> None:
    options = client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"})
    assert options.json()["request_options"]["publicKey"]["userVerification"] == "required"
    answer = client.post(reverse("mfa_login_webauthn"), {"credential": credential})
    assert answer.headers["Location"] == reverse("account_login")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("credential", NOT_A_KEY)
def test_what_is_not_a_passkey_is_no_second_factor(
    facilitator: User, client: Client, credential: str
) -> None:
    with_application(facilitator)
    sign_in(client, facilitator)
    assert client.post(reverse("mfa_authenticate"), {"credential": credential}).status_code == 200
    assert "_auth_user_id" not in client.session

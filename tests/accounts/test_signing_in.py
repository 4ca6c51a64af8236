"""Signing in tells nothing, is throttled, and opens a session that ends when it must."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from inclusiv.accounts.models import Membership, User
from inclusiv.accounts.signing import sessions
from inclusiv.accounts.tasks import sweep_sessions
from inclusiv.records.choices import EmailState
from inclusiv.records.models import OutgoingEmail
from inclusiv.settings import base
from tests.accounts.conftest import PASSWORD, sign_in, with_application
from tests.conftest import ActingClient, Cast

UNKNOWN = "personne@example.org"
WRITES = ("INSERT", "UPDATE", "DELETE")


def without_tokens(html: bytes, address: str) -> str:
    """Return a page without what differs at each reading: its tokens, and the address that was typed."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html.decode()).replace(address, "…")


def test_a_known_and_an_unknown_address_get_the_same_answer_at_the_same_price(buyer: User) -> None:
    answers = []
    for address in (buyer.email, UNKNOWN):
        with CaptureQueriesContext(connection) as asked:
            answer = Client().post(reverse("account_login"), {"login": address, "password": "pas la bonne"})
        answers.append((answer.status_code, len(asked), without_tokens(answer.content, address)))
    assert answers[0] == answers[1]
    assert "ne sont pas les bons" in answers[0][2]


def test_an_unknown_address_costs_the_same_hashing(buyer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    usual = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return usual(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    prices = []
    for address in (buyer.email, UNKNOWN):
        hashed.clear()
        Client().post(reverse("account_login"), {"login": address, "password": "pas la bonne"})
        prices.append(len(hashed))
    assert prices == [1, 1]


def test_a_closed_account_is_told_apart_only_by_its_own_password(buyer: User) -> None:
    buyer.is_active = False
    buyer.save()
    wrong = sign_in(Client(), buyer, "pas la bonne")
    unknown = Client().post(reverse("account_login"), {"login": UNKNOWN, "password": "pas la bonne"})
    assert without_tokens(wrong.content, buyer.email) == without_tokens(unknown.content, UNKNOWN)
    assert sign_in(Client(), buyer).headers["Location"] == reverse("account_inactive")


def test_a_forgotten_password_is_answered_alike_with_one_letter_each(buyer: User) -> None:
    answers = []
    for address in (buyer.email, UNKNOWN):
        with CaptureQueriesContext(connection) as asked:
            answer = Client().post(reverse("account_reset_password"), {"email": address})
        answers.append((answer.status_code, answer.headers["Location"], len(asked)))
    assert answers == [(302, reverse("account_reset_password_done"), answers[0][2])] * 2
    known, unknown = OutgoingEmail.objects.filter(state=EmailState.QUEUED).order_by("pk")
    assert [known.recipient, unknown.recipient] == [buyer.email, UNKNOWN]
    assert "/mot-de-passe/nouveau/" in known.text
    assert "Aucun compte n’est ouvert à cette adresse" in unknown.text
    assert [letter.subject for letter in (known, unknown)] == [
        "Choisir un nouveau mot de passe",
        "Aucun compte à cette adresse",
    ]


def test_the_link_of_a_forgotten_password_bears_our_name_whatever_the_request_says(
    buyer: User, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    Client(headers={"host": "ailleurs.example"}).post(
        reverse("account_reset_password"), {"email": buyer.email}
    )
    (letter,) = OutgoingEmail.objects.all()
    assert f"{settings.PUBLIC_URL}/compte/mot-de-passe/nouveau/" in letter.text
    assert "ailleurs.example" not in letter.text + letter.html


def test_nobody_signs_up(db: None, client: Client) -> None:
    for answer in (
        client.get(reverse("account_signup")),
        client.post(reverse("account_signup"), {"email": UNKNOWN}),
    ):
        assert "Les accès s’ouvrent sur invitation" in answer.content.decode()
    assert not User.objects.filter(email=UNKNOWN).exists()


@pytest.mark.parametrize(
    "name",
    ["account_email", "account_confirm_login_code", "account_email_verification_sent", "usersessions_list"],
)
def test_the_pages_of_allauth_that_we_do_not_use_are_not_there(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_the_link_of_a_forgotten_password_serves_once_and_weighs_the_new_one(buyer: User) -> None:
    client = Client()
    client.post(reverse("account_reset_password"), {"email": buyer.email})
    (letter,) = OutgoingEmail.objects.all()
    link = re.search(r"/compte/mot-de-passe/nouveau/\S+", letter.text)
    assert link
    form = client.get(link[0], follow=True)
    action = form.context["action_url"]
    weak = client.post(action, {"password1": "Soleil1", "password2": "Soleil1"})
    assert "il en faut 80" in weak.content.decode()
    assert OutgoingEmail.objects.count() == 1
    done = client.post(action, {"password1": PASSWORD + " mures", "password2": PASSWORD + " mures"})
    assert done.headers["Location"] == reverse("account_reset_password_from_key_done")
    assert sign_in(client, buyer, PASSWORD + " mures").status_code == 302
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    assert "n’est plus valable" in Client().get(link[0], follow=True).content.decode()


def test_five_wrong_passwords_shut_the_account_for_five_minutes_wherever_they_come_from(buyer: User) -> None:
    now = timezone.now()
    with time_machine.travel(now):
        for rank in range(5):
            sign_in(Client(), buyer, "pas la bonne", REMOTE_ADDR=f"192.0.2.{rank}")
        refused = sign_in(Client(), buyer, REMOTE_ADDR="192.0.2.99")
        assert "Trop d’essais" in refused.content.decode()
    with time_machine.travel(now + timedelta(minutes=5, seconds=1)):
        assert sign_in(Client(), buyer, REMOTE_ADDR="192.0.2.99").status_code == 302


def test_five_wrong_codes_shut_the_second_factor_too(facilitator: User, client: Client) -> None:
    with_application(facilitator)
    sign_in(client, facilitator)
    page = reverse("mfa_authenticate")
    answers = [client.post(page, {"code": "000000"}).content.decode() for _ in range(6)]
    assert "Trop d’essais" in answers[5]
    assert "Trop d’essais" not in answers[4]


@pytest.mark.django_db
def test_a_thousand_sign_ins_a_minute_are_throttled_by_the_real_cache(settings: Any) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": settings.REDIS_URL,
            "KEY_PREFIX": uuid.uuid4().hex,
        }
    }
    client = Client()
    statuses = []
    answer: Any = None
    for rank in range(1000):
        answer = client.post(reverse("account_login"), {"login": f"{rank}@example.org", "password": "x"})
        statuses.append(answer.status_code)
    assert statuses.count(429) >= 970
    assert statuses[:30].count(429) == 0
    assert answer.headers["Retry-After"] == "60"
    assert "Trop d’essais en peu de temps" in answer.content.decode()
    assert cache.get("nothing") is None
    elsewhere = client.post(
        reverse("account_login"), {"login": UNKNOWN, "password": "x"}, REMOTE_ADDR="192.0.2.7"
    )
    assert elsewhere.status_code == 200


def test_reading_the_page_of_sign_in_is_not_throttled(db: None, client: Client) -> None:
    assert {client.get(reverse("account_login")).status_code for _ in range(60)} == {200}


@pytest.mark.parametrize(
    ("proxies", "throttled"),
    [(0, True), (1, False)],
    ids=["nobody before us: the header is not believed", "one proxy: the last address is the client's"],
)
def test_the_address_of_the_client_is_read_as_many_proxies_away_as_told(
    db: None, client: Client, settings: Any, proxies: int, throttled: bool
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    form = {"login": UNKNOWN, "password": "x"}
    answers = [
        client.post(
            reverse("account_login"), form, HTTP_X_FORWARDED_FOR=f"203.0.113.9, 192.0.2.{rank}"
        ).status_code
        for rank in range(40)
    ]
    assert (429 in answers) == throttled


def test_a_forged_address_before_the_proxy_s_own_is_not_believed(
    db: None, client: Client, settings: Any
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    form = {"login": UNKNOWN, "password": "x"}
    answers = [
        client.post(
            reverse("account_login"), form, HTTP_X_FORWARDED_FOR=f"198.51.100.{rank}, 192.0.2.1"
        ).status_code
        for rank in range(40)
    ]
    assert answers.count(429) == 10


def test_every_limit_that_answers_429_is_by_the_minute_and_perhaps_by_the_day(settings: Any) -> None:
    """The page says to wait a minute, then until tomorrow."""
    silent = {"login_failed", "forgotten", "ended"}
    limits = {name: rates for name, rates in base.ACCOUNT_RATE_LIMITS.items() if name not in silent}
    limits |= settings.MFA_RATE_LIMITS
    for name, rates in limits.items():
        spans = [part.split("/")[1] for part in (rates or "").split(",")]
        assert spans[0] == "m", name
        assert set(spans) <= {"m", "d"}, name


def test_the_session_changes_its_name_at_sign_in(buyer: User, client: Client) -> None:
    client.get(reverse("account_login"))
    session = client.session
    session["planted"] = "x"
    session.save()
    client.cookies["sessionid"] = session.session_key or ""
    before = session.session_key
    sign_in(client, buyer)
    assert client.session.session_key != before
    assert not Session.objects.filter(pk=before).exists()
    cookie = client.cookies["sessionid"]
    assert (bool(cookie["httponly"]), cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")


def test_a_session_lives_twelve_hours_after_its_last_page(buyer: User, client: Client) -> None:
    now = timezone.now()
    with time_machine.travel(now):
        sign_in(client, buyer)
    for hours in (11, 22, 33):
        with time_machine.travel(now + timedelta(hours=hours)):
            assert client.get("/mon-compte/").status_code == 200
    with time_machine.travel(now + timedelta(hours=33 + 12, minutes=1)):
        assert client.get("/").headers["Location"].startswith(reverse("account_login"))


def test_a_session_ends_seven_days_after_it_was_opened_however_much_it_is_used(
    buyer: User, client: Client
) -> None:
    now = timezone.now()
    with time_machine.travel(now):
        sign_in(client, buyer, follow=True)
    for hours in range(8, 7 * 24, 8):
        with time_machine.travel(now + timedelta(hours=hours)):
            assert client.get("/mon-compte/").status_code == 200
    with time_machine.travel(now + timedelta(days=7, minutes=1)):
        assert client.get("/mon-compte/").headers["Location"].startswith(reverse("account_login"))


def test_a_page_costs_no_write_when_the_session_was_seen_lately(buyer: User, client: Client) -> None:
    sign_in(client, buyer)
    address = reverse("accounts:protect")
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    assert [query["sql"] for query in asked if query["sql"].startswith(WRITES)] == []


def test_closing_an_account_ends_its_sessions_at_once(buyer: User, client: Client) -> None:
    sign_in(client, buyer)
    assert client.get("/mon-compte/").status_code == 200
    User.objects.filter(pk=buyer.pk).update(is_active=False)
    assert client.get("/").headers["Location"].startswith(reverse("account_login"))
    assert client.post(reverse("accounts:end-other-sessions")).status_code == 302
    assert sessions.end_sessions(buyer) == 1
    User.objects.filter(pk=buyer.pk).update(is_active=True)
    assert client.get("/").headers["Location"].startswith(reverse("account_login"))


def test_a_membership_that_ended_opens_nothing(buyer: User, client: Client) -> None:
    sign_in(client, buyer)
    Membership.objects.filter(user=buyer).update(ends_on=timezone.localdate() - timedelta(days=1))
    assert client.get("/marches/").status_code == 403


def test_a_new_password_closes_the_other_sessions_and_tells_the_person(buyer: User, client: Client) -> None:
    other = Client()
    sign_in(other, buyer)
    sign_in(client, buyer)
    changed = client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": PASSWORD + " mures", "password2": PASSWORD + " mures"},
    )
    assert changed.headers["Location"] == reverse("accounts:account")
    assert client.get("/mon-compte/").status_code == 200
    assert other.get("/").headers["Location"].startswith(reverse("account_login"))
    (letter,) = OutgoingEmail.objects.all()
    assert letter.subject == "Votre mot de passe a changé"
    assert "depuis l’adresse 127.0.0.1" in letter.text


def test_sessions_are_listed_and_closed_one_by_one(buyer: User, client: Client) -> None:
    other = Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/132.0")
    sign_in(other, buyer)
    sign_in(client, buyer)
    page = client.get(reverse("accounts:sessions"))
    assert [(row.device, row.is_current) for row in page.context["sessions"]] == [
        ("Navigateur inconnu", True),
        ("Firefox sur Windows", False),
    ]
    row = page.context["sessions"][1]
    client.post(reverse("accounts:end-session", args=[row.pk]))
    assert other.get("/").headers["Location"].startswith(reverse("account_login"))
    assert client.get("/mon-compte/").status_code == 200


def test_everywhere_else_is_closed_at_once(buyer: User, client: Client) -> None:
    others = [Client(), Client()]
    for each in (*others, client):
        sign_in(each, buyer)
    client.post(reverse("accounts:end-other-sessions"))
    page = client.get(reverse("accounts:sessions"))
    assert "2\xa0sessions fermées" in page.content.decode()
    assert len(page.context["sessions"]) == 1
    assert all(each.get("/").status_code == 302 for each in others)


def test_nobody_closes_the_session_of_another(buyer: User, facilitator: User, client: Client) -> None:
    theirs = Client()
    sign_in(theirs, facilitator)
    sign_in(client, buyer)
    row = UserSession.objects.get(user=facilitator)
    assert client.post(reverse("accounts:end-session", args=[row.pk])).status_code == 404
    assert theirs.get("/mon-compte/").status_code == 200


@pytest.mark.parametrize("name", ["accounts:end-other-sessions", "accounts:forget-devices"])
def test_what_closes_is_not_a_link(cast: Cast, browser: ActingClient, name: str) -> None:
    assert browser.acting(cast.buyer).get(reverse(name)).status_code == 405


def test_ended_sessions_leave_with_the_addresses_of_those_who_opened_them(
    buyer: User, client: Client
) -> None:
    sign_in(client, buyer)
    kept = Client()
    sign_in(kept, buyer)
    Session.objects.filter(pk=client.session.session_key).update(
        expire_date=timezone.now() - timedelta(hours=25)
    )
    sweep_sessions()
    assert Session.objects.count() == 1
    assert [row.session_key for row in UserSession.objects.all()] == [kept.session.session_key]


def test_the_place_that_was_asked_for_opens_after_sign_in_and_never_another_site(buyer: User) -> None:
    page = reverse("account_login")
    form = {"login": buyer.email, "password": PASSWORD}
    assert Client().post(f"{page}?next=/bilans/", form).headers["Location"] == "/bilans/"
    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil.example"):
        assert Client().post(page, form | {"next": elsewhere}).headers["Location"] == "/"

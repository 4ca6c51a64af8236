"""Forms: to act without a form, twice, by a link, under another role, or on more than the form shows.

Elsewhere: a form of another tab after a switch of role (tests/accounts/test_team.py), the one-time number of each form
(tests/core/test_forms.py), the version of a record that somebody else changed (each sub-app's test_views.py).
"""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django import forms
from django.test import Client
from django.urls import reverse

from beneficiaries.people.models import Person
from clauses.procurement.choices import TenderStatus
from clauses.procurement.models import Tender
from inclusiv.accounts.actions import memberships
from inclusiv.accounts.models import Contact, Membership, Organisation, User
from inclusiv.core.actors import Role
from inclusiv.core.forms import RESUMED
from inclusiv.demo.make import accounts
from inclusiv.records.models import AuditEvent
from tests.accounts.conftest import PASSWORD
from tests.attacks.conftest import Attacker, Watched, addresses, sendable
from tests.attacks.test_object_references import state
from tests.conftest import ActingClient
from tests.world import NOW, World

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
OVERRIDES: dict[str, Any] = {
    "HTTP_X_HTTP_METHOD_OVERRIDE": "POST",
    "HTTP_X_HTTP_METHOD": "POST",
    "HTTP_X_METHOD_OVERRIDE": "POST",
}


@pytest.mark.parametrize("role", list(Role))
def test_to_change_something_by_a_link_that_somebody_is_made_to_open(
    world: World, browser: Attacker, role: Role
) -> None:
    browser.acting(world.actors()[role])
    guilty = {}
    for name, address in addresses(world.own_of(role)).items():
        with Watched() as watched:
            browser.get(address, {"_method": "POST"} if "?" not in address else None, **OVERRIDES)
        if watched.writes:
            guilty[name] = watched.writes
    assert guilty == {}


def test_the_watch_sees_a_page_that_writes(world: World, browser: Attacker) -> None:
    browser.acting(world.cast.facilitator).confirmed()
    with Watched() as watched:
        browser.post(reverse("accounts:manager", args=[world.cast.facilitator.membership_id]), {"gere": "1"})
        Membership.objects.filter(pk=world.cast.facilitator.membership_id or 0).update(is_manager=True)
    assert watched.writes != []


def test_to_act_with_the_cookies_of_somebody_who_visits_another_site(world: World) -> None:
    """Every address refuses an unsafe request without its token, whoever is signed in."""
    visitor = ActingClient(enforce_csrf_checks=True)
    visitor.acting(world.cast.facilitator)
    passed = {}
    for name, address in addresses(world.own).items():
        for way in UNSAFE:
            with Watched() as watched:
                status = visitor.generic(way, address, HTTP_ORIGIN="https://evil.example").status_code
            if status not in {403, 405} or watched.writes:
                passed[f"{way} {name}"] = (status, watched.writes)
    assert passed == {}


def test_to_sign_somebody_in_to_another_account_without_their_token(world: World) -> None:
    for name in ("account_login", "demo-sign-in", "account_logout", "mfa_authenticate", "mfa_login_webauthn"):
        assert (
            Client(enforce_csrf_checks=True).post(reverse(name), {"persona": "nadia"}).status_code == 403
        ), name


def test_to_use_a_method_that_nobody_wrote(world: World, browser: Attacker) -> None:
    browser.acting(world.cast.facilitator)
    passed = {}
    for name, address in addresses(world.own).items():
        for way in ("PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
            status = browser.generic(way, address).status_code
            if status not in {403, 405}:
                passed[f"{way} {name}"] = status
    assert passed == {}


REGISTERED = {
    "reference": "2026-X1",
    "title": "Réfection de la cour",
    "form": "CONTRACT",
    "insertion_policy": "STANDARD",
    "nature": "WORKS",
}


def tender_form(world: World, browser: Attacker) -> dict[str, str]:
    """Return the form of a new tender as the page draws it, its own choices and what must be typed filled in."""
    page = browser.get(reverse("procurement:register"))
    form = page.context["form"]
    filled = {name: form[name].value() for name in form.fields}
    return {name: str(value) for name, value in filled.items() if value is not None} | REGISTERED


def test_to_set_what_the_form_does_not_show(world: World, browser: Attacker) -> None:
    """Fields that no form holds, slipped into one that is right: the record is made without them."""
    browser.acting(world.cast.buyer)
    slipped = {
        "buyer": str(world.other.buyer.pk),
        "buyer_id": str(world.other.buyer.pk),
        "structure": str(world.other.structure.pk),
        "structure_id": str(world.other.structure.pk),
        "status": "NOTIFIED",
        "department": "77",
        "id": str(world.other.tender.pk),
        "pk": str(world.other.tender.pk),
        "version": "99",
        "facilitator": str(world.cast.other_facilitator.user_id),
    }
    before = Tender.objects.get(pk=world.other.tender.pk)
    known = set(Tender.objects.values_list("pk", flat=True))
    answer = browser.post(reverse("procurement:register"), tender_form(world, browser) | slipped)
    assert answer.status_code == 302, getattr(answer.context["form"], "errors", "")
    made = Tender.objects.exclude(pk__in=known).get()
    assert (made.buyer, made.status, made.facilitator) == (world.own.buyer, "PLANNED", None)
    after = Tender.objects.get(pk=world.other.tender.pk)
    assert (after.buyer, after.title, after.version) == (before.buyer, before.title, before.version)


def test_to_become_a_manager_by_a_field_of_the_profile(world: World, browser: Attacker) -> None:
    browser.acting(world.cast.contractor).confirmed()
    own = world.cast.contractor.membership_id or 0
    Membership.objects.filter(pk=own).update(is_manager=False)
    browser.post(reverse("accounts:manager", args=[own]), {"gere": "1"})
    browser.post(reverse("accounts:switch", args=[own]), {"is_manager": "1", "role": "COORDINATION"})
    membership = Membership.objects.get(pk=own)
    assert (membership.is_manager, membership.capacity.role) == (False, Role.CONTRACTOR)


def test_to_register_the_same_person_twice_by_sending_the_form_again(world: World, browser: Attacker) -> None:
    browser.acting(world.cast.facilitator)
    form = {
        "submission": str(uuid4()),
        "first_name": "Zora",
        "last_name": "Double",
        "birth_date": "1990-05-02",
        "sex": "F",
        "mobility": "UNKNOWN",
    }
    known = Person.objects.count()
    statuses = [browser.post(reverse("people:new"), form).status_code for _ in range(2)]
    assert Person.objects.count() == known + 1
    assert statuses[0] == 302


def test_to_act_in_a_role_that_was_just_lost_or_in_the_next_one_unawares(world: World) -> None:
    """Two hats, one taken away: what was drawn for it acts for nobody, then its token opens nothing."""
    visitor = ActingClient(enforce_csrf_checks=True)
    visitor.acting(world.cast.contractor)
    other_hat = accounts.member(
        world.cast.commune, Role.BUYER, first_name="Roland", last_name="x", email="roland@example.org"
    )
    assert other_hat.user_id == world.cast.contractor.user_id
    token = str(visitor.get(reverse("accounts:team")).context["csrf_token"])
    form = tender_form_of(other_hat.organisation) | {"csrfmiddlewaretoken": token}
    Membership.objects.filter(pk=world.cast.contractor.membership_id or 0).update(revoked_at=NOW)
    with Watched() as watched:
        assert visitor.post(reverse("procurement:register"), form).status_code == 403
    assert watched.writes == []
    assert visitor.get(reverse("followup:my-tenders")).status_code == 200
    assert visitor.session["membership"] == other_hat.membership_id
    late = visitor.post(reverse("procurement:register"), form)
    assert late.status_code == 403
    assert "l’autre rôle" in late.text


def tender_form_of(_organisation: str) -> dict[str, str]:
    return {"submission": str(uuid4())} | REGISTERED


def test_to_go_on_with_a_session_opened_before_the_access_was_closed(world: World) -> None:
    """Closing an access ends the sessions of the person, whatever other access they hold."""
    manager = accounts.member(
        world.cast.builder,
        Role.CONTRACTOR,
        first_name="Maud",
        last_name="Lenoir",
        email="maud@bati-sud.example",
        is_manager=True,
    )
    leaver = ActingClient()
    leaver.acting(world.cast.contractor)
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        session = leaver.session
        session["seen_at"] = 0
        session.save()
        assert leaver.get(reverse("accounts:team")).status_code == 200
        memberships.close(
            membership=Membership.objects.get(pk=world.cast.contractor.membership_id or 0), by=manager, at=NOW
        )
        assert (
            leaver.get(reverse("accounts:account")).headers["Location"].startswith(reverse("account_login"))
        )


def test_to_stay_signed_in_after_closing_one_s_own_access(world: World, browser: Attacker) -> None:
    browser.acting(world.cast.contractor)
    accounts.member(
        world.cast.builder,
        Role.CONTRACTOR,
        first_name="M",
        last_name="L",
        email="m@x.example",
        is_manager=True,
    )
    closed = browser.post(reverse("accounts:close", args=[world.cast.contractor.membership_id]), follow=True)
    assert closed.redirect_chain[-1][0] == reverse("account_login")
    assert "est fermé" in closed.text
    assert "_auth_user_id" not in browser.session


@pytest.mark.parametrize("charset", ["utf-16", "latin-1", "utf-7", "idna", "UTF-8", "none"])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_to_break_a_page_by_the_writing_that_a_form_says_to_be_in(db: None, charset: str, kind: str) -> None:
    """By anybody, on a page or on none: refused as any other, with the headers of every answer."""
    for address in (reverse("account_login"), reverse("accounts:join"), "/lien/x/", "/rien/"):
        visitor = Client(enforce_csrf_checks=True, raise_request_exception=False)
        answer = visitor.generic("POST", address, "login=a", f"{kind}; charset={charset}")
        assert answer.status_code in {400, 403, 404}, address
        assert "Content-Security-Policy" in answer.headers


LONG = {"first_name": "F" * 75, "last_name": "L" * 75}
"""The longest names that the forms take: with a role held for somebody else, twice what a signature holds."""
TYPED = {
    "text": "x" * 60,
    "comment": "x",
    "reason": "OTHER",
    "decided_by": "x",
    "answer": "x",
    "opinion": "POSSIBLE",
}


def test_to_break_what_one_signs_by_the_length_of_a_name(world: World, browser: Attacker) -> None:
    """Come in, ask, answer, declare, note: each act keeps its author, cut where the column ends."""
    Organisation.objects.all().update(name="O" * 255)
    Membership.objects.all().update(in_place_of="P" * 150)
    User.objects.all().update(**LONG)
    Contact.objects.all().update(name="C" * 150)
    Tender.objects.all().update(created_at=NOW)
    entering = Attacker().post(
        reverse("records:link", args=[world.own.doorway.token]),
        {"submission": str(uuid4()), "phone": "", "password": PASSWORD, **LONG},
    )
    assert entering.status_code == 302
    signing = (Role.FACILITATOR, Role.BUYER, Role.EMPLOYER)
    statuses, known = {}, {role: sendable(world.own_of(role)) for role in signing}
    for role in signing:
        browser.acting(world.actors()[role]).confirmed()
        for name, address in known[role].items():
            page = browser.get(address)
            form = page.context.get("form") if page.context else None
            given = form_as_drawn(form) if isinstance(form, forms.BaseForm) else {}
            statuses[f"{role} {name}"] = browser.post(address, given | TYPED).status_code
    assert {name: status for name, status in statuses.items() if status >= 500} == {}
    assert sum(status == 302 for status in statuses.values()) > 20
    assert AuditEvent.objects.filter(author__endswith="…", author__startswith="FFF").exists()


def form_as_drawn(form: forms.BaseForm) -> dict[str, str]:
    """Return what a browser sends of a form left as it is."""
    values = {form.add_prefix(name): form[name].value() for name in form.fields}
    return {name: str(value) for name, value in values.items() if value not in (None, "", False)}


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.BUYER, Role.CONTRACTOR])
def test_to_have_a_form_that_comes_back_do_something_by_itself(
    world: World, browser: Attacker, role: Role
) -> None:
    """What waits for its author after a session has ended may be anything that another person left there."""
    browser.acting(world.actors()[role]).confirmed()
    before, told = state(world.own_of(role)), AuditEvent.objects.count()
    for address in addresses(world.own_of(role)).values():
        browser.post(address, {"submission": RESUMED})
    assert AuditEvent.objects.count() == told
    assert state(world.own_of(role)) == before


def test_to_break_a_list_of_choices_that_offers_none(world: World, browser: Attacker) -> None:
    """A structure that follows nothing any more hands nothing over."""
    Tender.objects.filter(structure=world.own.structure).update(status=TenderStatus.NO_AWARD)
    address = reverse("procurement:hand-over")
    answer = browser.acting(world.cast.facilitator).post(address, {"submission": str(uuid4())})
    assert answer.status_code == 422

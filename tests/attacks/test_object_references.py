"""Object references: to reach the records of others by their keys, in addresses, fields and hidden fields.

Elsewhere: another's record behind every address, role by role (tests/access); the session of another
(tests/accounts/test_signing_in.py), the contact and the invitation of another (tests/accounts).
"""

import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django import forms
from django.db.models import Model
from django.forms import model_to_dict
from django.urls import reverse

from beneficiaries.hours.models import Statement
from inclusiv.core.actors import Role
from inclusiv.core.forms import DayField, FrenchDecimalField
from inclusiv.records.models import AuditEvent, reference
from tests.access.addresses import KEYS, name_of
from tests.attacks.conftest import Attacker, Watched, addresses, lines, sendable
from tests.world import Side, World

NOBODY_S = 2**80
"""A key that no column can hold."""


def records(side: Side) -> list[Model]:
    """Return the records of a side."""
    found = [getattr(side, field.name) for field in fields(side)]
    return [record for record in found if isinstance(record, Model)]


def state(side: Side) -> dict[str, dict[str, Any]]:
    """Return what the records of a side hold now."""
    fresh = (type(record)._base_manager.filter(pk=record.pk).first() for record in records(side))
    return {reference(record): model_to_dict(record) for record in fresh if record}


def keys_held(side: Side) -> list[int]:
    """Return the keys of the records of a side."""
    return [record.pk for record in records(side)]


@pytest.mark.parametrize("role", list(Role))
def test_to_make_an_address_break_by_a_key_that_no_column_holds(
    world: World, browser: Attacker, role: Role
) -> None:
    browser.acting(world.actors()[role]).confirmed()
    statuses: dict[str, int] = {}
    for label in set(lines()) & KEYS.keys():
        keys = list(KEYS[label](world.own))
        wild = [NOBODY_S if isinstance(key, int) else key for key in keys]
        if wild != keys:
            statuses |= {
                f"{way} {label}": getattr(browser, way)(reverse(name_of(label), args=wild)).status_code
                for way in ("get", "post")
            }
    assert {found: status for found, status in statuses.items() if status not in {302, 403, 404, 405}} == {}
    moved = {found for found, status in statuses.items() if status == 302}
    assert moved <= {"get hours:declare", "post hours:declare"} | {
        found for found in moved if found.startswith("get accounts:")
    }


def guesses(form: forms.BaseForm, theirs: list[int]) -> Iterator[dict[str, Any]]:
    """Yield what would be sent: right values where anything goes, a key of theirs wherever a record is chosen."""
    for key in theirs:
        yield {form.add_prefix(name): guess(field, key) for name, field in form.fields.items()}


def guess(field: forms.Field, key: int) -> Any:
    """Return a value for a field."""
    match field:
        case forms.ModelMultipleChoiceField():
            return [str(key)]
        case forms.ModelChoiceField() | forms.TypedChoiceField():
            return str(key)
        case forms.ChoiceField():
            offered = [value for value, _ in field.widget.choices if value]
            return str(offered[0]) if offered else ""
        case forms.UUIDField():
            return str(uuid4())
        case DayField():
            return "2025-11-03"
        case FrenchDecimalField():
            return "10"
        case forms.IntegerField():
            return str(key if isinstance(field.widget, forms.HiddenInput) else 1)
        case forms.BooleanField():
            return "on"
        case _:
            return "Essai"


@pytest.mark.parametrize("role", list(Role))
def test_to_send_the_keys_of_others_in_every_field_of_every_form(
    world: World, browser: Attacker, role: Role
) -> None:
    """From pages that are one's own: nothing of others changes, nor does anything tell of it on their timelines."""
    browser.acting(world.actors()[role]).confirmed()
    own, others = world.own_of(role), (world.other, world.elsewhere)
    before = [state(side) for side in others]
    told = {reference(record) for side in others for record in records(side) if record not in records(own)}
    told -= {reference(world.other.charter)}
    known = set(AuditEvent.objects.values_list("pk", flat=True))
    sent = 0
    theirs = keys_held(world.other)[::9] + keys_held(world.elsewhere)[::9]
    for address in sendable(own).values():
        page = browser.get(address)
        form = page.context.get("form") if page.context else None
        if isinstance(form, forms.BaseForm) and not isinstance(form, forms.BaseModelForm):
            for given in guesses(form, theirs):
                browser.post(address, given)
                sent += 1
    assert sent > 0
    assert [state(side) for side in others] == before
    fresh = AuditEvent.objects.exclude(pk__in=known)
    assert [(event.code, event.subjects) for event in fresh if told & set(event.subjects)] == []


def test_the_state_sees_a_record_that_changed(world: World) -> None:
    before = state(world.other)
    type(world.other.tender).objects.filter(pk=world.other.tender.pk).update(title="Autre")
    assert state(world.other) != before


def test_to_hand_over_the_tenders_of_another_structure_or_to_somebody_of_it(
    world: World, browser: Attacker
) -> None:
    browser.acting(world.cast.facilitator)
    address = reverse("procurement:hand-over")
    for tender, person in (
        (world.other.tender.pk, world.cast.facilitator.user_id),
        (world.own.tender.pk, world.cast.other_facilitator.user_id),
    ):
        form = {"submission": str(uuid4()), "tenders": [str(tender)], "to": str(person)}
        with Watched() as watched:
            assert browser.post(address, form).status_code == 422
        assert watched.writes == []


def test_to_be_replaced_by_somebody_of_another_structure(world: World, browser: Attacker) -> None:
    browser.acting(world.cast.facilitator)
    form = {
        "submission": str(uuid4()),
        "absent": str(world.cast.facilitator.user_id),
        "substitute": str(world.cast.other_facilitator.user_id),
        "starts_on": "2025-10-20",
        "ends_on": "2025-10-31",
    }
    answer = browser.post(reverse("accounts:cover"), form)
    assert "substitute" in answer.context["form"].errors


def test_to_declare_hours_for_somebody_in_post_elsewhere(world: World, browser: Attacker) -> None:
    """The grid is made of one's own people: a line of another's placement is not read."""
    browser.acting(world.cast.facilitator)
    declarant = world.own.employer.pk
    address = reverse("hours:declare-for", args=[world.own.award.pk, "2025-10", declarant])
    page = browser.get(address)
    rows = {name: "5" for name in page.context["form"].fields if name.startswith("heures-")}
    assert rows
    form = {"submission": str(uuid4()), "received": "EMAIL", "received_on": "2025-10-14"}
    sneaked = {f"heures-{world.other.placement.pk}": "99", f"heures-{world.elsewhere.placement.pk}": "99"}
    browser.post(address, form | rows | sneaked)
    lines = Statement.objects.exclude(
        pk__in=[side.statement.pk for side in (world.own, world.other, world.elsewhere)]
    )
    placements = set(lines.values_list("lines__placement_id", flat=True)) - {None}
    assert not placements & {world.other.placement.pk, world.elsewhere.placement.pk}


def test_to_note_an_exchange_on_a_record_out_of_sight(world: World, browser: Attacker) -> None:
    browser.acting(world.cast.facilitator)
    for record in (world.other.tender, world.elsewhere.tender, world.other.dossier.person):
        address = f"{reverse('records:note-exchange')}?sujet={reference(record)}"
        assert browser.get(address).status_code == 404, record
        form = {"submission": str(uuid4()), "kind": "CALL", "happened_on": "2025-10-14", "text": "x"}
        assert browser.post(address, form).status_code == 404, record


@pytest.mark.parametrize(
    "subject",
    ["", "tender", "tender:", "tender:0", "tender:-1", f"tender:{10**18}", f"tender:{10**40}", "user:1", "tender:1 OR 1=1",
     "tender:١", "tender:\x00", "session:1", ":", "::::"],
)  # fmt: skip
def test_to_name_a_subject_that_is_none(world: World, browser: Attacker, subject: str) -> None:
    browser.acting(world.cast.facilitator)
    assert browser.get(reverse("records:note-exchange"), {"sujet": subject}).status_code == 404


def test_to_invite_somebody_into_an_organisation_that_is_not_one_s_own(
    world: World, browser: Attacker
) -> None:
    browser.acting(world.cast.contractor)
    address = reverse("accounts:invite-into", args=[world.other.buyer.pk])
    form = {"submission": str(uuid4()), "role": "BUYER", "email": "moi@example.org", "is_manager": "on"}
    with Watched() as watched:
        assert browser.post(address, form).status_code in {302, 404}
    assert watched.writes == []


def test_to_see_rows_of_others_by_the_filters_of_a_list(world: World, browser: Attacker) -> None:
    """A filter narrows what one sees; it never widens it, whatever key it is given."""
    lists = {
        world.cast.facilitator: ["people:list", "hours:list", "followup:my-tenders", "placements:requests"],
        world.cast.buyer: ["followup:my-tenders", "decp:list"],
        world.cast.contractor: ["placements:requests", "hours:list"],
    }
    guessed: dict[str, Any] = {
        "marche": world.other.tender.pk,
        "acheteur": world.other.buyer.pk,
        "structure": world.other.structure.pk,
    }
    guessed |= {"q": "Suivie2", "de": world.cast.other_facilitator.user_id, "par": 200, "mois": "2025-09-01"}
    marks = ("Suivie2", "École 2", "Crèche 2", "Suivie3", "École 3")
    shown = []
    for actor, pages in lists.items():
        browser.acting(actor)
        for page in pages:
            for ask in ({}, guessed, *({name: value} for name, value in guessed.items())):
                for kind in ({}, {"export": "csv"}):
                    answer: Any = browser.get(reverse(page), ask | kind)
                    found = [mark for mark in marks if mark in without_search(answer.said)]
                    shown += [(actor.role, page, ask, found)] if found else []
    assert shown == []


def without_search(text: str) -> str:
    """Return a page without the words that one has just typed, which it repeats."""
    for repeated in ('value="Suivie2"', "« Suivie2 »", "«\u00a0Suivie2\u00a0»", "q=Suivie2"):
        text = text.replace(repeated, "")
    return text


def test_to_change_a_record_under_the_eyes_of_who_reads_it_by_an_old_or_future_version(
    world: World, browser: Attacker
) -> None:
    browser.acting(world.cast.facilitator)
    address = reverse("people:change", args=[world.own.dossier.pk])
    right = browser.get(address).context["form"]
    given = {name: right[name].value() for name in right.fields}
    given = {name: value for name, value in given.items() if value not in (None, "")} | {
        "first_name": "Volée"
    }
    for version in ("", "-1", "0", "999999", str(2**70), "x", "1.5"):
        form = given | {"submission": str(uuid4()), "version": version}
        assert browser.post(address, form).status_code == 422, version
    kept = world.own.dossier.person.identity.first_name
    world.own.dossier.person.identity.refresh_from_db()
    assert world.own.dossier.person.identity.first_name == kept


def test_the_month_of_an_address_is_a_month() -> None:
    assert reverse("hours:declare", args=[1, date(2025, 9, 1)]).endswith("/2025-09/")


WILD = (
    "",
    "-1",
    "²",
    "١",
    "\x00",
    "9" * 40,
    "0001-01-01",
    "9999-12-31",
    "\uffff",
    "'\"><x>",
    "%",
    "__class__",
    "--numero",
    "x" * 300,
)
ASKED = (
    "le",
    "connu",
    "piece",
    "tri",
    "par",
    "page",
    "annee",
    "cas",
    "etat",
    "mois",
    "marche",
    "structure",
    "qui",
    "quoi",
    "q",
)


def test_to_break_a_page_by_what_its_address_asks(world: World, browser: Attacker) -> None:
    """The newest pages and lists, asked for what cannot be: they answer, and leave it out."""
    pages = {
        world.cast.facilitator: [
            "home",
            "hours:list",
            "obligations:no-clause-register",
            "followup:my-tenders",
        ],
        world.cast.coordinator: ["figures:dashboard", "followup:my-tenders"],
    }
    own = ["obligations:contract", "texts:pieces", "followup:tender", "procurement:tender"]
    broken = {}
    for actor, names in pages.items():
        addresses = [reverse(name) for name in names]
        addresses += [reverse(name, args=[world.own.tender.pk]) for name in own]
        browser.acting(actor)
        for page, wild in product(addresses, WILD):
            status = browser.get(page, dict.fromkeys(ASKED, wild)).status_code
            if status != 200:
                broken[page, wild] = status
    assert broken == {}


def test_to_break_a_page_by_a_key_that_is_none(world: World, browser: Attacker) -> None:
    """In every address of ours that takes a text: a code, a token, a step, a piece."""
    words = re.compile(r"(?<=/)[A-Z0-9]{10}(?=[./])|(?<=/lien/)[^/]+|(?<=/etape/)[^/]+")
    typed = {label: address for label, address in addresses(world.own).items() if words.search(address)}
    assert len(typed) > 5
    broken = {}
    browser.acting(world.cast.coordinator)
    for label, address in typed.items():
        for wild in ("%00", "%EF%BF%BF", "%ED%A0%80", "..", "%2e%2e%2f", "%0A", "9" * 40):
            status = browser.get(words.sub(wild, address)).status_code
            if status not in {403, 404, 405, 410}:
                broken[label, wild] = status
    assert broken == {}

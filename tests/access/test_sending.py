"""Whatever is sent from a page leads to a page that its author sees: what one writes does not leave one's sight."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.core.cache import cache
from django.db import transaction

from inclusiv.core.actors import Role
from inclusiv.core.forms import DayField, FrenchDecimalField, SiretField, SubmissionForm
from inclusiv.core.upload_fields import UploadField
from inclusiv.demo.make import accounts
from inclusiv.reference.forms import CommuneField, CpvField
from tests.access.addresses import address, labels
from tests.access.pages import forms_of
from tests.access.walk import visitor
from tests.world import World

SENT = {
    Role.BUYER: {
        "procurement:register",
        "procurement:change",
        "procurement:lots",
        "decp:follow",
        "decp:attach",
    },
    Role.FACILITATOR: {
        "procurement:register",
        "people:new",
        "people:ask",
        "placements:ask",
        "placements:name",
    },
    Role.PRESCRIBER: {"people:new", "people:ask", "people:change"},
    Role.CONTRACTOR: {"placements:ask", "placements:name", "placements:decline"},
    Role.EMPLOYER: {"placements:ask", "placements:name"},
    Role.SIGNATORY: set[str](),
    Role.COORDINATION: {"accounts:invite", "records:note-exchange sujet=marché"},
}
"""What each role is sure to send; whatever else its pages accept is followed too."""


@pytest.mark.parametrize("role", list(Role))
def test_what_is_sent_stays_in_sight(role: Role, world: World) -> None:
    home = world.own_of(Role.PRESCRIBER).dossier.person.identity.commune
    assert home
    accounts.territory(world.cast.structure, name="Nord", epci=(str(home.epci_id),))
    arrived = dict(sent(world, role))
    assert {label: codes for label, codes in arrived.items() if codes[-1] != 200} == {}
    assert SENT[role] - arrived.keys() == set()


def sent(world: World, role: Role) -> Iterator[tuple[str, list[int]]]:
    """Fill the form of each page and send it; yield the codes of the pages to which the accepted ones lead."""
    browser = visitor(world, role.value)
    for label in labels():
        url = address(label, world.own_of(role))
        cache.clear()
        with transaction.atomic():
            page: Any = browser.get(url)
            if page.streaming:
                b"".join(page.streaming_content)
            found = [one for one in forms_of(page) if isinstance(one, SubmissionForm)]
            for with_options in (False, True) if found else ():
                answer: Any = browser.post(url, filled(found[0], with_options=with_options))
                if answer.status_code == 302:
                    yield label, [code for _, code in followed(browser, answer)]
                    break
            transaction.set_rollback(True)
        browser.acting(world.actors()[role]).confirmed()


def followed(browser: Any, answer: Any) -> Iterator[tuple[str, int]]:
    while answer.status_code == 302:
        where = answer.headers["Location"]
        answer = browser.get(where)
        yield where, answer.status_code


def filled(form: forms.BaseForm, *, with_options: bool) -> dict[str, Any]:
    """Return what somebody could send by a form: what it proposes, else something of the right kind.

    With options, a list that may stay empty is answered too.
    """
    given: dict[str, Any] = {}
    for name, one in form.fields.items():
        value = form[name].value()
        if value in (None, "", []):
            value = typed(name, one, with_options=with_options)
        if value not in (None, False):
            given[name] = value
    return given


def typed(name: str, one: forms.Field, *, with_options: bool) -> Any:
    """Return something of the right kind."""
    match one:
        case UploadField():
            return None
        case CommuneField():
            return "Évry-Courcouronnes (91228)"
        case CpvField() | SiretField():
            return "" if not one.required else "45214200"
        case forms.ModelChoiceField():
            is_answered = one.required or with_options
            return one.queryset.values_list("pk", flat=True).first() if is_answered and one.queryset else ""
        case forms.ChoiceField():
            values = [str(key) for key, _ in flat(one.choices) if str(key)]
            return values[0] if values and (one.required or with_options) else ""
        case forms.BooleanField():
            return "on" if one.required else None
        case DayField():
            return "1985-05-14" if "birth" in name else "2025-11-10" if one.required else ""
        case FrenchDecimalField() | forms.IntegerField():
            return "1" if one.required else ""
        case forms.EmailField():
            return "essai@personne.example.org"
    return f"Essai {re.sub('[^a-z]', '', name)}" if one.required else ""


def flat(choices: Any) -> Iterator[tuple[Any, Any]]:
    for key, word in choices:
        if isinstance(word, list | tuple):
            yield from word
        else:
            yield key, word

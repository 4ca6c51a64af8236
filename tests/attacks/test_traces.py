"""Traces: to read about somebody without a reading being kept, by another method or by a form sent to be refused.

Elsewhere: every page, export and file opened (tests/architecture/test_readings.py).
"""

from typing import Any

import pytest
from django.urls import reverse

from beneficiaries.people.models import PersonIdentity
from inclusiv.core.actors import Role
from inclusiv.records.models import AccessLog, reference
from tests.attacks.conftest import Attacker, sendable
from tests.world import World

EMPTY: dict[str, str] = {}
FORMS = {"nothing": EMPTY, "verdict": {"decision": "verdict"}, "number": {"submission": "x", "version": "0"}}


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.CONTRACTOR, Role.EMPLOYER, Role.PRESCRIBER])
def test_to_read_a_file_by_sending_a_form_that_is_refused(
    world: World, browser: Attacker, role: Role
) -> None:
    browser.acting(world.actors()[role])
    people = {str(one): reference(one.person) for one in PersonIdentity.objects.select_related("person")}
    silent, seen = [], 0
    for name, address in sendable(world.own_of(role)).items():
        for told, form in FORMS.items():
            AccessLog.objects.all().delete()
            answer: Any = browser.post(address, form)
            if answer.status_code in {200, 422}:
                named = {subject for person, subject in people.items() if person in answer.said}
                seen += len(named)
                silent += [
                    (name, told, subject)
                    for subject in named - set(AccessLog.objects.values_list("subject", flat=True))
                ]
    assert silent == []
    assert seen > 0


def test_a_form_refused_on_the_page_that_one_reads_is_the_same_reading(
    world: World, browser: Attacker
) -> None:
    browser.acting(world.cast.facilitator)
    address = reverse("people:change", args=[world.own.dossier.pk])
    browser.get(address)
    assert browser.post(address, {"version": "x"}).status_code == 422
    assert browser.post(address, {"version": "x"}).status_code == 422
    assert AccessLog.objects.filter(action="person.changing").count() == 1


def test_to_read_by_the_head_of_a_page(world: World, browser: Attacker) -> None:
    browser.acting(world.cast.facilitator)
    browser.head(reverse("people:person", args=[world.own.dossier.pk]))
    assert AccessLog.objects.filter(action="person.read").count() == 1

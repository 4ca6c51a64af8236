"""Traces: to read about somebody without a reading being kept, by another method or by a form sent to be refused.

Elsewhere: every page, export and file opened (tests/architecture/test_readings.py).
"""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from beneficiaries.hours.models import Statement
from beneficiaries.people.models import PersonIdentity
from inclusiv.core.actors import Role
from inclusiv.records.models import AccessLog, AuditEvent, Exchange, reference
from inclusiv.records.selectors import LENGTH
from tests.attacks.conftest import Attacker, sendable
from tests.uploads import pdf
from tests.world import NOW, SEPTEMBER, World

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


def test_to_take_the_list_away_by_the_head_of_a_file(world: World, browser: Attacker) -> None:
    """Asked for its head alone, a file is prepared all the same: it is a file taken away."""
    browser.acting(world.cast.facilitator)
    browser.head(reverse("people:list"), {"export": "csv"})
    taken = AccessLog.objects.filter(action="people.exported").values_list("subject", flat=True)
    assert reference(world.own.dossier.person) in taken


def test_to_go_on_reading_under_the_trace_of_an_hour_ago(world: World, browser: Attacker) -> None:
    """A form sent again and again shows the person each time: past an hour, that is another reading."""
    browser.acting(world.cast.facilitator)
    address = reverse("people:change", args=[world.own.dossier.pk])
    browser.get(address)
    for minutes in (20, 40, 59, 61, 80):
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
            assert world.own.dossier.person.identity.last_name in browser.post(address, {"version": "x"}).said
    assert AccessLog.objects.filter(action="person.changing").count() == 2


def test_to_learn_who_follows_somebody_without_a_trace(world: World, browser: Attacker) -> None:
    """« Peut-être déjà suivie » : the structure that follows them is told to whoever knows a name and a birth date."""
    identity = world.own.dossier.person.identity
    form = {
        "submission": str(uuid4()),
        "first_name": identity.first_name,
        "last_name": identity.last_name,
        "birth_date": identity.birth_date.isoformat(),
        "sex": "X",
        "mobility": "UNKNOWN",
    }
    answer = browser.acting(world.cast.other_facilitator).post(reverse("people:new"), form)
    assert world.own.structure.name in answer.said
    read = AccessLog.objects.filter(subject=reference(identity.person), action="people.compared")
    assert read.exists()


def test_to_bury_the_story_under_what_one_signals_without_end(world: World, browser: Attacker) -> None:
    """A company signals an absence a hundred times: the decision and the exchange noted before are still told."""
    person = world.own.dossier.person
    page = reverse("people:person", args=[world.own.dossier.pk])
    told = ("Éligibilité validée", Exchange.objects.get(subjects=[reference(person)]).text)
    before = browser.acting(world.cast.facilitator).get(page).said
    assert [words for words in told if words not in before] == []
    browser.acting(world.cast.employer)
    address = reverse("placements:end", args=[world.own.placement.pk])
    for _ in range(LENGTH):
        browser.post(address, {"submission": str(uuid4()), "trouble": "ABSENCE"})
    after = browser.acting(world.cast.facilitator).get(page).said
    assert [words for words in told if words not in after] == []


def test_to_read_the_document_of_a_month_once_the_month_names_nobody(world: World, browser: Attacker) -> None:
    """Sent again without those whose names the document bears: who reads them is noted all the same."""
    statement, person = world.own.statement, world.own.placement.person
    statement.lines.all().delete()
    read = browser.acting(world.cast.facilitator).get(reverse("hours:document", args=[statement.pk]))
    assert read.status_code == 200
    assert AccessLog.objects.filter(subject=reference(person), action="statement.document").exists()


def test_to_learn_when_somebody_followed_elsewhere_was_born(world: World, browser: Attacker) -> None:
    """Day after day, by correcting somebody of one's own: names are counted there as they are at the first writing."""
    known = world.other.dossier.person.identity
    mine = world.own.dossier
    form = {
        "first_name": known.first_name,
        "last_name": known.last_name,
        "sex": "X",
        "mobility": "UNKNOWN",
    }
    browser.acting(world.cast.facilitator)
    statuses = []
    for rank in range(25):
        mine.refresh_from_db()
        day = known.birth_date - timedelta(days=30 - rank)
        tried = {"submission": str(uuid4()), "version": str(mine.version), "birth_date": day.isoformat()}
        statuses.append(browser.post(reverse("people:change", args=[mine.pk]), form | tried).status_code)
    assert statuses == [302] * 20 + [429] * 5


def test_to_have_the_story_and_the_trace_grow_without_end_by_reading_again(
    world: World, browser: Attacker
) -> None:
    """A report downloaded, and people read, once an hour by each one: the rest of the hour is the same reading."""
    report = reverse("publication:download", args=[world.own.report.code, "bilan"])
    people = reverse("placements:tender", args=[world.own.tender.pk])
    for by, address in ((world.cast.buyer, report), (world.cast.contractor, people)):
        browser.acting(by).get(address)
        told, read = AuditEvent.objects.count(), AccessLog.objects.count()
        for way in (browser.head, browser.get):
            way(address)
        assert (AuditEvent.objects.count(), AccessLog.objects.count()) == (told, read)


def test_to_put_another_paper_in_the_place_of_what_a_company_sent_untold(
    world: World, browser: Attacker
) -> None:
    statement = world.own.statement
    sent, lines = statement.document, list(statement.lines.all())
    assert sent is not None
    back = {"submission": str(uuid4()), "comment": "À revoir", "lu": statement.stamp}
    browser.acting(world.cast.facilitator).post(reverse("hours:return", args=[statement.pk]), back)
    address = reverse("hours:declare-for", args=[statement.award_id, SEPTEMBER, statement.declarant_id])
    page = browser.get(address).said
    form = dict(re.findall(r'<input type="hidden" name="(read)" value="([^"]*)"', page))
    form |= {f"heures-{line.placement_id}": "5" for line in lines} | {"submission": str(uuid4())}
    form |= {"received": "EMAIL", "received_on": "2025-10-14"}
    again = browser.post(address, form | {"document": SimpleUploadedFile("autre.pdf", pdf("Autre relevé"))})
    assert again.status_code == 302
    shown = browser.get(reverse("hours:statement", args=[statement.pk])).said
    assert Statement.objects.get(pk=statement.pk).document != sent
    assert "(par courriel, document joint)" in shown

"""Territories: to reach somebody's file from the one question that a prescriber asks of a facilitator.

Elsewhere: who is asked, and what the question itself shows (tests/beneficiaries/people/test_prescribed.py).
"""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from beneficiaries.people.actions.eligibility import asked_structure
from beneficiaries.people.models import Dossier, EligibilityCheck, PersonIdentity
from beneficiaries.placements.models import JobRequest
from clauses.procurement.models import Tender
from inclusiv.accounts.actions import joining, organisations
from inclusiv.accounts.actions.organisations import Told
from inclusiv.accounts.models import (
    Capacity,
    JoinRequest,
    Membership,
    Organisation,
    Territory,
    TerritoryAssignment,
)
from inclusiv.core.actors import Actor, Role
from inclusiv.core.periods import paris_day
from inclusiv.demo.make import accounts
from inclusiv.demo.make import clauses as make
from inclusiv.records.models import Exchange, reference
from tests.attacks.conftest import Attacker
from tests.world import COMMUNES, NOW, Side, World


@pytest.fixture
def asked(world: World) -> Side:
    """Somebody whom the prescriber follows, and whose eligibility is asked of the facilitator."""
    side = world.own_of(Role.PRESCRIBER)
    territory = Territory.objects.create(name="Nord", structure=world.own.structure)
    TerritoryAssignment.objects.create(
        territory=territory, commune_id=COMMUNES["Paula"], starts_on=date(2020, 1, 1)
    )
    for check in (side.check, side.checked):
        check.asked_structure = asked_structure(side.dossier, on=paris_day(check.submitted_at))
        check.save(update_fields=["asked_structure"])
    return side


def test_to_go_from_the_question_to_the_file(world: World, asked: Side, browser: Attacker) -> None:
    """The page of the question opens; the file, its readings, its exchanges, lists, exports and searches do not."""
    browser.acting(world.cast.facilitator)
    identity = PersonIdentity.objects.get(person=asked.dossier.person)
    page = browser.get(reverse("people:check", args=[asked.check.pk])).said
    assert str(identity) in page
    noted = Exchange.objects.get(subjects=[reference(identity.person)])
    hidden = (identity.phone, identity.email, noted.text, asked.dossier.code, identity.person.code)
    assert [word for word in hidden if word in page] == []
    shut = [
        *(
            reverse(f"people:{name}", args=[asked.dossier.pk])
            for name in ("person", "change", "readings", "ask")
        ),
        reverse("people:withdraw", args=[asked.check.pk]),
        f"{reverse('records:note-exchange')}?sujet={reference(identity.person)}",
        f"{reverse('records:note-exchange')}?sujet={reference(asked.check)}",
    ]
    answers = [getattr(browser, way)(address).status_code for address in shut for way in ("get", "post")]
    assert set(answers) <= {404, 405}
    assert answers[::2] == [404] * len(shut)
    lists = [
        reverse("people:list"),
        f"{reverse('people:list')}?export=csv",
        f"{reverse('search:results')}?q=Paula",
    ]
    assert [address for address in lists if identity.last_name in browser.get(address).said] == []


def test_to_use_the_question_to_propose_or_to_follow_the_person(
    world: World, asked: Side, browser: Attacker
) -> None:
    browser.acting(world.cast.facilitator)
    known = Dossier.objects.count()
    propose = reverse("matching:propose", args=[world.own.need.pk, asked.dossier.pk])
    assert browser.post(propose, {"submission": str(uuid4())}).status_code == 404
    candidates = browser.get(reverse("matching:candidates", args=[world.own.need.pk]))
    assert asked.dossier.person.identity.last_name not in candidates.said
    assert Dossier.objects.count() == known
    assert not asked.dossier.referrals.exists()


def test_to_decide_for_another_territory_or_once_more(world: World, asked: Side, browser: Attacker) -> None:
    """Neither the facilitator of elsewhere, nor the prescriber who asks, nor a second time."""
    form = {"refusals": ["EVIDENCE_MISSING"], "reason": "x", "version": str(asked.check.version)}
    address = reverse("people:refuse", args=[asked.check.pk])
    for actor, status in (
        (world.cast.other_facilitator, 404),
        (world.cast.prescriber, 403),
        (world.cast.facilitator, 302),
        (world.cast.facilitator, 404),
    ):
        answer = browser.acting(actor).post(address, form | {"submission": str(uuid4())})
        assert answer.status_code == status
    decided = EligibilityCheck.objects.get(pk=asked.check.pk)
    assert decided.decided_by == world.cast.facilitator.name


def test_to_read_what_was_asked_of_another_territory_once_the_person_has_moved(
    world: World, asked: Side, browser: Attacker
) -> None:
    """Asked, decided and explained in the North, then the prescriber corrects the commune: the South reads none of it."""
    south = Territory.objects.create(name="Sud", structure=world.other.structure)
    TerritoryAssignment.objects.create(territory=south, commune_id="91228", starts_on=date(2020, 1, 1))
    PersonIdentity.objects.filter(person=asked.dossier.person).update(commune="91228")
    pages = [reverse("people:check", args=[one.pk]) for one in (asked.check, asked.checked)]
    answers = [browser.acting(world.cast.other_facilitator).get(page) for page in pages]
    assert [answer.status_code for answer in answers] == [404, 404]
    answers = [browser.acting(world.cast.facilitator).get(page) for page in pages]
    assert [answer.status_code for answer in answers] == [200, 200]


def test_to_read_on_the_page_of_a_company_what_it_does_for_others(world: World, browser: Attacker) -> None:
    """A facilitator keeps the contacts of every company; its work for another structure stays that structure's."""
    told = {
        "Mise à l’emploi": world.own.employer,
        "Relevé de septembre 2025": world.own.employer,
        "Besoin de recrutement": world.own.contractor,
        "message d’accueil": world.own.contractor,
    }
    for outsider in (world.cast.other_facilitator, facilitator_of(world.elsewhere.structure)):
        browser.acting(outsider)
        pages = {
            one.pk: browser.get(reverse("accounts:organisation", args=[one.pk])).said for one in told.values()
        }
        assert [words for words, company in told.items() if words in pages[company.pk]] == []


def facilitator_of(structure: Organisation) -> Actor:
    """Return who facilitates in a structure."""
    here = Membership.objects.filter(capacity__organisation=structure, capacity__role=Role.FACILITATOR)
    return here.with_actor()[0].actor()


@pytest.mark.parametrize("role", [Role.BUYER, Role.COORDINATION])
def test_to_read_how_somebody_fares_at_work(world: World, browser: Attacker, role: Role) -> None:
    """Follow-up is for who follows the person: whoever reads pseudonyms reads no absence, difficulty nor renunciation."""
    form = {"submission": str(uuid4()), "trouble": "DIFFICULTY"}
    end = reverse("placements:end", args=[world.own.placement.pk])
    assert browser.acting(world.cast.employer).post(end, form).status_code == 302
    renounced = reverse("placements:renounce", args=[world.own.referral.pk])
    assert browser.acting(world.cast.facilitator).post(renounced).status_code == 302
    page = browser.acting(world.actors()[role]).get(reverse("procurement:tender", args=[world.own.tender.pk]))
    assert page.status_code == 200
    told = ("une difficulté au travail", "La personne a renoncé")
    assert [words for words in told if words in page.said] == []


def test_to_go_on_reading_a_question_that_was_taken_back(
    world: World, asked: Side, browser: Attacker
) -> None:
    """Nobody answered it, and the person withdraws: their documents are no longer another structure's to read."""
    page = reverse("people:check", args=[asked.check.pk])
    assert browser.acting(world.cast.facilitator).get(page).status_code == 200
    taken_back = browser.acting(world.cast.prescriber).post(reverse("people:withdraw", args=[asked.check.pk]))
    assert taken_back.status_code == 302
    assert browser.acting(world.cast.facilitator).get(page).status_code == 404


def test_to_set_aside_a_request_to_act_for_another_structure(world: World, browser: Attacker) -> None:
    """Who may not open a door does not shut it: somebody inside answers."""
    there = world.other.structure
    asked = JoinRequest.objects.create(
        email="z@service.example",
        name="Zoé",
        organisation=there,
        told_siret=str(there.siret),
        told_name=there.name,
        role=Role.PRESCRIBER,
        asked_at=NOW,
    )
    browser.acting(world.cast.facilitator).confirmed()
    for answer in ("accounts:join-accept", "accounts:join-refuse"):
        browser.post(reverse(answer, args=[asked.pk]))
    asked.refresh_from_db()
    assert asked.answered_at is None


def test_to_read_who_asks_to_act_for_an_organisation_that_was_not_known_yet(world: World) -> None:
    """Asked before the platform knew it: from the day it does, the request is for who may open that door."""
    told = Told(siret=accounts.siret(702), name="Nouvelle")
    joining.ask(email="z@x.example", name="Zoé", told=told, role=Role.BUYER, at=NOW)
    asked = JoinRequest.objects.filter(told_siret=told.siret)
    assert JoinRequest.objects.visible_to(world.cast.facilitator).filter(pk__in=asked).exists()
    made = organisations.find_or_make(told, by=world.cast.coordinator, at=NOW)
    Capacity.objects.create(
        organisation=made, role=Role.FACILITATOR, department="77", starts_on=date(2025, 1, 1)
    )
    assert not JoinRequest.objects.visible_to(world.cast.facilitator).filter(pk__in=asked).exists()


def test_to_read_the_people_of_another_departement_by_the_place_of_a_contract(
    world: World, browser: Attacker
) -> None:
    """The candidates of a need are those of its département, which the structure must serve; a facilitator moves no contract there."""
    tender = world.own.draft
    address = reverse("procurement:change", args=[tender.pk])
    page = browser.acting(world.cast.facilitator).get(address).context["form"]
    form = {name: page[name].value() or "" for name in page.fields} | {"submission": str(uuid4())}
    moved = browser.post(address, form | {"place": "Melun (77288)"})
    assert "Melun n’est pas dans votre département (91)" in moved.said
    Tender.objects.filter(pk=tender.pk).update(place="77288", department="77")
    tender.refresh_from_db()
    award = make.award(tender.lots.get(), (world.own.contractor, Decimal(1)))
    make.notify(tender, notified_on=date(2026, 1, 5))
    work = {"post": "Maçon", "starts_on": "2026-02-02", "modality": "DIRECT_HIRE_CDD", "weekly_hours": "35"}
    work |= {"company": str(world.own.contractor.pk), "headcount": "1", "submission": str(uuid4())}
    assert browser.post(reverse("placements:ask", args=[award.pk]), work).status_code == 302
    need = JobRequest.objects.latest("pk")
    assert "PLIE de Melun" not in browser.get(reverse("matching:candidates", args=[need.pk])).said

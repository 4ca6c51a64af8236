"""Territories: to reach somebody's file from the one question that a prescriber asks of a facilitator.

Elsewhere: who is asked, and what the question itself shows (tests/beneficiaries/people/test_prescribed.py).
"""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from beneficiaries.people.models import Dossier, EligibilityCheck, PersonIdentity
from inclusiv.accounts.models import Territory, TerritoryAssignment
from inclusiv.core.actors import Role
from inclusiv.records.models import Exchange, reference
from tests.attacks.conftest import Attacker
from tests.world import COMMUNES, Side, World


@pytest.fixture
def asked(world: World) -> Side:
    """Somebody whom the prescriber follows, and whose eligibility is asked of the facilitator."""
    side = world.own_of(Role.PRESCRIBER)
    territory = Territory.objects.create(name="Nord", structure=world.own.structure)
    TerritoryAssignment.objects.create(
        territory=territory, commune_id=COMMUNES["Paula"], starts_on=date(2020, 1, 1)
    )
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
    form = {"submission": str(uuid4()), "refusals": ["EVIDENCE_MISSING"], "reason": "x"}
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

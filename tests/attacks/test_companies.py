"""A company and a prescriber, with what they may lawfully do: to count, to read or to open more by its order.

Elsewhere: chains with the facilitation (test_pairs.py, test_chains.py), hours one by one (test_hours.py).
"""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.urls import reverse

from beneficiaries.people.choices import CheckStatus
from beneficiaries.people.models import Dossier
from beneficiaries.placements.actions import placements
from beneficiaries.placements.choices import PlacementStatus
from beneficiaries.placements.models import Placement
from inclusiv.accounts.choices import CompanyKind
from inclusiv.accounts.models import Capacity, Membership, Organisation
from inclusiv.core.actors import Role
from inclusiv.demo.make import accounts
from inclusiv.records.models import AccessLog
from tests.accounts.conftest import PASSWORD, with_password
from tests.attacks.conftest import Attacker
from tests.world import World


def test_to_read_the_post_of_somebody_at_another_company_by_replacing_them(
    world: World, browser: Attacker
) -> None:
    """« Demander un candidat » takes over a post by its key: one's own people's only."""
    Placement.objects.filter(pk=world.other.placement.pk).update(post="Poste d’ailleurs")
    Placement.objects.filter(pk=world.own.placement.pk).update(post="Poste d’ici")
    address = reverse("placements:ask", args=[world.own.award.pk])
    pages = [
        browser.acting(world.cast.contractor).get(address, {"remplace": one.pk}).said
        for one in (world.own.placement, world.other.placement)
    ]
    assert ["Poste d’ici" in pages[0], "Poste d’ailleurs" in pages[1]] == [True, False]
    assert not AccessLog.objects.filter(subject=f"person:{world.other.placement.person_id}").exists()


def test_to_learn_that_somebody_whom_one_prescribes_works_by_having_a_company_name_them(
    world: World, browser: Attacker
) -> None:
    """The company's structure opens a file of its own: the prescriber's page tells no job, and the question stays closed."""
    followed = world.own_of(Role.PRESCRIBER).dossier
    identity = followed.person.identity
    form = {
        "first_name": identity.first_name,
        "last_name": identity.last_name,
        "birth_date": identity.birth_date.isoformat(),
        "post": "Poste secret",
        "starts_on": "2025-11-03",
        "modality": "DIRECT_HIRE_CDD",
        "weekly_hours": "35",
        "submission": str(uuid4()),
    }
    address = reverse("placements:name", args=[world.own.award.pk])
    assert browser.acting(world.cast.contractor).post(address, form).status_code == 302
    theirs = Placement.objects.get(post="Poste secret")
    assert theirs.person_id != followed.person_id
    page = browser.acting(world.cast.prescriber).get(reverse("people:person", args=[followed.pk]))
    assert page.status_code == 200
    assert "Poste secret" not in page.said
    for name, key in (("people:person", theirs.dossier_id), ("people:check", theirs.check_of_id)):
        assert browser.get(reverse(name, args=[key])).status_code == 404
    assert Dossier.objects.filter(person=theirs.person_id).count() == 1


def test_to_have_a_proof_given_for_one_page_press_what_waits_for_another(
    world: World, browser: Attacker
) -> None:
    """What waits for a proof comes back where it was asked: the owner, who proves for a page of theirs, does not press it."""
    own = world.own_of(Role.CONTRACTOR).doorway
    with_password(world.cast.contractor)
    colleague = Membership.objects.exclude(pk=world.cast.contractor.membership_id or 0).get(
        capacity__organisation=own.organisation, user__last_name="Collègue", capacity__role=Role.CONTRACTOR
    )
    press_it = reverse("accounts:manager", args=[colleague.pk])
    confirm = reverse("account_reauthenticate")
    for leads_to, is_pressed in ((reverse("mfa_view_recovery_codes"), False), (press_it, True)):
        browser.acting(world.cast.contractor).confirmed(ago=timedelta(minutes=6))
        assert browser.post(press_it, {"gere": "1"}).headers["Location"].startswith(confirm)
        assert browser.post(confirm, {"password": PASSWORD, "next": leads_to}).status_code == 302
        colleague.refresh_from_db()
        assert colleague.is_manager is is_pressed


@pytest.mark.parametrize("told", ["-1", "x", "99999", "", "9" * 40])
@pytest.mark.parametrize("field", ["TOTAL_FORMS", "INITIAL_FORMS"])
def test_to_break_a_form_of_rows_by_how_many_it_says_to_have(
    world: World, browser: Attacker, field: str, told: str
) -> None:
    """The contacts of a company, and the documents that a prescriber notes: said to be many, fewer than none, or a word."""
    asked = world.own_of(Role.PRESCRIBER).check
    pages = [
        (world.cast.contractor, reverse("accounts:contacts", args=[world.own.contractor.pk]), "contacts"),
        (world.cast.prescriber, reverse("people:check", args=[asked.pk]), "documents"),
    ]
    for actor, address, prefix in pages:
        form = {f"{prefix}-TOTAL_FORMS": "1", f"{prefix}-INITIAL_FORMS": "0", f"{prefix}-{field}": told}
        form |= {"submission": str(uuid4()), "version": str(asked.version), "decision": "save"}
        answer = browser.acting(actor).post(address, form)
        assert answer.status_code in {302, 422}
        assert len(answer.received) < 300_000


def seconded(agency: Organisation, *, starts_on: str) -> dict[str, str]:
    """Return the form by which a company says that an agency employs somebody."""
    return {
        "first_name": "Sacha", "last_name": "Inconnu", "birth_date": "1985-05-05", "post": "Manœuvre",
        "starts_on": starts_on, "modality": "SECONDMENT_ETTI", "weekly_hours": "35",
        "employer": str(agency.pk), "submission": str(uuid4()),
    }  # fmt: skip


def test_to_owe_months_of_statements_in_the_name_of_an_agency_that_knows_nothing(
    world: World, browser: Attacker
) -> None:
    """Since the first day of the contract, by the form of a company: past days are the employer's, or the facilitation's, to tell."""
    agency = accounts.organisation(
        name="Interim Est", number=91, roles=(Role.EMPLOYER,), company_kind=CompanyKind.ETTI
    )
    name = reverse("placements:name", args=[world.own.award.pk])
    form = seconded(agency, starts_on=str(world.own.tender.starts_on))
    answer = browser.acting(world.cast.contractor).post(name, form)
    assert answer.status_code == 422
    assert "Interim Est, qui emploie la personne, l’indique" in answer.said
    assert not Placement.objects.filter(employer=agency).exists()
    browser.post(name, seconded(agency, starts_on="2025-10-15"))
    told = Placement.objects.get(employer=agency)
    member = accounts.member(
        agency, Role.EMPLOYER, first_name="Éva", last_name="Est", email="eva@agence.example"
    )
    browser.acting(member).post(reverse("placements:cancel", args=[told.pk]))
    told.refresh_from_db()
    assert told.status == PlacementStatus.CANCELLED, "what has not begun is the agency's to give up"


def test_to_have_an_agency_declare_nothing_any_more_by_naming_people_without_end(
    world: World, browser: Attacker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page of a month holds three hundred people in fewer fields than a form may have; one more is refused."""
    assert placements.MOST_IN_POST * 3 < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS - 20
    agency = world.own.placement.employer
    there = Placement.objects.in_month(date(2025, 10, 1), date.max)
    monkeypatch.setattr(
        placements, "MOST_IN_POST", there.filter(award=world.own.award, declarant=agency).count() + 1
    )
    name = reverse("placements:name", args=[world.own.award.pk])
    browser.acting(world.cast.contractor)
    answers = [
        browser.post(name, seconded(agency, starts_on="2025-10-20") | {"last_name": last_name})
        for last_name in ("Premier", "Second")
    ]
    assert [answer.status_code for answer in answers] == [302, 422]
    assert "personnes en poste sur ce lot en octobre 2025" in answers[1].said


def test_to_take_back_as_a_prescriber_the_question_on_which_somebody_in_post_relies(
    world: World, browser: Attacker
) -> None:
    """In a structure whose people prescribe too; the company could not name the person again, nor their hours count."""
    structure = world.own.structure
    Capacity.objects.create(
        organisation=structure, role=Role.PRESCRIBER, department="91", starts_on=date(2025, 1, 1)
    )
    prescriber = accounts.member(
        structure, Role.PRESCRIBER, first_name="P", last_name="Q", email="pq@plie.example"
    )
    name = reverse("placements:name", args=[world.own.award.pk])
    form = seconded(world.own.placement.employer, starts_on="2025-10-20")
    browser.acting(world.cast.contractor).post(name, form)
    work = Placement.objects.latest("pk")
    for who in (prescriber, world.cast.facilitator):
        answer = browser.acting(who).post(reverse("people:withdraw", args=[work.check_of_id]), follow=True)
        assert "Une mise à l’emploi attend cette réponse" in answer.said
    work.check_of.refresh_from_db()
    assert work.check_of.status == CheckStatus.SUBMITTED

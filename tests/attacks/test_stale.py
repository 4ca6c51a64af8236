"""Acts on what is not there any more: a decision on what its author never saw, a step on what is over.

Elsewhere: a statement that was sent again (test_hours.py), a contract's own steps (test_contracts.py), accesses that
ended (test_departures.py).
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.forms import BoundField
from django.test import Client
from django.urls import reverse

from beneficiaries.people.actions import eligibility
from beneficiaries.people.choices import CheckStatus, Criterion
from beneficiaries.placements.choices import Decline, PlacementStatus
from beneficiaries.placements.models import Placement
from clauses.obligations.actions import clauses, welcome
from clauses.obligations.models import KickOff
from clauses.obligations.selectors.sizing import sizing_ground
from clauses.procurement.actions import plans, tenders
from clauses.procurement.choices import AdviceStatus, InsertionPolicy, TenderNature, TenderStatus
from clauses.procurement.models import AdviceRequest, Award, Lot, Operation, Tender
from clauses.procurement.rules.plans import ReadLine
from inclusiv.accounts.models import Contact, Territory, TerritoryAssignment
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import beneficiaries
from inclusiv.demo.make import clauses as make
from inclusiv.records.models import AuditEvent, OutgoingEmail, SignedLink, reference
from tests.attacks.conftest import Attacker
from tests.world import NOW, World

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


def hidden(browser: Attacker, address: str) -> dict[str, str]:
    """Return what the forms of a page carry without showing it."""
    page = browser.get(address)
    assert page.status_code == 200
    return dict(HIDDEN.findall(page.said)) | {"submission": str(uuid4())}


def test_to_have_somebody_refused_on_documents_that_nobody_read(world: World, browser: Attacker) -> None:
    """A colleague notes the document that was missing while the refusal is being written."""
    check, address = world.own.check, reverse("people:refuse", args=[world.own.check.pk])
    form = hidden(browser.acting(world.cast.facilitator), address)
    proofs = beneficiaries.proofs(Criterion.RSA, reference_date=check.reference_date)
    eligibility.complete(
        check=check, evidence=proofs, by=world.cast.facilitator, at=NOW, version=check.version
    )
    browser.post(address, form | {"refusals": ["NO_CRITERION"]})
    check.refresh_from_db()
    assert check.status == CheckStatus.SUBMITTED


def test_to_have_a_buyer_accept_hours_that_it_never_read(world: World, browser: Attacker) -> None:
    """It reads the proposal; the hours are computed again before it presses « J’accepte »."""
    asked, lot = world.own.advice, Lot.objects.get(tender=world.own.draft)
    AdviceRequest.objects.filter(pk=asked.pk).update(
        status=AdviceStatus.PROPOSED, opinion="ADVISED", answered_at=NOW, answered_by="Nadia"
    )
    address = reverse("procurement:advice", args=[asked.pk])
    form = hidden(browser.acting(world.cast.buyer), address)
    ground = sizing_ground(lot, on=NOW.date())
    inputs = replace(ground.inputs, amount=Decimal(1_800_000))
    clauses.put(lot=lot, inputs=inputs, quantity=Decimal(9000), by=world.cast.facilitator, at=NOW)
    browser.post(address, form | {"decision": "accept"})
    asked.refresh_from_db()
    assert asked.status == AdviceStatus.PROPOSED


@pytest.mark.parametrize("status", [TenderStatus.NO_AWARD, TenderStatus.TERMINATED, TenderStatus.CLOSED])
def test_to_write_about_a_purchase_that_is_over(
    world: World, browser: Attacker, status: TenderStatus
) -> None:
    """The question was never answered, and the procedure came to its end."""
    asked = world.own.advice
    AdviceRequest.objects.filter(pk=asked.pk).update(reply_to="claire@example.org")
    Tender.objects.filter(pk=world.own.draft.pk).update(
        status=status,
        notified_on=None if status == TenderStatus.NO_AWARD else date(2025, 9, 1),
    )
    OutgoingEmail.objects.all().delete()
    form = {"opinion": "NOT_ADVISED", "answer": "Trop tard.", "submission": str(uuid4())}
    browser.acting(world.cast.facilitator).post(reverse("procurement:advice", args=[asked.pk]), form)
    asked.refresh_from_db()
    assert (asked.status, OutgoingEmail.objects.count()) == (AdviceStatus.ASKED, 0)


@pytest.mark.parametrize("status", [PlacementStatus.CANCELLED, PlacementStatus.ENDED])
def test_to_tell_of_somebody_who_works_there_no_more(
    world: World, browser: Attacker, status: PlacementStatus
) -> None:
    """What a company signals stays on the story of the person, whom it no longer employs."""
    work = world.own.placement
    ended = date(2025, 9, 30) if status == PlacementStatus.ENDED else None
    Placement.objects.filter(pk=work.pk).update(status=status, ended_on=ended)
    form = {"trouble": "DIFFICULTY", "submission": str(uuid4())}
    browser.acting(world.cast.employer).post(reverse("placements:end", args=[work.pk]), form)
    told = AuditEvent.objects.filter(code="placement.trouble", subjects__contains=[reference(work.person)])
    assert not told.exists()


@pytest.mark.parametrize("status", [TenderStatus.CLOSED, TenderStatus.NO_AWARD])
def test_to_call_a_contract_otherwise_once_it_is_over(world: World, status: TenderStatus) -> None:
    """Its number and its object are those of the report that was made of it."""
    tender = world.own.tender
    Tender.objects.filter(pk=tender.pk).update(status=status)
    with pytest.raises(Refused):
        tenders.change(tender=tender, title="Autre chose", reference="2030-999", by=world.cast.buyer, at=NOW)


def test_to_follow_a_purchase_in_a_commune_that_another_structure_has_taken_over(world: World) -> None:
    """The plan was read while the commune was one's own, and is confirmed since it is not."""
    mine = Territory.objects.create(name="Nord", structure=world.own.structure)
    theirs = Territory.objects.create(name="Sud", structure=world.other.structure)
    held = TerritoryAssignment.objects.create(territory=mine, commune_id="91228", starts_on=date(2020, 1, 1))
    line = ReadLine(row=2, title="Nettoyage", nature=TenderNature.SERVICES, place="91228")
    by = world.cast.facilitator
    plan = plans.read(buyer=world.own.buyer, year=2027, name="p.xlsx", lines=[line], by=by, at=NOW)
    TerritoryAssignment.objects.filter(pk=held.pk).update(ends_on=date(2025, 10, 13))
    TerritoryAssignment.objects.create(territory=theirs, commune_id="91228", starts_on=date(2025, 10, 14))
    try:
        plans.confirm(plan=plan, by=by, at=NOW)
    except Refused:
        return
    assert Tender.objects.get(title="Nettoyage").structure == world.other.structure


@pytest.mark.parametrize("status", [TenderStatus.CLOSED, TenderStatus.TERMINATED])
def test_to_welcome_a_company_to_a_contract_that_is_over(
    world: World, browser: Attacker, status: TenderStatus
) -> None:
    """The button is not there any more; its address is."""
    Tender.objects.filter(pk=world.own.tender.pk).update(status=status)
    OutgoingEmail.objects.all().delete()
    contact = {
        "organisation": world.own.contractor,
        "name": "R",
        "role": "SITE",
        "email": "r@batisud.example",
    }
    Contact.objects.create(**contact)
    address = reverse("obligations:plan-welcome", args=[world.own.award.pk])
    browser.acting(world.cast.facilitator).post(address)
    assert not OutgoingEmail.objects.exists()


def test_to_ask_who_holds_the_lots_of_a_procedure_that_was_given_up(world: World, browser: Attacker) -> None:
    """Nobody does."""
    Tender.objects.filter(pk=world.own.draft.pk).update(status=TenderStatus.NO_AWARD)
    OutgoingEmail.objects.all().delete()
    Contact.objects.create(organisation=world.own.buyer, name="C", role="OTHER", email="c@valmont.example")
    browser.acting(world.cast.facilitator).post(reverse("obligations:award-ask", args=[world.own.draft.pk]))
    assert not OutgoingEmail.objects.exists()


def test_to_rewrite_what_was_decided_at_the_meeting_of_a_contract_that_is_closed(
    world: World, browser: Attacker
) -> None:
    """Its report is made, its minutes are what they were; whoever they name is told to nobody as a contact."""
    Tender.objects.filter(pk=world.own.tender.pk).update(status=TenderStatus.CLOSED)
    held = KickOff.objects.get(tender=world.own.tender)
    form = {
        "held_on": str(held.held_on),
        "place": "x",
        "attended": "x",
        "decisions": "Réécrit",
        "version": "1",
    }
    address = reverse("obligations:kick-off", args=[world.own.tender.pk])
    browser.acting(world.cast.buyer).post(address, form | {"submission": str(uuid4())})
    held.refresh_from_db()
    assert held.decisions != "Réécrit"


@pytest.mark.parametrize("reason", ["NO_SHOW", "DISTANCE"])
def test_to_read_on_a_contract_why_somebody_was_not_taken(
    world: World, browser: Attacker, reason: str
) -> None:
    """What a company answers of a candidate is for who follows them: the buyer and the coordination read pseudonyms."""
    decline = reverse("placements:decline", args=[world.own.referral.pk])
    form = {"reason": reason, "submission": str(uuid4())}
    assert browser.acting(world.cast.contractor).post(decline, form).status_code == 302
    told = str(Decline(reason).label).lower()
    page = reverse("procurement:tender", args=[world.own.tender.pk])
    assert told in browser.acting(world.cast.facilitator).get(page).said
    readers = (world.cast.buyer, world.cast.coordinator)
    assert [told in browser.acting(one).get(page).said for one in readers] == [False, False]


def test_to_have_the_link_of_a_contract_that_is_over_sent_again(world: World) -> None:
    """Its last day has passed, and whoever holds it asks for another."""
    links = SignedLink.objects.filter(purpose=welcome.PURPOSE, organisation_id=world.own.contractor.pk)
    links.update(expires_at=NOW - timedelta(minutes=1), created_at=NOW - timedelta(days=45))
    Tender.objects.filter(pk=world.own.tender.pk).update(status=TenderStatus.CLOSED)
    OutgoingEmail.objects.all().delete()
    again = Client().post(reverse("records:renew-link", args=[world.own.plan_token]))
    assert (again.status_code, OutgoingEmail.objects.count()) == (410, 0)


def test_to_take_back_the_contractor_of_a_procedure_that_was_given_up(
    world: World, browser: Attacker
) -> None:
    """It stays in the statistics as it was: the award is part of it."""
    lot = Lot.objects.get(tender=world.own.draft)
    Tender.objects.filter(pk=world.own.draft.pk).update(status=TenderStatus.AWARDED, awarded_on=NOW.date())
    award = make.award(lot, (world.own.contractor, Decimal(1)))
    address = reverse("procurement:award-withdraw", args=[lot.pk])
    form = hidden(browser.acting(world.cast.buyer), address)
    Tender.objects.filter(pk=world.own.draft.pk).update(status=TenderStatus.NO_AWARD)
    browser.post(address, form)
    assert Award.objects.filter(pk=award.pk).exists()


@pytest.mark.parametrize("gathered", ["before", "after"])
def test_to_change_whom_a_procedure_that_was_given_up_aimed_at(
    world: World, browser: Attacker, gathered: str
) -> None:
    """By the operation that it is in, or that it joins, once it is a renewal project."""
    draft, operation = world.own.draft, world.own.operation
    Tender.objects.filter(pk=draft.pk).update(status=TenderStatus.NO_AWARD)
    browser.acting(world.cast.buyer)
    if gathered == "before":
        Tender.objects.filter(pk=draft.pk).update(operation=operation)
        address = reverse("procurement:operation", args=[operation.pk])
        form = {"title": "Rénovation", "is_anru": "on", "version": str(operation.version)}
    else:
        Operation.objects.filter(pk=operation.pk).update(is_anru=True)
        address = reverse("procurement:parties", args=[draft.pk])
        form = {"quoi": "operation", "operation": str(operation.pk)}
    assert browser.post(address, form | {"submission": str(uuid4())}).status_code == 302
    assert Tender.objects.get(pk=draft.pk).insertion_policy == InsertionPolicy.STANDARD


@pytest.mark.parametrize("status", [TenderStatus.NO_AWARD, TenderStatus.PLANNED])
def test_to_go_on_answering_by_the_link_of_a_procedure_that_asks_nothing_any_more(
    world: World, status: TenderStatus
) -> None:
    """« Me redemander le », written again and again in the story of what is over."""
    Tender.objects.filter(pk=world.own.draft.pk).update(status=status)
    known = AuditEvent.objects.count()
    form = {"later_on": "2025-12-01", "submission": str(uuid4())}
    Client().post(reverse("records:link", args=[world.own.award_token]), form)
    assert AuditEvent.objects.count() == known


def test_to_accept_a_proposal_about_a_procedure_that_was_given_up(world: World, browser: Attacker) -> None:
    asked = world.own.advice
    AdviceRequest.objects.filter(pk=asked.pk).update(
        status=AdviceStatus.PROPOSED, opinion="ADVISED", answered_at=NOW, answered_by="Nadia"
    )
    Tender.objects.filter(pk=world.own.draft.pk).update(status=TenderStatus.NO_AWARD)
    address = reverse("procurement:advice", args=[asked.pk])
    form = hidden(browser.acting(world.cast.buyer), address)
    browser.post(address, form | {"decision": "accept"})
    asked.refresh_from_db()
    assert asked.status == AdviceStatus.PROPOSED
    assert "Décider de la proposition" not in browser.get(reverse("followup:my-tenders")).said


@pytest.mark.parametrize("status", [TenderStatus.CLOSED, TenderStatus.TERMINATED, TenderStatus.COMPLETED])
def test_to_read_on_who_was_proposed_for_a_contract_that_is_over(
    world: World, browser: Attacker, status: TenderStatus
) -> None:
    """Nobody is put to work there any more: no candidate is named to the company, nor proposed."""
    identity, need = (
        world.own.referral.dossier.person.identity,
        reverse("placements:request", args=[world.own.need.pk]),
    )
    assert identity.last_name in browser.acting(world.cast.contractor).get(need).said
    Tender.objects.filter(pk=world.own.tender.pk).update(status=status)
    page = browser.get(need).said
    assert [told for told in (identity.last_name, identity.phone) if told in page] == []
    answer = browser.get(reverse("placements:accept", args=[world.own.referral.pk]))
    assert answer.status_code == 404
    other = beneficiaries.dossier(world.own.structure)
    propose = reverse("matching:propose", args=[world.own.need.pk, other.pk])
    browser.acting(world.cast.facilitator).post(propose)
    assert world.own.need.referrals.count() == 1


def test_to_have_somebody_found_eligible_as_who_they_were_not(world: World, browser: Attacker) -> None:
    """Born on another day and living elsewhere since the page was opened: nobody decided on that."""
    check = world.own.check
    proofs = beneficiaries.proofs(Criterion.RSA, reference_date=check.reference_date)
    eligibility.complete(
        check=check, evidence=proofs, by=world.cast.facilitator, at=NOW, version=check.version
    )
    decide, correct = (
        reverse("people:check", args=[check.pk]),
        reverse("people:change", args=[check.dossier_id]),
    )
    page = browser.acting(world.cast.facilitator).get(decide).context
    rows = page["documents"]
    shown = [*rows.management_form, *(field for row in rows for field in row), page["form"]["version"]]
    form = typed(shown)
    person = typed(browser.get(correct).context["form"]) | {"birth_date": "1960-01-01", "commune": "91228"}
    assert browser.post(correct, person).status_code == 302
    browser.post(decide, form | {"decision": "validate"})
    check.refresh_from_db()
    assert check.status == CheckStatus.SUBMITTED


def typed(fields: Iterable[BoundField]) -> dict[str, str]:
    """Return what a form would send as it is shown."""
    told = {field.html_name: field.value() for field in fields}
    return {name: str(value) for name, value in told.items() if value} | {"submission": str(uuid4())}


def test_to_take_back_the_question_that_a_structure_had_asked(world: World, browser: Attacker) -> None:
    """A company takes a candidate, then gives up: what the facilitation had asked before it stays asked."""
    taken = {"starts_on": world.own.check.reference_date.isoformat(), "submission": str(uuid4())}
    browser.acting(world.cast.contractor).post(
        reverse("placements:accept", args=[world.own.referral.pk]), taken
    )
    work = Placement.objects.get(referral=world.own.referral)
    assert work.check_of == world.own.check
    assert browser.post(reverse("placements:cancel", args=[work.pk])).status_code == 302
    world.own.check.refresh_from_db()
    assert world.own.check.status == CheckStatus.SUBMITTED


def contacts_page(world: World, browser: Attacker, *, by_link: bool) -> tuple[str, dict[str, str]]:
    """Open the contacts of a company, as the facilitator or by its link; return the address and the form as drawn."""
    address = reverse("accounts:contacts", args=[world.own.contractor.pk])
    if by_link:
        address = reverse("records:link", args=[world.own.contacts_token])
    else:
        browser.acting(world.cast.facilitator)
    rows = browser.get(address).context["rows"]
    return address, typed([*rows.management_form, *(field for row in rows for field in row)])


@pytest.mark.parametrize("by_link", [False, True])
def test_to_have_somebody_leave_the_contacts_whom_the_page_did_not_show(
    world: World, browser: Attacker, by_link: bool
) -> None:
    """A colleague is named while the page is open: their links would end with a press of « Enregistrer »."""
    company = world.own.contractor
    address, form = contacts_page(world, browser, by_link=by_link)
    colleague = Contact.objects.create(
        organisation=company, name="Neuve", role="SITE", email="n@x.example", rank=2
    )
    assert browser.post(address, form).status_code in {200, 302}
    colleague.refresh_from_db()
    assert colleague.left_on is None


@pytest.mark.parametrize("by_link", [False, True])
def test_to_have_who_has_just_left_come_back_among_the_contacts(
    world: World, browser: Attacker, by_link: bool
) -> None:
    """They leave while a colleague's page is open, which still holds them: they would receive the months again."""
    company = world.own.contractor
    address, form = contacts_page(world, browser, by_link=by_link)
    Contact.objects.filter(organisation=company).update(left_on=NOW.date())
    answer = browser.post(address, form)
    assert answer.status_code == 422
    assert "n’est plus à joindre" in answer.said
    assert not company.contacts.present().exists()


def test_to_have_the_link_of_a_month_sent_again_for_a_contract_that_is_over(world: World) -> None:
    links = SignedLink.objects.filter(purpose="declare-hours")
    links.update(expires_at=NOW - timedelta(minutes=1), created_at=NOW - timedelta(days=45))
    Tender.objects.filter(pk=world.own.tender.pk).update(status=TenderStatus.CLOSED)
    OutgoingEmail.objects.all().delete()
    again = Client().post(reverse("records:renew-link", args=[world.own.token]))
    assert (again.status_code, OutgoingEmail.objects.count()) == (410, 0)

"""Departures: what somebody who has left goes on reading, receiving or doing, by what was written before they left.

Elsewhere: accesses that are closed (test_powers.py), links kept (test_links.py), the plan of a successor and the people
whom one goes on bringing (test_contracts.py), a mandate ended or outlived (test_purchases.py).
"""

import re
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from beneficiaries.hours.selectors.duties import expected_statements
from beneficiaries.people.choices import Refusal
from beneficiaries.people.models import PersonIdentity
from beneficiaries.placements.actions import referrals
from beneficiaries.placements.models import JobRequest, Placement
from clauses.procurement.models import Award, BuyerDelegate, LotParticipant, Subcontract, Tender
from inclusiv.accounts.models import Capacity, Contact, Organisation
from inclusiv.core.actors import Role
from inclusiv.demo.make import beneficiaries, hours
from inclusiv.demo.make import clauses as make
from inclusiv.records.actions import mails
from inclusiv.records.models import OutgoingEmail
from tests.accounts.conftest import link_of
from tests.attacks.conftest import Attacker
from tests.attacks.test_contracts import left_by
from tests.world import NOW, World

EVE = "eve@evil.example"
MEETING = {"held_on": "2025-10-10", "place": "Chez le repreneur", "attended": "Paule Reprise", "version": "1"}


def told(world: World, browser: Attacker, **more: str) -> None:
    """Send the minutes of the meeting, once more."""
    address = reverse("obligations:kick-off", args=[world.own.tender.pk])
    assert browser.post(address, MEETING | {"submission": str(uuid4())} | more).status_code == 302


def worked_in_september(world: World, company: Organisation) -> Placement:
    """Have somebody work for a company on the lot in September, whose hours count."""
    hired = date(2025, 9, 2)
    check = beneficiaries.validated_check(beneficiaries.dossier(world.own.structure), reference_date=hired)
    return beneficiaries.placement(world.own.award, check, employer=company, ended_on=date(2025, 9, 30))


def test_to_read_the_hours_that_are_done_on_a_lot_once_one_has_left_it(
    world: World, browser: Attacker
) -> None:
    """The company that took the lot over has a hundred hours validated: its page tells them to itself alone."""
    page = reverse("followup:my-lot", args=[world.own.award.pk])
    assert "Il reste <b>1" in browser.acting(world.cast.contractor).get(page).said
    left_by(world, browser)
    work = worked_in_september(world, world.other.contractor)
    hours.validated(world.own.award, world.other.contractor, date(2025, 9, 1), hours={work: Decimal(100)})
    assert browser.acting(world.cast.contractor).get(page).status_code == 404
    assert "1\u202f790\u00a0h" in browser.acting(world.cast.other_contractor).get(page).said


def test_a_company_that_left_a_lot_still_finds_the_months_that_it_has_to_tell(
    world: World, browser: Attacker
) -> None:
    worked_in_september(world, world.own.contractor)
    left_by(world, browser)
    browser.acting(world.cast.contractor)
    mine = browser.get(reverse("followup:my-lots"))
    waits = reverse("hours:declare", args=[world.own.award.pk, "2025-09"])
    assert mine.status_code == 200
    assert waits in mine.said
    assert browser.get(waits).status_code == 200
    for name in ("procurement:tender", "obligations:start", "placements:tender", "followup:tender"):
        page = browser.get(reverse(name, args=[world.own.tender.pk]), follow=True)
        assert page.status_code == 200, name


def test_to_read_what_was_said_at_a_meeting_held_once_one_has_left(world: World, browser: Attacker) -> None:
    """Who came, and what was decided with the company that took the lot over."""
    left_by(world, browser)
    told(world, browser.acting(world.cast.buyer), decisions="Deux agences retenues")
    address = reverse("obligations:kick-off-minutes", args=[world.own.tender.pk])
    successor = browser.acting(world.cast.other_contractor).get(address)
    assert "Paule Reprise" in "".join(
        one.extract_text() for one in PdfReader(BytesIO(successor.received)).pages
    )
    assert browser.acting(world.cast.contractor).get(address).status_code == 404


@pytest.mark.parametrize("kind", ["token", "plan_token", "contacts_token", "award_token"])
def test_to_go_on_by_a_link_once_one_s_organisation_acts_no_more(world: World, kind: str) -> None:
    """Its roles ended yesterday, and its accesses with them: what its contacts received opens nothing either."""
    page = reverse("records:link", args=[getattr(world.own, kind)])
    holders = Capacity.objects.filter(organisation__in=[world.own.contractor, world.own.buyer])
    holders.update(ends_on=NOW.date())
    assert Client().get(page).status_code == 200
    holders.update(ends_on=NOW.date() - timedelta(days=1))
    answers = [Client().get(page), Client().post(page, {"submission": str(uuid4())})]
    assert [answer.status_code for answer in answers] == [410, 410]


def correspondent(world: World) -> dict[str, str]:
    """Return the fields of the minutes that name a correspondent of the lot."""
    key = world.own.award.pk
    return {f"name_{key}": "Eve Ancienne", f"mobile_{key}": "06 11 22 33 44", f"email_{key}": EVE}


def test_to_read_whom_to_call_at_the_company_that_one_succeeds(world: World, browser: Attacker) -> None:
    """The correspondent stays their company's: neither the page nor the minutes tell of them to who took the lot over."""
    told(world, browser.acting(world.cast.facilitator), **correspondent(world))
    assert names_eve(world, browser.acting(world.cast.contractor)) == [True, True]
    left_by(world, browser)
    assert names_eve(world, browser.acting(world.cast.other_contractor)) == [False, False]


def names_eve(world: World, browser: Attacker) -> list[bool]:
    """Say whether the page of the start, then the minutes, name the correspondent."""
    page, minutes = (
        browser.get(reverse(f"obligations:{name}", args=[world.own.tender.pk]))
        for name in ("start", "kick-off-minutes")
    )
    printed = "".join(one.extract_text() for one in PdfReader(BytesIO(minutes.received)).pages)
    return ["Eve Ancienne" in page.said, "Eve Ancienne" in printed]


@pytest.mark.parametrize("how", ["handed over", "left"])
def test_to_be_written_to_for_a_company_by_minutes_told_before_one_left(
    world: World, browser: Attacker, how: str
) -> None:
    """The facilitator corrects a decision on the page as it was filled in: it names nobody who works there no more."""
    told(world, browser.acting(world.cast.facilitator), **correspondent(world))
    if how == "left":
        Contact.objects.filter(email=EVE).update(left_on=NOW.date())
    else:
        left_by(world, browser)
    browser.acting(world.cast.facilitator)
    form = browser.get(reverse("obligations:kick-off", args=[world.own.tender.pk])).context["form"]
    filled = {name: form[name].value() for name in correspondent(world)}
    told(world, browser, **filled, version="2", decisions="Une de plus")
    holder = Award.objects.get(pk=world.own.award.pk).lead
    assert EVE not in holder.contacts.present().values_list("email", flat=True)


def test_to_stay_on_a_lot_that_one_has_left_by_having_worked_there_before_holding_it(
    world: World, browser: Attacker
) -> None:
    """A company that took part in the lot, then held it, leaves by the transfer all the same."""
    LotParticipant.objects.create(
        lot=world.own.lot, organisation=world.own.contractor, starts_on=date(2025, 3, 24)
    )
    left_by(world, browser)
    plan = reverse("obligations:plan", args=[world.own.award.pk])
    assert browser.acting(world.cast.contractor).get(plan).status_code == 404


def test_a_company_that_comes_back_as_subcontractor_works_there_again(
    world: World, browser: Attacker
) -> None:
    """Nothing that it does alone lifts the end of its time on the lot: the answer of the buyer does."""
    left_by(world, browser)
    page = reverse("followup:my-lot", args=[world.own.award.pk])
    form = {"siret": str(world.own.contractor.siret), "work": "Plâtrerie", "amount": "1000"}
    form |= {"starts_on": "2025-10-20", "submission": str(uuid4())}
    declare = reverse("procurement:subcontract-declare", args=[world.own.award.pk])
    assert browser.acting(world.cast.other_contractor).post(declare, form).status_code == 302
    assert browser.acting(world.cast.contractor).get(page).status_code == 404
    back = Subcontract.objects.get(organisation=world.own.contractor)
    decide = reverse("procurement:subcontract-decide", args=[back.pk])
    browser.acting(world.cast.buyer).post(decide, {"decision": "accepter", "submission": str(uuid4())})
    assert LotParticipant.objects.get(lot=world.own.lot, organisation=world.own.contractor).ends_on is None
    assert browser.acting(world.cast.contractor).get(page).status_code == 200


@pytest.mark.parametrize("is_sent_on", [False, True])
def test_to_go_on_receiving_the_letters_of_a_company_once_one_s_mandate_is_over(
    world: World, browser: Attacker, is_sent_on: bool
) -> None:
    """A delegate tells its own address on the tender of its mandate: it receives neither the welcome nor the link of
    another tender of the buyer, least of all once it acts no more, nor when the buyer sends on the minutes as they are
    filled in.
    """
    company, award = world.own.contractor, world.own.award
    Contact.objects.filter(organisation=company).update(email="", mobile="0639980001")
    BuyerDelegate.objects.filter(pk=world.own.delegate.pk).update(organisation=world.other.buyer)
    told(world, browser.acting(world.cast.other_buyer), **{f"name_{award.pk}": "E", f"email_{award.pk}": EVE})
    BuyerDelegate.objects.filter(pk=world.own.delegate.pk).update(ends_on=date(2025, 10, 1))
    assert browser.get(reverse("procurement:tender", args=[world.own.tender.pk])).status_code == 404
    if is_sent_on:
        browser.acting(world.cast.buyer)
        form = browser.get(reverse("obligations:kick-off", args=[world.own.tender.pk])).context["form"]
        shown = {name: form[name].value() for name in (f"name_{award.pk}", f"email_{award.pk}")}
        told(world, browser, **shown | {"version": "2"})
    second = make.tender(buyer=world.own.buyer, structure=world.own.structure, reference="2025-903")
    make.award(make.lot(second), (company, Decimal(1)))
    OutgoingEmail.objects.all().delete()
    days = {"notified_on": "2025-10-10", "starts_on": "2025-10-20", "ends_on": "2026-05-01"}
    notified = browser.acting(world.cast.buyer).post(
        reverse("obligations:notify", args=[second.pk]), days | {"submission": str(uuid4())}
    )
    assert notified.status_code == 302
    assert not OutgoingEmail.objects.filter(recipient=EVE).exists()


def test_to_go_on_reading_after_one_s_mandate_by_giving_oneself_a_lot(
    world: World, browser: Attacker
) -> None:
    """A delegate that names itself as the company would hold the lot for as long as it lasts: the buyer says so, if at all."""
    lot = world.own.draft.lots.get()
    Tender.objects.filter(pk=world.own.draft.pk).update(consultation_launched_on=date(2025, 9, 1))
    BuyerDelegate.objects.create(
        tender=world.own.draft,
        buyer=world.own.buyer,
        organisation=world.other.buyer,
        starts_on=date(2025, 1, 1),
    )
    form = {"awarded_on": "2025-10-13", "siret_1": str(world.other.buyer.siret), "group_type": "NONE"}
    address = reverse("procurement:award", args=[lot.pk])
    browser.acting(world.cast.other_buyer)
    assert browser.get(address).status_code == 200
    answer = browser.post(address, form | {"submission": str(uuid4())})
    assert answer.status_code == 422
    form["siret_1"] = str(world.own.contractor.siret)
    assert browser.post(address, form | {"submission": str(uuid4())}).status_code == 302


def test_to_go_on_reading_after_one_s_mandate_by_taking_a_lot_over(world: World, browser: Attacker) -> None:
    BuyerDelegate.objects.filter(pk=world.own.delegate.pk).update(organisation=world.other.buyer)
    form = {"lot": str(world.own.lot.pk), "siret": str(world.other.buyer.siret), "name": "x"}
    form |= {"notified_on": "2025-10-01", "submission": str(uuid4())}
    address = reverse("obligations:transfer", args=[world.own.tender.pk])
    answer = browser.acting(world.cast.other_buyer).post(address, form)
    assert answer.status_code == 422
    assert answer.context["form"].has_error("siret")
    assert Award.objects.get(pk=world.own.award.pk).lead == world.own.contractor


def test_to_keep_a_link_by_having_a_letter_that_quotes_it_come_back(world: World, browser: Attacker) -> None:
    """Whoever will leave an agency gives the address of their link to a buyer, who quotes it in a refusal; the letter
    comes back and goes on to an accomplice: the link is still that of who received it, and ends with them.
    """
    agency, company = world.own.employer, world.own.contractor
    Contact.objects.filter(organisation__in=(agency, company)).delete()
    Contact.objects.create(organisation=agency, name="Karim", role="SITE", email="karim@etti.example")
    for rank, email in enumerate(("parti@btp.example", EVE)):
        Contact.objects.create(organisation=company, name=email, role="SITE", email=email, rank=rank)
    OutgoingEmail.objects.all().delete()
    month = reverse("hours:send-link", args=[world.own.award.pk, "2025-10", agency.pk])
    browser.acting(world.cast.facilitator).post(month)
    kept = link_of(OutgoingEmail.objects.get())
    refusal = {"decision": "refuser", "reason": f"Voir {kept}", "submission": str(uuid4())}
    address = reverse("procurement:subcontract-decide", args=[world.own.subcontract.pk])
    assert browser.acting(world.cast.buyer).post(address, refusal).status_code == 302
    mails.bounce(mail=OutgoingEmail.objects.get(recipient="parti@btp.example"), reason="550", at=NOW)
    assert OutgoingEmail.objects.filter(recipient=EVE).exists()
    form = {"submission": str(uuid4()), "contacts-TOTAL_FORMS": "1", "contacts-INITIAL_FORMS": "0"}
    form |= {"contacts-0-name": "Lise", "contacts-0-role": "SITE", "contacts-0-email": "lise@etti.example"}
    form |= {"contacts-0-contact": str(agency.contacts.get().pk), "contacts-0-ORDER": "1"}
    contacts = reverse("accounts:contacts", args=[agency.pk])
    assert Client().get(kept).status_code == 200
    assert browser.acting(world.cast.employer).post(contacts, form).status_code == 302
    assert Client().get(kept).status_code == 410


@pytest.fixture
def worker(world: World) -> Placement:
    """Somebody whom the contractor employs itself since September, with no last day."""
    hired = date(2025, 9, 2)
    check = beneficiaries.validated_check(beneficiaries.dossier(world.own.structure), reference_date=hired)
    return beneficiaries.placement(world.own.award, check, employer=world.own.contractor)


def test_to_go_on_counting_hours_on_a_lot_that_one_has_left(
    world: World, browser: Attacker, worker: Placement
) -> None:
    """Its worker has no last day: the months that begin after it left are neither awaited nor taken."""
    left_by(world, browser)
    rows = {"submission": str(uuid4()), f"heures-{worker.pk}": "100"}
    with time_machine.travel(NOW + timedelta(days=40), tick=False):
        months = [date(2025, month, 1) for month in (9, 10, 11)]
        expected = expected_statements(
            Award.objects.filter(pk=world.own.award.pk),
            on=date(2025, 12, 1),
            declarant=world.own.contractor.pk,
        )
        browser.acting(world.cast.contractor)
        answers = [
            browser.post(
                reverse("hours:declare", args=[world.own.award.pk, month]),
                rows | {"submission": str(uuid4())},
            ).status_code
            for month in months
        ]
    assert [one.month for one in expected] == months[:2]
    assert answers == [302, 302, 422]


def test_to_name_for_the_days_before_somebody_for_a_lot_that_one_has_left(
    world: World, browser: Attacker
) -> None:
    """« Il a commencé en septembre »: what a company forgot, its facilitator names for it."""
    left_by(world, browser)
    form = {
        "submission": str(uuid4()), "first_name": "Eve", "last_name": "Intruse", "birth_date": "1990-01-01",
        "post": "Maçon", "starts_on": "2025-09-15", "modality": "DIRECT_HIRE_CDD", "weekly_hours": "35",
    }  # fmt: skip
    known = Placement.objects.count()
    address = reverse("placements:name", args=[world.own.award.pk])
    assert browser.acting(world.cast.contractor).post(address, form).status_code == 422
    assert Placement.objects.count() == known


@pytest.mark.parametrize(
    "told", [{"trouble": "DIFFICULTY"}, {"trouble": "DEPARTURE", "ended_on": "2025-10-14"}]
)
def test_to_act_on_whom_an_agency_employs_once_one_has_left_the_lot(
    world: World, browser: Attacker, told: dict[str, str]
) -> None:
    """The company where they worked has left: the agency, and the facilitation, say how they fare."""
    left_by(world, browser)
    address = reverse("placements:end", args=[world.own.placement.pk])
    browser.acting(world.cast.contractor)
    answers = [browser.get(address), browser.post(address, told | {"submission": str(uuid4())})]
    gives_up = browser.post(reverse("placements:cancel", args=[world.own.planned.pk]))
    assert [one.status_code for one in [*answers, gives_up]] == [404, 404, 404]
    world.own.placement.refresh_from_db()
    assert world.own.placement.ended_on is None
    own = browser.get(reverse("placements:tender", args=[world.own.tender.pk]))
    assert own.status_code == 404 or address not in own.said, "no button leads to what is refused"
    assert browser.acting(world.cast.employer).get(address).status_code == 200


def test_to_go_on_reading_whether_somebody_may_work_once_one_has_left_the_lot(
    world: World, browser: Attacker
) -> None:
    """The agency's worker, whom it hosts no more: verdict, reason and last day are the agency's."""
    form = {
        "submission": str(uuid4()), "first_name": "Zélie", "last_name": "Venue", "birth_date": "1990-01-01",
        "post": "Maçonne", "starts_on": "2025-10-20", "modality": "SECONDMENT_ETTI", "weekly_hours": "35",
        "employer": str(world.own.employer.pk),
    }  # fmt: skip
    browser.acting(world.cast.contractor).post(reverse("placements:name", args=[world.own.award.pk]), form)
    named = Placement.objects.latest("pk")
    left_by(world, browser)
    with time_machine.travel(NOW + timedelta(days=3), tick=False):
        refusal = {"submission": str(uuid4()), "refusals": ["NO_WORK_PERMIT"], "reason": "x", "version": "1"}
        address = reverse("people:refuse", args=[named.check_of_id])
        assert browser.acting(world.cast.facilitator).post(address, refusal).status_code == 302
        browser.acting(world.cast.contractor)
        pages = [
            browser.get(reverse("placements:tender", args=[world.own.tender.pk])),
            browser.get(reverse("placements:request", args=[named.request_id])),
        ]
    assert not [page for page in pages if Refusal.NO_WORK_PERMIT.label in page.said.replace("&#x27;", "'")]


@pytest.mark.parametrize(
    ("kind", "side", "kept"),
    [
        ("award_token", "buyer", Role.CONTRACTOR),
        ("token", "contractor", Role.BUYER),
        ("plan_token", "contractor", Role.BUYER),
    ],
)
def test_to_go_on_by_a_link_once_the_role_that_it_is_for_has_ended(
    world: World, kind: str, side: str, kept: Role
) -> None:
    held = Capacity.objects.filter(organisation=getattr(world.own, side))
    held.update(ends_on=NOW.date() - timedelta(days=1))
    Capacity.objects.create(
        organisation=getattr(world.own, side), role=kept, department="91", starts_on=date(2020, 1, 1)
    )
    assert Client().get(reverse("records:link", args=[getattr(world.own, kind)])).status_code == 410


@pytest.mark.parametrize("leaves", [False, True])
def test_to_go_on_reading_how_to_call_somebody_whom_one_hosts_no_more(
    world: World, browser: Attacker, leaves: bool
) -> None:
    """Taken with an agency, which goes on employing them once the lot has another contractor: the need names them no more."""
    ask = reverse("placements:ask", args=[world.own.award.pk])
    form = {
        "post": "Maçon", "starts_on": "2025-10-14", "modality": "SECONDMENT_ETTI", "weekly_hours": "35", "headcount": "1",
    }  # fmt: skip
    browser.acting(world.cast.contractor).post(ask, {"submission": str(uuid4())} | form)
    need = JobRequest.objects.latest("pk")
    dossier = world.own.referral.dossier
    referral = referrals.propose(request=need, dossier=dossier, reasons=(), by=world.cast.facilitator, at=NOW)
    taken = {
        "submission": str(uuid4()),
        "starts_on": "2025-10-14",
        "employer": str(world.own.employer.pk),
    }
    browser.post(reverse("placements:accept", args=[referral.pk]), taken)
    if leaves:
        left_by(world, browser)
    PersonIdentity.objects.filter(person=dossier.person).update(phone="+33699887766")
    page = browser.acting(world.cast.contractor).get(reverse("placements:request", args=[need.pk]))
    assert page.status_code == 200
    assert ("06 99 88 77 66" in re.sub(r"\s", " ", page.said)) is not leaves
    assert (dossier.person.identity.last_name in page.said) is not leaves

"""Subcontractors: to break the pages of a lot, to pass for what one is not, by a declaration that nobody has answered.

Elsewhere: what may be declared and by whom (tests/clauses/procurement/test_subcontracts.py), several at once
(test_at_once.py), the letters of the answers (test_throttling.py).
"""

from datetime import date
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from clauses.procurement.choices import SubcontractStatus
from clauses.procurement.models import BuyerDelegate, Subcontract
from inclusiv.accounts.choices import CompanyKind
from inclusiv.accounts.models import Contact, Organisation
from inclusiv.demo.make import accounts
from inclusiv.records.models import OutgoingEmail
from tests.accounts.conftest import link_of
from tests.attacks.conftest import Attacker
from tests.world import World


def declared(world: World, browser: Attacker) -> Organisation:
    """Have the company declare, as an agency, a number that the platform does not know."""
    form = {"siret": accounts.siret(901), "name": "Fausse ETTI", "inclusive_kind": "ETTI", "work": "x"}
    form |= {"amount": "1", "starts_on": "2025-10-20", "submission": str(uuid4())}
    address = reverse("procurement:subcontract-declare", args=[world.own.award.pk])
    assert browser.acting(world.cast.contractor).post(address, form).status_code == 302
    return Organisation.objects.get(siret=accounts.siret(901))


def named(world: World, browser: Attacker, agency: Organisation, starts_on: str = "2025-10-15") -> Any:
    """Have the company name somebody whom this agency would employ."""
    form = {"first_name": "Eve", "last_name": "Intruse", "birth_date": "1990-01-01", "post": "x"}
    form |= {"starts_on": starts_on, "modality": "SECONDMENT_ETTI", "weekly_hours": "35"}
    form |= {"employer": str(agency.pk), "submission": str(uuid4())}
    return browser.post(reverse("placements:name", args=[world.own.award.pk]), form)


def test_to_pass_for_an_inclusive_structure_by_a_declaration_that_nobody_answered(
    world: World, browser: Attacker
) -> None:
    """What a company says of a stranger is no agency yet: it employs nobody under that name, and no report counts it."""
    agency = declared(world, browser)
    assert Subcontract.objects.get(organisation=agency).status == "DECLARED"
    assert named(world, browser, agency).status_code == 422


def test_to_break_the_link_of_a_month_by_an_agency_that_does_nothing_here(
    world: World, browser: Attacker
) -> None:
    """Its role begins with its work, some days from now: it declares its month by the link all the same."""
    agency = declared(world, browser)
    decide = reverse("procurement:subcontract-decide", args=[Subcontract.objects.get(organisation=agency).pk])
    answer = {"decision": "accepter", "submission": str(uuid4())}
    assert browser.acting(world.cast.buyer).post(decide, answer).status_code == 302
    browser.acting(world.cast.contractor)
    assert named(world, browser, agency).status_code == 422
    assert named(world, browser, agency, "2025-10-20").status_code == 302
    Contact.objects.create(organisation=agency, name="K", role="SITE", email="k@fausse.example")
    OutgoingEmail.objects.all().delete()
    send = reverse("hours:send-link", args=[world.own.award.pk, "2025-10", agency.pk])
    browser.acting(world.cast.facilitator).post(send)
    assert Client(raise_request_exception=False).get(link_of(OutgoingEmail.objects.get())).status_code == 200


def test_to_break_the_pages_of_a_lot_by_subcontractors_of_subcontractors(
    world: World, browser: Attacker
) -> None:
    """A company declares and a buyer accepts, tier below tier: the page is drawn however deep it goes."""
    above = None
    for rank in range(1, 601):
        company = accounts.organisation(name=f"S{rank}", number=2000 + rank, roles=())
        above = Subcontract.objects.create(
            award=world.own.award, organisation=company, rank=rank, parent=above, work="x", amount=1,
            starts_on=date(2025, 10, 20), status="ACCEPTED", declared_on=date(2025, 10, 14), declared_by="x",
            decided_on=date(2025, 10, 14),
        )  # fmt: skip
    pages = {"procurement:subcontracts": world.own.award.pk, "obligations:start": world.own.tender.pk}
    browser.raise_request_exception = False
    for actor in (world.cast.contractor, world.cast.facilitator):
        answers = [browser.acting(actor).get(reverse(name, args=[pk])) for name, pk in pages.items()]
        assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].said.index("S599") < answers[0].said.index("S600")


def test_to_stay_on_a_lot_after_one_s_mandate_by_accepting_oneself_as_subcontractor(
    world: World, browser: Attacker
) -> None:
    """A company declares the delegate of the buyer, which answers in the buyer’s place."""
    BuyerDelegate.objects.filter(pk=world.own.delegate.pk).update(organisation=world.other.buyer)
    form = {"siret": str(world.other.buyer.siret), "work": "x", "amount": "1", "starts_on": "2025-10-20"}
    address = reverse("procurement:subcontract-declare", args=[world.own.award.pk])
    browser.acting(world.cast.contractor).post(address, form | {"submission": str(uuid4())})
    own = Subcontract.objects.get(organisation=world.other.buyer)
    answer = {"decision": "accepter", "submission": str(uuid4())}
    decided = browser.acting(world.cast.other_buyer).post(
        reverse("procurement:subcontract-decide", args=[own.pk]), answer
    )
    assert decided.status_code == 422


def test_to_name_for_good_an_organisation_that_is_not_known_yet(world: World, browser: Attacker) -> None:
    """The company says it first; the network then lets its people in, under its real name and as what it is."""
    number = accounts.siret(901)
    told = {
        "siret": number,
        "name": "Escroquerie Générale",
        "work": "x",
        "amount": "1",
        "starts_on": "2025-10-20",
    }
    address = reverse("procurement:subcontract-declare", args=[world.own.award.pk])
    declared = browser.acting(world.cast.contractor).post(address, told | {"submission": str(uuid4())})
    assert declared.status_code == 302
    form = {"email": "maire@commune.example", "role": "BUYER", "siret": number, "name": "Commune de Rivière"}
    form |= {"submission": str(uuid4())}
    browser.acting(world.cast.facilitator).confirmed().post(reverse("accounts:invite"), form)
    letter = OutgoingEmail.objects.filter(recipient="maire@commune.example").latest("pk")
    assert "Escroquerie" not in letter.subject + letter.text
    assert Organisation.objects.get(siret=number).name == "Commune de Rivière"


def test_to_keep_an_inclusive_structure_out_by_calling_it_an_ordinary_company_first(
    world: World, browser: Attacker
) -> None:
    """Known as an ordinary company, it seconds nobody, for good: the network cannot say what it is."""
    number = accounts.siret(901)
    told = {
        "siret": number,
        "name": "Intérim solidaire",
        "work": "x",
        "amount": "1",
        "starts_on": "2025-10-20",
    }
    address = reverse("procurement:subcontract-declare", args=[world.own.award.pk])
    browser.acting(world.cast.contractor).post(address, told | {"submission": str(uuid4())})
    again = told | {
        "inclusive_kind": CompanyKind.ETTI,
        "name": "Intérim solidaire",
        "submission": str(uuid4()),
    }
    other = reverse("procurement:subcontract-declare", args=[world.other.award.pk])
    browser.acting(world.cast.other_facilitator).post(other, again)
    declared = Subcontract.objects.filter(award=world.other.award, organisation__siret=number).get()
    decide = reverse("procurement:subcontract-decide", args=[declared.pk])
    browser.post(decide, {"decision": "accepter", "submission": str(uuid4())})
    declared.refresh_from_db()
    assert declared.status == SubcontractStatus.ACCEPTED
    page = browser.get(reverse("placements:name", args=[world.other.award.pk]))
    offered = page.context["form"].fields["employer"].queryset
    assert offered.filter(siret=number).exists()

"""Chains: acts that are each allowed, one after the other, towards what none of them gives alone.

Elsewhere: states in which hours are buried (test_hours.py), departures (test_departures.py), powers gained by an invitation
(test_powers.py).
"""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from beneficiaries.hours.models import HourEntry, Statement
from beneficiaries.placements.models import Placement
from clauses.procurement.choices import TenderStatus
from inclusiv.accounts.models import Contact, Membership, User
from inclusiv.core.actors import Actor
from inclusiv.records.actions import links
from inclusiv.records.models import OutgoingEmail, SignedLink
from tests.accounts.conftest import link_of
from tests.attacks.conftest import Attacker
from tests.attacks.test_contracts import sent
from tests.attacks.test_departures import worked_in_september
from tests.attacks.test_hours import validated
from tests.world import NOW, World

NAMED = {
    "first_name": "Eve", "last_name": "Placée", "birth_date": "1990-01-01", "post": "Maçonne",
    "starts_on": "2025-10-20", "weekly_hours": "35",
}  # fmt: skip


def new(**given: str) -> dict[str, str]:
    """Return a form with a number of its own."""
    return {"submission": str(uuid4())} | given


def test_to_close_a_contract_over_its_months_while_it_is_suspended(world: World, browser: Attacker) -> None:
    """Suspended, it awaits no statement: it neither completes nor closes before it resumes or ends."""
    validated(world, browser, world.own.statement)
    tender = world.own.tender
    browser.acting(world.cast.buyer)
    assert sent(browser, "suspend", tender.pk, starts_on="2025-10-14", reason="x").status_code == 302
    for step in ("achever", "clore"):
        browser.post(reverse("procurement:step", args=[tender.pk, step]))
    tender.refresh_from_db()
    assert tender.status == TenderStatus.SUSPENDED
    assert sent(browser, "terminate", tender.pk, last_on="2025-10-14", reason="x").status_code == 302
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        browser.acting(world.cast.buyer).post(reverse("procurement:step", args=[tender.pk, "clore"]))
    tender.refresh_from_db()
    assert tender.status == TenderStatus.TERMINATED


def test_to_shorten_a_contract_under_declared_hours_by_suspending_and_resuming_it(
    world: World, browser: Attacker
) -> None:
    tender = world.own.tender
    browser.acting(world.cast.buyer)
    assert sent(browser, "suspend", tender.pk, starts_on="2025-08-01", reason="x").status_code == 302
    resumed = sent(browser, "resume", tender.pk, resumed_on="2025-10-14", ends_on="2025-10-14")
    assert resumed.status_code == 422
    validated(world, browser, world.own.statement)
    assert HourEntry.objects.filter(award=world.own.award).exists()


def test_to_bury_hours_that_wait_by_a_change_of_contractor_before_them(
    world: World, browser: Attacker
) -> None:
    """September waits for its control while the buyer gives the lot to another company as of August: it counts."""
    work = worked_in_september(world, world.own.contractor)
    told = reverse("hours:declare", args=[world.own.award.pk, "2025-09"])
    row = {f"heures-{work.pk}": "100"}
    assert browser.acting(world.cast.contractor).post(told, new(**row)).status_code == 302
    successor = {"siret": str(world.cast.painter.siret), "name": "x", "notified_on": "2025-08-31"}
    browser.acting(world.cast.buyer)
    sent(browser, "transfer", world.own.tender.pk, lot=str(world.own.lot.pk), **successor)
    waiting = Statement.objects.get(award=world.own.award, declarant=world.own.contractor)
    validated(world, browser, waiting)
    counted = HourEntry.objects.filter(placement=work).values_list("counted", flat=True)
    assert list(counted) == [Decimal("100.00")]


@pytest.mark.parametrize("modality", ["DIRECT_HIRE_CDD", "DIRECT_HIRE_CDI", "SUBCONTRACT_EI"])
def test_to_have_another_agency_employ_somebody_who_works_for_nobody_here(
    world: World, browser: Attacker, modality: str
) -> None:
    """An agency of the lot names somebody whom another one, which knows nothing of it, would employ and declare."""
    known = Placement.objects.count()
    address = reverse("placements:name", args=[world.own.award.pk])
    form = new(**NAMED, modality=modality, employer=str(world.other.employer.pk))
    assert browser.acting(world.cast.employer).post(address, form).status_code == 422
    assert Placement.objects.count() == known


def test_to_read_the_post_that_somebody_leaves_at_another_company(world: World, browser: Attacker) -> None:
    """« Demander une autre personne » takes over the post of one's own only, whatever key the address names."""
    Placement.objects.filter(pk=world.other.placement.pk).update(post="Poste d’ailleurs")
    address = reverse("placements:ask", args=[world.own.award.pk])
    browser.acting(world.cast.contractor)
    own = browser.get(address, {"remplace": world.own.placement.pk})
    assert f'value="{world.own.placement.post}"' in own.said
    assert "Poste d’ailleurs" not in browser.get(address, {"remplace": world.other.placement.pk}).said


def test_to_correct_or_give_up_what_another_company_declared_on_the_same_lot(
    world: World, browser: Attacker
) -> None:
    """Host and agency work together; each one's months are its own."""
    validated(world, browser, world.own.statement)
    browser.acting(world.cast.contractor)
    for name in ("correct", "abandon"):
        address = reverse(f"hours:{name}", args=[world.own.statement.pk])
        assert [browser.get(address).status_code, browser.post(address).status_code] == [404, 404], name
    assert Statement.objects.filter(award=world.own.award).count() == 1


def hired_elsewhere(world: World, browser: Attacker, guest: Actor) -> Membership:
    """Have the buyer invite somebody who has an account at a company, and them accept."""
    Membership.objects.filter(pk=world.cast.buyer.membership_id or 0).update(is_manager=True)
    email = User.objects.get(pk=guest.user_id or 0).email
    OutgoingEmail.objects.all().delete()
    invited = browser.acting(world.cast.buyer).post(
        reverse("accounts:invite"), new(email=email, role="BUYER")
    )
    assert invited.status_code == 302
    link = link_of(OutgoingEmail.objects.get(recipient=email))
    assert browser.acting(guest).post(link, new()).status_code == 302
    return Membership.objects.get(user=guest.user_id, capacity__organisation=world.own.buyer)


def test_to_put_somebody_out_of_their_company_by_letting_them_in_and_out_of_one_s_own(
    world: World, browser: Attacker
) -> None:
    """Her access to the agency, her place among its contacts and its links outlive what the buyer gave and took back."""
    agency, sonia = world.own.employer, world.cast.employer
    opened = hired_elsewhere(world, browser, sonia)
    email = User.objects.get(pk=sonia.user_id or 0).email
    Contact.objects.create(organisation=agency, name="Sonia", email=email)
    links.issue(purpose="x", subject="y", recipient=email, organisation_id=agency.pk, at=NOW)
    closed = browser.acting(world.cast.buyer).confirmed().post(reverse("accounts:close", args=[opened.pk]))
    assert closed.status_code == 302
    opened.refresh_from_db()
    assert opened.revoked_at
    assert Membership.objects.live(on=date(2025, 10, 14)).filter(pk=sonia.membership_id or 0).exists()
    assert Contact.objects.get(email=email).left_on is None
    assert SignedLink.objects.get(recipient=email, purpose="x").revoked_at is None


def test_to_close_somebody_s_access_to_another_organisation_once_one_has_let_them_in(
    world: World, browser: Attacker
) -> None:
    hired_elsewhere(world, browser, world.cast.employer)
    address = reverse("accounts:close", args=[world.cast.employer.membership_id or 0])
    assert browser.acting(world.cast.buyer).confirmed().post(address).status_code == 404
    assert Membership.objects.filter(pk=world.cast.employer.membership_id or 0, revoked_at=None).exists()


def test_to_bring_under_one_hat_what_one_knows_under_another(world: World, browser: Attacker) -> None:
    """Somebody who works for an agency and for the buyer of its lot reads names as the agency, never as the buyer."""
    opened = hired_elsewhere(world, browser, world.cast.employer)
    page = reverse("placements:tender", args=[world.own.tender.pk])
    name = world.own.placement.person.identity.last_name
    assert name in browser.acting(world.cast.employer).get(page).said
    assert browser.post(reverse("accounts:switch", args=[opened.pk])).status_code == 302
    as_buyer = browser.get(page)
    assert as_buyer.status_code == 200
    assert name not in as_buyer.said
    for address in (
        reverse("placements:end", args=[world.own.placement.pk]),
        reverse("hours:statement", args=[world.own.statement.pk]),
    ):
        assert browser.get(address).status_code == 403

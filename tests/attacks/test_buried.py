"""Hours that were worked, buried by who ends, hands over or closes a contract before they are told or counted.

Elsewhere: those that were sent and wait for their control (test_hours.py).
"""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from beneficiaries.hours.models import HourEntry, Statement
from beneficiaries.placements.models import Placement
from clauses.obligations.models import Obligation, SocialClause
from clauses.procurement.choices import TenderStatus
from tests.attacks.conftest import Attacker
from tests.attacks.test_contracts import sent
from tests.attacks.test_departures import worked_in_september
from tests.attacks.test_hours import validated
from tests.world import NOW, World


@pytest.mark.parametrize("how", ["sent back", "not told yet"])
def test_to_bury_hours_that_were_worked_by_a_change_of_contractor_before_them(
    world: World, browser: Attacker, how: str
) -> None:
    """The amendment is dated before them: nobody could tell September any more."""
    work = worked_in_september(world, world.own.contractor)
    rows = {f"heures-{work.pk}": "100"}
    address = reverse("hours:declare", args=[world.own.award.pk, "2025-09"])
    if how == "sent back":
        told = browser.acting(world.cast.contractor).post(address, {"submission": str(uuid4())} | rows)
        assert told.status_code == 302
        statement = Statement.objects.get(award=world.own.award, declarant=world.own.contractor)
        back = {"submission": str(uuid4()), "comment": "À revoir", "lu": statement.stamp}
        browser.acting(world.cast.facilitator).post(reverse("hours:return", args=[statement.pk]), back)
    form = {"lot": str(world.own.lot.pk), "siret": str(world.cast.painter.siret), "name": "x"}
    browser.acting(world.cast.buyer)
    sent(browser, "transfer", world.own.tender.pk, **form, notified_on="2025-08-31")
    again = browser.acting(world.cast.contractor).post(address, {"submission": str(uuid4())} | rows)
    assert again.status_code == 302


@pytest.mark.parametrize("name", ["terminate", "amend"])
def test_to_bury_hours_that_were_sent_back_by_ending_a_contract_before_them(
    world: World, browser: Attacker, name: str
) -> None:
    """What is sent back comes again: it counted for nothing."""
    statement = world.own.statement
    back = {"submission": str(uuid4()), "comment": "À revoir", "lu": statement.stamp}
    browser.acting(world.cast.facilitator).post(reverse("hours:return", args=[statement.pk]), back)
    forms = {
        "terminate": {"last_on": "2025-08-31", "reason": "x"},
        "amend": {"kind": "DURATION", "notified_on": "2025-10-13", "months": "-3"},
    }
    address = reverse(f"obligations:{name}", args=[world.own.tender.pk])
    browser.acting(world.cast.buyer).post(address, forms[name] | {"submission": str(uuid4())})
    at_work = Placement.objects.filter(award=world.own.award, declarant=statement.declarant)
    rows = {f"heures-{one.pk}": "121.25" for one in at_work.filter(hired_on__lt="2025-10-01")}
    again = reverse("hours:declare", args=[world.own.award.pk, "2025-09"])
    browser.acting(world.cast.employer).post(again, {"submission": str(uuid4())} | rows)
    validated(world, browser, statement)
    assert HourEntry.objects.filter(award=world.own.award).exists()


@pytest.mark.parametrize("how", ["amended to nothing", "nothing invoiced yet"])
def test_to_bury_months_that_were_worked_and_not_told_yet_by_owing_nothing_any_more(
    world: World, browser: Attacker, how: str
) -> None:
    """Two people are at work in October and November: an amendment to nothing, or a clause that nothing invoiced feeds, awaited nobody."""
    validated(world, browser, world.own.statement)
    tender, lot = world.own.tender, world.own.lot
    browser.acting(world.cast.buyer)
    if how == "amended to nothing":
        amendment = {"kind": "AMOUNT", "notified_on": "2025-10-13", "months": "0", f"hours_{lot.pk}": "-1890"}
        address = reverse("obligations:amend", args=[tender.pk])
        assert browser.post(address, amendment | {"submission": str(uuid4())}).status_code == 302
    else:  # as `of_period` (clauses/obligations/actions/obligations.py) binds such a clause
        SocialClause.objects.filter(lot=lot).update(hours_per_100k=Decimal(50))
        Obligation.objects.filter(lot=lot).update(quantity=0)
    with time_machine.travel(NOW + timedelta(days=50), tick=False):
        browser.acting(world.cast.buyer)
        for step in ("achever", "clore"):
            browser.post(reverse("procurement:step", args=[tender.pk, step]))
    tender.refresh_from_db()
    assert tender.status == TenderStatus.COMPLETED


def test_to_have_a_month_counted_twice_by_leaving_a_lot_and_coming_back(
    world: World, browser: Attacker
) -> None:
    """September is told, the lot handed over, then given back: it is neither told again, nor lost."""
    work = worked_in_september(world, world.own.contractor)
    month = reverse("hours:declare", args=[world.own.award.pk, "2025-09"])
    told = {f"heures-{work.pk}": "100"}
    assert (
        browser.acting(world.cast.contractor).post(month, {"submission": str(uuid4())} | told).status_code
        == 302
    )
    for company in (world.cast.painter, world.own.contractor):
        form = {
            "lot": str(world.own.lot.pk),
            "siret": str(company.siret),
            "name": "x",
            "notified_on": "2025-10-14",
        }
        assert (
            sent(browser.acting(world.cast.buyer), "transfer", world.own.tender.pk, **form).status_code == 302
        )
    assert (
        browser.acting(world.cast.contractor).post(month, {"submission": str(uuid4())} | told).status_code
        == 422
    )
    statement = Statement.objects.get(award=world.own.award, declarant=world.own.contractor)
    validated(world, browser, statement)
    assert [entry.counted for entry in HourEntry.objects.filter(placement=work)] == [Decimal(100)]

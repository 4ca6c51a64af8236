"""Chains of lawful acts between a company and its facilitation: what the one leaves is taken up by the other.

Elsewhere: hours buried by an end (test_buried.py), stale pages (test_stale.py, test_unseen.py).
"""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from beneficiaries.hours.choices import Finding
from beneficiaries.hours.models import HourEntry, Statement
from beneficiaries.people.choices import CheckStatus
from beneficiaries.people.models import Dossier, EligibilityCheck
from beneficiaries.placements.actions import referrals
from beneficiaries.placements.choices import PlacementStatus
from beneficiaries.placements.models import JobRequest, Placement
from clauses.procurement.models import Tender
from inclusiv.demo.make import beneficiaries
from inclusiv.demo.make import clauses as make
from tests.attacks.conftest import Attacker
from tests.attacks.test_hours import validated
from tests.world import NOW, SEPTEMBER, World


def test_to_take_back_by_giving_somebody_up_the_question_on_which_another_company_relies(
    world: World, browser: Attacker
) -> None:
    """The company names somebody; another one takes the same person on the same day, under the same question."""
    first_day = date(2025, 11, 3)
    mine = named(world, browser, first_day)
    proposed = referrals.propose(
        request=world.own.need, dossier=mine.dossier, reasons=(), by=world.cast.facilitator, at=NOW
    )
    other_lot = make.award(world.own.draft.lots.get(), (world.cast.painter, Decimal(1)))
    Tender.objects.filter(pk=world.own.draft.pk).update(**running())
    JobRequest.objects.filter(pk=world.own.need.pk).update(
        award=other_lot, company=world.cast.painter, ends_on=None, modality="DIRECT_HIRE_CDD"
    )
    taken = {"starts_on": first_day.isoformat(), "submission": str(uuid4())}
    browser.acting(world.cast.facilitator).post(reverse("placements:accept", args=[proposed.pk]), taken)
    theirs = Placement.objects.get(referral=proposed)
    assert theirs.check_of_id == mine.check_of_id
    browser.acting(world.cast.contractor).post(reverse("placements:cancel", args=[mine.pk]))
    mine.refresh_from_db()
    assert mine.status == PlacementStatus.CANCELLED
    assert EligibilityCheck.objects.get(pk=mine.check_of_id).status == CheckStatus.SUBMITTED


def running() -> dict[str, Any]:
    """Return what a tender at work holds."""
    return {
        "status": "IN_PROGRESS",
        "notified_on": date(2025, 9, 1),
        "awarded_on": date(2025, 8, 1),
        "starts_on": date(2025, 9, 1),
        "ends_on": date(2026, 11, 27),
    }


def named(world: World, browser: Attacker, first_day: date) -> Placement:
    """Have the company name somebody for its lot."""
    form = {"first_name": "Karim", "last_name": "Benali", "birth_date": "1990-01-01", "post": "Maçon"}
    form |= {"starts_on": first_day.isoformat(), "modality": "DIRECT_HIRE_CDD", "weekly_hours": "35"}
    address = reverse("placements:name", args=[world.own.award.pk])
    browser.acting(world.cast.contractor).post(address, form | {"submission": str(uuid4())})
    return Placement.objects.get(dossier=Dossier.objects.get(person__identity__last_name="Benali"))


@pytest.mark.parametrize("kept", [date(2025, 9, 15), None])
def test_to_have_one_s_hours_counted_twice_by_a_second_post_that_follows_the_first(
    world: World, browser: Attacker, kept: date | None
) -> None:
    """A planned end has passed, and nobody said the last day: both posts are told of the month."""
    award = world.own.award
    check = beneficiaries.validated_check(world.own.free, reference_date=date(2025, 9, 1))
    company = world.own.contractor
    first = beneficiaries.placement(award, check, employer=company, planned_end_on=date(2025, 9, 15))
    second = beneficiaries.placement(award, check, employer=company, hired_on=date(2025, 9, 16))
    Placement.objects.filter(pk=first.pk).update(ended_on=kept)
    rows = {f"heures-{one.pk}": "60" for one in (first, second)}
    address = reverse("hours:declare", args=[award.pk, SEPTEMBER])
    sent = browser.acting(world.cast.contractor).post(address, {"submission": str(uuid4())} | rows)
    assert sent.status_code == 302
    statement = Statement.objects.get(award=award, declarant=company, month=SEPTEMBER)
    validated(world, browser, statement)
    assert HourEntry.objects.filter(line__statement=statement).count() == 1
    assert [one.rejections for one in statement.lines.order_by("placement")] == [
        [],
        [Finding.DUPLICATE_HOURS],
    ]

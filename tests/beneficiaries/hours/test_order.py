"""Months told out of order: to have more count than a person's window holds.

Elsewhere: the rule alone, month by month (test_controls.py).
"""

import re
from datetime import date, datetime
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from beneficiaries.hours.choices import StatementStatus
from beneficiaries.hours.models import HourEntry, Statement
from clauses.obligations.models import Obligation
from clauses.procurement.models import Tender
from inclusiv.core.periods import PARIS
from tests.beneficiaries.hours.conftest import Scene
from tests.conftest import ActingClient

FIRST, LAST = date(2025, 4, 1), date(2027, 5, 1)
"""The first month of the work, and the twenty-sixth."""


@pytest.fixture
def lasting(scene: Scene) -> Scene:
    """The contract lasts four years; Anna is in post since the 1st of April 2025."""
    Tender.objects.update(ends_on=date(2029, 3, 9))
    Obligation.objects.update(ends_on=date(2029, 3, 9))
    return scene


def tell(scene: Scene, browser: ActingClient, month: date, hours: str) -> Statement:
    """The company tells a month by its page; zero says why."""
    people = [scene.anna, scene.bruno] if month >= date(2025, 6, 1) else [scene.anna]
    rows = {f"heures-{one.pk}": "0" for one in people} | {f"motif-{one.pk}": "ABSENT" for one in people}
    rows[f"heures-{scene.anna.pk}"] = hours
    browser.acting(scene.cast.contractor)
    page = browser.get(reverse("hours:declare", args=[scene.award.pk, f"{month:%Y-%m}"])).text
    read = dict(re.findall(r'<input type="hidden" name="(read)" value="([^"]*)"', page))
    sent = browser.post(
        reverse("hours:declare", args=[scene.award.pk, f"{month:%Y-%m}"]),
        {"submission": str(uuid4())} | read | rows,
    )
    assert sent.status_code == 302, re.findall(r"error[^<]*<[^<]*", sent.text)
    return Statement.objects.filter(award=scene.award, month=month).latest("version")


def validate_clean(scene: Scene, browser: ActingClient, statement: Statement) -> None:
    """The facilitation validates what the control calls « sans anomalie »."""
    browser.acting(scene.cast.facilitator)
    browser.post(reverse("hours:validate-clean"), {"lu": statement.stamp})
    statement.refresh_from_db()


@pytest.mark.parametrize("how", ["corrected", "late"])
def test_to_have_hours_counted_beyond_the_window_by_telling_the_first_months_last(
    lasting: Scene, browser: ActingClient, how: str
) -> None:
    with time_machine.travel(datetime(2027, 6, 14, 10, tzinfo=PARIS), tick=False):
        if how == "corrected":
            validate_clean(lasting, browser, tell(lasting, browser, FIRST, "0"))
        last = tell(lasting, browser, LAST, "140")
        validate_clean(lasting, browser, last)
        if how == "corrected":
            first = Statement.objects.get(award=lasting.award, month=FIRST)
            browser.acting(lasting.cast.contractor).post(reverse("hours:correct", args=[first.pk]))
        first = tell(lasting, browser, FIRST, "140")
        validate_clean(lasting, browser, first)
        counted = HourEntry.objects.filter(reverses=None, reversed_by=None, counted__gt=0)
        # Nothing tells it to who validates: « sans anomalie », both of them.
        both = {first.status, last.status} == {StatementStatus.VALIDATED}
        assert not (both and counted.filter(month=FIRST).exists() and counted.filter(month=LAST).exists())

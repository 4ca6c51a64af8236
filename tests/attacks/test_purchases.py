"""Purchases: to break a plan, a number or a mandate by what the screens of those who prepare a tender accept.

Elsewhere: the plan of another (tests/clauses/procurement/test_plans.py), what a delegate may do (test_parties.py there),
workbooks that act (test_files.py).
"""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clauses.procurement.models import BuyerDelegate, Operation, PurchasePlan, Tender
from inclusiv.demo.make import clauses as make
from tests.attacks.conftest import Attacker
from tests.clauses.procurement.test_plans import TITLES, workbook
from tests.world import World


def imported(world: World, browser: Attacker, *rows: list[Any]) -> PurchasePlan:
    """Have a facilitator read a plan of 2027 for its buyer, and register what can be."""
    known = set(PurchasePlan.objects.values_list("pk", flat=True))
    file = SimpleUploadedFile("plan.xlsx", workbook(TITLES, *rows))
    form = {"submission": str(uuid4()), "year": "2027", "buyer": str(world.own.buyer.pk), "file": file}
    browser.acting(world.cast.facilitator)
    assert browser.post(reverse("procurement:plan-upload"), form).status_code == 302
    plan = PurchasePlan.objects.exclude(pk__in=known).get()
    address = reverse("procurement:plan", args=[plan.pk])
    assert browser.get(address).status_code == 200
    assert browser.post(reverse("procurement:plan-confirm", args=[plan.pk])).status_code == 302
    assert browser.get(address, {"export": "csv"}).status_code == 200
    return plan


def test_to_name_a_line_by_the_number_that_another_will_be_given(world: World, browser: Attacker) -> None:
    """Numbers are given to the lines that have none: not one that another line of the file bears."""
    rows: list[list[Any]] = [
        [rank, title, "S", 90000, "", "", "", "", "", "", number]
        for rank, title, number in ((1, "Toitures", ""), (2, "Peintures", "PLAN-2027-0001"), (3, "Sols", ""))
    ]
    plan = imported(world, browser, *rows)
    given = plan.lines.order_by("row").values_list("tender__reference", flat=True)
    assert list(given) == ["PLAN-2027-0002", "PLAN-2027-0001", "PLAN-2027-0003"]


HOSTILE = {
    "number": (0, "\ufdfa" * 40),
    "object": (1, "\ufdfa" * 1000),
    "amount": (3, "1e400"),
    "digits": (4, "٤٥٤٤٢١٠٠"),
    "day": (7, "31/12/2100"),
    "months": (8, "٢٤٠"),
    "place": (9, "\ufdfa\U0001f600" * 50),
    "formula": (1, '=HYPERLINK("https://evil.example")'),
}


@pytest.mark.parametrize(("place", "value"), HOSTILE.values(), ids=HOSTILE.keys())
def test_to_have_a_plan_break_by_one_cell(world: World, browser: Attacker, place: int, value: str) -> None:
    """Read or refused with its reason: letters that unfold, digits of elsewhere, days at the end of time."""
    row: list[Any] = ["1", "Nettoyage", "S", "90000", "", "", "", "01/01/2100", "240", "", ""]
    row[place] = value
    plan = imported(world, browser, row)
    kept = plan.lines.get()
    assert kept.outcome in {"CREATED", "REFUSED"}
    assert kept.cpv.isascii()


def test_to_type_a_code_in_digits_of_elsewhere(world: World, browser: Attacker) -> None:
    browser.acting(world.cast.buyer)
    form = {"submission": str(uuid4()), "title": "Cour", "nature": "WORKS", "cpv": "٤٥٤٤٢١٠٠"}
    form |= {"structure": str(world.own.structure.pk), "autre": "1"}
    answer = browser.post(reverse("procurement:start"), form)
    assert answer.status_code == 422
    assert "٤٥٤٤٢١٠٠" in answer.said


def test_to_open_again_a_mandate_that_is_over_by_ending_it(world: World, browser: Attacker) -> None:
    """A page left open still has the button: the delegate would act again, until that evening."""
    mandate = world.own.delegate
    last = date(2025, 2, 1)
    BuyerDelegate.objects.filter(pk=mandate.pk).update(starts_on=date(2025, 1, 1), ends_on=last)
    browser.acting(world.cast.buyer).post(reverse("procurement:delegate-end", args=[mandate.pk]))
    mandate.refresh_from_db()
    assert mandate.ends_on == last


def test_to_take_a_tender_out_of_an_operation_that_is_over(world: World, browser: Attacker) -> None:
    """By gathering it in another one: what an archived operation counted would change."""
    Operation.objects.filter(pk=world.own.operation.pk).update(status="ARCHIVED")
    Tender.objects.filter(pk=world.own.tender.pk).update(operation=world.own.operation)
    form = {"submission": str(uuid4()), "quoi": "operation", "title": "Une autre"}
    address = reverse("procurement:parties", args=[world.own.tender.pk])
    answer = browser.acting(world.cast.buyer).post(address, form)
    assert answer.status_code == 422
    assert "ne change plus" in answer.said
    assert Tender.objects.get(pk=world.own.tender.pk).operation == world.own.operation


def test_to_count_the_tenders_of_an_operation_that_others_follow(world: World, browser: Attacker) -> None:
    followed = make.tender(
        buyer=world.own.buyer, structure=world.other.structure, reference="2025-901", amount=Decimal(1000)
    )
    Tender.objects.filter(pk__in=[followed.pk, world.own.tender.pk]).update(operation=world.own.operation)
    page = browser.acting(world.cast.other_facilitator).get(reverse("procurement:operations"))
    counts = {one.pk: one.count for one in page.context["operations"]}
    assert counts[world.own.operation.pk] == 1

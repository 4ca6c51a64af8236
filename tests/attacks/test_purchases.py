"""Purchases: to break a plan, a number or a mandate by what the screens of those who prepare a tender accept.

Elsewhere: the plan of another (tests/clauses/procurement/test_plans.py), what a delegate may do (test_parties.py there),
workbooks that act (test_files.py).
"""

from csv import DictReader
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from beneficiaries.people.choices import Criterion
from clauses.obligations.choices import ClauseStatus
from clauses.obligations.models import SocialClause
from clauses.procurement.actions import parties
from clauses.procurement.models import (
    Award,
    BuyerDelegate,
    GroupedBuyer,
    Lot,
    Operation,
    PurchasePlan,
    Tender,
)
from inclusiv.core.actors import Role
from inclusiv.demo.make import accounts, beneficiaries, hours
from inclusiv.demo.make import clauses as make
from inclusiv.parameters.models import Parameter
from tests.attacks.conftest import Attacker
from tests.clauses.procurement.test_plans import TITLES, workbook
from tests.world import NOW, World

MAY = date(2025, 5, 1)


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


def test_to_fill_the_memory_by_a_small_plan_that_repeats_one_text(world: World, browser: Attacker) -> None:
    """Two hundred thousand cells of one long text weigh nothing in a workbook, and nearly a gigabyte once read."""
    text = "x" * 1200
    file = SimpleUploadedFile("plan.xlsx", workbook(TITLES, *([[text] * 40] * 150)))
    form = {"submission": str(uuid4()), "year": "2031", "file": file}
    answer = browser.acting(world.cast.buyer).post(reverse("procurement:plan-upload"), form)
    assert answer.status_code == 422
    assert "trop long à lire" in answer.said
    assert 'value="2031"' in answer.said


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


def test_to_be_kept_from_taking_back_a_mandate_that_was_given_by_mistake(
    world: World, browser: Attacker
) -> None:
    """One that begins tomorrow, or that ends in a year, stops as soon as one says so: nobody acts meanwhile."""
    mandate = world.own.delegate
    browser.acting(world.cast.buyer)
    page = reverse("procurement:parties", args=[world.own.tender.pk])
    end = reverse("procurement:delegate-end", args=[mandate.pk])
    BuyerDelegate.objects.filter(pk=mandate.pk).update(ends_on=date(2026, 10, 14))
    assert end in browser.get(page).said
    assert "Arrêter aujourd’hui" in browser.get(page).said
    browser.post(end)
    mandate.refresh_from_db()
    assert mandate.ends_on == NOW.date()
    BuyerDelegate.objects.filter(pk=mandate.pk).update(starts_on=date(2025, 10, 15), ends_on=None)
    browser.post(end)
    assert not BuyerDelegate.objects.filter(pk=mandate.pk).exists()
    assert browser.post(end).status_code == 404


def test_to_go_on_reading_after_one_s_mandate_by_writing_oneself_into_the_group(
    world: World, browser: Attacker
) -> None:
    BuyerDelegate.objects.filter(pk=world.own.delegate.pk).update(organisation=world.other.buyer)
    form = {"submission": str(uuid4()), "quoi": "membre", "member": str(world.other.buyer.pk)}
    address = reverse("procurement:parties", args=[world.own.tender.pk])
    GroupedBuyer.objects.filter(tender=world.own.tender).delete()
    answer = browser.acting(world.cast.other_buyer).post(address, form)
    assert answer.status_code == 422
    assert "c’est à cet acheteur de dire" in answer.said
    form["submission"] = str(uuid4())
    assert browser.acting(world.cast.buyer).post(address, form).status_code == 302


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


def test_to_archive_by_a_mandate_on_one_tender_what_gathers_all_those_of_the_buyer(
    world: World, browser: Attacker
) -> None:
    """A delegate reads the operation of its tender, and changes nothing there."""
    operation = world.own.operation
    Operation.objects.filter(pk=operation.pk).update(status="ACTIVE")
    Tender.objects.filter(pk=world.own.tender.pk).update(operation=operation)
    BuyerDelegate.objects.filter(pk=world.own.delegate.pk).update(organisation=world.other.buyer)
    address = reverse("procurement:operation", args=[operation.pk])
    page = browser.acting(world.cast.other_buyer).get(address)
    assert page.status_code == 200
    assert (page.context["sheet"].steps, page.context["sheet"].is_open) == ([], False)
    version = str(page.context["form"]["version"].value())
    changed = browser.post(address, {"submission": str(uuid4()), "title": "Volée", "version": version})
    assert changed.status_code == 422
    browser.post(reverse("procurement:operation-step", args=[operation.pk, "achever"]))
    operation.refresh_from_db()
    assert (operation.status, operation.title) == ("ACTIVE", world.own.operation.title)
    assert operation.title != "Volée"


def test_to_count_the_tenders_of_an_operation_that_others_follow(world: World, browser: Attacker) -> None:
    followed = make.tender(
        buyer=world.own.buyer, structure=world.other.structure, reference="2025-901", amount=Decimal(1000)
    )
    Tender.objects.filter(pk__in=[followed.pk, world.own.tender.pk]).update(operation=world.own.operation)
    address = reverse("procurement:operations")
    exported = browser.acting(world.cast.other_facilitator).get(address, {"export": "csv"})
    told = DictReader(StringIO(exported.said.removeprefix("\ufeff")), delimiter=";")
    counts = {line["Opération"]: line["Marchés"] for line in told}
    assert counts[world.own.operation.title] == "1"


def test_to_learn_who_receives_the_rsa_by_being_given_a_mandate_and_losing_it(
    world: World, browser: Attacker
) -> None:
    """Another buyer names a delegate of its tender, where one person works, then takes it back: the two totals that the
    delegate reads of its whole list tell together that person’s situation.
    """
    Parameter.objects.filter(code="BREAKDOWN_MIN_PERSONS").update(value="1")
    BuyerDelegate.objects.filter(tender=world.other.tender).delete()
    for side, name, criterion in ((world.own, "Un", Criterion.ASS), (world.other, "Deux", Criterion.RSA)):
        dossier = beneficiaries.dossier(side.structure, first_name=name, last_name=name)
        check = beneficiaries.validated_check(dossier, reference_date=MAY, criteria=(criterion,))
        work = beneficiaries.placement(
            side.award, check, employer=side.contractor, ended_on=date(2025, 5, 31)
        )
        hours.validated(side.award, side.contractor, MAY, hours={work: Decimal(100)})
    page = reverse("followup:my-tenders")
    before = browser.acting(world.cast.buyer).get(page).said
    form = {"quoi": "delegue", "delegate": str(world.own.buyer.pk), "starts_on": "2025-10-14"}
    named = browser.acting(world.cast.other_buyer).post(
        reverse("procurement:parties", args=[world.other.tender.pk]), form | {"submission": str(uuid4())}
    )
    assert named.status_code == 302
    after = browser.acting(world.cast.buyer).get(page).said
    assert "1 personne" in before.replace("\u00a0", " ")
    assert "2 personnes" in after.replace("\u00a0", " ")
    assert not ("au RSA" in before and "au RSA" in after)


def test_to_break_the_answer_to_a_question_by_a_purchase_of_some_weeks(
    world: World, browser: Attacker
) -> None:
    """The execution lasts less than a month: its note is printed, and the facilitation answers."""
    tender = world.own.draft
    Tender.objects.filter(pk=tender.pk).update(starts_on=date(2026, 2, 2), ends_on=date(2026, 2, 20))
    browser.raise_request_exception = False
    browser.acting(world.cast.facilitator)
    assert browser.get(reverse("texts:note", args=[tender.pk])).status_code == 200
    form = {"submission": str(uuid4()), "opinion": "ADVISED", "answer": "Oui"}
    assert browser.post(reverse("procurement:advice", args=[world.own.advice.pk]), form).status_code == 302


def test_to_count_the_tenders_of_an_operation_that_others_follow_in_its_story(
    world: World, browser: Attacker
) -> None:
    """Each one that joins or leaves is a line, with who did it."""
    followed = make.tender(
        buyer=world.own.buyer, structure=world.other.structure, reference="2025-901", amount=Decimal(1000)
    )
    for tender in (world.own.tender, world.own.draft, followed):
        parties.join_operation(tender=tender, operation=world.own.operation, by=world.cast.buyer, at=NOW)
    address = reverse("procurement:operation", args=[world.own.operation.pk])
    told = browser.acting(world.cast.other_facilitator).get(address).said.count("Marché rattaché")
    assert told == 1
    assert browser.acting(world.cast.buyer).get(address).said.count("Marché rattaché") >= 3


def test_to_read_what_another_buyer_asks_for_by_a_mandate(world: World, browser: Attacker) -> None:
    """Two of the three lots compared with the buyer's are the delegate's own: the third one is another's."""
    lot = Lot.objects.get(tender=world.own.draft)
    for rank, buyer in enumerate((world.other.buyer, world.other.buyer, world.elsewhere.buyer)):
        bought = make.tender(buyer=buyer, structure=world.own.structure, reference=f"2025-70{rank}")
        compared = make.lot(bought)
        Lot.objects.filter(pk=compared.pk).update(sector=lot.sector)
        make.award(compared, (world.own.contractor, Decimal(1)))
        make.notify(bought, notified_on=date(2025, 3, 10))
    sides = (world.own.tender, world.other.tender, world.elsewhere.tender)
    SocialClause.objects.filter(lot__tender__in=sides).update(status=ClauseStatus.DRAFT)
    parties.name_delegate(
        tender=world.own.draft,
        organisation=world.other.buyer,
        starts_on=date(2025, 10, 14),
        by=world.cast.buyer,
        at=NOW,
    )
    acting = accounts.member(
        world.other.buyer, Role.BUYER, first_name="N", last_name="N", email="n@example.org"
    )
    page = browser.acting(acting).get(reverse("obligations:sizing", args=[lot.pk]))
    assert page.status_code == 200
    assert "lots comparables" not in page.said


SIRET, NAME, DAY = "73282932000074", "Grand Bâtisseur", "2025-11-25"


@time_machine.travel(NOW + timedelta(days=43), tick=False)
def test_to_have_the_lot_of_another_given_to_a_siret_of_one_s_own(world: World, browser: Attacker) -> None:
    mine, theirs = world.own.draft.lots.get(), world.other.draft.lots.get()
    told = {f"siret_{mine.pk}": SIRET, f"name_{mine.pk}": NAME, f"awarded_on_{mine.pk}": DAY}
    address = reverse("obligations:award-answer", args=[world.own.draft.pk])
    assert (
        browser.acting(world.cast.buyer).post(address, {"submission": str(uuid4())} | told).status_code == 302
    )
    browser.post(reverse("procurement:award-withdraw", args=[mine.pk]), {"submission": str(uuid4())})
    assert not Award.objects.filter(lot=mine).exists()
    answer = {f"name_{theirs.pk}": NAME, f"awarded_on_{theirs.pk}": DAY, "submission": str(uuid4())}
    thanks = Client().post(reverse("records:link", args=[world.other.award_token]), answer)
    page = browser.acting(world.cast.other_buyer).get(
        reverse("procurement:tender", args=[world.other.draft.pk])
    )
    given = Award.objects.filter(lot=theirs).first()
    shown = thanks.content.decode() + page.said
    assert given is None or given.lead.siret != SIRET or SIRET in shown.replace(" ", "").replace("\u202f", "")

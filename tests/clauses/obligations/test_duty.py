"""Must this contract carry a clause? L2112-2-1 CCP, case by case (DOMAIN.md 1.2, 1.3 and 12.7: 8 to 11)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from clauses.obligations.actions import clauses, duties
from clauses.obligations.choices import ClauseType
from clauses.obligations.rules import duty
from clauses.obligations.rules.duty import Duty, DutyLimits, Facts
from clauses.obligations.selectors.duty import (
    CODES,
    TABLES,
    facts_of,
    limits_of,
    to_justify,
    verdicts,
    with_facts,
)
from clauses.procurement.actions import decisions, lots, tenders
from clauses.procurement.choices import (
    NoClauseReason,
    Sector,
    TenderAction,
    TenderForm,
    TenderNature,
    TenderStatus,
)
from clauses.procurement.models import NoClauseDecision, Tender
from inclusiv.accounts.choices import BuyerKind
from inclusiv.core.queues import Queue
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import clauses as make
from inclusiv.demo.make.clauses import noon
from inclusiv.parameters.models import Parameter
from inclusiv.parameters.selectors import in_force
from tests.conftest import ActingClient, Cast

TODAY = date(2026, 11, 25)
REASON = "Le besoin est couvert par un produit sur étagère, livré sans aucune intervention de main-d’œuvre."

LIMITS = DutyLimits(
    since=date(2026, 8, 21),
    threshold=Decimal(216_000),
    reserved_counts=True,
    every_lot=False,
    delay_days=30,
)

SERVICES = Facts(
    buyer_kind=BuyerKind.COMMUNE,
    form=TenderForm.CONTRACT,
    nature=TenderNature.SERVICES,
    is_defence=False,
    amount=Decimal(216_000),
    launched_on=date(2026, 9, 1),
    registered_on=date(2026, 8, 1),
    lots={1: None},
)


@pytest.mark.parametrize(
    ("case", "facts", "expected"),
    [
        ("8a", {"nature": TenderNature.WORKS, "amount": 5_404_000, "launched_on": date(2026, 8, 20)}, Duty.NOT_REQUIRED),
        ("8b", {"nature": TenderNature.WORKS, "amount": 5_404_000, "launched_on": date(2026, 8, 21)}, Duty.TO_JUSTIFY),
        ("8c", {"nature": TenderNature.WORKS, "amount": "5403999.99", "launched_on": date(2026, 8, 21)}, Duty.NOT_REQUIRED),
        ("9a", {"launched_on": date(2025, 12, 31)}, Duty.NOT_REQUIRED),
        ("9b", {}, Duty.TO_JUSTIFY),
        ("9c", {"amount": "215999.99"}, Duty.NOT_REQUIRED),
        ("10a", {"buyer_kind": BuyerKind.STATE, "amount": 140_000}, Duty.TO_JUSTIFY),
        ("10b", {"buyer_kind": BuyerKind.COMMUNE, "amount": 140_000}, Duty.NOT_REQUIRED),
        ("utility", {"buyer_kind": BuyerKind.UTILITY, "amount": 431_999}, Duty.NOT_REQUIRED),
        ("utility, equal", {"buyer_kind": BuyerKind.UTILITY, "amount": 432_000}, Duty.TO_JUSTIFY),
        ("concession", {"form": TenderForm.CONCESSION, "amount": 5_403_999}, Duty.NOT_REQUIRED),
        ("private buyer", {"buyer_kind": BuyerKind.PRIVATE, "amount": 9_000_000}, Duty.NOT_REQUIRED),
        ("private contract", {"form": TenderForm.PRIVATE, "amount": 9_000_000}, Duty.NOT_REQUIRED),
        ("defence", {"is_defence": True, "amount": 9_000_000}, Duty.NOT_REQUIRED),
        ("no amount", {"amount": None}, Duty.UNKNOWN),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("db")
def test_the_cases_with_the_parameters_in_force(case: str, facts: dict[str, object], expected: Duty) -> None:
    told: dict[str, Any] = dict(facts)
    if told.get("amount") is not None and "amount" in told:
        told["amount"] = Decimal(str(told["amount"]))
    known = replace(SERVICES, **told)
    values = in_force(on=known.launched_on or TODAY, codes=CODES, tables=TABLES)
    assert duty.judge(known, limits_of(known, values), today=TODAY).duty is expected, case


@pytest.mark.parametrize(
    ("lots", "limits", "expected", "warning"),
    [
        ({1: ClauseType.EXECUTION}, {}, Duty.SATISFIED, ""),
        ({1: ClauseType.OTHER_SOCIAL_CONDITION}, {}, Duty.SATISFIED, ""),
        ({1: ClauseType.EXECUTION_AND_CRITERION}, {}, Duty.SATISFIED, ""),
        ({1: ClauseType.AWARD_CRITERION}, {}, Duty.TO_JUSTIFY, ""),
        ({1: ClauseType.RESERVED_SIAE}, {}, Duty.SATISFIED, ""),
        ({1: ClauseType.RESERVED_SIAE}, {"reserved_counts": False}, Duty.TO_JUSTIFY, ""),
        ({1: ClauseType.EXECUTION, 2: None}, {}, Duty.SATISFIED, "Lot sans clause : 2."),
        ({1: ClauseType.EXECUTION, 2: None, 3: None}, {}, Duty.SATISFIED, "Lots sans clause : 2 et 3."),
        ({1: ClauseType.EXECUTION, 2: None}, {"every_lot": True}, Duty.TO_JUSTIFY, "Lot sans clause : 2."),
        ({}, {}, Duty.TO_JUSTIFY, ""),
    ],
)
def test_a_criterion_alone_is_no_condition_and_lots_without_a_clause_are_named(
    lots: dict[int, ClauseType | None], limits: dict[str, bool], expected: Duty, warning: str
) -> None:
    changed = {"reserved_counts": LIMITS.reserved_counts, "every_lot": LIMITS.every_lot} | limits
    verdict = duty.judge(
        replace(SERVICES, lots=lots),
        replace(LIMITS, reserved_counts=changed["reserved_counts"], every_lot=changed["every_lot"]),
        today=TODAY,
    )
    assert (verdict.duty, verdict.warning) == (expected, warning)


@pytest.mark.parametrize("reason", NoClauseReason)
def test_only_the_four_cases_of_the_law_justify(reason: NoClauseReason) -> None:
    facts = replace(SERVICES, reason=reason, nature=TenderNature.WORKS, months=2)
    verdict = duty.judge(facts, LIMITS, today=TODAY)
    expected = Duty.JUSTIFIED if reason in duty.DEROGATIONS else Duty.TO_JUSTIFY
    assert verdict.duty is expected
    assert len(duty.DEROGATIONS) == 4


def test_it_is_to_be_justified_by_the_consultation_or_thirty_days_after_the_registering() -> None:
    assert duty.judge(SERVICES, LIMITS, today=TODAY).due_on == date(2026, 9, 1)
    planned = replace(SERVICES, launched_on=None)
    assert duty.judge(planned, LIMITS, today=TODAY).due_on == date(2026, 8, 31)


def test_the_day_tested_is_today_while_the_consultation_has_none() -> None:
    planned = replace(SERVICES, launched_on=None)
    assert duty.judge(planned, LIMITS, today=date(2026, 8, 20)).duty is Duty.NOT_REQUIRED
    assert duty.judge(planned, LIMITS, today=date(2026, 8, 21)).duty is Duty.TO_JUSTIFY


@pytest.mark.parametrize(
    ("nature", "months", "code"),
    [
        (TenderNature.WORKS, 2, None),
        (TenderNature.WORKS, 3, "not_short"),
        (TenderNature.WORKS, None, "not_short"),
        (TenderNature.SERVICES, 2, "not_works"),
    ],
)
def test_short_works_are_works_of_less_than_three_months(
    nature: TenderNature, months: int | None, code: str | None
) -> None:
    """DOMAIN.md 12.7, case 11."""
    reason = NoClauseReason.WORKS_UNDER_3_MONTHS
    if code is None:
        duty.check_decision(reason, text=REASON, nature=nature, months=months)
        return
    with pytest.raises(Refused) as refusal:
        duty.check_decision(reason, text=REASON, nature=nature, months=months)
    assert (refusal.value.code, refusal.value.field) == (code, "reason")


@pytest.mark.parametrize(
    ("nature", "months", "expected"),
    [
        (TenderNature.WORKS, 2, Duty.JUSTIFIED),
        (TenderNature.WORKS, 3, Duty.TO_JUSTIFY),
        (TenderNature.WORKS, None, Duty.TO_JUSTIFY),
        (TenderNature.SERVICES, 2, Duty.TO_JUSTIFY),
    ],
)
def test_works_that_last_longer_than_when_it_was_decided_are_to_justify_again(
    nature: TenderNature, months: int | None, expected: Duty
) -> None:
    """DOMAIN.md 12.7, case 11: the engine reads the duration each time, not only on the day of the decision."""
    short = replace(SERVICES, reason=NoClauseReason.WORKS_UNDER_3_MONTHS, amount=Decimal(6_000_000))
    verdict = duty.judge(replace(short, nature=nature, months=months), LIMITS, today=TODAY)
    assert verdict.duty is expected
    assert ("ne convient plus" in verdict.why) is (expected is Duty.TO_JUSTIFY)


@pytest.mark.parametrize(("length", "refused"), [(49, True), (50, False)])
def test_reasons_have_fifty_characters_at_least(length: int, refused: bool) -> None:
    told: dict[str, Any] = {"text": "x" * length + "   ", "nature": TenderNature.SERVICES, "months": 12}
    if not refused:
        duty.check_decision(NoClauseReason.OTHER, **told)
        return
    with pytest.raises(Refused, match="50 caractères"):
        duty.check_decision(NoClauseReason.OTHER, **told)


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    with time_machine.travel(noon(TODAY), tick=False):
        yield


@pytest.fixture
def tender(cast: Cast) -> Tender:
    return make.tender(
        buyer=cast.commune,
        structure=cast.structure,
        nature=TenderNature.SERVICES,
        starts_on=date(2027, 1, 4),
        ends_on=date(2027, 12, 31),
        amount=Decimal(300_000),
    )


def judged(tender: Tender) -> Duty:
    return verdicts(with_facts(Tender.objects.filter(pk=tender.pk)), today=TODAY)[0][1].duty


def test_what_waits_is_told_to_the_buyer_and_its_facilitator_only(tender: Tender, cast: Cast) -> None:
    assert facts_of(with_facts(Tender.objects.all()).get()).lots == {}
    for name, actor in cast.everyone().items():
        group = to_justify(Queue(actor=actor, on=TODAY))
        waiting = [todo.tender_detail for todo in group.todos] if group else []
        assert waiting == ([tender.reference] if name in {"buyer", "facilitator"} else []), name


def test_a_decision_justifies_and_taking_it_back_opens_again(
    tender: Tender, cast: Cast, browser: ActingClient
) -> None:
    address = reverse("obligations:without-clause", args=[tender.pk])
    browser.acting(cast.buyer)
    form = {
        "submission": str(uuid4()),
        "reason": "IMMEDIATE_SOLUTION",
        "text": "Trop court.",
        "decided_by": "Directrice de la commande publique",
        "decided_on": "2026-11-20",
    }
    refused = browser.post(address, form)
    assert refused.status_code == 422
    assert "50 caractères au moins" in refused.content.decode()
    assert "Trop court." in refused.content.decode()
    browser.post(address, form | {"text": REASON})
    assert judged(tender) is Duty.JUSTIFIED
    page = browser.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "Absence justifiée" in page
    assert "<html" not in page
    browser.post(reverse("obligations:want-clause", args=[tender.pk]))
    assert judged(tender) is Duty.TO_JUSTIFY
    again = browser.post(reverse("obligations:want-clause", args=[tender.pk]), follow=True)
    assert "Aucune décision de ce genre" in again.content.decode()


@pytest.mark.parametrize(
    ("clause_type", "stays"), [(ClauseType.EXECUTION, False), (ClauseType.AWARD_CRITERION, True)]
)
def test_the_first_clause_takes_the_decision_back_and_a_criterion_does_not(
    clause_type: ClauseType, stays: bool, tender: Tender, cast: Cast
) -> None:
    told: dict[str, Any] = {"by": cast.buyer, "at": noon(TODAY)}
    duties.decide_without(
        tender=tender,
        reason=NoClauseReason.IMMEDIATE_SOLUTION,
        text=REASON,
        decided_by="DGS",
        decided_on=TODAY,
        **told,
    )
    lot = lots.add(
        tender=tender, title="Nettoyage", sector=Sector.CLEANING, estimated_amount=Decimal(300_000), **told
    )
    clauses.put(lot=lot, clause_type=clause_type, **told)
    assert NoClauseDecision.objects.filter(tender=tender).exists() is stays
    assert judged(tender) is (Duty.JUSTIFIED if stays else Duty.SATISFIED)


def test_the_absence_of_a_clause_that_is_there_is_not_justified(
    tender: Tender, cast: Cast, browser: ActingClient
) -> None:
    told: dict[str, Any] = {"by": cast.buyer, "at": noon(TODAY)}
    first, second = (
        lots.add(
            tender=tender,
            title="Nettoyage",
            sector=Sector.CLEANING,
            estimated_amount=Decimal(150_000),
            **told,
        )
        for _ in range(2)
    )
    clauses.put(lot=first, **told)
    page = reverse("obligations:without-clause", args=[tender.pk])
    assert "il n’y a pas d’absence à justifier" in browser.acting(cast.buyer).get(page).content.decode()
    decision: dict[str, Any] = {
        "tender": tender,
        "reason": NoClauseReason.NO_SUFFICIENT_LINK,
        "text": REASON,
        "decided_by": "DGS",
        "decided_on": TODAY,
    }
    with pytest.raises(Refused) as refusal:
        duties.decide_without(**decision, **told)
    assert refusal.value.code == "clause_there"
    Parameter.objects.filter(code="DUTY_EVERY_LOT").update(value="1")
    assert "Enregistrer la décision" in browser.get(page).content.decode()
    duties.decide_without(**decision, **told)
    assert judged(tender) is Duty.JUSTIFIED
    assert not second.has_clause


def test_a_decision_lets_a_tender_be_drafted_without_a_clause(cast: Cast) -> None:
    at = noon(TODAY)
    planned = tenders.register(
        buyer=cast.commune,
        structure=cast.structure,
        reference="2026-900",
        title="Fournitures de bureau",
        nature=TenderNature.SUPPLIES,
        place=None,
        by=cast.buyer,
        at=at,
    )
    sizing = tenders.move(tender=planned, action=TenderAction.SIZE, by=cast.buyer, at=at)
    with pytest.raises(Refused, match="Aucun lot n’a encore de clause"):
        tenders.move(tender=sizing, action=TenderAction.DRAFT, by=cast.buyer, at=at)
    told: dict[str, Any] = {
        "text": REASON,
        "decided_by": "DGS",
        "decided_on": TODAY,
        "by": cast.buyer,
        "at": at,
    }
    duties.decide_without(tender=sizing, reason=NoClauseReason.LOW_LABOUR, **told)
    duties.decide_without(tender=sizing, reason=NoClauseReason.TOO_SMALL, **told)
    assert NoClauseDecision.objects.get().reason == NoClauseReason.TOO_SMALL
    assert (
        tenders.move(tender=sizing, action=TenderAction.DRAFT, by=cast.buyer, at=at).status
        == TenderStatus.DRAFTED
    )


@pytest.mark.parametrize("who", ["other_buyer", "other_facilitator", "contractor", "coordinator"])
def test_nobody_decides_for_another(who: str, tender: Tender, cast: Cast) -> None:
    actor = getattr(cast, who)
    with pytest.raises(Refused):
        decisions.decide_without(
            tender=tender,
            reason=NoClauseReason.OTHER,
            text=REASON,
            decided_by="DGS",
            decided_on=TODAY,
            by=actor,
            at=noon(TODAY),
        )


def test_the_register_lists_and_exports_the_decisions(
    tender: Tender, cast: Cast, browser: ActingClient
) -> None:
    duties.decide_without(
        tender=tender,
        reason=NoClauseReason.IMMEDIATE_SOLUTION,
        text=REASON,
        decided_by="DGS",
        decided_on=date(2026, 11, 20),
        by=cast.buyer,
        at=noon(TODAY),
    )
    address = reverse("obligations:no-clause-register")
    for actor, seen in ((cast.buyer, True), (cast.facilitator, True), (cast.other_buyer, False)):
        body = browser.acting(actor).get(address).content.decode()
        assert (tender.reference in body) is seen
    browser.acting(cast.buyer)
    assert "Aucun" in browser.get(address, {"cas": "autres"}).content.decode()
    page: Any = browser.get(address, {"export": "csv"})
    exported = b"".join(page.streaming_content).decode("utf-8-sig")
    assert REASON in exported
    assert "oui" in exported


def test_the_reading_of_a_threshold_follows_its_parameter(tender: Tender) -> None:
    assert judged(tender) is Duty.TO_JUSTIFY
    Parameter.objects.filter(code="EU_THRESHOLD.LOCAL", starts_on=date(2026, 1, 1)).update(value="300000.01")
    assert judged(tender) is Duty.NOT_REQUIRED

"""Acts of who buys on what they never read: a colleague changed it between the page and the press.

Elsewhere: documents, hours and advice (test_stale.py), statements that were sent again (test_hours.py).
"""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from clauses.decp.actions import answers
from clauses.decp.choices import SpottedStatus
from clauses.obligations.actions import clauses, life
from clauses.obligations.models import SocialClause
from clauses.obligations.rules.duty import Duty
from clauses.obligations.selectors.duty import verdict_of
from clauses.obligations.selectors.sizing import sizing_ground
from clauses.procurement.actions import awards, decisions
from clauses.procurement.choices import (
    AdviceStatus,
    AmendmentKind,
    GroupRole,
    NoClauseReason,
    Sector,
    TenderStatus,
)
from clauses.procurement.models import Amendment, Award, GroupMember, Lot, NoClauseDecision, Tender
from inclusiv.accounts.models import Contact, Organisation
from inclusiv.core.periods import PARIS, paris_day
from inclusiv.demo.make import clauses as make
from tests.attacks.conftest import Attacker
from tests.attacks.test_stale import hidden, typed
from tests.world import NOW, World

FIRST = date(2025, 10, 1)
DAYS = {"notified_on": "2025-10-10", "starts_on": "2025-10-14", "ends_on": "2026-10-13"}


def sized(lot: Lot, hours: int, *, world: World) -> None:
    """Have the hours of a lot computed and written by the facilitation."""
    inputs = replace(sizing_ground(lot, on=NOW.date()).inputs, amount=Decimal(1_800_000))
    clauses.put(lot=lot, inputs=inputs, quantity=Decimal(hours), by=world.cast.facilitator, at=NOW)


def given(lot: Lot, company: Organisation, *, world: World) -> Award:
    """Have the lot of a consultation given to a company by the facilitation."""
    held = [(company, Decimal(1))]
    return awards.award(lot=lot, contractors=held, awarded_on=FIRST, by=world.cast.facilitator, at=NOW)


def judged(world: World) -> Lot:
    """Return the lot of the draft, its offers received, with a hundred hours."""
    Tender.objects.filter(pk=world.own.draft.pk).update(
        status=TenderStatus.EVALUATION, offers_due_on=None, consultation_launched_on=None
    )
    lot = Lot.objects.select_related("tender").get(tender=world.own.draft)
    sized(lot, 100, world=world)
    return lot


def given_to_another(lot: Lot, *, world: World) -> None:
    """Have the contractor of a lot taken back, and another one told."""
    awards.withdraw(lot=lot, by=world.cast.facilitator, at=NOW)
    given(lot, world.other.contractor, world=world)


def test_to_bind_hours_that_the_page_of_the_notification_did_not_tell(
    world: World, browser: Attacker
) -> None:
    lot = judged(world)
    given(lot, world.own.contractor, world=world)
    address = reverse("obligations:notify", args=[lot.tender_id])
    form = hidden(browser.acting(world.cast.buyer), address)
    sized(lot, 9000, world=world)
    browser.post(address, form | DAYS)
    assert not Tender.objects.get(pk=lot.tender_id).is_bound
    browser.post(address, hidden(browser, address) | DAYS)
    assert Tender.objects.get(pk=lot.tender_id).is_bound


def test_to_notify_a_company_that_the_page_did_not_name(world: World, browser: Attacker) -> None:
    """It would be welcomed, with the link of its plan, by a buyer who read another name."""
    lot = judged(world)
    given(lot, world.own.contractor, world=world)
    address = reverse("obligations:notify", args=[lot.tender_id])
    form = hidden(browser.acting(world.cast.buyer), address)
    given_to_another(lot, world=world)
    browser.post(address, form | DAYS)
    assert not Tender.objects.get(pk=lot.tender_id).is_bound


def test_to_take_back_a_contractor_that_the_page_did_not_name(world: World, browser: Attacker) -> None:
    lot = judged(world)
    given(lot, world.own.contractor, world=world)
    address = reverse("procurement:award-withdraw", args=[lot.pk])
    form = hidden(browser.acting(world.cast.buyer), address)
    given_to_another(lot, world=world)
    browser.post(address, form)
    assert Award.objects.filter(lot=lot).exists()
    browser.post(address, hidden(browser, address))
    assert not Award.objects.filter(lot=lot).exists()


def test_to_take_a_clause_away_that_was_written_since(world: World, browser: Attacker) -> None:
    lot = judged(world)
    address = reverse("obligations:remove-clause", args=[lot.pk])
    form = hidden(browser.acting(world.cast.buyer), address)
    sized(lot, 9000, world=world)
    browser.post(address, form)
    assert SocialClause.objects.filter(lot=lot).exists()
    browser.post(address, hidden(browser, address))
    assert not SocialClause.objects.filter(lot=lot).exists()


def test_to_give_up_a_procedure_whose_contractor_was_told_since(world: World, browser: Attacker) -> None:
    """« C’est définitif »."""
    lot = judged(world)
    address = reverse("procurement:step", args=[lot.tender_id, "sans-suite"])
    form = hidden(browser.acting(world.cast.buyer), address)
    given(lot, world.own.contractor, world=world)
    browser.post(address, form)
    assert Tender.objects.get(pk=lot.tender_id).status == TenderStatus.AWARDED
    browser.post(address, hidden(browser, address))
    assert Tender.objects.get(pk=lot.tender_id).status == TenderStatus.NO_AWARD


def test_to_count_an_amendment_that_a_colleague_has_just_recorded(world: World, browser: Attacker) -> None:
    """The buyer and its facilitation each hold the same paper: the hours would be added twice."""
    address = reverse("obligations:amend", args=[world.own.tender.pk])
    told = {"kind": "CLAUSE_CHANGED", "notified_on": str(FIRST), "months": "0"}
    told |= {f"hours_{world.own.lot.pk}": "50"}
    read = [hidden(browser.acting(actor), address) for actor in (world.cast.buyer, world.cast.facilitator)]
    for actor, form in zip((world.cast.buyer, world.cast.facilitator), read, strict=True):
        browser.acting(actor).post(address, form | told)
    assert Amendment.objects.filter(tender=world.own.tender).count() == 1


def amended(world: World, kind: AmendmentKind, change: life.LotChange) -> None:
    """Have the contract amended by the facilitation."""
    life.amend(
        tender=world.own.tender,
        kind=kind,
        notified_on=FIRST,
        changes=[change],
        by=world.cast.facilitator,
        at=NOW,
    )


def test_to_hand_over_a_lot_that_has_just_changed_hands(world: World, browser: Attacker) -> None:
    tender, lot = world.own.tender, world.own.lot
    address = reverse("obligations:transfer", args=[tender.pk])
    form = hidden(browser.acting(world.cast.buyer), address)
    amended(world, AmendmentKind.TRANSFER, life.LotChange(lot=lot, successor=world.other.contractor))
    to = {"lot": str(lot.pk), "siret": str(world.elsewhere.contractor.siret), "name": "x"}
    browser.post(address, form | to | {"notified_on": "2025-10-02"})
    lead = GroupMember.objects.get(award__lot=lot, role=GroupRole.LEAD)
    assert lead.organisation == world.other.contractor


def test_to_end_a_contract_that_was_amended_since(world: World, browser: Attacker) -> None:
    """« C’est définitif »."""
    tender, lot = world.own.tender, world.own.lot
    address = reverse("obligations:terminate", args=[tender.pk])
    form = hidden(browser.acting(world.cast.buyer), address)
    amended(world, AmendmentKind.CLAUSE_CHANGED, life.LotChange(lot=lot, hours=Decimal(50)))
    browser.post(address, form | {"last_on": "2025-10-14", "reason": "x"})
    assert Tender.objects.get(pk=tender.pk).status == TenderStatus.IN_PROGRESS


def test_to_propose_hours_that_were_computed_again_since(world: World, browser: Attacker) -> None:
    asked = world.own.advice
    lot = Lot.objects.select_related("tender").get(tender=world.own.draft)
    sized(lot, 100, world=world)
    address = reverse("procurement:advice", args=[asked.pk])
    form = hidden(browser.acting(world.cast.facilitator), address)
    sized(lot, 9000, world=world)
    browser.post(address, form | {"opinion": "ADVISED", "answer": "Cent heures."})
    asked.refresh_from_db()
    assert asked.status == AdviceStatus.ASKED


def without_clause(world: World) -> Tender:
    """Return the draft, its clause taken away."""
    SocialClause.objects.filter(lot__tender=world.own.draft).delete()
    Lot.objects.filter(tender=world.own.draft).update(has_clause=False)
    return world.own.draft


def decided(tender: Tender, reason: NoClauseReason, *, world: World) -> None:
    """Have the decision to do without a clause written by the facilitation."""
    decisions.decide_without(
        tender=tender,
        reason=reason,
        text="Fourniture sans pose.",
        decided_by="Direction",
        decided_on=FIRST,
        by=world.cast.facilitator,
        at=NOW,
    )


def test_to_write_over_the_reason_that_a_colleague_has_just_given(world: World, browser: Attacker) -> None:
    """Why there is no clause is kept for the law: nobody's reason is lost unread."""
    tender = without_clause(world)
    address = reverse("obligations:without-clause", args=[tender.pk])
    form = hidden(browser.acting(world.cast.buyer), address)
    decided(tender, NoClauseReason.LOW_LABOUR, world=world)
    told = {"reason": "TOO_SMALL", "text": "Trop petit pour une clause. " * 8, "decided_by": "x"}
    browser.post(address, form | told | {"decided_on": str(FIRST)})
    assert NoClauseDecision.objects.get(tender=tender).reason == NoClauseReason.LOW_LABOUR


def test_to_take_a_decision_back_that_was_written_since(world: World, browser: Attacker) -> None:
    tender = without_clause(world)
    decided(tender, NoClauseReason.LOW_LABOUR, world=world)
    form = hidden(browser.acting(world.cast.buyer), reverse("obligations:without-clause", args=[tender.pk]))
    decided(tender, NoClauseReason.TOO_SMALL, world=world)
    browser.post(reverse("obligations:want-clause", args=[tender.pk]), form)
    assert NoClauseDecision.objects.filter(tender=tender).exists()


def test_to_take_back_an_answer_that_the_page_did_not_tell(world: World, browser: Attacker) -> None:
    """It said « Écarté »; a colleague has attached it to a tender since."""
    contract = world.own.contract
    answers.dismiss(contract=contract, by=world.cast.buyer, at=NOW)
    form = hidden(browser.acting(world.cast.buyer), reverse("decp:contract", args=[contract.pk]))
    answers.restore(contract=contract, by=world.cast.facilitator, at=NOW)
    answers.attach(contract=contract, tender=world.own.draft, by=world.cast.facilitator, at=NOW)
    browser.post(reverse("decp:restore", args=[contract.pk]), form)
    contract.refresh_from_db()
    assert contract.status == SpottedStatus.ATTACHED


def test_to_notify_the_company_that_a_colleague_told_while_one_typed_another(
    world: World, browser: Attacker
) -> None:
    """What was typed of a lot given meanwhile was left aside without a word, and the other company was bound."""
    lot = judged(world)
    address = reverse("obligations:award-answer", args=[lot.tender_id])
    form = hidden(browser.acting(world.cast.buyer), address)
    given(lot, world.other.contractor, world=world)
    told = {f"siret_{lot.pk}": str(world.own.contractor.siret), f"awarded_on_{lot.pk}": str(FIRST)}
    browser.post(address, form | told | DAYS)
    assert not Tender.objects.get(pk=lot.tender_id).is_bound


def test_to_write_somebody_among_the_contacts_of_the_company_that_has_just_taken_over(
    world: World, browser: Attacker
) -> None:
    """Minutes typed about who held the lot: the facilitation would give its successor's letters to that person."""
    tender, lot = world.own.tender, world.own.lot
    address = reverse("obligations:kick-off", args=[tender.pk])
    form = hidden(browser.acting(world.cast.facilitator), address)
    amended(world, AmendmentKind.TRANSFER, life.LotChange(lot=lot, successor=world.other.contractor))
    key = world.own.award.pk
    told = {"held_on": str(FIRST), "place": "x", "attended": "x"}
    told |= {f"name_{key}": "Rémi", f"email_{key}": "remi@example.org"}
    browser.post(address, form | told)
    assert not Contact.objects.filter(organisation=world.other.contractor, name="Rémi").exists()


@pytest.mark.parametrize("told", [{"is_defence": "on"}, {"form": "PRIVATE"}])
def test_to_have_the_want_of_a_clause_need_no_reason_any_more(
    world: World, browser: Attacker, told: dict[str, str]
) -> None:
    """Six million euros notified without a clause nor a decision: what the contract was then stays."""
    later = datetime(2026, 12, 1, 10, tzinfo=PARIS)
    with time_machine.travel(later, tick=False):
        bought = make.tender(
            buyer=world.cast.commune,
            structure=world.own.structure,
            reference="2026-900",
            amount=Decimal(6_000_000),
            starts_on=date(2026, 11, 20),
            ends_on=date(2027, 11, 19),
        )
        lot = Lot.objects.create(tender=bought, number=1, title="Gros œuvre", sector=Sector.STRUCTURAL)
        make.award(lot, (world.cast.builder, Decimal(1)))
        make.notify(bought, notified_on=date(2026, 11, 10))
        assert verdict_of(bought, today=paris_day(later)).duty is Duty.TO_JUSTIFY
        change = reverse("procurement:change", args=[bought.pk])
        form = browser.acting(world.cast.buyer).get(change).context["form"]
        answer = browser.post(change, typed(form) | told)
        assert answer.status_code == 422
        assert verdict_of(bought, today=paris_day(later)).duty is Duty.TO_JUSTIFY

"""Contracts: to break one by what its life accepts or by its steps out of order, to change a lot of another, to act on a
lot that one has left.

Elsewhere: whose contract may be changed (tests/access), what each form refuses (tests/clauses/obligations).
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from beneficiaries.people.models import PersonIdentity
from beneficiaries.placements.models import JobRequest, Placement
from clauses.obligations.models import Obligation, SocialClause
from clauses.procurement.models import (
    Amendment,
    Award,
    GroupMember,
    Lot,
    LotParticipant,
    NoClauseDecision,
    Suspension,
    Tender,
)
from inclusiv.accounts.models import Contact, Invitation, Membership
from inclusiv.core.actors import Role
from inclusiv.core.quantities import HOURS_MAX
from inclusiv.demo.make import accounts
from inclusiv.demo.make import clauses as make
from inclusiv.records.actions import links
from inclusiv.records.models import OutgoingEmail
from tests.attacks.conftest import Attacker
from tests.world import NOW, World


def sent(browser: Attacker, name: str, pk: int, /, **given: str) -> Any:
    """Send a form of a contract's life."""
    return browser.post(reverse(f"obligations:{name}", args=[pk]), {"submission": str(uuid4())} | given)


def amended(browser: Attacker, tender: Tender, /, **given: str) -> Any:
    """Send an amendment of the day before."""
    form = {"kind": "AMOUNT", "notified_on": "2025-10-13", "months": "0"}
    return sent(browser, "amend", tender.pk, **(form | given))


def left_by(world: World, browser: Attacker) -> None:
    """Give the lot to another company, as of the first of October."""
    siret = str(world.cast.painter.siret)
    form = {"lot": str(world.own.lot.pk), "siret": siret, "name": "x", "notified_on": "2025-10-01"}
    assert sent(browser.acting(world.cast.buyer), "transfer", world.own.tender.pk, **form).status_code == 302


def test_to_owe_more_hours_than_a_column_holds(world: World, browser: Attacker) -> None:
    """By one amendment over another, by what was invoiced: refused in words, and nothing changes."""
    lot = world.own.lot
    browser.acting(world.cast.buyer)
    answers = [amended(browser, world.own.tender, **{f"hours_{lot.pk}": str(HOURS_MAX)})]
    SocialClause.objects.filter(lot=lot).update(hours_per_100k=Decimal(9999))
    answers.append(sent(browser, "invoice", lot.pk, quarter_end="2025-09-30", amount="999999999999"))
    assert [answer.status_code for answer in answers] == [422, 422]
    assert not Amendment.objects.exists()
    assert Obligation.objects.get(lot=lot).quantity == Decimal("1890.00")


@pytest.mark.parametrize("months", ["120", "-120"])
def test_to_have_a_contract_last_for_ever_or_end_before_it_begins(
    world: World, browser: Attacker, months: str
) -> None:
    browser.acting(world.cast.buyer)
    answers = [amended(browser, world.own.tender, kind="DURATION", months=months) for _ in range(8)]
    assert answers[-1].status_code == 422
    world.own.tender.refresh_from_db()
    assert world.own.tender.ends_on
    assert date(2025, 3, 1) < world.own.tender.ends_on < date(2055, 4, 1)


def test_to_have_every_page_draw_the_months_of_two_centuries(world: World, browser: Attacker) -> None:
    """By the dates of a new tender, of one that is notified, of one that is suspended."""
    browser.acting(world.cast.buyer)
    draft = world.own.draft
    days = {"starts_on": "1900-01-02", "ends_on": "2100-12-31"}
    schedule = reverse("procurement:schedule", args=[draft.pk])
    version = browser.get(schedule).context["form"]["version"].value()
    form = {"submission": str(uuid4()), "version": str(version)} | days
    answers = [browser.post(schedule, form)]
    Tender.objects.filter(pk=draft.pk).update(status="AWARDED")
    Lot.objects.filter(tender=draft).update(has_clause=False)
    answers.append(sent(browser, "notify", draft.pk, notified_on="1900-01-01", **days))
    Tender.objects.filter(pk=world.own.tender.pk).update(status="SUSPENDED")
    answers.append(
        sent(browser, "resume", world.own.tender.pk, resumed_on="2025-10-14", ends_on="2100-12-31")
    )
    assert [answer.status_code for answer in answers] == [422] * 3
    assert all("plus de 30 ans" in answer.said for answer in answers)


def test_to_read_what_the_company_that_took_the_lot_over_foresees(world: World, browser: Attacker) -> None:
    """Its plan, whom to call there: who left keeps what it declared, no more."""
    left_by(world, browser)
    pages = {
        "plan": reverse("obligations:plan", args=[world.own.award.pk]),
        "propose": reverse("obligations:plan-propose", args=[world.own.award.pk]),
        "start": reverse("obligations:start", args=[world.own.tender.pk]),
    }
    browser.acting(world.cast.contractor)
    assert [browser.get(pages[name]).status_code for name in pages] == [404, 404, 200]
    assert pages["plan"] not in browser.get(pages["start"]).said
    browser.acting(world.cast.other_contractor)
    assert [browser.get(pages[name]).status_code for name in pages] == [200, 200, 200]
    assert pages["plan"] in browser.get(pages["start"]).said


def test_to_read_by_a_link_kept_what_the_company_that_took_the_lot_over_foresees(
    world: World, browser: Attacker
) -> None:
    """Nobody can be written to in the company that takes over: the link of the one that left opens nothing either."""
    award = world.own.award
    Contact.objects.create(
        organisation=world.own.contractor, name="Lou", role="SITE", email="lou@btp.example", rank=0
    )
    OutgoingEmail.objects.all().delete()
    browser.acting(world.cast.facilitator).post(reverse("obligations:plan-welcome", args=[award.pk]))
    letter = OutgoingEmail.objects.get(recipient="lou@btp.example")
    link = reverse("records:link", args=links.TOKEN.findall(letter.text)[:1])
    assert Client().get(link).status_code == 200
    Contact.objects.filter(organisation=world.other.contractor).delete()
    Membership.objects.filter(capacity__organisation=world.other.contractor).update(revoked_at=NOW)
    left_by(world, browser)
    assert not OutgoingEmail.objects.filter(subject__startswith="Bienvenue").exclude(
        recipient="lou@btp.example"
    )
    assert Client().get(link).status_code == 410


@pytest.mark.parametrize("name", ["amount", "hours"])
def test_to_amend_the_lot_of_another_contract_or_to_hand_it_over(
    world: World, browser: Attacker, name: str
) -> None:
    """Its key stands in the name of a field, or in a choice: the form reads those of its own tender only."""
    theirs = world.other.lot
    browser.acting(world.cast.buyer)
    assert amended(browser, world.own.tender, **{f"{name}_{theirs.pk}": "10"}).status_code == 422
    form = {
        "lot": str(theirs.pk),
        "siret": str(world.cast.painter.siret),
        "name": "x",
        "notified_on": "2025-10-01",
    }
    assert sent(browser, "transfer", world.own.tender.pk, **form).status_code == 422
    assert amended(browser, world.own.tender, kind="TRANSFER").status_code == 422
    assert not Amendment.objects.exists()
    assert GroupMember.objects.get(award=world.other.award).organisation == world.other.contractor


def test_to_take_a_lot_over_and_read_who_works_there(world: World, browser: Attacker) -> None:
    """Whoever awards contracts may name a company of theirs: it finds neither names, nor needs, nor statements."""
    left_by(world, browser)
    browser.acting(world.cast.other_contractor)
    own, told = world.own, ("Suivie1", "Annaune", "Linaune", "Nourune", world.own.placement.code)
    opened = {
        "placements:tender": own.tender.pk,
        "followup:my-lot": own.award.pk,
        "placements:request": own.need.pk,
        "placements:accept": own.referral.pk,
        "placements:end": own.placement.pk,
        "hours:statement": own.statement.pk,
    }
    pages = {name: browser.get(reverse(name, args=[pk])) for name, pk in opened.items()}
    assert [name for name, page in pages.items() if page.status_code == 200] == list(opened)[:2]
    shown = "".join(page.said for page in pages.values())
    assert [word for word in told if word in shown] == []


def test_to_go_on_bringing_people_to_a_lot_that_one_has_left(world: World, browser: Attacker) -> None:
    """The company that leaves keeps what it declared; from that day on it asks for nobody, and names nobody."""
    left_by(world, browser)
    assert LotParticipant.objects.get(lot=world.own.lot, organisation=world.own.contractor).ends_on == date(
        2025, 10, 1
    )
    known = (Placement.objects.count(), JobRequest.objects.count())
    browser.acting(world.cast.contractor)
    work = {"post": "Maçon", "starts_on": "2025-10-20", "modality": "DIRECT_HIRE_CDD", "weekly_hours": "35"}
    person = {"first_name": "Eve", "last_name": "Intruse", "birth_date": "1990-01-01"}
    answers = [
        browser.post(
            reverse(f"placements:{name}", args=[world.own.award.pk]), {"submission": str(uuid4())} | form
        )
        for name, form in (("ask", work | {"headcount": "1"}), ("name", work | person))
    ]
    taken = browser.post(
        reverse("placements:accept", args=[world.own.referral.pk]),
        {"submission": str(uuid4()), "starts_on": "2025-11-03"},
    )
    assert [answer.status_code for answer in [*answers, taken]] == [422, 422, 404]
    assert (Placement.objects.count(), JobRequest.objects.count()) == known


def test_to_go_on_reading_the_candidates_of_a_lot_that_one_has_left(world: World, browser: Attacker) -> None:
    """Whoever was proposed before the transfer is no longer named to the company that left."""
    candidate = world.own.referral.dossier.person.identity
    page = reverse("placements:request", args=[world.own.need.pk])
    browser.acting(world.cast.contractor)
    assert candidate.last_name in browser.get(page).said
    left_by(world, browser)
    browser.acting(world.cast.contractor)
    assert candidate.last_name not in browser.get(page).said
    doors = ("accept", "decline")
    asked = [browser.get(reverse(f"placements:{one}", args=[world.own.referral.pk])) for one in doors]
    assert [answer.status_code for answer in asked] == [404, 404]


def test_to_make_a_contractor_impossible_to_take_back_by_asking_for_people(
    world: World, browser: Attacker
) -> None:
    """Told by mistake: nobody is asked for before the notification, and the buyer takes it back."""
    lot = world.own.draft.lots.get()
    award = make.award(lot, (world.own.contractor, Decimal(1)))
    form = {"post": "Maçon", "starts_on": "2026-03-02", "modality": "DIRECT_HIRE_CDD", "weekly_hours": "35"}
    browser.acting(world.cast.contractor)
    asked = browser.post(
        reverse("placements:ask", args=[award.pk]), {"submission": str(uuid4()), "headcount": "1"} | form
    )
    assert "n’est pas encore notifié" in asked.said
    withdraw = reverse("procurement:award-withdraw", args=[lot.pk])
    assert browser.acting(world.cast.buyer).post(withdraw).status_code == 302
    assert not GroupMember.objects.filter(award=award).exists()


def renewed(world: World, browser: Attacker) -> Tender:
    """Renew the contract for a year."""
    tender = world.own.tender
    Tender.objects.filter(pk=tender.pk).update(renewals_max=2)
    form = {"decided_on": "2025-10-01", "starts_on": "2025-11-29", "ends_on": "2026-11-28", "is_tacit": "on"}
    assert sent(browser, "renew", tender.pk, **form).status_code == 302
    return tender


def test_to_end_a_contract_before_what_it_owes_begins(world: World, browser: Attacker) -> None:
    """Shortened under a tranche affirmed, then under a renewal: refused in words."""
    browser.acting(world.cast.buyer)
    assert sent(browser, "affirm", world.own.tranche.pk, affirmed_on="2025-10-13").status_code == 302
    answers = [amended(browser, world.own.tender, kind="DURATION", months="-3")]
    renewed(world, browser)
    answers.append(amended(browser, world.own.tender, kind="DURATION", months="-13"))
    assert ["months" in answer.context["form"].errors for answer in answers] == [True, True]
    assert not Amendment.objects.exists()


def test_to_affirm_a_tranche_once_the_execution_is_over(world: World, browser: Attacker) -> None:
    Tender.objects.filter(pk=world.own.tender.pk).update(ends_on=date(2025, 9, 30))
    browser.acting(world.cast.buyer)
    answer = sent(browser, "affirm", world.own.tranche.pk, affirmed_on="2025-10-13")
    assert "affirmed_on" in answer.context["form"].errors
    assert not Obligation.objects.filter(tranche=world.own.tranche).exists()


def test_to_owe_less_than_nothing_by_what_is_invoiced(world: World, browser: Attacker) -> None:
    """Orders that come to less than a tranche and an amendment ask for: the former are owed besides, the hours stay."""
    lot = world.own.lot
    SocialClause.objects.filter(lot=lot).update(hours_per_100k=Decimal(35))
    browser.acting(world.cast.buyer)
    assert sent(browser, "affirm", world.own.tranche.pk, affirmed_on="2025-09-01").status_code == 302
    renewed(world, browser)
    told = sent(browser, "invoice", lot.pk, quarter_end="2025-09-30", amount="100000")
    assert told.status_code == 302
    with time_machine.travel(NOW + timedelta(days=180), tick=False):
        browser.acting(world.cast.buyer)
        hours = {f"hours_{lot.pk}": "100"}
        assert amended(browser, world.own.tender, notified_on="2025-10-13", **hours).status_code == 302
        told = sent(browser, "invoice", lot.pk, quarter_end="2026-03-31", amount="200000")
    assert told.status_code == 302
    owed = Obligation.objects.filter(lot=lot).order_by("pk").values_list("quantity", flat=True)
    assert list(owed) == [Decimal(135), Decimal(10), Decimal(0)]


def test_to_break_a_lot_to_which_an_amendment_gave_a_clause(world: World, browser: Attacker) -> None:
    """During a renewal, then amended again, then renewed: it is a lot like the others."""
    lot = Lot.objects.create(tender=world.own.tender, number=2, title="Peinture", sector="PAINTING")
    award = Award.objects.create(lot=lot, awarded_on=date(2025, 2, 24))
    GroupMember.objects.create(award=award, organisation=world.own.contractor, role="LEAD")
    renewed(world, browser.acting(world.cast.buyer))
    with time_machine.travel(NOW + timedelta(days=400), tick=False):
        browser.acting(world.cast.buyer)
        for day in ("2026-01-05", "2026-02-02"):
            form = {"kind": "CLAUSE_ADDED", "notified_on": day, f"hours_{lot.pk}": "100"}
            assert amended(browser, world.own.tender, **form).status_code == 302
        again = {"decided_on": "2026-11-02", "starts_on": "2026-11-29", "ends_on": "2027-11-28"}
        assert sent(browser, "renew", world.own.tender.pk, **again).status_code == 302
    owed = Obligation.objects.filter(lot=lot).order_by("pk").values_list("quantity", flat=True)
    assert list(owed) == [Decimal(200), Decimal(200)]


def test_to_break_a_contract_by_taking_away_the_last_lot_that_it_waits_for(
    world: World, browser: Attacker
) -> None:
    """The lot without a clause is given first; the clause and the lot that were awaited go: nothing waits any more."""
    tender = world.own.draft
    awaited = tender.lots.get()
    make.award(
        Lot.objects.create(tender=tender, number=2, title="Peinture", sector="PAINTING"),
        (world.own.contractor, Decimal(1)),
    )
    browser.acting(world.cast.buyer)
    for name in ("obligations:remove-clause", "procurement:lot-remove"):
        browser.post(reverse(name, args=[awaited.pk]))
    tender.refresh_from_db()
    assert (tender.status, tender.lots.count()) == ("AWARDED", 1)
    assert browser.get(reverse("procurement:tender", args=[tender.pk])).status_code == 200


def test_to_rewrite_after_the_notification_why_there_is_no_clause(world: World, browser: Attacker) -> None:
    """The reasons that the law asks for are kept: neither written, nor written again, nor taken back any more."""
    tender = world.own.tender
    kept = NoClauseDecision.objects.create(
        tender=tender, reason="LOW_LABOUR", text="y" * 60, decided_by="Elle", decided_on=date(2025, 1, 6), recorded_at=NOW
    )  # fmt: skip
    form = {"reason": "OTHER", "text": "x" * 60, "decided_by": "moi", "decided_on": "2025-10-01"}
    browser.acting(world.cast.buyer)
    assert sent(browser, "without-clause", tender.pk, **form).status_code == 422
    browser.post(reverse("obligations:want-clause", args=[tender.pk]))
    assert NoClauseDecision.objects.get(tender=tender).text == kept.text


@pytest.mark.parametrize("launched_on", [date(1900, 1, 1), date(2021, 12, 31), date(2100, 12, 31)])
def test_to_break_a_contract_by_the_day_of_its_consultation(
    world: World, browser: Attacker, launched_on: date
) -> None:
    """Before any European threshold that is known: the page, its verdict and the home of who follows it."""
    Tender.objects.filter(pk=world.own.draft.pk).update(consultation_launched_on=launched_on)
    browser.acting(world.cast.buyer)
    pages = [
        reverse(name, args=[world.own.draft.pk])
        for name in ("procurement:tender", "obligations:without-clause", "texts:pieces")
    ]
    pages += [reverse("followup:my-tenders")]
    assert [browser.get(page).status_code for page in pages] == [200] * len(pages)
    assert browser.acting(world.cast.facilitator).get(reverse("home")).status_code == 200


def test_to_open_a_door_of_one_s_organisation_by_giving_it_a_lot(world: World, browser: Attacker) -> None:
    """A buyer that holds its own lot becomes a company there, and nothing else: no file, no figure, no other's names."""
    home = world.own.buyer
    lot = Lot.objects.create(tender=world.own.draft, number=2, title="Peinture", sector="PAINTING")
    Tender.objects.filter(pk=world.own.draft.pk).update(
        consultation_launched_on=date(2025, 9, 1), offers_due_on=None
    )
    form = {"awarded_on": "2025-10-13", "siret_1": str(home.siret), "group_type": "NONE"}
    browser.acting(world.cast.buyer).confirmed()
    answer = browser.post(reverse("procurement:award", args=[lot.pk]), form | {"submission": str(uuid4())})
    assert answer.status_code == 302
    for role in Role:
        invited = {"submission": str(uuid4()), "email": f"{role.lower()}@evil.example", "role": role.value}
        browser.post(reverse("accounts:invite"), invited)
    given = set(
        Invitation.objects.filter(email__endswith="@evil.example").values_list("capacity__role", flat=True)
    )
    assert given == {Role.BUYER, Role.SIGNATORY, Role.CONTRACTOR}
    eve = accounts.member(home, Role.CONTRACTOR, first_name="E", last_name="V", email="e@v.example")
    pages = [reverse("placements:tender", args=[pk]) for pk in (world.own.draft.pk, world.own.tender.pk)]
    shown = [browser.acting(eve).get(page) for page in pages]
    assert [page.status_code for page in shown] == [200, 404]
    assert "Suivie1" not in shown[0].said


def test_to_go_on_reading_the_telephone_of_somebody_who_does_not_work_there(
    world: World, browser: Attacker
) -> None:
    """Taken, then given up: the company keeps the name of its mise à l’emploi, not the number that the person has since."""
    referral = world.own.referral
    form = {"submission": str(uuid4()), "starts_on": "2025-11-03"}
    browser.acting(world.cast.contractor)
    browser.post(reverse("placements:accept", args=[referral.pk]), form)
    browser.post(reverse("placements:cancel", args=[Placement.objects.get(referral=referral).pk]))
    PersonIdentity.objects.filter(person=referral.dossier.person).update(phone="+33699887766")
    page = browser.get(reverse("placements:request", args=[world.own.need.pk]))
    assert page.status_code == 200
    assert "06 99 88 77 66" not in page.said


def test_to_count_what_the_other_companies_of_a_contract_ask_for(world: World, browser: Attacker) -> None:
    page = reverse("placements:tender", args=[world.own.tender.pk])
    assert "besoin ouvert" in browser.acting(world.cast.contractor).get(page).said
    assert "besoin ouvert" not in browser.acting(world.cast.employer).get(page).said


def test_to_bury_a_delay_under_suspensions_of_the_same_days(world: World, browser: Attacker) -> None:
    """Stopped again on days already taken off, a contract awaited fewer hours than none, and was « dans les temps »."""
    tender = world.own.tender
    browser.acting(world.cast.buyer)
    for _ in range(3):
        sent(browser, "suspend", tender.pk, starts_on=str(tender.starts_on), reason="x")
        sent(browser, "resume", tender.pk, resumed_on="2025-10-10", ends_on=str(tender.ends_on))
    assert Suspension.objects.filter(tender=tender).count() == 1

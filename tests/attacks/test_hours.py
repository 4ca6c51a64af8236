"""Hours: to have some counted for nobody, to declare what was never worked, to change what is settled.

Elsewhere: another's placement in one's own grid (test_object_references.py), what a control sees
(tests/beneficiaries/hours), two who validate at once (tests/faults).
"""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from beneficiaries.hours.choices import StatementStatus
from beneficiaries.hours.models import HourEntry, Statement
from beneficiaries.people.choices import CheckStatus
from beneficiaries.people.models import EligibilityCheck, Person, PersonIdentity
from beneficiaries.placements.actions import referrals
from beneficiaries.placements.choices import PlacementStatus
from beneficiaries.placements.models import Placement
from clauses.procurement.choices import TenderStatus
from clauses.procurement.models import Award, Lot, Tender
from inclusiv.accounts.models import Contact
from inclusiv.core.actors import Role
from inclusiv.demo.make import beneficiaries
from inclusiv.demo.make import clauses as make
from inclusiv.records.models import AccessLog, OutgoingEmail, reference
from tests.accounts.conftest import link_of
from tests.attacks.conftest import Attacker
from tests.world import NOW, World

OCTOBER = date(2025, 10, 1)


def declared(world: World, browser: Attacker) -> Statement:
    """Have the agency declare October, for somebody at work and for somebody who starts on the 20th."""
    Placement.objects.filter(pk=world.own.planned.pk).update(
        status=PlacementStatus.PLANNED, hired_on=date(2025, 10, 20)
    )
    rows = {f"heures-{world.own.placement.pk}": "100", f"heures-{world.own.planned.pk}": "40"}
    address = reverse("hours:declare", args=[world.own.award.pk, OCTOBER])
    sent = browser.acting(world.cast.employer).post(address, {"submission": str(uuid4())} | rows)
    assert sent.status_code == 302
    return Statement.objects.get(award=world.own.award, month=OCTOBER)


def validate(world: World, browser: Attacker, statement: Statement) -> None:
    """Press « Valider » on what the statement is now."""
    statement.refresh_from_db()
    address = reverse("hours:validate", args=[statement.pk])
    browser.acting(world.cast.facilitator).post(address, {"lu": statement.stamp})


def validated(world: World, browser: Attacker, statement: Statement) -> None:
    validate(world, browser, statement)
    statement.refresh_from_db()
    assert statement.status == StatementStatus.VALIDATED


def test_to_bury_hours_that_wait_by_a_last_day_before_them(world: World, browser: Attacker) -> None:
    """The company that hosts somebody ends their work in September, while what the agency tells of October waits."""
    declared(world, browser)
    form = {"trouble": "DEPARTURE", "ended_on": "2025-09-30", "submission": str(uuid4())}
    end = reverse("placements:end", args=[world.own.placement.pk])
    assert "sont déclarées" in browser.acting(world.cast.contractor).post(end, form).said
    assert Placement.objects.get(pk=world.own.placement.pk).ended_on is None


def test_to_write_one_s_last_day_over_that_of_another_unread(world: World, browser: Attacker) -> None:
    """Host and agency have the same page open."""
    end = reverse("placements:end", args=[world.own.placement.pk])
    read = str(browser.acting(world.cast.contractor).get(end).context["form"]["read"].value())
    answers = [
        browser.acting(actor).post(
            end, {"trouble": "DEPARTURE", "ended_on": day, "read": read, "submission": str(uuid4())}
        )
        for actor, day in ((world.cast.employer, "2025-10-31"), (world.cast.contractor, "2025-10-14"))
    ]
    assert [answer.status_code for answer in answers] == [302, 422]
    assert Placement.objects.get(pk=world.own.placement.pk).ended_on == date(2025, 10, 31)


@pytest.mark.parametrize("cancels_first", [True, False])
def test_to_have_hours_counted_for_somebody_who_never_came(
    world: World, browser: Attacker, cancels_first: bool
) -> None:
    """Declared before the first day, then the mise à l'emploi is given up: before the control, or after it.

    What was not worked when it was sent counts none either way.
    """
    statement, planned = declared(world, browser), world.own.planned

    def cancel() -> None:
        browser.acting(world.cast.employer).post(reverse("placements:cancel", args=[planned.pk]))

    def control() -> None:
        page = browser.acting(world.cast.facilitator).get(reverse("hours:statement", args=[statement.pk]))
        assert ("mise à l’emploi annulée" in page.said) is cancels_first
        validated(world, browser, statement)

    for step in (cancel, control) if cancels_first else (control, cancel):
        step()
    planned.refresh_from_db()
    assert planned.status == PlacementStatus.CANCELLED
    assert not HourEntry.objects.filter(placement=planned).exists()
    assert HourEntry.objects.filter(placement=world.own.placement).exists()


@pytest.fixture
def bare(world: World) -> Award:
    """A lot without a clause, given to the company."""
    lot = Lot.objects.create(tender=world.own.draft, number=2, title="Peinture", sector="PAINTING")
    return make.award(lot, (world.own.contractor, Decimal(1)))


def test_to_declare_hours_that_nobody_asked_for(world: World, browser: Attacker, bare: Award) -> None:
    """By the company, by its facilitator, by a link: a lot without a clause has no month."""
    month = reverse("hours:declare", args=[bare.pk, OCTOBER])
    for way in ("get", "post"):
        answer = getattr(browser.acting(world.cast.contractor), way)(month, {"submission": str(uuid4())})
        assert answer.status_code == 404, way
    browser.acting(world.cast.facilitator)
    keys = [bare.pk, OCTOBER, world.own.contractor.pk]
    assert browser.get(reverse("hours:declare-for", args=keys)).status_code == 404
    OutgoingEmail.objects.all().delete()
    answer = browser.post(reverse("hours:send-link", args=keys), follow=True)
    assert "pas d’heures d’insertion" in answer.said
    assert not OutgoingEmail.objects.exists()


def test_to_be_sent_the_link_of_a_contract_that_may_still_be_taken_back(
    world: World, browser: Attacker
) -> None:
    """The link would outlive the award, and break: it leaves once the contract is notified."""
    lot = world.own.draft.lots.get()
    award = make.award(lot, (world.own.contractor, Decimal(1)))
    Contact.objects.create(organisation=world.own.contractor, name="R", role="SITE", email="r@x.example")
    OutgoingEmail.objects.all().delete()
    address = reverse("hours:send-link", args=[award.pk, OCTOBER, world.own.contractor.pk])
    browser.acting(world.cast.facilitator).post(address)
    assert not OutgoingEmail.objects.exists()


@pytest.mark.parametrize("month", ["2000-01", "2024-02", "2025-10"])
def test_to_fill_the_facilitator_s_list_with_months_of_nobody(
    world: World, browser: Attacker, month: str
) -> None:
    address = reverse("hours:declare", args=[world.own.award.pk, month])
    answer = browser.acting(world.cast.contractor).post(address, {"submission": str(uuid4())})
    assert answer.status_code == 422
    assert "personne" in answer.said
    assert not Statement.objects.filter(declarant=world.own.contractor).exists()


def test_to_change_hours_once_the_contract_is_closed(world: World, browser: Attacker) -> None:
    """« Le bilan est arrêté »: by opening a correction, or by sending a month that was forgotten."""
    statement = world.own.statement
    validated(world, browser, statement)
    Tender.objects.filter(pk=world.own.tender.pk).update(status=TenderStatus.CLOSED)
    known = set(Statement.objects.values_list("pk", "status"))
    browser.acting(world.cast.employer)
    browser.post(reverse("hours:correct", args=[statement.pk]))
    rows: dict[str, Any] = {f"heures-{one.pk}": "9" for one in (world.own.placement, world.own.planned)}
    address = reverse("hours:declare", args=[world.own.award.pk, OCTOBER])
    sent = browser.post(address, {"submission": str(uuid4())} | rows)
    assert sent.status_code == 422
    assert set(Statement.objects.values_list("pk", "status")) == known


def test_to_be_kept_from_declaring_by_the_link_because_one_also_buys(world: World, browser: Attacker) -> None:
    """An organisation that buys and employs declares its month by the link as who employs."""
    both = world.own.employer
    both.capacities.update(role=Role.BUYER)
    both.capacities.create(role=Role.EMPLOYER, department="91", starts_on=date(2020, 1, 1))
    Contact.objects.create(organisation=both, name="K", role="SITE", email="k@deux.example")
    OutgoingEmail.objects.all().delete()
    send = reverse("hours:send-link", args=[world.own.award.pk, "2025-10", both.pk])
    browser.acting(world.cast.facilitator).post(send)
    people = (world.own.placement, world.own.planned)
    rows = {f"heures-{one.pk}": "0" for one in people} | {f"motif-{one.pk}": "ABSENT" for one in people}
    answer = Client().post(link_of(OutgoingEmail.objects.get()), rows | {"submission": str(uuid4())})
    assert answer.status_code == 200
    assert Statement.objects.filter(award=world.own.award, declarant=both, month=OCTOBER).exists()


def test_to_bury_hours_that_were_worked_by_closing_a_contract_that_one_has_just_ended(
    world: World, browser: Attacker
) -> None:
    """The buyer ends the contract, then closes it in the next press: September waits for its control, and is settled first."""
    assert world.own.statement.status == StatementStatus.SUBMITTED
    tender = world.own.tender
    browser.acting(world.cast.buyer)
    ended = {"last_on": "2025-10-14", "reason": "x", "submission": str(uuid4())}
    assert browser.post(reverse("obligations:terminate", args=[tender.pk]), ended).status_code == 302
    browser.post(reverse("procurement:step", args=[tender.pk, "clore"]))
    tender.refresh_from_db()
    assert tender.status == TenderStatus.TERMINATED


def close(world: World, browser: Attacker) -> None:
    """Complete the contract, whose last day was yesterday, then try to close it: refused."""
    tender = world.own.tender
    Tender.objects.filter(pk=tender.pk).update(ends_on=NOW.date() - timedelta(days=1))
    for step in ("achever", "clore"):
        browser.post(reverse("procurement:step", args=[tender.pk, step]))
    tender.refresh_from_db()
    assert tender.status == TenderStatus.COMPLETED


def test_to_bury_hours_that_were_worked_by_owing_nothing_any_more(world: World, browser: Attacker) -> None:
    """An amendment takes away all the hours that are owed: September still waits for its control."""
    tender, lot = world.own.tender, world.own.lot
    browser.acting(world.cast.buyer)
    amendment = {"kind": "AMOUNT", "notified_on": "2025-10-13", "months": "0", f"hours_{lot.pk}": "-1890"}
    address = reverse("obligations:amend", args=[tender.pk])
    assert browser.post(address, amendment | {"submission": str(uuid4())}).status_code == 302
    close(world, browser)


def test_to_have_what_waited_counted_once_the_contract_is_closed(world: World, browser: Attacker) -> None:
    """« Le bilan est arrêté »: what still waited then is not validated any more."""
    Tender.objects.filter(pk=world.own.tender.pk).update(status=TenderStatus.CLOSED)
    validate(world, browser, world.own.statement)
    assert not HourEntry.objects.filter(award=world.own.award).exists()


def test_to_bury_the_month_that_runs_by_closing_a_contract_that_has_just_ended(
    world: World, browser: Attacker
) -> None:
    """September is settled, people are at work in October: October is awaited, even if the contract ended yesterday."""
    validated(world, browser, world.own.statement)
    browser.acting(world.cast.buyer)
    close(world, browser)


@pytest.mark.parametrize("name", ["terminate", "amend"])
def test_to_bury_hours_that_were_worked_by_ending_a_contract_before_them(
    world: World, browser: Attacker, name: str
) -> None:
    """September is declared; the buyer then tells that the contract ended in August: refused, or September still counts."""
    forms = {
        "terminate": {"last_on": "2025-08-31", "reason": "x"},
        "amend": {"kind": "DURATION", "notified_on": "2025-10-13", "months": "-3"},
    }
    address = reverse(f"obligations:{name}", args=[world.own.tender.pk])
    browser.acting(world.cast.buyer).post(address, forms[name] | {"submission": str(uuid4())})
    validated(world, browser, world.own.statement)
    counted = HourEntry.objects.filter(award=world.own.award).values_list("counted", flat=True)
    assert list(counted) == [Decimal("121.25")]


def resent(world: World, browser: Attacker, statement: Statement) -> None:
    """Have the statement sent back by a colleague, and sent again a minute later with other hours."""
    returned = {"submission": str(uuid4()), "comment": "À revoir", "lu": statement.stamp}
    browser.acting(world.cast.facilitator).post(reverse("hours:return", args=[statement.pk]), returned)
    rows = {f"heures-{world.own.placement.pk}": "168", f"heures-{world.own.planned.pk}": "60"}
    address = reverse("hours:declare", args=[statement.award_id, statement.month])
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        sent = browser.acting(world.cast.employer).post(address, {"submission": str(uuid4())} | rows)
    assert sent.status_code == 302


def test_to_have_hours_validated_that_nobody_read(world: World, browser: Attacker) -> None:
    """« Valider 140 h », read before the month was sent back and sent again with 228 h."""
    statement = declared(world, browser)
    browser.acting(world.cast.facilitator)
    page = browser.get(reverse("hours:statement", args=[statement.pk])).said
    read = form_of(page, reverse("hours:validate", args=[statement.pk]))
    resent(world, browser, statement)
    browser.acting(world.cast.facilitator).post(reverse("hours:validate", args=[statement.pk]), read)
    assert not HourEntry.objects.filter(line__statement=statement).exists()
    statement.refresh_from_db()
    assert statement.status == StatementStatus.SUBMITTED


def test_to_have_hours_sent_back_that_nobody_read(world: World, browser: Attacker) -> None:
    """« Renvoyer pour correction », about 140 h, read before the company corrected them."""
    statement = declared(world, browser)
    browser.acting(world.cast.facilitator)
    back = reverse("hours:return", args=[statement.pk])
    read = form_of(browser.get(reverse("hours:statement", args=[statement.pk])).said, back)
    resent(world, browser, statement)
    about = {"comment": "140 ou 14 ?"}
    answer = browser.acting(world.cast.facilitator).post(back, read | about)
    assert "a changé d’état" in answer.said
    statement.refresh_from_db()
    assert statement.status == StatementStatus.SUBMITTED
    now = form_of(browser.get(reverse("hours:statement", args=[statement.pk])).said, back)
    assert browser.post(back, now | about).status_code == 302


def test_to_have_hours_validated_with_those_of_others(world: World, browser: Attacker) -> None:
    """« Valider 1 relevé », read before another one came: what was not shown still waits."""
    address = reverse("hours:validate-clean")
    page = browser.acting(world.cast.facilitator).get(address).said
    assert page.count(reverse("hours:statement", args=[world.own.statement.pk])) == 1
    read = form_of(page, f"{address}?qui=")
    came_after = declared(world, browser)
    browser.acting(world.cast.facilitator).post(address, read)
    world.own.statement.refresh_from_db()
    came_after.refresh_from_db()
    assert world.own.statement.status == StatementStatus.VALIDATED
    assert came_after.status == StatementStatus.SUBMITTED


def form_of(page: str, action: str) -> dict[str, Any]:
    """Return the hidden fields of the form of a page that is sent to an address."""
    (form,) = re.findall(rf'<form[^>]*action="{re.escape(action)}.*?</form>', page, re.DOTALL)
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = (re.search(rf'{word}="([^"]*)"', tag) for word in ("name", "value"))
        if name and value:
            found.setdefault(name[1], []).append(value[1])
    return found


def test_to_change_who_worked_until_when_once_the_contract_is_closed(world: World, browser: Attacker) -> None:
    """« Le bilan est arrêté »: the last day of a mise à l’emploi is part of it."""
    Tender.objects.filter(pk=world.own.tender.pk).update(status=TenderStatus.CLOSED)
    form = {"submission": str(uuid4()), "trouble": "DEPARTURE", "ended_on": "2025-10-01"}
    address = reverse("placements:end", args=[world.own.placement.pk])
    browser.acting(world.cast.employer).post(address, form)
    assert Placement.objects.get(pk=world.own.placement.pk).ended_on is None


def test_to_have_hours_counted_once_the_contract_is_closed(world: World, browser: Attacker) -> None:
    """Sent, hidden from the closing by a last day told too early, then brought back and controlled after it."""
    statement, tender = declared(world, browser), world.own.tender
    validated(world, browser, world.own.statement)
    Tender.objects.filter(pk=tender.pk).update(status=TenderStatus.COMPLETED)
    told = {"trouble": "DEPARTURE"}
    end = reverse("placements:end", args=[world.own.placement.pk])
    browser.acting(world.cast.employer)
    browser.post(end, told | {"submission": str(uuid4()), "ended_on": "2025-09-30"})
    browser.post(reverse("placements:cancel", args=[world.own.planned.pk]))
    close = reverse("procurement:step", args=[tender.pk, "clore"])
    browser.acting(world.cast.buyer).post(close, {"submission": str(uuid4())})
    tender.refresh_from_db()
    is_closed = tender.status == TenderStatus.CLOSED
    browser.acting(world.cast.employer)
    browser.post(end, told | {"submission": str(uuid4()), "ended_on": "2025-10-14"})
    validate(world, browser, statement)
    assert not (is_closed and HourEntry.objects.filter(line__statement=statement).exists())


def test_to_have_hours_counted_once_a_contract_that_was_ended_is_closed(
    world: World, browser: Attacker
) -> None:
    """A terminated contract awaits no month: what was sent before and is still to be controlled comes too late."""
    statement, tender = declared(world, browser), world.own.tender
    Tender.objects.filter(pk=tender.pk).update(status=TenderStatus.TERMINATED)
    close = reverse("procurement:step", args=[tender.pk, "clore"])
    browser.acting(world.cast.buyer).post(close, {"submission": str(uuid4())})
    tender.refresh_from_db()
    is_closed = tender.status == TenderStatus.CLOSED
    validate(world, browser, statement)
    assert not (is_closed and HourEntry.objects.filter(line__statement=statement).exists())


@pytest.mark.parametrize("month", ["2001-01", "2025-02"])
def test_to_fill_the_facilitator_s_list_with_the_months_before_the_contract(
    world: World, browser: Attacker, month: str
) -> None:
    """Somebody has been there since 1990: a contract counts from its own first day."""
    Placement.objects.filter(pk=world.own.placement.pk).update(hired_on=date(1990, 1, 1))
    known = Statement.objects.count()
    address = reverse("hours:declare", args=[world.own.award.pk, month])
    rows = {"submission": str(uuid4()), f"heures-{world.own.placement.pk}": "100"}
    assert browser.acting(world.cast.employer).post(address, rows).status_code == 422
    assert Statement.objects.count() == known


def test_to_send_again_hours_that_were_sent_back_without_having_read_why(
    world: World, browser: Attacker
) -> None:
    """A page left open since before the sending would answer a message that its author never saw, and erase it."""
    statement = world.own.statement
    Statement.objects.filter(pk=statement.pk).update(
        status=StatementStatus.DRAFT, submitted_at=None, submitted_by=""
    )
    address = reverse("hours:declare", args=[statement.award_id, statement.month])
    form = browser.acting(world.cast.employer).get(address).context["form"]
    typed = {field.html_name: str(field.value() or "") for field in form}
    Statement.objects.filter(pk=statement.pk).update(
        status=StatementStatus.RETURNED, submitted_at=NOW, submitted_by="x", reviewed_at=NOW, reviewed_by="y"
    )
    sent = browser.post(address, typed | {"submission": str(uuid4())})
    statement.refresh_from_db()
    assert (sent.status_code, statement.status) == (422, StatementStatus.RETURNED)


def test_to_have_hours_counted_without_the_question_by_moving_a_last_day(
    world: World, browser: Attacker
) -> None:
    """Gone for more than six months, somebody is asked about again: the company makes it as if they had left today."""
    dossier = beneficiaries.dossier(world.own.structure)
    check = beneficiaries.validated_check(dossier, reference_date=date(2025, 1, 6))
    before = beneficiaries.placement(world.own.award, check, employer=world.own.contractor)
    Placement.objects.filter(pk=before.pk).update(
        hired_on=date(2025, 3, 10), ended_on=date(2025, 3, 28), status=PlacementStatus.ENDED
    )
    proposed = referrals.propose(
        request=world.own.need, dossier=dossier, reasons=(), by=world.cast.facilitator, at=NOW
    )
    form = {"trouble": "DEPARTURE", "ended_on": "2025-10-14", "submission": str(uuid4())}
    moved = browser.acting(world.cast.contractor).post(reverse("placements:end", args=[before.pk]), form)
    taken = {"starts_on": "2025-11-20", "submission": str(uuid4())}
    browser.post(reverse("placements:accept", args=[proposed.pk]), taken)
    assert moved.status_code == 422
    assert Placement.objects.get(referral=proposed).check_of_id != check.pk


def test_to_have_hours_counted_that_the_button_did_not_say(world: World, browser: Attacker) -> None:
    """« Valider 0 h » : what would count has changed since, and the press of a button counts what it said."""
    statement, check = world.own.statement, world.own.placement.check_of
    EligibilityCheck.objects.filter(pk=check.pk).update(
        status=CheckStatus.SUBMITTED, decided_at=None, decided_by=""
    )
    address = reverse("hours:statement", args=[statement.pk])
    page = browser.acting(world.cast.facilitator).get(address).said
    form = dict(re.findall(r'<input type="hidden" name="(lu|compte)" value="([^"]*)"', page))
    EligibilityCheck.objects.filter(pk=check.pk).update(
        status=CheckStatus.VALIDATED, decided_at=check.decided_at, decided_by=check.decided_by
    )
    browser.post(reverse("hours:validate", args=[statement.pk]), form)
    statement.refresh_from_db()
    assert statement.status == StatementStatus.SUBMITTED
    validated(world, browser, statement)


def named(world: World, browser: Attacker, first_name: str, last_name: str) -> Any:
    """Have the company name somebody for the same post, from the same day on."""
    work = {"birth_date": "1990-01-01", "post": "Aide-maçon", "starts_on": "2025-10-15"}
    work |= {"modality": "DIRECT_HIRE_CDD", "weekly_hours": "48", "submission": str(uuid4())}
    address = reverse("placements:name", args=[world.own.award.pk])
    told = work | {"first_name": first_name, "last_name": last_name}
    return browser.acting(world.cast.contractor).post(address, told)


@pytest.mark.parametrize(
    ("first_name", "last_name"),
    [
        ("Ben-Ali", "Karim Sélim"),
        ("karim selim", "ben ali"),
        ("Karim", "Selim Ben Ali"),
        ("Ali Karim", "Sélim-Ben"),
    ],
)
def test_to_have_the_hours_of_one_person_counted_twice_by_swapping_their_names(
    world: World, browser: Attacker, first_name: str, last_name: str
) -> None:
    """200 h of one month, « sans anomalie »: first and last name in the other order made two people of one."""
    assert named(world, browser, "Karim Sélim", "Ben Ali").status_code == 302
    again = named(world, browser, first_name, last_name)
    assert again.status_code == 422
    assert "déjà en poste chez cet employeur" in again.said
    assert PersonIdentity.objects.filter(birth_date=date(1990, 1, 1)).count() == 1


def test_to_have_the_hours_of_one_person_counted_twice_by_a_letter_more(
    world: World, browser: Attacker
) -> None:
    """Two people as far as anybody can tell: who decides sees both names first, and what they saw is noted."""
    for first_name in ("Karim", "Karime"):
        assert named(world, browser, first_name, "Benali").status_code == 302
    known, new = Person.objects.filter(identity__birth_date=date(1990, 1, 1)).order_by("pk")
    check = EligibilityCheck.objects.get(dossier__person=new)
    page = browser.acting(world.cast.facilitator).get(reverse("people:check", args=[check.pk]))
    assert "Peut-être la même personne" in page.said
    assert (
        f'<a href="{reverse("people:person", args=[known.dossiers.get().pk])}">Karim Benali</a>' in page.said
    )
    assert AccessLog.objects.filter(subject=reference(known), action="people.compared").exists()


def test_to_learn_who_is_followed_elsewhere_by_naming_somebody_like_them(
    world: World, browser: Attacker
) -> None:
    """Who decides is told which structure follows somebody alike, and neither their name nor the way to their file."""
    theirs = world.other.dossier
    born = theirs.person.identity.birth_date
    PersonIdentity.objects.filter(person=theirs.person).update(first_name="Karim", last_name="Benali")
    named(world, browser, "Karime", "Benali")
    mine = PersonIdentity.objects.get(first_name="Karime")
    PersonIdentity.objects.filter(pk=mine.pk).update(birth_date=born)
    check = EligibilityCheck.objects.get(dossier__person=mine.pk)
    page = browser.acting(world.cast.facilitator).get(reverse("people:check", args=[check.pk])).said
    assert f"Une personne suivie par {theirs.structure.name}" in page
    assert "Karim Benali" not in page
    assert reverse("people:person", args=[theirs.pk]) not in page

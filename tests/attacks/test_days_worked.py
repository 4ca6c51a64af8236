"""Hours and the days that hold them: counted without their days, counted twice, or lost with the days taken away.

Threats: docs/threat-model.md, « Browser → site » (T).
"""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db.models import Sum
from django.urls import reverse

from beneficiaries.hours.choices import Finding, StatementStatus
from beneficiaries.hours.models import HourEntry, Statement
from beneficiaries.people.actions import eligibility
from beneficiaries.people.actions.people import Profile
from beneficiaries.people.choices import Criterion
from beneficiaries.people.models import Dossier
from beneficiaries.placements.actions import requests
from beneficiaries.placements.choices import Modality, PlacementStatus
from beneficiaries.placements.models import Placement
from beneficiaries.placements.rules import Work
from clauses.procurement.choices import TenderStatus
from clauses.procurement.models import LotParticipant
from inclusiv.core.actors import Actor
from inclusiv.core.periods import PARIS
from inclusiv.demo.make import beneficiaries, clauses
from tests.attacks.conftest import Attacker
from tests.attacks.test_contracts import sent
from tests.attacks.test_departures import worked_in_september
from tests.attacks.test_hours import OCTOBER, declared, validate, validated
from tests.conftest import Cast
from tests.world import NOW, Side, World

APRIL = date(2025, 4, 1)
EVENING = datetime(2025, 10, 31, 18, tzinfo=PARIS)


def plain(text: str) -> str:
    """Return a page with ordinary blanks."""
    return re.sub(r"\s", " ", text)


def standing(placement: Placement) -> Any:
    return HourEntry.objects.filter(placement=placement, reverses=None, reversed_by=None)


@pytest.mark.parametrize("who", ["employer", "facilitator"])
def test_to_have_a_month_counted_for_somebody_who_worked_two_days_of_it(
    world: World, browser: Attacker, who: str
) -> None:
    """October is told on the 14th, validated, then the last day is said to be the 2nd: the hours do not fit in."""
    placement = world.own.placement
    validated(world, browser, declared(world, browser))
    entry = standing(placement).get(month=date(2025, 10, 1))
    assert entry.worked_to == NOW.date(), "no day counts that had not been worked when the month was sent"
    end = reverse("placements:end", args=[placement.pk])
    page = browser.acting(getattr(world.cast, who)).get(end)
    form = {"trouble": "DEPARTURE", "ended_on": "2025-10-02", "submission": str(uuid4())}
    answer = browser.post(end, form | {"read": str(page.context["form"]["read"].value())})
    placement.refresh_from_db()
    assert (answer.status_code, placement.ended_on) == (422, None)
    assert "100 h comptent d’octobre 2025, plus que les jours jusqu’au 02/10/2025 n’en permettent" in plain(
        answer.said
    )


def test_to_have_hours_counted_for_days_to_come(world: World, browser: Attacker) -> None:
    """182 h told on the second of the month are more than two days hold, whenever they are controlled."""
    validated(world, browser, world.own.statement)
    with time_machine.travel(datetime(2025, 10, 2, 9, tzinfo=PARIS), tick=False):
        rows = {
            f"heures-{world.own.placement.pk}": "182",
            f"heures-{world.own.planned.pk}": "0",
            f"motif-{world.own.planned.pk}": "NO_WORK",
        }
        month = reverse("hours:declare", args=[world.own.award.pk, OCTOBER])
        assert "seules comptent les heures déjà faites" in browser.acting(world.cast.employer).get(month).said
        browser.post(month, {"submission": str(uuid4())} | rows)
    statement = Statement.objects.get(award=world.own.award, month=OCTOBER)
    page = browser.acting(world.cast.facilitator).get(reverse("hours:statement", args=[statement.pk]))
    assert "182 h pour 2 jours avant l’envoi (du 01/10/2025 au 02/10/2025) : 24 h au plus" in plain(page.said)
    validate(world, browser, statement)
    assert not standing(world.own.placement).filter(month=OCTOBER).exists()


@pytest.mark.parametrize("last_on", ["2025-09-01", "2025-09-05"])
def test_to_bury_the_hours_of_a_month_by_ending_the_contract_as_it_begins(
    world: World, browser: Attacker, last_on: str
) -> None:
    """September waits for its control, 121.25 h, which those days cannot hold."""
    tender, statement = world.own.tender, world.own.statement
    answer = sent(browser.acting(world.cast.buyer), "terminate", tender.pk, last_on=last_on, reason="x")
    assert "ne peuvent pas contenir" in answer.said
    validate(world, browser, statement)
    assert HourEntry.objects.filter(award=world.own.award).aggregate(total=Sum("counted"))["total"]


@pytest.mark.parametrize("last_on", ["2025-09-30", "2025-10-01", "2025-10-30"])
def test_to_bury_the_month_that_runs_by_ending_the_contract_before_it_is_told(
    world: World, browser: Attacker, last_on: str
) -> None:
    """On 31 October, in the evening, people have worked all month."""
    validated(world, browser, world.own.statement)
    tender = world.own.tender
    with time_machine.travel(EVENING, tick=False):
        answer = sent(browser.acting(world.cast.buyer), "terminate", tender.pk, last_on=last_on, reason="x")
    tender.refresh_from_db()
    assert tender.status != TenderStatus.TERMINATED
    assert "en poste en octobre 2025, et doit encore déclarer ses heures" in answer.said


def test_a_contract_ends_on_the_day_that_the_last_worker_left(world: World, browser: Attacker) -> None:
    """Once their last days are told, and what was told fits."""
    validated(world, browser, world.own.statement)
    Placement.objects.filter(pk=world.own.planned.pk).update(status=PlacementStatus.CANCELLED)
    Placement.objects.filter(award=world.own.award, status=PlacementStatus.ACTIVE, ended_on=None).update(
        ended_on="2025-10-10"
    )
    tender = world.own.tender
    with time_machine.travel(EVENING, tick=False):
        sent(browser.acting(world.cast.buyer), "terminate", tender.pk, last_on="2025-10-10", reason="x")
    tender.refresh_from_db()
    assert (tender.status, tender.ends_on) == (TenderStatus.TERMINATED, date(2025, 10, 10))


def test_to_bury_the_month_that_runs_by_a_change_of_contractor_before_it(
    world: World, browser: Attacker
) -> None:
    """On 31 October, in the evening, the contractor's own worker has worked all month."""
    work = worked_in_september(world, world.own.contractor)
    Placement.objects.filter(pk=work.pk).update(hired_on="2025-10-01", ended_on=None, status="ACTIVE")
    form = {"lot": str(world.own.lot.pk), "siret": str(world.cast.painter.siret), "name": "x"}
    with time_machine.travel(EVENING, tick=False):
        sent(
            browser.acting(world.cast.buyer),
            "transfer",
            world.own.tender.pk,
            **form,
            notified_on="2025-09-30",
        )
        october = reverse("hours:declare", args=[world.own.award.pk, "2025-10"])
        rows = {"submission": str(uuid4()), f"heures-{work.pk}": "100"}
        assert browser.acting(world.cast.contractor).post(october, rows).status_code == 302


def test_to_say_that_a_contract_is_done_before_its_last_day(world: World, browser: Attacker) -> None:
    """Nobody would be put to work any more, and all that is owed would stay."""
    tender = world.own.tender
    page = browser.acting(world.cast.buyer).get(reverse("procurement:tender", args=[tender.pk]))
    step = reverse("procurement:step", args=[tender.pk, "achever"])
    assert step not in page.said
    answer = browser.post(step, follow=True)
    tender.refresh_from_db()
    assert tender.status == TenderStatus.IN_PROGRESS
    assert "L’exécution court jusqu’au 28/11/2025 inclus" in answer.said


@pytest.fixture
def alone(world: World, browser: Attacker) -> World:
    """September is settled; one person is in post since, without a last day."""
    validated(world, browser, world.own.statement)
    Placement.objects.filter(pk=world.own.planned.pk).update(status=PlacementStatus.CANCELLED)
    return world


def told_of(world: World, browser: Attacker, month: str, hours: str) -> Statement:
    """The agency tells a month of the one person whom it has in post."""
    address = reverse("hours:declare", args=[world.own.award.pk, month])
    form = {"submission": str(uuid4()), f"heures-{world.own.placement.pk}": hours}
    assert browser.acting(world.cast.employer).post(address, form).status_code == 302
    return Statement.objects.get(award=world.own.award, month=date.fromisoformat(f"{month}-01"))


@pytest.mark.parametrize("is_controlled", [False, True])
def test_to_bury_the_days_worked_since_a_month_was_told(
    alone: World, browser: Attacker, is_controlled: bool
) -> None:
    """Told on the 14th, worked until the 31st, ended on the 31st as of the 14th: who told early is protected as who told nothing."""
    october = told_of(alone, browser, "2025-10", "70")
    if is_controlled:
        validated(alone, browser, october)
    tender = alone.own.tender
    with time_machine.travel(EVENING, tick=False):
        sent(browser.acting(alone.cast.buyer), "terminate", tender.pk, last_on="2025-10-14", reason="x")
    tender.refresh_from_db()
    assert tender.status != TenderStatus.TERMINATED


def test_to_bury_the_training_of_a_month_by_ending_the_contract_within_it(
    alone: World, browser: Attacker
) -> None:
    """110 h of work and 60 h of training of one person: ten days hold each, and not both."""
    post = alone.own.placement.pk
    with time_machine.travel(EVENING, tick=False):
        address = reverse("hours:declare", args=[alone.own.award.pk, OCTOBER])
        form = {"submission": str(uuid4()), f"heures-{post}": "110", f"formation-{post}": "60"}
        assert browser.acting(alone.cast.employer).post(address, form).status_code == 302
        buyer = browser.acting(alone.cast.buyer)
        answer = sent(buyer, "terminate", alone.own.tender.pk, last_on="2025-10-10", reason="x")
        assert "ne peuvent pas contenir" in answer.said
        validate(alone, browser, Statement.objects.get(award=alone.own.award, month=OCTOBER))
    entries = HourEntry.objects.filter(award=alone.own.award, month=OCTOBER)
    assert entries.aggregate(total=Sum("counted"))["total"] == 170


@pytest.mark.parametrize(
    ("told_on", "is_closed"),
    [(datetime(2025, 11, 3, 9, tzinfo=PARIS), False), (datetime(2025, 11, 25, 9, tzinfo=PARIS), True)],
)
def test_to_close_a_contract_over_a_last_month_told_as_it_began(
    alone: World, browser: Attacker, told_on: datetime, is_closed: bool
) -> None:
    """The execution is over on 28 November: what is told on the 25th is the month, what is told on the 3rd is not."""
    with time_machine.travel(datetime(2025, 11, 3, 8, tzinfo=PARIS), tick=False):
        validated(alone, browser, told_of(alone, browser, "2025-10", "70"))
    with time_machine.travel(told_on, tick=False):
        validated(alone, browser, told_of(alone, browser, "2025-11", "14"))
    tender = alone.own.tender
    with time_machine.travel(datetime(2025, 12, 1, 9, tzinfo=PARIS), tick=False):
        browser.acting(alone.cast.buyer)
        for step in ("achever", "clore"):
            browser.post(reverse("procurement:step", args=[tender.pk, step]))
    tender.refresh_from_db()
    assert tender.status == (TenderStatus.CLOSED if is_closed else TenderStatus.COMPLETED)


def counted_on(world: World, browser: Attacker, side: Side, facilitator: Actor) -> Statement:
    """Name the same person on a lot, have them found eligible, tell October, and have it validated."""
    first_day = date(2025, 10, 1)
    request = requests.name_person(
        award=side.award,
        company=world.own.contractor,
        profile=Profile(first_name="Karim", last_name="Benali", birth_date=date(1990, 1, 1)),
        work=Work(
            post="Maçon", modality=Modality.DIRECT_HIRE_CDD, starts_on=first_day, weekly_hours=Decimal(48)
        ),
        by=world.cast.contractor,
        at=NOW,
    )
    placement = Placement.objects.get(request=request)
    eligibility.validate(
        check=placement.check_of,
        evidence=beneficiaries.proofs(Criterion.RSA, reference_date=first_day),
        version=placement.check_of.version,
        reason="x",
        by=facilitator,
        at=NOW,
    )
    rows = {f"heures-{placement.pk}": "110"}
    month = reverse("hours:declare", args=[side.award.pk, OCTOBER])
    browser.acting(world.cast.contractor).post(month, {"submission": str(uuid4())} | rows)
    statement = Statement.objects.get(award=side.award, declarant=world.own.contractor, month=OCTOBER)
    browser.acting(facilitator).post(reverse("hours:validate", args=[statement.pk]), {"lu": statement.stamp})
    return statement


def test_to_have_the_hours_of_one_person_counted_on_the_lots_of_two_structures(
    world: World, browser: Attacker
) -> None:
    """One person, one employer, one month, 110 h on each of two lots: each structure has a file of them."""
    LotParticipant.objects.create(
        lot=world.other.lot, organisation=world.own.contractor, starts_on=date(2025, 9, 1)
    )
    first = counted_on(world, browser, world.own, world.cast.facilitator)
    second = counted_on(world, browser, world.other, world.cast.other_facilitator)
    assert Dossier.objects.filter(person__identity__last_name="Benali").count() == 2
    entries = HourEntry.objects.filter(line__statement__in=(first, second))
    assert entries.aggregate(total=Sum("counted"))["total"] == 110
    [line] = second.lines.all()
    assert set(line.rejections) == {Finding.DUPLICATE_HOURS, Finding.MONTHLY_MAX}


@pytest.fixture
def posts(cast: Cast) -> list[Placement]:
    """One person at work on three lots of one company, since the first of April."""
    tender = clauses.tender(buyer=cast.commune, structure=cast.structure)
    awards = [
        clauses.award(clauses.lot(tender, number=number), (cast.builder, Decimal(1))) for number in (1, 2, 3)
    ]
    clauses.notify(tender, notified_on=date(2025, 3, 10))
    check = beneficiaries.validated_check(beneficiaries.dossier(cast.structure), reference_date=APRIL)
    return [
        beneficiaries.placement(award, check, employer=cast.builder, weekly_hours=Decimal(35))
        for award in awards
    ]


def tell(cast: Cast, browser: Attacker, post: Placement, hours: str) -> Statement:
    """The company tells April of a lot by its page."""
    address = reverse("hours:declare", args=[post.award_id, APRIL])
    page = browser.acting(cast.contractor).get(address)
    read = dict(re.findall(r'<input type="hidden" name="(read)" value="([^"]*)"', page.said))
    sending = {"submission": str(uuid4()), f"heures-{post.pk}": hours}
    assert browser.post(address, sending | read).status_code == 302
    return Statement.objects.filter(award=post.award_id).latest("version")


def press(cast: Cast, browser: Attacker) -> None:
    """The facilitator opens « Valider les N sans anomalie », and presses it."""
    address = reverse("hours:validate-clean")
    page = browser.acting(cast.facilitator).get(address)
    browser.post(address, {"lu": re.findall(r'name="lu" value="([^"]+)"', page.said)})


def test_to_count_the_same_hours_beside_a_correction_that_is_refused(
    cast: Cast, posts: list[Placement], browser: Attacker
) -> None:
    """What a correction would replace goes on counting when it is left aside: the other lot's same hours are seen."""
    with time_machine.travel(datetime(2025, 5, 5, 10, tzinfo=PARIS)):
        told = tell(cast, browser, posts[0], "120")
        press(cast, browser)
        browser.acting(cast.contractor).post(reverse("hours:correct", args=[told.pk]))
        tell(cast, browser, posts[0], "300")
        again = tell(cast, browser, posts[1], "120")
        press(cast, browser)
    again.refresh_from_db()
    standing = HourEntry.objects.filter(reverses=None, reversed_by=None)
    assert standing.aggregate(total=Sum("counted"))["total"] == 120
    assert again.status == StatementStatus.SUBMITTED


def test_to_pass_the_hours_of_a_month_beside_corrections_that_are_left_aside(
    cast: Cast, posts: list[Placement], browser: Attacker
) -> None:
    """Two months told and counted, both corrected too high, a third one told: it is judged beside what still counts."""
    counting = HourEntry.objects.filter(reverses=None, reversed_by=None)
    with time_machine.travel(datetime(2025, 5, 5, 10, tzinfo=PARIS)):
        tell(cast, browser, posts[0], "109")
        tell(cast, browser, posts[1], "73")
        press(cast, browser)
        for post, hours in ((posts[0], "300"), (posts[1], "100")):
            first = Statement.objects.get(award=post.award_id)
            browser.acting(cast.contractor).post(reverse("hours:correct", args=[first.pk]))
            tell(cast, browser, post, hours)
        tell(cast, browser, posts[2], "73")
        press(cast, browser)
    assert counting.aggregate(total=Sum("counted"))["total"] == 182


def test_a_month_corrected_downward_no_longer_holds_the_end_back(world: World, browser: Attacker) -> None:
    """What a validated correction replaced was worked no more than it says."""
    statement = world.own.statement
    validated(world, browser, statement)
    browser.acting(world.cast.employer).post(reverse("hours:correct", args=[statement.pk]))
    rows = {
        f"heures-{line.placement_id}": "0" for line in statement.lines.all()
    } | {f"motif-{line.placement_id}": "NO_WORK" for line in statement.lines.all()}  # fmt: skip
    month = reverse("hours:declare", args=[world.own.award.pk, "2025-09"])
    browser.post(month, {"submission": str(uuid4())} | rows)
    corrected = Statement.objects.filter(award=world.own.award, month=statement.month).latest("version")
    validated(world, browser, corrected)
    Placement.objects.filter(award=world.own.award).exclude(status=PlacementStatus.CANCELLED).update(
        hired_on="2025-09-01", ended_on="2025-09-05"
    )
    tender = world.own.tender
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        answer = sent(
            browser.acting(world.cast.buyer), "terminate", tender.pk, last_on="2025-09-05", reason="x"
        )
    tender.refresh_from_db()
    assert tender.status == TenderStatus.TERMINATED, answer.said


def test_to_end_a_contract_over_days_that_a_correction_is_about_to_tell(
    world: World, browser: Attacker
) -> None:
    """October is told on the 14th and counted; its correction is open on the 31st, when the buyer ends it as of the 14th."""
    validated(world, browser, world.own.statement)
    Placement.objects.filter(pk=world.own.planned.pk).update(status=PlacementStatus.CANCELLED)
    month = reverse("hours:declare", args=[world.own.award.pk, OCTOBER])
    told = {"submission": str(uuid4()), f"heures-{world.own.placement.pk}": "70"}
    assert browser.acting(world.cast.employer).post(month, told).status_code == 302
    october = Statement.objects.get(award=world.own.award, month=OCTOBER)
    validated(world, browser, october)
    tender = world.own.tender
    with time_machine.travel(EVENING, tick=False):
        browser.acting(world.cast.employer).post(reverse("hours:correct", args=[october.pk]))
        answer = sent(
            browser.acting(world.cast.buyer), "terminate", tender.pk, last_on="2025-10-14", reason="x"
        )
    tender.refresh_from_db()
    assert tender.status == TenderStatus.IN_PROGRESS
    assert "doit encore déclarer ses heures" in plain(answer.said)


def test_to_have_a_month_that_waits_taken_unread_by_a_last_day_told_by_who_hosts(
    world: World, browser: Attacker
) -> None:
    """The agency told 150 h of October; the host says the 2nd: nobody validates it in bulk, and the facilitation puts it right."""
    validated(world, browser, world.own.statement)
    Placement.objects.filter(pk=world.own.planned.pk).update(status=PlacementStatus.CANCELLED)
    placement = world.own.placement
    month = reverse("hours:declare", args=[world.own.award.pk, OCTOBER])
    end = reverse("placements:end", args=[placement.pk])
    with time_machine.travel(EVENING, tick=False):
        told = {"submission": str(uuid4()), f"heures-{placement.pk}": "150"}
        assert browser.acting(world.cast.employer).post(month, told).status_code == 302
        for who, day in ((world.cast.contractor, "2025-10-02"), (world.cast.facilitator, "2025-10-31")):
            read = str(browser.acting(who).get(end).context["form"]["read"].value())
            form = {"trouble": "DEPARTURE", "ended_on": day, "read": read, "submission": str(uuid4())}
            browser.post(end, form)
            if who is world.cast.contractor:
                press(world.cast, browser)
                assert Statement.objects.get(award=world.own.award, month=OCTOBER).status == "SUBMITTED"
        validated(world, browser, Statement.objects.get(award=world.own.award, month=OCTOBER))
    counted = standing(placement).filter(month=OCTOBER).aggregate(total=Sum("counted"))["total"]
    assert counted == 150

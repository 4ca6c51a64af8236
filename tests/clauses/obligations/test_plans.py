"""The plan of hours: proposed, agreed, followed, to be done again when the contract changes (DOMAIN.md 6.1, 6.3)."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from clauses.obligations.actions import life, plans
from clauses.obligations.choices import PlanState
from clauses.obligations.models import ExpectedCurve, MonthPlan, MonthPlanLine, PlanDecision
from clauses.obligations.rules.plans import check_total, months_of, spread
from clauses.obligations.selectors.plans import RECALLED, link_subject, plan_sheets, plans_awaited
from clauses.obligations.selectors.site import site_to_prepare
from clauses.procurement.choices import AmendmentKind
from clauses.procurement.models import Award
from inclusiv.core.queues import Queue
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import clauses as make
from inclusiv.demo.make.clauses import noon
from inclusiv.records.models import AuditEvent, OutgoingEmail, SignedLink
from tests.conftest import ActingClient, Cast

STARTS, ENDS = date(2025, 3, 24), date(2025, 11, 28)
TODAY = date(2025, 4, 15)
NOW = noon(TODAY)
MONTHS = months_of(STARTS, ENDS)
HOURS = (0, 150, 250, 300, 300, 100, 300, 300, 190)
"""1 890 h from March to November 2025."""


@pytest.fixture(autouse=True)
def april() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def award(cast: Cast) -> Award:
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    made = make.award(make.lot(tender), (cast.builder, Decimal(1)))
    make.notify(tender, notified_on=date(2025, 3, 10))
    return Award.objects.with_story().get(pk=made.pk)


def hours(*values: int) -> dict[date, Decimal]:
    told = values or HOURS
    return {month.starts_on: Decimal(value) for month, value in zip(MONTHS, told, strict=True)}


def typed(*values: int) -> dict[str, str]:
    fields = {
        f"heures_{month.starts_on:%Y_%m}": str(value)
        for month, value in zip(MONTHS, values or HOURS, strict=True)
    }
    return {"submission": str(uuid4())} | fields


def proposed(award: Award, cast: Cast) -> MonthPlan:
    return plans.propose(award=award, hours=hours(), by=cast.contractor, at=NOW)


def agreed(award: Award, cast: Cast) -> MonthPlan:
    plan = proposed(award, cast)
    plans.decide(plan=plan, is_agreed=True, by=cast.facilitator, at=NOW)
    return plan


def state(award: Award) -> PlanState:
    found = Award.objects.with_story().get(pk=award.pk)
    (sheet,) = plan_sheets([found])
    return sheet.state


def link_of_welcome() -> str:
    mail = OutgoingEmail.objects.filter(subject__startswith="Bienvenue").latest("pk")
    address = next(word for word in mail.text.split() if "/lien/" in word)
    return address.removeprefix("http://localhost:8000")


class TestRules:
    def test_months_are_those_of_the_execution(self) -> None:
        assert [month.starts_on for month in MONTHS[:2]] == [STARTS, date(2025, 4, 1)]
        assert (MONTHS[-1].ends_on, sum(month.days for month in MONTHS)) == (ENDS, 250)

    @given(
        owed=st.decimals(min_value="0.01", max_value=99_999, places=2),
        days=st.integers(min_value=0, max_value=1500),
    )
    def test_what_is_proposed_adds_up(self, owed: Decimal, days: int) -> None:
        months = months_of(STARTS, STARTS + timedelta(days=days))
        assert sum(spread(owed, months)) == owed

    @pytest.mark.parametrize(
        ("told", "said"),
        [
            ("1800", "il manque 90 h pour faire les 1 890 h dues"),
            ("1900.50", "il y a 10,50 h de trop"),
        ],
    )
    def test_a_total_that_is_wrong_says_by_how_much(self, told: str, said: str) -> None:
        with pytest.raises(Refused) as refusal:
            check_total([Decimal(told)], owed=Decimal(1890))
        assert said in refusal.value.message.replace("\u00a0", " ").replace("\u202f", " ")


def test_a_plan_is_proposed_agreed_and_followed(award: Award, cast: Cast) -> None:
    assert state(award) == PlanState.MISSING
    plan = proposed(award, cast)
    assert (plan.number, plan.total, state(award)) == (1, Decimal(1890), PlanState.PROPOSED)
    assert [line.hours for line in plan.lines.order_by("starts_on")] == [Decimal(value) for value in HOURS]
    assert not ExpectedCurve.objects.exists()
    plans.decide(plan=plan, is_agreed=True, by=cast.facilitator, at=NOW)
    curve = ExpectedCurve.objects.get()
    assert (curve.lot, curve.plan, curve.agreed_on, curve.changed_on) == (award.lot, plan, TODAY, None)
    assert state(award) == PlanState.AGREED
    assert list(
        AuditEvent.objects.filter(code__startswith="plan.").order_by("pk").values_list("code", flat=True)
    ) == [
        "plan.proposed",
        "plan.agreed",
    ]
    assert OutgoingEmail.objects.latest("pk").subject.startswith("Plan d’heures accepté")


def test_a_plan_sent_back_says_why_and_the_next_version_counts(award: Award, cast: Cast) -> None:
    first = proposed(award, cast)
    with pytest.raises(Refused, match="ce qui est à revoir"):
        plans.decide(plan=first, is_agreed=False, by=cast.facilitator, at=NOW)
    plans.decide(plan=first, is_agreed=False, reason="Août est vide.", by=cast.facilitator, at=NOW)
    assert state(award) == PlanState.RETURNED
    mail = OutgoingEmail.objects.latest("pk")
    assert "Août est vide." in mail.text
    assert "/lien/" in mail.text
    second = plans.propose(award=award, hours=hours(), by=cast.facilitator, at=NOW)
    assert (second.number, state(award)) == (2, PlanState.PROPOSED)
    with pytest.raises(Refused) as refusal:
        plans.decide(plan=first, is_agreed=True, by=cast.facilitator, at=NOW)
    assert refusal.value.code == "plan_superseded"
    assert AuditEvent.objects.filter(code="plan.proposed").latest("pk").on_behalf_of == cast.builder.name


def test_who_may_propose_and_agree(award: Award, cast: Cast) -> None:
    for actor in (cast.buyer, cast.employer, cast.other_contractor, cast.other_facilitator):
        with pytest.raises(Refused):
            plans.propose(award=award, hours=hours(), by=actor, at=NOW)
    plan = proposed(award, cast)
    for actor in (cast.buyer, cast.contractor, cast.other_facilitator):
        with pytest.raises(Refused):
            plans.decide(plan=plan, is_agreed=True, by=actor, at=NOW)
    assert not PlanDecision.objects.exists()


def test_a_subcontractor_who_takes_part_plans_nothing(award: Award, cast: Cast) -> None:
    award.lot.participants.create(organisation=cast.painter, starts_on=TODAY)
    with pytest.raises(Refused) as refusal:
        plans.propose(award=award, hours=hours(), by=cast.other_contractor, at=NOW)
    assert refusal.value.code == "not_permitted"


def test_months_stay_within_the_execution(award: Award, cast: Cast) -> None:
    outside = hours() | {date(2025, 12, 1): Decimal(0)}
    with pytest.raises(Refused) as refusal:
        plans.propose(award=award, hours=outside, by=cast.contractor, at=NOW)
    assert refusal.value.code == "outside_execution"


def test_versions_are_never_changed_nor_erased(award: Award, cast: Cast) -> None:
    plan = agreed(award, cast)
    for write in (
        lambda: MonthPlan.objects.filter(pk=plan.pk).update(total=1),
        lambda: MonthPlanLine.objects.filter(plan=plan).delete(),
        lambda: PlanDecision.objects.filter(plan=plan).update(is_agreed=False, reason="x"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (RECALLED + 1, ""),
        (RECALLED + 2, "Et 1\u00a0version plus ancienne."),
        (60, "Et 39\u00a0versions plus anciennes."),
    ],
)
def test_the_page_recalls_the_last_versions_and_counts_the_others(
    number: int, said: str, award: Award, cast: Cast, browser: ActingClient
) -> None:
    told = {"award": award, "total": 1890, "proposed_at": NOW, "proposed_by": "R"}
    MonthPlan.objects.bulk_create(MonthPlan(**told, number=rank) for rank in range(1, number + 1))
    page = browser.acting(cast.facilitator).get(reverse("obligations:plan", args=[award.pk])).text
    recalled = re.findall(r"<li>Version (\d+),", page)
    assert recalled == [str(rank) for rank in range(number - 1, number - 1 - RECALLED, -1)]
    assert re.findall(r"Et [^<]*ancien[^<]*", page) == ([said] if said else [])


def test_proposals_of_a_company_are_counted(award: Award, cast: Cast, browser: ActingClient) -> None:
    address = reverse("obligations:plan-propose", args=[award.pk])
    browser.acting(cast.contractor)
    answers = [browser.post(address, typed()).status_code for _ in range(32)]
    assert answers == [302] * 30 + [429] * 2
    assert MonthPlan.objects.count() == 30


def test_an_amendment_makes_the_plan_to_be_done_again(award: Award, cast: Cast) -> None:
    plan = agreed(award, cast)
    life.amend(
        tender=award.lot.tender,
        kind=AmendmentKind.AMOUNT,
        notified_on=date(2025, 7, 21),
        changes=[life.LotChange(lot=award.lot, amount=Decimal(96_000), hours=Decimal(50))],
        by=cast.buyer,
        at=noon(date(2025, 7, 21)),
    )
    assert state(award) == PlanState.OUTDATED
    curve = ExpectedCurve.objects.get()
    assert (curve.plan, curve.changed_on) == (plan, date(2025, 7, 21))
    page = ActingClient().acting(cast.contractor).get(reverse("obligations:plan", args=[award.pk])).text
    assert "Plan à revoir : le contrat a changé" in page
    told = plans.propose(
        award=award, hours=hours(0, 150, 250, 300, 300, 100, 300, 300, 240), by=cast.contractor, at=NOW
    )
    plans.decide(plan=told, is_agreed=True, by=cast.facilitator, at=NOW)
    assert state(award) == PlanState.AGREED
    assert ExpectedCurve.objects.get().changed_on is None


def test_a_suspension_sets_the_plan_aside(award: Award, cast: Cast) -> None:
    agreed(award, cast)
    life.suspend(
        tender=award.lot.tender,
        starts_on=date(2025, 6, 2),
        reason="Réseaux",
        by=cast.buyer,
        at=noon(date(2025, 6, 2)),
    )
    curve = ExpectedCurve.objects.get()
    assert (curve.plan, curve.has_stops) == (None, True)
    assert state(award) == PlanState.OUTDATED


def test_the_link_of_the_welcome_mail_sends_the_plan_once(award: Award, cast: Cast) -> None:
    link, visitor = link_of_welcome(), ActingClient()
    for _ in range(2):
        page = visitor.get(link)
        assert "1\u202f890\u00a0h" in page.text
    assert not MonthPlan.objects.exists()
    refused = visitor.post(link, typed(0, 150, 250, 300, 300, 100, 300, 300, 100))
    assert refused.status_code == 422
    assert "il manque 90" in refused.text
    assert 'value="250"' in refused.text
    assert "votre plan est envoyé" in visitor.post(link, typed()).text
    assert MonthPlan.objects.get().proposed_by.endswith("(lien par courriel), Bâti-Sud")
    assert visitor.get(link).status_code == 410


def test_a_link_sent_again_when_the_lot_still_owes(award: Award, cast: Cast) -> None:
    with time_machine.travel(NOW + timedelta(days=46), tick=False):
        OutgoingEmail.objects.exclude(subject__startswith="Bienvenue").delete()
        assert ActingClient().post(f"{link_of_welcome()}renvoyer/").status_code == 200
        assert ActingClient().get(link_of_welcome()).status_code == 200


def test_the_facilitation_reads_answers_and_is_reminded(award: Award, cast: Cast) -> None:
    plan = proposed(award, cast)
    waiting = site_to_prepare(Queue(actor=cast.facilitator, on=date(2025, 4, 15)))
    assert waiting is not None
    assert "Valider le plan d’heures du lot 1" in [todo.what for todo in waiting.todos]
    staff = ActingClient().acting(cast.facilitator)
    page = staff.get(reverse("obligations:plan", args=[award.pk])).text
    assert "Accepter le plan" in page
    form = {"submission": str(uuid4()), "decision": "accepter"}
    answer = staff.post(reverse("obligations:plan-decide", args=[plan.pk]), form, follow=True)
    assert "Le plan est accepté" in answer.text
    assert PlanDecision.objects.get().is_agreed
    again = staff.post(
        reverse("obligations:plan-decide", args=[plan.pk]), form | {"submission": str(uuid4())}, follow=True
    )
    assert "déjà reçu sa réponse" in again.text


def test_the_plan_entered_for_the_company_keeps_what_was_typed(award: Award, cast: Cast) -> None:
    staff = ActingClient().acting(cast.facilitator)
    address = reverse("obligations:plan-propose", args=[award.pk])
    assert 'value="227"' in staff.get(address).text  # 30 days of April in 250
    wrong = staff.post(address, typed() | {"heures_2025_05": "deux cents"})
    assert wrong.status_code == 422
    assert "n’est pas un nombre d’heures" in wrong.text
    assert 'value="deux cents"' in wrong.text
    assert "est enregistré" in staff.post(address, typed(), follow=True).text
    greet = staff.post(reverse("obligations:plan-welcome", args=[award.pk]), follow=True)
    assert "part à" in greet.text
    page = staff.get(reverse("obligations:plan", args=[award.pk])).text
    assert "à roland@example.org" in page
    SignedLink.objects.filter(subject=link_subject(award)).delete()
    page = staff.get(reverse("obligations:plan", args=[award.pk])).text
    assert "Personne n’a pu être accueilli" in page


def test_the_lead_is_asked_for_its_plan_until_the_first_month_is_over_and_again_when_it_comes_back(
    award: Award, cast: Cast
) -> None:
    last = STARTS + timedelta(days=31)

    def asked(on: date = last) -> list[PlanState]:
        return [sheet.state for sheet in plans_awaited(cast.contractor, on=on)]

    assert asked() == [PlanState.MISSING]
    assert asked(last + timedelta(days=1)) == []
    assert plans_awaited(cast.other_contractor, on=last) == []
    plan = proposed(award, cast)
    assert asked() == []
    plans.decide(plan=plan, is_agreed=False, reason="Plus tôt.", by=cast.facilitator, at=NOW)
    assert asked(ENDS) == [PlanState.RETURNED]


def test_the_list_of_lots_leads_to_the_plan(award: Award, cast: Cast, browser: ActingClient) -> None:
    other = make.tender(buyer=cast.commune, structure=cast.structure, reference="2025-060")
    make.award(make.lot(other), (cast.builder, Decimal(1)))
    make.notify(other, notified_on=date(2025, 3, 10))
    plan = proposed(award, cast)
    plans.decide(plan=plan, is_agreed=False, reason="Plus tôt.", by=cast.facilitator, at=NOW)
    body = browser.acting(cast.contractor).get(reverse("followup:my-lots")).text
    assert "Revoir le plan d’heures" in body
    assert "Plus tôt." in body
    assert "Proposer le plan d’heures" in body
    assert reverse("obligations:plan-propose", args=[award.pk]) in body

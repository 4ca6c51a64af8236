"""`manage.py demo`: its size and its states, the same for the same day, and something for each persona."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from random import Random

import pytest
import time_machine

from beneficiaries.hours.choices import LineOutcome, StatementStatus
from beneficiaries.hours.models import HourEntry, Statement, StatementLine
from beneficiaries.hours.selectors import ledger
from beneficiaries.hours.selectors.review import lines_of, review
from beneficiaries.hours.selectors.waiting import own_statements, silent_companies
from beneficiaries.people.choices import CheckStatus
from beneficiaries.people.models import EligibilityCheck, Person
from beneficiaries.placements.choices import ReferralStatus
from beneficiaries.placements.models import JobRequest, Placement, Referral
from beneficiaries.placements.selectors.jobs import ending
from clauses.decp.choices import SpottedStatus
from clauses.decp.models import FileReading, SpottedContract
from clauses.obligations.models import Obligation, ObligationVersion, Sizing, SocialClause
from clauses.procurement.choices import TenderStatus
from clauses.procurement.models import Award, GroupMember, Lot, LotParticipant, Tender
from inclusiv.accounts.models import Contact, Membership, Organisation, TerritoryAssignment
from inclusiv.core.actors import Actor, Role
from inclusiv.core.periods import PARIS
from inclusiv.demo import plan, scenario
from inclusiv.demo import world as cast
from inclusiv.demo.build import build
from inclusiv.demo.hiring import Windows
from inclusiv.demo.make.clauses import noon
from inclusiv.demo.personas import CHARACTERS
from inclusiv.demo.stages import BATI_SUD, TREMPLIN
from inclusiv.records.models import AuditEvent, Exchange
from reporting.figures.selectors.annual import Perimeter
from reporting.figures.selectors.structures import by_structure
from reporting.followup.choices import Standing, State
from reporting.followup.selectors.awaited import awaited_from
from reporting.followup.selectors.standings import today, with_standing
from reporting.publication.choices import RunState
from reporting.publication.models import ReportRun
from tests.conftest import ActingClient

ROWS = (
    Organisation,
    Contact,
    TerritoryAssignment,
    Lot,
    Award,
    GroupMember,
    LotParticipant,
    SocialClause,
    Sizing,
    Obligation,
    ObligationVersion,
    FileReading,
    SpottedContract,
    EligibilityCheck,
    JobRequest,
    Referral,
    Statement,
    Exchange,
    AuditEvent,
    ReportRun,
)
"""What every sub-app has to show."""

DAY = date(2026, 11, 25)
DAYS = (date(2026, 6, 15), DAY, date(2027, 2, 10), date(2028, 2, 29))


def persona(role: Role) -> Actor:
    """Return the persona of a role."""
    email = next(one.email for one in CHARACTERS if one.role is role)
    return Membership.objects.with_actor().get(user__email=email).actor()


def drawn(day: date) -> scenario.Scenario:
    """Draw the scenario of a day, every commune being followed by one of two structures."""
    communes = sorted({seed.commune for seed in cast.BUYERS})
    return scenario.draw(
        Random(plan.SEED),
        today=day,
        structure_of={commune: rank % 2 for rank, commune in enumerate(communes)},
        windows=Windows(months=24, gap_months=6),
        due=scenario.Due(day=12, review=15),
    )


def facts(made: scenario.Scenario) -> list[object]:
    """Return all that a scenario says, without the links between its parts."""
    posts = [
        (post.employer, post.hired_on, post.ended_on, post.hours, post.training, post.person, post.since)
        for tender in made.tenders
        for lot in tender.lots
        for post in lot.posts
    ]
    return [made.persons, posts, [(tender.planned, tender.status) for tender in made.tenders]]


@pytest.mark.parametrize("day", DAYS)
def test_size_is_the_same_on_any_day(day: date) -> None:
    made = drawn(day)
    posts = [post for tender in made.tenders for lot in tender.lots for post in lot.posts]
    assert len(made.tenders) == scenario.TENDERS
    assert sum(len(post.hours) + bool(post.training) for post in posts) == scenario.ENTRIES
    assert 560 <= len(posts) <= 660
    assert sum(map(len, made.persons)) == scenario.PERSONS
    assert {tender.status for tender in made.tenders} == set(TenderStatus)


@pytest.mark.parametrize("day", DAYS)
def test_scenario_is_drawn_the_same_twice(day: date) -> None:
    assert facts(drawn(day)) == facts(drawn(day))


def check_built_size_is_what_was_asked() -> None:
    assert 115 <= Tender.objects.count() <= 130
    assert 395 <= Person.objects.count() <= 420
    assert 570 <= Placement.objects.count() <= 660
    assert 5800 <= HourEntry.objects.count() <= 6400


def check_tenders_are_in_every_state() -> None:
    assert set(Tender.objects.values_list("status", flat=True)) == set(TenderStatus)


def check_every_kind_of_row_exists() -> None:
    assert [model.__name__ for model in ROWS if not model._default_manager.exists()] == []


def check_ledger_is_sound() -> None:
    assert list(ledger.verify()) == []


def check_hours_owed_make_the_profiles_true() -> None:
    lots = with_standing(
        Lot.objects.filter(tender__status=TenderStatus.IN_PROGRESS),
        actor=persona(Role.COORDINATION),
        day=today(DAY),
    )
    states = Counter(Standing(lot.standing).state for lot in lots)
    assert min(states[one] for one in (State.ACTION, State.CATCH_UP, State.ON_TRACK)) >= 5


def check_statements_wait_at_several_ages_with_and_without_anomaly() -> None:
    waiting = Statement.objects.to_review()
    assert len(set(waiting.values_list("received_on", flat=True))) >= 4
    lines = list(lines_of(list(waiting.values_list("pk", flat=True))))
    verdicts = review(lines)
    doubtful = {line.statement_id for line in lines if not verdicts[line.pk].is_clean}
    assert 3 <= len(doubtful) < waiting.count()
    assert Statement.objects.filter(status=StatementStatus.RETURNED).count() == 2
    assert set(Statement.objects.filter(version=2).values_list("status", flat=True)) == {
        StatementStatus.SUBMITTED,
        StatementStatus.VALIDATED,
    }


def check_almost_every_declared_line_counts() -> None:
    outcomes = Counter(
        StatementLine.objects.filter(statement__status=StatementStatus.VALIDATED).values_list(
            "outcome", flat=True
        )
    )
    assert outcomes[LineOutcome.REJECTED] * 50 < outcomes[LineOutcome.COUNTED]


def check_needs_wait_and_are_answered() -> None:
    assert set(Referral.objects.values_list("status", flat=True)) == set(ReferralStatus)
    late = JobRequest.objects.unanswered().filter(due_on__lt=DAY)
    assert late.count() >= 3
    assert JobRequest.objects.unanswered().count() > late.count()


def check_eligibilities_wait_are_late_and_refused() -> None:
    waiting = EligibilityCheck.objects.awaiting_decision()
    assert waiting.filter(reference_date__range=(DAY, DAY + timedelta(days=7))).count() >= 3
    assert waiting.filter(reference_date__lt=DAY).exists()
    assert waiting.filter(due_on__lt=DAY).count() >= 5
    assert EligibilityCheck.objects.filter(status=CheckStatus.REFUSED).count() == 1


def check_spotted_contracts_are_answered_in_every_way() -> None:
    assert SpottedContract.objects.count() >= 12
    assert set(SpottedContract.objects.values_list("status", flat=True)) == set(SpottedStatus)
    assert SpottedContract.objects.visible_to(persona(Role.BUYER)).count() >= 5
    assert FileReading.objects.filter(refused=2).count() == 1
    assert FileReading.objects.visible_to(persona(Role.BUYER)).get().unchanged == 1


def check_exchanges_are_to_resume() -> None:
    kinds = {one.split(":")[0] for row in Exchange.objects.all() for one in row.subjects}
    assert kinds == {"tender", "organisation", "person"}
    due = Exchange.objects.to_resume(on=DAY)
    assert due.exists()
    assert Exchange.objects.filter(next_on__gt=DAY).exists()
    assert due.visible_to(persona(Role.FACILITATOR)).exists()


def check_two_reports_are_published_and_the_next_is_drafted() -> None:
    runs = ReportRun.objects.order_by("year").values_list("year", "state")
    assert list(runs) == [(2024, RunState.PUBLISHED), (2025, RunState.PUBLISHED), (2026, RunState.READY)]


def check_facilitator_has_everything_to_do() -> None:
    nadia = persona(Role.FACILITATOR)
    assert awaited_from(nadia, on=DAY).total >= 30
    assert silent_companies(nadia, DAY) is not None
    assert ending(Placement.objects.visible_to(nadia), on=DAY).count() >= 3


def check_buyer_sees_the_four_states_and_is_awaited() -> None:
    claire = persona(Role.BUYER)
    lots = with_standing(Lot.objects.visible_to(claire), actor=claire, day=today(DAY))
    assert {Standing(lot.standing).state for lot in lots} == set(State)
    assert {act.todo.what.rsplit(" ", 3)[0] for act in awaited_from(claire, on=DAY).acts} == {
        "Calculer les heures",
        "Indiquer le titulaire",
    }


def check_companies_have_months_to_send_and_needs() -> None:
    for role, name in ((Role.CONTRACTOR, BATI_SUD), (Role.EMPLOYER, TREMPLIN)):
        actor = persona(role)
        assert actor.organisation == name
        assert any(one.days_late for one in own_statements(actor, on=DAY))
        assert JobRequest.objects.visible_to(actor).exists()
        assert Placement.objects.visible_to(actor).at_work_between(DAY, DAY).exists()


def check_board_of_the_network_has_no_column_of_zeros() -> None:
    perimeter = Perimeter(year=DAY.year, department="91", cut_off=noon(DAY))
    figures = by_structure(perimeter, on=DAY)
    assert sum(one.late_requests for one in figures) >= 3
    assert sum(one.late_checks for one in figures) >= 5
    assert sum(one.late_statements for one in figures) >= 5
    assert all(one.validated for one in figures)


def check_home_of_each_persona_opens() -> None:
    for character in CHARACTERS:
        answer = ActingClient().acting(persona(character.role)).get("/", follow=True)
        assert answer.status_code == 200, character.slug


CHECKS = (
    check_built_size_is_what_was_asked,
    check_tenders_are_in_every_state,
    check_every_kind_of_row_exists,
    check_ledger_is_sound,
    check_hours_owed_make_the_profiles_true,
    check_statements_wait_at_several_ages_with_and_without_anomaly,
    check_almost_every_declared_line_counts,
    check_needs_wait_and_are_answered,
    check_eligibilities_wait_are_late_and_refused,
    check_spotted_contracts_are_answered_in_every_way,
    check_exchanges_are_to_resume,
    check_two_reports_are_published_and_the_next_is_drafted,
    check_facilitator_has_everything_to_do,
    check_buyer_sees_the_four_states_and_is_awaited,
    check_companies_have_months_to_send_and_needs,
    check_board_of_the_network_has_no_column_of_zeros,
    check_home_of_each_persona_opens,
)


@pytest.mark.django_db
@pytest.mark.usefixtures("storage")
def test_demonstration_shows_everything() -> None:
    """One test for all that is built: it takes the time of thirty others."""
    with time_machine.travel(datetime.combine(DAY, time(10), PARIS), tick=True):
        build(today=DAY, tell=lambda label: __import__('sys').stderr.write(f'{__import__("time").perf_counter():.1f} {label}\n'))
        for check in CHECKS:
            check()

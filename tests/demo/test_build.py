"""`manage.py demo`: its size and its states, the same for the same day, and something for each persona."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from random import Random

import pytest
import time_machine
from django.db import transaction
from django.db.models import Count, F, Q

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
from clauses.procurement.rules.tenders import FINISHED
from clauses.procurement.selectors.advice import advice_asked
from clauses.procurement.selectors.parties import grouped_tenders
from inclusiv.accounts.models import (
    Contact,
    Cover,
    Invitation,
    JoinRequest,
    Membership,
    Organisation,
    TerritoryAssignment,
    User,
)
from inclusiv.core.actors import Actor, Role
from inclusiv.core.periods import PARIS
from inclusiv.core.queues import Queue, Whose
from inclusiv.demo import plan, scenario
from inclusiv.demo import world as cast
from inclusiv.demo.build import build
from inclusiv.demo.hiring import Windows
from inclusiv.demo.make.clauses import noon
from inclusiv.demo.personas import CHARACTERS, personas
from inclusiv.demo.stages import BATI_SUD, TREMPLIN
from inclusiv.records.choices import EmailState
from inclusiv.records.models import AuditEvent, Exchange, OutgoingEmail
from reporting.figures.selectors.annual import Perimeter, control
from reporting.figures.selectors.structures import by_structure
from reporting.followup.choices import Standing, State
from reporting.followup.selectors.awaited import awaited_from
from reporting.followup.selectors.standings import today, with_standing
from reporting.publication.choices import RunState
from reporting.publication.models import ReportRun
from tests.conftest import ActingClient
from tests.demo.fingerprint import fingerprint

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
DAYS = (date(2026, 8, 31), DAY, date(2027, 1, 2), date(2028, 2, 29))
SMALL = scenario.Size(tenders=50, persons=80, entries=320)
"""As many steps and states as the whole, in a few seconds."""


def persona(role: Role) -> Actor:
    """Return the persona of a role."""
    email = next(one.email for one in CHARACTERS if one.role is role)
    return Membership.objects.with_actor().get(user__email=email, capacity__role=role).actor()


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
    assert len(made.tenders) == scenario.WHOLE.tenders
    assert sum(len(post.hours) + bool(post.training) for post in posts) == scenario.WHOLE.entries
    assert 560 <= len(posts) <= 660
    assert sum(map(len, made.persons)) == scenario.WHOLE.persons
    assert {tender.status for tender in made.tenders} == set(TenderStatus)


@pytest.mark.parametrize("day", DAYS)
def test_scenario_is_drawn_the_same_twice(day: date) -> None:
    assert facts(drawn(day)) == facts(drawn(day))


def check_built_size_is_what_was_asked() -> None:
    assert 115 <= Tender.objects.count() <= 130
    assert 400 <= Person.objects.count() <= 425
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
    assert min(states[one] for one in (State.ACTION, State.CATCH_UP, State.ON_TRACK)) >= 3


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


def check_some_months_came_late() -> None:
    for year in (2024, 2025):
        counted = control(Perimeter(year=year, department="91", cut_off=noon(DAY)))
        assert 85 <= 100 * counted.on_time / counted.expected <= 92


def check_needs_wait_and_are_answered() -> None:
    assert set(Referral.objects.values_list("status", flat=True)) == set(ReferralStatus)
    nadia = JobRequest.objects.visible_to(persona(Role.FACILITATOR))
    late = nadia.unanswered().filter(due_on__lt=DAY)
    assert late.exists()
    assert nadia.unanswered().count() >= late.count() + 1 >= 2
    proposed = Count("referrals", filter=Q(referrals__status=ReferralStatus.PROPOSED))
    assert nadia.annotate(proposed=proposed).filter(proposed=3).exists()
    assert len(set(nadia.values_list("company", flat=True))) >= 5


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
    assert silent_companies(Queue(actor=nadia, on=DAY)) is not None
    assert ending(Placement.objects.visible_to(nadia), on=DAY).count() >= 3
    questions = advice_asked(
        Queue(actor=nadia, on=DAY, owners=frozenset({nadia.user_id, None}), whose=Whose.MINE)
    )
    assert questions is not None
    (question,) = [todo for todo in questions.todos if todo.what == "Répondre à une demande d’avis"]
    assert question.due is not None
    assert question.due >= DAY, "it is not late yet"


def check_buyer_sees_the_four_states_and_is_awaited() -> None:
    claire = persona(Role.BUYER)
    lots = with_standing(Lot.objects.visible_to(claire), actor=claire, day=today(DAY))
    assert {Standing(lot.standing).state for lot in lots} == set(State)
    waiting = awaited_from(claire, on=DAY)
    awaited = {act.todo.what.partition(" du lot")[0] for act in (*waiting.acts, *waiting.others)}
    assert awaited >= {
        "Calculer les heures",
        "Décider de la proposition de la facilitation",
        "Décrire les lots",
        "Indiquer le titulaire",
    }


def check_buyer_coordinates_a_group_and_belongs_to_another() -> None:
    claire = persona(Role.BUYER)
    groups = {tender.buyer_id == claire.organisation_id for tender in grouped_tenders(claire)}
    assert groups == {True, False}


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


def check_prescriber_follows_people() -> None:
    paula = persona(Role.PRESCRIBER)
    assert Person.objects.visible_to(paula).count() >= 5
    asked = EligibilityCheck.objects.visible_to(paula).awaiting_decision()
    assert asked.count() >= 2
    nadia = EligibilityCheck.objects.visible_to(persona(Role.FACILITATOR)).awaiting_decision()
    assert set(asked.values_list("pk", flat=True)) <= set(nadia.values_list("pk", flat=True))


def check_doors_wait_for_the_network() -> None:
    nadia, claire = persona(Role.FACILITATOR), persona(Role.BUYER)
    assert Invitation.objects.visible_to(nadia).pending().count() >= 2
    assert JoinRequest.objects.visible_to(nadia).waiting().count() >= 2
    assert JoinRequest.objects.visible_to(claire).waiting().count() == 1
    assert Cover.objects.visible_to(nadia).current(on=DAY).get().substitute_id == nadia.user_id
    assert Membership.objects.filter(user=claire.user_id).count() == 2
    assert all(persona(character.role).is_manager for character in CHARACTERS)
    followed = Tender.objects.filter(structure=nadia.organisation_id).values_list("facilitator", flat=True)
    assert len(set(followed) - {None}) == 2


def check_companies_have_somebody_to_write_to() -> None:
    companies = Organisation.objects.exclude(company_kind="")
    assert companies.count() == len(cast.CONTRACTORS + cast.EMPLOYERS)
    assert all(one.contacts.reachable().count() == 2 for one in companies)
    assert not Contact.objects.exclude(email__endswith=".example").exists()


def check_mails_are_sent() -> None:
    assert OutgoingEmail.objects.count() >= 5
    assert set(OutgoingEmail.objects.values_list("state", flat=True)) == {EmailState.SENT}


def check_histories_are_signed_by_people() -> None:
    names = set(User.objects.values_list("first_name", "last_name"))
    authors = set(AuditEvent.objects.values_list("author", flat=True))
    assert authors <= {f"{first} {last}" for first, last in names}


def check_no_dates_contradict(day: date) -> None:
    tender = "award__lot__tender"
    placed = Placement.objects.all()
    contradictions = {
        "a mise à l’emploi before the execution": placed.filter(hired_on__lt=F(f"{tender}__starts_on")),
        "after the execution": placed.filter(
            Q(hired_on__gt=F(f"{tender}__ends_on")) | Q(ended_on__gt=F(f"{tender}__ends_on"))
        ),
        "planned beyond it": placed.filter(planned_end_on__gt=F(f"{tender}__ends_on")),
        "going on where nothing is done any more": placed.filter(
            ended_on=None, **{f"{tender}__status__in": FINISHED}
        ),
        "of somebody not available yet": placed.filter(dossier__available_on__gt=F("hired_on")),
        "of somebody not followed yet": placed.filter(dossier__starts_on__gt=F("hired_on")),
        "hours out of the work": HourEntry.objects.filter(
            Q(worked_from__lt=F("placement__hired_on")) | Q(worked_to__gt=F("placement__ended_on"))
        ),
        "hours out of the execution": HourEntry.objects.filter(
            Q(worked_from__lt=F(f"{tender}__starts_on")) | Q(worked_to__gt=F(f"{tender}__ends_on"))
        ),
        "hours to come": HourEntry.objects.filter(worked_to__gte=day),
        "a need beyond the execution": JobRequest.objects.filter(
            Q(starts_on__gt=F(f"{tender}__ends_on")) | Q(ends_on__gt=F(f"{tender}__ends_on"))
        ),
        "a tender over before its end": Tender.objects.filter(
            status__in=[TenderStatus.COMPLETED, TenderStatus.CLOSED], ends_on__gte=day
        ),
        "a tender at work after its end": Tender.objects.filter(
            status=TenderStatus.IN_PROGRESS, ends_on__lt=day
        ),
        "a story of tomorrow": AuditEvent.objects.filter(at__date__gt=day),
    }
    assert {name: rows.count() for name, rows in contradictions.items() if rows.exists()} == {}


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
    check_some_months_came_late,
    check_needs_wait_and_are_answered,
    check_eligibilities_wait_are_late_and_refused,
    check_spotted_contracts_are_answered_in_every_way,
    check_exchanges_are_to_resume,
    check_two_reports_are_published_and_the_next_is_drafted,
    check_facilitator_has_everything_to_do,
    check_buyer_sees_the_four_states_and_is_awaited,
    check_buyer_coordinates_a_group_and_belongs_to_another,
    check_companies_have_months_to_send_and_needs,
    check_board_of_the_network_has_no_column_of_zeros,
    check_prescriber_follows_people,
    check_doors_wait_for_the_network,
    check_companies_have_somebody_to_write_to,
    check_mails_are_sent,
    check_histories_are_signed_by_people,
    check_home_of_each_persona_opens,
)


@pytest.mark.django_db
@pytest.mark.usefixtures("storage")
def test_demonstration_shows_everything() -> None:
    """One test for all that is built: it takes the time of thirty others."""
    with time_machine.travel(datetime.combine(DAY, time(10), PARIS), tick=False):
        build(today=DAY, tell=lambda _label: None)
        check_no_dates_contradict(DAY)
        for check in CHECKS:
            check()


def build_small(day: date) -> dict[str, tuple[int, str]]:
    """Build the small one on a day, and return what it holds; nothing of it is kept."""
    with transaction.atomic(), time_machine.travel(datetime.combine(day, time(10), PARIS), tick=False):
        build(today=day, tell=lambda _label: None, size=SMALL)
        check_no_dates_contradict(day)
        check_tenders_are_in_every_state()
        assert list(ledger.verify()) == []
        assert {one.name for one in personas()} >= {"Nadia Kaci", "Paula Ferreira"}
        found = fingerprint()
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
@pytest.mark.usefixtures("storage")
def test_demonstration_builds_on_any_day_and_the_same_twice() -> None:
    first, *others = [build_small(day) for day in (date(2027, 1, 2), date(2028, 2, 29), date(2026, 8, 31))]
    assert build_small(date(2027, 1, 2)) == first
    assert first not in others

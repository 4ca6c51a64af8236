"""Statements are sent, returned, corrected and validated (DOMAIN.md 6.2, PRACTICE.md 1.1 and 3)."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from beneficiaries.hours.actions import statements, validation
from beneficiaries.hours.actions.statements import Sheet
from beneficiaries.hours.choices import (
    Finding,
    HoursKind,
    LineOutcome,
    Received,
    StatementAction,
    StatementStatus,
    ZeroReason,
)
from beneficiaries.hours.models import HourEntry, Statement
from beneficiaries.hours.rules.declaring import Declared
from beneficiaries.hours.rules.transitions import STATEMENT
from beneficiaries.hours.selectors import ledger
from beneficiaries.people.choices import CheckStatus
from beneficiaries.people.models import EligibilityCheck
from clauses.obligations.choices import ModalityFamily
from clauses.obligations.models import SocialClause
from clauses.procurement.choices import TenderStatus
from clauses.procurement.models import Tender
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import beneficiaries
from inclusiv.demo.make import hours as making
from inclusiv.records.models import AuditEvent, reference
from tests.beneficiaries.hours.conftest import Scene

JUNE, JULY = date(2025, 6, 1), date(2025, 7, 1)


def filled(scene: Scene, month: date = JUNE, **hours: int | str) -> Sheet:
    return making.sheet(scene.award, scene.cast.builder, month, hours=scene.hours(**hours))


def events(statement: Statement) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(subjects__contains=[reference(statement)]).order_by("pk"))


def counted(scene: Scene) -> Decimal:
    total = HourEntry.objects.filter(award=scene.award).aggregate(total=Sum("counted"))["total"]
    return Decimal(total or 0)


def test_contractor_sends_its_month(scene: Scene, at: datetime) -> None:
    sheet = making.sheet(
        scene.award,
        scene.cast.builder,
        JUNE,
        hours=scene.hours(anna=140, bruno="21.5"),
        training={scene.bruno: Decimal(14)},
    )
    (sent,) = statements.declare(sheets=[sheet], by=scene.cast.contractor, at=at)
    assert (sent.status, sent.version, sent.received) == (StatementStatus.SUBMITTED, 1, Received.ONLINE)
    assert sent.received_on == date(2025, 10, 14)
    assert sent.submitted_by == "Roland Bâti-Sud, Bâti-Sud"
    lines = sent.lines.order_by("placement", "-kind").values_list("placement", "kind", "hours")
    assert list(lines) == [
        (scene.anna.pk, HoursKind.WORK, Decimal("140.00")),
        (scene.bruno.pk, HoursKind.WORK, Decimal("21.50")),
        (scene.bruno.pk, HoursKind.TRAINING, Decimal("14.00")),
    ]
    (event,) = events(sent)
    assert (event.code, event.data["hours"], event.data["of_month"]) == (
        "statement.submitted",
        "175,50",
        "de juin 2025",
    )
    assert event.on_behalf_of == ""


@pytest.mark.parametrize(
    ("month", "due_on"),
    [(JUNE, date(2025, 7, 15)), (date(2025, 9, 1), date(2025, 10, 13)), (JULY, date(2025, 8, 12))],
)
def test_statement_is_due_on_the_12th_or_the_next_working_day(
    scene: Scene, at: datetime, month: date, due_on: date
) -> None:
    (sent,) = statements.declare(sheets=[filled(scene, month)], by=scene.cast.contractor, at=at)
    assert sent.due_on == due_on


def test_statement_is_due_on_the_day_that_the_clause_says(scene: Scene, at: datetime) -> None:
    SocialClause.objects.filter(lot=scene.award.lot).update(statement_due_day=3)
    (sent,) = statements.declare(sheets=[filled(scene, JULY)], by=scene.cast.contractor, at=at)
    assert sent.due_on == date(2025, 8, 4), "Sunday 3 August runs to the Monday"


def test_hours_done_in_a_way_that_the_clause_does_not_let_are_not_counted(scene: Scene, at: datetime) -> None:
    clauses = SocialClause.objects.filter(lot=scene.award.lot)
    clauses.update(modalities=[ModalityFamily.SECONDMENT, ModalityFamily.INCLUSIVE_PARTNER])
    (sent,) = statements.declare(sheets=[filled(scene, anna=140)], by=scene.cast.contractor, at=at)
    validation.validate(statements=[sent], by=scene.cast.facilitator, at=at)
    line = sent.lines.get(placement=scene.anna, kind=HoursKind.WORK)
    assert (line.outcome, line.rejections) == (LineOutcome.REJECTED, [Finding.MODALITY_NOT_COUNTABLE])
    assert counted(scene) == 0


def test_zero_keeps_its_reason_and_hours_have_none(scene: Scene, at: datetime) -> None:
    (sent,) = statements.declare(sheets=[filled(scene, anna=7)], by=scene.cast.contractor, at=at)
    reasons = dict(sent.lines.values_list("placement", "zero_reason"))
    assert reasons == {scene.anna.pk: "", scene.bruno.pk: ZeroReason.ABSENT}


def test_facilitator_enters_for_the_contractor_and_says_so(scene: Scene, at: datetime) -> None:
    (sent,) = statements.declare(
        sheets=[filled(scene, anna=140)],
        by=scene.cast.facilitator,
        at=at,
        received=Received.EMAIL,
        received_on=date(2025, 7, 10),
    )
    assert (sent.received, sent.received_on) == (Received.EMAIL, date(2025, 7, 10))
    (event,) = events(sent)
    assert (event.on_behalf_of, event.author) == ("Bâti-Sud", "Nadia PLIE Nord")
    assert event.data["received"] == "par courriel"


def test_many_months_are_sent_in_as_many_queries_as_one(scene: Scene, at: datetime) -> None:
    def queries(months: list[date]) -> int:
        sheets = [filled(scene, month, anna=100) for month in months]
        with CaptureQueriesContext(
            connection,
        ) as captured:
            statements.declare(sheets=sheets, by=scene.cast.contractor, at=at)
        # Each month reads its own people in post, then holds them.
        return len(captured) - 2 * len(months)

    assert queries([date(2025, 4, 1)]) == queries([date(2025, month, 1) for month in (5, 6, 7, 8)])


def change(sheet: Sheet, **line: Any) -> Sheet:
    """Return the sheet with its first line changed."""
    first, *others = sheet.lines
    kept = {name: getattr(first, name) for name in Declared.__slots__}
    return Sheet(
        award=sheet.award,
        declarant=sheet.declarant,
        month=sheet.month,
        lines=[Declared(**{**kept, **line}), *others],
    )


@pytest.mark.parametrize(
    ("line", "code", "field"),
    [
        ({"hours": Decimal(-1)}, "hours_negative", "heures"),
        ({"training": Decimal(-1), "hours": Decimal(7)}, "hours_negative", "heures"),
        ({"hours": Decimal(744), "training": Decimal("0.01")}, "hours_impossible", "heures"),
        ({"hours": Decimal(0), "zero_reason": None}, "zero_without_reason", "motif"),
        ({"placement": 0}, "line_unknown", None),
    ],
)
def test_impossible_line_is_refused_and_nothing_is_written(
    scene: Scene, at: datetime, line: dict[str, Any], code: str, field: str | None
) -> None:
    with pytest.raises(Refused) as refused:
        statements.declare(sheets=[change(filled(scene), **line)], by=scene.cast.contractor, at=at)
    assert refused.value.code == code
    assert refused.value.field == (f"{field}-{scene.anna.pk}" if field else None)
    assert not Statement.objects.exists()


def test_month_without_hours_of_somebody_in_post_is_refused(scene: Scene, at: datetime) -> None:
    sheet = filled(scene)
    shorter = Sheet(award=sheet.award, declarant=sheet.declarant, month=JUNE, lines=sheet.lines[:1])
    with pytest.raises(Refused, match="chaque personne en poste") as refused:
        statements.declare(sheets=[shorter], by=scene.cast.contractor, at=at)
    assert refused.value.code == "line_missing"


def test_person_told_twice_is_refused(scene: Scene, at: datetime) -> None:
    sheet = filled(scene)
    twice = Sheet(
        award=sheet.award, declarant=sheet.declarant, month=JUNE, lines=[*sheet.lines, sheet.lines[0]]
    )
    with pytest.raises(Refused) as refused:
        statements.declare(sheets=[twice], by=scene.cast.contractor, at=at)
    assert refused.value.code == "line_unknown"


def test_month_that_has_not_begun_is_refused_and_the_current_one_is_not(scene: Scene, at: datetime) -> None:
    with pytest.raises(Refused) as refused:
        statements.declare(sheets=[filled(scene, date(2025, 11, 1), anna=7)], by=scene.cast.contractor, at=at)
    assert refused.value.code == "month_in_future"
    assert statements.declare(
        sheets=[filled(scene, date(2025, 10, 1), anna=7)], by=scene.cast.contractor, at=at
    )


def test_lot_that_owes_nothing_yet_expects_no_statement(scene: Scene, at: datetime) -> None:
    Tender.objects.update(status=TenderStatus.AWARDED)
    with pytest.raises(Refused) as refused:
        statements.declare(sheets=[filled(scene, anna=7)], by=scene.cast.contractor, at=at)
    assert refused.value.code == "nothing_owed"


@pytest.mark.parametrize("name", ["other_contractor", "employer", "buyer", "coordinator", "prescriber"])
def test_hours_of_another_company_are_not_for_everybody_to_declare(
    scene: Scene, at: datetime, name: str
) -> None:
    with pytest.raises(Refused) as refused:
        statements.declare(sheets=[filled(scene, anna=7)], by=getattr(scene.cast, name), at=at)
    assert refused.value.code == "not_permitted"


def test_facilitator_must_say_how_it_was_received(scene: Scene, at: datetime) -> None:
    with pytest.raises(Refused) as refused:
        statements.declare(sheets=[filled(scene, anna=7)], by=scene.cast.facilitator, at=at)
    assert (refused.value.code, refused.value.field) == ("received_how", "received")


@pytest.mark.parametrize(
    ("received_on", "code"),
    [(date(2025, 10, 15), "received_in_future"), (date(2025, 5, 31), "received_early")],
)
def test_reception_is_neither_in_the_future_nor_before_the_month(
    scene: Scene, at: datetime, received_on: date, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        statements.declare(
            sheets=[filled(scene, anna=7)],
            by=scene.cast.facilitator,
            at=at,
            received=Received.PHONE,
            received_on=received_on,
        )
    assert (refused.value.code, refused.value.field) == (code, "received_on")


def test_a_month_sent_before_its_end_and_returned_comes_the_day_it_is_sent_again(
    scene: Scene, at: datetime
) -> None:
    """Otherwise zeros sent on the first of the month would keep every month « à temps »."""
    early = datetime(2025, 6, 2, 9, tzinfo=UTC)
    (sent,) = statements.declare(sheets=[filled(scene, anna=1)], by=scene.cast.contractor, at=early)
    assert sent.received_on == date(2025, 6, 2)
    statements.return_for_correction(
        statement=sent, comment="Et la suite ?", by=scene.cast.facilitator, at=at
    )
    (again,) = statements.declare(sheets=[filled(scene, anna=140)], by=scene.cast.contractor, at=at)
    assert again.received_on == date(2025, 10, 14)


def test_second_sending_is_refused_politely(scene: Scene, at: datetime) -> None:
    statements.declare(sheets=[filled(scene, anna=140)], by=scene.cast.contractor, at=at)
    with pytest.raises(Refused) as refused:
        statements.declare(sheets=[filled(scene, anna=141)], by=scene.cast.contractor, at=at)
    assert refused.value.code == "statement_already_sent"
    assert refused.value.message == (
        "Le relevé de juin 2025 a déjà été envoyé le 14\xa0octobre 2025 : rien n’est à refaire."
    )
    assert Statement.objects.get().lines.get(placement=scene.anna).hours == 140


def test_statement_returned_is_completed_and_keeps_the_day_it_first_came(scene: Scene, at: datetime) -> None:
    sent = making.statement(scene.award, scene.cast.builder, JUNE, hours=scene.hours(anna=410))
    statements.return_for_correction(
        statement=sent, comment=" 410 h ou 140 h ? ", by=scene.cast.facilitator, at=at
    )
    assert (sent.status, sent.comment) == (StatementStatus.RETURNED, "410 h ou 140 h ?")
    (again,) = statements.declare(sheets=[filled(scene, anna=140)], by=scene.cast.contractor, at=at)
    assert (again.pk, again.status, again.comment) == (sent.pk, StatementStatus.SUBMITTED, "")
    assert again.received_on == date(2025, 7, 5)
    assert again.lines.get(placement=scene.anna).hours == 140
    assert [event.code for event in events(again)] == [
        "statement.submitted",
        "statement.returned",
        "statement.submitted",
    ]


def test_return_says_what_to_correct(scene: Scene, at: datetime) -> None:
    sent = making.statement(scene.award, scene.cast.builder, JUNE, hours=scene.hours(anna=410))
    with pytest.raises(Refused) as refused:
        statements.return_for_correction(statement=sent, comment="  ", by=scene.cast.facilitator, at=at)
    assert (refused.value.code, refused.value.field) == ("comment_missing", "comment")


def test_correction_after_validation_replaces_what_was_counted(scene: Scene, at: datetime) -> None:
    """DOMAIN.md 12.7 case 25: new version, old kept, aggregates use the last validated."""
    first = making.validated(scene.award, scene.cast.builder, JUNE, hours=scene.hours(anna=140, bruno=70))
    making.validated(scene.award, scene.cast.etti, JUNE, hours={scene.temp: Decimal(100)})
    new = statements.correct(statement=first, by=scene.cast.contractor, at=at)
    assert (new.version, new.status, new.due_on) == (2, StatementStatus.DRAFT, first.due_on)
    assert {line.placement_id: line.hours for line in new.lines.all()} == {
        scene.anna.pk: 140,
        scene.bruno.pk: 70,
    }
    (sent,) = statements.declare(sheets=[filled(scene, anna=133, bruno=70)], by=scene.cast.contractor, at=at)
    assert (sent.pk, counted(scene)) == (new.pk, Decimal(310))
    validation.validate(statements=[sent], by=scene.cast.facilitator, at=at)
    assert counted(scene) == Decimal(303)
    entries = HourEntry.objects.filter(award=scene.award).order_by("seq").values_list("counted", flat=True)
    assert list(entries) == [140, 70, 100, -140, -70, 133, 70]
    first.refresh_from_db()
    assert first.status == StatementStatus.VALIDATED
    assert list(ledger.verify()) == []


def test_second_correction_reverses_the_first(scene: Scene, at: datetime) -> None:
    last = making.validated(scene.award, scene.cast.builder, JUNE, hours=scene.hours(anna=140))
    for worked in (133, 126):
        statements.correct(statement=last, by=scene.cast.facilitator, at=at)
        (sent,) = statements.declare(sheets=[filled(scene, anna=worked)], by=scene.cast.contractor, at=at)
        (last,) = validation.validate(statements=[sent], by=scene.cast.facilitator, at=at)
        assert counted(scene) == worked
    assert last.version == 3


def test_one_correction_at_a_time(scene: Scene, at: datetime) -> None:
    sent = making.statement(scene.award, scene.cast.builder, JUNE, hours=scene.hours(anna=140))
    with pytest.raises(Refused, match="à contrôler"):
        statements.correct(statement=sent, by=scene.cast.contractor, at=at)
    validation.validate(statements=[sent], by=scene.cast.facilitator, at=at)
    statements.correct(statement=sent, by=scene.cast.contractor, at=at)
    with pytest.raises(Refused) as refused:
        statements.correct(statement=sent, by=scene.cast.contractor, at=at)
    assert refused.value.code == "correction_open"


def test_correction_opened_by_mistake_is_abandoned(scene: Scene, at: datetime) -> None:
    """Nothing that counts changes, the story keeps what happened, and the month can be corrected again."""
    first = making.validated(scene.award, scene.cast.builder, JUNE, hours=scene.hours(anna=140))
    draft = statements.correct(statement=first, by=scene.cast.contractor, at=at)
    assert statements.abandon(statement=draft, by=scene.cast.contractor, at=at) == first
    assert list(Statement.objects.filter(month=JUNE)) == [first]
    assert counted(scene) == 140
    told = AuditEvent.objects.filter(code="statement.correction_abandoned").get()
    assert reference(first) in told.subjects
    assert statements.correct(statement=first, by=scene.cast.facilitator, at=at).version == 2


def test_only_a_correction_that_was_never_sent_is_abandoned(scene: Scene, at: datetime) -> None:
    by = scene.cast.contractor
    first = making.statement(scene.award, scene.cast.builder, JUNE, hours=scene.hours(anna=140))
    Statement.objects.filter(pk=first.pk).update(status=StatementStatus.DRAFT)
    kept = [first]
    with pytest.raises(Refused) as never_sent:
        statements.abandon(statement=first, by=by, at=at)
    Statement.objects.filter(pk=first.pk).update(status=StatementStatus.SUBMITTED)
    validation.validate(statements=[first], by=scene.cast.facilitator, at=at)
    kept.append(statements.correct(statement=first, by=by, at=at))
    with pytest.raises(Refused) as counts:
        statements.abandon(statement=first, by=by, at=at)
    statements.declare(sheets=[filled(scene, anna=133)], by=by, at=at)
    with pytest.raises(Refused) as sent:
        statements.abandon(statement=kept[1], by=by, at=at)
    refusals = {never_sent.value.code, counts.value.code, sent.value.code}
    assert refusals == {"not_an_open_correction"}
    assert set(Statement.objects.filter(month=JUNE)) == set(kept)


@pytest.mark.parametrize("name", ["employer", "other_contractor", "buyer"])
def test_only_the_declarant_and_the_facilitator_abandon(scene: Scene, at: datetime, name: str) -> None:
    sent = making.validated(scene.award, scene.cast.builder, JUNE, hours=scene.hours(anna=140))
    draft = statements.correct(statement=sent, by=scene.cast.contractor, at=at)
    with pytest.raises(Refused) as refused:
        statements.abandon(statement=draft, by=getattr(scene.cast, name), at=at)
    assert refused.value.code == "not_permitted"


@pytest.mark.parametrize("name", ["employer", "other_contractor", "buyer"])
def test_only_the_declarant_and_the_facilitator_correct(scene: Scene, at: datetime, name: str) -> None:
    sent = making.validated(scene.award, scene.cast.builder, JUNE, hours=scene.hours(anna=140))
    with pytest.raises(Refused) as refused:
        statements.correct(statement=sent, by=getattr(scene.cast, name), at=at)
    assert refused.value.code == "not_permitted"


def test_validation_counts_what_is_right_and_tells_the_rest(scene: Scene, at: datetime) -> None:
    EligibilityCheck.objects.filter(pk=scene.bruno.check_of_id).update(
        status=CheckStatus.REFUSED, refusals=["NO_CRITERION"]
    )
    sent = making.statement(scene.award, scene.cast.builder, JUNE, hours=scene.hours(anna="182.01", bruno=70))
    (done,) = validation.validate(statements=[sent], by=scene.cast.facilitator, at=at)
    assert (done.status, done.reviewed_by) == (StatementStatus.VALIDATED, "Nadia PLIE Nord, PLIE Nord")
    right, wrong = sent.lines.order_by("placement")
    assert (right.outcome, right.counted) == (LineOutcome.COUNTED, Decimal("182.01"))
    assert right.warnings == [Finding.MONTHLY_MAX, Finding.PART_TIME_EXCESS]
    assert (wrong.outcome, wrong.counted) == (LineOutcome.REJECTED, Decimal(0))
    assert wrong.rejections == [Finding.BENEFICIARY_NOT_ELIGIBLE]
    event = events(sent)[-1]
    assert (event.code, event.data["hours"], event.data["counted"]) == (
        "statement.validated",
        "252,01",
        "182,01",
    )
    entry = HourEntry.objects.get()
    assert (entry.worked_from, entry.worked_to) == (date(2025, 6, 1), date(2025, 6, 30))
    assert (entry.recorded_by, entry.recorded_at) == (scene.cast.facilitator.membership_id, at)


def test_two_half_posts_at_the_same_hours_in_two_companies_both_count(scene: Scene, at: datetime) -> None:
    other = beneficiaries.placement(
        scene.award, scene.anna.check_of, employer=scene.cast.painter, hired_on=date(2025, 6, 1)
    )
    making.validated(scene.award, scene.cast.builder, JUNE, hours=scene.hours(anna=70))
    making.validated(scene.award, scene.cast.painter, JUNE, hours={other: Decimal(70)})
    assert counted(scene) == 140


def test_same_hours_on_two_lots_count_once(scene: Scene, at: datetime) -> None:
    """DOMAIN.md 12.7 case 20, both statements being validated together."""
    double = beneficiaries.placement(scene.second, scene.anna.check_of, employer=scene.cast.builder)
    sent = [
        making.statement(scene.award, scene.cast.builder, JUNE, hours=scene.hours(anna=70)),
        making.statement(scene.second, scene.cast.builder, JUNE, hours={double: Decimal(70)}),
    ]
    validation.validate(statements=sent, by=scene.cast.facilitator, at=at)
    line = sent[1].lines.get()
    assert line.rejections == [Finding.DUPLICATE_HOURS]
    assert HourEntry.objects.count() == 1


def test_merged_person_has_one_history(scene: Scene, at: datetime) -> None:
    person = scene.temp.person
    person.merged_into = scene.anna.person
    person.save()
    making.validated(scene.award, scene.cast.builder, JUNE, hours=scene.hours(anna=150))
    sent = making.validated(scene.award, scene.cast.etti, JUNE, hours={scene.temp: Decimal(60)})
    assert sent.lines.get().rejections == [Finding.MONTHLY_MAX]


def test_hours_stop_counting_after_the_window_and_start_again_with_a_new_check(
    scene: Scene, at: datetime
) -> None:
    Tender.objects.update(ends_on=date(2028, 12, 31))
    making.validated(scene.award, scene.cast.builder, date(2025, 4, 1), hours={scene.anna: Decimal(7)})
    late = making.validated(scene.award, scene.cast.builder, date(2027, 4, 1), hours=scene.hours(anna=7))
    assert late.lines.get(placement=scene.anna).rejections == [Finding.OUT_OF_COUNTING_WINDOW]
    beneficiaries.validated_check(scene.anna.dossier, reference_date=date(2027, 5, 1))
    again = making.validated(scene.award, scene.cast.builder, date(2027, 5, 1), hours=scene.hours(anna=7))
    assert again.lines.get(placement=scene.anna).outcome == LineOutcome.COUNTED


def test_clean_statements_are_validated_together_and_the_others_wait(scene: Scene, at: datetime) -> None:
    clean = making.statement(scene.award, scene.cast.builder, JULY, hours=scene.hours(anna=140, bruno=100))
    high = making.statement(scene.award, scene.cast.builder, JUNE, hours=scene.hours(anna=190))
    done = validation.validate_clean(statements=[high, clean], by=scene.cast.facilitator, at=at)
    assert done == [clean]
    high.refresh_from_db()
    assert high.status == StatementStatus.SUBMITTED
    assert counted(scene) == 240


def test_validation_costs_the_same_queries_for_one_or_many(scene: Scene, at: datetime) -> None:
    def queries(months: list[int]) -> int:
        sent = [
            making.statement(
                scene.award, scene.cast.builder, date(2025, month, 1), hours={scene.anna: Decimal(7)}
            )
            for month in months
        ]
        with CaptureQueriesContext(connection) as captured:
            validation.validate(statements=sent, by=scene.cast.facilitator, at=at)
        return len(captured) - len(months)  # the parameters of each month

    assert queries([4]) == queries([5, 6, 7, 8, 9])


def act(action: StatementAction, statement: Statement, scene: Scene, at: datetime) -> None:
    match action:
        case StatementAction.SUBMIT:
            statements.declare(sheets=[filled(scene, anna=140)], by=scene.cast.contractor, at=at)
        case StatementAction.RETURN:
            statements.return_for_correction(
                statement=statement, comment="À revoir", by=scene.cast.facilitator, at=at
            )
        case StatementAction.VALIDATE:
            validation.validate(statements=[statement], by=scene.cast.facilitator, at=at)


@pytest.mark.parametrize("status", StatementStatus)
@pytest.mark.parametrize("action", StatementAction)
def test_action_is_possible_from_the_states_of_the_table_only(
    scene: Scene, at: datetime, status: StatementStatus, action: StatementAction
) -> None:
    statement = making.statement(scene.award, scene.cast.builder, JUNE, hours=scene.hours(anna=140))
    Statement.objects.filter(pk=statement.pk).update(status=status, reviewed_at=at, reviewed_by="Nadia")
    transition = STATEMENT[action]
    if status in transition.sources:
        act(action, statement, scene, at)
        statement.refresh_from_db()
        assert statement.status == transition.target
    else:
        with pytest.raises(Refused):
            act(action, statement, scene, at)
        assert not HourEntry.objects.exists()


@pytest.mark.parametrize("name", ["contractor", "employer", "buyer", "coordinator", "signatory"])
@pytest.mark.parametrize("action", [StatementAction.VALIDATE, StatementAction.RETURN])
def test_only_a_facilitator_controls(scene: Scene, at: datetime, action: StatementAction, name: str) -> None:
    sent = making.statement(scene.award, scene.cast.builder, JUNE, hours=scene.hours(anna=140))
    by = getattr(scene.cast, name)
    acts: dict[StatementAction, Callable[[], object]] = {
        StatementAction.VALIDATE: lambda: validation.validate(statements=[sent], by=by, at=at),
        StatementAction.RETURN: lambda: statements.return_for_correction(
            statement=sent, comment="À revoir", by=by, at=at
        ),
    }
    with pytest.raises(Refused) as refused:
        acts[action]()
    assert refused.value.code == "not_permitted"

"""Lists of lots: the same words in SQL as in the rules, the worst first, the same number of queries."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from beneficiaries.placements.models import Placement
from clauses.obligations.actions import life, plans
from clauses.obligations.rules.plans import months_of
from clauses.obligations.selectors.plans import owed_on_lot
from clauses.procurement.choices import AmendmentKind, TenderStatus
from clauses.procurement.models import Award, Lot, Tender
from inclusiv.core.actors import Role
from inclusiv.core.periods import PARIS
from inclusiv.demo.make import beneficiaries, clauses
from inclusiv.records.actions import audit
from inclusiv.records.actions.exchanges import note
from inclusiv.records.choices import ExchangeKind
from inclusiv.records.models import reference
from reporting.followup import rules
from reporting.followup.choices import Standing
from reporting.followup.selectors.standings import (
    WORST_FIRST,
    LotRow,
    commitment,
    last_news_on,
    matching,
    today,
    with_standing,
)
from reporting.followup.selectors.totals import totals
from tests.conftest import Cast
from tests.reporting.made import School, declared, reversed_entry, school, validated

pytestmark = pytest.mark.django_db

ON_29_OCTOBER = date(2025, 10, 29)
"""The day from which September is judged."""


def rows(cast: Cast, on: date) -> list[LotRow]:
    lots = Lot.objects.visible_to(cast.buyer)
    return list(with_standing(lots, actor=cast.buyer, day=today(on)).order_by(*WORST_FIRST))


def test_golden_lot_reads_as_the_rules_say(cast: Cast) -> None:
    school(cast, until=9)
    lot_1 = next(row for row in rows(cast, ON_29_OCTOBER) if row.number == 1)
    assert (lot_1.owed, lot_1.done, lot_1.pending) == (Decimal(1890), Decimal(1302), None)
    assert lot_1.expected == Decimal("1443.96")
    assert lot_1.standing == Standing.ON_TRACK
    assert lot_1.lead == cast.builder.name


def test_every_standing_in_sql_is_the_one_of_the_rules(cast: Cast) -> None:
    school(cast, until=6)
    met = set()
    for days in range(0, 300, 7):
        day = today(date(2025, 3, 1) + timedelta(days=days))
        for row in with_standing(Lot.objects.visible_to(cast.buyer), actor=cast.buyer, day=day):
            owing = commitment(row, day)
            assert owing is not None
            finished = day.on > owing.ends_on
            said = rules.standing(owing, on=day.judged_on, finished=finished, limits=day.limits)
            assert (row.standing, row.expected) == (said, rules.expected(owing, on=day.judged_on))
            met.add(said)
    assert met == {Standing.ACTION, Standing.CATCH_UP, Standing.ON_TRACK, Standing.TO_DECIDE}


def plan_of(cast: Cast, award: Award, *, first: int) -> None:
    """Agree on a plan of lot 2 that gives so many hours to its first two months, the rest to the last one."""
    months = months_of(date(2025, 3, 24), date(2025, 11, 28))
    owed = owed_on_lot(award.lot)
    hours = {months[0].starts_on: Decimal(first), months[1].starts_on: Decimal(first)}
    hours[months[-1].starts_on] = owed - 2 * first
    plan = plans.propose(
        award=award, hours=hours, by=clauses.acting_for(award.lead, Role.CONTRACTOR), at=clauses.noon(AGREED)
    )
    plans.decide(plan=plan, is_agreed=True, by=cast.facilitator, at=clauses.noon(AGREED))


AGREED = date(2025, 4, 20)


def test_agreed_plans_and_suspensions_bend_the_line_in_sql_as_in_the_rules(cast: Cast) -> None:
    made = school(cast, until=6)
    lot_1, lot_2 = Award.objects.with_story().filter(lot__tender=made.tender).order_by("lot__number")
    plan_of(cast, lot_1, first=100)
    plan_of(cast, lot_2, first=20)
    life.amend(
        tender=made.tender,
        kind=AmendmentKind.AMOUNT,
        notified_on=date(2025, 7, 21),
        changes=[life.LotChange(lot=lot_2.lot, hours=Decimal(30))],
        by=cast.buyer,
        at=clauses.noon(date(2025, 7, 21)),
    )
    stopped = clauses.tender(buyer=cast.commune, structure=cast.structure, reference="2025-077")
    clauses.award(clauses.lot(stopped), (cast.builder, Decimal(1)))
    clauses.notify(stopped, notified_on=date(2025, 3, 10))
    for first, resumed in ((date(2025, 4, 7), date(2025, 5, 5)), (date(2025, 7, 14), date(2025, 8, 1))):
        life.suspend(tender=stopped, starts_on=first, reason="Réseaux", by=cast.buyer, at=clauses.noon(first))
        life.resume(
            tender=stopped,
            resumed_on=resumed,
            ends_on=stopped.ends_on or resumed,
            by=cast.buyer,
            at=clauses.noon(resumed),
        )
    compared = 0
    for days in range(0, 290, 9):
        day = today(date(2025, 3, 20) + timedelta(days=days))
        for row in with_standing(Lot.objects.visible_to(cast.buyer), actor=cast.buyer, day=day):
            owing = commitment(row, day)
            assert owing is not None
            said = rules.standing(owing, on=day.judged_on, finished=day.on > owing.ends_on, limits=day.limits)
            assert (row.expected, row.standing) == (rules.expected(owing, on=day.judged_on), said)
            compared += bool(owing.plan) + bool(owing.stops)
    assert compared == 3 * 33


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        (TenderStatus.PUBLISHED, Standing.UPCOMING),
        (TenderStatus.SUSPENDED, Standing.UPCOMING),
        (TenderStatus.NOTIFIED, Standing.CATCH_UP),
        (TenderStatus.COMPLETED, Standing.TO_DECIDE),
        (TenderStatus.CLOSED, Standing.TO_DECIDE),
        (TenderStatus.TERMINATED, Standing.TO_DECIDE),
    ],
)
def test_standing_follows_the_tender(cast: Cast, status: TenderStatus, standing: Standing) -> None:
    made = school(cast, until=9)
    Tender.objects.filter(pk=made.tender.pk).update(status=status)
    assert {row.number: row.standing for row in rows(cast, ON_29_OCTOBER)}[2] == standing


def test_lot_before_its_notification_owes_nothing_yet(cast: Cast) -> None:
    clauses.lot(clauses.tender(buyer=cast.commune, structure=cast.structure))
    (row,) = rows(cast, ON_29_OCTOBER)
    assert (row.owed, row.done, row.expected, row.standing) == (None, Decimal(0), None, Standing.UPCOMING)
    assert commitment(row, today(ON_29_OCTOBER)) is None


def test_worst_comes_first(cast: Cast) -> None:
    made = school(cast, until=9)
    assert [(row.number, row.standing) for row in rows(cast, ON_29_OCTOBER)] == [
        (2, Standing.CATCH_UP),  # 203 h for 282.68 expected
        (1, Standing.ON_TRACK),
    ]
    Tender.objects.filter(pk=made.tender.pk).update(status=TenderStatus.CLOSED)
    behind = clauses.tender(buyer=cast.commune, structure=cast.structure, reference="2025-099")
    clauses.award(clauses.lot(behind), (cast.builder, Decimal(1)))
    clauses.notify(behind, notified_on=date(2025, 3, 10))
    assert [(row.tender.reference, row.standing) for row in rows(cast, ON_29_OCTOBER)] == [
        ("2025-099", Standing.ACTION),
        ("2025-014", Standing.TO_DECIDE),
        ("2025-014", Standing.TO_DECIDE),
    ]


def test_corrections_and_unvalidated_hours_are_told_apart(cast: Cast) -> None:
    made = school(cast, until=8)
    declared(made.placements["P1"], date(2025, 9, 1), "147")
    taken_back = validated(made.placements["P2"], date(2025, 9, 1), "126")
    reversed_entry(taken_back)
    lot_1 = next(row for row in rows(cast, ON_29_OCTOBER) if row.number == 1)
    assert (lot_1.done, lot_1.pending) == (Decimal("917.00"), Decimal("147.00"))


def test_last_news_is_the_latest_of_events_exchanges_and_statements(cast: Cast, at: datetime) -> None:
    made = school(cast, until=8)
    assert {last_news_on(row) for row in rows(cast, ON_29_OCTOBER)} == {date(2025, 10, 6)}
    late_evening = datetime(2025, 10, 13, 22, 30, tzinfo=PARIS)
    audit.record(code="x", subjects=[made.tender], by=cast.facilitator, at=late_evening)
    assert {last_news_on(row) for row in rows(cast, ON_29_OCTOBER)} == {date(2025, 10, 13)}
    said = {
        "kind": ExchangeKind.CALL,
        "text": "Rappeler",
        "next_on": None,
        "subjects": [reference(made.tender)],
    }
    note(happened_on=date(2025, 10, 14), by=cast.facilitator, at=at, **said)  # type: ignore[arg-type]  # one dict, many types
    assert {last_news_on(row) for row in rows(cast, ON_29_OCTOBER)} == {date(2025, 10, 13)}
    note(happened_on=date(2025, 10, 14), by=cast.buyer, at=at, **said)  # type: ignore[arg-type]  # same
    assert {last_news_on(row) for row in rows(cast, ON_29_OCTOBER)} == {date(2025, 10, 14)}


def test_people_in_post_are_counted_on_the_day(cast: Cast) -> None:
    school(cast)
    by_lot = {row.number: row.in_post for row in rows(cast, date(2025, 9, 15))}
    assert by_lot == {1: 3, 2: 3}
    assert {row.number: row.in_post for row in rows(cast, date(2025, 4, 15))} == {1: 1, 2: None}


def test_search_finds_a_lot_as_people_write_it(cast: Cast) -> None:
    school(cast, until=4)
    lots = with_standing(Lot.objects.visible_to(cast.buyer), actor=cast.buyer, day=today(ON_29_OCTOBER))
    for text in ("ecole jean", "2025-014", "vrd et espaces", "VALMONT", "couleurs"):
        assert 2 in {row.number for row in matching(lots, text)}, text
    assert not matching(lots, "introuvable")


def test_list_costs_one_query_for_one_row_or_many(cast: Cast) -> None:
    day = today(ON_29_OCTOBER)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            found = list(with_standing(Lot.objects.visible_to(cast.buyer), actor=cast.buyer, day=day))
            assert all(row.tender.buyer.name and row.tender.structure.name for row in found)
        return len(captured)

    one_tender(cast, 1)
    assert queries() == 1
    for number in range(2, 41):
        one_tender(cast, number)
    assert queries() == 1


def one_tender(cast: Cast, number: int) -> None:
    made = clauses.tender(buyer=cast.commune, structure=cast.structure, reference=f"T-{number}")
    clauses.award(clauses.lot(made), (cast.builder, Decimal(1)))
    clauses.notify(made, notified_on=date(2025, 3, 10))


def test_foot_adds_up_what_one_sees(cast: Cast) -> None:
    made = school(cast)
    reversed_entry(validated(alone(cast, made), date(2025, 10, 1), "12"))
    one_tender(cast, 1)
    seen = totals(
        Lot.objects.visible_to(cast.buyer), actor=cast.buyer, on=date(2025, 10, 29), people_told_from=20
    )
    assert (seen.tenders, seen.owed, seen.done) == (2, Decimal("4150.00"), Decimal("2194.50"))
    assert (seen.people, seen.rsa) == (7, 1)
    assert (
        totals(
            Lot.objects.visible_to(cast.other_buyer),
            actor=cast.other_buyer,
            on=date(2025, 10, 29),
            people_told_from=20,
        ).people
        == 0
    )


def alone(cast: Cast, made: School) -> Placement:
    """Put to work somebody else, under lot 1."""
    dossier = beneficiaries.dossier(cast.structure, first_name="Neuf")
    check = beneficiaries.validated_check(dossier, reference_date=date(2025, 10, 1))
    return beneficiaries.placement(made.lot_1, check, employer=cast.builder)


def test_merged_person_counts_once(cast: Cast) -> None:
    made = school(cast)
    kept, merged = made.placements["P1"].person, made.placements["P2"].person
    merged.merged_into = kept
    merged.save()
    assert (
        totals(
            Lot.objects.visible_to(cast.buyer), actor=cast.buyer, on=date(2025, 10, 29), people_told_from=20
        ).people
        == 6
    )

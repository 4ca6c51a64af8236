"""The indicators of a year, against the worked example (DOMAIN.md 12) and against SQL written by hand."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inclusiv.accounts.choices import BuyerKind
from inclusiv.accounts.models import Organisation
from inclusiv.core.periods import PARIS
from inclusiv.demo.make import beneficiaries, clauses
from reporting.figures.rules import outcomes
from reporting.figures.selectors.annual import Perimeter, annual
from tests.conftest import Cast
from tests.reporting.made import School, declared, reversed_entry, school, validated

pytestmark = pytest.mark.django_db

LATER = datetime(2026, 3, 1, 12, tzinfo=PARIS)
YEAR = Perimeter(year=2025, department="91", cut_off=LATER)


def test_worked_example_gives_its_indicators(cast: Cast) -> None:
    school(cast)
    found = annual(YEAR)
    assert found.months[3:11] == tuple(
        Decimal(hours)
        for hours in ("133.00", "203.00", "252.00", "357.00", "70.00", "490.00", "469.50", "220.00")
    )
    assert (found.hours, found.owed) == (Decimal("2194.50"), Decimal("2260.00"))
    assert (found.people.total, found.people.women, found.people.rsa) == (7, 3, 1)
    assert (found.people.young, found.people.senior, found.people.long_term) == (1, 1, 1)
    assert (found.placements, found.training) == (7, Decimal("112.00"))
    assert (found.tenders, found.tenders_notified, found.buyers, found.contractors) == (1, 1, 1, 3)
    assert found.modalities == {
        "DIRECT_HIRE_CDD": Decimal("875.00"),
        "SECONDMENT_ETTI": Decimal("616.00"),
        "APPRENTICESHIP": Decimal("322.00"),
        "SUBCONTRACT_ACI": Decimal("266.00"),
        "SECONDMENT_AI": Decimal("115.50"),
    }
    assert sum(row.hours for row in found.inclusive) == Decimal("997.50")
    assert [(row.kind, row.structures) for row in found.inclusive] == [("ETTI", 1), ("ACI", 1), ("AI", 1)]
    assert (found.ended.kept, found.ended.nearly, found.ended.far) == (1, 1, 0)  # 103.11 %, 95.93 %


def test_nearly_all_the_hours_is_not_all_of_them() -> None:
    sorted_out = outcomes(
        [(Decimal(100_000), Decimal(99_996)), (Decimal(10), Decimal(10)), (Decimal(0), Decimal(0))]
    )
    assert (sorted_out.kept, sorted_out.nearly, sorted_out.far) == (2, 1, 0)


def test_groups_of_buyers_follow_the_order_of_the_report(cast: Cast) -> None:
    school(cast)
    landlord(cast)
    groups = annual(YEAR).groups
    assert [(group.label, group.tenders, group.owed, group.validated, group.people) for group in groups] == [
        ("Communes et leurs établissements", 1, Decimal("2260.00"), Decimal("2194.50"), 7),
        ("Bailleurs sociaux", 1, Decimal("1890.00"), Decimal("10.00"), 1),
    ]


def landlord(cast: Cast) -> None:
    """Make a social landlord's tender where somebody worked ten hours in October."""
    Organisation.objects.filter(pk=cast.other_commune.pk).update(buyer_kind=BuyerKind.SOCIAL_LANDLORD)
    tender = clauses.tender(buyer=cast.other_commune, structure=cast.other_structure, reference="B-1")
    award = clauses.award(clauses.lot(tender), (cast.painter, Decimal(1)))
    clauses.notify(tender, notified_on=date(2025, 3, 10))
    check = beneficiaries.validated_check(
        beneficiaries.dossier(cast.other_structure, first_name="Neuf"), reference_date=date(2025, 10, 1)
    )
    validated(beneficiaries.placement(award, check, employer=cast.painter), date(2025, 10, 1), "10")


def test_perimeter_is_a_structure_a_departement_and_a_year(cast: Cast) -> None:
    school(cast)
    landlord(cast)
    assert annual(replace(YEAR, structure_id=cast.structure.pk)).hours == Decimal("2194.50")
    assert annual(replace(YEAR, structure_id=cast.other_structure.pk)).hours == Decimal("10.00")
    assert annual(replace(YEAR, department="92")).hours == 0
    assert annual(replace(YEAR, year=2024)).people.total == 0


def test_what_is_written_after_the_cut_off_changes_nothing(cast: Cast) -> None:
    made = school(cast, until=8)
    early = Perimeter(year=2025, department="91", cut_off=datetime(2025, 9, 30, 12, tzinfo=PARIS))
    before = annual(early)
    reversed_entry(validated(made.placements["P2"], date(2025, 9, 1), "126", sent_on=date(2025, 10, 12)))
    validated(made.placements["P1"], date(2025, 9, 1), "147", sent_on=date(2025, 10, 12))
    assert annual(early) == before
    assert annual(YEAR).hours == before.hours + 147


def test_obligation_is_prorated_by_days_of_execution(cast: Cast) -> None:
    tender = clauses.tender(
        buyer=cast.commune,
        structure=cast.structure,
        starts_on=date(2025, 12, 2),
        ends_on=date(2026, 1, 30),
    )
    clauses.award(clauses.lot(tender), (cast.builder, Decimal(1)))
    clauses.notify(tender, notified_on=date(2025, 11, 20))
    assert annual(YEAR).owed == Decimal("945.00")  # 30 days of 60
    assert annual(replace(YEAR, year=2026)).owed == Decimal("945.00")
    assert annual(replace(YEAR, year=2026)).tenders_notified == 0


def test_statements_on_time_are_counted_from_the_placements(cast: Cast) -> None:
    made = school(cast)
    told = annual(YEAR).control
    assert (told.expected, told.on_time) == (25, 21)
    assert expected_by_hand() == 25
    assert (told.unvalidated_hours, told.unvalidated_statements) == (Decimal(0), 0)
    declared(made.placements["P5a"], date(2025, 8, 1), "14")
    later = annual(YEAR).control
    assert (later.unvalidated_hours, later.unvalidated_statements) == (Decimal("14.00"), 1)


def expected_by_hand() -> int:
    """Count the months with somebody in post, by award and declarant."""
    return int(
        one(
            """
            SELECT count(DISTINCT (p.award_id, p.declarant_id, m)) FROM placements_placement p
            JOIN procurement_award a ON a.id = p.award_id JOIN procurement_lot l ON l.id = a.lot_id
            JOIN procurement_tender t ON t.id = l.tender_id,
            generate_series(date_trunc('month', greatest(p.hired_on, t.starts_on)::timestamp),
                            least(p.ended_on, t.ends_on), '1 month') m
            """
        )
    )


def one(sql: str) -> Decimal | int:
    """Return the only value of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        value: Decimal | int = cursor.fetchone()[0]
    return value


HOURS = "SELECT sum(counted) FROM hours_hourentry WHERE month BETWEEN '2025-01-01' AND '2025-12-01'"
PEOPLE = """
    SELECT count(*) FROM (
        SELECT coalesce(person.merged_into_id, person.id) FROM hours_hourentry entry
        JOIN placements_placement placement ON placement.id = entry.placement_id
        JOIN people_person person ON person.id = placement.person_id
        JOIN people_eligibilityfacts facts ON facts.check_of_id = placement.check_of_id
        WHERE entry.month BETWEEN '2025-01-01' AND '2025-12-01' AND {}
        GROUP BY 1 HAVING sum(entry.counted) >= 0.01
    ) AS counted
"""


def test_figures_are_those_of_plain_sql(cast: Cast) -> None:
    made = school(cast)
    landlord(cast)
    reversed_entry(validated(made.placements["P5a"], date(2025, 8, 1), "14"))
    merged = made.placements["P5b"].person
    merged.merged_into = made.placements["P5c"].person
    merged.save()
    found = annual(YEAR)
    assert found.hours == one(HOURS)
    assert found.people.total == one(PEOPLE.format("true"))
    assert found.people.rsa == one(PEOPLE.format("'RSA' = ANY(facts.criteria)"))
    assert found.people.women == one(PEOPLE.format("facts.sex = 'F'"))
    assert found.people.senior == one(PEOPLE.format("facts.age >= 50"))
    assert sum(group.validated for group in found.groups) == found.hours == sum(found.modalities.values())


def test_figures_cost_the_same_queries_for_a_little_or_a_lot(cast: Cast) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            annual(YEAR)
        return len(captured)

    made: School = school(cast, until=11)
    before = queries()
    landlord(cast)
    for number in range(5):
        dossier = beneficiaries.dossier(cast.structure, first_name=f"Plus {number}")
        check = beneficiaries.validated_check(dossier, reference_date=date(2025, 9, 1))
        beneficiaries.placement(made.lot_1, check, employer=cast.builder)
    assert queries() == before

"""A tender's hours, lot by lot (DOMAIN.md 12.4)."""

from datetime import date
from decimal import Decimal

import pytest

from clauses.procurement.models import Lot, Tender
from inclusiv.demo.make import clauses
from reporting.followup.selectors.hours import LotHours, lots_of
from reporting.followup.selectors.standings import today
from tests.conftest import Cast
from tests.reporting.made import declared, school

pytestmark = pytest.mark.django_db


def read(cast: Cast, tender: Tender, on: date = date(2026, 1, 15)) -> list[LotHours]:
    return lots_of(tender, actor=cast.buyer, day=today(on))


def test_months_are_those_of_the_worked_example(cast: Cast) -> None:
    lot_1, lot_2 = read(cast, school(cast).tender)
    assert [str(month.validated) for month in lot_1.months] == [
        "0.00", "133.00", "203.00", "252.00", "259.00", "70.00", "385.00", "357.00", "154.00",
    ]  # fmt: skip
    assert [month.month.month for month in lot_1.months] == list(range(3, 12))
    assert sum(month.training for month in lot_1.months) == Decimal("112.00")
    assert (lot_1.months[-1].running, lot_2.months[-1].running) == (Decimal("1813.00"), Decimal("381.50"))


def test_group_is_told_member_by_member(cast: Cast) -> None:
    lot_1, lot_2 = read(cast, school(cast).tender)
    assert [(one.name, one.is_lead, one.owed, one.done) for one in lot_1.companies] == [
        (cast.builder.name, True, Decimal("1323.00"), Decimal("1491.00")),
        ("Maçonnerie B", False, Decimal("567.00"), Decimal("322.00")),
    ]
    assert [(one.name, one.owed, one.done) for one in lot_2.companies] == [
        (cast.painter.name, Decimal("370.00"), Decimal("115.50")),
        ("Chantier d’insertion", None, Decimal("266.00")),
    ]


def test_people_are_told_by_their_pseudonym_only(cast: Cast) -> None:
    made = school(cast)
    lot_1 = read(cast, made.tender)[0]
    assert [(one.code, one.done) for one in lot_1.placements] == [
        (made.placements["P1"].code, Decimal("875.00")),
        (made.placements["P2"].code, Decimal("616.00")),
        (made.placements["P3"].code, Decimal("322.00")),
    ]


def test_hours_to_check_stand_apart_in_their_month(cast: Cast) -> None:
    made = school(cast, until=8)
    declared(made.placements["P1"], date(2025, 9, 1), "147")
    september = read(cast, made.tender, on=date(2025, 10, 14))[0].months[6]
    assert (september.month, september.pending, september.validated) == (date(2025, 9, 1), Decimal(147), 0)
    assert dict(september.statements) == {"SUBMITTED": 1}


def test_lot_without_a_contractor_has_nothing_to_tell(cast: Cast) -> None:
    tender = clauses.tender(buyer=cast.commune, structure=cast.structure)
    clauses.lot(tender)
    (lot,) = read(cast, tender)
    assert (lot.months, lot.companies, lot.placements) == ([], [], [])


def test_hours_cost_the_same_queries_for_one_lot_or_many(cast: Cast, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]  # pytest-django
    made = school(cast, until=5)
    day = today(date(2025, 10, 14))
    with django_assert_num_queries(8):
        assert len(lots_of(made.tender, actor=cast.buyer, day=day)) == 2
    for number in range(3, 12):
        clauses.award(clauses.lot(made.tender, number=number), (cast.builder, Decimal(1)))
    assert Lot.objects.filter(tender=made.tender).count() == 11
    with django_assert_num_queries(8):
        assert len(lots_of(made.tender, actor=cast.buyer, day=day)) == 11

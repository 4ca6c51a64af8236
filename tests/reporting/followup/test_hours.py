"""A tender's hours, lot by lot (DOMAIN.md 12.4)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clauses.procurement.models import Tender
from inclusiv.demo.make import beneficiaries, clauses
from reporting.followup.selectors.hours import LotHours, lots_of
from reporting.followup.selectors.standings import today
from tests.conftest import Cast
from tests.reporting.made import declared, school, validated

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
    assert (september.month, september.pending, september.validated) == (
        date(2025, 9, 1),
        Decimal(147),
        Decimal(0),
    )
    sent = {due.declarant: due.sent.status for due in september.statements}
    b = made.placements["P3"].declarant_id
    assert sent == {cast.builder.pk: "SUBMITTED", cast.etti.pk: "", b: ""}


def test_lot_without_a_contractor_has_nothing_to_tell(cast: Cast) -> None:
    tender = clauses.tender(buyer=cast.commune, structure=cast.structure)
    clauses.lot(tender)
    (lot,) = read(cast, tender)
    assert (lot.months, lot.companies, lot.placements) == ([], [], [])


def test_hours_cost_the_same_queries_for_one_lot_or_many(cast: Cast) -> None:
    day = today(date(2025, 10, 14))

    def queries(tender: Tender) -> int:
        with CaptureQueriesContext(connection) as captured:
            lots_of(tender, actor=cast.buyer, day=day)
        return len(captured)

    assert queries(with_lots(cast, 1)) == queries(with_lots(cast, 9))


def with_lots(cast: Cast, count: int) -> Tender:
    """Make a notified tender of several lots, somebody at work in each."""
    tender = clauses.tender(buyer=cast.commune, structure=cast.structure, reference=f"L-{count}")
    lots = [clauses.lot(tender, number=number) for number in range(1, count + 1)]
    awards = [clauses.award(lot, (cast.builder, Decimal(1))) for lot in lots]
    clauses.notify(tender, notified_on=date(2025, 3, 10))
    for award in awards:
        check = beneficiaries.validated_check(
            beneficiaries.dossier(cast.structure), reference_date=date(2025, 4, 1)
        )
        placement = beneficiaries.placement(award, check, employer=cast.builder)
        validated(placement, date(2025, 4, 1), "100")
    return tender

"""Which statements are expected, and which are missing (PRACTICE.md 2, DOMAIN.md 6.1 and 12.7)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from beneficiaries.hours.actions import statements
from beneficiaries.hours.selectors.duties import Expected, expected_statements
from beneficiaries.placements.choices import Modality, PlacementStatus
from beneficiaries.placements.models import Placement
from clauses.obligations.choices import ObligationStatus
from clauses.obligations.models import Obligation
from clauses.procurement.models import Award
from inclusiv.demo.make import hours as making
from tests.beneficiaries.hours.conftest import Scene

TODAY = date(2025, 10, 14)


def expected(on: date = TODAY, **options: date | int) -> list[Expected]:
    return expected_statements(Award.objects.all(), on=on, **options)  # type: ignore[arg-type]  # either option


def months(scene: Scene, on: date = TODAY) -> list[tuple[str, int]]:
    """Return the builder's months with the number of people in post."""
    mine = expected(on, declarant=scene.cast.builder.pk)
    return [(f"{one.month:%m}", one.people) for one in mine]


def test_each_month_that_is_over_with_somebody_in_post_expects_one(scene: Scene) -> None:
    assert months(scene) == [("04", 1), ("05", 1), ("06", 2), ("07", 2), ("08", 2), ("09", 2)]
    etti = expected(declarant=scene.cast.etti.pk)
    assert [f"{one.month:%m}" for one in etti] == ["05", "06", "07", "08", "09"]


@pytest.mark.parametrize(("on", "count"), [(date(2025, 5, 31), 1), (date(2025, 6, 1), 2)])
def test_month_is_expected_once_it_is_over(scene: Scene, on: date, count: int) -> None:
    assert len(months(scene, on)) == count


def test_months_without_anyone_in_post_expect_nothing(scene: Scene) -> None:
    Placement.objects.filter(pk=scene.anna.pk).update(ended_on=date(2025, 4, 30))
    assert months(scene) == [("04", 1), ("06", 1), ("07", 1), ("08", 1), ("09", 1)]


def test_months_outside_the_execution_expect_nothing(scene: Scene) -> None:
    tender = scene.award.lot.tender
    tender.starts_on, tender.ends_on = date(2025, 5, 20), date(2025, 7, 2)
    tender.save()
    assert months(scene) == [("05", 1), ("06", 2), ("07", 2)]


def test_cancelled_placements_and_immersions_expect_nothing(scene: Scene) -> None:
    Placement.objects.filter(pk=scene.anna.pk).update(status=PlacementStatus.CANCELLED)
    Placement.objects.filter(pk=scene.bruno.pk).update(modality=Modality.PMSMP)
    assert months(scene) == []


@pytest.mark.parametrize("change", [{"quantity": Decimal(0)}, {"status": ObligationStatus.WAIVED}])
def test_lot_that_owes_nothing_expects_nothing(scene: Scene, change: dict[str, object]) -> None:
    """DOMAIN.md 12.7 case 21: an optional tranche that is not affirmed."""
    Obligation.objects.update(**change)
    assert expected() == []


def test_oldest_due_comes_first_with_its_due_day(scene: Scene) -> None:
    dues = [one.due_on for one in expected()]
    assert dues == sorted(dues)
    assert dues[0] == date(2025, 5, 12)
    assert dues[-1] == date(2025, 10, 13)


def test_statement_sent_on_the_due_day_is_on_time_and_the_next_day_is_not(scene: Scene) -> None:
    due_on = date(2025, 7, 15)
    june = date(2025, 6, 1)
    making.statement(scene.award, scene.cast.builder, june, hours=scene.hours(7, 7), sent_on=due_on)
    making.statement(
        scene.award, scene.cast.etti, june, hours={scene.temp: Decimal(7)}, sent_on=due_on + timedelta(days=1)
    )
    on_time = {one.declarant: one.is_on_time for one in expected() if one.month == june}
    assert on_time == {scene.cast.builder.pk: True, scene.cast.etti.pk: False}


def test_missing_statement_counts_its_days_and_stops_when_it_comes(scene: Scene) -> None:
    (april, *_) = expected()
    assert april.days_late(on=date(2025, 5, 12)) == 0
    assert april.days_late(on=date(2025, 5, 23)) == 11
    assert (april.awaits_declarant, april.is_on_time) == (True, False)
    making.statement(scene.award, scene.cast.builder, april.month, hours={scene.anna: Decimal(133)})
    (april, *_) = expected()
    assert (april.days_late(on=TODAY), april.awaits_declarant, april.is_on_time) == (0, False, True)


def test_correction_awaits_the_declarant_and_is_still_on_time(scene: Scene, at: datetime) -> None:
    done = making.validated(scene.award, scene.cast.builder, date(2025, 4, 1), hours={scene.anna: Decimal(7)})
    new = statements.correct(statement=done, by=scene.cast.facilitator, at=at)
    (april, *_) = expected()
    assert (april.sent.statement, april.awaits_declarant) == (new.pk, True)
    assert (april.is_on_time, april.days_late(on=TODAY)) == (True, 0)


def test_since_leaves_out_the_months_before(scene: Scene) -> None:
    recent = expected(since=date(2025, 9, 1), declarant=scene.cast.builder.pk)
    assert [f"{one.month:%m}" for one in recent] == ["09"]


def test_since_any_day_of_a_month_finds_what_came_for_it(scene: Scene) -> None:
    making.statement(scene.award, scene.cast.builder, date(2025, 9, 1), hours=scene.hours(7, 7))
    (september,) = expected(since=date(2025, 9, 15), declarant=scene.cast.builder.pk)
    assert september.sent.statement is not None


def test_expected_statements_cost_three_queries_whatever_the_months(scene: Scene) -> None:
    with CaptureQueriesContext(connection) as captured:
        found = expected()
    assert len({one.month for one in found}) > 1
    assert len(captured) == 3

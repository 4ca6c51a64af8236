"""Every measure of `make bench` on a small base: both sides give the same, and its ratio can be taken."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from benchmarks.entries import MEASURES, figures, ledger
from benchmarks.ground import Ground, fill
from benchmarks.measures import DifferentThings, Measure, Sides, take
from beneficiaries.hours.models import HourEntry
from inclusiv.core.periods import PARIS

pytestmark = pytest.mark.django_db

AT = datetime(2026, 7, 15, 10, tzinfo=PARIS)


@pytest.fixture
def ground(storage: Path) -> Ground:
    """A base of 600 entries."""
    return fill(entries=600, at=AT)


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
def test_measure_runs_once(measure: Measure, ground: Ground) -> None:
    assert take(measure, ground, rounds=1, seconds=0).ratio > 0


@pytest.mark.parametrize("sides", [ledger.sides, figures.sides], ids=["ledger", "figures"])
def test_comparison_is_of_something(sides: Callable[[Ground], Sides[object]], ground: Ground) -> None:
    """Two empty answers would be the same too."""
    found = sides(ground)
    assert found.told(found.subject()) not in (None, [], ([], 0))


def test_altered_entry_is_seen_by_both_sides_of_the_ledger(ground: Ground, as_owner: None) -> None:
    altered = HourEntry.objects.order_by("pk")[7]
    HourEntry.objects.filter(pk=altered.pk).update(counted=altered.counted / 2)
    sides = ledger.sides(ground)
    assert len(sides.subject()[0]) == len(sides.reference()[0]) == 1
    with pytest.raises(DifferentThings):
        take(ledger.VERIFY, ground)

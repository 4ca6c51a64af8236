"""Canonical bytes: equal records, equal bytes; anything else is refused."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inclusiv.core import canonical
from inclusiv.core.tables import Unit


@dataclass(frozen=True, kw_only=True)
class Part:
    label: str
    hours: Decimal
    unit: Unit = Unit.HOURS


@dataclass(frozen=True, kw_only=True)
class Whole:
    cut_off: datetime
    day: date | None
    count: int
    kept: bool
    parts: tuple[Part, ...]


WHOLE = Whole(
    cut_off=datetime(2027, 1, 31, 23, 30, tzinfo=ZoneInfo("Europe/Paris")),
    day=None,
    count=3,
    kept=True,
    parts=(Part(label="Éts d’été", hours=Decimal("1813.00")),),
)
BYTES = (
    '{"count":3,"cut_off":"2027-01-31T22:30:00+00:00","day":null,"kept":true,'
    '"parts":[{"hours":"1813.00","label":"Éts d’été","unit":"h"}]}'
).encode()


def test_the_bytes_are_sorted_and_compact_with_decimals_as_texts_and_moments_in_utc() -> None:
    assert canonical.dump(WHOLE) == BYTES


def test_a_record_comes_back_as_it_was() -> None:
    assert canonical.load(Whole, BYTES) == WHOLE


@settings(deadline=None)
@given(
    st.builds(
        Whole,
        cut_off=st.datetimes(timezones=st.just(UTC)),
        day=st.none() | st.dates(),
        count=st.integers(),
        kept=st.booleans(),
        parts=st.lists(
            st.builds(
                Part, label=st.text(), hours=st.decimals(allow_nan=False, allow_infinity=False, places=2)
            )
        ).map(tuple),
    )
)
def test_any_record_comes_back_and_gives_the_same_bytes_again(record: Whole) -> None:
    content = canonical.dump(record)
    assert canonical.load(Whole, content) == record
    assert canonical.dump(canonical.load(Whole, content)) == content


def changed(**values: object) -> bytes:
    return json.dumps(json.loads(BYTES) | values).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\xff",
        changed(extra=1),
        changed(count="3"),
        changed(count=True),
        changed(cut_off="hier"),
        changed(parts=[{"label": "x", "hours": "douze", "unit": "h"}]),
        changed(parts=[{"label": "x", "hours": 12, "unit": "h"}]),
        changed(parts=[{"label": "x", "hours": "12", "unit": "jours"}]),
        changed(parts=[{"label": "x"}]),
    ],
)
def test_other_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="not a Whole"):
        canonical.load(Whole, content)


def test_a_value_without_canonical_form_is_refused() -> None:
    with pytest.raises(TypeError, match="no canonical form"):
        canonical.dump(3.14)

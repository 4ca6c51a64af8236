"""A parameter read on several days at once has the value of each day."""

from datetime import date

import pytest

from inclusiv.parameters.choices import ParameterKind
from inclusiv.parameters.models import Parameter
from inclusiv.parameters.selectors import in_force, integers_in_force

CODE = "OF_TEST_ONLY"
LAST_OF_OLD, FIRST_OF_NEW = date(2025, 6, 30), date(2025, 7, 1)


def put(value: str, *, starts_on: date, ends_on: date | None) -> None:
    Parameter.objects.create(
        code=CODE,
        value=value,
        kind=ParameterKind.INTEGER,
        starts_on=starts_on,
        ends_on=ends_on,
        source="test",
    )


@pytest.mark.django_db
def test_each_day_has_its_value_and_one_outside_is_told() -> None:
    put("12", starts_on=date(2025, 1, 1), ends_on=LAST_OF_OLD)
    put("15", starts_on=FIRST_OF_NEW, ends_on=date(2025, 12, 31))
    found = integers_in_force(CODE, days={LAST_OF_OLD, FIRST_OF_NEW})
    assert found == {LAST_OF_OLD: 12, FIRST_OF_NEW: 15}
    assert found == {day: in_force(on=day, codes=(CODE,)).integer(CODE) for day in found}
    assert integers_in_force(CODE, days=set()) == {}
    with pytest.raises(KeyError, match="2026"):
        integers_in_force(CODE, days={FIRST_OF_NEW, date(2026, 1, 1)})

"""A running total against its straight line: true to scale, every label inside and apart."""

from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inclusiv.core.charts import BARS, MUTED, WIDTH
from inclusiv.core.curves import Point, running_total
from tests.core.test_charts import SVG, drawn, extent, number, texts

LABELS = ("1 302 h validées", "1 890 h prévues")
TICKS = [(Decimal(share) / 4, name) for share, name in enumerate(("avr.", "juin", "août", "oct.", "déc."))]


def chart(*points: tuple[str, int], aim: int = 1890) -> ET.Element:
    reached = [Point(at=Decimal(at), value=Decimal(value)) for at, value in points]
    return drawn(
        running_total(reached, aim=Decimal(aim), labels=LABELS, ticks=TICKS, title="Heures du lot 1")
    )


def text_of(root: ET.Element, words: str) -> ET.Element:
    return next(text for text in texts(root) if text.text == words)


def test_line_goes_from_nothing_to_each_point_on_one_scale() -> None:
    root = chart(("0.5", 500), ("1", 1000), aim=1000)
    (line,) = root.iter(f"{SVG}polyline")
    assert line.attrib["points"].split() == ["52,214", "306,122", "560,30"]
    (straight,) = (path for path in root.iter(f"{SVG}path") if path.attrib["stroke"] == MUTED)
    assert straight.attrib["d"] == "M52 214L560 30"


def test_both_ends_and_the_months_are_named() -> None:
    root = chart(("0.75", 1302))
    said = [text.text for text in texts(root)]
    assert {*LABELS, "avr.", "déc.", "2\u202f000"} <= set(said)
    assert text_of(root, LABELS[0]).attrib["fill"] == BARS


def test_before_the_first_hour_only_the_aim_is_drawn() -> None:
    root = chart()
    assert not list(root.iter(f"{SVG}polyline"))
    assert text_of(root, LABELS[1]) is not None


def test_nothing_to_aim_at_is_refused() -> None:
    with pytest.raises(ValueError, match="aim"):
        chart(aim=0)


@given(st.decimals(min_value="0.01", max_value=1, places=2), st.integers(min_value=0, max_value=4000))
def test_labels_stay_inside_and_apart(at: Decimal, value: int) -> None:
    root = chart((str(at), value))
    reached, aimed = (text_of(root, words) for words in LABELS)
    for label in (reached, aimed):
        start, end = extent(label)
        assert start >= 0
        assert end <= WIDTH
    assert number(reached, "y") < 214
    meets = extent(reached)[1] > extent(aimed)[0]
    assert not meets or abs(number(reached, "y") - number(aimed, "y")) >= 13

"""Charts: read aloud, safe under a strict content policy, true to scale, and no label over another mark."""

import re
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree as ET

import fontpkg_source_sans_3
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from inclusiv.core.charts import (
    BARS,
    GROUND,
    MONTHS,
    PREVIOUS,
    WIDTH,
    Bar,
    Series,
    bars_by_month,
    horizontal_bars,
    width,
)

FRENCH = (
    "abcdefghijklmnopqrstuvwxyzàâçéèêëîïôûùœæ ABCDEFGHIJKLMNOPQRSTUVWXYZÉÀ0123456789’-(),;:·%\u00a0\u202f"
)
SVG = "{http://www.w3.org/2000/svg}"
QUANTITIES = st.decimals(min_value=0, max_value=2_000_000, places=2)
YEARS = st.lists(QUANTITIES, min_size=12, max_size=12).map(tuple)
SHARES = st.decimals(min_value=0, max_value=150, places=1)
BARS_OF_ROWS = st.lists(
    st.builds(
        Bar,
        label=st.text(alphabet=FRENCH, min_size=1, max_size=40),
        value=SHARES,
        text=st.sampled_from(["4 %", "43,0 %", "412 380 h pour 400 000 h"]),
        mark=st.none() | SHARES,
    ),
    min_size=1,
    max_size=9,
)


def year(*values: int) -> Series:
    return Series(name="2026", values=tuple(Decimal(value) for value in values))


def letter_widths() -> dict[str, float]:
    """Return the width of each letter of the semi-bold font, in ems."""
    with TTFont(fontpkg_source_sans_3.ROOT / "files" / "SourceSans3[wght].ttf") as font:
        glyphs = font.getGlyphSet(location={"wght": 600})
        return {chr(code): glyphs[name].width / 1000 for code, name in font.getBestCmap().items()}


LETTERS = letter_widths()


def real_width(text: str, size: float) -> float:
    return size * sum(LETTERS[letter] for letter in text)


def drawn(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def texts(root: ET.Element) -> list[ET.Element]:
    return list(root.iter(f"{SVG}text"))


def number(element: ET.Element, name: str) -> float:
    return float(element.attrib[name])


def extent(text: ET.Element) -> tuple[float, float]:
    """Return where a text begins and ends, by the widths of the font."""
    room = real_width(text.text or "", number(text, "font-size"))
    start = number(text, "x") - {"start": 0.0, "middle": room / 2, "end": room}[text.attrib["text-anchor"]]
    return start, start + room


def bars(root: ET.Element) -> list[list[float]]:
    """Return the numbers of the path of each bar, in order."""
    paths = [path.attrib["d"] for path in root.iter(f"{SVG}path") if path.attrib.get("fill") == BARS]
    return [[float(found) for found in re.findall(r"-?[\d.]+", path)] for path in paths]


RISING = year(*range(1000, 13000, 1000))


def test_a_chart_is_one_image_read_by_its_title() -> None:
    root = drawn(bars_by_month(RISING, title="Heures par mois", unit="h"))
    assert root.attrib["role"] == "img"
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == "Heures par mois"


@pytest.mark.parametrize(
    "svg",
    [
        bars_by_month(RISING, RISING, title="<script>alert(1)</script>", unit="h"),
        horizontal_bars(
            [Bar(label="<b>x</b>", value=Decimal(3), text="<i>3</i>", mark=Decimal(2))], title="&"
        ),
    ],
)
def test_a_chart_passes_a_strict_content_policy(svg: str) -> None:
    root = drawn(svg)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg",
        "title",
        "path",
        "polyline",
        "text",
    }
    assert not any(
        name in {"style", "class"} or name.startswith("on") for one in root.iter() for name in one.attrib
    )


def test_the_months_are_named_in_french_under_their_bars() -> None:
    root = drawn(bars_by_month(RISING, title="Heures par mois", unit="h"))
    labels = {text.text: number(text, "x") for text in texts(root)}
    middles = [left + width / 2 for left, _, _, width, _ in bars(root)]
    assert [labels[month] for month in MONTHS] == pytest.approx(middles, abs=0.1)


def test_the_bars_are_true_to_scale() -> None:
    root = drawn(bars_by_month(RISING, title="Heures par mois", unit="h"))
    heights = [bottom - top for _, bottom, top, _, _ in bars(root)]
    assert [height / heights[-1] for height in heights] == pytest.approx(
        [month / 12 for month in range(1, 13)], abs=0.002
    )


def test_a_year_without_hours_draws_no_bar_and_labels_none() -> None:
    root = drawn(bars_by_month(year(*[0] * 12), title="Heures par mois", unit="h"))
    assert bars(root) == []
    assert not any((text.text or "")[-1] == "h" for text in texts(root))


def test_a_series_has_twelve_months() -> None:
    with pytest.raises(ValueError, match="11 months"):
        year(*[1] * 11)


@settings(deadline=None)
@given(values=YEARS, before=YEARS)
def test_the_highest_bar_carries_its_value_above_the_line_and_inside_the_drawing(
    values: tuple[Decimal, ...], before: tuple[Decimal, ...]
) -> None:
    root = drawn(
        bars_by_month(
            Series(name="2026", values=values), Series(name="2025", values=before), title="x", unit="h"
        )
    )
    labels = [text for text in texts(root) if (text.text or "").endswith("\u00a0h")]
    if not any(values):
        assert labels == []
        return
    (label,) = labels
    left, right = extent(label)
    (line,) = (line for line in root.iter(f"{SVG}polyline") if line.attrib["stroke"] == PREVIOUS)
    points = [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]
    for (x1, y1), (x2, y2) in pairwise(points):
        begins, ends = max(left, x1), min(right, x2)
        for x in (begins, ends) if begins <= ends else ():
            assert number(label, "y") <= y1 + (y2 - y1) * (x - x1) / (x2 - x1) - 7
    assert number(label, "y") > number(label, "font-size") * 0.8
    assert 0 <= left < right <= WIDTH


@settings(deadline=None)
@given(values=YEARS, before=YEARS)
def test_the_names_of_the_two_years_never_overlap(
    values: tuple[Decimal, ...], before: tuple[Decimal, ...]
) -> None:
    root = drawn(
        bars_by_month(
            Series(name="2026", values=values), Series(name="2025", values=before), title="x", unit="h"
        )
    )
    placed = {text.text: number(text, "y") for text in texts(root) if text.text in {"2025", "2026"}}
    assert abs(placed["2025"] - placed["2026"]) >= 15.9


@settings(deadline=None)
@given(values=YEARS)
def test_at_most_five_graduations_hold_every_value(values: tuple[Decimal, ...]) -> None:
    root = drawn(bars_by_month(Series(name="2026", values=values), title="x", unit="h"))
    steps = [text for text in texts(root) if text.attrib["text-anchor"] == "end"]
    written = [Decimal((step.text or "").replace("\u202f", "").replace(",", ".")) for step in steps]
    assert 2 <= len(written) <= 6
    assert written[-1] >= max(values)


@settings(deadline=None)
@given(rows=BARS_OF_ROWS)
def test_no_text_of_a_row_is_struck_by_a_mark_nor_leaves_the_drawing(rows: list[Bar]) -> None:
    root = drawn(horizontal_bars(rows, title="Parts", mark_name="2025"))
    marks = [
        tuple(float(found) for found in re.findall(r"-?[\d.]+", path.attrib["d"]))
        for path in root.iter(f"{SVG}path")
        if path.attrib.get("stroke") == PREVIOUS
    ]
    for text in texts(root):
        left, right = extent(text)
        assert -0.1 <= left < right <= WIDTH + 0.1
        for x, top, height in marks:
            assert not (left < x < right and top < number(text, "y") - 4 < top + height)


@settings(deadline=None)
@given(text=st.text(alphabet=FRENCH, min_size=1))
def test_the_room_kept_for_a_text_is_never_less_than_it_takes(text: str) -> None:
    assert width(text, 13) >= real_width(text, 13)


def test_a_mark_is_seen_on_the_bar_and_on_the_ground() -> None:
    root = drawn(
        horizontal_bars([Bar(label="RSA", value=Decimal(43), text="43 %", mark=Decimal(39))], title="x")
    )
    strokes = [
        path.attrib["stroke"]
        for path in root.iter(f"{SVG}path")
        if "v" in path.attrib["d"] and "stroke" in path.attrib
    ]
    assert strokes == [GROUND, PREVIOUS]


def test_a_chart_without_a_bar_is_refused() -> None:
    with pytest.raises(ValueError, match="sentence"):
        horizontal_bars([], title="Parts")

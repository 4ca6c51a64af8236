"""Charts: one SVG for the page and the PDF, read aloud by its title, without script nor inline style.

Colours are those of the house (design tokens); values are drawn beside the shapes; the caller repeats the
numbers in a table nearby. Lengths are in units of the drawing, 680 wide, which fills its container.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from inclusiv.core.french import number

INK, TEXT, MUTED, LINE = "#12403f", "#1f2b2b", "#566565", "#e4dfd5"
BARS, PREVIOUS, GROUND = "#0f6660", "#b4461a", "#ffffff"
FONT = "Source Sans 3 Document, Source Sans 3, system-ui, sans-serif"

WIDTH = 680
MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
_EMS = (
    (frozenset("fijlrtI.,:;’'()·/-îï \u00a0\u202f"), 0.38),
    (frozenset("0123456789"), 0.52),
    (frozenset("mwMWœŒæÆ%@—"), 0.88),
    (frozenset("ABCDGHKNOPQRUÀ&"), 0.68),
)
"""The widest letter of each group, in ems of the semi-bold; 0.57 for the others."""


@dataclass(frozen=True, kw_only=True)
class Series:
    """Twelve monthly quantities, January first, and the name they are labelled with (a year)."""

    name: str
    values: tuple[Decimal, ...]

    def __post_init__(self) -> None:
        if len(self.values) != len(MONTHS):
            raise ValueError(f"{self.name} has {len(self.values)} months, not {len(MONTHS)}.")


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One horizontal bar: its quantity, the text beside it, and a mark to compare with (same unit)."""

    label: str
    value: Decimal
    text: str
    mark: Decimal | None = None


def bars_by_month(series: Series, previous: Series | None = None, *, title: str, unit: str) -> SafeString:
    """Draw the year as bars and the previous one as a line; the highest bar carries its value.

    `title` is what is read aloud in place of the drawing; `unit` follows the labelled value (« h »).
    """
    return _Months(series, previous, unit).drawn(title)


class _Months:
    """The geometry of twelve bars and one line over a few graduations."""

    top, bottom, left, right, height = 30, 244, 52, 628, 270
    step = (right - left) / len(MONTHS)
    half_bar = 15.5
    label_size = 13

    def __init__(self, series: Series, previous: Series | None, unit: str) -> None:
        self.series, self.previous, self.unit = series, previous, unit
        self.values = [float(value) for value in series.values]
        self.before = [float(value) for value in previous.values] if previous else []
        self.graduation = _graduation(max([*self.values, *self.before]))
        self.ceiling = self.graduation * max(1, -(-max([*self.values, *self.before]) // self.graduation))

    def x(self, month: int) -> float:
        return self.left + self.step * (month + 0.5)

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * value / self.ceiling

    def drawn(self, title: str) -> SafeString:
        parts = [self.graduations(), self.bars(), self.line(), self.highest(), self.names(), self.months()]
        return _drawing(self.height, title, parts)

    def graduations(self) -> SafeString:
        ticks = range(int(self.ceiling // self.graduation) + 1)
        return format_html_join(
            "",
            '<path d="M{} {}H{}" stroke="{}" stroke-width="{}"/>{}',
            (
                (
                    self.left,
                    _at(self.y(tick * self.graduation)),
                    self.right,
                    LINE if tick else INK,
                    "0.8" if tick else "1.2",
                    _text(
                        self.left - 8,
                        self.y(tick * self.graduation) + 4,
                        number(round(tick * self.graduation)),
                        anchor="end",
                    ),
                )
                for tick in ticks
            ),
        )

    def bars(self) -> SafeString:
        return format_html_join(
            "",
            '<path d="M{} {}V{}h{}V{}z" fill="{}"/>',
            (
                (
                    _at(self.x(month) - self.half_bar),
                    self.bottom,
                    _at(self.y(value)),
                    _at(2 * self.half_bar),
                    self.bottom,
                    BARS,
                )
                for month, value in enumerate(self.values)
                if value
            ),
        )

    def line(self) -> SafeString:
        """Draw the previous year on a white edge, so that it is seen on the ground and on the bars."""
        if not self.before:
            return SafeString()
        points = " ".join(
            f"{_at(self.x(month))},{_at(self.y(value))}" for month, value in enumerate(self.before)
        )
        return format_html_join(
            "",
            '<polyline points="{}" fill="none" stroke="{}" stroke-width="{}" stroke-linejoin="round"'
            ' stroke-linecap="round"/>',
            ((points, GROUND, "5.4"), (points, PREVIOUS, "2.2")),
        )

    def highest(self) -> SafeString:
        month = max(range(len(MONTHS)), key=self.values.__getitem__)
        if not self.values[month]:
            return SafeString()
        label = f"{number(self.series.values[month], places=0)}\u00a0{self.unit}"
        half = width(label, self.label_size) / 2
        above = min(self.y(self.values[month]), *self.line_between(month, half))
        return _text(
            self.x(month), above - 8, label, size=self.label_size, fill=INK, anchor="middle", bold=True
        )

    def line_between(self, month: int, half: float) -> list[float]:
        """Return the heights where the line passes under a label, at its middle and at both ends."""
        if not self.before:
            return [self.bottom]
        slope = half / self.step
        neighbours = [self.before[min(max(month + way, 0), len(MONTHS) - 1)] for way in (-1, 1)]
        here = self.before[month]
        return [self.y(here), *(self.y(here + (there - here) * slope) for there in neighbours)]

    def names(self) -> SafeString:
        """Name each series at the right of its end, kept apart when they end at the same height."""
        labels = [(self.y(self.values[-1]) + 4, self.series.name, BARS)]
        if self.previous:
            labels.append((self.y(self.before[-1]) + 4, self.previous.name, PREVIOUS))
        placed = _kept_apart([height for height, _, _ in labels], gap=16, floor=self.bottom)
        return _together(
            _text(self.right + 8, height, name, size=self.label_size, fill=colour, bold=True)
            for height, (_, name, colour) in zip(placed, labels, strict=True)
        )

    def months(self) -> SafeString:
        return _together(
            _text(self.x(month), self.bottom + 18, name, anchor="middle") for month, name in enumerate(MONTHS)
        )


def horizontal_bars(
    bars: Sequence[Bar], *, title: str, mark_name: str = "", ceiling: Decimal | None = None
) -> SafeString:
    """Draw one bar per line, longest possible at `ceiling` (by default the largest quantity or mark).

    `mark_name` says what the vertical marks are (« 2025 », « objectif »). Raises ValueError without a bar.
    """
    if not bars:
        raise ValueError("A chart without a bar says nothing: write a sentence.")
    return _Rows(bars, mark_name, ceiling).drawn(title)


class _Rows:
    """The geometry of labelled rows: the label at the left, the bar, its text at the end."""

    row, thickness, size = 26, 14, 13

    def __init__(self, bars: Sequence[Bar], mark_name: str, ceiling: Decimal | None) -> None:
        self.bars, self.mark_name = bars, mark_name
        self.top = 24 if any(bar.mark is not None for bar in bars) else 4
        self.left = max(width(bar.label, self.size) for bar in bars) + 14
        room = max(width(bar.text, self.size) for bar in bars) + 14
        largest = max(ceiling or 0, *(max(bar.value, bar.mark or 0) for bar in bars))
        self.scale = (WIDTH - self.left - room) / float(largest or 1)

    def x(self, value: Decimal) -> float:
        return self.left + float(value) * self.scale

    def drawn(self, title: str) -> SafeString:
        rows = [self.drawn_row(bar, self.top + self.row * rank) for rank, bar in enumerate(self.bars)]
        height = self.top + self.row * len(self.bars)
        axis = format_html(
            '<path d="M{} {}V{}" stroke="{}" stroke-width="1.2"/>', _at(self.left), self.top, height, INK
        )
        return _drawing(height, title, [*rows, axis, self.key()])

    def drawn_row(self, bar: Bar, top: float) -> SafeString:
        middle = top + self.row / 2
        mark = self.drawn_mark(bar, middle)
        return format_html(
            '{}<path d="M{} {}h{}v{}h-{}z" fill="{}"/>{}{}',
            _text(self.left - 10, middle + 4.5, bar.label, size=self.size, fill=TEXT, anchor="end"),
            _at(self.left),
            _at(middle - self.thickness / 2),
            _at(self.x(bar.value) - self.left),
            self.thickness,
            _at(self.x(bar.value) - self.left),
            BARS,
            mark,
            _text(self.text_x(bar), middle + 4.5, bar.text, size=self.size, fill=INK, bold=True),
        )

    def text_x(self, bar: Bar) -> float:
        """Place the text after the bar, or after the mark when it would be struck through by it."""
        end = self.x(bar.value) + 8
        if bar.mark is None or not end - 8 <= self.x(bar.mark) <= end + width(bar.text, self.size) + 6:
            return end
        return self.x(bar.mark) + 8

    def drawn_mark(self, bar: Bar, middle: float) -> SafeString:
        if bar.mark is None:
            return SafeString()
        return format_html_join(
            "",
            '<path d="M{} {}v{}" stroke="{}" stroke-width="{}"/>',
            (
                (_at(self.x(bar.mark)), _at(middle - self.row / 2 + 3), self.row - 6, colour, width)
                for colour, width in ((GROUND, "5"), (PREVIOUS, "2.4"))
            ),
        )

    def key(self) -> SafeString:
        """Name the marks above the first one."""
        first = next((bar.mark for bar in self.bars if bar.mark is not None), None)
        if first is None:
            return SafeString()
        half = width(self.mark_name, self.size) / 2
        x = min(max(self.x(first), self.left + half), WIDTH - half)
        return _text(
            x, self.top - 8, self.mark_name, size=self.size, fill=PREVIOUS, anchor="middle", bold=True
        )


def _together(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _drawing(height: float, title: str, parts: Sequence[SafeString]) -> SafeString:
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img" font-family="{}">'
        "<title>{}</title>{}</svg>",
        WIDTH,
        _at(height),
        FONT,
        title,
        _together(parts),
    )


def _text(
    x: float,
    y: float,
    text: str,
    *,
    size: int = 12,
    fill: str = MUTED,
    anchor: str = "start",
    bold: bool = False,
) -> SafeString:
    return format_html(
        '<text x="{}" y="{}" font-size="{}" font-weight="{}" fill="{}" text-anchor="{}">{}</text>',
        _at(x),
        _at(y),
        size,
        600 if bold else 400,
        fill,
        anchor,
        text,
    )


def _at(length: float) -> str:
    """Write a length with one decimal at most, the same on every machine."""
    return f"{length:.1f}".removesuffix(".0")


def width(text: str, size: float) -> float:
    """Return the room that a text needs, a little more than what it takes in semi-bold."""
    return size * sum(next((ems for group, ems in _EMS if letter in group), 0.57) for letter in text)


def _graduation(largest: float) -> float:
    """Return the round step (1, 2, 2.5 or 5 times a power of ten) that makes five graduations or fewer."""
    power = 1.0
    while power * 50 < largest:
        power *= 10
    return next(
        step for step in (power, 2 * power, 2.5 * power, 5 * power, 10 * power) if largest <= 5 * step
    )


def _kept_apart(heights: Sequence[float], *, gap: float, floor: float) -> list[float]:
    """Move two labels away from each other when they would overlap, above the floor."""
    if len(heights) == 1 or abs(heights[0] - heights[1]) >= gap:
        return list(heights)
    upper = min(sum(heights) / 2 - gap / 2, floor - gap)
    return [upper, upper + gap] if heights[0] <= heights[1] else [upper + gap, upper]

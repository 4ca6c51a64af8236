"""A running total against the line that leads to what is aimed at: a chart like those of `charts`."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from inclusiv.core.charts import BARS, INK, LINE, MUTED, _at, _drawing, _graduation, _text, _together, width
from inclusiv.core.french import number


@dataclass(frozen=True, kw_only=True)
class Point:
    """A running total reached at a place in time, from 0 (the first day) to 1 (the last one)."""

    at: Decimal
    value: Decimal


def running_total(
    points: Sequence[Point],
    *,
    aim: Decimal,
    way: Sequence[Point] = (),
    labels: tuple[str, str],
    ticks: Sequence[tuple[Decimal, str]],
    title: str,
) -> SafeString:
    """Draw what was reached against the line that leads to `aim` on the last day: straight, or by the points of `way`.

    `labels` are written at the end of both: what was reached, what is aimed at. `ticks` name places in time.
    Raises ValueError without anything to aim at.
    """
    if aim <= 0:
        raise ValueError("A pace needs something to aim at.")
    return _Run(points, aim, way, labels).drawn(title, ticks)


class _Run:
    """The geometry of a running total and of the line that it is held against."""

    top, bottom, left, right, height = 30, 214, 52, 560, 240

    def __init__(
        self, points: Sequence[Point], aim: Decimal, way: Sequence[Point], labels: tuple[str, str]
    ) -> None:
        self.points, self.aim = points, aim
        self.way = way or [Point(at=Decimal(1), value=aim)]
        self.reached_label, self.aim_label = labels
        largest = float(max([aim, *(point.value for point in points)]))
        self.graduation = _graduation(largest)
        self.ceiling = self.graduation * -(-largest // self.graduation)

    def x(self, at: Decimal) -> float:
        return self.left + (self.right - self.left) * float(at)

    def y(self, value: Decimal | float) -> float:
        return self.bottom - (self.bottom - self.top) * float(value) / self.ceiling

    def drawn(self, title: str, ticks: Sequence[tuple[Decimal, str]]) -> SafeString:
        named = _together(_text(self.x(at), self.bottom + 18, name, anchor="middle") for at, name in ticks)
        return _drawing(self.height, title, [self.graduations(), named, self.awaited(), self.reached()])

    def graduations(self) -> SafeString:
        levels = [tick * self.graduation for tick in range(int(self.ceiling // self.graduation) + 1)]
        return format_html_join(
            "",
            '<path d="M{} {}H{}" stroke="{}" stroke-width="0.8"/>{}',
            (
                (
                    self.left,
                    _at(self.y(level)),
                    self.right,
                    LINE if level else INK,
                    _text(self.left - 8, self.y(level) + 4, number(round(level)), anchor="end"),
                )
                for level in levels
            ),
        )

    def awaited(self) -> SafeString:
        end = self.y(self.aim)
        bends = "".join(f"L{_at(self.x(point.at))} {_at(self.y(point.value))}" for point in self.way)
        return format_html(
            '<path d="M{} {}{}" fill="none" stroke="{}" stroke-width="1.6" stroke-dasharray="5 5"/>{}',
            self.left,
            self.bottom,
            bends,
            MUTED,
            _text(self.right + 8, end + 4, self.aim_label, size=13, fill=MUTED, bold=True),
        )

    def reached(self) -> SafeString:
        if not self.points:
            return SafeString()
        places = " ".join(f"{_at(self.x(point.at))},{_at(self.y(point.value))}" for point in self.points)
        last = self.points[-1]
        return format_html(
            '<polyline points="{},{} {}" fill="none" stroke="{}" stroke-width="3" stroke-linejoin="round"/>'
            '<circle cx="{}" cy="{}" r="4.5" fill="{}"/>{}',
            self.left,
            self.bottom,
            places,
            BARS,
            _at(self.x(last.at)),
            _at(self.y(last.value)),
            BARS,
            self.label(last),
        )

    def awaited_at(self, at: Decimal) -> Decimal:
        """Return what was to be reached at a place in time."""
        before = Point(at=Decimal(0), value=Decimal(0))
        for point in self.way:
            if at <= point.at:
                share = (at - before.at) / (point.at - before.at) if point.at > before.at else Decimal(1)
                return before.value + (point.value - before.value) * share
            before = point
        return before.value

    def label(self, last: Point) -> SafeString:
        """Write what was reached on the side where the other line does not pass, inside the drawing."""
        is_ahead = last.value > self.awaited_at(last.at)
        has_room = self.x(last.at) > self.left + width(self.reached_label, 13)
        ends_there = is_ahead and has_room
        below = min(self.y(last.value) + 20, self.bottom - 6)
        return _text(
            self.x(last.at) + (-6 if ends_there else 6),
            self.y(last.value) - 10 if is_ahead else below,
            self.reached_label,
            size=13,
            fill=BARS,
            anchor="end" if ends_there else "start",
            bold=True,
        )

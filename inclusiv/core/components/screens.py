"""The plain values that components show: built by selectors and views, without a query inside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal


@dataclass(frozen=True, kw_only=True, slots=True)
class Crumb:
    """One step of the way to the page; the last one has no address."""

    label: str
    url: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tab:
    """One of several views of the same thing: a tab or a part of a segmented control."""

    label: str
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TimelineEntry:
    """Something that happened or was said: `when` in Paris time, `who` as they are shown to this reader."""

    when: datetime | date
    what: str
    who: str = ""
    detail: str = ""
    kind: Literal["event", "exchange", "alert"] = "event"
    url: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """The figures behind a chart, printed as a table under it: headings, then rows of ready texts."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]

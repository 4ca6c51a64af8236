"""The plain values that components show: built by selectors and views, without a query inside."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from django.forms import Form
from django.utils.safestring import SafeString


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
    """Something that happened or was said: `when` in Paris time, `who` as they are shown to this reader.

    `foot` says what comes of it; `button` does it at once, by posting to `act`.
    """

    when: datetime | date
    what: str
    who: str = ""
    detail: str = ""
    kind: Literal["event", "exchange", "alert"] = "event"
    url: str = ""
    foot: str = ""
    button: str = ""
    act: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """The figures behind a chart, printed as a table under it: headings, then rows of ready texts."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Heading:
    """A heading as drawn: the address that sorts by it (empty: cannot) and the current direction."""

    label: str
    numeric: bool
    href: str = ""
    direction: Literal["", "ascending", "descending"] = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A cell as drawn, with its heading for phones."""

    label: str
    numeric: bool
    content: SafeString


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """A link of the pages or of the sizes; a gap between pages has no address."""

    label: str
    href: str = ""
    current: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ListPage:
    """One page of a list, ready for `list_panel`: plain values, no query left to make."""

    headings: list[Heading]
    rows: list[list[Cell]]
    count_text: str
    path: str = ""
    searchable: bool = False
    query: str = ""
    sort: str = ""
    size: int = 25
    form: Form | None = None
    active_text: str = ""
    """How many filters narrow the list, beside « Filtres »: « (2 actifs) »; empty when none does."""
    notices: list[str] = field(default_factory=list)
    pages: list[Link] = field(default_factory=list)
    previous: str = ""
    following: str = ""
    sizes: list[Link] = field(default_factory=list)
    exports: list[Link] = field(default_factory=list)
    report: str = ""
    """The page that prints this list as a PDF; empty when there is none."""
    search_hint: str = ""
    empty_title: str = ""
    empty_text: str = ""
    empty_action: str = ""
    reset: str = ""
    fragment: bool = False

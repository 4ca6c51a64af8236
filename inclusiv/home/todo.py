"""« À faire »: the counters and rows of every app, in one order (PRACTICE.md 3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from inclusiv.accounts.models import User
from inclusiv.accounts.selectors import covered_by, has_colleagues
from inclusiv.core import french
from inclusiv.core.actors import Actor
from inclusiv.core.components.screens import Tab
from inclusiv.core.providers import Todo, TodoGroup, todo_providers
from inclusiv.core.queues import Queue, Whose

ROWS = 50
"""The most urgent rows; the counters lead to all those of their kind."""

SEVERAL = 2
"""A kind of rows is named in the plural, however many there are."""

READINGS = {"todo.listed": "a vu le nom dans « À faire »"}
"""What is said of each reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """A counter as drawn: `hot` when something is overdue."""

    number: int
    label: str
    age: str
    href: str
    hot: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row as drawn: `state` and `word` say how near its day is."""

    todo: Todo
    since: str
    state: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """What waits for somebody, today."""

    counters: list[Counter]
    rows: list[Row]
    total: int
    late: int
    only: str = ""
    """The kind to which the rows are narrowed."""


@dataclass(frozen=True, slots=True)
class Scopes:
    """Whose work may be looked at: one's own first; nothing to choose when one works alone."""

    offered: list[Whose]
    absent: Sequence[User] = ()

    def asked(self, whose: str) -> Whose:
        """Return what is asked when it is offered, else the first."""
        return next((one for one in self.offered if one == whose), self.offered[0])

    def tabs(self, current: Whose) -> list[Tab]:
        """Return the parts of the segmented control, none when there is no choice."""
        if len(self.offered) == 1:
            return []
        return [
            Tab(label=self.label(whose), url=f"?qui={whose}", current=whose is current)
            for whose in self.offered
        ]

    def label(self, whose: Whose) -> str:
        """Name a part: « Remplacement de Paul Vasseur »."""
        if whose is not Whose.COVERED:
            return str(whose.label)
        return f"{whose.label} {french.elide('de', french.listed([str(user) for user in self.absent]))}"


def scopes_of(actor: Actor, today: date) -> Scopes:
    """Return what somebody may look at."""
    absent = covered_by(actor, on=today)
    if absent:
        return Scopes([Whose.MINE, Whose.TEAM, Whose.COVERED], absent)
    return Scopes([Whose.MINE, Whose.TEAM] if has_colleagues(actor, on=today) else [Whose.TEAM])


def board(queue: Queue, *, rank: str = "") -> Board:
    """Ask every app what waits in this queue, the most urgent first; `rank` narrows the rows to one counter's."""
    groups = [group for provide in todo_providers if (group := provide(queue))]
    groups.sort(key=lambda group: group.rank)
    only = next((group for group in groups if str(group.rank) == rank), None)
    todos = sorted((todo for group in groups for todo in group.todos), key=urgency)
    shown = sorted(only.todos, key=urgency) if only else todos[:ROWS]
    return Board(
        counters=[counter(group, queue) for group in groups],
        rows=[row(todo, queue.on) for todo in shown],
        total=sum(group.total for group in groups),
        late=sum(is_late(todo, queue.on) for todo in todos),
        only=french.agreed(SEVERAL, only.label) if only else "",
    )


def urgency(todo: Todo) -> tuple[date, date, str]:
    """Return the order of the rows: the day it is due, then how long it has waited."""
    return (todo.due or date.max, todo.since, todo.what)


def is_late(todo: Todo, today: date) -> bool:
    """Say whether the day has passed."""
    return todo.due is not None and todo.due < today


def counter(group: TodoGroup, queue: Queue) -> Counter:
    """Draw a group; it leads to the list of the team, or to the rows here when they are only somebody's."""
    return Counter(
        number=group.total,
        label=french.agreed(group.total, group.label),
        age=group.hint,
        href=group.url if queue.owners is None else f"?qui={queue.whose}&quoi={group.rank}",
        hot=group.hot or any(is_late(todo, queue.on) for todo in group.todos),
    )


def row(todo: Todo, today: date) -> Row:
    """Draw a row: overdue is « dépassé », the coming week is amber, the rest is calm."""
    since = "aujourd’hui" if todo.since >= today else f"{(today - todo.since).days}{french.NO_BREAK}j"
    if todo.due is None:
        return Row(todo=todo, since=since, state="", word="")
    left = (todo.due - today).days
    if left < 0:
        return Row(todo=todo, since=since, state="ACTION", word="dépassé")
    word = "aujourd’hui" if left == 0 else french.day_month(todo.due)
    return Row(todo=todo, since=since, state="CATCH_UP" if left <= 7 else "ON_TRACK", word=word)

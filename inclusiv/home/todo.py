"""« À faire »: the counters and rows of every app, in one order (PRACTICE.md 3)."""

from dataclasses import dataclass
from datetime import date

from inclusiv.core import french
from inclusiv.core.actors import Actor
from inclusiv.core.providers import Todo, TodoGroup, todo_providers

ROWS = 50
"""The most urgent rows; the counters lead to the whole lists."""

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


def board(actor: Actor, today: date) -> Board:
    """Ask every app what waits for this actor, the most urgent first."""
    groups = [group for provide in todo_providers if (group := provide(actor, today))]
    groups.sort(key=lambda group: group.rank)
    todos = sorted((todo for group in groups for todo in group.todos), key=urgency)
    return Board(
        counters=[counter(group, today) for group in groups],
        rows=[row(todo, today) for todo in todos[:ROWS]],
        total=sum(group.total for group in groups),
        late=sum(is_late(todo, today) for todo in todos),
    )


def urgency(todo: Todo) -> tuple[date, date, str]:
    """Return the order of the rows: the day it is due, then how long it has waited."""
    return (todo.due or date.max, todo.since, todo.what)


def is_late(todo: Todo, today: date) -> bool:
    """Say whether the day has passed."""
    return todo.due is not None and todo.due < today


def counter(group: TodoGroup, today: date) -> Counter:
    """Draw a group."""
    return Counter(
        number=group.total,
        label=group.label,
        age=group.hint,
        href=group.url,
        hot=group.hot or any(is_late(todo, today) for todo in group.todos),
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

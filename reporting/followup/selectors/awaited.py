"""« On attend de vous »: what every app says that somebody must do."""

from dataclasses import dataclass
from datetime import date

from inclusiv.core import french
from inclusiv.core.actors import Actor
from inclusiv.core.providers import Todo, todo_providers
from inclusiv.core.queues import Queue


@dataclass(frozen=True, slots=True)
class Act:
    """One awaited act, with since when and before when it is awaited, in words."""

    todo: Todo
    detail: str


@dataclass(frozen=True, slots=True)
class Awaited:
    """How many acts are awaited: the most urgent ones, and the others, folded below."""

    total: int
    acts: tuple[Act, ...]
    others: tuple[Act, ...]


def awaited_from(actor: Actor, *, on: date, most: int = 5) -> Awaited:
    """Ask every app what it awaits of the actor; the earliest due day first, then the longest wait."""
    groups = [group for provide in todo_providers if (group := provide(Queue(actor=actor, on=on)))]
    todos = sorted(
        (todo for group in groups for todo in group.todos),
        key=lambda todo: (todo.due or date.max, todo.since, todo.what),
    )
    acts = tuple(Act(todo, detail(todo, on=on)) for todo in todos)
    return Awaited(total=sum(group.total for group in groups), acts=acts[:most], others=acts[most:])


def detail(todo: Todo, *, on: date) -> str:
    """Return « Gros œuvre · attendu depuis 34 j · avant le 20/10 »."""
    days = max(0, (on - todo.since).days)
    since = f"attendu {french.since(days)}" if days else "attendu aujourd’hui"
    due = f"avant le {french.day_month(todo.due)}" if todo.due else ""
    return " · ".join(filter(None, [todo.detail, since, due]))

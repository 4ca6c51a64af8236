"""« On attend de vous »: what every app says that somebody must do."""

from dataclasses import dataclass
from datetime import date

from inclusiv.core.actors import Actor
from inclusiv.core.providers import Todo, todo_providers


@dataclass(frozen=True, slots=True)
class Awaited:
    """How many acts are awaited, and the most urgent ones."""

    total: int
    todos: tuple[Todo, ...]


def awaited_from(actor: Actor, *, on: date, most: int = 5) -> Awaited:
    """Ask every app what it awaits of the actor; the earliest due day first, then the longest wait."""
    groups = [group for provide in todo_providers if (group := provide(actor, on))]
    todos = sorted(
        (todo for group in groups for todo in group.todos),
        key=lambda todo: (todo.due or date.max, todo.since, todo.what),
    )
    return Awaited(total=sum(group.total for group in groups), todos=tuple(todos[:most]))

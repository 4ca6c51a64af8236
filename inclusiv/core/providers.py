"""Typed registries: what must cross all apps is registered by each in `ready()` and read by a composition module."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from inclusiv.core.actors import Actor

Provider = TypeVar("Provider")


class Registry(Generic[Provider]):
    """An ordered list of providers; registering the same one twice does nothing."""

    def __init__(self) -> None:
        self._providers: dict[Provider, None] = {}

    def register(self, provider: Provider) -> Provider:
        """Add a provider; usable as a decorator."""
        self._providers[provider] = None
        return provider

    def __iter__(self) -> Iterator[Provider]:
        return iter(self._providers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """One thing that somebody waits for, as a row of « À faire » (PRACTICE.md 3)."""

    what: str
    detail: str = ""
    who: str = ""
    phone: str = ""
    tender: str = ""
    tender_detail: str = ""
    since: date
    due: date | None = None
    url: str
    button: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TodoGroup:
    """A counter of « À faire » and its rows; `rank` is its place on the screen, `total` may exceed the rows given."""

    rank: int
    label: str
    total: int
    oldest: date | None
    hint: str
    url: str
    todos: tuple[Todo, ...] = field(default=())


TodoProvider = Callable[[Actor, date], TodoGroup | None]
"""Given who looks and the day, return a counter with its most urgent rows, or None when it is not this role's."""

todo_providers: Registry[TodoProvider] = Registry()


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """An entry of the main navigation, shown to the roles named."""

    rank: int
    label: str
    url_name: str
    roles: frozenset[str]


nav_items: Registry[NavItem] = Registry()

"""Typed registries: what must cross all apps is registered by each in `ready()` and read by a composition module."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from inclusiv.core.actors import Actor
from inclusiv.core.messages import Message
from inclusiv.core.queues import Queue

Provider = TypeVar("Provider")


class Registry(Generic[Provider]):
    """An ordered list of providers; registering the same one twice does nothing."""

    def __init__(self) -> None:
        self._providers: dict[Provider, None] = {}

    def register(self, provider: Provider) -> Provider:
        """Add a provider; usable as a decorator."""
        self._providers[provider] = None
        return provider

    def unregister(self, provider: Provider) -> None:
        """Take a provider away."""
        del self._providers[provider]

    def __iter__(self) -> Iterator[Provider]:
        return iter(self._providers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """One thing that somebody waits for, as a row of « À faire » (PRACTICE.md 3).

    `person` is the reference of the person followed whom it names, « person:12 ».
    """

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
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TodoGroup:
    """A counter of « À faire » and its rows; `rank` is its place on the screen, `total` may exceed the rows given.

    It is `hot` when the group itself says so, or when a day of its rows has passed.
    """

    rank: int
    label: str
    total: int
    oldest: date | None
    hint: str
    url: str
    todos: tuple[Todo, ...] = field(default=())
    hot: bool = False


TodoProvider = Callable[[Queue], TodoGroup | None]
"""Given who looks, the day and whose work, return a counter with its most urgent rows; None when not this role's."""

todo_providers: Registry[TodoProvider] = Registry()


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """An entry of the main navigation, shown to the roles named."""

    rank: int
    label: str
    url_name: str
    roles: frozenset[str]


nav_items: Registry[NavItem] = Registry()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Something found by the search of all the apps; `subject` is its reference, « tender:12 ».

    `reading` is what to note when it is shown, for what names a person followed.
    """

    kind: str
    label: str
    detail: str
    url: str
    subject: str
    reading: str = ""


SearchProvider = Callable[[Actor, str], Sequence[Hit]]
"""Given who searches and a text of two characters or more, return at most ten hits that they may open."""

search_providers: Registry[SearchProvider] = Registry()

SubjectLoader = Callable[[Actor, int], "Hit | None"]
"""Given who asks and a key, return the record as a hit, or None when it is not theirs to see."""

subject_loaders: dict[str, SubjectLoader] = {}
"""How each kind of subject (« tender », « organisation », « person ») is found again from its reference."""


def load_subject(actor: Actor, subject: str) -> Hit | None:
    """Return what a reference such as « tender:12 » names, when the actor may see it."""
    kind, _, key = subject.partition(":")
    loader = subject_loaders.get(kind)
    return loader(actor, int(key)) if loader and key.isdecimal() and len(key) < 19 else None


ClosingObstacle = Callable[[int, date], str]
"""Given a tender's key and the day, say in a sentence what still prevents its closing; "" when nothing does."""

closing_obstacles: Registry[ClosingObstacle] = Registry()


CountedMonth = Callable[[int], date | None]
"""Given the key of a mise à l'emploi, return the first day of the last month whose hours count; None without any."""

counted_months: Registry[CountedMonth] = Registry()

BounceListener = Callable[[int, str, datetime], None]
"""Given a mail's key, the address that refused it and when: note it, and write to somebody else when it matters."""

bounce_listeners: Registry[BounceListener] = Registry()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPurpose:
    """What a link by e-mail is for: the one screen that it opens, and the mail that sends it again.

    The link is a `records.SignedLink`, which the core does not know.
    """

    screen: Callable[[HttpRequest, Any], HttpResponse]
    message: Callable[[Any, str], Message | None]
    """Given the link and its new address, the mail to send; None when there is nothing left to do."""


link_purposes: dict[str, LinkPurpose] = {}
"""Purpose of a link → what it opens; apps add theirs in `ready()`."""


Shipped = Callable[[datetime], int]
"""Given when, insert the rows that an app ships and that are missing; return how many. Twice changes nothing."""

shipped: Registry[Shipped] = Registry()
"""What `manage.py load_reference` loads besides the lists and the parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppendOnly:
    """A model whose rows are added and never changed: the application's role gets no more (`core.roles`)."""

    model: type[Model]
    goes_with_its_parent: bool = False
    """Whether its rows are erased when what they describe is."""
    is_locked: bool = False
    """Whether an action locks its whole table."""


append_only: Registry[AppendOnly] = Registry()


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """Somebody one may sign in as, in the demonstration."""

    slug: str
    name: str
    role: str
    organisation: str
    story: str


persona_providers: Registry[Callable[[], Sequence[Persona]]] = Registry()

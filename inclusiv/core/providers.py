"""Typed registries: what must cross all apps is registered by each in `ready()` and read by a composition module."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, Protocol, TypeVar

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

    `person` is the reference of the person followed whom it names, « person:12 ». The button leads to `url`, unless
    it does at once what is asked by posting to `act`: whom the row is about then leads to the rest.
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
    act: str = ""
    who_url: str = ""
    tender_url: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TodoGroup:
    """A counter of « À faire » and its rows; `rank` is its place on the screen, `total` may exceed the rows given.

    `label` is said of one, « relevé à contrôler »: it is agreed with the number where it is drawn.
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

SubjectLoader = Callable[[Actor, Collection[int]], Mapping[int, Hit]]
"""Given who asks and keys, return those of the records that are theirs to see, each as a hit, by key."""

KEY_DIGITS = 19
"""A number of so many digits is the key of nothing: the database's integers are shorter."""

subject_loaders: dict[str, SubjectLoader] = {}
"""How each kind of subject (« tender », « organisation », « person ») is found again from its reference."""


def load_subject(actor: Actor, subject: str) -> Hit | None:
    """Return what a reference such as « tender:12 » names, when the actor may see it."""
    return load_subjects(actor, [subject]).get(subject)


def load_subjects(actor: Actor, subjects: Iterable[str]) -> dict[str, Hit]:
    """Return what each of the references names, of those that the actor may see, kind by kind."""
    asked: dict[str, dict[int, str]] = defaultdict(dict)
    for subject in subjects:
        kind, _, key = subject.partition(":")
        if key.isdecimal() and len(key) < KEY_DIGITS:
            asked[kind][int(key)] = subject
    return {
        keys[key]: hit
        for kind, keys in asked.items()
        if kind in subject_loaders
        for key, hit in subject_loaders[kind](actor, keys).items()
    }


ClosingObstacle = Callable[[int, date], str]
"""Given a tender's key and the day, say in a sentence what still prevents its closing; "" when nothing does."""

closing_obstacles: Registry[ClosingObstacle] = Registry()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What would end after a last day, inclusive, as told on a day: a tender's execution, or a company's part in a lot."""

    tender: int
    last_on: date
    today: date
    lot: int | None = None
    company: int | None = None


EndingObstacle = Callable[[Ending], str]
"""Given what would end, say in a sentence why it cannot end so early; "" when it can."""

ending_obstacles: Registry[EndingObstacle] = Registry()


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What open data tell of a tender that was already notified: its day, its amount (€ HT), its contractors.

    Each contractor is a SIRET and a name, empty when it was not published.
    """

    notified_on: date | None
    amount: Decimal | None = None
    contractors: tuple[tuple[str, str], ...] = ()


PublishedProvider = Callable[[int], Published | None]
"""Given a tender's key, return what was published of it; None when nothing was."""

published_providers: Registry[PublishedProvider] = Registry()


def published(tender: int) -> Published | None:
    """Return what was published of a tender, by the first provider that knows it."""
    return next((known for provide in published_providers if (known := provide(tender))), None)


Followers = Callable[[int], Collection[int]]
"""Given an organisation's key, the keys of the structures that follow its tenders, today's and yesterday's."""

followers: Registry[Followers] = Registry()

OpportunityNote = Callable[[int, datetime], bytes]
"""Given a tender's key and the instant, return its opportunity note, a PDF that goes with an answer."""

opportunity_notes: Registry[OpportunityNote] = Registry()


LastMonth = Callable[[int], date | None]
"""Given the key of a mise à l'emploi, return the first day of its last month of hours; None without any."""

counted_months: Registry[LastMonth] = Registry()
"""Of hours that count."""


CheckReliance = Callable[[int], bool]
"""Given the key of a question of eligibility, say whether somebody's work relies on its answer."""

check_reliances: Registry[CheckReliance] = Registry()


class LastDayObstacle(Protocol):
    """What knows the hours of a mise à l'emploi."""

    def __call__(self, placement: int, last_on: date, *, by_facilitation: bool) -> str:
        """Say in a sentence why somebody cannot work for the last time on a day; "" when they can."""


last_day_obstacles: Registry[LastDayObstacle] = Registry()

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

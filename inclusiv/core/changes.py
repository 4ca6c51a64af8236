"""Tell the changes kept by `inclusiv.core.history`: who changed what, on which day, from what to what.

Each app declares the rows whose changes show under a subject, as a `Trail` of its own, or by
`trails["marche"].add(…)` for the subject of an app below it, in `ready()`. Values are told as screens tell them; what a row points at is named
as it is called today, so that nothing personal lies in the history itself.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from inclusiv.core import french
from inclusiv.core.actors import Role
from inclusiv.core.history import CHANGES
from inclusiv.core.providers import Registry, SubjectLoader

if TYPE_CHECKING:
    Column = models.Field[Any, Any]
else:
    Column = models.Field

LENGTH = 200
"""How many changes of each kind of row a page goes back."""

WITHOUT_ACCOUNT = {"task": "Tâche de la plateforme", "POST": "Quelqu’un sans compte, par un lien"}
"""Who changed when nobody signed in, by the first word of the context's action."""

Names = Callable[[str], str]
"""Given a column of a change, what it points at or holds, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Rows of one model under a subject: those of its key, and how each is called (« Lot 2, Gros œuvre »)."""

    model: type[models.Model]
    of: Callable[[int], Q]
    name: Callable[[Names], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """A subject whose changes can be read, by whom, and the rows that they concern; key 0 is the whole table."""

    roles: frozenset[Role]
    load: SubjectLoader
    sources: list[Source] = field(default_factory=list)

    def add(self, source: Source) -> None:
        """Add the rows that an app above hangs on the subject; twice changes nothing."""
        if source not in self.sources:
            self.sources.append(source)


trails: dict[str, Trail] = {}
"""Each subject, by its word in the address: « marche », « organisation »."""

author_providers: Registry[Callable[[Collection[int]], Mapping[int, str]]] = Registry()
"""Given memberships, the name of each with its organisation."""


def points_at(column: str, model: type[models.Model], such: Q) -> Q:
    """Return the condition that a column points at a row of a model that is such, or was before it changed or went."""
    former: models.Manager[Any] = CHANGES[model]._base_manager
    is_such = Q((f"{column}__in", model._base_manager.filter(such).values("pk")))
    return is_such | Q((f"{column}__in", former.filter(such).values("pgh_obj_id")))


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldChange:
    """One column of one change, in words; a creation has neither label nor values. `kind` is insert, update, delete."""

    at: datetime
    who: str
    row: str
    kind: str
    label: str = ""
    before: str = ""
    after: str = ""


def changes_of(trail: Trail, key: int) -> list[ToldChange]:
    """Return the latest changes under a subject, newest first, in a fixed number of queries."""
    found = [read(source, key) for source in trail.sources]
    links = linked(found)
    authors = named({who for one in found for change in one.changes if (who := author_id(change))})
    told = [line for one in found for line in tell(one, links, authors)]
    return sorted(told, key=lambda line: line.at, reverse=True)


@dataclass(frozen=True, slots=True)
class Found:
    """The changes of a source, newest first, and the rows as they are now."""

    source: Source
    changes: Sequence[Any]
    rows: Mapping[int, models.Model]


def read(source: Source, key: int) -> Found:
    """Read the latest changes of a source, and the rows that are still there, in two queries."""
    changes = list(CHANGES[source.model]._base_manager.filter(source.of(key)).order_by("-pgh_id")[:LENGTH])
    keys = {change.pgh_obj_id for change in changes}  # type: ignore[attr-defined]  # made by the library
    return Found(source, changes, source.model._base_manager.in_bulk(keys))


def columns(model: type[models.Model]) -> list[Column]:
    """Return the columns of a model whose changes are kept, in its order; its key never changes."""
    kept = {column.name for column in CHANGES[model]._meta.fields}
    return [column for column in model._meta.fields if column.name in kept and not column.primary_key]


Links = Mapping[type[models.Model], Mapping[Any, models.Model]]


def linked(found: Iterable[Found]) -> Links:
    """Return the rows that changes and rows point at, in one query for each model."""
    keys: dict[type[models.Model], set[Any]] = {}
    for one in found:
        for column in columns(one.source.model):
            if column.is_relation:
                pointed = keys.setdefault(target(column), set())
                pointed.update(getattr(row, column.attname) for row in (*one.changes, *one.rows.values()))
    return {
        model: model._base_manager.select_related(*needed(model)).in_bulk(pointed - {None})
        for model, pointed in keys.items()
    }


def target(column: Column) -> type[models.Model]:
    """Return the model that a foreign key points at."""
    model = column.related_model
    if not isinstance(model, type):
        raise TypeError(f"{column} points at nothing.")
    return model


def needed(model: type[models.Model]) -> list[str]:
    """Return what a row of the model may need to call itself."""
    return [column.name for column in model._meta.fields if column.many_to_one and not column.null]


def named(memberships: Collection[int]) -> Mapping[int, str]:
    """Ask who the memberships are."""
    return {key: name for provide in author_providers for key, name in provide(memberships).items()}


def author_id(change: Any) -> int | None:
    """Return the membership of a change, None for what nobody signed in did."""
    membership: int | None = change.pgh_context.get("membership")
    return membership


def author(change: Any, authors: Mapping[int, str]) -> str:
    """Say who changed: somebody, or the command or the task that did."""
    membership, action = author_id(change), str(change.pgh_context["action"])
    if membership is not None:
        return authors.get(membership, "Accès supprimé")
    kind, _, name = action.partition(" ")
    return WITHOUT_ACCOUNT.get(kind, f"Commande {name}" if kind == "manage.py" else action)


def tell(found: Found, links: Links, authors: Mapping[int, str]) -> Iterator[ToldChange]:
    """Yield the columns that changed; what a row became is what it was before its next change, or what it is now."""
    model = found.source.model
    later: dict[int, Any] = dict(found.rows)
    for change in found.changes:
        one = ToldChange(
            at=change.pgh_created_at,
            who=author(change, authors),
            row=found.source.name(partial(word, model, change, links)),
            kind=change.pgh_label,
        )
        if change.pgh_label == "insert":
            yield one
            continue
        after = None if change.pgh_label == "delete" else later.get(change.pgh_obj_id)
        for column in columns(model):
            before, became = words(column, change, links), words(column, after, links)
            if before != became:
                yield replace(one, label=str(column.verbose_name), before=before, after=became)
        later[change.pgh_obj_id] = change


def word(model: type[models.Model], row: Any, links: Links, column: str) -> str:
    """Return what a row holds in one of its columns, in words."""
    found = model._meta.get_field(column)
    if not isinstance(found, models.Field):
        raise TypeError(f"{column} is not a column.")
    return words(found, row, links)


def words(column: Column, row: Any, links: Links) -> str:
    """Return what a row holds in a column as a screen says it, empty when there is no row or nothing in it."""
    value = getattr(row, column.attname, None) if row is not None else None
    if value is None or value == "":
        return ""
    if column.is_relation:
        pointed = links[target(column)].get(value)
        return str(pointed) if pointed else f"n°{french.NO_BREAK}{value}, supprimé"
    if isinstance(column, ArrayField):
        labels = dict(column.base_field.flatchoices)
        return ", ".join(str(labels.get(one, one)) for one in value)
    return str(dict(column.flatchoices).get(value) or plain(value))


def plain(value: object) -> str:
    """Return a value without a list of words, as French writes it."""
    match value:
        case bool():
            return "oui" if value else "non"
        case Decimal():
            decimals = format(value.normalize(), "f").partition(".")[2]
            return french.number(value, places=max(2, len(decimals)))
        case date():
            return french.date_short(value)
        case _:
            return str(value)

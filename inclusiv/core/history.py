"""Column by column history of the rows that nothing else records, over django-pghistory (ARCHITECTURE.md 4.7).

    @history.tracked(exclude=["phone"])
    class Organisation(models.Model): …

A trigger keeps each change in a table beside the model's own, added to and never changed. An insertion keeps the row as
it was written; an update and a deletion keep it as it was before: what it became is in the next change, or in the row.

The context (who, in which request, doing what) is a column that may not be empty: the database refuses a change whose
author nobody told. The doors through which writes come open it (`inclusiv.core.doors`); elsewhere, in a shell or in a
data migration, `with history.context(action="…")`.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import TypeVar

import pghistory
import pghistory.models
import pgtrigger
from django.db import connection, models
from pghistory import runtime

AnyModel = TypeVar("AnyModel", bound=models.Model)


class Change(pghistory.models.Event):
    """One change of one row: the row, when its transaction began, and the context."""

    pgh_id = models.BigAutoField(primary_key=True)

    class Meta:
        abstract = True


_CHANGES: dict[type[models.Model], type[Change]] = {}
CHANGES: Mapping[type[models.Model], type[Change]] = MappingProxyType(_CHANGES)
"""The model of the changes of each model that is tracked."""


def tracked(
    *, exclude: Sequence[str] = (), inserts: bool = True
) -> Callable[[type[AnyModel]], type[AnyModel]]:
    """Keep the changes of a model, but for the columns excluded: what is personal, and what only counts changes.

    Without `inserts` a row is kept from its first update on: for rows that come by thousands and say who wrote them.
    """

    def decorate(model: type[AnyModel]) -> type[AnyModel]:
        generated = [field.name for field in model._meta.local_fields if field.generated]
        _CHANGES[model] = pghistory.create_event_model(  # type: ignore[assignment]  # a subclass of base_model
            model,
            *([pghistory.InsertEvent()] if inserts else []),
            pghistory.UpdateEvent(row="OLD"),
            pghistory.DeleteEvent(row="OLD"),
            exclude=[*exclude, *generated],
            obj_field=pghistory.ObjForeignKey(related_name="+", related_query_name="+", db_index=True),
            context_field=pghistory.ContextJSONField(null=False),
            context_id_field=None,  # type: ignore[arg-type]  # documented, missing from its annotation
            append_only=True,
            base_model=Change,
            meta={"verbose_name": "modification"},
            abstract=False,
            level=pgtrigger.Row,
        )
        return model

    return decorate


@contextmanager
def context(*, action: str, membership: int | None = None, request: str = "") -> Iterator[None]:
    """Say who changes what follows, in which request and doing what; inside another context, it takes its place.

    `membership` is None for what nobody signed in does: a command, a task of the clock.
    """
    with pghistory.context(action=action, membership=membership, request=request):
        yield


def name(action: str) -> None:
    """Name better what the open context does; outside of one, nothing happens."""
    pghistory.context(action=action)


def pin() -> None:
    """Write the context that is open in the transaction itself, for COPY, which no statement of Django carries."""
    if hasattr(runtime._tracker, "value"):  # noqa: SLF001  # the library has no reader of its own
        told = json.dumps(runtime._tracker.value.metadata)  # noqa: SLF001
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('pghistory.context_metadata', %s, true)", [told])

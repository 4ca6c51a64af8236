"""Read the parameters in force on a day: buyer over territory over everybody (DOMAIN.md, conventions)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import or_

from django.db.models import F, Q

from inclusiv.accounts.models import running_on
from inclusiv.core.actors import Actor, Role
from inclusiv.core.changes import Source, Trail
from inclusiv.core.providers import Hit
from inclusiv.parameters.models import Parameter


@dataclass(frozen=True, slots=True)
class Parameters:
    """The values in force on one day for one scope. Every reader raises KeyError for an unknown code."""

    values: Mapping[str, str]

    def decimal(self, code: str) -> Decimal:
        """Return an amount or a rate."""
        return Decimal(self.values[code])

    def integer(self, code: str) -> int:
        """Return a whole number."""
        return int(self.values[code])

    def flag(self, code: str) -> bool:
        """Return a yes or a no."""
        return self.values[code] == "1"

    def day(self, code: str) -> date:
        """Return a date."""
        return date.fromisoformat(self.values[code])

    def line(self, table: str, key: str) -> Decimal:
        """Return the line of a table, or the table's own value when it has no such line."""
        return Decimal(self.values.get(f"{table}.{key}") or self.values[table])

    def table(self, table: str) -> dict[str, str]:
        """Return the lines of a table, key → value."""
        prefix = f"{table}."
        return {
            code.removeprefix(prefix): value for code, value in self.values.items() if code.startswith(prefix)
        }


def in_force(
    *,
    on: date,
    territory_id: int | None = None,
    buyer_id: int | None = None,
    codes: Iterable[str] = (),
    tables: Iterable[str] = (),
) -> Parameters:
    """Return the parameters of a day, in one query; only `codes` and the lines of `tables` when some are given."""
    everybody = Q(territory=None, buyer=None)
    mine = Q(territory_id=territory_id) & Q(territory__isnull=False) | Q(buyer_id=buyer_id) & Q(
        buyer__isnull=False
    )
    rows = (
        Parameter.objects.filter(running_on(on), everybody | mine)
        .order_by(F("buyer").asc(nulls_first=True), F("territory").asc(nulls_first=True))
        .values_list("code", "value")
    )
    asked = [Q(code__in=codes)] if codes else []
    asked += [Q(code__startswith=f"{table}.") for table in tables]
    if asked:
        rows = rows.filter(reduce(or_, asked))
    return Parameters(dict(rows))


def load_parameters(_actor: Actor, _keys: Collection[int]) -> dict[int, Hit]:
    """Return the parameters as the subject of their changes: the whole table, which every key but 0 misses."""
    whole = Hit(kind="Paramètres", label="Paramètres", detail="Règles et constantes", url="/", subject="")
    return {0: whole}


CHANGES = Trail(
    roles=frozenset({Role.COORDINATION}),
    load=load_parameters,
    sources=[Source(model=Parameter, of=lambda _: Q(), name=lambda named: named("code"))],
)
"""What can be read of the changes of the parameters."""

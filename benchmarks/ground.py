"""The rows that every measure reads: a scratch database, filled as `manage.py generate_scale` does."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.test import Client

from beneficiaries.hours.actions import ledger
from inclusiv.accounts.middleware import SESSION_KEY
from inclusiv.accounts.models import Membership
from inclusiv.core.actors import Actor, Role
from inclusiv.core.periods import paris_day
from inclusiv.demo.plan import SEED
from inclusiv.demo.scale.build import build
from inclusiv.demo.scale.sizes import Sizes

Row = tuple[Any, ...]

DATABASE = "inclusiv_bench"
"""A base of our own, even on a server that is not thrown away: nothing that is already there is touched."""

DEPARTMENT = "91"
ENTRIES = 44_000
"""Ledger entries by default: about ten seconds to write, and some 15 000 lots to carry them."""

ENTRIES_PER_TENDER, ENTRIES_PER_PERSON = 5, 10
"""A tender holds fewer than in the demonstration, so that there are many lots."""


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A filled base as of an instant."""

    at: datetime

    @property
    def today(self) -> date:
        """The day, in Paris."""
        return paris_day(self.at)

    @property
    def year(self) -> int:
        """The last year that is over."""
        return self.today.year - 1

    def membership(self, role: Role) -> Membership:
        """Return somebody of this role."""
        return Membership.objects.with_actor().filter(capacity__role=role).order_by("pk")[0]

    def actor(self, role: Role) -> Actor:
        """Return somebody of this role at work."""
        return self.membership(role).actor()

    def signed_in(self, role: Role) -> Client:
        """Return a browser in which somebody of this role has signed in."""
        membership = self.membership(role)
        client = Client()
        client.force_login(membership.user)
        session = client.session
        session[SESSION_KEY] = membership.pk
        session.save()
        return client


@contextmanager
def scratch_database() -> Iterator[None]:
    """Work in a base of our own, migrated and dropped at the end; one that an interrupted run left is replaced."""
    kept = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = DATABASE
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(kept, verbosity=0)


def fill(*, entries: int, at: datetime) -> Ground:
    """Fill the base with so many ledger entries and what goes with them, sealed; return the ground.

    Raises SizesRefused.
    """
    call_command("load_reference", stdout=StringIO())
    sizes = Sizes(
        tenders=max(1, entries // ENTRIES_PER_TENDER),
        persons=max(1, entries // ENTRIES_PER_PERSON),
        entries=entries,
    )
    build(sizes=sizes, seed=SEED, today=paris_day(at), tell=lambda _written: None)
    ledger.seal(day=paris_day(at), at=at)
    return Ground(at=at)


def settle() -> None:
    """Let the base know its tables: else the first plans are those of empty ones, and no index answers alone."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def rows_of(sql: str, values: Mapping[str, Any] | None = None) -> list[Row]:
    """Return the rows of a statement written by hand."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())

"""What the application's role may do in the database: less than the owner, so that it cannot even try (README)."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from psycopg import sql

from inclusiv.core.history import CHANGES
from inclusiv.core.providers import append_only

EVERYTHING = ("SELECT", "INSERT", "UPDATE", "DELETE")
ADDING = ("SELECT", "INSERT")
READING = ("SELECT",)

OWNER_S = frozenset({"django_migrations", "pghistory_context"})
"""Tables that the application only reads: the owner migrates; our contexts lie in the changes themselves."""

FUNCTIONS = ("keep_access_log(integer, timestamp with time zone)",)
"""Functions that act with the owner's rights, closed to everybody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What the role may do with one table; nothing for a partition, which is reached by its parent."""

    table: str
    privileges: tuple[str, ...]


def grants() -> Iterator[Grant]:
    """Yield what the role may do with each table of the schema, in the order of their names."""
    restricted = restrictions()
    for table, is_partition in tables():
        yield Grant(table=table, privileges=() if is_partition else restricted.get(table, EVERYTHING))


def restrictions() -> dict[str, tuple[str, ...]]:
    """Return the privileges of the tables that the role may not change at will, as the apps declare them."""
    found: dict[str, tuple[str, ...]] = dict.fromkeys(OWNER_S, READING)
    found |= {change._meta.db_table: ADDING for change in CHANGES.values()}
    for one in append_only:
        extra = (("DELETE",) if one.goes_with_its_parent else ()) + (("MAINTAIN",) if one.is_locked else ())
        found[one.model._meta.db_table] = (*ADDING, *extra)
    return found


def tables() -> list[tuple[str, bool]]:
    """Return the tables of the schema in use, and whether each is a partition."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relispartition FROM pg_class"
            " WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace ORDER BY relname"
        )
        return list(cursor.fetchall())


def exists(role: str) -> bool:
    """Say whether the server knows the role."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        return cursor.fetchone() is not None


def create(role: str, password: str) -> None:
    """Make a role that may sign in, and nothing else."""
    run("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}", role, sql.Literal(password))


def apply(role: str, granted: list[Grant]) -> None:
    """Give the role exactly these privileges, inside the caller's transaction: what it had before is taken back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        (schema,) = cursor.fetchone() or ("public",)
    inside = sql.Identifier(schema)
    run("REVOKE ALL ON SCHEMA {1} FROM {0}", role, inside)
    run("GRANT USAGE ON SCHEMA {1} TO {0}", role, inside)
    run("REVOKE ALL ON ALL TABLES IN SCHEMA {1} FROM {0}", role, inside)
    run("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {1} TO {0}", role, inside)
    for one in granted:
        if one.privileges:
            words = sql.SQL(", ").join(map(sql.SQL, one.privileges))
            run("GRANT {1} ON {2} TO {0}", role, words, sql.Identifier(schema, one.table))
    for function in FUNCTIONS:
        run("GRANT EXECUTE ON FUNCTION {1} TO {0}", role, sql.SQL(function))


def run(statement: str, role: str, *parts: sql.Composable) -> None:
    """Execute a statement about the role, which is its first part."""
    composed = sql.SQL(statement).format(sql.Identifier(role), *parts)
    with connection.cursor() as cursor:
        cursor.execute(composed.as_string(connection.connection))

"""Rows that reach their tables by COPY, under every constraint, while the next ones are drawn."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

from django.db import connection, models
from django.db.models import AutoField, GeneratedField, Max
from psycopg import Connection, sql

from inclusiv.core import history


def as_text(value: Any) -> Any:
    """Return a list as COPY reads an array, anything else as it is; its items hold neither comma nor quote."""
    return f"{{{','.join(value)}}}" if isinstance(value, list) else value


class CopiedTable:
    """One table: the rows that wait to be written, and the ids that they take."""

    def __init__(self, model: type[models.Model]) -> None:
        """Begin after the last row of the table."""
        self.model = model
        self.key = model._meta.pk if isinstance(model._meta.pk, AutoField) else None
        self.last = (model._default_manager.aggregate(last=Max("pk"))["last"] or 0) if self.key else 0
        self.columns: tuple[str, ...] = ()
        self.constants: dict[str, Any] = {}
        self.rows: list[tuple[Any, ...]] = []

    @property
    def next(self) -> int:
        """The id that the next row will take."""
        return self.last + 1

    def add(self, **values: Any) -> int:
        """Keep a row, given by its columns, and return its id; a column not given takes the model's default."""
        if not self.columns:
            self.columns = tuple(values)
            self.constants = self.defaults(values)
        self.last += 1
        self.rows.append(tuple(values.values()))
        return self.last

    def defaults(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return what the model puts in the columns that are not given and may not be empty."""
        return {
            field.column: as_text(field.get_db_prep_save(field.get_default(), connection))
            for field in self.model._meta.concrete_fields
            if not (field.null or field is self.key or isinstance(field, GeneratedField))
            and field.column not in given
        }

    def taken(self) -> "Sending":
        """Return the rows that wait, ready to be sent, and wait for others."""
        sending = Sending(self)
        self.rows = []
        return sending

    def finish(self) -> None:
        """Let the table's own ids go on after the last one, and tell the planner what the table has become."""
        table = self.model._meta.db_table
        with connection.cursor() as cursor:
            if self.key and self.last:
                cursor.execute(
                    "SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [table, self.key.column, self.last]
                )
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)).as_string())


class Sending:
    """Rows on their way to a table."""

    def __init__(self, table: CopiedTable) -> None:
        """Take the rows that wait in the table."""
        columns = [*([table.key.column] if table.key else []), *table.columns, *table.constants]
        self.statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(table.model._meta.db_table), sql.SQL(", ").join(map(sql.Identifier, columns))
        )
        self.rows = table.rows
        self.constants = tuple(table.constants.values())
        self.first = table.next - len(table.rows) if table.key else None

    def send(self, raw: Connection[Any]) -> None:
        """Write the rows."""
        with raw.cursor() as cursor, cursor.copy(self.statement) as copy:
            for rank, row in enumerate(self.rows, start=self.first or 0):
                copy.write_row(
                    (*row, *self.constants) if self.first is None else (rank, *row, *self.constants)
                )


class ForeignKeys:
    """The foreign keys of tables, set aside while millions of rows come, then judged at once over every row."""

    def __init__(self, tables: Sequence[str]) -> None:
        """Lock the tables until the transaction ends, and set their foreign keys aside."""
        names = sql.SQL(", ").join(map(sql.Identifier, tables))
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(names).as_string())
            cursor.execute(
                "SELECT relname, conname, pg_get_constraintdef(pg_constraint.oid) FROM pg_constraint"
                " JOIN pg_class ON pg_class.oid = conrelid"
                " WHERE contype = 'f' AND relname = ANY(%s) AND pg_table_is_visible(pg_class.oid)",
                [list(tables)],
            )
            self.found: list[tuple[str, str, str]] = cursor.fetchall()
            for table, name, _ in self.found:
                cursor.execute(
                    sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}")
                    .format(sql.Identifier(table), sql.Identifier(name))
                    .as_string()
                )

    def restore(self) -> None:
        """Put the foreign keys back; raises IntegrityError when a row points at nothing."""
        with connection.cursor() as cursor:
            for table, name, definition in self.found:
                cursor.execute(
                    sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}")
                    .format(sql.Identifier(table), sql.Identifier(name), sql.SQL(definition))
                    .as_string()
                )
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


class Tables(AbstractContextManager["Tables"]):
    """Several tables, held for one writer until the transaction ends.

    One batch is sent by a thread while the next one is drawn: between two `write`, nobody else uses the connection.
    """

    def __init__(self, filled: Sequence[type[models.Model]]) -> None:
        """Lock the tables, and let their changes bear the context that is open."""
        history.pin()
        self.foreign_keys = ForeignKeys([model._meta.db_table for model in filled])
        self.tables = {model: CopiedTable(model) for model in filled}
        self.thread = ThreadPoolExecutor(max_workers=1)
        self.sent: Future[None] | None = None

    def __getitem__(self, model: type[models.Model]) -> CopiedTable:
        """Return the table of a model."""
        return self.tables[model]

    def write(self) -> None:
        """Begin to send all the rows that wait, once the former ones have arrived."""
        self.wait()
        batch = [table.taken() for table in self.tables.values() if table.rows]
        self.sent = self.thread.submit(send, batch, connection.connection)

    def wait(self) -> None:
        """Wait for the rows that were sent; raise what the database says of them."""
        if self.sent:
            with connection.wrap_database_errors:
                self.sent.result()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the tables as if their rows had come one by one."""
        self.thread.shutdown()
        if error:
            return
        self.wait()
        for table in self.tables.values():
            table.finish()
        self.foreign_keys.restore()


def send(batch: Sequence[Sending], raw: Connection[Any]) -> None:
    """Write a batch, table after table."""
    for sending in batch:
        sending.send(raw)

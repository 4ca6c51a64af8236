"""`manage.py grant_roles`: the application works under its role, which cannot even try to change what is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, models, transaction
from django.utils import timezone

from beneficiaries.hours.actions import ledger, statements, validation
from beneficiaries.hours.models import HourEntry, LedgerSeal
from beneficiaries.hours.selectors import ledger as reading
from clauses.obligations.models import ObligationVersion, Sizing
from clauses.procurement.actions import tenders
from inclusiv.accounts.models import Organisation
from inclusiv.core import roles
from inclusiv.core.history import CHANGES
from inclusiv.core.providers import append_only
from inclusiv.demo.make import beneficiaries, clauses
from inclusiv.demo.make import hours as making
from inclusiv.demo.make.clauses import noon
from inclusiv.parameters.tasks import keep_access_log
from inclusiv.records.actions import readings
from inclusiv.records.models import AccessLog, AuditEvent
from reporting.publication.models import Snapshot
from tests.conftest import ActingClient, Cast

pytestmark = pytest.mark.django_db

ROLE = "inclusiv_of_a_test"
ADDED_ONLY: set[type[models.Model]] = {
    HourEntry,
    LedgerSeal,
    AuditEvent,
    AccessLog,
    ObligationVersion,
    Snapshot,
}


@pytest.fixture
def role(settings: Any) -> str:
    """Make the role in the test's own transaction: it goes with it."""
    settings.APPLICATION_PASSWORD = "of-a-test"
    call_command("grant_roles", role=ROLE, stdout=StringIO())
    return ROLE


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    """Act as the application does when it signs in with this role."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
        yield
        cursor.execute("RESET ROLE")


def privileges(role: str) -> dict[str, set[str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, privilege_type FROM pg_class, aclexplode(relacl) AS granted"
            " JOIN pg_roles ON pg_roles.oid = granted.grantee"
            " WHERE rolname = %s AND relkind IN ('r', 'p')",
            [role],
        )
        found: dict[str, set[str]] = {}
        for table, privilege in cursor.fetchall():
            found.setdefault(table, set()).add(privilege)
    return found


def month_validated(cast: Cast) -> None:
    """Register, award, notify, place, declare, validate and seal, by the real actions."""
    tender = clauses.tender(buyer=cast.commune, structure=cast.structure)
    award = clauses.award(clauses.lot(tender), (cast.builder, Decimal(1)))
    clauses.notify(tender, notified_on=date(2025, 3, 10))
    check = beneficiaries.validated_check(
        beneficiaries.dossier(cast.structure), reference_date=date(2025, 4, 1)
    )
    placed = beneficiaries.placement(award, check, employer=cast.builder)
    sent = making.statement(award, cast.builder, date(2025, 4, 1), hours={placed: Decimal(133)})
    (done,) = validation.validate(statements=[sent], by=cast.facilitator, at=noon(date(2025, 5, 10)))
    corrected = statements.correct(statement=done, by=cast.facilitator, at=noon(date(2025, 5, 12)))
    assert corrected.version == 2
    ledger.seal(day=date(2025, 5, 12), at=noon(date(2025, 5, 12)))
    readings.note(
        action="person.read", subjects=[check.dossier.person], by=cast.facilitator, at=timezone.now()
    )


class TestPrivileges:
    def test_every_table_that_refuses_a_change_is_declared(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT tgrelid::regclass::text FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
                " WHERE proname = 'refuse_change'"
            )
            refusing = {name for (name,) in cursor.fetchall()}
        assert refusing <= {one.model._meta.db_table for one in append_only}

    def test_what_is_added_only_is_read_and_added(self, role: str) -> None:
        found = privileges(role)
        for table in {model._meta.db_table for model in ADDED_ONLY} | {
            c._meta.db_table for c in CHANGES.values()
        }:
            assert found[table] - {"MAINTAIN"} == {"SELECT", "INSERT"}, table
        assert found["hours_hourentry"] == found["hours_ledgerseal"] == {"SELECT", "INSERT", "MAINTAIN"}
        assert found[Sizing._meta.db_table] == {"SELECT", "INSERT", "DELETE"}
        assert found["django_migrations"] == {"SELECT"}

    def test_the_rest_is_read_and_written_and_never_emptied(self, role: str) -> None:
        found = privileges(role)
        assert found["procurement_tender"] == set(roles.EVERYTHING)
        assert not {privilege for granted in found.values() for privilege in granted} & {
            "TRUNCATE",
            "TRIGGER",
            "REFERENCES",
        }

    def test_the_months_of_the_readings_are_reached_by_their_parent(self, role: str) -> None:
        assert [table for table in privileges(role) if table.startswith("records_accesslog_")] == []

    def test_twice_changes_nothing_and_a_privilege_too_many_is_taken_back(self, role: str) -> None:
        before = privileges(role)
        with connection.cursor() as cursor:
            cursor.execute(f"GRANT UPDATE, TRUNCATE ON hours_hourentry TO {role}")
        call_command("grant_roles", role=role, stdout=StringIO())
        assert privileges(role) == before


class TestUnderTheRole:
    def test_the_application_works(self, role: str, cast: Cast, browser: ActingClient) -> None:
        with acting_as(role):
            month_validated(cast)
            tender = clauses.tender(buyer=cast.commune, structure=cast.structure, reference="2025-002")
            tenders.change(tender=tender, title="Crèche", by=cast.buyer, at=noon(date(2025, 2, 1)))
            assert browser.acting(cast.facilitator).get("/").status_code == 200
            assert browser.get("/personnes/").status_code == 200
        assert list(reading.verify()) == []
        assert HourEntry.objects.exists()
        assert LedgerSeal.objects.exists()
        assert AccessLog.objects.filter(action="people.listed").exists()

    def test_the_task_of_the_night_makes_and_drops_tables_all_the_same(self, role: str, cast: Cast) -> None:
        readings.note(
            action="person.read", subjects=["person:1"], by=cast.facilitator, at=noon(date(2020, 1, 1))
        )
        with acting_as(role):
            keep_access_log()
        assert not AccessLog.objects.exists()

    @pytest.mark.parametrize(
        "statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}"]
    )
    @pytest.mark.parametrize("model", sorted(ADDED_ONLY, key=str))
    def test_nothing_kept_can_be_changed(
        self, role: str, cast: Cast, statement: str, model: type[models.Model]
    ) -> None:
        month_validated(cast)
        refused = "permission denied|must be owner"
        with acting_as(role), pytest.raises(ProgrammingError, match=refused), transaction.atomic():
            run(statement.format(model._meta.db_table))

    def test_no_change_can_be_rewritten(self, role: str, cast: Cast) -> None:
        Organisation.objects.filter(pk=cast.builder.pk).update(name="X")
        for change in CHANGES.values():
            for statement in ("UPDATE {} SET pgh_label = 'x'", "DELETE FROM {}", "TRUNCATE {}"):
                with (
                    acting_as(role),
                    pytest.raises(ProgrammingError, match="permission denied"),
                    transaction.atomic(),
                ):
                    run(statement.format(change._meta.db_table))

    def test_no_trigger_can_be_taken_away(self, role: str) -> None:
        for statement in (
            "ALTER TABLE hours_hourentry DISABLE TRIGGER ALL",
            "DROP FUNCTION refuse_change() CASCADE",
            "SET session_replication_role = replica",
            "CREATE TABLE mine (id integer)",
        ):
            with (
                acting_as(role),
                pytest.raises(ProgrammingError, match=r"must be owner|permission denied"),
                transaction.atomic(),
            ):
                run(statement)


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


class TestCommand:
    def test_says_what_it_did(self, settings: Any) -> None:
        settings.APPLICATION_PASSWORD = "of-a-test"
        said = StringIO()
        call_command("grant_roles", role=ROLE, stdout=said)
        assert f"Rôle {ROLE} créé." in said.getvalue()
        assert "  hours_hourentry : SELECT, INSERT, MAINTAIN\n" in said.getvalue()
        assert "procurement_tender :" not in said.getvalue()
        call_command("grant_roles", role=ROLE, stdout=said, verbosity=2)
        assert "  procurement_tender : SELECT, INSERT, UPDATE, DELETE\n" in said.getvalue()

    def test_a_role_without_a_password_is_not_made(self) -> None:
        with pytest.raises(CommandError, match="APPLICATION_PASSWORD"):
            call_command("grant_roles", role="nobody_at_all", stdout=StringIO())

    def test_needs_a_role_that_is_not_the_owner(self) -> None:
        with pytest.raises(CommandError, match="Aucun rôle"):
            call_command("grant_roles", stdout=StringIO())
        with pytest.raises(CommandError, match="propriétaire"):
            call_command("grant_roles", role=connection.settings_dict["USER"], stdout=StringIO())

    def test_a_strange_name_is_a_name_and_nothing_else(self, settings: Any) -> None:
        settings.APPLICATION_PASSWORD = "it's; DROP TABLE hours_hourentry; --"
        call_command("grant_roles", role='x"; DROP TABLE hours_hourentry; --', stdout=StringIO())
        assert HourEntry.objects.count() == 0


def test_the_readme_names_the_command(settings: Any) -> None:
    assert "manage.py grant_roles" in (Path(settings.BASE_DIR) / "README.md").read_text()

"""The history: what is kept of each change, what never is, and the context without which nothing is written."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, models, transaction
from django.test.utils import CaptureQueriesContext

from beneficiaries.hours.models import HourEntry, LedgerSeal, Statement, StatementLine
from beneficiaries.people.models import EligibilityFacts, Person, PersonIdentity
from beneficiaries.placements.models import Placement
from clauses.decp.models import FileLine, SpottedContract
from clauses.obligations.models import ObligationVersion, Sizing, SocialClause
from clauses.procurement.models import (
    Award,
    BuyerDelegate,
    GroupedBuyer,
    GroupMember,
    Lot,
    NoClauseDecision,
    PlanLine,
    PurchasePlan,
    Tender,
    Tranche,
)
from inclusiv.accounts.models import Capacity, Contact, Membership, Organisation, TerritoryAssignment, User
from inclusiv.core import history
from inclusiv.core.history import CHANGES
from inclusiv.demo.make import clauses
from inclusiv.parameters.models import Parameter
from inclusiv.records.models import AccessLog, AuditEvent, Exchange, Job, StoredFile
from reporting.publication.models import Charter, ReportDocument, Signature, Snapshot
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

TRACKED: set[type[models.Model]] = {
    Organisation, Capacity, Membership, TerritoryAssignment, GroupedBuyer, BuyerDelegate, Parameter, Tender, Lot, Award, GroupMember, SocialClause,
    NoClauseDecision, Tranche, Placement, StatementLine, Charter, Signature,
}  # fmt: skip
NEVER: set[type[models.Model]] = {
    HourEntry, LedgerSeal, AuditEvent, AccessLog, ObligationVersion, Sizing, Snapshot, ReportDocument, Job, StoredFile,
    FileLine, SpottedContract, PurchasePlan, PlanLine, Exchange, Person, PersonIdentity, EligibilityFacts, Contact, User,
}  # fmt: skip
"""Ledger, story, versions, figures, jobs, staging, and whatever says who somebody is."""


def kept(model: type[models.Model]) -> list[Any]:
    return list(CHANGES[model]._base_manager.order_by("pgh_id"))


@pytest.fixture
def nobody_told() -> None:
    """Act as the platform does outside of the tests: no context unless a door opens one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pghistory.context_metadata', '', true)")


class TestWhatIsKept:
    def test_exactly_what_nothing_else_records(self) -> None:
        assert set(CHANGES) == TRACKED
        assert not TRACKED & NEVER

    def test_no_column_that_says_who_a_person_is(self) -> None:
        columns = {
            f"{model.__name__}.{column.name}"
            for model, change in CHANGES.items()
            for column in change._meta.fields
        }
        assert {"Placement.hired_on", "StatementLine.hours", "Organisation.name"} <= columns
        personal = {
            "Organisation.phone", "Placement.person", "Placement.dossier", "Placement.check_of", "StatementLine.zero_reason",
        }  # fmt: skip
        assert not columns & personal
        pointed = {
            column.related_model
            for change in CHANGES.values()
            for column in change._meta.fields
            if column.is_relation
        }
        assert not pointed & {Person, PersonIdentity, EligibilityFacts, Contact}

    def test_the_head_of_the_ledger_is_no_change(self, cast: Cast) -> None:
        award = clauses.award(
            clauses.lot(clauses.tender(buyer=cast.commune, structure=cast.structure)),
            (cast.builder, Decimal(1)),
        )
        before = len(kept(Award))
        Award.objects.filter(pk=award.pk).update(ledger_seq=1, ledger_hash="0" * 64)
        assert len(kept(Award)) == before

    def test_every_column_has_its_french_name(self) -> None:
        same = {"lot", "organisation", "code", "commune", "nature", "source"}
        untold = {
            f"{model.__name__}.{column.name}"
            for model, change in CHANGES.items()
            for column in model._meta.fields
            if column.name in {kept.name for kept in change._meta.fields}
            and not column.primary_key
            and column.verbose_name == column.name.replace("_", " ")
            and column.name not in same
        }
        assert untold == set()

    def test_an_update_keeps_what_was_before(self, cast: Cast) -> None:
        Organisation.objects.filter(pk=cast.builder.pk).update(name="Bâti-Nord")
        changes = [change for change in kept(Organisation) if change.pgh_obj_id == cast.builder.pk]
        assert [(change.pgh_label, change.name) for change in changes] == [
            ("insert", "Bâti-Sud"),
            ("update", "Bâti-Sud"),
        ]

    def test_an_update_of_what_is_not_kept_is_no_change(self, cast: Cast) -> None:
        before = len(kept(Organisation))
        Organisation.objects.filter(pk=cast.builder.pk).update(phone="06 00 00 00 00")
        assert len(kept(Organisation)) == before

    def test_a_deletion_keeps_what_was_there(self, cast: Cast) -> None:
        charter = Charter.objects.create(name="Charte", department="91", signed_on=date(2020, 1, 1))
        charter.delete()
        assert [change.pgh_label for change in kept(Charter)] == ["insert", "delete"]

    def test_lines_are_kept_from_their_first_change_on(self) -> None:
        trackers: Any = CHANGES[StatementLine].pgh_trackers
        labels = {tracker.label for tracker in trackers}
        assert labels == {"update", "delete"}

    def test_a_bulk_change_is_kept_row_by_row(self, cast: Cast) -> None:
        changed = Organisation.objects.filter(pk__in=[cast.builder.pk, cast.painter.pk]).update(name="X")
        assert len([one for one in kept(Organisation) if one.pgh_label == "update"]) == changed == 2

    def test_is_added_to_and_never_changed(self, cast: Cast) -> None:
        changes = CHANGES[Organisation]._base_manager.filter(pgh_obj=cast.builder.pk)  # type: ignore[misc]  # the library's
        with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
            changes.update(pgh_label="x")
        with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
            changes.delete()
        assert changes.count() == 1

    def test_every_table_of_changes_refuses_to_be_changed(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'pgtrigger_append_only%'"
            )
            protected = {name for (name,) in cursor.fetchall()}
        assert protected == {change._meta.db_table for change in CHANGES.values()}


class TestContext:
    def test_nothing_is_written_without_one(self, cast: Cast, nobody_told: None) -> None:
        with pytest.raises(IntegrityError, match="pgh_context"), transaction.atomic():
            Organisation.objects.filter(pk=cast.builder.pk).update(name="X")
        with pytest.raises(IntegrityError, match="pgh_context"), transaction.atomic():
            Charter.objects.create(name="Charte", department="91", signed_on=date(2020, 1, 1))

    def test_what_is_not_tracked_needs_none(self, cast: Cast, nobody_told: None) -> None:
        Contact.objects.create(organisation=cast.builder, name="Paul", phone="06")

    def test_says_who_what_and_in_which_request(self, cast: Cast, nobody_told: None) -> None:
        with history.context(action="POST /x/", membership=7, request="abc"):
            Organisation.objects.filter(pk=cast.builder.pk).update(name="X")
        assert kept(Organisation)[-1].pgh_context == {"action": "POST /x/", "membership": 7, "request": "abc"}

    def test_inside_another_takes_its_place(self, cast: Cast, nobody_told: None) -> None:
        with history.context(action="task run_job"), history.context(action="job x", membership=3):
            Organisation.objects.filter(pk=cast.builder.pk).update(name="X")
        assert kept(Organisation)[-1].pgh_context["membership"] == 3

    def test_reaches_what_comes_by_copy(self, cast: Cast, nobody_told: None) -> None:
        with history.context(action="manage.py generate_scale"):
            history.pin()
            with (
                connection.connection.cursor() as raw,
                raw.copy("COPY publication_charter (name, department, signed_on) FROM STDIN") as copy,
            ):
                copy.write_row(("Charte", "91", date(2020, 1, 1)))
        assert kept(Charter)[-1].pgh_context["action"] == "manage.py generate_scale"

    def test_costs_no_query_of_its_own(self, cast: Cast) -> None:
        with history.context(action="x"), CaptureQueriesContext(connection) as seen:
            Organisation.objects.filter(pk=cast.builder.pk).update(name="X")
        assert len(seen) == 1


@pytest.mark.django_db(transaction=True)
def test_flushing_the_tables_empties_the_history_too(reference: None) -> None:
    Charter.objects.create(name="Charte", department="91", signed_on=date(2020, 1, 1))
    assert kept(Charter)
    tables = connection.introspection.django_table_names(only_existing=True)
    assert {change._meta.db_table for change in CHANGES.values()} | {"records_accesslog"} <= set(tables)


def test_models_that_say_who_somebody_is_have_no_table_of_changes() -> None:
    tables = {model._meta.db_table for model in apps.get_models()}
    assert not {f"{model._meta.db_table}change" for model in NEVER} & tables
    assert Statement not in CHANGES

"""`manage.py generate_scale`: rows by COPY that the platform itself could have written."""

from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from beneficiaries.hours.actions import ledger as writing
from beneficiaries.hours.choices import StatementStatus
from beneficiaries.hours.models import HourEntry, Statement, StatementLine
from beneficiaries.hours.selectors import ledger
from beneficiaries.hours.selectors.review import lines_of, review
from beneficiaries.people.models import Person
from beneficiaries.placements.models import Placement
from clauses.obligations.models import Obligation, ObligationVersion, SocialClause
from clauses.obligations.rules.sizing import SizingInputs
from clauses.obligations.selectors.sizing import sizing_ground
from clauses.procurement.choices import TenderStatus
from clauses.procurement.models import Award, LotParticipant, Tender
from inclusiv.accounts.models import Membership, Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.core.periods import PARIS
from inclusiv.demo.make import accounts
from inclusiv.demo.make.clauses import noon
from inclusiv.demo.scale.build import FILLED, build
from inclusiv.demo.scale.copying import Tables
from inclusiv.demo.scale.sizes import BATCH_ENTRIES, Sizes, SizesRefused
from tests.conftest import ActingClient
from tests.demo.fingerprint import fingerprint

pytestmark = pytest.mark.django_db

TODAY = date(2026, 7, 15)
SMALL = Sizes(tenders=24, persons=60, entries=500)


def fill(sizes: Sizes = SMALL, *, seed: int = 91) -> None:
    build(sizes=sizes, seed=seed, today=TODAY, tell=lambda _written: None)


def counts() -> tuple[int, int, int]:
    return Tender.objects.count(), Person.objects.count(), HourEntry.objects.count()


def foreign_keys() -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' ORDER BY 1, 2"
        )
        return [tuple(map(str, row)) for row in cursor.fetchall()]


def someone(role: Role) -> Actor:
    """Return the first account that works in this role."""
    memberships = Membership.objects.filter(capacity__role=role).with_actor().order_by("pk")
    return memberships[0].actor()


@pytest.mark.parametrize(
    "sizes",
    [
        SMALL,
        Sizes(tenders=1, persons=30, entries=40),
        Sizes(tenders=130, persons=90, entries=900, departments=2),
    ],
    ids=["small", "one tender", "two départements"],
)
def test_exactly_what_is_asked_is_written(sizes: Sizes) -> None:
    fill(sizes)
    assert counts() == (sizes.tenders, sizes.persons, sizes.entries)


def test_several_departments_share_the_tenders() -> None:
    fill(Sizes(tenders=130, persons=90, entries=900, departments=2))
    assert set(Tender.objects.values_list("department", flat=True)) == {"91", "01"}


def test_every_foreign_key_is_put_back() -> None:
    before = foreign_keys()
    fill()
    assert foreign_keys() == before


def copy(model: type[Model], **values: object) -> None:
    """Send one row as a batch would."""
    with transaction.atomic(), Tables(FILLED) as tables:
        tables[model].add(**values)
        tables.write()


def test_row_that_points_at_nothing_is_refused() -> None:
    with pytest.raises(IntegrityError, match=r"procurement_lotpart.* violates foreign key"):
        copy(LotParticipant, lot_id=1_000_000, organisation_id=1_000_000, starts_on=TODAY)


def test_row_that_breaks_a_rule_of_its_table_is_refused() -> None:
    with pytest.raises(IntegrityError, match="statement_month_is_a_month"):
        copy(
            Statement,
            award_id=1,
            declarant_id=1,
            month=date(2025, 3, 2),
            due_on=TODAY,
            updated_at=noon(TODAY),
        )


def test_ledger_is_intact_and_can_be_sealed() -> None:
    fill()
    writing.seal(day=TODAY, at=datetime(2026, 7, 15, 2, 30, tzinfo=PARIS))
    out = StringIO()
    call_command("verify_ledger", stdout=out)
    assert out.getvalue() == "500\xa0écritures vérifiées : l’historique est intact.\n"


def test_altered_entry_is_found(as_owner: None) -> None:
    fill()
    HourEntry.objects.filter(pk=HourEntry.objects.order_by("pk")[7].pk).update(counted=1)
    assert [finding.fault for finding in ledger.verify()] == [ledger.Fault.ALTERED]


def test_every_line_would_pass_the_control() -> None:
    fill()
    lines = list(lines_of(list(Statement.objects.values_list("pk", flat=True))))
    verdicts = review(lines)
    assert len(lines) > HourEntry.objects.count()
    assert {verdict.rejections for verdict in verdicts.values()} == {()}
    assert all(verdicts[line.pk].counted == line.hours for line in lines)


def test_validated_lines_are_those_of_the_ledger() -> None:
    fill()
    validated = StatementLine.objects.filter(statement__status=StatementStatus.VALIDATED)
    assert sorted(validated.values_list("pk", "counted")) == sorted(
        HourEntry.objects.values_list("line", "counted")
    )
    waiting = StatementLine.objects.exclude(pk__in=validated)
    assert set(waiting.values_list("statement__status", "counted")) == {
        (StatementStatus.SUBMITTED.value, Decimal(0))
    }


def test_days_of_entries_are_those_of_the_control() -> None:
    fill()
    entries = {entry.line_id: (entry.worked_from, entry.worked_to) for entry in HourEntry.objects.all()}
    lines = list(lines_of(list(Statement.objects.values_list("pk", flat=True))))
    verdicts = review(lines)
    for line in lines:
        days = verdicts[line.pk].days
        assert days is not None
        if line.pk in entries:
            assert entries[line.pk] == (days.first, days.last)


def test_hours_owed_are_those_of_the_formula() -> None:
    fill()
    for clause in SocialClause.objects.select_related("sizing", "lot__tender"):
        ground, kept = sizing_ground(clause.lot, on=TODAY), clause.sizing
        assert kept is not None
        assert kept.amount == clause.lot.estimated_amount
        inputs = SizingInputs(
            amount=clause.lot.estimated_amount or kept.hours,
            labour_share=ground.inputs.labour_share,
            effort_rate=ground.inputs.effort_rate,
            hourly_cost=ground.inputs.hourly_cost,
            rounding_step=ground.inputs.rounding_step,
        )
        computed = ground.size(inputs)
        assert (clause.quantity, kept.hours, list(kept.warnings)) == (
            computed.hours,
            computed.hours,
            list(computed.warnings),
        )
    owed = Obligation.objects.values_list("lot", "quantity")
    assert sorted(owed) == sorted(ObligationVersion.objects.values_list("obligation__lot", "quantity"))
    assert set(owed) <= set(SocialClause.objects.values_list("lot", "quantity"))


def test_states_of_tenders_are_varied() -> None:
    fill(Sizes(tenders=200, persons=100, entries=1000))
    assert set(Tender.objects.values_list("status", flat=True)) >= {
        TenderStatus.PLANNED,
        TenderStatus.PUBLISHED,
        TenderStatus.IN_PROGRESS,
        TenderStatus.COMPLETED,
        TenderStatus.CLOSED,
        TenderStatus.NO_AWARD,
    }


def test_next_row_comes_after_those_written() -> None:
    fill()
    made = Person.objects.create(created_at=datetime(2026, 7, 15, tzinfo=PARIS))
    assert made.pk == max(Person.objects.values_list("pk", flat=True))


def test_same_seed_and_day_draw_the_same() -> None:
    drawn = []
    for seed in (91, 91, 92):
        with transaction.atomic():
            fill(seed=seed)
            drawn.append(fingerprint())
            transaction.set_rollback(True)
    assert drawn[0] == drawn[1]
    assert {name for name in drawn[0] if drawn[0][name] != drawn[2][name]} >= {
        "Tender",
        "Placement",
        "HourEntry",
    }


def test_what_was_there_stays_beside() -> None:
    accounts.organisation(name="Commune de Valmont", number=1000, roles=(Role.BUYER,))
    kept = Person.objects.create(created_at=datetime(2026, 7, 1, tzinfo=PARIS))
    fill()
    assert Person.objects.filter(pk=kept.pk).exists()
    assert counts() == (24, 61, 500)


def test_database_is_filled_only_once() -> None:
    fill()
    with pytest.raises(SizesRefused, match="déjà été remplie"), transaction.atomic():
        fill()


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        (Sizes(tenders=0, persons=1, entries=1), "au moins un marché"),
        (Sizes(tenders=1, persons=1, entries=1, departments=101), "1 à 100 départements"),
        (Sizes(tenders=10, persons=10, entries=151), "au moins 11 personnes"),
    ],
)
def test_sizes_without_sense_are_refused(sizes: Sizes, said: str) -> None:
    with pytest.raises(SizesRefused, match=said):
        fill(sizes)
    assert not Organisation.objects.exists()


def test_batches_stay_small_and_hold_all() -> None:
    sizes = Sizes(tenders=20_000, persons=70_000, entries=1_000_000, departments=3)
    batches = list(sizes.batches(structures=15))
    assert max(batch.entries for batch in batches) <= BATCH_ENTRIES
    assert {batch.structure for batch in batches} == set(range(15))
    assert sum(batch.tenders for batch in batches) == 20_000
    assert sum(batch.persons for batch in batches) == 70_000
    assert sum(batch.entries for batch in batches) == 1_000_000


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.COORDINATION])
def test_list_of_lots_costs_the_same_queries_at_any_size(browser: ActingClient, role: Role) -> None:
    costs = []
    for sizes in (SMALL, Sizes(tenders=72, persons=120, entries=1500)):
        with transaction.atomic(), time_machine.travel(datetime(2026, 7, 15, 10, tzinfo=PARIS), tick=False):
            fill(sizes)
            browser.acting(someone(role))
            with CaptureQueriesContext(connection) as queries:
                answer = browser.get("/marches/")
            assert answer.status_code == 200
            costs.append(len(queries))
            transaction.set_rollback(True)
    assert costs[0] == costs[1]


def test_command_tells_how_far_it_is() -> None:
    out = StringIO()
    call_command("generate_scale", tenders=24, persons=60, entries=500, today=TODAY, stdout=out)
    assert "100 %, 500\xa0écritures" in out.getvalue()
    assert "24\xa0marchés, 60\xa0personnes, 500\xa0écritures en " in out.getvalue()
    assert Placement.objects.exists()


def test_command_refuses_a_real_deployment_unless_told(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="--yes"):
        call_command("generate_scale", tenders=24, persons=60, entries=500, today=TODAY)
    assert not Tender.objects.exists()
    call_command(
        "generate_scale", tenders=24, persons=60, entries=500, today=TODAY, yes=True, stdout=StringIO()
    )
    assert Award.objects.filter(ledger_seq__gt=0).exists()


def test_command_says_why_it_refuses() -> None:
    with pytest.raises(CommandError, match="personnes"):
        call_command("generate_scale", tenders=2, persons=1, entries=500, today=TODAY, stdout=StringIO())

"""A clause keeps its calculation, the contract's number wins, and the notification makes it owed."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from clauses.obligations.actions import clauses, obligations
from clauses.obligations.choices import ClauseStatus, Public
from clauses.obligations.models import Obligation, ObligationVersion, Sizing, SocialClause
from clauses.obligations.selectors.sizing import sizing_ground
from clauses.procurement.actions import lots
from clauses.procurement.choices import Sector, TenderNature, TenderStatus
from clauses.procurement.models import Lot, Tender
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import clauses as make
from inclusiv.parameters.choices import ParameterKind
from inclusiv.parameters.models import Parameter
from inclusiv.records.models import AuditEvent
from tests.conftest import Cast


@pytest.fixture
def tender(cast: Cast) -> Tender:
    return make.tender(buyer=cast.commune, structure=cast.structure)


@pytest.fixture
def lot(tender: Tender, cast: Cast, at: datetime) -> Lot:
    return lots.add(
        tender=tender,
        title="Peinture",
        sector=Sector.PAINTING,
        estimated_amount=Decimal("220000.00"),
        by=cast.buyer,
        at=at,
    )


def put(lot: Lot, cast: Cast, at: datetime, **changes: object) -> SocialClause:
    ground = sizing_ground(lot, on=at.date())
    return clauses.put(**{"lot": lot, "inputs": ground.inputs, "by": cast.facilitator, "at": at} | changes)  # type: ignore[arg-type]


def test_a_clause_keeps_the_calculation_behind_it(lot: Lot, cast: Cast, at: datetime) -> None:
    clause = put(lot, cast, at)
    sizing = clause.sizing
    assert sizing is not None
    assert (clause.quantity, sizing.raw_hours, sizing.hours) == (
        Decimal("410.00"),
        Decimal("410.67"),
        Decimal("410.00"),
    )
    assert (sizing.labour_share, sizing.effort_rate, sizing.hourly_cost) == (
        Decimal("0.70"),
        Decimal("0.08"),
        Decimal("30.00"),
    )
    assert sizing.computed_by == cast.facilitator.name
    lot.refresh_from_db()
    assert lot.has_clause


def test_the_number_of_the_contract_wins_and_the_difference_is_told(
    lot: Lot, cast: Cast, at: datetime
) -> None:
    clause = put(lot, cast, at, quantity=Decimal(455))
    assert clause.quantity == Decimal("455.00")
    assert AuditEvent.objects.get(code="clause.adjusted").data == {
        "number": "1",
        "hours": "455",
        "computed": "410",
    }


def test_a_new_calculation_never_replaces_the_old_one(lot: Lot, cast: Cast, at: datetime) -> None:
    put(lot, cast, at)
    clause = put(lot, cast, at, quantity=Decimal(500), priority_publics=[Public.RSA, Public.YOUTH])
    assert (Sizing.objects.count(), SocialClause.objects.count()) == (2, 1)
    assert (clause.quantity, clause.priority_publics) == (Decimal("500.00"), ["RSA", "YOUTH"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Sizing.objects.update(hours=1)


def test_a_clause_prepared_on_an_old_calculation_is_refused(lot: Lot, cast: Cast, at: datetime) -> None:
    put(lot, cast, at, seen=0)
    with pytest.raises(Refused, match="recalculées entre-temps"):
        put(lot, cast, at, seen=0)
    put(lot, cast, at, seen=1)


def test_a_clause_is_removed_and_its_calculations_stay(lot: Lot, cast: Cast, at: datetime) -> None:
    put(lot, cast, at)
    clauses.remove(lot=lot, by=cast.buyer, at=at)
    lot.refresh_from_db()
    assert (lot.has_clause, Sizing.objects.count(), SocialClause.objects.count()) == (False, 1, 0)
    with pytest.raises(Refused, match="n’a pas de clause"):
        clauses.remove(lot=lot, by=cast.buyer, at=at)
    lots.remove(lot=lot, by=cast.buyer, at=at)
    assert not Lot.objects.exists()


@pytest.mark.parametrize("name", ["other_buyer", "other_facilitator", "contractor", "coordinator"])
def test_who_does_not_own_a_tender_writes_no_clause(name: str, lot: Lot, cast: Cast, at: datetime) -> None:
    with pytest.raises(Refused):
        put(lot, cast, at, by=cast.everyone()[name])
    assert not Sizing.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"labour_share": Decimal("1.1")}, "labour_share"), ({"amount": Decimal(-5)}, "amount")],
)
def test_an_impossible_calculation_writes_nothing(
    changes: dict[str, Decimal], field: str, lot: Lot, cast: Cast, at: datetime
) -> None:
    inputs = replace(sizing_ground(lot, on=at.date()).inputs, **changes)
    with pytest.raises(Refused) as refusal:
        put(lot, cast, at, inputs=inputs)
    assert refusal.value.field == field
    assert not Sizing.objects.exists()


def test_a_calculation_that_ends_at_nothing_needs_a_number(lot: Lot, cast: Cast, at: datetime) -> None:
    inputs = replace(sizing_ground(lot, on=at.date()).inputs, amount=Decimal(0))
    with pytest.raises(Refused, match="au moins une heure"):
        put(lot, cast, at, inputs=inputs)
    assert put(lot, cast, at, inputs=inputs, quantity=Decimal(70)).quantity == 70


def test_what_is_in_force_for_the_buyer_comes_first(lot: Lot, cast: Cast, at: datetime) -> None:
    assert sizing_ground(lot, on=at.date()).sources["effort_rate"].startswith("valeur d’usage du métier")
    Parameter.objects.create(
        code="EFFORT_RATE.PAINTING",
        value="0.12",
        kind=ParameterKind.RATE,
        starts_on=date(2025, 1, 1),
        buyer=cast.commune,
        source="délibération",
    )
    ground = sizing_ground(lot, on=at.date())
    assert ground.inputs.effort_rate == Decimal("0.12")
    assert ground.sources["effort_rate"] == "valeur fixée pour cet acheteur"
    assert ground.sources["hourly_cost"] == "valeur par défaut"


def test_the_limits_follow_what_is_bought(lot: Lot, at: datetime) -> None:
    assert sizing_ground(lot, on=at.date()).limits.min_amount == 100_000
    lot.tender.nature = TenderNature.SUPPLIES
    assert sizing_ground(lot, on=at.date()).limits.min_amount == 60_000


def golden(cast: Cast) -> Tender:
    """The contract of DOMAIN.md 12.1, awarded."""
    tender = make.tender(buyer=cast.commune, structure=cast.structure, reference="M-2025-014")
    structural = make.lot(tender)
    roads = make.lot(
        tender,
        number=2,
        title="VRD",
        sector=Sector.EARTHWORKS_ROADS,
        amount=Decimal("640000.00"),
        hours=Decimal(320),
    )
    painting = make.lot(
        tender,
        number=3,
        title="Peinture",
        sector=Sector.PAINTING,
        amount=Decimal("220000.00"),
        hours=Decimal(410),
    )
    make.award(structural, (cast.builder, Decimal("0.7")), (cast.painter, Decimal("0.3")))
    make.award(roads, (cast.builder, Decimal(1)))
    make.award(painting, (cast.painter, Decimal(1)))
    return tender


def test_the_notification_of_the_worked_example_owes_2620_hours(cast: Cast, at: datetime) -> None:
    tender = golden(cast)
    bound = obligations.notify(
        tender=tender,
        notified_on=date(2025, 3, 10),
        starts_on=date(2025, 3, 24),
        ends_on=date(2025, 11, 28),
        by=cast.buyer,
        at=at,
    )
    assert [obligation.quantity for obligation in bound] == [1890, 320, 410]
    assert set(SocialClause.objects.values_list("status", flat=True)) == {ClauseStatus.BINDING}
    versions = ObligationVersion.objects.order_by("pk").values_list("number", "effective_on", "recorded_at")
    assert set(versions) == {(1, date(2025, 3, 10), at)}
    tender.refresh_from_db()
    assert tender.status == TenderStatus.IN_PROGRESS


def test_the_terms_are_frozen_as_data(cast: Cast, at: datetime) -> None:
    make.notify(golden(cast), notified_on=date(2025, 3, 10))
    version = ObligationVersion.objects.get(obligation__lot__number=3)
    assert version.terms == {
        "clause_type": "EXECUTION",
        "insertion_policy": "STANDARD",
        "unit": "HOURS",
        "quantity": "410.00",
        "priority_publics": ["RSA"],
        "strict_prior_validation": False,
        "count_training": True,
        "articles": [
            {"name": f"article {name} du code de la commande publique", "starts_on": since, "ends_on": None}
            for name, since in (("L3-1", "2021-08-25"), ("L2111-1", "2019-04-01"), ("L2112-2", "2019-04-01"))
        ],
        "modalities": ["DIRECT_HIRE", "SECONDMENT", "INCLUSIVE_PARTNER"],
        "documents": ["MONTHLY_STATEMENT", "HOURS_PROOF", "ACTION_PLAN"],
        "statement_due_day": 12,
        "contact_days": 14,
        "kickoff_months": 1,
        "plan_days": 15,
        "final_report_months": 3,
        "penalty_hour": "50.00",
        "penalty_action": "500.00",
        "penalty_document_day": "100.00",
        "penalty_cap_applies": False,
        "penalty_cap_rate": "0.10000",
        "small_penalty_waiver_applies": False,
        "small_penalty_limit": "1000.00",
        "relief_cases": ["NO_CANDIDATE", "COMPANY_IN_DIFFICULTY", "EXECUTION_CUT"],
        "hours_per_100k": None,
        "hours_rate": None,
        "actions_per_year": None,
        "action_kinds": [],
        "sizing": {
            "staff_total": None,
            "staff_taken_over": None,
            "amount": "220000.00",
            "labour_share": "0.70000",
            "effort_rate": "0.08000",
            "hourly_cost": "30.00",
            "rounding_step": "5.00",
            "hours": "410.00",
        },
    }


def test_the_binding_is_told_lot_by_lot_on_behalf_of_the_buyer(cast: Cast, at: datetime) -> None:
    obligations.notify(
        tender=golden(cast),
        notified_on=date(2025, 3, 10),
        starts_on=date(2025, 3, 24),
        ends_on=date(2025, 11, 28),
        by=cast.facilitator,
        at=at,
    )
    told = AuditEvent.objects.filter(code="obligation.bound").order_by("pk")
    assert [event.data["hours"] for event in told] == ["1\u202f890", "320", "410"]
    assert {event.on_behalf_of for event in told} == {"Commune de Valmont"}


def test_a_binding_clause_only_changes_by_an_amendment(cast: Cast, at: datetime) -> None:
    tender = golden(cast)
    make.notify(tender, notified_on=date(2025, 3, 10))
    lot = tender.lots.get(number=1)
    with pytest.raises(Refused):
        put(lot, cast, at)
    with pytest.raises(Refused):
        clauses.remove(lot=lot, by=cast.buyer, at=at)


def test_nothing_is_owed_while_a_lot_with_a_clause_has_no_contractor(
    tender: Tender, cast: Cast, at: datetime
) -> None:
    make.award(make.lot(tender), (cast.builder, Decimal(1)))
    late = make.lot(tender, number=2, amount=Decimal(1000))
    assert late.has_clause
    with pytest.raises(Refused, match="lot 2"):
        make.notify(tender, notified_on=date(2025, 3, 10))
    assert not Obligation.objects.exists()


def test_a_notification_is_made_once(cast: Cast, at: datetime) -> None:
    tender = golden(cast)
    make.notify(tender, notified_on=date(2025, 3, 10))
    with pytest.raises(Refused, match="attribué"):
        make.notify(tender, notified_on=date(2025, 3, 10))
    assert Obligation.objects.count() == 3


def test_a_refused_notification_leaves_no_trace(cast: Cast, at: datetime) -> None:
    tender = golden(cast)
    before = AuditEvent.objects.count()
    with pytest.raises(Refused, match="précéder l’attribution"):
        obligations.notify(
            tender=tender,
            notified_on=date(2025, 2, 23),
            starts_on=date(2025, 3, 24),
            ends_on=date(2025, 11, 28),
            by=cast.buyer,
            at=at,
        )
    assert AuditEvent.objects.count() == before
    assert not Obligation.objects.exists()

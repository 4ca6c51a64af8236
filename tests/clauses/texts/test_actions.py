"""A version of a model is written once, takes effect on its day, and the former ones stay."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from clauses.obligations.selectors.articles import consultation_day, known_articles
from clauses.obligations.selectors.duty import reaches_threshold
from clauses.procurement.choices import TenderForm, TenderNature
from clauses.procurement.models import Tender
from clauses.texts.actions import texts
from clauses.texts.choices import TextKind
from clauses.texts.documents.pieces import pieces_of
from clauses.texts.models import TextModel
from clauses.texts.selectors.facts import doubts, tender_facts
from clauses.texts.selectors.models import models_used, shelves
from inclusiv.core.actors import Role
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import accounts
from inclusiv.demo.make import clauses as make
from inclusiv.parameters.models import Parameter
from inclusiv.records.models import AuditEvent
from tests.conftest import Cast

BODY = "# Insertion\nLe titulaire réalise {{ heures_totales }}."


def write(cast: Cast, at: datetime, **changes: Any) -> TextModel:
    usual: dict[str, Any] = {
        "kind": TextKind.CCAP, "body": BODY, "valid_from": at.date(), "seen": 2, "by": cast.coordinator, "at": at,
    }  # fmt: skip
    return texts.write(**usual | changes)


@pytest.mark.django_db
def test_the_platform_ships_versions_of_each_and_loading_twice_adds_nothing(at: datetime) -> None:
    assert set(TextModel.objects.values_list("kind", "version", "department")) == {
        (kind.value, version, "") for kind in TextKind for version in (1, 2)
    }
    assert texts.load_shipped(at) == 0


def test_a_new_version_has_the_next_number_and_tells_its_story(cast: Cast, at: datetime) -> None:
    row = write(cast, at)
    assert (row.version, row.department, row.author) == (3, "91", cast.coordinator.name)
    assert AuditEvent.objects.get(code="text.written").data["version"] == "3"
    assert write(cast, at, body="Autre {{ lieu }}.", seen=3).version == 4
    assert TextModel.objects.filter(kind=TextKind.CCAP).count() == 4


def test_a_version_is_never_changed_nor_erased(cast: Cast, at: datetime) -> None:
    row = write(cast, at)
    with pytest.raises(IntegrityError), transaction.atomic():
        TextModel.objects.filter(pk=row.pk).update(body="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        row.delete()


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"body": "{{ inconnu }}"}, "unknown_field", "body"),
        ({"body": "Une pénalité de 50 €."}, "typed_quantity", "body"),
        ({"body": "Numéro 2 55 08 14 168 025 38"}, "nir", "body"),
        ({"seen": 0}, "stale_version", None),
        ({"seen": 3}, "stale_version", None),
    ],
)
def test_what_cannot_be_written_is_refused(
    changes: dict[str, Any], code: str, field: str | None, cast: Cast, at: datetime
) -> None:
    with pytest.raises(Refused) as refusal:
        write(cast, at, **changes)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert TextModel.objects.filter(department="91").count() == 0


def test_a_version_takes_effect_neither_in_the_past_nor_before_the_last_one(cast: Cast, at: datetime) -> None:
    with pytest.raises(Refused, match="au plus tôt aujourd’hui"):
        write(cast, at, valid_from=at.date() - timedelta(days=1))
    write(cast, at, valid_from=at.date() + timedelta(days=30))
    with pytest.raises(Refused, match="ne peut pas la précéder"):
        write(cast, at, body="Autre.", seen=3)
    with pytest.raises(Refused, match="rien n’a changé"):
        write(cast, at, seen=3, valid_from=at.date() + timedelta(days=40))


@pytest.mark.parametrize(
    "name", ["buyer", "facilitator", "contractor", "employer", "prescriber", "signatory"]
)
def test_only_the_coordination_writes_models(name: str, cast: Cast, at: datetime) -> None:
    with pytest.raises(Refused) as refusal:
        write(cast, at, by=cast.everyone()[name])
    assert refusal.value.code == "not_permitted"


def test_a_departement_writes_for_itself(cast: Cast, at: datetime) -> None:
    write(cast, at)
    elsewhere = accounts.organisation(
        name="Autre département", number=40, roles=(Role.COORDINATION,), department="77"
    )
    other = accounts.member(
        elsewhere, Role.COORDINATION, first_name="Zoé", last_name="Autre", email="zoe@example.org"
    )
    assert other.department == "77"
    assert not TextModel.objects.visible_to(other).filter(department="91").exists()
    assert models_used(department="77", on=at.date())[TextKind.CCAP].version == 1
    assert models_used(department="91", on=at.date())[TextKind.CCAP].version == 3


def test_a_consultation_keeps_the_version_of_its_day(cast: Cast, at: datetime) -> None:
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    make.lot(tender)
    tomorrow = at.date() + timedelta(days=1)
    write(cast, at, valid_from=tomorrow)
    launched = consultation_day(tender, today=tomorrow)
    assert launched == tender.consultation_launched_on
    facts = tender_facts(tender, on=launched, today=launched)
    assert pieces_of(facts, models_used(department="91", on=launched))[0].version == 1
    assert pieces_of(facts, models_used(department="91", on=tomorrow))[0].version == 3
    coming = {shelf.kind: shelf.coming for shelf in shelves(cast.coordinator, on=at.date()) if shelf.coming}
    assert coming[TextKind.CCAP].version == 3


def test_a_consultation_not_launched_yet_follows_today(cast: Cast, at: datetime) -> None:
    tender = Tender(consultation_launched_on=at.date() + timedelta(days=20))
    assert consultation_day(tender, today=at.date()) == at.date()
    assert consultation_day(Tender(), today=at.date()) == at.date()


def test_the_article_of_the_duty_is_dated_as_the_parameter_is(db: None) -> None:
    duty = next(one for one in known_articles() if "L2112-2-1" in one.name)
    assert str(duty.starts_on) == Parameter.objects.get(code="SOCIAL_OBLIGATION_FROM").value
    assert duty.above_threshold


@pytest.mark.parametrize(
    ("nature", "amount", "reaches"),
    [
        (TenderNature.WORKS, "5404000", True),
        (TenderNature.WORKS, "5403999.99", False),
        (TenderNature.SERVICES, "216000", True),
        (TenderNature.SERVICES, "215999", False),
        (TenderNature.SERVICES, None, False),
    ],
)
def test_the_duty_is_cited_from_the_threshold_on(
    nature: TenderNature, amount: str | None, reaches: bool, cast: Cast
) -> None:
    tender = Tender(buyer=cast.commune, nature=nature, estimated_amount=Decimal(amount) if amount else None)
    assert reaches_threshold(tender, on=date(2026, 9, 1)) is reaches


def test_doubts_are_told(cast: Cast) -> None:
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    assert doubts(tender, on=date(2025, 1, 1)) == []
    assert "CCAG de 2021" in doubts(tender, on=date(2021, 3, 31))[0]
    tender.form = TenderForm.PRIVATE
    assert "achat privé" in doubts(tender, on=date(2025, 1, 1))[0]

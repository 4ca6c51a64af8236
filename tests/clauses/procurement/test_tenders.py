"""Tenders are registered, changed, moved and notified by those whose work it is, and each act is told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from clauses.procurement.actions import tenders
from clauses.procurement.choices import TenderAction, TenderStatus
from clauses.procurement.models import Tender
from clauses.procurement.rules import tenders as rules
from inclusiv.accounts.models import Territory, TerritoryAssignment
from inclusiv.core.actors import Actor, Role
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import clauses as make
from inclusiv.demo.make.clauses import noon
from inclusiv.records.models import AuditEvent, reference
from inclusiv.reference.models import Commune
from tests.conftest import Cast, make_cast


def story(tender: Tender) -> list[str]:
    return list(
        AuditEvent.objects.filter(subjects__contains=[reference(tender)])
        .order_by("pk")
        .values_list("code", flat=True)
    )


def test_a_buyer_registers_for_itself_and_the_place_names_the_structure(
    cast: Cast, territory: Territory, facts: dict[str, Any], at: datetime
) -> None:
    tender = tenders.register(**facts, by=cast.buyer, at=at)
    assert (tender.structure, tender.department, tender.status) == (
        cast.structure,
        "91",
        TenderStatus.PLANNED,
    )
    assert story(tender) == ["tender.registered"]
    assert AuditEvent.objects.get().on_behalf_of == ""


def test_a_facilitator_registers_on_behalf_of_a_buyer(
    cast: Cast, territory: Territory, facts: dict[str, Any], at: datetime
) -> None:
    tenders.register(**facts, by=cast.facilitator, at=at)
    event = AuditEvent.objects.get()
    assert (event.organisation, event.on_behalf_of) == ("PLIE Nord", "Commune de Valmont")


def test_a_place_without_territory_falls_back_on_the_seat_of_the_buyer(
    cast: Cast, territory: Territory, facts: dict[str, Any], at: datetime
) -> None:
    cast.commune.commune = Commune.objects.get(pk="91228")
    cast.commune.save()
    facts["place"] = Commune.objects.get(pk="91377")
    assert tenders.register(**facts, by=cast.buyer, at=at).structure == cast.structure


def test_case_26_a_commune_that_changes_territory_is_assigned_by_date(
    cast: Cast, territory: Territory, facts: dict[str, Any]
) -> None:
    """DOMAIN.md 12.7, case 26: the commune leaves its structure on 1 January."""
    TerritoryAssignment.objects.filter(commune="91228").update(ends_on=date(2025, 12, 31))
    other = Territory.objects.create(name="Sud", structure=cast.other_structure, department="91")
    TerritoryAssignment.objects.create(territory=other, commune_id="91228", starts_on=date(2026, 1, 1))
    for day, structure in (
        (date(2025, 12, 31), cast.structure),
        (date(2026, 1, 1), cast.other_structure),
    ):
        told = facts | {"reference": f"{day:%Y-%m}"}
        assert tenders.register(**told, by=cast.buyer, at=noon(day)).structure == structure


def test_the_structure_follows_the_place_that_a_buyer_corrects_until_the_consultation(
    cast: Cast, territory: Territory, facts: dict[str, Any], at: datetime
) -> None:
    south = Territory.objects.create(name="Sud", structure=cast.other_structure, department="91")
    TerritoryAssignment.objects.create(territory=south, commune_id="91377", starts_on=date(2018, 1, 1))
    tender = tenders.register(**facts, by=cast.buyer, at=at)
    assert tender.structure == cast.structure
    place = Commune.objects.get(pk="91377")
    moved = tenders.change(tender=tender, place=place, by=cast.buyer, at=at)
    assert (moved.structure, moved.facilitator) == (cast.other_structure, None)
    back = tenders.change(tender=tender, place=Commune.objects.get(pk="91228"), by=cast.buyer, at=at)
    assert back.structure == cast.structure
    kept = tenders.change(tender=tender, place=place, by=cast.facilitator, at=at)
    assert kept.structure == cast.structure
    tenders.change(tender=tender, place=None, by=cast.buyer, at=at)
    Tender.objects.update(status=TenderStatus.PUBLISHED)
    assert tenders.change(tender=tender, place=place, by=cast.buyer, at=at).structure == cast.structure


def test_a_buyer_whom_no_territory_covers_chooses_a_structure(
    cast: Cast, facts: dict[str, Any], at: datetime
) -> None:
    with pytest.raises(Refused, match="choisissez") as refusal:
        tenders.register(**facts, by=cast.buyer, at=at)
    assert (refusal.value.code, refusal.value.field) == ("structure_unknown", "structure")
    chosen = tenders.register(**facts, structure=cast.other_structure, by=cast.buyer, at=at)
    assert chosen.structure == cast.other_structure


def test_a_facilitator_follows_what_no_territory_covers(
    cast: Cast, facts: dict[str, Any], at: datetime
) -> None:
    assert tenders.register(**facts, by=cast.facilitator, at=at).structure == cast.structure


def test_a_facilitator_cannot_register_what_another_structure_follows(
    cast: Cast, territory: Territory, facts: dict[str, Any], at: datetime
) -> None:
    with pytest.raises(Refused, match="PLIE Nord") as refusal:
        tenders.register(**facts, by=cast.other_facilitator, at=at)
    assert refusal.value.code == "not_visible"
    assert not Tender.objects.exists()


def test_a_buyer_cannot_register_for_another(cast: Cast, facts: dict[str, Any], at: datetime) -> None:
    with pytest.raises(Refused) as refusal:
        tenders.register(**facts, structure=cast.structure, by=cast.other_buyer, at=at)
    assert refusal.value.code == "another_buyer"


def test_a_tender_is_not_registered_for_who_does_not_buy(
    cast: Cast, facts: dict[str, Any], at: datetime
) -> None:
    with pytest.raises(Refused, match="Bâti-Sud n’est pas connue comme acheteur"):
        tenders.register(**facts | {"buyer": cast.builder}, by=cast.facilitator, at=at)


@pytest.mark.parametrize("name", ["contractor", "employer", "prescriber", "coordinator", "signatory"])
def test_other_roles_register_nothing(name: str, cast: Cast, facts: dict[str, Any], at: datetime) -> None:
    with pytest.raises(Refused) as refusal:
        tenders.register(**facts, structure=cast.structure, by=cast.everyone()[name], at=at)
    assert refusal.value.code == "not_permitted"


WRONG: list[tuple[dict[str, Any], str | None, str]] = [
    ({"ends_on": date(2025, 3, 23)}, "ends_on", "précède"),
    ({"offers_due_on": date(2025, 1, 12)}, "offers_due_on", "précède"),
    ({"estimated_amount": Decimal("-1")}, "estimated_amount", "montant"),
    ({"reference": "R" * 17}, "reference", "16"),
    ({"title": ""}, "title", "objet"),
]


@pytest.mark.parametrize(("wrong", "field", "said"), WRONG)
def test_a_wrong_fact_is_refused_on_its_field_and_nothing_is_written(
    wrong: dict[str, Any], field: str, said: str, cast: Cast, facts: dict[str, Any], at: datetime
) -> None:
    with pytest.raises(Refused, match=said) as refusal:
        tenders.register(**facts | wrong, structure=cast.structure, by=cast.buyer, at=at)
    assert refusal.value.field == field
    assert not Tender.objects.exists()
    assert not AuditEvent.objects.exists()


def test_a_number_serves_once_for_a_buyer_and_again_for_another(
    cast: Cast, facts: dict[str, Any], at: datetime
) -> None:
    tenders.register(**facts, structure=cast.structure, by=cast.buyer, at=at)
    with pytest.raises(Refused, match="déjà enregistré un marché sous ce numéro") as refusal:
        tenders.register(**facts, structure=cast.structure, by=cast.facilitator, at=at)
    assert refusal.value.field == "reference"
    tenders.register(
        **facts | {"buyer": cast.other_commune}, structure=cast.structure, by=cast.facilitator, at=at
    )
    assert Tender.objects.count() == 2


def test_a_change_counts_in_the_version_and_names_the_fields(cast: Cast, at: datetime) -> None:
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    changed = tenders.change(tender=tender, version=1, title="École", cpv="45214200", by=cast.buyer, at=at)
    assert (changed.title, changed.version, changed.updated_at) == ("École", 2, at)
    assert AuditEvent.objects.get(code="tender.changed").data == {"fields": "cpv title"}


def test_the_same_values_change_nothing(cast: Cast, at: datetime) -> None:
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    assert tenders.change(tender=tender, title=tender.title, by=cast.buyer, at=at).version == 1


def test_a_change_on_an_old_reading_is_refused(cast: Cast, at: datetime) -> None:
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    tenders.change(tender=tender, version=1, title="École", by=cast.buyer, at=at)
    with pytest.raises(Refused, match="entre-temps"):
        tenders.change(tender=tender, version=1, title="Gymnase", by=cast.facilitator, at=at)
    tender.refresh_from_db()
    assert tender.title == "École"


def test_the_estimate_stays_above_the_lots(cast: Cast, at: datetime) -> None:
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    make.lot(tender)
    with pytest.raises(Refused, match="1\u202f800\u202f000"):
        tenders.change(tender=tender, estimated_amount=Decimal("1799999.99"), by=cast.buyer, at=at)


def test_a_place_moves_the_departement(cast: Cast, at: datetime) -> None:
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    place = Commune.objects.create(insee="94028", name="Créteil", department="94")
    assert tenders.change(tender=tender, place=place, by=cast.buyer, at=at).department == "94"


def notified(cast: Cast) -> Tender:
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    make.award(make.lot(tender), (cast.builder, Decimal(1)))
    make.notify(tender, notified_on=date(2025, 3, 10))
    return tender


def test_a_notified_tender_keeps_its_dates_and_its_amount(cast: Cast, at: datetime) -> None:
    tender = notified(cast)
    with pytest.raises(Refused, match="avenant"):
        tenders.change(tender=tender, ends_on=date(2026, 1, 1), by=cast.buyer, at=at)
    assert tenders.change(tender=tender, title="Sans faute", by=cast.buyer, at=at).title == "Sans faute"


@pytest.mark.parametrize("name", ["other_buyer", "other_facilitator", "coordinator", "contractor"])
def test_who_does_not_own_a_tender_does_not_touch_it(name: str, cast: Cast, at: datetime) -> None:
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    by = cast.everyone()[name]
    acts: list[Callable[[], object]] = [
        lambda: tenders.change(tender=tender, title="Pris", by=by, at=at),
        lambda: tenders.move(tender=tender, action=TenderAction.EVALUATE, by=by, at=at),
        lambda: tenders.notify(
            tender=tender, notified_on=at.date(), starts_on=at.date(), ends_on=at.date(), by=by, at=at
        ),
    ]
    for act in acts:
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code in {"not_visible", "not_permitted"}


def test_a_move_is_told_with_the_state_reached(cast: Cast, at: datetime) -> None:
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    moved = tenders.move(tender=tender, action=TenderAction.EVALUATE, by=cast.facilitator, at=at)
    assert moved.status == TenderStatus.EVALUATION
    event = AuditEvent.objects.order_by("pk").last()
    assert event is not None
    assert event.data == {"label": "Analyse des offres", "status": "EVALUATION"}
    assert event.on_behalf_of == "Commune de Valmont"


def test_a_move_from_another_state_is_refused_politely(cast: Cast, at: datetime) -> None:
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    with pytest.raises(Refused, match="rechargez"):
        tenders.move(tender=tender, action=TenderAction.COMPLETE, by=cast.buyer, at=at)


@pytest.mark.parametrize("action", sorted(rules.WITH_FACTS))
def test_awarding_and_notifying_are_not_bare_moves(action: TenderAction, cast: Cast, at: datetime) -> None:
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    with pytest.raises(Refused, match="formulaire"):
        tenders.move(tender=tender, action=action, by=cast.buyer, at=at)


def test_a_clause_is_not_called_written_before_a_lot_has_one(
    cast: Cast, facts: dict[str, Any], at: datetime
) -> None:
    tender = tenders.register(**facts, structure=cast.structure, by=cast.buyer, at=at)
    tenders.move(tender=tender, action=TenderAction.SIZE, by=cast.buyer, at=at)
    with pytest.raises(Refused, match="calculez les heures"):
        tenders.move(tender=tender, action=TenderAction.DRAFT, by=cast.buyer, at=at)
    make.lot(tender)
    assert tenders.move(tender=tender, action=TenderAction.DRAFT, by=cast.buyer, at=at).status == "DRAFTED"


@pytest.mark.parametrize(
    ("back", "target"),
    [
        (TenderAction.WAIT_OFFERS, TenderStatus.PUBLISHED),
        (TenderAction.UNPUBLISH, TenderStatus.DRAFTED),
        (TenderAction.REWRITE, TenderStatus.SIZING),
        (TenderAction.REPLAN, TenderStatus.PLANNED),
    ],
)
def test_any_state_before_the_notification_returns_one_step(
    back: TenderAction, target: TenderStatus, cast: Cast, at: datetime
) -> None:
    """DOMAIN.md 2.2."""
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    make.lot(tender)
    [source] = rules.TENDER[back].sources
    Tender.objects.filter(pk=tender.pk).update(status=source)
    assert tenders.move(tender=tender, action=back, by=cast.buyer, at=at).status == target


def test_a_publication_is_not_taken_back_once_somebody_is_named(cast: Cast, at: datetime) -> None:
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    make.lot(tender)
    make.award(make.lot(tender, number=2), (cast.builder, Decimal(1)))
    with pytest.raises(Refused, match=r"déjà indiqué \(lot 2\)"):
        tenders.move(tender=tender, action=TenderAction.UNPUBLISH, by=cast.buyer, at=at)


def test_a_publication_is_not_taken_back_to_a_clause_that_nobody_wrote(cast: Cast, at: datetime) -> None:
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    with pytest.raises(Refused, match="calculez les heures"):
        tenders.move(tender=tender, action=TenderAction.UNPUBLISH, by=cast.buyer, at=at)


def awarded(cast: Cast) -> Tender:
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    make.award(make.lot(tender), (cast.builder, Decimal(1)))
    tender.refresh_from_db()
    return tender


@pytest.mark.parametrize(
    ("starts_on", "status"),
    [(date(2025, 10, 14), TenderStatus.IN_PROGRESS), (date(2025, 10, 15), TenderStatus.NOTIFIED)],
)
def test_execution_starts_with_the_notification_when_its_day_has_come(
    starts_on: date, status: TenderStatus, cast: Cast, at: datetime
) -> None:
    tender = tenders.notify(
        tender=awarded(cast),
        notified_on=date(2025, 10, 14),
        starts_on=starts_on,
        ends_on=date(2026, 5, 1),
        by=cast.buyer,
        at=at,
    )
    assert (tender.status, tender.notified_on, tender.starts_on) == (status, date(2025, 10, 14), starts_on)


def test_an_execution_waits_for_its_day(cast: Cast, at: datetime) -> None:
    tender = tenders.notify(
        tender=awarded(cast),
        notified_on=date(2025, 10, 14),
        starts_on=date(2025, 10, 15),
        ends_on=date(2026, 5, 1),
        by=cast.buyer,
        at=at,
    )
    with pytest.raises(Refused, match="15/10/2025"):
        tenders.move(tender=tender, action=TenderAction.START, by=cast.buyer, at=at)
    moved = tenders.move(tender=tender, action=TenderAction.START, by=cast.buyer, at=at + timedelta(days=1))
    assert moved.status == TenderStatus.IN_PROGRESS


def test_a_tender_is_not_notified_before_its_award(cast: Cast, at: datetime) -> None:
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    make.lot(tender)
    with pytest.raises(Refused, match="Seul un marché attribué se notifie"):
        tenders.notify(
            tender=tender, notified_on=at.date(), starts_on=at.date(), ends_on=at.date(), by=cast.buyer, at=at
        )


def test_the_system_acts_with_the_permissions_of_its_role(cast: Cast, at: datetime) -> None:
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    system = replace(cast.facilitator, user_id=None, membership_id=None)
    assert tenders.change(tender=tender, title="Par le système", by=system, at=at).title == "Par le système"
    stranger: Actor = replace(system, role=Role.PRESCRIBER)
    with pytest.raises(Refused):
        tenders.change(tender=tender, title="Non", by=stranger, at=at)


def test_the_database_itself_refuses_a_notified_tender_without_dates(cast: Cast) -> None:
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    with pytest.raises(IntegrityError, match="tender_notified_is_dated"), transaction.atomic():
        Tender.objects.filter(pk=tender.pk).update(status=TenderStatus.NOTIFIED)


@pytest.mark.django_db(transaction=True)
def test_two_who_register_the_same_number_at_once_make_one_tender(reference: None, at: datetime) -> None:
    cast = make_cast()
    together, ends = Barrier(2), []

    def register() -> None:
        together.wait()
        try:
            tenders.register(
                buyer=cast.commune,
                structure=cast.structure,
                reference="M-1",
                title="École",
                nature="WORKS",  # type: ignore[arg-type]  # as a form gives it
                place=None,
                by=cast.buyer,
                at=at,
            )
        except Refused as refusal:
            ends.append(refusal.code)
        else:
            ends.append("registered")
        finally:
            connection.close()

    threads = [Thread(target=register) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["registered", "tender_reference_of_buyer"]
    assert Tender.objects.count() == 1

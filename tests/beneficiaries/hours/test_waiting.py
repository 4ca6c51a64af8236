"""« À faire »: who waits for hours, and since when (PRACTICE.md 3, DOMAIN.md 6.1 and 6.3)."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from beneficiaries.hours.actions import statements, validation
from beneficiaries.hours.models import Statement
from beneficiaries.hours.selectors.waiting import silent_companies, to_declare, to_review
from beneficiaries.placements.models import Placement
from clauses.procurement.actions import tenders
from clauses.procurement.choices import TenderAction, TenderStatus
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import beneficiaries
from inclusiv.demo.make import hours as making
from inclusiv.demo.make.clauses import noon
from tests.beneficiaries.hours.conftest import Scene

TODAY = date(2025, 10, 14)
JUNE = date(2025, 6, 1)


def test_statements_wait_for_the_facilitator_15_days(scene: Scene) -> None:
    sent = making.statement(scene.award, scene.cast.builder, JUNE, hours=scene.hours(140, 70))
    group = to_review(scene.cast.facilitator, TODAY)
    assert group is not None
    assert (group.rank, group.label, group.total) == (3, "relevés à contrôler", 1)
    assert group.hint == "le plus ancien : 101\xa0j"
    (todo,) = group.todos
    assert (todo.what, todo.who) == ("Contrôler le relevé de juin 2025", "Bâti-Sud")
    assert (todo.since, todo.due) == (date(2025, 7, 5), date(2025, 7, 20))
    assert todo.url == reverse("hours:statement", args=[sent.pk])
    assert todo.detail == "2\xa0lignes, 210\xa0h · rien à signaler"


def test_clean_statements_wait_in_one_row_and_the_others_say_why(scene: Scene) -> None:
    for month in (6, 7):
        making.statement(
            scene.award, scene.cast.builder, date(2025, month, 1), hours=scene.hours(140, 60 + month)
        )
    making.statement(scene.award, scene.cast.etti, JUNE, hours={scene.temp: Decimal(190)})
    group = to_review(scene.cast.facilitator, TODAY)
    assert group is not None
    assert group.total == 3
    clean, doubtful = group.todos
    assert (clean.what, clean.button) == (
        "Valider 2\xa0relevés sans anomalie",
        "Valider les 2 sans anomalie",
    )
    assert clean.detail == "413\xa0h, 1\xa0entreprise"
    assert (clean.since, clean.url) == (date(2025, 7, 5), reverse("hours:validate-clean"))
    assert doubtful.detail == "1\xa0ligne, 190\xa0h · 1\xa0ligne est à regarder"


def test_validated_statement_waits_for_nobody(scene: Scene) -> None:
    making.validated(scene.award, scene.cast.builder, JUNE, hours=scene.hours(140, 70))
    group = to_review(scene.cast.facilitator, TODAY)
    assert group is not None
    assert (group.total, group.todos, group.hint) == (0, (), "")


@pytest.mark.parametrize(("on", "silent"), [(date(2025, 5, 22), 0), (date(2025, 5, 23), 1)])
def test_company_is_silent_when_a_statement_is_more_than_ten_days_late(
    scene: Scene, on: date, silent: int
) -> None:
    group = silent_companies(scene.cast.facilitator, on)
    assert group is not None
    assert (group.rank, group.total) == (4, silent)


def test_silent_company_is_one_row_whatever_its_lots(scene: Scene) -> None:
    check = beneficiaries.validated_check(
        beneficiaries.dossier(scene.cast.structure, first_name="Dora"), reference_date=date(2025, 9, 1)
    )
    beneficiaries.placement(scene.second, check, employer=scene.cast.builder)
    group = silent_companies(scene.cast.facilitator, TODAY)
    assert group is not None
    assert [todo.who for todo in group.todos] == ["Bâti-Sud", "Tremplin 91"]
    builder, etti = group.todos
    assert group.total == 2
    assert builder.what == "Rappeler l’entreprise, 5\xa0relevés attendus"
    assert builder.detail == "rien reçu depuis avril 2025"
    assert builder.tender_detail == "2025-001"
    assert etti.since == date(2025, 6, 12)
    assert etti.url == f"{reverse('records:note-exchange')}?sujet=organisation:{scene.cast.etti.pk}"


def test_silent_company_says_on_how_many_lots(scene: Scene) -> None:
    check = beneficiaries.validated_check(
        beneficiaries.dossier(scene.cast.structure, first_name="Dora"), reference_date=date(2025, 6, 2)
    )
    beneficiaries.placement(scene.second, check, employer=scene.cast.builder)
    group = silent_companies(scene.cast.facilitator, TODAY)
    assert group is not None
    assert [todo.tender_detail for todo in group.todos] == ["2025-001 · et 1\xa0autre lot", "2025-001"]


def test_company_declares_each_month_before_its_day(scene: Scene) -> None:
    making.validated(scene.award, scene.cast.etti, date(2025, 5, 1), hours={scene.temp: Decimal(7)})
    group = to_declare(scene.cast.employer, TODAY)
    assert group is not None
    assert (group.rank, group.total) == (1, 4)
    assert group.todos[0].what == "Déclarer les heures de juin 2025"
    assert group.todos[-1].due == date(2025, 10, 13)
    assert group.todos[0].url == reverse("hours:declare", args=[scene.award.pk, JUNE])


def test_returned_statement_is_to_correct(scene: Scene) -> None:
    for month in range(5, 10):
        sent = making.statement(
            scene.award, scene.cast.etti, date(2025, month, 1), hours={scene.temp: Decimal(7)}
        )
    statements.return_for_correction(
        statement=sent, comment="À revoir", by=scene.cast.facilitator, at=noon(TODAY)
    )
    group = to_declare(scene.cast.employer, TODAY)
    assert group is not None
    assert [todo.what for todo in group.todos] == ["Corriger les heures de septembre 2025"]


@pytest.mark.parametrize("name", ["buyer", "coordinator", "prescriber", "signatory"])
def test_others_wait_for_no_statement(scene: Scene, name: str) -> None:
    actor = getattr(scene.cast, name)
    assert [provide(actor, TODAY) for provide in (to_review, silent_companies, to_declare)] == [None] * 3


def test_facilitator_of_another_structure_has_nothing(scene: Scene) -> None:
    making.statement(scene.award, scene.cast.builder, JUNE, hours=scene.hours(140, 70))
    groups = [provide(scene.cast.other_facilitator, TODAY) for provide in (to_review, silent_companies)]
    assert [group.total for group in groups if group] == [0, 0]


@pytest.mark.parametrize("name", ["buyer", "coordinator", "prescriber", "signatory", "other_facilitator"])
def test_statements_are_out_of_sight_of_the_others(scene: Scene, name: str) -> None:
    making.statement(scene.award, scene.cast.builder, JUNE, hours=scene.hours(140, 70))
    assert not Statement.objects.visible_to(getattr(scene.cast, name)).exists()
    assert Statement.objects.visible_to(scene.cast.facilitator).exists()


def test_tender_closes_once_every_month_is_validated_or_nil(scene: Scene) -> None:
    Placement.objects.update(ended_on=date(2025, 6, 30))
    Placement.objects.filter(pk=scene.temp.pk).update(ended_on=date(2025, 5, 31))
    by, tender = scene.cast.buyer, scene.award.lot.tender
    tenders.move(tender=tender, action=TenderAction.COMPLETE, by=by, at=noon(TODAY))
    builder, etti = scene.cast.builder, scene.cast.etti
    making.validated(scene.award, builder, date(2025, 4, 1), hours={scene.anna: Decimal(70)})
    making.validated(scene.award, builder, date(2025, 5, 1), hours={scene.anna: Decimal(70)})
    making.validated(scene.award, etti, date(2025, 5, 1), hours={scene.temp: Decimal(7)})
    sent = making.statement(scene.award, builder, JUNE, hours=scene.hours(140, 70))
    with pytest.raises(Refused) as refused:
        tenders.move(tender=tender, action=TenderAction.CLOSE, by=by, at=noon(TODAY))
    assert refused.value.message == (
        "1\xa0relevé à envoyer ou à contrôler avant de clore, à commencer par celui de juin 2025 (Bâti-Sud)."
    )
    validation.validate(statements=[sent], by=scene.cast.facilitator, at=noon(TODAY))
    tenders.move(tender=tender, action=TenderAction.CLOSE, by=by, at=noon(TODAY))
    tender.refresh_from_db()
    assert tender.status == TenderStatus.CLOSED

"""« À faire »: who waits for hours, and since when (PRACTICE.md 3, DOMAIN.md 6.1 and 6.3)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from beneficiaries.hours.actions import statements, validation
from beneficiaries.hours.models import Statement
from beneficiaries.hours.selectors.waiting import silent_companies, to_declare, to_review
from beneficiaries.placements.actions import requests
from beneficiaries.placements.choices import Modality
from beneficiaries.placements.models import Placement
from beneficiaries.placements.rules import Work
from clauses.obligations.models import Obligation
from clauses.procurement.actions import tenders
from clauses.procurement.choices import TenderAction, TenderStatus
from clauses.procurement.models import Award, Tender
from inclusiv.core.queues import Queue
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import beneficiaries, clauses
from inclusiv.demo.make import hours as making
from inclusiv.demo.make.clauses import noon
from inclusiv.records.actions import exchanges
from inclusiv.records.choices import ExchangeKind
from inclusiv.records.models import reference
from tests.beneficiaries.hours.conftest import Scene
from tests.conftest import ActingClient, Cast

TODAY = date(2025, 10, 14)
JUNE = date(2025, 6, 1)


def test_statements_wait_for_the_facilitator_15_days(scene: Scene) -> None:
    sent = making.statement(scene.award, scene.cast.builder, JUNE, hours=scene.hours(140, 70))
    group = to_review(Queue(actor=scene.cast.facilitator, on=TODAY))
    assert group is not None
    assert (group.rank, group.label, group.total) == (3, "relevé à contrôler", 1)
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
    group = to_review(Queue(actor=scene.cast.facilitator, on=TODAY))
    assert group is not None
    assert group.total == 3
    clean, doubtful = group.todos
    assert (clean.what, clean.button) == (
        "Valider 2\xa0relevés sans anomalie",
        "Valider les 2 sans anomalie",
    )
    assert (clean.detail, clean.who, clean.tender) == ("413\xa0h", "1\xa0entreprise", "1\xa0marché")
    assert (clean.since, clean.url) == (date(2025, 7, 5), f"{reverse('hours:validate-clean')}?qui=equipe")
    assert doubtful.detail == "1\xa0ligne, 190\xa0h · 1\xa0ligne est à regarder"


def test_the_first_page_shows_them_in_one_row(scene: Scene, browser: ActingClient) -> None:
    with time_machine.travel(noon(TODAY), tick=False):
        for month in (6, 7):
            making.statement(
                scene.award, scene.cast.builder, date(2025, month, 1), hours=scene.hours(140, 60 + month)
            )
        page = browser.acting(scene.cast.facilitator).get("/")
    assert "Valider les 2 sans anomalie" in page.content.decode()


def test_validated_statement_waits_for_nobody(scene: Scene) -> None:
    making.validated(scene.award, scene.cast.builder, JUNE, hours=scene.hours(140, 70))
    group = to_review(Queue(actor=scene.cast.facilitator, on=TODAY))
    assert group is not None
    assert (group.total, group.todos, group.hint) == (0, (), "")


@pytest.mark.parametrize(("on", "silent"), [(date(2025, 5, 22), 0), (date(2025, 5, 23), 1)])
def test_company_is_silent_when_a_statement_is_more_than_ten_days_late(
    scene: Scene, on: date, silent: int
) -> None:
    group = silent_companies(Queue(actor=scene.cast.facilitator, on=on))
    assert group is not None
    assert (group.rank, group.total) == (4, silent)


def test_silent_company_is_one_row_whatever_its_lots(scene: Scene) -> None:
    check = beneficiaries.validated_check(
        beneficiaries.dossier(scene.cast.structure, first_name="Dora"), reference_date=date(2025, 9, 1)
    )
    beneficiaries.placement(scene.second, check, employer=scene.cast.builder)
    group = silent_companies(Queue(actor=scene.cast.facilitator, on=TODAY))
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
    group = silent_companies(Queue(actor=scene.cast.facilitator, on=TODAY))
    assert group is not None
    assert [todo.tender_detail for todo in group.todos] == ["2025-001 · et 1\xa0autre lot", "2025-001"]


@pytest.fixture
def new_award(cast: Cast) -> Award:
    """A lot of the painter, notified on 10 March, for which nobody was found."""
    tender = clauses.tender(buyer=cast.commune, structure=cast.structure, reference="2025-090")
    award = clauses.award(clauses.lot(tender), (cast.painter, Decimal(1)))
    clauses.notify(tender, notified_on=date(2025, 3, 10))
    return award


def silent_names(cast: Cast, on: date) -> list[str]:
    group = silent_companies(Queue(actor=cast.facilitator, on=on))
    assert group is not None
    assert group.total == len({todo.who for todo in group.todos})
    return [todo.who for todo in group.todos]


@pytest.mark.parametrize(
    ("on", "names"),
    [(date(2025, 3, 24), []), (date(2025, 3, 25), ["Couleurs du Val"]), (date(2025, 11, 29), [])],
)
def test_company_is_silent_once_the_day_of_its_first_call_has_passed(
    cast: Cast, new_award: Award, on: date, names: list[str]
) -> None:
    assert silent_names(cast, on) == names


SIGNS: dict[str, Callable[[Cast, Award], object]] = {
    "somebody named": lambda cast, award: beneficiaries.placement(
        award,
        beneficiaries.submitted_check(beneficiaries.dossier(cast.structure), reference_date=date(2025, 6, 2)),
        employer=cast.painter,
    ),
    "somebody asked for": lambda cast, award: requests.open_search(
        award=award,
        company=cast.painter,
        work=Work(post="Peintre", modality=Modality.DIRECT_HIRE_CDD, starts_on=date(2025, 6, 2)),
        by=cast.facilitator,
        at=noon(date(2025, 4, 1)),
    ),
    "a call noted": lambda cast, award: exchanges.note(
        kind=ExchangeKind.CALL,
        text="L’entreprise cherche deux peintres.",
        happened_on=date(2025, 4, 1),
        next_on=None,
        subjects=[reference(award.lot.tender)],
        by=cast.facilitator,
        at=noon(date(2025, 4, 1)),
    ),
}


@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_of_the_company_is_news(cast: Cast, new_award: Award, sign: str) -> None:
    assert silent_names(cast, date(2025, 5, 5)) == ["Couleurs du Val"]
    SIGNS[sign](cast, new_award)
    assert silent_names(cast, date(2025, 5, 5)) == []


def test_a_tender_without_hours_awaits_no_call(cast: Cast, new_award: Award) -> None:
    Obligation.objects.filter(lot=new_award.lot).update(quantity=0)
    assert silent_names(cast, date(2025, 5, 5)) == []


def test_company_declares_each_month_before_its_day(scene: Scene) -> None:
    making.validated(scene.award, scene.cast.etti, date(2025, 5, 1), hours={scene.temp: Decimal(7)})
    group = to_declare(Queue(actor=scene.cast.employer, on=TODAY))
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
    group = to_declare(Queue(actor=scene.cast.employer, on=TODAY))
    assert group is not None
    assert [todo.what for todo in group.todos] == ["Corriger les heures de septembre 2025"]


@pytest.mark.parametrize("name", ["buyer", "coordinator", "prescriber", "signatory"])
def test_others_wait_for_no_statement(scene: Scene, name: str) -> None:
    actor = getattr(scene.cast, name)
    assert [
        provide(Queue(actor=actor, on=TODAY)) for provide in (to_review, silent_companies, to_declare)
    ] == [None] * 3


def test_facilitator_of_another_structure_has_nothing(scene: Scene) -> None:
    making.statement(scene.award, scene.cast.builder, JUNE, hours=scene.hours(140, 70))
    groups = [
        provide(Queue(actor=scene.cast.other_facilitator, on=TODAY))
        for provide in (to_review, silent_companies)
    ]
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
    Tender.objects.update(ends_on=date(2025, 6, 30))
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

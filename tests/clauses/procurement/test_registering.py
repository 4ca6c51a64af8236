"""« Enregistrer un marché » step by step: left, resumed, never lost; the trade proposed; look-alikes shown first."""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse

from clauses.obligations.actions import clauses
from clauses.procurement.actions import lots, registering, tenders
from clauses.procurement.choices import (
    RegisteringStep,
    Sector,
    TenderAction,
    TenderNature,
    TenderStatus,
)
from clauses.procurement.models import Lot, NoClauseDecision, Tender
from clauses.procurement.rules.registering import proposed_nature, proposed_sector
from clauses.procurement.selectors import awaited
from clauses.procurement.selectors.registering import registering_path
from inclusiv.accounts.models import Territory
from inclusiv.core.actors import Actor
from inclusiv.core.queues import Queue
from inclusiv.demo.make import clauses as make
from inclusiv.demo.make.clauses import noon
from inclusiv.records.models import AuditEvent
from inclusiv.reference.models import Commune
from tests.conftest import ActingClient, Cast

TODAY = date(2026, 11, 25)
NOW = noon(TODAY)
START = reverse("procurement:start")


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def begun(cast: Cast, territory: Territory) -> Tender:
    """A tender of which only the first step is told."""
    return registering.start(
        buyer=cast.commune,
        title="Nettoyage des écoles",
        nature=TenderNature.SERVICES,
        place=Commune.objects.get(pk="91228"),
        estimated_amount=Decimal(400_000),
        by=cast.buyer,
        at=NOW,
    )


def dated(tender: Tender, by: Actor) -> Tender:
    return tenders.change(tender=tender, starts_on=date(2027, 4, 1), ends_on=date(2029, 3, 31), by=by, at=NOW)


def with_lot(tender: Tender, by: Actor) -> Lot:
    return registering.describe_last(
        tender=tender,
        title="Écoles",
        sector=Sector.CLEANING,
        estimated_amount=Decimal(400_000),
        by=by,
        at=NOW,
    )


def resumes(tender: Tender, cast: Cast) -> tuple[RegisteringStep, str] | None:
    tender.refresh_from_db()
    path = registering_path(tender, actor=cast.buyer)
    assert path is not None
    return (path.resume.step, path.resume.url) if path.resume else None


def typed(**changes: str) -> dict[str, str]:
    return {
        "submission": str(uuid4()),
        "title": "Nettoyage des écoles",
        "nature": "SERVICES",
        "estimated_amount": "400 000",
        "place": "Évry-Courcouronnes (91228)",
        "cpv": "",
        "reference": "",
        "structure": "",
    } | changes


def test_a_tender_without_a_number_takes_the_next_provisional_one(begun: Tender, cast: Cast) -> None:
    assert (begun.reference, begun.status) == ("PROV-2026-001", TenderStatus.PLANNED)
    assert tenders.provisional_reference(cast.commune, kind="PROV", year=2026) == "PROV-2026-002"


def test_one_resumes_at_the_first_step_not_done(begun: Tender, cast: Cast) -> None:
    def address(name: str, key: int) -> str:
        return reverse(name, args=[key])

    assert resumes(begun, cast) == (RegisteringStep.SCHEDULE, address("procurement:schedule", begun.pk))
    dated(begun, cast.buyer)
    assert resumes(begun, cast) == (RegisteringStep.LOTS, address("procurement:lots", begun.pk))
    lot = with_lot(begun, cast.buyer)
    assert resumes(begun, cast) == (RegisteringStep.HOURS, address("obligations:sizing", lot.pk))
    clauses.put(lot=lot, by=cast.buyer, at=NOW)
    assert resumes(begun, cast) == (RegisteringStep.TEXTS, address("texts:pieces", begun.pk))
    tenders.move(tender=begun, action=TenderAction.DRAFT, by=cast.buyer, at=NOW)
    assert resumes(begun, cast) is None
    tenders.move(tender=begun, action=TenderAction.PUBLISH, by=cast.buyer, at=NOW)
    begun.refresh_from_db()
    assert registering_path(begun, actor=cast.buyer) is None


def test_one_resumes_with_the_first_lot_that_has_no_clause(begun: Tender, cast: Cast) -> None:
    dated(begun, cast.buyer)
    first = lots.add(tender=begun, title="A", sector=Sector.CLEANING, by=cast.buyer, at=NOW)
    second = lots.add(tender=begun, title="B", sector=Sector.CLEANING, by=cast.buyer, at=NOW)
    path = registering_path(begun, actor=cast.buyer)
    assert path is not None
    assert path.steps[3].url == reverse("obligations:sizing", args=[first.pk])
    clauses.put(lot=first, quantity=Decimal(100), by=cast.buyer, at=NOW)
    path = registering_path(begun, actor=cast.buyer)
    assert path is not None
    assert path.steps[3].url == reverse("obligations:sizing", args=[second.pk])


def test_a_decision_to_do_without_a_clause_ends_the_path(begun: Tender, cast: Cast) -> None:
    dated(begun, cast.buyer)
    with_lot(begun, cast.buyer)
    NoClauseDecision.objects.create(
        tender=begun,
        reason="TOO_SMALL",
        text="x" * 60,
        decided_by="Claire",
        decided_on=TODAY,
        recorded_at=NOW,
    )
    assert resumes(begun, cast) is None


def test_the_last_lot_puts_the_tender_under_study(begun: Tender, cast: Cast) -> None:
    with_lot(begun, cast.buyer)
    begun.refresh_from_db()
    assert begun.status == TenderStatus.SIZING
    codes = AuditEvent.objects.filter(subjects__contains=[f"tender:{begun.pk}"]).values_list(
        "code", flat=True
    )
    assert set(codes) == {"tender.registered", "lot.added", "tender.moved"}
    registering.describe_last(tender=begun, title="B", sector=Sector.CLEANING, by=cast.buyer, at=NOW)
    begun.refresh_from_db()
    assert begun.status == TenderStatus.SIZING


@pytest.mark.parametrize("who", ["coordinator", "contractor", "employer", "prescriber", "signatory"])
def test_the_path_is_for_who_registers(who: str, begun: Tender, cast: Cast, browser: ActingClient) -> None:
    assert registering_path(begun, actor=cast.everyone()[who]) is None
    browser.acting(cast.everyone()[who])
    assert browser.get(START).status_code == 403
    assert browser.get(reverse("procurement:schedule", args=[begun.pk])).status_code == 403


@pytest.mark.parametrize("page", ["purchase", "schedule"])
@pytest.mark.parametrize("who", ["other_buyer", "other_facilitator"])
def test_the_steps_of_another_do_not_exist(
    page: str, who: str, begun: Tender, cast: Cast, browser: ActingClient
) -> None:
    address = reverse(f"procurement:{page}", args=[begun.pk])
    browser.acting(cast.everyone()[who])
    assert browser.get(address).status_code == 404
    assert browser.post(address, {"submission": str(uuid4())}).status_code == 404


def test_a_new_buyer_is_led_from_the_first_page_to_the_texts(
    cast: Cast, territory: Territory, browser: ActingClient
) -> None:
    browser.acting(cast.buyer)
    assert "Étape 1 sur 5" in browser.get(START).content.decode()
    answer = browser.post(START, typed())
    tender = Tender.objects.get()
    assert answer.headers["Location"] == reverse("procurement:schedule", args=[tender.pk])
    page = browser.get(answer.headers["Location"]).content.decode()
    assert "Étape 2 sur 5" in page
    told = {
        "submission": str(uuid4()),
        "version": str(tender.version),
        "consultation_launched_on": "2027-01-04",
        "offers_due_on": "",
        "starts_on": "2027-04-01",
        "ends_on": "2029-03-31",
        "renewals_max": "",
    }
    answer = browser.post(reverse("procurement:schedule", args=[tender.pk]), told)
    page = browser.get(answer.headers["Location"]).content.decode()
    assert "Étape 3 sur 5" in page
    assert 'value="400\u202f000"' in page, "the only lot starts from the tender"
    assert '<option value="CLEANING" selected>' in page
    tender.refresh_from_db()
    lot = {
        "submission": str(uuid4()),
        "version": str(tender.version),
        "number": "1",
        "title": "Nettoyage des écoles",
        "sector": "CLEANING",
        "estimated_amount": "400 000",
        "cpv": "",
        "continuer": "1",
    }
    answer = browser.post(reverse("procurement:lots", args=[tender.pk]), lot)
    assert answer.headers["Location"] == reverse("obligations:sizing", args=[tender.lots.get().pk])
    assert "Étape 4 sur 5" in browser.get(answer.headers["Location"]).content.decode()
    assert "Étape 5 sur 5" in browser.get(reverse("texts:pieces", args=[tender.pk])).content.decode()


def test_one_may_stop_at_a_step_and_resume_from_the_page(
    begun: Tender, cast: Cast, browser: ActingClient
) -> None:
    address = reverse("procurement:purchase", args=[begun.pk])
    told = typed(reference="2026-77", version=str(begun.version)) | {"arreter": "1"}
    answer = browser.acting(cast.buyer).post(address, told)
    assert answer.headers["Location"] == reverse("procurement:tender", args=[begun.pk])
    page = browser.get(answer.headers["Location"]).content.decode()
    assert "Reprendre : le calendrier" in page
    assert page.count('class="btn btn-primary"') == 1
    begun.refresh_from_db()
    assert begun.reference == "2026-77"


def test_what_is_left_is_in_what_is_awaited(begun: Tender, cast: Cast) -> None:
    def asked() -> list[tuple[str, str]]:
        group = awaited.lots_to_describe(Queue(actor=cast.buyer, on=TODAY))
        assert group is not None
        return [(todo.button, todo.url) for todo in group.todos]

    assert asked() == [("Reprendre", reverse("procurement:schedule", args=[begun.pk]))]
    dated(begun, cast.buyer)
    assert asked() == [("Décrire les lots", reverse("procurement:lots", args=[begun.pk]))]
    with_lot(begun, cast.buyer)
    assert asked() == []


def test_two_users_who_change_the_same_step_do_not_overwrite_one_another(
    begun: Tender, cast: Cast, browser: ActingClient
) -> None:
    read = str(begun.version)
    dated(begun, cast.facilitator)
    told = {
        "submission": str(uuid4()),
        "version": read,
        "starts_on": "2027-05-01",
        "ends_on": "2028-04-30",
        "consultation_launched_on": "",
        "offers_due_on": "",
        "renewals_max": "",
    }
    answer = browser.acting(cast.buyer).post(reverse("procurement:schedule", args=[begun.pk]), told)
    assert answer.status_code == 422
    body = answer.content.decode()
    assert "modifié par quelqu’un d’autre" in body
    assert 'value="2027-05-01"' in body, "what was typed is still there"
    begun.refresh_from_db()
    assert begun.starts_on == date(2027, 4, 1)


def test_a_session_that_expires_in_the_middle_loses_no_step(
    begun: Tender, cast: Cast, browser: ActingClient
) -> None:
    """The steps saved are still there after signing in again, and one comes back to the very page."""
    address = reverse("procurement:schedule", args=[begun.pk])
    browser.acting(cast.buyer).logout()
    answer = browser.post(address, {"submission": str(uuid4()), "version": "1", "starts_on": "2027-04-01"})
    assert answer.status_code == 302
    assert f"next={address}" in answer.headers["Location"]
    page = browser.acting(cast.buyer).get(address)
    assert page.status_code == 200
    assert "Nettoyage des écoles" in page.content.decode()
    assert resumes(begun, cast) == (RegisteringStep.SCHEDULE, address)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": ""}, "à remplir"),
        ({"estimated_amount": "-5"}, "-5"),
        ({"cpv": "peintre en bâtiment volant"}, "n’est ni un code CPV"),
        ({"cpv": "4521"}, "n’est ni un code CPV"),
        ({"place": "Nulle-Part"}, "Nulle-Part"),
        ({"reference": "2026-014-lot-unique-bis"}, "16"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    changes: dict[str, str], said: str, cast: Cast, territory: Territory, browser: ActingClient
) -> None:
    page = browser.acting(cast.buyer).post(START, typed(**changes))
    body = page.content.decode().replace("−", "-")
    assert page.status_code == 422
    assert said in body
    assert "Évry-Courcouronnes" in body or "place" in changes
    assert not Tender.objects.exists()


def test_an_unknown_cpv_passes_with_a_word(cast: Cast, territory: Territory, browser: ActingClient) -> None:
    page = browser.acting(cast.buyer).post(START, typed(cpv="12345678"), follow=True)
    assert "n’est pas dans notre liste" in page.content.decode()
    assert Tender.objects.get().cpv == "12345678"


def test_a_facilitator_registers_for_a_buyer(cast: Cast, territory: Territory, browser: ActingClient) -> None:
    browser.acting(cast.facilitator).post(START, typed(buyer=str(cast.commune.pk)))
    event = AuditEvent.objects.get(code="tender.registered")
    assert event.on_behalf_of == "Commune de Valmont"


def test_lots_whose_sum_exceeds_the_tender_are_refused_with_what_was_typed(
    begun: Tender, cast: Cast, browser: ActingClient
) -> None:
    lot = {
        "submission": str(uuid4()),
        "version": str(begun.version),
        "number": "1",
        "title": "Écoles et gymnases",
        "sector": "CLEANING",
        "estimated_amount": "400 000,01",
        "cpv": "",
        "continuer": "1",
    }
    answer = browser.acting(cast.buyer).post(reverse("procurement:lots", args=[begun.pk]), lot)
    assert answer.status_code == 422
    body = answer.content.decode()
    assert "plus que le montant estimé du marché" in body
    assert "Écoles et gymnases" in body
    begun.refresh_from_db()
    assert (begun.status, begun.lots.count()) == (TenderStatus.PLANNED, 0)


# The trade and the nature proposed


def shipped() -> list[tuple[str, str]]:
    path = Path(settings.BASE_DIR) / "inclusiv" / "reference" / "data" / "cpv.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["code"], row["label"]) for row in csv.DictReader(file)]


@pytest.mark.parametrize(("cpv", "label"), shipped())
def test_every_shipped_cpv_proposes_its_trade(cpv: str, label: str) -> None:
    nature = TenderNature.WORKS if cpv.startswith("45") else TenderNature.SERVICES
    sector = proposed_sector(nature=nature, cpv=cpv)
    assert sector is not None
    assert sector.label == label


@pytest.mark.parametrize(
    ("nature", "cpv", "title", "sector"),
    [
        (TenderNature.SERVICES, "", "Nettoyage des écoles et des gymnases", Sector.CLEANING),
        (TenderNature.SERVICES, "", "Entretien des ESPACES VERTS", Sector.LANDSCAPE_MAINTENANCE),
        (TenderNature.WORKS, "", "Création d’espaces verts", Sector.LANDSCAPE_WORKS),
        (TenderNature.WORKS, "", "Restauration de l’église", Sector.BUILDING_OVERALL),
        (TenderNature.SERVICES, "", "Restauration scolaire", Sector.CATERING),
        (TenderNature.WORKS, "", "Réfection de la toiture", Sector.ROOFING),
        (TenderNature.WORKS, "", "Toiture et peinture de la halle", Sector.BUILDING_OVERALL),
        (TenderNature.WORKS, "45214200", "Peinture de l’école", Sector.BUILDING_OVERALL),
        (TenderNature.WORKS, "45442100", "Réfection de la toiture", Sector.PAINTING),
        (TenderNature.SERVICES, "", "Maîtrise d’œuvre du gymnase", Sector.INTELLECTUAL),
        (TenderNature.SERVICES, "", "Nettoyage et gardiennage", None),
        (TenderNature.SERVICES, "", "Assurances", None),
        (TenderNature.SUPPLIES, "", "Peinture en pots", None),
    ],
)
def test_the_trade_is_proposed_from_the_cpv_then_from_the_object(
    nature: TenderNature, cpv: str, title: str, sector: Sector | None
) -> None:
    assert proposed_sector(nature=nature, cpv=cpv, title=title) == sector


@pytest.mark.parametrize(
    ("cpv", "title", "nature"),
    [
        ("45214200", "Mobilier", TenderNature.WORKS),
        ("39130000", "", TenderNature.SUPPLIES),
        ("", "Réfection de la toiture", TenderNature.WORKS),
        ("", "Acquisition de véhicules", TenderNature.SUPPLIES),
        ("", "Assurances", TenderNature.SERVICES),
    ],
)
def test_the_nature_is_proposed_from_the_cpv_then_from_the_object(
    cpv: str, title: str, nature: TenderNature
) -> None:
    assert proposed_nature(cpv=cpv, title=title) == nature


# Look-alikes


@pytest.fixture
def registered(cast: Cast, territory: Territory) -> Tender:
    return tenders.register(
        buyer=cast.commune,
        reference="2026-014",
        title="Nettoyage des écoles et des gymnases",
        nature=TenderNature.SERVICES,
        place=Commune.objects.get(pk="91228"),
        cpv="90911000",
        estimated_amount=Decimal(400_000),
        starts_on=date(2027, 4, 1),
        ends_on=date(2028, 3, 31),
        by=cast.buyer,
        at=NOW,
    )


def one_page(**changes: str) -> dict[str, str]:
    return (
        typed(
            form="CONTRACT",
            insertion_policy="STANDARD",
            procedure="",
            consultation_launched_on="",
            offers_due_on="",
            starts_on="",
            ends_on="",
            renewals_max="",
        )
        | changes
    )


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"title": "Nettoyage des gymnases et des écoles", "reference": "X"}, "objet proche"),
        ({"title": "Prestations diverses", "reference": "2026 014"}, "même numéro"),
        (
            {
                "title": "Prestations diverses",
                "reference": "X",
                "cpv": "90911000",
                "estimated_amount": "380 000",
                "starts_on": "2027-05-01",
            },
            "même code CPV, montant et dates proches",
        ),
    ],
)
def test_a_look_alike_is_shown_before_anything_is_written(
    changes: dict[str, str], why: str, registered: Tender, cast: Cast, browser: ActingClient
) -> None:
    address = reverse("procurement:register")
    form = one_page(**changes)
    answer = browser.acting(cast.buyer).post(address, form)
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "2026-014, Nettoyage des écoles et des gymnases" in body
    assert why in body
    assert body.count('class="btn btn-primary"') == 1
    for value in ("90911000", "380 000", "2027-05-01"):
        assert (value in body) or value not in changes.values(), "nothing typed is lost"
    assert Tender.objects.count() == 1
    browser.post(address, form | {"autre": "1"})
    assert Tender.objects.count() == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Prestations diverses"},
        {"title": "Prestations", "cpv": "90911000", "estimated_amount": "200 000", "starts_on": "2027-05-01"},
        {"title": "Prestations", "cpv": "90911000", "estimated_amount": "400 000", "starts_on": "2028-05-01"},
        {"title": "Prestations", "cpv": "90911000", "estimated_amount": "400 000"},
    ],
)
def test_what_does_not_look_alike_is_registered_at_once(
    changes: dict[str, str], registered: Tender, cast: Cast, browser: ActingClient
) -> None:
    browser.acting(cast.buyer).post(reverse("procurement:register"), one_page(reference="X", **changes))
    assert Tender.objects.count() == 2


def test_the_guided_path_shows_look_alikes_too_and_only_ones_own(
    registered: Tender, cast: Cast, browser: ActingClient
) -> None:
    answer = browser.acting(cast.buyer).post(START, typed())
    assert "C’est un autre marché, enregistrer" in answer.content.decode()
    browser.acting(cast.other_buyer).post(START, typed())
    assert Tender.objects.filter(buyer=cast.other_commune).count() == 1


def test_the_very_same_number_is_refused_even_as_another_tender(
    registered: Tender, cast: Cast, browser: ActingClient
) -> None:
    form = typed(title="Prestations diverses", reference="2026-014") | {"autre": "1"}
    answer = browser.acting(cast.buyer).post(START, form)
    assert answer.status_code == 422
    assert "déjà enregistré un marché sous ce numéro" in answer.content.decode()


def test_made_tenders_are_not_on_the_path_once_published(cast: Cast, browser: ActingClient) -> None:
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    page = browser.acting(cast.buyer).get(reverse("procurement:lots", args=[tender.pk])).content.decode()
    assert "Étapes de l’enregistrement" not in page

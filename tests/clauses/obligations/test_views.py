"""The calculation on screen: it follows what is typed, with or without scripts, and writes once."""

from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from clauses.obligations.models import Obligation, Sizing, SocialClause
from clauses.procurement.actions import advice, lots
from clauses.procurement.choices import Sector, TenderStatus
from clauses.procurement.models import Lot, Tender
from inclusiv.demo.make import clauses as make
from tests.conftest import ActingClient, Cast

NARROW = "\u202f"


@pytest.fixture
def tender(cast: Cast) -> Tender:
    return make.tender(buyer=cast.commune, structure=cast.structure)


@pytest.fixture
def lot(tender: Tender, cast: Cast, at: datetime) -> Lot:
    return lots.add(
        tender=tender,
        title="Gros œuvre",
        sector=Sector.STRUCTURAL,
        estimated_amount=Decimal("1800000.00"),
        by=cast.buyer,
        at=at,
    )


@pytest.fixture
def address(lot: Lot) -> str:
    return reverse("obligations:sizing", args=[lot.pk])


def typed(**changes: str | list[str]) -> dict[str, str | list[str]]:
    usual: dict[str, str | list[str]] = {
        "submission": str(uuid4()),
        "amount": "1 800 000",
        "labour_share": "45",
        "effort_rate": "7",
        "hourly_cost": "30",
        "quantity": "1 890",
        "proposed": "1 890",
        "expression": "HOURS",
        "clause_type": "EXECUTION",
        "priority_publics": ["RSA", "YOUTH"],
        "count_training": "on",
        "modalities": ["DIRECT_HIRE", "SECONDMENT", "INCLUSIVE_PARTNER"],
        "documents": ["MONTHLY_STATEMENT", "HOURS_PROOF", "ACTION_PLAN"],
        "statement_due_day": "12",
        "contact_days": "14",
        "kickoff_months": "1",
        "plan_days": "15",
        "final_report_months": "3",
        "penalty_hour": "50",
        "penalty_action": "500",
        "penalty_document_day": "100",
        "relief_cases": ["NO_CANDIDATE", "COMPANY_IN_DIFFICULTY", "EXECUTION_CUT"],
        "seen": "0",
    }
    return {**usual, **changes}


def test_the_page_shows_the_formula_with_its_numbers_and_their_sources(
    address: str, cast: Cast, browser: ActingClient
) -> None:
    body = browser.acting(cast.facilitator).get(address).content.decode()
    assert "1\u202f800\u202f000\u00a0€ × 45\u202f% × 7\u202f% ÷ 30\u00a0€ = 1\u202f890\u00a0h" in body
    assert "valeur d’usage du métier" in body
    assert "valeur par défaut" in body
    assert "environ" in body
    assert f'name="quantity" value="1{NARROW}890"' in body


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_new_effort_is_computed_at_once_and_nothing_is_written(
    headers: dict[str, str], address: str, cast: Cast, browser: ActingClient
) -> None:
    response = browser.acting(cast.buyer).post(
        address, typed(effort_rate="10", calculer="1"), headers=headers
    )
    body = response.content.decode()
    assert response.status_code == 200
    assert "= 2\u202f700\u00a0h" in body
    assert f'name="quantity" value="2{NARROW}700"' in body
    assert ("<html" in body) == (not headers)
    assert 'id="result"' in body
    assert not Sizing.objects.exists()


def test_the_fragment_is_the_same_part_of_the_page(address: str, cast: Cast, browser: ActingClient) -> None:
    form = typed(effort_rate="10", calculer="1")
    browser.acting(cast.buyer)
    fragment = browser.post(address, form, headers={"HX-Request": "true"}).content.decode().strip()
    assert fragment in browser.post(address, form).content.decode()


def test_a_number_of_the_contract_stays_when_the_calculation_changes(
    address: str, cast: Cast, browser: ActingClient
) -> None:
    form = typed(effort_rate="10", quantity="2 000", calculer="1")
    body = browser.acting(cast.buyer).post(address, form).content.decode()
    assert 'name="quantity" value="2 000"' in body
    assert "700\u00a0h de moins que le calcul, soit un effort de 7,41\u202f%" in body
    assert 'value="YOUTH" class="form-check-input"' in body
    counted = (
        "hours, RSA, young people, training hours, three modalities, three documents, three relief cases"
    )
    assert body.count("checked") == 13, counted


def test_an_input_that_cannot_be_read_is_told_in_the_fragment(
    address: str, cast: Cast, browser: ActingClient
) -> None:
    form = typed(effort_rate="beaucoup", quantity="", calculer="1")
    response = browser.acting(cast.buyer).post(address, form, headers={"HX-Request": "true"})
    assert response.status_code == 422
    assert "« beaucoup » n’est pas un nombre" in response.content.decode()
    assert "est à remplir" not in response.content.decode()


def test_a_clause_is_written_with_its_calculation(
    address: str, lot: Lot, cast: Cast, browser: ActingClient
) -> None:
    response = browser.acting(cast.buyer).post(address, typed())
    assert response.headers["Location"] == reverse("procurement:tender", args=[lot.tender_id])
    clause = SocialClause.objects.get()
    assert (clause.quantity, clause.priority_publics) == (Decimal("1890.00"), ["RSA", "YOUTH"])
    assert (clause.count_training, clause.strict_prior_validation) == (True, False)
    page = browser.get(response.headers["Location"]).content.decode()
    assert "la clause demande 1\u202f890\u00a0h d’insertion" in page


def under_study(tender: Tender) -> None:
    Tender.objects.filter(pk=tender.pk).update(status=TenderStatus.SIZING)


def test_one_goes_from_lot_to_lot_then_to_the_texts(
    tender: Tender, address: str, cast: Cast, browser: ActingClient, at: datetime
) -> None:
    under_study(tender)
    second, third = (
        lots.add(
            tender=tender, title=title, sector=Sector.ROOFING, estimated_amount=Decimal(300_000), by=cast.buyer, at=at
        )
        for title in ("Couverture", "Bardage")
    )  # fmt: skip
    browser.acting(cast.buyer)
    assert "Enregistrer et passer au lot 2" in browser.get(address).content.decode()
    following = reverse("obligations:sizing", args=[second.pk])
    assert browser.post(address, typed()).headers["Location"] == following
    last = reverse("obligations:sizing", args=[third.pk])
    assert "Enregistrer et lire les textes" in browser.get(last).content.decode(), "lot 2 has none on purpose"
    texts = reverse("texts:pieces", args=[tender.pk])
    assert browser.post(last, typed()).headers["Location"] == texts


def test_one_may_stop_there(tender: Tender, address: str, cast: Cast, browser: ActingClient) -> None:
    under_study(tender)
    stopped = browser.acting(cast.buyer).post(address, typed(arreter="1"))
    assert stopped.headers["Location"] == reverse("procurement:tender", args=[tender.pk])


def test_who_answers_a_request_for_advice_comes_back_to_it(
    tender: Tender, address: str, cast: Cast, browser: ActingClient, at: datetime
) -> None:
    under_study(tender)
    asked = advice.ask(tender=tender, by=cast.buyer, at=at)
    saved = browser.acting(cast.facilitator).post(address, typed())
    assert saved.headers["Location"] == reverse("procurement:advice", args=[asked.pk])
    assert "Enregistrer et lire les textes" in browser.acting(cast.buyer).get(address).content.decode()


def test_a_clause_whose_texts_are_out_leads_back_to_the_tender(
    tender: Tender, address: str, cast: Cast, browser: ActingClient
) -> None:
    body = browser.acting(cast.buyer).get(address).content.decode()
    assert "Enregistrer la clause" in body
    assert "m’arrêter là" not in body
    saved = browser.post(address, typed())
    assert saved.headers["Location"] == reverse("procurement:tender", args=[tender.pk])


def test_a_clause_starts_again_from_what_was_written(address: str, cast: Cast, browser: ActingClient) -> None:
    browser.acting(cast.buyer).post(address, typed(labour_share="50", quantity="2 000"))
    body = browser.get(address).content.decode()
    assert 'name="labour_share" value="50"' in body
    assert f'name="quantity" value="2{NARROW}000"' in body
    assert "Calculs conservés" in body


BAD = [
    ({"amount": "-1"}, "ne peut pas être négatif"),
    ({"amount": ""}, "est à remplir"),
    ({"labour_share": "101"}, "trop grand"),
    ({"effort_rate": "sept"}, "« sept »"),
    ({"hourly_cost": "0"}, "trop petit"),
    ({"quantity": "0"}, "trop petit"),
    ({"quantity": "99 999 999"}, "trop grand"),
    ({"clause_type": "GIFT"}, "GIFT"),
    ({"priority_publics": "NOBLES"}, "NOBLES"),
    ({"seen": "3"}, "recalculées entre-temps"),
]


@pytest.mark.parametrize(("changes", "said"), BAD)
def test_bad_input_is_told_and_nothing_is_written(
    changes: dict[str, str], said: str, address: str, cast: Cast, browser: ActingClient
) -> None:
    response = browser.acting(cast.buyer).post(address, typed(**changes))
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not SocialClause.objects.exists()


def test_a_double_click_writes_one_calculation(address: str, cast: Cast, browser: ActingClient) -> None:
    form = typed()
    browser.acting(cast.buyer).post(address, form)
    again = browser.post(address, form)
    assert again.status_code == 422
    assert "déjà été envoyé" in again.content.decode()
    assert Sizing.objects.count() == 1


def test_two_who_prepare_the_same_clause_do_not_lose_one(
    address: str, cast: Cast, browser: ActingClient
) -> None:
    browser.acting(cast.buyer).post(address, typed())
    response = browser.acting(cast.facilitator).post(address, typed(quantity="2 000"))
    assert response.status_code == 422
    assert SocialClause.objects.get().quantity == Decimal("1890.00")


def test_a_clause_is_removed_after_a_question(
    lot: Lot, address: str, cast: Cast, browser: ActingClient
) -> None:
    browser.acting(cast.buyer).post(address, typed())
    removal = reverse("obligations:remove-clause", args=[lot.pk])
    browser.get(removal)
    assert SocialClause.objects.exists()
    assert "n’a plus de clause" in browser.post(removal, follow=True).content.decode()
    assert "n’a pas de clause" in browser.post(removal, follow=True).content.decode()


def notification(**changes: str) -> dict[str, str]:
    return {
        "submission": str(uuid4()),
        "notified_on": "2025-03-10",
        "starts_on": "2025-03-24",
        "ends_on": "2025-11-28",
    } | changes


def test_the_notification_says_what_becomes_owed_and_binds_it(
    tender: Tender, cast: Cast, browser: ActingClient
) -> None:
    lot = make.lot(tender)
    make.award(lot, (cast.builder, Decimal(1)))
    page = reverse("obligations:notify", args=[tender.pk])
    body = browser.acting(cast.buyer).get(page).content.decode()
    assert "Bâti-Sud" in body
    assert "1\u202f890\u00a0h" in body
    form = notification()
    assert browser.post(page, form).status_code == 302
    assert Obligation.objects.get().quantity == Decimal("1890.00")
    assert browser.post(page, form).status_code == 422
    assert Obligation.objects.count() == 1
    again = browser.get(page).content.decode()
    assert "Ce marché est déjà notifié" in again
    assert 'name="starts_on"' not in again
    clause = browser.get(reverse("obligations:sizing", args=[lot.pk])).content.decode()
    assert "Contractuelle depuis la notification, le 10\u00a0mars 2025" in clause
    assert "<input" not in clause.partition("<main")[2].partition("</main>")[0]


BAD_DAYS = [
    ({"notified_on": "2025-02-01"}, "ne peut pas précéder l’attribution"),
    ({"starts_on": "2025-03-09"}, "avant la notification"),
    ({"ends_on": "2025-03-01"}, "précède"),
    ({"notified_on": "2099-01-01", "starts_on": "2099-02-01", "ends_on": "2099-03-01"}, "2099"),
    ({"ends_on": ""}, "est à remplir"),
]


@pytest.mark.parametrize(("changes", "said"), BAD_DAYS)
def test_impossible_days_bind_nothing(
    changes: dict[str, str], said: str, tender: Tender, cast: Cast, browser: ActingClient
) -> None:
    make.award(make.lot(tender), (cast.builder, Decimal(1)))
    response = browser.acting(cast.buyer).post(
        reverse("obligations:notify", args=[tender.pk]), notification(**changes)
    )
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Obligation.objects.exists()


def test_a_bound_lot_without_clause_says_so(
    tender: Tender, lot: Lot, cast: Cast, browser: ActingClient
) -> None:
    make.award(make.lot(tender, number=2, amount=Decimal(1000)), (cast.builder, Decimal(1)))
    make.notify(tender, notified_on=date(2025, 3, 10))
    body = browser.acting(cast.buyer).get(reverse("obligations:sizing", args=[lot.pk])).content.decode()
    assert "Ce lot n’a pas de clause" in body

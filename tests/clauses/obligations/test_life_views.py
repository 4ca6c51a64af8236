"""The screens of a contract's life: what is read there, what is written, what is refused with what was typed still there."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clauses.obligations.models import Obligation, SocialClause
from clauses.procurement.choices import Sector
from clauses.procurement.models import Amendment, GroupMember, InvoicedTotal, Lot, Tender, Tranche
from inclusiv.core.french import NARROW
from inclusiv.demo.make import clauses as make
from inclusiv.demo.make.clauses import noon
from inclusiv.records.models import AuditEvent
from tests.conftest import ActingClient, Cast

NOTIFIED = date(2025, 3, 10)


@pytest.fixture(autouse=True)
def october() -> object:
    with time_machine.travel(noon(date(2025, 10, 14)), tick=False):
        yield


@pytest.fixture
def lot(cast: Cast) -> Lot:
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    return make.lot(
        tender,
        number=2,
        title="VRD",
        sector=Sector.EARTHWORKS_ROADS,
        amount=Decimal(640_000),
        hours=Decimal(320),
    )


@pytest.fixture
def tender(lot: Lot, cast: Cast) -> Tender:
    Tranche.objects.create(lot=lot, number=1, hours=Decimal(120), amount=Decimal(240_000))
    Tender.objects.filter(pk=lot.tender_id).update(renewals_max=1)
    make.award(lot, (cast.builder, Decimal(1)))
    make.notify(lot.tender, notified_on=NOTIFIED)
    return Tender.objects.get(pk=lot.tender_id)


def typed(**fields: str) -> dict[str, str]:
    return {"submission": str(uuid4()), **fields}


def address(name: str, pk: int) -> str:
    return reverse(f"obligations:{name}", args=[pk])


def owed(lot: Lot) -> Decimal:
    return sum((row.quantity for row in Obligation.objects.filter(lot=lot)), Decimal(0))


def golden(lot: Lot, **more: str) -> dict[str, str]:
    return typed(
        kind="AMOUNT", notified_on="2025-07-21", months="0", **{f"amount_{lot.pk}": "96 000"}, **more
    )


def test_the_hours_of_an_amendment_are_shown_before_they_are_written(
    tender: Tender, lot: Lot, cast: Cast, browser: ActingClient
) -> None:
    page = browser.acting(cast.buyer).post(address("amend", tender.pk), golden(lot, calculer="1"))
    body = page.content.decode()
    assert page.status_code == 200
    assert f'name="hours_{lot.pk}" value="50"' in body
    assert f"Il doit 320\u00a0h, pour 640{NARROW}000\u00a0€ HT" in body
    assert not Amendment.objects.exists()


def test_an_amendment_is_recorded_with_the_hours_of_the_calculation(
    tender: Tender, lot: Lot, cast: Cast, browser: ActingClient
) -> None:
    form = golden(lot)
    page = browser.acting(cast.facilitator).post(address("amend", tender.pk), form, follow=True)
    assert page.redirect_chain[-1][0] == address("contract", tender.pk)
    body = page.content.decode()
    assert "Avenant n°\u00a01" in body
    assert "+50\u00a0h" in body
    assert owed(lot) == Decimal(370)
    browser.post(address("amend", tender.pk), form)
    assert Amendment.objects.count() == 1, "the same form sent twice acts once"


def test_the_number_of_the_amendment_wins_over_the_calculation(
    tender: Tender, lot: Lot, cast: Cast, browser: ActingClient
) -> None:
    browser.acting(cast.buyer).post(address("amend", tender.pk), golden(lot, **{f"hours_{lot.pk}": "35"}))
    assert owed(lot) == Decimal(355)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"notified_on": "2025-03-09"}, "Un avenant ne peut pas précéder la notification"),
        ({"notified_on": "2025-10-15"}, "après aujourd’hui"),
        ({"notified_on": "2025-02-30"}, "n’existe pas"),
        ({"amount": "beaucoup"}, "n’est pas un nombre d’euros"),
        ({"amount": "-640 000", "hours": "-321"}, "le lot n’en doit que 320\u00a0h"),
        ({"amount": ""}, "Indiquez ce que l’avenant change"),
        ({"months": "1,5"}, "n’est pas un nombre entier"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_still_there(
    changes: dict[str, str], said: str, tender: Tender, lot: Lot, cast: Cast, browser: ActingClient
) -> None:
    named = {
        f"{name}_{lot.pk}" if name in {"amount", "hours"} else name: one for name, one in changes.items()
    }
    form = golden(lot, reason="Réseaux imprévus") | named
    page = browser.acting(cast.buyer).post(address("amend", tender.pk), form)
    body = page.content.decode()
    assert page.status_code == 422
    assert said in body
    assert "Réseaux imprévus" in body
    assert not Amendment.objects.exists()
    assert owed(lot) == Decimal(320)


def test_a_low_value_amendment_over_its_limit_is_recorded_with_a_warning(
    tender: Tender, lot: Lot, cast: Cast, browser: ActingClient
) -> None:
    form = golden(lot, article="R2194-8") | {f"amount_{lot.pk}": "96 001"}
    page = browser.acting(cast.buyer).post(address("amend", tender.pk), form, follow=True)
    assert "s’arrête à 15\u202f%" in page.content.decode()
    assert Amendment.objects.count() == 1


def test_another_company_takes_over(tender: Tender, lot: Lot, cast: Cast, browser: ActingClient) -> None:
    siret = str(cast.painter.siret)
    form = typed(lot=str(lot.pk), siret=siret, name="Peinture", notified_on="2025-09-01")
    page = browser.acting(cast.buyer).post(address("transfer", tender.pk), form, follow=True)
    assert f"Lot 2 repris par {cast.painter}" in page.content.decode()
    assert GroupMember.objects.get(award__lot=lot).organisation == cast.painter


def test_a_renewal_is_proposed_right_after_the_running_period(
    tender: Tender, lot: Lot, cast: Cast, browser: ActingClient
) -> None:
    body = browser.acting(cast.buyer).get(address("renew", tender.pk)).content.decode()
    assert 'name="starts_on" value="2025-11-29"' in body
    form = typed(decided_on="2025-10-01", starts_on="2025-11-29", ends_on="2026-08-05", is_tacit="on")
    page = browser.post(address("renew", tender.pk), form, follow=True)
    assert "Reconduction n° 1, du 29/11/2025 au 05/08/2026, tacite" in page.content.decode()
    assert owed(lot) == Decimal(640)


def test_a_tranche_is_affirmed(tender: Tender, lot: Lot, cast: Cast, browser: ActingClient) -> None:
    tranche = Tranche.objects.get(lot=lot)
    page = browser.acting(cast.buyer).post(
        address("affirm", tranche.pk), typed(affirmed_on="2025-09-02"), follow=True
    )
    assert "Tranche optionnelle 1 affermie" in page.content.decode()
    assert owed(lot) == Decimal(440)
    again = browser.post(address("affirm", tranche.pk), typed(affirmed_on="2025-09-03"))
    assert "affermie depuis le 02/09/2025" in again.content.decode()


def test_a_tranche_is_described_before_the_notification(lot: Lot, cast: Cast, browser: ActingClient) -> None:
    form = typed(number="1", amount="240 000", hours="120", deadline_on="2026-01-31")
    browser.acting(cast.buyer).post(address("add-tranche", lot.pk), form)
    assert Tranche.objects.get(lot=lot).hours == Decimal(120)
    again = browser.post(address("add-tranche", lot.pk), form | {"submission": str(uuid4())})
    assert "Ce lot a déjà une tranche de ce numéro" in again.content.decode()


def test_a_tranche_told_wrong_is_taken_away_and_told_again(
    lot: Lot, cast: Cast, browser: ActingClient
) -> None:
    browser.acting(cast.buyer).post(address("add-tranche", lot.pk), typed(number="1", hours="1200"))
    wrong = Tranche.objects.get(lot=lot)
    remove = address("remove-tranche", wrong.pk)
    assert remove in browser.get(address("contract", lot.tender_id)).content.decode()
    assert "Retirer la tranche 1 du lot 2" in browser.get(remove).content.decode()
    page = browser.post(remove, follow=True).content.decode()
    assert "Le lot 2 n’a plus de tranche optionnelle 1" in page
    assert AuditEvent.objects.get(code="tranche.removed").data == {"number": "2", "tranche": "1"}
    browser.post(address("add-tranche", lot.pk), typed(number="1", hours="120"))
    assert Tranche.objects.get(lot=lot).hours == Decimal(120)


def test_a_tranche_of_a_notified_contract_stays(
    tender: Tender, lot: Lot, cast: Cast, browser: ActingClient
) -> None:
    tranche = Tranche.objects.get(lot=lot)
    remove = address("remove-tranche", tranche.pk)
    assert remove not in browser.acting(cast.buyer).get(address("contract", tender.pk)).content.decode()
    page = browser.post(remove, follow=True).content.decode()
    assert "n’a plus de tranche" not in page
    assert Tranche.objects.filter(pk=tranche.pk).exists()


def test_invoices_are_told_by_the_quarter(
    tender: Tender, lot: Lot, cast: Cast, browser: ActingClient
) -> None:
    SocialClause.objects.filter(lot=lot).update(hours_per_100k=Decimal(35))
    body = browser.acting(cast.buyer).get(address("invoice", lot.pk)).content.decode()
    assert [
        day for day in ("2025-03-31", "2025-06-30", "2025-09-30", "2025-12-31") if f'"{day}"' in body
    ] == [
        "2025-03-31",
        "2025-06-30",
        "2025-09-30",
    ]
    browser.post(address("invoice", lot.pk), typed(quarter_end="2025-06-30", amount="187 450"))
    assert InvoicedTotal.objects.get().amount == Decimal(187_450)
    assert owed(lot) == Decimal("65.61")


def test_an_execution_stops_resumes_and_ends(
    tender: Tender, lot: Lot, cast: Cast, browser: ActingClient
) -> None:
    browser.acting(cast.buyer)
    for name, form, state in (
        ("suspend", typed(starts_on="2025-06-02", reason="Réseaux"), "Suspendu"),
        ("resume", typed(resumed_on="2025-09-01", ends_on="2025-12-31"), "En exécution"),
        ("terminate", typed(last_on="2025-10-01", reason="Liquidation"), "Résilié"),
    ):
        browser.post(address(name, tender.pk), form)
        tender.refresh_from_db()
        assert tender.get_status_display() == state
    body = browser.get(address("contract", tender.pk)).content.decode()
    assert "Liquidation" in body
    assert "Résiliation" in body
    assert "Enregistrer un avenant" not in body


def test_what_was_owed_on_another_day_is_said_as_it_was_known(
    tender: Tender, lot: Lot, cast: Cast, browser: ActingClient
) -> None:
    browser.acting(cast.buyer).post(address("amend", tender.pk), golden(lot))
    page = address("contract", tender.pk)
    for asked, said in (
        ({"le": "2025-07-20"}, "320\u00a0h"),
        ({"le": "2025-07-21"}, "370\u00a0h"),
        ({"le": "2025-07-21", "connu": "2025-10-13"}, "320\u00a0h"),
    ):
        body = browser.get(page, asked).content.decode()
        assert f"<strong>{said}</strong>.</p>" in body
    wrong = browser.get(page, {"le": "31/02/2025"})
    assert "n’existe pas" in wrong.content.decode()


def test_the_page_of_a_contract_costs_the_same_for_many_lots(
    tender: Tender, cast: Cast, browser: ActingClient
) -> None:
    browser.acting(cast.buyer)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            browser.get(address("contract", tender.pk))
        counts.append(len(queries))
        for number in range(10, 20):
            Lot.objects.get_or_create(
                tender=tender, number=number, defaults={"title": "Lot", "sector": Sector.PAINTING}
            )
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", ["amend", "transfer", "renew", "suspend", "resume", "terminate"])
def test_the_lead_of_the_network_reads_and_changes_nothing(
    name: str, tender: Tender, cast: Cast, browser: ActingClient
) -> None:
    browser.acting(cast.coordinator)
    assert browser.get(address(name, tender.pk)).status_code == 403
    body = browser.get(address("contract", tender.pk)).content.decode()
    assert "Enregistrer un avenant" not in body


def test_hours_that_follow_the_invoices_read_the_same_on_every_page(
    lot: Lot, cast: Cast, browser: ActingClient
) -> None:
    SocialClause.objects.filter(lot=lot).update(hours_per_100k=Decimal(35))
    page = reverse("procurement:tender", args=[lot.tender_id])
    assert (
        "320\u00a0h<small>prévision, selon ce qui sera facturé" in browser.acting(cast.buyer).get(page).text
    )
    make.award(lot, (cast.builder, Decimal(1)))
    make.notify(lot.tender, notified_on=NOTIFIED)
    assert "0\u00a0h<small>selon ce qui est facturé" in browser.get(page).text
    browser.post(address("invoice", lot.pk), typed(quarter_end="2025-06-30", amount="187 450"))
    body = browser.get(page).text
    assert "65,61\u00a0h<small>selon ce qui est facturé" in body
    assert "65,61\u00a0h" in browser.get(address("contract", lot.tender_id)).text


def test_a_lot_that_owes_nothing_any_more_still_has_its_clause(
    tender: Tender, lot: Lot, cast: Cast, browser: ActingClient
) -> None:
    browser.acting(cast.buyer).post(
        address("amend", tender.pk),
        typed(kind="CLAUSE_CHANGED", notified_on="2025-07-21", months="0", **{f"hours_{lot.pk}": "-320"}),
    )
    assert owed(lot) == 0
    body = browser.get(reverse("procurement:tender", args=[tender.pk])).text
    assert "sans clause" not in body

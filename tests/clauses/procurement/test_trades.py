"""The trade and the general clauses of a CPV code (DOMAIN.md 1.7, 3.2)."""

import pytest
from django.urls import reverse

from clauses.procurement.choices import Ccag, Sector, TenderNature
from clauses.procurement.models import Lot, Tender
from clauses.procurement.rules.registering import proposed_sector
from clauses.procurement.rules.trades import ccag_of, trade_of
from inclusiv.demo.make import clauses as make
from tests.conftest import ActingClient, Cast

TRADES = [
    ("45223220", Sector.STRUCTURAL),
    ("45223210", Sector.STEEL_FRAME),
    ("45112500", Sector.EARTHWORKS_ROADS),
    ("45112710", Sector.LANDSCAPE_WORKS),
    ("45233140", Sector.EARTHWORKS_ROADS),
    ("45442100", Sector.PAINTING),
    ("45261100", Sector.TIMBER_FRAME),
    ("45261000", Sector.TIMBER_FRAME),
    ("45261210", Sector.ROOFING),
    ("45421152", Sector.INTERNAL_JOINERY),
    ("45440000", Sector.PAINTING),
    ("45443000", Sector.FACADE),
    ("45260000", Sector.ROOFING),
    ("45310000", Sector.ELECTRICAL),
    ("45313100", Sector.LIFTS),
    ("45331000", Sector.HVAC_PLUMBING),
    ("45214200", Sector.BUILDING_OVERALL),
    ("45000000", Sector.BUILDING_OVERALL),
    ("45350000", None),
    ("77314000", Sector.LANDSCAPE_MAINTENANCE),
    ("90911200", Sector.CLEANING),
    ("90511000", Sector.WASTE),
    ("90610000", Sector.STREET_CLEANING),
    ("72312000", Sector.DOCUMENTS),
    ("72000000", Sector.IT),
    ("03000000", None),
    ("", None),
]


@pytest.mark.parametrize(("cpv", "trade"), TRADES)
def test_the_longest_prefix_of_the_table_gives_the_trade(cpv: str, trade: Sector | None) -> None:
    assert trade_of(cpv) is trade


@pytest.mark.parametrize(("cpv", "trade"), [pair for pair in TRADES if pair[1]])
def test_registering_proposes_the_trade_that_the_calculation_compares_with(cpv: str, trade: Sector) -> None:
    """One table: a lot that took the proposed trade is never told that its code stands for another one."""
    nature = TenderNature.WORKS if cpv.startswith("45") else TenderNature.SERVICES
    assert proposed_sector(nature=nature, cpv=cpv) is trade_of(cpv) is trade


@pytest.mark.parametrize(
    ("nature", "cpv", "ccag"),
    [
        (TenderNature.WORKS, "71200000", Ccag.TRAVAUX),
        (TenderNature.SUPPLIES, "", Ccag.FCS),
        (TenderNature.SERVICES, "", Ccag.FCS),
        (TenderNature.SERVICES, "71200000", Ccag.MOE),
        (TenderNature.SERVICES, "71300000", Ccag.PI),
        (TenderNature.SERVICES, "72000000", Ccag.TIC),
    ],
)
def test_the_general_clauses_follow_the_nature_then_the_cpv(
    nature: TenderNature, cpv: str, ccag: Ccag
) -> None:
    assert ccag_of(nature, cpv) is ccag


@pytest.fixture
def tender(cast: Cast) -> Tender:
    return make.tender(buyer=cast.commune, structure=cast.structure)


def typed(tender: Tender, **changes: str) -> dict[str, str]:
    usual = {
        "submission": "3f0f9d3a-0000-4000-8000-000000000001",
        "version": str(tender.version),
        "number": "1",
        "title": "Peinture",
        "sector": "",
        "cpv": "45442100",
    }
    return usual | changes


def test_a_lot_without_a_trade_takes_that_of_its_cpv_and_says_so(
    tender: Tender, cast: Cast, browser: ActingClient
) -> None:
    page = reverse("procurement:lots", args=[tender.pk])
    body = browser.acting(cast.buyer).post(page, typed(tender), follow=True).content.decode()
    assert Lot.objects.get().sector == Sector.PAINTING
    assert "Métier proposé d’après le code CPV\u00a0: peinture, revêtements muraux. Vérifiez-le." in body


def test_a_trade_that_no_code_gives_is_asked_for(tender: Tender, cast: Cast, browser: ActingClient) -> None:
    page = reverse("procurement:lots", args=[tender.pk])
    response = browser.acting(cast.buyer).post(page, typed(tender, cpv=""))
    assert response.status_code == 422
    assert "Choisissez le métier du lot" in response.content.decode()
    assert not Lot.objects.exists()
    kept = browser.post(page, typed(tender, sector="FLOORING"), follow=True).content.decode()
    assert Lot.objects.get().sector == Sector.FLOORING
    assert "proposé d’après" not in kept


def test_the_calculation_says_when_the_cpv_stands_for_another_trade(
    tender: Tender, cast: Cast, browser: ActingClient
) -> None:
    lot = make.lot(tender)
    page = reverse("obligations:sizing", args=[lot.pk])
    assert "D’après son code CPV" not in browser.acting(cast.buyer).get(page).content.decode()
    Lot.objects.filter(pk=lot.pk).update(cpv="45442100")
    assert "relève du métier « Peinture, revêtements muraux »" in browser.get(page).content.decode()

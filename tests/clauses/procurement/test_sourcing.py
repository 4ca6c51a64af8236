"""Advice before sizing: what the inclusive suppliers of a trade let a buyer do (DOMAIN.md 2.2)."""

from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from clauses.procurement.actions import suppliers
from clauses.procurement.choices import Sector
from clauses.procurement.models import Lot, SupplierProfile
from clauses.procurement.rules.sourcing import Sourcing, SourcingLimits, Supplier, advise
from clauses.procurement.selectors.sourcing import sourcing_of
from inclusiv.accounts.choices import CompanyKind as K
from inclusiv.accounts.models import Capacity, Organisation
from inclusiv.core.actors import Role
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import accounts
from inclusiv.demo.make import clauses as make
from inclusiv.parameters.models import Parameter
from inclusiv.records.models import AuditEvent
from tests.conftest import ActingClient, Cast
from tests.world import asked_advice

LIMITS = SourcingLimits(many=30, some=10, few=1, dependency=Decimal("0.30"))
TODAY = date(2026, 11, 30)


def of(kind: K, count: int, turnover: int | None = None) -> list[Supplier]:
    return [Supplier(kind, Decimal(turnover) if turnover else None) for _ in range(count)]


CASES = [
    ("nobody", [], Sourcing.NO_CLAUSE),
    ("one is not enough", of(K.EI, 1), Sourcing.NO_CLAUSE),
    ("two", of(K.EI, 2), Sourcing.CLAUSE),
    ("one of each mode", [*of(K.EI, 1), *of(K.ETTI, 1)], Sourcing.CLAUSE),
    ("ten serving", of(K.ACI, 10), Sourcing.CLAUSE),
    ("eleven serving", of(K.ACI, 11), Sourcing.RESERVE_LOT),
    ("eleven seconding hold no lot", of(K.ETTI, 11), Sourcing.CLAUSE),
    ("thirty, light", of(K.EA, 30, 10_000_000), Sourcing.RESERVE_LOT),
    ("thirty-one, unknown", of(K.EA, 31), Sourcing.RESERVE_LOT),
    ("thirty-one, at the limit", of(K.EA, 31, 1_000_000), Sourcing.RESERVE_LOT),
    ("thirty-one, under it", of(K.EA, 31, 1_000_001), Sourcing.RESERVE_ALL),
    ("kinds of neither mode", of(K.EITI, 40, 10_000_000), Sourcing.NO_CLAUSE),
]


@pytest.mark.parametrize(("found", "choice"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_thresholds_are_to_be_exceeded(found: list[Supplier], choice: Sourcing) -> None:
    assert advise(found, budget=Decimal(300_000), limits=LIMITS).choice is choice


def test_an_unknown_budget_or_turnover_reserves_no_whole_purchase() -> None:
    many = of(K.EI, 40, 10_000_000)
    assert advise(many, budget=None, limits=LIMITS).choice is Sourcing.RESERVE_LOT
    half = [*of(K.EI, 20, 2_000_000), *of(K.EI, 20)]
    advice = advise(half, budget=Decimal(200_000), limits=LIMITS)
    assert (advice.choice, advice.dependency) == (Sourcing.RESERVE_ALL, Decimal("0.1"))


@pytest.mark.parametrize("known", [0, 1, 2])
def test_a_mean_of_less_than_three_turnovers_is_not_told(known: int) -> None:
    """A buyer who varies the amount of a lot would read the turnover of the only one known."""
    found = [*of(K.EI, known, 2_000_000), *of(K.EI, 40 - known)]
    advice = advise(found, budget=Decimal(200_000), limits=LIMITS)
    assert (advice.choice, advice.dependency) == (Sourcing.RESERVE_LOT, None)
    assert "leurs chiffres d’affaires sont trop peu connus" in advice.why
    third = advise([*found, *of(K.EI, 3 - known, 2_000_000)], budget=Decimal(200_000), limits=LIMITS)
    assert third.dependency == Decimal("0.1")


def test_the_reason_is_one_sentence_with_its_figures() -> None:
    few = advise([*of(K.EI, 2), *of(K.ETTI, 1)], budget=None, limits=LIMITS)
    assert few.why == (
        "3\u00a0structures inclusives connues, dont 1\u00a0met des personnes à disposition : c’est assez pour une clause"
        " (plus de 1), pas pour réserver un lot (plus de 10 qui l’exécutent elles-mêmes)."
    )
    all_of_it = advise(of(K.EI, 40, 2_000_000), budget=Decimal(200_000), limits=LIMITS)
    assert "pèse 10\u202f% de leur chiffre d’affaires moyen" in all_of_it.why
    assert advise([], budget=None, limits=LIMITS).why.startswith("Aucune structure inclusive connue")


@pytest.fixture
def lot(cast: Cast) -> Lot:
    return make.lot(make.tender(buyer=cast.commune, structure=cast.structure))


def supplier(number: int, kind: K, *sectors: Sector, department: str = "91") -> Organisation:
    made = accounts.organisation(
        name=f"Structure {number}", number=number, roles=(Role.EMPLOYER,), company_kind=kind
    )
    Capacity.objects.filter(organisation=made).update(department=department)
    SupplierProfile.objects.create(
        organisation=made,
        sectors=list(sectors),
        updated_at=datetime.fromisoformat("2026-11-01T09:00:00+00:00"),
    )
    return made


@pytest.mark.django_db
def test_only_the_suppliers_of_the_trade_in_the_departement_are_counted(lot: Lot) -> None:
    supplier(901, K.EI, Sector.STRUCTURAL)
    supplier(902, K.ETTI, Sector.STRUCTURAL, Sector.PAINTING)
    supplier(903, K.EI, Sector.PAINTING)
    supplier(904, K.EI, Sector.STRUCTURAL, department="92")
    supplier(905, K.EITI, Sector.STRUCTURAL)
    gone = supplier(906, K.EI, Sector.STRUCTURAL)
    Capacity.objects.filter(organisation=gone).update(starts_on=date(2019, 1, 1), ends_on=date(2020, 1, 1))
    (found,) = sourcing_of([lot], department="91", on=TODAY)
    assert (found.advice.services, found.advice.secondments) == (1, 1)
    assert found.where == "Essonne"
    assert found.is_uncertain


@pytest.mark.django_db
def test_the_thresholds_are_parameters_and_confirmed_ones_are_not_doubted(lot: Lot) -> None:
    supplier(901, K.EI, Sector.STRUCTURAL)
    Parameter.objects.filter(code="SOURCING_FEW").update(value="0")
    Parameter.objects.filter(code__startswith="SOURCING").update(source="confirmé par le réseau")
    (found,) = sourcing_of([lot], department="91", on=TODAY)
    assert (found.advice.choice, found.is_uncertain) == (Sourcing.CLAUSE, False)


@pytest.mark.django_db
def test_a_facilitator_keeps_the_trades_of_a_structure(cast: Cast, browser: ActingClient) -> None:
    page = reverse("procurement:supplier", args=[cast.etti.pk])
    assert (
        page
        in browser.acting(cast.facilitator)
        .get(reverse("accounts:organisation", args=[cast.etti.pk]))
        .content.decode()
    )
    form = {"submission": str(uuid4()), "sectors": ["PAINTING", "FLOORING"], "turnover": "850 000"}
    body = browser.post(page, form, follow=True).content.decode()
    assert "Les métiers de Tremplin 91 sont enregistrés." in body
    assert "Métiers de la structure mis à jour : 2 à ce jour" in body
    profile = SupplierProfile.objects.get()
    assert (profile.sectors, profile.turnover) == (["PAINTING", "FLOORING"], Decimal("850000.00"))
    again = browser.get(page).content.decode()
    assert again.count("checked") == 2
    assert "À faire" in again.partition("</header>")[0], "the navigation is there"


@pytest.mark.django_db
def test_a_turnover_of_nothing_and_an_unknown_trade_are_refused(cast: Cast, browser: ActingClient) -> None:
    page = reverse("procurement:supplier", args=[cast.etti.pk])
    form = {"submission": str(uuid4()), "sectors": ["MAGIC"], "turnover": "0"}
    response = browser.acting(cast.facilitator).post(page, form)
    assert response.status_code == 422
    assert "MAGIC" in response.content.decode()
    assert "trop petit" in response.content.decode()
    assert not SupplierProfile.objects.exists()


@pytest.mark.django_db
def test_an_ordinary_company_has_no_trades_to_keep(cast: Cast, browser: ActingClient, at: datetime) -> None:
    page = reverse("procurement:supplier", args=[cast.builder.pk])
    assert browser.acting(cast.facilitator).get(page).status_code == 404
    with pytest.raises(Refused):
        suppliers.describe(organisation=cast.builder, sectors=[], by=cast.facilitator, at=at)
    with pytest.raises(Refused):
        suppliers.describe(organisation=cast.etti, sectors=[], by=cast.buyer, at=at)
    assert not AuditEvent.objects.filter(code="supplier.described").exists()


@pytest.mark.django_db
def test_who_answers_reads_the_advice_and_the_buyer_reads_it_beside_the_calculation(
    lot: Lot, cast: Cast, browser: ActingClient, at: datetime
) -> None:
    supplier(901, K.EI, Sector.STRUCTURAL)
    supplier(902, K.ETTI, Sector.STRUCTURAL)
    request, _ = asked_advice(lot.tender, at=at)
    page = reverse("procurement:advice", args=[request.pk])
    said = "Clause d’exécution conseillée."
    assert said in browser.acting(cast.facilitator).get(page).content.decode()
    assert said not in browser.acting(cast.buyer).get(page).content.decode()
    sizing = browser.get(reverse("obligations:sizing", args=[lot.pk])).content.decode()
    assert said in sizing
    assert "seuils d’usage, à confirmer" in sizing

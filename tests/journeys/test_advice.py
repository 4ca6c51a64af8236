"""Advice asked, answered and accepted; then a contract that changes: every page checked, with and without scripts."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from dateutil.relativedelta import relativedelta
from django.utils import timezone

from clauses.obligations.models import Obligation
from clauses.procurement.choices import AdviceStatus, TenderStatus
from clauses.procurement.models import AdviceRequest, Tender
from inclusiv.core.periods import paris_day
from inclusiv.demo.make import accounts
from inclusiv.demo.make import clauses as make
from tests.conftest import Cast
from tests.journeys.conftest import Doors, Visitor


@pytest.fixture
def today(cast: Cast) -> date:
    """Today in Paris, in a territory that the first structure follows."""
    accounts.territory(cast.structure, name="Nord", epci=("200059228",))
    return paris_day(timezone.now())


def ask(visitor: Visitor, today: date) -> None:
    visitor.go("/marches/")
    visitor.press("Demander un avis", role="link")
    visitor.press("Envoyer la demande")
    assert visitor.sees("points sont à revoir")
    visitor.fill(
        title="Entretien des espaces verts",
        estimated_amount="400 000",
        starts_on=str(today + relativedelta(months=4)),
        months="24",
        place="Évry-Courcouronnes (91228)",
    )
    visitor.page.get_by_label("Services").check()
    visitor.press("Envoyer la demande")
    assert visitor.sees("Votre demande est partie")


def answer(visitor: Visitor) -> None:
    visitor.go("/")
    assert visitor.sees("Répondre à une demande d’avis")
    visitor.press("Répondre", role="link")
    visitor.press("Décrire les lots", role="link")
    visitor.fill(title="Tontes et tailles", sector="LANDSCAPE_MAINTENANCE", estimated_amount="400 000")
    visitor.press("Ajouter le lot")
    visitor.go(f"/marches/avis/{AdviceRequest.objects.get().pk}/")
    visitor.press("Calculer les heures", role="link")
    visitor.press("Enregistrer et répondre à la demande d’avis")
    visitor.page.get_by_label("Clause conseillée").check()
    visitor.fill(answer="Un seul lot, une équipe de deux personnes toute l’année.")
    visitor.press("Envoyer la proposition")
    assert visitor.sees("La proposition est envoyée")


def test_a_buyer_asks_for_advice_and_accepts_what_is_proposed(doors: Doors, cast: Cast, today: date) -> None:
    buyer = doors.acting(cast.buyer)
    ask(buyer, today)
    answer(doors.acting(cast.facilitator))
    buyer.go("/marches/")
    assert buyer.sees("Décider de la proposition de la facilitation")
    buyer.press("Lire", role="link")
    assert buyer.sees("une équipe de deux personnes")
    buyer.page.get_by_label("J’accepte la proposition").check()
    buyer.press("Enregistrer ma décision")
    assert buyer.sees("Proposition acceptée")
    assert AdviceRequest.objects.get().status == AdviceStatus.ACCEPTED
    assert Tender.objects.get().status == TenderStatus.DRAFTED


def test_a_buyer_who_wants_no_clause_says_why(doors: Doors, cast: Cast, today: date) -> None:
    buyer = doors.acting(cast.buyer)
    ask(buyer, today)
    buyer.press("Ouvrir le marché", role="link")
    assert buyer.sees("À justifier")
    buyer.press("Justifier l’absence de clause", role="link")
    buyer.fill(
        reason="IMMEDIATE_SOLUTION", text="Trop court.", decided_by="Directrice de la commande publique"
    )
    buyer.press("Enregistrer la décision")
    assert buyer.sees("50 caractères au moins")
    buyer.fill(text="Le besoin est couvert par un produit disponible, livré sans main-d’œuvre sur place.")
    buyer.press("Enregistrer la décision")
    buyer.page.get_by_text("Absence justifiée").wait_for()
    buyer.go("/marches/sans-clause/")
    assert buyer.sees("AVIS-")


def test_a_contract_changes_on_a_phone_and_without_scripts(doors: Doors, cast: Cast, today: date) -> None:
    starts_on = today - timedelta(days=60)
    tender = make.tender(
        buyer=cast.commune,
        structure=cast.structure,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=249),
    )
    lot = make.lot(tender, hours=Decimal(1890))
    make.award(lot, (cast.builder, Decimal(1)))
    make.notify(tender, notified_on=starts_on - timedelta(days=10))
    for visitor in (doors.acting(cast.buyer, width=390), doors.acting(cast.facilitator, scripts=False)):
        visitor.go(f"/marches/{tender.pk}/contrat/")
        visitor.press("Enregistrer un avenant", role="link")
        visitor.fill(kind="AMOUNT", notified_on=str(today))
        visitor.fill(**{f"amount_{lot.pk}": "180 000"})
        visitor.press("Calculer les heures")
        assert visitor.page.locator(f"[name='hours_{lot.pk}']").input_value() == "190"
        visitor.press("Enregistrer l’avenant")
        assert visitor.sees("est enregistré")
    assert Obligation.objects.get().quantity == Decimal(1890 + 190 + 190)
    visitor.press("Changer de titulaire", role="link")
    visitor.press("Annuler", role="link")
    visitor.go(f"/marches/{tender.pk}/suspendre/")
    visitor.fill(reason="Réseaux non repérés")
    visitor.press("Suspendre l’exécution")
    assert visitor.sees("plus aucun relevé n’est attendu")
    visitor.go(f"/marches/{tender.pk}/resilier/")
    visitor.fill(last_on=str(today), reason="Liquidation judiciaire")
    visitor.press("Résilier le marché")
    assert visitor.sees("Liquidation judiciaire")

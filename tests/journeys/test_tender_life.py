"""A tender from its registration to its notification: by a buyer with scripts, by a facilitator without, on a phone."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from clauses.obligations.models import Obligation
from clauses.procurement.choices import TenderStatus
from clauses.procurement.models import Tender
from inclusiv.core.periods import paris_day
from inclusiv.demo.make import accounts
from tests.conftest import Cast
from tests.journeys.conftest import Doors, Visitor


@pytest.fixture
def today(cast: Cast) -> date:
    """Today in Paris, in a territory that the first structure follows."""
    accounts.territory(cast.structure, name="Nord", epci=("200059228",))
    return paris_day(timezone.now())


def register(visitor: Visitor, today: date, **more: str) -> None:
    visitor.go("/marches/enregistrer/une-page/")
    visitor.press("Enregistrer et décrire les lots")
    assert visitor.sees("points sont à revoir")
    visitor.fill(
        reference="2026-014",
        title="Rénovation de l’école Jean-Moulin",
        estimated_amount="2 660 000",
        starts_on=str(today),
        ends_on=str(today + timedelta(days=250)),
        place="Évry-Courcouronnes (91228)",
        **more,
    )
    visitor.page.get_by_label("Travaux").check()
    visitor.press("Enregistrer et décrire les lots")
    assert visitor.sees("Le marché 2026-014 est enregistré")


def add_lot(visitor: Visitor) -> None:
    visitor.fill(title="Gros œuvre", sector="STRUCTURAL", estimated_amount="1 800 000")
    visitor.press("Ajouter le lot")
    visitor.press("Terminer", role="link")


def award_and_notify(visitor: Visitor, cast: Cast) -> None:
    visitor.press("Indiquer le titulaire du lot 1", role="link")
    visitor.fill(siret_1="12345678901234")
    visitor.press("Enregistrer le titulaire")
    assert visitor.sees("un chiffre est faux")
    visitor.fill(siret_1=str(cast.builder.siret))
    visitor.press("Enregistrer le titulaire")
    visitor.press("Notifier le marché", role="link")
    visitor.press("Notifier le marché")
    assert visitor.sees("Le marché est notifié : 2 000 h d’insertion sont dues.")
    assert Tender.objects.get().status == TenderStatus.IN_PROGRESS
    assert Obligation.objects.get().quantity == Decimal("2000.00")


def test_a_buyer_takes_a_tender_from_registration_to_notification(
    doors: Doors, cast: Cast, today: date
) -> None:
    visitor = doors.acting(cast.buyer)
    register(visitor, today)
    add_lot(visitor)

    def step(label: str) -> None:
        visitor.page.get_by_role("link", name=label).first.click()
        visitor.page.get_by_role("dialog").get_by_role("button", name=label).click()
        visitor.page.wait_for_load_state()
        visitor.check()

    step("Étudier la clause")
    visitor.press("Calculer les heures du lot 1", role="link")
    assert visitor.sees("1 800 000 € × 45 % × 7 % ÷ 30 € = 1 890 h")
    visitor.page.get_by_label("Effort d’insertion").fill("8")
    visitor.page.get_by_text("= 2 160 h").wait_for()
    assert visitor.page.get_by_label("Heures inscrites au marché").input_value() == "2\u202f160"
    visitor.page.get_by_label("Heures inscrites au marché").fill("2 000")
    visitor.press("Enregistrer et m’arrêter là")
    assert visitor.sees("environ")
    step("Déclarer la clause rédigée")
    step("Publier la consultation")
    award_and_notify(visitor, cast)


def test_a_facilitator_does_the_same_for_a_buyer_without_scripts_on_a_phone(
    doors: Doors, cast: Cast, today: date
) -> None:
    visitor = doors.acting(cast.facilitator, width=390, scripts=False)
    register(visitor, today, buyer=str(cast.commune.pk))
    add_lot(visitor)
    assert visitor.sees("pour le compte de Commune de Valmont")
    visitor.press("Calculer les heures", role="link")
    visitor.fill(effort_rate="8")
    visitor.press("Calculer")
    assert visitor.sees("= 2 160 h")
    visitor.fill(quantity="2 000")
    visitor.press("Enregistrer et m’arrêter là")
    visitor.press("Publier la consultation", role="link")
    visitor.press("Publier la consultation")
    award_and_notify(visitor, cast)

"""A session that ends while one types: what was typed comes back after sign-in, second factor or not, scripts or not."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from clauses.obligations.models import SocialClause
from clauses.procurement.choices import TenderStatus
from clauses.procurement.models import Tender
from inclusiv.core.actors import Actor
from inclusiv.demo.make import accounts
from inclusiv.demo.make import clauses as make
from tests.accounts.conftest import PASSWORD, user_of, with_application, with_password
from tests.conftest import Cast
from tests.journeys.conftest import Doors, Visitor


@pytest.fixture(autouse=True)
def place(cast: Cast) -> None:
    accounts.territory(cast.structure, name="Nord", epci=("200059228",))


def end_sessions() -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(hours=1))


def sign_in(visitor: Visitor, actor: Actor) -> None:
    assert visitor.sees("Ce que vous avez saisi est gardé un quart d’heure")
    visitor.fill(login=user_of(actor).email, password=PASSWORD)
    visitor.press("Se connecter")


def take_up(visitor: Visitor) -> None:
    assert visitor.sees("Votre saisie est gardée")
    visitor.press("Retrouver ma saisie")
    assert visitor.sees("Votre session s’était fermée et rien n’a été enregistré")


@pytest.mark.parametrize(("width", "scripts"), [(1320, True), (390, True), (1320, False)])
def test_a_registration_sent_too_late_is_not_typed_again(
    width: int, scripts: bool, doors: Doors, cast: Cast
) -> None:
    with_password(cast.buyer)
    visitor = doors.acting(cast.buyer, width=width, scripts=scripts)
    visitor.go(reverse("procurement:register"))
    visitor.fill(
        reference="2026-014",
        title="Rénovation de l’école « Jean-Moulin »",
        estimated_amount="2 660 000",
        place="Évry-Courcouronnes (91228)",
    )
    visitor.page.get_by_label("Travaux").check()
    end_sessions()
    visitor.press("Enregistrer et décrire les lots")
    sign_in(visitor, cast.buyer)
    take_up(visitor)
    assert visitor.page.locator("[name=title]").input_value() == "Rénovation de l’école « Jean-Moulin »"
    assert visitor.page.get_by_label("Travaux").is_checked()
    assert not Tender.objects.exists()
    visitor.press("Enregistrer et décrire les lots")
    assert visitor.sees("Le marché 2026-014 est enregistré")


def test_a_calculation_says_so_as_one_types_then_comes_back(doors: Doors, cast: Cast) -> None:
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    lot = make.lot(tender)
    Tender.objects.update(status=TenderStatus.SIZING)
    user = with_password(cast.facilitator)
    application = with_application(user)
    visitor = doors.acting(cast.facilitator)
    visitor.go(reverse("obligations:sizing", args=[lot.pk]))
    end_sessions()
    visitor.page.get_by_label("Effort d’insertion").fill("8")
    visitor.page.get_by_text("Votre session s’est fermée. Envoyez la page").wait_for()
    with visitor.page.expect_console_message(lambda line: "Response Status Error Code 401" in line.text):
        visitor.page.get_by_label("Heures inscrites au marché").fill("2 345")
    visitor.page.wait_for_load_state("networkidle")
    assert all("401" in complaint for complaint in visitor.complaints), "the console names the refusal"
    visitor.complaints.clear()
    visitor.press("Enregistrer et lire les textes")
    sign_in(visitor, cast.facilitator)
    visitor.fill(code=application.code())
    visitor.press("Se connecter")
    if not visitor.sees("Votre saisie est gardée"):
        visitor.press("Non, demander à chaque fois")
    take_up(visitor)
    assert visitor.page.get_by_label("Heures inscrites au marché").input_value() == "2 345"
    visitor.press("Enregistrer et lire les textes")
    assert SocialClause.objects.get().quantity == 2345

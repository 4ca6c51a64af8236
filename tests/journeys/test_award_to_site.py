"""From the award to the site: the buyer asked by link, the company welcomed, its plan sent, agreed and followed."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from clauses.obligations.models import ExpectedCurve, MonthPlan, Obligation
from clauses.procurement.actions import inquiries
from clauses.procurement.choices import SubcontractStatus
from clauses.procurement.models import Award, Subcontract, Tender
from inclusiv.core.periods import paris_day
from inclusiv.demo.make import clauses as make
from inclusiv.records.models import AuditEvent, OutgoingEmail
from tests.conftest import Cast
from tests.journeys.conftest import Doors, Visitor


@pytest.fixture
def today(cast: Cast) -> date:
    return paris_day(timezone.now())


@pytest.fixture
def tender(cast: Cast, today: date) -> Tender:
    """A consultation whose offers were due two months ago, for 600 hours over nine months."""
    made = make.tender(
        buyer=cast.commune,
        structure=cast.structure,
        starts_on=today,
        ends_on=today + timedelta(days=270),
    )
    make.lot(made, hours=Decimal(600))
    Tender.objects.filter(pk=made.pk).update(offers_due_on=today - timedelta(days=60))
    return made


def path_of(subject: str) -> str:
    """Return the path of the link under the button of the last mail of this subject."""
    mail = OutgoingEmail.objects.filter(subject__startswith=subject).latest("pk")
    address = [word for word in mail.text.split() if "/lien/" in word][-1]
    return address[address.index("/lien/") :]


def buyer_answers(doors: Doors, cast: Cast, tender: Tender, today: date) -> None:
    """The buyer opens its link twice, which changes nothing, makes a mistake, then says everything."""
    assert inquiries.ask_those_due(at=timezone.now()) == 1
    link, lot = path_of("Titulaire à indiquer"), tender.lots.get()
    visitor = doors.visitor(width=390)
    before = AuditEvent.objects.count()
    visitor.go(link)
    visitor.go(link)
    assert AuditEvent.objects.count() == before
    visitor.press("Envoyer la réponse")
    assert visitor.sees("Indiquez au moins un titulaire")
    visitor.fill(
        **{
            f"siret_{lot.pk}": cast.builder.siret or "",
            f"awarded_on_{lot.pk}": str(today - timedelta(days=1)),
            f"contact_{lot.pk}": "Karim Haddad",
            f"mobile_{lot.pk}": "06 39 98 00 01",
            f"email_{lot.pk}": "karim@bati.example",
        },
        notified_on=str(today),
    )
    visitor.press("Envoyer la réponse")
    assert visitor.sees("Merci, c’est noté")
    visitor.go(link)
    assert visitor.sees("c’est fait")


def company_sends_its_plan(doors: Doors) -> None:
    """Without scripts, on a phone: what is missing is said, then the plan leaves."""
    link = path_of("Bienvenue")
    visitor = doors.visitor(width=390, scripts=False)
    visitor.go(link)
    visitor.go(link)
    assert not MonthPlan.objects.exists()
    months = [name for name in names(visitor) if name.startswith("heures_")]
    visitor.fill(**dict.fromkeys(months, "0") | {months[1]: "100"})
    visitor.press("Envoyer le plan")
    assert visitor.sees("il manque 500 h pour faire les 600 h dues")
    visitor.fill(**{months[-1]: "500"})
    visitor.press("Envoyer le plan")
    assert visitor.sees("votre plan est envoyé")


def names(visitor: Visitor) -> list[str]:
    """Return the names of the page's fields, in their order."""
    fields = visitor.page.locator("form [name]").all()
    return [field.get_attribute("name") or "" for field in fields]


def test_from_the_award_to_the_plan_that_is_followed(
    doors: Doors, cast: Cast, tender: Tender, today: date
) -> None:
    buyer_answers(doors, cast, tender, today)
    assert Obligation.objects.get().quantity == Decimal(600)
    company_sends_its_plan(doors)
    facilitator = doors.acting(cast.facilitator)
    facilitator.go("/")
    assert facilitator.sees("Valider le plan d’heures du lot 1")
    facilitator.press("Lire le plan", role="link")
    facilitator.press("Accepter le plan")
    assert facilitator.sees("Le plan est accepté")
    assert ExpectedCurve.objects.get().plan == MonthPlan.objects.get()
    facilitator.go(f"/marches/{tender.pk}/heures/")
    assert facilitator.sees("le plan accepté")
    assert "Cumul attendu" in facilitator.page.content()


def test_the_meeting_and_a_subcontractor_on_every_side(
    doors: Doors, cast: Cast, tender: Tender, today: date
) -> None:
    lot = tender.lots.get()
    make.award(lot, (cast.builder, Decimal(1)))
    make.notify(tender, notified_on=today)
    award = Award.objects.get(lot=lot)
    buyer = doors.acting(cast.buyer, width=390)
    buyer.go(f"/marches/{tender.pk}/demarrage/")
    buyer.press("Saisir le compte rendu", role="link")
    buyer.press("Enregistrer le compte rendu")
    assert buyer.sees("points sont à revoir")
    buyer.fill(place="Mairie", attended="Claire, commune", decisions="Point chaque mois.")
    buyer.press("Enregistrer le compte rendu")
    assert buyer.sees("Le compte rendu est enregistré")
    company = doors.acting(cast.contractor, width=390, scripts=False)
    company.go(f"/mes-lots/{award.pk}/")
    company.press("Préparer le chantier", role="link")
    assert company.sees("Compte rendu (PDF)")
    company.go(f"/marches/sous-traitants/{award.pk}/")
    company.press("Déclarer un sous-traitant", role="link")
    company.fill(
        siret=cast.painter.siret or "",
        work="Peinture",
        amount="20 000",
        starts_on=str(today + timedelta(days=9)),
    )
    company.press("Déclarer")
    assert company.sees("est déclaré")
    buyer.go("/marches/")
    assert buyer.sees("Sous-traitant déclaré")
    buyer.go(f"/marches/sous-traitants/{Subcontract.objects.get().pk}/repondre/")
    buyer.page.get_by_label("J’accepte ce sous-traitant").check()
    buyer.press("Enregistrer la réponse")
    assert Subcontract.objects.get().status == SubcontractStatus.ACCEPTED
    facilitator = doors.acting(cast.facilitator)
    facilitator.go(f"/marches/{tender.pk}/demarrage/")
    assert facilitator.sees("Couleurs du Val")
    facilitator.press("Ouvrir", role="link")
    facilitator.press("Saisir le plan pour l’entreprise", role="link")
    facilitator.press("Envoyer le plan")
    assert facilitator.sees("est enregistré")

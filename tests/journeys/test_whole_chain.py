"""One chain, from a real tender's open data to the annual report, each person on their own page."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from beneficiaries.hours.models import HourEntry, Statement
from beneficiaries.people.choices import Criterion
from beneficiaries.people.models import EligibilityCheck, EligibilityFacts
from beneficiaries.placements.models import JobRequest, Placement
from clauses.procurement.models import Award, Tender
from inclusiv.core.french import month_name
from inclusiv.core.periods import paris_day
from inclusiv.demo.make import accounts, beneficiaries
from inclusiv.records.models import Job
from reporting.publication.models import Charter, ReportRun
from tests.conftest import Cast
from tests.journeys.conftest import Doors, Visitor
from tests.workers import wait_until, worker

pytestmark = pytest.mark.usefixtures("storage")


@pytest.fixture
def today(cast: Cast) -> date:
    """Today in Paris; the first structure follows Évry-Courcouronnes and knows somebody who looks for work."""
    accounts.territory(cast.structure, name="Nord", epci=("200059228",))
    Charter.objects.create(name="Charte d’essai", department="91", signed_on=date(2018, 6, 15))
    day = paris_day(timezone.now())
    beneficiaries.dossier(
        cast.structure,
        first_name="Karim",
        last_name="Lopes",
        opened_on=day - timedelta(days=200),
        trades=("F1703",),
    )
    return day


def declared_month(today: date) -> date:
    """Return last December: the report of a year is published once the year is over."""
    return date(today.year - 1, 12, 1)


def begun(today: date) -> date:
    """Return the first day of the work."""
    return date(today.year - 1, 11, 1)


@pytest.fixture
def published(cast: Cast, today: date, tmp_path: Path) -> Path:
    """A contract of the commune, as open data gives it."""
    notified = begun(today) - timedelta(days=15)
    contract = {
        "id": "2026-014",
        "acheteur": {"id": cast.commune.siret, "nom": cast.commune.name},
        "nature": "Marché",
        "objet": "Rénovation de l’école Jean-Moulin",
        "codeCPV": "45214200",
        "procedure": "Procédure adaptée",
        "lieuExecution": {"code": "91228", "typeCode": "Code commune", "nom": "Évry-Courcouronnes"},
        "dureeMois": 12,
        "dateNotification": str(notified),
        "montant": 1800000,
        "titulaires": [
            {"typeIdentifiant": "SIRET", "id": cast.builder.siret, "denominationSociale": "Bâti-Sud"}
        ],
    }
    path = tmp_path / "decp.json"
    path.write_text(json.dumps({"marches": [contract]}), encoding="utf-8")
    return path


def test_a_published_contract_becomes_hours_then_a_report(
    doors: Doors, cast: Cast, today: date, published: Path, storage: Path
) -> None:
    with worker(storage):
        facilitator = doors.acting(cast.facilitator)
        spot(facilitator, published)
        contract(doors.acting(cast.buyer), cast, today)
        name_somebody(doors.acting(cast.contractor, width=390), today)
        decide(facilitator, today)
        ask_and_propose(doors.acting(cast.contractor, width=390), facilitator, today)
        declare(doors.acting(cast.contractor, width=390, scripts=False), today)
        control(facilitator)
        report(doors, cast)


def spot(visitor: Visitor, published: Path) -> None:
    """The facilitator reads the file and follows the contract."""
    visitor.go(reverse("decp:read"))
    visitor.page.locator("input[type=file]").set_input_files(published)
    visitor.press("Lire ce fichier")
    wait_until(lambda: Job.objects.get().is_over, "the file is read")
    visitor.go(reverse("decp:list"))
    visitor.press("Rénovation de l’école Jean-Moulin", role="link")
    visitor.press("Suivre ce marché", role="link")
    visitor.press("Suivre et décrire les lots")
    assert Tender.objects.get().reference == "2026-014"


def contract(visitor: Visitor, cast: Cast, today: date) -> None:
    """The buyer describes the lot, computes its hours, names the contractor and notifies."""
    tender = Tender.objects.get()
    visitor.go(reverse("procurement:lots", args=[tender.pk]))
    visitor.fill(title="Gros œuvre", sector="STRUCTURAL", estimated_amount="1 800 000")
    visitor.press("Ajouter le lot")
    lot = tender.lots.get()
    visitor.go(reverse("obligations:sizing", args=[lot.pk]))
    assert visitor.sees("1 800 000 € × 45 % × 7 % ÷ 30 € = 1 890 h")
    visitor.press("Enregistrer la clause")
    visitor.go(reverse("procurement:step", args=[tender.pk, "publier"]))
    visitor.press("Publier la consultation")
    visitor.go(reverse("procurement:award", args=[lot.pk]))
    visitor.fill(siret_1=str(cast.builder.siret), awarded_on=str(begun(today) - timedelta(days=20)))
    visitor.press("Enregistrer le titulaire")
    visitor.go(reverse("obligations:notify", args=[tender.pk]))
    visitor.fill(
        notified_on=str(begun(today) - timedelta(days=15)),
        starts_on=str(begun(today)),
        ends_on=str(today + timedelta(days=120)),
    )
    visitor.press("Notifier le marché")
    assert visitor.sees("1 890 h d’insertion sont dues")


def name_somebody(visitor: Visitor, today: date) -> None:
    """The contractor, on a phone, asks for the validation of somebody it already has."""
    visitor.go("/")
    assert visitor.sees("Rénovation de l’école Jean-Moulin")
    visitor.go(reverse("followup:my-lot", args=[Award.objects.get().pk]))
    visitor.press("J’ai quelqu’un : faire valider", role="link")
    visitor.fill(
        first_name="Amina",
        last_name="Diallo",
        birth_date="1979-05-14",
        post="Aide-maçonne",
        starts_on=str(declared_month(today)),
    )
    visitor.press("Faire valider")
    assert Placement.objects.count() == 1


def decide(visitor: Visitor, today: date) -> None:
    """The facilitator finds it under « À faire », notes the RSA attestation and validates."""
    visitor.go("/")
    assert visitor.sees("éligibilité à valider")
    check = EligibilityCheck.objects.get()
    visitor.go(reverse("people:check", args=[check.pk]))
    rows = visitor.page.locator("fieldset, tr").filter(has=visitor.page.locator("[name$='-criterion']"))
    assert rows.count()
    fill_suffix(visitor, "-criterion", Criterion.RSA)
    fill_suffix(visitor, "-kind", "CAF_RSA")
    fill_suffix(visitor, "-issued_on", str(check.reference_date - timedelta(days=20)))
    visitor.press("Revoir le résultat")
    reason = visitor.page.locator("[name='reason']")
    if reason.count():
        reason.first.fill("L’attestation montre que la situation était ouverte le premier jour.")
    visitor.press("Valider l’éligibilité")
    assert visitor.sees("Éligible"), visitor.page.locator("main").inner_text()
    assert EligibilityFacts.objects.get().primary == Criterion.RSA


def fill_suffix(visitor: Visitor, suffix: str, value: str) -> None:
    """Fill the first field whose name ends so."""
    name = visitor.page.locator(f"[name$='{suffix}']").first.get_attribute("name")
    visitor.fill(**{str(name): value})


def ask_and_propose(company: Visitor, facilitator: Visitor, today: date) -> None:
    """The contractor asks for somebody; the facilitator proposes the first candidate; the contractor takes them."""
    award = Award.objects.get()
    company.go(reverse("placements:ask", args=[award.pk]))
    company.fill(post="Aide-maçon", starts_on=str(today + timedelta(days=14)))
    company.press("Envoyer la demande")
    need = JobRequest.objects.get(kind="SEARCH")
    facilitator.go(reverse("matching:candidates", args=[need.pk]))
    assert facilitator.sees("Karim Lopes")
    facilitator.press("Proposer")
    company.go(reverse("placements:request", args=[need.pk]))
    assert company.sees("Karim Lopes")
    company.press("Retenir", role="link")
    company.press("Retenir")
    assert Placement.objects.count() == 2


def declare(visitor: Visitor, today: date) -> None:
    """The contractor declares the hours of last December, without scripts."""
    month = declared_month(today)
    visitor.go(reverse("hours:declare", args=[Award.objects.get().pk, month]))
    assert visitor.sees(month_name(month))
    visitor.page.locator("[name^='heures-']").first.fill("70,5")
    visitor.press("Envoyer")


def control(visitor: Visitor) -> None:
    """The facilitator controls the statement: the hours enter the ledger."""
    visitor.go(reverse("hours:list"))
    assert visitor.sees("Bâti-Sud")
    visitor.go(reverse("hours:statement", args=[Statement.objects.get().pk]))
    visitor.press("Valider")
    entry = HourEntry.objects.get()
    assert str(entry.counted) == "70.50"


def report(doors: Doors, cast: Cast) -> None:
    """The coordination makes the report with a worker; a signatory downloads it."""
    coordinator = doors.acting(cast.coordinator)
    coordinator.go("/")
    year = HourEntry.objects.get().month.year
    coordinator.go(reverse("publication:reports"))
    coordinator.fill(year=str(year))
    coordinator.press("Préparer le brouillon")
    assert downloaded(coordinator, "Voir le résultat").startswith(b"%PDF")
    coordinator.page.get_by_role("link", name="Retour").click()
    coordinator.press("Publier", role="link")
    coordinator.press("Publier")
    assert downloaded(coordinator, "Voir le résultat").startswith(b"%PDF")
    assert ReportRun.objects.get().published_at
    signatory = doors.acting(cast.signatory)
    signatory.go("/")
    assert downloaded(signatory, "Télécharger le bilan").startswith(b"%PDF")


def downloaded(visitor: Visitor, label: str) -> bytes:
    """Return the file that a link gives."""
    with visitor.page.expect_download() as waiting:
        visitor.page.get_by_role("link", name=label).first.click()
    return Path(waiting.value.path()).read_bytes()

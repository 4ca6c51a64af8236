"""The page of an eligibility: documents, live verdict, decision."""

import re
from datetime import date

import pytest

from beneficiaries.people.choices import CheckStatus, Criterion
from beneficiaries.people.models import Dossier, EligibilityCheck
from inclusiv.demo.make import beneficiaries
from inclusiv.records.models import AccessLog
from tests.beneficiaries.pages import text
from tests.conftest import ActingClient, Cast

pytestmark = pytest.mark.usefixtures("today")

FORM = {
    "documents-TOTAL_FORMS": "3",
    "documents-INITIAL_FORMS": "1",
    "documents-0-criterion": "RSA",
    "documents-0-kind": "CAF_RSA",
    "documents-0-issued_on": "2025-10-01",
    "version": "1",
    "submission": "3b9f6c1e-3f0a-4a57-8a52-0c8f0f5b9a02",
}


@pytest.fixture
def dossier(cast: Cast) -> Dossier:
    return beneficiaries.dossier(cast.structure)


@pytest.fixture
def check(dossier: Dossier) -> EligibilityCheck:
    return beneficiaries.submitted_check(dossier, reference_date=date(2025, 11, 3))


def address(check: EligibilityCheck, what: str = "") -> str:
    return f"/personnes/eligibilites/{check.pk}/{what}"


def test_asking_leads_to_the_documents(cast: Cast, browser: ActingClient, dossier: Dossier) -> None:
    response = browser.acting(cast.facilitator).post(
        f"/personnes/{dossier.pk}/eligibilite/",
        {"reference_date": "2025-11-03", "submission": FORM["submission"]},
    )
    check = EligibilityCheck.objects.get()
    assert response["Location"] == address(check)
    assert check.due_on == date(2025, 10, 17)


def test_asking_without_a_date_is_refused(cast: Cast, browser: ActingClient, dossier: Dossier) -> None:
    response = browser.acting(cast.facilitator).post(
        f"/personnes/{dossier.pk}/eligibilite/", {"submission": FORM["submission"]}
    )
    assert response.status_code == 422
    assert not EligibilityCheck.objects.exists()


def test_page_says_the_verdict_with_its_source_and_notes_the_reading(
    cast: Cast, browser: ActingClient, check: EligibilityCheck
) -> None:
    page = text(browser.acting(cast.facilitator).get(address(check)))
    assert "Éligibilité d’Amina Diallo" in page
    assert "<b>Éligible</b> au 3 novembre 2025" in page
    assert "CCAG 2021, art. 16.1.1.2" in page
    assert "Valider l’éligibilité" in page
    assert AccessLog.objects.get().action == "eligibility.read"


def test_live_verdict_answers_what_is_typed_and_writes_nothing(
    cast: Cast, browser: ActingClient, check: EligibilityCheck
) -> None:
    response = browser.acting(cast.facilitator).post(
        address(check),
        FORM | {"documents-0-issued_on": "2025-06-02", "decision": "verdict"},
        headers={"HX-Request": "true"},
    )
    page = text(response)
    assert response.status_code == 200
    assert "<html" not in page
    assert "Pas encore éligible" in page
    assert "03/08/2025 ou plus récent" in page
    check.refresh_from_db()
    assert check.version == 1


def test_verdict_button_works_without_a_script(
    cast: Cast, browser: ActingClient, check: EligibilityCheck
) -> None:
    page = text(browser.acting(cast.facilitator).post(address(check), FORM | {"decision": "verdict"}))
    assert "<html" in page
    assert "<b>Éligible</b>" in page
    assert 'value="2025-10-01"' in page


def test_documents_are_saved(cast: Cast, browser: ActingClient, check: EligibilityCheck) -> None:
    more = {
        "documents-1-criterion": "ASS",
        "documents-1-kind": "ASS_ATT",
        "documents-1-issued_on": "2025-10-02",
        "decision": "save",
    }
    response = browser.acting(cast.facilitator).post(address(check), FORM | more)
    assert response["Location"] == address(check)
    assert sorted(check.evidence.values_list("criterion", flat=True)) == ["ASS", "RSA"]


def shown(cast: Cast, browser: ActingClient, check: EligibilityCheck) -> dict[str, str]:
    """Return the form of the documents as the page shows it, nothing changed."""
    context = browser.acting(cast.facilitator).get(address(check)).context
    rows = context["documents"]
    fields = [*rows.management_form, *(field for row in rows for field in row), context["form"]["version"]]
    told = {field.html_name: field.value() for field in fields}
    return {name: str(value) for name, value in told.items() if value} | {"submission": FORM["submission"]}


@pytest.mark.parametrize("decision", ["save", "validate"])
def test_documents_that_nobody_touches_stay(
    cast: Cast, browser: ActingClient, check: EligibilityCheck, decision: str
) -> None:
    """A colleague adds one to those noted before, or decides on them as they are."""
    form = shown(cast, browser, check)
    known = set(check.evidence.values_list("criterion", "issued_on"))
    more = {
        "documents-1-criterion": "ASS",
        "documents-1-kind": "ASS_ATT",
        "documents-1-issued_on": "2025-10-02",
    }
    sent = browser.post(address(check), form | {"decision": decision} | (more if decision == "save" else {}))
    assert sent.status_code == 302
    added = {("ASS", date(2025, 10, 2))} if decision == "save" else set()
    assert set(check.evidence.values_list("criterion", "issued_on")) == known | added


def test_document_may_be_taken_away(cast: Cast, browser: ActingClient, check: EligibilityCheck) -> None:
    browser.acting(cast.facilitator).post(
        address(check), FORM | {"documents-0-DELETE": "on", "decision": "save"}
    )
    assert not check.evidence.exists()


def test_validation_keeps_the_documents_and_decides(
    cast: Cast, browser: ActingClient, check: EligibilityCheck
) -> None:
    response = browser.acting(cast.facilitator).post(address(check), FORM | {"decision": "validate"})
    assert response["Location"] == f"/personnes/{check.dossier_id}/"
    check.refresh_from_db()
    assert check.status == CheckStatus.VALIDATED
    assert "Bénéficiaire du RSA" in text(browser.get(address(check)))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"documents-0-issued_on": "2025-06-02"}, "03/08/2025 ou plus récent"),
        ({"documents-0-kind": ""}, "quel document vous avez vu"),
        ({"documents-0-issued_on": "2025-02-30"}, "n’existe pas"),
        ({"documents-0-valid_until": "2025-01-01"}, "ne peut pas expirer"),
        ({"documents-0-worked_months": "13"}, "douze mois"),
        ({"version": "0"}, "entre-temps"),
        ({"reason": "255081416802538"}, "sécurité sociale"),
    ],
)
def test_wrong_validation_is_said_and_decides_nothing(
    cast: Cast, browser: ActingClient, check: EligibilityCheck, changes: dict[str, str], said: str
) -> None:
    response = browser.acting(cast.facilitator).post(
        address(check), FORM | {"decision": "validate"} | changes
    )
    assert response.status_code == 422
    assert said in text(response)
    check.refresh_from_db()
    assert check.status == CheckStatus.SUBMITTED


def test_second_validator_reads_who_answered_and_when(
    cast: Cast, browser: ActingClient, check: EligibilityCheck
) -> None:
    form = FORM | {"decision": "validate"}
    browser.acting(cast.facilitator).post(address(check), form)
    response = browser.post(address(check), form, follow=True)
    check.refresh_from_db()
    page = text(response)
    assert f"{check.decided_by} a déjà répondu le 14/10/2025 : éligible." in page
    assert "rechargez" not in page


@pytest.mark.parametrize("field", ["valid_until"])
def test_a_wrong_date_is_said_on_its_own_field(
    cast: Cast, browser: ActingClient, check: EligibilityCheck, field: str
) -> None:
    wrong = {"decision": "save", f"documents-0-{field}": "2025-01-01"}
    page = browser.acting(cast.facilitator).post(address(check), FORM | wrong).content.decode()
    assert f'<a href="#id_documents-0-{field}">' in page
    assert f'id="id_documents-0-{field}_error"' in page


def test_the_reason_of_a_late_validation_is_not_called_optional(
    cast: Cast, browser: ActingClient, dossier: Dossier
) -> None:
    late = beneficiaries.submitted_check(dossier, reference_date=date(2025, 10, 6))
    page = browser.acting(cast.facilitator).get(address(late)).content.decode()
    label = page[page.index('<label for="id_reason">') :].partition("</label>")[0]
    assert "facultatif" not in label
    form = FORM | {"decision": "save", "documents-0-issued_on": "2025-09-16"}
    assert browser.post(address(late), form)["Location"] == address(late)


def test_late_validation_asks_why(cast: Cast, browser: ActingClient, dossier: Dossier) -> None:
    late = beneficiaries.submitted_check(dossier, reference_date=date(2025, 10, 6))
    form = FORM | {"decision": "validate", "documents-0-issued_on": "2025-09-16"}
    browser.acting(cast.facilitator)
    assert "dites pourquoi" in text(browser.post(address(late), form))
    browser.post(address(late), form | {"reason": "Attestation reçue après coup."})
    late.refresh_from_db()
    assert late.status == CheckStatus.VALIDATED
    assert "Attestation reçue après coup." in text(browser.get(address(late)))


def test_refusal_ticks_what_the_rules_found(cast: Cast, browser: ActingClient, dossier: Dossier) -> None:
    check = beneficiaries.submitted_check(dossier, reference_date=date(2025, 11, 3), criteria=())
    browser.acting(cast.facilitator)
    page = text(browser.get(address(check, "refuser/")))
    assert re.search(r'value="NO_CRITERION"[^>]*checked', page)
    response = browser.post(
        address(check, "refuser/"),
        {"refusals": ["NO_CRITERION"], "version": "1", "submission": FORM["submission"]},
    )
    assert response["Location"] == f"/personnes/{dossier.pk}/"
    check.refresh_from_db()
    assert check.status == CheckStatus.REFUSED
    assert "Aucun critère n’est rempli" in text(browser.get(address(check)))


def test_refusal_without_a_reason_is_refused(
    cast: Cast, browser: ActingClient, check: EligibilityCheck
) -> None:
    response = browser.acting(cast.facilitator).post(
        address(check, "refuser/"), {"version": "1", "submission": FORM["submission"]}
    )
    assert response.status_code == 422


def test_demand_is_taken_back_after_a_confirmation(
    cast: Cast, browser: ActingClient, check: EligibilityCheck
) -> None:
    browser.acting(cast.facilitator)
    assert "Retirer cette demande" in text(browser.get(address(check, "retirer/")))
    browser.post(address(check, "retirer/"))
    check.refresh_from_db()
    assert check.status == CheckStatus.WITHDRAWN


@pytest.mark.parametrize("what", ["", "refuser/", "retirer/"])
def test_check_of_another_structure_does_not_exist(
    cast: Cast, browser: ActingClient, check: EligibilityCheck, what: str
) -> None:
    assert browser.acting(cast.other_facilitator).get(address(check, what)).status_code == 404


@pytest.mark.parametrize("what", ["", "refuser/", "retirer/"])
@pytest.mark.parametrize("who", ["buyer", "contractor", "employer", "coordinator", "signatory"])
def test_companies_and_buyers_read_no_eligibility(
    cast: Cast, browser: ActingClient, check: EligibilityCheck, what: str, who: str
) -> None:
    assert browser.acting(cast.everyone()[who]).get(address(check, what)).status_code == 403


def test_prescriber_prepares_but_does_not_decide(cast: Cast, browser: ActingClient) -> None:
    check = beneficiaries.submitted_check(
        beneficiaries.dossier(cast.departement), reference_date=date(2025, 11, 3)
    )
    browser.acting(cast.prescriber)
    assert "Valider l’éligibilité" not in text(browser.get(address(check)))
    assert browser.get(address(check, "refuser/")).status_code == 403
    response = browser.post(address(check), FORM | {"decision": "validate"})
    assert response.status_code == 422
    check.refresh_from_db()
    assert check.status == CheckStatus.SUBMITTED


def test_decided_check_masks_health_from_prescribers(cast: Cast, browser: ActingClient) -> None:
    check = beneficiaries.validated_check(
        beneficiaries.dossier(cast.departement),
        reference_date=date(2025, 6, 2),
        criteria=(Criterion.DISABLED_WORKER,),
    )
    page = text(browser.acting(cast.prescriber).get(address(check)))
    assert "Critère protégé" in page
    assert "obligation d’emploi" not in page
    assert "MDPH" not in page

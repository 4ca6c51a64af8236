"""The list of people, one person's page, registering and correcting: who reads what, and what is kept of it."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from beneficiaries.people.choices import Criterion
from beneficiaries.people.models import Dossier, Person
from inclusiv.demo.make import beneficiaries
from inclusiv.records.models import AccessLog
from tests.beneficiaries.pages import text
from tests.conftest import ActingClient, Cast

pytestmark = pytest.mark.usefixtures("today")

TYPED = {
    "first_name": "Amina",
    "last_name": "Diallo",
    "birth_date": "1979-05-14",
    "sex": "F",
    "commune": "Évry-Courcouronnes",
    "phone": "06 12 34 56 78",
    "mobility": "CAR",
    "trades": ["F1703"],
    "submission": "3b9f6c1e-3f0a-4a57-8a52-0c8f0f5b9a01",
}


@pytest.fixture
def dossier(cast: Cast) -> Dossier:
    return beneficiaries.dossier(cast.structure, phone="+33612345678")


class TestList:
    def test_shows_the_people_of_one_s_own_structure(
        self, cast: Cast, browser: ActingClient, dossier: Dossier
    ) -> None:
        beneficiaries.dossier(cast.other_structure, first_name="Bruno", last_name="Petit")
        page = text(browser.acting(cast.facilitator).get("/personnes/"))
        assert "1 personne" in page
        assert "Amina Diallo" in page
        assert "Bruno" not in page

    def test_rsa_comes_first(self, cast: Cast, browser: ActingClient) -> None:
        for name, criterion in [("Aubin", Criterion.ASS), ("Zoé", Criterion.RSA)]:
            person = beneficiaries.dossier(cast.structure, first_name=name, last_name=name)
            beneficiaries.validated_check(person, reference_date=date(2025, 6, 2), criteria=(criterion,))
        page = text(browser.acting(cast.facilitator).get("/personnes/"))
        assert page.index("Zoé Zoé") < page.index("Aubin Aubin")

    @pytest.mark.parametrize(
        ("address", "found"),
        [
            ("?q=diallo", {"Amina"}),
            ("?q=LEFEVRE+be", {"Béa"}),
            ("?public=RSA", {"Béa"}),
            ("?public=AUTRE", {"Amina"}),
            ("?eligibilite=VALIDATED", {"Béa"}),
            ("?eligibilite=NONE", {"Amina"}),
            ("?situation=available", {"Amina", "Béa"}),
            ("?situation=at_work", set()),
        ],
    )
    def test_search_and_filters_narrow_it(
        self, cast: Cast, browser: ActingClient, dossier: Dossier, address: str, found: set[str]
    ) -> None:
        other = beneficiaries.dossier(cast.structure, first_name="Béa", last_name="Lefèvre")
        beneficiaries.validated_check(other, reference_date=date(2025, 6, 2))
        page = text(browser.acting(cast.facilitator).get(f"/personnes/{address}"))
        assert {name for name in ("Amina", "Béa") if f"{name} " in page} == found

    def test_htmx_gets_the_rows_alone(self, cast: Cast, browser: ActingClient, dossier: Dossier) -> None:
        page = text(
            browser.acting(cast.facilitator).get("/personnes/?q=amina", headers={"HX-Request": "true"})
        )
        assert "<html" not in page
        assert 'id="results"' in page

    def test_twenty_people_take_as_many_queries_as_one(
        self, cast: Cast, browser: ActingClient, dossier: Dossier
    ) -> None:
        def queries() -> int:
            AccessLog.objects.all().delete()
            with CaptureQueriesContext(connection) as seen:
                assert browser.get("/personnes/").status_code == 200
            return len(seen)

        browser.acting(cast.facilitator)
        queries()
        one = queries()
        for number in range(19):
            made = beneficiaries.dossier(cast.structure, first_name=f"N{number}", trades=("F1703", "K2204"))
            beneficiaries.validated_check(made, reference_date=date(2025, 6, 2))
        assert queries() == one

    def test_export_leaves_a_trace(self, cast: Cast, browser: ActingClient, dossier: Dossier) -> None:
        response = browser.acting(cast.facilitator).get("/personnes/?export=csv")
        assert "Diallo;Amina" in b"".join(response).decode()
        reading = AccessLog.objects.get(action="people.exported")
        assert reading.subject == f"person:{dossier.person_id}"
        assert reading.membership_id == cast.facilitator.membership_id

    def test_criterion_about_health_is_masked_for_prescribers(
        self, cast: Cast, browser: ActingClient
    ) -> None:
        person = beneficiaries.dossier(cast.departement)
        beneficiaries.validated_check(person, reference_date=date(2025, 6, 2), criteria=(Criterion.AAH,))
        page = text(browser.acting(cast.prescriber).get("/personnes/"))
        assert "Critère protégé" in page
        assert "adultes handicapés" not in page


class TestPage:
    def test_tells_who_it_is_and_notes_the_reading(
        self, cast: Cast, browser: ActingClient, dossier: Dossier
    ) -> None:
        page = text(browser.acting(cast.facilitator).get(f"/personnes/{dossier.pk}/"))
        assert "<h1>Amina Diallo</h1>" in page
        assert "06 12 34 56 78" in page
        reading = AccessLog.objects.get(action="person.read")
        assert reading.subject == f"person:{dossier.person_id}"

    def test_shows_every_criterion_to_the_structure_s_facilitators(
        self, cast: Cast, browser: ActingClient, dossier: Dossier
    ) -> None:
        beneficiaries.validated_check(
            dossier, reference_date=date(2025, 6, 2), criteria=(Criterion.AAH, Criterion.RSA)
        )
        page = text(browser.acting(cast.facilitator).get(f"/personnes/{dossier.pk}/"))
        assert "Bénéficiaire du RSA, Allocation aux adultes handicapés" in page

    def test_survives_the_end_of_the_identity(
        self, cast: Cast, browser: ActingClient, dossier: Dossier
    ) -> None:
        dossier.person.identity.delete()
        page = text(browser.acting(cast.facilitator).get(f"/personnes/{dossier.pk}/"))
        assert f"Dossier {dossier.code}" in page


class TestNew:
    def test_registers_and_leads_to_the_person(self, cast: Cast, browser: ActingClient) -> None:
        response = browser.acting(cast.facilitator).post("/personnes/nouvelle/", TYPED)
        dossier = Dossier.objects.get()
        assert response["Location"] == f"/personnes/{dossier.pk}/"
        assert dossier.person.identity.phone == "+33612345678"
        assert dossier.person.identity.commune_id == "91228"

    def test_shows_who_looks_alike_before_writing(
        self, cast: Cast, browser: ActingClient, dossier: Dossier
    ) -> None:
        beneficiaries.dossier(cast.other_structure)
        response = browser.acting(cast.facilitator).post("/personnes/nouvelle/", TYPED)
        page = text(response)
        assert response.status_code == 422
        assert f'href="/personnes/{dossier.pk}/"' in page
        assert "Une personne suivie par PLIE Sud" in page
        assert 'value="Amina"' in page
        assert Person.objects.count() == 2
        browser.post("/personnes/nouvelle/", TYPED | {"confirmed": "on"})
        assert Person.objects.count() == 3

    @pytest.mark.parametrize(
        ("field", "value", "said"),
        [
            ("birth_date", "31/02/1979", "n’existe pas"),
            ("birth_date", "2030-01-01", "plausible"),
            ("last_name", "255081416802538", "sécurité sociale"),
            ("phone", "0892 12 34 56", "joindre quelqu’un"),
            ("commune", "Trifouillis", "Aucune commune"),
            ("first_name", "", "à remplir"),
        ],
    )
    def test_wrong_field_is_said_and_the_rest_is_kept(
        self, cast: Cast, browser: ActingClient, field: str, value: str, said: str
    ) -> None:
        response = browser.acting(cast.facilitator).post("/personnes/nouvelle/", TYPED | {field: value})
        page = text(response)
        assert response.status_code == 422
        assert said in page
        assert 'value="06 12 34 56 78"' in page or field == "phone"
        assert not Person.objects.exists()

    def test_double_click_registers_once(self, cast: Cast, browser: ActingClient) -> None:
        browser.acting(cast.facilitator)
        for _ in range(2):
            browser.post("/personnes/nouvelle/", TYPED | {"confirmed": "on"})
        assert Person.objects.count() == 1


class TestChange:
    def test_corrects(self, cast: Cast, browser: ActingClient, dossier: Dossier) -> None:
        address = f"/personnes/{dossier.pk}/modifier/"
        browser.acting(cast.facilitator)
        assert 'value="06 12 34 56 78"' in text(browser.get(address))
        response = browser.post(address, TYPED | {"last_name": "Martin", "version": "1"})
        assert response["Location"] == f"/personnes/{dossier.pk}/"
        assert Person.objects.get().identity.last_name == "Martin"

    def test_older_version_is_refused_and_what_was_typed_stays(
        self, cast: Cast, browser: ActingClient, dossier: Dossier
    ) -> None:
        Dossier.objects.update(version=2)
        response = browser.acting(cast.facilitator).post(
            f"/personnes/{dossier.pk}/modifier/", TYPED | {"last_name": "Martin", "version": "1"}
        )
        assert response.status_code == 422
        assert "modifiée entre-temps" in text(response)
        assert 'value="Martin"' in text(response)


PAGES = ["/personnes/{}/", "/personnes/{}/modifier/", "/personnes/{}/eligibilite/"]


@pytest.mark.parametrize("page", PAGES)
def test_person_of_another_structure_does_not_exist(
    cast: Cast, browser: ActingClient, dossier: Dossier, page: str
) -> None:
    assert browser.acting(cast.other_facilitator).get(page.format(dossier.pk)).status_code == 404


@pytest.mark.parametrize("page", ["/personnes/", "/personnes/nouvelle/", *PAGES])
@pytest.mark.parametrize("who", ["buyer", "contractor", "employer", "coordinator", "signatory"])
def test_roles_that_follow_nobody_are_turned_away(
    cast: Cast, browser: ActingClient, dossier: Dossier, page: str, who: str
) -> None:
    assert browser.acting(cast.everyone()[who]).get(page.format(dossier.pk)).status_code == 403


@pytest.mark.parametrize("page", ["/personnes/", "/personnes/{}/"])
def test_pages_that_are_read_refuse_a_form(
    cast: Cast, browser: ActingClient, dossier: Dossier, page: str
) -> None:
    assert browser.acting(cast.facilitator).post(page.format(dossier.pk)).status_code == 405


def test_search_of_the_platform_finds_one_s_own_people(
    cast: Cast, browser: ActingClient, dossier: Dossier
) -> None:
    assert f"/personnes/{dossier.pk}/" in text(browser.acting(cast.facilitator).get("/recherche/?q=diallo"))
    assert "Amina" not in text(browser.acting(cast.other_facilitator).get("/recherche/?q=diallo"))
    assert "Amina" not in text(browser.acting(cast.contractor).get("/recherche/?q=diallo"))


def test_exchange_may_be_noted_about_a_person(cast: Cast, browser: ActingClient, dossier: Dossier) -> None:
    address = f"/echanges/noter/?sujet=person:{dossier.person_id}"
    assert browser.acting(cast.facilitator).get(address).status_code == 200
    assert browser.acting(cast.other_facilitator).get(address).status_code == 404

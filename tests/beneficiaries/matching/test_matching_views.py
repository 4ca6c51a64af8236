"""Candidates on screen: as a page, as a fragment; proposing."""

import re
from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from beneficiaries.placements.actions import requests
from beneficiaries.placements.choices import Modality
from beneficiaries.placements.models import JobRequest, Referral
from beneficiaries.placements.rules import Work
from inclusiv.accounts.models import Organisation
from inclusiv.demo.make import beneficiaries
from inclusiv.records.models import AccessLog
from tests.beneficiaries.pages import text
from tests.beneficiaries.placements.conftest import make_award
from tests.conftest import ActingClient, Cast

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def search(cast: Cast, at: datetime) -> JobRequest:
    work = Work(post="Maçon", modality=Modality.DIRECT_HIRE_CDD, starts_on=date(2025, 11, 3), trade="F1703")
    return requests.open_search(
        award=make_award(cast), company=cast.builder, work=work, by=cast.contractor, at=at
    )


def test_candidates_come_with_their_reasons(cast: Cast, browser: ActingClient, search: JobRequest) -> None:
    dossier = beneficiaries.dossier(cast.structure, trades=("F1703",))
    beneficiaries.validated_check(dossier, reference_date=date(2025, 6, 2))
    page = text(browser.acting(cast.facilitator).get(f"/besoins/{search.pk}/candidats/"))
    assert "1 candidat possible" in page
    assert "RSA · métier recherché · sur place · disponible" in page


def test_fragment_is_the_same_part_of_the_page(cast: Cast, browser: ActingClient, search: JobRequest) -> None:
    beneficiaries.dossier(cast.structure)
    address = f"/besoins/{search.pk}/candidats/"
    browser.acting(cast.facilitator)
    whole, part = text(browser.get(address)), text(browser.get(address, headers={"HX-Request": "true"}))
    assert "<html" not in part
    assert re.sub(r'value="[^"]{30,}"', "", part).strip() in re.sub(r'value="[^"]{30,}"', "", whole)


def test_person_of_another_structure_has_no_name_but_a_telephone_to_call(
    cast: Cast, browser: ActingClient, search: JobRequest
) -> None:
    Organisation.objects.filter(pk=cast.other_structure.pk).update(phone="01 69 00 00 02")
    dossier = beneficiaries.dossier(cast.other_structure)
    page = text(browser.acting(cast.facilitator).get(f"/besoins/{search.pk}/candidats/"))
    assert "Une personne suivie par PLIE Sud" in page
    assert "01 69 00 00 02" in page
    for secret in ("Amina", "Diallo", dossier.code, f"/personnes/{dossier.pk}/"):
        assert secret not in page


def test_own_people_come_first_thirty_at_a_time_those_of_others_are_folded(
    cast: Cast, browser: ActingClient, search: JobRequest
) -> None:
    for number in range(31):
        beneficiaries.dossier(cast.structure, first_name=f"Candidate{number:02}")
    beneficiaries.dossier(cast.other_structure, first_name="Ailleurs", trades=("F1703",))
    address = f"/besoins/{search.pk}/candidats/"
    page = text(browser.acting(cast.facilitator).get(address))
    own, _, folded = page.partition('<details class="fold">')
    assert "32 candidats possibles" in own
    assert own.count("Candidate") >= 30
    assert "Une personne suivie par" not in own
    assert "1 personne suivie par d’autres structures" in folded
    assert f'href="{address}?page=2"' in folded
    second = text(browser.get(address, {"page": "2"}))
    names = [set(re.findall(r"<b>(Candidate\d+)", shown)) for shown in (page, second)]
    assert [len(found) for found in names] == [30, 1]
    assert not names[0] & names[1]
    assert "?page=3" not in second
    assert browser.get(address, {"page": "x"}).status_code == 200


def test_proposing_leads_back_to_the_need(cast: Cast, browser: ActingClient, search: JobRequest) -> None:
    dossier = beneficiaries.dossier(cast.structure)
    response = browser.acting(cast.facilitator).post(f"/besoins/{search.pk}/candidats/{dossier.pk}/proposer/")
    assert response["Location"] == f"/besoins/{search.pk}/"
    assert Referral.objects.get().dossier == dossier
    assert "proposée à Bâti-Sud" in text(browser.get(response["Location"]))


def test_proposing_twice_is_said(cast: Cast, browser: ActingClient, search: JobRequest) -> None:
    dossier = beneficiaries.dossier(cast.structure)
    browser.acting(cast.facilitator)
    for _ in range(2):
        browser.post(f"/besoins/{search.pk}/candidats/{dossier.pk}/proposer/")
    assert "ne peut plus être proposée" in text(browser.get(f"/besoins/{search.pk}/"))
    assert Referral.objects.count() == 1


def test_twenty_candidates_take_as_many_queries_as_one(
    cast: Cast, browser: ActingClient, search: JobRequest
) -> None:
    address = f"/besoins/{search.pk}/candidats/"
    browser.acting(cast.facilitator)

    def queries() -> int:
        AccessLog.objects.all().delete()
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(address).status_code == 200
        return len(seen)

    beneficiaries.dossier(cast.structure)
    queries()
    one = queries()
    for number in range(19):
        beneficiaries.dossier(cast.structure, first_name=f"N{number}", trades=("F1703",))
    assert queries() == one


def test_somebody_else_s_person_is_not_proposed(
    cast: Cast, browser: ActingClient, search: JobRequest
) -> None:
    dossier = beneficiaries.dossier(cast.other_structure)
    response = browser.acting(cast.facilitator).post(f"/besoins/{search.pk}/candidats/{dossier.pk}/proposer/")
    assert response.status_code == 404


@pytest.mark.parametrize(
    ("who", "status"),
    [("other_facilitator", 404), ("contractor", 403), ("buyer", 403), ("prescriber", 403), ("employer", 403)],
)
def test_only_the_tender_s_structure_looks_for_candidates(
    cast: Cast, browser: ActingClient, search: JobRequest, who: str, status: int
) -> None:
    actor = cast.everyone()[who]
    assert browser.acting(actor).get(f"/besoins/{search.pk}/candidats/").status_code == status


def test_proposing_takes_a_form(cast: Cast, browser: ActingClient, search: JobRequest) -> None:
    dossier = beneficiaries.dossier(cast.structure)
    response = browser.acting(cast.facilitator).get(f"/besoins/{search.pk}/candidats/{dossier.pk}/proposer/")
    assert response.status_code == 405

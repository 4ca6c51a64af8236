"""« Qui a consulté ce dossier »."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from beneficiaries.people.models import Dossier, Person
from inclusiv.core.actors import Actor
from inclusiv.core.periods import PARIS
from inclusiv.demo.make import beneficiaries
from inclusiv.records.actions import readings
from inclusiv.records.models import AccessLog
from tests.conftest import ActingClient, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(cast: Cast) -> Dossier:
    return beneficiaries.dossier(cast.structure)


def read(dossier: Dossier, by: Actor, *, action: str = "person.read", at: datetime | None = None) -> None:
    at = at or datetime(2025, 10, 14, 10, 5, tzinfo=PARIS)
    readings.note(action=action, subjects=[dossier.person], by=by, at=at)


def url(dossier: Dossier, query: str = "") -> str:
    return f"/personnes/{dossier.pk}/lectures/{query}"


def page(browser: ActingClient, dossier: Dossier, query: str = "") -> str:
    response = browser.get(url(dossier, query))
    assert response.status_code == 200
    return response.content.decode()


class TestList:
    def test_tells_who_when_and_what(self, cast: Cast, browser: ActingClient, dossier: Dossier) -> None:
        read(dossier, cast.contractor, action="lot.read")
        text = page(browser.acting(cast.facilitator), dossier)
        assert "14/10/2025 à 10\u00a0h\u00a005" in text
        assert "Roland Bâti-Sud" in text
        assert "Entreprise titulaire" in text
        assert "a lu les personnes en poste sur un lot" in text

    def test_is_linked_from_the_page_of_the_person(
        self, cast: Cast, browser: ActingClient, dossier: Dossier
    ) -> None:
        text = browser.acting(cast.facilitator).get(f"/personnes/{dossier.pk}/").content.decode()
        assert f'href="{url(dossier)}"' in text

    def test_says_so_when_nobody_read(self, cast: Cast, browser: ActingClient, dossier: Dossier) -> None:
        assert "Aucune lecture pour l’instant" in page(browser.acting(cast.facilitator), dossier)

    def test_is_noted_itself_and_its_export_too(
        self, cast: Cast, browser: ActingClient, dossier: Dossier
    ) -> None:
        read(dossier, cast.facilitator)
        page(browser.acting(cast.facilitator), dossier)
        answer: Any = browser.get(url(dossier, "?export=csv"))
        sheet = b"".join(answer.streaming_content).decode("utf-8-sig")
        assert "14/10/2025 10:05;Nadia PLIE Nord;PLIE Nord;Facilitation des clauses sociales" in sheet
        assert set(AccessLog.objects.values_list("action", flat=True)) == {
            "person.read",
            "person.readings_read",
            "person.readings_exported",
        }

    def test_the_latest_comes_first_and_every_column_sorts(
        self, cast: Cast, browser: ActingClient, dossier: Dossier
    ) -> None:
        read(dossier, cast.facilitator, at=datetime(2025, 10, 1, 9, tzinfo=PARIS))
        read(dossier, cast.contractor, at=datetime(2025, 10, 2, 9, tzinfo=PARIS))
        text = page(browser.acting(cast.facilitator), dossier)
        assert text.index("02/10/2025") < text.index("01/10/2025")
        for key in ("date", "-date", "qui", "-qui", "role", "-role", "lecture", "-lecture"):
            assert "ignoré" not in page(browser, dossier, f"?tri={key}")
        text = page(browser, dossier, "?tri=date")
        assert text.index("01/10/2025") < text.index("02/10/2025")

    def test_narrows_by_reading_role_days_and_name(
        self, cast: Cast, browser: ActingClient, dossier: Dossier
    ) -> None:
        read(dossier, cast.facilitator, at=datetime(2025, 10, 1, 0, 0, tzinfo=PARIS))
        read(dossier, cast.contractor, action="lot.read", at=datetime(2025, 10, 2, 23, 59, tzinfo=PARIS))
        browser.acting(cast.facilitator)
        for query, kept, left in (
            ("?lecture=lot.read", "Roland", "Nadia PLIE"),
            ("?role=FACILITATOR&lecture=person.read", "Nadia PLIE", "Roland"),
            ("?depuis=2025-10-02&jusqu=2025-10-02", "Roland", "01/10/2025"),
            ("?jusqu=2025-10-01", "01/10/2025", "Roland"),
            ("?q=bati", "Roland", "01/10/2025"),
        ):
            text = page(browser, dossier, query)
            rows = text[text.index("<tbody") : text.index("</tbody>")]
            assert kept in rows, query
            assert left not in rows, query

    def test_a_merged_file_brings_its_readings(
        self, cast: Cast, browser: ActingClient, dossier: Dossier
    ) -> None:
        other = beneficiaries.dossier(cast.structure, first_name="Aminata")
        read(other, cast.contractor)
        Person.objects.filter(pk=other.person_id).update(merged_into=dossier.person)
        assert "Roland" in page(browser.acting(cast.facilitator), dossier)

    def test_costs_the_same_for_many_readings(
        self, cast: Cast, browser: ActingClient, dossier: Dossier
    ) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as seen:
                page(browser, dossier)
            return len(seen)

        browser.acting(cast.facilitator)
        read(dossier, cast.facilitator)
        queries()
        one = queries()
        for _ in range(19):
            read(dossier, cast.contractor)
        assert queries() == one

    def test_the_fragment_is_the_list_of_the_page(
        self, cast: Cast, browser: ActingClient, dossier: Dossier
    ) -> None:
        read(dossier, cast.contractor)
        answer = browser.acting(cast.facilitator).get(url(dossier), headers={"HX-Request": "true"})
        text = answer.content.decode()
        assert "Roland" in text
        assert "<h1" not in text


class TestDoors:
    def test_another_structure_s_person_is_not_found(
        self, cast: Cast, browser: ActingClient, dossier: Dossier
    ) -> None:
        assert browser.acting(cast.other_facilitator).get(url(dossier)).status_code == 404

    def test_only_facilitators_see_it(self, cast: Cast, browser: ActingClient, dossier: Dossier) -> None:
        for actor in (cast.prescriber, cast.buyer, cast.contractor, cast.coordinator, cast.signatory):
            assert browser.acting(actor).get(url(dossier)).status_code == 403
        assert not AccessLog.objects.exists()

    def test_nothing_is_sent_to_it(self, cast: Cast, browser: ActingClient, dossier: Dossier) -> None:
        assert browser.acting(cast.facilitator).post(url(dossier)).status_code == 405

    def test_a_filter_that_cannot_be_read_is_said(
        self, cast: Cast, browser: ActingClient, dossier: Dossier
    ) -> None:
        text = page(browser.acting(cast.facilitator), dossier, "?depuis=31/02/2025")
        assert "n’existe pas" in text or "ignoré" in text

"""Exchanges and jobs on screen."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse

from inclusiv.records.actions import jobs
from inclusiv.records.choices import JobState
from inclusiv.records.models import Exchange, Job
from tests.conftest import ActingClient, Cast

NOTE = reverse("records:note-exchange")


def filled(**changes: str) -> dict[str, str]:
    return {
        "submission": str(uuid4()),
        "kind": "CALL",
        "happened_on": "2025-10-13",
        "text": "Le chantier démarre lundi.",
        "next_on": "",
    } | changes


def test_a_facilitator_notes_a_call_about_a_company(cast: Cast, browser: ActingClient) -> None:
    page = f"{NOTE}?sujet=organisation:{cast.builder.pk}"
    response = browser.acting(cast.facilitator).post(page, filled())
    assert response.headers["Location"] == reverse("accounts:organisation", args=[cast.builder.pk])
    assert Exchange.objects.get().text == "Le chantier démarre lundi."
    assert "Le chantier démarre lundi." in browser.get(response.headers["Location"]).content.decode()


def test_an_exchange_lies_encrypted(cast: Cast, browser: ActingClient) -> None:
    browser.acting(cast.facilitator).post(f"{NOTE}?sujet=organisation:{cast.builder.pk}", filled())
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM records_exchange")
        assert "chantier" not in cursor.fetchone()[0]


def test_the_same_form_sent_twice_notes_once(cast: Cast, browser: ActingClient) -> None:
    page, form = f"{NOTE}?sujet=organisation:{cast.builder.pk}", filled()
    browser.acting(cast.facilitator).post(page, form)
    response = browser.post(page, form)
    assert response.status_code == 422
    assert "déjà été envoyé" in response.content.decode()
    assert Exchange.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"happened_on": "2031-01-01"}, "futur"),
        ({"happened_on": "31/02/2025"}, "n’existe pas"),
        ({"next_on": "2025-10-01"}, "suit la date"),
        ({"text": ""}, "est à remplir"),
    ],
)
def test_bad_input_is_told_and_what_was_typed_stays(
    cast: Cast, browser: ActingClient, changes: dict[str, str], message: str
) -> None:
    page = f"{NOTE}?sujet=organisation:{cast.builder.pk}"
    response = browser.acting(cast.facilitator).post(page, filled(**changes))
    body = response.content.decode()
    assert response.status_code == 422
    assert message in body
    assert changes.get("text", "Le chantier démarre lundi.") in body
    assert not Exchange.objects.exists()


@pytest.mark.parametrize(
    "subject", ["organisation:999999", "organisation:1 OR 1=1", "nothing:1", "", "organisation:"]
)
def test_a_subject_that_is_not_ones_own_does_not_exist(
    cast: Cast, browser: ActingClient, subject: str
) -> None:
    assert browser.acting(cast.facilitator).get(NOTE, {"sujet": subject}).status_code == 404


def test_a_contractor_does_not_note_exchanges(cast: Cast, browser: ActingClient) -> None:
    assert (
        browser.acting(cast.contractor).get(f"{NOTE}?sujet=organisation:{cast.builder.pk}").status_code == 403
    )


@pytest.fixture
def job(cast: Cast, at: datetime) -> Job:
    return jobs.queue(kind="test", label="Bilan 2025", subject=cast.commune, by=cast.coordinator, at=at)


def test_a_job_shows_its_progress_to_who_asked(job: Job, cast: Cast, browser: ActingClient) -> None:
    Job.objects.update(state=JobState.RUNNING, progress=40, step="Calcul des heures", attempt=1)
    body = browser.acting(cast.coordinator).get(reverse("records:job", args=[job.pk])).content.decode()
    assert 'value="40"' in body
    assert "Calcul des heures" in body


def test_the_fragment_of_a_job_is_the_same_part_of_its_page(
    job: Job, cast: Cast, browser: ActingClient
) -> None:
    address = reverse("records:job", args=[job.pk])
    fragment = (
        browser.acting(cast.coordinator).get(address, headers={"HX-Request": "true"}).content.decode().strip()
    )
    assert fragment.startswith("<section")
    assert fragment in browser.get(address).content.decode()


def test_another_organisation_does_not_see_the_job(job: Job, cast: Cast, browser: ActingClient) -> None:
    assert browser.acting(cast.buyer).get(reverse("records:job", args=[job.pk])).status_code == 404


def test_a_failed_job_says_why_and_is_started_again(
    job: Job, cast: Cast, browser: ActingClient, at: datetime
) -> None:
    Job.objects.update(state=JobState.FAILED, error="Plus de place.", attempt=1, finished_at=at)
    address = reverse("records:job", args=[job.pk])
    assert "Plus de place." in browser.acting(cast.coordinator).get(address).content.decode()
    response = browser.post(reverse("records:retry-job", args=[job.pk]), {"page": address})
    assert response.headers["Location"] == address
    job.refresh_from_db()
    assert job.state == JobState.QUEUED


def test_a_job_that_would_fail_again_is_not_offered_again(
    job: Job, cast: Cast, browser: ActingClient, at: datetime
) -> None:
    failed = {"state": JobState.FAILED, "error": "Ce fichier ne se lit pas.", "attempt": 1, "finished_at": at}
    address = reverse("records:job", args=[job.pk])
    browser.acting(cast.coordinator)
    Job.objects.update(**failed)
    assert "Relancer" in browser.get(address).content.decode()
    Job.objects.update(is_final=True)
    assert "Relancer" not in browser.get(address).content.decode()
    browser.post(reverse("records:retry-job", args=[job.pk]), {"page": address})
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "échouerait de la même façon" in browser.get(address).content.decode()


def test_starting_again_never_leads_to_another_site(job: Job, cast: Cast, browser: ActingClient) -> None:
    retry = reverse("records:retry-job", args=[job.pk])
    response = browser.acting(cast.coordinator).post(retry, {"page": "https://evil.example/"})
    assert response.headers["Location"] == "/"


def test_a_job_is_not_started_again_by_a_link(job: Job, cast: Cast, browser: ActingClient) -> None:
    assert (
        browser.acting(cast.coordinator).get(reverse("records:retry-job", args=[job.pk])).status_code == 405
    )

"""A report is asked, drafted, published, replaced; its job freezes, prints and delivers once."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import outloud
import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from beneficiaries.placements.models import Placement
from clauses.procurement.models import Award
from inclusiv.accounts.models import Contact, Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.core.files import read
from inclusiv.core.periods import PARIS
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import accounts, hours
from inclusiv.records.actions import jobs
from inclusiv.records.choices import JobState
from inclusiv.records.models import Job
from reporting.publication import tasks
from reporting.publication.actions import reports
from reporting.publication.choices import RunState
from reporting.publication.documents import AnnualReport, print_annual_report
from reporting.publication.models import Charter, ReportDocument, ReportRun, Snapshot
from tests.conftest import ActingClient, Cast
from tests.reporting.made import school

pytestmark = pytest.mark.usefixtures("storage")

A_YEAR = timedelta(days=365)


@pytest.fixture
def storage(settings: Any, tmp_path: Path) -> None:
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        }
    }


def drafted(charter: Charter, cast: Cast, at: datetime) -> ReportRun:
    run = reports.ask(charter=charter, year=2025, by=cast.coordinator, at=at)
    jobs.run(job_id=run.job_id or 0, clock=lambda: at)
    run.refresh_from_db()
    return run


def published(charter: Charter, cast: Cast, at: datetime) -> ReportRun:
    """Publish the report of 2025, in 2026."""
    run = drafted(charter, cast, at)
    job = reports.approve(run=run, by=cast.coordinator, at=at + A_YEAR)
    jobs.run(job_id=job.pk, clock=lambda: at + A_YEAR)
    run.refresh_from_db()
    return run


def page_of(browser: ActingClient, actor: Actor) -> str:
    answer = browser.acting(actor).get(reverse("publication:reports"))
    return " ".join(answer.content.decode().split())


@pytest.mark.usefixtures("year")
def test_a_draft_says_the_hours_of_the_ledger(charter: Charter, cast: Cast, at: datetime) -> None:
    run = drafted(charter, cast, at)
    report = AnnualReport.from_json(bytes(run.snapshot.content))
    assert run.state == RunState.READY
    assert [month.hours for month in report.months][3:7] == [
        Decimal(70),
        Decimal(70),
        Decimal(70),
        Decimal(0),
    ]
    assert (report.people.total, report.people.rsa) == (1, None)
    assert report.all_buyers.validated == Decimal(210)
    assert report.perimeter == "Essonne, tous les marchés suivis par le réseau"


@pytest.mark.usefixtures("year")
def test_the_document_is_conformant_and_its_file_is_the_one_signed(
    charter: Charter, cast: Cast, at: datetime
) -> None:
    stored = published(charter, cast, at).documents.get(is_final=True).file
    content = read(stored)
    assert stored.sha256 == stored.path.split("/")[1]
    findings = outloud.check(BytesIO(content), layers=["conformance"]).findings
    assert [finding for finding in findings if finding.severity == "error"] == []
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    assert "Bilan annuel 2025" in text
    assert "Projet" not in text


@pytest.mark.usefixtures("year")
def test_the_same_snapshot_prints_the_same_bytes(charter: Charter, cast: Cast, at: datetime) -> None:
    run = drafted(charter, cast, at)
    again = print_annual_report(AnnualReport.from_json(bytes(run.snapshot.content)))
    assert again.sha256 == run.documents.get().file.sha256


@pytest.mark.usefixtures("year")
def test_draft_and_final_print_the_fingerprint_of_the_stored_figures(
    charter: Charter, cast: Cast, at: datetime
) -> None:
    run = published(charter, cast, at)
    assert run.snapshot.sha256 == sha256(bytes(run.snapshot.content)).hexdigest()
    for document in run.documents.all():
        text = "".join(page.extract_text() for page in PdfReader(BytesIO(read(document.file))).pages)
        assert run.snapshot.sha256 in text.replace("\n", "")


def test_a_new_edition_tells_which_figures_changed(
    charter: Charter, cast: Cast, at: datetime, year: Award
) -> None:
    published(charter, cast, at)
    placement = Placement.objects.get()
    hours.validated(year, cast.builder, date(2025, 7, 1), hours={placement: Decimal(30)})
    second = published(charter, cast, at + timedelta(days=30))
    told = AnnualReport.from_json(bytes(second.snapshot.content)).corrections
    assert [sentence.replace("\xa0", " ") for sentence in told[:1]] == [
        "Heures validées : 240 h, au lieu de 210 h dans l’édition 1."
    ]


@pytest.mark.usefixtures("year")
def test_a_year_that_is_not_over_is_not_published(charter: Charter, cast: Cast, at: datetime) -> None:
    run = drafted(charter, cast, at)
    last_day = datetime(2025, 12, 31, 23, 59, tzinfo=PARIS)
    with pytest.raises(Refused, match="à partir du 1er janvier 2026") as error:
        reports.approve(run=run, by=cast.coordinator, at=last_day)
    assert error.value.code == "year_not_over"
    reports.approve(run=run, by=cast.coordinator, at=last_day + timedelta(minutes=1))


@pytest.mark.usefixtures("year")
def test_publishing_is_confirmed_first(
    charter: Charter, cast: Cast, at: datetime, browser: ActingClient
) -> None:
    run = drafted(charter, cast, at)
    page, publish = reverse("publication:reports"), reverse("publication:publish", args=[run.code])
    browser.acting(cast.coordinator)
    with time_machine.travel(datetime(2025, 12, 31, 12, tzinfo=PARIS), tick=False):
        assert publish not in browser.get(page).content.decode()
    with time_machine.travel(datetime(2026, 3, 12, 12, tzinfo=PARIS), tick=False):
        assert f'href="{publish}"' in browser.get(page).content.decode()
        confirmation = browser.get(publish).content.decode()
        assert "Publier le bilan 2025 ?" in confirmation
        run.refresh_from_db()
        assert run.job
        assert run.job.is_over
        assert browser.post(publish).headers["Location"].startswith("/")
    run.refresh_from_db()
    assert run.job
    assert not run.job.is_over


@pytest.mark.parametrize("name", ["facilitator", "buyer", "signatory"])
@pytest.mark.usefixtures("year")
def test_publishing_is_refused_to_other_roles(
    charter: Charter, cast: Cast, at: datetime, browser: ActingClient, name: str
) -> None:
    run = drafted(charter, cast, at)
    publish = reverse("publication:publish", args=[run.code])
    browser.acting(cast.everyone()[name])
    assert [browser.get(publish).status_code, browser.post(publish).status_code] == [403, 403]


@pytest.mark.usefixtures("year")
def test_publishing_again_replaces_the_edition_before(charter: Charter, cast: Cast, at: datetime) -> None:
    first = published(charter, cast, at)
    second = published(charter, cast, at + timedelta(days=30))
    first.refresh_from_db()
    assert (first.state, first.edition) == (RunState.SUPERSEDED, 1)
    assert (second.state, second.edition, second.supersedes) == (RunState.PUBLISHED, 2, first)


@pytest.mark.usefixtures("year")
def test_one_report_of_a_year_is_in_preparation_at_a_time(charter: Charter, cast: Cast, at: datetime) -> None:
    run = drafted(charter, cast, at)
    with pytest.raises(Refused, match="déjà en préparation"):
        reports.ask(charter=charter, year=2025, by=cast.coordinator, at=at)
    reports.discard(run=run, by=cast.coordinator, at=at)
    assert reports.ask(charter=charter, year=2025, by=cast.coordinator, at=at).edition == 1


@pytest.mark.parametrize("year", [2017, 2026, 0, 99999])
def test_a_year_without_charter_or_to_come_has_no_report(
    charter: Charter, cast: Cast, at: datetime, year: int
) -> None:
    with pytest.raises(Refused, match="n’a pas de bilan"):
        reports.ask(charter=charter, year=year, by=cast.coordinator, at=at)


def test_a_year_without_hours_fails_in_words(charter: Charter, cast: Cast, at: datetime) -> None:
    drafted(charter, cast, at)
    job = Job.objects.get()
    assert (job.state, "Aucune heure n’est validée en 2025" in job.error) == (JobState.FAILED, True)
    assert not Snapshot.objects.exists()


@pytest.mark.usefixtures("year")
def test_a_worker_that_lost_the_job_delivers_nothing(charter: Charter, cast: Cast, at: datetime) -> None:
    run = reports.ask(charter=charter, year=2025, by=cast.coordinator, at=at)
    slow = jobs.claim(job_id=run.job_id or 0, clock=lambda: at)
    later = at + timedelta(minutes=2)
    assert slow
    jobs.run(job_id=run.job_id or 0, clock=lambda: later)
    with pytest.raises(jobs.SupersededError):
        tasks.make_draft(slow)
    assert ReportDocument.objects.count() == 1


@pytest.mark.usefixtures("year")
def test_a_second_try_prints_the_figures_frozen_by_the_first(
    charter: Charter, cast: Cast, at: datetime, year: Award
) -> None:
    run = reports.ask(charter=charter, year=2025, by=cast.coordinator, at=at)
    frozen = tasks.frozen(run, at=at)
    jobs.run(job_id=run.job_id or 0, clock=lambda: at + timedelta(hours=1))
    assert Snapshot.objects.get(run=run).sha256 == frozen.sha256
    assert Snapshot.objects.count() == 1


@pytest.mark.usefixtures("year")
def test_frozen_figures_are_never_changed(charter: Charter, cast: Cast, at: datetime) -> None:
    run = drafted(charter, cast, at)
    with pytest.raises(IntegrityError, match="ne se modifie pas"), transaction.atomic():
        Snapshot.objects.filter(run=run).update(sha256="0" * 64)


@pytest.mark.parametrize("name", ["facilitator", "buyer", "signatory"])
@pytest.mark.usefixtures("year")
def test_only_the_coordination_makes_reports(charter: Charter, cast: Cast, at: datetime, name: str) -> None:
    with pytest.raises(Refused, match="coordination"):
        reports.ask(charter=charter, year=2025, by=cast.everyone()[name], at=at)


@pytest.mark.usefixtures("year")
def test_a_signatory_downloads_the_published_report_and_no_draft(
    charter: Charter, cast: Cast, at: datetime, browser: ActingClient
) -> None:
    run = drafted(charter, cast, at)
    draft = reverse("publication:download", args=[run.code, "brouillon"])
    final = reverse("publication:download", args=[run.code, "bilan"])
    browser.acting(cast.signatory)
    assert [browser.get(address).status_code for address in (draft, final)] == [404, 404]
    later = at + A_YEAR
    jobs.run(job_id=reports.approve(run=run, by=cast.coordinator, at=later).pk, clock=lambda: later)
    assert browser.get(draft).status_code == 404
    response = browser.get(final)
    assert response.headers["Content-Disposition"] == 'attachment; filename="bilan-2025-edition-1.pdf"'
    assert b"".join(response).startswith(b"%PDF")
    page = browser.get(reverse("publication:reports")).content.decode()
    assert "Télécharger le bilan" in page
    assert "Préparer le brouillon" not in page


@pytest.mark.usefixtures("year")
def test_a_signatory_reads_its_own_year_and_whom_to_call(
    charter: Charter, cast: Cast, at: datetime, browser: ActingClient
) -> None:
    Organisation.objects.filter(pk=cast.departement.pk).update(phone="01 60 00 00 08")
    run = published(charter, cast, at)
    text = page_of(browser, cast.signatory)
    for told in (
        "<b>400 h</b> à réaliser en 2025, dans 1 marché",
        "<b>210 h</b> validées, soit 53 %",
        "aucun marché avec des heures d’insertion en 2024",
        "01 60 00 00 08",
        f'le code de vérification <b class="nowrap">{run.spaced_code}</b>',
        run.documents.get(is_final=True).file.sha256,
    ):
        assert told in text
    assert "Vos marchés" not in page_of(browser, cast.facilitator)
    stranger = accounts.organisation(name="Habitat du Val", number=30, roles=(Role.SIGNATORY,))
    other = accounts.member(
        stranger, Role.SIGNATORY, first_name="Léa", last_name="Val", email="lea@example.org"
    )
    assert "Vos marchés" not in page_of(browser, other)


@pytest.mark.usefixtures("year")
def test_the_document_tells_how_to_check_it(charter: Charter, cast: Cast, at: datetime) -> None:
    run = published(charter, cast, at)
    content = read(run.documents.get(is_final=True).file)
    text = " ".join("".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())
    assert f"Code de vérification {run.spaced_code}. La page « Bilans » d’Inclusiv" in text
    assert "donnez ce code à la coordination départementale" in text


@pytest.mark.parametrize("name", ["contractor", "employer", "prescriber"])
def test_companies_and_prescribers_do_not_open_the_reports(
    cast: Cast, browser: ActingClient, name: str
) -> None:
    assert browser.acting(cast.everyone()[name]).get(reverse("publication:reports")).status_code == 403


@pytest.mark.usefixtures("year")
def test_another_departement_sees_nothing(charter: Charter, cast: Cast, at: datetime) -> None:
    published(charter, cast, at)
    elsewhere = replace(cast.coordinator, department="77")
    assert not ReportRun.objects.visible_to(elsewhere).exists()


@pytest.mark.usefixtures("year")
def test_the_coordination_asks_on_screen_and_follows_the_job(
    charter: Charter, cast: Cast, browser: ActingClient
) -> None:
    form = {"submission": "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "year": "2025"}
    page = reverse("publication:reports")
    response = browser.acting(cast.coordinator).post(page, form)
    run = ReportRun.objects.get()
    assert response.headers["Location"].startswith(reverse("records:job", args=[run.job_id]))
    jobs.run(job_id=run.job_id or 0, clock=timezone.now)
    draft = reverse("publication:download", args=[run.code, "brouillon"])
    assert f'href="{draft}"' in browser.get(response.headers["Location"]).content.decode()
    assert browser.post(page, form).status_code == 422
    assert ReportRun.objects.count() == 1


def years_offered(browser: ActingClient, actor: Actor) -> list[str]:
    page = browser.acting(actor).get(reverse("publication:reports")).content.decode()
    return re.findall(r'<option value="(\d{4})"', page)


@pytest.mark.usefixtures("charter")
def test_only_years_with_hours_are_offered(cast: Cast, browser: ActingClient) -> None:
    with time_machine.travel(datetime(2026, 3, 2, 10, tzinfo=PARIS), tick=False):
        assert years_offered(browser, cast.coordinator) == ["2026"]
        school(cast)
        assert years_offered(browser, cast.coordinator) == ["2025"]


@pytest.mark.usefixtures("year", "charter")
def test_the_command_writes_the_report_and_prints_its_sha256(cast: Cast, tmp_path: Path) -> None:
    out, target = StringIO(), tmp_path / "bilan.pdf"
    call_command("annual_report", 2025, output=target, stdout=out)
    stored = ReportDocument.objects.get().file
    assert stored.sha256 in out.getvalue()
    assert target.read_bytes() == read(stored)


def test_whoever_left_the_coordination_or_was_told_by_a_partner_is_not_the_one_to_call_there(
    cast: Cast, browser: ActingClient
) -> None:
    body = Organisation.objects.get(pk=cast.coordinator.organisation_id)
    who = {"organisation": body, "phone": "01 99 00 00 09"}
    Contact.objects.create(name="Partie Hier", rank=1, left_on=date(2025, 1, 6), **who)
    Contact.objects.create(name="Dite Ailleurs", rank=2, told_by=cast.commune.pk, **who)
    Contact.objects.create(name="Odile Présente", rank=3, **who)
    page = browser.acting(cast.signatory).get(reverse("publication:reports")).text
    assert "Odile Présente" in page
    assert "Partie Hier" not in page
    assert "Dite Ailleurs" not in page

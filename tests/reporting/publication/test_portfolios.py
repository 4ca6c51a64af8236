"""« Bilan PDF » of a list of tenders: asked, made once, downloaded by those who saw the list."""

from collections.abc import Iterator
from csv import DictReader
from datetime import datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import outloud
import pytest
import time_machine
from django.urls import reverse
from pypdf import PdfReader

from clauses.procurement.models import BuyerDelegate
from inclusiv.core.actors import Actor
from inclusiv.core.files import read
from inclusiv.core.periods import PARIS
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import clauses
from inclusiv.parameters.models import Parameter
from inclusiv.records.actions import jobs
from inclusiv.records.choices import JobState
from inclusiv.records.models import AccessLog
from reporting.publication.actions import portfolios
from reporting.publication.documents import portfolio as document
from reporting.publication.documents.portfolio import Portfolio, print_portfolio
from reporting.publication.models import PortfolioDocument, PortfolioReport
from tests.conftest import ActingClient, Cast
from tests.reporting.made import School, school

NOW = datetime(2025, 10, 29, 10, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> None:
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        }
    }


@pytest.fixture
def made(cast: Cast) -> School:
    return school(cast, until=9)


@pytest.fixture(autouse=True)
def on_29_october() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def printed(by: Actor, narrowed_by: str = "") -> PortfolioDocument:
    report = portfolios.ask(narrowed_by=narrowed_by, by=by, at=NOW)
    jobs.run(job_id=report.job_id or 0, clock=lambda: NOW)
    report.refresh_from_db()
    assert report.job
    assert report.job.state == JobState.DONE, report.job.error
    return report.document


def text_of(report: PortfolioDocument) -> str:
    pages = PdfReader(BytesIO(read(report.file))).pages
    return " ".join("".join(page.extract_text() for page in pages).replace("\xa0", " ").split())


@pytest.mark.usefixtures("made")
def test_report_says_the_figures_of_the_list(cast: Cast) -> None:
    """The hours of the worked example on 29 October 2025 (DOMAIN.md 12.4), the shortfall of lot 2 first."""
    report = printed(cast.buyer)
    said = text_of(report)
    assert "Bilan de nos marchés" in said
    assert "Tous les lots suivis. Données arrêtées au 29 octobre 2025." in said
    assert "1 302 h" in said
    assert said.index("Retard à rattraper (1 lot)") < said.index("Dans les temps (1 lot)")
    assert "Essai" not in said
    portfolio = Portfolio.from_json(bytes(report.content))
    assert {line.lot: line.share for line in portfolio.lines}["1"] == "69\u202f%"


@pytest.mark.usefixtures("made")
def test_document_is_conformant_and_carries_its_list(cast: Cast) -> None:
    report = printed(cast.buyer)
    content = read(report.file)
    findings = outloud.check(BytesIO(content), layers=["conformance"]).findings
    assert [finding for finding in findings if finding.severity == "error"] == []
    [attached] = PdfReader(BytesIO(content)).attachments.values()
    told = DictReader(StringIO(attached[0].decode("utf-8-sig")), delimiter=";")
    assert [line["Heures validées (h)"] for line in told if line["Lot"] == "1"] == ["1302,00"]


@pytest.mark.usefixtures("made")
def test_same_record_prints_the_same_bytes(cast: Cast) -> None:
    report = printed(cast.buyer)
    assert print_portfolio(Portfolio.from_json(bytes(report.content))).sha256 == report.file.sha256


@pytest.mark.usefixtures("made")
def test_report_keeps_what_the_list_was_narrowed_by(cast: Cast) -> None:
    said = text_of(printed(cast.facilitator, "mot=CATCH_UP&q=jean"))
    assert "Bilan des marchés suivis" in said
    assert "Lots retenus : recherche « jean » et état Retard à rattraper." in said
    assert "Dans les temps (" not in said
    assert cast.commune.name in said


@pytest.mark.usefixtures("made")
def test_two_lists_of_a_buyer_do_not_tell_by_their_difference_who_receives_the_rsa(cast: Cast) -> None:
    Parameter.objects.filter(code="BREAKDOWN_MIN_PERSONS").update(value="1")
    assert "dont 1 au RSA" in text_of(printed(cast.buyer))
    narrowed = text_of(printed(cast.buyer, "mot=CATCH_UP"))
    assert "personnes mises à l’emploi" in narrowed
    assert "au RSA" not in narrowed
    assert "au RSA" in text_of(printed(cast.facilitator, "mot=CATCH_UP")), "who reads the files anyway"


@pytest.mark.usefixtures("made")
def test_report_of_a_buyer_leaves_out_what_a_mandate_lends_it(cast: Cast, browser: ActingClient) -> None:
    """Neither counted, nor printed, nor in the way of the share that it tells of its own list."""
    Parameter.objects.filter(code="BREAKDOWN_MIN_PERSONS").update(value="1")
    page = browser.acting(cast.buyer).get(reverse("publication:portfolio")).text
    lent = clauses.tender(buyer=cast.other_commune, structure=cast.structure, reference="2025-77")
    clauses.lot(lent)
    BuyerDelegate.objects.create(
        tender=lent, buyer=lent.buyer, organisation=cast.commune, starts_on=NOW.date()
    )
    with_mandate = browser.get(reverse("publication:portfolio")).text
    told = "Tous les lots suivis : <b>2\u00a0lots</b>"
    assert [told in one for one in (page, with_mandate)] == [True, True]
    assert ["pour un autre acheteur" in one for one in (page, with_mandate)] == [False, True]
    said = text_of(printed(cast.buyer))
    assert "2025-77" not in said
    assert "dont 1 au RSA" in said
    assert "2025-77" in text_of(printed(cast.facilitator)), "whose structure follows it"


def test_list_without_hours_has_a_report_too(cast: Cast) -> None:
    assert "0 marché, sans heure d’insertion due à ce jour" in text_of(printed(cast.buyer))


def test_long_list_travels_as_a_file(cast: Cast, made: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MOST_LINES", 1)
    said = text_of(printed(cast.buyer))
    left = made.tender.lots.count() - 1
    assert f"{left} autre lot figure dans le fichier joint" in said or f"{left} autres lots figurent" in said


@pytest.mark.usefixtures("made")
def test_page_asks_then_leads_to_the_document(cast: Cast, browser: ActingClient) -> None:
    address = reverse("publication:portfolio") + "?mot=CATCH_UP&page=3&export=csv"
    page = browser.acting(cast.buyer).get(address).text
    assert "Lots retenus : état Retard à rattraper" in " ".join(page.split())
    form = {"submission": str(uuid4())}
    first = browser.post(address, form)
    again = browser.post(address, form)
    assert (first.status_code, again.status_code) == (302, 422)
    report = PortfolioReport.objects.get()
    assert report.narrowed_by == "mot=CATCH_UP"
    document_address = reverse("publication:portfolio-download", args=[report.code])
    assert browser.get(document_address).status_code == 404
    jobs.run(job_id=report.job_id or 0, clock=lambda: NOW)
    assert b"".join(browser.get(document_address)).startswith(b"%PDF")
    assert document_address in browser.get(address).text
    assert AccessLog.objects.filter(action="tenders.exported").count() == 1


@pytest.mark.usefixtures("made")
def test_document_is_read_by_those_who_saw_the_list_only(cast: Cast, browser: ActingClient) -> None:
    address = reverse("publication:portfolio-download", args=[printed(cast.buyer).report.code])
    assert b"".join(browser.acting(cast.buyer).get(address)).startswith(b"%PDF")
    for actor in (cast.other_buyer, cast.facilitator, cast.coordinator):
        assert browser.acting(actor).get(address).status_code == 404
    assert browser.acting(cast.contractor).get(address).status_code == 403


@pytest.mark.parametrize(
    ("who", "narrowed_by", "code"),
    [("contractor", "", "not_permitted"), ("buyer", "q=" + "a" * 500, "query_too_long")],
)
def test_asking_is_refused(cast: Cast, who: str, narrowed_by: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        portfolios.ask(narrowed_by=narrowed_by, by=cast.everyone()[who], at=NOW)
    assert refusal.value.code == code
    assert not PortfolioReport.objects.exists()


@pytest.mark.usefixtures("made")
def test_list_leads_to_its_report_with_its_filters(cast: Cast, browser: ActingClient) -> None:
    text = browser.acting(cast.buyer).get(reverse("followup:my-tenders"), {"mot": "CATCH_UP"}).text
    assert f'href="{reverse("publication:portfolio")}?mot=CATCH_UP"' in text


@pytest.mark.usefixtures("made")
def test_a_longer_list_asks_nothing_more_of_the_database(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        clauses.lot(
            clauses.tender(buyer=cast.commune, structure=cast.structure, reference=f"2025-9{number:02}")
        )
    report = portfolios.ask(narrowed_by="", by=cast.buyer, at=NOW)
    with django_assert_max_num_queries(30):
        jobs.run(job_id=report.job_id or 0, clock=lambda: NOW)

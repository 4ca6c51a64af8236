"""The files: every number printed is the number enforced, in the DOCX and in the PDF; the same bytes on every machine."""

import os
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import outloud
import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from clauses.obligations.actions import clauses, life
from clauses.obligations.choices import ModalityFamily
from clauses.obligations.models import ObligationVersion, SocialClause
from clauses.obligations.rules.terms import Terms
from clauses.obligations.selectors.terms import terms_of
from clauses.procurement.actions import life as procurement_life
from clauses.procurement.choices import Sector
from clauses.procurement.models import Tender
from clauses.texts.documents.docx import write_docx
from clauses.texts.documents.pieces import Bundle, bundle, pieces_of
from clauses.texts.documents.printed import print_pieces
from clauses.texts.selectors.facts import tender_facts
from clauses.texts.selectors.models import models_used
from inclusiv.core.french import date_long
from inclusiv.demo.make import clauses as make
from tests.clauses.obligations.test_terms import TERMS
from tests.conftest import Cast

AT = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
ON = date(2026, 9, 1)
ODD = replace(
    TERMS,
    modalities=tuple(ModalityFamily),
    statement_due_day=7,
    contact_days=11,
    kickoff_months=2,
    plan_days=17,
    final_report_months=5,
    penalty_hour=Decimal("53.50"),
    penalty_document_day=Decimal(107),
    penalty_cap_rate=Decimal("0.13"),
    small_penalty_limit=Decimal(1900),
)
"""Terms whose numbers differ from one another and from the usual ones: a number printed can only be its own."""
LIMITS = {Decimal(26), Decimal(50), Decimal(12), Decimal(6)}
"""The ages and months of the eligibility (DOMAIN.md 4.2)."""


@pytest.fixture
def tender(cast: Cast) -> Tender:
    """Three lots, the first held by a group, whose numbers are found nowhere else."""
    made = make.tender(buyer=cast.commune, structure=cast.structure, reference="M-2025-014")
    rows = [
        ("Gros œuvre", Sector.STRUCTURAL, Decimal(1891)),
        ("Voirie et réseaux", Sector.EARTHWORKS_ROADS, Decimal(1317)),
        ("Peinture", Sector.PAINTING, Decimal(1409)),
    ]
    for number, (title, sector, hours) in enumerate(rows, start=1):
        lot = make.lot(made, number=number, title=title, sector=sector, amount=Decimal(400_000), hours=hours)
        clauses.put(lot=lot, quantity=hours, terms=ODD, by=cast.buyer, at=made.created_at)
        if number == 1:
            make.award(lot, (cast.builder, Decimal("0.7")), (cast.painter, Decimal("0.3")))
    return reread(made)


def reread(tender: Tender) -> Tender:
    return Tender.objects.select_related("buyer", "structure", "facilitator", "place").get(pk=tender.pk)


def whole(tender: Tender, *slugs: str) -> Bundle:
    facts = tender_facts(tender, on=ON, today=ON)
    pieces = pieces_of(facts, models_used(department=tender.department, on=ON))
    return bundle(facts, [one for one in pieces if not slugs or one.slug in slugs], made_on=AT.date())


def docx_text(content: bytes) -> str:
    document = Document(BytesIO(content))
    return "\n".join(
        "".join(run.text or "" for run in paragraph.iter(qn("w:t")))
        for paragraph in document.element.iter(qn("w:p"))
    )


def pdf_text(content: bytes) -> str:
    """Return the words of a PDF, its page numbers left out; a reader of PDF gives every blank as the ordinary one."""
    pages = (page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return "\n".join(re.sub(r"\d+ / \d+", "", page) for page in pages)


def plain(text: str) -> str:
    return re.sub(r"[\s\u00a0\u202f]", " ", text)


def numbers(text: str, *, phone: str) -> set[Decimal]:
    """Return the numbers of a text, those of articles, dates, versions, the tender and the telephone left out."""
    text = plain(text)
    for known in (phone, "M-2025-014", date_long(AT.date()), date_long(date(2021, 4, 1))):
        text = text.replace(plain(known), "")
    text = re.sub(r"[LR]\d+(?:-\d+)+|\b(?:16|20)\.1(?:\.\d)?\b|version\s\d+", "", text)
    found = re.findall(r"\d{1,3}(?: \d{3})+(?:,\d+)?|\d+(?:,\d+)?", text)
    return {Decimal(one.replace(" ", "").replace(",", ".")) for one in found}


def enforced(tender: Tender) -> set[Decimal]:
    """Return every number that the controls hold for a tender, read from its rows."""
    rows = SocialClause.objects.filter(lot__tender=tender).select_related("lot")
    found: set[Decimal] = set(LIMITS)
    total = Decimal(0)
    for row in rows:
        terms = terms_of(row)
        total += row.quantity
        found |= {Decimal(row.lot.number), row.quantity, *of_terms(terms)}
        for member in row.lot.award.members.all() if hasattr(row.lot, "award") else ():
            found |= {member.hours_share * 100, row.quantity * member.hours_share}
    return found | {total}


def of_terms(terms: Terms) -> set[Decimal]:
    days = (
        terms.statement_due_day,
        terms.contact_days,
        terms.kickoff_months,
        terms.plan_days,
        terms.final_report_months,
    )
    money = {terms.penalty_hour, terms.penalty_document_day}
    cap = {terms.penalty_cap_rate * 100} if terms.penalty_cap_applies else set()
    waiver = {terms.small_penalty_limit} if terms.small_penalty_waiver_applies else set()
    return {*map(Decimal, days), *money, *cap, *waiver}


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_every_number_printed_is_the_number_enforced(form: str, tender: Tender, cast: Cast) -> None:
    made = whole(tender)
    text = (
        docx_text(write_docx(made, at=AT)) if form == "docx" else pdf_text(print_pieces(made, at=AT).content)
    )
    text = plain(text)
    for day in (tender.starts_on, tender.ends_on):
        assert day is not None
        assert plain(date_long(day)) in text
        text = text.replace(plain(date_long(day)), "")
    assert numbers(text, phone=cast.structure.phone) == enforced(tender)


def test_the_hours_printed_for_a_tranche_are_those_that_its_affirmation_owes(
    tender: Tender, cast: Cast
) -> None:
    for lot in tender.lots.filter(award=None):
        make.award(lot, (cast.builder, Decimal(1)))
    roads = tender.lots.get(number=2)
    told = procurement_life.add_tranche(
        lot=roads, number=4, hours=Decimal(127), by=cast.buyer, at=tender.created_at
    )
    content = write_docx(whole(tender), at=AT)
    make.notify(tender, notified_on=date(2025, 3, 10))
    life.affirm(tranche=told, affirmed_on=date(2025, 6, 2), by=cast.buyer, at=AT)
    printed = rows_of(content, "Heures d’insertion")
    assert [row[0] for row in printed] == ["1", "2", "2", "3", "Total"]
    assert plain(printed[2][1]) == "Tranche optionnelle 4, due si elle est affermie"
    assert value(printed[2][2]) == ObligationVersion.objects.get(obligation__tranche=told).quantity
    assert value(printed[-1][2]) == Decimal(1891 + 1317 + 1409)


def test_the_extraction_sees_a_number_that_nobody_enforces(tender: Tender, cast: Cast) -> None:
    text = docx_text(write_docx(whole(tender), at=AT)) + "\nUne pénalité de 71 €."
    assert Decimal(71) in numbers(text, phone=cast.structure.phone) - enforced(tender)


def rows_of(content: bytes, caption: str) -> list[list[str]]:
    """Return the cells of the first table under a caption, header left out."""
    body: Any = Document(BytesIO(content)).element.body
    seen = False
    for child in body:
        text = "".join(run.text or "" for run in child.iter(qn("w:t")))
        if child.tag == qn("w:p") and text.startswith(caption):
            seen = True
        elif seen and child.tag == qn("w:tbl"):
            return [
                ["".join(run.text or "" for run in cell.iter(qn("w:t"))) for cell in row.iter(qn("w:tc"))]
                for row in child.iter(qn("w:tr"))
            ][1:]
    raise AssertionError(caption)


def value(cell: str) -> Decimal:
    return Decimal(re.sub(r"[\u00a0\u202f€h%]", "", cell).replace(",", "."))


def test_each_table_gives_each_lot_its_own_numbers(tender: Tender) -> None:
    content = write_docx(whole(tender), at=AT)
    hours = {int(number): value(owed) for number, _, owed in rows_of(content, "Heures d’insertion")[:-1]}
    assert hours == dict(SocialClause.objects.values_list("lot__number", "quantity"))
    total = value(rows_of(content, "Heures d’insertion")[-1][2])
    assert total == sum(hours.values())
    for number, by_hour, by_day in rows_of(content, "Pénalités"):
        terms = terms_of(SocialClause.objects.get(lot__number=int(number)))
        assert (value(by_hour), value(by_day)) == (terms.penalty_hour, terms.penalty_document_day)
    shares = [(number, value(part), value(owed)) for number, _, part, owed in rows_of(content, "Répartition")]
    assert shares == [("1", Decimal(70), Decimal("1323.7")), ("1", Decimal(30), Decimal("567.3"))]


def test_what_is_printed_is_what_binds(tender: Tender, cast: Cast) -> None:
    for lot in tender.lots.filter(award=None):
        make.award(lot, (cast.builder, Decimal(1)))
    content = write_docx(whole(tender), at=AT)
    make.notify(tender, notified_on=date(2025, 3, 10))
    for number, by_hour, _ in rows_of(content, "Pénalités"):
        terms = ObligationVersion.objects.get(obligation__lot__number=int(number)).terms
        assert value(by_hour) == Decimal(terms["penalty_hour"])
    for number, _, owed in rows_of(content, "Heures d’insertion")[:-1]:
        assert value(owed) == ObligationVersion.objects.get(obligation__lot__number=int(number)).quantity


def test_the_line_to_sign_is_never_alone_on_a_page(tender: Tender) -> None:
    paragraphs = Document(BytesIO(write_docx(whole(tender, "annexe-ae"), at=AT))).paragraphs
    *before, last, _made_on = paragraphs[-4:]
    assert last.text.startswith("…")
    assert [one.paragraph_format.keep_with_next for one in before] == [True, True]


def test_a_docx_speaks_french_and_has_real_headings_and_header_rows(tender: Tender) -> None:
    content = write_docx(whole(tender), at=AT)
    document = Document(BytesIO(content))
    names = [paragraph.style.name for paragraph in document.paragraphs if paragraph.style]
    assert names.count("Heading 1") == 4
    assert {"Heading 2", "Heading 3", "List Bullet", "Caption"} <= set(names)
    assert all(table._tbl.findall(f".//{qn('w:tblHeader')}") for table in document.tables)
    styles = ZipFile(BytesIO(content)).read("word/styles.xml").decode()
    assert 'w:val="fr-FR"' in styles
    assert "en-US" not in styles
    said = document.core_properties
    assert (said.language, said.title) == ("fr-FR", "Pièces de la clause sociale, marché M-2025-014")
    assert said.created == AT


def test_the_same_pieces_at_the_same_instant_give_the_same_bytes(tender: Tender) -> None:
    made = whole(tender, "article-ccap")
    assert write_docx(made, at=AT) == write_docx(made, at=AT)
    assert print_pieces(made, at=AT).content == print_pieces(made, at=AT).content
    later = AT.replace(hour=10)
    assert write_docx(made, at=AT) != write_docx(made, at=later)
    assert {part.date_time for part in ZipFile(BytesIO(write_docx(made, at=AT))).infolist()} == {
        (2026, 11, 30, 9, 0, 0)
    }


def test_each_file_says_which_version_it_comes_from(tender: Tender) -> None:
    text = docx_text(write_docx(whole(tender, "fiche-contact"), at=AT)).replace("\u00a0", " ")
    assert "modèle « Fiche contact », version 1, en vigueur depuis le 1er avril 2021" in text
    assert "30 novembre 2026" in text


def test_a_title_with_markup_is_printed_as_it_was_typed(tender: Tender) -> None:
    hostile = "<b>École</b> & {{ heures_totales }} ]]> # {% x %} \u200f\uffff"
    Tender.objects.filter(pk=tender.pk).update(title=hostile)
    made = whole(reread(tender))
    text = docx_text(write_docx(made, at=AT))
    assert "<b>École</b> & {{ heures_totales }} ]]> # {" in text
    assert "\u200f" not in text
    assert "<b>École</b> & {{ heures_totales }} ]]>" in pdf_text(print_pieces(made, at=AT).content)


def test_outloud_finds_nothing_to_say_of_the_pdf(tender: Tender, tmp_path: Path) -> None:
    file = tmp_path / "pieces.pdf"
    file.write_bytes(print_pieces(whole(tender), at=AT).content)
    result = outloud.check(str(file))
    assert result.error is None
    assert [f"{said.rule} p.{said.page}: {said.message}" for said in result.findings] == []


SOFFICE = shutil.which("soffice")


@pytest.mark.skipif(
    SOFFICE is None, reason="LIBREOFFICE IS NOT HERE: nothing proves that the DOCX opens in it"
)
@pytest.mark.parametrize("slug", ["article-ccap", "paragraphe-rc", "annexe-ae", "fiche-contact"])
def test_libreoffice_opens_the_docx(slug: str, tender: Tender, tmp_path: Path) -> None:
    file = tmp_path / "piece.docx"
    file.write_bytes(write_docx(whole(tender, slug), at=AT))
    command = [str(SOFFICE), f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
               "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)]  # fmt: skip
    subprocess.run(
        command, check=True, capture_output=True, timeout=120, env={**os.environ, "HOME": str(tmp_path)}
    )
    text = pdf_text((tmp_path / "piece.pdf").read_bytes())
    assert whole(tender, slug).pieces[0].title in text
    assert "M-2025-014" in text

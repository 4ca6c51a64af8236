"""Documents: tagged, self-contained, the same bytes everywhere; checked by outloud, which reads as a person does."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import outloud
import pikepdf
import pytest
from django.conf import settings
from fontTools.ttLib import TTFont
from pikepdf import Name
from pypdf import PdfReader

from inclusiv.core import pdf

CUT_OFF = datetime(2027, 1, 31, 22, 59, tzinfo=UTC)
FILES = (
    pdf.Attachment(
        name="2-heures.csv", content=b"mois;heures\r\nmars;259\r\n", description="Heures par mois"
    ),
    pdf.Attachment(name="1-lots.csv", content=b"lot;heures\r\n1;1813\r\n", description="Heures par lot"),
)
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 200 40" font-family="Source Sans 3 Document">'
    '<title>Une barre de 1 813 heures</title><path d="M0 10h120v20h-120z" fill="#0f6660"/>'
    '<text x="130" y="25" font-size="12">1 813 h</text></svg>'
)
BODY = f"""
<h1 data-running="Essai de document">Heures du <em>marché</em></h1>
<p>Il reste <b>77 h</b> : c’est peu. « Dans les temps » 漢.</p>
<h2>Par lot</h2>
<table>
  <caption>Heures par lot</caption>
  <thead><tr><th scope="col">Lot</th><th scope="col">Prévues</th><th scope="col">Validées</th><th scope="col">Manquantes</th></tr></thead>
  <tbody>
    <tr><th scope="row">Gros œuvre</th><td>1 890</td><td>1 813</td><td>77</td></tr>
    <tr><th scope="row">Voirie</th><td>370</td><td>381</td><td>0</td></tr>
  </tbody>
</table>
<figure>{DRAWING}</figure>
"""


def page(body: str, head: str = "") -> str:
    return (
        '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Heures du marché</title>'
        f'<link rel="stylesheet" href="document.css">{head}</head><body>{body}</body></html>'
    )


@pytest.fixture(scope="module")
def made() -> pdf.Pdf:
    return pdf.from_html(page(BODY), created_at=CUT_OFF, attachments=FILES)


@pytest.fixture
def opened(made: pdf.Pdf) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(BytesIO(made.content)) as document:
        yield document


def findings(content: bytes, folder: Path) -> list[str]:
    """Return what outloud says of a document; a failed assertion prints it."""
    file = folder / "document.pdf"
    file.write_bytes(content)
    result = outloud.check(str(file))
    assert result.error is None
    return [f"{said.rule} {said.severity} p.{said.page}: {said.message}" for said in result.findings]


def elements(document: pikepdf.Pdf, kind: Name) -> list[pikepdf.Dictionary]:
    return [
        thing
        for thing in document.objects
        if isinstance(thing, pikepdf.Dictionary)
        and thing.get(Name.Type) == Name.StructElem
        and thing.get(Name.S) == kind
    ]


def test_a_document_says_its_language_its_title_and_that_it_is_tagged(opened: pikepdf.Pdf) -> None:
    assert str(opened.Root.Lang) == "fr"
    assert str(opened.docinfo.Title) == "Heures du marché"
    assert opened.Root.ViewerPreferences.DisplayDocTitle
    assert opened.Root.MarkInfo.Marked


def test_a_document_claims_the_two_standards_it_follows(opened: pikepdf.Pdf) -> None:
    with opened.open_metadata() as claims:
        assert claims["pdfaid:part"] == "3"
        assert claims["pdfaid:conformance"] == "A"
        assert claims["pdfuaid:part"] == "1"
    assert b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>" in opened.Root.Metadata.read_bytes()


def test_headers_have_the_scope_that_the_page_gives_them(opened: pikepdf.Pdf) -> None:
    scopes = [header.A.Scope for header in elements(opened, Name.TH)]
    assert scopes == [Name.Column] * 4 + [Name.Row] * 2


def test_headers_are_found_by_the_identifier_that_cells_name(opened: pikepdf.Pdf) -> None:
    headers = pikepdf.NameTree(opened.Root.StructTreeRoot.IDTree)
    named = [str(header) for cell in elements(opened, Name.TD) for header in cell.A.Headers]
    assert len(named) == 12
    assert {headers[name].S for name in named} == {Name.TH}


def test_a_drawing_is_read_by_its_title_and_placed_where_it_is_drawn(opened: pikepdf.Pdf) -> None:
    (figure,) = elements(opened, Name.Figure)
    left, bottom, right, top = (float(edge) for edge in figure.A.BBox)
    assert str(figure.Alt) == "Une barre de 1 813 heures"
    assert 50 < left < right < 540
    assert 300 < bottom < top < 700


def test_running_footers_are_not_read_with_the_text(opened: pikepdf.Pdf) -> None:
    begun = [
        instruction.operands[1]
        for instruction in pikepdf.parse_content_stream(opened.pages[0])
        if str(instruction.operator) == "BDC"
    ]
    assert sum(mark.get(Name.Type) == Name.Pagination for mark in begun) == 2


def test_attached_files_arrive_whole_sorted_and_described(made: pdf.Pdf, opened: pikepdf.Pdf) -> None:
    assert PdfReader(BytesIO(made.content)).attachments == {
        "1-lots.csv": [FILES[1].content],
        "2-heures.csv": [FILES[0].content],
    }
    listed = list(opened.Root.AF)
    assert [(str(file.UF), str(file.Desc)) for file in listed] == [
        ("1-lots.csv", "Heures par lot"),
        ("2-heures.csv", "Heures par mois"),
    ]
    assert {file.AFRelationship for file in listed} == {Name.Data}
    assert {str(file.EF.F.Subtype) for file in listed} == {"/text/csv"}


def test_outloud_finds_nothing_to_say_of_a_document(made: pdf.Pdf, tmp_path: Path) -> None:
    assert findings(made.content, tmp_path) == []


def test_outloud_would_have_seen_a_table_without_headers(tmp_path: Path) -> None:
    bare = page("<h1>Heures</h1><table><tr><td>Lot 1</td><td>1 813</td></tr></table>")
    made = pdf.from_html(bare, created_at=CUT_OFF)
    assert any(said.startswith("TBL-001 error") for said in findings(made.content, tmp_path))


def test_only_the_packaged_fonts_are_embedded(opened: pikepdf.Pdf) -> None:
    fonts = [
        thing
        for thing in opened.objects
        if isinstance(thing, pikepdf.Dictionary) and thing.get(Name.Type) == Name.FontDescriptor
    ]
    families = {
        TTFont(BytesIO(font.FontFile2.read_bytes()))["name"].getDebugName(1).removesuffix(" ExtraLight")
        for font in fonts
    }
    assert families == {"Source Sans 3"}
    assert sorted(str(font.FontName).partition("Document")[2] for font in fonts) == [
        "",
        "-Bold",
        "-Bold-Italic",
    ]


def test_what_the_font_cannot_draw_is_shown_as_a_square(made: pdf.Pdf) -> None:
    assert "□" in PdfReader(BytesIO(made.content)).pages[0].extract_text()


def test_no_line_begins_with_high_punctuation_nor_ends_with_an_opening_mark() -> None:
    narrow = page(f"<p>{'mot : « mot » ! ' * 30}</p>", "<style>p{width:27mm;text-align:justify}</style>")
    made = pdf.from_html(narrow, created_at=CUT_OFF)
    lines = [line.strip() for line in PdfReader(BytesIO(made.content)).pages[0].extract_text().splitlines()]
    assert len(lines) > 15
    assert [line for line in lines if line.startswith((":", "»", "!")) or line.endswith("«")] == []


def test_a_font_of_the_machine_is_refused() -> None:
    with pytest.raises(pdf.DocumentError, match="font"):
        pdf.from_html(
            page('<p class="odd">Bonjour</p>', "<style>.odd{font-family:serif}</style>"), created_at=CUT_OFF
        )


@pytest.mark.parametrize(
    "head",
    [
        '<link rel="stylesheet" href="https://example.org/style.css">',
        '<link rel="stylesheet" href="missing.css">',
        '<link rel="stylesheet" href="../base.html">',
        "<style>body{background:url(file:///etc/hostname)}</style>",
        "<style>body{background:url(data:image/svg+xml,x)}</style>",
        '<style>@font-face{font-family:x;src:url("http://127.0.0.1:1/x.ttf")}</style>',
    ],
)
def test_an_asset_that_is_not_ours_stops_the_document(head: str) -> None:
    with pytest.raises(pdf.DocumentError, match="not one of its assets"):
        pdf.from_html(page("<p>Bonjour</p>", head), created_at=CUT_OFF)


def test_a_name_that_the_context_does_not_have_stops_the_document() -> None:
    with pytest.raises(pdf.DocumentError, match=r"reads table\.caption"):
        pdf.render("documents/table.html", {}, title="Sans table", created_at=CUT_OFF)


def test_a_date_without_time_zone_is_refused() -> None:
    with pytest.raises(pdf.DocumentError, match="time zone"):
        pdf.from_html(page(BODY), created_at=CUT_OFF.replace(tzinfo=None))


SCRIPT = """
import sys
from datetime import UTC, datetime
import django
django.setup()
from inclusiv.core import pdf
html = sys.stdin.buffer.read().decode()
file = pdf.Attachment(name="a.csv", content=b"a;b", description="Essai")
print(pdf.from_html(html, created_at=datetime(2027, 1, 31, 22, 59, tzinfo=UTC), attachments=[file]).sha256)
"""


def sha256_elsewhere(folder: Path, **environment: str) -> str:
    answer = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT],
        input=page(BODY).encode(),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(settings.BASE_DIR), **environment},
        capture_output=True,
        check=True,
    )
    assert answer.stderr == b""
    return answer.stdout.decode().strip()


def test_the_bytes_do_not_depend_on_the_process(tmp_path: Path) -> None:
    here = sha256_elsewhere(settings.BASE_DIR, TZ="Europe/Paris", PYTHONHASHSEED="1", LC_ALL="C.UTF-8")
    there = sha256_elsewhere(tmp_path, TZ="Pacific/Auckland", PYTHONHASHSEED="2", SOURCE_DATE_EPOCH="86400")
    file = pdf.Attachment(name="a.csv", content=b"a;b", description="Essai")
    assert pdf.from_html(page(BODY), created_at=CUT_OFF, attachments=[file]).sha256 == here == there


def test_the_bytes_change_with_the_data_and_with_the_cut_off(made: pdf.Pdf) -> None:
    later = pdf.from_html(page(BODY), created_at=CUT_OFF.replace(year=2028), attachments=FILES)
    other = pdf.from_html(page(BODY), created_at=CUT_OFF, attachments=FILES[:1])
    assert len({made.sha256, later.sha256, other.sha256}) == 3


def test_two_documents_made_at_once_do_not_date_each_other(made: pdf.Pdf) -> None:
    def make(year: int) -> str:
        return pdf.from_html(page(BODY), created_at=CUT_OFF.replace(year=year), attachments=FILES).sha256

    alone = [make(year) for year in (2027, 2031, 2034)]
    with ThreadPoolExecutor(3) as pool:
        together = list(pool.map(make, (2027, 2031, 2034)))
    assert together == alone
    assert alone[0] == made.sha256


@pytest.mark.parametrize("before", [None, "1234"])
def test_the_environment_is_left_as_it_was(before: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    if before:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", before)
    pdf.from_html(page("<p>Bonjour</p>"), created_at=CUT_OFF)
    assert os.environ.get("SOURCE_DATE_EPOCH") == before

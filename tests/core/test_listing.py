"""Lists: what an address asks, what it costs, what leaves in a file."""

import csv
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from typing import IO, Any
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest
from django import forms
from django.contrib.auth.models import Group
from django.db.models import CharField, F, Model, QuerySet, Value
from django.db.models.functions import Length, NullIf
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template import Engine
from django.test import RequestFactory
from django.utils.html import format_html
from pytest_django import DjangoAssertNumQueries

from inclusiv.core import french, sheets
from inclusiv.core.components.screens import ListPage
from inclusiv.core.listing import Column, FilterForm, Listing, Query
from inclusiv.core.sheets import write_csv, write_xlsx

pytestmark = pytest.mark.django_db


class Initial(FilterForm):
    """Keep the names that begin with a letter that some name begins with."""

    lettre = forms.ChoiceField(label="Initiale")

    def prepare(self, rows: QuerySet[Any]) -> None:
        letters = sorted({name[0] for name in rows.values_list("name", flat=True)})
        field = self.fields["lettre"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Toutes"), *((letter, letter) for letter in letters)]

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        letter = self.cleaned_data.get("lettre")
        return rows.filter(name__startswith=letter) if letter else rows


def containing(rows: QuerySet[Group], words: str) -> QuerySet[Group]:
    return rows.filter(name__icontains=words)


GROUPS = Listing[Group](
    template="list.html",
    noun="groupe",
    filename="groupes",
    columns=(
        Column(key="nom", label="Nom", cell=lambda g: g.name, sort="name", export=lambda g: g.name),
        Column(key="taille", label="Taille", cell=lambda g: len(g.name), sort=Length("name"), numeric=True),
        Column(key="gras", label="En gras", cell=lambda g: format_html("<b>{}</b>", g.name)),
        Column(key="numero", label="Numéro", export=lambda g: g.pk),
    ),
    search=containing,
    filters=Initial,
    order=("-name",),
    empty_title="Aucun groupe",
)


@pytest.fixture(autouse=True)
def list_template(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the lists of this module a page to stand on."""
    engine = Engine.get_default()
    monkeypatch.setattr(engine, "dirs", [*engine.dirs, Path(__file__).parent / "templates"])


@pytest.fixture
def make() -> Callable[..., None]:
    def names(*given: str, count: int = 0) -> None:
        Group.objects.bulk_create(Group(name=name) for name in [*given, *(f"G{n:03}" for n in range(count))])

    return names


def ask(query: str = "", **headers: str) -> HttpRequest:
    return RequestFactory().get(f"/{query}", headers=headers)


def page(query: str = "", listing: Listing[Group] = GROUPS) -> ListPage:
    return Query(listing=listing, data=ask(query).GET, rows=Group.objects.all()).page(fragment=False)


def names(found: ListPage) -> list[str]:
    return [str(row[0].content) for row in found.rows]


def answer(query: str = "", listing: Listing[Group] = GROUPS, **headers: str) -> HttpResponseBase:
    return listing.answer(ask(query, **headers), Group.objects.all())


def content(response: HttpResponseBase) -> bytes:
    """Return what is sent, and close the file that it came from (not the test's connection)."""
    if isinstance(response, HttpResponse):
        return response.content
    assert isinstance(response, StreamingHttpResponse)
    payload = b"".join(response.streaming_content)  # type: ignore[arg-type]  # never asynchronous here
    for close in vars(response)["_resource_closers"]:
        close()
    return payload


def test_a_list_begins_in_its_usual_order(make: Callable[..., None]) -> None:
    make("a", "c", "b")
    found = page()
    assert names(found) == ["c", "b", "a"]
    assert found.count_text == "3\u00a0groupes"
    assert found.notices == []


def test_an_address_sorts_both_ways_and_the_heading_proposes_the_other(make: Callable[..., None]) -> None:
    make("aaa", "b", "cc")
    upwards = page("?tri=taille&q=")
    assert names(upwards) == ["b", "cc", "aaa"]
    assert (upwards.headings[1].direction, upwards.headings[1].href) == ("ascending", "?tri=-taille")
    downwards = page("?tri=-taille")
    assert names(downwards) == ["aaa", "cc", "b"]
    assert (downwards.headings[1].direction, downwards.headings[1].href) == ("descending", "?tri=taille")
    assert downwards.headings[2].href == ""


def test_equal_rows_are_ordered_by_their_key(make: Callable[..., None]) -> None:
    make("x3", "x1", "x2")
    narrowed = Query(listing=GROUPS, data=ask("?tri=taille").GET, rows=Group.objects.all()).narrowed
    assert str(narrowed.query).endswith('"auth_group"."id" ASC')
    assert names(page("?tri=taille")) == ["x3", "x1", "x2"]


def test_rows_without_a_value_come_last_both_ways(make: Callable[..., None]) -> None:
    make("a", "vide", "b")
    missing = NullIf(F("name"), Value("vide"), output_field=CharField())
    listing = Listing[Group](
        template="list.html",
        noun="groupe",
        columns=(Column(key="nom", label="Nom", cell=lambda g: g.name, sort=missing),),
        order=("pk",),
    )
    assert names(page("?tri=nom", listing)) == ["a", "b", "vide"]
    assert names(page("?tri=-nom", listing)) == ["b", "a", "vide"]


def test_search_and_filters_narrow_and_can_be_undone(make: Callable[..., None]) -> None:
    make("Massy", "Marolles", "Orsay")
    assert names(page("?q=ma")) == ["Massy", "Marolles"]
    assert names(page("?lettre=O")) == ["Orsay"]
    assert names(page("?q=SS&lettre=M")) == ["Massy"]
    assert (page("?q=ma").reset, page().reset) == ("?", "")


@pytest.mark.parametrize(
    ("query", "said"), [("?q=ma", ""), ("?lettre=", ""), ("?lettre=Z", ""), ("?lettre=M", " (1\u00a0actif)")]
)
def test_the_fold_says_how_many_filters_are_active(make: Callable[..., None], query: str, said: str) -> None:
    make("Massy", "Orsay")
    assert page(query).active_text == said
    assert f'<span id="filters-active">{said}</span>' in content(answer(query)).decode()
    part = content(answer(query, hx_request="true")).decode()
    assert f'<span id="filters-active" hx-swap-oob="innerHTML">{said}</span>' in part


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?tri=secret", "Le tri « secret » n’existe pas : il est ignoré."),
        ("?tri=gras", "Le tri « gras » n’existe pas : il est ignoré."),
        ("?lettre=Z", "Le filtre « Initiale » n’a pas de valeur « Z » : il est ignoré."),
        ("?page=0", "La page « 0 » n’existe pas : voici la première."),
        ("?page=deux", "La page « deux » n’existe pas : voici la première."),
        ("?page=99999999999999999999", "La page « 99999999999999999999 » n’existe pas : voici la dernière."),
        ("?par=7", "On ne peut pas afficher « 7 » lignes par page : en voici 25."),
        ("?export=exe", "Cette liste ne s’exporte pas au format « exe »."),
    ],
)
def test_what_an_address_has_wrong_is_ignored_and_said(
    make: Callable[..., None], query: str, said: str
) -> None:
    make("a", "b")
    response = answer(query)
    assert response.status_code == 200
    assert french.typeset(said) in content(response).decode()
    assert content(response).decode().count('<tr role="row">') == 3


def test_control_characters_never_reach_the_database(make: Callable[..., None]) -> None:
    make("Massy")
    assert names(page("?q=Mas%00sy")) == ["Massy"]


def test_pages_keep_the_rest_of_the_address(make: Callable[..., None]) -> None:
    make(count=60)
    found = page("?tri=nom&page=2")
    assert names(found)[0] == "G025"
    assert [link.label for link in found.pages] == ["1", "2", "3"]
    assert (found.previous, found.following) == ("?tri=nom&page=1", "?tri=nom&page=3")
    assert [link.href for link in found.sizes] == ["?tri=nom&par=25", "?tri=nom&par=50", "?tri=nom&par=100"]
    assert found.headings[0].href == "?tri=-nom"
    assert len(page("?par=100").rows) == 60


def test_a_short_list_has_neither_pages_nor_sizes(make: Callable[..., None]) -> None:
    make("a")
    assert (page().pages, page().sizes) == ([], [])


@pytest.mark.parametrize("count", [1, 20])
def test_a_page_costs_the_same_queries_whatever_its_length(
    make: Callable[..., None], django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    make(count=count)
    with django_assert_num_queries(3):  # the count, the rows, the choices of the filter
        answer("?q=g")


def test_cells_are_escaped_unless_they_are_safe(make: Callable[..., None]) -> None:
    make("<i>x</i>")
    html = content(answer()).decode()
    assert "<i>" not in html
    assert "<b>&lt;i&gt;x&lt;/i&gt;</b>" in html


def test_htmx_gets_the_part_of_the_page_that_changes(make: Callable[..., None]) -> None:
    make(count=30)
    whole = content(answer("?page=2")).decode()
    part = content(answer("?page=2", hx_request="true")).decode()
    assert "<html" in whole
    assert "<html" not in part
    assert '<p id="result-count" hx-swap-oob="innerHTML">30\u00a0groupes</p>' in part
    results = part[part.index('<div id="results">') :].strip()
    assert "".join(results.split()) in "".join(whole.split())
    assert answer().headers["Vary"] == "HX-Request"


@pytest.mark.parametrize("header", ["hx_boosted", "hx_history_restore_request"])
def test_a_boosted_link_or_the_way_back_gets_the_whole_page(header: str) -> None:
    assert b"<html" in content(answer("", GROUPS, **{"hx_request": "true", header: "true"}))


def test_an_empty_list_says_whether_it_is_empty_or_filtered(make: Callable[..., None]) -> None:
    assert "Aucun groupe" in content(answer()).decode()
    make("a")
    filtered = content(answer("?q=zzz")).decode()
    assert "Aucun résultat" in filtered
    assert "Aucun groupe" not in filtered


def lines(payload: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(payload.decode("utf-8-sig")), delimiter=";"))


def cells(file: IO[bytes]) -> list[list[tuple[str, str]]]:
    """Return the kind and the text of each cell of an XLSX, row by row."""
    names = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    sheet = ET.fromstring(ZipFile(file).read("xl/worksheets/sheet1.xml"))
    return [
        [
            (cell.get("t", "n"), "".join(part.text or "" for part in cell.iter() if part.text))
            for cell in row.findall("s:c", names)
        ]
        for row in sheet.findall("s:sheetData/s:row", names)
    ]


def test_csv_takes_all_the_rows_found_not_a_page(make: Callable[..., None]) -> None:
    make("autre", count=60)
    response = answer("?export=csv&q=G&tri=nom&page=2")
    payload = content(response)
    assert payload.startswith(b"\xef\xbb\xbf")
    assert response.headers["Content-Disposition"] == 'attachment; filename="groupes.csv"'
    read = lines(payload)
    assert read[0] == ["Nom", "Numéro"]
    assert [line[0] for line in read[1:]] == [f"G{n:03}" for n in range(60)]


def test_xlsx_holds_the_same_rows_as_csv(make: Callable[..., None]) -> None:
    make("=1+1", "Évry", count=3)
    rows = cells(BytesIO(content(answer("?export=xlsx&tri=nom"))))
    expected = lines(content(answer("?export=csv&tri=nom")))
    assert [[text for _, text in row] for row in rows] == [
        [value.removeprefix("'") for value in line] for line in expected
    ]
    assert rows[1][0] == ("inlineStr", "=1+1")


def test_an_export_and_a_page_are_announced_with_their_rows(make: Callable[..., None]) -> None:
    make("a", "b")
    exported: list[list[str]] = []
    shown: list[list[str]] = []

    def keep(rows: QuerySet[Group]) -> None:
        exported.append([group.name for group in rows])

    def see(rows: Sequence[Group]) -> None:
        shown.append([group.name for group in rows])

    GROUPS.answer(ask("?export=csv&q=a"), Group.objects.all(), exported=keep, shown=see)
    GROUPS.answer(ask(), Group.objects.all(), exported=keep, shown=see)
    assert exported == [["a"]]
    assert shown == [["b", "a"]]


def test_a_list_too_long_for_excel_stays_on_screen_and_says_so(
    make: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    make("a", "b")
    monkeypatch.setattr(sheets, "EXCEL_MAX_ROWS", 1)
    html = content(answer("?export=xlsx")).decode()
    assert "Au-delà de 1 lignes, la liste s’exporte en CSV." in html
    assert len(lines(content(answer("?export=csv")))) == 3


@pytest.mark.parametrize("text", ["=1+1", "+33 6", "-2", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1+1"])
def test_a_text_that_looks_like_a_formula_is_disarmed(text: str) -> None:
    assert lines(b"".join(write_csv(["A"], [[text]])))[1] == [f"'{text}"]


def test_values_leave_as_a_french_spreadsheet_reads_them() -> None:
    at = datetime(2025, 11, 27, 23, 30, tzinfo=UTC)
    values: list[sheets.Value] = [Decimal("-1813.50"), 1240, date(2025, 11, 28), at, True, None, "Évry"]
    read = lines(b"".join(write_csv(["x"] * 7, [values])))[1]
    assert read == ["-1813,50", "1240", "28/11/2025", "28/11/2025 00:30", "oui", "", "Évry"]
    with write_xlsx(["x"] * 7, [values]) as file:
        written = cells(file)[1]
    days_since_1900 = (date(2025, 11, 28) - date(1899, 12, 30)).days
    assert [text[:8] for _, text in written] == [
        "-1813.50", "1240", str(days_since_1900), f"{days_since_1900 + 30 / 1440}"[:8], "oui", "Évry",
    ]  # fmt: skip
    assert [kind for kind, _ in written] == ["n", "n", "n", "n", "inlineStr", "inlineStr"]


def test_a_filter_may_not_take_a_name_of_the_list() -> None:
    class Wrong(FilterForm):
        tri = forms.CharField()

    with pytest.raises(ValueError, match="tri"):
        Wrong(ask().GET, rows=Group.objects.none())


def test_a_list_without_a_file_name_does_not_leave(make: Callable[..., None]) -> None:
    make("a")
    listing: Listing[Any] = Listing[Model](
        template="list.html",
        noun="groupe",
        columns=(Column(key="nom", label="Nom", cell=str, export=str),),
        order=("pk",),
    )
    html = content(listing.answer(ask("?export=csv"), Group.objects.all())).decode()
    assert "ne s’exporte pas" in html
    assert "Excel" not in html

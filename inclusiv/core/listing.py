"""One way to show a list: columns, search, filters, order, pages and exports, declared once.

    TENDERS = Listing(
        template="procurement/tender_list.html", noun="marché", filename="marches",
        columns=(Column(key="objet", label="Objet", cell=title, sort="title", export=lambda t: t.title), …),
        search=tenders_matching, filters=TenderFilters, order=("-notified_on",),
    )

    def tender_list(request: ActorRequest) -> HttpResponseBase:
        return TENDERS.answer(request, Tender.objects.visible_to(request.actor).with_progress())

The template calls `{% list_panel listing=listing %}`. The state lives in the address: `?q=…&tri=-objet&page=2&par=50`
and the filters' own names. An htmx request gets the `#results` partial of the same address, `?export=csv` or `xlsx`
the whole narrowed list. A page costs two queries, plus those of the prefetches and of the filters' choices.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Expression, F, Model, QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.html import format_html

from inclusiv.core import french, sheets
from inclusiv.core.components.screens import Cell, Heading, Link, ListPage

Row = TypeVar("Row", bound=Model)
SIZES = (25, 50, 100)
SEARCH_MAX_LENGTH = 100
RESERVED = frozenset({"q", "tri", "page", "par", "export"})
"""Names that the address keeps for the list itself: no filter may take one."""

Sort = str | Expression | F | tuple[str | Expression | F, ...]


class FilterForm(forms.Form):
    """The filters of a list, sent by GET; a field that is not valid is ignored and said so.

    Choices drawn from the data are set in `prepare`, from the rows that this reader may see.
    """

    use_required_attribute = False

    def __init__(self, data: QueryDict, *, rows: QuerySet[Any]) -> None:
        super().__init__(data, auto_id="filter-%s")
        if taken := RESERVED & self.fields.keys():
            raise ValueError(f"{', '.join(sorted(taken))}: reserved for the list itself.")
        for one in self.fields.values():
            one.required = False
        self.prepare(rows)

    def prepare(self, rows: QuerySet[Any]) -> None:
        """Fill the choices that depend on the rows; nothing by default."""

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that pass the filters of `cleaned_data`, where an ignored one is absent."""
        raise NotImplementedError

    def in_words(self) -> list[str]:
        """Return the filters that narrow: « état Action nécessaire », « notifié en 2026 »."""
        return [
            f"{str(self.fields[name].label).lower()} {_shown(self[name], value)}"
            for name, value in self.cleaned_data.items()
            if value not in (None, "", [])
        ]


def _shown(field: forms.BoundField, value: object) -> str:
    """Return a chosen value as its list of choices shows it."""
    if isinstance(field.field, forms.ChoiceField):
        return french.listed(option.choice_label for option in field if option.data["selected"])
    return str(value)


@dataclass(frozen=True, kw_only=True)
class Column(Generic[Row]):
    """A column: its key in the address, its heading, its cell on screen and its value in an export.

    Without `cell` it is only exported, without `export` only shown. `sort` names fields (the database's own place for
    NULL) or expressions (NULL last both ways); without it the column cannot be sorted. `cell` may return HTML that is
    safe, any other text is escaped, None shows a dash.
    """

    key: str
    label: str
    cell: Callable[[Row], object] | None = None
    export: Callable[[Row], sheets.Value] | None = None
    sort: Sort = ()
    numeric: bool = False

    def order(self, *, descending: bool) -> list[str | OrderBy]:
        """Return the arguments of `order_by` for this column."""
        parts = self.sort if isinstance(self.sort, tuple) else (self.sort,)
        return [_ordered(part, descending=descending) for part in parts]


def _ordered(part: str | Expression | F, *, descending: bool) -> str | OrderBy:
    if not isinstance(part, str):
        return OrderBy(part, descending=descending, nulls_last=True)
    if not descending:
        return part
    return part.removeprefix("-") if part.startswith("-") else f"-{part}"


@dataclass(frozen=True, kw_only=True)
class Listing(Generic[Row]):
    """A list as declared by its view module; see the module for an example.

    `noun` counts the rows (« 12 marchés »), irregular plurals after a bar (« bail|baux »). `filename` has no
    extension; empty, the list has no export. `order` is the order before anybody sorts; the key always ends it.
    `report_url` names the page that prints the narrowed list. `empty_title`, `empty_text` and `empty_action` (safe HTML of a button) fill a list where nothing is yet.
    """

    template: str
    noun: str
    columns: tuple[Column[Row], ...]
    order: tuple[str | OrderBy, ...]
    search: Callable[[QuerySet[Row], str], QuerySet[Row]] | None = None
    search_hint: str = "Rechercher"
    filters: type[FilterForm] | None = None
    filename: str = ""
    empty_title: str = "Rien pour l’instant"
    empty_text: str = ""
    empty_action: str = ""
    report_url: str = ""

    def answer(
        self,
        request: HttpRequest,
        rows: QuerySet[Row],
        *,
        bare: QuerySet[Any] | None = None,
        context: Mapping[str, object] | None = None,
        exported: Callable[[QuerySet[Row]], None] | None = None,
        shown: Callable[[Sequence[Row]], None] | None = None,
    ) -> HttpResponseBase:
        """Answer the page, its `#results` partial (htmx) or an export of these rows.

        `rows` are those that the reader may see; `bare` are the same ones before what a list adds to them, from which
        the choices of the filters are drawn faster. `context` goes to the template. `exported` is told the rows before a
        file leaves, `shown` those of the page: who reads what is noted there.
        """
        query = Query(listing=self, data=request.GET, rows=rows, bare=bare, path=request.path)
        if query.export and not query.too_long_for_excel:
            if exported:
                exported(query.narrowed)
            return sheets.download(
                query.narrowed.iterator(chunk_size=2000),
                headings=[column.label for column in self.exported_columns],
                values=lambda row: [column.export(row) for column in self.exported_columns if column.export],
                name=self.filename,
                kind=query.export,
            )
        fragment = _wants_fragment(request)
        template = "components/list_panel.html#results" if fragment else self.template
        listing = query.page(fragment=fragment)
        if shown:
            shown(list(query.page_of_rows))
        response = render(request, template, {**(context or {}), "listing": listing})
        patch_vary_headers(response, ["HX-Request"])
        return response

    @cached_property
    def exported_columns(self) -> list[Column[Row]]:
        """The columns of the files."""
        return [column for column in self.columns if column.export]

    @cached_property
    def shown_columns(self) -> list[Column[Row]]:
        """The columns of the screen."""
        return [column for column in self.columns if column.cell]


def _wants_fragment(request: HttpRequest) -> bool:
    """Tell whether htmx asks for the part that changes: not a boosted link, not the browser's way back."""
    asked = request.headers
    whole = asked.get("HX-Boosted") == "true" or asked.get("HX-History-Restore-Request") == "true"
    return asked.get("HX-Request") == "true" and not whole


@dataclass(frozen=True, kw_only=True)
class Query(Generic[Row]):
    """What one address asks of a list; what is not valid in it is ignored and told in `notices`."""

    listing: Listing[Row]
    data: QueryDict
    rows: QuerySet[Row]
    bare: QuerySet[Any] | None = None
    path: str = ""
    notices: list[str] = field(default_factory=list)

    @cached_property
    def text(self) -> str:
        """The words searched, without the control characters that PostgreSQL refuses."""
        typed = self.data.get("q", "")[:SEARCH_MAX_LENGTH]
        return "".join(character for character in typed if character.isprintable()).strip()

    @cached_property
    def form(self) -> FilterForm | None:
        """The filters, read."""
        if self.listing.filters is None:
            return None
        form = self.listing.filters(self.data, rows=self.rows if self.bare is None else self.bare)
        for name in form.errors:
            label = form.fields[name].label or name
            self.notices.append(
                f"Le filtre « {label} » n’a pas de valeur « {self.data[name]} » : il est ignoré."
            )
        return form

    @cached_property
    def sort(self) -> tuple[Column[Row], bool] | None:
        """The column that orders the list and whether downwards; None for the usual order."""
        asked = self.data.get("tri", "")
        for column in self.listing.columns:
            if column.sort and asked.removeprefix("-") == column.key:
                return column, asked.startswith("-")
        if asked:
            self.notices.append(f"Le tri « {asked} » n’existe pas : il est ignoré.")
        return None

    @cached_property
    def size(self) -> int:
        """How many rows on a page."""
        asked = self.data.get("par", "")
        if asked in map(str, SIZES):
            return int(asked)
        if asked:
            self.notices.append(f"On ne peut pas afficher « {asked} » lignes par page : en voici {SIZES[0]}.")
        return SIZES[0]

    @cached_property
    def export(self) -> Literal["", "csv", "xlsx"]:
        """The format of the file that is asked."""
        asked = self.data.get("export", "")
        if self.listing.filename and asked == "csv":
            return "csv"
        if self.listing.filename and asked == "xlsx":
            return "xlsx"
        if asked:
            self.notices.append(f"Cette liste ne s’exporte pas au format « {asked} ».")
        return ""

    @cached_property
    def too_long_for_excel(self) -> bool:
        """Whether the rows must leave as CSV, which is sent as it is read."""
        if self.export != "xlsx" or self.count <= sheets.EXCEL_MAX_ROWS:
            return False
        limit = french.number(sheets.EXCEL_MAX_ROWS)
        self.notices.append(f"Au-delà de {limit} lignes, la liste s’exporte en CSV.")
        return True

    @cached_property
    def narrowed(self) -> QuerySet[Row]:
        """The rows found, in order, the key last so that no row changes page between two readings."""
        rows = self.rows
        if self.listing.search and self.text:
            rows = self.listing.search(rows, self.text)
        if self.form is not None:
            rows = self.form.narrow(rows)
        order = self.sort[0].order(descending=self.sort[1]) if self.sort else list(self.listing.order)
        return rows.order_by(*order, "pk")

    @cached_property
    def count(self) -> int:
        """How many rows are found."""
        return self.narrowed.count()

    def page(self, *, fragment: bool) -> ListPage:
        """Read one page of rows and prepare all that the screen needs."""
        rows = self.page_of_rows
        return ListPage(
            headings=[self._heading(column) for column in self.listing.shown_columns],
            rows=[[_cell(column, row) for column in self.listing.shown_columns] for row in rows],
            count_text=french.plural(self.count, *self.listing.noun.split("|")),
            path=self.path,
            searchable=self.listing.search is not None,
            query=self.text,
            sort=self.data.get("tri", "") if self.sort else "",
            size=self.size,
            form=self.form,
            active_text=f" ({french.plural(self._active, 'actif')})" if self._active else "",
            pages=self._pages(rows),
            previous=self._address(page=rows.previous_page_number()) if rows.has_previous() else "",
            following=self._address(page=rows.next_page_number()) if rows.has_next() else "",
            sizes=self._sizes(),
            exports=self._exports(),
            report=self._report,
            search_hint=self.listing.search_hint,
            empty_title=self.listing.empty_title,
            empty_text=self.listing.empty_text,
            empty_action=self.listing.empty_action,
            reset="?" if self._is_narrowed else "",
            fragment=fragment,
            notices=list(dict.fromkeys(self.notices)),
        )

    @cached_property
    def page_of_rows(self) -> Page[Row]:
        """The rows of the page asked for, of the nearest one when there is no such page."""
        paginator = Paginator(self.narrowed, self.size)
        paginator.count = self.count
        asked = self.data.get("page", "1")
        if not asked.isdecimal() or not 1 <= int(asked[:9]) <= paginator.num_pages:
            last = asked.isdecimal() and int(asked[:9]) > 0
            self.notices.append(
                f"La page « {asked} » n’existe pas : voici la {'dernière' if last else 'première'}."
            )
            return paginator.page(paginator.num_pages if last else 1)
        return paginator.page(int(asked[:9]))

    @cached_property
    def _active(self) -> int:
        """How many filters narrow the list."""
        values = self.form.cleaned_data.values() if self.form else ()
        return sum(value not in (None, "", []) for value in values)

    @property
    def _is_narrowed(self) -> bool:
        return bool(self.text) or self._active > 0

    def _heading(self, column: Column[Row]) -> Heading:
        if not column.sort:
            return Heading(label=column.label, numeric=column.numeric)
        current = self.sort if self.sort and self.sort[0] is column else None
        downwards = current is not None and not current[1]
        return Heading(
            label=column.label,
            numeric=column.numeric,
            href=self._address(tri=f"-{column.key}" if downwards else column.key),
            direction="" if current is None else "descending" if current[1] else "ascending",
        )

    def _pages(self, rows: Page[Row]) -> list[Link]:
        if rows.paginator.num_pages == 1:
            return []
        numbers = rows.paginator.get_elided_page_range(rows.number, on_each_side=1, on_ends=1)
        return [
            Link(label=str(number), href=self._address(page=number), current=number == rows.number)
            if isinstance(number, int)
            else Link(label="…")
            for number in numbers
        ]

    def _sizes(self) -> list[Link]:
        if self.count <= SIZES[0]:
            return []
        return [
            Link(label=str(size), href=self._address(par=size), current=size == self.size) for size in SIZES
        ]

    def _exports(self) -> list[Link]:
        if not self.listing.filename or not self.count:
            return []
        labels = {"xlsx": "Excel", "csv": "CSV"}
        return [Link(label=label, href=self._address(export=kind)) for kind, label in labels.items()]

    @property
    def _report(self) -> str:
        """The address of the page that prints this list, empty when there is none or nothing to print."""
        return (
            reverse(self.listing.report_url) + self._address()
            if self.listing.report_url and self.count
            else ""
        )

    def _address(self, **changes: str | int) -> str:
        """Return the address of the same list changed in one way; another order or size goes back to page 1."""
        data = self.data.copy()
        for name in ("page", "export"):
            data.pop(name, None)
        for name, value in changes.items():
            data[name] = str(value)
        for name in [name for name in data if not any(data.getlist(name))]:
            del data[name]
        return f"?{data.urlencode()}"


def _cell(column: Column[Row], row: Row) -> Cell:
    content = column.cell(row) if column.cell else None
    shown = "—" if content is None or content == "" else content
    return Cell(label=column.label, numeric=column.numeric, content=format_html("{}", shown))

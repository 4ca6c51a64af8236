"""Rows that leave as a file: CSV, sent as it is read, and XLSX, written in constant memory.

CSV is what French spreadsheets open: UTF-8 with its mark, semicolons, decimal commas, days as 28/11/2025. A text that
a spreadsheet would take for a formula is prefixed by an apostrophe; in XLSX texts are written as texts.
"""

import csv
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Literal, TypeVar

import xlsxwriter
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from inclusiv.core.periods import PARIS

Value = str | Decimal | int | date | datetime | bool | None
Row = TypeVar("Row")

EXCEL_MAX_ROWS = 100_000
"""Beyond, an XLSX takes too long to answer a page: CSV only."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def download(
    rows: Iterable[Row],
    *,
    headings: Sequence[str],
    values: Callable[[Row], Sequence[Value]],
    name: str,
    kind: Literal["csv", "xlsx"],
) -> HttpResponseBase:
    """Answer a file named `name` + its extension, one line of headings, then one per row."""
    lines = (values(row) for row in rows)
    if kind == "xlsx":
        return FileResponse(write_xlsx(headings, lines), as_attachment=True, filename=f"{name}.xlsx")
    response = StreamingHttpResponse(write_csv(headings, lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.csv") or ""  # noqa: FBT003
    return response


class _Line:
    """A file that returns what is written to it, so that csv makes one line at a time."""

    def write(self, text: str) -> str:
        return text


def write_csv(headings: Sequence[str], lines: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """Yield the lines of a CSV file."""
    writer = csv.writer(_Line(), delimiter=";", lineterminator="\r\n")
    yield f"\ufeff{writer.writerow([_text(heading) for heading in headings])}".encode()
    for line in lines:
        yield str(writer.writerow([_text(value) for value in line])).encode()


def _text(value: Value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "oui" if value else "non"
        case Decimal() | int():
            return f"{value:f}".replace(".", ",") if isinstance(value, Decimal) else str(value)
        case datetime():
            return f"{value.astimezone(PARIS):%d/%m/%Y %H:%M}"
        case date():
            return f"{value:%d/%m/%Y}"
        case _:
            return f"'{value}" if value.startswith(FORMULA_STARTS) else value


def write_xlsx(headings: Sequence[str], lines: Iterable[Sequence[Value]]) -> IO[bytes]:
    """Return a temporary file at its beginning: one sheet, headings in bold and frozen, a filter on them."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the response that sends it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "in_memory": False})
    sheet = book.add_worksheet("Liste")
    bold = book.add_format({"bold": True, "bottom": 1})
    formats = {
        datetime: book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
        date: book.add_format({"num_format": "dd/mm/yyyy"}),
        Decimal: book.add_format({"num_format": "#,##0.00"}),
    }
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(0, len(headings) - 1), 22)
    for place, heading in enumerate(headings):
        sheet.write_string(0, place, heading, bold)
    last = 0
    for last, line in enumerate(lines, start=1):
        for place, value in enumerate(line):
            _write_cell(sheet, last, place, value, formats)
    sheet.autofilter(0, 0, last, max(0, len(headings) - 1))
    book.close()
    file.seek(0)
    return file


def _write_cell(
    sheet: xlsxwriter.worksheet.Worksheet,
    row: int,
    place: int,
    value: Value,
    formats: dict[type, xlsxwriter.format.Format],
) -> None:
    match value:
        case None:
            return
        case bool():
            sheet.write_string(row, place, _text(value))
        case Decimal():
            sheet.write_number(row, place, value, formats[Decimal])
        case int():
            sheet.write_number(row, place, value)
        case datetime():
            local = value.astimezone(PARIS).replace(tzinfo=None)
            sheet.write_datetime(row, place, local, formats[datetime])
        case date():
            sheet.write_datetime(row, place, value, formats[date])
        case _:
            sheet.write_string(row, place, value)

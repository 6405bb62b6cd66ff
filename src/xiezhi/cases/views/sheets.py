"""A list as a file to take away: XLSX for people, CSV for programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from urllib.parse import quote

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | date | Decimal | int | None


def _plain(value: Cell) -> Cell:
    """A text that a spreadsheet would take for a formula is marked as text."""
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return "'" + value
    return value


def as_xlsx(title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """Return a workbook of one sheet, its first row bold and kept in view."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    first = []
    for head in heads:
        cell = WriteOnlyCell(sheet, value=str(head))
        cell.font = Font(bold=True)
        first.append(cell)
    sheet.append(first)
    for row in rows:
        sheet.append([_plain(value) for value in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return _attached(HttpResponse(buffer.getvalue(), content_type=XLSX), f"{title}.xlsx")


def as_csv(title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """Return UTF-8 with a byte order mark, which the spreadsheets of the courts need to read Chinese."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([str(head) for head in heads])
    writer.writerows([_plain(value) for value in row] for row in rows)
    body = b"\xef\xbb\xbf" + buffer.getvalue().encode()
    return _attached(HttpResponse(body, content_type="text/csv; charset=utf-8"), f"{title}.csv")


def _attached(response: HttpResponse, name: str) -> HttpResponse:
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["Cache-Control"] = "no-store"
    return response

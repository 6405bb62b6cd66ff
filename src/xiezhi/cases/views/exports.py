"""Lists taken away as XLSX or CSV: written row by row, so that memory stays small, and recorded."""

from __future__ import annotations

import asyncio
import csv
import io
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO
from urllib.parse import quote

from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from xiezhi.cases import policies
from xiezhi.cases.forms.filters import FilterForm
from xiezhi.cases.selectors import cases as selectors
from xiezhi.cases.selectors import timeline
from xiezhi.cases.selectors.cases import CaseRow
from xiezhi.cases.services import access, lists
from xiezhi.cases.views.cases import query_of, sort_of
from xiezhi.foundation.errors import InvalidInput, Refused
from xiezhi.identity.selectors import actor_from

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
#: What can be written while somebody waits.
MOST_ROWS = {"xlsx": 30_000, "csv": 200_000}
_CHUNK = 1 << 16

Cell = str | date | datetime | Decimal | int | None

COLUMNS: Sequence[tuple[str, Callable[[CaseRow], Cell]]] = (
    ("案号", lambda r: r.number),
    ("当事人和案由", lambda r: r.title),
    ("案由", lambda r: r.cause),
    ("案件类型", lambda r: r.kind),
    ("适用程序", lambda r: r.procedure),
    ("法院", lambda r: r.court),
    ("承办庭室", lambda r: r.division),
    ("承办人", lambda r: r.judge),
    ("阶段", lambda r: r.stage.label),
    ("立案日期", lambda r: r.docketed_on),
    ("审限届满", lambda r: r.due_on),
    ("审限停止计算", lambda r: "是" if r.clock_stopped else "否"),
    ("结案日期", lambda r: r.closed_on),
    ("结案方式", lambda r: r.outcome),
    ("标的额（元）", lambda r: r.amount),
)


class TooManyRows(Refused):
    """The list is longer than a file of this format should be."""


def as_text(value: Cell) -> Cell:
    """Mark as text what a spreadsheet would run as a formula (CWE-1236), with a leading apostrophe."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r", "\n")):
        return f"'{value}"
    return value


@require_safe
def case_list(request: HttpRequest, file_format: str) -> HttpResponseBase:
    """The whole list as the address narrows it. Raises NotPermitted, InvalidInput, TooManyRows."""
    actor = actor_from(request)
    policies.require(policies.can_export(actor), _("您当前的岗位不能导出列表。"))
    most = MOST_ROWS.get(file_format)
    if most is None:
        raise Http404
    today = timezone.localdate()
    form = FilterForm(request.GET, choices=selectors.choices(actor=actor, today=today))
    if not form.is_valid():
        raise InvalidInput(
            _("筛选条件有误，没有导出。"),
            fields={
                str(form[name].label) if name in form.fields else name: [str(said) for said in found]
                for name, found in form.errors.items()
            },
        )
    sort = sort_of(request.GET)
    count = selectors.case_count(actor=actor, wanted=form.wanted, today=today, sort=sort)
    if count > most:
        raise TooManyRows(
            _("符合条件的案件有 %(count)s 件，超过一次导出的上限 %(most)s 件，请缩小范围后再导出。")
            % {"count": f"{count:,}", "most": f"{most:,}"}
        )
    lists.list_export_record(
        actor=actor,
        file_format=file_format.upper(),
        count=count,
        query=query_of(request.GET),
        filters_text="；".join(f"{label}：{value}" for label, value in form.in_words()),
        at=timezone.now(),
    )
    rows = selectors.case_rows(actor=actor, wanted=form.wanted, today=today, sort=sort)
    cells = ([read(row) for _head, read in COLUMNS] for row in rows)
    return as_file(request, _("案件列表"), file_format, [head for head, _read in COLUMNS], cells)


@require_safe
def case_record(request: HttpRequest, case_id: int) -> HttpResponseBase:
    """The record of a case as CSV, oldest first. Raises Case.DoesNotExist, NotPermitted."""
    actor = actor_from(request)
    entries = list(timeline.case_record(actor=actor, case_id=case_id))
    case = access.record_export(actor=actor, case_id=case_id, count=len(entries), at=timezone.now())
    rows: Iterator[list[Cell]] = (
        [
            e.pk,
            timezone.localtime(e.at).strftime("%Y-%m-%d %H:%M:%S"),
            e.text,
            e.actor_name,
            e.actor_title,
            e.kind,
        ]
        for e in entries
    )
    heads = [_("编号"), _("时间"), _("内容"), _("操作人"), _("岗位"), _("事件")]
    return as_file(request, _("%s办理记录") % case.number, "csv", heads, rows)


def as_file(
    request: HttpRequest, title: str, file_format: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> HttpResponseBase:
    """Return rows as a file to take away: `file_format` is xlsx or csv."""
    target: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the last byte has been sent
    if file_format == "xlsx":
        _write_xlsx(target, title, heads, rows)
    else:
        _write_csv(target, heads, rows)
    size = target.tell()
    target.seek(0)
    content = _sent_later(target) if isinstance(request, ASGIRequest) else _sent(target)
    response = StreamingHttpResponse(content, content_type=XLSX if file_format == "xlsx" else CSV)
    name = f"{title}-{timezone.localdate():%Y%m%d}.{file_format}"
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["Content-Length"] = str(size)
    response.headers["Cache-Control"] = "no-store"
    return response


def _write_xlsx(target: IO[bytes], title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    first = []
    for head in heads:
        cell = WriteOnlyCell(sheet, value=head)
        cell.font = Font(bold=True)
        first.append(cell)
    sheet.append(first)
    for row in rows:
        sheet.append([as_text(value) for value in row])
    book.save(target)
    target.seek(0, io.SEEK_END)


def _write_csv(target: IO[bytes], heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    # The byte order mark is what spreadsheets need to read Chinese.
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=False)
    writer = csv.writer(text)
    writer.writerow(heads)
    writer.writerows([as_text(value) for value in row] for row in rows)
    text.flush()
    text.detach()


def _sent(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk


async def _sent_later(file: IO[bytes]) -> AsyncIterator[bytes]:
    try:
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            yield chunk
    finally:
        file.close()

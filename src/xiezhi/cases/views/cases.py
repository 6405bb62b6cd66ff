"""The list of cases."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from xiezhi.cases import policies
from xiezhi.cases.forms.filters import FilterForm
from xiezhi.cases.selectors import cases as selectors
from xiezhi.identity.selectors import actor_from

COLUMNS: list[dict[str, Any]] = [
    {"key": "number", "label": _("案号"), "sort": "number", "fixed": True},
    {"key": "title", "label": _("当事人和案由"), "fixed": True},
    {"key": "kind", "label": _("案件类型"), "hidden": True},
    {"key": "procedure", "label": _("适用程序"), "hidden": True},
    {"key": "court", "label": _("法院"), "hidden": True},
    {"key": "division", "label": _("承办庭室"), "hidden": True},
    {"key": "judge", "label": _("承办人")},
    {"key": "stage", "label": _("阶段")},
    {"key": "docketed_on", "label": _("立案日期"), "sort": "docketed_on"},
    {"key": "due_on", "label": _("审限"), "sort": "due_on"},
    {"key": "closed_on", "label": _("结案日期"), "sort": "closed_on", "hidden": True},
    {"key": "outcome", "label": _("结案方式"), "hidden": True},
    {"key": "amount", "label": _("标的额（元）"), "numeric": True, "hidden": True},
]
#: What of the address is the list itself, and is kept by a saved view; not where in the list somebody stands.
PAGING = ("after", "before", "view")
ALL_CASES = "all"


def sort_of(query: QueryDict) -> selectors.Sort:
    """Return the order the address asks for; an unknown one is the usual one."""
    try:
        return selectors.Sort(query.get("sort", ""))
    except ValueError:
        return selectors.DEFAULT_SORT


def query_of(query: QueryDict) -> str:
    """Return the part of the address that a saved view keeps."""
    kept = query.copy()
    for name in PAGING:
        kept.pop(name, None)
    for name in [name for name, values in kept.lists() if not any(values)]:
        kept.pop(name)
    return kept.urlencode()


@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """The cases the actor may see, as the address narrows and orders them, or else the default view."""
    actor = actor_from(request)
    today = timezone.localdate()
    views = selectors.saved_views(actor=actor)
    if not request.GET:
        default = next((view for view in views if view.is_default), None)
        if default is not None and default.query:
            return redirect(f"{reverse('cases:list')}?{default.query}")
    choices = selectors.choices(actor=actor, today=today)
    form = FilterForm(request.GET, choices=choices)
    sort = sort_of(request.GET)
    page = None
    if form.is_valid():
        page = selectors.case_list(
            actor=actor,
            wanted=form.wanted,
            today=today,
            sort=sort,
            after=request.GET.get("after"),
            before=request.GET.get("before"),
        )
    query = query_of(request.GET)
    columns = [
        {
            **column,
            "hidden": column.get("hidden", False) and not (column["key"] == "court" and choices.courts),
        }
        for column in COLUMNS
    ]
    return render(
        request,
        "cases/list.html",
        {
            "form": form,
            "page": page,
            "rows": page.rows if page else (),
            "columns_wanted": columns,
            "sort": sort.value,
            "sort_note": _sort_note(sort),
            "filters": form.in_words() if page else [],
            "today": today,
            "views": [
                {
                    "view": view,
                    "active": view.query == query,
                    "url": f"{reverse('cases:list')}?{view.query or 'view=all'}",
                }
                for view in views
            ],
            "query": query,
            "current_view": next((view for view in views if view.query == query), None),
            "can_export": policies.can_export(actor),
            "too_wide": selectors.COUNT_TO,
        },
        status=200 if page else 422,
    )


def _sort_note(sort: selectors.Sort) -> str:
    if sort in {selectors.Sort.DUE_FIRST, selectors.Sort.DUE_LATEST}:
        return str(_("按审限排序时，只列正在计算审限的未结案件。"))
    if sort in {selectors.Sort.CLOSED_FIRST, selectors.Sort.CLOSED_LATEST}:
        return str(_("按结案日期排序时，只列已结案件。"))
    return ""

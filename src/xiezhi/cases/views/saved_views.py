"""Saved views of the case list: a person's own, by name, one of them the default."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xiezhi.cases.services import lists as services
from xiezhi.cases.views.cases import query_of
from xiezhi.foundation.errors import InvalidInput, Refused
from xiezhi.identity.selectors import actor_from


def _back(request: HttpRequest) -> HttpResponse:
    query = query_of(QueryDict(request.POST.get("query", "")))
    return redirect(f"{reverse('cases:list')}?{query or 'view=all'}")


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep the filters of the list under a name; the same name again replaces them."""
    actor = actor_from(request)
    try:
        view = services.saved_view_save(
            actor=actor,
            name=request.POST.get("name", ""),
            query=query_of(QueryDict(request.POST.get("query", ""))),
            is_default=bool(request.POST.get("is_default")),
        )
    except (InvalidInput, Refused) as fact:
        messages.error(request, fact.message)
    else:
        messages.success(request, _("已保存视图“%s”。") % view.name)
    return _back(request)


@require_POST
def set_default(request: HttpRequest, view_id: int) -> HttpResponse:
    """Open the list with this view from now on, or no longer."""
    view = services.saved_view_set_default(
        actor=actor_from(request), view_id=view_id, is_default=bool(request.POST.get("is_default"))
    )
    message = _("以后打开列表先显示“%s”。") if view.is_default else _("“%s”不再是默认视图。")
    messages.success(request, message % view.name)
    return _back(request)


@require_POST
def delete(request: HttpRequest, view_id: int) -> HttpResponse:
    """Delete one's own view."""
    services.saved_view_delete(actor=actor_from(request), view_id=view_id)
    messages.success(request, _("已删除视图。"))
    return _back(request)

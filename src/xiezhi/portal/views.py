"""The public law tools: a form asked by GET, the answer with its reasons beside it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from xiezhi.portal.forms import CauseForm, FeeForm, LimitForm, NumberForm, PeriodForm, ToolForm


def _page(request: HttpRequest, template: str, form: ToolForm | None = None) -> HttpResponse:
    # Court staff find the tools inside their own shell, the public on the portal's plain page.
    base = "web/base.html" if getattr(request, "actor", None) else "web/base_plain.html"
    context = {
        "base": base,
        "form": form,
        "answer": form.answer() if form else None,
        "today": timezone.localdate(),
    }
    return render(request, f"portal/{template}.html", context)


@require_safe
def tools(request: HttpRequest) -> HttpResponse:
    """What can be worked out here."""
    return _page(request, "tools")


@require_safe
def fee(request: HttpRequest) -> HttpResponse:
    """Court fees (诉讼费用)."""
    return _page(request, "fee", FeeForm(request.GET))


@require_safe
def period(request: HttpRequest) -> HttpResponse:
    """Periods of procedure: appeal, defence, evidence … (期间)."""
    return _page(request, "period", PeriodForm(request.GET))


@require_safe
def limit(request: HttpRequest) -> HttpResponse:
    """Trial and enforcement limits (审限)."""
    return _page(request, "limit", LimitForm(request.GET))


@require_safe
def number(request: HttpRequest) -> HttpResponse:
    """What a case number says."""
    return _page(request, "number", NumberForm(request.GET))


@require_safe
def cause(request: HttpRequest) -> HttpResponse:
    """Search the causes of action and the charges."""
    return _page(request, "cause", CauseForm(request.GET))

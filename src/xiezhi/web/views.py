"""Pages of the shell: the desk, search, what is shown when something is refused, and the style guide."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from xiezhi.identity.contracts import Actor
from xiezhi.web import selectors, styleguide
from xiezhi.web.middleware import fact_page


def _actor(request: HttpRequest) -> Actor | None:
    return getattr(request, "actor", None)


@require_safe
@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """What must be done, the most pressing first, and the week ahead."""
    actor = _actor(request)
    if actor is None:
        return render(request, "web/no_post.html")
    return render(request, "web/desk.html", {"desk": selectors.desk(actor, today=timezone.localdate())})


@require_GET
@login_required
def search(request: HttpRequest) -> HttpResponse:
    """Find a case by its number in any spelling, or whatever the rooms offer for the words."""
    actor = _actor(request)
    if actor is None:
        return render(request, "web/no_post.html")
    result = selectors.search(actor, request.GET.get("q", ""))
    if result.exact is not None:
        return redirect(result.exact.url)
    return render(request, "web/search.html", {"result": result})


@require_GET
def style_guide(request: HttpRequest) -> HttpResponse:
    """Show every component in all its states; only for developers and demonstrations."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    return render(request, "web/styleguide.html", styleguide.samples(request, today=timezone.localdate()))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form grew too old; Django logs the technical reason, the page does not show it."""
    if request.headers.get("HX-Request") == "true":
        return fact_page(request, status=403, message="页面停留过久，请刷新页面后再提交。")
    return render(request, "403_csrf.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, without the exception's words."""
    return fact_page(request, status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 of Django's own PermissionDenied."""
    return fact_page(request, status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404; absent and invisible give the same page."""
    return fact_page(request, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500. Asks neither the database nor the session, which may be what failed."""
    return HttpResponse(render_to_string("500.html", {"at": timezone.now()}), status=500)

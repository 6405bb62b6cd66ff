"""The page of a case: its cover and its tabs."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xiezhi.cases import policies
from xiezhi.cases.selectors import case_page as selectors
from xiezhi.cases.selectors import fees, timeline
from xiezhi.cases.services import access
from xiezhi.identity.selectors import actor_from


def cover(page: selectors.CasePage, active: str) -> dict[str, Any]:
    """Return what the cover and the tabs of a case need."""
    return {
        "page": page,
        "case": page.case,
        "today": page.today,
        "sides": selectors.sides(page),
        "tags": selectors.tags(page),
        "stages": selectors.stage_steps(page),
        "tabs": selectors.tabs(page, active),
        "next_step": selectors.next_step(page),
        "archive_by": selectors.archive_by(page),
    }


def load(request: HttpRequest, case_id: int) -> selectors.CasePage:
    """Return the case of a page for who asks. Raises Case.DoesNotExist, which the shell answers with 404."""
    return selectors.case_page(actor=actor_from(request), case_id=case_id, today=timezone.localdate())


@require_safe
def overview(request: HttpRequest, case_id: int) -> HttpResponse:
    """Next step, clock, team, claims, requests, links."""
    page = load(request, case_id)
    return render(
        request,
        "cases/case_overview.html",
        {
            **cover(page, "overview"),
            "overview": selectors.overview(page),
            "team": selectors.team_members(page),
            "waiting": selectors.waiting_approvals(page),
            "clock": page.clock,
        },
    )


@require_safe
def parties(request: HttpRequest, case_id: int) -> HttpResponse:
    """Who takes part and who acts for them, papers masked."""
    page = load(request, case_id)
    views = selectors.participant_views(page)
    return render(
        request,
        "cases/case_parties.html",
        {
            **cover(page, "parties"),
            "present": [v for v in views if v.left_on is None],
            "past": [v for v in views if v.left_on is not None],
            "may_change": page.can_support and not page.case.is_closed,
        },
    )


@require_POST
def identity(request: HttpRequest, case_id: int, participant_id: int) -> HttpResponse:
    """Show one participant's papers and contact whole, to the case team; each look is recorded."""
    card = access.identity_view(
        actor=actor_from(request), case_id=case_id, participant_id=participant_id, at=timezone.now()
    )
    if request.headers.get("HX-Request") == "true":
        response = render(request, "cases/case_party_papers.html", {"card": card, "whole": True})
    else:
        page = load(request, case_id)
        views = selectors.participant_views(page)
        response = render(
            request,
            "cases/case_parties.html",
            {
                **cover(page, "parties"),
                "present": [v for v in views if v.left_on is None],
                "past": [v for v in views if v.left_on is not None],
                "may_change": page.can_support and not page.case.is_closed,
                "whole_id": participant_id,
                "whole_card": card,
            },
        )
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
def documents(request: HttpRequest, case_id: int) -> HttpResponse:
    """The decision: what it says, when it was pronounced, when it takes effect."""
    page = load(request, case_id)
    return render(
        request, "cases/case_documents.html", {**cover(page, "documents"), "effect": selectors.effect(page)}
    )


@require_safe
def service(request: HttpRequest, case_id: int) -> HttpResponse:
    """Service of the decision on each participant, appeal periods and appeals."""
    page = load(request, case_id)
    return render(
        request,
        "cases/case_service.html",
        {
            **cover(page, "service"),
            "rows": selectors.service_rows(page),
            "effect": selectors.effect(page),
            "may_serve": page.can_support and page.case.stage in {"PRONOUNCED", "APPEALED"},
        },
    )


@require_safe
def fee(request: HttpRequest, case_id: int) -> HttpResponse:
    """The fee, why it is what it is, and what goes back."""
    page = load(request, case_id)
    return render(request, "cases/case_fees.html", {**cover(page, "fees"), "fees": fees.fee_view(page.case)})


@require_safe
def record(request: HttpRequest, case_id: int) -> HttpResponse:
    """The journal of the case in plain words."""
    page = load(request, case_id)
    topic = request.GET.get("topic", "")
    if topic not in set(timeline.Topic):
        topic = ""
    oldest_first = request.GET.get("order") == "oldest"
    found = timeline.case_timeline(
        actor=page.actor,
        case_id=case_id,
        topic=topic,
        newest_first=not oldest_first,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    return render(
        request,
        "cases/case_record.html",
        {
            **cover(page, "record"),
            "timeline": found,
            "topics": timeline.Topic.choices(),
            "topic": topic,
            "oldest_first": oldest_first,
            "can_export": policies.can_export(page.actor) and not page.is_prior_only,
        },
    )


@require_safe
def source_tab(request: HttpRequest, case_id: int, tab: str) -> HttpResponse:
    """A tab that an upper room fills; 404 while that room is not there."""
    source = selectors.tab_source(tab)
    if source is None:
        raise Http404
    page = load(request, case_id)
    # The cover of an open case has asked for its hearings already.
    if tab == "hearings" and page.hearings.actions:
        content = page.hearings
    else:
        content = source.source(page.actor, page.case)
    return render(
        request,
        "cases/case_source.html",
        {
            **cover(page, tab),
            "tab_label": source.label,
            "content": content,
            "empty": content.empty or _("还没有内容"),
        },
    )

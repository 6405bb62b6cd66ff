"""Courts and divisions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiezhi.identity import policies, selectors
from xiezhi.identity.contracts import CourtLevel, DivisionKind
from xiezhi.identity.forms import CourtForm, DivisionForm, LastDayForm
from xiezhi.identity.models import Court
from xiezhi.identity.services import courts as services
from xiezhi.identity.views.pages import FormPage

COURT_COLUMNS = [
    {"key": "name", "label": gettext_lazy("法院")},
    {"key": "code", "label": gettext_lazy("代字")},
    {"key": "level", "label": gettext_lazy("层级")},
    {"key": "people", "label": gettext_lazy("在任人员"), "numeric": True},
    {"key": "time", "label": gettext_lazy("存续")},
]
DIVISION_COLUMNS = [
    {"key": "name", "label": gettext_lazy("部门")},
    {"key": "kind", "label": gettext_lazy("类别")},
    {"key": "people", "label": gettext_lazy("在任人员"), "numeric": True},
    {"key": "time", "label": gettext_lazy("设立日期")},
    {"key": "act", "label": gettext_lazy("办理")},
]


def _crumbs(*more: tuple[Any, str]) -> list[tuple[Any, str]]:
    return [(_("法院和部门"), reverse("identity:courts")), *more]


@require_GET
@login_required
def court_list(request: HttpRequest) -> HttpResponse:
    """The courts of the register from the top down."""
    actor = selectors.actor_from(request)
    today = timezone.localdate()
    closed = request.GET.get("closed") == "1"
    nodes = selectors.courts_tree(actor, on=today, include_closed=closed)
    managed = selectors.court_codes_managed(actor)
    parents = [node.court for node in nodes if _can_have_courts(actor, node.court, managed)]
    context = {"nodes": nodes, "closed": closed, "parents": parents, "columns": COURT_COLUMNS}
    return render(request, "identity/courts.html", context)


def _can_have_courts(actor: Any, court: Court, managed: frozenset[str]) -> bool:
    if CourtLevel(court.level) is CourtLevel.BASIC:
        return False
    return policies.can_create_court(actor, court.code, managed)


@require_GET
@login_required
def court_detail(request: HttpRequest, court_id: int) -> HttpResponse:
    """A court, its divisions, and how many work there."""
    actor = selectors.actor_from(request)
    court = selectors.court_get(actor, court_id)
    today = timezone.localdate()
    managed = selectors.court_codes_managed(actor)
    divisions = selectors.divisions_of(court)
    counts = selectors.people_by_division(court, on=today)
    context = {
        "court": court,
        "columns": DIVISION_COLUMNS,
        "level": CourtLevel(court.level).label,
        "in_force": court.is_in_force(today),
        "people": selectors.people_count(court, on=today),
        "divisions": [
            (division, DivisionKind(division.kind).label, counts.get(division.pk, 0))
            for division in divisions
            if division.is_in_force(today) or division.valid_from > today
        ],
        "closed_divisions": [
            (division, DivisionKind(division.kind).label)
            for division in divisions
            if division.valid_to is not None and division.valid_to < today
        ],
        "can_manage": policies.can_manage_court(actor, court.code, managed),
        "can_close": policies.can_close_court(actor, court.code, managed) and court.valid_to is None,
        "can_add_court": _can_have_courts(actor, court, managed),
        "today": today,
    }
    return render(request, "identity/court_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def court_new(request: HttpRequest, court_id: int) -> HttpResponse:
    """Enter a court under this one."""
    actor = selectors.actor_from(request)
    parent = selectors.court_get(actor, court_id)
    policies.require(policies.can_create_court(actor, parent.code, selectors.court_codes_managed(actor)))
    form = CourtForm(request.POST or None, initial={"code": parent.code})

    def act(data: dict[str, Any]) -> None:
        services.court_create(
            actor=actor,
            code=data["code"],
            name=data["name"],
            parent_id=parent.pk,
            valid_from=data["valid_from"],
            at=timezone.now(),
        )

    title = _("登记下级法院")
    done_url = reverse("identity:court_detail", args=[parent.pk])
    return FormPage(
        title=title,
        submit=_("登记"),
        done_url=done_url,
        success=_("法院已登记。"),
        crumbs=_crumbs((parent.name, done_url), (title, "")),
        preview=[_("代字登记后不能更改，也不能再给其他法院使用。")],
        statutes={"code": _("法〔2015〕137号第四条、第五条")},
    ).answer(request, form, act)


@require_http_methods(["GET", "POST"])
@login_required
def court_close(request: HttpRequest, court_id: int) -> HttpResponse:
    """Close a court."""
    actor = selectors.actor_from(request)
    court = selectors.court_get(actor, court_id)
    policies.require(policies.can_close_court(actor, court.code, selectors.court_codes_managed(actor)))
    form = LastDayForm(request.POST or None)
    form.fields["reason"].required = True

    def act(data: dict[str, Any]) -> None:
        services.court_close(
            actor=actor,
            court_id=court.pk,
            valid_to=data["valid_to"],
            reason=data["reason"],
            at=timezone.now(),
        )

    title = _("撤销法院")
    done_url = reverse("identity:court_detail", args=[court.pk])
    return FormPage(
        title=title,
        submit=_("撤销%s") % court.name,
        done_url=done_url,
        success=_("法院已登记为撤销。"),
        crumbs=_crumbs((court.name, done_url), (title, "")),
        preview=[_("最后一日以后不能再以该院的岗位办公；案件、人员仍可查阅。")],
        confirm=_("撤销%s，登记后不能恢复。") % court.name,
    ).answer(request, form, act)


@require_POST
@login_required
def court_group(request: HttpRequest, court_id: int) -> HttpResponse:
    """Let a court begin, or stop, to use the product."""
    actor = selectors.actor_from(request)
    court = selectors.court_get(actor, court_id)
    joins = request.POST.get("in_group") == "1"
    services.court_set_group(actor=actor, court_id=court.pk, in_group=joins, at=timezone.now())
    words = _("%s开始使用本系统。") if joins else _("%s不再使用本系统。")
    messages.success(request, words % court.name)
    return redirect("identity:court_detail", court_id=court.pk)


@require_http_methods(["GET", "POST"])
@login_required
def division_new(request: HttpRequest, court_id: int) -> HttpResponse:
    """Set up a division."""
    actor = selectors.actor_from(request)
    court = selectors.court_get(actor, court_id)
    policies.require(policies.can_manage_court(actor, court.code, selectors.court_codes_managed(actor)))
    form = DivisionForm(request.POST or None, initial={"valid_from": timezone.localdate()})

    def act(data: dict[str, Any]) -> None:
        services.division_create(
            actor=actor,
            court_id=court.pk,
            name=data["name"],
            kind=DivisionKind(data["kind"]),
            valid_from=data["valid_from"],
            at=timezone.now(),
        )

    title = _("设立部门")
    done_url = reverse("identity:court_detail", args=[court.pk])
    return FormPage(
        title=title,
        submit=_("设立"),
        done_url=done_url,
        success=_("部门已设立。"),
        crumbs=_crumbs((court.name, done_url), (title, "")),
    ).answer(request, form, act)


@require_http_methods(["GET", "POST"])
@login_required
def division_close(request: HttpRequest, division_id: int) -> HttpResponse:
    """Close a division."""
    actor = selectors.actor_from(request)
    division = selectors.division_get(actor, division_id)
    court = division.court
    policies.require(policies.can_manage_court(actor, court.code, selectors.court_codes_managed(actor)))
    form = LastDayForm(request.POST or None)
    del form.fields["reason"]

    def act(data: dict[str, Any]) -> None:
        services.division_close(
            actor=actor, division_id=division.pk, valid_to=data["valid_to"], at=timezone.now()
        )

    title = _("撤销部门")
    done_url = reverse("identity:court_detail", args=[court.pk])
    return FormPage(
        title=title,
        submit=_("撤销%s") % division.name,
        done_url=done_url,
        success=_("部门已登记为撤销。"),
        crumbs=_crumbs((court.name, done_url), (title, "")),
    ).answer(request, form, act)

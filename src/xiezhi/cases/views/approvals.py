"""Pages of requests: asking, deciding, taking back."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiezhi.cases.contracts import RequestKind
from xiezhi.cases.forms.approvals import (
    FORMS,
    DecisionForm,
    ExtensionForm,
    RequestFilterForm,
    RequestForm,
    reason_of,
)
from xiezhi.cases.forms.faults import add_faults
from xiezhi.cases.rules import approvals as rules
from xiezhi.cases.selectors import approvals as selectors
from xiezhi.cases.services import assignment, request_plans
from xiezhi.cases.services import requests as services
from xiezhi.foundation.errors import InvalidInput, Refused
from xiezhi.identity.contracts import Actor, Permission
from xiezhi.identity.policies import has_permission
from xiezhi.identity.selectors import actor_from

COLUMNS = [
    {"key": "summary", "label": _lazy("申请事项"), "fixed": True},
    {"key": "case", "label": _lazy("案件"), "fixed": True},
    {"key": "by", "label": _lazy("申请人")},
    {"key": "due", "label": _lazy("审限届满")},
    {"key": "decide_by", "label": _lazy("审批期限")},
    {"key": "status", "label": _lazy("状态")},
]


@require_safe
def approvals(request: HttpRequest) -> HttpResponse:
    """Requests that wait for me, mine, decided ones."""
    actor = actor_from(request)
    decides = has_permission(actor, Permission.REQUEST_DECIDE)
    form = RequestFilterForm(request.GET)
    form.is_valid()
    given = form.cleaned_data
    tab = given.get("tab") or ("WAITING" if decides else "MINE")
    wanted = selectors.RequestFilter(
        tab=tab,
        kind=given.get("kind") or "",
        since=given.get("since"),
        until=given.get("until"),
        words=given.get("q") or "",
    )
    found = selectors.request_list(
        actor=actor, wanted=wanted, after=request.GET.get("after"), before=request.GET.get("before")
    )
    counts = {"WAITING": found.waiting, "MINE": found.mine}
    return render(
        request,
        "cases/approvals.html",
        {
            "form": form,
            "wanted": wanted,
            "page": found,
            "rows": found.rows,
            "columns_wanted": COLUMNS,
            "tabs": [
                {
                    "label": label,
                    "url": f"{reverse('cases:approvals')}?tab={key}",
                    "active": key == tab,
                    "count": counts.get(key),
                }
                for key, label in RequestFilterForm.TABS
                if decides or key != "WAITING"
            ],
            "active": sum(bool(request.GET.get(key)) for key in ("kind", "since", "until", "q")),
            "decides": decides,
            "today": timezone.localdate(),
        },
    )


def _detail(
    request: HttpRequest,
    actor: Actor,
    request_id: int,
    *,
    form: DecisionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    today = timezone.localdate()
    page = selectors.request_page(actor=actor, request_id=request_id, today=today)
    return render(
        request,
        "cases/approval_detail.html",
        {
            "page": page,
            "asked": page.request,
            "case": page.case,
            "form": form or DecisionForm(),
            "wrong": form is not None,
            "today": today,
        },
        status=status,
    )


@require_safe
def approval_detail(request: HttpRequest, request_id: int) -> HttpResponse:
    """One request: the facts of the case, what approval would change, and the decision."""
    return _detail(request, actor_from(request), request_id)


@require_POST
def approval_decide(request: HttpRequest, request_id: int) -> HttpResponse:
    """Approve or refuse; the opinion is kept when the decision cannot be taken."""
    actor = actor_from(request)
    approve = request.POST.get("decision") == "approve"
    form = DecisionForm(request.POST)
    if request.POST.get("decision") not in {"approve", "refuse"}:
        raise InvalidInput(_("请选择批准或者不批准。"))
    if form.is_valid():
        try:
            decided = services.request_decide(
                actor=actor,
                request_id=request_id,
                approve=approve,
                opinion=form.cleaned_data["opinion"],
                at=timezone.now(),
            )
        except InvalidInput as fact:
            add_faults(form, fact)
        except Refused as fact:
            add_faults(form, fact)
            return _detail(request, actor, request_id, form=form, status=409)
        else:
            messages.success(
                request,
                _("已批准：%s。") % decided.summary if approve else _("已决定不批准：%s。") % decided.summary,
            )
            return redirect("cases:approvals")
    return _detail(request, actor, request_id, form=form, status=422)


@require_POST
def approval_withdraw(request: HttpRequest, request_id: int) -> HttpResponse:
    """Take one's own pending request back."""
    services.request_withdraw(actor=actor_from(request), request_id=request_id, at=timezone.now())
    messages.success(request, _("已撤回申请。"))
    return redirect("cases:approval_detail", request_id)


def _kind_of(kind: str) -> RequestKind:
    try:
        return RequestKind(kind.upper().replace("-", "_"))
    except ValueError as reason:
        raise Http404 from reason


def _judges(setting: selectors.RequestSetting, today: date) -> list[tuple[str, str]]:
    pool = assignment.pool_for(setting.case, on=today)
    barred = {conflict.person_id for conflict in pool.conflicts}
    return [
        (str(one.person_id), _("%(name)s（在办%(load)d件）") % {"name": one.name, "load": one.load})
        for one in sorted(pool.candidates, key=lambda c: (c.load, c.person_id))
        if one.person_id not in barred and one.person_id != setting.case.judge_id
    ]


@require_safe
def request_kinds(request: HttpRequest, case_id: int) -> HttpResponse:
    """What may be asked for in this case, and what may not and why."""
    case, choices = selectors.request_kinds(
        actor=actor_from(request), case_id=case_id, today=timezone.localdate()
    )
    return render(
        request,
        "cases/approval_kinds.html",
        {"case": case, "choices": choices, "today": timezone.localdate()},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def request_new(request: HttpRequest, case_id: int, kind: str) -> HttpResponse:
    """Ask for what a named post decides. The page says who decides, by when, and what would change."""
    actor = actor_from(request)
    asked = _kind_of(kind)
    now = timezone.now()
    today = timezone.localdate(now)
    setting = selectors.request_setting(actor=actor, case_id=case_id, kind=asked, today=today)
    choices = _judges(setting, today) if asked is RequestKind.JUDGE_CHANGE else setting.choices
    if request.method != "POST":
        initial = {"version": setting.case.version}
        if setting.extension is not None and setting.extension.option is not None:
            initial["step"] = setting.extension.option.step
        return _new(request, setting, FORMS[asked](choices=choices, initial=initial), choices, today)
    form = FORMS[asked](request.POST, choices=choices)
    if request.POST.get("act") == "preview":
        return render(request, "cases/approval_preview.html", _preview(setting, form, today))
    status = 422
    if form.is_valid():
        try:
            made = services.request_make(
                actor=actor,
                case_id=case_id,
                kind=asked,
                payload=form.payload(),
                reason=reason_of(form),
                version=form.cleaned_data["version"],
                at=now,
            )
        except InvalidInput as fact:
            add_faults(form, fact)
        except Refused as fact:
            add_faults(form, fact)
            status = 409
        else:
            messages.success(request, _("已提交审批：%s。") % made.summary)
            return redirect("cases:approval_detail", made.pk)
    return _new(request, setting, form, choices, today, status=status)


def _new(
    request: HttpRequest,
    setting: selectors.RequestSetting,
    form: RequestForm,
    choices: Any,
    today: date,
    *,
    status: int = 200,
) -> HttpResponse:
    if isinstance(form, ExtensionForm) and (
        setting.extension is None or not setting.extension.length_is_open
    ):
        del form.fields["months"]
    needs_choice = setting.kind not in {RequestKind.EXTENSION, RequestKind.MERGE}
    context = {
        "setting": setting,
        "case": setting.case,
        "kind": setting.kind,
        "form": form,
        "basis": rules.basis_of(setting.kind, setting.case.kind_rule.category),
        "today": today,
        "refusal": _refusal(setting, has_choices=bool(choices) or not needs_choice),
        **_preview(setting, form, today),
    }
    return render(request, "cases/approval_new.html", context, status=status)


def _refusal(setting: selectors.RequestSetting, *, has_choices: bool) -> str:
    """Why this kind of request cannot be made now, in words; empty when it can."""
    if setting.case.is_closed:
        return _("%s已经结案，不能再提出申请。") % setting.case.number
    if setting.extension is not None and setting.extension.refusal:
        return setting.extension.refusal
    if has_choices:
        return ""
    return {
        RequestKind.EXCLUSION: _("%s没有可以扣除审限的事由。"),
        RequestKind.SUSPENSION: _("%s没有可以中止的事由。"),
        RequestKind.CONVERSION: _("%s不能再转为其他程序。"),
        RequestKind.JUDGE_CHANGE: _("适用%s的本案，本院没有其他可以承办的法官。"),
        RequestKind.RECUSAL: _("%s的审判组织还没有确定。"),
        RequestKind.SPLIT: _("%s的被告一方没有可以分出的当事人。"),
    }.get(setting.kind, _("%s没有可以选择的对象。")) % setting.case.procedure_name


def _preview(setting: selectors.RequestSetting, form: RequestForm, today: date) -> dict[str, Any]:
    """What the request would do, as far as the form is filled in; the form itself is not judged for it."""
    case, kind = setting.case, setting.kind
    data = form.data if form.is_bound else {}
    payload: dict[str, Any] | None = None
    if (
        kind is RequestKind.EXTENSION
        and setting.extension is not None
        and setting.extension.option is not None
    ):
        payload = {"step": setting.extension.option.step, "months": data.get("months") or None}
    elif form.is_bound:
        probe = type(form)({**{k: data.get(k) for k in data}, "reason": "-"}, choices=form._choices)
        if kind is RequestKind.SPLIT:
            payload = {"participant_ids": getattr(data, "getlist", lambda _name: [])("participants")}
        elif probe.is_valid():
            payload = probe.payload()
    if payload is None or case.is_closed:
        return {"plan": None}
    try:
        plan = request_plans.plan_request(case, kind, payload, today)
        effect = selectors.effect_of(case, setting.rows, kind, plan.payload, today=today)
    except (InvalidInput, Refused) as fact:
        return {"plan": None, "plan_fault": str(fact.message)}
    division_id = case.division_id if plan.approver.role == rules.DIVISION_HEAD else None
    return {
        "plan": plan,
        "effect": effect,
        "plan_approver": selectors.approver_words(plan.approver.role, plan.court_code, case),
        "plan_people": selectors.approver_people(plan.approver.role, plan.court_code, division_id, today),
    }

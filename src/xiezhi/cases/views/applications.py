"""Pages of the filing window: applications, a new one, the review."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from xiezhi.cases.contracts import ApplicationStatus
from xiezhi.cases.forms.applications import (
    AnswerForm,
    ApplicationFilterForm,
    ApplicationForm,
    CorrectionForm,
    PartyRows,
    RefusalForm,
    WithdrawalForm,
    typed,
)
from xiezhi.cases.forms.faults import add_faults
from xiezhi.cases.rules import filing, kinds
from xiezhi.cases.selectors import applications as selectors
from xiezhi.cases.services import applications as services
from xiezhi.cases.services.lists import list_export_record
from xiezhi.cases.views.exports import as_file
from xiezhi.foundation.errors import InvalidInput, NotPermitted, Refused
from xiezhi.identity.contracts import Actor
from xiezhi.identity.selectors import actor_from
from xiezhi.parties.contracts import IdentityKind
from xiezhi.parties.selectors import party_find
from xiezhi.parties.services import NameDiffers

COLUMNS = [
    {"key": "parties", "label": _lazy("申请人、对方"), "fixed": True},
    {"key": "due", "label": _lazy("期限"), "sort": "review_by"},
    {"key": "status", "label": _lazy("状态")},
    {"key": "cause", "label": _lazy("案由")},
    {"key": "kind", "label": _lazy("案件类型")},
    {"key": "amount", "label": _lazy("标的额（元）"), "sort": "amount", "numeric": True},
    {"key": "received_on", "label": _lazy("收到日期"), "sort": "received_on"},
    {"key": "channel", "label": _lazy("提交渠道"), "hidden": True},
]


def _filter_of(request: HttpRequest) -> tuple[ApplicationFilterForm, selectors.ApplicationFilter]:
    form = ApplicationFilterForm(request.GET)
    form.is_valid()
    given = form.cleaned_data
    return form, selectors.ApplicationFilter(
        tab=given.get("tab") or "",
        status=given.get("status") or "",
        kind=given.get("kind") or "",
        since=given.get("since"),
        until=given.get("until"),
        words=given.get("q") or "",
        sort=given.get("sort") or "",
    )


@require_safe
def application_list(request: HttpRequest) -> HttpResponse:
    """Applications: what waits for review first, soonest last day first."""
    actor = actor_from(request)
    form, wanted = _filter_of(request)
    found = selectors.application_list(
        actor=actor, wanted=wanted, after=request.GET.get("after"), before=request.GET.get("before")
    )
    keys = ("status", "kind", "since", "until", "q")
    return render(
        request,
        "cases/application_list.html",
        {
            "form": form,
            "wanted": wanted,
            "page": found,
            "rows": found.rows,
            "columns_wanted": COLUMNS,
            "sort": wanted.sort or selectors.default_sort(wanted.tab),
            "tabs": _tabs(request, found),
            "active": sum(bool(request.GET.get(key)) for key in keys),
            "can_receive": selectors.can_receive(actor),
            "today": timezone.localdate(),
        },
    )


def _tabs(request: HttpRequest, found: selectors.ApplicationList) -> list[dict[str, Any]]:
    current = request.GET.get("tab", "")
    tabs = []
    for key, label in ApplicationFilterForm.TABS:
        query = request.GET.copy()
        for name in ("after", "before", "tab", "sort", "status"):
            query.pop(name, None)
        if key:
            query["tab"] = key
        address = reverse("cases:application_list")
        tabs.append(
            {
                "label": label,
                "url": f"{address}?{query.urlencode()}" if query else address,
                "active": key == current,
                "count": found.counts.get(key),
            }
        )
    return tabs


@require_GET
def application_causes(request: HttpRequest) -> HttpResponse:
    """Fragment: the causes whose name holds the words, as choices."""
    actor_from(request)
    try:
        kind = kinds.get(request.GET.get("kind", ""))
    except kinds.UnknownKind:
        return HttpResponse(status=204)
    words = request.GET.get("cause_text", "").strip()
    return render(request, "cases/application_causes.html", _causes(kind, words, chosen=None))


def _causes(kind: kinds.CaseKind, words: str, *, chosen: Any) -> dict[str, Any]:
    options = selectors.cause_options(kind, words)
    below = selectors.cause_below(chosen.key) if chosen is not None else []
    if chosen is not None and chosen.key not in {option.key for option in options}:
        options = [*selectors.cause_options(kind, chosen.name, limit=1), *options]
    return {"cause_options": options, "cause_words": words, "chosen_cause": chosen, "causes_below": below}


def _kind_of(request: HttpRequest, actor: Actor) -> kinds.CaseKind | None:
    key = request.POST.get("kind") or request.GET.get("kind", "")
    try:
        kind = kinds.get(key)
    except kinds.UnknownKind:
        return None
    return kind if actor.court_level in kind.levels else None


@require_http_methods(["GET", "HEAD", "POST"])
def application_new(request: HttpRequest) -> HttpResponse:
    """Take in an application: the kind first, then what that kind needs."""
    actor = actor_from(request)
    if not selectors.can_receive(actor):
        raise NotPermitted(_("登记立案由立案员办理，您当前的岗位是%s。") % actor.role.label)
    kind = _kind_of(request, actor)
    if kind is None:
        return render(request, "cases/application_kinds.html", {"groups": selectors.kinds_for(actor)})
    now = timezone.now()
    today = timezone.localdate(now)
    if request.method != "POST":
        token = secrets.token_urlsafe(16)
        form = ApplicationForm(kind=kind, today=today, initial={"client_token": token})
        return _show(request, actor, kind, form, PartyRows(None, case_kind=kind, at=now), now)
    act = request.POST.get("act", "")
    if act:
        form = ApplicationForm(kind=kind, today=today, initial=typed(ApplicationForm, request.POST))
        rows = PartyRows(request.POST, case_kind=kind, at=now)
        if act == "add":
            rows.add(kind.second_roles[0])
        elif act.startswith("remove:"):
            rows.remove(act.removeprefix("remove:"))
        return _show(request, actor, kind, form, rows, now)
    form = ApplicationForm(request.POST, kind=kind, today=today)
    rows = PartyRows(request.POST, case_kind=kind, at=now, check=True)
    # Both are asked, so that every fault is shown at once.
    if all([form.is_valid(), rows.is_valid()]):
        try:
            application = services.application_receive(actor=actor, data=form.data_for(rows.named()), at=now)
        except NameDiffers as fact:
            _mark_differing(actor, rows, str(fact.message))
        except InvalidInput as fact:
            add_faults(form, fact, {"cause_key": "cause_text", "kind": "procedure"})
        else:
            messages.success(request, _("已收到申请，进入待审查列表。"))
            return redirect("cases:application_detail", application.pk)
    else:
        for fault in services.party_faults(kind, rows.roles()):
            form.add_error(None, fault)
    return _show(request, actor, kind, form, rows, now, status=422)


def _mark_differing(actor: Actor, rows: PartyRows, message: str) -> None:
    """Ask for confirmation in the rows whose number is on file under another name."""
    for row in rows.forms:
        given = getattr(row, "cleaned_data", None)
        if row.is_blank or not given or not given.get("identity_number") or not given.get("identity_kind"):
            continue
        card = party_find(
            actor=actor, kind=IdentityKind(given["identity_kind"]), number=given["identity_number"]
        )
        if card is not None and card.name != given["name"] and not given.get("name_confirmed"):
            row.name_differs = True
            row.add_error("name", message)


def _show(
    request: HttpRequest,
    actor: Actor,
    kind: kinds.CaseKind,
    form: ApplicationForm,
    rows: PartyRows,
    now: datetime,
    *,
    status: int = 200,
) -> HttpResponse:
    given = form.data if form.is_bound else form.initial
    words = str(given.get("cause_text") or "")
    context: dict[str, Any] = {
        "kind": kind,
        "content": filing.content(kind),
        "refusal": filing.refusal(kind),
        "groups": selectors.kinds_for(actor),
        "form": form,
        "rows": rows,
        "faults": _faults(form, rows),
        "court": actor.court_code,
        "today": timezone.localdate(now),
        **_causes(kind, words, chosen=form.cause_found() if words or given.get("cause_key") else None),
        **_preview(actor, kind, given, timezone.localdate(now)),
    }
    if request.headers.get("HX-Request") == "true":
        response = render(request, "cases/application_form_body.html", context)
        response.headers["HX-Replace-Url"] = f"{reverse('cases:application_new')}?kind={kind.key}"
        return response
    return render(request, "cases/application_form.html", context, status=status)


def _faults(form: ApplicationForm, rows: PartyRows) -> list[tuple[str, str]]:
    """(anchor, sentence) for each fault, form first, then the parties in their order."""
    if not form.is_bound:
        return []
    found = [("", str(error)) for error in form.non_field_errors()]
    for bound in form:
        found += [(bound.id_for_label or bound.auto_id, f"{bound.label}：{error}") for error in bound.errors]
    for place, row in enumerate(rows.forms, start=1):
        if not row.is_bound or row.is_blank:
            continue
        for bound in row:
            found += [
                (
                    bound.id_for_label,
                    _("第%(n)d名当事人 %(label)s：%(error)s")
                    % {"n": place, "label": bound.label, "error": error},
                )
                for error in bound.errors
            ]
    return found


@require_POST
def application_preview(request: HttpRequest) -> HttpResponse:
    """Fragment: what will happen when the form is sent."""
    actor = actor_from(request)
    kind = _kind_of(request, actor)
    if kind is None:
        return HttpResponse(status=204)
    return render(
        request,
        "cases/application_preview.html",
        {"kind": kind, **_preview(actor, kind, request.POST, timezone.localdate())},
    )


def _preview(actor: Actor, kind: kinds.CaseKind, given: Any, today: date) -> dict[str, Any]:
    received_on = _date(given.get("received_on")) or (today if not given.get("received_on") else None)
    procedure = str(given.get("procedure") or kind.procedures[0].key)
    if procedure not in {p.key for p in kind.procedures}:
        procedure = kind.procedures[0].key
    amount = _amount(given.get("amount"))
    fee = selectors.docketing_fee_preview(
        kind,
        procedure,
        amount,
        cause_key=str(given.get("cause_key") or ""),
        court_code=actor.court_code,
        on=today,
    )
    usable = received_on is not None and received_on <= today
    return {
        "preview_received_on": received_on,
        "preview_review_by": selectors.review_by(kind, received_on) if received_on and usable else None,
        "preview_why": selectors.review_why(kind, received_on) if received_on and usable else (),
        "preview_fee": fee,
        "preview_amount_missing": kind.needs_amount and amount is None,
        "preview_procedure": kind.procedure(procedure).name,
    }


def _date(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value or "").strip())
    except ValueError:
        return None


def _amount(value: Any) -> Decimal | None:
    try:
        amount = Decimal(str(value or "").replace(",", "").strip())
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount < Decimal(10) ** 16 else None


def _review_forms(page: selectors.ApplicationPage, today: date) -> dict[str, forms.Form]:
    first = page.kind.first_roles[0].label
    items = "\n".join(item for check in page.checks if check.state == "MISSING" for item in check.items)
    return {
        "correction": CorrectionForm(
            prefix="correction", initial={"items": items, "answer_by": today + timedelta(days=15)}
        ),
        "answer": AnswerForm(prefix="answer", initial={"answered_on": today}),
        "refuse": RefusalForm(
            prefix="refuse",
            initial={"basis": _("民事诉讼法第一百二十二条、第一百二十六条") if first == "原告" else ""},
        ),
        "withdraw": WithdrawalForm(prefix="withdraw"),
    }


def _page(
    request: HttpRequest,
    actor: Actor,
    application_id: int,
    *,
    wrong: tuple[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    today = timezone.localdate()
    page = selectors.application_page(actor=actor, application_id=application_id, today=today)
    shown = _review_forms(page, today)
    if wrong is not None:
        shown[wrong[0]] = wrong[1]
    context = {
        "page": page,
        "application": page.application,
        "forms": shown,
        "open_form": wrong[0] if wrong else request.GET.get("do", ""),
        "wrong_form": wrong[1] if wrong else None,
        "today": today,
        "refusal": filing.refusal(page.kind),
        "answered": page.status in {ApplicationStatus.RESUBMITTED},
    }
    return render(request, "cases/application_detail.html", context, status=status)


@require_safe
def application_detail(request: HttpRequest, application_id: int) -> HttpResponse:
    """One application: parties, claims, what to check, what can be done."""
    return _page(request, actor_from(request), application_id)


def _review(
    request: HttpRequest,
    application_id: int,
    key: str,
    form: forms.Form,
    act: Callable[[Actor, dict[str, Any], datetime], Any],
    done: str,
) -> HttpResponse:
    """Run one act of the review; what is wrong with it is shown in its form, with what was typed."""
    actor = actor_from(request)
    if form.is_valid():
        try:
            act(actor, form.cleaned_data, timezone.now())
        except InvalidInput as fact:
            add_faults(form, fact)
        except Refused as fact:
            add_faults(form, fact)
            return _page(request, actor, application_id, wrong=(key, form), status=409)
        else:
            messages.success(request, done)
            return redirect("cases:application_detail", application_id)
    return _page(request, actor, application_id, wrong=(key, form), status=422)


@require_POST
def application_accept(request: HttpRequest, application_id: int) -> HttpResponse:
    """Docket the case and go on to its assignment."""
    case = services.application_accept(
        actor=actor_from(request), application_id=application_id, at=timezone.now()
    )
    messages.success(request, _("已立案：%(number)s。接下来分案。") % {"number": case.number})
    return redirect("cases:assign", case.pk)


@require_POST
def application_correction(request: HttpRequest, application_id: int) -> HttpResponse:
    """Tell the applicant, once, everything that is missing."""
    form = CorrectionForm(request.POST, prefix="correction")
    return _review(
        request,
        application_id,
        "correction",
        form,
        lambda actor, given, at: services.application_request_correction(
            actor=actor,
            application_id=application_id,
            items=form.lines(),
            answer_by=given["answer_by"],
            at=at,
        ),
        _("已一次性告知补正。"),
    )


@require_POST
def application_answer(request: HttpRequest, application_id: int) -> HttpResponse:
    """Take in what was corrected; the review period starts anew."""
    return _review(
        request,
        application_id,
        "answer",
        AnswerForm(request.POST, prefix="answer"),
        lambda actor, given, at: services.application_answer_correction(
            actor=actor,
            application_id=application_id,
            answer=given["answer"],
            answered_on=given["answered_on"],
            at=at,
        ),
        _("已登记补正，审查期限重新计算。"),
    )


@require_POST
def application_refuse(request: HttpRequest, application_id: int) -> HttpResponse:
    """Refuse to docket, by ruling."""
    return _review(
        request,
        application_id,
        "refuse",
        RefusalForm(request.POST, prefix="refuse"),
        lambda actor, given, at: services.application_refuse(
            actor=actor, application_id=application_id, reason=given["reason"], basis=given["basis"], at=at
        ),
        _("已办结，不予受理。"),
    )


@require_POST
def application_withdraw(request: HttpRequest, application_id: int) -> HttpResponse:
    """Note that the applicant took the application back."""
    return _review(
        request,
        application_id,
        "withdraw",
        WithdrawalForm(request.POST, prefix="withdraw"),
        lambda actor, given, at: services.application_withdraw(
            actor=actor, application_id=application_id, reason=given["reason"], at=at
        ),
        _("已登记撤回。"),
    )


@require_safe
def application_export(request: HttpRequest) -> HttpResponseBase:
    """The list as it is filtered, as a spreadsheet or CSV; who took it out is recorded."""
    actor = actor_from(request)
    _form, wanted = _filter_of(request)
    file_format = "csv" if request.GET.get("format") == "csv" else "xlsx"
    rows = list(selectors.application_rows(actor=actor, wanted=wanted))
    list_export_record(
        actor=actor,
        file_format=file_format.upper(),
        count=len(rows),
        query=request.GET.urlencode(),
        filters_text=_("立案申请列表"),
        at=timezone.now(),
    )
    heads = [
        _("申请人"),
        _("对方"),
        _("案件类型"),
        _("案由"),
        _("标的额"),
        _("收到日期"),
        _("审查期限"),
        _("状态"),
        _("提交渠道"),
        _("案号"),
    ]
    lines = (
        (
            row.first,
            row.second,
            row.kind,
            row.cause,
            row.amount,
            row.received_on,
            row.review_by or row.answer_by,
            row.status.label,
            row.channel,
            row.case_number,
        )
        for row in rows
    )
    return as_file(request, _("立案申请"), file_format, heads, lines)

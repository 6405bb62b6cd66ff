"""The journal as an auditor reads it, and entries that a subscriber could not take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiezhi.identity import policies, selectors
from xiezhi.identity.contracts import Actor
from xiezhi.identity.forms import JournalFilter, ReasonForm, taken
from xiezhi.identity.selectors.audit import TEXT_DAYS, JournalQuery
from xiezhi.identity.services import audit as services
from xiezhi.identity.services import looks
from xiezhi.identity.views.exports import csv_response
from xiezhi.identity.views.pages import FormPage

JOURNAL_COLUMNS = [
    {"key": "id", "label": gettext_lazy("序号")},
    {"key": "at", "label": gettext_lazy("发生时间")},
    {"key": "text", "label": gettext_lazy("内容")},
    {"key": "actor", "label": gettext_lazy("经办人")},
    {"key": "court", "label": gettext_lazy("法院")},
]
LETTER_COLUMNS = [
    {"key": "entry", "label": gettext_lazy("日志记录")},
    {"key": "subscriber", "label": gettext_lazy("环节")},
    {"key": "kind", "label": gettext_lazy("事件")},
    {"key": "tries", "label": gettext_lazy("已尝试"), "numeric": True},
    {"key": "failed_at", "label": gettext_lazy("最近失败")},
    {"key": "status", "label": gettext_lazy("状态")},
]


def _query(request: HttpRequest, actor: Actor) -> tuple[JournalFilter, JournalQuery]:
    kinds = selectors.journal_kinds()
    wanted = request.GET.get("kind", "")
    if "." in wanted:
        kinds = [*kinds, (wanted, wanted)]
    form = JournalFilter(request.GET, kinds=kinds, courts=selectors.courts_visible_to(actor))
    values = taken(form)
    return form, JournalQuery(
        court_code=values.get("court", ""),
        kind=values.get("kind", ""),
        person=values.get("person", ""),
        case=values.get("case", ""),
        since=values.get("since"),
        until=values.get("until"),
        text=values.get("q", ""),
    )


@require_GET
@login_required
def journal_list(request: HttpRequest) -> HttpResponse:
    """What happened in the courts in reach. Reading what one person did is itself recorded."""
    actor = selectors.actor_from(request)
    policies.require(policies.can_audit(actor))
    form, query = _query(request, actor)
    now = timezone.now()
    after, before = request.GET.get("after"), request.GET.get("before")
    if query.person and not after and not before:
        looks.journal_searched(actor=actor, person=query.person, at=now)
    page = selectors.journal_page(actor, query, today=timezone.localdate(now), after=after, before=before)
    context = {
        "page": page,
        "columns": JOURNAL_COLUMNS,
        "form": form,
        "active": len(taken(form)),
        "state": selectors.seal_state(),
        "can_export": policies.can_export_journal(actor),
        "text_days": TEXT_DAYS if query.text and not (query.since or query.person or query.case) else 0,
    }
    return render(request, "identity/journal.html", context)


@require_GET
@login_required
def journal_entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """One entry whole: its words, its values, its hash, and whether it still is what was sealed."""
    actor = selectors.actor_from(request)
    entry = selectors.journal_entry_get(actor, entry_id)
    context = {
        "entry": entry,
        "payload": selectors.payload_rows(entry),
        "check": selectors.entry_check(entry),
    }
    return render(request, "identity/journal_entry.html", context)


@require_GET
@login_required
def journal_export(request: HttpRequest) -> HttpResponseBase:
    """The same entries as a file; that they were taken away is recorded."""
    actor = selectors.actor_from(request)
    form, query = _query(request, actor)
    now = timezone.now()
    found = selectors.journal_export(actor, query, today=timezone.localdate(now))
    shown = {str(form.fields[name].label): str(value) for name, value in taken(form).items()}
    looks.journal_exported(actor=actor, filters=shown, count=len(found), at=now)

    def rows() -> Iterator[list[object]]:
        for entry in found:
            yield [
                entry.pk,
                timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M:%S"),
                timezone.localtime(entry.recorded_at).strftime("%Y-%m-%d %H:%M:%S"),
                entry.court_code,
                entry.text,
                entry.actor_name,
                entry.actor_title,
                entry.kind,
                entry.subject,
            ]

    header = [
        _("序号"),
        _("发生时间"),
        _("记录时间"),
        _("法院"),
        _("内容"),
        _("经办人"),
        _("岗位"),
        _("事件"),
        _("对象"),
    ]
    return csv_response(str(_("审计日志")), header, rows())


@require_POST
@login_required
def journal_verify(request: HttpRequest) -> HttpResponse:
    """Recompute the journal now."""
    actor = selectors.actor_from(request)
    report = services.journal_verify(actor=actor, at=timezone.now())
    if report.ok:
        text = _("日志完整：%(entries)d条记录、%(seals)d个封存批次逐条核对无误，另有%(young)d条尚未封存。")
        numbers = {"entries": report.entries, "seals": report.seals, "young": report.unsealed}
        messages.success(request, text % numbers)
    else:
        messages.error(request, _("日志被改动：%s请立即保全数据库并报告。") % report.reason)
    return redirect(reverse("identity:journal"))


@require_GET
@login_required
def dead_letter_list(request: HttpRequest) -> HttpResponse:
    """Entries that a subscriber could not take."""
    actor = selectors.actor_from(request)
    open_only = request.GET.get("show") != "all"
    page = selectors.dead_letters_page(
        actor, open_only=open_only, after=request.GET.get("after"), before=request.GET.get("before")
    )
    return render(
        request,
        "identity/dead_letters.html",
        {"page": page, "open_only": open_only, "columns": LETTER_COLUMNS},
    )


@require_GET
@login_required
def dead_letter_detail(request: HttpRequest, letter_id: int) -> HttpResponse:
    """One of them, with the entry and the fault."""
    actor = selectors.actor_from(request)
    letter, entry = selectors.dead_letter_get(actor, letter_id)
    is_open = letter.status in {letter.Status.OPEN, letter.Status.RETRY}
    context = {"letter": letter, "entry": entry, "is_open": is_open}
    return render(request, "identity/dead_letter.html", context)


@require_POST
@login_required
def dead_letter_retry(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Have it delivered once more."""
    actor = selectors.actor_from(request)
    services.dead_letter_retry(actor=actor, letter_id=letter_id, at=timezone.now())
    messages.success(request, _("已安排重新投递，结果稍后显示在列表中。"))
    return redirect("identity:dead_letter", letter_id=letter_id)


@require_http_methods(["GET", "POST"])
@login_required
def dead_letter_give_up(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Stop delivering it."""
    actor = selectors.actor_from(request)
    letter, _entry = selectors.dead_letter_get(actor, letter_id)
    form = ReasonForm(request.POST or None)

    def act(data: dict[str, Any]) -> None:
        services.dead_letter_give_up(
            actor=actor, letter_id=letter.pk, reason=data["reason"], at=timezone.now()
        )

    title = _("不再投递")
    done_url = reverse("identity:dead_letter", args=[letter.pk])
    return FormPage(
        title=title,
        submit=title,
        done_url=done_url,
        success=_("已登记为不再投递。"),
        crumbs=[
            (_("未送达事件"), reverse("identity:dead_letters")),
            (f"{letter.entry_id}", done_url),
            (title, ""),
        ],
        preview=[_("“%s”不会再收到这条记录；由它带动的待办、通知、统计需要人工核对。") % letter.subscriber],
    ).answer(request, form, act)

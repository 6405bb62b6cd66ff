"""Pages of the hearing room: the calendar, scheduling, one hearing, courtrooms."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiezhi.foundation.errors import InvalidInput, Refused
from xiezhi.hearings import selectors, services
from xiezhi.hearings.contracts import HearingKind
from xiezhi.hearings.forms import (
    CalendarForm,
    CourtroomChangeForm,
    CourtroomForm,
    ReasonForm,
    ScheduleForm,
    add_faults,
)
from xiezhi.identity.contracts import Actor
from xiezhi.identity.selectors import actor_from

FORM = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """A week of hearings, by courtroom and day; on a narrow screen by day."""
    actor = actor_from(request)
    today = timezone.localdate()
    form = CalendarForm(request.GET)
    form.is_valid()
    given = form.cleaned_data
    wanted = selectors.CalendarFilter(
        court_code=given.get("court") or "",
        room_id=given.get("room"),
        division_id=given.get("division"),
        judge=given.get("judge") or "",
        mine=bool(given.get("mine")),
    )
    week = selectors.monday_of(given.get("week") or today)
    shown = week + timedelta(days=3)  # the month of the week's Thursday, as weeks are numbered
    view = selectors.hearing_calendar(actor=actor, wanted=wanted, week=week, month=shown)
    return render(
        request,
        "hearings/calendar.html",
        {
            "view": view,
            "wanted": wanted,
            "choices": selectors.calendar_choices(actor=actor, wanted=wanted, today=today),
            "week": week,
            "week_end": week + timedelta(days=6),
            "previous_week": week - timedelta(days=7),
            "next_week": week + timedelta(days=7),
            "this_week": selectors.monday_of(today),
            "month": shown.replace(day=1),
            "previous_month": (shown.replace(day=1) - timedelta(days=1)).replace(day=1),
            "next_month": (shown.replace(day=28) + timedelta(days=4)).replace(day=1),
            "today": today,
            "court_code": wanted.court_code if wanted.court_code in actor.court_codes else actor.court_code,
            "active": sum([bool(wanted.room_id), bool(wanted.division_id), bool(wanted.judge), wanted.mine]),
            "can_manage_rooms": selectors.can_manage_rooms(actor),
        },
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 12 else None


@FORM
def schedule(request: HttpRequest, case_id: int) -> HttpResponse:
    """Put a hearing of a case into the calendar; free times are proposed."""
    actor = actor_from(request)
    now = timezone.now()
    today = timezone.localdate(now)
    replaces_id = _number(request.POST.get("replaces") or request.GET.get("replaces"))
    setting = selectors.schedule_setting(actor=actor, case_id=case_id, today=today, replaces_id=replaces_id)
    status = 200
    if request.method == "POST":
        form = ScheduleForm(request.POST, rooms=setting.rooms)
        status = 422
        if form.is_valid():
            starts_at, ends_at = form.times()
            try:
                hearing = services.hearing_schedule(
                    actor=actor,
                    case_id=case_id,
                    room_id=form.cleaned_data["room"],
                    kind=HearingKind(form.cleaned_data["kind"]),
                    starts_at=starts_at,
                    ends_at=ends_at,
                    postpones_id=setting.replaces.pk if setting.replaces is not None else None,
                    at=now,
                )
            except InvalidInput as fact:
                add_faults(form, fact, {"starts_at": "on", "ends_at": "minutes"})
            except Refused as fact:
                form.add_error(None, fact.message)
                status = 409
            else:
                messages.success(request, _("已排期，法庭和审判团队的时间已经占用。"))
                return redirect("hearings:detail", hearing.pk)
    else:
        form = ScheduleForm(rooms=setting.rooms, initial=_asked(request, setting))
    given: Any = form.data if form.is_bound else form.initial
    kind = str(given.get("kind") or HearingKind.TRIAL)
    minutes = _number(str(given.get("minutes") or "")) or 120
    return render(
        request,
        "hearings/schedule.html",
        {
            "setting": setting,
            "case": setting.case,
            "form": form,
            "times": selectors.free_times(
                setting, minutes=min(minutes, 180), trial=kind == HearingKind.TRIAL, room_id=None, at=now
            ),
            "kind": kind,
            "minutes": minutes,
            "today": today,
        },
        status=status,
    )


def _asked(request: HttpRequest, setting: selectors.ScheduleSetting) -> dict[str, Any]:
    """What a link of a free time, or the hearing that is replaced, fills in."""
    initial: dict[str, Any] = {"kind": HearingKind.TRIAL, "minutes": 120}
    if setting.replaces is not None:
        initial["kind"] = setting.replaces.kind
        initial["room"] = setting.replaces.room_id
    for name in ("kind", "minutes", "room", "on", "begins"):
        if request.GET.get(name):
            initial[name] = request.GET[name]
    return initial


def _detail(
    request: HttpRequest,
    actor: Actor,
    hearing_id: int,
    *,
    wrong: tuple[str, ReasonForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    page = selectors.hearing_page(actor=actor, hearing_id=hearing_id, at=timezone.now())
    forms = {"postpone": ReasonForm(prefix="postpone"), "cancel": ReasonForm(prefix="cancel")}
    if wrong is not None:
        forms[wrong[0]] = wrong[1]
    return render(
        request,
        "hearings/detail.html",
        {
            "page": page,
            "hearing": page.hearing,
            "case": page.case,
            "forms": forms,
            "wrong_form": wrong[1] if wrong else None,
            "open_form": wrong[0] if wrong else "",
        },
        status=status,
    )


@require_safe
def detail(request: HttpRequest, hearing_id: int) -> HttpResponse:
    """One hearing: when, where, who, and what can be done."""
    return _detail(request, actor_from(request), hearing_id)


@require_POST
def hold(request: HttpRequest, hearing_id: int) -> HttpResponse:
    """Note that the hearing took place."""
    services.hearing_hold(actor=actor_from(request), hearing_id=hearing_id, at=timezone.now())
    messages.success(request, _("已登记开庭。"))
    return redirect("hearings:detail", hearing_id)


def _with_reason(request: HttpRequest, hearing_id: int, key: str, act: Any, done: str) -> HttpResponse | None:
    actor = actor_from(request)
    form = ReasonForm(request.POST, prefix=key)
    status = 422
    if form.is_valid():
        try:
            act(actor=actor, hearing_id=hearing_id, reason=form.cleaned_data["reason"], at=timezone.now())
        except InvalidInput as fact:
            add_faults(form, fact, {})
        except Refused as fact:
            form.add_error(None, fact.message)
            status = 409
        else:
            messages.success(request, done)
            return None
    return _detail(request, actor, hearing_id, wrong=(key, form), status=status)


@require_POST
def postpone(request: HttpRequest, hearing_id: int) -> HttpResponse:
    """Postpone a hearing and go on to its new date."""
    answer = _with_reason(
        request, hearing_id, "postpone", services.hearing_postpone, _("已延期，请确定新的开庭时间。")
    )
    return answer or redirect("hearings:detail", hearing_id)


@require_POST
def cancel(request: HttpRequest, hearing_id: int) -> HttpResponse:
    """Cancel a hearing; room and people are free again."""
    answer = _with_reason(
        request, hearing_id, "cancel", services.hearing_cancel, _("已取消，法庭和人员的时间已经空出。")
    )
    return answer or redirect("hearings:detail", hearing_id)


@FORM
def courtrooms(request: HttpRequest) -> HttpResponse:
    """The courtrooms of one's own court; who keeps them adds to them."""
    actor = actor_from(request)
    now = timezone.now()
    form = CourtroomForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                room = services.courtroom_add(
                    actor=actor, name=form.cleaned_data["name"], seats=form.cleaned_data["seats"], at=now
                )
            except InvalidInput as fact:
                form.add_error("name", fact.message)
            else:
                messages.success(request, _("已添加%s。") % room.name)
                return redirect("hearings:courtrooms")
    return render(
        request,
        "hearings/courtrooms.html",
        {
            "rooms": selectors.courtrooms(actor=actor, at=now),
            "form": form,
            "can_manage": selectors.can_manage_rooms(actor),
        },
        status=status,
    )


@FORM
def courtroom(request: HttpRequest, room_id: int) -> HttpResponse:
    """Rename a courtroom, correct its seats, take it out of use and back."""
    actor = actor_from(request)
    room = selectors.courtroom_get(actor=actor, room_id=room_id)
    status = 200
    if request.method == "POST":
        form = CourtroomChangeForm(request.POST)
        status = 422
        if form.is_valid():
            try:
                services.courtroom_change(
                    actor=actor, room_id=room_id, at=timezone.now(), **form.cleaned_data
                )
            except InvalidInput as fact:
                form.add_error("name", fact.message)
            except Refused as fact:
                form.add_error(None, fact.message)
                status = 409
            else:
                messages.success(request, _("已保存。"))
                return redirect("hearings:courtrooms")
    else:
        form = CourtroomChangeForm(initial={"name": room.name, "seats": room.seats, "in_use": room.in_use})
    return render(request, "hearings/courtroom.html", {"room": room, "form": form}, status=status)

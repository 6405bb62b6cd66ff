"""What comes onto desks by the turn of a day: limits that run out, papers to serve, decisions to take
effect.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from xiezhi.cases.contracts import ApplicationStatus, Stage
from xiezhi.cases.models import Case, Correction
from xiezhi.cases.services.applications import open_review_todo
from xiezhi.cases.services.serving import effect_date
from xiezhi.foundation import court_settings, notices, todo
from xiezhi.foundation.models import TodoItem
from xiezhi.identity.models import Court

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Reminded:
    """How many notices a day brought, by what they were about."""

    limits: int = 0
    overdue: int = 0
    services: int = 0
    effects: int = 0
    corrections: int = 0


def remind(*, on: date, at: datetime) -> Reminded:
    """Look over all open cases for a day. Running it again the same day changes nothing.

    Each piece of work has a transaction of its own, so that one fault does not hold up the others' reminders.
    """
    limits, overdue = _remind_limits(on, at)
    return Reminded(
        limits=limits,
        overdue=overdue,
        services=_remind_services(on, at),
        effects=_open_effects(on, at),
        corrections=_reopen_unanswered(on, at),
    )


def limit_todo(case: Case, *, on: date, at: datetime) -> None:
    """Put the end of the limit on the judge's desk when it is near or past, take it off when it is not.

    Called by the daily round and wherever the last day moves; runs in the caller's transaction.
    """
    key = f"case-limit:{case.pk}"
    if case.is_closed or case.due_on is None or case.judge_id is None or not _near(case, on):
        todo.close_todo(key=key, at=at)
        return
    known = TodoItem.objects.filter(key=key, closed_at=None, due_on=case.due_on, person_id=case.judge_id)
    if known.exists():
        return
    todo.open_todo(
        key=key,
        kind="case-limit",
        title=_("审限将满：%s") % case.title,
        court_code=case.court_code,
        case_id=case.pk,
        person_id=case.judge_id,
        due_on=case.due_on,
        url=f"/cases/{case.pk}/",
        at=at,
    )


def _reminder_days(court_code: str) -> list[int]:
    return sorted(int(day) for day in court_settings.get("cases.reminder_days", court_code))


def _near(case: Case, on: date) -> bool:
    return case.due_on is not None and (case.due_on - on).days <= _reminder_days(case.court_code)[-1]


def _remind_limits(on: date, at: datetime) -> tuple[int, int]:
    near = overdue = 0
    courts = Court.objects.filter(in_group=True).values_list("code", flat=True)
    days = {code: _reminder_days(code) for code in courts}
    latest = on + timedelta(days=max((marks[-1] for marks in days.values()), default=0))
    waiting = Case.objects.open().filter(court_code__in=days, due_on__lte=latest, clock_stopped=False)
    for case in _in_chunks(waiting):
        marks = days[case.court_code]
        if case.due_on is None or case.judge_id is None or (case.due_on - on).days > marks[-1]:
            continue
        with transaction.atomic():
            limit_todo(case, on=on, at=at)
            said = _say_limit(case, (case.due_on - on).days, marks, at)
        near += said == "near"
        overdue += said == "overdue"
    return near, overdue


def _say_limit(case: Case, left: int, marks: list[int], at: datetime) -> str:
    """Leave the judge a notice once for each mark that is passed. Returns near, overdue, or nothing said."""
    due = case.due_on
    if due is None or case.judge_id is None:
        return ""
    day = f"{due.year}年{due.month}月{due.day}日"
    if left < 0:
        mark, text = "overdue", _("%(number)s已超过审限（%(day)s届满），请说明原因并尽快办结。")
    else:
        mark = str(next(number for number in marks if left <= number))
        text = _("%(number)s审限将于%(day)s届满，还有%(left)d天。")
    key = f"case-limit:{case.pk}:{due.isoformat()}:{mark}"
    before = notices.Notice.objects.filter(person_id=case.judge_id, key=key).exists()
    notices.notify(
        case.judge_id,
        text % {"number": case.number, "day": day, "left": left},
        f"/cases/{case.pk}/",
        case.pk,
        at=at,
        key=key,
    )
    return "" if before else "overdue" if left < 0 else "near"


def _remind_services(on: date, at: datetime) -> int:
    """Tell who must serve a decision when it is due within three days, and once when it is late."""
    said = 0
    items = TodoItem.objects.filter(
        kind="case-serve", closed_at=None, due_on__lte=on + timedelta(days=3), person_id__isnull=False
    ).order_by("pk")
    for item in items:
        if item.due_on is None or item.person_id is None:
            continue
        late = item.due_on < on
        key = f"{item.key}:{item.due_on.isoformat()}:{'late' if late else 'due'}"
        if notices.Notice.objects.filter(person_id=item.person_id, key=key).exists():
            continue
        text = _("已超过送达期限：%s") if late else _("送达期限将满：%s")
        notices.notify(item.person_id, text % item.title, item.url, item.case_id, at=at, key=key)
        said += 1
    return said


def _open_effects(on: date, at: datetime) -> int:
    """Ask the clerk to note the effect of decisions whose last appeal period has run out."""
    opened = 0
    waiting = (
        Case.objects.filter(stage=Stage.PRONOUNCED, closed_on__isnull=False)
        .exclude(clerk=None)
        .prefetch_related("decisions__services")
    )
    for case in _in_chunks(waiting):
        decision = case.decisions.all()[0] if case.decisions.all() else None
        day = effect_date(decision) if decision is not None else None
        if day is None or day > on or case.clerk_id is None:
            continue
        key = f"case-effect:{case.pk}"
        if TodoItem.objects.filter(key=key, closed_at=None).exists():
            continue
        todo.open_todo(
            key=key,
            kind="case-effect",
            title=_("登记裁判生效：%s") % case.title,
            court_code=case.court_code,
            case_id=case.pk,
            person_id=case.clerk_id,
            due_on=day,
            url=f"/cases/{case.pk}/service/",
            at=at,
        )
        opened += 1
    return opened


def _reopen_unanswered(on: date, at: datetime) -> int:
    """Put applications back before the filing clerks whose time for correction has run out unanswered."""
    reopened = 0
    unanswered = Correction.objects.filter(
        answer_by__lt=on, answered_on=None, application__status=ApplicationStatus.CORRECTION_REQUESTED
    ).select_related("application")
    for correction in unanswered.order_by("pk"):
        key = f"application-review:{correction.application_id}"
        if TodoItem.objects.filter(key=key, closed_at=None).exists():
            continue
        open_review_todo(correction.application, at=at)
        reopened += 1
    return reopened


def _in_chunks(cases: QuerySet[Case]) -> Iterator[Case]:
    """Walk a large set by key, a few hundred rows at a time, so that memory and locks stay small."""
    latest = 0
    while rows := list(cases.filter(pk__gt=latest).order_by("pk")[:_CHUNK]):
        yield from rows
        latest = rows[-1].pk

"""Requests that a named post decides: made by the judge, decided by the approver, then applied."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from xiezhi.cases import events, policies
from xiezhi.cases.contracts import ClockKind, LinkKind, RequestKind, RequestStatus, Stage, TeamRole
from xiezhi.cases.models import ApprovalRequest, Case, ClockChange, Participant, TeamMember
from xiezhi.cases.rules import approvals
from xiezhi.cases.rules import clock as clock_rules
from xiezhi.cases.services import applications, assignment, decisions
from xiezhi.cases.services.steps import local_date, lock_case, move, record, refresh_search, require_open, save
from xiezhi.foundation import court_settings, notices, todo
from xiezhi.foundation.errors import InvalidInput, Refused
from xiezhi.identity.models import Court

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor


class ExtensionNotAllowed(Refused):
    """The limit of this procedure cannot be extended (again)."""


class AlreadyRequested(Refused):
    """A request of this kind is waiting."""


def clock_of(case: Case) -> tuple[clock_rules.Change, ...]:
    """Return the clock rows of a case as plain values, oldest first."""
    return tuple(
        clock_rules.Change(
            kind=row.kind,
            reason=row.reason,
            since=row.since,
            until=row.until,
            step=row.step,
            add_months=row.add_months,
            add_days=row.add_days,
            procedure_to=row.procedure_to,
            basis=row.basis,
        )
        for row in case.clock_changes.order_by("since", "pk")
    )


def limit_of(case: Case) -> clock_rules.Limit:
    """Return the limit of a case as its clock stands, with every step of the count."""
    first = case.clock_changes.filter(kind=ClockKind.CONVERSION).order_by("since", "pk").first()
    start = first.procedure_from if first is not None else case.procedure
    return clock_rules.limit(case.kind_rule, start, docketed_on=case.docketed_on, changes=clock_of(case))


def recompute(case: Case) -> None:
    """Set the last day and whether the clock stands still, from the clock rows. The caller saves both."""
    limit = limit_of(case)
    case.due_on = limit.due_on
    case.clock_stopped = case.clock_changes.filter(
        until=None, kind__in=[ClockKind.EXCLUSION, ClockKind.SUSPENSION]
    ).exists()


@transaction.atomic
def request_make(
    *,
    actor: Actor,
    case_id: int,
    kind: RequestKind,
    payload: Mapping[str, Any],
    reason: str,
    at: datetime,
    version: int | None = None,
) -> ApprovalRequest:
    """Ask for an extension, exclusion, suspension, conversion, change of judge, recusal, merger, split or transfer.

    `payload` by kind: EXTENSION {step, months?}; EXCLUSION, SUSPENSION {reason, since, until?}; CONVERSION
    {procedure}; JUDGE_CHANGE {judge_id}; RECUSAL {person_id}; MERGE {into}; SPLIT {participant_ids}; TRANSFER
    {court_code}. Dates as ISO text.

    Raises Case.DoesNotExist, NotPermitted, CaseIsClosed, AlreadyRequested, ExtensionNotAllowed, InvalidInput.
    """
    case = lock_case(actor, case_id, version=version)
    policies.require(policies.can_handle(actor, case), _("只有本案的审判人员可以提出这项申请。"))
    require_open(case)
    if not reason.strip():
        raise InvalidInput(_("请写明理由。"), fields={"reason": [_("必填。")]})
    if case.requests.filter(kind=kind, status=RequestStatus.PENDING).exists():
        raise AlreadyRequested(_("本案已有一项“%s”申请在等待审批。") % kind.label)
    plan = _plan(case, kind, dict(payload), local_date(at))
    request = ApprovalRequest.objects.create(
        case=case,
        kind=kind,
        payload=plan.payload,
        summary=plan.summary,
        reason=reason.strip(),
        basis=plan.basis,
        requested_by_person_id=actor.person_id,
        requested_by_name=actor.name,
        requested_at=at,
        approver_role=plan.approver.role,
        approver_court_code=plan.court_code,
        approver_division_id=case.division_id if plan.approver.role == approvals.DIVISION_HEAD else None,
        decide_by=plan.decide_by,
    )
    save(case)
    record(
        events.RequestMade(
            request_id=request.pk,
            request_kind=kind,
            summary_text=plan.summary,
            reason=reason.strip(),
            approver_role=plan.approver.role,
            approver_court_code=plan.court_code,
        ),
        actor=actor,
        case=case,
        at=at,
    )
    todo.open_todo(
        key=f"request:{request.pk}",
        kind="request",
        title=f"{plan.summary}：{case.number}",
        court_code=plan.court_code,
        case_id=case.pk,
        person_id=None,
        role=plan.approver.role,
        division_id=request.approver_division_id,
        due_on=plan.decide_by,
        url=f"/approvals/{request.pk}/",
        at=at,
    )
    return request


class _Plan:
    """What a request will do, checked and put into words."""

    def __init__(
        self,
        *,
        summary: str,
        payload: dict[str, Any],
        approver: approvals.Approver,
        court_code: str,
        basis: str,
        decide_by: date | None = None,
    ) -> None:
        self.summary, self.payload, self.approver = summary[:300], payload, approver
        self.court_code, self.basis, self.decide_by = court_code, basis, decide_by


def _day(payload: Mapping[str, Any], key: str, *, required: bool = True) -> date | None:
    value = payload.get(key)
    if not value:
        if required:
            raise InvalidInput(_("请填写日期。"), fields={key: [_("必填。")]})
        return None
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as reason:
        raise InvalidInput(_("日期格式应为2026-11-24。"), fields={key: [_("请核对日期。")]}) from reason


def _cn(day: date | None) -> str:
    return "" if day is None else f"{day.year}年{day.month}月{day.day}日"


def _local_approver(case: Case, kind: RequestKind) -> approvals.Approver:
    chosen = court_settings.get("cases.approvers", case.court_code)
    return approvals.Approver(chosen.get(kind, approvals.DEFAULT_APPROVERS[kind]))


def _plan(case: Case, kind: RequestKind, payload: dict[str, Any], today: date) -> _Plan:
    planners = {
        RequestKind.EXTENSION: _plan_extension,
        RequestKind.EXCLUSION: _plan_stop,
        RequestKind.SUSPENSION: _plan_stop,
        RequestKind.CONVERSION: _plan_conversion,
        RequestKind.JUDGE_CHANGE: _plan_judge_change,
        RequestKind.RECUSAL: _plan_recusal,
        RequestKind.MERGE: _plan_merge,
        RequestKind.SPLIT: _plan_split,
        RequestKind.TRANSFER: _plan_transfer,
    }
    return planners[kind](case, kind, payload, today)


def _court_code_at(case: Case, level: str) -> str:
    court: Court | None = case.court
    if level == "SAME":
        return case.court_code
    if level == "UPPER":
        court = court.parent if court is not None else None
    elif level in {"HIGH", "SUPREME"}:
        while court is not None and court.level != "HIGH":
            court = court.parent
    if court is None:
        raise Refused(_("本系统中没有有权批准的上级法院，请通过书面报请，再由审判管理部门登记。"))
    return court.code


def _plan_extension(case: Case, kind: RequestKind, payload: dict[str, Any], today: date) -> _Plan:
    option = clock_rules.next_extension(
        case.kind_rule, case.procedure, taken=[c.step for c in clock_of(case) if c.kind == ClockKind.EXTENSION]
    )
    if option is None:
        raise ExtensionNotAllowed(_("%s没有（或者已经用尽）可以延长审限的规定。") % case.procedure_name)
    if case.due_on is None:
        raise ExtensionNotAllowed(_("本案审限正在中止或者扣除，恢复审理后再申请延长。"))
    months, days = option.months, option.days
    if months is None and days is None:
        default = court_settings.get("cases.extension_months", case.court_code)
        months = int(payload.get("months") or default)
        if not 1 <= months <= 6:
            raise InvalidInput(_("延长的月数应当在1至6之间。"), fields={"months": [_("请核对。")]})
    elif payload.get("months") and months is not None:
        months = min(int(payload["months"]), months)
    length = f"{months}个月" if months else f"{days}日"
    approver = approvals.extension_approver(option.approver) or _local_approver(case, RequestKind.EXCLUSION)
    summary = _("延长审限%s") % length
    if option.apply_by(case.due_on) < today:
        summary += _("（已过申请期限%s）") % _cn(option.apply_by(case.due_on))
    return _Plan(
        summary=summary,
        payload={"step": option.step, "months": months, "days": days, "length": length},
        approver=approver,
        court_code=_court_code_at(case, approver.level),
        basis=option.source,
        decide_by=option.decide_by(case.due_on),
    )


def _plan_stop(case: Case, kind: RequestKind, payload: dict[str, Any], today: date) -> _Plan:
    since, until = _day(payload, "since"), _day(payload, "until", required=False)
    ground = str(payload.get("reason", "")).strip()
    allowed = clock_rules.stop_reasons(case.kind_rule, kind)
    if ground not in allowed:
        raise InvalidInput(
            _("%s没有这项事由。") % kind.label, fields={"ground": [_("请从法律规定的事由中选择。")]}
        )
    if since is None or since < case.docketed_on:
        raise InvalidInput(_("起始日期不能早于立案日期。"), fields={"since": [_("请核对日期。")]})
    if case.due_on is not None and since > case.due_on:
        raise InvalidInput(
            _("审限已于%s届满，之后发生的事由不能扣除或者中止。") % _cn(case.due_on), fields={"since": [_("请核对日期。")]}
        )
    if until is not None and until < since:
        raise InvalidInput(_("结束日期不能早于起始日期。"), fields={"until": [_("请核对日期。")]})
    if case.clock_changes.filter(reason=ground, until=None, kind=kind).exists():
        raise AlreadyRequested(_("本案正因“%s”%s，不必重复申请。") % (ground, kind.label))
    span = _("自%s起") % _cn(since) + (_("至%s止") % _cn(until) if until else "")
    approver = _local_approver(case, kind)
    return _Plan(
        summary=f"{kind.label}（{ground}，{span}）",
        payload={
            "reason": ground,
            "since": since.isoformat(),
            "until": until.isoformat() if until else None,
        },
        approver=approver,
        court_code=case.court_code,
        basis=approvals.BASIS[kind],
    )


def _plan_conversion(case: Case, kind: RequestKind, payload: dict[str, Any], today: date) -> _Plan:
    current = case.kind_rule.procedure(case.procedure)
    wanted = str(payload.get("procedure", ""))
    if wanted not in current.converts_to:
        raise InvalidInput(_("%s不能转为所选程序。") % current.name, fields={"procedure": [_("请重新选择。")]})
    if case.due_on is not None and today > case.due_on:
        raise InvalidInput(
            _("转换程序的裁定应当在原审限届满（%s）前作出（民诉解释第二百五十八条）。") % _cn(case.due_on),
            fields={"procedure": [_("已过原审限。")]},
        )
    target = case.kind_rule.procedure(wanted)
    approver = _local_approver(case, kind)
    return _Plan(
        summary=_("%(a)s转为%(b)s") % {"a": current.name, "b": target.name},
        payload={"procedure": wanted},
        approver=approver,
        court_code=case.court_code,
        basis=approvals.BASIS[kind],
        decide_by=case.due_on,
    )


def _plan_judge_change(case: Case, kind: RequestKind, payload: dict[str, Any], today: date) -> _Plan:
    pool = assignment.pool_for(case, on=today)
    judge_id = int(payload.get("judge_id") or 0)
    chosen = next((c for c in pool.candidates if c.person_id == judge_id), None)
    if chosen is None or judge_id == case.judge_id:
        raise InvalidInput(_("请选择另一名承办这类案件的法官。"), fields={"judge": [_("请重新选择。")]})
    for conflict in pool.conflicts:
        if conflict.person_id == judge_id:
            raise assignment.MustNotSit(f"{conflict.name}：{conflict.reason}")
    approver = _local_approver(case, kind)
    return _Plan(
        summary=_("承办法官变更为%s") % chosen.name,
        payload={"judge_id": judge_id},
        approver=approver,
        court_code=case.court_code,
        basis=approvals.BASIS[kind],
    )


def _plan_recusal(case: Case, kind: RequestKind, payload: dict[str, Any], today: date) -> _Plan:
    member = case.team.filter(person_id=int(payload.get("person_id") or 0), until=None).select_related("person").first()
    if member is None:
        raise InvalidInput(_("所选人员不在本案审判组织中。"), fields={"person": [_("请重新选择。")]})
    presides = _is_president(member, today)
    approver = approvals.recusal_approver(member.role, is_president=presides)
    if approver is None:
        raise Refused(_("院长的回避由审判委员会决定，请登记审判委员会决议。"))
    return _Plan(
        summary=_("%(name)s（%(role)s）回避") % {"name": member.person.name, "role": TeamRole(member.role).label},
        payload={"person_id": member.person_id, "role": member.role},
        approver=approver,
        court_code=case.court_code,
        basis=approvals.BASIS[kind],
        decide_by=clock_rules.recusal_decision_by(today),
    )


def _is_president(member: TeamMember, on: date) -> bool:
    from django.db.models import Q

    posts = member.person.posts.filter(role="PRESIDENT", since__lte=on)
    return bool(posts.filter(Q(until=None) | Q(until__gte=on)).exists())


def _plan_merge(case: Case, kind: RequestKind, payload: dict[str, Any], today: date) -> _Plan:
    target = Case.objects.filter(court_id=case.court_id, number=str(payload.get("into", "")), closed_on=None).first()
    if target is None or target.pk == case.pk:
        raise InvalidInput(_("没有找到本院正在审理的该案。"), fields={"into": [_("请核对案号。")]})
    if target.kind != case.kind or target.merged_into_id is not None:
        raise InvalidInput(_("只能并入本院正在审理的同类案件。"), fields={"into": [_("请核对案号。")]})
    return _Plan(
        summary=_("并入%s合并审理") % target.number,
        payload={"into_id": target.pk, "into": target.number},
        approver=_local_approver(case, kind),
        court_code=case.court_code,
        basis=approvals.BASIS[kind],
    )


def _plan_split(case: Case, kind: RequestKind, payload: dict[str, Any], today: date) -> _Plan:
    wanted = [int(pk) for pk in payload.get("participant_ids", [])]
    moving = list(case.participants.filter(pk__in=wanted, left_on=None).order_by("role", "position"))
    roles = {p.role for p in moving}
    if not moving or not roles & set(case.kind_rule.second_roles):
        raise InvalidInput(_("请选择要分案审理的被告一方。"), fields={"participants": [_("至少选择一名。")]})
    staying = case.participants.filter(left_on=None).exclude(pk__in=[p.pk for p in moving])
    if not staying.filter(role__in=case.kind_rule.second_roles).exists():
        raise InvalidInput(_("原案至少要保留一名被告。"), fields={"participants": [_("请减少选择。")]})
    return _Plan(
        summary=_("将%s分案审理") % "、".join(p.name for p in moving),
        payload={"participant_ids": [p.pk for p in moving]},
        approver=_local_approver(case, kind),
        court_code=case.court_code,
        basis=approvals.BASIS[kind],
    )


def _plan_transfer(case: Case, kind: RequestKind, payload: dict[str, Any], today: date) -> _Plan:
    court = Court.objects.filter(code=str(payload.get("court_code", "")), valid_to=None).first()
    if court is None or court.pk == case.court_id:
        raise InvalidInput(_("请选择另一个有管辖权的法院。"), fields={"court": [_("请重新选择。")]})
    if court.level not in case.kind_rule.levels:
        raise InvalidInput(_("%s不受理这类案件。") % court.name, fields={"court": [_("请重新选择。")]})
    if "TRANSFERRED" not in {o.key for o in case.kind_rule.outcomes}:
        raise Refused(_("这类案件没有移送管辖的结案方式。"))
    return _Plan(
        summary=_("移送%s管辖") % court.name,
        payload={"court_id": court.pk, "court_code": court.code, "court_name": court.name},
        approver=_local_approver(case, kind),
        court_code=case.court_code,
        basis=approvals.BASIS[kind],
    )


@transaction.atomic
def request_decide(
    *, actor: Actor, request_id: int, approve: bool, opinion: str, at: datetime
) -> ApprovalRequest:
    """Approve or refuse. Approval applies the change at once, in this transaction.

    Raises ApprovalRequest.DoesNotExist, NotPermitted, CaseIsClosed, InvalidInput, Refused when the facts have
    changed since the request so that it can no longer be applied.
    """
    request = ApprovalRequest.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=request_id)
    policies.require(policies.can_decide_request(actor, request), _("这项申请不由您审批，或者已经办结。"))
    case = Case.objects.select_for_update(of=("self",)).get(pk=request.case_id)
    require_open(case)
    if not approve and not opinion.strip():
        raise InvalidInput(_("不批准应当写明意见。"), fields={"opinion": [_("必填。")]})
    status = RequestStatus.APPROVED if approve else RequestStatus.REFUSED
    request.status, request.opinion = status, opinion.strip()
    request.decided_by_person_id, request.decided_by_name, request.decided_at = actor.person_id, actor.name, at
    request.save(update_fields=["status", "opinion", "decided_by_person", "decided_by_name", "decided_at"])
    record(
        events.RequestDecided(
            request_id=request.pk,
            request_kind=request.kind,
            status=status,
            status_name=status.label,
            summary_text=request.summary,
            opinion=f"，意见：{opinion.strip()}" if opinion.strip() else "",
        ),
        actor=actor,
        case=case,
        at=at,
    )
    if approve:
        _apply(case, request, actor=actor, at=at)
    else:
        save(case)
    todo.close_todo(key=f"request:{request.pk}", at=at)
    notices.notify(
        person_id=request.requested_by_person_id,
        text=f"{status.label}：{request.summary}（{case.number}）",
        url=f"/approvals/{request.pk}/",
        case_id=case.pk,
        at=at,
    )
    return request


@transaction.atomic
def request_withdraw(*, actor: Actor, request_id: int, at: datetime) -> ApprovalRequest:
    """Take one's own pending request back. Raises ApprovalRequest.DoesNotExist, NotPermitted."""
    request = ApprovalRequest.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=request_id)
    policies.require(policies.can_withdraw_request(actor, request), _("只有申请人可以撤回待审批的申请。"))
    request.status = RequestStatus.WITHDRAWN
    request.save(update_fields=["status"])
    record(
        events.RequestDecided(
            request_id=request.pk,
            request_kind=request.kind,
            status=RequestStatus.WITHDRAWN,
            status_name=RequestStatus.WITHDRAWN.label,
            summary_text=request.summary,
        ),
        actor=actor,
        case=request.case,
        at=at,
    )
    todo.close_todo(key=f"request:{request.pk}", at=at)
    return request


def _apply(case: Case, request: ApprovalRequest, *, actor: Actor, at: datetime) -> None:
    appliers = {
        RequestKind.EXTENSION: _apply_extension,
        RequestKind.EXCLUSION: _apply_stop,
        RequestKind.SUSPENSION: _apply_stop,
        RequestKind.CONVERSION: _apply_conversion,
        RequestKind.JUDGE_CHANGE: _apply_judge_change,
        RequestKind.RECUSAL: _apply_recusal,
        RequestKind.MERGE: _apply_merge,
        RequestKind.SPLIT: _apply_split,
        RequestKind.TRANSFER: _apply_transfer,
    }
    appliers[RequestKind(request.kind)](case, request, actor, at)


def _apply_extension(case: Case, request: ApprovalRequest, actor: Actor, at: datetime) -> None:
    before = case.due_on
    change = ClockChange.objects.create(
        case=case,
        kind=ClockKind.EXTENSION,
        reason=request.reason[:80],
        since=local_date(at),
        until=local_date(at),
        step=request.payload["step"],
        add_months=request.payload["months"],
        add_days=request.payload["days"],
        basis=request.basis,
        request=request,
    )
    recompute(case)
    save(case, "due_on", "clock_stopped")
    record(
        events.LimitExtended(
            change_id=change.pk,
            step=request.payload["step"],
            length=request.payload["length"],
            due_before=before,
            due_after=case.due_on,
        ),
        actor=actor,
        case=case,
        at=at,
    )


def _apply_stop(case: Case, request: ApprovalRequest, actor: Actor, at: datetime) -> None:
    before = case.due_on
    payload = request.payload
    change = ClockChange.objects.create(
        case=case,
        kind=request.kind,
        reason=payload["reason"],
        since=date.fromisoformat(payload["since"]),
        until=date.fromisoformat(payload["until"]) if payload["until"] else None,
        basis=request.basis,
        request=request,
    )
    recompute(case)
    save(case, "due_on", "clock_stopped")
    record(
        events.ClockStopped(
            change_id=change.pk,
            change_kind=change.kind,
            kind_name=RequestKind(request.kind).label,
            reason=change.reason,
            since=change.since,
            until=change.until,
            due_before=before,
            due_after=case.due_on,
        ),
        actor=actor,
        case=case,
        at=at,
    )


@transaction.atomic
def clock_resume(*, actor: Actor, case_id: int, change_id: int, until: date, at: datetime) -> ClockChange:
    """End a running exclusion or suspension: `until` is the day that counts again.

    Raises Case.DoesNotExist, ClockChange.DoesNotExist, NotPermitted, CaseIsClosed, InvalidInput.
    """
    case = lock_case(actor, case_id)
    policies.require(policies.can_handle(actor, case), _("只有本案的审判人员可以恢复审理。"))
    require_open(case)
    change = case.clock_changes.select_for_update().get(pk=change_id, until=None)
    if not (change.since <= until <= local_date(at)):
        raise InvalidInput(
            _("恢复日期应当在%s之后、今天之前。") % _cn(change.since), fields={"until": [_("请核对日期。")]}
        )
    change.until = until
    change.save(update_fields=["until"])
    recompute(case)
    save(case, "due_on", "clock_stopped")
    record(
        events.ClockResumed(change_id=change.pk, reason=change.reason, until=until, due_after=case.due_on),
        actor=actor,
        case=case,
        at=at,
    )
    return change


def _apply_conversion(case: Case, request: ApprovalRequest, actor: Actor, at: datetime) -> None:
    before, due_before = case.procedure, case.due_on
    wanted = request.payload["procedure"]
    if wanted not in case.kind_rule.procedure(before).converts_to:
        raise Refused(_("案件的程序已经变更，这项申请不能再适用，请不批准或者由申请人撤回。"))
    change = ClockChange.objects.create(
        case=case,
        kind=ClockKind.CONVERSION,
        reason=request.reason[:80],
        since=local_date(at),
        until=local_date(at),
        procedure_from=before,
        procedure_to=wanted,
        basis=request.basis,
        request=request,
    )
    case.procedure = wanted
    recompute(case)
    save(case, "procedure", "due_on", "clock_stopped")
    record(
        events.ProcedureConverted(
            change_id=change.pk,
            before=before,
            before_name=case.kind_rule.procedure(before).name,
            after=wanted,
            after_name=case.procedure_name,
            due_before=due_before,
            due_after=case.due_on,
        ),
        actor=actor,
        case=case,
        at=at,
    )


def _apply_judge_change(case: Case, request: ApprovalRequest, actor: Actor, at: datetime) -> None:
    assignment.change_judge(
        case, judge_id=request.payload["judge_id"], reason=request.reason, actor=actor, at=at
    )


def _apply_recusal(case: Case, request: ApprovalRequest, actor: Actor, at: datetime) -> None:
    person_id = request.payload["person_id"]
    today = local_date(at)
    case.team.filter(person_id=person_id, until=None).update(until=today)
    if case.clerk_id == person_id:
        case.clerk_id = None
    if case.judge_id == person_id:
        pool = assignment.pool_for(case, on=today)
        barred = (
            *pool.conflicts,
            assignment.rules.Conflict(person_id, "", _("已决定回避")),
        )
        try:
            drawn = assignment.rules.draw(pool.candidates, barred, draw_text=f"recusal:{request.pk}:{at.isoformat()}")
        except assignment.rules.NobodyEligible as reason:
            raise Refused(str(reason)) from reason
        assignment.change_judge(
            case, judge_id=drawn.chosen.person_id, reason=request.summary, actor=actor, at=at
        )
    save(case, "clerk")
    members = list(case.team.filter(until=None).select_related("person").order_by("pk"))
    record(
        events.TeamSet(
            members=[{"id": m.person_id, "name": m.person.name, "role": m.role} for m in members],
            members_text="，".join(f"{TeamRole(m.role).label}{m.person.name}" for m in members),
        ),
        actor=actor,
        case=case,
        at=at,
    )


def _apply_merge(case: Case, request: ApprovalRequest, actor: Actor, at: datetime) -> None:
    target = Case.objects.select_for_update(of=("self",)).get(pk=request.payload["into_id"])
    require_open(target)
    if target.merged_into_id is not None:
        raise Refused(_("目标案件已并入其他案件，请重新申请。"))
    case.merged_into = target
    save(case, "merged_into")
    decisions.link(case, LinkKind.MERGED, target.number, request.reason[:200], actor=actor, at=at)


def _apply_split(case: Case, request: ApprovalRequest, actor: Actor, at: datetime) -> None:
    """The chosen defendants leave this case and become a new one of the same kind, docketed today."""
    moving = list(case.participants.filter(pk__in=request.payload["participant_ids"], left_on=None))
    if len(moving) != len(request.payload["participant_ids"]):
        raise Refused(_("当事人已有变化，请由申请人重新提出。"))
    asking = list(case.participants.filter(left_on=None, role__in=case.kind_rule.first_roles).order_by("position"))
    made = applications.docket_like(case, participants=[*asking, *moving], actor=actor, at=at)
    for participant in moving:
        participant.left_on, participant.left_reason = local_date(at), _("分案审理，见%s") % made.number
        participant.save(update_fields=["left_on", "left_reason"])
        record(
            events.ParticipantLeft(
                participant_id=participant.pk,
                role=participant.role,
                role_name=participant.get_role_display(),
                name=participant.name,
                reason=participant.left_reason,
            ),
            actor=actor,
            case=case,
            at=at,
        )
    refresh_search([case.pk, made.pk])
    save(case)
    decisions.link(case, LinkKind.SPLIT, made.number, request.reason[:200], actor=actor, at=at)


def _apply_transfer(case: Case, request: ApprovalRequest, actor: Actor, at: datetime) -> None:
    """The case goes to the other court's filing window; here it ends by ruling, which the judge enters as usual."""
    court = Court.objects.get(pk=request.payload["court_id"])
    applications.receive_transferred(case, court, reason=request.reason, actor=actor, at=at)
    if case.stage_code is Stage.ASSIGNED:
        move(case, Stage.PREPARING, actor=actor, at=at)
        save(case, "stage")
    else:
        save(case)
    record(
        events.Linked(
            link_kind=LinkKind.TRANSFERRED,
            link_name=LinkKind.TRANSFERRED.label,
            other_number=court.name,
            note=request.reason[:200],
        ),
        actor=actor,
        case=case,
        at=at,
    )



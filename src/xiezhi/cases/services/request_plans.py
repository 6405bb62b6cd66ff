"""What a request would do: checked against the law and the case, put into words, with who must decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from xiezhi.cases.contracts import RequestKind, TeamRole
from xiezhi.cases.models import Case, TeamMember
from xiezhi.cases.rules import approvals
from xiezhi.cases.rules import clock as clock_rules
from xiezhi.cases.services import assignment
from xiezhi.cases.services.clocks import limit_of
from xiezhi.foundation import court_settings
from xiezhi.foundation.errors import InvalidInput, Refused
from xiezhi.identity.models import Court
from xiezhi.law.limits import Length


class ExtensionNotAllowed(Refused):
    """The limit of this procedure cannot be extended (again)."""


class AlreadyRequested(Refused):
    """A request of this kind is waiting."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a request will do. `court_code`: the court whose post decides."""

    summary: str
    payload: dict[str, Any]
    approver: approvals.Approver
    court_code: str
    basis: str
    decide_by: date | None = None


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


def _whole(payload: Mapping[str, Any], key: str) -> int:
    try:
        return int(payload.get(key) or 0)
    except (TypeError, ValueError) as reason:
        raise InvalidInput(_("请填写整数。"), fields={key: [_("请核对。")]}) from reason


def _cn(day: date | None) -> str:
    return "" if day is None else f"{day.year}年{day.month}月{day.day}日"


def _local_approver(case: Case, kind: RequestKind) -> approvals.Approver:
    chosen = court_settings.get("cases.approvers", case.court_code)
    return approvals.Approver(chosen.get(kind, approvals.DEFAULT_APPROVERS[kind]))


def plan_request(case: Case, kind: RequestKind, payload: dict[str, Any], today: date) -> Plan:
    """Check what is asked for against the case as it stands today. Raises InvalidInput, Refused."""
    planners: dict[RequestKind, Callable[[Case, RequestKind, dict[str, Any], date], Plan]] = {
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


def _plan_extension(case: Case, kind: RequestKind, payload: dict[str, Any], today: date) -> Plan:
    limit = limit_of(case)
    wanted = payload.get("step")
    option = clock_rules.next_extension(
        case.kind_rule,
        case.procedure,
        taken=limit.extension_steps,
        step=None if wanted in {None, ""} else _whole(payload, "step"),
    )
    if option is None:
        raise ExtensionNotAllowed(_("%s没有（或者已经用尽）可以延长审限的规定。") % case.procedure_name)
    if limit.due_on is None or limit.warn_on is None:
        raise ExtensionNotAllowed(_("本案审限正在中止或者扣除，恢复审理后再申请延长。"))
    if today > limit.due_on:
        raise ExtensionNotAllowed(_("审限已于%s届满，不能再申请延长。") % _cn(limit.due_on))
    length = _length(case, option, payload)
    text = _("至%s") % option.length if option.is_total and not length else str(length)
    approver = approvals.extension_approver(option.approver) or _local_approver(case, RequestKind.EXTENSION)
    summary = _("延长审限%s") % text
    apply_by = option.apply_by(limit.warn_on)
    if apply_by is not None and apply_by < today:
        summary += _("（已过申请期限%s）") % _cn(apply_by)
    return Plan(
        summary=summary,
        payload={
            "step": option.step,
            "months": length.months or None,
            "days": length.days or None,
            "length": text,
        },
        approver=approver,
        court_code=_court_code_at(case, approver.level),
        basis=option.source[:200],
        decide_by=option.decide_by(limit.warn_on),
    )


def _length(case: Case, option: clock_rules.NextExtension, payload: dict[str, Any]) -> Length:
    """Return how long the extension is to be; nothing for the full length up to a total the law names."""
    asked = _whole(payload, "months") if payload.get("months") else 0
    if option.is_total:
        return Length()
    if option.months_between is not None:
        low, high = option.months_between
        if not low <= (asked or low) <= high:
            raise InvalidInput(
                _("延长的月数应当在%(low)d至%(high)d之间。") % {"low": low, "high": high},
                fields={"months": [_("请核对。")]},
            )
        return Length(months=asked or low)
    if option.length is None:
        months = asked or int(court_settings.get("cases.extension_months", case.court_code))
        if not 1 <= months <= 6:
            raise InvalidInput(_("延长的月数应当在1至6之间。"), fields={"months": [_("请核对。")]})
        return Length(months=months)
    if asked and not option.length.months:
        raise InvalidInput(_("这次延长以%s为限。") % option.length, fields={"months": [_("请留空。")]})
    if asked < 0 or asked > option.length.months:
        raise InvalidInput(_("这次延长最多%s。") % option.length, fields={"months": [_("请核对。")]})
    return Length(months=asked) if asked else option.length


def _plan_stop(case: Case, kind: RequestKind, payload: dict[str, Any], today: date) -> Plan:
    since, until = _day(payload, "since"), _day(payload, "until", required=False)
    ground = str(payload.get("reason", "")).strip()
    allowed = clock_rules.stop_reasons(case.kind_rule, kind, case.procedure)
    if ground not in allowed:
        raise InvalidInput(
            _("%s没有这项事由。") % kind.label, fields={"ground": [_("请从法律规定的事由中选择。")]}
        )
    if since is None or since < case.docketed_on:
        raise InvalidInput(_("起始日期不能早于立案日期。"), fields={"since": [_("请核对日期。")]})
    if case.due_on is not None and since > case.due_on:
        raise InvalidInput(
            _("审限已于%s届满，之后发生的事由不能扣除或者中止。") % _cn(case.due_on),
            fields={"since": [_("请核对日期。")]},
        )
    if until is not None and until < since:
        raise InvalidInput(_("结束日期不能早于起始日期。"), fields={"until": [_("请核对日期。")]})
    if case.clock_changes.filter(reason=ground, until=None, kind=kind).exists():
        raise AlreadyRequested(_("本案正因“%s”%s，不必重复申请。") % (ground, kind.label))
    span = _("自%s起") % _cn(since) + (_("，%s恢复计算") % _cn(until) if until else "")
    approver = _local_approver(case, kind)
    return Plan(
        summary=f"{kind.label}（{ground}，{span}）",
        payload={
            "reason": ground,
            "since": since.isoformat(),
            "until": until.isoformat() if until else None,
        },
        approver=approver,
        court_code=case.court_code,
        basis=approvals.basis_of(kind, case.kind_rule.category),
    )


def _plan_conversion(case: Case, kind: RequestKind, payload: dict[str, Any], today: date) -> Plan:
    current = case.kind_rule.procedure(case.procedure)
    wanted = str(payload.get("procedure", ""))
    if wanted not in current.converts_to:
        raise InvalidInput(
            _("%s不能转为所选程序。") % current.name, fields={"procedure": [_("请重新选择。")]}
        )
    if case.due_on is not None and today > case.due_on:
        raise InvalidInput(
            _("转换程序的裁定应当在原审限届满（%s）前作出（民诉解释第二百五十八条）。") % _cn(case.due_on),
            fields={"procedure": [_("已过原审限。")]},
        )
    target = case.kind_rule.procedure(wanted)
    approver = _local_approver(case, kind)
    return Plan(
        summary=_("%(a)s转为%(b)s") % {"a": current.name, "b": target.name},
        payload={"procedure": wanted},
        approver=approver,
        court_code=case.court_code,
        basis=approvals.basis_of(kind, case.kind_rule.category),
        decide_by=case.due_on,
    )


def _plan_judge_change(case: Case, kind: RequestKind, payload: dict[str, Any], today: date) -> Plan:
    pool = assignment.pool_for(case, on=today)
    judge_id = _whole(payload, "judge_id")
    chosen = next((c for c in pool.candidates if c.person_id == judge_id), None)
    if chosen is None or judge_id == case.judge_id:
        raise InvalidInput(_("请选择另一名承办这类案件的法官。"), fields={"judge": [_("请重新选择。")]})
    for conflict in pool.conflicts:
        if conflict.person_id == judge_id:
            raise assignment.MustNotSit(f"{conflict.name}：{conflict.reason}")
    approver = _local_approver(case, kind)
    return Plan(
        summary=_("承办法官变更为%s") % chosen.name,
        payload={"judge_id": judge_id},
        approver=approver,
        court_code=case.court_code,
        basis=approvals.basis_of(kind, case.kind_rule.category),
    )


def _plan_recusal(case: Case, kind: RequestKind, payload: dict[str, Any], today: date) -> Plan:
    member = (
        case.team.filter(person_id=_whole(payload, "person_id"), until=None).select_related("person").first()
    )
    if member is None:
        raise InvalidInput(_("所选人员不在本案审判组织中。"), fields={"person": [_("请重新选择。")]})
    presides = _is_president(member, today)
    approver = approvals.recusal_approver(member.role, is_president=presides)
    if approver is None:
        raise Refused(_("院长的回避由审判委员会决定，请登记审判委员会决议。"))
    return Plan(
        summary=_("%(name)s（%(role)s）回避")
        % {"name": member.person.name, "role": TeamRole(member.role).label},
        payload={"person_id": member.person_id, "role": member.role},
        approver=approver,
        court_code=case.court_code,
        basis=approvals.basis_of(kind, case.kind_rule.category),
        decide_by=clock_rules.recusal_decision_by(today),
    )


def _is_president(member: TeamMember, on: date) -> bool:
    posts = member.person.posts.filter(role="PRESIDENT", since__lte=on)
    return bool(posts.filter(Q(until=None) | Q(until__gte=on)).exists())


def _plan_merge(case: Case, kind: RequestKind, payload: dict[str, Any], today: date) -> Plan:
    target = Case.objects.filter(
        court_id=case.court_id, number=str(payload.get("into", "")), closed_on=None
    ).first()
    if target is None or target.pk == case.pk:
        raise InvalidInput(_("没有找到本院正在审理的该案。"), fields={"into": [_("请核对案号。")]})
    if target.kind != case.kind or target.merged_into_id is not None:
        raise InvalidInput(_("只能并入本院正在审理的同类案件。"), fields={"into": [_("请核对案号。")]})
    return Plan(
        summary=_("并入%s合并审理") % target.number,
        payload={"into_id": target.pk, "into": target.number},
        approver=_local_approver(case, kind),
        court_code=case.court_code,
        basis=approvals.basis_of(kind, case.kind_rule.category),
    )


def _plan_split(case: Case, kind: RequestKind, payload: dict[str, Any], today: date) -> Plan:
    wanted = [int(pk) for pk in payload.get("participant_ids", []) if str(pk).isdigit()]
    moving = list(case.participants.filter(pk__in=wanted, left_on=None).order_by("role", "position"))
    roles = {p.role for p in moving}
    if not moving or not roles & set(case.kind_rule.second_roles):
        raise InvalidInput(_("请选择要分案审理的被告一方。"), fields={"participants": [_("至少选择一名。")]})
    staying = case.participants.filter(left_on=None).exclude(pk__in=[p.pk for p in moving])
    if not staying.filter(role__in=case.kind_rule.second_roles).exists():
        raise InvalidInput(_("原案至少要保留一名被告。"), fields={"participants": [_("请减少选择。")]})
    return Plan(
        summary=_("将%s分案审理") % "、".join(p.name for p in moving),
        payload={"participant_ids": [p.pk for p in moving]},
        approver=_local_approver(case, kind),
        court_code=case.court_code,
        basis=approvals.basis_of(kind, case.kind_rule.category),
    )


def _plan_transfer(case: Case, kind: RequestKind, payload: dict[str, Any], today: date) -> Plan:
    court = Court.objects.filter(code=str(payload.get("court_code", "")), valid_to=None).first()
    if court is None or court.pk == case.court_id:
        raise InvalidInput(_("请选择另一个有管辖权的法院。"), fields={"court": [_("请重新选择。")]})
    if court.level not in case.kind_rule.levels:
        raise InvalidInput(_("%s不受理这类案件。") % court.name, fields={"court": [_("请重新选择。")]})
    if "TRANSFERRED" not in {o.key for o in case.kind_rule.outcomes}:
        raise Refused(_("这类案件没有移送管辖的结案方式。"))
    return Plan(
        summary=_("移送%s管辖") % court.name,
        payload={"court_id": court.pk, "court_code": court.code, "court_name": court.name},
        approver=_local_approver(case, kind),
        court_code=case.court_code,
        basis=approvals.basis_of(kind, case.kind_rule.category),
    )

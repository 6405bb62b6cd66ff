"""Requests for approval: the lists, one with what its approval would change, what may be asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from xiezhi.cases import policies
from xiezhi.cases.contracts import ClockKind, RequestKind, RequestStatus, Stage, TeamRole
from xiezhi.cases.models import ApprovalRequest, Case, ClockChange, Participant, TeamMember
from xiezhi.cases.models.approval import ApprovalRequestQuerySet
from xiezhi.cases.rules import clock as clock_rules
from xiezhi.cases.selectors.applications import COUNT_TO, Why, whys
from xiezhi.cases.selectors.clock import limit_of
from xiezhi.foundation import journal, paging
from xiezhi.identity.contracts import Role
from xiezhi.identity.models import Court
from xiezhi.identity.selectors import posts_in_force
from xiezhi.law import case_numbers

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor

PAGE_SIZE = 50
_NEVER = date(9999, 12, 31)
_EFFECT_KINDS = ("cases.limit-extended", "cases.clock-stopped", "cases.procedure-converted")
_CLOCK = (RequestKind.EXTENSION, RequestKind.EXCLUSION, RequestKind.SUSPENSION, RequestKind.CONVERSION)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFilter:
    """What the list is narrowed to. `tab`: WAITING (for me), MINE, DECIDED or ALL that I may see."""

    tab: str = "WAITING"
    kind: str = ""
    since: date | None = None
    until: date | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One line of the list."""

    request_id: int
    kind: RequestKind
    summary: str
    case_number: str
    case_title: str
    requested_by: str
    requested_at: datetime
    decide_by: date | None
    due_on: date | None
    case_closed_on: date | None
    status: RequestStatus
    approver: str
    decided_by: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class RequestList:
    """A page of the list, with how many wait for the actor and how many of the actor's own wait."""

    rows: tuple[RequestRow, ...]
    next_token: str | None
    previous_token: str | None
    count: int
    is_more: bool
    waiting: int
    mine: int


def _of_tab(actor: Actor, tab: str) -> ApprovalRequestQuerySet:
    seen = ApprovalRequest.objects.visible_to(actor)
    if tab == "WAITING":
        return seen.waiting_for(actor)
    if tab == "MINE":
        return seen.filter(requested_by_person_id=actor.person_id)
    if tab == "DECIDED":
        return seen.exclude(status=RequestStatus.PENDING)
    return seen


def request_list(
    *,
    actor: Actor,
    wanted: RequestFilter,
    after: str | None = None,
    before: str | None = None,
    size: int = PAGE_SIZE,
) -> RequestList:
    """Return a page of the requests: what waits is sorted by its last day, the rest the latest first."""
    found = _of_tab(actor, wanted.tab)
    for name, value in (
        ("kind", wanted.kind),
        ("requested_at__date__gte", wanted.since),
        ("requested_at__date__lte", wanted.until),
    ):
        if value not in (None, ""):
            found = found.filter(**{name: value})
    if words := wanted.words.strip():
        found = found.filter(_words(words))
    listed = found.select_related("case").annotate(last_day=Coalesce("decide_by", Value(_NEVER)))
    order = ("last_day", "id") if wanted.tab == "WAITING" else ("-requested_at", "-id")
    page = paging.page_by_key(listed, order=order, after=after, before=before, size=size)
    courts = _court_names(
        {row.approver_court_code for row in page.rows if row.approver_court_code != actor.court_code}
    )
    count = found.values("pk")[: COUNT_TO + 1].count()
    return RequestList(
        rows=tuple(_row(request, courts) for request in page.rows),
        next_token=page.next_token,
        previous_token=page.previous_token,
        count=min(count, COUNT_TO),
        is_more=count > COUNT_TO,
        waiting=_of_tab(actor, "WAITING").count(),
        mine=_of_tab(actor, "MINE").filter(status=RequestStatus.PENDING).count(),
    )


def _words(words: str) -> Q:
    try:
        return Q(case__number=str(case_numbers.parse_any(words)))
    except ValueError:
        return (
            Q(summary__icontains=words)
            | Q(requested_by_name__startswith=words)
            | Q(case__title__icontains=words)
        )


def _court_names(codes: set[str]) -> dict[str, str]:
    if not codes:
        return {}
    return dict(Court.objects.filter(code__in=sorted(codes)).values_list("code", "name"))


def _row(request: ApprovalRequest, courts: Mapping[str, str]) -> RequestRow:
    return RequestRow(
        request_id=request.pk,
        kind=RequestKind(request.kind),
        summary=request.summary,
        case_number=request.case.number,
        case_title=request.case.title,
        requested_by=request.requested_by_name,
        requested_at=request.requested_at,
        decide_by=request.decide_by,
        due_on=request.case.due_on,
        case_closed_on=request.case.closed_on,
        status=RequestStatus(request.status),
        approver=courts.get(request.approver_court_code, "") + Role(request.approver_role).label,
        decided_by=request.decided_by_name,
        decided_at=request.decided_at,
    )


@dataclass(frozen=True, slots=True)
class Effect:
    """What an approval changes. `clock`: it moves the last day; `faults`: why the law would not let it."""

    clock: bool
    due_before: date | None
    due_after: date | None
    why_after: tuple[Why, ...]
    lines: tuple[str, ...]
    faults: tuple[str, ...] = ()

    @property
    def days(self) -> int | None:
        """How many days later the last day would be."""
        if self.due_before is None or self.due_after is None:
            return None
        return (self.due_after - self.due_before).days


@dataclass(frozen=True, slots=True)
class RequestPage:
    """All that the page of one request shows."""

    request: ApprovalRequest
    kind: RequestKind
    status: RequestStatus
    case: Case
    case_is_open_to_actor: bool
    stage: Stage
    approver: str
    approver_people: tuple[str, ...]
    effect: Effect | None
    why_now: tuple[Why, ...]
    can_decide: bool
    decide_reason: str
    can_withdraw: bool
    others: tuple[RequestRow, ...]


def request_page(*, actor: Actor, request_id: int, today: date) -> RequestPage:
    """Return a request with what its approver needs. Raises ApprovalRequest.DoesNotExist."""
    request = (
        ApprovalRequest.objects.visible_to(actor)
        .select_related("case__court", "case__judge", "case__division", "approver_division")
        .get(pk=request_id)
    )
    case, kind, status = request.case, RequestKind(request.kind), RequestStatus(request.status)
    rows = list(case.clock_changes.order_by("since", "pk"))
    pending = status is RequestStatus.PENDING
    can_decide = policies.can_decide_request(actor, request) and not case.is_closed
    others = case.requests.exclude(pk=request.pk).select_related("case").order_by("-requested_at", "-pk")[:10]
    return RequestPage(
        request=request,
        kind=kind,
        status=status,
        case=case,
        case_is_open_to_actor=Case.objects.visible_to(actor).filter(pk=case.pk).exists(),
        stage=case.stage_code,
        approver=approver_words(request.approver_role, request.approver_court_code, case),
        approver_people=approver_people(
            request.approver_role, request.approver_court_code, request.approver_division_id, today
        ),
        effect=effect_of(case, rows, kind, request.payload, reason=request.reason, today=today)
        if pending
        else _effect_recorded(request),
        why_now=whys(limit_of(case, rows).why),
        can_decide=can_decide,
        decide_reason="" if can_decide else _why_not_decide(actor, request),
        can_withdraw=policies.can_withdraw_request(actor, request),
        others=tuple(_row(other, {}) for other in others),
    )


def approver_words(role: str, court_code: str, case: Case) -> str:
    """Return the post that decides: 院长, or 河北省保定市中级人民法院院长 where it is another court's."""
    label = Role(role).label
    if court_code == case.court_code:
        return _("本院%s") % label
    return _court_names({court_code}).get(court_code, court_code) + label


def approver_people(role: str, court_code: str, division_id: int | None, on: date) -> tuple[str, ...]:
    """Return the names of those who hold the post today."""
    court = Court.objects.filter(code=court_code).first()
    if court is None:
        return ()
    held = posts_in_force(court.pk, Role(role), on, division_id=division_id)
    return tuple(dict.fromkeys(post.person.name for post in held))


def _why_not_decide(actor: Actor, request: ApprovalRequest) -> str:
    if request.status != RequestStatus.PENDING:
        return ""
    if request.case.is_closed:
        return _("案件已经结案，这项申请不能再批准。")
    if request.requested_by_person_id == actor.person_id:
        return _("不能审批自己提出的申请。")
    if actor.court_code != request.approver_court_code or str(actor.role) != request.approver_role:
        return _("这项申请由%s审批。") % approver_words(
            request.approver_role, request.approver_court_code, request.case
        )
    return _("这项申请由承办部门的%s审批。") % Role(request.approver_role).label


def effect_of(
    case: Case,
    rows: Sequence[ClockChange],
    kind: RequestKind,
    payload: Mapping[str, Any],
    *,
    reason: str = "",
    today: date,
) -> Effect:
    """Say what approving today would change, without changing it. `rows`: the clock, oldest first."""
    before = limit_of(case, rows)
    if kind not in _CLOCK:
        return Effect(False, case.due_on, case.due_on, (), _lines(case, kind, payload))
    change = _change(case, kind, payload, reason=reason, today=today)
    after = limit_of(case, sorted([*rows, change], key=lambda row: (row.since, row.pk or 1 << 60)))
    lines = []
    if kind is RequestKind.CONVERSION:
        now, then = case.kind_rule.procedure(case.procedure), case.kind_rule.procedure(change.procedure_to)
        if now.panel_size != then.panel_size:
            lines.append(
                _("由独任审理改为合议庭审理，需要重新确定审判组织。")
                if then.panel_size > 1
                else _("改为独任审理。")
            )
    if after.due_on is None and after.stopped_since is not None:
        lines.append(_("审限停止计算，恢复之日再接着算。"))
    return Effect(
        True,
        before.due_on,
        after.due_on,
        whys(after.why),
        tuple(lines),
        tuple(problem.text for problem in after.problems if problem not in before.problems),
    )


def _change(
    case: Case, kind: RequestKind, payload: Mapping[str, Any], *, reason: str, today: date
) -> ClockChange:
    change = ClockChange(case=case, kind=ClockKind(kind).value, since=today, until=today, reason=reason[:80])
    if kind is RequestKind.EXTENSION:
        change.step, change.add_months, change.add_days = payload["step"], payload["months"], payload["days"]
    elif kind is RequestKind.CONVERSION:
        change.procedure_from, change.procedure_to = case.procedure, payload["procedure"]
    else:
        change.reason = payload["reason"]
        change.since = date.fromisoformat(payload["since"])
        change.until = date.fromisoformat(payload["until"]) if payload.get("until") else None
    return change


def _lines(case: Case, kind: RequestKind, payload: Mapping[str, Any]) -> tuple[str, ...]:
    now = case.judge.name if case.judge is not None else ""
    if kind is RequestKind.JUDGE_CHANGE:
        return (_("%s不再承办本案，新的承办法官收到通知。") % now, _("审限照常计算，不因换人中断。"))
    if kind is RequestKind.RECUSAL:
        if payload.get("person_id") == case.judge_id:
            return (_("%s退出本案，系统在其余符合条件的人员中随机确定新的承办人。") % now,)
        return (_("该人员退出本案审判组织，需要补充人员。"),)
    if kind is RequestKind.MERGE:
        return (
            _("本案并入%s，两案由同一审判组织一并审理。") % payload.get("into", ""),
            _("本案案号保留，裁判后分别结案。"),
        )
    if kind is RequestKind.SPLIT:
        return (_("立即生成一个新的案号，所选当事人转入新案。"), _("新案重新分案，审限自新案立案次日起算。"))
    return (
        _("案件材料转入%s的待审查列表。") % payload.get("court_name", ""),
        _("本院以移送管辖的裁定结案。"),
    )


def _effect_recorded(request: ApprovalRequest) -> Effect | None:
    """What an approval changed, as the journal tells it; None where it moved no last day."""
    change = ClockChange.objects.filter(request=request).first()
    if change is None:
        return None
    entries = journal.entries_of_case(request.case_id, kinds=_EFFECT_KINDS, size=200)
    for entry in entries:
        if entry.payload.get("change_id") == change.pk:
            return Effect(
                True,
                _read(entry.payload.get("due_before")),
                _read(entry.payload.get("due_after")),
                (),
                (),
                (),
            )
    return None


def _read(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True, slots=True)
class ExtensionOutlook:
    """The extension that may be asked for, or why none may."""

    refusal: str
    option: clock_rules.NextExtension | None = None
    apply_by: date | None = None
    decide_by: date | None = None

    @property
    def length_is_open(self) -> bool:
        """The months must be chosen within what the law allows."""
        return (
            self.option is not None
            and not self.option.is_total
            and (self.option.length is None or self.option.length.months > 1)
        )


@dataclass(frozen=True, slots=True)
class RequestSetting:
    """A case as the page of a new request shows it, with what can be chosen.

    `pending`: a request of this kind that waits already. `open_stops`: what stops the clock now.
    """

    case: Case
    kind: RequestKind
    due_on: date | None
    why: tuple[Why, ...]
    rows: tuple[ClockChange, ...]
    pending: ApprovalRequest | None
    open_stops: tuple[ClockChange, ...]
    extension: ExtensionOutlook | None
    choices: tuple[tuple[str, str], ...]


def request_setting(*, actor: Actor, case_id: int, kind: RequestKind, today: date) -> RequestSetting:
    """Return what a new request of a kind starts from. Raises Case.DoesNotExist, NotPermitted."""
    case = Case.objects.visible_to(actor).select_related("court", "judge", "division").get(pk=case_id)
    policies.require(policies.can_handle(actor, case), _("只有本案的审判人员可以提出这项申请。"))
    rows = tuple(case.clock_changes.order_by("since", "pk"))
    limit = limit_of(case, rows)
    return RequestSetting(
        case=case,
        kind=kind,
        due_on=case.due_on,
        why=whys(limit.why),
        rows=rows,
        pending=case.requests.filter(kind=kind, status=RequestStatus.PENDING).order_by("pk").first(),
        open_stops=tuple(
            row
            for row in rows
            if row.until is None and row.kind in {ClockKind.EXCLUSION, ClockKind.SUSPENSION}
        ),
        extension=_outlook(case, limit, today) if kind is RequestKind.EXTENSION else None,
        choices=_choices(case, kind, today),
    )


@dataclass(frozen=True, slots=True)
class KindChoice:
    """A kind of request, what it is for, and why it cannot be made now (empty when it can)."""

    kind: RequestKind
    text: str
    why_not: str
    pending_id: int | None = None


def request_kinds(*, actor: Actor, case_id: int, today: date) -> tuple[Case, tuple[KindChoice, ...]]:
    """Return every kind of request for a case. Raises Case.DoesNotExist, NotPermitted."""
    case = Case.objects.visible_to(actor).select_related("court", "judge").get(pk=case_id)
    policies.require(policies.can_handle(actor, case), _("只有本案的审判人员可以提出这项申请。"))
    waiting = dict(case.requests.filter(status=RequestStatus.PENDING).values_list("kind", "pk"))
    limit = limit_of(case, list(case.clock_changes.order_by("since", "pk")))
    texts = {
        RequestKind.EXTENSION: _("审限内不能审结，报有权的院长或者上级法院批准延长。"),
        RequestKind.EXCLUSION: _("鉴定、公告、管辖异议等期间不计入审限。"),
        RequestKind.SUSPENSION: _("有法律规定的情形，诉讼暂时不能进行。"),
        RequestKind.CONVERSION: _("简易、小额、普通程序之间的转换。"),
        RequestKind.JUDGE_CHANGE: _("承办法官调离、患病等，换由他人承办。"),
        RequestKind.RECUSAL: _("审判人员自行回避，或者当事人申请回避。"),
        RequestKind.MERGE: _("并入本院正在审理的同类案件，一并审理。"),
        RequestKind.SPLIT: _("把部分被告分出，另立一案审理。"),
        RequestKind.TRANSFER: _("本院没有管辖权，移送有管辖权的法院。"),
    }
    found = []
    for kind, text in texts.items():
        why = ""
        if case.is_closed:
            why = _("案件已经结案。")
        elif kind in waiting:
            why = _("已有一项在等待审批。")
        elif kind is RequestKind.EXTENSION:
            why = _outlook(case, limit, today).refusal
        elif kind is RequestKind.TRANSFER and "TRANSFERRED" not in {o.key for o in case.kind_rule.outcomes}:
            why = _("这类案件没有移送管辖的结案方式。")
        elif kind not in {RequestKind.JUDGE_CHANGE, RequestKind.MERGE}:
            options = _choices(case, kind, today)
            if len(options) < (2 if kind is RequestKind.SPLIT else 1):
                why = str(_NO_CHOICE.get(kind, ""))
        found.append(KindChoice(kind, text, why, waiting.get(kind)))
    return case, tuple(found)


_NO_CHOICE = {
    RequestKind.EXCLUSION: _lazy("适用的程序没有可以扣除审限的事由。"),
    RequestKind.SUSPENSION: _lazy("适用的程序没有可以中止的事由。"),
    RequestKind.CONVERSION: _lazy("适用的程序不能再转为其他程序。"),
    RequestKind.RECUSAL: _lazy("审判组织还没有确定。"),
    RequestKind.SPLIT: _lazy("被告一方只有一人，不能分案。"),
    RequestKind.TRANSFER: _lazy("没有可以移送的法院。"),
}


def _outlook(case: Case, limit: clock_rules.Limit, today: date) -> ExtensionOutlook:
    option = clock_rules.next_extension(case.kind_rule, case.procedure, taken=limit.extension_steps)
    if option is None:
        return ExtensionOutlook(_("%s没有（或者已经用尽）可以延长审限的规定。") % case.procedure_name)
    if limit.due_on is None or limit.warn_on is None:
        return ExtensionOutlook(_("本案审限正在中止或者扣除，恢复审理后再申请延长。"))
    if today > limit.due_on:
        return ExtensionOutlook(_("审限已于%s届满，不能再申请延长。") % limit.due_on.isoformat())
    return ExtensionOutlook("", option, option.apply_by(limit.warn_on), option.decide_by(limit.warn_on))


def _choices(case: Case, kind: RequestKind, today: date) -> tuple[tuple[str, str], ...]:
    if kind in {RequestKind.EXCLUSION, RequestKind.SUSPENSION}:
        return tuple((name, name) for name in clock_rules.stop_reasons(case.kind_rule, kind, case.procedure))
    if kind is RequestKind.CONVERSION:
        rule = case.kind_rule
        return tuple((key, rule.procedure(key).name) for key in rule.procedure(case.procedure).converts_to)
    if kind is RequestKind.RECUSAL:
        members = TeamMember.objects.filter(case=case, until=None).select_related("person").order_by("pk")
        return tuple(
            {
                m.person_id: (str(m.person_id), f"{m.person.name}（{TeamRole(m.role).label}）")
                for m in members
            }.values()
        )
    if kind is RequestKind.SPLIT:
        standing = Participant.objects.filter(case=case, left_on=None, role__in=case.kind_rule.second_roles)
        return tuple(
            (str(p.pk), f"{p.name}（{p.get_role_display()}）") for p in standing.order_by("position", "pk")
        )
    if kind is RequestKind.TRANSFER:
        courts = Court.objects.in_force(today).filter(in_group=True, level__in=sorted(case.kind_rule.levels))
        return tuple(courts.exclude(pk=case.court_id).order_by("code", "pk").values_list("code", "name"))
    return ()

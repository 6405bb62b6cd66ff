"""Everything the page of a case shows: the cover, what can be done now and why not, and its tabs.

The page costs a fixed number of queries, however many parties, papers or clock changes the case has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from xiezhi.cases import policies
from xiezhi.cases.contracts import (
    AgentKind,
    ApplicationStatus,
    Authority,
    ClockKind,
    LinkKind,
    ParticipantRole,
    RequestStatus,
    Stage,
    TeamRole,
)
from xiezhi.cases.models import (
    Agent,
    Application,
    ApprovalRequest,
    Case,
    CaseLink,
    ClockChange,
    Decision,
    DecisionService,
    Participant,
    TeamMember,
)
from xiezhi.cases.selectors import timeline
from xiezhi.cases.selectors.clock import ClockView, clock_view
from xiezhi.identity.contracts import Role
from xiezhi.parties.contracts import Grade, PartyCard, PartyKind
from xiezhi.parties.selectors import party_card

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor

#: Papers are not served on those who only take part otherwise (witnesses, interpreters).
NOT_SERVED = frozenset({ParticipantRole.OTHER})
_LEADING = (TeamRole.JUDGE_IN_CHARGE, TeamRole.ENFORCEMENT_OFFICER)
_MOST_RELATED = 8
_ARCHIVE_DAYS = 90
_UNDECIDED = (
    ApplicationStatus.SUBMITTED,
    ApplicationStatus.CORRECTION_REQUESTED,
    ApplicationStatus.RESUBMITTED,
)


@dataclass(frozen=True, slots=True)
class Action:
    """A step somebody may take. `why_not` empty: the actor may take it now. `post`: a button, no form."""

    key: str
    label: str
    url: str
    why_not: str = ""
    post: bool = False
    secondary: bool = False
    permitted: bool = True

    @property
    def enabled(self) -> bool:
        return not self.why_not


@dataclass(frozen=True, slots=True)
class StageStep:
    """One step of the status line; `state` is done, current, todo or skipped."""

    label: str
    state: str
    on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """The parties of one role, as the cover names them."""

    label: str
    names: str


@dataclass(frozen=True, slots=True)
class Tag:
    label: str
    tone: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    key: str
    label: str
    url: str
    active: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class AgentView:
    agent_id: int
    kind: str
    name: str
    firm: str
    licence_number: str
    authority: str
    authority_detail: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class ParticipantView:
    """A participant as the court sees it; identity papers and contact are masked."""

    participant_id: int
    role: str
    original_role: str
    name: str
    card: PartyCard
    joined_on: date
    left_on: date | None
    left_reason: str
    agents: tuple[AgentView, ...]
    past_agents: tuple[AgentView, ...]


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """Service of the decision on one participant, and that participant's own appeal period."""

    participant_id: int
    role: str
    name: str
    mode: str
    served_on: date | None
    appeal_until: date | None
    posted_on: date | None
    received_on: date | None
    in_time: bool | None
    can_appeal: bool


@dataclass(frozen=True, slots=True)
class LinkView:
    kind: str
    number: str
    url: str
    title: str
    note: str
    case_id: int | None = None


@dataclass(frozen=True, slots=True)
class TabRow:
    """A row of a tab that an upper room fills (a hearing): when, what, where it stands."""

    when: str
    title: str
    detail: str = ""
    status_code: str = ""
    status: str = ""
    url: str = ""
    upcoming: bool = False


@dataclass(frozen=True, slots=True)
class TabContent:
    """What an upper room puts on its tab: rows, and the actions possible there."""

    rows: tuple[TabRow, ...] = ()
    actions: tuple[Action, ...] = ()
    empty: str = ""


TabSource = Callable[["Actor", Case], TabContent]


@dataclass(frozen=True, slots=True)
class SourceTab:
    key: str
    label: str
    source: TabSource


_sources: dict[str, SourceTab] = {}


def add_tab_source(key: str, label: str, source: TabSource) -> None:
    """Let an upper room fill a tab of the case page; the tab appears once a source is there.

    `key` is the address (/cases/<id>/<key>/): hearings, materials, supervision. The same key replaces it.
    """
    _sources[key] = SourceTab(key, label, source)


def tab_source(key: str) -> SourceTab | None:
    """Return what fills a tab, or None."""
    return _sources.get(key)


@dataclass(slots=True)
class CasePage:
    """A case with all its page needs, read once. `is_prior_only`: open because a later case reviews it."""

    actor: Actor
    case: Case
    today: date
    participants: list[Participant]
    team: list[TeamMember]
    clock_changes: list[ClockChange]
    decision: Decision | None
    services: list[DecisionService]
    requests: list[ApprovalRequest]
    moves: dict[str, date]
    can_handle: bool
    can_support: bool
    can_set_team: bool
    can_assign: bool
    can_archive: bool
    can_see_papers: bool
    clock: ClockView
    is_prior_only: bool = False
    actions: tuple[Action, ...] = field(default=())
    hearings: TabContent = field(default_factory=TabContent)

    @property
    def to_be_heard(self) -> bool:
        """Whether a hearing is what may come next."""
        return Stage.HEARING in self.case.kind_rule.stages.get(self.case.stage_code, ())

    @property
    def panel_lacks(self) -> bool:
        """Whether the procedure wants a panel that has not been formed: drawn so, or converted to it."""
        if self.case.clerk_id is None or self.case.is_closed:
            return False
        size = self.case.kind_rule.procedure(self.case.procedure).panel_size
        sitting = {m.person_id for m in self.team if m.role not in {TeamRole.ASSISTANT, TeamRole.CLERK}}
        return size > 1 and len(sitting) < size

    @property
    def upcoming(self) -> tuple[TabRow, ...]:
        return tuple(row for row in self.hearings.rows if row.upcoming)[:3]

    @property
    def url(self) -> str:
        return f"/cases/{self.case.pk}/"

    @property
    def present(self) -> list[Participant]:
        return [p for p in self.participants if p.left_on is None]

    @property
    def pending(self) -> list[ApprovalRequest]:
        return [r for r in self.requests if r.status == RequestStatus.PENDING]

    @property
    def open_stops(self) -> list[ClockChange]:
        stopping = {ClockKind.EXCLUSION, ClockKind.SUSPENSION}
        return [c for c in self.clock_changes if c.kind in stopping and c.until is None]

    @property
    def unserved(self) -> list[Participant]:
        served = {service.participant_id for service in self.services}
        return [p for p in self.present if p.role not in NOT_SERVED and p.pk not in served]

    @property
    def main_actions(self) -> list[Action]:
        return [a for a in self.actions if a.enabled and not a.secondary]

    @property
    def more_actions(self) -> list[Action]:
        return [a for a in self.actions if a.enabled and a.secondary]

    @property
    def blocked(self) -> list[Action]:
        return [a for a in self.actions if not a.enabled and not a.secondary]

    @property
    def decide_action(self) -> Action | None:
        return self.action("decide")

    def action(self, key: str) -> Action | None:
        return next((a for a in self.actions if a.key == key), None)


def _read(actor: Actor, case_id: int) -> tuple[Case, bool]:
    """Return a case, and whether it is open only because the actor's team reviews it in a later case."""
    cases = Case.objects.select_related("court", "division", "judge", "clerk", "merged_into").defer("search")
    case = cases.visible_to(actor).filter(pk=case_id).first()
    if case is not None:
        return case, False
    return cases.prior_of(actor).get(pk=case_id), True


def case_page(*, actor: Actor, case_id: int, today: date) -> CasePage:
    """Return a case with all its page needs. Raises Case.DoesNotExist."""
    case, is_prior_only = _read(actor, case_id)
    agents = Prefetch("agents", queryset=Agent.objects.order_by("pk"))
    participants = list(
        Participant.objects.filter(case=case)
        .select_related("party")
        .prefetch_related(agents)
        .order_by("position", "pk")
    )
    order = {role: place for place, role in enumerate(case.kind_rule.roles)}
    participants.sort(key=lambda p: (order.get(ParticipantRole(p.role), len(order)), p.position, p.pk))
    clock_changes = list(ClockChange.objects.filter(case=case).order_by("since", "pk"))
    decision = Decision.objects.filter(case=case).order_by("pk").first()
    services = (
        list(DecisionService.objects.filter(decision=decision).order_by("pk")) if decision is not None else []
    )
    page = CasePage(
        actor=actor,
        case=case,
        today=today,
        participants=participants,
        team=list(TeamMember.objects.filter(case=case, until=None).select_related("person").order_by("pk")),
        clock_changes=clock_changes,
        decision=decision,
        services=services,
        requests=list(ApprovalRequest.objects.filter(case=case).order_by("-requested_at", "-pk")[:50]),
        moves=timeline.stage_days(case.pk),
        can_handle=policies.can_handle(actor, case),
        can_support=policies.can_support(actor, case),
        can_set_team=policies.can_set_team(actor, case),
        can_assign=policies.can_assign(actor, case),
        can_archive=policies.can_archive(actor, case),
        can_see_papers=policies.can_see_identity_numbers(actor, case),
        clock=clock_view(case, clock_changes, today=today),
        is_prior_only=is_prior_only,
    )
    hearings = tab_source("hearings")
    if hearings is not None and not case.is_closed:
        page.hearings = hearings.source(actor, case)
    page.actions = () if is_prior_only else tuple(_actions(page))
    return page


# The cover


def sides(page: CasePage) -> list[Side]:
    """Return the parties by role as the cover names them, at most three of a side by name."""
    found: dict[str, list[str]] = {}
    shown = [p for p in page.present if p.role != ParticipantRole.OTHER] or page.participants
    for participant in shown:
        found.setdefault(ParticipantRole(participant.role).label, []).append(participant.name)
    return [
        Side(label, "、".join(names) if len(names) <= 3 else f"{'、'.join(names[:3])}等 {len(names)} 人")
        for label, names in found.items()
    ]


def tags(page: CasePage) -> list[Tag]:
    """Return what stands out about the case and must not be overlooked."""
    case = page.case
    found: list[Tag] = []
    if page.is_prior_only:
        found.append(Tag(_("前审查阅"), "mute", _("您正在审理它的后续案件，可以查阅，不能办理")))
    if case.restricted:
        found.append(Tag(_("限制查看"), "danger", _("涉及国家秘密、未成年人等，只有审判团队可见")))
    if case.detained:
        found.append(Tag(_("在押"), "danger", _("被告人被羁押，审限不因休息日顺延")))
    if page.clock.paused:
        reasons = "、".join(change.reason for change in page.open_stops)
        found.append(Tag(_("审限停止计算"), "warn", reasons))
    if case.merged_into is not None:
        found.append(Tag(_("已并案"), "warn", _("并入%s合并审理") % case.merged_into.number))
    if case.source == "IMPORTED":
        found.append(Tag(_("导入"), "mute", _("由已公布的裁判文书导入，办理过程不在本系统")))
    return found


def stage_steps(page: CasePage) -> list[StageStep]:
    """Return the stepped line from docketing to archive, each step with its day."""
    case = page.case
    line = list(case.kind_rule.main_line)
    if case.stage_code is Stage.APPEALED or Stage.APPEALED in page.moves:
        line.insert(line.index(Stage.PRONOUNCED) + 1, Stage.APPEALED)
    current = line.index(case.stage_code)
    days: dict[str, date | None] = dict(page.moves)
    days[Stage.DOCKETED] = case.docketed_on
    if page.decision is not None:
        days[Stage.DECIDED] = page.decision.decided_on
        days[Stage.PRONOUNCED] = page.decision.pronounced_on
    days[Stage.CLOSED] = case.closed_on
    days[Stage.EFFECTIVE] = case.effective_on
    days[Stage.ARCHIVED] = case.archived_on
    steps = []
    for place, stage in enumerate(line):
        state = "done" if place < current else "current" if place == current else "todo"
        if stage is Stage.ARCHIVED and place == current:
            state = "done"
        if stage is Stage.HEARING and place < current and page.moves and stage not in page.moves:
            state = "skipped"
        on = days.get(stage) if state in {"done", "current"} else None
        steps.append(StageStep(stage.label, state, on, _("未开庭") if state == "skipped" else ""))
    return steps


def tabs(page: CasePage, active: str) -> list[Tab]:
    """Return the tabs of the page; those of rooms that are not there do not appear."""
    url = page.url
    found = [
        Tab("overview", _("概览"), url, active == "overview"),
        Tab("parties", _("当事人"), f"{url}parties/", active == "parties", len(page.present)),
    ]
    early: list[Tab] = []
    late: list[Tab] = []
    for source in _sources.values():
        tab = Tab(source.key, source.label, f"{url}{source.key}/", active == source.key)
        (early if source.key in {"materials", "hearings"} else late).append(tab)
    found += [
        *early,
        Tab("documents", _("文书"), f"{url}documents/", active == "documents"),
        Tab("service", _("送达"), f"{url}service/", active == "service"),
        Tab("fees", _("费用"), f"{url}fees/", active == "fees"),
        *late,
        Tab("record", _("记录"), f"{url}record/", active == "record"),
    ]
    return found


# What can be done now, and why not


def _actions(page: CasePage) -> list[Action]:
    case, url = page.case, page.url
    stage = case.stage_code
    following = case.kind_rule.stages.get(stage, ())
    found: list[Action] = []

    def add(
        key: str,
        label: str,
        path: str,
        *checks: tuple[bool, str],
        post: bool = False,
        secondary: bool = False,
    ) -> None:
        why = next((reason for right, reason in checks if not right), "")
        found.append(
            Action(
                key, label, f"{url}{path}", why, post, secondary, permitted=checks[0][0] if checks else True
            )
        )

    handled = (page.can_handle, _("由本案的审判人员办理"))
    supported = (page.can_support, _("由本案审判团队办理"))
    waiting = len(page.pending)
    if Stage.ASSIGNED in following:
        add("assign", _("分案"), "assign/", (page.can_assign, _("由立案庭、庭长、院长或者审判管理部门办理")))
    if case.judge_id is not None and not case.is_closed:
        settled = case.clerk_id is not None and not page.panel_lacks
        label = _("组成合议庭") if page.panel_lacks else _("确定审判组织")
        add(
            "team",
            _("调整审判组织") if settled else label,
            "team/",
            (page.can_set_team, _("由承办法官、庭长或者院长确定")),
            secondary=settled,
        )
    if stage is Stage.ASSIGNED:
        label = _("进入庭前准备") if Stage.PREPARING in following else _("开始办理")
        add(
            "begin",
            label,
            "begin/",
            supported,
            (case.clerk_id is not None, _("请先确定审判组织和书记员")),
            post=True,
        )
    if page.to_be_heard and not page.upcoming:
        found.extend(page.hearings.actions)
    if not case.is_closed and {Stage.DECIDED, Stage.CLOSED} & set(following):
        add(
            "decide",
            _("结案") if Stage.CLOSED in following else _("作出裁判"),
            "decide/",
            handled,
            (not case.clock_stopped, _("审限中止、扣除期间不能裁判，请先恢复审理")),
            (not waiting, _("还有 %d 项申请等待审批，请先办结") % waiting),
        )
    if Stage.PRONOUNCED in following:
        add("pronounce", _("宣判"), "pronounce/", handled)
    if stage in {Stage.PRONOUNCED, Stage.APPEALED}:
        if page.unserved:
            add("serve", _("送达（还有 %d 人）") % len(page.unserved), "service/", supported)
        if page.decision is not None and page.decision.appeal_period and page.services:
            add("appeal", _("登记上诉"), "service/", supported, secondary=True)
    if Stage.EFFECTIVE in following:
        label = _("登记二审结果和生效") if stage is Stage.APPEALED else _("登记生效")
        add("effect", label, "effect/", supported, *_effect_checks(page))
    if Stage.ARCHIVED in following:
        add("archive", _("归档"), "archive/", (page.can_archive, _("归档由书记员或者档案员办理")))
    if not case.is_closed and stage is not Stage.DOCKETED:
        if page.open_stops:
            add("resume", _("恢复审理"), "clock/resume/", handled)
        add("request", _("提出审批申请"), "requests/new/", handled, secondary=True)
    if not case.is_closed:
        add("join", _("追加当事人"), "parties/join/", supported, secondary=True)
    add("link", _("关联案件"), "link/", supported, secondary=True)
    return found


def _effect_checks(page: CasePage) -> list[tuple[bool, str]]:
    if page.case.stage_code is Stage.APPEALED:
        return _appeal_checks(page)
    checks = []
    if page.unserved:
        names = "、".join(p.name for p in page.unserved[:3])
        checks.append((False, _("还有当事人没有送达：%s") % names))
    ends = [s.appeal_until for s in page.services if s.appeal_until is not None]
    if ends and max(ends) >= page.today:
        checks.append((False, _("上诉期至 %s 届满") % max(ends).isoformat()))
    return checks


def second_instance(page: CasePage) -> Case | None:
    """Return the case the appeal has become, where the upper court works with this product."""
    link = (
        CaseLink.objects.filter(
            case=page.case, kind=LinkKind.LATER, other__kind=page.case.kind_rule.appeal_kind
        )
        .select_related("other")
        .order_by("-pk")
        .first()
    )
    return link.other if link is not None else None


def _appeal_checks(page: CasePage) -> list[tuple[bool, str]]:
    upper = second_instance(page)
    if upper is not None:
        return [(upper.effective_on is not None, _("等待二审裁判，%s尚未生效") % upper.number)]
    waits = Application.objects.filter(client_token=f"appeal:{page.case.pk}", status__in=_UNDECIDED).exists()
    return [(not waits, _("上诉已移送上一级法院，等待二审立案"))]


def next_step(page: CasePage) -> Action | None:
    """Return the step that carries the case on, possible now or not; None while a hearing is awaited."""
    if page.panel_lacks:
        return page.action("team")
    if page.upcoming:
        return None
    order = (
        "resume",
        "assign",
        "team",
        "begin",
        "schedule",
        "decide",
        "pronounce",
        "serve",
        "effect",
        "archive",
    )
    found = {a.key: a for a in page.actions if not a.secondary}
    return next((found[key] for key in order if key in found), None)


# Tabs


@dataclass(frozen=True, slots=True)
class Overview:
    """The first tab: what was asked for, the team, links, and cases of the same parties.

    `schedule`: the action that puts a hearing into the calendar, where the case has none before it;
    `waits_for_hearing`: it has one.
    """

    claims: str
    facts: str
    application_url: str
    links: tuple[LinkView, ...]
    merged: tuple[LinkView, ...]
    related: tuple[LinkView, ...]
    upcoming: tuple[TabRow, ...]
    schedule: Action | None
    waits_for_hearing: bool


def overview(page: CasePage) -> Overview:
    """Return what the first tab shows beside the cover."""
    case = page.case
    application = Application.objects.filter(case=case).only("pk", "claims", "facts").order_by("pk").first()
    can_open = (
        application is not None
        and Application.objects.visible_to(page.actor).filter(pk=application.pk).exists()
    )
    shown = links(page)
    return Overview(
        claims=application.claims if application else "",
        facts=application.facts if application else "",
        application_url=f"/applications/{application.pk}/" if application and can_open else "",
        links=shown,
        merged=_merged(page),
        related=_related(page, {*(link.case_id for link in shown if link.case_id is not None), case.pk}),
        upcoming=page.upcoming,
        schedule=next(iter(page.hearings.actions), None)
        if page.to_be_heard and not page.upcoming and not page.panel_lacks
        else None,
        waits_for_hearing=page.to_be_heard and bool(page.upcoming) and not page.panel_lacks,
    )


def waiting_approvals(page: CasePage) -> list[tuple[str, ApprovalRequest]]:
    """Return (who decides, request) of what waits for approval."""
    return [(Role(request.approver_role).label, request) for request in page.pending]


def links(page: CasePage) -> tuple[LinkView, ...]:
    """Return the links to other cases; where the actor may see the other one, with its title and address."""
    found = list(CaseLink.objects.filter(case=page.case).order_by("kind", "pk"))
    other_ids = [link.other_id for link in found if link.other_id is not None]
    others = Case.objects.filter(pk__in=other_ids)
    visible = dict(others.visible_to(page.actor).values_list("pk", "title")) if other_ids else {}
    if any(link.kind == LinkKind.PRIOR and link.other_id not in visible for link in found if link.other_id):
        visible |= dict(others.prior_of(page.actor).values_list("pk", "title"))
    return tuple(_link(link, visible) for link in found)


def _link(link: CaseLink, visible: dict[int, str]) -> LinkView:
    known = link.other_id is not None and link.other_id in visible
    return LinkView(
        kind=LinkKind(link.kind).label,
        number=link.other_number,
        url=f"/cases/{link.other_id}/" if known else "",
        title=visible.get(link.other_id or 0, ""),
        note=link.note,
        case_id=link.other_id if known else None,
    )


def _merged(page: CasePage) -> tuple[LinkView, ...]:
    found = Case.objects.visible_to(page.actor).filter(merged_into=page.case).order_by("pk")
    return tuple(
        LinkView(_("并入本案"), number, f"/cases/{pk}/", title, "")
        for pk, number, title in found.values_list("pk", "number", "title")[:20]
    )


def _related(page: CasePage, known: set[int]) -> tuple[LinkView, ...]:
    """Other visible cases of the same persons and firms, newest first; public bodies are in too many."""
    parties = {
        p.party_id for p in page.participants if p.party.kind in {PartyKind.PERSON, PartyKind.ORGANISATION}
    }
    if not parties:
        return ()
    ids = Participant.objects.filter(party_id__in=sorted(parties)).values("case_id")
    found = (
        Case.objects.visible_to(page.actor)
        .filter(pk__in=ids)
        .exclude(pk__in=sorted(known))
        .order_by("-docketed_on", "-pk")
        .values_list("pk", "number", "title", "stage")
    )
    return tuple(
        LinkView(_("相同当事人"), number, f"/cases/{pk}/", title, Stage(stage).label)
        for pk, number, title, stage in found[:_MOST_RELATED]
    )


def participant_views(page: CasePage) -> list[ParticipantView]:
    """Return every participant, present and past, with agents; papers masked for everybody."""
    return [_participant(p) for p in page.participants]


def _participant(participant: Participant) -> ParticipantView:
    agents = [_agent(agent) for agent in participant.agents.all()]
    return ParticipantView(
        participant_id=participant.pk,
        role=ParticipantRole(participant.role).label,
        original_role=participant.original_role,
        name=participant.name,
        card=party_card(participant.party, clearance=Grade.INTERNAL),
        joined_on=participant.joined_on,
        left_on=participant.left_on,
        left_reason=participant.left_reason,
        agents=tuple(a for a in agents if a.until is None),
        past_agents=tuple(a for a in agents if a.until is not None),
    )


def _agent(agent: Agent) -> AgentView:
    return AgentView(
        agent_id=agent.pk,
        kind=AgentKind(agent.kind).label,
        name=agent.name,
        firm=agent.firm,
        licence_number=agent.licence_number,
        authority=Authority(agent.authority).label,
        authority_detail=agent.authority_detail,
        since=agent.since,
        until=agent.until,
    )


def service_rows(page: CasePage) -> list[ServiceRow]:
    """Return one row a participant who is to be served, served or not."""
    by_participant = {service.participant_id: service for service in page.services}
    appealable = page.decision is not None and bool(page.decision.appeal_period)
    rows = []
    for participant in page.participants:
        service = by_participant.get(participant.pk)
        if service is None and (participant.left_on is not None or participant.role in NOT_SERVED):
            continue
        rows.append(
            ServiceRow(
                participant_id=participant.pk,
                role=ParticipantRole(participant.role).label,
                name=participant.name,
                mode=service.get_mode_display() if service else "",
                served_on=service.served_on if service else None,
                appeal_until=service.appeal_until if service else None,
                posted_on=service.appeal_posted_on if service else None,
                received_on=service.appeal_received_on if service else None,
                in_time=service.appeal_in_time if service else None,
                can_appeal=bool(
                    appealable
                    and service
                    and service.appeal_received_on is None
                    and page.can_support
                    and _may_still_appeal(page, service.appeal_until)
                ),
            )
        )
    return rows


def _may_still_appeal(page: CasePage, until: date | None) -> bool:
    """After the effect was noted, an appeal posted in time may still be on its way for some weeks."""
    if page.case.stage_code in {Stage.PRONOUNCED, Stage.APPEALED}:
        return True
    if page.case.stage_code is not Stage.EFFECTIVE or until is None:
        return False
    return page.today <= until + timedelta(days=30)


@dataclass(frozen=True, slots=True)
class EffectView:
    """When the decision takes effect, as far as service and appeal periods say."""

    on: date | None
    waiting_for: tuple[str, ...]


def effect(page: CasePage) -> EffectView:
    """Return the day the decision takes effect, or who still has to be served."""
    if page.case.effective_on is not None:
        return EffectView(page.case.effective_on, ())
    waiting = tuple(p.name for p in page.unserved)
    if waiting or not page.services or page.decision is None:
        return EffectView(None, waiting)
    ends = [s.appeal_until for s in page.services if s.appeal_until is not None]
    if page.decision.appeal_period and ends:
        return EffectView(max(ends) + timedelta(days=1), ())
    return EffectView(max(s.served_on for s in page.services), ())


def team_members(page: CasePage) -> list[tuple[str, str, date]]:
    """Return (role, name, since) of the team as it stands, those who sit first."""
    order = {role: place for place, role in enumerate(TeamRole)}
    members = sorted(page.team, key=lambda m: (order[TeamRole(m.role)], m.pk))
    return [(TeamRole(m.role).label, m.person.name, m.since) for m in members]


def archive_by(page: CasePage) -> date | None:
    """Return the day by which a closed case should be in the archive, or None."""
    if page.case.closed_on is None or page.case.stage_code is Stage.ARCHIVED:
        return None
    return page.case.closed_on + timedelta(days=_ARCHIVE_DAYS)

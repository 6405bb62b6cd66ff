"""The API of cases, applications and approvals: each operation is one selector or service call.

The four routers are mounted by the project, each with the token scopes it needs; `request.auth` is the Actor.
Refusals become 403, 404, 409 and 422 in one place there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema, Status

from xiezhi.cases import schemas
from xiezhi.cases.contracts import ApplicationStatus, RequestKind, RequestStatus, Stage
from xiezhi.cases.rules import kinds
from xiezhi.cases.selectors import applications as application_selectors
from xiezhi.cases.selectors import approvals as approval_selectors
from xiezhi.cases.selectors import case_page, timeline
from xiezhi.cases.selectors import cases as case_selectors
from xiezhi.cases.services import applications as application_services
from xiezhi.cases.services import requests as request_services
from xiezhi.foundation.errors import InvalidInput
from xiezhi.foundation.refusal import Refusal
from xiezhi.identity.contracts import Actor
from xiezhi.parties.contracts import PartyInput

cases = Router(tags=["案件"])
participants = Router(tags=["当事人"])
applications = Router(tags=["立案申请"])
approvals = Router(tags=["审批"])

#: The largest id a row can have; beyond it PostgreSQL would refuse the query itself.
Id = Annotated[int, Path(ge=1, le=2**63 - 1, examples=[1])]
_READ: Mapping[int, type[Schema]] = {401: Refusal, 403: Refusal, 422: Refusal}
_READ_ONE: Mapping[int, type[Schema]] = {**_READ, 404: Refusal}
_WRITE: Mapping[int, type[Schema]] = {**_READ_ONE, 409: Refusal}


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.auth  # type: ignore[attr-defined]
    return actor


class Paged(schemas.Given):
    """Where in a list to go on. Tokens come from `next` and `previous` of the page before."""

    after: Annotated[str | None, Field(max_length=600, examples=[None])] = None
    before: Annotated[str | None, Field(max_length=600, examples=[None])] = None
    size: Annotated[int, Field(ge=1, le=200, examples=[50])] = 50


class CaseQuery(Paged):
    """How the list is narrowed and ordered; each is optional."""

    q: Annotated[
        str, Field(max_length=200, description="任何写法的案号，或者当事人、代理人、案由", examples=[""])
    ] = ""
    cause: Annotated[str, Field(max_length=100, description="案由的代码或者名称，含下级")] = ""
    kind: Annotated[str, Field(max_length=40, examples=["CIVIL_FIRST"])] = ""
    procedure: Annotated[str, Field(max_length=24)] = ""
    stage: Stage | None = None
    judge: Annotated[str, Field(max_length=60)] = ""
    division_id: Annotated[int | None, Field(ge=1, le=2**63 - 1)] = None
    court_code: Annotated[str, Field(max_length=16)] = ""
    docketed_from: date | None = None
    docketed_to: date | None = None
    closed_from: date | None = None
    closed_to: date | None = None
    due: case_selectors.DueState | None = None
    state: case_selectors.OpenState | None = None
    amount_from: schemas.Yuan | None = None
    amount_to: schemas.Yuan | None = None
    sort: case_selectors.Sort = case_selectors.DEFAULT_SORT


@cases.get(
    "",
    response={200: schemas.CasePageOut, **_READ},
    summary="查询案件",
    operation_id="case_list",
)
def case_list(request: HttpRequest, query: Query[CaseQuery]) -> schemas.CasePageOut:
    """案件列表，只含当前岗位可以查看的案件，按键值翻页。按审限排序只含正在计算审限的未结案件。"""
    found = case_selectors.case_list(
        actor=_actor(request),
        wanted=case_selectors.CaseFilter(
            words=query.q,
            cause=query.cause,
            kind=query.kind,
            procedure=query.procedure,
            stage=query.stage or "",
            judge=query.judge,
            division_id=query.division_id,
            court_code=query.court_code,
            docketed_from=query.docketed_from,
            docketed_to=query.docketed_to,
            closed_from=query.closed_from,
            closed_to=query.closed_to,
            due=query.due or "",
            state=query.state or "",
            amount_from=query.amount_from,
            amount_to=query.amount_to,
        ),
        today=timezone.localdate(),
        sort=query.sort,
        after=query.after,
        before=query.before,
        size=query.size,
    )
    return schemas.CasePageOut(
        items=[schemas.CaseLine(**schemas.identified(row, "case_id")) for row in found.rows],
        next=found.next_token,
        previous=found.previous_token,
        count=found.count,
        is_more=found.is_more,
    )


@cases.get(
    "/{case_id}",
    response={200: schemas.CaseOut, **_READ_ONE},
    summary="查看一件案件",
    operation_id="case_detail",
)
def case_detail(request: HttpRequest, case_id: Id) -> schemas.CaseOut:
    """案件的基本信息、审判团队、裁判、关联案件，以及现在可以办理的步骤。"""
    page = case_page.case_page(actor=_actor(request), case_id=case_id, today=timezone.localdate())
    case = page.case
    decision = page.decision
    return schemas.CaseOut(
        id=case.pk,
        number=case.number,
        title=case.title,
        cause=case.cause_name,
        kind=case.kind_rule.name,
        procedure=case.procedure_name,
        court=case.court.name,
        court_code=case.court_code,
        division=case.division.name if case.division else "",
        judge=case.judge.name if case.judge else "",
        clerk=case.clerk.name if case.clerk else "",
        stage=case.stage_code,
        docketed_on=case.docketed_on,
        due_on=case.due_on,
        clock_stopped=case.clock_stopped,
        closed_on=case.closed_on,
        outcome=case.outcome_name,
        effective_on=case.effective_on,
        archived_on=case.archived_on,
        amount=case.amount,
        restricted=case.restricted,
        detained=case.detained,
        version=case.version,
        team=[
            schemas.TeamMemberOut(role=role, name=name, since=since)
            for role, name, since in case_page.team_members(page)
        ],
        decision=schemas.DecisionOut(
            document=decision.get_document_display(),
            outcome=case.outcome_name,
            decided_on=decision.decided_on,
            pronounced_on=decision.pronounced_on,
            effective_on=decision.effective_on,
            result=decision.result,
            cited_articles=decision.cited_articles,
        )
        if decision is not None
        else None,
        links=[
            schemas.LinkOut(kind=link.kind, number=link.number, case_id=link.case_id, note=link.note)
            for link in case_page.links(page)
        ],
        steps=[
            schemas.StepOut(label=step.label, state=step.state, on=step.on)
            for step in case_page.stage_steps(page)
        ],
        actions=[
            schemas.ActionOut(key=action.key, label=action.label, why_not=action.why_not)
            for action in page.actions
        ],
    )


@cases.get(
    "/{case_id}/clock",
    response={200: schemas.ClockOut, **_READ_ONE},
    summary="审限怎么算的",
    operation_id="case_clock",
)
def case_clock(request: HttpRequest, case_id: Id) -> schemas.ClockOut:
    """审限的最后一日、扣除和延长，以及每一步计算和依据的条文。"""
    page = case_page.case_page(actor=_actor(request), case_id=case_id, today=timezone.localdate())
    clock = page.clock
    return schemas.ClockOut(
        due_on=clock.due_on,
        paused=clock.paused,
        days_left=clock.days_left,
        used_days=clock.used_days,
        total_days=clock.limit.total_days,
        excluded_days=clock.limit.excluded_days,
        changes=[
            schemas.ClockChangeOut(
                kind=change.get_kind_display(),
                reason=change.reason,
                since=change.since,
                until=change.until,
                basis=change.basis,
            )
            for change in page.clock_changes
        ],
        why=[schemas.WhyOut(text=step.text, basis=step.basis, on=step.on) for step in clock.steps],
    )


class TimelineQuery(Paged):
    topic: timeline.Topic | None = None
    oldest_first: bool = False


@cases.get(
    "/{case_id}/timeline",
    response={200: schemas.TimelineOut, **_READ_ONE},
    summary="办理记录",
    operation_id="case_timeline",
)
def case_timeline(request: HttpRequest, case_id: Id, query: Query[TimelineQuery]) -> schemas.TimelineOut:
    """案件从立案起发生的每一件事：时间、内容、操作人和岗位。"""
    found = timeline.case_timeline(
        actor=_actor(request),
        case_id=case_id,
        topic=query.topic or "",
        newest_first=not query.oldest_first,
        after=query.after,
        before=query.before,
        size=query.size,
    )
    return schemas.TimelineOut(
        items=[
            schemas.EntryOut(at=e.at, text=e.text, actor_name=e.actor_name, actor_title=e.actor_title)
            for e in found.entries
        ],
        next=found.next_token,
        previous=found.previous_token,
    )


@participants.get(
    "/{case_id}/participants",
    response={200: list[schemas.ParticipantOut], **_READ_ONE},
    summary="当事人和代理人",
    operation_id="case_participants",
)
def case_participants(request: HttpRequest, case_id: Id) -> list[schemas.ParticipantOut]:
    """当事人和代理人，包括已经退出的；证件号码、电话和住址一律隐去。"""
    page = case_page.case_page(actor=_actor(request), case_id=case_id, today=timezone.localdate())
    return [
        schemas.ParticipantOut(
            id=view.participant_id,
            role=view.role,
            name=view.name,
            party_kind=view.card.kind,
            sex=view.card.sex,
            identity_kind=view.card.identity_kind,
            identity_number=view.card.identity_number,
            phone=view.card.phone,
            address=view.card.address,
            joined_on=view.joined_on,
            left_on=view.left_on,
            agents=[
                schemas.AgentOut(
                    kind=agent.kind,
                    name=agent.name,
                    firm=agent.firm,
                    authority=agent.authority,
                    authority_detail=agent.authority_detail,
                    since=agent.since,
                    until=agent.until,
                )
                for agent in (*view.agents, *view.past_agents)
            ],
        )
        for view in case_page.participant_views(page)
    ]


class ApplicationQuery(Paged):
    status: ApplicationStatus | None = None
    kind: Annotated[str, Field(max_length=40)] = ""
    received_from: date | None = None
    received_to: date | None = None
    q: Annotated[str, Field(max_length=100, description="当事人、案由或者案号")] = ""


@applications.get(
    "",
    response={200: schemas.ApplicationPageOut, **_READ},
    summary="查询立案申请",
    operation_id="application_list",
)
def application_list(request: HttpRequest, query: Query[ApplicationQuery]) -> schemas.ApplicationPageOut:
    """立案申请列表，最近收到的在前。"""
    found = application_selectors.application_list(
        actor=_actor(request),
        wanted=application_selectors.ApplicationFilter(
            tab="ALL",
            status=query.status or "",
            kind=query.kind,
            since=query.received_from,
            until=query.received_to,
            words=query.q,
            sort="-received_on",
        ),
        after=query.after,
        before=query.before,
        size=query.size,
    )
    return schemas.ApplicationPageOut(
        items=[schemas.ApplicationLine(**schemas.identified(row, "application_id")) for row in found.rows],
        next=found.next_token,
        previous=found.previous_token,
        count=found.count,
    )


@applications.post(
    "",
    response={201: schemas.ApplicationOut, **_WRITE},
    summary="提交立案申请",
    operation_id="application_create",
)
def application_create(request: HttpRequest, body: schemas.ApplicationIn) -> Status[schemas.ApplicationOut]:
    """登记一份立案申请，审查期限自收到之日起算。相同 `client_token` 再次提交，返回第一次的申请。"""
    if body.kind not in kinds.KINDS:
        raise InvalidInput("没有这种案件类型。", fields={"kind": ["请从案件类型中选择。"]})
    application = application_services.application_receive(
        actor=_actor(request),
        data=application_services.ApplicationInput(
            kind=body.kind,
            procedure=body.procedure,
            channel=body.channel,
            received_on=body.received_on,
            claims=body.claims,
            parties=[
                application_services.NamedParty(
                    role=party.role,
                    party=PartyInput(**party.dict(exclude={"role"})),
                )
                for party in body.parties
            ],
            facts=body.facts,
            cause_key=body.cause_key,
            amount=body.amount,
            prior_number=body.prior_number,
            restricted=body.restricted,
            detained=body.detained,
            client_token=body.client_token,
        ),
        at=timezone.now(),
    )
    return Status(201, _application(application))


@applications.get(
    "/{application_id}",
    response={200: schemas.ApplicationOut, **_READ_ONE},
    summary="查看一份立案申请",
    operation_id="application_detail",
)
def application_detail(request: HttpRequest, application_id: Id) -> schemas.ApplicationOut:
    """立案申请现在的状态，立案后的案号。"""
    page = application_selectors.application_page(
        actor=_actor(request), application_id=application_id, today=timezone.localdate()
    )
    return _application(page.application)


@applications.post(
    "/{application_id}/accept",
    response={200: schemas.DocketedOut, **_WRITE},
    summary="立案",
    operation_id="application_accept",
)
def application_accept(request: HttpRequest, application_id: Id) -> schemas.DocketedOut:
    """立案并编立案号。再次提交返回同一件案件。"""
    case = application_services.application_accept(
        actor=_actor(request), application_id=application_id, at=timezone.now()
    )
    return schemas.DocketedOut(case_id=case.pk, number=case.number, due_on=case.due_on, fee=case.fee)


@applications.post(
    "/{application_id}/correction",
    response={200: schemas.ApplicationOut, **_WRITE},
    summary="一次性告知补正",
    operation_id="application_correction",
)
def application_correction(
    request: HttpRequest, application_id: Id, body: schemas.CorrectionIn
) -> schemas.ApplicationOut:
    """告知需要补正的全部内容；法律只允许一次。"""
    correction = application_services.application_request_correction(
        actor=_actor(request),
        application_id=application_id,
        items=body.items,
        answer_by=body.answer_by,
        at=timezone.now(),
    )
    return _application(correction.application)


@applications.post(
    "/{application_id}/refuse",
    response={200: schemas.ApplicationOut, **_WRITE},
    summary="不予受理",
    operation_id="application_refuse",
)
def application_refuse(
    request: HttpRequest, application_id: Id, body: schemas.RefusalIn
) -> schemas.ApplicationOut:
    """裁定不予受理，写明理由和依据。"""
    application = application_services.application_refuse(
        actor=_actor(request),
        application_id=application_id,
        reason=body.reason,
        basis=body.basis,
        at=timezone.now(),
    )
    return _application(application)


def _application(application: Any) -> schemas.ApplicationOut:
    return schemas.ApplicationOut(
        id=application.pk,
        status=ApplicationStatus(application.status),
        kind=application.kind,
        received_on=application.received_on,
        review_by=application.review_by,
        case_id=application.case_id,
        case_number=application.case.number if application.case is not None else "",
    )


class ApprovalQuery(Paged):
    waiting: Annotated[bool, Field(description="只列等待当前岗位审批的")] = True
    kind: RequestKind | None = None
    q: Annotated[str, Field(max_length=100)] = ""


@approvals.get(
    "",
    response={200: schemas.RequestPageOut, **_READ},
    summary="查询审批",
    operation_id="approval_list",
)
def approval_list(request: HttpRequest, query: Query[ApprovalQuery]) -> schemas.RequestPageOut:
    """等待审批的申请，办理期限近的在前；或者可以查看的全部申请。"""
    found = approval_selectors.request_list(
        actor=_actor(request),
        wanted=approval_selectors.RequestFilter(
            tab="WAITING" if query.waiting else "ALL", kind=query.kind or "", words=query.q
        ),
        after=query.after,
        before=query.before,
        size=query.size,
    )
    return schemas.RequestPageOut(
        items=[
            schemas.RequestLine(
                **{k: v for k, v in schemas.identified(row, "request_id").items() if k != "due_on"}
            )
            for row in found.rows
        ],
        next=found.next_token,
        previous=found.previous_token,
        count=found.count,
    )


@approvals.post(
    "/{request_id}/decision",
    response={200: schemas.RequestOut, **_WRITE},
    summary="审批",
    operation_id="approval_decide",
)
def approval_decide(request: HttpRequest, request_id: Id, body: schemas.DecideIn) -> schemas.RequestOut:
    """批准或者不批准。批准后立即生效；不批准应当写明意见。"""
    decided = request_services.request_decide(
        actor=_actor(request),
        request_id=request_id,
        approve=body.approve,
        opinion=body.opinion,
        at=timezone.now(),
    )
    case = decided.case
    case.refresh_from_db(fields=["due_on"])
    return schemas.RequestOut(
        id=decided.pk,
        status=RequestStatus(decided.status),
        opinion=decided.opinion,
        decided_by=decided.decided_by_name,
        decided_at=decided.decided_at,
        case_id=case.pk,
        due_on=case.due_on,
    )

"""What the case room records in the journal: past tense, ids and plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from xiezhi.foundation.contracts import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationReceived(Event):
    kind: ClassVar[str] = "cases.application-received"
    summary: ClassVar[str] = "收到{case_kind_name}申请，申请人{applicant}，审查期限至{review_by}"
    application_id: int
    case_kind: str
    case_kind_name: str
    channel: str
    applicant: str
    received_on: date
    review_by: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionRequested(Event):
    kind: ClassVar[str] = "cases.correction-requested"
    summary: ClassVar[str] = "一次性告知补正：{items}，补正期限至{answer_by}"
    application_id: int
    items: list[str]
    answer_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionAnswered(Event):
    kind: ClassVar[str] = "cases.correction-answered"
    summary: ClassVar[str] = "申请人已补正，审查期限重新计算至{review_by}"
    application_id: int
    answer: str
    review_by: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationRefused(Event):
    kind: ClassVar[str] = "cases.application-refused"
    summary: ClassVar[str] = "{word}：{reason}（{basis}）"
    application_id: int
    word: str = "裁定不予受理"
    reason: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationWithdrawn(Event):
    kind: ClassVar[str] = "cases.application-withdrawn"
    summary: ClassVar[str] = "申请人撤回申请：{reason}"
    application_id: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Docketed(Event):
    kind: ClassVar[str] = "cases.docketed"
    summary: ClassVar[str] = "立案，案号{number}，适用{procedure_name}，审限至{due_on}"
    number: str
    case_kind: str
    procedure: str
    procedure_name: str
    cause_key: str
    cause_name: str
    title: str
    docketed_on: date
    due_on: date | None
    application_id: int | None = None
    amount: Decimal | None = None
    fee: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned(Event):
    kind: ClassVar[str] = "cases.assigned"
    summary: ClassVar[str] = "{mode_name}给{judge_name}承办{reason}"
    judge_id: int
    judge_name: str
    division_id: int | None
    mode: str
    mode_name: str
    reason: str = ""
    candidates: list[dict[str, Any]] = field(default_factory=list)
    excluded: list[dict[str, Any]] = field(default_factory=list)
    draw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamSet(Event):
    kind: ClassVar[str] = "cases.team-set"
    summary: ClassVar[str] = "确定审判组织：{members_text}"
    members: list[dict[str, Any]]
    members_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeChanged(Event):
    kind: ClassVar[str] = "cases.judge-changed"
    summary: ClassVar[str] = "承办法官由{before_name}变更为{after_name}，原因：{reason}"
    before_id: int | None
    before_name: str
    after_id: int
    after_name: str
    reason: str
    draw: str = ""
    candidates: list[dict[str, Any]] = field(default_factory=list)
    excluded: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageChanged(Event):
    kind: ClassVar[str] = "cases.stage-changed"
    summary: ClassVar[str] = "进入{stage_name}阶段"
    stage_before: str
    stage: str
    stage_name: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestMade(Event):
    kind: ClassVar[str] = "cases.request-made"
    summary: ClassVar[str] = "申请{summary_text}，理由：{reason}"
    request_id: int
    request_kind: str
    summary_text: str
    reason: str
    approver_role: str
    approver_court_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDecided(Event):
    kind: ClassVar[str] = "cases.request-decided"
    summary: ClassVar[str] = "{status_name}：{summary_text}{opinion}"
    request_id: int
    request_kind: str
    status: str
    status_name: str
    summary_text: str
    opinion: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStopped(Event):
    kind: ClassVar[str] = "cases.clock-stopped"
    summary: ClassVar[str] = "自{since}起{kind_name}（{reason}）"
    change_id: int
    change_kind: str
    kind_name: str
    reason: str
    since: date
    until: date | None
    due_before: date | None
    due_after: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockResumed(Event):
    kind: ClassVar[str] = "cases.clock-resumed"
    summary: ClassVar[str] = "{reason}事由于{until}消除，恢复计算审限，审限至{due_after}"
    change_id: int
    reason: str
    until: date
    due_after: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitExtended(Event):
    kind: ClassVar[str] = "cases.limit-extended"
    summary: ClassVar[str] = "延长审限{length}，审限由{due_before}延至{due_after}"
    change_id: int
    step: int
    length: str
    due_before: date | None
    due_after: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureConverted(Event):
    kind: ClassVar[str] = "cases.procedure-converted"
    summary: ClassVar[str] = "由{before_name}转为{after_name}，审限至{due_after}"
    change_id: int
    before: str
    before_name: str
    after: str
    after_name: str
    due_before: date | None
    due_after: date | None
    fee: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantJoined(Event):
    kind: ClassVar[str] = "cases.participant-joined"
    summary: ClassVar[str] = "追加{role_name}{name}"
    participant_id: int
    role: str
    role_name: str
    name: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantLeft(Event):
    kind: ClassVar[str] = "cases.participant-left"
    summary: ClassVar[str] = "{role_name}{name}退出诉讼：{reason}"
    participant_id: int
    role: str
    role_name: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentAppointed(Event):
    kind: ClassVar[str] = "cases.agent-appointed"
    summary: ClassVar[str] = "{participant_name}委托{agent_name}（{kind_name}，{authority_name}）"
    agent_id: int
    participant_id: int
    participant_name: str
    agent_name: str
    agent_kind: str
    kind_name: str
    authority: str
    authority_name: str
    firm: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentDismissed(Event):
    kind: ClassVar[str] = "cases.agent-dismissed"
    summary: ClassVar[str] = "{participant_name}解除对{agent_name}的委托"
    agent_id: int
    participant_name: str
    agent_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked(Event):
    kind: ClassVar[str] = "cases.linked"
    summary: ClassVar[str] = "关联{link_name}{other_number}"
    link_kind: str
    link_name: str
    other_number: str
    other_case_id: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided(Event):
    kind: ClassVar[str] = "cases.decided"
    summary: ClassVar[str] = "作出{document_name}：{outcome_name}"
    decision_id: int
    outcome: str
    outcome_name: str
    document: str
    document_name: str
    decided_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Pronounced(Event):
    kind: ClassVar[str] = "cases.pronounced"
    summary: ClassVar[str] = "于{pronounced_on}宣告"
    decision_id: int
    pronounced_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Served(Event):
    kind: ClassVar[str] = "cases.decision-served"
    summary: ClassVar[str] = "{mode_name}{participant_name}，送达日期{served_on}，上诉期至{appeal_until}"
    service_id: int
    participant_id: int
    participant_name: str
    mode: str
    mode_name: str
    served_on: date
    appeal_until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealLodged(Event):
    kind: ClassVar[str] = "cases.appeal-lodged"
    summary: ClassVar[str] = "{participant_name}提出上诉，交邮{posted_on}，收到{received_on}，{in_time_text}"
    service_id: int
    participant_id: int
    participant_name: str
    posted_on: date | None
    received_on: date
    in_time: bool
    in_time_text: str
    application_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TookEffect(Event):
    kind: ClassVar[str] = "cases.took-effect"
    summary: ClassVar[str] = "裁判文书于{effective_on}发生法律效力"
    effective_on: date
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(Event):
    kind: ClassVar[str] = "cases.closed"
    summary: ClassVar[str] = "结案，结案方式：{outcome_name}，结案日期{closed_on}"
    outcome: str
    outcome_name: str
    closed_on: date
    days: int
    within_limit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived(Event):
    kind: ClassVar[str] = "cases.archived"
    summary: ClassVar[str] = "归档"
    archived_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported(Event):
    kind: ClassVar[str] = "cases.imported"
    summary: ClassVar[str] = "由已公布的裁判文书导入，来源{reference}"
    reference: str
    number: str
    text_sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListExported(Event):
    kind: ClassVar[str] = "cases.list-exported"
    summary: ClassVar[str] = "导出案件列表{count}件（{file_format}），条件：{filters_text}"
    count: int
    file_format: str
    query: str
    filters_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordExported(Event):
    kind: ClassVar[str] = "cases.record-exported"
    summary: ClassVar[str] = "导出办理记录{count}条"
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityViewed(Event):
    kind: ClassVar[str] = "cases.identity-viewed"
    summary: ClassVar[str] = "查看{role_name}{name}的完整证件和联系信息"
    participant_id: int
    role_name: str
    name: str

"""What the API of cases, applications and approvals takes and gives."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from ninja import Field, Schema
from pydantic import field_validator

from xiezhi.cases.contracts import (
    ApplicationStatus,
    Channel,
    ParticipantRole,
    RequestKind,
    RequestStatus,
    Stage,
)
from xiezhi.parties.contracts import IdentityKind, PartyKind, Sex

Yuan = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=2, examples=["128560.50"])]
Number = Annotated[str, Field(examples=["（2026）冀0606民初1号"])]
Cursor = Annotated[str | None, Field(description="翻页用的标记；没有更多时为 null", examples=[None])]
Words = Annotated[str, Field(max_length=200, examples=["民间借贷纠纷"])]


class Given(Schema):
    """What a caller sends. Text that no database can hold (zero bytes, halves of a character) is refused."""

    @field_validator("*", mode="after")
    @classmethod
    def storable(cls, value: Any) -> Any:
        """Raise ValueError for text that cannot be stored."""
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and ("\x00" in text or (not text.isascii() and not _is_unicode(text))):
                raise ValueError("文本中有不能保存的字符")
        return value


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class CaseLine(Schema):
    """One case of the list."""

    id: Annotated[int, Field(examples=[1])]
    number: Number
    title: Annotated[str, Field(examples=["张某诉李某民间借贷纠纷"])]
    cause: str
    kind: str
    procedure: str
    court: str
    division: str
    judge: str
    stage: Annotated[Stage, Field(examples=["PREPARING"])]
    docketed_on: date
    due_on: Annotated[date | None, Field(description="审限届满日；停止计算或者没有审限时为 null")]
    clock_stopped: bool
    closed_on: date | None
    outcome: str
    amount: Decimal | None
    restricted: bool
    detained: bool


class CasePageOut(Schema):
    """A page of the list. `count` stops at 10,000; `is_more` then says that there are more."""

    items: list[CaseLine]
    next: Cursor
    previous: Cursor
    count: int
    is_more: bool


class TeamMemberOut(Schema):
    role: Annotated[str, Field(examples=["承办法官"])]
    name: str
    since: date


class LinkOut(Schema):
    kind: Annotated[str, Field(examples=["前审案件"])]
    number: Number
    case_id: Annotated[int | None, Field(description="在本系统并且可以查看时的案件编号")]
    note: str


class DecisionOut(Schema):
    document: str
    outcome: str
    decided_on: date
    pronounced_on: date | None
    effective_on: date | None
    result: str
    cited_articles: list[dict[str, str]]


class StepOut(Schema):
    """One step of a status line."""

    label: str
    state: Annotated[str, Field(examples=["done"], description="done, current, todo, skipped")]
    on: date | None


class ActionOut(Schema):
    """A step somebody may take; `why_not` is empty where the caller may take it now."""

    key: Annotated[str, Field(examples=["decide"])]
    label: str
    why_not: str


class CaseOut(CaseLine):
    """A case with its team, decision, links and what can be done now."""

    court_code: Annotated[str, Field(examples=["冀0606"])]
    clerk: str
    effective_on: date | None
    archived_on: date | None
    version: int
    team: list[TeamMemberOut]
    decision: DecisionOut | None
    links: list[LinkOut]
    steps: list[StepOut]
    actions: list[ActionOut]


class WhyOut(Schema):
    """One step of a count: what was done, under which article, the day or the sum it led to."""

    text: Annotated[str, Field(examples=["普通程序：审限6个月，自 2026-01-15 的次日起算"])]
    basis: Annotated[str, Field(examples=["民诉法152"])]
    on: date | None


class ClockChangeOut(Schema):
    kind: Annotated[str, Field(examples=["扣除"])]
    reason: str
    since: date
    until: date | None
    basis: str


class ClockOut(Schema):
    """The trial limit as it stands, with its reasoning."""

    due_on: date | None
    paused: bool
    days_left: int | None
    used_days: int
    total_days: int
    excluded_days: int
    changes: list[ClockChangeOut]
    why: list[WhyOut]


class EntryOut(Schema):
    """One thing that happened."""

    at: datetime
    text: Annotated[str, Field(examples=["进入庭前准备阶段"])]
    actor_name: str
    actor_title: str


class TimelineOut(Schema):
    items: list[EntryOut]
    next: Cursor
    previous: Cursor


class AgentOut(Schema):
    kind: str
    name: str
    firm: str
    authority: str
    authority_detail: str
    since: date
    until: date | None


class ParticipantOut(Schema):
    """A participant; identity papers, phone and address are always masked here."""

    id: int
    role: str
    name: str
    party_kind: PartyKind
    sex: Sex
    identity_kind: str
    identity_number: Annotated[str, Field(examples=["1306**********0016"])]
    phone: Annotated[str, Field(examples=["138****0030"])]
    address: str
    joined_on: date
    left_on: date | None
    agents: list[AgentOut]


class PartyIn(Given):
    """A party as the applicant names it."""

    role: Annotated[ParticipantRole, Field(examples=["PLAINTIFF"])]
    kind: Annotated[PartyKind, Field(examples=["PERSON"])]
    name: Annotated[str, Field(min_length=1, max_length=200, examples=["张某"])]
    identity_kind: IdentityKind | None = None
    identity_number: Annotated[str, Field(max_length=64)] = ""
    phone: Annotated[str, Field(max_length=30)] = ""
    address: Annotated[str, Field(max_length=300)] = ""
    legal_representative: Annotated[str, Field(max_length=60)] = ""


class ApplicationIn(Given):
    """An application for docketing. `client_token` makes sending the same one twice harmless."""

    kind: Annotated[str, Field(max_length=40, examples=["CIVIL_FIRST"])]
    procedure: Annotated[str, Field(max_length=24, examples=["SIMPLIFIED"])] = ""
    channel: Annotated[Channel, Field(examples=["WEB"])] = Channel.WEB
    received_on: Annotated[date, Field(examples=["2026-11-24"])]
    cause_key: Annotated[str, Field(max_length=32, examples=["C04.10.108.03"])] = ""
    claims: Annotated[str, Field(min_length=1, max_length=20_000, examples=["判令被告偿还借款120000元"])]
    facts: Annotated[str, Field(max_length=50_000)] = ""
    amount: Yuan | None = None
    prior_number: Annotated[str, Field(max_length=80)] = ""
    restricted: bool = False
    detained: bool = False
    client_token: Annotated[str, Field(min_length=8, max_length=64, examples=["5f2c9a7e1b"])]
    parties: Annotated[list[PartyIn], Field(min_length=1, max_length=200)]


class ApplicationLine(Schema):
    """One application of the list."""

    id: int
    first: Annotated[str, Field(description="提出请求的一方")]
    second: Annotated[str, Field(description="相对方")]
    kind: str
    cause: str
    status: ApplicationStatus
    channel: str
    received_on: date
    review_by: Annotated[date | None, Field(description="审查期限的最后一日")]
    answer_by: Annotated[date | None, Field(description="补正期限的最后一日")]
    amount: Decimal | None
    case_id: int | None
    case_number: str
    decided_on: date | None


class ApplicationPageOut(Schema):
    items: list[ApplicationLine]
    next: Cursor
    previous: Cursor
    count: int


class ApplicationOut(Schema):
    """An application, and what became of it."""

    id: int
    status: ApplicationStatus
    kind: str
    received_on: date
    review_by: date | None
    case_id: int | None
    case_number: str


class CorrectionIn(Given):
    """Everything that is missing, told once (登记立案规定第七条)."""

    items: Annotated[list[Annotated[str, Field(max_length=500)]], Field(min_length=1, max_length=50)]
    answer_by: date


class RefusalIn(Given):
    """Why the application is not docketed, and under which article."""

    reason: Annotated[str, Field(min_length=5, max_length=8_000)]
    basis: Annotated[str, Field(min_length=1, max_length=200, examples=["民事诉讼法第一百二十六条"])]


class DocketedOut(Schema):
    """The case an application became."""

    case_id: int
    number: Number
    due_on: date | None
    fee: Decimal | None


class RequestLine(Schema):
    """One request for approval."""

    id: int
    kind: Annotated[RequestKind, Field(examples=["EXTENSION"])]
    summary: Annotated[str, Field(examples=["延长审限6个月"])]
    case_number: str
    case_title: str
    requested_by: str
    requested_at: datetime
    decide_by: date | None
    status: RequestStatus
    approver: str
    decided_by: str
    decided_at: datetime | None


class RequestPageOut(Schema):
    items: list[RequestLine]
    next: Cursor
    previous: Cursor
    count: int


class DecideIn(Given):
    """The decision on a request; a refusal needs an opinion."""

    approve: bool
    opinion: Annotated[str, Field(max_length=4_000)] = ""


class RequestOut(Schema):
    """A request after its decision, with the last day of the case as it now stands."""

    id: int
    status: RequestStatus
    opinion: str
    decided_by: str
    decided_at: datetime | None
    case_id: int
    due_on: date | None


def identified(row: Any, key: str) -> dict[str, Any]:
    """Return a row of a selector as plain values, its own key called `id`."""
    values = {name: getattr(row, name) for name in row.__dataclass_fields__}
    values["id"] = values.pop(key)
    return values

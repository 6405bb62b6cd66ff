"""What this room records: past tense, ids and plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from xiezhi.foundation.contracts import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCreated(Event):
    kind: ClassVar[str] = "identity.person-created"
    summary: ClassVar[str] = "建立人员{name}（工号{staff_number}）"
    person_id: int
    name: str
    staff_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChanged(Event):
    kind: ClassVar[str] = "identity.person-changed"
    summary: ClassVar[str] = "修改人员{name}的资料：{changes_text}"
    person_id: int
    name: str
    changes_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountOpened(Event):
    kind: ClassVar[str] = "identity.account-opened"
    summary: ClassVar[str] = "为{name}开通账号"
    person_id: int
    name: str
    account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLocked(Event):
    kind: ClassVar[str] = "identity.account-locked"
    summary: ClassVar[str] = "停用{name}的账号：{reason}"
    person_id: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountUnlocked(Event):
    kind: ClassVar[str] = "identity.account-unlocked"
    summary: ClassVar[str] = "恢复{name}的账号：{reason}"
    person_id: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordReset(Event):
    kind: ClassVar[str] = "identity.password-reset"
    summary: ClassVar[str] = "重置{name}的密码"
    person_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged(Event):
    kind: ClassVar[str] = "identity.password-changed"
    summary: ClassVar[str] = "修改本人密码"
    account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AdministratorInstalled(Event):
    kind: ClassVar[str] = "identity.administrator-installed"
    summary: ClassVar[str] = "在服务器上登记{court_name}的首任系统管理员{name}（工号{staff_number}）"
    person_id: int
    name: str
    staff_number: str
    installed_post_id: int
    post_court_code: str
    court_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostAppointed(Event):
    kind: ClassVar[str] = "identity.post-appointed"
    summary: ClassVar[str] = "任命{person_name}为{court_name}{division_name}{title}，自{since}起"
    appointed_post_id: int
    person_id: int
    person_name: str
    role: str
    title: str
    post_court_code: str
    court_name: str
    division_id: int | None
    division_name: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostEnded(Event):
    kind: ClassVar[str] = "identity.post-ended"
    summary: ClassVar[str] = "{person_name}不再担任{title}，最后一日为{until}：{reason}"
    ended_post_id: int
    person_id: int
    person_name: str
    role: str
    title: str
    until: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationGranted(Event):
    kind: ClassVar[str] = "identity.delegation-granted"
    summary: ClassVar[str] = "{since}至{until}，由{to_name}代理{from_name}的{title}岗位：{reason}"
    delegation_id: int
    from_post_id: int
    from_name: str
    to_person_id: int
    to_name: str
    title: str
    since: date
    until: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationRevoked(Event):
    kind: ClassVar[str] = "identity.delegation-revoked"
    summary: ClassVar[str] = "自{revoked_on}起撤销{to_name}对{from_name}{title}岗位的代理"
    delegation_id: int
    from_name: str
    to_name: str
    title: str
    revoked_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationAdded(Event):
    kind: ClassVar[str] = "identity.recusal-relation-added"
    summary: ClassVar[str] = "登记{person_name}的回避关系（{kind_name}）"
    relation_id: int
    person_id: int
    person_name: str
    kind_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationRemoved(Event):
    kind: ClassVar[str] = "identity.recusal-relation-removed"
    summary: ClassVar[str] = "删除{person_name}的一项回避关系（{kind_name}）：{reason}"
    relation_id: int
    person_id: int
    person_name: str
    kind_name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtCreated(Event):
    kind: ClassVar[str] = "identity.court-created"
    summary: ClassVar[str] = "登记法院{name}（{code}），自{valid_from}起"
    court_id: int
    code: str
    name: str
    level: str
    parent_code: str
    valid_from: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtClosed(Event):
    kind: ClassVar[str] = "identity.court-closed"
    summary: ClassVar[str] = "{name}撤销，最后一日为{valid_to}：{reason}"
    court_id: int
    code: str
    name: str
    valid_to: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtGroupChanged(Event):
    kind: ClassVar[str] = "identity.court-group-changed"
    summary: ClassVar[str] = "{name}{change_text}使用本系统"
    court_id: int
    code: str
    name: str
    in_group: bool
    change_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtsLoaded(Event):
    kind: ClassVar[str] = "identity.courts-loaded"
    summary: ClassVar[str] = "载入法院名录：新增{added}个，更新{changed}个"
    added: int
    changed: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionCreated(Event):
    kind: ClassVar[str] = "identity.division-created"
    summary: ClassVar[str] = "{court_name}设立{name}，自{valid_from}起"
    division_id: int
    division_court_code: str
    court_name: str
    name: str
    division_kind: str
    valid_from: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionClosed(Event):
    kind: ClassVar[str] = "identity.division-closed"
    summary: ClassVar[str] = "{court_name}撤销{name}，最后一日为{valid_to}"
    division_id: int
    court_name: str
    name: str
    valid_to: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(Event):
    kind: ClassVar[str] = "identity.signed-in"
    summary: ClassVar[str] = "登录（{method_name}），来自{address}"
    account_id: int
    method: str
    method_name: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInFailed(Event):
    """`known`: the name is an account's. One that is not is not kept: people type passwords there."""

    kind: ClassVar[str] = "identity.sign-in-failed"
    summary: ClassVar[str] = "登录失败：{reason}，来自{address}"
    account_id: int | None
    known: bool
    reason: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut(Event):
    kind: ClassVar[str] = "identity.signed-out"
    summary: ClassVar[str] = "退出登录"
    account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSignedOut(Event):
    kind: ClassVar[str] = "identity.device-signed-out"
    summary: ClassVar[str] = "让另一台设备退出登录（{address}）"
    account_id: int
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostSwitched(Event):
    kind: ClassVar[str] = "identity.post-switched"
    summary: ClassVar[str] = "切换岗位：{before_title} → {after_title}"
    before_post_id: int | None
    before_title: str
    after_post_id: int
    after_title: str
    delegation_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiFactorChanged(Event):
    kind: ClassVar[str] = "identity.multi-factor-changed"
    summary: ClassVar[str] = "{change_name}{authenticator_name}"
    account_id: int
    change: str
    change_name: str
    authenticator: str
    authenticator_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenIssued(Event):
    kind: ClassVar[str] = "identity.token-issued"
    summary: ClassVar[str] = "签发接口令牌“{name}”（{prefix}…），允许：{scopes_text}，有效至{expires_on}"
    token_id: int
    name: str
    prefix: str
    scopes: list[str]
    scopes_text: str
    expires_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRevoked(Event):
    kind: ClassVar[str] = "identity.token-revoked"
    summary: ClassVar[str] = "撤销{owner_name}的接口令牌“{name}”（{prefix}…）"
    token_id: int
    owner_name: str
    name: str
    prefix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFileOpened(Event):
    """Someone looked at another person's file (法发〔2021〕30号 asks that supervision leaves traces)."""

    kind: ClassVar[str] = "identity.person-file-opened"
    summary: ClassVar[str] = "查看{name}的人员档案"
    person_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleExported(Event):
    kind: ClassVar[str] = "identity.people-exported"
    summary: ClassVar[str] = "导出人员名册（{conditions}）"
    conditions: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalSearched(Event):
    """Someone read what one person did."""

    kind: ClassVar[str] = "identity.journal-searched"
    summary: ClassVar[str] = "按经办人“{person}”查阅审计日志"
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalExported(Event):
    kind: ClassVar[str] = "identity.journal-exported"
    summary: ClassVar[str] = "导出审计日志{count}条（{conditions}）"
    count: int
    conditions: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalVerified(Event):
    kind: ClassVar[str] = "identity.journal-verified"
    summary: ClassVar[str] = "核验审计日志：{outcome}（{entries}条记录，{seals}个封存批次）"
    ok: bool
    outcome: str
    entries: int
    seals: int
    first_bad: int | None

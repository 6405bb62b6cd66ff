"""From the words of a document to the kinds, roles and outcomes the product keeps.  Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xiezhi.cases.contracts import AgentKind, ParticipantRole, TeamRole
from xiezhi.cases.rules import kinds
from xiezhi.cases.rules.judgments.causes import action_ending, charge_in_list
from xiezhi.law import case_numbers, causes
from xiezhi.law.case_numbers import CaseNumber, LegacyCaseNumber

_R = ParticipantRole
_KINDS = {
    ("CRIMINAL", "SECOND"): "CRIMINAL_SECOND",
    ("CRIMINAL", "RETRIAL"): "CRIMINAL_RETRIAL",
    ("CIVIL", "FIRST"): "CIVIL_FIRST",
    ("CIVIL", "SECOND"): "CIVIL_SECOND",
    ("CIVIL", "RETRIAL_REVIEW"): "CIVIL_RETRIAL_REVIEW",
    ("CIVIL", "RETRIAL"): "CIVIL_RETRIAL",
    ("CIVIL", "SPECIAL"): "CIVIL_SPECIAL",
    ("ADMINISTRATIVE", "FIRST"): "ADMINISTRATIVE_FIRST",
    ("ADMINISTRATIVE", "SECOND"): "ADMINISTRATIVE_SECOND",
    ("ADMINISTRATIVE", "RETRIAL_REVIEW"): "ADMINISTRATIVE_RETRIAL_REVIEW",
    ("ADMINISTRATIVE", "RETRIAL"): "ADMINISTRATIVE_RETRIAL",
    ("COMPENSATION", "FIRST"): "ADMINISTRATIVE_FIRST",
    ("COMPENSATION", "SECOND"): "ADMINISTRATIVE_SECOND",
    ("PRESERVATION", "PRESERVATION"): "PRESERVATION",
}
_BY_CODE = {
    "执": "ENFORCEMENT",
    "执恢": "ENFORCEMENT_RESUMED",
    "执保": "PRESERVATION_ENFORCEMENT",
    "法赔": "COMPENSATION_SELF",
    "委赔": "COMPENSATION_COMMITTEE",
    "民督": "PAYMENT_ORDER",
}
_ROLES: tuple[tuple[str, ParticipantRole], ...] = (
    ("附带民事诉讼原告", _R.CIVIL_PLAINTIFF),
    ("附带民事原告", _R.CIVIL_PLAINTIFF),
    ("附带民事", _R.OTHER),
    ("公诉机关", _R.PROSECUTOR),
    ("抗诉机关", _R.PROTESTER),
    ("被上诉", _R.APPELLEE),
    ("上诉", _R.APPELLANT),
    ("自诉人", _R.PRIVATE_PROSECUTOR),
    ("被告人", _R.ACCUSED),
    ("被告单位", _R.ACCUSED),
    ("被害", _R.VICTIM),
    ("被申诉人", _R.RESPONDENT),
    ("申诉人", _R.RETRIAL_APPLICANT),
    ("再审被申请人", _R.RESPONDENT),
    ("再审申请人", _R.RETRIAL_APPLICANT),
    ("申请再审人", _R.RETRIAL_APPLICANT),
    ("申请执行人", _R.ENFORCEMENT_APPLICANT),
    ("被执行人", _R.ENFORCEMENT_RESPONDENT),
    ("赔偿请求人", _R.CLAIMANT),
    ("申请赔偿人", _R.CLAIMANT),
    ("赔偿义务机关", _R.COMPENSATION_ORGAN),
    ("被申请人", _R.RESPONDENT),
    ("被保全人", _R.RESPONDENT),
    ("申请", _R.APPLICANT),
    ("第三人", _R.THIRD_PARTY),
    ("原告", _R.PLAINTIFF),
    ("被告", _R.DEFENDANT),
    ("债权人", _R.APPLICANT),
    ("债务人", _R.RESPONDENT),
)
_OUTCOMES = {
    "CONVICTED": ("GUILTY",),
    "ACQUITTED": ("NOT_GUILTY", "REVERSED"),
    "EXEMPTED": ("EXEMPTED", "REVERSED"),
    "WITHDRAWN": ("WITHDRAWN", "APPEAL_WITHDRAWN", "PROSECUTION_WITHDRAWN"),
    "DISMISSED": ("SUIT_DISMISSED", "UPHELD"),
    "GRANTED": ("JUDGMENT", "GRANTED"),
    "PARTLY_GRANTED": ("JUDGMENT", "GRANTED"),
    "REJECTED": ("JUDGMENT", "REJECTED", "REFUSED"),
    "TERMINATED": ("TERMINATED",),
    "UPHELD": ("UPHELD", "REFUSED"),
}


class NoSuchKind(LookupError):
    """The product keeps no case of this kind; the message says which."""


def number_of(facts: Mapping[str, Any]) -> CaseNumber | LegacyCaseNumber:
    """The number of the case, without 之一.  Raises case_numbers.NotACaseNumber."""
    return case_numbers.parse_any(str(facts.get("case_number") or "")).case


def prior_number_of(facts: Mapping[str, Any]) -> str:
    """The number of the case before, as cases are filed under it; as read where it is no known form."""
    written = str(facts.get("prior_case_number") or "")
    try:
        return case_numbers.parse_any(written).case.format() if written else ""
    except case_numbers.NotACaseNumber:
        return written


def kind_of(facts: Mapping[str, Any], number: CaseNumber | LegacyCaseNumber) -> kinds.CaseKind:
    """The kind of case the product keeps it as.  Raises NoSuchKind."""
    branch, instance = str(facts.get("case_kind") or ""), str(facts.get("instance") or "")
    code = number.type_code if isinstance(number, CaseNumber) else number.type_text.strip("一二三四五")
    if facts.get("document_type") == "PAYMENT_ORDER":
        code = "民督"
    key = _BY_CODE.get(code) or _KINDS.get((branch, instance), "")
    if (branch, instance) == ("CRIMINAL", "FIRST"):
        roles = [str(party["role"]) for party in facts["participants"]]
        private = any("自诉人" in role for role in roles) and "公诉机关" not in roles
        key = "CRIMINAL_FIRST_PRIVATE" if private else "CRIMINAL_FIRST_PUBLIC"
    if not key:
        raise NoSuchKind(f"系统不办理这类案件（案号中的类型为“{code}”）。")
    return kinds.get(key)


def role_of(written: str, kind: kinds.CaseKind) -> ParticipantRole:
    """The standing a written role word stands for in this kind of case."""
    if written.startswith(("原审", "一审", "二审")) and not written.endswith(
        ("被告人", "被告单位", "原告人")
    ):
        return _R.ORIGINAL_PARTY if _R.ORIGINAL_PARTY in kind.roles else _R.OTHER
    plain = written.removeprefix("原审").removeprefix("原")
    found = next((role for mark, role in _ROLES if mark in (written if mark in written else plain)), _R.OTHER)
    return found if found in kind.roles else _R.OTHER


def agent_kind(role: str, firm: str | None) -> AgentKind:
    """What kind of agent a written word and a firm make."""
    if "辩护" in role:
        return AgentKind.LEGAL_AID if "指定" in role else AgentKind.DEFENDER
    if role == "法定代理人":
        return AgentKind.STATUTORY_AGENT
    if role in (
        "法定代表人",
        "负责人",
        "主要负责人",
        "代表人",
        "经营者",
        "投资人",
        "执行事务合伙人",
        "诉讼代表人",
    ):
        return AgentKind.LEGAL_REPRESENTATIVE
    if firm and "法律服务" in firm:
        return AgentKind.LEGAL_WORKER
    return AgentKind.LAWYER if firm else AgentKind.RECOMMENDED


def procedure_of(facts: Mapping[str, Any], kind: kinds.CaseKind) -> str:
    """The key of the procedure; the first of the kind where the document does not say."""
    keys = [procedure.key for procedure in kind.procedures]
    read = str(facts.get("procedure") or "")
    if kind.key == "CRIMINAL_FIRST_PRIVATE" and read != "SIMPLIFIED":
        return "ORDINARY_DETAINED" if facts.get("detained") else "ORDINARY"
    if kind.key == "CIVIL_FIRST" and read == "ORDINARY" and len(facts.get("panel") or ()) == 1:
        return "ORDINARY_SOLE"
    if "RETRIAL_SECOND" in keys:
        return "RETRIAL_FIRST" if "初" in str(facts.get("prior_case_number") or "") else "RETRIAL_SECOND"
    if "SECOND_RULING" in keys and "原裁定" in str((facts.get("sections") or {}).get("result", "")):
        return "SECOND_RULING"
    return read if read in keys else "ORDINARY" if "ORDINARY" in keys else keys[0]


def outcome_of(facts: Mapping[str, Any], kind: kinds.CaseKind) -> kinds.Outcome:
    """The outcome of the kind that the result is; else the first with this sort of document."""
    by_key = {outcome.key: outcome for outcome in kind.outcomes}
    read = str(facts.get("result_kind") or "")
    result = str((facts.get("sections") or {}).get("result", ""))
    if read in ("UPHELD", "REVERSED") and "原裁定" in result and f"RULING_{read}" in by_key:
        return by_key[f"RULING_{read}"]
    for key in (read, *_OUTCOMES.get(read, ())):
        if key in by_key:
            return by_key[key]
    document = facts.get("document_type")
    return next((outcome for outcome in kind.outcomes if outcome.document == document), kind.outcomes[0])


def _action_in_list(name: str) -> str:
    """劳动争议纠纷 and 民间借贷 as the list has them: a 纠纷 too many or too few."""
    return action_ending(name) or action_ending(name.removesuffix("纠纷")) or name


def cause_of(names: Sequence[str], kind: kinds.CaseKind) -> tuple[str, str]:
    """Key and name for the first cause that stands in the list; the name as the document has it."""
    label = "、".join(names)[:200]
    if not kind.cause_kind:
        return "", label
    for name in names:
        listed = charge_in_list(name) if kind.cause_kind == "CRIMINAL" else _action_in_list(name)
        if listed and (cause := causes.by_name(listed, kind.cause_kind)):
            return cause.key, label
    return "", label


TEAM_ROLES = {
    "审判长": TeamRole.PRESIDING_JUDGE,
    "代理审判长": TeamRole.PRESIDING_JUDGE,
    "人民陪审员": TeamRole.ASSESSOR,
    "陪审员": TeamRole.ASSESSOR,
    "执行员": TeamRole.ENFORCEMENT_OFFICER,
}

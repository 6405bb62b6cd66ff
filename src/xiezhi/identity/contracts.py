"""Who acts, from which court, with how wide a view: the values every other room is handed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """A stored UPPER_CASE code with the Chinese words a page shows for it."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Return (code, Chinese label) pairs for model and form fields."""
        return [(member.value, member.label) for member in cls]


class Role(Labelled):
    """What a post entitles its holder to do."""

    FILING_CLERK = "FILING_CLERK", "立案员"
    JUDGE = "JUDGE", "法官"
    ASSISTANT = "ASSISTANT", "法官助理"
    CLERK = "CLERK", "书记员"
    DIVISION_HEAD = "DIVISION_HEAD", "庭长"
    VICE_PRESIDENT = "VICE_PRESIDENT", "副院长"
    PRESIDENT = "PRESIDENT", "院长"
    TRIAL_MANAGEMENT = "TRIAL_MANAGEMENT", "审判管理"
    ENFORCEMENT_OFFICER = "ENFORCEMENT_OFFICER", "执行员"
    ARCHIVIST = "ARCHIVIST", "档案员"
    FINANCE = "FINANCE", "财务"
    ADMINISTRATOR = "ADMINISTRATOR", "系统管理员"
    INSPECTOR = "INSPECTOR", "督察"


class Scope(Labelled):
    """Whose cases an actor may read."""

    NONE = "NONE", "不看案件"
    OWN = "OWN", "本人承办、参与的案件"
    DIVISION = "DIVISION", "本庭案件"
    COURT = "COURT", "本院案件"
    COURTS_BELOW = "COURTS_BELOW", "本院和下级法院案件"


class CourtLevel(Labelled):
    HIGH = "HIGH", "高级人民法院"
    INTERMEDIATE = "INTERMEDIATE", "中级人民法院"
    BASIC = "BASIC", "基层人民法院"


class DivisionKind(Labelled):
    """What a division of a court works on."""

    FILING = "FILING", "立案"
    CIVIL = "CIVIL", "民事审判"
    CRIMINAL = "CRIMINAL", "刑事审判"
    ADMINISTRATIVE = "ADMINISTRATIVE", "行政审判"
    COMPENSATION = "COMPENSATION", "国家赔偿"
    SUPERVISION = "SUPERVISION", "审判监督"
    ENFORCEMENT = "ENFORCEMENT", "执行"
    TRIAL_MANAGEMENT = "TRIAL_MANAGEMENT", "审判管理"
    INSPECTION = "INSPECTION", "督察"
    POLICE = "POLICE", "司法警察"
    ARCHIVE = "ARCHIVE", "档案"
    FINANCE = "FINANCE", "财务装备"
    TECHNOLOGY = "TECHNOLOGY", "信息技术"
    OFFICE = "OFFICE", "综合"


class Sex(Labelled):
    MALE = "MALE", "男"
    FEMALE = "FEMALE", "女"
    UNKNOWN = "UNKNOWN", "未登记"


class RecusalKind(Labelled):
    """Why a court person may have to step aside.

    民事诉讼法第四十七条，刑事诉讼法第二十九条，行政诉讼法第五十五条。
    """

    RELATIVE = "RELATIVE", "近亲属"
    FORMER_CLIENT = "FORMER_CLIENT", "曾经代理、辩护的当事人"
    INTEREST = "INTEREST", "利害关系"
    OTHER = "OTHER", "其他关系"


class ApiScope(Labelled):
    """What a program may do with a token, within what the post of its owner may do."""

    APPLICATIONS_READ = "applications:read", "查询立案申请"
    APPLICATIONS_WRITE = "applications:write", "提交立案申请"
    CASES_READ = "cases:read", "查询案件"
    PARTICIPANTS_READ = "participants:read", "查询当事人（身份信息按权限隐去）"
    CALENDAR_READ = "calendar:read", "查询开庭日程"
    JOURNAL_READ = "journal:read", "查询审计日志"
    LAW = "law:read", "法律计算"


class Permission(Labelled):
    """A thing some roles may do and others may not; `rules/permissions.py` says who."""

    CASE_RECEIVE = "CASE_RECEIVE", "收取立案材料"
    CASE_DOCKET = "CASE_DOCKET", "审查立案"
    CASE_ASSIGN = "CASE_ASSIGN", "随机分案"
    CASE_ASSIGN_MANUALLY = "CASE_ASSIGN_MANUALLY", "指定分案"
    CASE_HANDLE = "CASE_HANDLE", "承办案件"
    CASE_SUPPORT = "CASE_SUPPORT", "辅助办案"
    CASE_ENFORCE = "CASE_ENFORCE", "办理执行案件"
    CASE_ARCHIVE = "CASE_ARCHIVE", "接收归档"
    REQUEST_DECIDE = "REQUEST_DECIDE", "审批办案申请"
    APPROVE_EXTENSION = "APPROVE_EXTENSION", "批准延长审限"
    HEARING_SCHEDULE = "HEARING_SCHEDULE", "排期开庭"
    COURTROOM_MANAGE = "COURTROOM_MANAGE", "管理法庭"
    FEE_MANAGE = "FEE_MANAGE", "管理诉讼费和案款"
    SUPERVISE = "SUPERVISE", "监督管理"
    PEOPLE_VIEW = "PEOPLE_VIEW", "查看人员名册"
    PEOPLE_MANAGE = "PEOPLE_MANAGE", "管理人员和岗位"
    COURT_MANAGE = "COURT_MANAGE", "管理法院和部门"
    RECUSAL_MANAGE = "RECUSAL_MANAGE", "登记回避关系"
    SETTINGS_VIEW = "SETTINGS_VIEW", "查看法院参数"
    SETTINGS_CHANGE = "SETTINGS_CHANGE", "修改法院参数"
    JOURNAL_AUDIT = "JOURNAL_AUDIT", "审计日志"
    EXPORT = "EXPORT", "导出列表"
    IMPORT = "IMPORT", "导入数据"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting from one post, on one day.

    `person_id`, `user_id` and `name` are always the person at the keyboard. Under a delegation `role`,
    `court_*`, `division_id` and `scope` are those of the delegated post, `on_behalf_of_post_id` names that
    post, and `post_id` stays the person's own. `court_codes` are the courts whose records the scope reaches.
    """

    user_id: int | None
    person_id: int
    post_id: int
    name: str
    title: str
    role: Role
    court_id: int
    court_code: str
    court_level: CourtLevel
    division_id: int | None
    scope: Scope
    court_codes: frozenset[str]
    on_behalf_of_post_id: int | None = None

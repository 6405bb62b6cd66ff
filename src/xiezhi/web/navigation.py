"""What each role does daily, in the order of the day; the shell shows what is installed and permitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xiezhi.identity.contracts import Actor, Permission, Role
from xiezhi.identity.rules.permissions import may


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the navigation. `icon` is a Tabler icon name; without `permission` everybody may."""

    label: str | Promise
    url_name: str
    icon: str
    permission: Permission | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as the page shows it."""

    label: str | Promise
    url: str
    icon: str
    active: bool


DESK = Entry(_("我的工作台"), "web:desk", "layout-list")
APPLICATIONS = Entry(_("立案申请"), "cases:application_list", "inbox")
NEW_APPLICATION = Entry(_("登记立案"), "cases:application_new", "file-plus", Permission.CASE_RECEIVE)
MY_CASES = Entry(_("我的案件"), "cases:list", "folders")
DIVISION_CASES = Entry(_("本庭案件"), "cases:list", "folders")
CASES = Entry(_("案件"), "cases:list", "folders")
CALENDAR = Entry(_("开庭日历"), "hearings:calendar", "calendar-event")
DECIDE = Entry(_("审批"), "cases:approvals", "checklist", Permission.REQUEST_DECIDE)
REQUESTS = Entry(_("办案申请"), "cases:approvals", "checklist")
TOOLS = Entry(_("法律计算"), "portal:tools", "calculator")
COURTS = Entry(_("法院和部门"), "identity:courts", "building-bank", Permission.COURT_MANAGE)
PEOPLE = Entry(_("人员和岗位"), "identity:people", "users", Permission.PEOPLE_VIEW)
COURTROOMS = Entry(_("法庭"), "hearings:courtrooms", "door", Permission.COURTROOM_MANAGE)
SETTINGS = Entry(_("法院参数"), "identity:settings", "adjustments", Permission.SETTINGS_VIEW)
JOURNAL = Entry(_("审计日志"), "identity:journal", "history", Permission.JOURNAL_AUDIT)
DEAD_LETTERS = Entry(_("未送达事件"), "identity:dead_letters", "mail-exclamation", Permission.SETTINGS_CHANGE)

BY_ROLE: Mapping[Role, Sequence[Entry]] = MappingProxyType(
    {
        Role.FILING_CLERK: (DESK, APPLICATIONS, NEW_APPLICATION, CASES, CALENDAR, TOOLS),
        Role.JUDGE: (DESK, CALENDAR, MY_CASES, REQUESTS, TOOLS),
        Role.ASSISTANT: (DESK, CALENDAR, MY_CASES, REQUESTS, TOOLS),
        Role.CLERK: (DESK, CALENDAR, MY_CASES, TOOLS),
        Role.DIVISION_HEAD: (DESK, DECIDE, DIVISION_CASES, CALENDAR, PEOPLE, TOOLS),
        Role.VICE_PRESIDENT: (DESK, DECIDE, CASES, CALENDAR, PEOPLE, SETTINGS, TOOLS),
        Role.PRESIDENT: (DESK, DECIDE, CASES, CALENDAR, PEOPLE, SETTINGS, JOURNAL, TOOLS),
        Role.TRIAL_MANAGEMENT: (DESK, CASES, CALENDAR, PEOPLE, SETTINGS, TOOLS),
        Role.ENFORCEMENT_OFFICER: (DESK, MY_CASES, CALENDAR, TOOLS),
        Role.ARCHIVIST: (DESK, CASES),
        Role.FINANCE: (DESK, CASES, TOOLS),
        Role.ADMINISTRATOR: (DESK, COURTS, PEOPLE, COURTROOMS, SETTINGS, DEAD_LETTERS),
        Role.INSPECTOR: (DESK, CASES, JOURNAL, PEOPLE),
    }
)


def links_for(actor: Actor | None, path: str) -> list[Link]:
    """Return the links of the actor's role, leaving out what is not installed or not permitted.

    The link whose address is the longest beginning of `path` is active; the desk only on its own address.
    """
    if actor is None:
        return []
    found: list[tuple[Entry, str]] = []
    for entry in BY_ROLE[actor.role]:
        if entry.permission is not None and not may(actor.role, entry.permission):
            continue
        try:
            found.append((entry, reverse(entry.url_name)))
        except NoReverseMatch:
            continue
    active = max(
        (url for _entry, url in found if path == url or (url != "/" and path.startswith(url))),
        key=len,
        default="",
    )
    return [Link(label=entry.label, url=url, icon=entry.icon, active=url == active) for entry, url in found]

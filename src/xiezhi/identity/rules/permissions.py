"""What each role may do and how far it sees.  Pure: no database, no clock, no settings.

No article lays down a table of rights inside an information system. This one follows the division of work
of 法发〔2015〕13号 (powers of judges, assistants, clerks, division heads and presidents) and keeps those who
manage accounts away from cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from xiezhi.identity.contracts import CourtLevel, Permission, Role, Scope

_LEADERS = frozenset({Role.PRESIDENT, Role.VICE_PRESIDENT})
#: Roles that, above the basic level, look after the courts below as well.
_REACHES_DOWN = _LEADERS | {Role.TRIAL_MANAGEMENT, Role.INSPECTOR}

_BASE_SCOPES: Mapping[Role, Scope] = MappingProxyType(
    {
        Role.FILING_CLERK: Scope.COURT,
        Role.JUDGE: Scope.OWN,
        Role.ASSISTANT: Scope.OWN,
        Role.CLERK: Scope.OWN,
        Role.DIVISION_HEAD: Scope.DIVISION,
        Role.VICE_PRESIDENT: Scope.COURT,
        Role.PRESIDENT: Scope.COURT,
        Role.TRIAL_MANAGEMENT: Scope.COURT,
        Role.ENFORCEMENT_OFFICER: Scope.OWN,
        Role.ARCHIVIST: Scope.COURT,
        Role.FINANCE: Scope.COURT,
        Role.ADMINISTRATOR: Scope.NONE,
        Role.INSPECTOR: Scope.COURT,
    }
)

_P = Permission
_PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.FILING_CLERK: frozenset({_P.CASE_RECEIVE, _P.CASE_DOCKET, _P.CASE_ASSIGN, _P.EXPORT}),
        Role.JUDGE: frozenset({_P.CASE_HANDLE, _P.CASE_SUPPORT, _P.HEARING_SCHEDULE, _P.EXPORT}),
        Role.ASSISTANT: frozenset({_P.CASE_SUPPORT, _P.HEARING_SCHEDULE, _P.EXPORT}),
        Role.CLERK: frozenset({_P.CASE_SUPPORT, _P.HEARING_SCHEDULE, _P.CASE_ARCHIVE, _P.EXPORT}),
        Role.DIVISION_HEAD: frozenset(
            {
                _P.CASE_ASSIGN,
                _P.CASE_ASSIGN_MANUALLY,
                _P.CASE_HANDLE,
                _P.CASE_SUPPORT,
                _P.REQUEST_DECIDE,
                _P.HEARING_SCHEDULE,
                _P.SUPERVISE,
                _P.PEOPLE_VIEW,
                _P.EXPORT,
            }
        ),
        Role.VICE_PRESIDENT: frozenset(
            {
                _P.CASE_ASSIGN,
                _P.CASE_ASSIGN_MANUALLY,
                _P.CASE_HANDLE,
                _P.REQUEST_DECIDE,
                _P.SUPERVISE,
                _P.PEOPLE_VIEW,
                _P.SETTINGS_VIEW,
                _P.EXPORT,
            }
        ),
        # Extensions of the trial limit are the president's (民事诉讼法第一百五十二条).
        Role.PRESIDENT: frozenset(
            {
                _P.CASE_ASSIGN,
                _P.CASE_ASSIGN_MANUALLY,
                _P.CASE_HANDLE,
                _P.REQUEST_DECIDE,
                _P.APPROVE_EXTENSION,
                _P.SUPERVISE,
                _P.PEOPLE_VIEW,
                _P.SETTINGS_VIEW,
                _P.JOURNAL_AUDIT,
                _P.EXPORT,
            }
        ),
        Role.TRIAL_MANAGEMENT: frozenset(
            {
                _P.CASE_ASSIGN,
                _P.CASE_ASSIGN_MANUALLY,
                _P.COURTROOM_MANAGE,
                _P.SUPERVISE,
                _P.PEOPLE_VIEW,
                _P.RECUSAL_MANAGE,
                _P.SETTINGS_VIEW,
                _P.EXPORT,
                _P.IMPORT,
            }
        ),
        Role.ENFORCEMENT_OFFICER: frozenset({_P.CASE_ENFORCE, _P.CASE_HANDLE, _P.CASE_SUPPORT, _P.EXPORT}),
        Role.ARCHIVIST: frozenset({_P.CASE_ARCHIVE, _P.EXPORT}),
        Role.FINANCE: frozenset({_P.FEE_MANAGE, _P.EXPORT}),
        Role.ADMINISTRATOR: frozenset(
            {
                _P.PEOPLE_VIEW,
                _P.PEOPLE_MANAGE,
                _P.COURT_MANAGE,
                _P.RECUSAL_MANAGE,
                _P.COURTROOM_MANAGE,
                _P.SETTINGS_VIEW,
                _P.SETTINGS_CHANGE,
                _P.IMPORT,
            }
        ),
        Role.INSPECTOR: frozenset(
            {_P.SUPERVISE, _P.JOURNAL_AUDIT, _P.PEOPLE_VIEW, _P.SETTINGS_VIEW, _P.EXPORT}
        ),
    }
)


def default_scope(role: Role, level: CourtLevel) -> Scope:
    """Return how far a role sees in a court of the level."""
    if role in _REACHES_DOWN and level is not CourtLevel.BASIC:
        return Scope.COURTS_BELOW
    return _BASE_SCOPES[role]


def permissions_of(role: Role) -> frozenset[Permission]:
    """Return everything a role may do, within its scope."""
    return _PERMISSIONS[role]


def may(role: Role, permission: Permission) -> bool:
    """Tell whether the role has the permission at all; a policy still decides on the object."""
    return permission in _PERMISSIONS[role]


def manages_courts_below(role: Role, level: CourtLevel) -> bool:
    """Tell whether an administrator of a court of this level also keeps the register of the courts below."""
    return role is Role.ADMINISTRATOR and level is not CourtLevel.BASIC


def needs_division(role: Role) -> bool:
    """Tell whether a post of the role must name a division: without one its scope would be empty."""
    return role in {Role.DIVISION_HEAD, Role.JUDGE, Role.ENFORCEMENT_OFFICER}

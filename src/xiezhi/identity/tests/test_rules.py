"""What each role may do and how far it sees; periods; who may stand in for whom."""

from __future__ import annotations

from datetime import date

import pytest

from xiezhi.identity.contracts import CourtLevel, Permission, Role, Scope
from xiezhi.identity.passwords import kinds_of_characters
from xiezhi.identity.rules import permissions
from xiezhi.identity.rules.posts import Period, can_be_delegated, may_stand_in


@pytest.mark.parametrize(
    ("role", "basic", "above"),
    [
        (Role.FILING_CLERK, Scope.COURT, Scope.COURT),
        (Role.JUDGE, Scope.OWN, Scope.OWN),
        (Role.ASSISTANT, Scope.OWN, Scope.OWN),
        (Role.CLERK, Scope.OWN, Scope.OWN),
        (Role.DIVISION_HEAD, Scope.DIVISION, Scope.DIVISION),
        (Role.VICE_PRESIDENT, Scope.COURT, Scope.COURTS_BELOW),
        (Role.PRESIDENT, Scope.COURT, Scope.COURTS_BELOW),
        (Role.TRIAL_MANAGEMENT, Scope.COURT, Scope.COURTS_BELOW),
        (Role.ENFORCEMENT_OFFICER, Scope.OWN, Scope.OWN),
        (Role.ARCHIVIST, Scope.COURT, Scope.COURT),
        (Role.FINANCE, Scope.COURT, Scope.COURT),
        (Role.ADMINISTRATOR, Scope.NONE, Scope.NONE),
        (Role.INSPECTOR, Scope.COURT, Scope.COURTS_BELOW),
    ],
)
def test_how_far_a_role_sees(role: Role, basic: Scope, above: Scope) -> None:
    assert permissions.default_scope(role, CourtLevel.BASIC) is basic
    assert permissions.default_scope(role, CourtLevel.INTERMEDIATE) is above
    assert permissions.default_scope(role, CourtLevel.HIGH) is above


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        (Permission.CASE_DOCKET, {Role.FILING_CLERK}),
        (Permission.APPROVE_EXTENSION, {Role.PRESIDENT}),
        (Permission.PEOPLE_MANAGE, {Role.ADMINISTRATOR}),
        (Permission.COURT_MANAGE, {Role.ADMINISTRATOR}),
        (Permission.SETTINGS_CHANGE, {Role.ADMINISTRATOR}),
        (Permission.JOURNAL_AUDIT, {Role.PRESIDENT, Role.INSPECTOR}),
        (Permission.FEE_MANAGE, {Role.FINANCE}),
        (Permission.RECUSAL_MANAGE, {Role.TRIAL_MANAGEMENT, Role.ADMINISTRATOR}),
        (Permission.REQUEST_DECIDE, {Role.DIVISION_HEAD, Role.VICE_PRESIDENT, Role.PRESIDENT}),
    ],
)
def test_who_has_a_permission(permission: Permission, roles: set[Role]) -> None:
    assert {role for role in Role if permissions.may(role, permission)} == roles


def test_who_keeps_accounts_handles_no_case() -> None:
    held = permissions.permissions_of(Role.ADMINISTRATOR)
    assert not {p for p in held if p.value.startswith(("CASE_", "REQUEST_", "APPROVE_"))}
    assert Permission.JOURNAL_AUDIT not in held  # nor does the administrator audit the own doings


_A, _B, _C, _D = (date(2026, month, 1) for month in (1, 2, 3, 4))


@pytest.mark.parametrize(
    ("one", "other", "overlaps", "covers"),
    [
        pytest.param((_A, _B), (_C, _D), False, False, id="apart"),
        pytest.param((_A, _C), (_C, _D), True, False, id="the last day counts"),
        pytest.param((_A, _D), (_B, _C), True, True, id="within"),
        pytest.param((_A, None), (_B, None), True, True, id="both open"),
        pytest.param((_A, _C), (_B, None), True, False, id="the other goes on"),
        pytest.param((None, None), (_A, _B), True, True, id="always"),
        pytest.param((_B, _D), (None, _C), True, False, id="the other began before memory"),
        pytest.param((_B, _B), (_B, _B), True, True, id="one day"),
    ],
)
def test_periods(
    one: tuple[date | None, date | None],
    other: tuple[date | None, date | None],
    overlaps: bool,
    covers: bool,
) -> None:
    assert Period(*one).overlaps(Period(*other)) is overlaps
    assert Period(*other).overlaps(Period(*one)) is overlaps
    assert Period(*one).covers(Period(*other)) is covers


@pytest.mark.parametrize(
    ("role", "held", "allowed"),
    [
        (Role.PRESIDENT, [Role.VICE_PRESIDENT], True),
        (Role.PRESIDENT, [Role.JUDGE], False),
        (Role.PRESIDENT, [Role.JUDGE, Role.VICE_PRESIDENT], True),
        (Role.DIVISION_HEAD, [Role.JUDGE], True),
        (Role.DIVISION_HEAD, [Role.CLERK], False),
        (Role.JUDGE, [Role.JUDGE], False),
        (Role.ADMINISTRATOR, [Role.ADMINISTRATOR], False),
        (Role.FINANCE, [], False),
    ],
)
def test_who_may_stand_in(role: Role, held: list[Role], allowed: bool) -> None:
    assert may_stand_in(role, held) is allowed


def test_trial_work_and_accounts_are_not_handed_on() -> None:
    never = {Role.JUDGE, Role.ASSISTANT, Role.CLERK, Role.ENFORCEMENT_OFFICER, Role.ADMINISTRATOR}
    assert {role for role in Role if not can_be_delegated(role)} == never


@pytest.mark.parametrize(
    ("password", "kinds"),
    [("abc", 1), ("abcABC", 2), ("abcABC1", 3), ("abcABC1!", 4), ("密码", 1), ("密码a1", 3), ("", 0)],
)
def test_kinds_of_characters(password: str, kinds: int) -> None:
    assert kinds_of_characters(password) == kinds

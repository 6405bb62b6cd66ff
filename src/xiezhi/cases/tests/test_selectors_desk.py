"""What the desk shows of cases: work in hand, and what others must do next."""

from __future__ import annotations

from datetime import date

import pytest

from xiezhi.cases.contracts import ApplicationStatus
from xiezhi.cases.models import Correction, TeamMember
from xiezhi.cases.selectors import desk
from xiezhi.cases.tests.factories import ApplicationFactory, CaseFactory, judge_of
from xiezhi.identity.contracts import Role
from xiezhi.identity.models import Court
from xiezhi.identity.tests.factories import actor_with

pytestmark = pytest.mark.django_db


def test_a_judge_sees_own_open_cases_until_they_close() -> None:
    case = CaseFactory(preparing=True)
    judge = judge_of(case)
    assert [(row.case_id, row.stage) for row in desk.in_hand(judge)] == [(case.pk, "庭前准备")]

    case.closed_on = case.docketed_on
    case.save(update_fields=["closed_on"])
    assert desk.in_hand(judge) == []


def test_nobody_else_has_them_in_hand() -> None:
    case = CaseFactory(preparing=True)
    assert desk.in_hand(judge_of(CaseFactory(preparing=True, court=case.court)))[0].case_id != case.pk
    assert desk.in_hand(actor_with(Role.PRESIDENT, court=case.court)) == []
    assert desk.in_hand(actor_with(Role.CLERK, court=case.court)) == []


@pytest.mark.parametrize("role", [Role.CLERK, Role.ASSISTANT])
def test_who_assists_sees_the_cases_of_the_team(role: Role) -> None:
    case = CaseFactory(preparing=True)
    helper = actor_with(role, court=case.court)
    seat = TeamMember.objects.create(
        case=case, person_id=helper.person_id, role=str(role), since=case.docketed_on
    )
    assert [row.case_id for row in desk.in_hand(helper)] == [case.pk]
    assert desk.in_hand(actor_with(role, court=case.court)) == []
    seat.until = case.docketed_on
    seat.save(update_fields=["until"])
    assert desk.in_hand(helper) == []


def test_the_filing_window_waits_for_corrections_of_its_own_court() -> None:
    clerk = actor_with(Role.FILING_CLERK)
    application = ApplicationFactory(court=Court.objects.get(pk=clerk.court_id))
    assert desk.awaited(clerk) == []

    application.status = ApplicationStatus.CORRECTION_REQUESTED
    application.save(update_fields=["status"])
    Correction.objects.create(
        application=application,
        items=["身份证明"],
        requested_on=date(2026, 11, 20),
        answer_by=date(2026, 12, 4),
    )
    [row] = desk.awaited(clerk)
    assert (row.due_on, row.url) == (date(2026, 12, 4), f"/applications/{application.pk}/")
    assert desk.awaited(actor_with(Role.FILING_CLERK)) == []
    assert desk.awaited(actor_with(Role.JUDGE, court=application.court)) == []

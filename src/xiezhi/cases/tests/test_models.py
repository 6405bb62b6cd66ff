"""Who sees which case, application and request; what the tables themselves refuse."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from xiezhi.cases.models import Application, ApprovalRequest, Case
from xiezhi.cases.tests.factories import (
    ApplicationFactory,
    CaseFactory,
    ClockChangeFactory,
    RequestFactory,
    TeamMemberFactory,
    actor_in,
    clerk_of,
    handling_post,
    judge_of,
)
from xiezhi.identity.contracts import Role
from xiezhi.identity.tests.factories import TODAY, CourtFactory, PostFactory, actor_of, actor_with

pytestmark = pytest.mark.django_db


def sees(actor: object, case: Case) -> bool:
    return Case.objects.visible_to(actor).filter(pk=case.pk).exists()  # type: ignore[arg-type]


class TestCases:
    def test_by_scope(self) -> None:
        case = CaseFactory(preparing=True)
        inside = [judge_of(case), clerk_of(case)]
        inside += [actor_in(case, role) for role in (Role.DIVISION_HEAD, Role.PRESIDENT, Role.FILING_CLERK)]
        inside += [actor_in(case, role) for role in (Role.TRIAL_MANAGEMENT, Role.ARCHIVIST)]
        inside.append(actor_of(PostFactory(president=True, court=case.court.parent)))
        outside = [actor_of(handling_post(case)), actor_with(Role.CLERK, court=case.court)]
        outside += [actor_with(Role.ADMINISTRATOR, court=case.court)]
        outside += [actor_with(role, court=CourtFactory()) for role in (Role.PRESIDENT, Role.FILING_CLERK)]
        outside.append(actor_of(PostFactory(filing_clerk=True, court=case.court.parent)))
        other = CaseFactory(court=case.court, kind="CRIMINAL_FIRST_PUBLIC", preparing=True)
        outside.append(actor_in(other, Role.DIVISION_HEAD))
        assert [sees(actor, case) for actor in inside] == [True] * len(inside)
        assert [sees(actor, case) for actor in outside] == [False] * len(outside)

    def test_a_restricted_case_is_seen_by_its_team_alone(self) -> None:
        case = CaseFactory(preparing=True, secret=True)
        assert sees(judge_of(case), case)
        assert sees(clerk_of(case), case)
        for role in (Role.PRESIDENT, Role.DIVISION_HEAD, Role.FILING_CLERK, Role.TRIAL_MANAGEMENT):
            assert not sees(actor_in(case, role), case)
        head = PostFactory(division_head=True, court=case.court, division=case.division)
        TeamMemberFactory(case=case, person=head.person)
        assert sees(actor_of(head), case)

    def test_until_it_is_assigned_the_filing_window_of_its_court_has_it(self) -> None:
        case = CaseFactory(secret=True)
        assert sees(actor_in(case, Role.FILING_CLERK), case)
        assert not sees(actor_in(case, Role.DIVISION_HEAD), case)
        assert not sees(actor_with(Role.FILING_CLERK, court=CourtFactory()), case)
        assert not sees(actor_of(PostFactory(president=True, court=case.court.parent)), case)

    def test_who_left_the_team_sees_no_more(self) -> None:
        case = CaseFactory(preparing=True)
        clerk = clerk_of(case)
        case.team.filter(person_id=clerk.person_id).update(until=TODAY)
        assert not sees(clerk, case)

    def test_a_number_stands_once_per_court(self) -> None:
        case = CaseFactory()
        with pytest.raises(IntegrityError), transaction.atomic():
            CaseFactory(court=case.court, number=case.number)
        CaseFactory(court=CourtFactory(), number=case.number)

    def test_dates_in_order(self) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            CaseFactory(closed_on=TODAY - timedelta(days=40))
        with pytest.raises(IntegrityError), transaction.atomic():
            ClockChangeFactory(since=TODAY, until=TODAY - timedelta(days=1))

    def test_one_judge_in_charge_and_one_running_stop_of_a_kind(self) -> None:
        case = CaseFactory(assigned=True)
        with pytest.raises(IntegrityError), transaction.atomic():
            TeamMemberFactory(case=case, role="JUDGE_IN_CHARGE")
        ClockChangeFactory(case=case, until=None)
        with pytest.raises(IntegrityError), transaction.atomic():
            ClockChangeFactory(case=case, until=None)


class TestApplications:
    def test_the_window_and_the_leaders_of_the_court(self) -> None:
        application = ApplicationFactory()
        court = application.court
        for role, seen in (
            (Role.FILING_CLERK, True),
            (Role.PRESIDENT, True),
            (Role.DIVISION_HEAD, True),
            (Role.JUDGE, False),
            (Role.CLERK, False),
            (Role.ADMINISTRATOR, False),
        ):
            found = Application.objects.visible_to(actor_with(role, court=court))
            assert found.exists() is seen, role
        stranger = actor_with(Role.FILING_CLERK, court=CourtFactory())
        assert not Application.objects.visible_to(stranger).exists()

    def test_waiting(self) -> None:
        waiting = ApplicationFactory()
        ApplicationFactory(refused=True)
        assert list(Application.objects.waiting()) == [waiting]


class TestRequests:
    def test_wait_for_the_post_that_decides(self) -> None:
        request = RequestFactory()
        case = request.case
        president = actor_in(case, Role.PRESIDENT)
        assert list(ApprovalRequest.objects.waiting_for(president)) == [request]
        for actor in (
            actor_in(case, Role.VICE_PRESIDENT),
            actor_with(Role.PRESIDENT, court=CourtFactory()),
            judge_of(case),
        ):
            assert not ApprovalRequest.objects.waiting_for(actor).exists()

    def test_the_court_above_sees_what_it_must_decide_of_a_restricted_case(self) -> None:
        case = CaseFactory(preparing=True, secret=True)
        upper = case.court.parent
        request = RequestFactory(case=case, approver_court_code=upper.code)
        president = actor_of(PostFactory(president=True, court=upper))
        assert not sees(president, case)
        assert list(ApprovalRequest.objects.visible_to(president)) == [request]
        assert not ApprovalRequest.objects.visible_to(actor_in(case, Role.PRESIDENT)).exists()

    def test_a_decision_has_its_moment(self) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            RequestFactory(status="APPROVED")
        RequestFactory(approved=True)

"""Who sees which case, application and request; what the tables themselves refuse."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from xiezhi.cases.contracts import LinkKind
from xiezhi.cases.models import Application, ApprovalRequest, Case, CaseLink
from xiezhi.cases.selectors import case_page, timeline
from xiezhi.cases.services import access, decisions, steps
from xiezhi.cases.tests.factories import (
    AT,
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
from xiezhi.identity.contracts import Actor, Role
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


class TestPriorCases:
    """The team of an appeal reads the first instance; nobody else does, and nobody writes there."""

    @staticmethod
    def appeal(prior: Case, **fields: Any) -> Case:
        """Return a second-instance case that the filing window took in as the appeal from a case."""
        case: Case = CaseFactory(court=prior.court.parent, kind="CIVIL_SECOND", preparing=True, **fields)
        ApplicationFactory(
            court=case.court, kind=case.kind, prior_number=prior.number, case=case, status="ACCEPTED"
        )
        CaseLink.objects.create(case=case, kind=LinkKind.PRIOR, other=prior, other_number=prior.number)
        return case

    @staticmethod
    def reads(actor: Actor, case: Case) -> bool:
        return Case.objects.prior_of(actor).filter(pk=case.pk).exists()

    def test_the_team_of_the_later_case_and_no_one_else_of_its_court(self) -> None:
        prior = CaseFactory(closed=True)
        later = self.appeal(prior)
        judge = judge_of(later)
        assert self.reads(judge, prior)
        assert self.reads(clerk_of(later), prior)
        assert not sees(judge, prior)  # not in lists
        another = CaseFactory(court=later.court, kind="CIVIL_SECOND", preparing=True)
        assert not self.reads(judge_of(another), prior)
        assert not self.reads(actor_in(later, Role.FILING_CLERK), prior)
        assert not self.reads(judge_of(prior), later)  # not the other way round

    def test_who_left_the_team_reads_no_more(self) -> None:
        prior = CaseFactory(closed=True)
        clerk = clerk_of(later := self.appeal(prior))
        later.team.filter(person_id=clerk.person_id).update(until=TODAY)
        assert not self.reads(clerk, prior)

    def test_a_link_that_the_team_wrote_itself_opens_nothing(self) -> None:
        wanted = CaseFactory(closed=True)
        mine = CaseFactory(court=wanted.court.parent, kind="CIVIL_SECOND", preparing=True)
        decisions.case_link(
            actor=judge_of(mine), case_id=mine.pk, kind=LinkKind.PRIOR, number=wanted.number, note="", at=AT
        )
        assert CaseLink.objects.filter(case=mine, other=wanted, kind=LinkKind.PRIOR).exists()
        assert not self.reads(judge_of(mine), wanted)

    def test_nothing_of_a_court_that_is_not_below(self) -> None:
        prior = CaseFactory(closed=True)
        later = self.appeal(prior)
        Case.objects.filter(pk=prior.pk).update(court=CourtFactory(code="冀01"), court_code="冀01")
        assert not self.reads(judge_of(later), prior)

    def test_reading_is_not_doing(self) -> None:
        prior = CaseFactory(pronounced=True)
        judge = judge_of(self.appeal(prior))
        page = case_page.case_page(actor=judge, case_id=prior.pk, today=TODAY)
        assert page.is_prior_only
        assert not page.actions
        assert timeline.case_timeline(actor=judge, case_id=prior.pk) is not None
        with pytest.raises(Case.DoesNotExist):
            steps.lock_case(judge, prior.pk)
        with pytest.raises(Case.DoesNotExist):
            access.record_export(actor=judge, case_id=prior.pk, count=1, at=AT)
        with pytest.raises(Case.DoesNotExist):
            access.identity_view(
                actor=judge, case_id=prior.pk, participant_id=prior.participants.all()[0].pk, at=AT
            )

    def test_the_pages_open_with_papers_masked(self, client: Client) -> None:
        prior = CaseFactory(pronounced=True)
        later = self.appeal(prior)
        assert later.judge is not None
        assert later.judge.user is not None
        client.force_login(later.judge.user, backend="django.contrib.auth.backends.ModelBackend")
        assert f"/cases/{prior.pk}/" in client.get(f"/cases/{later.pk}/").content.decode()
        number = prior.participants.select_related("party")[0].party.identity_number
        for tab in ("", "parties/", "documents/", "service/", "fees/", "record/", "hearings/"):
            answer = client.get(f"/cases/{prior.pk}/{tab}")
            assert answer.status_code == 200, tab
            assert number not in answer.content.decode()
        assert "前审查阅" in client.get(f"/cases/{prior.pk}/").content.decode()
        assert (
            f"/cases/{prior.pk}/record/export/"
            not in client.get(f"/cases/{prior.pk}/record/").content.decode()
        )
        assert prior.number not in client.get("/cases/").content.decode()
        for step in ("archive/", "effect/", "link/", "decide/", "parties/join/"):
            assert client.post(f"/cases/{prior.pk}/{step}").status_code in {403, 404, 409}, step


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

    def test_a_restricted_one_is_for_the_window_that_reviews_it_and_the_team(self) -> None:
        case = CaseFactory(secret=True, preparing=True)
        court = case.court
        application = ApplicationFactory(court=court, restricted=True, case=case, status="ACCEPTED")
        head = PostFactory(vice_president=True, court=court)
        for role, seen in (
            (Role.FILING_CLERK, True),
            (Role.PRESIDENT, False),
            (Role.DIVISION_HEAD, False),
            (Role.ARCHIVIST, False),
        ):
            assert Application.objects.visible_to(actor_with(role, court=court)).exists() is seen, role
        above = actor_of(PostFactory(president=True, court=court.parent))
        assert not Application.objects.visible_to(above).exists()
        TeamMemberFactory(case=case, person=head.person)
        assert list(Application.objects.visible_to(actor_of(head))) == [application]

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

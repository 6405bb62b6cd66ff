"""Requests: who asks, who decides, and what an approval does to the case."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from xiezhi.cases.contracts import LinkKind, ParticipantRole, RequestKind, RequestStatus, Stage, TeamRole
from xiezhi.cases.models import Application, ApprovalRequest, Case
from xiezhi.cases.services import assignment, clocks, decisions, reminders, request_plans, requests
from xiezhi.cases.services.steps import CaseChangedMeanwhile, CaseIsClosed
from xiezhi.cases.tests.factories import (
    AT,
    CaseFactory,
    ParticipantFactory,
    RequestFactory,
    TeamMemberFactory,
    actor_in,
    clerk_of,
    handling_post,
    judge_of,
    moment,
)
from xiezhi.foundation import court_settings
from xiezhi.foundation.errors import InvalidInput, NotPermitted, Refused
from xiezhi.foundation.models import JournalEntry, Notice, TodoItem
from xiezhi.identity.contracts import Actor, Role
from xiezhi.identity.tests.factories import TODAY, CourtFactory, PostFactory, actor_of, actor_with

pytestmark = pytest.mark.django_db

DOCKETED = date(2026, 11, 4)  # TODAY is 24 November
REASON = "案情复杂，需要进一步调查"


def make(case: Case, kind: RequestKind, actor: Actor | None = None, **payload: Any) -> ApprovalRequest:
    return requests.request_make(
        actor=actor or judge_of(case), case_id=case.pk, kind=kind, payload=payload, reason=REASON, at=AT
    )


def decide(
    request: ApprovalRequest, actor: Actor, *, approve: bool = True, opinion: str = "", at: Any = AT
) -> ApprovalRequest:
    return requests.request_decide(
        actor=actor, request_id=request.pk, approve=approve, opinion=opinion, at=at
    )


def entries(case: Case, kind: str) -> list[JournalEntry]:
    return list(JournalEntry.objects.filter(case_id=case.pk, kind=kind).order_by("pk"))


class TestExtension:
    def test_by_the_president_of_the_court_and_nobody_else(self) -> None:
        case = CaseFactory(preparing=True, docketed_on=DOCKETED)
        request = make(case, RequestKind.EXTENSION)
        assert (request.approver_role, request.approver_court_code) == (Role.PRESIDENT, case.court_code)
        assert TodoItem.objects.get(key=f"request:{request.pk}").role == Role.PRESIDENT
        due = case.due_on
        for actor in (
            actor_in(case, Role.DIVISION_HEAD),
            actor_in(case, Role.VICE_PRESIDENT),
            judge_of(case),
            actor_of(PostFactory(president=True, intermediate=True)),
        ):
            with pytest.raises(NotPermitted):
                decide(request, actor)
        with pytest.raises(ApprovalRequest.DoesNotExist):
            decide(request, actor_with(Role.PRESIDENT, court=CourtFactory()))
        case.refresh_from_db()
        assert case.due_on == due
        assert not entries(case, "cases.limit-extended")

        decide(request, actor_in(case, Role.PRESIDENT))
        case.refresh_from_db()
        assert due == date(2027, 5, 4)
        assert case.due_on == date(2027, 11, 4)  # six months more, 民诉法152
        (entry,) = entries(case, "cases.limit-extended")
        assert entry.payload["due_after"] == "2027-11-04"
        assert not TodoItem.objects.filter(key=f"request:{request.pk}", closed_at=None)
        assert Notice.objects.filter(person_id=case.judge_id, text__contains="已批准").count() == 1
        assert any("第 1 次延长" in step.text for step in clocks.limit_of(case).why)

    def test_the_second_goes_to_the_court_above(self) -> None:
        case = CaseFactory(preparing=True, docketed_on=DOCKETED)
        decide(make(case, RequestKind.EXTENSION), actor_in(case, Role.PRESIDENT))
        request = make(case, RequestKind.EXTENSION, months=2)
        assert request.approver_court_code == case.court.parent.code
        with pytest.raises(NotPermitted):
            decide(request, actor_in(case, Role.PRESIDENT))
        decide(request, actor_of(PostFactory(president=True, court=case.court.parent)))
        case.refresh_from_db()
        assert case.due_on == date(2028, 1, 4)
        with pytest.raises(requests.ExtensionNotAllowed):
            make(case, RequestKind.EXTENSION)

    def test_no_longer_than_the_law_allows(self) -> None:
        case = CaseFactory(preparing=True, simplified=True, docketed_on=DOCKETED)
        with pytest.raises(InvalidInput) as fault:
            make(case, RequestKind.EXTENSION, months=2)
        assert "months" in fault.value.fields
        assert make(case, RequestKind.EXTENSION).payload["months"] == 1

    def test_criminal_limits_run_to_a_total(self) -> None:
        case = CaseFactory(kind="CRIMINAL_FIRST_PUBLIC", preparing=True, docketed_on=DOCKETED)
        at_latest = make(case, RequestKind.EXTENSION)
        assert at_latest.payload["step"] == 0
        decide(at_latest, actor_in(case, Role.DIVISION_HEAD))
        case.refresh_from_db()
        assert case.due_on == date(2027, 2, 4)  # 刑诉法208：至迟不得超过三个月
        upper = make(case, RequestKind.EXTENSION)
        assert upper.approver_court_code == case.court.parent.code
        decide(upper, actor_of(PostFactory(president=True, court=case.court.parent)))
        case.refresh_from_db()
        assert case.due_on == date(2027, 5, 4)

    def test_not_once_the_limit_has_run_out(self) -> None:
        case = CaseFactory(preparing=True, simplified=True, docketed_on=DOCKETED)
        request = make(case, RequestKind.EXTENSION)
        with pytest.raises(clocks.ClockChangeNotAllowed, match="届满"):
            decide(request, actor_in(case, Role.PRESIDENT), at=moment(date(2027, 3, 1)))
        request.refresh_from_db()
        assert request.status == RequestStatus.PENDING  # all of it was rolled back
        assert not case.clock_changes.exists()
        late = CaseFactory(preparing=True, docketed_on=date(2026, 3, 2))
        with pytest.raises(requests.ExtensionNotAllowed):
            make(late, RequestKind.EXTENSION)
        decide(request, actor_in(case, Role.PRESIDENT))

    def test_a_late_request_says_so(self) -> None:
        case = CaseFactory(preparing=True, docketed_on=date(2026, 5, 28))  # due on Saturday, 28 November
        assert "已过申请期限" in make(case, RequestKind.EXTENSION).summary


class TestWho:
    def test_only_who_judges_the_case_may_ask(self) -> None:
        case = CaseFactory(preparing=True)
        with pytest.raises(Case.DoesNotExist):
            make(case, RequestKind.EXTENSION, actor_of(handling_post(case)))
        for actor in (clerk_of(case), actor_in(case, Role.PRESIDENT)):
            with pytest.raises(NotPermitted):
                make(case, RequestKind.EXTENSION, actor)
        assert not entries(case, "cases.request-made")
        make(case, RequestKind.EXTENSION)

    def test_one_of_a_kind_at_a_time(self) -> None:
        case = CaseFactory(preparing=True)
        make(case, RequestKind.EXTENSION)
        with pytest.raises(requests.AlreadyRequested):
            make(case, RequestKind.EXTENSION)

    def test_needs_a_reason_and_a_fresh_page(self) -> None:
        case = CaseFactory(preparing=True)
        given: dict[str, Any] = {"actor": judge_of(case), "case_id": case.pk, "kind": RequestKind.EXTENSION}
        with pytest.raises(InvalidInput):
            requests.request_make(**given, payload={}, reason=" ", at=AT)
        with pytest.raises(CaseChangedMeanwhile):
            requests.request_make(**given, payload={}, reason=REASON, at=AT, version=case.version + 1)
        requests.request_make(**given, payload={}, reason=REASON, at=AT, version=case.version)

    def test_a_closed_case_asks_for_nothing_and_gets_nothing(self) -> None:
        case = CaseFactory(closed=True)
        with pytest.raises(CaseIsClosed):
            make(case, RequestKind.EXTENSION)
        with pytest.raises(CaseIsClosed):
            decide(RequestFactory(case=case), actor_in(case, Role.PRESIDENT))

    def test_a_refusal_says_why(self) -> None:
        case = CaseFactory(preparing=True)
        request, president = make(case, RequestKind.EXTENSION), actor_in(case, Role.PRESIDENT)
        with pytest.raises(InvalidInput):
            decide(request, president, approve=False)
        decide(request, president, approve=False, opinion="理由不充分")
        case.refresh_from_db()
        assert not case.clock_changes.exists()
        with pytest.raises(NotPermitted):
            decide(request, president)
        make(case, RequestKind.EXTENSION)  # one may ask again

    def test_only_who_asked_takes_it_back(self) -> None:
        case = CaseFactory(preparing=True)
        request = make(case, RequestKind.EXTENSION)
        with pytest.raises(NotPermitted):
            requests.request_withdraw(actor=clerk_of(case), request_id=request.pk, at=AT)
        requests.request_withdraw(actor=judge_of(case), request_id=request.pk, at=AT)
        with pytest.raises(NotPermitted):
            decide(request, actor_in(case, Role.PRESIDENT))
        assert not TodoItem.objects.filter(key=f"request:{request.pk}", closed_at=None)

    def test_nobody_approves_their_own(self) -> None:
        case = CaseFactory(preparing=True)
        request = make(case, RequestKind.EXCLUSION, reason="鉴定期间", since=TODAY.isoformat())
        head = PostFactory(division_head=True, court=case.court, division=case.division, person=case.judge)
        with pytest.raises(NotPermitted):
            decide(request, actor_of(head))
        decide(request, actor_in(case, Role.DIVISION_HEAD))

    def test_the_head_of_another_division_does_not_decide(self) -> None:
        case = CaseFactory(preparing=True)
        request = make(case, RequestKind.EXCLUSION, reason="鉴定期间", since=TODAY.isoformat())
        other = CaseFactory(court=case.court, kind="CRIMINAL_FIRST_PUBLIC", preparing=True)
        with pytest.raises(ApprovalRequest.DoesNotExist):  # not even to be read there
            decide(request, actor_in(other, Role.DIVISION_HEAD))
        decide(request, actor_in(case, Role.DIVISION_HEAD))


class TestStops:
    def test_exclusions_that_overlap_count_once(self) -> None:
        case = CaseFactory(preparing=True, docketed_on=date(2026, 6, 1))
        head = actor_in(case, Role.DIVISION_HEAD)
        spans = [("鉴定期间", "2026-07-01", "2026-07-21"), ("公告期间", "2026-07-11", "2026-08-10")]
        for reason, since, until in spans:
            decide(make(case, RequestKind.EXCLUSION, reason=reason, since=since, until=until), head)
        case.refresh_from_db()
        out = {date(2026, 7, 1) + timedelta(days=n) for n in range(40)}
        remaining, day = (date(2026, 12, 1) - date(2026, 6, 1)).days, date(2026, 6, 1)
        while remaining:
            day += timedelta(days=1)
            remaining -= day not in out
        assert case.due_on == day == date(2027, 1, 10)  # not rolled: the calendar of 2027 is not out yet
        assert clocks.limit_of(case).excluded_days == 40

    def test_a_running_stop_has_no_last_day_until_it_ends(self) -> None:
        case = CaseFactory(preparing=True, docketed_on=DOCKETED)
        request = make(
            case,
            RequestKind.SUSPENSION,
            reason="本案必须以另一案的审理结果为依据，而另一案尚未审结",
            since="2026-11-20",
        )
        decide(request, actor_in(case, Role.DIVISION_HEAD))
        case.refresh_from_db()
        assert case.due_on is None
        assert case.clock_stopped
        with pytest.raises(InvalidInput, match="裁判") as fault:
            decisions.case_decide(
                actor=judge_of(case),
                case_id=case.pk,
                data=decisions.DecisionInput(outcome="WITHDRAWN", decided_on=TODAY, result="准许撤诉。"),
                at=AT,
            )
        assert "outcome" in fault.value.fields
        with pytest.raises(request_plans.ExtensionNotAllowed):
            make(case, RequestKind.EXTENSION)
        change = case.clock_changes.get()
        for actor in (clerk_of(case), actor_in(case, Role.DIVISION_HEAD)):
            with pytest.raises(NotPermitted):
                clocks.clock_resume(actor=actor, case_id=case.pk, change_id=change.pk, until=TODAY, at=AT)
        for until in (date(2026, 11, 19), TODAY + timedelta(days=1)):
            with pytest.raises(InvalidInput):
                clocks.clock_resume(
                    actor=judge_of(case), case_id=case.pk, change_id=change.pk, until=until, at=AT
                )
        clocks.clock_resume(actor=judge_of(case), case_id=case.pk, change_id=change.pk, until=TODAY, at=AT)
        case.refresh_from_db()
        assert not case.clock_stopped
        assert clocks.limit_of(case).excluded_days == 4  # 20, 21, 22 and 23 November
        assert len(entries(case, "cases.clock-resumed")) == 1

    @pytest.mark.parametrize(
        ("payload", "field"),
        [
            ({"reason": "法官出差", "since": "2026-11-20"}, "ground"),
            ({"reason": "鉴定期间"}, "since"),
            ({"reason": "鉴定期间", "since": "昨天"}, "since"),
            ({"reason": "鉴定期间", "since": "2026-11-03"}, "since"),
            ({"reason": "鉴定期间", "since": "2027-06-01"}, "since"),
            ({"reason": "鉴定期间", "since": "2026-11-20", "until": "2026-11-19"}, "until"),
        ],
    )
    def test_only_lawful_reasons_in_order(self, payload: dict[str, str], field: str) -> None:
        case = CaseFactory(preparing=True, docketed_on=DOCKETED)
        with pytest.raises(InvalidInput) as fault:
            make(case, RequestKind.EXCLUSION, **payload)
        assert field in fault.value.fields
        make(case, RequestKind.EXCLUSION, reason="鉴定期间", since="2026-11-20")

    def test_a_criminal_case_knows_no_settlement(self) -> None:
        case = CaseFactory(kind="CRIMINAL_FIRST_PUBLIC", preparing=True, docketed_on=DOCKETED)
        with pytest.raises(InvalidInput):
            make(case, RequestKind.EXCLUSION, reason="双方当事人和解期间", since="2026-11-20")
        make(case, RequestKind.EXCLUSION, reason="被告人精神病鉴定期间", since="2026-11-20")

    def test_the_court_may_name_another_approver(self) -> None:
        case = CaseFactory(preparing=True, docketed_on=DOCKETED)
        court_settings.change(
            key="cases.approvers",
            court_code=case.court_code,
            value={"EXCLUSION": "VICE_PRESIDENT"},
            valid_from=TODAY,
            reason="本院审批权限规定",
            actor=actor_in(case, Role.ADMINISTRATOR),
            at=AT,
        )
        request = make(case, RequestKind.EXCLUSION, reason="鉴定期间", since="2026-11-20")
        assert request.approver_role == Role.VICE_PRESIDENT
        with pytest.raises(NotPermitted):
            decide(request, actor_in(case, Role.DIVISION_HEAD))
        decide(request, actor_in(case, Role.VICE_PRESIDENT))


class TestConversion:
    def test_limit_fee_and_team_follow(self) -> None:
        case = CaseFactory(preparing=True, simplified=True, docketed_on=DOCKETED)
        assert case.due_on == date(2027, 2, 4)
        request = make(case, RequestKind.CONVERSION, procedure="ORDINARY")
        decide(request, actor_in(case, Role.DIVISION_HEAD))
        case.refresh_from_db()
        assert case.procedure == "ORDINARY"
        assert case.due_on == date(2027, 5, 4)  # goes on from the docketing day, 民诉解释258
        assert case.fee == 2700  # no longer halved, 民诉解释199
        assert TodoItem.objects.get(key=f"case-team:{case.pk}").closed_at is None
        (entry,) = entries(case, "cases.procedure-converted")
        assert "简易程序转为普通程序" in entry.text
        assert any("转为" in step.text for step in clocks.limit_of(case).why)

    def test_only_where_the_law_lets_it_and_in_time(self) -> None:
        case = CaseFactory(preparing=True, docketed_on=DOCKETED)
        with pytest.raises(InvalidInput):
            make(case, RequestKind.CONVERSION, procedure="SIMPLIFIED")
        late = CaseFactory(preparing=True, simplified=True, docketed_on=date(2026, 7, 1))
        with pytest.raises(InvalidInput, match="2026年10月"):
            make(late, RequestKind.CONVERSION, procedure="ORDINARY")

    def test_a_criminal_limit_starts_again(self) -> None:
        case = CaseFactory(
            kind="CRIMINAL_FIRST_PUBLIC",
            procedure="SIMPLIFIED",
            preparing=True,
            docketed_on=date(2026, 11, 9),
        )
        decide(make(case, RequestKind.CONVERSION, procedure="ORDINARY"), actor_in(case, Role.DIVISION_HEAD))
        case.refresh_from_db()
        assert case.due_on is not None
        assert case.due_on >= date(2027, 1, 24)  # two months from the ruling, 刑诉解释368


class TestPeople:
    def test_change_of_judge(self) -> None:
        case = CaseFactory(preparing=True, due_on=TODAY + timedelta(days=5))
        old, new = case.judge_id, handling_post(case)
        TeamMemberFactory(case=case, person=case.judge, role=TeamRole.PRESIDING_JUDGE.value)
        reminders.limit_todo(case, on=TODAY, at=AT)
        with pytest.raises(InvalidInput):
            make(case, RequestKind.JUDGE_CHANGE, judge_id=old)
        with pytest.raises(InvalidInput):
            make(case, RequestKind.JUDGE_CHANGE, judge_id=PostFactory(court=CourtFactory()).person_id)
        decide(
            make(case, RequestKind.JUDGE_CHANGE, judge_id=new.person_id), actor_in(case, Role.DIVISION_HEAD)
        )
        case.refresh_from_db()
        assert case.judge_id == new.person_id
        leading = case.team.filter(role=TeamRole.JUDGE_IN_CHARGE)
        assert list(leading.filter(until=None).values_list("person_id", flat=True)) == [new.person_id]
        assert leading.exclude(until=None).get().person_id == old
        assert Notice.objects.filter(person_id=new.person_id).exists()
        assert not case.team.filter(person_id=old, until=None).exists()
        desk = TodoItem.objects.filter(case_id=case.pk, closed_at=None, person_id__isnull=False)
        assert dict(desk.values_list("kind", "person_id")) == {
            "case-limit": new.person_id,
            "case-team": new.person_id,
        }

    def test_a_recused_judge_is_replaced_by_lot_and_never_drawn_again(self) -> None:
        case = CaseFactory(preparing=True)
        old = case.judge_id
        for _n in range(2):
            handling_post(case)
        request = make(case, RequestKind.RECUSAL, person_id=old)
        assert request.approver_role == Role.PRESIDENT
        assert request.decide_by == date(2026, 11, 27)  # three days, 民诉法50
        with pytest.raises(NotPermitted):
            decide(request, actor_in(case, Role.DIVISION_HEAD))
        decide(request, actor_in(case, Role.PRESIDENT))
        case.refresh_from_db()
        assert case.judge_id != old
        assert not case.team.filter(person_id=old, until=None).exists()
        (entry,) = entries(case, "cases.judge-changed")
        assert entry.payload["draw"]
        assert old in {c.person_id for c in assignment.pool_for(case, on=TODAY).conflicts}

    def test_a_clerk_is_recused_by_another_post(self) -> None:
        case = CaseFactory(preparing=True)
        request = make(case, RequestKind.RECUSAL, person_id=case.clerk_id)
        assert request.approver_role == Role.DIVISION_HEAD
        decide(request, actor_in(case, Role.DIVISION_HEAD))
        case.refresh_from_db()
        assert case.clerk is None
        assert TodoItem.objects.get(key=f"case-team:{case.pk}").closed_at is None

    def test_the_president_is_recused_by_the_judicial_committee(self) -> None:
        case = CaseFactory(preparing=True)
        PostFactory(president=True, court=case.court, person=case.judge)
        with pytest.raises(Refused, match="审判委员会"):
            make(case, RequestKind.RECUSAL, person_id=case.judge_id)

    def test_nobody_outside_the_team_is_recused(self) -> None:
        case = CaseFactory(preparing=True)
        with pytest.raises(InvalidInput):
            make(case, RequestKind.RECUSAL, person_id=handling_post(case).person_id)


class TestMergeSplitTransfer:
    def test_merge_into_an_open_case_of_the_court(self) -> None:
        case = CaseFactory(preparing=True)
        target = CaseFactory(court=case.court, preparing=True)
        strangers = [
            CaseFactory(preparing=True).number,  # another court
            CaseFactory(court=case.court, closed=True).number,
            CaseFactory(court=case.court, kind="CRIMINAL_FIRST_PUBLIC").number,
            case.number,
            "（2026）冀0606民初99999号",
        ]
        for number in strangers:
            with pytest.raises(InvalidInput):
                make(case, RequestKind.MERGE, into=number)
        decide(make(case, RequestKind.MERGE, into=target.number), actor_in(case, Role.DIVISION_HEAD))
        case.refresh_from_db()
        assert case.merged_into_id == target.pk
        assert case.links.get(kind=LinkKind.MERGED).other_id == target.pk
        assert target.links.get(kind=LinkKind.MERGED).other_id == case.pk

    def test_split_makes_a_case_of_the_defendants_chosen(self) -> None:
        case = CaseFactory(preparing=True)
        second = ParticipantFactory(case=case, role=ParticipantRole.DEFENDANT.value)
        first = case.participants.filter(role=ParticipantRole.DEFENDANT).order_by("pk")[0]
        plaintiff = case.participants.get(role=ParticipantRole.PLAINTIFF)
        for chosen in ([], [plaintiff.pk], [first.pk, second.pk]):
            with pytest.raises(InvalidInput):
                make(case, RequestKind.SPLIT, participant_ids=chosen)
        decide(make(case, RequestKind.SPLIT, participant_ids=[second.pk]), actor_in(case, Role.DIVISION_HEAD))
        made = Case.objects.exclude(pk=case.pk).get(court=case.court)
        assert made.stage == Stage.DOCKETED
        assert (made.kind, made.procedure, made.cause_key) == (case.kind, case.procedure, case.cause_key)
        assert set(made.participants.values_list("party_id", flat=True)) == {
            plaintiff.party_id,
            second.party_id,
        }
        second.refresh_from_db()
        assert second.left_on == TODAY
        assert case.links.get(kind=LinkKind.SPLIT).other_id == made.pk
        assert entries(made, "cases.docketed")
        assert TodoItem.objects.get(key=f"case-assign:{made.pk}").closed_at is None

    def test_transfer_hands_the_file_to_the_other_window_and_ends_by_ruling(self) -> None:
        case = CaseFactory(preparing=True)
        other = CourtFactory()
        for code in (case.court_code, "冀9999", CourtFactory(high=True).code):
            with pytest.raises(InvalidInput):
                make(case, RequestKind.TRANSFER, court_code=code)
        decide(make(case, RequestKind.TRANSFER, court_code=other.code), actor_in(case, Role.DIVISION_HEAD))
        application = Application.objects.get(court=other)
        assert application.prior_number == case.number
        assert application.participants.count() == 2
        assert TodoItem.objects.get(key=f"application-review:{application.pk}").court_code == other.code
        decision = decisions.case_decide(
            actor=judge_of(case),
            case_id=case.pk,
            data=decisions.DecisionInput(
                outcome="TRANSFERRED", decided_on=TODAY, result=f"本案移送{other.name}处理。"
            ),
            at=AT,
        )
        assert decision.appeal_period == ""

"""Who gets a case, who sits, who must not."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from xiezhi.cases.contracts import Stage, TeamRole
from xiezhi.cases.models import Case, CaseLink
from xiezhi.cases.rules import assignment as rules
from xiezhi.cases.services import assignment as services
from xiezhi.cases.services.steps import CaseChangedMeanwhile, StepNotAllowed
from xiezhi.cases.tests.factories import (
    AT,
    AgentFactory,
    CaseFactory,
    actor_in,
    clerk_of,
    handling_post,
    judge_of,
)
from xiezhi.foundation.errors import InvalidInput, NotPermitted, Refused
from xiezhi.foundation.models import JournalEntry, Notice, TodoItem
from xiezhi.identity.contracts import Role
from xiezhi.identity.models import Post
from xiezhi.identity.tests.factories import (
    TODAY,
    CourtFactory,
    PostFactory,
    RecusalRelationFactory,
    actor_of,
    actor_with,
)

pytestmark = pytest.mark.django_db


def judges(case: Case, count: int) -> list[Post]:
    return [handling_post(case) for _n in range(count)]


class TestRandom:
    def test_only_those_who_distribute_cases(self) -> None:
        case = CaseFactory()
        judges(case, 2)
        for role in (Role.JUDGE, Role.CLERK, Role.ADMINISTRATOR, Role.ARCHIVIST):
            with pytest.raises((NotPermitted, Case.DoesNotExist)):
                services.case_assign(actor=actor_with(role, court=case.court), case_id=case.pk, at=AT)
        with pytest.raises(Case.DoesNotExist):
            services.case_assign(
                actor=actor_with(Role.FILING_CLERK, court=CourtFactory()), case_id=case.pk, at=AT
            )
        assert not JournalEntry.objects.filter(kind="cases.assigned").exists()
        services.case_assign(actor=actor_in(case, Role.FILING_CLERK), case_id=case.pk, at=AT)
        case.refresh_from_db()
        assert case.stage == Stage.ASSIGNED

    def test_the_lot_can_be_drawn_again_from_the_record(self) -> None:
        case = CaseFactory()
        pool = judges(case, 4)
        CaseFactory.create_batch(3, court=case.court, judge=pool[0].person, assigned=True)
        services.case_assign(actor=actor_in(case, Role.FILING_CLERK), case_id=case.pk, at=AT)
        drawn = JournalEntry.objects.get(kind="cases.assigned").payload
        candidates = [rules.Candidate(c["id"], c["name"], c["load"]) for c in drawn["candidates"]]
        assert {c.person_id: c.load for c in candidates}[pool[0].person_id] == 3
        again = rules.draw(candidates, (), draw_text=drawn["draw"])
        assert again.chosen.person_id == drawn["judge_id"]
        assert dict(again.weights) == {c["id"]: c["weight"] for c in drawn["candidates"]}

    def test_a_restricted_case_is_assigned_and_then_out_of_sight(self) -> None:
        case = CaseFactory(secret=True)
        judges(case, 1)
        filing = actor_in(case, Role.FILING_CLERK)
        services.case_assign(actor=filing, case_id=case.pk, at=AT)
        assert not Case.objects.visible_to(filing).exists()

    def test_twice_is_refused(self) -> None:
        case = CaseFactory()
        judges(case, 2)
        filing = actor_in(case, Role.FILING_CLERK)
        services.case_assign(actor=filing, case_id=case.pk, at=AT)
        with pytest.raises(StepNotAllowed):
            services.case_assign(actor=filing, case_id=case.pk, at=AT)

    def test_a_stale_page_is_refused(self) -> None:
        case = CaseFactory()
        judges(case, 2)
        filing = actor_in(case, Role.FILING_CLERK)
        with pytest.raises(CaseChangedMeanwhile):
            services.case_assign(actor=filing, case_id=case.pk, at=AT, version=case.version + 1)
        services.case_assign(actor=filing, case_id=case.pk, at=AT, version=case.version)

    def test_judges_of_other_divisions_courts_and_days_are_not_drawn(self) -> None:
        case = CaseFactory()
        mine = handling_post(case)
        handling_post(CaseFactory(court=case.court, kind="CRIMINAL_FIRST_PUBLIC"))
        handling_post(CaseFactory(court=CourtFactory()))
        handling_post(case, until=TODAY - timedelta(days=1))
        handling_post(case, since=TODAY + timedelta(days=1))
        pool = services.pool_for(case, on=TODAY)
        assert [c.person_id for c in pool.candidates] == [mine.person_id]

    def test_nobody_left_is_said_and_nothing_changes(self) -> None:
        case = CaseFactory()
        with pytest.raises(Refused, match="没有可以承办本案的法官"):
            services.case_assign(actor=actor_in(case, Role.FILING_CLERK), case_id=case.pk, at=AT)
        case.refresh_from_db()
        assert case.stage == Stage.DOCKETED


class TestConflicts:
    def excluded(self, case: Case) -> dict[int, str]:
        return {c.person_id: c.reason for c in services.pool_for(case, on=TODAY).conflicts}

    def test_relatives_of_a_party_by_name_or_number(self) -> None:
        case = CaseFactory()
        by_name, by_number, nobody = judges(case, 3)
        plaintiff, defendant = case.participants.order_by("pk")
        RecusalRelationFactory(person=by_name.person, name=plaintiff.name, relation="岳父")
        RecusalRelationFactory(
            person=by_number.person, name="别名", identity_hash=defendant.party.identity_hash
        )
        RecusalRelationFactory(person=nobody.person, name="无关的人")
        found = self.excluded(case)
        assert set(found) == {by_name.person_id, by_number.person_id}
        assert "岳父" in found[by_name.person_id]
        services.case_assign(actor=actor_in(case, Role.FILING_CLERK), case_id=case.pk, at=AT)
        case.refresh_from_db()
        assert case.judge_id == nobody.person_id
        recorded = JournalEntry.objects.get(kind="cases.assigned").payload["excluded"]
        assert {c["id"] for c in recorded} == set(found)

    def test_relatives_of_an_agent(self) -> None:
        case = CaseFactory()
        (judge,) = judges(case, 1)
        agent = AgentFactory(participant=case.participants.order_by("pk")[0])
        RecusalRelationFactory(person=judge.person, name=agent.name, relation="配偶")
        assert set(self.excluded(case)) == {judge.person_id}
        agent.until = TODAY
        agent.save(update_fields=["until"])
        assert self.excluded(case) == {}

    def test_who_sat_in_the_prior_instance(self) -> None:
        prior = CaseFactory(closed=True)
        case = CaseFactory(court=prior.court)
        assert self.excluded(case) == {}
        CaseLink.objects.create(case=case, kind="PRIOR", other=prior, other_number=prior.number)
        found = self.excluded(case)
        assert prior.judge_id in found
        assert len(found) >= 1

    def test_not_even_by_hand(self) -> None:
        case = CaseFactory()
        related, free = judges(case, 2)
        RecusalRelationFactory(person=related.person, name=case.participants.order_by("pk")[0].name)
        head = actor_in(case, Role.PRESIDENT)
        with pytest.raises(services.MustNotSit):
            services.case_assign_manually(
                actor=head, case_id=case.pk, judge_id=related.person_id, reason="同类案件多", at=AT
            )
        services.case_assign_manually(
            actor=head, case_id=case.pk, judge_id=free.person_id, reason="同类案件多", at=AT
        )


class TestByHand:
    def test_needs_a_reason_and_is_recorded(self) -> None:
        case = CaseFactory()
        (judge,) = judges(case, 1)
        president = actor_in(case, Role.PRESIDENT)
        with pytest.raises(InvalidInput) as fault:
            services.case_assign_manually(
                actor=president, case_id=case.pk, judge_id=judge.person_id, reason=" ", at=AT
            )
        assert "reason" in fault.value.fields
        services.case_assign_manually(
            actor=president, case_id=case.pk, judge_id=judge.person_id, reason="与已审案件关联", at=AT
        )
        entry = JournalEntry.objects.get(kind="cases.assigned")
        assert entry.payload["mode"] == "MANUAL"
        assert "与已审案件关联" in entry.text
        assert entry.actor_person_id == president.person_id
        assert Notice.objects.filter(person_id=judge.person_id).count() == 1
        assert TodoItem.objects.get(key=f"case-team:{case.pk}").person_id == judge.person_id

    def test_never_by_the_filing_window(self) -> None:
        case = CaseFactory()
        (judge,) = judges(case, 1)
        given: dict[str, Any] = {
            "case_id": case.pk,
            "judge_id": judge.person_id,
            "reason": "理由充分",
            "at": AT,
        }
        with pytest.raises(NotPermitted):
            services.case_assign_manually(actor=actor_in(case, Role.FILING_CLERK), **given)
        services.case_assign_manually(actor=actor_in(case, Role.TRIAL_MANAGEMENT), **given)

    def test_only_a_judge_of_the_pool(self) -> None:
        case = CaseFactory()
        stranger = PostFactory(court=CourtFactory())
        with pytest.raises(InvalidInput) as fault:
            services.case_assign_manually(
                actor=actor_in(case, Role.PRESIDENT),
                case_id=case.pk,
                judge_id=stranger.person_id,
                reason="理由充分",
                at=AT,
            )
        assert "judge" in fault.value.fields


class TestTeam:
    def set_team(self, case: Case, **change: Any) -> Case:
        clerk = PostFactory(clerk=True, court=case.court)
        given: dict[str, Any] = {"presiding_id": None, "clerk_id": clerk.person_id} | change
        return services.case_set_team(
            actor=judge_of(case), case_id=case.pk, data=services.TeamInput(**given), at=AT
        )

    def test_a_panel_is_odd_and_three_or_more(self) -> None:
        case = CaseFactory(assigned=True)
        one, two, three = (post.person_id for post in judges(case, 3))
        presiding = {"presiding_id": case.judge_id}
        for panel in ((), (one,), (one, two, three)):
            with pytest.raises(services.PanelWrong) as fault:
                self.set_team(case, **presiding, panel_ids=panel)
            assert "panel" in fault.value.fields
        self.set_team(case, **presiding, panel_ids=(one, two))
        roles = Counter(case.team.filter(until=None).values_list("role", flat=True))
        assert roles[TeamRole.PANEL_JUDGE] == 2
        assert roles[TeamRole.PRESIDING_JUDGE] == 1

    def test_a_sole_judge_sits_alone(self) -> None:
        case = CaseFactory(assigned=True, simplified=True)
        with pytest.raises(services.PanelWrong):
            self.set_team(case, panel_ids=(handling_post(case).person_id,))
        assert self.set_team(case).clerk_id is not None

    def test_assessors_sit_where_the_law_lets_them_and_never_preside(self) -> None:
        case = CaseFactory(assigned=True)
        lay = [PostFactory(court=case.court, assistant=True).person_id for _n in range(2)]
        with pytest.raises(services.PanelWrong) as fault:
            self.set_team(case, presiding_id=lay[0], assessor_ids=lay)
        assert "presiding" in fault.value.fields
        self.set_team(case, presiding_id=case.judge_id, assessor_ids=lay)
        second = CaseFactory(kind="CIVIL_SECOND", assigned=True, court__intermediate=True)
        with pytest.raises(services.PanelWrong) as fault:
            self.set_team(
                second,
                presiding_id=second.judge_id,
                assessor_ids=[PostFactory(court=second.court, assistant=True).person_id for _n in range(2)],
            )
        assert "assessors" in fault.value.fields

    def test_a_clerk_does_not_judge_and_strangers_do_not_sit(self) -> None:
        case = CaseFactory(assigned=True)
        good = [post.person_id for post in judges(case, 2)]
        clerk = PostFactory(clerk=True, court=case.court).person_id
        stranger = PostFactory(court=CourtFactory()).person_id
        for panel, clerk_id in (
            ((good[0], clerk), None),
            ((good[0], stranger), None),
            ((good[0], clerk), clerk),
            (good, good[0]),
            (good, handling_post(case).person_id),
        ):
            change = {"presiding_id": case.judge_id, "panel_ids": panel}
            with pytest.raises(services.PanelWrong):
                self.set_team(case, **change, **({"clerk_id": clerk_id} if clerk_id else {}))
        self.set_team(case, presiding_id=case.judge_id, panel_ids=good)

    def test_who_must_not_sit(self) -> None:
        case = CaseFactory(assigned=True)
        one, two, related = judges(case, 3)
        RecusalRelationFactory(person=related.person, name=case.participants.order_by("pk")[0].name)
        with pytest.raises(services.MustNotSit):
            self.set_team(case, presiding_id=case.judge_id, panel_ids=(one.person_id, related.person_id))
        self.set_team(case, presiding_id=case.judge_id, panel_ids=(one.person_id, two.person_id))

    def test_a_colleague_outside_the_team_may_not(self) -> None:
        case = CaseFactory(assigned=True, simplified=True)
        clerk = PostFactory(clerk=True, court=case.court).person_id
        data = services.TeamInput(presiding_id=None, clerk_id=clerk)
        colleague = actor_of(handling_post(case))
        with pytest.raises(Case.DoesNotExist):
            services.case_set_team(actor=colleague, case_id=case.pk, data=data, at=AT)
        with pytest.raises(NotPermitted):
            services.case_set_team(actor=actor_in(case, Role.FILING_CLERK), case_id=case.pk, data=data, at=AT)
        services.case_set_team(actor=actor_in(case, Role.DIVISION_HEAD), case_id=case.pk, data=data, at=AT)

    def test_a_change_keeps_who_stays_and_ends_who_leaves(self) -> None:
        case = CaseFactory(preparing=True)
        before = set(case.team.filter(until=None).values_list("pk", flat=True))
        sitting = dict(case.team.filter(until=None).values_list("role", "person_id"))
        newcomer = handling_post(case).person_id
        services.case_set_team(
            actor=judge_of(case),
            case_id=case.pk,
            data=services.TeamInput(
                presiding_id=sitting[TeamRole.PRESIDING_JUDGE],
                panel_ids=(newcomer,),
                clerk_id=case.clerk_id,
            ),
            at=AT,
        )
        after = set(case.team.filter(until=None).values_list("pk", flat=True))
        assert len(before & after) == 3  # the judge in charge, the presiding judge and the clerk
        ended = case.team.exclude(until=None)
        assert {m.role for m in ended} == {TeamRole.PANEL_JUDGE, TeamRole.ASSISTANT}

    def test_work_begins_when_the_team_stands(self) -> None:
        case = CaseFactory(assigned=True, simplified=True)
        with pytest.raises(Refused, match="请先确定审判组织"):
            services.case_begin(actor=judge_of(case), case_id=case.pk, at=AT)
        self.set_team(case)
        case.refresh_from_db()
        assert services.case_begin(actor=clerk_of(case), case_id=case.pk, at=AT).stage == Stage.PREPARING

"""Joinder, leaving, and agents."""

from __future__ import annotations

from typing import Any

import pytest

from xiezhi.cases.contracts import AgentKind, Authority, ParticipantRole
from xiezhi.cases.models import Agent, Case, Participant
from xiezhi.cases.services import participants as services
from xiezhi.cases.services.steps import CaseChangedMeanwhile, CaseIsClosed
from xiezhi.cases.tests.factories import AT, AgentFactory, CaseFactory, ParticipantFactory, actor_in, clerk_of
from xiezhi.foundation.errors import InvalidInput, NotPermitted
from xiezhi.foundation.models import JournalEntry
from xiezhi.identity.contracts import Actor, Role
from xiezhi.identity.tests.factories import TODAY, CourtFactory, actor_with
from xiezhi.parties.contracts import IdentityKind
from xiezhi.parties.tests.factories import id_card, party_input

pytestmark = pytest.mark.django_db


def join(case: Case, actor: Actor | None = None, **change: Any) -> Participant:
    given = {
        "role": ParticipantRole.THIRD_PARTY,
        "party": party_input("王三人", identity_kind=IdentityKind.ID_CARD, identity_number=id_card(77)),
        "reason": "与案件处理结果有利害关系",
    } | change
    return services.participant_join(actor=actor or clerk_of(case), case_id=case.pk, at=AT, **given)


def appoint(participant: Participant, actor: Actor | None = None, **change: Any) -> Agent:
    given = {
        "kind": AgentKind.LAWYER,
        "name": "律测一",
        "authority": Authority.GENERAL,
        "firm": "河北测试律师事务所",
    } | change
    case = participant.case
    return services.agent_appoint(
        actor=actor or clerk_of(case), case_id=case.pk, participant_id=participant.pk, at=AT, **given
    )


def entries(kind: str) -> int:
    return JournalEntry.objects.filter(kind=kind).count()


class TestJoin:
    def test_by_the_team_alone(self) -> None:
        case = CaseFactory(preparing=True)
        with pytest.raises(Case.DoesNotExist):
            join(case, actor_with(Role.CLERK, court=case.court))
        with pytest.raises(Case.DoesNotExist):
            join(case, actor_with(Role.PRESIDENT, court=CourtFactory()))
        with pytest.raises(NotPermitted):
            join(case, actor_in(case, Role.FILING_CLERK))
        assert entries("cases.participant-joined") == 0
        join(case)
        assert entries("cases.participant-joined") == 1

    def test_the_same_party_in_the_same_role_joins_once(self) -> None:
        case = CaseFactory(preparing=True)
        assert join(case) == join(case)
        assert case.participants.filter(role=ParticipantRole.THIRD_PARTY).count() == 1
        assert entries("cases.participant-joined") == 1

    def test_is_found_by_the_search_at_once(self) -> None:
        case = CaseFactory(preparing=True)
        join(case, party=party_input("耶律测试"))
        found = Case.objects.extra(where=["search @@ phraseto_tsquery('simple', %s)"], params=["耶 律 测"])
        assert list(found) == [case]

    def test_only_in_a_role_the_kind_has_and_while_open(self) -> None:
        case = CaseFactory(preparing=True)
        with pytest.raises(InvalidInput):
            join(case, role=ParticipantRole.ACCUSED)
        with pytest.raises(CaseChangedMeanwhile):
            join(case, version=case.version + 1)
        with pytest.raises(CaseIsClosed):
            join(CaseFactory(closed=True))


class TestLeave:
    def leave(self, participant: Participant, reason: str = "原告撤回对其起诉") -> Participant:
        case = participant.case
        return services.participant_leave(
            actor=clerk_of(case),
            case_id=case.pk,
            participant_id=participant.pk,
            reason=reason,
            left_on=TODAY,
            at=AT,
        )

    def test_a_side_is_never_left_empty(self) -> None:
        case = CaseFactory(preparing=True)
        only = case.participants.get(role=ParticipantRole.DEFENDANT)
        with pytest.raises(InvalidInput, match="相对方"):
            self.leave(only)
        ParticipantFactory(case=case, role=ParticipantRole.DEFENDANT.value)
        with pytest.raises(InvalidInput):
            self.leave(only, reason=" ")
        assert self.leave(only).left_on == TODAY
        assert entries("cases.participant-left") == 1
        with pytest.raises(Participant.DoesNotExist):
            self.leave(only)

    def test_a_third_party_may_always_leave(self) -> None:
        case = CaseFactory(preparing=True)
        assert self.leave(join(case)).left_on == TODAY


class TestAgents:
    @pytest.fixture
    def plaintiff(self) -> Participant:
        found: Participant = CaseFactory(preparing=True).participants.order_by("pk")[0]
        return found

    def test_by_the_team_alone(self, plaintiff: Participant) -> None:
        with pytest.raises(NotPermitted):
            appoint(plaintiff, actor_in(plaintiff.case, Role.PRESIDENT))
        with pytest.raises(Case.DoesNotExist):
            appoint(plaintiff, actor_with(Role.CLERK, court=CourtFactory()))
        appoint(plaintiff)
        assert entries("cases.agent-appointed") == 1

    def test_two_at_most_by_mandate(self, plaintiff: Participant) -> None:
        first = appoint(plaintiff)
        appoint(plaintiff, name="律测二")
        appoint(plaintiff, kind=AgentKind.LEGAL_REPRESENTATIVE, name="测法人", firm="")  # no mandate
        with pytest.raises(InvalidInput) as fault:
            appoint(plaintiff, name="律测三")
        assert "kind" in fault.value.fields
        services.agent_dismiss(
            actor=clerk_of(plaintiff.case), case_id=plaintiff.case_id, agent_id=first.pk, at=AT
        )
        appoint(plaintiff, name="律测三")

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"name": " "}, "name"),
            ({"firm": ""}, "firm"),
            ({"authority": Authority.SPECIAL}, "authority_detail"),
        ],
    )
    def test_the_power_of_attorney_is_complete(
        self, plaintiff: Participant, change: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(InvalidInput) as fault:
            appoint(plaintiff, **change)
        assert field in fault.value.fields
        made = appoint(
            plaintiff, authority=Authority.SPECIAL, authority_detail="代为承认、变更诉讼请求，和解"
        )
        assert made.authority_detail

    def test_not_for_who_left_nor_in_a_closed_case(self, plaintiff: Participant) -> None:
        gone = ParticipantFactory(case=plaintiff.case, left_on=TODAY)
        with pytest.raises(Participant.DoesNotExist):
            appoint(gone)
        closed = CaseFactory(closed=True)
        with pytest.raises(CaseIsClosed):
            appoint(closed.participants.order_by("pk")[0])

    def test_dismissing_twice(self, plaintiff: Participant) -> None:
        agent = AgentFactory(participant=plaintiff)
        given = {
            "actor": clerk_of(plaintiff.case),
            "case_id": plaintiff.case_id,
            "agent_id": agent.pk,
            "at": AT,
        }
        services.agent_dismiss(**given)
        with pytest.raises(Agent.DoesNotExist):
            services.agent_dismiss(**given)
        assert entries("cases.agent-dismissed") == 1

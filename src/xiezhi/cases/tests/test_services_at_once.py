"""Two people do the same in the same moment: one does it, the other is told, and nothing is half done."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from xiezhi.cases.contracts import ParticipantRole, RequestKind, RequestStatus, Stage, TeamRole
from xiezhi.cases.models import Application, Case, CaseLink, TeamMember
from xiezhi.cases.services import applications, assignment, requests
from xiezhi.cases.tests.factories import (
    AT,
    LOAN,
    ApplicationFactory,
    CaseFactory,
    RequestFactory,
    actor_in,
    handling_post,
    judge_of,
)
from xiezhi.foundation.errors import NotPermitted, Refused
from xiezhi.foundation.models import JournalEntry, TodoItem
from xiezhi.identity.contracts import Role
from xiezhi.identity.tests.factories import TODAY, CourtFactory, PostFactory, actor_of
from xiezhi.parties.contracts import IdentityKind
from xiezhi.parties.models import Party
from xiezhi.parties.tests.factories import id_card, party_input

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[Exception | None]:
    """Do all of it in the same moment, each in a connection of its own; return what each was told."""
    start = Barrier(len(acts))

    def do(act: Callable[[], object]) -> Exception | None:
        try:
            connection.ensure_connection()
            start.wait(timeout=20)
            act()
        except (NotPermitted, Refused) as told:
            return told
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(acts)) as people:
        return list(people.map(do, acts))


def count(case: Case, kind: str) -> int:
    return JournalEntry.objects.filter(case_id=case.pk, kind=kind).count()


def test_two_approvers_decide_one_request() -> None:
    case = CaseFactory(preparing=True)
    request = RequestFactory(case=case, approver_role="DIVISION_HEAD", approver_division=case.division)
    heads = [actor_in(case, Role.DIVISION_HEAD) for _ in range(2)]

    told = at_once(
        *(
            lambda head=head, yes=yes: requests.request_decide(  # type: ignore[misc]
                actor=head, request_id=request.pk, approve=yes, opinion="意见", at=AT
            )
            for head, yes in zip(heads, (True, False), strict=True)
        )
    )
    assert sorted(one is None for one in told) == [False, True]
    winner = heads[told.index(None)]
    request.refresh_from_db()
    assert request.status in {RequestStatus.APPROVED, RequestStatus.REFUSED}
    assert request.decided_by_person_id == winner.person_id
    assert count(case, "cases.request-decided") == 1
    assert case.clock_changes.count() == (1 if request.status == RequestStatus.APPROVED else 0)


def test_two_clerks_assign_one_case() -> None:
    case = CaseFactory()
    for _ in range(3):
        handling_post(case)
    clerks = [actor_in(case, Role.FILING_CLERK) for _ in range(2)]

    told = at_once(
        *(
            lambda clerk=clerk: assignment.case_assign(actor=clerk, case_id=case.pk, at=AT)  # type: ignore[misc]
            for clerk in clerks
        )
    )
    assert sorted(one is None for one in told) == [False, True]
    case.refresh_from_db()
    assert case.stage_code is Stage.ASSIGNED
    team = TeamMember.objects.filter(case=case)
    assert list(team.values_list("role", "person_id")) == [(TeamRole.JUDGE_IN_CHARGE, case.judge_id)]
    assert count(case, "cases.assigned") == 1
    assert TodoItem.objects.filter(key=f"case-team:{case.pk}").count() == 1


def test_one_window_dockets_and_another_refuses() -> None:
    court = CourtFactory()
    application = ApplicationFactory(court=court)
    clerks = [actor_of(PostFactory(filing_clerk=True, court=court)) for _ in range(2)]

    told = at_once(
        lambda: applications.application_accept(actor=clerks[0], application_id=application.pk, at=AT),
        lambda: applications.application_refuse(
            actor=clerks[1],
            application_id=application.pk,
            reason="不属于人民法院受理民事诉讼的范围",
            basis="民事诉讼法第一百二十二条",
            at=AT,
        ),
    )
    assert sorted(one is None for one in told) == [False, True]
    decided = Application.objects.get()
    assert (decided.status == "ACCEPTED") == (told[0] is None) == Case.objects.exists()
    kinds = {"cases.docketed", "cases.application-refused"}
    assert JournalEntry.objects.filter(kind__in=kinds).count() == 1


def test_two_cases_are_merged_into_each_other() -> None:
    """Whoever comes second is refused, and neither waits for the other for ever."""
    for _round in range(3):
        one = CaseFactory(preparing=True)
        other = CaseFactory(preparing=True, court=one.court)
        asked = [
            RequestFactory(
                case=case,
                kind=RequestKind.MERGE,
                payload={"into_id": into.pk, "into": into.number},
                approver_role="PRESIDENT",
            )
            for case, into in ((one, other), (other, one))
        ]
        president = actor_of(PostFactory(president=True, court=one.court))
        told = at_once(
            *(
                lambda request=request, president=president: requests.request_decide(  # type: ignore[misc]
                    actor=president, request_id=request.pk, approve=True, opinion="", at=AT
                )
                for request in asked
            )
        )
        assert sorted(fact is None for fact in told) == [False, True]
        merged = Case.objects.filter(pk__in=[one.pk, other.pk]).exclude(merged_into=None)
        assert merged.count() == 1
        assert CaseLink.objects.filter(case=merged.get()).count() == 1


def test_the_judge_takes_back_what_is_being_decided() -> None:
    request = RequestFactory()
    president = actor_in(request.case, Role.PRESIDENT)
    told = at_once(
        lambda: requests.request_decide(
            actor=president, request_id=request.pk, approve=True, opinion="", at=AT
        ),
        lambda: requests.request_withdraw(actor=judge_of(request.case), request_id=request.pk, at=AT),
    )
    assert sorted(fact is None for fact in told) == [False, True]
    assert count(request.case, "cases.request-decided") == 1


def test_two_windows_enter_the_same_people_the_other_way_round() -> None:
    for turn in range(3):
        court = CourtFactory()
        clerks = [actor_of(PostFactory(filing_clerk=True, court=court)) for _ in range(2)]
        people = [
            party_input(f"并发{n}", identity_kind=IdentityKind.ID_CARD, identity_number=id_card(8000 + n))
            for n in (2 * turn, 2 * turn + 1)
        ]

        def receive(
            place: int, court: object = court, clerks: object = clerks, people: object = people
        ) -> object:
            order = people if place == 0 else people[::-1]  # type: ignore[index]
            roles = (ParticipantRole.PLAINTIFF, ParticipantRole.DEFENDANT)
            return applications.application_receive(
                actor=clerks[place],  # type: ignore[index]
                data=applications.ApplicationInput(
                    kind="CIVIL_FIRST",
                    procedure="SIMPLIFIED",
                    channel="HALL",  # type: ignore[arg-type]
                    received_on=TODAY,
                    claims="返还借款",
                    cause_key=LOAN,
                    parties=[
                        applications.NamedParty(role, person)
                        for role, person in zip(roles, order, strict=True)
                    ],
                ),
                at=AT,
            )

        assert at_once(lambda: receive(0), lambda: receive(1)) == [None, None]
    assert Party.objects.filter(name__startswith="并发").count() == 6

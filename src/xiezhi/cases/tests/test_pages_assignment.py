"""Pages of assignment and team, and who is turned away."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.test import Client

from xiezhi.cases.contracts import Stage, TeamRole
from xiezhi.cases.models import Case
from xiezhi.cases.tests.factories import CaseFactory, handling_post
from xiezhi.identity.contracts import Role
from xiezhi.identity.models import Person
from xiezhi.identity.tests.factories import CourtFactory, PostFactory, RecusalRelationFactory

pytestmark = pytest.mark.django_db


def client_of(person: Person | None) -> Client:
    assert person is not None
    client = Client()
    client.force_login(person.user)
    return client


def client_with(role: Role, court: Any, **post: Any) -> Client:
    return client_of(PostFactory(role=role.value, court=court, **post).person)


class TestAssign:
    def test_the_page_shows_loads_and_who_must_stand_aside(self) -> None:
        case = CaseFactory()
        free, barred = handling_post(case), handling_post(case)
        name = case.participants.get(role="PLAINTIFF").name
        RecusalRelationFactory(person=barred.person, name=name, relation="兄弟")
        page = client_with(Role.FILING_CLERK, case.court).get(f"/cases/{case.pk}/assign/")
        text = page.content.decode()
        assert [one["name"] for one in page.context["eligible"]] == [free.person.name]
        assert "应当回避" in text
        assert "兄弟" in text
        assert "指定分案由院长、庭长或者审判管理部门办理" in text

    def test_a_draw_is_shown_so_that_anybody_can_check_it(self) -> None:
        case = CaseFactory()
        posts = [handling_post(case) for _n in range(3)]
        client = client_with(Role.FILING_CLERK, case.court)
        answer = client.post(f"/cases/{case.pk}/assign/", {"mode": "random", "version": str(case.version)})
        assert answer.status_code == 302
        record = client.get(f"/cases/{case.pk}/assign/").context["page"].record
        ticket = int.from_bytes(hashlib.sha256(record.draw.encode()).digest()) % record.tickets
        (line,) = [one for one in record.lines if one.chosen]
        assert line.first <= ticket <= line.last
        assert line.name == record.judge
        assert {one.name for one in record.lines} == {post.person.name for post in posts}

    def test_a_second_draw_is_refused(self) -> None:
        case = CaseFactory()
        handling_post(case)
        client = client_with(Role.FILING_CLERK, case.court)
        client.post(f"/cases/{case.pk}/assign/", {"mode": "random"})
        judge = Case.objects.get(pk=case.pk).judge
        assert client.post(f"/cases/{case.pk}/assign/", {"mode": "random"}).status_code == 409
        assert Case.objects.get(pk=case.pk).judge == judge

    def test_somebody_changed_the_case_meanwhile(self) -> None:
        case = CaseFactory(version=3)
        handling_post(case)
        client = client_with(Role.FILING_CLERK, case.court)
        answer = client.post(f"/cases/{case.pk}/assign/", {"mode": "random", "version": "2"})
        assert answer.status_code == 409
        assert Case.objects.get(pk=case.pk).judge is None

    def test_nobody_can_take_it(self) -> None:
        case = CaseFactory()
        client = client_with(Role.FILING_CLERK, case.court)
        assert "没有可以承办本案的人员" in client.get(f"/cases/{case.pk}/assign/").content.decode()
        assert client.post(f"/cases/{case.pk}/assign/", {"mode": "random"}).status_code == 409

    def test_by_hand_with_a_reason(self) -> None:
        case = CaseFactory()
        judge = handling_post(case).person
        client = client_with(Role.PRESIDENT, case.court)
        url = f"/cases/{case.pk}/assign/"
        short = client.post(url, {"mode": "manual", "judge": str(judge.pk), "reason": "急"})
        assert short.status_code == 422
        assert "请写明为什么不随机分案" in short.content.decode()
        given = {"mode": "manual", "judge": str(judge.pk), "reason": "与其在办案件为同一批系列案"}
        assert client.post(url, given).status_code == 302
        assert Case.objects.get(pk=case.pk).judge == judge
        assert "同一批系列案" in client.get(url).content.decode()

    def test_who_must_stand_aside_cannot_be_named(self) -> None:
        case = CaseFactory()
        judge = handling_post(case).person
        RecusalRelationFactory(person=judge, name=case.participants.get(role="DEFENDANT").name)
        given = {"mode": "manual", "judge": str(judge.pk), "reason": "与其在办案件为同一批系列案"}
        answer = client_with(Role.PRESIDENT, case.court).post(f"/cases/{case.pk}/assign/", given)
        assert answer.status_code == 409
        assert "应当回避" in answer.content.decode()
        assert Case.objects.get(pk=case.pk).judge is None

    def test_the_window_does_not_name_judges(self) -> None:
        case = CaseFactory()
        judge = handling_post(case).person
        given = {"mode": "manual", "judge": str(judge.pk), "reason": "与其在办案件为同一批系列案"}
        client = client_with(Role.FILING_CLERK, case.court)
        assert client.post(f"/cases/{case.pk}/assign/", given).status_code == 403
        assert Case.objects.get(pk=case.pk).judge is None

    @pytest.mark.parametrize(
        ("role", "status"), [(Role.ARCHIVIST, 403), (Role.JUDGE, 404), (Role.CLERK, 404)]
    )
    def test_others_are_turned_away(self, role: Role, status: int) -> None:
        case = CaseFactory()
        handling_post(case)
        client = client_with(role, case.court)
        assert client.post(f"/cases/{case.pk}/assign/", {"mode": "random"}).status_code == status
        assert (
            client_with(Role.FILING_CLERK, CourtFactory()).get(f"/cases/{case.pk}/assign/").status_code == 404
        )
        assert Case.objects.get(pk=case.pk).judge is None


class TestTeam:
    def test_a_panel_is_set(self) -> None:
        case = CaseFactory(assigned=True)
        second, third = handling_post(case).person, handling_post(case).person
        clerk = PostFactory(clerk=True, court=case.court).person
        client = client_of(case.judge)
        url = f"/cases/{case.pk}/team/"
        assert "合议庭" in client.get(url).content.decode()
        given = {
            "presiding": str(second.pk),
            "panel": [str(third.pk)],
            "assistant": "",
            "clerk": str(clerk.pk),
            "version": str(case.version),
        }
        assert client.post(url, given).status_code == 302
        roles = dict(case.team.filter(until=None).values_list("person_id", "role"))
        assert roles[second.pk] == TeamRole.PRESIDING_JUDGE
        assert roles[third.pk] == TeamRole.PANEL_JUDGE
        assert roles[clerk.pk] == TeamRole.CLERK
        page = client.get(url).content.decode()
        assert "进入庭前准备" in page
        assert client.post(f"/cases/{case.pk}/begin/").status_code == 302
        assert Case.objects.get(pk=case.pk).stage == Stage.PREPARING

    def test_a_panel_of_two_is_sent_back_with_everything_kept(self) -> None:
        case = CaseFactory(assigned=True)
        second = handling_post(case).person
        clerk = PostFactory(clerk=True, court=case.court).person
        answer = client_of(case.judge).post(
            f"/cases/{case.pk}/team/", {"presiding": str(second.pk), "clerk": str(clerk.pk)}
        )
        assert answer.status_code == 422
        assert "三人以上的单数" in answer.content.decode()
        assert f'<option value="{clerk.pk}" selected>' in answer.content.decode()
        assert not case.team.filter(role=TeamRole.CLERK).exists()

    def test_a_sole_judge_needs_a_clerk_only(self) -> None:
        case = CaseFactory(assigned=True, simplified=True)
        clerk = PostFactory(clerk=True, court=case.court).person
        client = client_of(case.judge)
        page = client.get(f"/cases/{case.pk}/team/").content.decode()
        assert "独任" in page
        assert 'name="presiding"' not in page
        assert client.post(f"/cases/{case.pk}/team/", {"clerk": str(clerk.pk)}).status_code == 302
        assert Case.objects.get(pk=case.pk).clerk == clerk

    def test_lay_assessors_are_offered_where_the_procedure_takes_them(self) -> None:
        case = CaseFactory(assigned=True)
        assessor = PostFactory(archivist=True, court=case.court, title="人民陪审员").person
        page = client_of(case.judge).get(f"/cases/{case.pk}/team/")
        assert str(assessor.pk) in dict(page.context["form"].fields["assessors"].choices)

    @pytest.mark.parametrize(("role", "status"), [(Role.FILING_CLERK, 403), (Role.JUDGE, 404)])
    def test_others_are_turned_away(self, role: Role, status: int) -> None:
        case = CaseFactory(assigned=True, simplified=True)
        clerk = PostFactory(clerk=True, court=case.court).person
        client = client_with(role, case.court)
        assert client.post(f"/cases/{case.pk}/team/", {"clerk": str(clerk.pk)}).status_code == status
        stranger = client_with(Role.PRESIDENT, CourtFactory())
        assert stranger.get(f"/cases/{case.pk}/team/").status_code == 404
        assert Case.objects.get(pk=case.pk).clerk is None

    def test_the_president_may(self) -> None:
        case = CaseFactory(assigned=True, simplified=True)
        clerk = PostFactory(clerk=True, court=case.court).person
        client = client_with(Role.PRESIDENT, case.court)
        assert client.post(f"/cases/{case.pk}/team/", {"clerk": str(clerk.pk)}).status_code == 302

    def test_a_closed_case_says_why_not(self) -> None:
        case = CaseFactory(closed=True)
        page = client_with(Role.PRESIDENT, case.court).get(f"/cases/{case.pk}/team/").content.decode()
        assert "已经结案，不能再变更审判组织" in page

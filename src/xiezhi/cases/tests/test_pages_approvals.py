"""Pages of requests and approvals, and who is turned away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from xiezhi.cases.contracts import RequestKind, RequestStatus
from xiezhi.cases.models import ApprovalRequest, Case
from xiezhi.cases.tests.factories import CaseFactory, ParticipantFactory, RequestFactory, handling_post
from xiezhi.identity.contracts import Role
from xiezhi.identity.models import Person
from xiezhi.identity.tests.factories import CourtFactory, PostFactory

pytestmark = pytest.mark.django_db


def client_of(person: Person | None) -> Client:
    assert person is not None
    client = Client()
    client.force_login(person.user)
    return client


def client_with(role: Role, court: Any, **post: Any) -> Client:
    return client_of(PostFactory(role=role.value, court=court, **post).person)


def docketed(days_ago: int = 20, **fields: Any) -> Case:
    """A case under preparation, docketed so long before today that its limit still runs today."""
    return CaseFactory(  # type: ignore[no-any-return]
        preparing=True, docketed_on=timezone.localdate() - timedelta(days=days_ago), **fields
    )


class TestList:
    def test_what_waits_for_me(self) -> None:
        waiting, other = RequestFactory(), RequestFactory()
        client = client_with(Role.PRESIDENT, waiting.case.court)
        page = client.get("/approvals/")
        assert [row.request_id for row in page.context["rows"]] == [waiting.pk]
        everything = client.get("/approvals/", {"tab": "ALL"}).content.decode()
        assert f"/approvals/{other.pk}/" not in everything

    def test_mine_and_decided(self) -> None:
        asked = RequestFactory()
        done = RequestFactory(case=asked.case, approved=True)
        client = client_of(asked.case.judge)
        mine = client.get("/approvals/")
        assert {row.request_id for row in mine.context["rows"]} == {asked.pk, done.pk}
        decided = client.get("/approvals/", {"tab": "DECIDED"})
        assert [row.request_id for row in decided.context["rows"]] == [done.pk]

    def test_filters(self) -> None:
        asked = RequestFactory()
        client = client_with(Role.PRESIDENT, asked.case.court)
        assert client.get("/approvals/", {"q": asked.case.number}).context["page"].count == 1
        assert client.get("/approvals/", {"kind": "TRANSFER"}).context["page"].count == 0
        assert "没有符合条件的申请" in client.get("/approvals/", {"q": "没有的字"}).content.decode()

    def test_nothing_yet(self) -> None:
        page = client_with(Role.JUDGE, CourtFactory()).get("/approvals/").content.decode()
        assert "您还没有提出申请" in page

    def test_queries_do_not_grow_with_the_rows(self, django_assert_max_num_queries: Any) -> None:
        first = RequestFactory()
        client = client_with(Role.PRESIDENT, first.case.court)
        client.get("/approvals/")
        with django_assert_max_num_queries(30) as few:
            client.get("/approvals/")
        for _n in range(6):
            RequestFactory(case__court=first.case.court)
        with django_assert_max_num_queries(30) as many:
            client.get("/approvals/")
        assert len(few) == len(many)


class TestDecide:
    def test_the_page_says_what_approval_changes_and_approving_does_it(self) -> None:
        case = docketed()
        asked = RequestFactory(case=case)
        client = client_with(Role.PRESIDENT, case.court)
        page = client.get(f"/approvals/{asked.pk}/")
        effect = page.context["page"].effect
        assert effect.due_before == case.due_on
        assert effect.due_after > case.due_on
        assert effect.due_after.isoformat() in page.content.decode()
        answer = client.post(f"/approvals/{asked.pk}/decide/", {"decision": "approve", "opinion": ""})
        assert answer.status_code == 302
        case.refresh_from_db()
        assert case.due_on == effect.due_after
        decided = client.get(f"/approvals/{asked.pk}/")
        assert decided.context["page"].effect.due_after == effect.due_after

    def test_a_refusal_needs_an_opinion(self) -> None:
        asked = RequestFactory(case=docketed())
        client = client_with(Role.PRESIDENT, asked.case.court)
        url = f"/approvals/{asked.pk}/decide/"
        empty = client.post(url, {"decision": "refuse", "opinion": " "})
        assert empty.status_code == 422
        assert client.post(url, {"decision": "refuse", "opinion": "理由不足"}).status_code == 302
        asked.refresh_from_db()
        assert (asked.status, asked.opinion) == (RequestStatus.REFUSED, "理由不足")
        assert client.post(url, {"decision": "approve"}).status_code == 403

    def test_neither_is_no_decision(self) -> None:
        asked = RequestFactory(case=docketed())
        client = client_with(Role.PRESIDENT, asked.case.court)
        assert client.post(f"/approvals/{asked.pk}/decide/", {"opinion": "同意"}).status_code == 422

    @pytest.mark.parametrize(
        ("role", "status"),
        [(Role.VICE_PRESIDENT, 403), (Role.TRIAL_MANAGEMENT, 403), (Role.JUDGE, 404), (Role.CLERK, 404)],
    )
    def test_others_are_turned_away(self, role: Role, status: int) -> None:
        asked = RequestFactory(case=docketed())
        client = client_with(role, asked.case.court)
        given = {"decision": "approve", "opinion": "同意"}
        assert client.post(f"/approvals/{asked.pk}/decide/", given).status_code == status
        stranger = client_with(Role.PRESIDENT, CourtFactory())
        assert stranger.post(f"/approvals/{asked.pk}/decide/", given).status_code == 404
        assert stranger.get(f"/approvals/{asked.pk}/").status_code == 404
        asked.refresh_from_db()
        assert asked.status == RequestStatus.PENDING

    def test_who_may_not_decide_is_told_who_does(self) -> None:
        asked = RequestFactory(case=docketed())
        page = client_with(Role.VICE_PRESIDENT, asked.case.court).get(f"/approvals/{asked.pk}/")
        assert "这项申请由本院院长审批" in page.content.decode()

    def test_the_asker_takes_it_back_and_nobody_else(self) -> None:
        asked = RequestFactory(case=docketed())
        president = client_with(Role.PRESIDENT, asked.case.court)
        assert president.post(f"/approvals/{asked.pk}/withdraw/").status_code == 403
        assert client_of(asked.case.judge).post(f"/approvals/{asked.pk}/withdraw/").status_code == 302
        asked.refresh_from_db()
        assert asked.status == RequestStatus.WITHDRAWN


class TestAsk:
    def test_the_kinds_say_what_cannot_be_asked_for_and_why(self) -> None:
        case = docketed()
        RequestFactory(case=case)
        page = client_of(case.judge).get(f"/cases/{case.pk}/requests/new/")
        why = {one.kind: one.why_not for one in page.context["choices"]}
        assert why[RequestKind.EXTENSION] == "已有一项在等待审批。"
        assert why[RequestKind.SPLIT] == "被告一方只有一人，不能分案。"
        assert why[RequestKind.SUSPENSION] == ""

    def test_an_extension_names_approver_and_latest_day(self) -> None:
        case = docketed()
        PostFactory(president=True, court=case.court, person__name="测试院长")
        client = client_of(case.judge)
        url = f"/cases/{case.pk}/requests/new/extension/"
        page = client.get(url)
        text = page.content.decode()
        assert "本院院长" in text
        assert "测试院长" in text
        assert page.context["setting"].extension.apply_by.isoformat() in text
        step = page.context["form"].initial["step"]
        answer = client.post(url, {"step": str(step), "months": "6", "reason": "案情复杂"})
        asked = ApprovalRequest.objects.get()
        assert answer["Location"] == f"/approvals/{asked.pk}/"
        assert asked.approver_role == Role.PRESIDENT
        again = client.post(url, {"step": str(step), "reason": "案情复杂"})
        assert again.status_code == 409
        assert "等待审批" in again.content.decode()
        assert ApprovalRequest.objects.count() == 1

    def test_a_stop_offers_the_grounds_of_the_law(self) -> None:
        case = docketed()
        client = client_of(case.judge)
        url = f"/cases/{case.pk}/requests/new/exclusion/"
        assert "鉴定期间" in client.get(url).content.decode()
        since = timezone.localdate().strftime("%Y%m%d")
        preview = client.post(url, {"act": "preview", "ground": "鉴定期间", "since": since})
        assert "停止计算" in preview.content.decode()
        assert not ApprovalRequest.objects.exists()
        early = (case.docketed_on - timedelta(days=1)).isoformat()
        wrong = client.post(url, {"ground": "鉴定期间", "since": early, "reason": "委托鉴定"})
        assert wrong.status_code == 422
        assert "委托鉴定" in wrong.content.decode()
        assert (
            client.post(url, {"ground": "鉴定期间", "since": since, "reason": "委托鉴定"}).status_code == 302
        )

    def test_a_conversion_shows_the_new_last_day(self) -> None:
        case = docketed(simplified=True)
        client = client_of(case.judge)
        url = f"/cases/{case.pk}/requests/new/conversion/"
        preview = client.post(url, {"act": "preview", "procedure": "ORDINARY"})
        assert preview.context["effect"].due_after > case.due_on
        assert client.post(url, {"procedure": "ORDINARY", "reason": "案情复杂"}).status_code == 302
        assert ApprovalRequest.objects.get().summary == "简易程序转为普通程序"

    def test_each_other_kind(self) -> None:
        case = docketed()
        other = docketed(court=case.court)
        defendant = ParticipantFactory(case=case, role="DEFENDANT")
        judge = handling_post(case).person
        target = CourtFactory(code="冀0607")
        if target.pk == case.court_id:
            target = CourtFactory(code="冀0606")
        client = client_of(case.judge)
        for kind, given in {
            "judge_change": {"judge": str(judge.pk)},
            "recusal": {"person": str(case.clerk_id), "ground": "与本案有利害关系"},
            "merge": {"into": other.number.replace("（", "(").replace("）", ")")},
            "split": {"participants": [str(defendant.pk)]},
            "transfer": {"court": target.code},
            "suspension": {
                "ground": "一方当事人因不可抗拒的事由，不能参加诉讼",
                "since": timezone.localdate().isoformat(),
            },
        }.items():
            url = f"/cases/{case.pk}/requests/new/{kind}/"
            assert client.get(url).status_code == 200, kind
            answer = client.post(url, {**given, "reason": "确有需要"})
            assert answer.status_code == 302, (kind, answer.content.decode()[-4000:])
            detail = client.get(answer["Location"])
            assert detail.status_code == 200, kind
        assert ApprovalRequest.objects.filter(case=case).count() == 6

    def test_what_the_kind_does_not_know_says_why(self) -> None:
        case = docketed(kind="PAYMENT_ORDER")
        page = client_of(case.judge).get(f"/cases/{case.pk}/requests/new/conversion/")
        assert page.status_code == 200
        assert "现在不能提出这项申请" in page.content.decode()

    def test_an_unknown_kind_is_no_page(self) -> None:
        case = docketed()
        assert client_of(case.judge).get(f"/cases/{case.pk}/requests/new/nothing/").status_code == 404

    @pytest.mark.parametrize("role", [Role.PRESIDENT, Role.FILING_CLERK, Role.TRIAL_MANAGEMENT])
    def test_only_those_who_sit_may_ask(self, role: Role) -> None:
        case = docketed()
        client = client_with(role, case.court)
        url = f"/cases/{case.pk}/requests/new/extension/"
        assert client.get(url).status_code == 403
        assert client.post(url, {"step": "1", "reason": "案情复杂"}).status_code == 403
        assert client_with(role, CourtFactory()).get(url).status_code == 404
        assert client_of(case.clerk).get(url).status_code == 403
        assert not ApprovalRequest.objects.exists()

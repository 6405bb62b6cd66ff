"""The page of a case and its steps as a browser gets them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from xiezhi.cases.contracts import ClockKind, ParticipantRole, Stage
from xiezhi.cases.models import Agent, Application, Case, CaseLink, Decision, DecisionService, Participant
from xiezhi.cases.selectors import case_page
from xiezhi.cases.services import clocks
from xiezhi.cases.tests.factories import (
    AT,
    AgentFactory,
    ApplicationFactory,
    CaseFactory,
    ClockChangeFactory,
    DecisionServiceFactory,
    ParticipantFactory,
    RequestFactory,
)
from xiezhi.foundation.models import JournalEntry
from xiezhi.identity.contracts import Role
from xiezhi.identity.tests.factories import TODAY, CourtFactory, PostFactory
from xiezhi.parties.models import Party

pytestmark = pytest.mark.django_db

TABS = ("", "parties/", "documents/", "service/", "fees/", "record/")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture(autouse=True)
def _no_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    """What project wires at start is not this room's to test."""
    monkeypatch.setattr(case_page, "_sources", {})


def client_of(post: Any) -> Client:
    client = Client()
    client.force_login(post.person.user)
    return client


def judge(case: Case) -> Client:
    return client_of(case.judge.posts.get())


def clerk(case: Case) -> Client:
    return client_of(case.clerk.posts.get())


def someone(case: Case, role: Role, **fields: Any) -> Client:
    return client_of(PostFactory(court=case.court, role=role.value, **fields))


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, (address, response.content.decode()[:2000])
    return response.content.decode()


def kinds_of(case: Case) -> list[str]:
    return list(JournalEntry.objects.filter(case_id=case.pk).order_by("pk").values_list("kind", flat=True))


# Who sees the page


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_shows_the_cover(tab: str):
    case = CaseFactory(preparing=True)
    page = text_of(judge(case), f"/cases/{case.pk}/{tab}")
    assert case.number in page
    for participant in case.participants.all():
        assert participant.name in page
    assert case.judge.name in page
    assert "普通程序" in page
    assert "剩 " in page


@pytest.mark.parametrize("tab", [*TABS, "decide/", "link/", "parties/join/", "record/export/"])
def test_another_court_is_not_even_told_that_the_case_exists(tab: str):
    case = CaseFactory(preparing=True, court=CourtFactory(code="冀0606"))
    stranger = client_of(PostFactory(president=True, court=CourtFactory(code="冀0607")))
    assert stranger.get(f"/cases/{case.pk}/{tab}").status_code == 404
    colleague = someone(case, Role.JUDGE)
    assert colleague.get(f"/cases/{case.pk}/{tab}").status_code == 404


def test_a_restricted_case_opens_for_its_team_alone():
    case = CaseFactory(preparing=True, secret=True)
    assert "限制查看" in text_of(judge(case), f"/cases/{case.pk}/")
    assert someone(case, Role.PRESIDENT).get(f"/cases/{case.pk}/").status_code == 404


def test_the_court_above_reads_the_case_and_may_do_nothing_in_it():
    case = CaseFactory(preparing=True)
    above = client_of(PostFactory(president=True, intermediate=True))
    page = text_of(above, f"/cases/{case.pk}/")
    assert f"/cases/{case.pk}/decide/" not in page
    assert "由本案的审判人员办理" in page
    assert above.get(f"/cases/{case.pk}/decide/").status_code == 403


@pytest.mark.parametrize("tab", TABS)
def test_the_number_of_queries_is_fixed(
    tab: str, django_assert_num_queries: Any, django_assert_max_num_queries: Any
):
    case = CaseFactory(pronounced=True)
    browser = judge(case)
    browser.get(f"/cases/{case.pk}/{tab}")
    with django_assert_max_num_queries(36) as few:
        browser.get(f"/cases/{case.pk}/{tab}")
    for place in range(2, 12):
        participant = ParticipantFactory(case=case, position=place)
        AgentFactory(participant=participant)
        ClockChangeFactory(case=case, reason=f"事由{place}")
        DecisionServiceFactory(decision=case.decisions.get(), participant=participant)
        RequestFactory(case=case)
        CaseLink.objects.create(case=case, kind="RELATED", other_number=f"（2020）冀0606民初{place}号")
    with django_assert_num_queries(len(few)):
        browser.get(f"/cases/{case.pk}/{tab}")


# What can be done now, and why not


@pytest.mark.parametrize(
    ("trait", "key", "possible"),
    [
        ("assigned", "begin", False),
        ("preparing", "decide", True),
        ("decided", "pronounce", True),
        ("pronounced", "effect", False),
        ("closed", "archive", False),
    ],
)
def test_a_judge_is_told_the_next_step(trait: str, key: str, possible: bool):
    case = CaseFactory(**{trait: True})
    response = judge(case).get(f"/cases/{case.pk}/")
    action = response.context["page"].action(key)
    assert action.enabled is possible
    assert (action.why_not in response.content.decode()) is not possible or possible


def test_a_failed_mediation_says_what_comes_of_it():
    case = CaseFactory(kind="PRE_FILING_MEDIATION", procedure="MEDIATION", stage=Stage.HANDLING.value)
    given = {
        "outcome": "FAILED",
        "decided_on": timezone.localdate().isoformat(),
        "result": "双方未能达成协议。",
    }
    answer = judge(case).post(f"/cases/{case.pk}/decide/", given, follow=True)
    assert "已结案，民事一审案件的立案申请已转立案庭审查。" in answer.content.decode()


def test_waiting_requests_and_a_standing_clock_block_the_decision():
    case = RequestFactory(case=CaseFactory(heard=True)).case
    assert "还有 1 项申请等待审批" in text_of(judge(case), f"/cases/{case.pk}/")
    assert judge(case).get(f"/cases/{case.pk}/decide/").status_code == 409

    stopped = CaseFactory(heard=True)
    ClockChangeFactory(case=stopped, until=None)
    clocks.recompute(stopped)
    stopped.save(update_fields=["due_on", "clock_stopped"])
    page = text_of(judge(stopped), f"/cases/{stopped.pk}/")
    assert "请先恢复审理" in page
    assert "停止计算" in page
    assert f"/cases/{stopped.pk}/clock/resume/" in page


def test_the_record_tab_names_who_and_from_which_post():
    case = CaseFactory(assigned=True)
    browser = judge(case)
    clerk_post = PostFactory(clerk=True, court=case.court)
    case.clerk = clerk_post.person
    case.save(update_fields=["clerk"])
    assert browser.post(f"/cases/{case.pk}/begin/").status_code == 302
    page = text_of(browser, f"/cases/{case.pk}/record/")
    assert "进入庭前准备阶段" in page
    assert case.judge.name in page
    assert "没有这类记录" in text_of(browser, f"/cases/{case.pk}/record/?topic=PARTIES")
    case.refresh_from_db()
    assert case.stage == Stage.PREPARING


def test_a_step_taken_twice_is_taken_once():
    case = CaseFactory(assigned=True)
    case.clerk = PostFactory(clerk=True, court=case.court).person
    case.save(update_fields=["clerk"])
    browser = judge(case)
    assert browser.post(f"/cases/{case.pk}/begin/", {"version": case.version}).status_code == 302
    assert browser.post(f"/cases/{case.pk}/begin/", {"version": case.version}).status_code == 409
    assert kinds_of(case) == ["cases.stage-changed"]


# Decision, pronouncement, service, appeal, effect, archive

DECISION = {
    "outcome": "JUDGMENT",
    "decided_on": "20261124",
    "result": "一、被告偿还原告借款120000元。",
    "cited": "《中华人民共和国民法典》第六百七十五条\n《中华人民共和国民事诉讼法》第六十七条",
}


def test_from_decision_to_archive():
    case = CaseFactory(heard=True)
    browser, url = judge(case), f"/cases/{case.pk}/"

    assert browser.post(f"{url}decide/", DECISION).headers["Location"] == f"{url}documents/"
    decision = Decision.objects.get(case=case)
    assert decision.cited_articles[1] == {"law": "中华人民共和国民事诉讼法", "article": "第六十七条"}
    assert browser.post(f"{url}decide/", DECISION).status_code == 409
    assert Decision.objects.count() == 1

    assert browser.post(f"{url}pronounce/", {"pronounced_on": "2026-11-24"}).status_code == 302
    case.refresh_from_db()
    assert case.closed_on == TODAY

    plaintiff, defendant = case.participants.order_by("pk")
    served = {"mode": "DIRECT", "served_on": "2026-11-24"}
    for participant in (plaintiff, defendant):
        for _twice in range(2):
            address = f"{url}serve/{participant.pk}/"
            assert clerk(case).post(address, served).status_code == 302
    assert DecisionService.objects.count() == 2
    assert kinds_of(case).count("cases.decision-served") == 2

    page = text_of(browser, f"{url}service/")
    assert "2026-12-09" in page
    assert "上诉期至 2026-12-09 届满" in page
    assert browser.get(f"{url}effect/").status_code == 409

    with time_machine.travel(AT + timedelta(days=16), tick=False):
        browser = judge(case)
        assert "自 2026-12-10 起发生法律效力" in text_of(browser, f"{url}effect/")
        assert browser.post(f"{url}effect/").status_code == 302
        assert judge(case).get(f"{url}archive/").status_code == 403
        assert clerk(case).post(f"{url}archive/").status_code == 302
        case.refresh_from_db()
        assert case.stage == Stage.ARCHIVED
        page = text_of(browser, url)
        assert "本案没有待办的步骤" in page
        assert f"{url}archive/" not in page


def test_what_was_typed_stays_when_the_decision_is_refused():
    case = CaseFactory(preparing=True)
    response = judge(case).post(f"/cases/{case.pk}/decide/", {**DECISION, "cited": "民法典六百条"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "一、被告偿还原告借款120000元。" in page
    assert "民法典六百条" in page
    assert "看不出法律名称" in page

    response = judge(case).post(f"/cases/{case.pk}/decide/", DECISION)
    assert response.status_code == 422
    assert "应当经过开庭审理" in response.content.decode()
    assert not Decision.objects.exists()


def test_a_step_on_a_page_grown_old_is_refused_with_the_input_kept():
    case = CaseFactory(heard=True)
    response = judge(case).post(f"/cases/{case.pk}/decide/", {**DECISION, "version": case.version + 7})
    page = response.content.decode()
    assert response.status_code == 409
    assert "已被他人更新" in page
    assert "一、被告偿还原告借款120000元。" in page
    assert not Decision.objects.exists()


def test_a_step_shows_what_will_happen_before_it_does():
    case = CaseFactory(heard=True)
    browser, url = judge(case), f"/cases/{case.pk}/"
    page = text_of(browser, f"{url}decide/?preview=1&outcome=JUDGMENT&decided_on=20261124")
    assert "可以上诉" in page
    assert "<form" not in page
    page = text_of(browser, f"{url}decide/?preview=1&outcome=MEDIATED&decided_on=20261124")
    assert "不能上诉" in page

    case = CaseFactory(pronounced=True)
    participant = case.participants.order_by("pk").first()
    page = text_of(
        clerk(case), f"/cases/{case.pk}/serve/{participant.pk}/?preview=1&served_on=20261124&mode=DIRECT"
    )
    assert "2026-12-09" in page
    assert not DecisionService.objects.exists()


@pytest.mark.parametrize(
    ("posted", "received", "in_time"),
    [("20261209", "20261211", True), ("", "20261210", False), ("", "20261209", True)],
)
def test_an_appeal_is_checked_before_and_when_it_is_entered(posted: str, received: str, in_time: bool):
    case = CaseFactory(pronounced=True)
    participant = case.participants.order_by("-pk").first()
    DecisionServiceFactory(
        decision=case.decisions.get(),
        participant=participant,
        served_on=TODAY,
        appeal_until=TODAY + timedelta(days=15),
    )
    data = {"posted_on": posted, "received_on": received, "claims": "请求撤销原判，改判驳回诉讼请求"}
    with time_machine.travel(AT + timedelta(days=20), tick=False):
        browser, url = clerk(case), f"/cases/{case.pk}/appeal/{participant.pk}/"
        preview = browser.get(url, {**data, "preview": "1"}).content.decode()
        assert ("在上诉期内" in preview) is in_time
        for _twice in range(2):
            assert browser.post(url, data).status_code == 302
    service = DecisionService.objects.get()
    assert service.appeal_in_time is in_time
    case.refresh_from_db()
    assert (case.stage == Stage.APPEALED) is in_time
    assert Application.objects.filter(court=case.court.parent).exists() is in_time
    assert kinds_of(case).count("cases.appeal-lodged") == 1


def test_an_appeal_needs_service_first():
    case = CaseFactory(pronounced=True)
    participant = case.participants.order_by("pk").first()
    assert clerk(case).get(f"/cases/{case.pk}/appeal/{participant.pk}/").status_code == 409


def test_who_lives_abroad_is_asked_about_where_it_matters():
    case = CaseFactory(pronounced=True)
    participant = case.participants.order_by("pk")[0]
    address = f"/cases/{case.pk}/serve/{participant.pk}/"
    page = clerk(case).get(f"{address}?preview=1&served_on=2026-11-24&mode=POST&abroad=on")
    assert "2026-12-24" in page.content.decode()
    given = {"mode": "POST", "served_on": "2026-11-24", "abroad": "on"}
    assert clerk(case).post(address, given).status_code == 302
    service = case.decisions.get().services.get()
    assert service.appeal_until == date(2026, 12, 24)
    final = CaseFactory(pronounced=True, outcome="WITHDRAWN")
    other = final.participants.order_by("pk")[0]
    assert "在我国没有住所" not in clerk(final).get(f"/cases/{final.pk}/serve/{other.pk}/").content.decode()


def test_only_the_team_serves():
    case = CaseFactory(pronounced=True)
    participant = case.participants.order_by("pk").first()
    president = someone(case, Role.PRESIDENT)
    response = president.post(
        f"/cases/{case.pk}/serve/{participant.pk}/", {"mode": "DIRECT", "served_on": "2026-11-24"}
    )
    assert response.status_code == 403
    assert not DecisionService.objects.exists()


def test_a_participant_of_another_case_is_not_found():
    case = CaseFactory(pronounced=True)
    foreign = CaseFactory(court=case.court, pronounced=True).participants.order_by("pk").first()
    for path in (f"serve/{foreign.pk}/", f"appeal/{foreign.pk}/"):
        assert clerk(case).get(f"/cases/{case.pk}/{path}").status_code == 404
    open_case = CaseFactory(court=case.court, preparing=True)
    for path in (f"parties/{foreign.pk}/leave/", f"parties/{foreign.pk}/agents/"):
        assert clerk(open_case).get(f"/cases/{open_case.pk}/{path}").status_code == 404


# The clock


def test_the_clock_runs_again_and_the_new_last_day_is_shown_first():
    case = CaseFactory(preparing=True)
    due = case.due_on
    ClockChangeFactory(case=case, since=TODAY - timedelta(days=10), until=None)
    clocks.recompute(case)
    case.save(update_fields=["due_on", "clock_stopped"])
    change = case.clock_changes.get()
    browser, url = judge(case), f"/cases/{case.pk}/clock/resume/"
    data = {"change": change.pk, "until": "2026-11-24"}

    preview = browser.get(url, {**data, "preview": "1"}).content.decode()
    assert f"审限至 {(due + timedelta(days=10)).isoformat()}" in preview
    case.refresh_from_db()
    assert case.clock_stopped

    assert browser.post(url, {**data, "until": "2026-12-31"}).status_code == 422
    assert browser.post(url, data).status_code == 302
    case.refresh_from_db()
    assert (case.clock_stopped, case.due_on) == (False, due + timedelta(days=10))
    assert browser.post(url, data).status_code == 409


def test_the_clock_says_where_its_days_went():
    case = CaseFactory(preparing=True, docketed_on=TODAY - timedelta(days=30))
    ClockChangeFactory(case=case, since=TODAY - timedelta(days=20), until=TODAY - timedelta(days=8))
    ClockChangeFactory(
        case=case,
        kind=ClockKind.EXTENSION.value,
        reason="案情复杂",
        since=TODAY,
        until=TODAY,
        step=1,
        add_months=6,
    )
    clocks.recompute(case)
    case.save(update_fields=["due_on", "clock_stopped"])
    response = judge(case).get(f"/cases/{case.pk}/")
    spans = response.context["clock"].spans
    assert [(s.kind, s.days) for s in spans][:3] == [("RUN", 10), ("STOP", 12), ("RUN", 8)]
    assert [s.kind for s in spans][3:] == ["LEFT", "EXTENDED"]
    assert sum(s.days for s in spans) == (case.due_on - case.docketed_on).days
    assert sum(s.width for s in spans) == pytest.approx(1000, abs=8)
    assert "鉴定期间" in response.content.decode()


def test_an_overdue_case_shows_the_days_too_many():
    case = CaseFactory(heard=True, docketed_on=TODAY - timedelta(days=200))
    response = judge(case).get(f"/cases/{case.pk}/")
    assert response.context["clock"].spans[-1].kind == "LATE"
    assert "逾期" in response.content.decode()


# Participants


def with_number(case: Case) -> Participant:
    participant: Participant = case.participants.select_related("party").order_by("pk").first()
    assert participant.party.identity_number
    return participant


def test_papers_are_masked_and_a_whole_view_is_recorded():
    case = CaseFactory(preparing=True)
    participant = with_number(case)
    number = participant.party.identity_number
    browser = judge(case)
    page = text_of(browser, f"/cases/{case.pk}/parties/")
    assert number not in page
    assert participant.party.masked_identity_number in page

    address = f"/cases/{case.pk}/parties/{participant.pk}/identity/"
    response = browser.post(address, headers={"HX-Request": "true"})
    assert number in response.content.decode()
    assert "<html" not in response.content.decode()
    assert response.headers["Cache-Control"] == "no-store"
    assert number in browser.post(address).content.decode()
    entries = JournalEntry.objects.filter(kind="cases.identity-viewed")
    assert entries.count() == 2
    assert not any(number in entry.text or number in str(entry.payload) for entry in entries)


def test_papers_stay_masked_for_everybody_outside_the_team():
    case = CaseFactory(preparing=True)
    participant = with_number(case)
    president = someone(case, Role.PRESIDENT)
    page = text_of(president, f"/cases/{case.pk}/parties/")
    assert participant.party.identity_number not in page
    assert "查看完整信息" not in page
    address = f"/cases/{case.pk}/parties/{participant.pk}/identity/"
    assert president.post(address).status_code == 403
    assert someone(case, Role.JUDGE).post(address).status_code == 404
    assert president.get(address).status_code == 405
    assert not JournalEntry.objects.filter(kind="cases.identity-viewed").exists()


JOIN = {"role": "THIRD_PARTY", "kind": "PERSON", "name": "赵测试", "reason": "与案件处理结果有利害关系"}


def test_a_party_joins_once():
    case = CaseFactory(preparing=True)
    browser, url = clerk(case), f"/cases/{case.pk}/parties/join/"
    data = {**JOIN, "version": case.version}
    assert browser.post(url, data).status_code == 302
    assert browser.post(url, data).status_code == 409
    joined = Participant.objects.get(case=case, role=ParticipantRole.THIRD_PARTY)
    assert joined.name == "赵测试"
    assert kinds_of(case) == ["cases.participant-joined"]


def test_a_wrong_number_is_said_beside_its_field_and_nothing_is_lost():
    case = CaseFactory(preparing=True)
    data = {**JOIN, "identity_kind": "ID_CARD", "identity_number": "130602199001011239"}
    response = clerk(case).post(f"/cases/{case.pk}/parties/join/", data)
    page = response.content.decode()
    assert response.status_code == 422
    assert "校验位不符" in page
    assert "赵测试" in page
    assert "与案件处理结果有利害关系" in page
    assert not Party.objects.filter(name="赵测试").exists()


def test_nobody_outside_the_team_adds_a_party_and_none_to_a_closed_case():
    case = CaseFactory(preparing=True)
    assert someone(case, Role.PRESIDENT).post(f"/cases/{case.pk}/parties/join/", JOIN).status_code == 403
    closed = CaseFactory(closed=True)
    assert clerk(closed).post(f"/cases/{closed.pk}/parties/join/", JOIN).status_code == 409
    assert not Party.objects.filter(name="赵测试").exists()


def test_a_party_leaves_but_not_the_only_one_of_its_side():
    case = CaseFactory(preparing=True)
    plaintiff = case.participants.order_by("pk").first()
    browser, data = clerk(case), {"left_on": "2026-11-24", "reason": "撤回对其的起诉"}
    response = browser.post(f"/cases/{case.pk}/parties/{plaintiff.pk}/leave/", data)
    assert response.status_code == 422
    assert "撤回对其的起诉" in response.content.decode()

    second = ParticipantFactory(case=case, role="DEFENDANT", position=2)
    for _twice in range(2):
        assert browser.post(f"/cases/{case.pk}/parties/{second.pk}/leave/", data).status_code == 302
    second.refresh_from_db()
    assert second.left_on == TODAY
    assert kinds_of(case).count("cases.participant-left") == 1
    assert "已退出诉讼" in text_of(browser, f"/cases/{case.pk}/parties/")


def test_an_agent_is_appointed_and_dismissed():
    case = CaseFactory(preparing=True)
    participant = case.participants.order_by("pk").first()
    browser, url = clerk(case), f"/cases/{case.pk}/parties/{participant.pk}/agents/"
    data = {"kind": "LAWYER", "name": "钱律师", "authority": "SPECIAL", "version": case.version}
    response = browser.post(url, data)
    assert response.status_code == 422
    assert "特别授权应当逐项写明" in response.content.decode()

    data |= {"firm": "河北测试律师事务所", "authority_detail": "代为承认诉讼请求"}
    assert browser.post(url, data).status_code == 302
    assert browser.post(url, data).status_code == 409
    agent = Agent.objects.get()
    assert "钱律师" in text_of(browser, f"/cases/{case.pk}/parties/")

    address = f"/cases/{case.pk}/agents/{agent.pk}/dismiss/"
    assert someone(case, Role.PRESIDENT).post(address).status_code == 403
    for _twice in range(2):
        assert browser.post(address).status_code == 302
    agent.refresh_from_db()
    assert agent.until == TODAY
    assert kinds_of(case).count("cases.agent-dismissed") == 1


# Links, fees, record, tabs of other rooms


def test_a_case_is_linked_by_any_spelling_and_both_ways():
    case = CaseFactory(preparing=True)
    other = CaseFactory(court=case.court, closed=True, sequence=4321)
    written = other.number.replace("（", "(").replace("）", ")").removesuffix("号")
    data = {"kind": "PRIOR", "number": written}
    browser = judge(case)
    assert browser.post(f"/cases/{case.pk}/link/", {**data, "number": "没有案号"}).status_code == 422
    for _twice in range(2):
        assert browser.post(f"/cases/{case.pk}/link/", data).status_code == 302
    assert CaseLink.objects.get(case=other).kind == "LATER"
    assert kinds_of(case).count("cases.linked") == 1

    page = text_of(browser, f"/cases/{case.pk}/")
    assert other.number in page
    assert f'href="/cases/{other.pk}/"' not in page  # not the judge's own case
    assert f'href="/cases/{other.pk}/"' in text_of(someone(case, Role.PRESIDENT), f"/cases/{case.pk}/")


def test_other_cases_of_the_same_party_are_shown_where_they_may_be_seen():
    case = CaseFactory(preparing=True)
    other = CaseFactory(court=case.court, preparing=True)
    hidden = CaseFactory(court=case.court, preparing=True, secret=True)
    party = case.participants.order_by("pk").first().party
    for known in (other, hidden):
        ParticipantFactory(case=known, party=party, role="THIRD_PARTY")
    president = text_of(someone(case, Role.PRESIDENT), f"/cases/{case.pk}/")
    assert other.number in president
    assert hidden.number not in president
    assert other.number not in text_of(judge(case), f"/cases/{case.pk}/")


def test_claims_come_from_the_application():
    case = CaseFactory(preparing=True)
    application = ApplicationFactory(
        court=case.court, status="ACCEPTED", case=case, claims="请求判令被告偿还借款"
    )
    assert "请求判令被告偿还借款" in text_of(judge(case), f"/cases/{case.pk}/")
    assert f"/applications/{application.pk}/" not in text_of(judge(case), f"/cases/{case.pk}/")
    assert f"/applications/{application.pk}/" in text_of(
        someone(case, Role.FILING_CLERK), f"/cases/{case.pk}/"
    )


def test_the_fee_is_shown_with_its_articles_and_the_refund():
    case = CaseFactory(pronounced=True, outcome="MEDIATED", fee="2700.00")
    page = text_of(judge(case), f"/cases/{case.pk}/fees/")
    assert "2,700.00" in page
    assert "第十三条" in page
    assert "1,350.00" in page


def test_the_record_is_exported_once_asked_and_that_is_recorded():
    case = CaseFactory(preparing=True)
    browser = judge(case)
    browser.post(f"/cases/{case.pk}/link/", {"kind": "RELATED", "number": "（2020）冀0606民初1号"})
    response = browser.get(f"/cases/{case.pk}/record/export/")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert "（2020）冀0606民初1号" in text
    assert kinds_of(case)[-1] == "cases.record-exported"


def test_a_tab_appears_once_a_room_fills_it():
    case = CaseFactory(preparing=True)
    browser = judge(case)
    assert browser.get(f"/cases/{case.pk}/hearings/").status_code == 404
    assert "庭审" not in [tab.label for tab in browser.get(f"/cases/{case.pk}/").context["tabs"]]
    row = case_page.TabRow("2026-12-01 09:00", "开庭", "第三法庭", "SCHEDULED", "已排期", "", upcoming=True)
    add = case_page.Action("new", "排期开庭", f"/cases/{case.pk}/hearings/new/")
    case_page.add_tab_source("hearings", "庭审", lambda actor, case: case_page.TabContent((row,), (add,)))
    page = text_of(browser, f"/cases/{case.pk}/hearings/")
    assert "第三法庭" in page
    assert "排期开庭" in page
    page = text_of(browser, f"/cases/{case.pk}/")
    assert "2026-12-01 09:00" in page
    assert "<strong>开庭审理</strong>" in page


def test_the_status_line_marks_what_was_skipped():
    case = CaseFactory(preparing=True)
    browser = judge(case)
    browser.post(f"/cases/{case.pk}/decide/", {**DECISION, "outcome": "MEDIATED"})
    steps = {s.label: s for s in browser.get(f"/cases/{case.pk}/").context["stages"]}
    assert steps["开庭审理"].state == "skipped"
    assert (steps["裁判"].state, steps["裁判"].on) == ("current", TODAY)
    assert steps["归档"].state == "todo"


def test_another_name_under_a_known_number_is_asked_about_first():
    case = CaseFactory(preparing=True)
    party = with_number(case).party
    browser, url = clerk(case), f"/cases/{case.pk}/parties/join/"
    assert "确属更名，以本次填写的为准" not in text_of(browser, url)
    data = {
        **JOIN,
        "name": "钱新名",
        "identity_kind": party.identity_kind,
        "identity_number": party.identity_number,
    }
    response = browser.post(url, data)
    assert response.status_code == 422
    assert "确属更名，以本次填写的为准" in response.content.decode()
    assert browser.post(url, {**data, "name_confirmed": "on"}).status_code == 302
    party.refresh_from_db()
    assert party.name == "钱新名"


def test_a_case_in_preparation_waits_for_a_hearing():
    case = CaseFactory(preparing=True)
    add = case_page.Action("new", "排期开庭", f"/cases/{case.pk}/hearings/new/")
    case_page.add_tab_source("hearings", "庭审", lambda actor, case: case_page.TabContent((), (add,)))
    page = text_of(judge(case), f"/cases/{case.pk}/")
    assert f'href="/cases/{case.pk}/hearings/new/"' in page
    heard = CaseFactory(heard=True)
    assert "排期开庭" not in text_of(judge(heard), f"/cases/{heard.pk}/")

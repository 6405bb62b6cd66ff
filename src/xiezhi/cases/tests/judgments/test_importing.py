"""Judgments become closed cases once, with parties, agents, panel, decision, links and history."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.utils import timezone

from xiezhi.cases.contracts import AgentKind, CaseSource, LinkKind, ParticipantRole, Stage, TeamRole
from xiezhi.cases.models import Agent, Case, CaseLink, TeamMember
from xiezhi.cases.rules.judgments.samples import masked_samples
from xiezhi.cases.services.importing import ImportReport, import_judgments
from xiezhi.cases.tests.judgments.invented_cases import NAMES, facts_of
from xiezhi.foundation import journal
from xiezhi.foundation.contracts import COURT_TIME
from xiezhi.foundation.models import JournalEntry
from xiezhi.identity.contracts import Role
from xiezhi.identity.models import Court
from xiezhi.identity.services.courts import load_reference_courts
from xiezhi.identity.tests.factories import PostFactory, actor_of

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 10, tzinfo=COURT_TIME)
CRIMINAL = "criminal-first-public-ordinary"
APPEAL = "criminal-second-ruling-upheld"


@pytest.fixture(autouse=True)
def _courts(db: None) -> None:
    load_reference_courts(AT)


def run(*names: str, only_court: str = "") -> ImportReport:
    return import_judgments([facts_of(name) for name in names], only_court=only_court, at=AT)


def test_a_judgment_becomes_a_closed_case() -> None:
    report = run(CRIMINAL)
    case = Case.objects.get()

    assert (report.read, report.imported, report.refused) == (1, 1, [])
    assert case.number == "（2018）冀0606刑初12号"
    assert case.court == Court.objects.get(code="冀0606")
    assert (case.kind, case.procedure, case.outcome) == ("CRIMINAL_FIRST_PUBLIC", "ORDINARY", "GUILTY")
    assert (case.stage, case.closed_on) == (Stage.ARCHIVED, date(2018, 3, 8))
    assert (case.docketed_on, case.received_on) == (date(2018, 1, 2), date(2018, 1, 2))
    assert (case.source, case.source_reference) == (CaseSource.IMPORTED, f"invented-{CRIMINAL}")
    assert case.cause_name == "盗窃罪、掩饰、隐瞒犯罪所得罪"
    assert case.cause_key
    assert not case.detained  # nobody is held for it now
    assert case.title == "河北省保定市莲池区人民检察院指控湛己四、祁辛六盗窃罪、掩饰、隐瞒犯罪所得罪"
    assert list(case.participants.order_by("pk").values_list("role", "name")) == [
        (ParticipantRole.PROSECUTOR, "河北省保定市莲池区人民检察院"),
        (ParticipantRole.ACCUSED, "湛己四"),
        (ParticipantRole.ACCUSED, "祁辛六"),
    ]
    agent = Agent.objects.get()
    assert (agent.kind, agent.name, agent.firm) == (AgentKind.DEFENDER, "汪庚五", "河北虚拟甲律师事务所")
    decision = case.decisions.get()
    assert decision.decided_on == date(2018, 3, 8)
    assert decision.result.startswith("一、被告人湛己四犯盗窃罪")
    assert {"law": "中华人民共和国刑法", "article": "第六十九条第三款"} in decision.cited_articles


def test_its_history_stands_in_the_journal_as_the_importers() -> None:
    run(CRIMINAL)
    case = Case.objects.get()
    entries = list(JournalEntry.objects.filter(case_id=case.pk).order_by("position", "id"))

    assert [entry.kind for entry in entries] == [
        "cases.imported",
        "cases.docketed",
        "cases.team-set",
        "cases.decided",
        "cases.closed",
    ]
    assert {entry.actor_name for entry in entries} == {"裁判文书导入"}
    assert {entry.court_code for entry in entries} == {"冀0606"}
    assert timezone.localtime(entries[1].at).date() == date(2018, 1, 2)
    assert timezone.localtime(entries[4].at).date() == date(2018, 3, 8)
    assert entries[2].payload["members"][0] == {"role": "审判长", "name": "禹癸八", "person_id": None}
    journal.seal()
    assert journal.verify().ok


def test_a_second_run_changes_nothing() -> None:
    run(CRIMINAL, APPEAL)
    entries = JournalEntry.objects.count()
    report = run(CRIMINAL, APPEAL)

    assert (report.imported, report.known, report.refused) == (0, 2, [])
    assert Case.objects.count() == 2
    assert JournalEntry.objects.count() == entries


def test_the_same_case_twice_in_one_file_is_imported_once() -> None:
    place, facts = facts_of(CRIMINAL)
    report = import_judgments([(place, facts), ("other", facts | {"docid": "another"})], at=AT)

    assert report.imported == 1
    assert report.refused == [("other", "同一案件的另一份文书已经导入。")]


def test_another_collection_may_use_the_same_ids() -> None:
    rows = [facts_of(CRIMINAL, docid="1"), facts_of(APPEAL, docid="1")]
    first, second = import_judgments(rows, at=AT), import_judgments(reversed(rows), at=AT)

    assert (first.imported, second.imported, second.known) == (2, 0, 2)
    assert set(Case.objects.values_list("source_reference", flat=True)) == {"1", "1 （2018）冀06刑终210号"}


def test_a_case_of_the_court_itself_is_never_touched() -> None:
    run(CRIMINAL)
    Case.objects.update(source=CaseSource.NATIVE, source_reference="")
    report = run(CRIMINAL)

    assert report.refused == [(f"{CRIMINAL}.txt", "本院已有这个案号的案件，不由导入改动。")]


@pytest.mark.parametrize(
    "order", [(CRIMINAL, APPEAL), (APPEAL, CRIMINAL)], ids=["prior first", "appeal first"]
)
@pytest.mark.parametrize("together", [True, False], ids=["one run", "two runs"])
def test_an_appeal_is_linked_to_the_case_before_it(order: tuple[str, str], together: bool) -> None:
    if together:
        run(*order)
    else:
        for name in order:
            run(name)
    first = Case.objects.get(court_code="冀0606")
    appeal = Case.objects.get(court_code="冀06")

    prior = CaseLink.objects.get(case=appeal, kind=LinkKind.PRIOR)
    assert (prior.other, prior.other_number) == (first, first.number)
    assert appeal.title == "湛己四、祁辛六盗窃罪、掩饰、隐瞒犯罪所得罪"
    later = CaseLink.objects.get(case=first, kind=LinkKind.LATER)
    assert (later.other, later.other_number) == (appeal, appeal.number)


@pytest.mark.parametrize("cited", ["（2013）新刑初字第12号", "（2013）新刑初字第00012号"])
def test_zeros_before_an_old_number_part_no_two_cases(cited: str) -> None:
    rows = [
        facts_of(CRIMINAL, case_number="（2013）新刑初字第0012号"),
        facts_of(APPEAL, prior_case_number=cited),
    ]
    import_judgments(rows, at=AT)

    assert CaseLink.objects.get(kind=LinkKind.PRIOR).other == Case.objects.get(
        number="（2013）新刑初字第12号"
    )


def test_judges_the_register_knows_are_linked_others_only_named() -> None:
    court = Court.objects.get(code="冀0606")
    judge = PostFactory(court=court, person__name="禹癸八", role=Role.JUDGE, since=date(2010, 1, 1))
    PostFactory(court=court, person__name="狄子九", role=Role.JUDGE, since=date(2020, 1, 1))  # came later
    run(CRIMINAL)
    case = Case.objects.get()

    assert case.judge == judge.person
    assert set(TeamMember.objects.values_list("person__name", "role")) == {
        ("禹癸八", TeamRole.PRESIDING_JUDGE),
        ("禹癸八", TeamRole.JUDGE_IN_CHARGE),
    }


def test_two_judges_of_one_name_are_nobody() -> None:
    court = Court.objects.get(code="冀0606")
    for _ in range(2):
        PostFactory(court=court, person__name="禹癸八", role=Role.JUDGE, since=date(2010, 1, 1))
    run(CRIMINAL)

    assert Case.objects.get().judge is None


def test_another_courts_people_do_not_see_it() -> None:
    own = PostFactory(court=Court.objects.get(code="冀0606"), role=Role.PRESIDENT)
    other = PostFactory(court=Court.objects.get(code="冀0602"), role=Role.PRESIDENT)
    run(CRIMINAL)

    assert Case.objects.visible_to(actor_of(own)).count() == 1
    assert Case.objects.visible_to(actor_of(other)).count() == 0


def test_only_one_court_when_asked() -> None:
    report = run(CRIMINAL, APPEAL, only_court="冀06")

    assert (report.imported, report.other_courts) == (1, 1)
    assert set(Case.objects.values_list("court_code", flat=True)) == {"冀06"}


def test_a_court_outside_the_list_is_entered_by_the_code_of_the_number() -> None:
    report = run("criminal-minority-names")
    court = Court.objects.get(code="新31")

    assert report.imported == 1
    assert (court.name, court.level, court.in_group) == (
        "新疆维吾尔自治区喀什地区中级人民法院",
        "INTERMEDIATE",
        False,
    )


def far(docid: str, number: str, court: str = "远方省虚构市人民法院") -> tuple[str, dict[str, Any]]:
    return facts_of(CRIMINAL, docid=docid, court=court, case_number=number)


def test_a_court_of_an_old_number_outside_the_list_is_entered_by_its_name() -> None:
    rows = [
        far("1", "（2014）虚刑初字第0001号"),
        far("2", "（2015）虚刑初字第2号"),
        far("3", "（2015）远方中刑终字第3号", "远方省虚构市中级人民法院"),
    ]
    first, second = import_judgments(rows, at=AT), import_judgments(rows, at=AT)

    assert (first.imported, second.imported, second.known) == (3, 0, 3)
    courts = {court.name: court for court in Court.objects.filter(name__startswith="远方省")}
    basic, middle = courts["远方省虚构市人民法院"], courts["远方省虚构市中级人民法院"]
    assert (basic.level, middle.level) == ("BASIC", "INTERMEDIATE")
    assert basic.code.startswith("无代字")
    assert not basic.in_group
    assert Case.objects.filter(court=basic).count() == 2
    assert journal.verify().ok


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["with a code first", "without a code first"])
@pytest.mark.parametrize("together", [True, False], ids=["one run", "two runs"])
def test_one_name_is_one_court_with_a_code_or_without(order: tuple[int, int], together: bool) -> None:
    rows = [far("1", "（2018）鲁0299刑初1号"), far("2", "（2014）虚刑初字第2号")]
    rows = [rows[place] for place in order]
    for batch in [rows] if together else [[row] for row in rows]:
        assert import_judgments(batch, at=AT).refused == []

    court = Court.objects.get(name="远方省虚构市人民法院")
    assert Case.objects.filter(court=court, court_code=court.code).count() == 2


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"case_number": None}, "案号无法识别", id="no number"),
        pytest.param({"decided_on": None}, "没有找到裁判日期。", id="no date"),
        pytest.param({"decided_on": "2030-01-01"}, "裁判日期晚于今天。", id="from the future"),
        pytest.param({"participants": []}, "没有找到当事人。", id="nobody"),
        pytest.param(
            {"court": "保定市竞秀区人民法院"},
            "案号中的法院代字与文书所写的法院不一致。",
            id="code of another court",
        ),
        pytest.param(
            {"court": "某市人民法院", "case_number": "（2014）某刑初字第1号"},
            "不能确定是哪个法院：旧式案号没有法院代字，文书也没有写明法院全称。",
            id="old number of a masked court",
        ),
        pytest.param(
            {"court": "远方市人民法院", "case_number": "（2014）远刑初字第1号", "problems": ["court"]},
            "不能确定是哪个法院：旧式案号没有法院代字，文书也没有写明法院全称。",
            id="old number of a court only inferred",
        ),
        pytest.param(
            {"instance": "PENALTY_CHANGE", "case_number": "（2018）冀0606刑更1号"},
            "系统不办理这类案件（案号中的类型为“刑更”）。",
            id="a kind not kept",
        ),
    ],
)
def test_what_cannot_be_imported_is_refused_and_the_rest_goes_on(
    changes: dict[str, Any], reason: str
) -> None:
    report = import_judgments([facts_of(CRIMINAL, **changes), facts_of(APPEAL)], at=AT)

    assert report.imported == 1
    assert [place for place, _reason in report.refused] == [f"{CRIMINAL}.txt"]
    assert report.refused[0][1].startswith(reason)


def test_a_record_the_database_refuses_spoils_no_other() -> None:
    place, facts = facts_of(CRIMINAL)
    bad = facts | {"sections": {"facts": "\x00", "reasoning": "", "result": ""}}
    report = import_judgments([(place, bad), facts_of(APPEAL)], at=AT)

    assert report.imported == 1
    assert len(report.refused) == 1


def test_every_invented_judgment_is_imported_or_refused_with_a_reason() -> None:
    report = run(*NAMES)

    assert report.read == len(NAMES)
    assert report.imported + len(report.refused) == len(NAMES)
    assert report.imported >= 30
    assert all(reason for _place, reason in report.refused)
    assert "读取" in report.describe()
    assert report.as_json()["imported"] == report.imported
    for case in Case.objects.all():
        assert case.outcome in {outcome.key for outcome in case.kind_rule.outcomes}
        assert case.procedure in {procedure.key for procedure in case.kind_rule.procedures}
        assert set(case.participants.values_list("role", flat=True)) <= set(case.kind_rule.roles)


def test_the_masked_samples_become_cases_of_the_demonstrations_courts() -> None:
    report = import_judgments(masked_samples(), at=AT)

    assert report.imported == report.read >= 10
    assert all(code.startswith("冀06") for code in Case.objects.values_list("court_code", flat=True))

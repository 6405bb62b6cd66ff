"""What the shell's search and desk get of cases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from xiezhi.cases.selectors import desk, search
from xiezhi.cases.selectors.cases import cause_keys
from xiezhi.cases.tests.factories import CaseFactory, DecisionServiceFactory, actor_in, clerk_of, judge_of
from xiezhi.identity.contracts import Role
from xiezhi.identity.tests.factories import TODAY, CourtFactory, PostFactory, actor_of
from xiezhi.law import case_numbers, causes

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "words", ["2026冀0606民初12", "（2026）冀0606民初12号", "(2026) 冀0606 民初 第 12 号之二"]
)
def test_a_number_in_any_spelling_finds_its_case_alone(words: str):
    case = CaseFactory(court=CourtFactory(code="冀0606"), sequence=12, preparing=True)
    CaseFactory(court=case.court, sequence=120, preparing=True)
    hits = search.hits(actor_in(case, Role.PRESIDENT), words, case_numbers.parse_any(words))
    assert [(hit.case_id, hit.number, hit.url) for hit in hits] == [
        (case.pk, case.number, f"/cases/{case.pk}/")
    ]


def test_words_find_cases_the_actor_may_see_newest_first():
    old = CaseFactory(
        court=CourtFactory(code="冀0606"), preparing=True, docketed_on=TODAY - timedelta(days=90)
    )
    new = CaseFactory(court=old.court, preparing=True)
    CaseFactory(court=CourtFactory(code="冀0607"), preparing=True)
    CaseFactory(court=old.court, preparing=True, secret=True)
    found = search.hits(actor_in(old, Role.PRESIDENT), "民间借贷", None)
    assert [hit.case_id for hit in found] == [new.pk, old.pk]
    assert [hit.case_id for hit in search.hits(judge_of(old), "民间借贷", None)] == [old.pk]
    assert search.hits(judge_of(old), "，。", None) == []


def test_numbers_are_given_for_visible_cases_only():
    case = CaseFactory(preparing=True)
    other = CaseFactory(court=case.court, preparing=True)
    assert desk.case_numbers(judge_of(case), {case.pk, other.pk}) == {case.pk: case.number}
    assert desk.case_numbers(actor_in(case, Role.ADMINISTRATOR), [case.pk]) == {}


def test_last_days_of_the_own_cases_in_the_span():
    case = CaseFactory(preparing=True, due_on=TODAY + timedelta(days=2))
    CaseFactory(court=case.court, preparing=True, due_on=TODAY + timedelta(days=2))
    span = (TODAY, TODAY + timedelta(days=6))
    found = desk.last_days(judge_of(case), *span)
    assert [(d.on, d.text, d.case_number) for d in found] == [(case.due_on, "审限届满", case.number)]
    assert desk.last_days(clerk_of(case), *span) == found
    assert desk.last_days(judge_of(case), TODAY + timedelta(days=3), TODAY + timedelta(days=6)) == []
    assert desk.last_days(actor_in(case, Role.PRESIDENT), *span) == []


def test_appeal_periods_run_out_too_until_an_appeal_came():
    case = CaseFactory(pronounced=True)
    service = DecisionServiceFactory(decision=case.decisions.get(), appeal_until=TODAY + timedelta(days=1))
    span = (TODAY, TODAY + timedelta(days=6))
    found = desk.last_days(judge_of(case), *span)
    assert [d.text for d in found] == [f"{service.participant.name}上诉期届满"]
    service.appeal_received_on = TODAY
    service.save(update_fields=["appeal_received_on"])
    assert desk.last_days(judge_of(case), *span) == []


def test_somebody_who_left_the_team_has_no_last_days():
    case = CaseFactory(preparing=True, due_on=TODAY)
    judge = judge_of(case)
    case.team.filter(person_id=judge.person_id).update(until=TODAY)
    assert desk.last_days(judge, TODAY, TODAY) == []
    assert desk.last_days(actor_of(PostFactory(judge=True, court=case.court)), TODAY, TODAY) == []


def test_a_cause_stands_for_all_below_it():
    top = causes.by_name("合同、准合同纠纷", causes.CIVIL)
    assert top is not None
    keys = cause_keys("合同、准合同纠纷")
    assert top.key in keys
    assert {child.key for child in causes.children(top.key)} < set(keys)
    assert cause_keys(top.key) == keys
    leaf = causes.by_name("民间借贷纠纷", causes.CIVIL)
    assert leaf is not None
    assert cause_keys("民间借贷") == [leaf.key]
    assert set(cause_keys("借贷")) >= {leaf.key}
    assert cause_keys("没有这个案由") == []

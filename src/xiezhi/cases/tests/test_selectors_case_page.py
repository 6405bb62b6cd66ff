"""The case page of every kind of case at every stage it can stand in, and the reads behind its tabs."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from xiezhi.cases.contracts import ClockKind, Stage
from xiezhi.cases.models import CaseLink, ClockChange
from xiezhi.cases.rules import kinds
from xiezhi.cases.selectors import case_page, fees, previews
from xiezhi.cases.selectors.clock import clock_view
from xiezhi.cases.tests.factories import (
    CaseFactory,
    DecisionServiceFactory,
    ParticipantFactory,
    RequestFactory,
    actor_in,
    judge_of,
)
from xiezhi.identity.contracts import Role
from xiezhi.identity.tests.factories import TODAY, CourtFactory

pytestmark = pytest.mark.django_db

_ENDED = {Stage.PRONOUNCED, Stage.CLOSED, Stage.APPEALED, Stage.EFFECTIVE, Stage.ARCHIVED}


@pytest.fixture(autouse=True)
def _no_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_page, "_sources", {})


@pytest.mark.parametrize("kind", sorted(kinds.KINDS))
def test_every_kind_has_a_page_at_every_stage(kind: str):
    rule = kinds.get(kind)
    court = CourtFactory(code={"BASIC": "冀0606", "INTERMEDIATE": "冀06", "HIGH": "冀"}[min(rule.levels)])
    for stage in rule.stages:
        ended = stage in _ENDED
        case = CaseFactory(
            kind=kind,
            court=court,
            stage=stage.value,
            outcome=rule.outcomes[0].key if ended or stage is Stage.DECIDED else "",
            closed_on=TODAY if ended else None,
        )
        page = case_page.case_page(actor=actor_in(case, Role.PRESIDENT), case_id=case.pk, today=TODAY)
        steps = case_page.stage_steps(page)
        assert [s.state for s in steps].count("current") == (0 if stage is Stage.ARCHIVED else 1)
        assert sum(span.width for span in page.clock.spans) <= 1010
        assert case_page.sides(page)
        case_page.overview(page)
        assert fees.fee_view(page.case).counted or fees.fee_view(page.case).missing
        step = case_page.next_step(page)
        assert (step is None) == (stage is Stage.ARCHIVED), (stage, page.actions)
        for action in page.actions:
            assert action.url.startswith(f"/cases/{case.pk}/")


def test_the_line_of_an_appealed_case_shows_the_appeal():
    case = CaseFactory(pronounced=True, stage=Stage.APPEALED.value)
    page = case_page.case_page(actor=judge_of(case), case_id=case.pk, today=TODAY)
    assert [(s.label, s.state) for s in case_page.stage_steps(page)][-4:] == [
        ("宣判送达", "done"),
        ("上诉移送", "current"),
        ("生效", "todo"),
        ("归档", "todo"),
    ]
    assert page.action("effect").enabled


def test_after_an_appeal_the_upper_court_is_awaited():
    case = CaseFactory(pronounced=True, stage=Stage.APPEALED.value)
    upper = CaseFactory(kind="CIVIL_SECOND", court=CourtFactory(code="冀06"), preparing=True)
    CaseLink.objects.create(case=case, kind="LATER", other=upper, other_number=upper.number)

    def effect() -> case_page.Action:
        return case_page.case_page(actor=judge_of(case), case_id=case.pk, today=TODAY).action("effect")

    assert upper.number in effect().why_not
    upper.effective_on = TODAY
    upper.save()
    assert effect().enabled


def test_a_procedure_with_a_panel_asks_for_the_panel_first():
    case = CaseFactory(preparing=True, procedure="SIMPLIFIED")
    page = case_page.case_page(actor=judge_of(case), case_id=case.pk, today=TODAY)
    assert not page.panel_lacks
    assert page.action("team").secondary
    case.procedure = "ORDINARY"
    case.save()
    page = case_page.case_page(actor=judge_of(case), case_id=case.pk, today=TODAY)
    assert page.panel_lacks
    step = case_page.next_step(page)
    assert (step.key, step.label, step.enabled) == ("team", "组成合议庭", True)
    assert case_page.overview(page).schedule is None


def test_more_than_three_of_a_side_are_counted():
    case = CaseFactory(preparing=True)
    for place in range(2, 6):
        ParticipantFactory(case=case, role="DEFENDANT", position=place)
    page = case_page.case_page(actor=judge_of(case), case_id=case.pk, today=TODAY)
    plaintiff, defendants = case_page.sides(page)
    assert plaintiff.label == "原告"
    assert defendants.names.endswith("等 5 人")


def test_when_the_decision_takes_effect():
    case = CaseFactory(pronounced=True)
    first, second = case.participants.order_by("pk")
    decision = case.decisions.get()

    def page() -> case_page.CasePage:
        return case_page.case_page(actor=judge_of(case), case_id=case.pk, today=TODAY)

    assert case_page.effect(page()) == case_page.EffectView(None, (first.name, second.name))
    until = TODAY + timedelta(days=15)
    DecisionServiceFactory(decision=decision, participant=first, appeal_until=until)
    assert case_page.effect(page()).waiting_for == (second.name,)
    DecisionServiceFactory(decision=decision, participant=second, appeal_until=until + timedelta(days=2))
    assert case_page.effect(page()) == case_page.EffectView(until + timedelta(days=3), ())
    assert "上诉期至" in page().action("effect").why_not


def test_the_bar_of_overlapping_stops_counts_each_day_once():
    case = CaseFactory(preparing=True, docketed_on=TODAY - timedelta(days=60))
    start = case.docketed_on
    rows = [
        ClockChange(
            kind=ClockKind.EXCLUSION,
            reason="鉴定期间",
            since=start + timedelta(days=10),
            until=start + timedelta(days=30),
        ),
        ClockChange(
            kind=ClockKind.EXCLUSION,
            reason="公告期间",
            since=start + timedelta(days=20),
            until=start + timedelta(days=40),
        ),
    ]
    view = clock_view(case, rows, today=TODAY)
    assert [(s.kind, s.days) for s in view.spans][:4] == [
        ("RUN", 10),
        ("STOP", 20),
        ("STOP", 10),
        ("RUN", 20),
    ]
    assert view.key[0] == ("RUN", "已计算", 30)
    assert view.limit.excluded_days == 30
    for before, after in zip(view.spans, view.spans[1:], strict=False):
        assert before.until == after.since


def test_the_fee_on_file_may_differ_from_the_standard():
    case = CaseFactory(preparing=True, amount=Decimal(120000), fee=Decimal(2700))
    assert not fees.fee_view(case).differs
    case.fee = Decimal(100)
    assert fees.fee_view(case).differs
    case.fee, case.outcome = Decimal(2700), "MEDIATED"
    refund = fees.fee_view(case).refund
    assert refund is not None
    assert (refund.refund, refund.kept) == (Decimal("1350.00"), Decimal("1350.00"))


def test_a_fee_halved_for_simplified_procedure_is_not_halved_again():
    case = CaseFactory(simplified=True, preparing=True, amount=Decimal(120000), fee=Decimal(1350))
    case.outcome = "MEDIATED"
    refund = fees.fee_view(case).refund
    assert refund is not None
    assert refund.refund == 0


def test_previews_say_nothing_of_dates_that_cannot_be():
    case = CaseFactory(pronounced=True)
    page = case_page.case_page(actor=judge_of(case), case_id=case.pk, today=TODAY)
    assert previews.decide(page, "NO_SUCH", TODAY) == []
    assert previews.serve(page, "甲", None) == []
    assert previews.appeal(page, "甲", TODAY, TODAY, TODAY - timedelta(days=1)) == []
    assert previews.resume(page, None, TODAY) == []


def test_a_late_pronouncement_is_warned_of():
    case = CaseFactory(decided=True, docketed_on=TODAY - timedelta(days=200))
    page = case_page.case_page(actor=judge_of(case), case_id=case.pk, today=TODAY)
    line = previews.pronounce(page, TODAY)[0]
    assert line.warn
    assert "超审限" in line.text


def test_a_request_waiting_names_who_decides():
    case = RequestFactory().case
    page = case_page.case_page(actor=judge_of(case), case_id=case.pk, today=TODAY)
    assert [who for who, _request in case_page.waiting_approvals(page)] == ["院长"]

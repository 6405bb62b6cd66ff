"""What the turn of a day puts on the desks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from xiezhi.cases.models import Case, Correction
from xiezhi.cases.services import reminders
from xiezhi.cases.services.serving import open_serve_todo
from xiezhi.cases.tests.factories import (
    ApplicationFactory,
    CaseFactory,
    DecisionServiceFactory,
    moment,
)
from xiezhi.foundation.models import Notice, TodoItem
from xiezhi.identity.tests.factories import TODAY

pytestmark = pytest.mark.django_db


def remind(day: date) -> reminders.Reminded:
    return reminders.remind(on=day, at=moment(day, 6))


def desk(case: Case, kind: str) -> TodoItem | None:
    return TodoItem.objects.filter(case_id=case.pk, kind=kind, closed_at=None).first()


class TestLimits:
    def test_at_fifteen_seven_and_three_days_and_once_overdue(self) -> None:
        case = CaseFactory(preparing=True, due_on=date(2026, 12, 20))
        told = {}
        for back in range(18, -5, -1):
            day = date(2026, 12, 20) - timedelta(days=back)
            if remind(day) != reminders.Reminded():
                told[back] = Notice.objects.order_by("pk").last()
        assert sorted(told) == [-1, 3, 7, 15]
        assert all(notice and notice.person_id == case.judge_id for notice in told.values())
        assert "超过审限" in str(told[-1] and told[-1].text)
        assert "还有7天" in str(told[7] and told[7].text)
        item = desk(case, "case-limit")
        assert item is not None
        assert (item.person_id, item.due_on) == (case.judge_id, date(2026, 12, 20))

    def test_the_same_day_twice_and_a_missed_day(self) -> None:
        CaseFactory(preparing=True, due_on=TODAY + timedelta(days=9))  # 15 passed while the server was down
        assert remind(TODAY).limits == 1
        assert remind(TODAY).limits == 0
        assert remind(TODAY + timedelta(days=1)).limits == 0
        assert TodoItem.objects.count() == Notice.objects.count() == 1

    def test_closed_stopped_and_unassigned_cases_are_left_alone(self) -> None:
        soon = TODAY + timedelta(days=2)
        CaseFactory(closed=True, due_on=soon)
        CaseFactory(due_on=soon)
        CaseFactory(preparing=True, due_on=None, clock_stopped=True)
        CaseFactory(preparing=True, due_on=TODAY + timedelta(days=40))
        assert remind(TODAY) == reminders.Reminded()

    def test_the_item_goes_when_the_last_day_moves_away(self) -> None:
        case = CaseFactory(preparing=True, due_on=TODAY + timedelta(days=5))
        remind(TODAY)
        case.due_on = TODAY + timedelta(days=90)
        reminders.limit_todo(case, on=TODAY, at=moment(TODAY))
        assert desk(case, "case-limit") is None
        case.due_on = TODAY + timedelta(days=6)
        reminders.limit_todo(case, on=TODAY, at=moment(TODAY))
        item = desk(case, "case-limit")
        assert item is not None
        assert item.due_on == case.due_on

    def test_many_cases_in_few_queries_each(self, django_assert_max_num_queries: object) -> None:
        CaseFactory.create_batch(3, preparing=True, due_on=TODAY + timedelta(days=200))
        with django_assert_max_num_queries(12):  # type: ignore[operator]
            remind(TODAY)


def test_effects_that_have_come_about() -> None:
    case = CaseFactory(pronounced=True)
    decision = case.decisions.get()
    for participant in case.participants.order_by("pk"):
        DecisionServiceFactory(
            decision=decision, participant=participant, served_on=TODAY, appeal_until=date(2026, 12, 9)
        )
    assert remind(date(2026, 12, 9)).effects == 0
    assert remind(date(2026, 12, 10)).effects == 1
    item = desk(case, "case-effect")
    assert item is not None
    assert (item.person_id, item.due_on) == (case.clerk_id, date(2026, 12, 10))
    assert remind(date(2026, 12, 11)).effects == 0


def test_services_that_are_due_and_late() -> None:
    case = CaseFactory(pronounced=True)
    open_serve_todo(case, TODAY, at=moment(TODAY))
    item = desk(case, "case-serve")
    assert item is not None
    assert item.due_on == date(2026, 12, 4)  # ten days, 民诉法151
    told = [remind(TODAY + timedelta(days=n)).services for n in range(14)]
    assert told == [0] * 7 + [1] + [0] * 3 + [1] + [0] * 2
    assert set(Notice.objects.values_list("person_id", flat=True)) == {case.clerk_id}


def test_corrections_nobody_answered_come_back_to_the_window() -> None:
    application = ApplicationFactory(status="CORRECTION_REQUESTED", review_by=None)
    Correction.objects.create(
        application=application, items=["住所地"], requested_on=TODAY, answer_by=TODAY + timedelta(days=5)
    )
    assert remind(TODAY + timedelta(days=5)).corrections == 0
    assert remind(TODAY + timedelta(days=6)).corrections == 1
    assert remind(TODAY + timedelta(days=7)).corrections == 0
    assert TodoItem.objects.get().key == f"application-review:{application.pk}"

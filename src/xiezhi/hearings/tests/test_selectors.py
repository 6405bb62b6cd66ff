"""The calendar, free times and what the desk and the case page are given."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from xiezhi.cases.models import Case
from xiezhi.cases.tests.factories import AT, CaseFactory, actor_in, clerk_of, judge_of, moment
from xiezhi.foundation.errors import NotPermitted
from xiezhi.hearings import selectors
from xiezhi.hearings.rules import free_slots
from xiezhi.hearings.rules.free_slots import Busy
from xiezhi.hearings.tests.factories import CourtroomFactory, HearingFactory
from xiezhi.identity.contracts import Role
from xiezhi.identity.tests.factories import TODAY, PostFactory, actor_of

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 11, 30)


def at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=ZONE)


class TestFreeSlots:
    @pytest.mark.parametrize(
        ("busy", "minutes", "starts"),
        [
            pytest.param([], 120, [at(9), at(14, 30)], id="both halves of the day"),
            pytest.param([], 180, [at(9), at(14, 30)], id="three hours just fit"),
            pytest.param([], 60, [at(9), at(10, 30)], id="two of a day at most"),
            pytest.param([Busy(at(9), at(10), person_id=7)], 120, [at(14, 30)], id="a person is taken"),
            pytest.param(
                [Busy(at(9), at(10), room_id=1)], 120, [at(9), at(14, 30)], id="the other room is free"
            ),
            pytest.param(
                [Busy(at(9), at(10), room_id=1), Busy(at(10), at(12), room_id=2)],
                120,
                [at(14, 30)],
                id="no room is free through the forenoon",
            ),
            pytest.param(
                [Busy(at(11), at(14, 30), person_id=7)],
                120,
                [at(9), at(14, 30)],
                id="ends as it begins",
            ),
            pytest.param([Busy(at(9), at(10), person_id=8)], 120, [at(9), at(14, 30)], id="somebody else"),
        ],
    )
    def test_times(self, busy: list[Busy], minutes: int, starts: list[datetime]) -> None:
        found = free_slots.find(
            [MONDAY], rooms=[1, 2], people=[7], busy=busy, minutes=minutes, not_before=at(8), zone=ZONE
        )
        assert [slot.starts_at for slot in found] == starts

    def test_nothing_before_the_earliest_and_no_more_than_asked(self) -> None:
        days = [MONDAY + timedelta(days=n) for n in range(5)]
        found = free_slots.find(
            days, rooms=[1], people=[], busy=[], minutes=60, not_before=at(10), zone=ZONE, most=3
        )
        assert [slot.starts_at for slot in found] == [
            at(10, 30),
            at(14, 30),
            at(9, day=MONDAY + timedelta(days=1)),
        ]


@pytest.mark.django_db
class TestCalendar:
    def test_a_judge_sees_own_hearings_and_only_the_times_of_others(self) -> None:
        hearing = HearingFactory()
        other = HearingFactory(
            case__court=hearing.case.court, starts_at=hearing.starts_at + timedelta(hours=4)
        )
        view = selectors.hearing_calendar(
            actor=judge_of(hearing.case),
            wanted=selectors.CalendarFilter(),
            week=hearing.starts_at.date(),
            month=hearing.starts_at.date(),
        )
        entries = [entry for day in view.days for entry in day.entries]
        assert [(e.hearing_id, e.is_closed_off) for e in entries] == [(hearing.pk, False), (0, True)]
        assert entries[1].case_number == ""
        assert other.room.name in {line.name for line in view.rooms}
        assert view.count == 1

    def test_another_court_is_not_seen_at_all(self) -> None:
        hearing = HearingFactory()
        stranger = actor_of(PostFactory(president=True, court=CaseFactory().court))
        assert stranger.court_code != hearing.court_code
        view = selectors.hearing_calendar(
            actor=stranger,
            wanted=selectors.CalendarFilter(court_code=hearing.court_code),
            week=hearing.starts_at.date(),
            month=hearing.starts_at.date(),
        )
        assert not [entry for day in view.days for entry in day.entries]

    def test_a_restricted_case_shows_its_time_only(self) -> None:
        hearing = HearingFactory(case__secret=True)
        view = selectors.hearing_calendar(
            actor=actor_in(hearing.case, Role.PRESIDENT),
            wanted=selectors.CalendarFilter(),
            week=hearing.starts_at.date(),
            month=hearing.starts_at.date(),
        )
        (entry,) = [entry for day in view.days for entry in day.entries]
        assert entry.is_closed_off
        assert entry.title == ""

    @pytest.mark.parametrize("name", ["room_id", "division_id", "judge", "mine"])
    def test_filters(self, name: str) -> None:
        hearing = HearingFactory()
        case = hearing.case
        HearingFactory(case__court=case.court, starts_at=hearing.starts_at)
        president = actor_in(case, Role.PRESIDENT)
        value = {
            "room_id": hearing.room_id,
            "division_id": case.division_id,
            "judge": case.judge.name,
            "mine": True,
        }[name]
        actor = judge_of(case) if name == "mine" else president
        view = selectors.hearing_calendar(
            actor=actor,
            wanted=selectors.CalendarFilter(**{name: value}),  # type: ignore[arg-type]
            week=hearing.starts_at.date(),
            month=hearing.starts_at.date(),
        )
        found = {entry.hearing_id for day in view.days for entry in day.entries}
        assert hearing.pk in found
        assert 0 not in found
        if name in {"room_id", "judge", "mine"}:
            assert found == {hearing.pk}

    def test_the_month_counts_hearings_a_day(self) -> None:
        hearing = HearingFactory()
        day = hearing.starts_at.date()
        view = selectors.hearing_calendar(
            actor=actor_in(hearing.case, Role.PRESIDENT),
            wanted=selectors.CalendarFilter(),
            week=day,
            month=day,
        )
        counts = {d.on: d.count for week in view.month for d in week}
        assert counts[day] == 1
        assert sum(counts.values()) == 1

    def test_national_day_is_off_and_named(self) -> None:
        view = selectors.hearing_calendar(
            actor=actor_of(PostFactory(president=True)),
            wanted=selectors.CalendarFilter(),
            week=date(2026, 10, 1),
            month=date(2026, 10, 1),
        )
        day = next(d for d in view.days if d.on == date(2026, 10, 1))
        assert (day.is_off, day.note) == (True, "国庆节")


@pytest.mark.django_db
class TestFreeTimes:
    def test_the_team_and_the_room_are_free_and_the_notice_is_kept(self) -> None:
        case = CaseFactory(preparing=True)
        CourtroomFactory(court=case.court)
        setting = selectors.schedule_setting(actor=judge_of(case), case_id=case.pk, today=TODAY)
        first = selectors.free_times(setting, minutes=120, trial=True, room_id=None, at=AT)[0]
        assert first.starts_at == moment(TODAY + timedelta(days=3), 9)  # Friday, three days on
        HearingFactory(case=case, starts_at=first.starts_at)
        second = selectors.free_times(setting, minutes=120, trial=True, room_id=None, at=AT)[0]
        assert second.starts_at > first.starts_at

    def test_a_case_not_yet_prepared_says_why(self) -> None:
        case = CaseFactory(assigned=True)
        setting = selectors.schedule_setting(actor=judge_of(case), case_id=case.pk, today=TODAY)
        assert "进入庭前准备后才能排期" in setting.reason
        assert selectors.free_times(setting, minutes=60, trial=True, room_id=None, at=AT) == []

    def test_only_the_team(self) -> None:
        case = CaseFactory(preparing=True)
        assert selectors.schedule_setting(actor=clerk_of(case), case_id=case.pk, today=TODAY).case == case
        with pytest.raises(NotPermitted):
            selectors.schedule_setting(actor=actor_in(case, Role.PRESIDENT), case_id=case.pk, today=TODAY)
        stranger = judge_of(CaseFactory(preparing=True))
        with pytest.raises(Case.DoesNotExist):
            selectors.schedule_setting(actor=stranger, case_id=case.pk, today=TODAY)


@pytest.mark.django_db
class TestDeskAndCase:
    def test_the_desk_gets_own_hearings_only(self) -> None:
        hearing = HearingFactory()
        day = hearing.starts_at.date()
        (item,) = selectors.desk_items(judge_of(hearing.case), day, day)
        assert (item.on, item.time, item.place) == (day, "10:00", hearing.room.name)
        assert item.url == f"/hearings/{hearing.pk}/"
        assert selectors.desk_items(actor_in(hearing.case, Role.PRESIDENT), day, day) == []
        assert (
            selectors.desk_items(judge_of(hearing.case), day + timedelta(days=1), day + timedelta(days=7))
            == []
        )

    def test_the_case_page_lists_hearings_and_says_why_none_can_be_added(self) -> None:
        hearing = HearingFactory()
        tab = selectors.case_tab(judge_of(hearing.case), hearing.case)
        assert [row.url for row in tab.rows] == [f"/hearings/{hearing.pk}/"]
        assert tab.actions[0].enabled
        assert not selectors.case_tab(actor_in(hearing.case, Role.PRESIDENT), hearing.case).actions[0].enabled

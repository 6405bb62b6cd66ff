"""The calendar: who schedules, what is booked, and that nobody and no room is in two places."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import NumericRange

from xiezhi.cases.contracts import Stage, TeamRole
from xiezhi.cases.models import Case
from xiezhi.cases.services.steps import CaseIsClosed
from xiezhi.cases.tests.factories import (
    AT,
    CaseFactory,
    TeamMemberFactory,
    actor_in,
    clerk_of,
    handling_post,
    judge_of,
)
from xiezhi.foundation.errors import InvalidInput, NotPermitted, Refused
from xiezhi.foundation.journal import Delivery
from xiezhi.foundation.models import JournalEntry, Notice
from xiezhi.hearings import handlers, services
from xiezhi.hearings.contracts import HearingKind, HearingStatus
from xiezhi.hearings.models import Hearing, PersonBooking, RoomBooking
from xiezhi.hearings.rules import slots
from xiezhi.hearings.tests.factories import CourtroomFactory, HearingFactory
from xiezhi.identity.contracts import Actor, Role
from xiezhi.identity.tests.factories import TODAY, CourtFactory, actor_with

pytestmark = pytest.mark.django_db

START = AT + timedelta(days=7)


def schedule(case: Case, room: Any = None, actor: Actor | None = None, **change: Any) -> Hearing:
    start: datetime = change.pop("starts_at", START)
    given = {
        "kind": HearingKind.TRIAL,
        "starts_at": start,
        "ends_at": change.pop("ends_at", start + timedelta(hours=2)),
        "room_id": (room or CourtroomFactory(court=case.court)).pk,
        "at": AT,
    } | change
    return services.hearing_schedule(actor=actor or clerk_of(case), case_id=case.pk, **given)


def entries(kind: str) -> int:
    return JournalEntry.objects.filter(kind=kind).count()


class TestSchedule:
    def test_the_team_books_room_and_people(self) -> None:
        case = CaseFactory(preparing=True)
        with pytest.raises(Case.DoesNotExist):
            schedule(case, actor=actor_with(Role.CLERK, court=case.court))
        with pytest.raises(NotPermitted):
            schedule(case, actor=actor_in(case, Role.PRESIDENT))
        assert not Hearing.objects.exists()
        hearing = schedule(case)
        assert hearing.room_booking is not None
        people = set(case.team.filter(until=None).values_list("person_id", flat=True))
        assert set(hearing.person_bookings.values_list("person_id", flat=True)) == people
        assert set(Notice.objects.values_list("person_id", flat=True)) == people - {case.clerk_id}
        assert entries("hearings.scheduled") == 1

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"starts_at": AT - timedelta(hours=1)}, "starts_at"),
            ({"starts_at": AT + timedelta(days=2)}, "starts_at"),
            ({"ends_at": START}, "ends_at"),
            ({"ends_at": START + timedelta(hours=13)}, "ends_at"),
        ],
    )
    def test_times_that_cannot_be(self, change: dict[str, Any], field: str) -> None:
        case = CaseFactory(preparing=True)
        with pytest.raises(InvalidInput) as fault:
            schedule(case, **change)
        assert field in fault.value.fields
        schedule(case)

    def test_three_days_notice_unless_the_procedure_is_summary(self) -> None:
        tomorrow = AT + timedelta(days=1)
        with pytest.raises(InvalidInput):
            schedule(CaseFactory(preparing=True), starts_at=tomorrow)
        schedule(CaseFactory(preparing=True, simplified=True), starts_at=tomorrow)

    def test_rooms_of_the_court_in_use(self) -> None:
        case = CaseFactory(preparing=True)
        for room in (
            CourtroomFactory(court=CourtFactory()),
            CourtroomFactory(court=case.court, in_use=False),
        ):
            with pytest.raises(InvalidInput) as fault:
                schedule(case, room)
            assert "room" in fault.value.fields
        schedule(case, CourtroomFactory(court=case.court))

    def test_only_cases_that_are_under_way(self) -> None:
        with pytest.raises(CaseIsClosed):
            schedule(CaseFactory(closed=True))
        fresh = CaseFactory(assigned=True)
        with pytest.raises(InvalidInput):
            schedule(fresh, actor=judge_of(fresh))


class TestDoubleBooking:
    @pytest.mark.parametrize(
        ("shift", "minutes", "free"),
        [
            pytest.param(0, 120, False, id="the same time"),
            pytest.param(60, 120, False, id="begins before the first ends"),
            pytest.param(-60, 61, False, id="ends a minute after the first begins"),
            pytest.param(30, 30, False, id="inside"),
            pytest.param(-30, 240, False, id="around"),
            pytest.param(120, 60, True, id="right after"),
            pytest.param(-60, 60, True, id="right before"),
        ],
    )
    def test_of_a_room(self, shift: int, minutes: int, free: bool) -> None:
        case = CaseFactory(preparing=True)
        room = CourtroomFactory(court=case.court)
        schedule(case, room)
        other = CaseFactory(court=case.court, preparing=True)
        start = START + timedelta(minutes=shift)
        times = {"starts_at": start, "ends_at": start + timedelta(minutes=minutes)}
        if free:
            schedule(other, room, **times)
        else:
            with pytest.raises(services.RoomTaken):
                schedule(other, room, **times)
            schedule(other, CourtroomFactory(court=case.court), **times)
        assert Hearing.objects.count() == 2

    def test_of_a_person(self) -> None:
        case = CaseFactory(preparing=True)
        other = CaseFactory(court=case.court, preparing=True, judge=case.judge, division=case.division)
        schedule(case)
        with pytest.raises(services.PersonTaken, match=case.judge.name):
            schedule(other)
        assert Hearing.objects.count() == 1  # room and rest are free again
        schedule(other, starts_at=START + timedelta(hours=3))

    def test_the_database_itself_refuses(self) -> None:
        hearing = HearingFactory()
        again = HearingFactory(case__court=hearing.case.court)
        slot = NumericRange(*slots.slot(hearing.room_id, hearing.starts_at, hearing.ends_at))
        again.room_booking.delete()
        with pytest.raises(IntegrityError), transaction.atomic():
            RoomBooking.objects.create(hearing=again, slot=slot)
        booking = hearing.person_bookings.order_by("pk")[0]
        with pytest.raises(IntegrityError), transaction.atomic():
            PersonBooking.objects.create(hearing=again, person=booking.person, slot=booking.slot)


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_book_one_room_at_once_one_gets_it() -> None:
    court = CourtFactory()
    room = CourtroomFactory(court=court)
    cases = CaseFactory.create_batch(8, court=court, preparing=True)
    clerks = {case.pk: clerk_of(case) for case in cases}

    def book(case: Case) -> bool:
        try:
            schedule(case, room, clerks[case.pk])
        except services.RoomTaken:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as windows:
        assert sum(windows.map(book, cases)) == 1
    assert RoomBooking.objects.count() == Hearing.objects.count() == 1


class TestHold:
    def test_moves_the_case_once_the_time_has_come(self) -> None:
        hearing = HearingFactory()
        clerk = clerk_of(hearing.case)
        with pytest.raises(InvalidInput):
            services.hearing_hold(actor=clerk, hearing_id=hearing.pk, at=AT)
        later = hearing.ends_at
        stranger = actor_with(Role.CLERK, court=hearing.case.court)
        with pytest.raises(Hearing.DoesNotExist):
            services.hearing_hold(actor=stranger, hearing_id=hearing.pk, at=later)
        with pytest.raises(NotPermitted):
            services.hearing_hold(
                actor=actor_in(hearing.case, Role.PRESIDENT), hearing_id=hearing.pk, at=later
            )
        services.hearing_hold(actor=clerk, hearing_id=hearing.pk, at=later)
        hearing.case.refresh_from_db()
        assert hearing.case.stage == Stage.HEARING
        with pytest.raises(services.NotScheduled):
            services.hearing_hold(actor=clerk, hearing_id=hearing.pk, at=later)

    def test_a_pretrial_meeting_does_not(self) -> None:
        hearing = HearingFactory(kind=HearingKind.PRETRIAL.value)
        services.hearing_hold(actor=clerk_of(hearing.case), hearing_id=hearing.pk, at=hearing.ends_at)
        hearing.case.refresh_from_db()
        assert hearing.case.stage == Stage.PREPARING


class TestPostponeAndCancel:
    @pytest.mark.parametrize(("procedure", "allowed"), [("ORDINARY", 2), ("SIMPLIFIED", 1), ("SMALL", 1)])
    def test_no_more_often_than_allowed(self, procedure: str, allowed: int) -> None:
        case = CaseFactory(preparing=True, procedure=procedure)
        for n in range(allowed):
            hearing = schedule(case, starts_at=START + timedelta(days=n))
            services.hearing_postpone(actor=clerk_of(case), hearing_id=hearing.pk, reason="当事人生病", at=AT)
        hearing = schedule(case, starts_at=START + timedelta(days=9))
        with pytest.raises(Refused, match="上限"):
            services.hearing_postpone(actor=clerk_of(case), hearing_id=hearing.pk, reason="当事人生病", at=AT)
        assert entries("hearings.postponed") == allowed
        services.hearing_cancel(actor=clerk_of(case), hearing_id=hearing.pk, reason="当事人撤诉", at=AT)

    @pytest.mark.parametrize("service", [services.hearing_postpone, services.hearing_cancel])
    def test_frees_room_and_people_and_needs_a_reason(self, service: Any) -> None:
        hearing = HearingFactory()
        given = {"actor": clerk_of(hearing.case), "hearing_id": hearing.pk, "at": AT}
        with pytest.raises(InvalidInput):
            service(**given, reason=" ")
        with pytest.raises(NotPermitted):
            service(**given | {"actor": actor_in(hearing.case, Role.FILING_CLERK)}, reason="停电")
        service(**given, reason="停电")
        assert not RoomBooking.objects.exists()
        assert not PersonBooking.objects.exists()
        with pytest.raises(services.NotScheduled):
            service(**given, reason="停电")


class TestFollowing:
    def entry(self, case: Case, kind: str) -> Any:
        return Delivery(1, kind, AT, case.court_code, case.pk, case.number, None, "", {})

    def test_bookings_follow_the_team(self) -> None:
        hearing = HearingFactory(starts_at=AT + timedelta(days=3650))
        case = hearing.case
        left = case.team.get(role=TeamRole.PANEL_JUDGE, until=None)
        left.until = TODAY
        left.save(update_fields=["until"])
        newcomer = TeamMemberFactory(case=case, person=handling_post(case).person)
        for _twice in range(2):
            handlers.on_case_changed(self.entry(case, "cases.team-set"))
            booked = set(hearing.person_bookings.values_list("person_id", flat=True))
            assert newcomer.person_id in booked
            assert left.person_id not in booked
        assert not Notice.objects.exists()

    def test_a_newcomer_who_sits_elsewhere_is_told_about_and_not_booked_twice(self) -> None:
        start = AT + timedelta(days=3650)
        hearing = HearingFactory(starts_at=start)
        other = HearingFactory(case__court=hearing.case.court, starts_at=start)
        busy = other.case.judge
        TeamMemberFactory(case=hearing.case, person=busy)
        for _twice in range(2):
            handlers.on_case_changed(self.entry(hearing.case, "cases.judge-changed"))
        assert not hearing.person_bookings.filter(person=busy).exists()
        told = Notice.objects.filter(text__contains=busy.name)
        assert set(told.values_list("person_id", flat=True)) == {
            hearing.case.judge_id,
            hearing.case.clerk_id,
        }
        assert told.count() == 2

    def test_hearings_end_with_the_case(self) -> None:
        hearing = HearingFactory(starts_at=AT + timedelta(days=3650))
        case = hearing.case
        handlers.on_case_changed(self.entry(case, "cases.closed"))
        hearing.refresh_from_db()
        assert hearing.status == HearingStatus.SCHEDULED  # the case is open
        case.closed_on = TODAY
        case.save(update_fields=["closed_on"])
        for _twice in range(2):
            handlers.on_case_changed(self.entry(case, "cases.closed"))
        hearing.refresh_from_db()
        assert hearing.status == HearingStatus.CANCELLED
        assert not RoomBooking.objects.exists()
        assert entries("hearings.cancelled") == 1


class TestCourtrooms:
    def test_added_by_who_keeps_them_in_the_own_court(self) -> None:
        court = CourtFactory()
        with pytest.raises(NotPermitted):
            services.courtroom_add(
                actor=actor_with(Role.JUDGE, court=court), name="第一法庭", seats=20, at=AT
            )
        keeper = actor_with(Role.ADMINISTRATOR, court=court)
        room = services.courtroom_add(actor=keeper, name=" 第一法庭 ", seats=20, at=AT)
        assert (room.court_id, room.name) == (court.pk, "第一法庭")
        for name in ("第一法庭", " "):
            with pytest.raises(InvalidInput):
                services.courtroom_add(actor=keeper, name=name, seats=20, at=AT)
        assert entries("hearings.courtroom-added") == 1

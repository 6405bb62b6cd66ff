"""Pages of the hearing room, and who is turned away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from xiezhi.cases.models import Case
from xiezhi.cases.tests.factories import CaseFactory
from xiezhi.foundation.models import JournalEntry
from xiezhi.hearings.contracts import HearingStatus
from xiezhi.hearings.models import Courtroom, Hearing
from xiezhi.hearings.tests.factories import CourtroomFactory, HearingFactory
from xiezhi.identity.contracts import Role
from xiezhi.identity.models import Person
from xiezhi.identity.tests.factories import CourtFactory, PostFactory

pytestmark = pytest.mark.django_db


def client_of(person: Person | None) -> Client:
    assert person is not None
    client = Client()
    client.force_login(person.user)
    return client


def client_with(role: Role, court: Any) -> Client:
    return client_of(PostFactory(role=role.value, court=court).person)


def wanted(case: Case, room: Courtroom, **changes: str) -> dict[str, str]:
    day = timezone.localdate() + timedelta(days=10)
    return {
        "kind": "TRIAL",
        "minutes": "120",
        "room": str(room.pk),
        "on": day.strftime("%Y%m%d"),
        "begins": "0930",
    } | changes


class TestCalendar:
    def test_the_week_shows_rooms_and_hearings(self) -> None:
        hearing = HearingFactory(starts_at=timezone.now() + timedelta(days=1))
        page = client_of(hearing.case.judge).get(
            "/hearings/", {"week": timezone.localtime(hearing.starts_at).date().isoformat()}
        )
        assert f"/hearings/{hearing.pk}/" in page.content.decode()
        assert hearing.room.name in page.content.decode()

    def test_a_court_without_rooms_says_what_to_do(self) -> None:
        court = CourtFactory()
        page = client_with(Role.TRIAL_MANAGEMENT, court).get("/hearings/").content.decode()
        assert "本院还没有登记法庭" in page
        assert "添加法庭" in page

    def test_wrong_filters_are_left_out(self) -> None:
        client = client_with(Role.PRESIDENT, CourtFactory())
        assert client.get("/hearings/", {"week": "nonsense", "room": "x", "court": "冀9"}).status_code == 200

    def test_queries_do_not_grow_with_the_hearings(self, django_assert_max_num_queries: Any) -> None:
        first = HearingFactory(starts_at=timezone.now() + timedelta(days=1))
        client = client_with(Role.PRESIDENT, first.case.court)
        address = {"week": timezone.localtime(first.starts_at).date().isoformat()}
        client.get("/hearings/", address)
        with django_assert_max_num_queries(30) as few:
            client.get("/hearings/", address)
        for _n in range(5):
            HearingFactory(case__court=first.case.court, starts_at=first.starts_at)
        with django_assert_max_num_queries(30) as many:
            client.get("/hearings/", address)
        assert len(few) == len(many)


class TestSchedule:
    def test_a_hearing_is_booked(self) -> None:
        case = CaseFactory(preparing=True)
        room = CourtroomFactory(court=case.court)
        client = client_of(case.judge)
        url = f"/cases/{case.pk}/hearings/new/"
        assert "法庭和团队都有空的时间" in client.get(url).content.decode()
        answer = client.post(url, wanted(case, room))
        hearing = Hearing.objects.get()
        assert answer["Location"] == f"/hearings/{hearing.pk}/"
        assert timezone.localtime(hearing.starts_at).strftime("%H:%M") == "09:30"

    def test_a_clash_is_said_and_the_form_kept(self) -> None:
        case, other = CaseFactory(preparing=True), None
        room = CourtroomFactory(court=case.court)
        other = CaseFactory(preparing=True, court=case.court)
        assert (
            client_of(case.judge).post(f"/cases/{case.pk}/hearings/new/", wanted(case, room)).status_code
            == 302
        )
        answer = client_of(other.judge).post(
            f"/cases/{other.pk}/hearings/new/", wanted(other, room, begins="10:30")
        )
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "已有安排，请换一个时间或者法庭" in page
        assert "10:30" in page
        assert Hearing.objects.count() == 1

    def test_a_person_who_sits_elsewhere_is_named(self) -> None:
        case = CaseFactory(preparing=True)
        rooms = [CourtroomFactory(court=case.court), CourtroomFactory(court=case.court)]
        client = client_of(case.judge)
        url = f"/cases/{case.pk}/hearings/new/"
        client.post(url, wanted(case, rooms[0]))
        answer = client.post(url, wanted(case, rooms[1]))
        assert answer.status_code == 409
        assert case.judge is not None
        assert case.judge.name in answer.content.decode()

    def test_too_soon_and_unreadable_are_said_beside_the_fields(self) -> None:
        case = CaseFactory(preparing=True)
        room = CourtroomFactory(court=case.court)
        client = client_of(case.judge)
        url = f"/cases/{case.pk}/hearings/new/"
        tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
        soon = client.post(url, wanted(case, room, on=tomorrow))
        assert soon.status_code == 422
        assert "开庭三日前通知当事人" in soon.content.decode()
        wrong = client.post(url, wanted(case, room, begins="25:00"))
        assert wrong.status_code == 422
        assert "请按09:30的样子填写时间" in wrong.content.decode()
        assert not Hearing.objects.exists()

    def test_a_case_not_prepared_shows_why(self) -> None:
        case = CaseFactory(assigned=True)
        page = client_of(case.judge).get(f"/cases/{case.pk}/hearings/new/")
        assert page.status_code == 200
        assert "现在不能排期" in page.content.decode()

    @pytest.mark.parametrize(
        ("role", "status"), [(Role.PRESIDENT, 403), (Role.FILING_CLERK, 403), (Role.JUDGE, 404)]
    )
    def test_others_of_the_court_are_turned_away(self, role: Role, status: int) -> None:
        case = CaseFactory(preparing=True)
        room = CourtroomFactory(court=case.court)
        client = client_with(role, case.court)
        url = f"/cases/{case.pk}/hearings/new/"
        assert client.get(url).status_code == status
        assert client.post(url, wanted(case, room)).status_code == status
        assert not Hearing.objects.exists()

    def test_another_court_is_told_nothing(self) -> None:
        case = CaseFactory(preparing=True)
        client = client_with(Role.PRESIDENT, CourtFactory())
        assert client.get(f"/cases/{case.pk}/hearings/new/").status_code == 404


class TestDetail:
    def test_held_once_its_time_has_come(self) -> None:
        hearing = HearingFactory(starts_at=timezone.now() - timedelta(hours=1))
        client = client_of(hearing.case.judge)
        assert "登记已经开庭" in client.get(f"/hearings/{hearing.pk}/").content.decode()
        assert client.post(f"/hearings/{hearing.pk}/hold/").status_code == 302
        hearing.refresh_from_db()
        assert hearing.status == HearingStatus.HELD
        assert client.post(f"/hearings/{hearing.pk}/hold/").status_code == 409

    def test_before_its_time_it_says_so(self) -> None:
        hearing = HearingFactory(starts_at=timezone.now() + timedelta(days=3))
        page = client_of(hearing.case.judge).get(f"/hearings/{hearing.pk}/").content.decode()
        assert "开庭时间到了以后才能登记" in page

    def test_postponed_with_a_reason_leads_to_a_new_date(self) -> None:
        hearing = HearingFactory(starts_at=timezone.now() + timedelta(days=3))
        client = client_of(hearing.case.judge)
        empty = client.post(f"/hearings/{hearing.pk}/postpone/", {"postpone-reason": ""})
        assert empty.status_code == 422
        assert "原因：请填写。" in empty.content.decode()
        assert (
            client.post(f"/hearings/{hearing.pk}/postpone/", {"postpone-reason": "证人未到"}).status_code
            == 302
        )
        page = client.get(f"/hearings/{hearing.pk}/").content.decode()
        assert f"/cases/{hearing.case_id}/hearings/new/?replaces={hearing.pk}" in page
        again = client.post(f"/hearings/{hearing.pk}/postpone/", {"postpone-reason": "证人未到"})
        assert again.status_code == 409
        answer = client.post(
            f"/cases/{hearing.case_id}/hearings/new/",
            wanted(hearing.case, hearing.room, replaces=str(hearing.pk)),
        )
        assert answer.status_code == 302
        assert Hearing.objects.get(postpones=hearing).status == HearingStatus.SCHEDULED

    def test_cancelled(self) -> None:
        hearing = HearingFactory(starts_at=timezone.now() + timedelta(days=3))
        client = client_of(hearing.case.judge)
        assert client.post(f"/hearings/{hearing.pk}/cancel/", {"cancel-reason": "撤诉"}).status_code == 302
        hearing.refresh_from_db()
        assert hearing.status == HearingStatus.CANCELLED

    @pytest.mark.parametrize("act", ["hold", "postpone", "cancel"])
    def test_who_may_not_is_turned_away(self, act: str) -> None:
        hearing = HearingFactory(starts_at=timezone.now() - timedelta(hours=1))
        given = {f"{act}-reason": "理由"}
        president = client_with(Role.PRESIDENT, hearing.case.court)
        assert president.get(f"/hearings/{hearing.pk}/").status_code == 200
        assert president.post(f"/hearings/{hearing.pk}/{act}/", given).status_code == 403
        stranger = client_with(Role.PRESIDENT, CourtFactory())
        assert stranger.post(f"/hearings/{hearing.pk}/{act}/", given).status_code == 404
        assert stranger.get(f"/hearings/{hearing.pk}/").status_code == 404
        hearing.refresh_from_db()
        assert hearing.status == HearingStatus.SCHEDULED


class TestCourtrooms:
    def test_who_keeps_them_adds_one(self) -> None:
        court = CourtFactory()
        client = client_with(Role.TRIAL_MANAGEMENT, court)
        assert client.post("/hearings/courtrooms/", {"name": "第九法庭", "seats": "20"}).status_code == 302
        assert Courtroom.objects.get().court == court
        twice = client.post("/hearings/courtrooms/", {"name": "第九法庭", "seats": ""})
        assert twice.status_code == 422
        assert "本院已有同名法庭" in twice.content.decode()

    def test_others_see_and_may_not_add(self) -> None:
        court = CourtFactory()
        CourtroomFactory(court=court, name="第一法庭")
        client = client_with(Role.JUDGE, court)
        page = client.get("/hearings/courtrooms/").content.decode()
        assert "第一法庭" in page
        assert "法庭由审判管理部门或者系统管理员登记" in page
        assert client.post("/hearings/courtrooms/", {"name": "第二法庭"}).status_code == 403
        elsewhere = client_with(Role.JUDGE, CourtFactory())
        assert "第一法庭" not in elsewhere.get("/hearings/courtrooms/").content.decode()

    def test_a_room_is_renamed_and_taken_out_of_use(self) -> None:
        room = CourtroomFactory(name="第一法庭", seats=30)
        client = client_with(Role.TRIAL_MANAGEMENT, room.court)
        url = f"/hearings/courtrooms/{room.pk}/"
        assert "第一法庭" in client.get(url).content.decode()
        assert client.post(url, {"name": "第一审判庭", "seats": "40"}).status_code == 302
        room.refresh_from_db()
        assert (room.name, room.seats, room.in_use) == ("第一审判庭", 40, False)
        entry = JournalEntry.objects.get(kind="hearings.courtroom-changed")
        assert entry.text == "变更法庭第一审判庭：名称由第一法庭改为第一审判庭，旁听席位由30改为40，停用"

    def test_a_room_with_hearings_to_come_stays_in_use(self) -> None:
        hearing = HearingFactory(starts_at=timezone.now() + timedelta(days=3))
        room = hearing.room
        client = client_with(Role.TRIAL_MANAGEMENT, room.court)
        answer = client.post(f"/hearings/courtrooms/{room.pk}/", {"name": room.name, "seats": "30"})
        assert answer.status_code == 409
        assert "还有1次庭审没有进行" in answer.content.decode()
        room.refresh_from_db()
        assert room.in_use

    def test_only_who_keeps_the_rooms_of_the_court_changes_one(self) -> None:
        room = CourtroomFactory()
        url = f"/hearings/courtrooms/{room.pk}/"
        given = {"name": "别的名称", "seats": "1", "in_use": "on"}
        assert client_with(Role.JUDGE, room.court).post(url, given).status_code == 403
        assert client_with(Role.TRIAL_MANAGEMENT, CourtFactory()).post(url, given).status_code == 404
        assert Courtroom.objects.get().name == room.name

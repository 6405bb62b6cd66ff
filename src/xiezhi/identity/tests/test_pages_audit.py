"""The journal as auditors read it, settings, entries not delivered, notices."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from xiezhi.foundation import court_settings, journal, notices
from xiezhi.foundation.contracts import SYSTEM_ACTOR
from xiezhi.foundation.errors import NotPermitted
from xiezhi.foundation.models import CourtSetting, DeadLetter, JournalEntry, Notice
from xiezhi.foundation.tests.world import seal_all
from xiezhi.identity import events, selectors
from xiezhi.identity.contracts import Actor, Role
from xiezhi.identity.models import Post
from xiezhi.identity.selectors import JournalQuery
from xiezhi.identity.services import audit as services
from xiezhi.identity.tests import factories
from xiezhi.identity.tests.conftest import SignIn
from xiezhi.identity.tests.factories import TODAY, CourtFactory, PostFactory, actor_of, actor_with

pytestmark = pytest.mark.django_db

AT = factories.NOW


def note(actor: Any, court_code: str, name: str = "甲", **more: Any) -> int:
    event = events.PersonCreated(person_id=1, name=name, staff_number="1")
    with transaction.atomic():
        return journal.record(event, actor=actor, court_code=court_code, at=AT, **more)


def found(actor: Actor, **query: Any) -> list[int]:
    return [
        entry.pk for entry in selectors.journal_page(actor, JournalQuery(**query), today=timezone.localdate())
    ]


def test_an_auditor_reads_the_courts_in_reach() -> None:
    here, there = CourtFactory(code="冀0606"), CourtFactory(code="冀0602")
    first = note(SYSTEM_ACTOR, "冀0606")
    second = note(SYSTEM_ACTOR, "冀0602")
    system = note(SYSTEM_ACTOR, "")
    assert found(actor_with(Role.PRESIDENT, court=here)) == [first]
    assert found(actor_with(Role.INSPECTOR, court=there)) == [second]
    above = actor_with(Role.PRESIDENT, intermediate=True)
    assert found(above) == [system, second, first]
    assert found(above, court_code="冀0602") == [second]
    assert found(actor_with(Role.PRESIDENT, court=there), court_code="冀0606") == []
    for role in set(Role) - {Role.PRESIDENT, Role.INSPECTOR}:
        with pytest.raises(NotPermitted):
            found(actor_with(role, court=here))
    with pytest.raises(JournalEntry.DoesNotExist):
        selectors.journal_entry_get(actor_with(Role.PRESIDENT, court=here), second)


def test_the_journal_is_narrowed_by_kind_person_case_day_and_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    president = PostFactory(president=True, court=CourtFactory(code="冀0606"))
    actor = actor_of(president)
    judge = PostFactory(court=president.court)
    one = note(actor_of(judge), "冀0606", name="王敏")
    two = note(SYSTEM_ACTOR, "冀0606", case_id=77)
    assert found(actor, kind="identity") == [two, one]
    assert found(actor, kind="identity.person-created") == [two, one]
    assert found(actor, kind="cases") == []
    assert found(actor, person=judge.person.name) == [one]
    assert found(actor, person=judge.person.staff_number.lower()) == [one]
    assert found(actor, person="查无此人") == []
    assert found(actor, text="王敏") == [one]
    today = timezone.localdate()
    assert found(actor, since=today, until=today) == [two, one]
    assert found(actor, since=today + timedelta(days=1)) == []
    assert found(actor, until=today - timedelta(days=1)) == []

    monkeypatch.setattr(selectors.audit, "_case_lookups", [])
    assert found(actor, case="(2026)冀0606民初1号") == []
    asked: list[str] = []

    def lookup(_actor: Actor, number: str) -> int | None:
        asked.append(number)
        return 77

    selectors.add_case_lookup(lookup)
    assert found(actor, case="(2026)冀0606民初1号") == [two]
    assert asked == ["（2026）冀0606民初1号"]
    assert found(actor, case="不是案号") == []


def test_the_page_shows_pages_and_records_whose_doings_were_read(sign_in: SignIn) -> None:
    president = PostFactory(president=True)
    for n in range(60):
        note(SYSTEM_ACTOR, president.court.code, name=f"第{n}人")
    client = sign_in(president)
    url = reverse("identity:journal")
    page = client.get(url).content.decode()
    assert "第59人" in page
    assert "第1人" not in page
    assert 'rel="next"' in page
    client.get(url, {"person": president.person.name})
    entry = JournalEntry.objects.order_by("-pk")[0]
    assert entry.kind == "identity.journal-searched"
    assert president.person.name in entry.text
    assert "只查找最近 31 天" in client.get(url, {"q": "第3人"}).content.decode()
    assert client.get(url, {"since": "x", "kind": "nonsense"}).status_code == 200


def test_an_export_is_for_auditors_and_leaves_a_trace(sign_in: SignIn) -> None:
    president = PostFactory(president=True, court=CourtFactory(code="冀0606"))
    note(SYSTEM_ACTOR, "冀0606", name="本院")
    note(SYSTEM_ACTOR, "冀0602", name="外院")
    response = sign_in(president).get(reverse("identity:journal_export"))
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "本院" in text
    assert "外院" not in text
    assert JournalEntry.objects.order_by("-pk")[0].text == "导出审计日志1条（全部）"
    assert sign_in(PostFactory(administrator=True)).get(reverse("identity:journal_export")).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_an_entry_shows_whether_it_still_is_what_was_sealed(sign_in: SignIn) -> None:
    president = PostFactory(president=True)
    entry_id = note(SYSTEM_ACTOR, president.court.code)
    client = sign_in(president)
    url = reverse("identity:journal_entry", args=[entry_id])
    assert "等待封存" in client.get(url).content.decode()
    seal_all()
    with CaptureQueriesContext(connection):  # also while queries are watched
        assert "与封存时一致" in client.get(url).content.decode()

    verify = reverse("identity:journal_verify")
    assert client.get(verify).status_code == 405
    client.post(verify)
    page = client.get(reverse("identity:journal")).content.decode()
    assert "日志完整" in page
    assert JournalEntry.objects.get(kind="identity.journal-verified").payload["ok"] is True

    with connection.cursor() as cursor:  # someone with the keys to the database
        cursor.execute("set session_replication_role = replica")
        cursor.execute("update foundation_journalentry set text = '另一句话' where id = %s", [entry_id])
        cursor.execute("set session_replication_role = origin")
    assert "与封存时不一致" in client.get(url).content.decode()
    client.post(verify)
    page = client.get(reverse("identity:journal")).content.decode()
    assert f"记录{entry_id}的内容" in page
    assert sign_in(PostFactory(clerk=True)).post(verify).status_code == 403


# Settings


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> court_settings.Definition:
    monkeypatch.setattr(court_settings, "_definitions", {})
    court_settings.define(
        "test.fees",
        type=dict,
        default={},
        label="幅度内的标准",
        unit="元",
        keys=[("divorce", "离婚案件"), ("other", "其他非财产案件")],
    )
    court_settings.define("test.days", type=list, default=[15, 7, 3], label="提醒的天数", unit="天")
    court_settings.define("test.on", type=bool, default=True, label="是否自动提醒")
    return court_settings.define(
        "test.months",
        type=int,
        default=3,
        label="延长的月数",
        basis="民事诉讼法第一百五十二条",
        unit="个月",
        minimum=1,
        maximum=6,
    )


def change(client: Client, key: str, court: str = "冀0606", **form: Any) -> Any:
    values = {"valid_from": "20261201", "reason": "院务会决定"} | form
    return client.post(reverse("identity:setting", args=[court, key]), values)


@pytest.mark.usefixtures("setting", "frozen")
def test_an_administrator_changes_a_setting_from_a_day_on(sign_in: SignIn) -> None:
    admin = PostFactory(administrator=True, court=CourtFactory(code="冀0606"))
    client = sign_in(admin)
    assert "3个月" in client.get(reverse("identity:settings")).content.decode()
    for form, words in (
        ({"value": "9"}, "应当在1至6之间"),
        ({"value": "x"}, "输入整数"),
        ({"value": "4", "reason": ""}, "请填写理由"),
        ({"value": "4", "valid_from": "20261101"}, "不能改变过去"),
    ):
        response = change(client, "test.months", **form)
        assert response.status_code == 422, words
        assert words in response.content.decode(), words
    assert not CourtSetting.objects.exists()

    assert change(client, "test.months", value="4").status_code == 302
    assert court_settings.get("test.months", "冀0606", TODAY) == 3
    assert court_settings.get("test.months", "冀0606", date(2026, 12, 1)) == 4
    assert court_settings.get("test.months", "冀0602", date(2026, 12, 1)) == 3
    assert JournalEntry.objects.get().court_code == "冀0606"
    page = client.get(reverse("identity:setting", args=["冀0606", "test.months"])).content.decode()
    assert "院务会决定" in page
    assert "未生效" in page
    assert "2026-12-01</span> 起将改变" in client.get(reverse("identity:settings")).content.decode()

    assert change(client, "test.months", to_default="on", valid_from="20261215").status_code == 302
    assert court_settings.get("test.months", "冀0606", date(2026, 12, 15)) == 3


@pytest.mark.usefixtures("setting", "frozen")
def test_settings_of_several_values(sign_in: SignIn) -> None:
    client = sign_in(PostFactory(administrator=True, court=CourtFactory(code="冀0606")))
    page = client.get(reverse("identity:setting", args=["冀0606", "test.fees"])).content.decode()
    assert "离婚案件" in page
    assert change(client, "test.fees", **{"value-0": "200", "value-1": ""}).status_code == 302
    assert court_settings.get("test.fees", "冀0606", date(2026, 12, 1)) == {"divorce": "200"}
    assert change(client, "test.days", value="20、10，5").status_code == 302
    assert court_settings.get("test.days", "冀0606", date(2026, 12, 1)) == [20, 10, 5]
    assert change(client, "test.on", value="False").status_code == 302
    assert court_settings.get("test.on", "冀0606", date(2026, 12, 1)) is False
    assert Decimal(court_settings.get("test.fees", "冀0606", date(2026, 12, 1))["divorce"]) == 200


@pytest.mark.usefixtures("setting", "frozen")
def test_who_looks_at_and_who_changes_settings(sign_in: SignIn) -> None:
    here, there = CourtFactory(code="冀0606"), CourtFactory(code="冀0602")
    url = reverse("identity:setting", args=["冀0606", "test.months"])
    president = sign_in(PostFactory(president=True, court=here))
    assert president.get(url).status_code == 200
    assert "历次修改" in president.get(url).content.decode()
    assert change(president, "test.months", value="4").status_code == 403
    for post in (
        PostFactory(administrator=True, court=there),
        PostFactory(president=True, court=there),
    ):
        client = sign_in(post)
        assert client.get(url).status_code == 404
        assert change(client, "test.months", value="4").status_code == 404
        assert client.get(reverse("identity:settings"), {"court": "冀0606"}).status_code == 404
    assert sign_in(PostFactory(court=here)).get(url).status_code == 403
    above = sign_in(PostFactory(administrator=True, intermediate=True))
    assert change(above, "test.months", value="5").status_code == 302
    assert above.get(reverse("identity:setting", args=["冀0606", "no.such"])).status_code == 404
    with pytest.raises(NotPermitted):
        services.setting_change(
            actor=actor_with(Role.ADMINISTRATOR, court=there),
            court_code="冀0606",
            key="test.months",
            value=4,
            valid_from=date(2026, 12, 1),
            reason="x",
            at=AT,
        )


# Entries not delivered


def letter(court_code: str, entry_id: int = 1) -> DeadLetter:
    return DeadLetter.objects.create(
        subscriber="待办",
        entry_id=entry_id,
        entry_kind="cases.closed",
        court_code=court_code,
        error="KeyError: 'case_id'",
        tries=5,
        failed_at=datetime(2026, 11, 24, 1, tzinfo=UTC),
    )


def test_dead_letters_are_handled_by_the_court_they_concern(sign_in: SignIn) -> None:
    admin = PostFactory(administrator=True, court=CourtFactory(code="冀0606"))
    own, foreign, system = letter("冀0606", 1), letter("冀0602", 2), letter("", 3)
    client = sign_in(admin)
    page = client.get(reverse("identity:dead_letters")).content.decode()
    assert "第 1 号" in page
    assert "第 2 号" not in page
    assert "第 3 号" not in page
    for hidden in (foreign, system):
        assert client.get(reverse("identity:dead_letter", args=[hidden.pk])).status_code == 404
        assert client.post(reverse("identity:dead_letter_retry", args=[hidden.pk])).status_code == 404
        give_up = reverse("identity:dead_letter_give_up", args=[hidden.pk])
        assert client.post(give_up, {"reason": "x"}).status_code == 404
    assert "KeyError" in client.get(reverse("identity:dead_letter", args=[own.pk])).content.decode()

    above = sign_in(PostFactory(administrator=True, intermediate=True))
    assert above.get(reverse("identity:dead_letter", args=[system.pk])).status_code == 200
    assert (
        sign_in(PostFactory(president=True, court=admin.court))
        .get(reverse("identity:dead_letters"))
        .status_code
        == 403
    )

    client.post(reverse("identity:dead_letter_retry", args=[own.pk]))
    own.refresh_from_db()
    assert own.status == DeadLetter.Status.RETRY
    give_up = reverse("identity:dead_letter_give_up", args=[own.pk])
    assert client.post(give_up, {"reason": ""}).status_code == 422
    assert client.post(give_up, {"reason": "已人工补登"}).status_code == 302
    own.refresh_from_db()
    assert (own.status, own.note) == (DeadLetter.Status.GIVEN_UP, "已人工补登")
    assert client.post(give_up, {"reason": "再来一次"}).status_code == 409
    assert client.post(reverse("identity:dead_letter_retry", args=[own.pk])).status_code == 409
    kinds = set(JournalEntry.objects.values_list("kind", flat=True))
    assert kinds == {"foundation.dead-letter-retried", "foundation.dead-letter-given-up"}


# Notices


def test_notices_are_ones_own(sign_in: SignIn, frozen: time_machine.Traveller) -> None:
    mine, theirs = PostFactory(), PostFactory()
    first = notices.notify(mine.person_id, "案件已分给您", "/cases/1/", at=AT)
    notices.notify(mine.person_id, "申请已批准", at=AT)
    foreign = notices.notify(theirs.person_id, "与您无关", at=AT)
    client = sign_in(mine)
    page = client.get(reverse("identity:notices")).content.decode()
    assert "案件已分给您" in page
    assert "与您无关" not in page

    read = reverse("identity:notices_mark_read")
    response = client.post(read, {"notice": first.pk, "next": "/cases/1/"})
    assert response["Location"] == "/cases/1/"
    client.post(read, {"notice": foreign.pk})
    assert set(Notice.objects.filter(read_at=None).values_list("text", flat=True)) == {
        "申请已批准",
        "与您无关",
    }
    unread = client.get(reverse("identity:notices"), {"show": "unread"}).content.decode()
    assert "案件已分给您" not in unread
    client.post(read)
    assert notices.unread_count(mine.person_id) == 0
    assert notices.unread_count(theirs.person_id) == 1
    assert client.post(read, {"next": "//elsewhere.example"})["Location"] == reverse("identity:notices")


def test_posts_are_needed_for_notices() -> None:
    post = PostFactory(ended=True)
    client = Client()
    assert post.person.user is not None
    client.force_login(post.person.user)
    assert client.get(reverse("identity:notices")).status_code == 403
    assert Post.objects.count() == 1

"""A court's own values, from a day on, with their history."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from xiezhi.foundation import court_settings
from xiezhi.foundation.errors import InvalidInput
from xiezhi.foundation.models import CourtSetting, JournalEntry
from xiezhi.foundation.tests.world import AT, SOMEONE, TODAY

pytestmark = pytest.mark.django_db

COURT, OTHER = "冀0606", "冀0607"


@pytest.fixture(autouse=True)
def definitions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(court_settings, "_definitions", {})
    court_settings.define(
        "t.months",
        type=int,
        default=3,
        label="院长批准延长的月数",
        help="没有法定月数时采用",
        basis="民事诉讼法第一百五十二条",
        unit="个月",
        minimum=1,
        maximum=6,
    )
    court_settings.define("t.rate", type=Decimal, default=Decimal("0.5"), label="比例", minimum=Decimal(0))
    court_settings.define("t.open", type=bool, default=False, label="开放")
    court_settings.define("t.since", type=date, default=date(2026, 1, 1), label="起始日")
    court_settings.define(
        "t.mode", type=str, default="A", label="方式", choices=[("A", "随机"), ("B", "轮流")]
    )
    court_settings.define(
        "t.approvers", type=dict, default={}, label="审批人", choices={"PRESIDENT": "院长", "HEAD": "庭长"}
    )
    court_settings.define(
        "t.even", type=int, default=2, label="偶数", validate=lambda n: "应当是偶数。" if n % 2 else None
    )


def change(
    key: str, value: Any, *, since: date = TODAY, reason: str = "审判委员会决定", court: str = COURT
) -> CourtSetting:
    return court_settings.change(
        key=key, court_code=court, value=value, valid_from=since, reason=reason, actor=SOMEONE, at=AT
    )


def test_the_default_until_a_court_chooses() -> None:
    assert court_settings.get("t.months", COURT) == 3
    change("t.months", "4")
    assert court_settings.get("t.months", COURT, on=TODAY) == 4
    assert court_settings.get("t.months", OTHER, on=TODAY) == 3
    with pytest.raises(court_settings.UnknownSetting):
        court_settings.get("t.nothing", COURT)
    with pytest.raises(LookupError):
        change("t.nothing", 1)


def test_a_value_holds_from_its_day_and_the_past_stays() -> None:
    later = TODAY + timedelta(days=10)
    change("t.months", 4)
    change("t.months", 5, since=later)
    assert court_settings.get("t.months", COURT, on=TODAY - timedelta(days=1)) == 3
    assert court_settings.get("t.months", COURT, on=later - timedelta(days=1)) == 4
    assert court_settings.get("t.months", COURT, on=later) == 5
    change("t.months", None, since=later)
    assert court_settings.get("t.months", COURT, on=later) == 3
    assert [row.value for row in court_settings.history("t.months", COURT)] == [None, 5, 4]


def test_a_change_is_in_the_journal() -> None:
    change("t.months", 4)
    entry = JournalEntry.objects.get()
    assert entry.kind == "foundation.setting-changed"
    assert entry.text == (
        "法院参数“院长批准延长的月数”由3个月改为4个月，自2026年11月24日起，理由：审判委员会决定"
    )
    assert (entry.payload["before"], entry.payload["after"]) == (3, 4)
    assert entry.court_code == COURT


@pytest.mark.parametrize(
    ("key", "raw", "value"),
    [
        ("t.rate", "0.75", Decimal("0.75")),
        ("t.open", "on", True),
        ("t.open", "", False),
        ("t.open", True, True),
        ("t.since", "2026-02-03", date(2026, 2, 3)),
        ("t.since", date(2026, 2, 3), date(2026, 2, 3)),
        ("t.mode", "B", "B"),
        ("t.approvers", {"EXTENSION": "HEAD"}, {"EXTENSION": "HEAD"}),
        ("t.even", 4, 4),
    ],
)
def test_values_keep_their_type(key: str, raw: Any, value: Any) -> None:
    change(key, raw)
    found = court_settings.get(key, COURT, on=TODAY)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("key", "raw"),
    [
        ("t.months", "zwei"),
        ("t.months", "0"),
        ("t.months", 7),
        ("t.months", "3.5"),
        ("t.rate", "-1"),
        ("t.rate", "NaN"),
        ("t.since", "2026-13-01"),
        ("t.mode", "C"),
        ("t.approvers", {"EXTENSION": "NOBODY"}),
        ("t.approvers", "x"),
        ("t.even", 3),
    ],
)
def test_what_cannot_be_is_refused_beside_the_field(key: str, raw: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        change(key, raw)
    assert refused.value.fields["value"]
    assert not CourtSetting.objects.exists()
    assert not JournalEntry.objects.exists()


def test_no_change_of_the_past_and_none_without_reason() -> None:
    with pytest.raises(InvalidInput) as refused:
        change("t.months", 4, since=TODAY - timedelta(days=1))
    assert "valid_from" in refused.value.fields
    with pytest.raises(InvalidInput) as refused:
        change("t.months", 4, reason="  ")
    assert "reason" in refused.value.fields


def test_today_is_the_court_s_day() -> None:
    just_after_midnight = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)
    with pytest.raises(InvalidInput):
        court_settings.change(
            key="t.months",
            court_code=COURT,
            value=4,
            valid_from=TODAY,
            reason="理由",
            actor=SOMEONE,
            at=just_after_midnight,
        )


def test_the_settings_page_reads_all_at_once(django_assert_num_queries: Any) -> None:
    change("t.months", 4)
    change("t.months", 5, since=TODAY + timedelta(days=3))
    change("t.mode", "B")
    with django_assert_num_queries(1):
        rows = {row.definition.key: row for row in court_settings.all_of_court(COURT, on=TODAY)}
    assert len(rows) == 7
    assert (rows["t.months"].value, rows["t.months"].words, rows["t.months"].is_default) == (
        4,
        "4个月",
        False,
    )
    planned = rows["t.months"].planned
    assert planned is not None
    assert planned.value == 5
    assert rows["t.mode"].words == "轮流"
    assert rows["t.rate"].is_default
    assert rows["t.approvers"].definition.words({"EXTENSION": "HEAD"}) == "EXTENSION：庭长"

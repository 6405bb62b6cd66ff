"""Periods: the worked dates, every row of the table, service, appeal, and a count day by day."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from importlib import resources
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.law import period_inputs, periods
from xiezhi.law.calendar import CalendarNotLoaded
from xiezhi.law.periods import Bound, ElectronicDelivery, MonthEnd, ServiceMode
from xiezhi.law.tests import reference

_TEXT = (resources.files("xiezhi.law") / "tests/data/periods_examples.jsonl").read_text(encoding="utf-8")
EXAMPLES = [json.loads(line) for line in _TEXT.splitlines()]
CAREFUL = settings(deadline=None, database=None, max_examples=400)
EARLY = st.dates(date(2020, 1, 1), date(2025, 12, 31))


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize("row", EXAMPLES, ids=[row["description"] for row in EXAMPLES])
def test_worked_example(row: dict[str, Any]) -> None:
    result = period_inputs.from_mapping(row).result
    assert result.raw_last_day.isoformat() == row["raw_last_day"]
    assert result.last_day.isoformat() == row["last_day"]
    assert result.rolled is row["rolled"]


@pytest.mark.parametrize(
    ("trigger", "length", "unit", "rule", "last"),
    [
        pytest.param("2026-09-18", 15, "day", "civil", "2026-10-08", id="over the national holiday"),
        pytest.param("2026-01-30", 15, "day", "civil", "2026-02-14", id="a worked Saturday does not roll"),
        pytest.param("2025-01-18", 10, "day", "criminal", "2025-02-05", id="spring festival 2025"),
        pytest.param("2020-01-15", 10, "day", "civil", "2020-02-03", id="the lengthened festival of 2020"),
        pytest.param(
            "2024-01-31", 1, "month", "civil", "2024-02-29", id="no corresponding day in a leap year"
        ),
        pytest.param("2023-01-31", 1, "month", "civil", "2023-02-28", id="nor in another"),
        pytest.param("2023-08-31", 1, "month", "civil", "2023-10-07", id="30 September 2023 is a holiday"),
        pytest.param("2026-05-01", 1, "half_month", "criminal", "2026-05-18", id="half a month is 15 days"),
        pytest.param("2026-02-11", 7, "workday", "civil", "2026-02-27", id="seven working days"),
        pytest.param(
            "2026-10-09", 3, "day_before", "civil", "2026-10-06", id="three days before never rolls"
        ),
        pytest.param("2026-10-02", 1, "next_day", "civil", "2026-10-08", id="the next day rolls"),
        pytest.param("2026-09-20", 15, "day", "detention", "2026-10-05", id="custody never rolls"),
        pytest.param("2026-09-20", 15, "day", "administrative", "2026-10-08", id="administrative"),
    ],
)
def test_periods(trigger: str, length: int, unit: str, rule: str, last: str) -> None:
    assert periods.compute(day(trigger), length, unit, rule).last_day == day(last)


@CAREFUL
@given(
    trigger=EARLY,
    length=st.integers(1, 180),
    rule=st.sampled_from(["civil", "criminal", "administrative", "detention"]),
)
def test_days_against_a_walk(trigger: date, length: int, rule: str) -> None:
    result = periods.compute(trigger, length, "day", rule)
    raw = reference.days_after(trigger, length)
    assert result.raw_last_day == raw
    assert result.last_day == (raw if rule == "detention" else reference.rolled(raw))
    assert result.rolled is (result.last_day != raw)
    assert result.starts_on == trigger + timedelta(days=1)
    assert not result.provisional


@CAREFUL
@given(trigger=EARLY, months=st.integers(1, 11))
def test_months_against_a_walk(trigger: date, months: int) -> None:
    result = periods.compute(trigger, months, "month")
    assert result.raw_last_day == reference.months_after(trigger, months)
    assert result.last_day == reference.rolled(result.raw_last_day)


@CAREFUL
@given(trigger=st.dates(date(2020, 1, 1), date(2023, 12, 31)), years=st.integers(1, 3))
def test_years_against_a_walk(trigger: date, years: int) -> None:
    result = periods.compute(trigger, years, "year")
    assert result.raw_last_day == reference.months_after(trigger, 12 * years)


@CAREFUL
@given(trigger=EARLY, length=st.integers(1, 90))
def test_workdays_against_a_walk(trigger: date, length: int) -> None:
    assert periods.compute(trigger, length, "workday").last_day == reference.workdays_after(trigger, length)


@CAREFUL
@given(trigger=EARLY, length=st.integers(1, 200))
def test_a_longer_period_never_ends_sooner_and_never_on_a_day_off(trigger: date, length: int) -> None:
    shorter, longer = (periods.compute(trigger, n, "day") for n in (length, length + 1))
    assert shorter.last_day <= longer.last_day
    assert reference.works(shorter.last_day)


@CAREFUL
@given(
    moment=st.datetimes(datetime(2020, 1, 1), datetime(2026, 1, 1)),  # noqa: DTZ001
    hours=st.integers(1, 200),
)
def test_hours_begin_with_the_next_full_hour(moment: datetime, hours: int) -> None:
    ends = periods.hours_after(moment, hours)
    assert timedelta(hours=hours) < ends - moment <= timedelta(hours=hours + 1)
    assert (ends.minute, ends.second) == (0, 0)


def test_hours_need_a_moment_and_never_roll() -> None:
    with pytest.raises(periods.MomentNeeded):
        periods.compute(day("2026-02-13"), 48, "hour")
    result = periods.compute(datetime(2026, 2, 15, 9, 30), 48, "hour")  # noqa: DTZ001
    assert result.ends_at == datetime(2026, 2, 17, 10, 0)  # noqa: DTZ001
    assert not result.rolled


def test_month_end_is_a_parameter() -> None:
    start = day("2026-02-28")
    assert periods.compute(start, 1, "month").raw_last_day == day("2026-03-28")
    assert periods.compute(start, 1, "month", month_end=MonthEnd.LAST_DAY).raw_last_day == day("2026-03-31")


def test_unknown_words_and_lengths() -> None:
    for wrong in ((0, "day", "civil"), (1, "moon", "civil"), (1, "day", "canon")):
        with pytest.raises(ValueError, match="期间"):
            periods.compute(day("2026-01-01"), *wrong)
    with pytest.raises(periods.UnknownPeriod):
        periods.compute_named("nothing", day("2026-01-01"))


def test_an_unloaded_year_is_refused_or_marked() -> None:
    with pytest.raises(CalendarNotLoaded):
        periods.compute(day("2026-12-25"), 15, "day")
    marked = periods.compute(day("2026-12-25"), 15, "day", allow_unknown=True)
    assert (marked.last_day, marked.provisional) == (day("2027-01-11"), True)
    assert periods.compute(day("2026-12-25"), 15, "day", "detention").last_day == day("2027-01-09")


# Every row of the table: id, length, unit, rule, immutable.

TABLE = {
    "filing_civil": (7, "day"), "filing_payment_order": (5, "day"),
    "filing_admin": (7, "day"), "filing_private_pros": (15, "day"),
    "filing_public_pros": (7, "day"), "filing_third_revoke": (30, "day"), "filing_enf_action": (15, "day"),
    "filing_enforcement": (7, "day"), "filing_enf_objection": (3, "day"), "filing_2nd": (5, "day"),
    "filing_remand": (1, "next_day"), "supplement_restart": (None, "restart"),
    "transfer_to_division": (3, "day"), "serve_complaint": (5, "day"), "defence": (15, "day"),
    "serve_defence": (5, "day"), "jurisdiction_objection": (15, "day"), "defence_admin": (15, "day"),
    "panel_notice": (3, "day"), "evidence_ordinary": (15, "day_min"), "evidence_second_new": (10, "day_min"),
    "evidence_simplified": (15, "day_max"), "evidence_small": (7, "day_max_general"),
    "hearing_notice": (3, "day_before"), "hearing_notice_proc": (3, "day_before"), "recusal": (3, "day"),
    "judgment_on_spot": (10, "day"), "appeal_civil_judgment": (15, "day"), "appeal_civil_ruling": (10, "day"),
    "appeal_civil_foreign": (30, "day"), "appeal_criminal_judgment": (10, "day"),
    "appeal_criminal_ruling": (5, "day"), "victim_request_protest": (5, "day"),
    "appeal_admin_judgment": (15, "day"), "appeal_admin_ruling": (10, "day"), "appeal_copy": (5, "day"),
    "appeal_defence": (15, "day"), "appeal_files": (5, "day"), "retrial_apply": (6, "month"),
    "enforce_apply": (2, "year"), "announce_domestic": (30, "day"), "announce_foreign": (60, "day"),
    "mail_foreign": (3, "month"), "entrust_serve": (10, "day"), "third_revoke_apply": (6, "month"),
    "objection_action": (15, "day"), "enf_review_apply": (10, "day"), "pres_release_30": (30, "day"),
    "pres_renew_apply": (7, "day_before"), "relief_extend": (10, "day"), "mediation_pre": (30, "day"),
    "mediation_post_ord": (15, "day"), "mediation_post_simple": (7, "day"), "online_reply": (3, "day"),
    "judicial_confirm": (30, "day"), "fee_prepay": (7, "day"), "publish_judgment": (7, "workday"),
}  # fmt: skip


def test_the_table_is_whole() -> None:
    newest = {rule.id: periods.get_period(rule.id) for rule in periods.all_periods()}
    assert {key: (rule.length, rule.unit) for key, rule in newest.items()} == TABLE
    assert all(rule.source and rule.status for rule in newest.values())


@pytest.mark.parametrize("period_id", [key for key in TABLE if key != "supplement_restart"])
@pytest.mark.parametrize("trigger", ["2026-01-31", "2026-02-10", "2026-04-24", "2026-09-20"])
def test_named_periods_against_a_walk(period_id: str, trigger: str) -> None:
    length, unit = TABLE[period_id]
    assert length is not None
    if period_id == "enforce_apply":  # two years on, no calendar is loaded
        result = periods.compute_named(period_id, day(trigger), allow_unknown=True)
        assert result.raw_last_day == reference.months_after(day(trigger), 24)
        return
    walks = {
        "month": lambda: reference.rolled(reference.months_after(day(trigger), length)),
        "workday": lambda: reference.workdays_after(day(trigger), length),
        "day_before": lambda: day(trigger) - timedelta(days=length),
    }
    walk = walks.get(unit, lambda: reference.rolled(reference.days_after(day(trigger), length)))
    result = periods.compute_named(period_id, day(trigger), allow_unknown=True)
    if not result.provisional:
        assert result.last_day == walk()
    assert result.why[0].basis == periods.get_period(period_id, on=day(trigger)).source
    assert result.immutable is (period_id in {"retrial_apply", "third_revoke_apply"})


@pytest.mark.parametrize(
    ("period_id", "variant", "length", "source"),
    [
        ("defence", "foreign", 30, "民诉法285"),
        ("appeal_defence", "foreign", 30, "民诉法286"),
        ("judgment_on_spot", "criminal", 5, "刑诉解释302"),
        ("appeal_files", "criminal", 3, "刑诉法231"),
        ("relief_extend", "criminal", 5, "刑诉法106"),
    ],
)
def test_variants(period_id: str, variant: str, length: int, source: str) -> None:
    rule = periods.get_period(period_id, variant=variant)
    assert (rule.length, rule.source) == (length, source)
    result = periods.compute_named(period_id, day("2026-05-06"), variant=variant)
    assert result.raw_last_day == day("2026-05-06") + timedelta(days=length)


def test_what_a_court_may_set() -> None:
    start = day("2026-06-01")
    assert periods.compute_named("evidence_ordinary", start).bound is Bound.MIN
    assert periods.compute_named("evidence_ordinary", start, given_days=20).raw_last_day == day("2026-06-21")
    with pytest.raises(periods.PeriodTooShort):
        periods.compute_named("evidence_ordinary", start, given_days=14)
    with pytest.raises(periods.PeriodTooLong):
        periods.compute_named("evidence_simplified", start, given_days=16)
    with pytest.raises(periods.PeriodTooLong):
        periods.compute_named("evidence_small", start, given_days=8)
    longer = periods.compute_named("evidence_small", start, given_days=8, reason="证据在外地")
    assert longer.raw_last_day == day("2026-06-09")
    with pytest.raises(ValueError, match="不能另行指定"):
        periods.compute_named("defence", start, given_days=20)


def test_a_restart_runs_the_period_again() -> None:
    with pytest.raises(periods.BasePeriodNeeded):
        periods.compute_named("supplement_restart", day("2026-06-01"))
    again = periods.compute_named("supplement_restart", day("2026-06-01"), of="filing_civil")
    assert again.last_day == day("2026-06-08")
    assert again.why[0].basis == "民诉解释126；在线诉讼规则9"


def test_immutable_periods_are_not_extended() -> None:
    periods.require_extendable("enforce_apply")
    with pytest.raises(periods.PeriodIsImmutable):
        periods.require_extendable("retrial_apply")


def test_the_end_of_an_announcement_is_a_parameter() -> None:
    assert periods.compute_named("announce_domestic", day("2026-04-01")).last_day == day("2026-05-06")
    plain = periods.compute_named("announce_domestic", day("2026-04-01"), roll_announcement_end=False)
    assert plain.last_day == day("2026-05-01")


def test_posted_in_time_counts_on_the_postmark() -> None:
    last = day("2026-10-08")
    kept = periods.timeliness(last, posted_on=day("2026-10-08"), received_on=day("2026-10-12"))
    assert kept
    assert (kept.posted_on, kept.received_on) == (day("2026-10-08"), day("2026-10-12"))
    assert not periods.is_in_time(last, received_on=day("2026-10-12"))
    assert periods.is_in_time(last, received_on=last)
    with pytest.raises(periods.FilingDateNeeded):
        periods.timeliness(last)
    with pytest.raises(periods.FilingDateNeeded):
        periods.timeliness(last, posted_on=day("2026-10-09"), received_on=day("2026-10-08"))


@pytest.mark.parametrize(
    ("mode", "facts", "served"),
    [
        pytest.param("DIRECT", {"signed_on": "2026-03-02"}, "2026-03-02", id="signed for"),
        pytest.param("LEFT", {"left_on": "2026-03-02"}, "2026-03-02", id="left at the home"),
        pytest.param("FORWARDED", {"signed_on": "2026-03-02"}, "2026-03-02", id="forwarded"),
        pytest.param("POST", {"receipt_on": "2026-03-04"}, "2026-03-04", id="posted, received"),
        pytest.param(
            "POST", {"returned_on": "2026-03-09", "address_confirmed": True}, "2026-03-09", id="returned"
        ),
        pytest.param("POST", {"returned_on": "2026-03-09"}, None, id="returned from an unconfirmed address"),
        pytest.param("POST", {"posted_on": "2026-03-09", "foreign": True}, "2026-06-09", id="posted abroad"),
        pytest.param("ANNOUNCEMENT", {"announced_on": "2026-04-01"}, "2026-05-06", id="announced"),
        pytest.param(
            "ANNOUNCEMENT",
            {"announced_on": "2026-03-02", "foreign": True},
            "2026-05-06",
            id="announced abroad",
        ),
    ],
)
def test_day_of_service(mode: str, facts: dict[str, Any], served: str | None) -> None:
    given_facts = {k: day(v) if isinstance(v, str) else v for k, v in facts.items()}
    result = periods.service_date(mode, **given_facts)
    assert result.served_on == (day(served) if served else None)
    assert all(step.basis for step in result.why)


def test_service_without_its_fact_is_refused() -> None:
    for mode in ServiceMode:
        with pytest.raises(periods.ServiceFactMissing):
            periods.service_date(mode)


def test_electronic_service_counts_the_first_valid_delivery() -> None:
    sendings = [
        ElectronicDelivery(day("2026-03-05"), own_address=False, read_on=day("2026-03-06")),
        ElectronicDelivery(day("2026-03-07")),
    ]
    served = periods.service_date("ELECTRONIC", electronic=sendings).served_on
    assert served == day("2026-03-06")
    rebutted = [
        ElectronicDelivery(day("2026-03-05"), own_address=False, read_on=day("2026-03-06"), rebutted=True)
    ]
    assert periods.service_date("ELECTRONIC", electronic=rebutted).served_on is None
    assert periods.service_date("ELECTRONIC", electronic=sendings, consented=False).served_on is None
    proven = [ElectronicDelivery(day("2026-03-05"), proven_on=day("2026-03-08"))]
    assert periods.service_date("ELECTRONIC", electronic=proven).served_on == day("2026-03-08")


def test_each_party_has_its_own_appeal_period() -> None:
    served = {"甲": day("2026-09-01"), "乙": day("2026-09-20")}
    result = periods.appeal_deadlines("JUDGMENT", "CIVIL", served)
    assert result.by_party["甲"].last_day == day("2026-09-16")
    assert result.by_party["乙"].last_day == day("2026-10-08")
    assert result.last_day == day("2026-10-08")
    assert result.effective_on == day("2026-10-09")
    open_still = periods.appeal_deadlines("JUDGMENT", "CIVIL", {**served, "丙": None})
    assert (open_still.effective_on, open_still.not_served) == (None, ("丙",))
    abroad = periods.appeal_deadlines("RULING", "CIVIL", {"丁": day("2026-06-01")}, foreign=["丁"])
    assert abroad.last_day == day("2026-07-01")
    for wrong in (("LETTER", "CIVIL"), ("RULING", "CANON")):
        with pytest.raises(ValueError, match=r"只有|不认识"):
            periods.appeal_deadlines(*wrong, served)


# Inputs as plain values


@pytest.mark.parametrize(
    ("data", "last"),
    [
        pytest.param(
            {"trigger_date": "2026-09-20", "length": 15, "unit": "day"}, "2026-10-08", id="civil is meant"
        ),
        pytest.param(
            {"trigger_date": "20260920", "length": "15", "unit": "days", "rule": "detention"},
            "2026-10-05",
            id="spellings",
        ),
        pytest.param(
            {"id": "appeal_civil_judgment", "trigger_date": "2026年9月20日"}, "2026-10-08", id="by id"
        ),
        pytest.param(
            {"period": "appeal_criminal_judgment", "trigger": "2026-04-24", "rule": "detention"},
            "2026-05-04",
            id="a named period under another rule",
        ),
        pytest.param(
            {"id": "row 7", "length": 10, "unit": "day", "trigger_date": "2026-04-24", "rule": "criminal"},
            "2026-05-06",
            id="a row label is no period",
        ),
        pytest.param(
            {"id": "defence", "variant": "foreign", "trigger_on": "2026-05-06"}, "2026-06-05", id="a variant"
        ),
        pytest.param(
            {"id": "evidence_ordinary", "length": 20, "unit": "day_min", "trigger_date": "2026-06-01"},
            "2026-06-22",
            id="what the court set",
        ),
        pytest.param(
            {"id": "announce_domestic", "trigger_date": "2026-04-01", "roll": False},
            "2026-05-01",
            id="unrolled",
        ),
        pytest.param(
            {"id": "defence", "trigger_date": "2026-09-20", "roll": False}, "2026-10-05", id="unrolled, named"
        ),
        pytest.param(
            {"id": "supplement_restart", "of": "filing_civil", "trigger_date": "2026-06-01"},
            "2026-06-08",
            id="restart",
        ),
        pytest.param(
            {"trigger_date": "2026-02-13T22:10:00", "length": 24, "unit": "hour"}, "2026-02-14", id="hours"
        ),
        pytest.param(
            {"trigger_date": "2026-02-13T22:10:00Z", "length": 24, "unit": "hour"}, "2026-02-15", id="zone"
        ),
        pytest.param(
            {"trigger_date": "2026-05-31", "length": 7, "unit": "day_max_general"}, "2026-06-08", id="a bound"
        ),
    ],
)
def test_inputs(data: dict[str, Any], last: str) -> None:
    assert period_inputs.from_mapping(data).result.last_day == day(last)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"trigger_date": "2026-02-30", "length": 1, "unit": "day"},
        {"trigger_date": "tomorrow", "length": 1, "unit": "day"},
        {"trigger_date": 20260101, "length": 1, "unit": "day"},
        {"trigger_date": "2026-01-01", "length": 0, "unit": "day"},
        {"trigger_date": "2026-01-01", "length": 1.5, "unit": "day"},
        {"trigger_date": "2026-01-01", "length": True, "unit": "day"},
        {"trigger_date": "2026-01-01", "unit": "day"},
        {"trigger_date": "2026-01-01", "length": 1},
        {"trigger_date": "2026-01-01", "length": 1, "unit": "moon"},
        {"trigger_date": "2026-01-01", "length": 1, "unit": "day", "rule": "canon"},
        {"trigger_date": "2026-01-01", "length": 1, "unit": "day", "weather": "fine"},
        {"trigger_date": "2026-01-01", "length": 1, "unit": "day", "roll": "no"},
        {"trigger_date": "2026-01-01", "length": 1, "unit": "month", "month_end": "NEVER"},
        {"trigger_date": "9999-01-01", "length": 99999, "unit": "day", "rule": "detention"},
        {"trigger_date": "2026-01-01", "length": 99999, "unit": "month", "rule": "detention"},
        {"trigger_date": "2026-01-01", "length": 99999, "unit": "year", "rule": "detention"},
        {"period": "defence", "length": 20, "trigger_date": "2026-01-01"},
        {"period": "nothing", "trigger_date": "2026-01-01"},
    ],
    ids=str,
)
def test_bad_inputs_are_refused(data: dict[str, Any]) -> None:
    with pytest.raises((ValueError, LookupError)):
        period_inputs.from_mapping(data)


def test_posting_is_judged_with_the_period() -> None:
    asked = {"id": "appeal_civil_judgment", "trigger_date": "2026-09-20", "received_on": "2026-10-12"}
    late = period_inputs.from_mapping(asked).timeliness
    kept = period_inputs.from_mapping({**asked, "posted_on": "2026-10-08"}).timeliness
    assert late is not None
    assert not late.in_time
    assert kept is not None
    assert kept.in_time

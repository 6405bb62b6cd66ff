"""Limits: every row, what stops and lengthens them, and a count day by day over random histories."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.law import limits
from xiezhi.law.limits import (
    Conversion,
    Event,
    Exclusion,
    ExclusionBounds,
    Extension,
    Length,
    LimitPolicy,
    LimitStatus,
    Restart,
    Suspension,
)
from xiezhi.law.tests import reference


def day(text: str) -> date:
    return date.fromisoformat(text)


# id: (length, extensions as step -> length or words)
TABLE: dict[str, tuple[str, dict[int, str]]] = {
    "civ_1_ordinary": ("6个月", {1: "+6个月", 2: "?3个月"}),
    "civ_1_simplified": ("3个月", {1: "+1个月"}),
    "civ_1_small": ("2个月", {1: "+1个月"}),
    "civ_convert": ("6个月", {1: "+6个月"}),
    "civ_2_judgment": ("3个月", {1: "?3个月"}),
    "civ_2_ruling": ("30日", {1: "?"}),
    "civ_special": ("30日", {1: "?30日"}),
    "civ_voter": ("", {}),
    "civ_missing": ("30日", {}),
    "civ_death": ("30日", {}),
    "civ_ship": ("12个月", {1: "+6个月"}),
    "civ_foreign": ("", {}),
    "civ_retrial_review": ("3个月", {1: "?"}),
    "civ_retrial": ("", {}),
    "civ_procuratorate_protest": ("30日", {}),
    "civ_proc_suggestion": ("3个月", {}),
    "civ_payment_accept": ("5日", {}),
    "civ_payment_issue": ("15日", {}),
    "civ_summons_announce": ("60日", {}),
    "civ_sanction_review": ("5日", {}),
    "pres_pre": ("48小时", {}),
    "pres_in": ("5日", {}),
    "pres_review": ("10日", {}),
    "pres_release": ("5日", {}),
    "dv_order": ("72小时", {}),
    "crim_1": ("2个月", {0: "=3个月", 1: "+3个月", 2: "1-3"}),
    "crim_1_private_detained": ("2个月", {0: "=3个月"}),
    "crim_1_private_free": ("6个月", {}),
    "crim_simple": ("20日", {1: "=1个月15日"}),
    "crim_fast": ("10日", {1: "=15日"}),
    "crim_2": ("2个月", {1: "+2个月", 2: "?"}),
    "crim_retrial": ("3个月", {1: "=6个月"}),
    "crim_appeal_review": ("3个月", {1: "=6个月"}),
    "crim_commute": ("1个月", {1: "+1个月"}),
    "crim_convert": ("", {}),
    "crim_remand": ("", {}),
    "crim_confiscation": ("", {}),
    "crim_compulsory_med": ("1个月", {}),
    "adm_1": ("6个月", {1: "?"}),
    "adm_1_simple": ("45日", {}),
    "adm_2": ("3个月", {1: "?"}),
    "adm_retrial_review": ("6个月", {1: "?"}),
    "adm_nonlit_review": ("7日", {1: "=30日"}),
    "adm_nonlit_file": ("5日", {}),
    "comp_self": ("2个月", {}),
    "comp_committee": ("3个月", {1: "+3个月"}),
    "comp_supervision": ("3个月", {1: "=6个月", 2: "?"}),
    "comp_redo": ("2个月", {}),
    "enf_main": ("6个月", {1: "+3个月", 2: "?"}),
    "enf_nonlit": ("3个月", {1: "+3个月"}),
    "enf_objection": ("15日", {}),
    "enf_third_objection": ("15日", {}),
    "enf_reconsider": ("30日", {1: "+30日"}),
    "enf_entrust": ("30日", {}),
    "enf_fine": ("3个月", {1: "=6个月"}),
}


def _said(rule: limits.ExtensionRule) -> str:
    if rule.months_between:
        return f"{rule.months_between[0]}-{rule.months_between[1]}"
    if rule.add:
        return f"+{rule.add}"
    if rule.to_total:
        return f"={rule.to_total}"
    return f"?{rule.suggested or ''}"


def test_the_table_is_whole() -> None:
    rules = {rule.id: rule for rule in limits.all_rules()}
    found = {
        key: (rule.length_text, {e.step: _said(e) for e in rule.extensions}) for key, rule in rules.items()
    }
    assert found == TABLE
    assert all(rule.source and rule.status for rule in rules.values())


PLAIN = [key for key, (length, _) in TABLE.items() if length and "小时" not in length]


@pytest.mark.parametrize("rule_id", [key for key in PLAIN if key != "civ_summons_announce"])
@pytest.mark.parametrize("docketed", ["2024-01-31", "2024-02-29", "2025-08-31", "2025-11-30", "2026-01-15"])
def test_every_limit_without_events(rule_id: str, docketed: str) -> None:
    rule = limits.get_rule(rule_id)
    result = limits.compute(rule_id, day(docketed))
    raw = reference.months_after(day(docketed), rule.length.months)
    raw = reference.days_after(raw, rule.length.days)
    assert result.warn_on == raw
    rolls = rule.in_custody is False if rule.group == "criminal" else True
    assert result.due_on == (reference.rolled(raw) if rolls and raw.year <= 2026 else raw)
    assert result.status is LimitStatus.RUNNING
    assert result.why
    assert result.why[0].basis.startswith(rule.source)


@pytest.mark.parametrize(
    ("rule_id", "docketed", "events", "due"),
    [
        pytest.param("civ_1_simplified", "2026-01-15", [], "2026-04-15", id="three months"),
        pytest.param("civ_1_ordinary", "2025-08-31", [], "2026-02-28", id="no 31st: the last day"),
        pytest.param(
            "civ_1_ordinary",
            "2026-01-15",
            [Exclusion("APPRAISAL", day("2026-02-01"), day("2026-02-11"))],
            "2026-07-27",
            id="ten days, 25 July is a Saturday",
        ),
        pytest.param(
            "civ_1_ordinary",
            "2026-01-15",
            [
                Exclusion("APPRAISAL", day("2026-02-01"), day("2026-02-11")),
                Exclusion("ANNOUNCEMENT", day("2026-02-06"), day("2026-02-16")),
            ],
            "2026-07-30",
            id="overlap counts once",
        ),
        pytest.param(
            "civ_1_ordinary",
            "2026-01-15",
            [Exclusion("APPRAISAL", day("2026-07-20"), day("2026-08-20"))],
            "2026-07-15",
            id="too late to help",
        ),
        pytest.param(
            "civ_1_ordinary",
            "2026-01-15",
            [Suspension(day("2026-02-01"), day("2026-03-03"))],
            "2026-08-14",
            id="suspension of thirty days",
        ),
        pytest.param("civ_1_ordinary", "2026-01-15", [Extension(1)], "2027-01-15", id="half a year more"),
        pytest.param(
            "civ_1_simplified", "2026-01-15", [Extension(1)], "2026-05-15", id="four months at the most"
        ),
        pytest.param(
            "civ_1_simplified",
            "2026-01-15",
            [Conversion("civ_1_ordinary", day("2026-03-20"))],
            "2026-07-15",
            id="civil conversion goes on from the docketing",
        ),
        pytest.param(
            "crim_simple",
            "2026-03-02",
            [Conversion("crim_1", day("2026-03-16"))],
            "2026-05-16",
            id="criminal conversion starts again",
        ),
        pytest.param(
            "crim_1",
            "2026-03-02",
            [Restart("REMAND", day("2026-06-01"))],
            "2026-08-01",
            id="remand starts again",
        ),
        pytest.param("crim_1", "2026-03-02", [Extension(0)], "2026-06-02", id="at most three months"),
        pytest.param("crim_1", "2026-03-02", [Extension(1)], "2026-09-02", id="three and three months"),
        pytest.param(
            "crim_1", "2026-03-02", [Extension(1), Extension(2, months=2)], "2026-11-02", id="and two more"
        ),
        pytest.param("crim_fast", "2026-03-02", [Extension(1)], "2026-03-17", id="fifteen days in all"),
        pytest.param(
            "civ_1_ordinary",
            "2026-01-15",
            [Exclusion("NEW_EVIDENCE", day("2026-02-01"), day("2026-06-01"))],
            "2026-08-12",
            id="one month of it at most",
        ),
    ],
)
def test_histories(rule_id: str, docketed: str, events: list[Event], due: str) -> None:
    assert limits.compute(rule_id, day(docketed), events=events).due_on == day(due)


SPANS = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 90)).map(lambda t: (t[0], t[0] + t[1])), max_size=6
)


@settings(deadline=None, database=None, max_examples=300)
@given(
    docketed=st.dates(date(2020, 1, 1), date(2024, 6, 1)),
    spans=SPANS,
    extended=st.booleans(),
    rule_id=st.sampled_from(["civ_1_ordinary", "civ_1_simplified", "civ_1_small", "civ_special", "enf_main"]),
)
def test_against_a_count_day_by_day(
    docketed: date, spans: list[tuple[int, int]], extended: bool, rule_id: str
) -> None:
    rule = limits.get_rule(rule_id)
    pauses = [(docketed + timedelta(days=a), docketed + timedelta(days=b)) for a, b in spans]
    events: list[Event] = [Exclusion("ANNOUNCEMENT", since, until) for since, until in pauses]
    total = rule.length
    if extended:
        first = rule.extension(1)
        assert first is not None
        events.append(Extension(1))
        total += first.add or first.suggested or Length()
    nominal = reference.days_after(reference.months_after(docketed, total.months), total.days)
    expected = reference.limit_ends(docketed, (nominal - docketed).days, pauses)
    random.Random(len(spans)).shuffle(events)
    result = limits.compute(rule_id, docketed, events=events)
    assert result.warn_on == expected
    if expected < date(2026, 12, 1):
        assert result.due_on == reference.rolled(expected)
    assert result.excluded_days == (expected - nominal).days
    assert result.counted_days(expected) == result.total_days


@settings(deadline=None, database=None, max_examples=200)
@given(docketed=st.dates(date(2020, 1, 1), date(2025, 1, 1)), spans=SPANS, more=st.integers(0, 30))
def test_longer_exclusions_never_shorten(docketed: date, spans: list[tuple[int, int]], more: int) -> None:
    def due(extra: int) -> date:
        events = [
            Exclusion("APPRAISAL", docketed + timedelta(days=a), docketed + timedelta(days=b + extra))
            for a, b in spans
        ]
        result = limits.compute("civ_1_ordinary", docketed, events=events)
        assert result.warn_on is not None
        return result.warn_on

    assert due(0) <= due(more)


def test_which_ends_of_an_exclusion_count_is_a_parameter() -> None:
    event = [Exclusion("APPRAISAL", day("2026-02-01"), day("2026-02-11"))]
    days = {
        bounds: limits.compute("civ_1_ordinary", day("2026-01-15"), events=event, exclusion_bounds=bounds)
        for bounds in ExclusionBounds
    }
    assert {b.name: r.excluded_days for b, r in days.items()} == {
        "UNTIL_NOT_SINCE": 10,
        "SINCE_NOT_UNTIL": 10,
        "BOTH": 11,
        "NEITHER": 9,
    }


def test_a_stopped_clock_has_no_last_day_but_days_that_remain() -> None:
    result = limits.compute("civ_1_ordinary", day("2026-01-15"), events=[Suspension(day("2026-02-01"))])
    assert (result.status, result.due_on) == (LimitStatus.STOPPED, None)
    assert result.stopped_since == day("2026-02-02")
    assert result.remaining_days == result.total_days - 17
    assert any("停止计算" in step.text for step in result.why)


@pytest.mark.parametrize(
    ("rule_id", "event", "fact"),
    [
        ("civ_1_ordinary", Exclusion("PSYCHIATRIC", day("2026-02-01")), limits.ReasonNotAllowed),
        ("civ_retrial_review", Exclusion("APPRAISAL", day("2026-02-01")), limits.ReasonNotAllowed),
        ("adm_1_simple", Extension(1), limits.NoSuchExtension),
        ("civ_1_ordinary", Extension(2), limits.ExtensionOutOfOrder),
        ("civ_1_simplified", Extension(1, months=2), limits.ExtensionTooLong),
        ("civ_2_ruling", Extension(1), limits.ExtensionLengthUnknown),
        ("civ_1_simplified", Extension(1, approved_on=day("2026-04-16")), limits.ExtensionTooLate),
        ("civ_1_ordinary", Conversion("civ_1_small", day("2026-02-01")), limits.ConversionNotAllowed),
        ("civ_1_simplified", Conversion("civ_1_ordinary", day("2026-04-16")), limits.ConversionTooLate),
        ("crim_1", Restart("WHIM", day("2026-02-01")), limits.RestartNotAllowed),
        ("dv_order", Suspension(day("2026-02-01")), limits.ReasonNotAllowed),
    ],
)
def test_what_the_law_does_not_allow(rule_id: str, event: Event, fact: type[limits.LimitFault]) -> None:
    with pytest.raises(fact):
        limits.compute(rule_id, day("2026-01-15"), events=[event])
    lenient = limits.compute(rule_id, day("2026-01-15"), events=[event], strict=False)
    assert lenient.problems[0].code == fact.__name__
    assert lenient.due_on == limits.compute(rule_id, day("2026-01-15")).due_on


def test_the_same_extension_is_granted_once() -> None:
    with pytest.raises(limits.ExtensionRepeated):
        limits.compute("civ_1_simplified", day("2026-01-15"), events=[Extension(1), Extension(1)])


def test_events_run_forwards() -> None:
    with pytest.raises(limits.EventIsBackwards):
        Exclusion("APPRAISAL", day("2026-02-02"), day("2026-02-01"))
    with pytest.raises(limits.EventIsBackwards):
        Suspension(day("2026-02-02"), day("2026-02-01"))


def test_custody_never_rolls() -> None:
    # 2 January 2026 and two months: 2 March; three weeks of custody end on a Saturday.
    free = limits.compute("crim_1", day("2026-03-16"), in_custody=False)
    held = limits.compute("crim_1", day("2026-03-16"), in_custody=True)
    assert held.due_on == day("2026-05-16")
    assert free.due_on == day("2026-05-18")
    assert limits.compute("crim_1", day("2026-03-16")).due_on == held.due_on


def test_limits_in_hours() -> None:
    moment = datetime(2026, 2, 13, 9, 30)  # noqa: DTZ001
    assert limits.compute("pres_pre", moment).due_at == datetime(2026, 2, 15, 10, 0)  # noqa: DTZ001
    assert limits.compute("dv_order", moment, variant="urgent").due_at == datetime(2026, 2, 14, 10)  # noqa: DTZ001
    assert limits.compute("pres_in", moment, variant="urgent").due_at == datetime(2026, 2, 15, 10)  # noqa: DTZ001
    only_day = limits.compute("pres_pre", day("2026-02-13"))
    assert (only_day.due_at, only_day.due_on) == (None, day("2026-02-15"))


@pytest.mark.parametrize(
    ("rule_id", "more", "status", "due"),
    [
        ("civ_foreign", {}, LimitStatus.NO_LIMIT, None),
        ("civ_retrial", {}, LimitStatus.RULE_NEEDED, None),
        ("civ_retrial", {"applies_rule": "civ_2_judgment"}, LimitStatus.RUNNING, "2026-04-15"),
        ("crim_convert", {}, LimitStatus.RULE_NEEDED, None),
        ("crim_remand", {"applies_rule": "crim_1"}, LimitStatus.RUNNING, "2026-03-15"),
        ("civ_voter", {}, LimitStatus.DATE_NEEDED, None),
        ("civ_voter", {"election_on": date(2026, 3, 1)}, LimitStatus.RUNNING, "2026-02-28"),
        ("civ_summons_announce", {}, LimitStatus.MINIMUM, "2026-03-16"),
        (
            "civ_summons_announce",
            {"payment_on": date(2026, 4, 1)},
            LimitStatus.MINIMUM,
            "2026-04-16",
        ),
    ],
)
def test_limits_without_a_length_of_their_own(
    rule_id: str, more: dict[str, Any], status: LimitStatus, due: str | None
) -> None:
    result = limits.compute(rule_id, day("2026-01-15"), **more)
    assert (result.status, result.due_on) == (status, day(due) if due else None)
    assert result.why


def test_unknown_ids() -> None:
    for call in (lambda: limits.get_rule("x"), lambda: limits.get_rule("crim_1", variant="x")):
        with pytest.raises(limits.UnknownLimit):
            call()


def test_a_court_may_set_what_the_law_leaves_open() -> None:
    policy = LimitPolicy(
        roll=False,
        unstated_lengths={("civ_2_ruling", 1): Length(days=15)},
        extra_reasons=frozenset({"PSYCHIATRIC"}),
    )
    result = limits.compute("civ_2_ruling", day("2026-01-15"), events=[Extension(1)], policy=policy)
    assert result.due_on == day("2026-03-01")  # a Sunday, and not rolled
    assert "PSYCHIATRIC" in {r.code for r in limits.exclusion_reasons("civ_2_ruling", policy=policy)}
    assert "PSYCHIATRIC" not in {r.code for r in limits.exclusion_reasons("civ_2_ruling")}


def test_an_unloaded_year_is_told() -> None:
    result = limits.compute("civ_1_ordinary", day("2026-07-31"))
    assert (result.calendar_known, result.due_on) == (False, day("2027-01-31"))
    assert any("尚未录入" in step.text for step in result.why)


def test_extensions_that_are_open_and_until_when() -> None:
    (first,) = limits.extension_options("civ_1_ordinary")
    assert (first.step, first.approver_code, first.length) == (1, "COURT_PRESIDENT", Length(6))
    assert (first.apply_before_days, first.decide_before_days) == (15, 5)
    (second,) = limits.extension_options("civ_1_ordinary", (1,))
    assert (second.step, second.approver_code) == (2, "UPPER_COURT")
    assert not limits.extension_options("civ_1_ordinary", (1, 2))
    assert not limits.extension_options("adm_1_simple")
    due = day("2026-07-15")
    assert limits.latest_application_on(due, "民事") == day("2026-06-30")
    assert limits.latest_application_on(due, "adm_1") == day("2026-07-05")
    assert limits.latest_decision_on(due, "criminal") == day("2026-07-10")
    assert limits.latest_application_on(due, "执行") == day("2026-07-10")
    assert limits.latest_decision_on(due, "执行") is None
    assert limits.latest_application_on(due, "保全") is None


def test_why_names_every_event_with_its_article() -> None:
    events: list[Event] = [
        Exclusion("APPRAISAL", day("2026-02-01"), day("2026-02-11"), basis="鉴定委托书"),
        Extension(1, approver="院长", approved_on=day("2026-06-20"), basis="审批表"),
    ]
    result = limits.compute("civ_1_ordinary", day("2026-01-15"), events=events)
    text = "\n".join(f"{step.text}〔{step.basis}〕" for step in result.why)
    for words in ("审限6个月", "鉴定期间", "民诉解释243", "鉴定委托书", "第 1 次延长", "审批表", "民诉法152"):
        assert words in text


@pytest.mark.parametrize(
    ("rule_id", "step", "text"),
    [
        ("crim_simple", 1, "第 1 次延长，累计 20日 增至 1个月15日"),
        ("crim_1", 0, "依法延长，累计 2个月 增至 3个月，无需审批（至迟不得超过三个月）"),
    ],
)
def test_an_extension_is_told_with_and_without_an_approver(rule_id: str, step: int, text: str) -> None:
    result = limits.compute(rule_id, day("2026-03-02"), events=[Extension(step)])
    assert [s.text for s in result.why if "延长" in s.text] == [text]

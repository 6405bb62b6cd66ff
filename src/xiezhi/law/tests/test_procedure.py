"""The checks beside the limits: mediation, postponed hearings, small claims, service, closing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from xiezhi.law import procedure
from xiezhi.law.periods import ServiceMode
from xiezhi.law.procedure import ClosingService


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("kind", "ended", "agreed", "since"),
    [
        ("ORDINARY", "2026-03-16", True, None),
        ("ORDINARY", "2026-03-17", True, "2026-03-16"),
        ("SIMPLIFIED", "2026-03-17", True, "2026-03-08"),
        ("SIMPLIFIED", "2026-03-17", False, None),
        ("SIMPLIFIED", None, True, "2026-03-08"),
    ],
)
def test_only_agreed_days_of_mediation_leave_the_limit(
    kind: str, ended: str | None, agreed: bool, since: str | None
) -> None:
    found = procedure.mediation_exclusion(
        day("2026-03-01"), day(ended) if ended else None, kind, agreed=agreed
    )
    assert (found.since if found else None) == (day(since) if since else None)


@pytest.mark.parametrize(
    ("kind", "count", "allowed"),
    [("ORDINARY", 1, True), ("ORDINARY", 2, False), ("SIMPLIFIED", 0, True), ("SIMPLIFIED", 1, False)],
)
def test_how_often_a_hearing_is_put_off(kind: str, count: int, allowed: bool) -> None:
    assert bool(procedure.hearing_postponement_allowed(kind, count)) is allowed


def test_two_hearings_are_at_most_a_month_apart() -> None:
    gap = (day("2026-01-31"), day("2026-03-01"))
    assert not procedure.hearing_postponement_allowed("ORDINARY", 0, gap)
    assert procedure.hearing_postponement_allowed("ORDINARY", 0, (gap[0], day("2026-02-28")))
    assert procedure.hearing_postponement_allowed("ORDINARY", 0, gap, parties_agree=True)
    assert procedure.hearing_postponement_allowed("ORDINARY", 0, other_ground=True).approver == "本院院长"
    with pytest.raises(ValueError, match="程序"):
        procedure.hearing_postponement_allowed("SPECIAL", 0)


@pytest.mark.parametrize(
    ("amount", "more", "outcome"),
    [
        ("45000", {}, "MANDATORY"),
        ("45000.01", {}, "BY_AGREEMENT"),
        ("180000", {"parties_agree": True}, "AGREED"),
        ("180000.01", {}, "NOT_AVAILABLE"),
        ("1", {"excluded": ["COUNTERCLAIM"]}, "NOT_AVAILABLE"),
        ("1", {"money_claim": False}, "NOT_AVAILABLE"),
        ("1", {"simple_case": False}, "NOT_AVAILABLE"),
    ],
)
def test_small_claims(amount: str, more: dict[str, object], outcome: str) -> None:
    found = procedure.small_claims_eligibility(Decimal(amount), Decimal(90000), **more)  # type: ignore[arg-type]
    assert found.outcome == outcome
    assert found.why[0].basis.startswith("民诉法16")


def test_the_average_wage_is_a_parameter() -> None:
    with pytest.raises(procedure.AverageWageNotSet):
        procedure.small_claims_eligibility(Decimal(1), None)
    with pytest.raises(ValueError, match="排除情形"):
        procedure.small_claims_eligibility(Decimal(1), Decimal(1), excluded=["RAIN"])


def test_simplified_cases_know_no_announcement() -> None:
    refused = procedure.service_mode_allowed("civ_1_simplified", ServiceMode.ANNOUNCEMENT)
    assert not refused
    assert "转为普通程序" in refused.why[0].text
    assert procedure.service_mode_allowed("civ_1_ordinary", ServiceMode.ANNOUNCEMENT)


def test_the_day_a_case_is_closed() -> None:
    services = [
        ClosingService(ServiceMode.LEFT, day("2026-03-02"), "甲"),
        ClosingService(ServiceMode.POST, day("2026-03-05"), "乙"),
    ]
    assert procedure.date_closed("JUDGMENT", pronounced_on=day("2026-03-01"))[0] == day("2026-03-01")
    closed, why = procedure.date_closed("MEDIATION_STATEMENT", services=services)
    assert closed == day("2026-03-05")
    assert all(step.basis == "法释〔2000〕29号10" for step in why)
    with pytest.raises(procedure.NotYetClosed):
        procedure.date_closed("MEDIATION_STATEMENT", pronounced_on=day("2026-03-01"))

"""The clock of a case against a count on the fingers, and its edges."""

from __future__ import annotations

import calendar as months
import random
from datetime import date, timedelta

import pytest

from xiezhi.cases.contracts import ClockKind, RequestKind
from xiezhi.cases.rules import clock, kinds
from xiezhi.law import limits
from xiezhi.law.calendar import Calendar
from xiezhi.law.limits import LimitStatus

CIVIL = kinds.get("CIVIL_FIRST")
CRIMINAL = kinds.get("CRIMINAL_FIRST_PUBLIC")
ONE = timedelta(days=1)

# What the table of limits says, copied by hand so that the count below leans on nothing of the program.
MONTHS = {"ORDINARY": 6, "ORDINARY_SOLE": 6, "SIMPLIFIED": 3, "SMALL": 2}


def month_later(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


def count_by_hand(
    docketed_on: date, procedure: str, stops: list[tuple[date, date | None]], extension: int
) -> tuple[date | None, int]:
    """Count day by day: strike out a day whenever it lies in a stop and the limit has not run out before."""
    remaining = (month_later(docketed_on, MONTHS[procedure] + extension) - docketed_on).days
    day, skipped = docketed_on, 0
    while remaining:
        day += ONE
        inside = [stop for stop in stops if stop[0] <= day and (stop[1] is None or day < stop[1])]
        if any(until is None for _since, until in inside):
            return None, skipped
        if inside:
            skipped += 1
        else:
            remaining -= 1
    return day, skipped


def rolled(day: date) -> date:
    known = Calendar.default()
    while known.knows(day) and not known.is_working_day(day):
        day += ONE
    return day


@pytest.mark.parametrize("seed", range(8))
def test_against_a_count_day_by_day(seed: int) -> None:
    draw = random.Random(seed)
    for _n in range(250):
        docketed_on = date(2021, 1, 1) + timedelta(days=draw.randrange(1700))
        procedure = draw.choice(sorted(MONTHS))
        extension = draw.choice([0, 0, 1]) * {"ORDINARY": 6, "ORDINARY_SOLE": 6}.get(procedure, 1)
        stops: list[tuple[date, date | None]] = []
        changes = []
        for _stop in range(draw.randrange(4)):
            since = docketed_on + timedelta(days=draw.randrange(0, 150))
            until = None if draw.random() < 0.08 else since + timedelta(days=draw.randrange(0, 60))
            stops.append((since, until))
            kind = draw.choice([ClockKind.EXCLUSION, ClockKind.SUSPENSION])
            changes.append(clock.Change(kind, "鉴定期间", since, until))
        if extension:
            changes.append(
                clock.Change(
                    ClockKind.EXTENSION,
                    "复杂",
                    docketed_on + ONE,
                    docketed_on + ONE,
                    step=1,
                    add_months=extension,
                )
            )
        draw.shuffle(changes)
        limit = clock.limit(CIVIL, procedure, docketed_on=docketed_on, changes=changes)
        expected, skipped = count_by_hand(docketed_on, procedure, stops, extension)
        assert limit.warn_on == expected, (docketed_on, procedure, stops, extension)
        assert limit.due_on == (rolled(expected) if expected else None)
        assert limit.excluded_days == skipped or expected is None
        assert limit.status == (LimitStatus.STOPPED if expected is None else LimitStatus.RUNNING)
        assert not limit.problems
        assert limit.why


class TestBounds:
    def excluded(self, since: date, until: date) -> int:
        change = clock.Change(ClockKind.EXCLUSION, "鉴定期间", since, until)
        return clock.limit(CIVIL, "ORDINARY", docketed_on=date(2026, 3, 2), changes=[change]).excluded_days

    def test_since_is_the_first_day_out_and_until_counts_again(self) -> None:
        assert self.excluded(date(2026, 4, 1), date(2026, 4, 11)) == 10
        assert self.excluded(date(2026, 4, 1), date(2026, 4, 1)) == 0

    def test_the_docketing_day_never_counted(self) -> None:
        assert self.excluded(date(2026, 3, 2), date(2026, 3, 4)) == 1

    def test_what_begins_after_the_end_revives_nothing(self) -> None:
        assert self.excluded(date(2026, 9, 3), date(2026, 10, 1)) == 0


class TestSetAside:
    def test_what_the_law_does_not_allow_is_named(self) -> None:
        changes = [
            clock.Change(ClockKind.EXCLUSION, "双方当事人和解期间", date(2026, 3, 5), date(2026, 3, 9)),
            clock.Change(ClockKind.EXTENSION, "", date(2026, 6, 10), date(2026, 6, 10), step=1),
        ]
        limit = clock.limit(CRIMINAL, "ORDINARY", docketed_on=date(2026, 3, 2), changes=changes)
        assert {problem.code for problem in limit.problems} == {"ReasonNotAllowed", "ExtensionTooLate"}
        plain = clock.limit(CRIMINAL, "ORDINARY", docketed_on=date(2026, 3, 2))
        assert limit.due_on == plain.due_on

    def test_an_extension_ends_with_the_procedure_it_was_granted_in(self) -> None:
        changes = [
            clock.Change(ClockKind.EXTENSION, "", date(2026, 4, 1), date(2026, 4, 1), step=1, add_months=1),
            clock.Change(
                ClockKind.CONVERSION, "", date(2026, 5, 6), date(2026, 5, 6), procedure_to="ORDINARY"
            ),
        ]
        limit = clock.limit(CIVIL, "SIMPLIFIED", docketed_on=date(2026, 3, 2), changes=changes)
        assert limit.warn_on == date(2026, 9, 2)
        assert limit.extension_steps == ()

    def test_another_panel_under_the_same_rule_keeps_it(self) -> None:
        changes = [
            clock.Change(ClockKind.EXTENSION, "", date(2026, 4, 1), date(2026, 4, 1), step=1, add_months=6),
            clock.Change(
                ClockKind.CONVERSION, "", date(2026, 5, 6), date(2026, 5, 6), procedure_to="ORDINARY"
            ),
        ]
        limit = clock.limit(CIVIL, "ORDINARY_SOLE", docketed_on=date(2026, 3, 2), changes=changes)
        assert limit.warn_on == date(2027, 3, 2)


class TestKindsAndTheirLimits:
    @pytest.mark.parametrize(
        ("kind", "procedure"),
        [(k, p) for k in kinds.KINDS.values() for p in k.procedures],
        ids=lambda named: named.key,
    )
    def test_every_procedure_counts_and_explains_itself(
        self, kind: kinds.CaseKind, procedure: kinds.Procedure
    ) -> None:
        limit = clock.limit(kind, procedure.key, docketed_on=date(2026, 3, 2))
        assert limit.why
        assert (limit.due_on is None) == (not procedure.limit_rule and not procedure.limit_period)
        for target in procedure.converts_to:
            assert clock.follow_on_conversion(kind, procedure.key, target)

    def test_pre_filing_mediation_has_thirty_days(self) -> None:
        limit = clock.limit(kinds.get("PRE_FILING_MEDIATION"), "MEDIATION", docketed_on=date(2026, 3, 2))
        assert limit.due_on == date(2026, 4, 1)
        assert limit.days_left(date(2026, 3, 30)) == 2
        assert limit.counted_days(date(2026, 3, 12)) == 10

    def test_without_a_limit(self) -> None:
        limit = clock.limit(
            kinds.get("PRESERVATION_ENFORCEMENT"), "PRESERVATION", docketed_on=date(2026, 3, 2)
        )
        assert (limit.due_on, limit.status) == (None, LimitStatus.NO_LIMIT)
        assert limit.days_left(date(2026, 3, 3)) is None

    def test_a_retrial_runs_as_the_procedure_it_follows(self) -> None:
        retrial = kinds.get("CIVIL_RETRIAL")
        ends = {
            p.key: clock.limit(retrial, p.key, docketed_on=date(2026, 3, 2)).warn_on
            for p in retrial.procedures
        }
        assert ends == {"RETRIAL_FIRST": date(2026, 9, 2), "RETRIAL_SECOND": date(2026, 6, 2)}


class TestNextExtension:
    def test_in_order_until_used_up(self) -> None:
        first = clock.next_extension(CIVIL, "ORDINARY")
        assert first is not None
        assert (first.step, str(first.length), first.approver) == (1, "6个月", "本院院长")
        assert first.apply_by(date(2026, 9, 2)) == date(2026, 8, 18)  # 15 days, 延长审限规定1
        assert first.decide_by(date(2026, 9, 2)) == date(2026, 8, 28)
        second = clock.next_extension(CIVIL, "ORDINARY", taken=[1, None])
        assert second is not None
        assert second.approver == "上级人民法院"
        assert clock.next_extension(CIVIL, "ORDINARY", taken=[1, 2]) is None

    def test_the_step_asked_for(self) -> None:
        chosen = clock.next_extension(CRIMINAL, "ORDINARY", step=1)
        assert chosen is not None
        assert chosen.step == 1
        assert clock.next_extension(CRIMINAL, "ORDINARY", step=7) is None

    def test_where_there_is_none(self) -> None:
        assert clock.next_extension(kinds.get("PRE_FILING_MEDIATION"), "MEDIATION") is None
        assert clock.next_extension(kinds.get("ADMINISTRATIVE_FIRST"), "SIMPLIFIED") is None


class TestStopReasons:
    @pytest.mark.parametrize("kind", kinds.KINDS.values(), ids=lambda kind: kind.key)
    def test_each_is_one_the_law_counts(self, kind: kinds.CaseKind) -> None:
        for procedure in kind.procedures:
            for reason in clock.stop_reasons(kind, RequestKind.EXCLUSION, procedure.key):
                code = clock.reason_code(reason)
                assert code != reason
                rule = procedure.applies_rule or procedure.limit_rule
                assert code in {r.code for r in limits.exclusion_reasons(rule)}

    def test_hours_and_no_limit_never_stop(self) -> None:
        for key, procedure in (("PRESERVATION", "PRE_SUIT"), ("PRE_FILING_MEDIATION", "MEDIATION")):
            for request in (RequestKind.EXCLUSION, RequestKind.SUSPENSION):
                assert clock.stop_reasons(kinds.get(key), request, procedure) == ()

    def test_grounds_of_suspension_follow_the_branch_of_law(self) -> None:
        assert "被告人脱逃" in clock.stop_reasons(CRIMINAL, RequestKind.SUSPENSION)
        assert "被告人脱逃" not in clock.stop_reasons(CIVIL, RequestKind.SUSPENSION)


def test_recusal_is_decided_within_three_days() -> None:
    assert clock.recusal_decision_by(date(2026, 11, 24)) == date(2026, 11, 27)
    assert clock.recusal_decision_by(date(2026, 9, 29)) == date(2026, 10, 8)  # over the national holiday

"""Trial and enforcement limits (审理、执行期限): the last day, what stopped the clock, who may extend it.

`compute` is called for every case of a court, so it does arithmetic on day numbers and builds the reasons
only when `LimitResult.why` is read. Pure: no clock, no database. Limits, sources and validity are data:
`law/data/time_limits.json`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any, NamedTuple

from xiezhi.law.calendar import ONE_DAY, Calendar, CalendarNotLoaded, add_months, days_in_month
from xiezhi.law.periods import MonthEnd, PeriodTooShort, Step, hours_after

_GROUPS = {"民事": "civil", "刑事": "criminal", "行政": "administrative", "执行": "enforcement"}
_START_BASIS = "法释〔2000〕29号8"
_SPECIAL = frozenset({"restart", "as_first_or_second_instance", "as_first_second_ordinary"})


class UnknownLimit(LookupError):
    """No limit with this id or variant."""


class EventIsBackwards(ValueError):
    """An exclusion or suspension ends before it begins."""


class LimitFault(ValueError):
    """An event the law does not allow. Strict computing raises it, lenient computing sets the event aside."""


class ReasonNotAllowed(LimitFault):
    """The days of this reason are not excluded in this kind of case."""


class NoSuchExtension(LimitFault):
    """The law gives this procedure no such extension."""


class ExtensionRepeated(LimitFault):
    """This extension was already granted and may be granted only once."""


class ExtensionOutOfOrder(LimitFault):
    """The extension before this one was not granted."""


class ExtensionTooLong(LimitFault):
    """Longer than the law allows."""


class ExtensionLengthUnknown(LimitFault):
    """The law gives no length, so the length of the approval must be recorded."""


class ExtensionTooLate(LimitFault):
    """Granted after the limit had run out."""


class ConversionNotAllowed(LimitFault):
    """This procedure does not convert into that one."""


class RestartNotAllowed(LimitFault):
    """The limit does not start again for this reason, or not under that procedure."""


class ConversionTooLate(LimitFault):
    """Ruled after the limit of the old procedure had run out."""


class LimitStatus(StrEnum):
    """How a limit stands. Only RUNNING and MINIMUM have a day.

    STOPPED: an exclusion or suspension is still open. NO_LIMIT: the law sets none. RULE_NEEDED: the limit is
    that of another procedure that was not named. DATE_NEEDED: a fact is missing, e.g. the election day.
    MINIMUM: the law says how long it must last at least, and `due_on` is its earliest end.
    """

    RUNNING = "RUNNING"
    STOPPED = "STOPPED"
    NO_LIMIT = "NO_LIMIT"
    RULE_NEEDED = "RULE_NEEDED"
    DATE_NEEDED = "DATE_NEEDED"
    MINIMUM = "MINIMUM"


class ExclusionBounds(StrEnum):
    """Which ends of an exclusion are excluded days. No article says; UNTIL_NOT_SINCE is 起日不计、止日计.

    From 1 to 11 February: UNTIL_NOT_SINCE excludes 2-11 (10 days), SINCE_NOT_UNTIL 1-10 (10 days), BOTH 1-11
    (11), NEITHER 2-10 (9).
    """

    UNTIL_NOT_SINCE = "UNTIL_NOT_SINCE"
    SINCE_NOT_UNTIL = "SINCE_NOT_UNTIL"
    BOTH = "BOTH"
    NEITHER = "NEITHER"


@dataclass(frozen=True, slots=True)
class Length:
    """Months, then days. 半个月 is 15 days, so 一个半月 is Length(1, 15)."""

    months: int = 0
    days: int = 0

    def __add__(self, other: Length) -> Length:
        return Length(self.months + other.months, self.days + other.days)

    def __bool__(self) -> bool:
        return bool(self.months or self.days)

    def __str__(self) -> str:
        months = f"{self.months}个月" if self.months else ""
        return months + (f"{self.days}日" if self.days or not months else "")


@dataclass(frozen=True, slots=True)
class ExtensionRule:
    """One extension the law knows. Exactly one of `add`, `to_total`, `months_between` is set, or none: no
    length given.

    Step 0 needs no approval and is part of every later step (刑诉法208 “至迟不得超过三个月”). `suggested`:
    the length of an older source where the statute gives none; a court replaces it by
    `LimitPolicy.unstated_lengths`.
    """

    step: int
    add: Length | None
    to_total: Length | None
    months_between: tuple[int, int] | None
    suggested: Length | None
    suggested_source: str
    approver: str
    approver_code: str
    condition: str
    note: str
    repeatable: bool


@dataclass(frozen=True, slots=True)
class LimitRule:
    """A row of the table of limits.

    `group`: civil, criminal, administrative, enforcement, or empty (no exclusions listed). `unit` as in the
    data; `length` is set for days, months and years, `hours` for hours. `reasons`: exclusions allowed by
    name.
    """

    id: str
    category: str
    procedure: str
    unit: str
    length: Length
    hours: int
    start: str
    extensions: tuple[ExtensionRule, ...]
    source: str
    status: str
    note: str
    valid_from: date | None
    valid_to: date | None
    group: str
    reasons: frozenset[str]
    converts_to: frozenset[str]
    in_custody: bool | None
    variants: Mapping[str, Mapping[str, Any]]
    not_before_days: int

    def extension(self, step: int) -> ExtensionRule | None:
        """Return the extension with this step, or None."""
        return next((e for e in self.extensions if e.step == step), None)

    @property
    def length_text(self) -> str:
        """The limit as a reader says it, empty where the row has none of its own."""
        if self.hours:
            return f"{self.hours}小时"
        return str(self.length) if self.length else ""


@dataclass(frozen=True, slots=True)
class ReasonRule:
    """A reason whose days are not counted, with its article per group of cases."""

    code: str
    name: str
    sources: Mapping[str, str]
    at_most: Length | None
    only_rules: frozenset[str]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Days that do not count, for a reason of the table. `until` None: still running. `basis`: the paper on
    file.
    """

    reason: str
    since: date
    until: date | None = None
    basis: str = ""

    def __post_init__(self) -> None:
        if self.until is not None and self.until < self.since:
            raise EventIsBackwards("扣除期间的止日不能早于起日")


@dataclass(frozen=True, slots=True)
class Suspension:
    """中止诉讼（审理、执行）, until it is resumed."""

    since: date
    until: date | None = None
    ground: str = ""
    basis: str = ""

    def __post_init__(self) -> None:
        if self.until is not None and self.until < self.since:
            raise EventIsBackwards("恢复日期不能早于中止日期")


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension that was granted.

    Without months and days it is the full length the law gives. `approved_on` decides which procedure's limit
    it extends when the case was converted, and whether it came in time; `rule_id` names the procedure
    outright.
    """

    step: int
    months: int = 0
    days: int = 0
    approver: str = ""
    approved_on: date | None = None
    basis: str = ""
    rule_id: str = ""


@dataclass(frozen=True, slots=True)
class Conversion:
    """A change of procedure ruled on `on`. Civil and administrative limits go on from the original docketing,
    criminal limits start again (民诉解释258, 行诉解释105, 刑诉解释368、376).
    """

    to_rule: str
    on: date
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Restart:
    """The limit starts again on `on`: REMAND, SUPPLEMENTARY_INVESTIGATION_DONE or JURISDICTION_CHANGED."""

    reason: str
    on: date
    to_rule: str = ""
    basis: str = ""


Event = Exclusion | Suspension | Extension | Conversion | Restart


@dataclass(frozen=True, slots=True)
class LimitPolicy:
    """What the law leaves open, as parameters of a court.

    `roll`: the last day rolls over days off (民诉法85 by its letter). `unstated_lengths`: (rule id, step) to
    the length the court works with. `extra_reasons`: reason codes the court also excludes, in any group.
    """

    exclusion_bounds: ExclusionBounds = ExclusionBounds.UNTIL_NOT_SINCE
    roll: bool = True
    month_end: MonthEnd = MonthEnd.SAME_DAY
    unstated_lengths: Mapping[tuple[str, int], Length] = field(default_factory=lambda: MappingProxyType({}))
    extra_reasons: frozenset[str] = frozenset()


DEFAULT_POLICY = LimitPolicy()


class Problem(NamedTuple):
    """An event that was set aside or looks wrong; `code` is the name of the fact, e.g. ExtensionTooLate."""

    code: str
    text: str


class _Stop(NamedTuple):
    """Excluded days as day numbers, `hi` exclusive and None while open."""

    lo: int
    hi: int | None
    event: Exclusion | Suspension


class _Trace(NamedTuple):
    """What `why` is told from."""

    asked: LimitRule
    rule: LimitRule
    docketed_on: date
    base: Length
    stops: tuple[_Stop, ...]
    extensions: tuple[tuple[Extension, Length], ...]
    changes: tuple[Conversion | Restart, ...]
    nominal: int


@dataclass(frozen=True, slots=True)
class LimitResult:
    """A computed limit.

    `due_on`: the last day, rolled over days off where that applies; None unless RUNNING or MINIMUM.
    `warn_on`: the same before rolling, for warnings. `due_at`: the moment, for limits in hours. `total_days`:
    days the limit gives, extensions included; `excluded_days`: days that moved the last day. `started_on`:
    the day whose morrow is day one (a restart changes it). `calendar_known` False: the year of the last day
    is not loaded, so `due_on` is not rolled.
    """

    rule_id: str
    status: LimitStatus
    started_on: date
    due_on: date | None = None
    warn_on: date | None = None
    due_at: datetime | None = None
    total_days: int = 0
    excluded_days: int = 0
    rolled: bool = False
    calendar_known: bool = True
    stopped_since: date | None = None
    extension_steps: tuple[int, ...] = ()
    problems: tuple[Problem, ...] = ()
    _trace: _Trace | None = field(default=None, repr=False, compare=False)
    _said: tuple[Step, ...] = field(default=(), repr=False, compare=False)

    @property
    def why(self) -> tuple[Step, ...]:
        """The reasoning, step by step, each with its article. Built when read."""
        return (*self._said, *_explain(self))

    def days_left(self, today: date) -> int | None:
        """Return the days from `today` to the last day, negative once it passed; None without a last day."""
        return None if self.due_on is None else (self.due_on - today).days

    def counted_days(self, today: date) -> int:
        """Return how many days of the limit are used up by the end of `today`, excluded days left out."""
        return _counted(self, today.toordinal())

    @property
    def remaining_days(self) -> int | None:
        """Days that are left once a stopped clock runs again; None unless STOPPED."""
        if self.stopped_since is None:
            return None
        return self.total_days - _counted(self, self.stopped_since.toordinal() - 1)


def all_rules() -> tuple[LimitRule, ...]:
    """Return every limit, in the order of the table."""
    return tuple(_data().rules.values())


def get_rule(rule_id: str, *, variant: str = "") -> LimitRule:
    """Return the limit with this id; `variant` e.g. "urgent" (情况紧急). Raises UnknownLimit."""
    try:
        rule = _data().rules[rule_id]
    except KeyError:
        raise UnknownLimit(f"没有编号为“{rule_id}”的审限") from None
    if not variant:
        return rule
    if variant not in rule.variants:
        raise UnknownLimit(f"“{rule.procedure}”没有“{variant}”这种情形")
    row = rule.variants[variant]
    length, hours = _length_of(row["limit"], row["unit"])
    return replace(rule, unit=row["unit"], length=length, hours=hours)


def exclusion_reasons(rule_id: str, *, policy: LimitPolicy = DEFAULT_POLICY) -> tuple[ReasonRule, ...]:
    """Return the reasons whose days are excluded from this limit, for a form. Raises UnknownLimit."""
    rule = get_rule(rule_id)
    return tuple(r for r in _data().reasons.values() if _allowed(r.code, rule, policy))


def compute(
    rule_id: str,
    docketed_on: date,
    *,
    events: Iterable[Event] = (),
    calendar: Calendar | None = None,
    policy: LimitPolicy = DEFAULT_POLICY,
    exclusion_bounds: ExclusionBounds | None = None,
    strict: bool = True,
    in_custody: bool | None = None,
    variant: str = "",
    applies_rule: str = "",
    election_on: date | None = None,
    payment_on: date | None = None,
    given_days: int | None = None,
) -> LimitResult:
    """Return where the limit of a case stands.

    `docketed_on`: the day the limit runs from, itself not counted (立案之日, 收到之日 …); a datetime for
    limits in hours, else only the day can be told. `events`: in any order; overlapping exclusions count once,
    one that begins after the limit ran out does not revive it. `strict`: raise on an event the law does not
    allow (a service that records events); False sets it aside and lists it in `problems` (pages, bulk).
    `in_custody`: a last day is never rolled for an accused in custody (刑诉法105), nor in a criminal case
    where it is not known (None). `applies_rule`: for remand, conversion and retrial rows, the procedure whose
    limit applies. `election_on` for civ_voter; `payment_on` and `given_days` for a 公示催告.

    Raises UnknownLimit, and when strict a LimitFault: ReasonNotAllowed, NoSuchExtension, ExtensionRepeated,
    ExtensionOutOfOrder, ExtensionTooLong, ExtensionLengthUnknown, ExtensionTooLate, ConversionNotAllowed,
    ConversionTooLate, RestartNotAllowed; PeriodTooShort for a 公示催告. Never CalendarNotLoaded: see
    `LimitResult.calendar_known`.
    """
    asked = rule = get_rule(rule_id, variant=variant)
    if rule.hours:
        return _hours(rule, docketed_on, events, strict=strict)
    if isinstance(docketed_on, datetime):
        docketed_on = docketed_on.date()
    if rule.unit in _SPECIAL and applies_rule:
        rule = get_rule(applies_rule)
        if rule.unit in _SPECIAL:
            raise UnknownLimit("适用的审限须是一个有确定长度的程序")
        rule = replace(rule, reasons=rule.reasons | asked.reasons)
    if not rule.length or rule.unit == "day_min":
        return _without_length(
            rule,
            docketed_on,
            election_on=election_on,
            payment_on=payment_on,
            given_days=given_days,
            strict=strict,
        )
    calendar = calendar or Calendar.default()
    count = _Count(rule, docketed_on, calendar, policy, exclusion_bounds, strict, in_custody)
    if events:
        count.read(events)
    return count.result(asked)


class _Count:
    """One computation. Day numbers are `date.toordinal()`."""

    def __init__(
        self,
        rule: LimitRule,
        docketed_on: date,
        calendar: Calendar,
        policy: LimitPolicy,
        bounds: ExclusionBounds | None,
        strict: bool,
        in_custody: bool | None,
    ) -> None:
        self.rule = rule
        self.docketed_on = docketed_on
        self.start = docketed_on
        self.calendar = calendar
        self.policy = policy
        self.bounds = bounds or policy.exclusion_bounds
        self.strict = strict
        self.in_custody = in_custody
        self.length = rule.length
        self.stops: list[_Stop] = []
        self.applied: list[tuple[Extension, Length]] = []
        self.changes: list[Conversion | Restart] = []
        self.problems: list[Problem] = []

    def fault(self, fact: LimitFault) -> None:
        if self.strict:
            raise fact
        self.problems.append(Problem(type(fact).__name__, str(fact)))

    def read(self, events: Iterable[Event]) -> None:
        extensions: list[Extension] = []
        changes: list[Conversion | Restart] = []
        for event in events:
            if isinstance(event, Exclusion | Suspension):
                self._add_stop(event)
            elif isinstance(event, Extension):
                extensions.append(event)
            else:
                changes.append(event)
        self.stops.sort(key=lambda stop: (stop.lo, stop.hi or date.max.toordinal()))
        if not changes:
            if extensions:
                self._extend(extensions)
            return
        changes.sort(key=lambda change: change.on)
        segments = _by_segment(extensions, changes, self.rule.id)
        for number, change in enumerate(changes):
            if segments[number]:
                self._extend(segments[number])
            if not self._change(change):
                segments[number + 1] = segments[number + 1] + segments[number]
                self.applied, self.length = [], self.rule.length
        if segments[-1]:
            self._extend(segments[-1])

    def _add_stop(self, event: Exclusion | Suspension) -> None:
        code = event.reason if isinstance(event, Exclusion) else "SUSPENSION"
        if not _allowed(code, self.rule, self.policy) and not (code == "SUSPENSION" and not self.rule.group):
            known = _data().reasons.get(code)
            name = known.name if known else code
            text = f"“{self.rule.procedure}”不得扣除“{name}”，请核对扣除事由"
            self.fault(ReasonNotAllowed(text))
            return
        since = event.since.toordinal()
        until = event.until.toordinal() if event.until is not None else None
        if self.bounds in (ExclusionBounds.UNTIL_NOT_SINCE, ExclusionBounds.NEITHER):
            since += 1
        if until is not None and self.bounds in (ExclusionBounds.UNTIL_NOT_SINCE, ExclusionBounds.BOTH):
            until += 1
        reason = _data().reasons.get(code)
        if reason is not None and reason.at_most is not None:
            cap = since + _after(event.since, reason.at_most, MonthEnd.SAME_DAY) - event.since.toordinal()
            until = cap if until is None else min(until, cap)
        if until is None or until > since:
            self.stops.append(_Stop(since, until, event))

    def walk(self, length: Length) -> tuple[int | None, int, int, int]:
        """Return (last day or None while stopped, excluded days, nominal last day, first stopped day)."""
        nominal = _after(self.start, length, self.policy.month_end)
        due, excluded, counted_to = nominal, 0, self.start.toordinal() + 1
        for lo, hi, _ in self.stops:
            if lo > due:
                break
            if hi is None:
                return None, excluded, nominal, max(lo, counted_to)
            if hi > counted_to:
                shift = hi - max(lo, counted_to)
                due += shift
                excluded += shift
                counted_to = hi
        return due, excluded, nominal, 0

    def roll(self, due: int) -> tuple[date, bool]:
        """Return (last day, whether the calendar of its year is loaded)."""
        day = date.fromordinal(due)
        if not self.policy.roll or not self._may_roll():
            return day, True
        try:
            return self.calendar.next_working_day(day), True
        except CalendarNotLoaded:
            return day, False

    def _may_roll(self) -> bool:
        custody = self.rule.in_custody if self.in_custody is None else self.in_custody
        return custody is False if self.rule.group == "criminal" else custody is not True

    def _ran_out(self, day: date, length: Length) -> date | None:
        """Return the last day under `length` when `day` is after it, else None."""
        due = self.walk(length)[0]
        if due is None:
            return None
        last = self.roll(due)[0]
        return last if day > last else None

    def _extend(self, extensions: Sequence[Extension]) -> None:
        taken: set[int] = set()
        zero = self.rule.extension(0)
        for granted in sorted(extensions, key=lambda e: (e.step, e.approved_on or date.min)):
            rule = self.rule.extension(granted.step)
            if rule is None:
                self.fault(NoSuchExtension(f"“{self.rule.procedure}”没有第 {granted.step} 次延长的规定"))
                continue
            if granted.step in taken and not rule.repeatable:
                self.fault(ExtensionRepeated(f"第 {granted.step} 次延长已经批准过，不能重复延长"))
                continue
            if granted.step > 1 and granted.step - 1 not in taken and self.rule.extension(granted.step - 1):
                self.fault(ExtensionOutOfOrder(f"须先有第 {granted.step - 1} 次延长，才能再次延长"))
                continue
            before = self.length
            if granted.step > 0 and zero is not None and zero.to_total is not None and 0 not in taken:
                before = zero.to_total
            if granted.approved_on is not None:
                ran_out = self._ran_out(granted.approved_on, before)
                if ran_out is not None:
                    approved = granted.approved_on.isoformat()
                    text = f"审限已于 {ran_out.isoformat()} 届满，{approved} 不能再批准延长"
                    self.fault(ExtensionTooLate(text))
                    continue
            try:
                after = self._lengthened(before, rule, granted)
            except LimitFault as fact:
                self.fault(fact)
                continue
            taken.add(granted.step)
            if granted.step > 0 and zero is not None:
                taken.add(0)
            self.length = after
            self.applied.append((granted, after))

    def _lengthened(self, before: Length, rule: ExtensionRule, granted: Extension) -> Length:
        given = Length(granted.months, granted.days)
        if rule.months_between is not None:
            low, high = rule.months_between
            if granted.days or not low <= granted.months <= high:
                raise ExtensionTooLong(f"该次延长为 {low} 至 {high} 个月，请按批准书填写月数")
            return before + given
        if rule.add is None and rule.to_total is None:
            chosen = given or self.policy.unstated_lengths.get((self.rule.id, rule.step)) or rule.suggested
            if not chosen:
                raise ExtensionLengthUnknown("法律没有规定该次延长的长度，请按批准书填写月数或者日数")
            return before + chosen
        most = before + rule.add if rule.add is not None else rule.to_total or before
        if not given:
            return most
        wanted = before + given
        if self._nominal(wanted) > self._nominal(most):
            raise ExtensionTooLong(f"延长后累计为 {wanted}，不得超过 {most}")
        return wanted

    def _nominal(self, length: Length) -> int:
        return _after(self.start, length, self.policy.month_end)

    def _change(self, change: Conversion | Restart) -> bool:
        """Move to the procedure after `change`; False when the limit stays as it was."""
        if isinstance(change, Restart):
            following = get_rule(change.to_rule) if change.to_rule else self.rule
            if change.reason not in _data().restarts or not following.length:
                self.fault(RestartNotAllowed("重新计算审限须有法定事由，并指明有确定审限的程序"))
                return False
            self._begin(following, change.on, change)
            return True
        if change.to_rule == self.rule.id:  # another panel, the same limit: extensions stay
            return False
        target = get_rule(change.to_rule)
        if change.to_rule not in self.rule.converts_to or not target.length:
            text = f"“{self.rule.procedure}”不能转为“{target.procedure}”"
            self.fault(ConversionNotAllowed(text))
            return False
        continues = self.rule.group != "criminal"
        ran_out = self._ran_out(change.on, self.length)
        if ran_out is not None:
            text = f"转换程序应当在审限届满前作出，审限已于 {ran_out.isoformat()} 届满"
            if continues:
                self.fault(ConversionTooLate(text))
                return False
            self.problems.append(Problem("ConversionTooLate", text))
        self._begin(target, self.start if continues else change.on, change)
        return True

    def _begin(self, rule: LimitRule, start: date, change: Conversion | Restart) -> None:
        self.rule, self.start, self.length = rule, start, rule.length
        self.applied = []
        self.changes.append(change)

    def result(self, asked: LimitRule) -> LimitResult:
        due, excluded, nominal, stopped = self.walk(self.length)
        trace = _Trace(
            asked,
            self.rule,
            self.docketed_on,
            self.rule.length,
            tuple(self.stops),
            tuple(self.applied),
            tuple(self.changes),
            nominal,
        )
        total = nominal - self.start.toordinal()
        steps = tuple(granted.step for granted, _ in self.applied)
        problems = tuple(dict.fromkeys(self.problems))
        if due is None:
            return LimitResult(
                self.rule.id,
                LimitStatus.STOPPED,
                self.start,
                total_days=total,
                excluded_days=excluded,
                stopped_since=date.fromordinal(stopped),
                extension_steps=steps,
                problems=problems,
                _trace=trace,
            )
        warn_on = date.fromordinal(due)
        due_on, known = self.roll(due)
        return LimitResult(
            self.rule.id,
            LimitStatus.RUNNING,
            self.start,
            due_on,
            warn_on,
            None,
            total,
            excluded,
            due_on != warn_on,
            known,
            None,
            steps,
            problems,
            trace,
        )


def _by_segment(
    extensions: Sequence[Extension], changes: Sequence[Conversion | Restart], first_rule: str
) -> list[list[Extension]]:
    """Sort extensions to the stretch between two changes of procedure they were granted in."""
    segments: list[list[Extension]] = [[] for _ in range(len(changes) + 1)]
    rule_ids = [first_rule]
    for change in changes:
        rule_ids.append(change.to_rule or rule_ids[-1])
    for extension in extensions:
        number = len(changes)
        if extension.rule_id in rule_ids:
            number = rule_ids.index(extension.rule_id)
        elif extension.approved_on is not None:
            number = sum(1 for change in changes if change.on <= extension.approved_on)
        segments[number].append(extension)
    return segments


def _after(day: date, length: Length, month_end: MonthEnd) -> int:
    """Return the day number `length` after `day`: months first, then days (民法典202)."""
    last = add_months(day, length.months)
    if (
        month_end is MonthEnd.LAST_DAY
        and length.months
        and day.day >= 28
        and day.day == days_in_month(day.year, day.month)
    ):
        last = last.replace(day=days_in_month(last.year, last.month))
    return last.toordinal() + length.days


def _allowed(code: str, rule: LimitRule, policy: LimitPolicy) -> bool:
    return code in rule.reasons or code in policy.extra_reasons


def _hours(rule: LimitRule, moment: date, events: Iterable[Event], *, strict: bool) -> LimitResult:
    problems: list[Problem] = []
    for _ in events:
        fact = ReasonNotAllowed(f"“{rule.procedure}”以小时计算，不能扣除、中止或者延长")
        if strict:
            raise fact
        problems.append(Problem(type(fact).__name__, str(fact)))
    known = isinstance(moment, datetime)
    start = moment if isinstance(moment, datetime) else datetime.combine(moment, time.min)
    due = hours_after(start, rule.hours)
    said = [Step(f"{rule.procedure}：{rule.length_text}，{rule.start}", rule.source)]
    if known:
        said.append(Step(f"以时起算的从次时起算，至 {due:%Y-%m-%d %H:%M}", "民诉解释125", due.date()))
    else:
        said.append(Step("未记录起算的时刻，只能算到日", "民诉解释125", due.date()))
    return LimitResult(
        rule.id,
        LimitStatus.RUNNING,
        start.date(),
        due.date(),
        due.date(),
        due if known else None,
        (due.date() - start.date()).days,
        problems=tuple(problems),
        _said=tuple(said),
    )


def _without_length(
    rule: LimitRule,
    docketed_on: date,
    *,
    election_on: date | None,
    payment_on: date | None,
    given_days: int | None,
    strict: bool,
) -> LimitResult:
    if rule.unit == "no_limit":
        said = Step(f"{rule.procedure}：不受审限限制", rule.source)
        return LimitResult(rule.id, LimitStatus.NO_LIMIT, docketed_on, _said=(said,))
    if rule.unit == "before_election_day":
        if election_on is None:
            said = Step(f"{rule.procedure}：须在选举日前审结，请填写选举日", rule.source)
            return LimitResult(rule.id, LimitStatus.DATE_NEEDED, docketed_on, _said=(said,))
        last = election_on - ONE_DAY
        said = Step(
            f"选举日 {election_on.isoformat()}，最迟 {last.isoformat()} 审结，不顺延", rule.source, last
        )
        total = (last - docketed_on).days
        return LimitResult(
            rule.id, LimitStatus.RUNNING, docketed_on, last, last, total_days=total, _said=(said,)
        )
    if rule.unit == "day_min":
        return _minimum(rule, docketed_on, payment_on=payment_on, given_days=given_days, strict=strict)
    said = Step(f"{rule.procedure}：{rule.start}，请指明适用哪一程序的审限", rule.source)
    return LimitResult(rule.id, LimitStatus.RULE_NEEDED, docketed_on, _said=(said,))


def _minimum(
    rule: LimitRule, since: date, *, payment_on: date | None, given_days: int | None, strict: bool
) -> LimitResult:
    days = rule.length.days
    earliest = since + timedelta(days=days)
    said = [Step(f"不得少于 {days} 日，最早 {earliest.isoformat()} 届满", rule.source, earliest)]
    if payment_on is not None:
        after_payment = payment_on + timedelta(days=rule.not_before_days)
        text = f"届满日不得早于票据付款日后 {rule.not_before_days} 日，即 {after_payment.isoformat()}"
        said.append(Step(text, rule.source, after_payment))
        earliest = max(earliest, after_payment)
    problems: tuple[Problem, ...] = ()
    if given_days is not None:
        last = since + timedelta(days=given_days)
        if last < earliest:
            text = f"法院确定的 {given_days} 日过短，届满日不得早于 {earliest.isoformat()}"
            if strict:
                raise PeriodTooShort(text)
            problems = (Problem("PeriodTooShort", text),)
        else:
            said.append(Step(f"法院确定 {given_days} 日，{last.isoformat()} 届满", rule.source, last))
        earliest = max(earliest, last)
    return LimitResult(
        rule.id,
        LimitStatus.MINIMUM,
        since,
        earliest,
        earliest,
        total_days=(earliest - since).days,
        problems=problems,
        _said=tuple(said),
    )


def _counted(result: LimitResult, today: int) -> int:
    """Count the days from the morrow of the start to `today` that are not excluded."""
    counted_to = result.started_on.toordinal() + 1
    count = max(0, today - counted_to + 1)
    trace = result._trace
    for lo, hi, _ in trace.stops if trace is not None else ():
        end = today + 1 if hi is None else min(hi, today + 1)
        if end > counted_to:
            count -= max(0, end - max(lo, counted_to))
            counted_to = max(counted_to, end)
    return count


def _explain(result: LimitResult) -> tuple[Step, ...]:
    trace = result._trace
    if trace is None:
        return tuple(Step(p.text, "") for p in result.problems)
    rule, data = trace.rule, _data()
    asked = trace.asked
    text = f"{asked.procedure}：审限{asked.length_text}，自 {trace.docketed_on.isoformat()} 的次日起算"
    steps = [Step(text, f"{asked.source}；{_START_BASIS}", trace.docketed_on + ONE_DAY)]
    if not asked.length:
        steps[0] = Step(f"{asked.procedure}：{asked.start}", asked.source, trace.docketed_on)
        first = rule if not trace.changes else asked
        steps.append(Step(f"适用{first.procedure}的审限{first.length_text}", first.source, None))
    if asked.valid_from is not None and trace.docketed_on < asked.valid_from:
        text = f"条文按 {asked.valid_from.isoformat()} 起施行的文本核对，此前的文本未核对"
        steps.append(Step(text, asked.source))
    group = rule.group
    for change in trace.changes:
        paper = f"（{change.basis}）" if change.basis else ""
        if isinstance(change, Restart):
            name, source = data.restarts[change.reason]
            steps.append(Step(f"{name}，自 {change.on.isoformat()} 重新计算审限{paper}", source, change.on))
            continue
        target = data.rules[change.to_rule]
        how, source = data.conversions[group]
        mode = "自原立案之日连续计算" if how == "CONTINUES" else "自决定之日重新计算"
        text = f"{change.on.isoformat()} 转为{target.procedure}，审限{target.length_text}{mode}{paper}"
        steps.append(Step(text, source, change.on))
    previous = trace.base
    for granted, total in trace.extensions:
        known = rule.extension(granted.step)
        by = granted.approver or (known.approver if known else "")
        paper = f"（{granted.basis}）" if granted.basis else ""
        name = f"第 {granted.step} 次延长" if granted.step else "依法延长"
        text = f"{name}，累计 {previous} 增至 {total}{'，' if by else ''}{by}{paper}"
        basis = rule.source
        if known is not None and known.add is None and known.to_total is None and known.suggested_source:
            basis = f"{basis}；{known.suggested_source}"
        steps.append(Step(text, basis, granted.approved_on))
        previous = total
    nominal = date.fromordinal(trace.nominal)
    text = f"不计扣除，届满日为 {nominal.isoformat()}（{result.total_days} 日）"
    steps.append(Step(text, "民法典202" if trace.base.months else rule.source, nominal))
    steps.extend(_explain_stops(result, trace))
    if result.due_on is not None and result.warn_on is not None:
        if result.excluded_days:
            text = f"共扣除 {result.excluded_days} 日（重叠只计一次），届满日为 {result.warn_on.isoformat()}"
            steps.append(Step(text, data.count_source, result.warn_on))
        if result.rolled:
            text = f"届满日为休息日，顺延至 {result.due_on.isoformat()}；预警以未顺延的日期为准"
            basis = {"criminal": "刑诉法105", "administrative": "行诉解释48"}.get(rule.group, "民诉法85")
            steps.append(Step(text, basis, result.due_on))
        elif not result.calendar_known:
            steps.append(
                Step(f"{result.warn_on.year} 年放假安排尚未录入，未作顺延", "民诉法85", result.due_on)
            )
    steps.extend(Step(problem.text, "") for problem in result.problems)
    return tuple(steps)


def _explain_stops(result: LimitResult, trace: _Trace) -> list[Step]:
    steps: list[Step] = []
    counted_to = result.started_on.toordinal() + 1
    due = trace.nominal
    for lo, hi, event in trace.stops:
        code = event.reason if isinstance(event, Exclusion) else "SUSPENSION"
        reason = _data().reasons.get(code)
        name = reason.name if reason is not None else code
        if isinstance(event, Suspension) and event.ground:
            name = f"{name}（{event.ground}）"
        basis = (reason.sources.get(trace.rule.group, "") if reason is not None else "") or "本院参数"
        paper = f"，依据{event.basis}" if event.basis else ""
        since = event.since.isoformat()
        if lo > due:
            steps.append(Step(f"{name}自 {since}，届满后才开始，不影响审限{paper}", basis, event.since))
            continue
        if hi is None:
            steps.append(Step(f"{name}自 {since} 起，尚未结束，审限停止计算{paper}", basis, event.since))
            break
        days = max(0, hi - max(lo, counted_to))
        due += days
        counted_to = max(counted_to, hi)
        until = event.until.isoformat() if event.until is not None else "未结束（已至上限）"
        capped = f"，最多扣除 {reason.at_most}" if reason is not None and reason.at_most is not None else ""
        steps.append(Step(f"扣除{name} {since} 至 {until}，{days} 日{capped}{paper}", basis, event.until))
    return steps


# Extensions: what is open, and until when it must be asked for


@dataclass(frozen=True, slots=True)
class ExtensionOption:
    """An extension that may be asked for next.

    `length`: what it gives at most (with `is_total`, the new total); None with `length_needed`, when the
    approval says it. `apply_before_days` and `decide_before_days` count back from the last day; None where no
    rule was found.
    """

    step: int
    length: Length | None
    is_total: bool
    months_between: tuple[int, int] | None
    length_needed: bool
    approver: str
    approver_code: str
    condition: str
    note: str
    apply_before_days: int | None
    decide_before_days: int | None
    procedure_source: str


def extension_options(
    rule_id: str, taken_steps: Collection[int] = (), *, policy: LimitPolicy = DEFAULT_POLICY
) -> tuple[ExtensionOption, ...]:
    """Return the extensions open after `taken_steps`, empty when there is none. Raises UnknownLimit."""
    rule = get_rule(rule_id)
    highest = max(taken_steps, default=-1)
    first_open = max(highest + 1, 1)
    row = _data().procedure.get(rule.group, {})
    options = []
    for extension in rule.extensions:
        again = extension.repeatable and extension.step == highest
        at_once = extension.step == 0 and highest < 0
        if not (again or at_once or extension.step == first_open):
            continue
        length = extension.add or extension.to_total
        if length is None and extension.months_between is None:
            length = policy.unstated_lengths.get((rule.id, extension.step)) or extension.suggested
        options.append(
            ExtensionOption(
                step=extension.step,
                length=length,
                is_total=extension.to_total is not None,
                months_between=extension.months_between,
                length_needed=length is None,
                approver=extension.approver,
                approver_code=extension.approver_code,
                condition=extension.condition,
                note=extension.note,
                apply_before_days=row.get("apply_before_days"),
                decide_before_days=row.get("decide_before_days"),
                procedure_source=row.get("source", ""),
            )
        )
    return tuple(options)


def latest_application_on(due_on: date, category: str) -> date | None:
    """Return the last day to ask for an extension, or None where no rule was found.

    `category`: 民事, 刑事, 行政, 执行, the English group, or a limit id. Use the un-rolled `warn_on` as
    `due_on`.
    """
    return _before(due_on, category, "apply_before_days")


def latest_decision_on(due_on: date, category: str) -> date | None:
    """Return the last day to decide on an extension, or None where no rule was found; see
    `latest_application_on`.
    """
    return _before(due_on, category, "decide_before_days")


def _before(due_on: date, category: str, key: str) -> date | None:
    data = _data()
    known = data.rules.get(category)
    group = known.group if known is not None else _GROUPS.get(category, category)
    days = data.procedure.get(group, {}).get(key)
    return None if days is None else due_on - timedelta(days=days)


# The tables


class _Data(NamedTuple):
    rules: Mapping[str, LimitRule]
    reasons: Mapping[str, ReasonRule]
    procedure: Mapping[str, Mapping[str, Any]]
    conversions: Mapping[str, tuple[str, str]]
    restarts: Mapping[str, tuple[str, str]]
    count_source: str
    raw: Mapping[str, Any]


@lru_cache(maxsize=1)
def _data() -> _Data:
    text = (resources.files("xiezhi.law") / "data" / "time_limits.json").read_text(encoding="utf-8")
    raw = json.loads(text)
    reasons = {
        row["code"]: ReasonRule(
            row["code"],
            row["name"],
            MappingProxyType(row["sources"]),
            Length(**row["at_most"]) if "at_most" in row else None,
            frozenset(row.get("only_rules", ())),
        )
        for row in raw["exclusion_reasons"]
    }
    return _Data(
        rules=MappingProxyType({row["id"]: _rule(row, reasons) for row in raw["limits"]}),
        reasons=MappingProxyType(reasons),
        procedure=MappingProxyType(raw["extension_procedure"]),
        conversions=MappingProxyType({k: (v["mode"], v["source"]) for k, v in raw["conversion"].items()}),
        restarts=MappingProxyType({k: (v["name"], v["source"]) for k, v in raw["restart"].items()}),
        count_source="法释〔2000〕29号9",
        raw=MappingProxyType(raw),
    )


def procedure_table() -> Mapping[str, Any]:
    """Return the rest of the data file: mediation days, postponements, small-claims bands, hard rules,
    disclosure.
    """
    return _data().raw


def _rule(row: Mapping[str, Any], reasons: Mapping[str, ReasonRule]) -> LimitRule:
    group = _GROUPS.get(row["category"], "")
    listed = row["exclusions"]
    if listed is None:
        codes: Iterable[str] = ()
    elif isinstance(listed, list):
        codes = [*listed, "SUSPENSION"]
    else:
        codes = [
            r.code
            for r in reasons.values()
            if listed in r.sources and (not r.only_rules or row["id"] in r.only_rules)
        ]
    length, hours = _length_of(row["limit"], row["unit"])
    return LimitRule(
        id=row["id"],
        category=row["category"],
        procedure=row["procedure"],
        unit=row["unit"],
        length=length,
        hours=hours,
        start=row["start"],
        extensions=tuple(_extension(e) for e in row["extensions"]),
        source=row["source"],
        status=row["status"],
        note=row["note"],
        valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        group=group,
        reasons=frozenset(codes),
        converts_to=frozenset(row.get("converts_to", ())),
        in_custody=row.get("in_custody"),
        variants=MappingProxyType(row.get("variants", {})),
        not_before_days=row.get("not_before", {}).get("days", 0),
    )


def _length_of(limit: int | None, unit: str) -> tuple[Length, int]:
    if limit is None:
        return Length(), 0
    makers: dict[str, Callable[[int], Length]] = {
        "day": lambda n: Length(days=n),
        "day_min": lambda n: Length(days=n),
        "month": lambda n: Length(months=n),
        "year": lambda n: Length(months=12 * n),
    }
    return (Length(), limit) if unit == "hour" else (makers[unit](limit), 0)


def _extension(row: Mapping[str, Any]) -> ExtensionRule:
    def length(key: str) -> Length | None:
        return Length(**row[key]) if row.get(key) else None

    between = row.get("add_range")
    return ExtensionRule(
        step=row["step"],
        add=length("add"),
        to_total=length("to_total"),
        months_between=(between["min"], between["max"]) if between else None,
        suggested=length("suggested"),
        suggested_source=row.get("suggested_source", ""),
        approver=row["approver"],
        approver_code=row["approver_code"],
        condition=row.get("condition", ""),
        note=row.get("note", ""),
        repeatable=row.get("repeatable", False),
    )

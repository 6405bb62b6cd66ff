"""From the rows of a case's clock to the last day of its limit: adapts stored values to
`xiezhi.law.limits`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from xiezhi.cases.contracts import Category, ClockKind, RequestKind
from xiezhi.cases.rules import kinds
from xiezhi.law import limits, periods
from xiezhi.law.limits import Length, LimitStatus, Problem
from xiezhi.law.periods import Step

#: `ClockChange.since` is the first day that does not count and `until` counts again.
_BOUNDS = limits.ExclusionBounds.SINCE_NOT_UNTIL

_CIVIL_GROUNDS = (
    "一方当事人死亡，需要等待继承人表明是否参加诉讼",
    "一方当事人丧失诉讼行为能力，尚未确定法定代理人",
    "作为一方当事人的法人或者其他组织终止，尚未确定权利义务承受人",
    "一方当事人因不可抗拒的事由，不能参加诉讼",
    "本案必须以另一案的审理结果为依据，而另一案尚未审结",
    "其他应当中止诉讼的情形",
)
#: Grounds of suspension: 民诉法153，行诉解释87，刑诉法206，民诉法267.
_GROUNDS: dict[Category, tuple[str, ...]] = {
    Category.CIVIL: _CIVIL_GROUNDS,
    Category.COMPENSATION: _CIVIL_GROUNDS,
    Category.ADMINISTRATIVE: (
        "原告死亡，须等待其近亲属表明是否参加诉讼",
        "原告丧失诉讼行为能力，尚未确定法定代理人",
        "作为一方当事人的行政机关、法人或者其他组织终止，尚未确定权利义务承受人",
        "一方当事人因不可抗力的事由不能参加诉讼",
        "案件涉及法律适用问题，需要送请有权机关作出解释或者确认",
        "案件的审判须以相关案件的审理结果为依据，而相关案件尚未审结",
        "其他应当中止诉讼的情形",
    ),
    Category.CRIMINAL: (
        "被告人患有严重疾病，无法出庭",
        "被告人脱逃",
        "自诉人患有严重疾病，无法出庭，未委托诉讼代理人出庭",
        "由于不能抗拒的原因",
    ),
    Category.ENFORCEMENT: (
        "申请人表示可以延期执行",
        "案外人对执行标的提出确有理由的异议",
        "作为一方当事人的公民死亡，需要等待继承人继承权利或者承担义务",
        "作为一方当事人的法人或者其他组织终止，尚未确定权利义务承受人",
        "人民法院认为应当中止执行的其他情形",
    ),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the clock, as plain values."""

    kind: str
    reason: str
    since: date
    until: date | None
    step: int | None = None
    add_months: int | None = None
    add_days: int | None = None
    procedure_to: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """Where the limit of a case stands.

    `due_on`: the last day, rolled over days off where the law rolls it; None while the clock stands still and
    where the law sets no limit. `warn_on`: the same before rolling; extensions are applied for before this
    day. `problems`: changes the law does not allow, which were set aside.
    """

    due_on: date | None
    warn_on: date | None
    status: LimitStatus
    started_on: date
    total_days: int = 0
    excluded_days: int = 0
    stopped_since: date | None = None
    extension_steps: tuple[int, ...] = ()
    problems: tuple[Problem, ...] = ()
    _said: tuple[Step, ...] = field(default=(), repr=False, compare=False)
    _result: limits.LimitResult | None = field(default=None, repr=False, compare=False)

    @property
    def why(self) -> tuple[Step, ...]:
        """Each step of the count with its article. Built when read."""
        return self._said if self._result is None else self._result.why

    def days_left(self, today: date) -> int | None:
        """Return the days from `today` to the last day, negative once it passed; None without a last day."""
        return None if self.due_on is None else (self.due_on - today).days

    def counted_days(self, today: date) -> int:
        """Return how many days of the limit are used up by the end of `today`, excluded days left out."""
        if self._result is None:
            return max(0, (today - self.started_on).days)
        return self._result.counted_days(today)


@dataclass(frozen=True, slots=True)
class NextExtension:
    """The extension that may be asked for next, and by when.

    `length`: what it gives at most, with `is_total` the new total; None where the law gives none and the
    approval says it. `approver`: the post in the words of the law, empty where no approval is named.
    """

    step: int
    length: Length | None
    is_total: bool
    months_between: tuple[int, int] | None
    approver: str
    condition: str
    source: str
    apply_before_days: int | None
    decide_before_days: int | None

    def apply_by(self, last_day: date) -> date | None:
        """Return the last day to ask for it; None where no rule was found."""
        return None if self.apply_before_days is None else last_day - timedelta(days=self.apply_before_days)

    def decide_by(self, last_day: date) -> date | None:
        """Return the last day to decide on it; None where no rule was found."""
        return None if self.decide_before_days is None else last_day - timedelta(days=self.decide_before_days)


def reason_code(name: str) -> str:
    """Return the code of an exclusion reason from its Chinese name; the name itself when it is unknown."""
    return _CODES.get(name, name)


_CODES = {
    reason.name: reason.code
    for rule in limits.all_rules()
    for reason in limits.exclusion_reasons(rule.id)
    if reason.code != "SUSPENSION"
}


def _event(change: Change, kind: kinds.CaseKind) -> limits.Event:
    if change.kind == ClockKind.EXCLUSION:
        return limits.Exclusion(reason_code(change.reason), change.since, change.until, change.basis)
    if change.kind == ClockKind.SUSPENSION:
        return limits.Suspension(change.since, change.until, change.reason, change.basis)
    if change.kind == ClockKind.EXTENSION:
        return limits.Extension(
            step=change.step or 0,
            months=change.add_months or 0,
            days=change.add_days or 0,
            approved_on=change.since,
            basis=change.basis,
        )
    return limits.Conversion(kind.procedure(change.procedure_to).limit_rule, change.since, change.basis)


def limit(
    kind: kinds.CaseKind,
    procedure: str,
    *,
    docketed_on: date,
    changes: Iterable[Change] = (),
    in_custody: bool | None = None,
) -> Limit:
    """Return the limit of a case docketed under `procedure`, as its clock stands.

    `procedure` is the one the case began with; conversions are among the changes. A change the law does not
    allow is set aside and named in `problems`. `in_custody`: whether the accused is detained, for criminal
    cases (刑诉法105: no rolling over days off then). Raises UnknownKind.
    """
    rule = kind.procedure(procedure)
    if rule.limit_period:
        period = periods.compute_named(rule.limit_period, docketed_on, allow_unknown=True)
        return Limit(
            period.last_day,
            period.raw_last_day,
            LimitStatus.RUNNING,
            docketed_on,
            total_days=(period.raw_last_day - docketed_on).days,
            _said=period.why,
        )
    if not rule.limit_rule:
        said = Step(f"{rule.name}：法律没有规定办理期限", "")
        return Limit(None, None, LimitStatus.NO_LIMIT, docketed_on, _said=(said,))
    custody = in_custody if kind.category is Category.CRIMINAL else None
    if limits.get_rule(rule.limit_rule).in_custody is not None:
        custody = None
    result = limits.compute(
        rule.limit_rule,
        docketed_on,
        events=[_event(change, kind) for change in changes],
        exclusion_bounds=_BOUNDS,
        strict=False,
        in_custody=custody,
        applies_rule=rule.applies_rule,
    )
    return Limit(
        result.due_on,
        result.warn_on,
        result.status,
        result.started_on,
        result.total_days,
        result.excluded_days,
        result.stopped_since,
        result.extension_steps,
        result.problems,
        _result=result,
    )


def next_extension(
    kind: kinds.CaseKind, procedure: str, *, taken: Collection[int | None] = (), step: int | None = None
) -> NextExtension | None:
    """Return the next extension of this procedure, or None when there is none (left).

    `taken`: the steps granted under this procedure. `step`: ask for this one where several are open.
    """
    rule = kind.procedure(procedure)
    if not rule.limit_rule:
        return None
    steps = [number for number in taken if number is not None]
    options = limits.extension_options(rule.applies_rule or rule.limit_rule, steps)
    if step is not None:
        options = tuple(option for option in options if option.step == step)
    if not options:
        return None
    option = options[0]
    return NextExtension(
        step=option.step,
        length=option.length,
        is_total=option.is_total,
        months_between=option.months_between,
        approver=option.approver,
        condition=option.condition,
        source="；".join(
            dict.fromkeys(
                text for text in (limits.get_rule(rule.limit_rule).source, option.procedure_source) if text
            )
        ),
        apply_before_days=option.apply_before_days,
        decide_before_days=option.decide_before_days,
    )


def stop_reasons(kind: kinds.CaseKind, request_kind: RequestKind, procedure: str = "") -> tuple[str, ...]:
    """Return the lawful grounds of an exclusion or a suspension, in Chinese, for a form and its check.

    `procedure`: only what this procedure allows; empty: what any procedure of the kind allows.
    """
    chosen = [rule for rule in kind.procedures if not procedure or rule.key == procedure]
    if not any(_may_stop(rule) for rule in chosen):
        return ()
    if request_kind == RequestKind.SUSPENSION:
        return _GROUNDS.get(kind.category, ())
    found: dict[str, None] = {}
    for rule in chosen:
        if rule.limit_rule:
            for reason in limits.exclusion_reasons(rule.applies_rule or rule.limit_rule):
                if reason.code != "SUSPENSION":
                    found[reason.name] = None
    return tuple(found)


def _may_stop(rule: kinds.Procedure) -> bool:
    """A limit in hours does not stop, and without a limit there is nothing to stop."""
    return bool(rule.limit_rule) and not limits.get_rule(rule.limit_rule).hours


def recusal_decision_by(asked_on: date) -> date:
    """Return the last day to decide on a recusal: three days (民事诉讼法第五十条)."""
    return periods.compute_named("recusal", asked_on, allow_unknown=True).last_day


def follow_on_conversion(kind: kinds.CaseKind, before: str, after: str) -> bool:
    """Tell whether the law lets the limit of one procedure turn into that of the other.

    Within one limit (another panel under the same rule) it always does.
    """
    old, new = kind.procedure(before).limit_rule, kind.procedure(after).limit_rule
    return old == new or new in limits.get_rule(old).converts_to

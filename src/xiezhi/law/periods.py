"""Statutory and court-set periods, service and appeal dates (期间与送达).

Every result carries `why`: the steps a judge can be shown, each with its article. Pure: no clock, no
database. Lengths, sources and validity are data: `law/data/periods.json`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from xiezhi.law.calendar import ONE_DAY, Calendar, add_months, days_in_month

_ROLL_BASIS = {
    "civil": "民诉法85",
    "criminal": "刑诉法105",
    "administrative": "行诉解释48",
}
_START_BASIS = {
    "civil": "民诉法85；民诉解释125",
    "criminal": "刑诉法105",
    "administrative": "行诉解释48",
    "detention": "刑诉法105",
}
RULES = frozenset({*_ROLL_BASIS, "detention"})
UNITS = frozenset({"hour", "day", "workday", "month", "half_month", "year", "day_before", "next_day"})
_UNIT_NAMES = {
    "hour": "小时",
    "day": "日",
    "workday": "个工作日",
    "month": "个月",
    "half_month": "个半月",
    "year": "年",
    "day_before": "日前",
    "next_day": "日",
}
# What a court may set around a statutory figure counts as days; the figure is then only a bound.
_BOUNDS = {"day_min": "MIN", "day_max": "MAX", "day_max_general": "MAX_GENERAL"}


class UnknownPeriod(LookupError):
    """No period with this id, variant or version."""


class MomentNeeded(TypeError):
    """A period in hours starts from a moment, not from a day."""


class BasePeriodNeeded(ValueError):
    """A restarted period needs the id of the period that starts again."""


class PeriodTooShort(ValueError):
    """The court set fewer days than the law's minimum."""


class PeriodTooLong(ValueError):
    """The court set more days than the law's maximum."""


class PeriodIsImmutable(ValueError):
    """不变期间: no suspension, interruption or extension (民诉解释127)."""


class FilingDateNeeded(ValueError):
    """Neither a posting date nor a date of receipt was given, or they contradict each other."""


class ServiceFactMissing(ValueError):
    """The fact that fixes the date of service is not recorded."""


class MonthEnd(StrEnum):
    """Where a month period ends that is triggered on the last day of a month.

    SAME_DAY: on the corresponding day (民法典202; the earlier day). LAST_DAY: on the last day of the month,
    one reading of 刑诉解释202 (“期限起算日为本月最后一日的，至下月最后一日为一个月”).
    """

    SAME_DAY = "SAME_DAY"
    LAST_DAY = "LAST_DAY"


class Bound(StrEnum):
    """What `last_day` means: the end itself, the earliest end, the latest end, or that as a rule."""

    EXACT = "EXACT"
    MIN = "MIN"
    MAX = "MAX"
    MAX_GENERAL = "MAX_GENERAL"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a reasoning: what was done, under which article, and the date it led to."""

    text: str
    basis: str
    date: date | None = None


@dataclass(frozen=True, slots=True)
class PeriodRule:
    """A row of the table of periods. `length` is None for a restart; `variants` hold other lengths of the
    same period.

    `valid_from` is the day the text that was read came into force (None: not stated in the material); an
    earlier trigger is still computed and `why` says that the older text was not checked.
    """

    id: str
    what: str
    length: int | None
    unit: str
    start: str
    rule: str
    source: str
    status: str
    note: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    immutable: bool = False
    variants: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class PeriodResult:
    """A computed period.

    `raw_last_day` is before and `last_day` after rolling over days off; `rolled` says whether they differ.
    `provisional`: a year without a holiday notice was rolled over weekends only. `ends_at` only for hours.
    """

    trigger_on: date
    starts_on: date
    raw_last_day: date
    last_day: date
    rolled: bool
    provisional: bool
    why: tuple[Step, ...]
    ends_at: datetime | None = None
    bound: Bound = Bound.EXACT
    immutable: bool = False
    period_id: str = ""

    def days_left(self, today: date) -> int:
        """Return the days from `today` to the last day; 0 on the last day, negative when it has passed."""
        return (self.last_day - today).days


def compute(
    trigger_on: date,
    length: int,
    unit: str,
    rule: str = "civil",
    *,
    calendar: Calendar | None = None,
    allow_unknown: bool = False,
    roll: bool = True,
    month_end: MonthEnd = MonthEnd.SAME_DAY,
    basis: str = "",
) -> PeriodResult:
    """Return the end of a period of `length` `unit`s after `trigger_on`.

    `unit`: hour (then `trigger_on` is a datetime), day, workday, month, half_month (15 days), year,
    day_before (counted back, never rolled), next_day. `rule`: civil, criminal and administrative roll a last
    day that is off; detention never does (刑诉法105). `roll=False` keeps the raw day. `basis`: the source
    shown for the length.

    Raises CalendarNotLoaded when the roll needs a year that is not loaded (unless `allow_unknown`),
    MomentNeeded, ValueError for an unknown unit or rule or a length below 1.
    """
    if unit not in UNITS:
        raise ValueError(f"不认识的期间单位“{unit}”")
    if rule not in RULES:
        raise ValueError(f"不认识的期间规则“{rule}”")
    if length < 1:
        raise ValueError("期间长度必须为正整数")
    if unit == "hour":
        return _compute_hours(trigger_on, length, rule, basis)
    if isinstance(trigger_on, datetime):
        trigger_on = trigger_on.date()
    calendar = calendar or Calendar.default()
    label = f"{length}{_UNIT_NAMES[unit]}"
    if unit == "day_before":
        last = trigger_on - timedelta(days=length)
        why = (
            Step(
                f"{trigger_on.isoformat()} 的 {label}，不晚于 {last.isoformat()}；不因休息日顺延", basis, last
            ),
        )
        return PeriodResult(trigger_on, trigger_on - ONE_DAY, last, last, False, False, why)
    starts = trigger_on + ONE_DAY
    steps = [Step(f"期间开始的日不计算在内，自 {starts.isoformat()} 起算", _START_BASIS[rule], starts)]
    if unit == "workday":
        last = calendar.add_working_days(trigger_on, length)
        steps.append(Step(f"第 {length} 个工作日为 {last.isoformat()}", basis, last))
        return PeriodResult(trigger_on, starts, last, last, False, False, tuple(steps))
    raw = _raw_last_day(trigger_on, length, unit, month_end)
    steps.append(Step(f"期间 {label}，末日为 {raw.isoformat()}", basis, raw))
    last, provisional = raw, False
    if rule == "detention":
        steps.append(Step("在押期间至期满之日为止，不因休息日延长", "刑诉法105", raw))
    elif roll:
        last, provisional = calendar.roll(raw, allow_unknown=allow_unknown)
        if last != raw:
            text = f"{raw.isoformat()} 为休息日，顺延至其后第一个工作日 {last.isoformat()}"
            steps.append(Step(text, _ROLL_BASIS[rule], last))
        if provisional:
            steps.append(Step("该年放假安排尚未录入，只按周末顺延，日期为暂定", _ROLL_BASIS[rule], last))
    return PeriodResult(trigger_on, starts, raw, last, last != raw, provisional, tuple(steps))


def _raw_last_day(trigger_on: date, length: int, unit: str, month_end: MonthEnd) -> date:
    if unit in {"month", "year"}:
        last = add_months(trigger_on, length * (12 if unit == "year" else 1))
        if month_end is MonthEnd.LAST_DAY and trigger_on.day == days_in_month(
            trigger_on.year, trigger_on.month
        ):
            last = last.replace(day=days_in_month(last.year, last.month))
        return last
    return trigger_on + timedelta(days=length * 15 if unit == "half_month" else length)


def hours_after(moment: datetime, hours: int) -> datetime:
    """Return the end of a period of hours, which starts with the next hour (民诉解释125)."""
    return moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=hours + 1)


def _compute_hours(trigger: date, length: int, rule: str, basis: str) -> PeriodResult:
    if not isinstance(trigger, datetime):
        raise MomentNeeded("以小时计算的期间须填写起算的时刻，不能只填日期")
    ends = hours_after(trigger, length)
    starts = ends - timedelta(hours=length)
    why = (
        Step(f"自次时 {starts:%Y-%m-%d %H:%M} 起算", _START_BASIS[rule], starts.date()),
        Step(f"{length} 小时，至 {ends:%Y-%m-%d %H:%M}；不因休息日顺延", basis, ends.date()),
    )
    last = ends.date()
    return PeriodResult(trigger.date(), starts.date(), last, last, False, False, why, ends_at=ends)


def all_periods() -> tuple[PeriodRule, ...]:
    """Return every row, older versions included, in the order of the table."""
    return tuple(rule for versions in _table().values() for rule in versions)


def get_period(period_id: str, *, on: date | None = None, variant: str = "") -> PeriodRule:
    """Return the row with this id, in the version for a trigger on `on` (None: the latest).

    `variant`: one of the row's `variants`, e.g. "foreign" or "criminal". Raises UnknownPeriod.
    """
    versions = _table().get(period_id)
    if versions is None:
        raise UnknownPeriod(f"没有编号为“{period_id}”的期间")
    rule = versions[0]
    if on is not None:
        for older in versions[1:]:
            if older.valid_to is not None and on <= older.valid_to:
                rule = older
    if not variant:
        return rule
    if variant not in rule.variants:
        raise UnknownPeriod(f"“{rule.what}”没有“{variant}”这种情形")
    changes = {k: v for k, v in rule.variants[variant].items() if k in {"length", "unit", "source", "rule"}}
    return replace(rule, **changes)


def compute_named(
    period_id: str,
    trigger_on: date,
    *,
    variant: str = "",
    given_days: int | None = None,
    reason: str = "",
    of: str = "",
    roll_announcement_end: bool = True,
    calendar: Calendar | None = None,
    allow_unknown: bool = False,
) -> PeriodResult:
    """Return the end of a period of the table.

    `given_days`: what the court set, where the law only bounds it (举证期限); checked against the bound.
    Without it the result is the bound itself and `bound` says which. More days than a limit that holds only
    “as a rule” (小额 7 日) need a `reason`. `of`: for a restart, the id of the period that starts again.
    `roll_announcement_end`: whether the end of an announcement rolls over days off; no article says, 民诉法85
    read by its letter says yes.

    Raises UnknownPeriod, BasePeriodNeeded, PeriodTooShort, PeriodTooLong, CalendarNotLoaded, MomentNeeded.
    """
    day = trigger_on.date() if isinstance(trigger_on, datetime) else trigger_on
    rule = get_period(period_id, on=day, variant=variant)
    if rule.unit == "restart":
        return _restart(rule, trigger_on, of=of, calendar=calendar, allow_unknown=allow_unknown)
    length, unit, bound = rule.length or 1, rule.unit, Bound.EXACT
    steps: list[Step] = []
    if unit in _BOUNDS:
        bound, unit = Bound(_BOUNDS[unit]), "day"
        if given_days is not None:
            steps.append(_require_within(rule, bound, given_days, reason))
            length, bound = given_days, Bound.EXACT
    elif given_days is not None and given_days != length:
        raise ValueError(f"“{rule.what}”由法律规定为 {length}{_UNIT_NAMES[unit]}，不能另行指定")
    if rule.valid_from is not None and day < rule.valid_from:
        steps.append(
            Step(f"条文按 {rule.valid_from.isoformat()} 起施行的文本核对，此前的文本未核对", rule.source)
        )
    result = compute(
        trigger_on,
        length,
        unit,
        rule.rule,
        calendar=calendar,
        allow_unknown=allow_unknown,
        roll=roll_announcement_end or not period_id.startswith("announce_"),
        basis=rule.source,
    )
    if bound is Bound.MIN:
        steps.append(Step("法律只规定最短期限，此为最早的届满日", rule.source, result.last_day))
    elif bound is not Bound.EXACT:
        steps.append(Step("法律只规定最长期限，此为最晚的届满日", rule.source, result.last_day))
    if rule.immutable:
        steps.append(Step("不变期间，不适用中止、中断、延长", "民诉解释127", result.last_day))
    why = (Step(f"{rule.what}：自{rule.start or '起算事实发生'}", rule.source, day), *result.why, *steps)
    return replace(result, why=why, bound=bound, immutable=rule.immutable, period_id=rule.id)


def _restart(
    rule: PeriodRule, trigger_on: date, *, of: str, calendar: Calendar | None, allow_unknown: bool
) -> PeriodResult:
    if not of:
        raise BasePeriodNeeded(f"“{rule.what}”须指明重新起算的是哪一个期间")
    if get_period(of).unit == "restart":
        raise BasePeriodNeeded("重新起算的期间不能又是“重新起算”")
    result = compute_named(of, trigger_on, calendar=calendar, allow_unknown=allow_unknown)
    return replace(result, why=(Step(f"{rule.what}：{rule.start}", rule.source, trigger_on), *result.why))


def _require_within(rule: PeriodRule, bound: Bound, given: int, reason: str) -> Step:
    limit = rule.length or 0
    if given < 1:
        raise PeriodTooShort("指定的期限至少为一日")
    if bound is Bound.MIN and given < limit:
        raise PeriodTooShort(f"“{rule.what}”不得少于 {limit} 日（{rule.source}），请改为 {limit} 日以上")
    if bound is Bound.MAX and given > limit:
        raise PeriodTooLong(f"“{rule.what}”不得超过 {limit} 日（{rule.source}），请改为 {limit} 日以内")
    if bound is Bound.MAX_GENERAL and given > limit:
        if not reason.strip():
            raise PeriodTooLong(f"“{rule.what}”一般不超过 {limit} 日（{rule.source}），确需超过的请填写理由")
        return Step(f"法院指定 {given} 日，超过一般的 {limit} 日，理由：{reason.strip()}", rule.source)
    return Step(f"法院指定 {given} 日，在法律规定的限度内", rule.source)


def require_extendable(period_id: str) -> None:
    """Refuse to suspend, interrupt or extend an immutable period. Raises PeriodIsImmutable, UnknownPeriod."""
    rule = get_period(period_id)
    if rule.immutable:
        raise PeriodIsImmutable(f"“{rule.what}”为不变期间，不能中止、中断或者延长（民诉解释127）")


# Filing in time


@dataclass(frozen=True, slots=True)
class Timeliness:
    """Whether a paper came in time. `counted_on` is the day that counts; both recorded days are kept."""

    in_time: bool
    last_day: date
    counted_on: date
    posted_on: date | None
    received_on: date | None
    why: tuple[Step, ...]

    def __bool__(self) -> bool:
        return self.in_time


def timeliness(
    last_day: date, *, posted_on: date | None = None, received_on: date | None = None
) -> Timeliness:
    """Judge whether a paper was filed by `last_day`: a posted paper counts on its posting day (民诉法85).

    Raises FilingDateNeeded when no day is given or the paper was received before it was posted.
    """
    counted = posted_on if posted_on is not None else received_on
    if counted is None:
        raise FilingDateNeeded("请填写交邮日期或者收到日期")
    if posted_on is not None and received_on is not None and received_on < posted_on:
        raise FilingDateNeeded("收到日期不能早于交邮日期")
    in_time = counted <= last_day
    what = "交邮" if posted_on is not None else "收到"
    verdict = "未过期" if in_time else "已过期"
    why = (
        Step(
            f"{what}日 {counted.isoformat()}，届满日 {last_day.isoformat()}，{verdict}", "民诉法85", counted
        ),
    )
    return Timeliness(in_time, last_day, counted, posted_on, received_on, why)


def is_in_time(last_day: date, *, posted_on: date | None = None, received_on: date | None = None) -> bool:
    """Say whether a paper was filed by `last_day`; see `timeliness`, which also gives the reasons."""
    return timeliness(last_day, posted_on=posted_on, received_on=received_on).in_time


# Service


class ServiceMode(StrEnum):
    """Modes of service (民诉法87-95)."""

    DIRECT = "DIRECT"
    LEFT = "LEFT"
    ELECTRONIC = "ELECTRONIC"
    POST = "POST"
    ANNOUNCEMENT = "ANNOUNCEMENT"
    FORWARDED = "FORWARDED"
    ENTRUSTED = "ENTRUSTED"


@dataclass(frozen=True, slots=True)
class ElectronicDelivery:
    """One electronic sending of the same papers.

    `arrived_on`: the court's system shows it as sent. `own_address`: supplied or confirmed by the recipient.
    `proven_on`: the recipient proves another day of arrival. For an address that was not supplied or
    confirmed, `acknowledged_on` is the day of a reply or of an act in the proceedings, `read_on` the day the
    system or other proof shows it was read, and `rebutted` that the recipient proved the contrary
    (在线诉讼规则31).
    """

    arrived_on: date
    own_address: bool = True
    proven_on: date | None = None
    acknowledged_on: date | None = None
    read_on: date | None = None
    rebutted: bool = False
    channel: str = ""

    @property
    def effective_on(self) -> date | None:
        """The day this sending counts as service, or None when it does not."""
        if self.own_address:
            return self.proven_on or self.arrived_on
        candidates = [self.acknowledged_on, None if self.rebutted else self.read_on]
        return min((d for d in candidates if d is not None), default=None)


@dataclass(frozen=True, slots=True)
class ServiceResult:
    """When a paper counts as served; `served_on` is None while it does not."""

    mode: ServiceMode
    served_on: date | None
    provisional: bool
    why: tuple[Step, ...]


def service_date(
    mode: ServiceMode | str,
    *,
    signed_on: date | None = None,
    left_on: date | None = None,
    electronic: Sequence[ElectronicDelivery] = (),
    consented: bool = True,
    posted_on: date | None = None,
    receipt_on: date | None = None,
    returned_on: date | None = None,
    address_confirmed: bool = False,
    announced_on: date | Iterable[date] | None = None,
    foreign: bool = False,
    roll_announcement_end: bool = True,
    calendar: Calendar | None = None,
    allow_unknown: bool = False,
) -> ServiceResult:
    """Return the day a paper counts as served.

    DIRECT, FORWARDED, ENTRUSTED need `signed_on`; LEFT `left_on` (recorded, photographed or filmed);
    ELECTRONIC the deliveries, the earliest valid one counts, and none without consent (民诉法90); POST
    `receipt_on`, or `returned_on` with `address_confirmed`; a `foreign` POST without receipt counts after the
    period of 民诉法283(八); ANNOUNCEMENT `announced_on`, of several postings the latest (民诉解释138),
    `foreign` takes the longer period.

    Raises ServiceFactMissing, CalendarNotLoaded.
    """
    mode = ServiceMode(mode)
    if mode is ServiceMode.LEFT:
        return _served(mode, _need(left_on, "留置送达须填写留置日期"), "留置并记明、拍照录像之日", "民诉法89")
    if mode is ServiceMode.ELECTRONIC:
        return _electronic(electronic, consented=consented)
    if mode is ServiceMode.POST:
        if receipt_on is not None:
            return _served(mode, receipt_on, "回执上注明的收件日期", "民诉法91")
        if returned_on is not None:
            basis = "法院专递规定11（法释〔2004〕13号）"
            if address_confirmed:
                return _served(mode, returned_on, "向确认的地址邮寄被退回，退回之日视为送达", basis)
            return ServiceResult(mode, None, False, (Step("地址未经本人确认，退回不产生送达效力", basis),))
        if foreign and posted_on is not None:
            return _deemed(mode, "mail_foreign", posted_on, True, calendar, allow_unknown)
        raise ServiceFactMissing("邮寄送达须填写收件日期，或者退回日期")
    if mode is ServiceMode.ANNOUNCEMENT:
        if announced_on is None:
            raise ServiceFactMissing("公告送达须填写发出公告的日期")
        latest = announced_on if isinstance(announced_on, date) else max(announced_on)
        period_id = "announce_foreign" if foreign else "announce_domestic"
        return _deemed(mode, period_id, latest, roll_announcement_end, calendar, allow_unknown)
    names = {
        ServiceMode.DIRECT: ("送达回证上的签收日期", "民诉法87、88"),
        ServiceMode.FORWARDED: ("转交后送达回证上的签收日期", "民诉法94"),
        ServiceMode.ENTRUSTED: ("受托法院送达回证上的签收日期", "民诉法87、91"),
    }
    return _served(mode, _need(signed_on, "须填写送达回证上的签收日期"), *names[mode])


def _need(day: date | None, message: str) -> date:
    if day is None:
        raise ServiceFactMissing(message)
    return day


def _served(mode: ServiceMode, day: date, text: str, basis: str) -> ServiceResult:
    return ServiceResult(mode, day, False, (Step(f"{text}：{day.isoformat()}", basis, day),))


def _deemed(
    mode: ServiceMode, period_id: str, day: date, roll: bool, calendar: Calendar | None, allow_unknown: bool
) -> ServiceResult:
    result = compute_named(
        period_id, day, roll_announcement_end=roll, calendar=calendar, allow_unknown=allow_unknown
    )
    last = Step(
        f"期满，{result.last_day.isoformat()} 视为送达", get_period(period_id, on=day).source, result.last_day
    )
    return ServiceResult(mode, result.last_day, result.provisional, (*result.why, last))


def _electronic(deliveries: Sequence[ElectronicDelivery], *, consented: bool) -> ServiceResult:
    mode = ServiceMode.ELECTRONIC
    if not consented:
        return ServiceResult(mode, None, False, (Step("受送达人未同意电子送达，不产生送达效力", "民诉法90"),))
    if not deliveries:
        raise ServiceFactMissing("电子送达须有发送记录")
    steps = []
    for delivery in deliveries:
        day = delivery.effective_on
        where = f"（{delivery.channel}）" if delivery.channel else ""
        if day is None:
            text = f"非本人提供或者确认的地址{where}，无回复、无诉讼行为，也不能认定已阅知，未完成有效送达"
            steps.append(Step(text, "在线诉讼规则31"))
        elif delivery.own_address and delivery.proven_on is not None:
            steps.append(Step(f"受送达人证明到达日期{where}：{day.isoformat()}", "民诉解释135", day))
        elif delivery.own_address:
            steps.append(
                Step(f"到达本人提供或者确认的地址{where}：{day.isoformat()}", "民诉法90；民诉解释135", day)
            )
        else:
            steps.append(
                Step(f"本人回复、作出诉讼行为或者已阅知{where}：{day.isoformat()}", "在线诉讼规则31", day)
            )
    days = [d for d in (item.effective_on for item in deliveries) if d is not None]
    served = min(days, default=None)
    if len(deliveries) > 1 and served is not None:
        steps.append(
            Step(f"多种方式以最先完成的有效送达为准：{served.isoformat()}", "在线诉讼规则31", served)
        )
    return ServiceResult(mode, served, False, tuple(steps))


# Appeal


class EffectRule(StrEnum):
    """When an appealable decision takes effect once nobody appealed. The law's principle, not an article: a
    parameter.
    """

    NEXT_DAY = "NEXT_DAY"
    LAST_DAY = "LAST_DAY"


@dataclass(frozen=True, slots=True)
class AppealDeadlines:
    """Each party's own appeal period, the last day of the last of them, and the day of effect without an
    appeal.

    `last_day` and `effective_on` are None while a party is not served; `not_served` names those parties.
    """

    by_party: Mapping[str, PeriodResult]
    last_day: date | None
    effective_on: date | None
    not_served: tuple[str, ...]
    provisional: bool
    why: tuple[Step, ...]


def appeal_deadlines(
    document: str,
    case_kind: str,
    served: Mapping[str, date | None],
    *,
    foreign: Collection[str] = (),
    effect_rule: EffectRule = EffectRule.NEXT_DAY,
    calendar: Calendar | None = None,
    allow_unknown: bool = False,
) -> AppealDeadlines:
    """Return the appeal period of every party.

    `document`: JUDGMENT or RULING; `case_kind`: CIVIL, ADMINISTRATIVE or CRIMINAL; `served`: the day each
    party was served, None when not yet; `foreign`: parties of a civil case without a domicile in China
    (民诉法286). That a decision takes effect when the last period has run out is stated for foreign-related
    cases (民诉解释536) and otherwise a general principle, so it is a parameter.

    Raises ValueError for an unknown document, kind or foreign party, CalendarNotLoaded.
    """
    if document not in {"JUDGMENT", "RULING"}:
        raise ValueError("只有判决书和裁定书有上诉期")
    prefixes = {"CIVIL": "appeal_civil", "ADMINISTRATIVE": "appeal_admin", "CRIMINAL": "appeal_criminal"}
    if case_kind not in prefixes:
        raise ValueError(f"不认识的案件类别“{case_kind}”")
    strangers = set(foreign) - set(served)
    if strangers or (foreign and case_kind != "CIVIL"):
        raise ValueError("境外当事人须是本案送达名单上的民事案件当事人")
    period_id = f"{prefixes[case_kind]}_{document.lower()}"
    by_party = {
        party: compute_named(
            "appeal_civil_foreign" if party in foreign else period_id,
            day,
            calendar=calendar,
            allow_unknown=allow_unknown,
        )
        for party, day in served.items()
        if day is not None
    }
    missing = tuple(party for party, day in served.items() if day is None)
    last = max((r.last_day for r in by_party.values()), default=None) if not missing else None
    steps = [Step("上诉期对各当事人分别起算", get_period(period_id).source)]
    effective = None
    if last is not None:
        effective = last + ONE_DAY if effect_rule is EffectRule.NEXT_DAY else last
        basis = "民诉解释536（涉外）；一般原理（未核对，作为参数）"
        steps.append(Step(f"最后一名当事人的上诉期于 {last.isoformat()} 届满", basis, last))
        steps.append(Step(f"无人上诉的，{effective.isoformat()} 生效", basis, effective))
    elif missing:
        steps.append(Step(f"尚有 {len(missing)} 名当事人未送达，生效日期不能确定", "民诉解释536"))
    provisional = any(r.provisional for r in by_party.values())
    return AppealDeadlines(MappingProxyType(by_party), last, effective, missing, provisional, tuple(steps))


@lru_cache(maxsize=1)
def _table() -> Mapping[str, tuple[PeriodRule, ...]]:
    text = (resources.files("xiezhi.law") / "data" / "periods.json").read_text(encoding="utf-8")
    table: dict[str, tuple[PeriodRule, ...]] = {}
    for row in json.loads(text)["periods"]:
        rule = PeriodRule(
            id=row["id"],
            what=row["what"],
            length=row["length"],
            unit=row["unit"],
            start=row["start"],
            rule=row["rule"],
            source=row["source"],
            status=row["status"],
            note=row["note"],
            valid_from=_day(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
            immutable=row.get("immutable", False),
            variants=MappingProxyType(row.get("variants", {})),
        )
        # The current version is listed first, older ones follow it.
        table[rule.id] = (*table.get(rule.id, ()), rule)
    return MappingProxyType(table)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None

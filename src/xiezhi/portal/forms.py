"""Forms of the law tools. Each asks only what its choice needs, and answers with what the law counts.

A form is asked when `ask` is in the address; before that, and when only the choice was changed, it shows what
has been typed and complains about nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiezhi.law import case_numbers, causes, fees, limits, period_inputs, periods
from xiezhi.law.calendar import CalendarNotLoaded

Choices = Sequence[tuple[str, Any]]
LONGEST = 200  # of what a person types into one field


class DayField(forms.CharField):
    """A day, or a moment where hours count; typed as 20261124, 2026-11-24 or 2026年11月24日."""

    def __init__(self, *, moment: bool = False, **options: Any) -> None:
        self.moment = moment
        widget = (
            forms.TextInput(attrs={"placeholder": _("如 20261124 09:30")}) if moment else forms.DateInput()
        )
        super().__init__(widget=widget, max_length=40, **options)

    def clean(self, value: Any) -> date | datetime | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            day = period_inputs.read_day(self._with_dashes(text))
        except period_inputs.InputFault:
            raise forms.ValidationError(_("请填写日期，例如 20261124。")) from None
        if not 1990 <= day.year <= 2100:
            raise forms.ValidationError(_("请核对年份。"))
        return day if self.moment or not isinstance(day, datetime) else day.date()

    @staticmethod
    def _with_dashes(text: str) -> str:
        first, _space, rest = text.partition(" ")
        if rest and len(first) == 8 and first.isdigit():
            return f"{first[:4]}-{first[4:6]}-{first[6:]} {rest}"
        return text


class ToolForm(forms.Form):
    """A form asked by GET. `choice` is the field whose value decides which other fields there are."""

    choice = ""
    default = ""

    def __init__(self, query: QueryDict) -> None:
        self.asked = "ask" in query
        self.chosen = query.get(self.choice) or self.default
        initial = {key: query.get(key) for key in query if key != "ask"}
        if self.choice:
            initial[self.choice] = self.chosen
        super().__init__(query if self.asked else None, initial=initial, auto_id="%s")
        self.shape()
        for field in self.fields.values():
            field.error_messages["required"] = (
                _("请选择%s。") if isinstance(field, forms.ChoiceField) else _("请填写%s。")
            ) % field.label

    def shape(self) -> None:
        """Leave out the fields that the choice does not need, and word the others."""

    def drop(self, *names: str) -> None:
        for name in names:
            self.fields.pop(name, None)

    def answer(self) -> object:
        """Return what the law says, or None where nothing was asked or the input is at fault."""
        return self.work_out() if self.asked and self.is_valid() else None

    def work_out(self) -> object:
        raise NotImplementedError

    def blame(self, name: str, fault: Exception) -> None:
        """Put what the law refuses beside the field it is about."""
        text = str(fault)
        if isinstance(fault, CalendarNotLoaded):
            text = _("%s 年的放假安排还没有公布，工作日暂时数不出来。") % fault.year
        self.add_error(name if name in self.fields else None, text)


# Fees


@dataclass(frozen=True, slots=True)
class FeeAnswer:
    """The fee of `amount`; `high` where the province's figure is not known and only a range can be told."""

    fee: fees.Fee
    amount: Decimal | None
    high: fees.Fee | None = None


def _fee_choices() -> Choices:
    groups: dict[str, list[tuple[str, str]]] = {}
    for kind in fees.kinds():
        groups.setdefault(kind.group.label, []).append((kind.id, kind.name))
    return list(groups.items())


def _in_ten_thousands(amount: Decimal | None) -> str:
    return _("%s 万元") % f"{(amount or Decimal(0)) / 10_000:f}"


class FeeForm(ToolForm):
    """What a case or an application costs."""

    choice = "kind"
    default = "property"

    kind = forms.ChoiceField(label=gettext_lazy("案件或者申请的种类"), choices=_fee_choices)
    amount = forms.CharField(label=gettext_lazy("金额"), max_length=LONGEST, required=False)
    base = forms.CharField(label=gettext_lazy("本省的标准"), max_length=LONGEST, required=False)
    simplified = forms.BooleanField(label=gettext_lazy("适用简易程序（包括小额诉讼）"), required=False)
    mediated = forms.BooleanField(label=gettext_lazy("以调解方式结案"), required=False)
    withdrawn = forms.BooleanField(label=gettext_lazy("申请撤诉"), required=False)

    def shape(self) -> None:
        self.fields["amount"].widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}
        self.fields["base"].widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}
        try:
            kind = fees.get_kind(self.chosen)
        except fees.UnknownFeeKind:
            self.drop("amount", "base", "simplified", "mediated", "withdrawn")
            return
        if kind.table is None:
            self.drop("amount")
        else:
            title, _comma, note = kind.amount_name.partition("，")
            self.fields["amount"].label = title
            self.fields["amount"].required = kind.needs_amount
            hint = _("可以写 120000、120,000 或者 12万。")
            self.fields["amount"].help_text = f"{note}。{hint}" if note else hint
        if kind.range is None:
            self.drop("base")
        else:
            low, high = kind.range
            words = _("法律规定每件 %(low)s 至 %(high)s 元，具体由省里定。不知道可以不填，会给出上下限。")
            self.fields["base"].help_text = words % {"low": f"{low:,}", "high": f"{high:,}"}
        if kind.group is fees.Group.APPLICATION or kind.fixed == 0 or kind.id == "jurisdiction_objection":
            self.drop("simplified", "mediated", "withdrawn")
        elif kind.no_simplified:
            self.drop("simplified")

    @property
    def standard(self) -> list[tuple[str, str]]:
        """The table of property cases, in words: what part of the claim, and what is charged on it."""
        table = fees.get_kind("property").table
        if table is None:
            return []
        rows = [(_("不超过 %s") % _in_ten_thousands(table.base_up_to), _("每件 %s 元") % table.base)]
        for bracket in table.brackets:
            words = _("超过 %s的部分") % _in_ten_thousands(bracket.over)
            if bracket.up_to is not None:
                values = (_in_ten_thousands(bracket.over), _in_ten_thousands(bracket.up_to))
                words = _("超过 %s至 %s的部分") % values
            rows.append((words, f"{bracket.percent}%"))
        return rows

    def work_out(self) -> FeeAnswer | None:
        data = dict(self.cleaned_data)
        kind = data.pop("kind")
        data["base"] = data.get("base") or None
        try:
            amount = fees.money(data["amount"]) if data.get("amount") else None
            data["amount"] = amount
            try:
                return FeeAnswer(fees.compute(kind, **data), amount)
            except fees.StandardNeeded as needed:
                data["base"] = needed.low
                low = fees.compute(kind, **data)
                data["base"] = needed.high
                return FeeAnswer(low, amount, fees.compute(kind, **data))
        except fees.FeeFault as fault:
            self.blame("base" if fault.field == "base" else "amount", fault)
            return None


# Periods

_GROUPS = (
    (
        gettext_lazy("上诉"),
        "appeal_civil_judgment appeal_civil_ruling appeal_civil_foreign appeal_criminal_judgment"
        " appeal_criminal_ruling victim_request_protest appeal_admin_judgment appeal_admin_ruling"
        " appeal_copy appeal_defence appeal_files",
    ),
    (
        gettext_lazy("答辩和管辖"),
        "defence defence_admin serve_complaint serve_defence jurisdiction_objection online_reply",
    ),
    (
        gettext_lazy("举证和开庭"),
        "evidence_ordinary evidence_simplified evidence_small evidence_second_new panel_notice recusal"
        " hearing_notice hearing_notice_proc judgment_on_spot",
    ),
    (
        gettext_lazy("申请再审、执行、保全"),
        "retrial_apply enforce_apply third_revoke_apply objection_action enf_review_apply judicial_confirm"
        " pres_release_30 pres_renew_apply relief_extend fee_prepay",
    ),
    (
        gettext_lazy("立案"),
        "filing_civil filing_payment_order filing_admin filing_private_pros filing_public_pros"
        " filing_third_revoke filing_enf_action filing_enforcement filing_enf_objection filing_2nd"
        " filing_remand supplement_restart transfer_to_division",
    ),
    (
        gettext_lazy("送达、调解、公开"),
        "announce_domestic announce_foreign mail_foreign entrust_serve mediation_pre mediation_post_ord"
        " mediation_post_simple publish_judgment",
    ),
)
PERIOD_GROUPS: Sequence[tuple[str | Promise, Sequence[str]]] = tuple(
    (name, tuple(keys.split())) for name, keys in _GROUPS
)
OWN = "own"
VARIANTS = {
    "": gettext_lazy("一般情形"),
    "foreign": gettext_lazy("当事人在国内没有住所"),
    "criminal": gettext_lazy("刑事案件"),
    "urgent": gettext_lazy("情况紧急"),
}


def _period_choices() -> Choices:
    grouped: list[tuple[Any, Any]] = [
        (name, [(key, periods.get_period(key).what) for key in keys]) for name, keys in PERIOD_GROUPS
    ]
    return [*grouped, (_("其他"), [(OWN, _("自己填写期间的长度"))])]


class PeriodForm(ToolForm):
    """The last day of a period."""

    choice = "period"
    default = "appeal_civil_judgment"

    period = forms.ChoiceField(label=gettext_lazy("哪一种期限"), choices=_period_choices)
    length = forms.IntegerField(label=gettext_lazy("期间长度"), min_value=1, max_value=9999)
    unit = forms.ChoiceField(
        label=gettext_lazy("单位"),
        choices=[
            ("day", gettext_lazy("日")),
            ("workday", gettext_lazy("个工作日")),
            ("month", gettext_lazy("个月")),
            ("year", gettext_lazy("年")),
        ],
    )
    rule = forms.ChoiceField(
        label=gettext_lazy("案件类别"),
        choices=[
            ("civil", gettext_lazy("民事")),
            ("criminal", gettext_lazy("刑事")),
            ("administrative", gettext_lazy("行政")),
            ("detention", gettext_lazy("刑事在押期间（不因休息日顺延）")),
        ],
    )
    trigger = DayField(label=gettext_lazy("从哪一天起算"))
    variant = forms.ChoiceField(label=gettext_lazy("情形"), required=False)
    given_days = forms.IntegerField(
        label=gettext_lazy("法院定了多少日"), min_value=1, max_value=999, required=False
    )
    reason = forms.CharField(label=gettext_lazy("超过一般期限的理由"), max_length=LONGEST, required=False)
    of = forms.ChoiceField(label=gettext_lazy("重新起算哪一个期限"))
    posted_on = DayField(label=gettext_lazy("交邮日（邮戳）"), required=False)
    received_on = DayField(label=gettext_lazy("法院收到日"), required=False)

    def shape(self) -> None:
        self.fields["trigger"].help_text = _("当天不算，从第二天开始数。")
        if self.chosen == OWN:
            self.drop("variant", "given_days", "reason", "of")
            return
        self.drop("length", "unit", "rule")
        try:
            rule = periods.get_period(self.chosen)
        except periods.UnknownPeriod:
            self.drop("variant", "given_days", "reason", "of", "posted_on", "received_on")
            return
        if rule.unit == "day_before":
            self.fields["trigger"].label = _("%s的日期") % rule.start
            self.fields["trigger"].help_text = _("从这一天往前数。")
            self.drop("posted_on", "received_on")
        elif rule.start:
            self.fields["trigger"].label = _("起算日：%s") % rule.start
        if rule.variants:
            names = ["", *rule.variants]
            self.fields["variant"].choices = [(n, VARIANTS.get(n, n)) for n in names]  # type: ignore[attr-defined]
        else:
            self.drop("variant")
        if rule.unit not in {"day_min", "day_max", "day_max_general"}:
            self.drop("given_days", "reason")
        elif rule.unit != "day_max_general":
            self.drop("reason")
        if rule.unit != "restart":
            self.drop("of")
        else:
            filing = next(keys for name, keys in PERIOD_GROUPS if "filing_civil" in keys)
            self.fields["of"].choices = [  # type: ignore[attr-defined]
                (key, periods.get_period(key).what) for key in filing if key.startswith("filing_")
            ]

    def work_out(self) -> period_inputs.Answer | None:
        data = {key: value for key, value in self.cleaned_data.items() if value not in (None, "")}
        if data["period"] == OWN:
            del data["period"]
        try:
            return period_inputs.from_mapping(data, allow_unknown=True)
        except (ValueError, LookupError) as fault:
            self.blame(self._field_of(fault), fault)
            return None

    @staticmethod
    def _field_of(fault: Exception) -> str:
        if isinstance(fault, periods.PeriodTooShort | periods.PeriodTooLong):
            return "given_days"
        if isinstance(fault, periods.FilingDateNeeded):
            return "received_on"
        return "trigger"


# Limits

EXCLUSION_ROWS = 3


def _limit_choices() -> Choices:
    groups: dict[str, list[tuple[str, str]]] = {}
    for rule in limits.all_rules():
        name = f"{rule.procedure}（{rule.length_text}）" if rule.length_text else rule.procedure
        groups.setdefault(rule.category, []).append((rule.id, name))
    return list(groups.items())


@dataclass(frozen=True, slots=True)
class LimitAnswer:
    """A computed limit and what may still be asked for."""

    result: limits.LimitResult
    rule: limits.LimitRule
    options: tuple[limits.ExtensionOption, ...]


class LimitForm(ToolForm):
    """The last day of a trial or enforcement limit."""

    choice = "limit"
    default = "civ_1_ordinary"

    limit = forms.ChoiceField(label=gettext_lazy("程序"), choices=_limit_choices)
    variant = forms.ChoiceField(label=gettext_lazy("情形"), required=False)
    docketed = DayField(label=gettext_lazy("立案日"))
    applies = forms.ChoiceField(label=gettext_lazy("适用哪一程序的审限"))
    election_on = DayField(label=gettext_lazy("选举日"))
    custody = forms.ChoiceField(
        label=gettext_lazy("被告人是否在押"),
        required=False,
        choices=[("yes", gettext_lazy("在押")), ("no", gettext_lazy("未在押"))],
    )
    extended = forms.ChoiceField(label=gettext_lazy("已经批准的延长"), required=False)

    def shape(self) -> None:
        try:
            rule = limits.get_rule(self.chosen)
        except limits.UnknownLimit:
            self.drop("variant", "docketed", "applies", "election_on", "custody", "extended")
            return
        if rule.hours:
            self.fields["docketed"] = DayField(label=_("起算的时刻"), moment=True)
        if rule.start:
            self.fields["docketed"].help_text = (
                _("%s。") if "次日" in rule.start else _("%s。当天不算。")
            ) % rule.start
            if "立案" not in rule.start and not rule.hours:
                self.fields["docketed"].label = _("起算日")
        if rule.variants:
            names = ["", *rule.variants]
            self.fields["variant"].choices = [(n, VARIANTS.get(n, n)) for n in names]  # type: ignore[attr-defined]
        else:
            self.drop("variant")
        if rule.unit in {"restart", "as_first_or_second_instance", "as_first_second_ordinary"}:
            same = [r for r in limits.all_rules() if r.category == rule.category and r.length and not r.hours]
            self.fields["applies"].choices = [(r.id, r.procedure) for r in same]  # type: ignore[attr-defined]
        else:
            self.drop("applies")
        if rule.unit != "before_election_day":
            self.drop("election_on")
        if rule.group != "criminal" or rule.in_custody is not None:
            self.drop("custody")
        self._offer_extensions(rule)
        self._offer_exclusions(rule)

    def _offer_extensions(self, rule: limits.LimitRule) -> None:
        # Where the law gives no length only the approval tells it, and this page has none.
        offered: list[tuple[str, Any]] = [("", _("没有延长"))]
        total = limits.Length()
        for extension in rule.extensions:
            length = extension.add or extension.to_total or extension.suggested
            if length is None or not rule.length:
                break
            total = length
            words = _("延长至 %s") if extension.to_total else _("延长 %s")
            by = f"（{extension.approver}）" if extension.approver else ""
            offered.append((str(extension.step), words % total + by))
        if len(offered) == 1:
            self.drop("extended")
        else:
            self.fields["extended"].choices = offered  # type: ignore[attr-defined]

    def _offer_exclusions(self, rule: limits.LimitRule) -> None:
        reasons = limits.exclusion_reasons(rule.id) if rule.length and rule.unit != "day_min" else ()
        if not reasons:
            return
        choices = [("", _("没有")), *((r.code, r.name) for r in reasons)]
        for row in range(1, EXCLUSION_ROWS + 1):
            self.fields[f"reason_{row}"] = forms.ChoiceField(
                label=_("不计入的期间 %s") % row, choices=choices, required=False
            )
            self.fields[f"since_{row}"] = DayField(label=_("开始日"), required=False)
            self.fields[f"until_{row}"] = DayField(label=_("结束日"), required=False)

    @property
    def exclusion_rows(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """The rows of fields for days that do not count."""
        return [
            (self[f"reason_{row}"], self[f"since_{row}"], self[f"until_{row}"])
            for row in range(1, EXCLUSION_ROWS + 1)
            if f"reason_{row}" in self.fields
        ]

    @property
    def exclusions_open(self) -> bool:
        """Whether the rows are shown at once: something is in them."""
        return any(field.value() for row in self.exclusion_rows for field in row)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for row in range(1, EXCLUSION_ROWS + 1):
            reason, since = data.get(f"reason_{row}"), data.get(f"since_{row}")
            until = data.get(f"until_{row}")
            if reason and not since and f"since_{row}" not in self.errors:
                self.add_error(f"since_{row}", _("请填写开始日。"))
            if since and not reason:
                self.add_error(f"reason_{row}", _("请选择不计入的事由。"))
            if since and until and until < since:
                self.add_error(f"until_{row}", _("结束日不能早于开始日。"))
        return data

    def work_out(self) -> LimitAnswer | None:
        data = self.cleaned_data
        try:
            result = limits.compute(
                data["limit"],
                data["docketed"],
                events=tuple(self._events(data)),
                in_custody={"yes": True, "no": False}.get(data.get("custody", "")),
                variant=data.get("variant", ""),
                applies_rule=data.get("applies", ""),
                election_on=data.get("election_on"),
            )
        except (ValueError, LookupError) as fault:
            self.blame("docketed", fault)
            return None
        rule = limits.get_rule(result.rule_id)
        options = limits.extension_options(result.rule_id, result.extension_steps)
        return LimitAnswer(result, rule, options)

    @staticmethod
    def _events(data: Mapping[str, Any]) -> Iterator[limits.Event]:
        for row in range(1, EXCLUSION_ROWS + 1):
            if reason := data.get(f"reason_{row}"):
                yield limits.Exclusion(reason, data[f"since_{row}"], data[f"until_{row}"])
        if extended := data.get("extended"):
            wanted = int(extended)
            for extension in limits.get_rule(data["limit"]).extensions:
                if extension.step == wanted or 1 <= extension.step <= wanted:
                    yield limits.Extension(extension.step)


# Case numbers and causes


@dataclass(frozen=True, slots=True)
class NumberAnswer:
    """What a case number says. `modern` is empty for one from before 2016."""

    number: case_numbers.CaseNumber | case_numbers.LegacyCaseNumber
    modern: case_numbers.CaseNumber | None


class NumberForm(ToolForm):
    """Read a case number."""

    number = forms.CharField(label=gettext_lazy("案号"), max_length=LONGEST)

    def shape(self) -> None:
        self.fields["number"].widget.attrs |= {"autocomplete": "off", "placeholder": case_numbers.EXAMPLE}
        self.fields["number"].help_text = _("括号全角半角、有没有“第”“号”、有没有空格都可以。")

    def work_out(self) -> NumberAnswer | None:
        try:
            found = case_numbers.parse_any(self.cleaned_data["number"])
        except case_numbers.NotACaseNumber as fault:
            self.blame("number", fault)
            return None
        return NumberAnswer(found, found if isinstance(found, case_numbers.CaseNumber) else None)


@dataclass(frozen=True, slots=True)
class CauseRow:
    """A cause with those above it."""

    cause: causes.Cause
    above: tuple[causes.Cause, ...]
    leaf: bool


@dataclass(frozen=True, slots=True)
class CauseAnswer:
    """What the search found; `more` where the list was cut off."""

    rows: tuple[CauseRow, ...]
    more: bool


class CauseForm(ToolForm):
    """Search causes and charges."""

    most = 30

    text = forms.CharField(label=gettext_lazy("名称中的字"), max_length=LONGEST)
    kind = forms.ChoiceField(
        label=gettext_lazy("范围"),
        required=False,
        choices=[
            ("", gettext_lazy("民事、行政、刑事都找")),
            ("CIVIL", gettext_lazy("民事案由")),
            ("ADMINISTRATIVE", gettext_lazy("行政案由")),
            ("CRIMINAL", gettext_lazy("刑事罪名")),
        ],
    )

    def shape(self) -> None:
        self.fields["text"].widget.attrs |= {"autocomplete": "off", "placeholder": _("如 借贷、离婚、盗窃")}

    def work_out(self) -> CauseAnswer:
        data = self.cleaned_data
        found = causes.search(data["text"], data["kind"] or None, limit=self.most + 1)
        return CauseAnswer(tuple(self._rows(found[: self.most])), len(found) > self.most)

    @staticmethod
    def _rows(found: Iterable[causes.Cause]) -> Iterator[CauseRow]:
        for cause in found:
            yield CauseRow(cause, causes.ancestors(cause.key), causes.is_leaf(cause.key))

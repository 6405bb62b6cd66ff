"""Court fees (诉讼费用): what a case or an application costs, why, who pays first and who bears it in the
end.

Pure and exact: Decimal throughout, rounded once, to the cent, at the very end (国务院令第481号 has no
rounding rule).  Standards and articles are data: `law/data/fees.json`.  Where the law gives only a range,
the figure the province chose is a parameter (`base`, or `standards` for a whole court); without it the
answer is a refusal that names the range, never a guess.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation, localcontext
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

CENT = Decimal("0.01")
ZERO = Decimal(0)
# Far above any claim; keeps every intermediate figure inside the working precision, so nothing is rounded.
LARGEST = Decimal(10) ** 24
MOST_DECIMALS = 60
_CONTEXT = Context(prec=60, rounding=ROUND_HALF_UP)

Money = Decimal | int | str


class FeeFault(ValueError):
    """The fee cannot be told from what was given. `field` names the value at fault, "" when it is the
    whole.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class UnknownFeeKind(FeeFault):
    """No kind of fee with this name."""


class AmountNeeded(FeeFault):
    """The fee depends on an amount that was not given."""


class AmountInvalid(FeeFault):
    """The amount is no sum of money."""


class StandardNeeded(FeeFault):
    """The law gives a range and the province's figure (`base`) was not given. `low` and `high` are the
    range.
    """

    def __init__(self, message: str, low: Decimal, high: Decimal) -> None:
        super().__init__(message, "base")
        self.low = low
        self.high = high


class StandardOutOfRange(FeeFault):
    """The figure given for a range lies outside it."""


class NotInForce(FeeFault):
    """The day lies before the measures came into force."""


class Group(StrEnum):
    """案件受理费 or 申请费 (办法第七条, 第十条)."""

    ACCEPTANCE = "ACCEPTANCE"
    APPLICATION = "APPLICATION"

    @property
    def label(self) -> str:
        """The name the measures use."""
        return "案件受理费" if self is Group.ACCEPTANCE else "申请费"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a reasoning: what was done, under which article, and the sum it led to."""

    text: str
    basis: str
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Bracket:
    """The part of an amount over `over` and up to `up_to` (None: no end) is charged at `percent` %."""

    over: Decimal
    up_to: Decimal | None
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Table:
    """A progressive table. `base` covers everything up to `base_up_to`; None when it is a province's
    figure.
    """

    article: str
    base: Decimal | None
    base_up_to: Decimal
    brackets: tuple[Bracket, ...]


@dataclass(frozen=True, slots=True)
class FeeKind:
    """A row of the list of fees.

    `range`: the bounds of a figure the province sets; `share`: the part of the table's fee that is due
    (支付令 1/3, 破产 1/2); `joined`: the article that halves it when the claim is heard together (第十八条).
    """

    id: str
    name: str
    group: Group
    article: str
    table: Table | None = None
    fixed: Decimal | None = None
    range: tuple[Decimal, Decimal] | None = None
    range_article: str = ""
    also: str = ""
    share: tuple[Decimal, Decimal] | None = None
    share_text: str = ""
    cap: Decimal | None = None
    cap_text: str = ""
    joined: str = ""
    no_simplified: bool = False
    amount_name: str = ""
    amount_keys: tuple[str, ...] = ()
    amount_optional: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def takes_amount(self) -> bool:
        """Whether an amount has any bearing on the fee."""
        return self.table is not None

    @property
    def needs_amount(self) -> bool:
        """Whether there is no fee without an amount."""
        return self.table is not None and not self.amount_optional and self.range is None


@dataclass(frozen=True, slots=True)
class Rule:
    """Who or when, in words, with the article."""

    text: str
    basis: str


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee and its reasons.

    `fee` is what is due, `full` what it would be without any halving; `basis` holds every article of the
    count and `rule` only the one that settles it: that of the halving, else that of the kind itself.
    `prepayment` and `bearing` say who pays first and who bears it in the end.
    """

    kind: str
    name: str
    group: Group
    fee: Decimal
    full: Decimal
    halved: bool
    basis: str
    rule: str
    why: tuple[Step, ...]
    prepayment: Rule
    bearing: Rule


@dataclass(frozen=True, slots=True)
class Refund:
    """What goes back to the payer, and what the court keeps."""

    refund: Decimal
    kept: Decimal
    why: tuple[Step, ...]


def kinds() -> tuple[FeeKind, ...]:
    """Return every kind of fee in the order of the measures."""
    return _data().kinds


def get_kind(name: str) -> FeeKind:
    """Return the kind with this id, alias or Chinese name. Raises UnknownFeeKind."""
    kind = _data().by_name.get(name)
    if kind is None:
        kind = _data().by_name.get(name.strip().lower().replace("-", "_").replace(" ", "_"))
    if kind is None:
        raise UnknownFeeKind(f"不认识的费用种类“{name}”", "kind")
    return kind


def money(value: object, *, field: str = "amount") -> Decimal:
    """Return a sum of money exactly. Text may carry thousands separators, ¥, 元, 万元 or 亿元 and full-width
    digits; no floats.

    Raises AmountInvalid.
    """
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise AmountInvalid(f"金额应为数字或者文字，不能是“{value}”", field)
    scale = Decimal(1)
    if isinstance(value, str):
        text = unicodedata.normalize("NFKC", value).strip().removeprefix("人民币").strip().removeprefix("¥")
        text = text.replace(",", "").removesuffix("元").strip()
        for unit, factor in (("万", 10_000), ("亿", 100_000_000)):
            if text.endswith(unit):
                text, scale = text.removesuffix(unit).strip(), Decimal(factor)
                break
        if not text or not text.isascii() or "_" in text:
            raise AmountInvalid(f"“{value}”不是金额", field)
    else:
        text = str(value)
    try:
        with localcontext(_CONTEXT):
            amount = Decimal(text) * scale
    except InvalidOperation:
        raise AmountInvalid(f"“{value}”不是金额", field) from None
    except ArithmeticError:
        raise AmountInvalid("金额过大，请核对", field) from None
    if not amount.is_finite():
        raise AmountInvalid(f"“{value}”不是金额", field)
    if amount < 0:
        raise AmountInvalid("金额不能为负数", field)
    if amount > LARGEST:
        raise AmountInvalid("金额过大，请核对", field)
    if amount.as_tuple().exponent < -MOST_DECIMALS:  # type: ignore[operator]  # finite, so a number
        raise AmountInvalid("金额的小数位过多，请核对", field)
    return amount


def compute(
    kind: str,
    amount: Money | None = None,
    *,
    base: Money | None = None,
    standards: Mapping[str, Money] | None = None,
    simplified: bool = False,
    mediated: bool = False,
    withdrawn: bool = False,
    halve: bool = False,
    joined: bool = True,
    on: date | None = None,
) -> Fee:
    """Return the fee of one case or application.

    `amount`: the claim, the property to be divided, the damages, the sum to be enforced, as the kind says
    (`FeeKind.amount_name`). `base`: the province's figure where the law gives a range; `standards` holds such
    figures by kind and is used where `base` is not given. `simplified`, `mediated`, `withdrawn`, `halve`:
    grounds to halve a case acceptance fee, which is halved once however many there are. `joined`: whether a
    counterclaim or a third party's claim is heard together with the first (第十八条). `on`: the day of
    acceptance, when it should be checked that the measures are in force.

    Raises UnknownFeeKind, AmountNeeded, AmountInvalid, StandardNeeded, StandardOutOfRange, NotInForce.
    """
    rule = get_kind(kind)
    if on is not None and on < _data().valid_from:
        raise NotInForce(
            f"《诉讼费用交纳办法》自 {_data().valid_from.isoformat()} 起施行，此前的标准未收录", "on"
        )
    if simplified and rule.no_simplified:
        raise FeeFault(f"“{rule.name}”不适用简易程序", "simplified")
    sum_at_stake = None if amount is None else money(amount, field=(rule.amount_keys or ("amount",))[0])
    if base is None and standards is not None:
        base = standards.get(rule.id)
    figure = None if base is None else money(base, field="base")
    grounds = [name for name, given in _grounds(halve, simplified, mediated, withdrawn) if given]
    with localcontext(_CONTEXT):
        steps: list[Step] = []
        full = _full(rule, sum_at_stake, figure, steps)
        due = full
        halved = False
        if rule.group is Group.ACCEPTANCE:
            due, halved = _halve(rule, full, grounds, joined, steps)
        elif grounds:
            steps.append(Step("减半只适用于案件受理费，申请费不减半", "第十五条、第十六条", full))
        fee, whole = due.quantize(CENT), full.quantize(CENT)
    if fee != due:
        steps.append(Step(f"四舍五入到分：{_yuan(fee)}", "办法未规定舍入", fee))
    return Fee(
        kind=rule.id,
        name=rule.name,
        group=rule.group,
        fee=fee,
        full=whole,
        halved=halved,
        basis=_basis(rule, steps),
        rule=_settling(rule, steps, grounds, halved=halved, joined=joined),
        why=tuple(steps),
        prepayment=prepayment(rule.id),
        bearing=bearing(rule.id, mediated=mediated, withdrawn=withdrawn),
    )


def property_fee(amount: Money) -> Decimal:
    """Return the first-instance fee of a property case (第十三条(一))."""
    return compute("property", amount).fee


def prepayment(kind: str) -> Rule:
    """Return who pays first, and when."""
    rule = get_kind(kind)
    if rule.fixed == 0:
        return Rule("不交纳", rule.article)
    return _data().payment.get(rule.id) or _data().payment[rule.group.value]


def bearing(kind: str, *, mediated: bool = False, withdrawn: bool = False) -> Rule:
    """Return who bears the fee in the end (办法第五章)."""
    rule, table = get_kind(kind), _data().bearing
    if rule.fixed == 0:
        return Rule("不交纳，无须负担", rule.article)
    if rule.group is Group.ACCEPTANCE and rule.id != "jurisdiction_objection":
        if withdrawn:
            return table["withdrawn_administrative" if rule.id.startswith("administrative") else "withdrawn"]
        if mediated:
            return table["mediated"]
    return table.get(rule.id) or table["ACCEPTANCE"]


def top_up(due: Money, paid: Money) -> Decimal:
    """Return what is still to be paid after a claim was raised or a simplified case became ordinary
    (第二十一条(一); 民诉解释第一百九十九条); 0 when enough was paid.
    """
    with localcontext(_CONTEXT):
        return max(money(due) - money(paid, field="paid"), ZERO).quantize(CENT)


def refund_reasons() -> Mapping[str, Rule]:
    """Return the grounds `refund` knows, with their text and article."""
    return {key: Rule(row["text"], row["article"]) for key, row in _data().refunds.items()}


def refund(paid: Money, reason: str, *, full: Money | None = None, due: Money | None = None) -> Refund:
    """Return what is paid back of `paid`.

    MEDIATED and WITHDRAWN need `full`, the fee before any halving: what was paid above its half goes back, so
    a fee that was halved for simplified procedure is not halved again. CLAIM_REDUCED needs `due`, the fee of
    the reduced claim. A refund falls due within 15 days of effect of the decision (第五十三条).

    Raises FeeFault for an unknown reason or a figure that is missing.
    """
    row = _data().refunds.get(reason)
    if row is None:
        raise FeeFault(f"不认识的退费事由“{reason}”", "reason")
    with localcontext(_CONTEXT):
        given = money(paid, field="paid")
        if row["share"] == "ALL":
            back = given
        elif row["share"] == "NONE":
            back = ZERO
        elif row["share"] == "HALF_OF_PAID":
            back = given / 2
        elif row["share"] == "HALF_OF_FULL":
            if full is None:
                raise FeeFault("须填写未减半的案件受理费", "full")
            back = max(given - (money(full, field="full") / 2).quantize(CENT), ZERO)
        else:
            if due is None:
                raise FeeFault("须填写减少请求后的案件受理费", "due")
            back = max(given - money(due, field="due"), ZERO)
        back = back.quantize(CENT)
        kept = (given - back).quantize(CENT)
    steps = [Step(row["text"], row["article"], back)]
    if row["share"] == "HALF_OF_FULL":
        steps.append(Step(*_data().halving["once"]))
    if back:
        steps.append(Step("自法律文书生效之日起 15 日内退还", "第五十三条"))
    return Refund(back, kept, tuple(steps))


def relief(
    fee: Money, *, exempt: bool = False, reduce_percent: Money | None = None, natural_person: bool = True
) -> Refund:
    """Return a fee after judicial aid (司法救助): `kept` is what remains due, `refund` what is let off.

    Raises FeeFault when an organisation asks for exemption (第四十四条) or the reduction is below 30 %
    (第四十六条).
    """
    aid = _data().aid
    with localcontext(_CONTEXT):
        due = money(fee)
        if exempt:
            if not natural_person:
                raise FeeFault("诉讼费用的免交只适用于自然人", "exempt")
            off, step = due, Step("准予免交", aid["article_exempt"], due.quantize(CENT))
        elif reduce_percent is not None:
            percent = money(reduce_percent, field="reduce_percent")
            if not Decimal(aid["reduce_at_least_percent"]) <= percent <= 100:
                raise FeeFault("减交比例不得低于 30%，也不能超过 100%", "reduce_percent")
            off = due * percent / 100
            step = Step(f"准予减交 {_plain(percent)}%", aid["article_reduce"], off.quantize(CENT))
        else:
            off, step = ZERO, Step("未减交、免交", "第四十四条", ZERO)
        off = off.quantize(CENT)
        return Refund(off, (due - off).quantize(CENT), (step,))


# What the command line and the pages send: a mapping of plain values.

# Words about a row, and the answers a worked row carries with it: they do not change the fee.
_IGNORED = frozenset(
    {"id", "name", "description", "note", "remark", "comment", "source", "status", "fee_yuan", "basis", "on"}
)
_AMOUNT_KEYS = (
    "amount",
    "amounts",
    "claim",
    "value",
    "property_total",
    "property_value",
    "damages",
    "assets",
    "appeal_amount",
    "appealed_amount",
)
_BASE_KEYS = ("base", "standard", "per_case")
_FLAGS: Mapping[str, str] = {
    "halve": "halve",
    "halved": "halve",
    "half": "halve",
    "simplified": "simplified",
    "simple": "simplified",
    "summary": "simplified",
    "small": "simplified",
    "small_claim": "simplified",
    "small_claims": "simplified",
    "mediated": "mediated",
    "mediation": "mediated",
    "withdrawn": "withdrawn",
    "withdrawal": "withdrawn",
    "joined": "joined",
    "merged": "joined",
}
_SUBJECT_KEYS = ("type", "subject", "matter", "what")
_PROCEDURES: Mapping[str, bool] = {
    "ordinary": False,
    "普通": False,
    "simplified": True,
    "small_claims": True,
    "small": True,
    "简易": True,
    "小额": True,
}


def from_mapping(data: Mapping[str, Any], *, standards: Mapping[str, Money] | None = None) -> Fee:
    """Return the fee of an input such as `{"kind": "property", "amount": "100000", "simplified": true}`.

    Numbers may be text, whole numbers or Decimal. Several amounts (`amounts`, or a list) are added up
    (民诉解释第二百零一条). A key that is not known is refused, because it might have changed the fee.

    Raises FeeFault and its descendants.
    """
    name = data.get("kind")
    if not isinstance(name, str) or not name.strip():
        raise UnknownFeeKind("须填写费用种类 kind", "kind")
    subject = next((data[k] for k in _SUBJECT_KEYS if isinstance(data.get(k), str)), None)
    kind = get_kind(name if subject is None else f"{name}_{subject}")
    options: dict[str, Any] = {}
    amount: Decimal | None = None
    base: Money | None = None
    for key, value in data.items():
        if key == "kind" or key in _IGNORED or key in _SUBJECT_KEYS or value is None:
            continue
        if key in _AMOUNT_KEYS:
            amount = _sum(value, key) if amount is None else _same(amount, _sum(value, key), key)
        elif key in _BASE_KEYS:
            base = value
        elif key in _FLAGS:
            if not isinstance(value, bool):
                raise FeeFault(f"{key} 应为 true 或者 false", key)
            option = _FLAGS[key]
            options[option] = value if option == "joined" else options.get(option, False) or value
        elif key == "procedure":
            if not isinstance(value, str) or value not in _PROCEDURES:
                raise FeeFault(f"不认识的程序“{value}”", key)
            options["simplified"] = options.get("simplified", False) or _PROCEDURES[value]
        else:
            raise FeeFault(f"不认识的字段“{key}”", key)
    on = data.get("on")
    if on is not None:
        try:
            options["on"] = on if isinstance(on, date) else date.fromisoformat(on)
        except (TypeError, ValueError):
            raise FeeFault(f"“{on}”不是日期", "on") from None
    return compute(kind.id, amount, base=base, standards=standards, **options)


def _sum(value: object, field: str) -> Decimal:
    if isinstance(value, list | tuple):
        if not value:
            raise AmountInvalid("金额列表不能为空", field)
        with localcontext(_CONTEXT):
            return sum((money(item, field=field) for item in value), ZERO)
    return money(value, field=field)


def _same(first: Decimal, second: Decimal, field: str) -> Decimal:
    if first != second:
        raise FeeFault("只能填写一个金额", field)
    return first


# The count itself


def _full(rule: FeeKind, amount: Decimal | None, base: Decimal | None, steps: list[Step]) -> Decimal:
    """Return the fee before any halving, with its steps."""
    if rule.fixed is not None:
        text = f"每件 {_yuan(rule.fixed)}" if rule.fixed else "不交纳案件受理费"
        steps.append(Step(f"{rule.name}，{text}", rule.article, rule.fixed))
        return rule.fixed
    table = rule.table
    by_range = rule.range is not None and (table is None or table.base is None or amount is None)
    if rule.range is not None and by_range:
        figure = _within(rule, base)
        article = rule.range_article or rule.article
        low, high = rule.range
        steps.append(
            Step(
                f"{rule.name}，每件 {_yuan(figure)}（幅度 {_plain(low)} 至 {_plain(high)} 元）",
                article,
                figure,
            )
        )
        if table is None or table.base is not None or amount is None:
            return figure
    elif table is not None:
        figure = table.base or ZERO
        if amount is None:
            if not rule.amount_optional:
                raise AmountNeeded(f"须填写{rule.amount_name}", (rule.amount_keys or ("amount",))[0])
            steps.append(Step(f"不涉及财产数额，每件 {_yuan(figure)}", rule.article, figure))
            return figure
    else:  # every row of the data has a table, a range or a fixed sum
        raise UnknownFeeKind(f"“{rule.name}”没有收费标准", "kind")
    total = _by_brackets(rule, table, amount or ZERO, figure, steps)
    if rule.share is not None:
        numerator, denominator = rule.share
        total = total * numerator / denominator
        steps.append(Step(f"{rule.share_text}：{_yuan(total)}", rule.article, total))
    if rule.cap is not None and total > rule.cap:
        total = rule.cap
        steps.append(Step(rule.cap_text, rule.article, total))
    return total


def _within(rule: FeeKind, base: Decimal | None) -> Decimal:
    low, high = rule.range or (ZERO, ZERO)
    text = f"{_plain(low)} 至 {_plain(high)} 元"
    if base is None:
        message = f"“{rule.name}”法律只规定 {text} 的幅度，须给出本省的标准（base）"
        raise StandardNeeded(message, low, high)
    if not low <= base <= high:
        raise StandardOutOfRange(f"“{rule.name}”的标准须在 {text} 之内", "base")
    return base


def _by_brackets(rule: FeeKind, table: Table, amount: Decimal, base: Decimal, steps: list[Step]) -> Decimal:
    """Add up the parts of the amount, each at its own rate (分段累计)."""
    article = table.article if table.article == rule.article else f"{rule.article}；{table.article}"
    limit = _plain(table.base_up_to)
    if rule.range is None or table.base is not None:
        steps.append(Step(f"不超过 {limit} 元的部分，每件 {_yuan(base)}", article, base))
    elif amount <= table.base_up_to:
        steps.append(
            Step(f"{rule.amount_name} {_plain(amount)} 元，不超过 {limit} 元，不另行交纳", article, base)
        )
    total = base
    for bracket in table.brackets:
        if amount <= bracket.over:
            break
        top = amount if bracket.up_to is None else min(amount, bracket.up_to)
        part = (top - bracket.over) * bracket.percent / 100
        total += part
        until = "" if bracket.up_to is None else f"至 {_plain(bracket.up_to)} 元"
        text = (
            f"超过 {_plain(bracket.over)} 元{until}的部分 {_plain(top - bracket.over)} 元"
            f" × {_plain(bracket.percent)}% = {_yuan(part)}"
        )
        steps.append(Step(text, article, part))
    if len(steps) > 1:
        steps.append(Step(f"合计 {_yuan(total)}", article, total))
    return total


def _halve(
    rule: FeeKind, full: Decimal, grounds: list[str], joined: bool, steps: list[Step]
) -> tuple[Decimal, bool]:
    texts = [_data().halving[name] for name in grounds]
    if rule.joined and joined:
        texts.insert(0, ("与本诉合并审理", rule.joined))
    if not texts or not full:
        return full, False
    due = full / 2
    text, article = texts[0]
    steps.append(Step(f"{text}，减半为 {_yuan(due)}", article, due))
    if len(texts) > 1:
        also = "、".join(t for t, _ in texts[1:])
        once, once_article = _data().halving["once"]
        articles = "；".join(
            dict.fromkeys(part for _, a in texts[1:] for part in f"{a}；{once_article}".split("；"))
        )
        steps.append(Step(f"另有{also}：{once}", articles, due))
    return due, True


def _grounds(halve: bool, simplified: bool, mediated: bool, withdrawn: bool) -> Iterable[tuple[str, bool]]:
    return (
        ("simplified", simplified),
        ("mediated", mediated),
        ("withdrawn", withdrawn),
        ("halve", halve),
    )


def _basis(rule: FeeKind, steps: Iterable[Step]) -> str:
    """Join the articles of the steps, each once, in their order."""
    parts = [part for step in steps for part in step.basis.split("；") if part != "办法未规定舍入"]
    if rule.also:
        parts += rule.also.split("；")
    return "；".join(dict.fromkeys(parts))


def _settling(
    rule: FeeKind, steps: Sequence[Step], grounds: Sequence[str], *, halved: bool, joined: bool
) -> str:
    """Return the article that settles the fee, as a table of fees names it beside the sum."""
    halving = _data().halving
    once = halving["once"][1]
    if halved:
        if rule.joined and joined:
            return f"{rule.joined}；{once}" if grounds else rule.joined
        if len(grounds) > 1:
            return once
        return halving[grounds[0]][1]
    # The first step names the kind's own article; the table another article lends it comes after.
    lent = rule.table.article if rule.table is not None and rule.table.article != rule.article else ""
    own = [part for part in steps[0].basis.split("；") if part != lent]
    return "；".join([*own, *filter(None, [rule.also])])


def _plain(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _yuan(value: Decimal) -> str:
    """Write a sum as it is; a third that does not end is shown to the cent."""
    text = _plain(value)
    if "." in text and len(text.rpartition(".")[2]) > 6:
        text = f"{value.quantize(CENT):,f}…"
    return f"{text} 元"


@dataclass(frozen=True, slots=True)
class _Data:
    kinds: tuple[FeeKind, ...]
    by_name: Mapping[str, FeeKind]
    halving: Mapping[str, tuple[str, str]]
    payment: Mapping[str, Rule]
    bearing: Mapping[str, Rule]
    refunds: Mapping[str, Mapping[str, str]]
    aid: Mapping[str, str]
    valid_from: date


@lru_cache(maxsize=1)
def _data() -> _Data:
    text = (resources.files("xiezhi.law") / "data" / "fees.json").read_text(encoding="utf-8")
    raw = json.loads(text)
    tables = {key: _table(row) for key, row in raw["tables"].items()}
    rows = tuple(_kind(row, tables) for row in raw["kinds"])
    by_name: dict[str, FeeKind] = {}
    for row in rows:
        for name in (row.id, row.name, *row.aliases):
            if by_name.setdefault(name, row) is not row:
                raise ValueError(f"费用种类“{name}”重复")
    return _Data(
        kinds=rows,
        by_name=MappingProxyType(by_name),
        halving=MappingProxyType({k: (v[0], v[1]) for k, v in raw["halving"].items()}),
        payment=MappingProxyType({k: Rule(*v) for k, v in raw["payment"].items()}),
        bearing=MappingProxyType({k: Rule(*v) for k, v in raw["bearing"].items()}),
        refunds=MappingProxyType(raw["refunds"]),
        aid=MappingProxyType(raw["aid"]),
        valid_from=date.fromisoformat(raw["valid_from"]),
    )


def _table(row: Mapping[str, Any]) -> Table:
    return Table(
        article=row["article"],
        base=_decimal(row["base"]),
        base_up_to=Decimal(row["base_up_to"]),
        brackets=tuple(Bracket(Decimal(o), _decimal(u), Decimal(p)) for o, u, p in row["brackets"]),
    )


def _kind(row: Mapping[str, Any], tables: Mapping[str, Table]) -> FeeKind:
    kind = FeeKind(id=row["id"], name=row["name"], group=Group(row["group"]), article=row["article"])
    changes: dict[str, Any] = {
        k: row[k]
        for k in ("range_article", "also", "share_text", "cap_text", "joined", "amount_name")
        if k in row
    }
    for key in ("fixed", "cap"):
        changes[key] = _decimal(row.get(key))
    for key in ("range", "share"):
        if key in row:
            changes[key] = (Decimal(row[key][0]), Decimal(row[key][1]))
    if "table" in row:
        changes["table"] = tables[row["table"]]
    changes["no_simplified"] = row.get("no_simplified", False)
    changes["amount_optional"] = row.get("amount_optional", False)
    changes["amount_keys"] = tuple(row.get("amount_keys", ()))
    changes["aliases"] = tuple(row.get("aliases", ()))
    return replace(kind, **changes)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)

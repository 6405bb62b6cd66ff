"""Fees: the worked examples, the tables of the measures, and a slow count of each rule of its own."""

from __future__ import annotations

import csv
import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from importlib import resources
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.law import fees

_ROWS = (resources.files("xiezhi.law") / "tests/data/fees_examples.csv").read_text(encoding="utf-8")
EXAMPLES = list(csv.DictReader(_ROWS.splitlines()))
CAREFUL = settings(deadline=None, database=None, max_examples=400)
AMOUNTS = st.one_of(
    st.decimals(min_value=0, max_value=Decimal("1e9"), places=2),
    st.sampled_from(
        [
            Decimal(bound) + offset
            for bound in (
                0, 1000, 10000, 50000, 100000, 200000, 500000, 896000, 1000000, 2000000,
                5000000, 10000000, 20000000, 111640000,
            )
            for offset in (Decimal("-0.01"), Decimal(0), Decimal("0.01"))
            if bound + offset >= 0
        ]
    ),
)  # fmt: skip


@pytest.mark.parametrize("row", EXAMPLES, ids=[row["id"] for row in EXAMPLES])
def test_worked_example(row: dict[str, str]) -> None:
    assert f"{fees.from_mapping(json.loads(row['input_json'])).fee}" == row["fee_yuan"]


# The reference: the text of the measures, walked part by part in fractions.

PROPERTY = [
    (10_000, Fraction(0)), (100_000, Fraction(25, 1000)), (200_000, Fraction(20, 1000)),
    (500_000, Fraction(15, 1000)), (1_000_000, Fraction(10, 1000)), (2_000_000, Fraction(9, 1000)),
    (5_000_000, Fraction(8, 1000)), (10_000_000, Fraction(7, 1000)), (20_000_000, Fraction(6, 1000)),
    (None, Fraction(5, 1000)),
]  # fmt: skip
ENFORCEMENT = [
    (10_000, Fraction(0)), (500_000, Fraction(15, 1000)), (5_000_000, Fraction(10, 1000)),
    (10_000_000, Fraction(5, 1000)), (None, Fraction(1, 1000)),
]  # fmt: skip
PRESERVATION = [(1_000, Fraction(0)), (100_000, Fraction(1, 100)), (None, Fraction(5, 1000))]
DIVORCE = [(200_000, Fraction(0)), (None, Fraction(5, 1000))]
PERSONALITY = [(50_000, Fraction(0)), (100_000, Fraction(1, 100)), (None, Fraction(5, 1000))]


def slowly(amount: Decimal, base: int, parts: list[tuple[int | None, Fraction]]) -> Fraction:
    left, below, total = Fraction(amount), 0, Fraction(base)
    for top, rate in parts:
        width = left if top is None else min(left, Fraction(top - below))
        total += width * rate
        left -= width
        below = top or below
        if not left:
            break
    return total


def to_cents(value: Fraction) -> Decimal:
    """Round half up, by whole numbers."""
    return Decimal((2 * value.numerator * 100 + value.denominator) // (2 * value.denominator)) / 100


@CAREFUL
@given(amount=AMOUNTS, flags=st.sets(st.sampled_from(["simplified", "mediated", "withdrawn", "halve"])))
def test_property_against_the_text(amount: Decimal, flags: set[str]) -> None:
    full = slowly(amount, 50, PROPERTY)
    due = full / 2 if flags else full
    options: dict[str, Any] = dict.fromkeys(flags, True)
    fee = fees.compute("property", amount, **options)
    assert fee.fee == to_cents(due)
    assert fee.full == to_cents(full)
    assert fee.halved is bool(flags)


@CAREFUL
@given(amount=AMOUNTS, base=st.integers(50, 300))
def test_divorce_against_the_text(amount: Decimal, base: int) -> None:
    assert fees.compute("divorce", amount, base=base).fee == to_cents(slowly(amount, base, DIVORCE))


@CAREFUL
@given(amount=AMOUNTS, base=st.integers(100, 500))
def test_personality_against_the_text(amount: Decimal, base: int) -> None:
    assert fees.compute("personality", amount, base=base).fee == to_cents(slowly(amount, base, PERSONALITY))


@CAREFUL
@given(amount=AMOUNTS)
def test_applications_against_the_text(amount: Decimal) -> None:
    full = slowly(amount, 50, PROPERTY)
    assert fees.compute("enforcement", amount).fee == to_cents(slowly(amount, 50, ENFORCEMENT))
    assert fees.compute("preservation", amount).fee == to_cents(
        min(slowly(amount, 30, PRESERVATION), Fraction(5000))
    )
    assert fees.compute("payment_order", amount).fee == to_cents(full / 3)
    assert fees.compute("bankruptcy", amount).fee == to_cents(min(full / 2, Fraction(300_000)))
    assert fees.compute("counterclaim", amount).fee == to_cents(full / 2)


QUICK_ADD = [
    (10_000, 100_000, "0.025", -200), (100_000, 200_000, "0.02", 300), (200_000, 500_000, "0.015", 1300),
    (500_000, 1_000_000, "0.01", 3800), (1_000_000, 2_000_000, "0.009", 4800),
    (2_000_000, 5_000_000, "0.008", 6800), (5_000_000, 10_000_000, "0.007", 11800),
    (10_000_000, 20_000_000, "0.006", 21800), (20_000_000, 10**12, "0.005", 41800),
]  # fmt: skip


@pytest.mark.parametrize(("over", "up_to", "rate", "add"), QUICK_ADD)
def test_the_quick_formula_of_the_brackets(over: int, up_to: int, rate: str, add: int) -> None:
    for amount in (Decimal(over) + Decimal("0.01"), Decimal(over + up_to) / 2, Decimal(up_to)):
        assert fees.property_fee(amount) == fees.money(amount * Decimal(rate) + add).quantize(
            Decimal("0.01"), rounding="ROUND_HALF_UP"
        )


@CAREFUL
@given(
    kind=st.sampled_from(["property", "enforcement", "preservation", "payment_order", "bankruptcy"]),
    one=AMOUNTS,
    other=AMOUNTS,
)
def test_more_at_stake_never_costs_less(kind: str, one: Decimal, other: Decimal) -> None:
    low, high = sorted([one, other])
    assert fees.compute(kind, low).fee <= fees.compute(kind, high).fee


@pytest.mark.parametrize(
    ("data", "fee"),
    [
        pytest.param({"kind": "preservation"}, "30", id="preservation without a sum"),
        pytest.param({"kind": "preservation", "amount": "896000.01"}, "5000", id="cap just passed"),
        pytest.param(
            {"kind": "bankruptcy", "amount": "111639999"}, "300000", id="cap by a fraction of a cent"
        ),
        pytest.param({"kind": "payment_order", "amount": "10000"}, "16.67", id="a third of 50"),
        pytest.param({"kind": "set_aside_award"}, "400", id="setting aside an award"),
        pytest.param({"kind": "arbitration_validity"}, "400", id="validity of an arbitration agreement"),
        pytest.param({"kind": "administrative"}, "50", id="administrative"),
        pytest.param({"kind": "administrative_other"}, "50", id="administrative, other name"),
        pytest.param({"kind": "administrative", "simplified": True}, "25", id="administrative, simplified"),
        pytest.param({"kind": "labour", "mediated": True}, "5", id="labour halved"),
        pytest.param({"kind": "ip", "base": "800"}, "800", id="intellectual property without a sum"),
        pytest.param({"kind": "ip", "amount": "100000"}, "2300", id="intellectual property with a sum"),
        pytest.param({"kind": "jurisdiction_objection", "base": 100}, "100", id="objection failed"),
        pytest.param({"kind": "other_non_property", "base": "80"}, "80", id="other non-property"),
        pytest.param({"kind": "enforcement", "base": "200"}, "200", id="enforcement of an act"),
        pytest.param({"kind": "enforcement", "amount": "500000"}, "7400", id="enforcement"),
        pytest.param({"kind": "divorce", "base": "50"}, "50", id="divorce without property"),
        pytest.param({"kind": "personality", "base": "100"}, "100", id="personality without damages"),
        pytest.param({"kind": "dismissal"}, "0", id="dismissed"),
        pytest.param({"kind": "appeal_ruling"}, "0", id="appeal against a ruling"),
        pytest.param({"kind": "retrial"}, "0", id="retrial"),
        pytest.param({"kind": "retrial_new_evidence", "amount": "20000"}, "300", id="retrial that is paid"),
        pytest.param({"kind": "appeal", "amount": "50000"}, "1050", id="appeal on a part"),
        pytest.param({"kind": "counterclaim", "amount": "200000", "merged": False}, "4300", id="not joined"),
        pytest.param({"kind": "third_party_claim", "amount": "200000"}, "2150", id="third party joined"),
        pytest.param({"kind": "mixed", "amounts": ["100000", "200000"]}, "5800", id="claims added up"),
        pytest.param({"kind": "claim_registration"}, "1000", id="maritime claim registration"),
        pytest.param({"kind": "maritime", "type": "general_average"}, "1000", id="general average"),
        pytest.param({"kind": "injunction", "base": 5000}, "5000", id="maritime injunction"),
        pytest.param({"kind": "limitation_fund", "base": 10000}, "10000", id="limitation fund"),
        pytest.param({"kind": "preservation", "amount": "100000", "halve": True}, "1020", id="never halved"),
        pytest.param({"kind": "property", "amount": "1,000,000元"}, "13800", id="separators"),
        pytest.param({"kind": "财产案件", "amount": "100万"}, "13800", id="Chinese names"),
        pytest.param({"kind": "property", "amount": "￥１，０００，０００．００"}, "13800", id="full width"),
        pytest.param({"kind": "property", "amount": "人民币100万元"}, "13800", id="currency in words"),
        pytest.param({"kind": "property", "amount": 300000, "procedure": "简易"}, "2900", id="by procedure"),
        pytest.param({"kind": "property", "amount": "10001", "halve": True}, "25.01", id="rounded once"),
    ],
)
def test_cases(data: dict[str, Any], fee: str) -> None:
    assert fees.from_mapping(data).fee == Decimal(fee)


@pytest.mark.parametrize(
    ("data", "fault", "field"),
    [
        pytest.param({}, fees.UnknownFeeKind, "kind", id="no kind"),
        pytest.param({"kind": "lottery"}, fees.UnknownFeeKind, "kind", id="unknown kind"),
        pytest.param({"kind": "property"}, fees.AmountNeeded, "amount", id="no amount"),
        pytest.param({"kind": "property", "amount": "-0.01"}, fees.AmountInvalid, "amount", id="negative"),
        pytest.param({"kind": "property", "amount": "NaN"}, fees.AmountInvalid, "amount", id="not a number"),
        pytest.param({"kind": "property", "amount": 1.5}, fees.AmountInvalid, "amount", id="binary float"),
        pytest.param({"kind": "property", "amount": True}, fees.AmountInvalid, "amount", id="boolean"),
        pytest.param({"kind": "property", "amount": "1e99"}, fees.AmountInvalid, "amount", id="too large"),
        pytest.param({"kind": "property", "amount": "1e-99"}, fees.AmountInvalid, "amount", id="too fine"),
        pytest.param(
            {"kind": "property", "amount": "1e9999999"}, fees.AmountInvalid, "amount", id="far too large"
        ),
        pytest.param(
            {"kind": "property", "amount": 1, "procedure": []}, fees.FeeFault, "procedure", id="a list"
        ),
        pytest.param({"kind": "property", "amount": "一万"}, fees.AmountInvalid, "amount", id="in words"),
        pytest.param({"kind": "property", "amount": "1亿万"}, fees.AmountInvalid, "amount", id="two units"),
        pytest.param({"kind": "divorce"}, fees.StandardNeeded, "base", id="no standard of the province"),
        pytest.param({"kind": "divorce", "base": 301}, fees.StandardOutOfRange, "base", id="above the range"),
        pytest.param({"kind": "divorce", "base": 49}, fees.StandardOutOfRange, "base", id="below the range"),
        pytest.param({"kind": "enforcement"}, fees.StandardNeeded, "base", id="neither sum nor standard"),
        pytest.param({"kind": "labour", "age": 3}, fees.FeeFault, "age", id="unknown key"),
        pytest.param({"kind": "labour", "halve": "yes"}, fees.FeeFault, "halve", id="flag in words"),
        pytest.param(
            {"kind": "appeal", "amount": 1, "simplified": True},
            fees.FeeFault,
            "simplified",
            id="no such appeal",
        ),
        pytest.param({"kind": "labour", "on": "2007-03-31"}, fees.NotInForce, "on", id="before the measures"),
    ],
)
def test_refusals_name_the_field(data: dict[str, Any], fault: type[fees.FeeFault], field: str) -> None:
    with pytest.raises(fault) as caught:
        fees.from_mapping(data)
    assert caught.value.field == field
    assert str(caught.value)


def test_a_range_is_named_when_the_standard_is_missing() -> None:
    with pytest.raises(fees.StandardNeeded) as caught:
        fees.compute("divorce", "300000")
    assert (caught.value.low, caught.value.high) == (50, 300)


def test_standards_of_a_court_stand_in_for_the_base() -> None:
    assert fees.compute("divorce", "300000", standards={"divorce": "300"}).fee == 800


def test_halving_happens_once_and_says_so() -> None:
    fee = fees.compute("counterclaim", "200000", simplified=True, mediated=True)
    assert fee.fee == 2150
    assert "民诉解释第二百零六条" in fee.basis
    assert any("只能减半一次" in step.text for step in fee.why)


@pytest.mark.parametrize(
    ("kind", "amount", "grounds", "article"),
    [
        ("property", "100000", {"simplified": True}, "第十六条"),
        ("property", "100000", {"withdrawn": True}, "第十五条"),
        ("property", "100000", {"simplified": True, "withdrawn": True}, "民诉解释第二百零六条"),
        ("third_party_claim", "100000", {}, "第十八条"),
        ("third_party_claim", "100000", {"joined": False}, "第十三条(一)"),
        ("ip", "600000", {}, "第十三条(三)"),
        ("appeal", "600000", {}, "第十七条"),
        ("retrial_paid", "600000", {}, "第九条(一)(二)；第十九条"),
        ("enforcement", None, {"base": 50}, "第十四条(一)1；第二十条；第三十八条"),
        ("special_procedure", None, {"halve": True}, "第八条(一)"),
        ("bankruptcy", "600000", {"halve": True}, "第十四条(六)"),
    ],
)
def test_the_article_that_settles_the_fee(
    kind: str, amount: str | None, grounds: dict[str, Any], article: str
) -> None:
    fee = fees.compute(kind, amount, **grounds)
    assert fee.rule == article
    assert set(article.split("；")) <= set(fee.basis.split("；"))


def test_every_step_has_an_article_and_the_last_sum_is_the_fee() -> None:
    for kind in fees.kinds():
        base = kind.range[0] if kind.range else None
        fee = fees.compute(kind.id, "123456.78" if kind.takes_amount else None, base=base)
        assert all(step.basis for step in fee.why), kind.id
        sums = [step.amount for step in fee.why if step.amount is not None]
        assert sums[-1] == fee.fee, kind.id
        assert fee.basis
        assert fee.prepayment.basis
        assert fee.bearing.basis


def test_every_kind_is_found_by_id_name_and_alias() -> None:
    for kind in fees.kinds():
        for name in (kind.id, kind.name, *kind.aliases):
            assert fees.get_kind(name) == kind


@pytest.mark.parametrize(
    ("kind", "options", "words"),
    [
        ("property", {}, "败诉方"),
        ("property", {"mediated": True}, "协商"),
        ("property", {"withdrawn": True}, "原告或者上诉人"),
        ("administrative", {"withdrawn": True}, "被告改变"),
        ("divorce", {}, "协商"),
        ("enforcement", {}, "被执行人"),
        ("preservation", {"mediated": True}, "申请人"),
        ("payment_order", {}, "债务人"),
        ("public_summons", {}, "申请人"),
        ("bankruptcy", {}, "破产财产"),
        ("jurisdiction_objection", {}, "提出异议"),
        ("special_procedure", {}, "不交纳"),
    ],
)
def test_who_bears_it(kind: str, options: dict[str, bool], words: str) -> None:
    assert words in fees.bearing(kind, **options).text


def test_when_it_is_paid() -> None:
    assert "执行后" in fees.prepayment("enforcement").text
    assert "清算后" in fees.prepayment("bankruptcy").text
    assert "可以不预交" in fees.prepayment("labour").text
    assert "7 日" in fees.prepayment("property").text


@pytest.mark.parametrize(
    ("reason", "paid", "more", "back"),
    [
        pytest.param("WITHDRAWN", "2300", {"full": "2300"}, "1150", id="paid in full, withdrawn"),
        pytest.param("MEDIATED", "1150", {"full": "2300"}, "0", id="already halved: not again"),
        pytest.param("DISMISSED", "2300", {}, "2300", id="dismissed"),
        pytest.param("REMANDED", "2300", {}, "2300", id="remanded"),
        pytest.param("CONVERSION_UNPAID", "1150", {}, "575", id="half of what was taken"),
        pytest.param("CLAIM_REDUCED", "2300", {"due": "1050"}, "1250", id="claim reduced in time"),
        pytest.param("CLAIM_REDUCED_LATE", "2300", {}, "0", id="claim reduced too late"),
        pytest.param("SUSPENDED", "2300", {}, "0", id="suspended"),
        pytest.param("WINNER_PREPAID", "2300", {}, "2300", id="the winner had paid"),
    ],
)
def test_refunds(reason: str, paid: str, more: dict[str, str], back: str) -> None:
    result = fees.refund(paid, reason, **more)
    assert result.refund == Decimal(back)
    assert result.refund + result.kept == Decimal(paid)
    assert result.why[0].basis


def test_refund_refuses_what_it_cannot_tell() -> None:
    with pytest.raises(fees.FeeFault):
        fees.refund("1", "MOON")
    with pytest.raises(fees.FeeFault):
        fees.refund("1", "WITHDRAWN")
    with pytest.raises(fees.FeeFault):
        fees.refund("1", "CLAIM_REDUCED")
    assert set(fees.refund_reasons()) >= {"WITHDRAWN", "DISMISSED"}


def test_top_up_after_conversion() -> None:
    full, half = fees.compute("property", "300000"), fees.compute("property", "300000", simplified=True)
    assert fees.top_up(full.fee, half.fee) == 2900
    assert fees.top_up(half.fee, full.fee) == 0


def test_judicial_aid() -> None:
    assert fees.relief("2300", exempt=True).kept == 0
    assert fees.relief("2300", reduce_percent=30).kept == 1610
    with pytest.raises(fees.FeeFault):
        fees.relief("2300", reduce_percent="29.99")
    with pytest.raises(fees.FeeFault):
        fees.relief("2300", exempt=True, natural_person=False)


def test_in_force_from_the_first_day() -> None:
    assert fees.compute("labour", on=date(2007, 4, 1)).fee == 10


def test_sums_beyond_any_claim_stay_exact() -> None:
    fee = fees.compute("property", "999999999999999999999999.99")
    assert fee.fee == to_cents(slowly(Decimal("999999999999999999999999.99"), 50, PROPERTY))

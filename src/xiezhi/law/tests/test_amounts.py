"""Sums in capital numerals: a table, and every sum read back by a reader that goes the other way."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.law import amounts


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "零元整"),
        ("0.01", "壹分"),
        ("0.10", "壹角整"),
        ("0.25", "贰角伍分"),
        ("1.01", "壹元零壹分"),
        ("10", "壹拾元整"),
        ("10500", "壹万零伍佰元整"),
        ("100001", "壹拾万零壹元整"),
        ("128560.50", "壹拾贰万捌仟伍佰陆拾元伍角整"),
        ("1000000001", "壹拾亿零壹元整"),
        ("1200000000000", "壹万贰仟亿元整"),
        ("1000000000000", "壹万亿元整"),
        ("-36000", "负叁万陆仟元整"),
    ],
)
def test_sums(amount: str, text: str) -> None:
    assert amounts.to_upper(Decimal(amount)) == text


@pytest.mark.parametrize("amount", ["0.001", "NaN", "Infinity", "10000000000000000"])
def test_refuses(amount: str) -> None:
    with pytest.raises(amounts.AmountNotWritable):
        amounts.to_upper(Decimal(amount))


def read_back(text: str) -> int:
    """Return the cents a text in capital numerals says."""
    digits = {c: n for n, c in enumerate("零壹贰叁肆伍陆柒捌玖")}
    small = {"拾": 10, "佰": 100, "仟": 1000}
    total = section = digit = cents = 0
    for char in text.removesuffix("整"):
        if char in digits:
            digit = digits[char]
        elif char in small:
            section += digit * small[char]
            digit = 0
        elif char == "万":
            total += (section + digit) * 10_000
            section = digit = 0
        elif char == "亿":
            total = (total + section + digit) * 100_000_000
            section = digit = 0
        elif char == "元":
            total, section, digit = total + section + digit, 0, 0
        elif char == "角":
            cents, digit = cents + digit * 10, 0
        elif char == "分":
            cents, digit = cents + digit, 0
    return total * 100 + cents


@settings(deadline=None, database=None, max_examples=500)
@given(st.integers(0, 999_999_999_999_999_999))
def test_reads_back(cents: int) -> None:
    text = amounts.to_upper(Decimal(cents) / 100)
    assert read_back(text) == cents
    assert "零零" not in text

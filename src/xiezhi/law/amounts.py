"""Sums of money in capital numerals (人民币大写), as documents and receipts write them.

Forms after 《正确填写票据和结算凭证的基本规定》: 元 and 角 without cents take 整, zeros inside are written
零.
"""

from __future__ import annotations

from decimal import Decimal

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
LARGEST = Decimal("9999999999999999.99")


class AmountNotWritable(ValueError):
    """Not a sum in whole cents, or larger than the numerals reach."""


def to_upper(amount: Decimal | int) -> str:
    """Return a sum in capital numerals: 128560.50 becomes 壹拾贰万捌仟伍佰陆拾元伍角整.

    Raises AmountNotWritable for parts of a cent and for sums beyond 9999 万亿.
    """
    value = Decimal(amount)
    if not value.is_finite() or abs(value) > LARGEST:
        raise AmountNotWritable("金额超出大写能够表示的范围")
    cents = value * 100
    if cents != cents.to_integral_value():
        raise AmountNotWritable("金额只能精确到分")
    sign = "负" if value < 0 else ""
    yuan, rest = divmod(abs(int(cents)), 100)
    jiao, fen = divmod(rest, 10)
    text = f"{_integer(yuan)}元" if yuan else ""
    if jiao:
        text += f"{_DIGITS[jiao]}角"
    elif fen and yuan:
        text += "零"
    if fen:
        return f"{sign}{text}{_DIGITS[fen]}分"
    return f"{sign}{text or '零元'}整"


def _integer(number: int) -> str:
    """Write a whole number, group of four by group of four; a run of zeros is one 零."""
    groups: list[int] = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    text, gap = "", False
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            gap = bool(text)
            # 亿 stands even when the group that carries it is empty: 壹万亿元.
            continue
        if text and (gap or group < 1000):
            text += "零"
        text += _group(group) + _unit(place, groups)
        gap = False
    return text


def _unit(place: int, groups: list[int]) -> str:
    # 万亿 is said once: 壹万贰仟亿, but 壹万亿 when no 亿 follows.
    if place == 3 and len(groups) > 2 and groups[2]:
        return "万"
    return _GROUPS[place]


def _group(number: int) -> str:
    text, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            if gap:
                text += "零"
            text += _DIGITS[digit] + _PLACES[place]
        gap = not digit and bool(text)
    return text

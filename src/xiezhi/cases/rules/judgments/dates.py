"""Dates as courts write them: 二〇一八年三月八日, 2018年3月8日, with every look-alike of the zero."""

from __future__ import annotations

import re
from datetime import date

_ZEROS = "〇○零ＯOoＯоОΟ◯ｏ０0Oㅇ"
_NUMERALS = {**dict.fromkeys(_ZEROS, "0"), **dict(zip("一二三四五六七八九", "123456789", strict=True))}
_NUMERALS |= {chr(ord("０") + digit): str(digit) for digit in range(10)} | {"两": "2", "壹": "1", "贰": "2"}
_DIGIT = "[" + "".join(sorted({*_NUMERALS, *"123456789"})) + "]"
_DAY = "[" + "".join(sorted({*_NUMERALS, *"123456789十廿元"})) + "]"

WRITTEN = re.compile(
    rf"(?P<year>[一二壹贰12１２]{_DIGIT}(?:\s?{_DIGIT}){{1,6}})\s?年?\s?"
    rf"(?P<month>{_DAY}{{1,3}})\s?月\s?(?:份\s?)?(?P<day>{_DAY}{{1,4}})\s?日"
)
# A date that only ever stands in full, for running text: 2018年12月1日.
_NEAR = re.compile(r"(?P<same>同|当)(?P<unit>[年月日])(?:(?P<month>\d{1,2})月)?(?:(?P<day>\d{1,2})日)?")


def _number(text: str) -> int:
    """十二, 一十二, 廿三, 12 and 二〇 as numbers; 0 where it is none."""
    text = text.replace("廿", "二十").replace("元", "一")
    if "十" in text:
        tens, _, ones = text.partition("十")
        high = _NUMERALS.get(tens, tens) if tens else "1"
        low = _NUMERALS.get(ones, ones) if ones else "0"
        return int(high) * 10 + int(low) if high.isdigit() and low.isdigit() and len(low) == 1 else 0
    digits = "".join(_NUMERALS.get(char, char) for char in text)
    return int(digits) if digits.isdigit() else 0


def from_match(found: re.Match[str]) -> date | None:
    """The date of a match of `WRITTEN`, or None where no calendar has it."""
    digits = "".join(_NUMERALS.get(char, char) for char in found["year"] if not char.isspace())
    # 二○二○一八年: a slip of the pen doubles the century; the year itself comes last.
    # 二O九年 leaves out one zero of 2009; 二O一年 could be any of ten years.
    if len(digits) == 3 and digits.startswith("20") and digits[2] not in "01":
        digits = f"200{digits[2]}"
    year = int(digits[-4:]) if len(digits) > 3 else 0
    if not 1949 <= year <= 2099:
        year = int(digits[:4])
    try:
        return date(year, _number(found["month"]), _number(found["day"])) if 1900 <= year <= 2099 else None
    except ValueError:
        return None


def first_date(text: str, start: int = 0, end: int | None = None) -> tuple[date, int, int] | None:
    """The first date in the text with where it stands."""
    for found in WRITTEN.finditer(text, start, len(text) if end is None else end):
        if (day := from_match(found)) is not None:
            return day, found.start(), found.end()
    return None


def latest_before(text: str, end: int) -> date | None:
    """The last date before a place; 同日 and 同年5月3日 are resolved against the date before them."""
    day: date | None = None
    for found in WRITTEN.finditer(text, 0, end):
        day = from_match(found) or day
    return day


def relative(text: str, to: date | None) -> date | None:
    """同日, 当日, 同月5日, 同年6月3日 as a date after the date they refer to."""
    found = _NEAR.match(text)
    if found is None or to is None:
        return None
    month = int(found["month"]) if found["month"] else to.month
    day = int(found["day"]) if found["day"] else to.day
    try:
        return date(to.year, month, day)
    except ValueError:
        return None

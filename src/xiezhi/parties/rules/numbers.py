"""Identity numbers of people and organisations.  Pure: no database, no clock, no settings.

GB 11643-1999 (citizen identification number) and GB 32100-2015 (unified social credit code).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_ID_CARD = re.compile(r"[1-9][0-9]{16}[0-9X]")
_ID_WEIGHTS = tuple(pow(2, 17 - i, 11) for i in range(17))
_ID_CHECKS = "10X98765432"

#: Province codes of GB/T 2260, and 9 for foreigners' permanent residence cards, which follow GB 11643 too.
_PROVINCES = frozenset(
    {11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46}
    | {50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83}
)

#: GB 32100-2015 leaves out I, O, S, V and Z, which are easily misread.
CREDIT_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_CODE = re.compile(f"[{CREDIT_CODE_ALPHABET}]{{2}}[0-9]{{6}}[{CREDIT_CODE_ALPHABET}]{{10}}")
_CREDIT_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))

_PASSPORT = re.compile(r"[A-Z0-9]{5,20}")


@dataclass(frozen=True, slots=True)
class IdCard:
    """What a valid citizen identification number says about its holder."""

    number: str
    born_on: date
    is_male: bool


def normalise(number: str) -> str:
    """Return the number as it is stored: half-width, upper case, without spaces and hyphens."""
    half_width = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in number)
    return re.sub(r"[\s\-]", "", half_width).upper()


def id_card_check_character(first_17: str) -> str:
    """Return the 18th character for 17 digits (ISO 7064 MOD 11-2)."""
    return _ID_CHECKS[sum(int(c) * w for c, w in zip(first_17, _ID_WEIGHTS, strict=True)) % 11]


def credit_code_check_character(first_17: str) -> str:
    """Return the 18th character for the first 17 of a unified social credit code."""
    total = sum(CREDIT_CODE_ALPHABET.index(c) * w for c, w in zip(first_17, _CREDIT_WEIGHTS, strict=True))
    return CREDIT_CODE_ALPHABET[-total % 31]


def id_card_fault(number: str, *, on: date) -> str | None:
    """Return what is wrong with an ID card number, in words for a form, or None. `on`: the day of the
    check.
    """
    if not _ID_CARD.fullmatch(number):
        return "身份证号码应为18位：前17位是数字，最后一位是数字或者X。"
    if number[0] != "9" and int(number[:2]) not in _PROVINCES:
        return "身份证号码前两位不是省级行政区划代码，请核对。"
    try:
        born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return "身份证号码第7至14位不是有效的出生日期，请核对。"
    if not date(1850, 1, 1) <= born_on <= on:
        return "身份证号码第7至14位的出生日期不合理，请核对。"
    if number[17] != id_card_check_character(number[:17]):
        return "身份证号码校验位不符，请逐位核对。"
    return None


def read_id_card(number: str, *, on: date) -> IdCard | None:
    """Return what a valid number says, or None for an invalid one."""
    if id_card_fault(number, on=on) is not None:
        return None
    born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    return IdCard(number, born_on, is_male=int(number[16]) % 2 == 1)


def credit_code_fault(number: str) -> str | None:
    """Return what is wrong with a unified social credit code, in words for a form, or None."""
    if not _CREDIT_CODE.fullmatch(number):
        return "统一社会信用代码应为18位数字和大写字母，不使用I、O、S、V、Z，第3至8位是数字。"
    if number[17] != credit_code_check_character(number[:17]):
        return "统一社会信用代码校验位不符，请逐位核对。"
    return None


def passport_fault(number: str) -> str | None:
    """Return what is wrong with a passport number, in words for a form, or None."""
    if not _PASSPORT.fullmatch(number):
        return "护照号码应为5至20位字母和数字。"
    return None


def phone_fault(number: str) -> str | None:
    """Return what is wrong with a phone number, in words for a form, or None. Foreign numbers start with
    +.
    """
    if not re.fullmatch(r"1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?|\+[0-9]{6,15}", number):
        return "电话应为11位手机号码，或者带区号的固定电话，国外号码以+开头。"
    return None

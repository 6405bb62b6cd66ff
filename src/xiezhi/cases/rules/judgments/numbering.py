"""Case numbers as a document prints them: in the Supreme People's Court's form, but as they were issued.

The rules of 2016 know no leading zeros (法〔2015〕137号第三条), and present-day numbers are written so.
Before them many courts numbered 第00073号, and a number issued so is cited so; as a key the two are one
(`case_numbers` drops the zeros).
"""

from __future__ import annotations

import re

from xiezhi.law.case_numbers import CaseNumber, LegacyCaseNumber

_DIGITS = re.compile(r"([0-9０-９]+)\s?号")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


def as_issued(number: CaseNumber | LegacyCaseNumber, printed: str) -> str:
    """The number in its usual form, an old one with the zeros it was issued with."""
    written = number.format()
    if isinstance(number, CaseNumber) or (found := _DIGITS.search(printed)) is None:
        return written
    digits = found.group(1).translate(_FULL_WIDTH)
    if int(digits) != number.seq or len(digits) > 8:
        return written
    return written.replace(f"字第{number.seq}号", f"字第{digits}号", 1)

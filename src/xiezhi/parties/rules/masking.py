"""How names, numbers and addresses are shown to those who need not see them whole.  Pure.

This is display inside the system, with the same length kept so that a form is recognised; what is published
with a judgment follows 法释〔2016〕19号 and is another rule.
"""

from __future__ import annotations

import re

#: Two-character surnames; a masked name keeps the surname whole.
COMPOUND_SURNAMES = frozenset(
    [
        "欧阳",
        "上官",
        "司马",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "司徒",
        "司空",
        "夏侯",
        "宇文",
        "长孙",
        "端木",
        "独孤",
        "南宫",
        "轩辕",
        "百里",
        "呼延",
        "闻人",
        "澹台",
        "公冶",
        "宗政",
        "濮阳",
        "淳于",
        "单于",
        "太叔",
        "申屠",
        "仲孙",
        "钟离",
        "鲜于",
        "闾丘",
        "亓官",
        "司寇",
        "第五",
        "东郭",
        "西门",
        "拓跋",
        "万俟",
        "赫连",
        "完颜",
    ]
)
_TO_COUNTY = re.compile(
    r"^(?:[^省]{2,8}省|[^自]{2,8}自治区)?(?:[^市州盟区县]{2,8}[市州盟])?[^市区县旗]{1,10}[市区县旗]"
)


def mask_name(name: str) -> str:
    """张伟 → 张*, 欧阳明 → 欧阳*, 张小明 → 张**. A name of one character stays."""
    kept = 2 if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else 1
    return name[:kept] + "*" * (len(name) - kept)


def mask_number(number: str) -> str:
    """Keep the first and last four characters; of eight or fewer only the last two."""
    if len(number) <= 8:
        return "*" * max(len(number) - 2, 0) + number[-2:] if len(number) > 2 else "*" * len(number)
    return number[:4] + "*" * (len(number) - 8) + number[-4:]


def mask_phone(phone: str) -> str:
    """13812341234 → 138****1234; of other numbers only the last four stay."""
    if re.fullmatch(r"1[0-9]{10}", phone):
        return f"{phone[:3]}****{phone[-4:]}"
    return "*" * max(len(phone) - 4, 0) + phone[-4:] if len(phone) > 4 else "*" * len(phone)


def mask_address(address: str) -> str:
    """Keep the address to the county or district (法释〔2016〕19号第十一条 keeps no more), hide the rest."""
    if not address:
        return ""
    found = _TO_COUNTY.match(address)
    return (found.group() if found else "") + "****"

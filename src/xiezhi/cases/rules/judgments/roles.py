"""The words for the standing of parties and of those who act for them, as documents print them."""

from __future__ import annotations

import re
from collections.abc import Iterable

_PREFIX = r"(?:原审|一审|二审|原一审|原二审|再审|反诉|本诉|原)*"
# 刑事附带民事诉讼原告人 in full, and with either word left out.
_INCIDENTAL = tuple(
    f"{lead}附带民事{suit}{party}"
    for lead in ("", "刑事")
    for suit in ("诉讼", "", "公益诉讼")
    for party in (
        *("起诉人", "原告单位", "原告人", "原告", "被告单位", "被告人", "被告"),
        *("第三人", "上诉人", "被上诉人"),
    )
)
_PARTIES = (
    *_INCIDENTAL,
    "公益诉讼起诉人",
    "公益诉讼人",
    "有独立请求权的第三人",
    "有独立请求权第三人",
    "无独立请求权的第三人",
    "无独立请求权第三人",
    "申报人",
    "担保人",
    "被追加人",
    "提请抗诉机关",
    "抗诉机关",
    "公诉机关",
    "申请机关",
    "刑罚执行机关",
    "执行机关",
    "移送执行机关",
    "申请复议人",
    "复议申请人",
    "被申请强制医疗人",
    "被申请强制医疗的人",
    "被强制医疗人",
    "再审申请人",
    "申请再审人",
    "再审被申请人",
    "被申请人",
    "申请执行人",
    "申请保全人",
    "被保全人",
    "国家司法救助申请人",
    "救助申请人",
    "申请人",
    "被执行人",
    "赔偿请求人",
    "赔偿义务机关",
    "申请赔偿人",
    "复议机关",
    "利害关系人",
    "案外人",
    "异议人",
    "自诉人",
    "被告单位",
    "被告人",
    "上诉单位",
    "被上诉单位",
    "被上诉人",
    "上诉人",
    "被害单位",
    "被害人",
    "罪犯",
    "被申诉人",
    "申诉人",
    "第三人",
    "原告人",
    "原告",
    "被告",
    "债权人",
    "债务人",
    "起诉人",
    "被处罚人",
    "被罚款人",
    "被拘留人",
    "竞买人",
    "买受人",
    "反诉人",
    "被反诉人",
)
_AGENTS = (
    "委托诉讼代理人",
    "委托代理人",
    "诉讼代理人",
    "法定代理人",
    "指定代理人",
    "指定诉讼代理人",
    "指派辩护人",
    "法律援助辩护人",
    "通知辩护人",
    "指定辩护人",
    "委托辩护人",
    "辩护人",
    "法定代表人",
    "诉讼代表人",
    "出庭应诉负责人",
    "出庭负责人",
    "主要负责人",
    "执行事务合伙人",
    "负责人",
    "代表人",
    "经营者",
    "投资人",
    "代理人",
)


def _any_of(words: Iterable[str]) -> str:
    """A pattern of these words, longest first."""
    return "|".join(sorted(words, key=len, reverse=True))


ROLE = rf"{_PREFIX}(?:{_any_of(_PARTIES)})"
# In civil papers 被告人寿公司 is the defendant 人寿公司.
CIVIL_ROLE = rf"{_PREFIX}(?:{_any_of(p for p in _PARTIES if not p.endswith(('被告人', '原告人')))})"
AGENT = (
    r"(?:(?:以上|上述|上列|前述|该|本案)?(?:[一二两三四五六七八九十\d]{1,3}[位名]?)?"
    r"(?:附带民事诉讼原告人|附带民事诉讼被告人|附带民事诉讼|附带民事|被告人|被告单位|被害人|再审申请人|申请执行人|被执行人|异议人|赔偿请求人|上诉人|被上诉人|原告人?|被告|被?申请人|第三人)?(?:的)?(?:共同|特别授权)?的?)"
    rf"(?P<agent>(?:共同)?(?:{_any_of(_AGENTS)}))"
)
_BRACKET = r"(?:[（(](?P<{0}>[^（）()]{{1,40}})[）)])?"
_BOTH = r"(?:{role}|(?:共同)?(?:委托)?(?:诉讼代表人|诉讼代理人|法定代理人|代理人|辩护人))"
_JOINED = r"(?P<more>(?:(?:暨|兼|并|及|、)" + _BOTH + r"(?:[（(][^（）()]{{1,40}}[）)])?)*)"


# 被告一：, 原告2： and 第三人（二）： number the parties; only a colon tells it from the name 万一.
_NUMBER = (
    r"(?:(?:[一二三四五六七八九十]{1,2}|\d{1,2}|[（(][一二三四五六七八九十\d]{1,2}[）)])"
    r"(?=[：:]|[（(][^（）()]{2,40}[）)][：:]))?"
)


def _party_pattern(role: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?:第[一二三四五六七八九十]{{1,2}}(?=原告|被告|第三人))?(?P<role>{role})"
        + _NUMBER
        + _BRACKET.format("inner")
        + _JOINED.format(role=role)
        + r"[：:，、]?\s?(?P<rest>.*)",
        re.DOTALL,
    )


PARTY_LINE = _party_pattern(ROLE)
CIVIL_PARTY_LINE = _party_pattern(CIVIL_ROLE)
AGENT_LINE = re.compile(
    AGENT
    + r"(?P<also>(?:暨|兼|及)[\u4e00-\u9fff]{0,20}?(?:代理人|辩护人|原告人|被告人))?"
    + r"(?:[（(](?P<note>[^（）()]{1,40})[）)])?[：:，]?\s?(?P<rest>.*)",
    re.DOTALL,
)
ROLE_WORD = re.compile(ROLE)

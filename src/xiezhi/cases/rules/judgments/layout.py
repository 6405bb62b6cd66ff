"""Bring the text of a court document into paragraphs divided by single spaces.

Published texts carry line breaks as spaces, leftovers of HTML, "null" and page marks, letters set apart
(审　判　长), and sometimes no breaks at all.  Every pattern here runs in time linear in the text.
"""

from __future__ import annotations

import html
import re

from xiezhi.cases.rules.judgments.roles import AGENT, ROLE

_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\x00-\x08\x0e-\x1f\x7f]+")
_TAG = re.compile(r"<[A-Za-z/!][^<>]{0,2000}>")
_BROKEN_TAG = re.compile(r"(?:div|span|font|p)\s+style=[^〉>]{0,400}[〉>]")
_TAG_TAIL = re.compile(r"(?<=\s)[A-Za-z；;”\"' ]{1,40}〉")
_NOISE = re.compile(r"\{C\}|\bnull(?=[\u4e00-\u9fff]|\s|$)|(?<=[\u4e00-\u9fff])null\b")
_SPACES = re.compile(r"\s+")
_GLYPH = "[\u4e00-\u9fff〇○0-9]"
_SPACED_OUT = re.compile(rf"(?<!\S)(?:{_GLYPH} ){{2,}}{_GLYPH}(?!\S)")
_PAIR = re.compile(r"(?<!\S)(原|被) 告(?: 人(?=\s))?(?!\S)")
_SPACED_ROLE = re.compile(r"(?<!\S)(?:[\u4e00-\u9fff] ){1,9}[\u4e00-\u9fff](?= ?[：:（(])")
_ROLE_WORD = re.compile(rf"{ROLE}|{AGENT}")
_NUMBER_GAP = re.compile(
    r"(?P<open>[（(〔［\[【])\s?(?P<year>(?:19|20)\d\d)\s?(?P<close>[）)〕］\]】])\s?"
    r"(?P<body>[\u4e00-\u9fff\d]{1,24}?(?:第|[初终再执督特保异]))\s?(?P<seq>\d{1,8})\s?号"
)
_GLUED_NUMBER = re.compile(
    r"(?<=号)(?=(?:原?公诉机关|抗诉机关|自诉人|原告|被告|上诉人|申请|再审申请人|异议人))"
)
_SPEAKERS = (
    r"(?:以上|上述|上列|[二三四五六七八九十]{1,2}[位名]?)?(?:被?上诉人|被?申请人|原告人?|被告人?)?(?:共同)?"
    r"(?:指定|委托)?(?:辩护人|诉讼代理人|代理人|法定代表人|法定代理人|诉讼代表人|(?:主要|出庭)?负责人|经营者|执行事务合伙人)"
)
_BREAK_BEFORE = re.compile(
    r"(?<=[。；;号书）)])(?="
    r"(?:原?公诉机关|抗诉机关)[^，。]{2,40}检察院[。，]"
    rf"|(?:{ROLE})(?:[（(][^（）()]{{2,30}}[）)])?[：:]?[^，,。：:；]{{2,40}}[，,。（(]"
    r"(?:男|女|住|统一|法定|汉|委托|负责|主要|经营|\d{4}年)"
    rf"|{_SPEAKERS}[：:]?[\u4e00-\u9fff·]{{2,12}}[，,、（(。]"
    r"|[\u4e00-\u9fff]{2,25}检察院(?:以)?[^，。]{2,30}起诉书"
    r"|[\u4e00-\u9fff]{4,40}法院审理[^。]{4,200}?一案"
    r"|(?:上诉人|原告|被告人?|原审原告|再审申请人|申请执行人|申请人|复议申请人|赔偿请求人)[^，。]{2,120}?一案"
    rf"|(?:{ROLE})[^，,。：:；]{{2,40}}(?:称[，,：:]|于\d{{4}}年)"
    r"|(?:19|20)\d\d年\d{1,2}月\d{1,2}日[，,](?:本院|申请人|起诉人)"
    r"|本院(?:在(?:执行|审理)|于\d{4}年\d{1,2}月\d{1,2}日(?:受理|立案))"
    r"|(?:刑罚)?执行机关[^。；]{2,60}?(?:提出|报请|报送)"
    r"|(?:公诉机关|[\u4e00-\u9fff]{2,20}检察院)(?:起诉)?指控"
    r"|(?:[\u4e00-\u9fff]{2,15}向本院提出诉讼请求|本院(?:再审|二审|经审查|赔偿委员会|审判委员会|赔偿委员会经审查)?认为[，,：:]|本?合议庭认为[，,：:]"
    r"|经(?:本院)?审理查明|本院经审理|本院赔偿委员会查明|原审?判决?认定)"
    r"|如不服本判决|本(?:判决|裁定)为终审"
    r"|(?:审判长|审判员|代理审判员|人民陪审员)[\u4e00-\u9fff·]{2,4}(?:审|人|代|书|二|法))"
)
_BREAK_AFTER = re.compile(r"(?<=审理终结。)(?=\S)|(?<=[判裁]决如下：)(?=\S)|(?<=裁定如下：)(?=\S)")
_PARAGRAPH_END = re.compile(r" (?:(?<![A-Za-z.,)] )|(?![A-Za-z(]))")


def normalise(raw: str) -> str:
    """The text with tags, invisible characters and noise gone and one space where a line ended."""
    text = _unwrap(raw) if "\n" in raw else raw
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    if "〉" in text:
        text = _TAG_TAIL.sub(" ", _BROKEN_TAG.sub(" ", text))
    text = _INVISIBLE.sub("", text)
    if "null" in text or "{C}" in text:
        text = _NOISE.sub(" ", text)
    text = _SPACES.sub(" ", text).strip()
    text = _SPACED_OUT.sub(lambda found: found.group().replace(" ", ""), text)
    text = _PAIR.sub(lambda found: found.group().replace(" ", ""), text)
    rest = text[4000:]
    head = _SPACED_ROLE.sub(_close_role, text[:4000])
    head = _GLUED_NUMBER.sub(" ", _NUMBER_GAP.sub(_close_gap, head))
    text = head + rest
    if len(text) > 150 and text.count(" ") <= max(2, len(text) // 500):
        text = _BREAK_AFTER.sub(" ", _BREAK_BEFORE.sub(" ", text))
    return text


def paragraphs(text: str) -> list[tuple[int, str]]:
    """(offset, paragraph) for each paragraph of a normalised text.

    A space between two Latin letters divides the words of a foreign name, not two paragraphs.
    """
    found: list[tuple[int, str]] = []
    at = 0
    for space in _PARAGRAPH_END.finditer(text):
        if space.start() > at:
            found.append((at, text[at : space.start()]))
        at = space.end()
    if at < len(text):
        found.append((at, text[at:]))
    return found


def _close_role(found: re.Match[str]) -> str:
    """原 告：, 上 诉 人（: a role word set apart before its colon or bracket."""
    joined = found.group().replace(" ", "")
    return joined if _ROLE_WORD.fullmatch(joined) else found.group()


def _close_gap(found: re.Match[str]) -> str:
    part = found.groupdict()
    return f"{part['open']}{part['year']}{part['close']}{part['body']}{part['seq']}号"


def _unwrap(raw: str) -> str:
    """Join lines that were broken at a fixed width; leave true paragraphs alone."""
    lines = [line.strip() for line in raw.splitlines()]
    lengths = sorted(len(line) for line in lines if line)
    if len(lengths) < 8:
        return raw
    width = lengths[int(len(lengths) * 0.9)]
    full = sum(1 for length in lengths if width - 3 <= length <= width + 1)
    if not 18 <= width <= 90 or full * 3 < len(lengths):
        return raw
    out: list[str] = []
    for line in lines:
        out.append(line)
        wrapped = len(line) >= width - 3 and not line.endswith(("。", "：", "；"))
        out.append("" if wrapped else "\n")
    return "".join(out)

"""Bring the text of a court document into paragraphs divided by single spaces.

Published texts carry line breaks as spaces, leftovers of HTML, "null" and page marks, letters set apart
(审　判　长), and sometimes no breaks at all.  Every pattern here runs in time linear in the text.
"""

from __future__ import annotations

import html
import re

_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\x00-\x08\x0e-\x1f\x7f]+")
_TAG = re.compile(r"<[A-Za-z/!][^<>]{0,2000}>")
_BROKEN_TAG = re.compile(r"(?:div|span|font|p)\s+style=[^〉>]{0,400}[〉>]")
_TAG_TAIL = re.compile(r"(?<=\s)[A-Za-z；;”\"' ]{1,40}〉")
_NOISE = re.compile(r"\{C\}|\bnull(?=[\u4e00-\u9fff]|\s|$)|(?<=[\u4e00-\u9fff])null\b")
_SPACES = re.compile(r"\s+")
_GLYPH = "[\u4e00-\u9fff〇○0-9]"
_SPACED_OUT = re.compile(rf"(?<!\S)(?:{_GLYPH} ){{2,}}{_GLYPH}(?!\S)")
_PAIR = re.compile(r"(?<!\S)(原|被) 告(?: 人(?=\s))?(?!\S)")
_NUMBER_GAP = re.compile(
    r"(?P<open>[（(〔［\[【])\s?(?P<year>(?:19|20)\d\d)\s?(?P<close>[）)〕］\]】])\s?"
    r"(?P<body>[\u4e00-\u9fff\d]{1,24}?(?:第|[初终再执督特保异]))\s?(?P<seq>\d{1,8})\s?号"
)
_GLUED_NUMBER = re.compile(
    r"(?<=号)(?=(?:原?公诉机关|抗诉机关|自诉人|原告|被告|上诉人|申请|再审申请人|异议人))"
)
_BREAK_BEFORE = re.compile(
    r"(?<=[。；;号书）)])(?="
    r"(?:原?公诉机关|抗诉机关)[^，。]{2,40}检察院[。，]"
    r"|(?:被告人|上诉人|被上诉人|原审被告人|附带民事诉讼原告人|自诉人|原告|被告|第三人|申请执行人|被执行人|申请人|被申请人|再审申请人)"
    r"(?:（[^）]{2,30}）)?[：:]?[^，。：:]{2,40}[，（(](?:男|女|住|统一|法定|汉|\d{4}年)"
    r"|(?:指定|委托)?(?:辩护人|诉讼代理人|委托诉讼代理人|委托代理人|法定代表人|法定代理人)[：:]?[\u4e00-\u9fff·]{2,12}[，、]"
    r"|[\u4e00-\u9fff]{2,25}检察院以[^，。]{2,30}起诉书"
    r"|(?:上诉人|原告|被告人?|原审原告)[^，。]{2,80}一案"
    r"|(?:公诉机关|[\u4e00-\u9fff]{2,20}检察院)(?:起诉)?指控"
    r"|(?:[\u4e00-\u9fff]{2,15}向本院提出诉讼请求|本院认为[，：]|经(?:本院)?审理查明|本院经审理|原审?判决?认定)"
    r"|如不服本判决|本(?:判决|裁定)为终审"
    r"|(?:审判长|审判员|代理审判员|人民陪审员)[\u4e00-\u9fff·]{2,4}(?:审|人|代|书|二|法))"
)
_BREAK_AFTER = re.compile(r"(?<=审理终结。)(?=\S)|(?<=[判裁]决如下：)(?=\S)|(?<=裁定如下：)(?=\S)")


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
    head = text[:4000]
    head = _GLUED_NUMBER.sub(" ", _NUMBER_GAP.sub(_close_gap, head))
    text = head + text[4000:]
    if len(text) > 400 and text.count(" ") * 500 < len(text):
        text = _BREAK_AFTER.sub(" ", _BREAK_BEFORE.sub(" ", text))
    return text


def paragraphs(text: str) -> list[tuple[int, str]]:
    """(offset, paragraph) for each paragraph of a normalised text."""
    found: list[tuple[int, str]] = []
    at = 0
    for piece in text.split(" "):
        if piece:
            found.append((at, piece))
        at += len(piece) + 1
    return found


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

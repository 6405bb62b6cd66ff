"""The end of a document: who signed, when it was made, who kept the record."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from xiezhi.cases.rules.judgments import dates
from xiezhi.cases.rules.judgments.facts import PanelMember

_JUDGES = (
    "代理审判长|审判长|代理审判员|助理审判员|独任审判员|人民审判员|审判员|人民陪审员|陪审员|执行长|代理执行员|执行员"
    "|首席法官|审判委员会委员"
)
_CLERKS = "代理书记员|代书记员|见习书记员|实习书记员|兼职书记员|聘用制书记员|书记员|速录员|记录人"
_ASSISTANTS = "法官助理|审判助理|审判辅助人员"
_WORD = re.compile(
    rf"(?:(?P<judge>{_JUDGES})|(?P<clerk>{_CLERKS})|(?P<assistant>{_ASSISTANTS}))(?:[（(][^（）()]{{1,8}}[）)])?[：:、]?"
)
_APART = re.compile(
    r"(?<=\S)(?<!代理)(?<!助理)(?<!独任)(?<!人民)(?<!代)(?<!见习)(?<!实习)(?<!兼职)(?<!聘用制)"
    rf"(?=(?:{_JUDGES}|{_CLERKS}|{_ASSISTANTS})[\s：:（(]?[\u4e00-\u9fffA-Za-z×])"
    r"|(?<=\S)(?<!\d)(?<![一二〇○])(?=二[〇○ＯO0零ｏo０]{1,2}[一二三四五六七八九十〇○ＯO0零１1-9]{1,3}年)"
    # What follows the names where a text has no breaks at all.
    r"|(?<=[\u4e00-\u9fff])(?=附[：:录法相件本]|《|第[一二三四五六七八九十百]{1,6}条|第\d|相关(?:的)?法[律条]|法律条文|法律依据"
    r"|本案(?:适|判|所|引|依|裁|相)|本判决|本裁[判定]|MARGIN|。?PAGE)"
)
_SPACED_WORD = re.compile(
    r"审\s判\s长|审\s判\s员|书\s记\s员|人\s民\s陪\s审\s员|代\s理\s审\s判\s员|法\s官\s助\s理"
)
_NAME = re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0002fa1f·•．.×xX*＊某?？○]{2,14}")
_LONE = re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf×]")
_STAMP = re.compile(
    r"(?:[（(]?(?:院印|此页无正文|本页无正文|以下无正文)[）)]?|(?:本件|此件|本页|与原件|经?核对|本判决书).{0,12}(?:无异|一致|相同|无误)|null|--+|[{}]|[（(]印章?[）)])"
)
_END = re.compile(
    r"(?:附[：:录法相件本]|附$|相关法律|《|本案(?:适用|判决|所|引用|依据|裁判)|法律(?:条文|依据)|执行申请提示|第[一二三四五六七八九十百]+条)"
)
_NOT_NAMES = re.compile(
    r"^附|^本案|^相关|适用|有关|引用|援引|附页|清单|编号|名称|地点|权属|备注|被害|目录|附表|说明|罪名|条文|法条"
)
WINDOW = 2500


@dataclass(frozen=True, slots=True)
class Tail:
    """Who signed and when."""

    panel: tuple[PanelMember, ...]
    decided_on: date | None
    clerks: tuple[str, ...]
    assistants: tuple[str, ...]


def read_tail(text: str, start: int) -> Tail:
    """Read the signatures that begin at `start`."""
    raw = _SPACED_WORD.sub(lambda found: re.sub(r"\s", "", found.group()), text[start : start + WINDOW])
    tokens = _APART.sub(" ", _STAMP.sub(" ", raw)).split()
    panel: list[PanelMember] = []
    clerks: list[str] = []
    assistants: list[str] = []
    decided: date | None = None
    role, group, idle = "", "", 0
    place = 0
    while place < len(tokens):
        token = tokens[place]
        place += 1
        word = _WORD.match(token)
        if word:
            role = word.group("judge") or word.group("clerk") or word.group("assistant")
            group = "judge" if word["judge"] else "clerk" if word["clerk"] else "assistant"
            token = token[word.end() :]
            if not token and place < len(tokens):
                token, place = tokens[place], place + 1
                if _WORD.match(token):
                    place -= 1
                    continue
        elif found := dates.WRITTEN.search(token):
            day = dates.from_match(found)
            decided = decided or day
            group, token = "", token[found.end() :].strip("。 ")
            if not token:
                continue
            tokens.insert(place, token)
            continue
        elif (
            _END.match(token)
            or _NOT_NAMES.search(token)
            or (panel and decided and clerks and not _NAME.fullmatch(token))
        ):
            break
        elif not group or not _NAME.fullmatch(token) or len(token) > 4:
            idle += 1
            if idle > 6:
                break
            continue
        if found := dates.WRITTEN.search(token):
            day = dates.from_match(found)
            decided = decided or day
            token = token[: found.start()]
        # 张 三: one name set apart.
        if (
            _LONE.fullmatch(token)
            and place < len(tokens)
            and 1 <= len(tokens[place]) <= 2
            and _is_name_part(tokens[place])
        ):
            token, place = token + tokens[place], place + 1
        for name in () if _NOT_NAMES.search(token) else _names(token):
            if group == "judge":
                panel.append(PanelMember(name=name, role=role))
            elif group == "clerk":
                if role != "速录员":
                    clerks.append(name)
            elif group == "assistant":
                assistants.append(name)
        if group == "judge" and len(panel) > 11:
            break
    if decided is None:
        decided = _last_resort(text, start)
    return Tail(tuple(panel), decided, tuple(dict.fromkeys(clerks)), tuple(dict.fromkeys(assistants)))


def _is_name_part(token: str) -> bool:
    return _NAME.fullmatch(token * 2) is not None and not _WORD.match(token)


def _names(token: str) -> list[str]:
    token = re.sub(r"[（(].*$", "", token).strip("：:、。，,；;.")
    parts = [part for part in re.split(r"[、，,]", token) if part]
    return [part.replace("•", "·").replace("．", "·") for part in parts if _NAME.fullmatch(part)]


def _last_resort(text: str, start: int) -> date | None:
    """A date just before the signatures, alone on its line, as mediation statements sometimes have it."""
    before = text[max(0, start - 60) : start].strip()
    written = list(dates.WRITTEN.finditer(before))
    if written and len(before) - written[-1].end() < 3:
        return dates.from_match(written[-1])
    after = dates.first_date(text, start, min(len(text), start + WINDOW))
    return after[0] if after else None

"""Cutting the name of a person or an organisation out of the line that introduces it."""

from __future__ import annotations

import re

_ORGANISATION = re.compile(
    r"(?:公司|企业|银行|支行|分行|信用社|合作社|联社|厂|店|场|所|院|局|厅|部|委|委员会|政府|办事处|街道办|大队|支队|总队|中心"
    r"|学校|大学|学院|中学|小学|幼儿园|协会|学会|联合会|基金会|集团|商行|商店|超市|酒店|宾馆|饭店|茶楼|会所|工作室|经营部|门市部"
    r"|服务部|村民小组|小组|村|社区|居委会|监狱|队|站|处|室|社|行|馆|园|库|港|矿|农场|林场|合伙）?|（有限合伙）|管理人|机关|事务所|网吧|俱乐部|娱乐城|商城|经理部|项目部|专业户)$"
)
_STOP = re.compile(r"[，。；;：:（(,\s\[【〔]")
_CUES = re.compile(
    r"(?<=[\u4e00-\u9fff×xXＸ＊*某甲乙丙丁戊\d])"
    r"(?:曾用名|又名|别名|化名|绰号|外号|小名|自报|身份证|公民身份|出生于|出生|生于|户籍|汉族|满族|回族|初中|高中|小学|文盲|大学|大专|中专|农民|无业|居民"
    r"|现羁押|现住|职务|提出|因涉嫌|因本案|因犯|因故意|因盗窃|曾因|曾于|于\d{4}年|于[一二]|系|，)"
)
_SEX_TAIL = re.compile(r"([\u4e00-\u9fff×某]{2,4})[男女]$")
_SEX_LATER = re.compile(r"[，,][男女](?![\u4e00-\u9fff]{3})")
_FIRM_BEHIND = re.compile(
    r"(?P<name>[\u4e00-\u9fff×某]{2,3})(?=(?:北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|广西"
    r"|海南|四川|贵州|云南|西藏|陕西|甘肃|青海|宁夏|新疆|内蒙古)[\u4e00-\u9fff（）()]{2,24}(?:律师事务所|法律援助中心|法律服务所))"
)
_DOUBLED = re.compile(
    r"(?P<name>(?P<family>[\u4e00-\u9fff])[\u4e00-\u9fff]{1,2})(?P=family)(?:某{1,2}[\u4e00-\u9fff]?\d?|[\u4e00-\u9fff]某)"
)
_LATIN = re.compile(r"[A-Za-z][A-Za-z .·'\-]{1,60}")
_LEAD = re.compile(r"^(?:自报姓名|自报名|自称|自报|姓名|\d{1,2}[、.．]|[、：:，,．.\-—“\"]+)")
_TRAIL = re.compile(r"(?:等人|等|、|”|\"|…+)+$")
PERSON = re.compile(
    r"[\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0002fa1f×xXＸ＊*＋?？○〇某]{2,4}\d{0,2}|[\u4e00-\u9fff×某]{1,8}[·•．‧・][\u4e00-\u9fff·•．‧・×某]{1,20}"
)
_FOREIGN_DOTS = "·•．‧・"


def is_organisation(name: str) -> bool:
    """Whether a name is an organisation's: by its ending, and by its length, as 郭村 may be a person."""
    return len(name) > 4 and _ORGANISATION.search(name) is not None


def kind_of(name: str) -> str:
    """PERSON, ORGANISATION or PROCURATORATE."""
    if "检察院" in name:
        return "PROCURATORATE"
    return "ORGANISATION" if is_organisation(name) else "PERSON"


def cut_names(rest: str) -> tuple[list[str], str]:
    """The names a line begins with, and what follows them.  No name gives an empty list.

    Several persons may share one line, divided by 、 or 和: 原告张某、李某，均系…
    """
    rest = rest[:400]
    while (lead := _LEAD.match(rest)) and lead.end():
        rest = rest[lead.end() :]
    latin = _LATIN.match(rest)
    stop = _STOP.search(rest)
    if latin and latin.end() > 3 and (not stop or latin.end() >= stop.start()):
        return [latin.group().strip(" .")], rest[latin.end() :]
    # （有限合伙） and （集团） belong to the name of an organisation.
    while (
        stop
        and rest[stop.start()] in "（("
        and (inner := re.match(r"[（(][\u4e00-\u9fff]{2,8}[）)]", rest[stop.start() :]))
    ):
        following = rest[stop.start() + inner.end() :]
        is_part = re.match(r"[（(](?:有限合伙|普通合伙|特殊普通合伙|集团|个人独资)", inner.group()) or (
            re.match(r"[\u4e00-\u9fff]{0,30}?(?:公司|企业|集团|厂|中心|银行|所|店|部)", following)
            and following[:1] not in "，。"
        )
        if not is_part or stop.start() < 2:
            break
        stop = _STOP.search(rest, stop.start() + inner.end())
    end = stop.start() if stop else min(len(rest), 80)
    head, after = rest[:end], rest[end:]
    if not is_organisation(head) and (cue := _CUES.search(head)) and cue.start() >= 1 and len(head) > 3:
        after, head = head[cue.start() :] + after, head[: cue.start()]
    head = _TRAIL.sub("", head)
    if (firm := _FIRM_BEHIND.match(head)) and len(head) > 8:
        after, head = "，" + head[firm.end() :] + after, firm["name"]
    if (doubled := _DOUBLED.fullmatch(head)) or (
        len(head) % 2 == 0
        and len(head) > 3
        and head[: len(head) // 2] == head[len(head) // 2 :]
        and "某" in head
    ):
        head = doubled["name"] if doubled else head[: len(head) // 2]
    if (
        (sexed := _SEX_TAIL.fullmatch(head))
        and not _SEX_LATER.search(after[:12])
        and re.match(r"[，,]", after)
    ):
        head = sexed.group(1)
    parts = [head]
    if "、" in head or "和" in head:
        split = [part for part in re.split(r"、|(?<=[\u4e00-\u9fff某])和(?=[\u4e00-\u9fff])", head) if part]
        if all(PERSON.fullmatch(part) for part in split) or (
            "、" in head and all(is_organisation(part) or PERSON.fullmatch(part) for part in split)
        ):
            parts = split
    return [name for name in (clean(part) for part in parts) if name], after


def clean(name: str) -> str:
    """A name without the marks around it, one middle dot for its look-alikes; empty where none is left."""
    name = name.strip(" 　“”\"'：:，,。、；;（(").replace("＊", "*")
    for dot in _FOREIGN_DOTS:
        if dot in name and len(name) > 2:
            name = name.replace(dot, "·")
    return name if len(name) >= 2 or name in ("×", "某") else ""

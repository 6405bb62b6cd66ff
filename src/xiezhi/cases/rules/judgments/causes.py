"""Charges and causes of action, matched with the lists of `xiezhi.law.causes`; an exact name wins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from xiezhi.law import causes

# Charges under the names they had before an amendment, as judgments of the time print them.
FORMER_CHARGES = {
    "非法猎捕、杀害珍贵、濒危野生动物罪": "危害珍贵、濒危野生动物罪",
    "非法收购、运输、出售珍贵、濒危野生动物、珍贵、濒危野生动物制品罪": "危害珍贵、濒危野生动物罪",
    "非法采伐、毁坏国家重点保护植物罪": "危害国家重点保护植物罪",
    "非法收购、运输、加工、出售国家重点保护植物、国家重点保护植物制品罪": "危害国家重点保护植物罪",
    "组织、利用会道门、邪教组织、利用迷信致人死亡罪": "组织、利用会道门、邪教组织、利用迷信致人重伤、死亡罪",
    "虚开增值税专用发票罪": "虚开增值税专用发票、用于骗取出口退税、抵扣税款发票罪",
    "非法买卖制毒物品罪": "非法生产、买卖、运输制毒物品、走私制毒物品罪",
    "走私制毒物品罪": "非法生产、买卖、运输制毒物品、走私制毒物品罪",
    "非法制造、买卖、运输、储存毒害性物质罪": "非法制造、买卖、运输、储存危险物质罪",
    "强制猥亵妇女罪": "强制猥亵、侮辱罪",
    "强制猥亵、侮辱妇女罪": "强制猥亵、侮辱罪",
    "出售、非法提供公民个人信息罪": "侵犯公民个人信息罪",
    "非法获取公民个人信息罪": "侵犯公民个人信息罪",
    "重大污染环境事故罪": "污染环境罪",
    "违法向关系人发放贷款罪": "违法发放贷款罪",
    "公司、企业人员受贿罪": "非国家工作人员受贿罪",
    "伪造、变造居民身份证罪": "伪造、变造、买卖身份证件罪",
    "资助恐怖活动罪": "帮助恐怖活动罪",
    "强迫职工劳动罪": "强迫劳动罪",
    "偷税罪": "逃税罪",
    "窝赃罪": "掩饰、隐瞒犯罪所得、犯罪所得收益罪",
    "销赃罪": "掩饰、隐瞒犯罪所得、犯罪所得收益罪",
    "贩毒罪": "走私、贩卖、运输、制造毒品罪",
    "破坏军事通信罪": "破坏武器装备、军事设施、军事通信罪",
    "生产、销售不符合卫生标准的食品罪": "生产、销售不符合安全标准的食品罪",
}
_CONVICTED = re.compile(
    r"(?<![原前曾因已])(?<!前罪所)(?<!前所)犯(?:有|了)?(?!罪)(?P<charges>[^，。；;：:（(《》]{1,90}罪)(?!名|行|所得|分子|事实|活动)"
)
_COUNTED = re.compile(
    r"(?:已|均|分别|共同)?构成(?:了)?(?!犯罪)(?P<charges>[^，。；;：:（(《》]{2,60}?罪)(?!名|行|所得|分子|事实)"
)
_ACCUSED_OF = re.compile(
    r"(?:涉嫌|以|犯|构成)(?!罪)(?P<charges>[^，。；;：:（(《》]{2,60}?罪)(?!名|行|所得|分子|事实)"
)
_SPLIT = re.compile(r"(?<=罪)(?:[、和及与，,]|以及|并)+(?:犯|系)?|(?<=罪)犯(?=[\u4e00-\u9fff]{2})")
_ASIDE = re.compile(r"撤销[^；;。]{0,200}")
_QUOTES = str.maketrans("", "", " “”\"'‘’")
_BAD = re.compile(
    r"被告人|上诉人|人民法院|判处|原审|事实|行为|的|前罪|漏罪|新罪|同种|数罪|余罪|本罪|此罪|他罪|后罪|何罪|重罪|轻罪"
)


@cache
def _charges() -> dict[str, str]:
    """Folded name of every charge to its name."""
    names: dict[str, str] = {}
    for root in causes.roots(causes.CRIMINAL):
        pending = [root]
        while pending:
            node = pending.pop()
            below = causes.children(node.key)
            pending.extend(below)
            if not below:
                names[_fold(node.name)] = node.name
    return names


def _fold(name: str) -> str:
    return re.sub(r"[、，,（）()\s“”]", "", name).replace("帐", "账")


@lru_cache(maxsize=4096)
def charge_in_list(name: str) -> str | None:
    """The charge of the list a pronounced one falls under: 贩卖毒品罪 under 走私、贩卖、运输、制造毒品罪."""
    folded = _fold(name)
    charges = _charges()
    if folded in charges:
        return charges[folded]
    if name in FORMER_CHARGES:
        return FORMER_CHARGES[name]
    former = [full for full in FORMER_CHARGES if len(folded) > 6 and _within(folded, _fold(full))]
    if former:
        return FORMER_CHARGES[former[0]]
    stem = folded.removesuffix("罪")
    parts = [full for full in charges.values() if stem in re.split(r"[、，]", full.removesuffix("罪"))]
    if parts:
        return min(parts, key=len)
    fitting = [
        full
        for full in charges
        if len(full) > len(folded) and full[-2:] == folded[-2:] and _within(folded, full)
    ]
    if not fitting:
        fitting = [full for full in charges if len(full) > len(folded) and _within(folded, full)]
    return charges[min(fitting, key=len)] if fitting and len(folded) >= 4 else None


def _within(short: str, long: str) -> bool:
    at = iter(long)
    return all(char in at for char in short)


def _named(chunk: str) -> list[str]:
    found = []
    chunk = chunk.translate(_QUOTES)
    for part in _SPLIT.split(chunk):
        name = re.sub(r"(?<=罪)(?:的.{0,8}|数罪)$", "", part.strip("、和及与犯系"))
        # 犯罪单位…犯X罪 within one run of words: what follows the last 犯 is the charge.
        for mark in ("犯有", "犯"):
            cut = name.rfind(mark)
            if cut > 0 and not name[cut:].startswith("犯罪") and charge_in_list(name) is None:
                name = name[cut + len(mark) :]
        name = name.replace(",", "、")
        if not name.endswith("罪"):
            continue
        known = _fold(name) in _charges()
        if not known and (len(name) > 46 or (_BAD.search(name) and not _nearly(name))):
            continue
        if len(name) >= 3 or known:
            found.append(name)
    return found


def _nearly(name: str) -> bool:
    """Whether a charge of the list lies within the name: 不符合安全生产标准的食品 has two words too many."""
    folded = _fold(name)
    return any(0 < len(folded) - len(full) <= 3 and _within(full, folded) for full in _charges())


def pronounced(result: str) -> tuple[str, ...]:
    """The charges of the verdict, each once, in the order of the verdict.

    What the court sets aside is left out, unless the verdict names no charge besides.
    """
    kept = _ASIDE.sub(lambda gone: "" if "犯" in gone.group() else gone.group(), result)
    for text in (kept, result):
        found = [name for hit in _CONVICTED.finditer(text) for name in _named(hit["charges"])]
        if found:
            return tuple(dict.fromkeys(found))
    return ()


def charged(text: str) -> tuple[str, ...]:
    """The charges somebody is accused of or was convicted of, in a passage before the verdict."""
    for pattern in (_CONVICTED, _ACCUSED_OF):
        found = [
            name
            for hit in pattern.finditer(text)
            for name in _named(hit["charges"])
            if charge_in_list(name) is not None
        ]
        if found:
            return tuple(dict.fromkeys(found))
    return ()


def from_title(title: str) -> tuple[str, ...]:
    """The charge at the end of the name of a document: 张某盗窃一审刑事判决书."""
    plain = re.sub(r"(?:一审|二审|再审|初审|刑事|判决书|裁定书|一案|罪?案|通知书|决定书).*$", "", title)
    plain = plain.removesuffix("罪").removesuffix("的")
    for start in range(max(0, len(plain) - 40), len(plain) - 1):
        name = plain[start:] + "罪"
        if _fold(name) in _charges():
            return (_charges()[_fold(name)],)
    return ()


@cache
def _actions() -> dict[str, str]:
    """Folded name of every cause of action, civil and administrative, to its name."""
    names: dict[str, str] = {}
    for kind in (causes.ADMINISTRATIVE, causes.CIVIL):
        pending = list(causes.roots(kind))
        while pending:
            node = pending.pop()
            pending.extend(causes.children(node.key))
            if "×" not in node.name:
                names[_fold(node.name)] = node.name
    return names


_CASE = re.compile(
    r"(?:纠纷)?(?:执行|执行异议|执行复议|上诉|申请再审|再审审查)?(?:一案|两案|二案|案件|一、二审案|纠纷案|案)(?=[，,。；;]|$|不服|的|于|本院|已|依|由|中)|(?<=纠纷)(?=[，,]?(?:本院|向本院|不服))"
)
_JURISDICTION = re.compile(r"(?:的)?管辖权?异议$")
_NAMED = re.compile(r"案\s?由[：:]\s?([\u4e00-\u9fff、（）()]{2,30})")
_FORMER_ACTIONS = {
    "道路交通事故人身损害赔偿纠纷": "机动车交通事故责任纠纷",
}
_SPECIAL_ACTIONS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (r"申请(?:撤销|变更)监护人|申请撤销.{1,20}监护人资格", "申请撤销监护人资格"),
        (r"申请确定监护人|申请指定监护人", "申请确定监护人"),
        (r"申请宣告.{1,30}失踪", "申请宣告自然人失踪"),
        (r"申请宣告.{1,30}死亡", "申请宣告自然人死亡"),
        (r"申请(?:宣告|认定).{1,30}无民事行为能力", "申请宣告自然人无民事行为能力"),
        (r"申请(?:宣告|认定).{1,30}限制民事行为能力", "申请宣告自然人限制民事行为能力"),
        (r"司法确认|申请确认(?:人民)?调解协议", "申请司法确认调解协议"),
        (r"实现担保物权", "申请实现担保物权"),
        (r"支付令", "申请支付令"),
        (r"人身安全保护令", "申请人身安全保护令"),
        (r"公示催告", "申请公示催告"),
        (r"撤销(?:[\u4e00-\u9fff（）()\d〔〕]{0,40})仲裁裁决", "申请撤销仲裁裁决"),
        (r"确认仲裁协议效力", "申请确认仲裁协议效力"),
        (r"破产清算", "申请破产清算"),
        (r"破产重整", "申请破产重整"),
        (r"第三人撤销之诉", "第三人撤销之诉"),
        (r"诉前财产保全|诉前保全", "申请诉前财产保全"),
        (r"仲裁[^。]{0,12}财产保全", "仲裁程序中的财产保全"),
        (r"财产保全", "申请诉中财产保全"),
    )
)


def action_ending(text: str) -> str | None:
    """The longest cause of action a passage ends with; a missing 纠纷 is forgiven."""
    folded = _fold(text)[-44:]
    names = _actions()
    for start in range(len(folded) - 1):
        tail = folded[start:]
        if tail in names:
            return names[tail]
        if not tail.endswith("纠纷") and tail + "纠纷" in names:
            return names[tail + "纠纷"]
    return None


def named(text: str) -> tuple[str, ...]:
    """The cause of a line of its own, 案由：劳务合同纠纷."""
    found = _NAMED.search(text)
    return (_beginning(found.group(1)) or found.group(1),) if found else ()


def _beginning(text: str) -> str | None:
    """The longest cause of action a passage begins with."""
    return next(
        (_actions()[start] for end in range(len(text), 1, -1) if (start := _fold(text[:end])) in _actions()),
        None,
    )


_COMPENSATION = re.compile(r"以([\u4e00-\u9fff]{2,14})为由[^。]{0,40}赔偿")
_ACT = re.compile(
    r"作出的?[^。，]{0,40}?(行政处罚|行政处理|行政强制|行政征收|行政许可|责令改正|责令限期拆除|行政裁决|社会抚养费征收|工伤认定|不予受理行政复议|驳回行政复议)[^。，]{0,6}决定"
)
_ACT_NAMES = {
    "工伤认定": "工伤保险资格或者待遇认定",
    "不予受理行政复议": "不予受理行政复议申请决定",
    "驳回行政复议": "驳回行政复议申请决定",
    "社会抚养费征收": "征缴社会抚养费",
}


def from_case(story: str) -> tuple[str, ...]:
    """The charge before 一案 where neither 犯 nor 罪 is written: 被告人某某故意伤害一案."""
    for hit in re.finditer(r"(?<=[\u4e00-\u9fff])一案", story[:1500]):
        if found := from_title(re.split(r"[，。；]", story[max(0, hit.start() - 60) : hit.start()])[-1]):
            return found
    return ()


def action(course: str, party_names: Iterable[str], titles: Sequence[str]) -> tuple[str, ...]:
    """The cause of a case that is not criminal, from 原告…与被告…买卖合同纠纷一案."""
    course = course[:3000]
    fallback: str | None = None
    known = sorted({name for name in party_names if len(name) > 1}, key=len, reverse=True)
    for hit in list(_CASE.finditer(course))[:6]:
        before = course[max(0, hit.start() - 120) : hit.start()]
        whole = before + ("纠纷" if hit.group().startswith("纠纷") else "")
        sentence = _JURISDICTION.sub("", re.split(r"[。；;]", whole)[-1])
        if found := action_ending(sentence):
            return (found,)
        for pattern, name in _SPECIAL_ACTIONS:
            if pattern.search(sentence) and _fold(name) in _actions():
                return (name,)
        if fallback is None:
            fallback = _left_over(sentence, known)
    for title in titles:
        plain = re.sub(
            r"(?:一审|二审|再审|民事|行政|执行|其他|刑事|审判监督|特别程序|首次执行|国家赔偿).{0,16}(?:书|令)\d?$",
            "",
            title.strip(),
        )
        if found := action_ending(plain.removesuffix("一案").removesuffix("案")):
            return (found,)
    for pattern, name in _SPECIAL_ACTIONS:
        if pattern.search(course[:600]) and _fold(name) in _actions():
            return (name,)
    if fallback is None and (asked := _COMPENSATION.search(course[:600])):
        fallback = asked.group(1)
    if fallback is None and (act := _ACT.search(course[:600])):
        fallback = _ACT_NAMES.get(act.group(1), act.group(1))
    return (fallback,) if fallback else ()


def _left_over(sentence: str, known: Sequence[str]) -> str | None:
    """What remains before 一案 when the names of the parties are taken away: a cause that is in no list."""
    at = max((sentence.rfind(name) + len(name) for name in known if name in sentence), default=0)
    rest = re.sub(r"^(?:等|之间|因|为|的|、|，|（[^）]*）|\([^)]*\)|人|公司|申请)+", "", sentence[at:]).strip(
        "“”《》的"
    )
    rest = _FORMER_ACTIONS.get(rest, rest)
    return rest if 2 <= len(rest) <= 30 and not re.search(r"[，。：\d]|本院|^于", rest) else None

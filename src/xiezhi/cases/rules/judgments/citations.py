"""Articles of law relied on, from the paragraph that ends in the order."""

from __future__ import annotations

import re

from xiezhi.cases.rules.judgments.facts import Citation

_CUE = re.compile(r"(?:依照|依据|根据|按照|适用|参照|依)(?=[^。]{0,60}《)")
_LAW = re.compile(
    r"(?P<by>(?:最高人民法院|最高人民检察院|公安部|司法部|全国人民代表大会常务委员会|全国人大常委会|国务院|[、和]){0,6})《(?P<name>[^《》]{2,90}(?:〈[^〈〉]{2,60}〉[^《》]{0,60})?)》"
)
_NUM = r"[一二三四五六七八九十百千零〇○\d０-９]{1,9}"
_ARTICLE = re.compile(
    rf"第(?P<article>{_NUM})条(?P<sub>(?:之[一二三四五六七八九十]{{1,3}})?)"
    rf"|第(?P<part>[（(]?{_NUM}[）)]?)(?P<unit>[款项])"
    rf"|[（(](?P<item>{_NUM})[）)]项"
    rf"|(?P<bare>[（(]?{_NUM}[）)]?)(?P<bare_unit>[款项条])"
    rf"|第(?P<loose>[（(]?{_NUM}[）)]?)(?=[、，和及]\s?第?[（(]?{_NUM}[）)]?[款项条、，])"
    rf"|(?P<naked>(?<=、){_NUM})(?=[、]{_NUM}|款|项)"
)
_BRACKETS = str.maketrans("<>﹤﹥＜＞", "〈〉〈〉〈〉")
_WRAPPED = re.compile(r"([^〈〉]{0,40})〈([^〈〉]{4,80})〉")
_SHORT = {
    "刑法": "中华人民共和国刑法",
    "刑事诉讼法": "中华人民共和国刑事诉讼法",
    "民事诉讼法": "中华人民共和国民事诉讼法",
    "行政诉讼法": "中华人民共和国行政诉讼法",
    "民法典": "中华人民共和国民法典",
    "民法总则": "中华人民共和国民法总则",
    "民法通则": "中华人民共和国民法通则",
    "合同法": "中华人民共和国合同法",
    "侵权责任法": "中华人民共和国侵权责任法",
    "婚姻法": "中华人民共和国婚姻法",
    "公司法": "中华人民共和国公司法",
    "国家赔偿法": "中华人民共和国国家赔偿法",
}
MAX_ARTICLES = 300


def read_citations(text: str, reasoning: int, order: int) -> tuple[Citation, ...]:
    """The articles named between the last 依照 and the order, each once, in the order of the text."""
    start = max(reasoning, order - 3000)
    part = text[start:order]
    cues = [found.end() for found in _CUE.finditer(part)]
    if not cues:
        # 综上，《…》第…条…之规定，判决如下
        first = part.rfind("。", 0, max(part.rfind("《"), 0)) + 1
        cues = [first]
    begin = _sentence_cue(part, cues)
    return _articles(part[begin:])


def _sentence_cue(part: str, cues: list[int]) -> int:
    """The first cue within the last sentence that cites: one order may say 依照 twice."""
    last = cues[-1]
    stop = max(part.rfind("。", 0, last), part.rfind(" ", 0, last))
    return next((cue for cue in cues if cue > stop), last)


def _articles(part: str) -> tuple[Citation, ...]:
    found: list[Citation] = []
    laws = list(_LAW.finditer(part))
    for number, law in enumerate(laws):
        name = law["name"].strip().translate(_BRACKETS)
        if (wrapped := _WRAPPED.fullmatch(name)) is not None:
            name = wrapped[1] + wrapped[2]
        by = law["by"].strip("、和")
        full = _SHORT.get(name) or (by + name if by and name.startswith("关于") else name)
        end = laws[number + 1].start() if number + 1 < len(laws) else len(part)
        found.extend(Citation(full, article) for article in expand(part[law.end() : end]))
        if len(found) > MAX_ARTICLES:
            break
    return tuple(dict.fromkeys(found))[:MAX_ARTICLES]


def expand(text: str) -> list[str]:
    """第六十九条第一、三款、第七十二条 as 第六十九条第一款, 第六十九条第三款, 第七十二条."""
    out: list[str] = []
    article, clause = "", ""
    waiting: list[str] = []  # numbers whose unit comes later: 第一、三款
    bare_article = False

    def emit(value: str) -> None:
        nonlocal bare_article
        if bare_article and out and out[-1] == article:
            out.pop()
        bare_article = False
        out.append(value)

    for hit in _ARTICLE.finditer(text):
        if hit["article"]:
            article, clause = f"第{hit['article']}条{hit['sub']}", ""
            waiting = []
            out.append(article)
            bare_article = True
        elif not article and hit["bare_unit"] != "条":
            continue
        elif hit["item"]:
            if out[-1] == clause:
                out.pop()
            emit(f"{clause or article}第（{hit['item']}）项")
        elif hit["loose"] or hit["naked"]:
            waiting.append((hit["loose"] or hit["naked"]).strip("（）()"))
        elif unit := hit["unit"] or hit["bare_unit"]:
            value = hit["part"] or hit["bare"]
            plain = value.strip("（）()")
            if unit == "条":
                for number in (*waiting, plain):
                    article, clause = f"第{number}条", ""
                    out.append(article)
                waiting = []
                bare_article = True
                continue
            for number in (*waiting, plain):
                if unit == "款":
                    clause = f"{article}第{number}款"
                    emit(clause)
                else:
                    if out and out[-1] == clause:
                        out.pop()
                    emit(f"{clause or article}第（{number}）项")
            waiting = []
    return list(dict.fromkeys(out))

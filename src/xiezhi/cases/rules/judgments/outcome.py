"""What the court decided, in one word, and the fees it settled."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from xiezhi.cases.rules.judgments.facts import Fee

_FEE = re.compile(
    r"(?P<kind>(?:一审|二审|再审|本诉|反诉)?(?:案件受理费|案件申请费|申请费|财产保全申请费|财产保全费|保全申请费|保全费|诉讼费用?|受理费|申请执行费|执行费|公告费))"
    r"(?:用)?(?:共计|计|为|人民币|各|：|:|，)*(?P<amount>[\d,，.]{1,16})\s?(?P<unit>万?元)(?=(?P<rest>[^。；;]{0,200}))"
)
_HALVED = re.compile(
    r"(?:减半收取|减半|依法减半)(?:收取|计收|交纳|征收|计)?(?:计|为|人民币|案件受理费)*(?P<amount>[\d,，.]{1,16})\s?元"
)
_BORNE = re.compile(r"(?:由|，|、)(?P<who>[^，。；;]{2,60}?)(?:共同|各)?(?:负担|承担|交纳|缴纳)")


def _amount(text: str, unit: str = "元") -> Decimal | None:
    try:
        value = Decimal(text.replace(",", "").replace("，", "").rstrip("."))
    except InvalidOperation:
        return None
    return value * 10000 if unit.startswith("万") else value


def fees(text: str, names: tuple[str, ...]) -> tuple[Fee, ...]:
    """The fees settled at the end of a document; after a halving the amount payable."""
    found = []
    for hit in list(_FEE.finditer(text))[:20]:
        amount = _amount(hit["amount"], hit["unit"])
        # What is halved stands before the next fee of the sentence; who bears it may stand after several.
        next_fee = _FEE.search(hit["rest"])
        if halved := _HALVED.search(hit["rest"][: next_fee.start() if next_fee else None]):
            amount = _amount(halved["amount"]) or amount
        borne = [name for who in _BORNE.finditer(hit["rest"]) for name in names if name in who["who"]]
        found.append(Fee(hit["kind"], amount, tuple(dict.fromkeys(borne))))
    return tuple(found)


_WITHDRAWN = re.compile(r"准[许予][^。；]{0,60}撤(?:回|诉)|按[^。；]{0,60}?撤(?:回|诉)[^。；]{0,20}处理")
_RULES: dict[str, tuple[tuple[str, re.Pattern[str]], ...]] = {
    name: tuple((code, re.compile(pattern)) for code, pattern in rows)
    for name, rows in {
        "CRIMINAL_TRIAL": (
            ("WITHDRAWN", _WITHDRAWN.pattern),
            ("REMANDED", r"发回[^。；]{0,30}重新?审"),
            (
                "UPHELD",
                r"驳回[^。；]{0,60}(?:上诉|抗诉|申诉)[^。]{0,30}维持原[判裁]|^[一、\s]*维持[^；]{0,160}(?:判决|裁定)[。；]?$",
            ),
            ("REVERSED", r"撤销[^。；]{0,120}(?:判决|裁定)|变更"),
            ("ACQUITTED", r"无罪"),
            ("EXEMPTED", r"免予刑事处罚"),
            ("TERMINATED", r"终止审理"),
            ("NOT_RESPONSIBLE", r"不负刑事责任"),
            ("CONVICTED", r"犯[^。]{1,60}罪|判处"),
            ("UPHELD", r"维持"),
            ("DISMISSED", r"驳回"),
        ),
        "PENALTY_CHANGE": (
            ("PAROLED", r"予以假释|准予假释"),
            ("REJECTED", r"不予(?:减刑|假释)"),
            ("REDUCED", r"减(?:去|为|刑)"),
            ("REVOKED", r"撤销"),
        ),
        "CIVIL": (
            ("WITHDRAWN", _WITHDRAWN.pattern),
            ("REMANDED", r"发回[^。；]{0,30}重审"),
            ("RETRIAL_BELOW", r"指令[^。；]{0,30}再审"),
            ("RETRIAL_ORDERED", r"提审|再审期间"),
            ("UPHELD", r"驳回[^。；]{0,40}上诉，维持原[判裁]|维持[^；。]{0,80}(?:判决|裁定)。"),
            ("REVERSED", r"撤销[^。；]{0,120}(?:判决|裁定)|变更"),
            ("SUIT_DISMISSED", r"驳回[^。；]{0,80}起诉"),
            ("TRANSFERRED", r"移送[^。；]{0,40}(?:处理|审理|管辖)"),
            ("TERMINATED", r"终结(?:诉讼|本案)|督促程序"),
            ("REJECTED", r"^(?:一、)?驳回"),
            ("PARTLY_GRANTED", r"驳回[^。；]{0,60}(?:其他|其余|其它)"),
            ("GRANTED", r"."),
        ),
        "ENFORCEMENT": (
            ("FULFILLED", r"(?:执行|履行)完毕[^。；]{0,20}结案|全部执行完毕"),
            ("ROUND_ENDED", r"终结[^。；]{0,80}本次执行|本次执行程序终结"),
            ("TERMINATED", r"终结[^。；]{0,60}执行"),
            ("REFUSED", r"不予执行"),
            ("REJECTED", r"驳回"),
            ("REVOKED", r"撤销"),
            ("MEASURE", r"查封|扣押|冻结|划拨|拍卖|变卖|提取|扣留"),
            ("GRANTED", r"."),
        ),
    }.items()
}


_REVIEWING = frozenset({"REMANDED", "UPHELD", "REVERSED"})


def result_kind(result: str, *, kind: str | None, instance: str, document: str | None) -> str | None:
    """The outcome in one code, or None where the result was not found."""
    if not result:
        return None
    if document == "MEDIATION_STATEMENT":
        return "MEDIATED"
    if document == "PAYMENT_ORDER":
        return "ISSUED"
    if kind == "CRIMINAL":
        table = "PENALTY_CHANGE" if instance == "PENALTY_CHANGE" else "CRIMINAL_TRIAL"
    elif kind == "ENFORCEMENT":
        table = "ENFORCEMENT"
    else:
        table = "CIVIL"
    head = result[:3000]
    # 撤销前罪的缓刑 in a first instance does not reverse anything.
    skipped = _REVIEWING if kind == "CRIMINAL" and instance == "FIRST" else frozenset()
    return next(
        (code for code, pattern in _RULES[table] if code not in skipped and pattern.search(head)), None
    )

"""The sentences of the demonstration: claims, reasons, opinions, results.  Invented; no text of a real
case.  Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from random import Random
from types import MappingProxyType
from typing import TYPE_CHECKING

from xiezhi.cases.contracts import Category

if TYPE_CHECKING:
    from xiezhi.cases.rules.kinds import CaseKind, Outcome
    from xiezhi.demo.facts import History

MANUAL_REASONS = (
    "与本庭已受理的关联案件由同一法官审理",
    "涉及专业领域，指定有相应审理经验的法官",
    "原承办法官调训期间分案不均，予以调整",
)
SPECIAL_AUTHORITY = "代为承认、放弃、变更诉讼请求，进行和解，提起反诉或者上诉"
APPROVED = ("同意。", "同意，请抓紧办理。", "情况属实，同意。", "")
REFUSED_OPINIONS = (
    "理由不充分，请在原审限内办结。",
    "所附材料不全，请补充后另行报批。",
    "不符合规定情形，不予批准。",
)
USUAL_STOPS = frozenset(
    {
        "鉴定期间",
        "公告期间",
        "双方当事人和解期间",
        "审计、评估、资产清理期间",
        "审理当事人提出的管辖异议期间",
        "拍卖、变卖被查封、扣押财产期间",
        "执行和解或者提供担保后暂缓执行期间",
        "补充侦查延期审理期间",
        "本案必须以另一案的审理结果为依据，而另一案尚未审结",
        "一方当事人死亡，需要等待继承人表明是否参加诉讼",
        "被告人患有严重疾病，无法出庭",
        "案外人对执行标的提出确有理由的异议",
    }
)
CONVERSION_REASON = "案情较为复杂，双方对主要事实争议较大，不宜继续适用原程序审理"
EXTENSION_REASONS = (
    "案件涉及多笔款项往来，需要逐笔核对账目",
    "关键证人在外地，取证和质证需要较长时间",
    "当事人人数较多，送达和证据交换耗时较长",
    "双方正在核对工程量，短期内难以完成",
    "涉及关联案件，需要统一裁判尺度",
)
POSTPONED = (
    "当事人申请调取新的证据",
    "代理人因另案开庭时间冲突申请延期",
    "必须到庭的当事人有正当理由没有到庭",
)
APPEAL_CLAIMS = "请求撤销原审裁判，依法改判或者发回重审；诉讼费用由被上诉人负担。"
CORRECTION_ITEMS = (
    "被告的住所地不明确，请补充能够送达的地址",
    "请提交原告身份证件复印件",
    "诉讼请求第二项没有写明金额和计算方式，请补充",
    "授权委托书没有写明委托事项和权限，请更正",
    "请按被告人数补交起诉状副本",
    "请补充合同签订和履行的证据材料",
)
ANSWERS = ("已按要求补充全部材料。", "已补交地址确认书和证据清单。", "已更正诉讼请求并补交副本。")
NO_ANSWER = "逾期未补正，申请人撤回申请并取回材料"
WITHDRAWN = ("双方已自行和解", "申请人需要重新准备材料", "申请人决定向有管辖权的法院另行起诉")

_REFUSALS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "CIVIL": (
            (
                "起诉人不是与本案有直接利害关系的公民、法人和其他组织",
                "《中华人民共和国民事诉讼法》第一百二十二条、第一百二十六条",
            ),
            ("双方订有书面仲裁协议，应当向仲裁机构申请仲裁", "《中华人民共和国民事诉讼法》第一百二十七条"),
            (
                "所诉事项不属于人民法院受理民事诉讼的范围",
                "《中华人民共和国民事诉讼法》第一百二十二条、第一百二十六条",
            ),
        ),
        "ADMINISTRATIVE": (
            ("起诉超过法定期限且无正当理由", "《中华人民共和国行政诉讼法》第四十六条、第五十一条"),
            ("所诉行为不属于行政诉讼受案范围", "《中华人民共和国行政诉讼法》第十三条、第五十一条"),
        ),
        "ENFORCEMENT": (
            (
                "据以执行的法律文书尚未生效，不符合受理条件",
                "《最高人民法院关于人民法院执行工作若干问题的规定（试行）》第十六条",
            ),
        ),
    }
)


def refusal(category: str, rng: Random) -> tuple[str, str]:
    """Return why an application is refused, and the article."""
    return rng.choice(_REFUSALS.get(category, _REFUSALS["CIVIL"]))


def stop_reason(ground: str) -> str:
    """Return the judge's words for a request to stop the clock."""
    return {
        "鉴定期间": "当事人申请司法鉴定，已移送鉴定机构，鉴定意见作出前不能继续审理",
        "公告期间": "被告下落不明，已发出公告送达起诉状副本和开庭传票",
        "双方当事人和解期间": "双方当事人共同申请庭外和解",
        "补充侦查延期审理期间": "公诉机关建议补充侦查，延期审理",
    }.get(ground, f"本案出现“{ground}”的情形，有相关材料在卷")


def _yuan(amount: Decimal | None) -> str:
    return f"{amount}元" if amount is not None else "相应款项"


def claims(kind: CaseKind, cause_name: str, amount: Decimal | None) -> str:
    """Return what is asked for."""
    key = kind.key
    if key == "CRIMINAL_FIRST_PUBLIC":
        return f"指控被告人犯{cause_name}，提请依法判处。"
    if key == "CRIMINAL_FIRST_PRIVATE":
        return f"请求以{cause_name}追究被告人的刑事责任。"
    if kind.category is Category.ADMINISTRATIVE:
        return f"请求撤销被告作出的被诉行政行为（{cause_name}）；诉讼费用由被告负担。"
    if kind.category is Category.ENFORCEMENT:
        return f"请求强制执行生效法律文书确定的给付义务，共计{_yuan(amount)}及迟延履行期间的债务利息。"
    if kind.category is Category.COMPENSATION:
        return f"请求支付国家赔偿金{_yuan(amount)}，并消除影响、赔礼道歉。"
    if kind.category is Category.PRESERVATION:
        return f"请求冻结被申请人银行存款{_yuan(amount)}或者查封、扣押其同等价值的财产，并已提供担保。"
    if key == "PAYMENT_ORDER":
        return f"请求向被申请人发出支付令，给付{_yuan(amount)}。"
    if key == "CIVIL_SPECIAL":
        return f"{cause_name}。"
    if "RETRIAL" in key:
        return "不服已经发生法律效力的裁判，请求依法再审，撤销原判并改判。"
    if cause_name == "离婚纠纷":
        return "请求判令原告与被告离婚；婚生子女由原告抚养；依法分割夫妻共同财产；诉讼费用由被告负担。"
    if amount is None:
        return f"请求依法处理双方之间的{cause_name}；诉讼费用由被告负担。"
    return f"请求判令被告给付原告{_yuan(amount)}；诉讼费用由被告负担。"


def statement(kind: CaseKind, cause_name: str, rng: Random) -> str:
    """Return the facts an applicant tells."""
    if kind.category is Category.CRIMINAL:
        return "犯罪事实清楚，证据确实、充分，详见起诉书及证据目录。"
    month = 1 + int(rng.random() * 12)
    dispute = cause_name or "有关事项"
    return f"双方于{month}月间因{dispute}发生争议，经多次协商未果，为维护合法权益，依法提出请求。"


def decision(
    kind: CaseKind, outcome: Outcome, history: History, rng: Random
) -> tuple[str, str, str, list[dict[str, str]]]:
    """Return facts, reasoning, result and cited articles of the paper that ends the case."""
    key, amount = outcome.key, history.amount
    category = kind.category
    law = {
        Category.CRIMINAL: "中华人民共和国刑事诉讼法",
        Category.ADMINISTRATIVE: "中华人民共和国行政诉讼法",
    }.get(category, "中华人民共和国民事诉讼法")
    article = _ARTICLES.get((category.value, key), "")
    cited = [{"law": law, "article": article}] if article else []
    if key in _RESULTS:
        return "", "", _RESULTS[key], cited
    facts_text = "经审理查明，双方争议的事实有在案证据证实，予以确认。"
    if key in {"GUILTY", "EXEMPTED", "NOT_GUILTY"}:
        months = 3 + int(rng.random() * 30)
        result = {
            "GUILTY": f"被告人犯{history.cause_name}，判处有期徒刑{months // 12}年{months % 12}个月"
            if months >= 12
            else f"被告人犯{history.cause_name}，判处拘役{max(months % 6, 1)}个月",
            "EXEMPTED": f"被告人犯{history.cause_name}，免予刑事处罚",
            "NOT_GUILTY": "被告人无罪",
        }[key]
        return facts_text, "公诉机关指控的事实，依在案证据评判如上。", f"{result}。", cited
    if category is Category.ADMINISTRATIVE:
        won = rng.random() < 0.25
        return (
            facts_text,
            "被诉行政行为的合法性审查如上。",
            "撤销被诉行政行为。" if won else "驳回原告的诉讼请求。",
            cited,
        )
    if history.cause_name == "离婚纠纷":
        text = (
            "不准原告与被告离婚。"
            if rng.random() < 0.45
            else "准予原告与被告离婚；子女抚养和财产依判决主文处理。"
        )
        return facts_text, "夫妻感情状况依在案证据评判如上。", text, cited
    draw = rng.random()
    if draw < 0.15 or amount is None:
        return facts_text, "原告的请求缺乏事实和法律依据。", "驳回原告的诉讼请求。", cited
    part = (
        amount
        if draw < 0.6
        else (amount * Decimal(str(round(0.4 + rng.random() * 0.55, 2)))).quantize(Decimal("0.01"))
    )
    return (
        facts_text,
        "原告的请求有事实和法律依据的部分，予以支持。",
        f"被告于本判决生效之日起十日内给付原告{part}元。",
        cited,
    )


_ARTICLES: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("CIVIL", "JUDGMENT"): "第六十七条第一款",
        ("CIVIL", "WITHDRAWN"): "第一百四十八条第一款",
        ("CIVIL", "DEEMED_WITHDRAWN"): "第一百四十六条",
        ("CIVIL", "MEDIATED"): "第一百条",
        ("CIVIL", "UPHELD"): "第一百七十七条第一款第一项",
        ("CIVIL", "REVERSED"): "第一百七十七条第一款第二项",
        ("CIVIL", "REMANDED"): "第一百七十七条第一款第三项",
        ("CRIMINAL", "GUILTY"): "第二百条第一项",
        ("CRIMINAL", "UPHELD"): "第二百三十六条第一款第一项",
        ("ADMINISTRATIVE", "UPHELD"): "第八十九条第一款第一项",
        ("ADMINISTRATIVE", "REVERSED"): "第八十九条第一款第二项",
    }
)
_RESULTS: Mapping[str, str] = MappingProxyType(
    {
        "MEDIATED": "双方自愿达成调解协议，协议内容不违反法律规定，予以确认。",
        "WITHDRAWN": "准许撤回。",
        "DEEMED_WITHDRAWN": "本案按撤诉处理。",
        "SUIT_DISMISSED": "驳回起诉。",
        "TRANSFERRED": "本案移送有管辖权的人民法院处理。",
        "OBJECTION_UPHELD": "管辖权异议成立，本案移送有管辖权的人民法院处理。",
        "TERMINATED": "终结本案程序。",
        "UPHELD": "驳回请求，维持原裁判。",
        "REVERSED": "撤销原判主文第二项，予以改判；其余维持。",
        "REMANDED": "撤销原判，发回重审。",
        "RULING_UPHELD": "驳回上诉，维持原裁定。",
        "RULING_REVERSED": "撤销原裁定，指令继续审理。",
        "APPEAL_WITHDRAWN": "准许撤回上诉，各方按原审裁判执行。",
        "SUIT_WITHDRAWN": "准许撤回起诉，一并撤销原判。",
        "REFUSED": "驳回申请。",
        "RETRIAL_ORDERED": "本案由本院提审，再审期间中止原判决的执行。",
        "GRANTED": "准予申请。",
        "REJECTED": "驳回申请。",
        "RULED": "确认双方达成的调解协议有效。",
        "ISSUED": "发出支付令，被申请人应当自收到之日起十五日内清偿债务。",
        "AGREED": "双方达成调解协议并签字。",
        "FAILED": "双方未能达成一致，告知申请人另行起诉。",
        "PROSECUTION_WITHDRAWN": "准许公诉机关撤回起诉。",
        "FULFILLED": "生效法律文书确定的义务已全部履行，执行完毕。",
        "ROUND_ENDED": "经穷尽财产调查措施未发现可供执行的财产，终结本次执行程序。",
        "DONE": "保全措施已全部实施完毕。",
        "PARTLY_DONE": "已对部分财产采取保全措施。",
        "NO_PROPERTY": "未发现可供保全的财产。",
    }
)

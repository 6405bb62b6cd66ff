"""What the filing window asks for and how it turns away, by kind of case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xiezhi.cases.contracts import Category
from xiezhi.cases.rules.kinds import CaseKind

_COPIES = ("当事人身份证明", "证据材料及清单", "授权委托书", "送达地址确认书")

#: Papers by branch of work (登记立案规定第四条、第六条).
_MATERIALS: Mapping[str, tuple[str, ...]] = {
    Category.CIVIL: ("起诉状（按被告人数提交副本）", *_COPIES),
    Category.ADMINISTRATIVE: ("起诉状", "当事人身份证明", "行政行为或者申请的证据", *_COPIES[2:]),
    Category.CRIMINAL: ("上诉状或者抗诉书", "案卷材料、证据", "原审裁判文书"),
    Category.COMPENSATION: ("赔偿申请书", "身份证明", "损害事实的证据"),
    Category.PRESERVATION: ("保全申请书", "身份证明", "财产线索", "担保材料"),
    Category.ENFORCEMENT: ("申请执行书", "生效法律文书", "身份证明", "财产线索", "授权委托书"),
    Category.MEDIATION: ("起诉状或者调解申请书", "身份证明", "证据材料"),
}
_APPEAL = ("上诉状（按对方当事人人数提交副本）", "原审裁判文书", *_COPIES)
_REVIEW = ("再审申请书（按对方当事人人数提交副本）", "原审裁判文书", *_COPIES)
#: Where the paper that opens the case is not that of its branch.
_MATERIALS_OF_KIND: Mapping[str, tuple[str, ...]] = {
    "CIVIL_SECOND": _APPEAL,
    "ADMINISTRATIVE_SECOND": _APPEAL,
    "CIVIL_RETRIAL_REVIEW": _REVIEW,
    "ADMINISTRATIVE_RETRIAL_REVIEW": _REVIEW,
    "CIVIL_RETRIAL": ("再审裁定书或者抗诉书", "原审卷宗", *_COPIES),
    "ADMINISTRATIVE_RETRIAL": ("再审裁定书或者抗诉书", "原审卷宗", *_COPIES),
    "CRIMINAL_RETRIAL": ("再审决定书或者抗诉书", "原审卷宗"),
    "CIVIL_SPECIAL": ("申请书", *_COPIES),
    "PAYMENT_ORDER": ("支付令申请书", "债权文书", *_COPIES),
    "CRIMINAL_FIRST_PUBLIC": ("起诉书", "案卷材料、证据", "被告人身份证明", "涉案财物清单"),
    "CRIMINAL_FIRST_PRIVATE": ("刑事自诉状（按被告人数提交副本）", "自诉人身份证明", "证据材料及清单"),
}


def materials(kind: CaseKind) -> tuple[str, ...]:
    """Return the papers the window asks for."""
    return _MATERIALS_OF_KIND.get(kind.key) or _MATERIALS.get(kind.category, ())


@dataclass(frozen=True, slots=True)
class Statute:
    """An article and its words; both empty where none is named."""

    name: str = ""
    text: str = ""


_CONTENT: Mapping[str, Statute] = {
    "CIVIL_FIRST": Statute(
        "民事诉讼法第一百二十四条",
        "起诉状应当记明：原告和被告的身份信息、诉讼请求和所根据的事实与理由、证据和证据来源、证人姓名和住所。",
    ),
    "CIVIL_SECOND": Statute(
        "民事诉讼法第一百七十二条",
        "上诉状的内容，应当包括当事人的姓名，原审人民法院名称、案件的编号和案由，上诉的请求和理由。",
    ),
    "PAYMENT_ORDER": Statute(
        "民事诉讼法第二百二十五条",
        "申请书应当写明请求给付金钱或者有价证券的数量和所根据的事实、证据。",
    ),
    "CRIMINAL_FIRST_PUBLIC": Statute(
        "刑事诉讼法第一百八十六条",
        "人民法院对提起公诉的案件进行审查后，对于起诉书中有明确的指控犯罪事实的，应当决定开庭审判。",
    ),
    "ADMINISTRATIVE_FIRST": Statute(
        "行政诉讼法第四十九条",
        "提起诉讼应当有明确的被告，有具体的诉讼请求和事实根据，属于人民法院受案范围和受诉人民法院管辖。",
    ),
}


def content(kind: CaseKind) -> Statute:
    """Return the article on what the opening paper must hold."""
    return _CONTENT.get(kind.key, Statute())


@dataclass(frozen=True, slots=True)
class Refusal:
    """How an application is turned away. `done`: said of it afterwards. `effect`: what follows."""

    name: str
    effect: str
    statute: Statute

    @property
    def done(self) -> str:
        return f"已{self.name}"


_BY_RULING = Refusal(
    "裁定不予受理",
    "申请人可以上诉",
    Statute(
        "民事诉讼法第一百二十六条",
        "不符合起诉条件的，应当在七日内作出裁定书，不予受理；原告对裁定不服的，可以提起上诉。",
    ),
)
_REFUSALS: Mapping[str, Refusal] = {
    "ADMINISTRATIVE_FIRST": Refusal(
        "裁定不予立案",
        "原告可以上诉",
        Statute(
            "行政诉讼法第五十一条",
            "不符合起诉条件的，作出不予立案的裁定。裁定书应当载明不予立案的理由。原告对裁定不服的，可以提起上诉。",
        ),
    ),
    "CRIMINAL_FIRST_PUBLIC": Refusal(
        "退回人民检察院",
        "起诉书和案卷材料一并退回",
        Statute(
            "刑诉解释第二百一十九条",
            "不属于本院管辖的，或者被告人不在案的，应当退回人民检察院。",
        ),
    ),
    "CRIMINAL_FIRST_PRIVATE": Refusal(
        "裁定不予受理",
        "自诉人可以上诉",
        Statute(
            "刑诉解释第三百二十条",
            "不符合受理条件的，应当说服自诉人撤回起诉；自诉人不撤回起诉的，裁定不予受理。",
        ),
    ),
    "PAYMENT_ORDER": Refusal(
        "通知不予受理",
        "债权人可以另行起诉",
        Statute(
            "民事诉讼法第二百二十五条",
            "债权人提出申请后，人民法院应当在五日内通知债权人是否受理。",
        ),
    ),
    "PRE_FILING_MEDIATION": Refusal("不予调解", "申请人可以另行起诉", Statute()),
}


def refusal(kind: CaseKind) -> Refusal:
    """Return how an application of this kind is turned away."""
    return _REFUSALS.get(kind.key, _BY_RULING)

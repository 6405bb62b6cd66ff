"""Which post decides a request, and by when it should be made.

The law names the approver of extensions (by limit row) and of recusal; for the others the court sets it
(setting `cases.approvers`), because no article does.
"""

from __future__ import annotations

from dataclasses import dataclass

from xiezhi.cases.contracts import Category, RequestKind

DIVISION_HEAD = "DIVISION_HEAD"
PRESIDENT = "PRESIDENT"

#: Default approver of the requests for which the law names none; a court may set another.
DEFAULT_APPROVERS: dict[str, str] = {
    RequestKind.EXTENSION: DIVISION_HEAD,
    RequestKind.EXCLUSION: DIVISION_HEAD,
    RequestKind.SUSPENSION: DIVISION_HEAD,
    RequestKind.CONVERSION: DIVISION_HEAD,
    RequestKind.JUDGE_CHANGE: DIVISION_HEAD,
    RequestKind.MERGE: DIVISION_HEAD,
    RequestKind.SPLIT: DIVISION_HEAD,
    RequestKind.TRANSFER: DIVISION_HEAD,
}

BASIS: dict[str, str] = {
    RequestKind.EXCLUSION: "民诉解释第二百四十三条；行诉解释第五十条；法释〔2000〕29号第九条",
    RequestKind.SUSPENSION: "民事诉讼法第一百五十三条；行诉解释第八十七条；刑事诉讼法第二百零六条",
    RequestKind.CONVERSION: (
        "民诉解释第二百五十八条；刑诉解释第三百六十八条、第三百七十六条；行政诉讼法第八十四条"
    ),
    RequestKind.JUDGE_CHANGE: "法发〔2015〕13号第十七条",
    RequestKind.RECUSAL: (
        "民事诉讼法第四十七条至第五十条；刑事诉讼法第二十九条至第三十一条；行政诉讼法第五十五条"
    ),
    RequestKind.MERGE: "民事诉讼法第五十五条",
    RequestKind.SPLIT: "民事诉讼法第五十五条",
    RequestKind.TRANSFER: "民事诉讼法第三十七条；行政诉讼法第二十二条",
}


_OF_BRANCH = {
    Category.CIVIL: ("民事", "民诉"),
    Category.CRIMINAL: ("刑事", "刑诉"),
    Category.ADMINISTRATIVE: ("行政", "行诉"),
}


def basis_of(kind: RequestKind, category: Category) -> str:
    """Return the articles for a request in a case of this branch: those of the other branches left out."""
    articles = BASIS.get(kind, "").split("；")
    others = tuple(
        start for branch, starts in _OF_BRANCH.items() if branch is not category for start in starts
    )
    # Enforcement, preservation and compensation borrow from civil procedure; leave theirs as they stand.
    kept = [one for one in articles if category not in _OF_BRANCH or not one.startswith(others)]
    return "；".join(kept or articles)


@dataclass(frozen=True, slots=True)
class Approver:
    """Who decides: a role in this court (level SAME), in the court above (UPPER) or in the high court
    (HIGH).
    """

    role: str
    level: str = "SAME"


def extension_approver(text: str) -> Approver | None:
    """Return who approves an extension, from the words of the limit row; None where no approval is needed."""
    if not text or text.startswith("无需审批"):
        return None
    if text.startswith("本院院长"):
        return Approver(PRESIDENT)
    if "最高人民法院" in text and "高级人民法院" not in text:
        return Approver(PRESIDENT, "SUPREME")
    if "高级人民法院" in text:
        return Approver(PRESIDENT, "HIGH")
    if "上级人民法院" in text or "上一级人民法院" in text:
        return Approver(PRESIDENT, "UPPER")
    return Approver(PRESIDENT)


def recusal_approver(subject_role: str, *, is_president: bool) -> Approver | None:
    """Return who decides on recusal (民事诉讼法第四十九条).

    The presiding or sole judge's recusal is decided by the court's president for judges; of the president by
    the judicial committee (None: not one post, entered as its resolution); of clerks and others by the
    presiding judge, which here is the division head's post since the presiding judge may be the one
    concerned.
    """
    if is_president:
        return None
    if subject_role in {"CLERK", "ASSISTANT"}:
        return Approver(DIVISION_HEAD)
    return Approver(PRESIDENT)

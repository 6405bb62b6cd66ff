"""What the reader of court documents hands back: plain, frozen values with a stable JSON form."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Participant:
    """A party as listed at the head of the document.

    `role` is the first role word as written (上诉人); `original_role` what stands behind it in brackets
    (原审被告人); `other_roles` further roles joined by 暨 or 兼.  `kind` is PERSON, ORGANISATION or
    PROCURATORATE.
    """

    name: str
    role: str
    kind: str
    original_role: str | None = None
    other_roles: tuple[str, ...] = ()
    sex: str | None = None
    born_on: date | None = None
    ethnicity: str | None = None
    address: str | None = None
    detained: bool = False


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who acts for a party: defender, agent ad litem, statutory or legal representative."""

    name: str
    role: str
    acts_for: tuple[str, ...] = ()
    firm: str | None = None


@dataclass(frozen=True, slots=True)
class PanelMember:
    """One who signed as judge.  `role` as signed: 审判长, 审判员, 代理审判员, 人民陪审员, 执行员."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Citation:
    """One article relied on, e.g. 中华人民共和国刑法 and 第六十七条第三款."""

    law: str
    article: str


@dataclass(frozen=True, slots=True)
class Fee:
    """A court fee as the document settles it; `amount` in yuan is what is payable after any halving."""

    kind: str
    amount: Decimal | None
    borne_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sections:
    """Text of the three main parts, with line breaks as single spaces; empty where not found."""

    facts: str = ""
    reasoning: str = ""
    result: str = ""


@dataclass(frozen=True, slots=True)
class JudgmentFacts:
    """Everything read from one document.  A field that was not found is None or empty and, where it
    matters, named in `problems`.

    Codes.  `case_kind`: CRIMINAL, CIVIL, ADMINISTRATIVE, COMPENSATION, JUDICIAL_RELIEF, ENFORCEMENT,
    PRESERVATION, JURISDICTION, BANKRUPTCY, SANCTION, INTERREGIONAL_ASSISTANCE, INTERNATIONAL_ASSISTANCE,
    MEDIATION.  `instance`: FIRST, SECOND, RETRIAL_REVIEW, RETRIAL, APPROVAL (死刑及法定刑以下复核),
    PENALTY_CHANGE (减刑假释), SPECIAL (特别、督促、催告、没收、强制医疗), ENFORCEMENT,
    ENFORCEMENT_OBJECTION, ENFORCEMENT_RECONSIDERATION, ENFORCEMENT_SUPERVISION, PRESERVATION, OTHER.
    `document_type`: JUDGMENT, RULING, MEDIATION_STATEMENT, DECISION, PAYMENT_ORDER, NOTICE.
    `procedure`: ORDINARY, SIMPLIFIED, FAST_TRACK, SMALL, SPECIAL, PAYMENT_ORDER.
    """

    docid: str | None
    court: str | None
    case_number: str | None
    case_kind: str | None
    instance: str | None
    document_type: str | None
    participants: tuple[Participant, ...]
    agents: tuple[Agent, ...]
    causes: tuple[str, ...]
    filed_on: date | None
    decided_on: date | None
    panel: tuple[PanelMember, ...]
    clerk: str | None
    other_clerks: tuple[str, ...]
    assistants: tuple[str, ...]
    cited_articles: tuple[Citation, ...]
    prior_case_number: str | None
    sections: Sections
    procedure: str | None
    detained: bool
    fees: tuple[Fee, ...]
    result_kind: str | None
    problems: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """A dict of plain JSON values: dates ISO, amounts as decimal strings, tuples as lists."""
        plain = _plain(asdict(self))
        for agent in plain["agents"]:
            agent["for"] = agent.pop("acts_for")
        for participant in plain["participants"]:
            participant["birth"] = participant.pop("born_on")
        return dict(plain)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value

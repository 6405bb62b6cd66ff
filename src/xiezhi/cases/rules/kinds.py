"""The kinds of case a court takes, as data: who takes part, which procedures and limits, which steps, how it
may end.

Limit ids are those of `xiezhi.law.limits`, period ids those of `xiezhi.law.periods`, type codes those of
`xiezhi.law.case_numbers`.  A test walks every kind from docketing to archive along `stages`.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from xiezhi.cases.contracts import Category, DocumentType, ParticipantRole, Stage

R = ParticipantRole
S = Stage
D = DocumentType


class UnknownKind(LookupError):
    """No such kind of case."""


@dataclass(frozen=True, slots=True)
class Procedure:
    """One procedure of a kind. `panel_size` 1 is a sole judge; `assessors` says whether lay assessors may
    sit.

    `applies_rule`: the limit that holds where `limit_rule` points to another procedure (再审按一审或者二审).
    `limit_period`: a period id, where the time to handle comes from the table of periods.  `final`: no appeal
    lies whatever the outcome
    (小额诉讼一审终审，民事诉讼法第一百六十五条，民诉解释第二百七十六条、第二百七十七条).
    """

    key: str
    name: str
    limit_rule: str
    panel_size: int
    assessors: bool = False
    converts_to: tuple[str, ...] = ()
    applies_rule: str = ""
    limit_period: str = ""
    final: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """One lawful way to end a case. `appeal_period` is a period id, or empty where no appeal lies.

    `needs_hearing`: only after a hearing was held.  `halves_fee`: 诉讼费用交纳办法第十五条.  `follows`: the
    kind of case that is docketed next in the same court (调解不成转立案，裁定提审).
    """

    key: str
    name: str
    document: DocumentType
    appeal_period: str = ""
    needs_hearing: bool = False
    halves_fee: bool = False
    follows: str = ""


@dataclass(frozen=True, slots=True)
class CaseKind:
    """A kind of case and everything the program must know to carry it through.

    `stages`: the allowed steps, each stage with the stages that may follow.
    `first_roles` / `second_roles`: who asks and against whom, in the order of the title.
    """

    key: str
    name: str
    type_code: str
    category: Category
    levels: frozenset[str]
    cause_kind: str
    first_roles: tuple[ParticipantRole, ...]
    second_roles: tuple[ParticipantRole, ...]
    filing_period: str
    procedures: tuple[Procedure, ...]
    outcomes: tuple[Outcome, ...]
    stages: MappingProxyType[Stage, tuple[Stage, ...]]
    division_kinds: tuple[str, ...]
    title_verb: str = "诉"
    appeal_kind: str = ""
    needs_amount: bool = False
    fee_kind: str = ""
    closes_on: Stage = Stage.PRONOUNCED
    appeal_extra_roles: tuple[ParticipantRole, ...] = ()

    @property
    def roles(self) -> tuple[ParticipantRole, ...]:
        """Every role a participant may have in this kind of case."""
        extra = (R.THIRD_PARTY,) if self.category in {Category.CIVIL, Category.ADMINISTRATIVE} else ()
        return tuple(
            dict.fromkeys((*self.first_roles, *self.second_roles, *extra, *self.appeal_extra_roles, R.OTHER))
        )

    def procedure(self, key: str) -> Procedure:
        """Return the procedure with this key; raises UnknownKind."""
        for procedure in self.procedures:
            if procedure.key == key:
                return procedure
        raise UnknownKind(f"{self.name}没有“{key}”程序")

    def outcome(self, key: str) -> Outcome:
        """Return the outcome with this key; raises UnknownKind."""
        for outcome in self.outcomes:
            if outcome.key == key:
                return outcome
        raise UnknownKind(f"{self.name}没有“{key}”这种结案方式")

    @property
    def main_line(self) -> tuple[Stage, ...]:
        """The stepped line a page shows: the longest way from docketing to archive without an appeal."""
        line = [S.DOCKETED]
        while line[-1] is not S.ARCHIVED:
            following = [s for s in self.stages[line[-1]] if s is not S.APPEALED and s not in line]
            line.append(following[0])
        return tuple(line)


def _stages(*pairs: tuple[Stage, tuple[Stage, ...]]) -> MappingProxyType[Stage, tuple[Stage, ...]]:
    return MappingProxyType(dict(pairs))


_FIRST_INSTANCE = _stages(
    (S.DOCKETED, (S.ASSIGNED,)),
    (S.ASSIGNED, (S.PREPARING,)),
    (S.PREPARING, (S.HEARING, S.DECIDED)),
    (S.HEARING, (S.DECIDED,)),
    (S.DECIDED, (S.PRONOUNCED,)),
    (S.PRONOUNCED, (S.EFFECTIVE, S.APPEALED)),
    (S.APPEALED, (S.EFFECTIVE,)),
    (S.EFFECTIVE, (S.ARCHIVED, S.APPEALED)),  # an appeal posted in time may come in late
    (S.ARCHIVED, ()),
)
_FINAL_INSTANCE = _stages(
    (S.DOCKETED, (S.ASSIGNED,)),
    (S.ASSIGNED, (S.PREPARING,)),
    (S.PREPARING, (S.HEARING, S.DECIDED)),
    (S.HEARING, (S.DECIDED,)),
    (S.DECIDED, (S.PRONOUNCED,)),
    (S.PRONOUNCED, (S.EFFECTIVE,)),
    (S.EFFECTIVE, (S.ARCHIVED,)),
    (S.ARCHIVED, ()),
)
_REVIEW = _stages(
    (S.DOCKETED, (S.ASSIGNED,)),
    (S.ASSIGNED, (S.HANDLING,)),
    (S.HANDLING, (S.DECIDED,)),
    (S.DECIDED, (S.PRONOUNCED,)),
    (S.PRONOUNCED, (S.EFFECTIVE,)),
    (S.EFFECTIVE, (S.ARCHIVED,)),
    (S.ARCHIVED, ()),
)
_HANDLED = _stages(
    (S.DOCKETED, (S.ASSIGNED,)),
    (S.ASSIGNED, (S.HANDLING,)),
    (S.HANDLING, (S.CLOSED,)),
    (S.CLOSED, (S.ARCHIVED,)),
    (S.ARCHIVED, ()),
)

_BASIC = frozenset({"BASIC"})
_MIDDLE = frozenset({"INTERMEDIATE"})
_TRIAL_COURTS = frozenset({"BASIC", "INTERMEDIATE"})
_UPPER = frozenset({"INTERMEDIATE", "HIGH"})
_ANY = frozenset({"BASIC", "INTERMEDIATE", "HIGH"})

_CIVIL_FIRST_OUTCOMES = (
    Outcome("JUDGMENT", "判决", D.JUDGMENT, "appeal_civil_judgment", needs_hearing=True),
    Outcome("MEDIATED", "调解", D.MEDIATION_STATEMENT, halves_fee=True),
    Outcome("WITHDRAWN", "准许撤诉", D.RULING, halves_fee=True),
    Outcome("DEEMED_WITHDRAWN", "按撤诉处理", D.RULING, halves_fee=True),
    Outcome("SUIT_DISMISSED", "驳回起诉", D.RULING, "appeal_civil_ruling"),
    Outcome("TRANSFERRED", "移送管辖", D.RULING),
    Outcome("OBJECTION_UPHELD", "管辖权异议成立，移送管辖", D.RULING, "appeal_civil_ruling"),
    Outcome("TERMINATED", "终结诉讼", D.RULING),
)
_CIVIL_SECOND_OUTCOMES = (
    Outcome("UPHELD", "驳回上诉，维持原判", D.JUDGMENT),
    Outcome("REVERSED", "改判", D.JUDGMENT),
    Outcome("REMANDED", "撤销原判，发回重审", D.RULING),
    Outcome("RULING_UPHELD", "驳回上诉，维持原裁定", D.RULING),
    Outcome("RULING_REVERSED", "撤销或者变更原裁定", D.RULING),
    Outcome("MEDIATED", "调解", D.MEDIATION_STATEMENT, halves_fee=True),
    Outcome("APPEAL_WITHDRAWN", "准许撤回上诉", D.RULING, halves_fee=True),
    Outcome("SUIT_WITHDRAWN", "准许撤回起诉", D.RULING, halves_fee=True),
)
_CRIMINAL_FIRST_OUTCOMES = (
    Outcome("GUILTY", "有罪判决", D.JUDGMENT, "appeal_criminal_judgment", needs_hearing=True),
    Outcome("EXEMPTED", "免予刑事处罚", D.JUDGMENT, "appeal_criminal_judgment", needs_hearing=True),
    Outcome("NOT_GUILTY", "宣告无罪", D.JUDGMENT, "appeal_criminal_judgment", needs_hearing=True),
    Outcome("PROSECUTION_WITHDRAWN", "准许撤回起诉", D.RULING, "appeal_criminal_ruling"),
    Outcome("TERMINATED", "终止审理", D.RULING, "appeal_criminal_ruling"),
)


def _retrial_review_outcomes(retrial: str) -> tuple[Outcome, ...]:
    return (
        Outcome("REFUSED", "驳回再审申请", D.RULING),
        Outcome("RETRIAL_ORDERED", "提审", D.RULING, follows=retrial),
        Outcome("RETRIAL_BELOW", "指令再审", D.RULING),
        Outcome("WITHDRAWN", "准许撤回再审申请", D.RULING),
        Outcome("TERMINATED", "终结审查", D.RULING),
    )


_RETRIAL_OUTCOMES_CIVIL = (
    Outcome("UPHELD", "维持原判", D.JUDGMENT, "appeal_civil_judgment"),
    Outcome("REVERSED", "改判", D.JUDGMENT, "appeal_civil_judgment"),
    Outcome("REMANDED", "撤销原判，发回重审", D.RULING),
    Outcome("SUIT_DISMISSED", "撤销原判，驳回起诉", D.RULING, "appeal_civil_ruling"),
    Outcome("MEDIATED", "调解", D.MEDIATION_STATEMENT),
    Outcome("WITHDRAWN", "准许撤回再审请求", D.RULING),
    Outcome("TERMINATED", "终结再审程序", D.RULING),
)
_RETRIAL_OUTCOMES_CRIMINAL = (
    Outcome("UPHELD", "驳回申诉、抗诉，维持原判", D.RULING, "appeal_criminal_ruling"),
    Outcome("REVERSED", "改判", D.JUDGMENT, "appeal_criminal_judgment"),
    Outcome("NOT_GUILTY", "宣告无罪", D.JUDGMENT, "appeal_criminal_judgment"),
    Outcome("REMANDED", "撤销原判，发回重审", D.RULING),
)
_RETRIAL_OUTCOMES_ADMINISTRATIVE = (
    Outcome("UPHELD", "维持原判", D.JUDGMENT, "appeal_admin_judgment"),
    Outcome("REVERSED", "改判", D.JUDGMENT, "appeal_admin_judgment"),
    Outcome("REMANDED", "撤销原判，发回重审", D.RULING),
    Outcome("SUIT_DISMISSED", "撤销原判，驳回起诉", D.RULING, "appeal_admin_ruling"),
    Outcome("MEDIATED", "调解", D.MEDIATION_STATEMENT),
    Outcome("TERMINATED", "终结再审程序", D.RULING),
)

_ALL: tuple[CaseKind, ...] = (
    CaseKind(
        key="CIVIL_FIRST",
        name="民事一审案件",
        type_code="民初",
        category=Category.CIVIL,
        levels=_TRIAL_COURTS,
        cause_kind="CIVIL",
        first_roles=(R.PLAINTIFF,),
        second_roles=(R.DEFENDANT,),
        filing_period="filing_civil",
        procedures=(
            Procedure("SIMPLIFIED", "简易程序", "civ_1_simplified", 1, converts_to=("ORDINARY", "SMALL")),
            Procedure(
                "SMALL", "小额诉讼程序", "civ_1_small", 1, converts_to=("SIMPLIFIED", "ORDINARY"), final=True
            ),
            Procedure("ORDINARY", "普通程序", "civ_1_ordinary", 3, assessors=True),
            Procedure("ORDINARY_SOLE", "普通程序（独任）", "civ_1_ordinary", 1, converts_to=("ORDINARY",)),
        ),
        outcomes=_CIVIL_FIRST_OUTCOMES,
        stages=_FIRST_INSTANCE,
        division_kinds=("CIVIL", "FILING"),
        appeal_kind="CIVIL_SECOND",
        needs_amount=True,
        fee_kind="property",
    ),
    CaseKind(
        key="CIVIL_SECOND",
        name="民事二审案件",
        type_code="民终",
        category=Category.CIVIL,
        levels=_UPPER,
        cause_kind="CIVIL",
        first_roles=(R.APPELLANT,),
        second_roles=(R.APPELLEE,),
        filing_period="filing_2nd",
        procedures=(
            Procedure("SECOND_JUDGMENT", "二审程序（对判决上诉）", "civ_2_judgment", 3),
            Procedure("SECOND_RULING", "二审程序（对裁定上诉）", "civ_2_ruling", 3),
        ),
        outcomes=_CIVIL_SECOND_OUTCOMES,
        stages=_FINAL_INSTANCE,
        division_kinds=("CIVIL",),
        title_verb="与",
        needs_amount=True,
        fee_kind="property",
        appeal_extra_roles=(R.ORIGINAL_PARTY,),
    ),
    CaseKind(
        key="CIVIL_RETRIAL_REVIEW",
        name="民事申请再审审查案件",
        type_code="民申",
        category=Category.CIVIL,
        levels=_UPPER,
        cause_kind="CIVIL",
        first_roles=(R.RETRIAL_APPLICANT,),
        second_roles=(R.RESPONDENT,),
        filing_period="filing_2nd",
        procedures=(Procedure("REVIEW", "申请再审审查", "civ_retrial_review", 3),),
        outcomes=_retrial_review_outcomes("CIVIL_RETRIAL"),
        stages=_REVIEW,
        division_kinds=("CIVIL", "SUPERVISION"),
        title_verb="与",
        appeal_extra_roles=(R.ORIGINAL_PARTY,),
    ),
    CaseKind(
        key="CIVIL_RETRIAL",
        name="民事再审案件",
        type_code="民再",
        category=Category.CIVIL,
        levels=_ANY,
        cause_kind="CIVIL",
        first_roles=(R.RETRIAL_APPLICANT, R.PROTESTER),
        second_roles=(R.RESPONDENT,),
        filing_period="filing_remand",
        procedures=(
            Procedure(
                "RETRIAL_FIRST", "再审（适用第一审程序）", "civ_retrial", 3, applies_rule="civ_1_ordinary"
            ),
            Procedure(
                "RETRIAL_SECOND",
                "再审（适用第二审程序）",
                "civ_retrial",
                3,
                applies_rule="civ_2_judgment",
                final=True,
            ),
        ),
        outcomes=_RETRIAL_OUTCOMES_CIVIL,
        stages=_FIRST_INSTANCE,
        division_kinds=("SUPERVISION", "CIVIL"),
        title_verb="与",
        appeal_kind="CIVIL_SECOND",
        needs_amount=True,
        appeal_extra_roles=(R.ORIGINAL_PARTY,),
    ),
    CaseKind(
        key="CIVIL_SPECIAL",
        name="民事特别程序案件",
        type_code="民特",
        category=Category.CIVIL,
        levels=_TRIAL_COURTS,
        cause_kind="CIVIL",
        first_roles=(R.APPLICANT,),
        second_roles=(R.RESPONDENT,),
        filing_period="filing_civil",
        procedures=(Procedure("SPECIAL", "特别程序", "civ_special", 1),),
        outcomes=(
            Outcome("GRANTED", "判决准予", D.JUDGMENT),
            Outcome("REJECTED", "判决驳回申请", D.JUDGMENT),
            Outcome("RULED", "裁定", D.RULING),
            Outcome("WITHDRAWN", "准许撤回申请", D.RULING),
        ),
        stages=_REVIEW,
        division_kinds=("CIVIL", "FILING"),
        title_verb="申请",
        fee_kind="special_procedure",
    ),
    CaseKind(
        key="PAYMENT_ORDER",
        name="申请支付令审查案件",
        type_code="民督",
        category=Category.CIVIL,
        levels=_BASIC,
        cause_kind="CIVIL",
        first_roles=(R.APPLICANT,),
        second_roles=(R.RESPONDENT,),
        filing_period="filing_payment_order",
        procedures=(Procedure("PAYMENT_ORDER", "督促程序", "civ_payment_issue", 1),),
        outcomes=(
            Outcome("ISSUED", "发出支付令", D.PAYMENT_ORDER),
            Outcome("REJECTED", "驳回支付令申请", D.RULING),
            Outcome("TERMINATED", "终结督促程序", D.RULING),
            Outcome("WITHDRAWN", "准许撤回申请", D.RULING),
        ),
        stages=_REVIEW,
        division_kinds=("CIVIL", "FILING"),
        title_verb="申请",
        needs_amount=True,
        fee_kind="payment_order",
    ),
    CaseKind(
        key="PRE_FILING_MEDIATION",
        name="诉前调解案件",
        type_code="诉前调",
        category=Category.MEDIATION,
        levels=_BASIC,
        cause_kind="CIVIL",
        first_roles=(R.APPLICANT,),
        second_roles=(R.RESPONDENT,),
        filing_period="filing_civil",
        procedures=(Procedure("MEDIATION", "诉前调解", "", 1, limit_period="mediation_pre"),),
        outcomes=(
            Outcome("AGREED", "调解成功", D.RECORD),
            Outcome("FAILED", "调解不成，转立案", D.RECORD, follows="CIVIL_FIRST"),
            Outcome("WITHDRAWN", "撤回", D.RECORD),
        ),
        stages=_HANDLED,
        division_kinds=("FILING", "CIVIL"),
        title_verb="与",
        needs_amount=True,
        closes_on=Stage.CLOSED,
    ),
    CaseKind(
        key="CRIMINAL_FIRST_PUBLIC",
        name="刑事公诉一审案件",
        type_code="刑初",
        category=Category.CRIMINAL,
        levels=_TRIAL_COURTS,
        cause_kind="CRIMINAL",
        first_roles=(R.PROSECUTOR,),
        second_roles=(R.ACCUSED,),
        filing_period="filing_public_pros",
        procedures=(
            Procedure("ORDINARY", "普通程序", "crim_1", 3, assessors=True),
            Procedure("SIMPLIFIED", "简易程序", "crim_simple", 1, converts_to=("ORDINARY",)),
            Procedure("FAST_TRACK", "速裁程序", "crim_fast", 1, converts_to=("SIMPLIFIED", "ORDINARY")),
        ),
        outcomes=_CRIMINAL_FIRST_OUTCOMES,
        stages=_FIRST_INSTANCE,
        division_kinds=("CRIMINAL",),
        title_verb="指控",
        appeal_kind="CRIMINAL_SECOND",
        appeal_extra_roles=(R.VICTIM, R.CIVIL_PLAINTIFF),
    ),
    CaseKind(
        key="CRIMINAL_FIRST_PRIVATE",
        name="刑事自诉一审案件",
        type_code="刑初",
        category=Category.CRIMINAL,
        levels=_BASIC,
        cause_kind="CRIMINAL",
        first_roles=(R.PRIVATE_PROSECUTOR,),
        second_roles=(R.ACCUSED,),
        filing_period="filing_private_pros",
        procedures=(
            Procedure("ORDINARY", "普通程序（未羁押）", "crim_1_private_free", 3, assessors=True),
            Procedure(
                "ORDINARY_DETAINED", "普通程序（被告人在押）", "crim_1_private_detained", 3, assessors=True
            ),
            Procedure(
                "SIMPLIFIED", "简易程序", "crim_simple", 1, converts_to=("ORDINARY", "ORDINARY_DETAINED")
            ),
        ),
        outcomes=(
            *_CRIMINAL_FIRST_OUTCOMES[:3],
            Outcome("MEDIATED", "调解", D.MEDIATION_STATEMENT),
            Outcome("WITHDRAWN", "准许撤诉", D.RULING, "appeal_criminal_ruling"),
            Outcome("SUIT_DISMISSED", "驳回自诉", D.RULING, "appeal_criminal_ruling"),
        ),
        stages=_FIRST_INSTANCE,
        division_kinds=("CRIMINAL",),
        title_verb="自诉",
        appeal_kind="CRIMINAL_SECOND",
    ),
    CaseKind(
        key="CRIMINAL_SECOND",
        name="刑事二审案件",
        type_code="刑终",
        category=Category.CRIMINAL,
        levels=_UPPER,
        cause_kind="CRIMINAL",
        first_roles=(R.APPELLANT, R.PROTESTER),
        second_roles=(R.PROSECUTOR, R.APPELLEE),
        filing_period="filing_2nd",
        procedures=(Procedure("SECOND", "二审程序", "crim_2", 3),),
        outcomes=(
            Outcome("UPHELD", "驳回上诉、抗诉，维持原判", D.RULING),
            Outcome("REVERSED", "改判", D.JUDGMENT),
            Outcome("REMANDED", "撤销原判，发回重审", D.RULING),
            Outcome("APPEAL_WITHDRAWN", "准许撤回上诉、抗诉", D.RULING),
        ),
        stages=_FINAL_INSTANCE,
        division_kinds=("CRIMINAL",),
        title_verb="上诉",
        appeal_extra_roles=(R.ACCUSED, R.ORIGINAL_PARTY, R.CIVIL_PLAINTIFF),
    ),
    CaseKind(
        key="CRIMINAL_RETRIAL",
        name="刑事再审案件",
        type_code="刑再",
        category=Category.CRIMINAL,
        levels=_ANY,
        cause_kind="CRIMINAL",
        first_roles=(R.RETRIAL_APPLICANT, R.PROTESTER),
        second_roles=(R.PROSECUTOR, R.ACCUSED),
        filing_period="filing_remand",
        procedures=(
            Procedure("RETRIAL_FIRST", "再审（适用第一审程序）", "crim_retrial", 3),
            Procedure("RETRIAL_SECOND", "再审（适用第二审程序）", "crim_retrial", 3, final=True),
        ),
        outcomes=_RETRIAL_OUTCOMES_CRIMINAL,
        stages=_FIRST_INSTANCE,
        division_kinds=("SUPERVISION", "CRIMINAL"),
        title_verb="申诉",
        appeal_kind="CRIMINAL_SECOND",
        appeal_extra_roles=(R.ORIGINAL_PARTY, R.VICTIM),
    ),
    CaseKind(
        key="ADMINISTRATIVE_FIRST",
        name="行政一审案件",
        type_code="行初",
        category=Category.ADMINISTRATIVE,
        levels=_TRIAL_COURTS,
        cause_kind="ADMINISTRATIVE",
        first_roles=(R.PLAINTIFF,),
        second_roles=(R.DEFENDANT,),
        filing_period="filing_admin",
        procedures=(
            Procedure("ORDINARY", "普通程序", "adm_1", 3, assessors=True),
            Procedure("SIMPLIFIED", "简易程序", "adm_1_simple", 1, converts_to=("ORDINARY",)),
        ),
        outcomes=(
            Outcome("JUDGMENT", "判决", D.JUDGMENT, "appeal_admin_judgment", needs_hearing=True),
            Outcome("SUIT_DISMISSED", "驳回起诉", D.RULING, "appeal_admin_ruling"),
            Outcome("WITHDRAWN", "准许撤诉", D.RULING, halves_fee=True),
            Outcome("MEDIATED", "调解", D.MEDIATION_STATEMENT, halves_fee=True),
            Outcome("TRANSFERRED", "移送管辖", D.RULING),
        ),
        stages=_FIRST_INSTANCE,
        division_kinds=("ADMINISTRATIVE",),
        appeal_kind="ADMINISTRATIVE_SECOND",
        fee_kind="administrative",
    ),
    CaseKind(
        key="ADMINISTRATIVE_SECOND",
        name="行政二审案件",
        type_code="行终",
        category=Category.ADMINISTRATIVE,
        levels=_UPPER,
        cause_kind="ADMINISTRATIVE",
        first_roles=(R.APPELLANT,),
        second_roles=(R.APPELLEE,),
        filing_period="filing_2nd",
        procedures=(Procedure("SECOND", "二审程序", "adm_2", 3),),
        outcomes=(
            Outcome("UPHELD", "驳回上诉，维持原判", D.JUDGMENT),
            Outcome("REVERSED", "改判", D.JUDGMENT),
            Outcome("REMANDED", "撤销原判，发回重审", D.RULING),
            Outcome("RULING_UPHELD", "驳回上诉，维持原裁定", D.RULING),
            Outcome("RULING_REVERSED", "撤销原裁定", D.RULING),
            Outcome("APPEAL_WITHDRAWN", "准许撤回上诉", D.RULING, halves_fee=True),
        ),
        stages=_FINAL_INSTANCE,
        division_kinds=("ADMINISTRATIVE",),
        title_verb="与",
        fee_kind="administrative",
        appeal_extra_roles=(R.ORIGINAL_PARTY,),
    ),
    CaseKind(
        key="ADMINISTRATIVE_RETRIAL_REVIEW",
        name="行政申请再审审查案件",
        type_code="行申",
        category=Category.ADMINISTRATIVE,
        levels=_UPPER,
        cause_kind="ADMINISTRATIVE",
        first_roles=(R.RETRIAL_APPLICANT,),
        second_roles=(R.RESPONDENT,),
        filing_period="filing_2nd",
        procedures=(Procedure("REVIEW", "申请再审审查", "adm_retrial_review", 3),),
        outcomes=_retrial_review_outcomes("ADMINISTRATIVE_RETRIAL"),
        stages=_REVIEW,
        division_kinds=("ADMINISTRATIVE", "SUPERVISION"),
        title_verb="与",
        appeal_extra_roles=(R.ORIGINAL_PARTY,),
    ),
    CaseKind(
        key="ADMINISTRATIVE_RETRIAL",
        name="行政再审案件",
        type_code="行再",
        category=Category.ADMINISTRATIVE,
        levels=_ANY,
        cause_kind="ADMINISTRATIVE",
        first_roles=(R.RETRIAL_APPLICANT, R.PROTESTER),
        second_roles=(R.RESPONDENT,),
        filing_period="filing_remand",
        procedures=(
            Procedure("RETRIAL_FIRST", "再审（适用第一审程序）", "adm_1", 3),
            Procedure("RETRIAL_SECOND", "再审（适用第二审程序）", "adm_2", 3, final=True),
        ),
        outcomes=_RETRIAL_OUTCOMES_ADMINISTRATIVE,
        stages=_FIRST_INSTANCE,
        division_kinds=("SUPERVISION", "ADMINISTRATIVE"),
        title_verb="与",
        appeal_kind="ADMINISTRATIVE_SECOND",
        appeal_extra_roles=(R.ORIGINAL_PARTY,),
    ),
    CaseKind(
        key="COMPENSATION_SELF",
        name="法院作为赔偿义务机关自赔案件",
        type_code="法赔",
        category=Category.COMPENSATION,
        levels=_ANY,
        cause_kind="",
        first_roles=(R.CLAIMANT,),
        second_roles=(R.COMPENSATION_ORGAN,),
        filing_period="filing_admin",
        procedures=(Procedure("SELF", "自赔程序", "comp_self", 3),),
        outcomes=(
            Outcome("GRANTED", "决定赔偿", D.DECISION),
            Outcome("REJECTED", "决定不予赔偿", D.DECISION),
            Outcome("WITHDRAWN", "准许撤回申请", D.DECISION),
        ),
        stages=_REVIEW,
        division_kinds=("COMPENSATION", "ADMINISTRATIVE"),
        title_verb="申请",
        needs_amount=True,
    ),
    CaseKind(
        key="COMPENSATION_COMMITTEE",
        name="赔偿委员会审理赔偿案件",
        type_code="委赔",
        category=Category.COMPENSATION,
        levels=_UPPER,
        cause_kind="",
        first_roles=(R.CLAIMANT,),
        second_roles=(R.COMPENSATION_ORGAN,),
        filing_period="filing_admin",
        procedures=(Procedure("COMMITTEE", "赔偿委员会程序", "comp_committee", 3),),
        outcomes=(
            Outcome("UPHELD", "维持原决定", D.DECISION),
            Outcome("GRANTED", "决定赔偿", D.DECISION),
            Outcome("REJECTED", "驳回赔偿请求", D.DECISION),
            Outcome("WITHDRAWN", "准许撤回申请", D.DECISION),
        ),
        stages=_REVIEW,
        division_kinds=("COMPENSATION", "ADMINISTRATIVE"),
        title_verb="申请",
        needs_amount=True,
    ),
    CaseKind(
        key="PRESERVATION",
        name="非诉财产保全审查案件",
        type_code="财保",
        category=Category.PRESERVATION,
        levels=_TRIAL_COURTS,
        cause_kind="",
        first_roles=(R.APPLICANT,),
        second_roles=(R.RESPONDENT,),
        filing_period="filing_civil",
        procedures=(
            Procedure("PRE_SUIT", "诉前保全", "pres_pre", 1),
            Procedure("IN_SUIT", "诉讼保全", "pres_in", 1),
        ),
        outcomes=(
            Outcome("GRANTED", "裁定保全", D.RULING),
            Outcome("REJECTED", "驳回保全申请", D.RULING),
            Outcome("WITHDRAWN", "准许撤回申请", D.RULING),
        ),
        stages=_REVIEW,
        division_kinds=("CIVIL", "FILING"),
        title_verb="申请",
        needs_amount=True,
        fee_kind="preservation",
    ),
    CaseKind(
        key="ENFORCEMENT",
        name="首次执行案件",
        type_code="执",
        category=Category.ENFORCEMENT,
        levels=_TRIAL_COURTS,
        cause_kind="CIVIL",
        first_roles=(R.ENFORCEMENT_APPLICANT,),
        second_roles=(R.ENFORCEMENT_RESPONDENT,),
        filing_period="filing_enforcement",
        procedures=(
            Procedure("ENFORCEMENT", "执行程序", "enf_main", 1),
            Procedure("ADMINISTRATIVE_ORDER", "非诉执行", "enf_nonlit", 1),
        ),
        outcomes=(
            Outcome("FULFILLED", "执行完毕", D.NOTICE),
            Outcome("ROUND_ENDED", "终结本次执行程序", D.RULING),
            Outcome("TERMINATED", "终结执行", D.RULING),
            Outcome("REFUSED", "不予执行", D.RULING),
            Outcome("REJECTED", "驳回执行申请", D.RULING),
        ),
        stages=_HANDLED,
        division_kinds=("ENFORCEMENT",),
        title_verb="申请执行",
        needs_amount=True,
        fee_kind="enforcement",
        closes_on=Stage.CLOSED,
    ),
    CaseKind(
        key="ENFORCEMENT_RESUMED",
        name="恢复执行案件",
        type_code="执恢",
        category=Category.ENFORCEMENT,
        levels=_TRIAL_COURTS,
        cause_kind="CIVIL",
        first_roles=(R.ENFORCEMENT_APPLICANT,),
        second_roles=(R.ENFORCEMENT_RESPONDENT,),
        filing_period="filing_enforcement",
        procedures=(Procedure("ENFORCEMENT", "恢复执行程序", "enf_main", 1),),
        outcomes=(
            Outcome("FULFILLED", "执行完毕", D.NOTICE),
            Outcome("ROUND_ENDED", "终结本次执行程序", D.RULING),
            Outcome("TERMINATED", "终结执行", D.RULING),
        ),
        stages=_HANDLED,
        division_kinds=("ENFORCEMENT",),
        title_verb="申请执行",
        needs_amount=True,
        closes_on=Stage.CLOSED,
    ),
    CaseKind(
        key="PRESERVATION_ENFORCEMENT",
        name="财产保全执行案件",
        type_code="执保",
        category=Category.ENFORCEMENT,
        levels=_TRIAL_COURTS,
        cause_kind="",
        first_roles=(R.APPLICANT,),
        second_roles=(R.RESPONDENT,),
        filing_period="filing_enforcement",
        procedures=(Procedure("PRESERVATION", "保全执行", "", 1),),
        outcomes=(
            Outcome("DONE", "保全完毕", D.NOTICE),
            Outcome("PARTLY_DONE", "部分保全", D.NOTICE),
            Outcome("NO_PROPERTY", "无标的物可实施保全", D.NOTICE),
        ),
        stages=_HANDLED,
        division_kinds=("ENFORCEMENT",),
        title_verb="申请",
        needs_amount=True,
        closes_on=Stage.CLOSED,
    ),
)

KINDS: MappingProxyType[str, CaseKind] = MappingProxyType({kind.key: kind for kind in _ALL})


def get(key: str) -> CaseKind:
    """Return a kind of case by its key. Raises UnknownKind."""
    try:
        return KINDS[key]
    except KeyError:
        raise UnknownKind(f"没有“{key}”这种案件类型") from None


def for_level(level: str) -> tuple[CaseKind, ...]:
    """Return the kinds a court of this level (BASIC, INTERMEDIATE, HIGH) takes."""
    return tuple(kind for kind in _ALL if level in kind.levels)


def may_follow(kind: CaseKind, stage: Stage, following: Stage) -> bool:
    """Tell whether a case of this kind may step from one stage to another."""
    return following in kind.stages.get(stage, ())


def choices() -> list[tuple[str, str]]:
    """Return (key, Chinese name) pairs for forms."""
    return [(kind.key, kind.name) for kind in _ALL]

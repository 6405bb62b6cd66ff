"""The data of the kinds hold together: stages, outcomes, limits, periods, codes; titles, fees, approvers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from xiezhi.cases.contracts import Category, ParticipantRole, RequestKind, Stage
from xiezhi.cases.rules import approvals, fees, kinds, titles
from xiezhi.law import case_numbers, limits, periods
from xiezhi.law import fees as law_fees

EACH = pytest.mark.parametrize("kind", kinds.KINDS.values(), ids=lambda kind: kind.key)


@EACH
def test_codes_limits_and_periods_exist(kind: kinds.CaseKind) -> None:
    assert case_numbers.is_type_code(kind.type_code)
    assert periods.get_period(kind.filing_period)
    for procedure in kind.procedures:
        if procedure.limit_rule:
            assert limits.get_rule(procedure.limit_rule)
        if procedure.applies_rule:
            assert limits.get_rule(procedure.applies_rule).length
        if procedure.limit_period:
            assert periods.get_period(procedure.limit_period)
        assert {kind.procedure(key).key for key in procedure.converts_to} == set(procedure.converts_to)
        assert procedure.panel_size % 2 == 1
    for outcome in kind.outcomes:
        if outcome.appeal_period:
            assert periods.get_period(outcome.appeal_period)
            assert kind.appeal_kind, "what may be appealed has somewhere to go"
    if kind.fee_kind:
        assert law_fees.get_kind(kind.fee_kind)


@EACH
def test_every_stage_is_reached_and_leads_to_the_archive(kind: kinds.CaseKind) -> None:
    reached, todo = {Stage.DOCKETED}, [Stage.DOCKETED]
    while todo:
        for following in kind.stages[todo.pop()]:
            if following not in reached:
                reached.add(following)
                todo.append(following)
    assert reached == set(kind.stages)
    assert kind.stages[Stage.ARCHIVED] == ()
    assert all(following for stage, following in kind.stages.items() if stage is not Stage.ARCHIVED)
    assert kind.main_line[0] is Stage.DOCKETED
    assert kind.main_line[-1] is Stage.ARCHIVED
    assert kind.closes_on in kind.stages


@EACH
def test_keys_are_unique_and_appeals_go_to_a_court_above(kind: kinds.CaseKind) -> None:
    assert len({p.key for p in kind.procedures}) == len(kind.procedures)
    assert len({o.key for o in kind.outcomes}) == len(kind.outcomes)
    assert not set(kind.first_roles) & set(kind.second_roles)
    if kind.appeal_kind:
        assert "INTERMEDIATE" in kinds.get(kind.appeal_kind).levels


def test_unknown_keys_are_said() -> None:
    for ask in (
        lambda: kinds.get("X"),
        lambda: kinds.get("CIVIL_FIRST").procedure("X"),
        lambda: kinds.get("CIVIL_FIRST").outcome("X"),
    ):
        with pytest.raises(kinds.UnknownKind, match="X"):
            ask()


def test_what_a_level_takes() -> None:
    basic, middle = ({kind.key for kind in kinds.for_level(level)} for level in ("BASIC", "INTERMEDIATE"))
    assert "PAYMENT_ORDER" in basic - middle
    assert "CIVIL_SECOND" in middle - basic
    assert len(kinds.choices()) == len(kinds.KINDS)


def test_third_parties_stand_in_civil_and_administrative_cases_only() -> None:
    with_third = {kind.category for kind in kinds.KINDS.values() if ParticipantRole.THIRD_PARTY in kind.roles}
    assert with_third == {"CIVIL", "ADMINISTRATIVE"}


@pytest.mark.parametrize(
    ("first", "second", "title"),
    [
        (["张某"], ["李某"], "张某诉李某民间借贷纠纷"),
        (["张某"], ["李某", "王某"], "张某诉李某、王某民间借贷纠纷"),
        (["张某", "赵某", "钱某"], ["李某"], "张某等3人诉李某民间借贷纠纷"),
        (["张某"], [], "张某民间借贷纠纷"),
    ],
)
def test_titles(first: list[str], second: list[str], title: str) -> None:
    assert titles.case_title(first, "诉", second, "民间借贷纠纷") == title
    assert len(titles.case_title(first * 200, "诉", second, "民间借贷纠纷" * 80)) <= titles.MAXIMUM


class TestFees:
    def fee(self, kind: str, procedure: str, amount: int | None, **options: object) -> Decimal | None:
        given = None if amount is None else Decimal(amount)
        return fees.docketing_fee(kinds.get(kind), procedure, given, **options)  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("kind", "procedure", "amount", "fee"),
        [
            pytest.param("CIVIL_FIRST", "ORDINARY", 120_000, "2700.00", id="120000 × 2% + 300"),
            pytest.param("CIVIL_FIRST", "SIMPLIFIED", 120_000, "1350.00", id="halved, art. 16"),
            pytest.param("CIVIL_FIRST", "SMALL", 8_000, "25.00", id="small claims are summary too"),
            pytest.param("CIVIL_SECOND", "SECOND_JUDGMENT", 120_000, "2700.00", id="an appeal is not halved"),
            pytest.param("CIVIL_SECOND", "SECOND_RULING", 120_000, "0.00", id="appeals of rulings are free"),
            pytest.param("CIVIL_SPECIAL", "SPECIAL", None, "0.00", id="special procedure is free"),
            pytest.param("PAYMENT_ORDER", "PAYMENT_ORDER", 120_000, "900.00", id="a third"),
            pytest.param("PRESERVATION", "PRE_SUIT", 2_000_000, "5000.00", id="capped"),
            pytest.param("ADMINISTRATIVE_FIRST", "ORDINARY", None, "50.00", id="administrative"),
            pytest.param("CIVIL_FIRST", "ORDINARY", None, None, id="no amount, a range, no figure"),
            pytest.param("CRIMINAL_FIRST_PUBLIC", "ORDINARY", None, None, id="criminal cases pay none"),
            pytest.param("CIVIL_RETRIAL", "RETRIAL_FIRST", 120_000, None, id="nor do retrials"),
        ],
    )
    def test_by_kind_and_procedure(
        self, kind: str, procedure: str, amount: int | None, fee: str | None
    ) -> None:
        assert self.fee(kind, procedure, amount) == (None if fee is None else Decimal(fee))

    @pytest.mark.parametrize(
        ("kind", "name", "prepaid"),
        [
            ("CIVIL_FIRST", "案件受理费", True),
            ("PAYMENT_ORDER", "申请费", True),
            ("PRESERVATION", "申请费", True),
            ("ENFORCEMENT", "申请费", False),
            ("CIVIL_SPECIAL", "", True),
            ("CRIMINAL_FIRST_PUBLIC", "", True),
        ],
    )
    def test_what_it_is_called_and_when_it_is_paid(self, kind: str, name: str, prepaid: bool) -> None:
        rule = kinds.get(kind)
        assert fees.fee_name(rule, rule.procedures[0].key, Decimal(1000), "") == name
        assert fees.is_prepaid(rule) is prepaid

    def test_by_cause(self) -> None:
        assert self.fee("CIVIL_FIRST", "ORDINARY", 120_000, cause_key="C07.19.205") == 10
        divorce = {"cause_key": "C02.02.014"}
        assert self.fee("CIVIL_FIRST", "ORDINARY", 300_000, **divorce) is None
        # 200 + (300000 − 200000) × 0.5%
        assert self.fee("CIVIL_FIRST", "ORDINARY", 300_000, **divorce, settings={"divorce": "200"}) == 700


class TestApprovers:
    @pytest.mark.parametrize("rule", limits.all_rules(), ids=lambda rule: rule.id)
    def test_every_extension_finds_who_decides(self, rule: limits.LimitRule) -> None:
        for extension in rule.extensions:
            approver = approvals.extension_approver(extension.approver)
            if extension.approver_code in {"", "NONE"}:
                assert approver is None
            else:
                assert approver is not None
                level = {
                    "COURT_PRESIDENT": "SAME",
                    "UPPER_COURT": "UPPER",
                    "NEXT_HIGHER_COURT": "UPPER",
                    "HIGH_COURT": "HIGH",
                    "HIGH_COURT_RECORD": "HIGH",
                    "HIGH_OR_SUPREME_COURT": "HIGH",
                    "SUPREME_COURT": "SUPREME",
                }[extension.approver_code]
                assert (approver.role, approver.level) == ("PRESIDENT", level)

    def test_every_request_has_a_basis_and_somebody_to_decide(self) -> None:
        for request in RequestKind:
            decided = request in approvals.DEFAULT_APPROVERS or request is RequestKind.RECUSAL
            assert decided
            assert request is RequestKind.EXTENSION or approvals.BASIS[request]

    def test_a_basis_names_the_law_of_the_branch(self) -> None:
        conversion = RequestKind.CONVERSION
        assert approvals.basis_of(conversion, Category.CIVIL) == "民诉解释第二百五十八条"
        assert approvals.basis_of(conversion, Category.CRIMINAL) == "刑诉解释第三百六十八条、第三百七十六条"
        assert approvals.basis_of(conversion, Category.ADMINISTRATIVE) == "行政诉讼法第八十四条"
        for request in RequestKind:
            for category in Category:
                assert request is RequestKind.EXTENSION or approvals.basis_of(request, category)

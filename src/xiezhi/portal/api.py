"""The API of the law tools, open to everybody as their pages are; one function of the law per operation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from xiezhi.foundation.errors import InvalidInput
from xiezhi.foundation.refusal import Refusal
from xiezhi.law import case_numbers, causes, fees, limits, periods

law = Router(tags=["法律计算"])

#: Days the calendar can count with; beyond them a date has no meaning for a court.
Day = Annotated[date, Field(ge=date(1949, 10, 1), le=date(2999, 12, 31), examples=["2026-11-24"])]
Yuan = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=2, examples=["128560.50"])]


class WhyStep(Schema):
    """One step of a count, with its article."""

    text: str
    basis: str
    on: date | None = None
    yuan: Decimal | None = None


class FeeIn(Schema):
    """What a fee is asked for. `kind`: an id of GET /law/fees; `base`: the province's figure, where the law
    gives a range; `joined`: a counterclaim or a third party's claim is heard together with the first.
    """

    kind: Annotated[str, Field(max_length=60, examples=["property"])]
    amount: Yuan | None = None
    base: Yuan | None = None
    joined: bool = True
    simplified: bool = False
    mediated: bool = False
    withdrawn: bool = False


class FeeOut(Schema):
    fee_yuan: Decimal
    full_yuan: Decimal
    halved: bool
    basis: str
    prepayment: str
    bearing: str
    why: list[WhyStep]


class FeeKindOut(Schema):
    id: str
    name: str
    article: str


class PeriodIn(Schema):
    """A period by its id (GET /law/periods), counted from the day of the trigger."""

    period: Annotated[str, Field(max_length=60, examples=["appeal_civil_judgment"])]
    trigger_on: Day
    variant: Annotated[str, Field(max_length=60)] = ""
    given_days: Annotated[int | None, Field(ge=1, le=3650)] = None


class PeriodOut(Schema):
    last_day: date
    raw_last_day: date
    rolled: bool
    provisional: bool
    basis: str
    why: list[WhyStep]


class PeriodKindOut(Schema):
    id: str
    what: str
    source: str
    variants: list[str]


class LimitIn(Schema):
    """A trial or enforcement limit by its id (GET /law/limits) and the day of docketing."""

    limit: Annotated[str, Field(max_length=60, examples=["civ_1_ordinary"])]
    docketed_on: Day


class LimitOut(Schema):
    status: str
    due_on: date | None
    why: list[WhyStep]


class LimitKindOut(Schema):
    id: str
    category: str
    procedure: str
    length: str
    source: str


class NumberOut(Schema):
    number: Annotated[str, Field(examples=["（2026）冀0606民初1号"])]


class CauseOut(Schema):
    key: str
    name: str
    kind: str
    is_leaf: bool


_ANSWERS: Mapping[int, type[Schema]] = {422: Refusal}
Kind = Literal["CIVIL", "ADMINISTRATIVE", "CRIMINAL"]


def _invalid(fault: Exception, field: str) -> InvalidInput:
    words = str(fault.args[0]) if fault.args else str(fault)
    return InvalidInput(words, fields={field: [words]})


@law.get("/fees", response=list[FeeKindOut], summary="费用种类", operation_id="law_fee_kinds", auth=None)
def fee_kinds(request: HttpRequest) -> list[FeeKindOut]:
    """诉讼费用的种类，供计算时选用。"""
    return [FeeKindOut(id=kind.id, name=kind.name, article=kind.article) for kind in fees.kinds()]


@law.post(
    "/fees", response={200: FeeOut, **_ANSWERS}, summary="计算诉讼费", operation_id="law_fee", auth=None
)
def fee(request: HttpRequest, body: FeeIn) -> FeeOut:
    """计算一项诉讼费用，附每一步的依据（诉讼费用交纳办法）。"""
    try:
        found = fees.compute(
            body.kind,
            body.amount,
            base=body.base,
            joined=body.joined,
            simplified=body.simplified,
            mediated=body.mediated,
            withdrawn=body.withdrawn,
        )
    except fees.FeeFault as fault:
        raise _invalid(fault, fault.field if fault.field in FeeIn.model_fields else "amount") from fault
    return FeeOut(
        fee_yuan=found.fee,
        full_yuan=found.full,
        halved=found.halved,
        basis=found.basis,
        prepayment=found.prepayment.text,
        bearing=found.bearing.text,
        why=[
            WhyStep(
                text=step.text,
                basis=step.basis,
                yuan=None if step.amount is None else step.amount.quantize(fees.CENT),
            )
            for step in found.why
        ],
    )


@law.get(
    "/periods", response=list[PeriodKindOut], summary="期间种类", operation_id="law_period_kinds", auth=None
)
def period_kinds(request: HttpRequest) -> list[PeriodKindOut]:
    """立案、送达、答辩、举证、上诉等期间。"""
    return [
        PeriodKindOut(id=rule.id, what=rule.what, source=rule.source, variants=list(rule.variants))
        for rule in periods.all_periods()
    ]


@law.post(
    "/periods",
    response={200: PeriodOut, **_ANSWERS},
    summary="计算期间",
    operation_id="law_period",
    auth=None,
)
def period(request: HttpRequest, body: PeriodIn) -> PeriodOut:
    """计算期间的最后一日；放假安排尚未公布的年份按周末推算，并标明暂定。"""
    try:
        found = periods.compute_named(
            body.period,
            body.trigger_on,
            variant=body.variant,
            given_days=body.given_days,
            allow_unknown=True,
        )
    except (ValueError, LookupError, TypeError, OverflowError) as fault:
        raise _invalid(fault, "period") from fault
    return PeriodOut(
        last_day=found.last_day,
        raw_last_day=found.raw_last_day,
        rolled=found.rolled,
        provisional=found.provisional,
        basis="；".join(dict.fromkeys(step.basis for step in found.why if step.basis)),
        why=[WhyStep(text=step.text, basis=step.basis, on=step.date) for step in found.why],
    )


@law.get(
    "/limits", response=list[LimitKindOut], summary="审限种类", operation_id="law_limit_kinds", auth=None
)
def limit_kinds(request: HttpRequest) -> list[LimitKindOut]:
    """各类案件、各种程序的审理和执行期限。"""
    return [
        LimitKindOut(
            id=rule.id,
            category=rule.category,
            procedure=rule.procedure,
            length=rule.length_text,
            source=rule.source,
        )
        for rule in limits.all_rules()
    ]


@law.post(
    "/limits", response={200: LimitOut, **_ANSWERS}, summary="计算审限", operation_id="law_limit", auth=None
)
def limit(request: HttpRequest, body: LimitIn) -> LimitOut:
    """计算审限的最后一日；没有期限的，说明原因。"""
    try:
        found = limits.compute(body.limit, body.docketed_on)
    except (ValueError, LookupError, TypeError, OverflowError) as fault:
        raise _invalid(fault, "limit") from fault
    return LimitOut(
        status=found.status.value,
        due_on=found.due_on,
        why=[WhyStep(text=step.text, basis=step.basis, on=step.date) for step in found.why],
    )


class NumberQuery(Schema):
    text: Annotated[str, Field(min_length=1, max_length=100, examples=["2026冀0606民初1"])]


@law.get(
    "/case-numbers",
    response={200: NumberOut, **_ANSWERS},
    summary="读案号",
    operation_id="law_case_number",
    auth=None,
)
def case_number(request: HttpRequest, query: Query[NumberQuery]) -> NumberOut:
    """把任何写法的案号写成规范的样子；读不懂的说明原因。"""
    try:
        return NumberOut(number=str(case_numbers.parse_any(query.text)))
    except ValueError as fault:
        raise _invalid(fault, "text") from fault


class CauseQuery(Schema):
    q: Annotated[str, Field(min_length=1, max_length=60, examples=["民间借贷"])]
    kind: Kind | None = None


@law.get(
    "/causes",
    response={200: list[CauseOut], **_ANSWERS},
    summary="查案由",
    operation_id="law_causes",
    auth=None,
)
def cause_search(request: HttpRequest, query: Query[CauseQuery]) -> list[CauseOut]:
    """按名称的一部分查民事、行政案由和罪名。"""
    kind = causes.CauseKind(query.kind) if query.kind else None
    return [
        CauseOut(key=cause.key, name=cause.name, kind=cause.kind.value, is_leaf=causes.is_leaf(cause.key))
        for cause in causes.search(query.q, kind=kind, limit=50)
    ]

"""The group of courts: which there are, how busy each is, its divisions and courtrooms.  Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from xiezhi.demo import parameters
from xiezhi.identity.contracts import DivisionKind
from xiezhi.law import courts as reference

K = DivisionKind
DIVISIONS_SINCE = date(2016, 1, 1)

_INTERMEDIATE_DIVISIONS: tuple[tuple[str, DivisionKind], ...] = (
    ("立案庭", K.FILING), ("民事审判第一庭", K.CIVIL), ("民事审判第二庭", K.CIVIL),
    ("民事审判第三庭", K.CIVIL), ("民事审判第四庭", K.CIVIL), ("刑事审判第一庭", K.CRIMINAL),
    ("刑事审判第二庭", K.CRIMINAL), ("行政审判庭", K.ADMINISTRATIVE), ("赔偿委员会办公室", K.COMPENSATION),
    ("审判监督庭", K.SUPERVISION), ("执行局", K.ENFORCEMENT), ("审判管理办公室", K.TRIAL_MANAGEMENT),
    ("督察室", K.INSPECTION), ("档案室", K.ARCHIVE), ("司法行政装备管理处", K.FINANCE),
    ("信息技术处", K.TECHNOLOGY), ("办公室", K.OFFICE),
)  # fmt: skip
_BASIC_DIVISIONS: tuple[tuple[str, DivisionKind], ...] = (
    ("立案庭", K.FILING), ("民事审判第一庭", K.CIVIL), ("民事审判第二庭", K.CIVIL),
    ("刑事审判庭", K.CRIMINAL), ("行政审判庭", K.ADMINISTRATIVE), ("执行局", K.ENFORCEMENT),
    ("审判管理办公室", K.TRIAL_MANAGEMENT), ("督察室", K.INSPECTION), ("档案室", K.ARCHIVE),
    ("财务室", K.FINANCE), ("信息技术室", K.TECHNOLOGY), ("办公室", K.OFFICE),
)  # fmt: skip
_TRIBUNAL = ("第一人民法庭", K.CIVIL)
_NUMBERS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class CourtPlan:
    """A court of the group. `place` is how companies and addresses of its district begin."""

    code: str
    name: str
    place: str
    is_basic: bool
    weight: float

    @property
    def staffing(self) -> float:
        """How many people it has: the busiest have fewer for each case (案多人少)."""
        return min(self.weight, 1.5)

    @property
    def upper_code(self) -> str:
        """The court above: province letters and two digits fewer."""
        return self.code[:-2]


def group() -> tuple[CourtPlan, ...]:
    """Return the courts of the group, the intermediate court first, then the basic courts by code."""
    plans = []
    for row in sorted(reference.baoding_two_level(), key=lambda r: r.code):
        is_basic = str(row.level.value) == "BASIC"
        place = row.name.removesuffix("人民法院").removesuffix("中级").removeprefix("保定市") or "保定市"
        weight = parameters.COURT_WEIGHTS.get(row.code, 0.9) if is_basic else 2.4
        plans.append(CourtPlan(row.code, row.name, place, is_basic, weight))
    return tuple(plans)


def divisions_of(court: CourtPlan) -> Iterator[tuple[str, DivisionKind]]:
    """Yield names and kinds of a court's divisions; busy basic courts have a tribunal in the country too."""
    yield from _BASIC_DIVISIONS if court.is_basic else _INTERMEDIATE_DIVISIONS
    if court.is_basic and court.weight >= 1.1:
        yield _TRIBUNAL


def courtrooms_of(court: CourtPlan) -> Iterator[tuple[str, int]]:
    """Yield names and seats of a court's courtrooms."""
    count = 10 if not court.is_basic else 4 + round(2 * court.staffing)
    for n in range(min(count, len(_NUMBERS))):
        yield f"第{_NUMBERS[n]}法庭", 120 if n == 0 else 40

"""The list of cases: filters, sorts, pages, and the same rows for an export.

Every sort walks an index of the model, so that a page of a million cases costs what a page of a hundred does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import reduce
from operator import and_
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q

from xiezhi.cases.contracts import Labelled, Stage
from xiezhi.cases.models import Case, SavedView
from xiezhi.cases.models.case import OPEN_DUE_ON, CaseQuerySet
from xiezhi.cases.rules import kinds
from xiezhi.foundation import paging
from xiezhi.identity.models import Court, Division, Person
from xiezhi.law import case_numbers, causes

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor

#: A count beyond this is shown as “超过 10,000”: counting on would cost more than anybody gains.
COUNT_TO = 10_000
PAGE_SIZE = 50
_MOST_CAUSES = 1_500
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_MOST_JUDGES = 200


class DueState(Labelled):
    """How the trial limit of an open case stands."""

    OVERDUE = "OVERDUE", "已超审限"
    WITHIN_3 = "WITHIN_3", "3 天内到期"
    WITHIN_15 = "WITHIN_15", "15 天内到期"
    STOPPED = "STOPPED", "中止、扣除中"


class OpenState(Labelled):
    OPEN = "OPEN", "未结"
    CLOSED = "CLOSED", "已结"


class Sort(StrEnum):
    """An order of the list; the value is what the URL carries."""

    DOCKETED_LATEST = "-docketed_on"
    DOCKETED_FIRST = "docketed_on"
    DUE_FIRST = "due_on"
    DUE_LATEST = "-due_on"
    CLOSED_LATEST = "-closed_on"
    CLOSED_FIRST = "closed_on"
    NUMBER_LATEST = "-number"
    NUMBER_FIRST = "number"


DEFAULT_SORT = Sort.DOCKETED_LATEST
_ORDERS: MappingProxyType[Sort, tuple[str, ...]] = MappingProxyType(
    {
        Sort.DOCKETED_LATEST: ("-docketed_on", "-id"),
        Sort.DOCKETED_FIRST: ("docketed_on", "id"),
        Sort.DUE_FIRST: ("due_on", "id"),
        Sort.DUE_LATEST: ("-due_on", "-id"),
        Sort.CLOSED_LATEST: ("-closed_on", "-id"),
        Sort.CLOSED_FIRST: ("closed_on", "id"),
        Sort.NUMBER_LATEST: ("-year", "-type_code", "-sequence", "-id"),
        Sort.NUMBER_FIRST: ("year", "type_code", "sequence", "id"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """What the list is narrowed to. Empty text and None ask for nothing.

    `words`: a case number in any spelling, or parts of number, party, agent, cause or title.
    `cause`: key or name of a cause; those below it are included.  `judge`: the beginning of a name.
    """

    words: str = ""
    cause: str = ""
    kind: str = ""
    procedure: str = ""
    stage: str = ""
    judge: str = ""
    division_id: int | None = None
    court_code: str = ""
    docketed_from: date | None = None
    docketed_to: date | None = None
    closed_from: date | None = None
    closed_to: date | None = None
    due: str = ""
    state: str = ""
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of the list."""

    case_id: int
    number: str
    title: str
    cause: str
    kind: str
    procedure: str
    court: str
    division: str
    judge: str
    stage: Stage
    docketed_on: date
    due_on: date | None
    clock_stopped: bool
    closed_on: date | None
    outcome: str
    amount: Decimal | None
    restricted: bool
    detained: bool


@dataclass(frozen=True, slots=True)
class CaseList:
    """A page of the list. `count` stops at COUNT_TO; `is_more` says that there are more."""

    rows: tuple[CaseRow, ...]
    next_token: str | None
    previous_token: str | None
    count: int
    is_more: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters offer: courts of the scope (none when only one), divisions of the own court."""

    courts: tuple[tuple[str, str], ...]
    divisions: tuple[tuple[int, str], ...]


def case_list(
    *,
    actor: Actor,
    wanted: CaseFilter,
    today: date,
    sort: Sort = DEFAULT_SORT,
    after: str | None = None,
    before: str | None = None,
    size: int = PAGE_SIZE,
) -> CaseList:
    """Return a page of the cases the actor may see. Raises paging.BadToken for a token that is none."""
    found = filtered(actor=actor, wanted=wanted, today=today, sort=sort)
    count = _count(found)
    page = paging.page_by_key(
        found.values(*_LISTED), order=_ORDERS[sort], after=after, before=before, size=size
    )
    return CaseList(
        rows=tuple(_row(values) for values in page.rows),
        next_token=page.next_token,
        previous_token=page.previous_token,
        count=min(count, COUNT_TO),
        is_more=count > COUNT_TO,
    )


def case_count(*, actor: Actor, wanted: CaseFilter, today: date, sort: Sort = DEFAULT_SORT) -> int:
    """Return how many cases an export would hold, counted to the end."""
    return filtered(actor=actor, wanted=wanted, today=today, sort=sort).count()


def case_rows(
    *, actor: Actor, wanted: CaseFilter, today: date, sort: Sort = DEFAULT_SORT
) -> Iterator[CaseRow]:
    """Yield every row in order, a few thousand at a time, for an export."""
    found = filtered(actor=actor, wanted=wanted, today=today, sort=sort)
    for values in found.values(*_LISTED).order_by(*_ORDERS[sort]).iterator(chunk_size=2000):
        yield _row(values)


def choices(*, actor: Actor, today: date) -> Choices:
    """Return what the filters of the list offer the actor."""
    courts: tuple[tuple[str, str], ...] = ()
    if len(actor.court_codes) > 1:
        found = Court.objects.visible_to(actor).filter(in_group=True).order_by("code", "pk")
        courts = tuple(found.values_list("code", "name"))
    divisions = (
        Division.objects.in_force(today).filter(court_id=actor.court_id).order_by("kind", "name", "pk")
    )
    return Choices(courts, tuple(divisions.values_list("pk", "name")))


def saved_views(*, actor: Actor) -> list[SavedView]:
    """Return the actor's own saved views, by name."""
    return list(SavedView.objects.filter(person_id=actor.person_id).order_by("name", "pk"))


def filtered(*, actor: Actor, wanted: CaseFilter, today: date, sort: Sort = DEFAULT_SORT) -> CaseQuerySet:
    """Return the visible cases that meet the filter, unordered.

    A sort by last day lists open cases whose limit runs, one by closing day closed cases: others have none.
    """
    found = Case.objects.visible_to(actor)
    if wanted.words.strip():
        found = found.filter(words_query(wanted.words))
    if wanted.cause.strip():
        found = found.filter(cause_key__in=cause_keys(wanted.cause))
    if wanted.judge.strip():
        people = Person.objects.filter(name__startswith=wanted.judge.strip()).order_by("name", "pk")
        found = found.filter(judge_id__in=list(people.values_list("pk", flat=True)[:_MOST_JUDGES]))
    if wanted.court_code:
        found = found.filter(court_code=wanted.court_code)
    for name, value in (
        ("kind", wanted.kind),
        ("procedure", wanted.procedure),
        ("stage", wanted.stage),
        ("division_id", wanted.division_id),
        ("docketed_on__gte", wanted.docketed_from),
        ("docketed_on__lte", wanted.docketed_to),
        ("closed_on__gte", wanted.closed_from),
        ("closed_on__lte", wanted.closed_to),
        ("amount__gte", wanted.amount_from),
        ("amount__lte", wanted.amount_to),
    ):
        if value not in (None, ""):
            found = found.filter(**{name: value})
    if wanted.state == OpenState.OPEN:
        found = found.open()
    elif wanted.state == OpenState.CLOSED:
        found = found.closed()
    if wanted.due:
        found = _due(found.open(), wanted.due, today)
    if sort in {Sort.DUE_FIRST, Sort.DUE_LATEST}:
        found = found.open().filter(due_on__isnull=False)
    elif sort in {Sort.CLOSED_FIRST, Sort.CLOSED_LATEST}:
        found = found.closed()
    return found


def words_query(words: str) -> Q:
    """Return the condition for words typed into a search box.

    A whole case number in any spelling is looked up as such; anything else is a phrase of neighbouring
    characters in the search vector, one for each part between spaces and punctuation.
    """
    try:
        number = case_numbers.parse_any(words)
    except ValueError:
        return phrases(words)
    return Q(number=str(number.case))


def phrases(words: str) -> Q:
    """Return the condition that each part of the words stands in number, title, cause or a name."""
    parts = re.findall(r"\w+", words.translate(_DIGITS))[:8]
    if not parts:
        return Q(pk__in=[])
    queries = [SearchQuery(" ".join(part[:60]), config="simple", search_type="phrase") for part in parts]
    return Q(search=reduce(and_, queries))


def cause_keys(text: str) -> list[str]:
    """Return the keys of the causes meant by a key, a name or a part of one, and of all below them."""
    text = text.strip()
    try:
        top = [causes.get(text)]
    except LookupError:
        named = [causes.by_name(text, kind) for kind in causes.CauseKind]
        top = [cause for cause in named if cause is not None] or causes.search(text, limit=200)
    keys: dict[str, None] = {}
    waiting = list(top)
    while waiting and len(keys) < _MOST_CAUSES:
        cause = waiting.pop()
        if cause.key in keys:
            continue
        keys[cause.key] = None
        waiting.extend(causes.children(cause.key))
    return list(keys)


def _due(found: CaseQuerySet, due: str, today: date) -> CaseQuerySet:
    if due == DueState.STOPPED:
        return found.filter(clock_stopped=True)
    # The second condition says nothing new; it lets the planner know how few there are (see `OPEN_DUE_ON`).
    known = found.alias(open_due_on=OPEN_DUE_ON)
    if due == DueState.OVERDUE:
        return known.filter(due_on__lt=today, open_due_on__lt=today)
    until = today + timedelta(days=3 if due == DueState.WITHIN_3 else 15)
    return known.filter(due_on__range=(today, until), open_due_on__range=(today, until))


def _count(found: CaseQuerySet) -> int:
    return found.values("pk")[: COUNT_TO + 1].count()


_LISTED = (
    "id",
    "number",
    "title",
    "cause_name",
    "kind",
    "procedure",
    "court__name",
    "division__name",
    "judge__name",
    "stage",
    "docketed_on",
    "due_on",
    "clock_stopped",
    "closed_on",
    "outcome",
    "amount",
    "restricted",
    "detained",
    # for the order alone
    "year",
    "type_code",
    "sequence",
)


def _row(values: Mapping[str, Any]) -> CaseRow:
    kind = kinds.get(values["kind"])
    return CaseRow(
        case_id=values["id"],
        number=values["number"],
        title=values["title"],
        cause=values["cause_name"],
        kind=kind.name,
        procedure=kind.procedure(values["procedure"]).name,
        court=values["court__name"],
        division=values["division__name"] or "",
        judge=values["judge__name"] or "",
        stage=Stage(values["stage"]),
        docketed_on=values["docketed_on"],
        due_on=values["due_on"],
        clock_stopped=values["clock_stopped"],
        closed_on=values["closed_on"],
        outcome=kind.outcome(values["outcome"]).name if values["outcome"] else "",
        amount=values["amount"],
        restricted=values["restricted"],
        detained=values["detained"],
    )


def procedures() -> Sequence[tuple[str, str]]:
    """Return every procedure once, for the filter, under the words of the first kind that has it."""
    names: dict[str, str] = {}
    for kind in kinds.KINDS.values():
        for procedure in kind.procedures:
            names.setdefault(procedure.key, procedure.name)
    return tuple(names.items())

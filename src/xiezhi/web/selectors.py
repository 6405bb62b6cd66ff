"""Reads of the shell: to-dos and calendar of the desk, the posts of a person, search."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from xiezhi.foundation import notices, todo
from xiezhi.identity import selectors as identity
from xiezhi.identity.contracts import Actor
from xiezhi.law import case_numbers
from xiezhi.web import panels
from xiezhi.web.contracts import DeskDay, DeskGroup, DeskRow, SearchHit
from xiezhi.web.rules import desk as desk_rules

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from xiezhi.identity.models import User

CALENDAR_DAYS = 7
#: More than this nobody works off in a day; the desk shows the most urgent and says how many there are.
DESK_ROWS = 100


@dataclass(frozen=True, slots=True)
class Desk:
    """The whole desk: groups of to-dos, the week from today; `total` to-dos, of which `shown` are here."""

    groups: list[DeskGroup]
    days: list[DeskDay]
    total: int
    shown: int
    today: date


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What was found. `number`: the case number asked for, as the SPC writes it; `exact`: its only case."""

    query: str
    number: str
    hits: list[SearchHit]
    exact: SearchHit | None


@dataclass(frozen=True, slots=True)
class PostChoice:
    """A post the person may act from; `key` is what the switch form sends."""

    key: str
    court_name: str
    title: str
    on_behalf_of: str
    current: bool


def desk(actor: Actor, *, today: date) -> Desk:
    """Return the to-dos addressed to the actor, grouped by urgency, and the calendar of the coming week."""
    waiting = _todos(actor)
    todos = list(waiting[:DESK_ROWS])
    total = len(todos) if len(todos) < DESK_ROWS else waiting.count()
    case_ids = {item.case_id for item in todos if item.case_id is not None}
    numbers: dict[int, str] = {}
    if case_ids:
        for source in panels.case_number_sources.values():
            numbers.update(source(actor, case_ids))
    rows = [
        DeskRow(
            title=item.title,
            url=item.url,
            case_number=numbers.get(item.case_id, "") if item.case_id is not None else "",
            due_on=item.due_on,
            days_left=(item.due_on - today).days if item.due_on else None,
            kind=panels.todo_words.get(item.kind, ""),
            action_url=item.url,
            action="去办理",
        )
        for item in todos
    ]
    until = today + timedelta(days=CALENDAR_DAYS - 1)
    items = [item for source in panels.calendar_sources.values() for item in source(actor, today, until)]
    return Desk(
        groups=desk_rules.group(
            rows,
            others=[row for source in panels.waiting_sources.values() for row in source(actor)],
            in_hand=[row for source in panels.in_hand_sources.values() for row in source(actor)],
        ),
        days=desk_rules.days(items, since=today, count=CALENDAR_DAYS),
        total=total,
        shown=len(rows),
        today=today,
    )


def todo_count(actor: Actor | None) -> int:
    """Return how many to-dos wait for the actor."""
    return _todos(actor).count() if actor is not None else 0


def notice_count(actor: Actor | None) -> int:
    """Return how many messages the actor has not read."""
    return notices.unread_count(actor.person_id) if actor is not None else 0


def post_choices(user: User, actor: Actor, *, on: date) -> list[PostChoice]:
    """Return the posts the user may act from today, with the one in force marked."""
    return [
        PostChoice(
            key=choice.key,
            court_name=choice.court_name,
            title=choice.title,
            on_behalf_of=choice.on_behalf_of,
            current=(
                choice.post_id == actor.on_behalf_of_post_id
                if choice.delegation_id is not None
                else actor.on_behalf_of_post_id is None and choice.post_id == actor.post_id
            ),
        )
        for choice in identity.post_choices(user, on)
    ]


def _todos(actor: Actor) -> QuerySet[todo.TodoItem]:
    return todo.todos_for(
        person_id=actor.person_id,
        role=actor.role.value,
        court_code=actor.court_code,
        division_id=actor.division_id,
    )


def search(actor: Actor, query: str) -> SearchResult:
    """Ask every source for the words; a case number in any spelling that names one case is `exact`."""
    words = " ".join(query.split())[:200]
    if not words:
        return SearchResult(query="", number="", hits=[], exact=None)
    try:
        number = case_numbers.parse_any(words)
    except ValueError:
        number = None
    hits = [hit for source in panels.search_sources.values() for hit in source(actor, words, number)]
    named = [hit for hit in hits if number is not None and hit.case_number == str(number)]
    return SearchResult(
        query=words,
        number=str(number) if number is not None else "",
        hits=hits,
        exact=named[0] if len(named) == 1 else None,
    )

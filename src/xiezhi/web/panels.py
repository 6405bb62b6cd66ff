"""What the desk and the search page show beside the to-dos: sources that `project` names at start.

A source takes the actor and gives back only what that actor may read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date

from xiezhi.identity.contracts import Actor
from xiezhi.law.case_numbers import CaseNumber, LegacyCaseNumber
from xiezhi.web.contracts import DeskItem, DeskRow, SearchHit

#: (actor, first day, last day) -> hearings and last days of the actor in that span
CalendarSource = Callable[[Actor, date, date], Iterable[DeskItem]]
#: (actor, case ids) -> case number by id, for the ids that the actor may read
CaseNumberSource = Callable[[Actor, Collection[int]], Mapping[int, str]]
#: (actor, words as typed, the case number in them if there is one) -> hits, best first
SearchSource = Callable[[Actor, str, CaseNumber | LegacyCaseNumber | None], Iterable[SearchHit]]
#: (actor) -> rows: what the actor asked for and somebody else must do next, or what the actor is working on
RowSource = Callable[[Actor], Iterable[DeskRow]]


calendar_sources: dict[str, CalendarSource] = {}
case_number_sources: dict[str, CaseNumberSource] = {}
search_sources: dict[str, SearchSource] = {}
waiting_sources: dict[str, RowSource] = {}
in_hand_sources: dict[str, RowSource] = {}
#: kind of a to-do -> the word of its badge
todo_words: dict[str, str] = {}


def add_calendar(name: str, source: CalendarSource) -> None:
    """Let the calendar of the desk show `source`; the same name again replaces it."""
    calendar_sources[name] = source


def add_case_numbers(name: str, source: CaseNumberSource) -> None:
    """Let to-dos show the number of the case they belong to."""
    case_number_sources[name] = source


def add_search(name: str, source: SearchSource) -> None:
    """Let the search page look in `source`; sources are asked in the order they were added."""
    search_sources[name] = source


def add_in_hand(name: str, source: RowSource) -> None:
    """Let the desk show, after the to-dos, the work the actor has in hand."""
    in_hand_sources[name] = source


def add_waiting(name: str, source: RowSource) -> None:
    """Let the desk show, after all else, what the actor waits for others to do."""
    waiting_sources[name] = source


def add_todo_words(words: Mapping[str, str]) -> None:
    """Name kinds of to-dos in one short word each."""
    todo_words.update(words)

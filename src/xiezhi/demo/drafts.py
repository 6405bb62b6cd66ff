"""A case while its facts are written, and who acts in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from xiezhi.cases.contracts import (
    Stage,
)
from xiezhi.cases.rules import kinds
from xiezhi.demo.facts import History
from xiezhi.demo.people import Post


@dataclass(frozen=True, slots=True)
class Hand:
    """A post's holder as the journal names who acted."""

    user_id: int | None
    person_id: int | None
    post_id: int | None
    name: str
    title: str
    court_code: str
    on_behalf_of_post_id: int | None = None


@lru_cache(maxsize=4096)
def hand_of(post: Post) -> Hand:
    """Return the holder of a post as an actor."""
    person = post.person
    return Hand(person.user_id, person.id, post.id, person.name, post.full_title, post.court_code)


@dataclass(slots=True)
class Draft:
    """A case while its facts are written. Field names are those of the table."""

    id: int
    court_id: int
    court_code: str
    number: str
    year: int
    type_code: str
    sequence: int
    kind: kinds.CaseKind
    procedure: str
    title: str
    docketed_on: date
    due_on: date | None
    fee: Decimal | None
    stage: Stage = Stage.DOCKETED
    clock_stopped: bool = False
    closed_on: date | None = None
    outcome: str = ""
    effective_on: date | None = None
    archived_on: date | None = None
    division_id: int | None = None
    judge_id: int | None = None
    clerk_id: int | None = None
    version: int = 0
    application: dict[str, Any] = field(default_factory=dict)
    participants: list[int] = field(default_factory=list)
    rows: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    team: list[list[Any]] = field(default_factory=list)
    requests: list[list[Any]] = field(default_factory=list)
    changes: dict[int, list[Any]] = field(default_factory=dict)
    hearings: list[list[Any]] = field(default_factory=list)
    bookings: dict[int, list[tuple[Any, ...]]] = field(default_factory=dict)
    decision: list[Any] | None = None
    services: dict[int, list[Any]] = field(default_factory=dict)


@dataclass(slots=True)
class Below:
    """What is kept of an appealed case until the upper court has decided.

    `application_id`: set aside for the application in the upper court. `history` has only its last fact.
    """

    application_id: int
    draft: Draft
    history: History
    party_ids: dict[int, int]
    todos: list[list[Any]]

"""The values a history is made of: who takes part, what happened when, and what the upper court is
handed.  Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from xiezhi.cases.contracts import ParticipantRole
from xiezhi.cases.rules.kinds import CaseKind
from xiezhi.demo.people import Post
from xiezhi.parties.contracts import PartyKind


@dataclass(frozen=True, slots=True)
class PartyFact:
    """A party as the filing window enters it. The same `serial` is the same party in every case."""

    serial: int
    kind: PartyKind
    name: str
    male: bool = False
    known: bool = False  # entered before, in another case

    @property
    def is_person(self) -> bool:
        return self.kind is PartyKind.PERSON


@dataclass(frozen=True, slots=True)
class Named:
    """A party in a role, with its place among those of the role."""

    party: PartyFact
    role: ParticipantRole
    position: int
    original_role: str = ""


class Fact(NamedTuple):
    """Something that happened. `what` is the name of the service that would have written it; `data` its
    values.
    """

    what: str
    at: datetime
    by: Post
    data: dict[str, Any]


@dataclass(slots=True)
class History:
    """A case, or an application that did not become one, from receipt to where it stands."""

    kind: CaseKind
    procedure: str
    court_code: str
    channel: str
    received_on: date
    review_by: date | None
    cause_key: str
    cause_name: str
    amount: Decimal | None
    claims: str
    statement: str
    parties: tuple[Named, ...]
    restricted: bool = False
    detained: bool = False
    prior: Appeal | None = None
    facts: list[Fact] = field(default_factory=list)
    closed_on: date | None = None
    appeal: Appeal | None = None
    follows: Appeal | None = None


@dataclass(slots=True)
class Appeal:
    """What goes on as another case: up to the upper court, or (`follows`) as the next case of the same court.

    `number` and `below` are filled in by the writer: the case below, and what it has to keep of it until
    the appeal is
    decided.
    """

    kind: CaseKind
    procedure: str
    cause_key: str
    cause_name: str
    amount: Decimal | None
    claims: str
    received_at: datetime
    clerk: Post
    parties: tuple[Named, ...]
    appellant: str
    below_is_ruling: bool
    restricted: bool
    detained: bool
    pronounced_on: date
    number: str = ""
    follows: bool = False
    below: Any = None

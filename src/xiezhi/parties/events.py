"""What the party room records: which party, which fields; never a number, a phone or an address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from xiezhi.foundation.contracts import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyRegistered(Event):
    kind: ClassVar[str] = "parties.registered"
    summary: ClassVar[str] = "登记当事人{masked_name}"
    party_id: int
    party_kind: str
    identity_kind: str
    masked_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyChanged(Event):
    kind: ClassVar[str] = "parties.changed"
    summary: ClassVar[str] = "更新当事人{masked_name}的{fields_text}"
    party_id: int
    masked_name: str
    fields: list[str]
    fields_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyRenamed(Event):
    kind: ClassVar[str] = "parties.renamed"
    summary: ClassVar[str] = "经核对，当事人{before_masked}更名为{after_masked}"
    party_id: int
    before_masked: str
    after_masked: str

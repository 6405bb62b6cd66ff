"""How closely each field of a party is kept.  Pure.

Names and standing of parties are on the notice at the door of the courtroom; identity numbers, phones and
homes are sensitive personal information (个人信息保护法第二十八条).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from xiezhi.parties.contracts import Grade, PartyKind

_FIELDS: Mapping[str, Grade] = MappingProxyType(
    {
        "kind": Grade.PUBLIC,
        "name": Grade.INTERNAL,
        "sex": Grade.INTERNAL,
        "nationality": Grade.INTERNAL,
        "legal_representative": Grade.INTERNAL,
        "identity_kind": Grade.INTERNAL,
        "is_demo": Grade.PUBLIC,
        "born_on": Grade.PERSONAL,
        "identity_number": Grade.PERSONAL,
        "identity_hash": Grade.SECRET,
        "phone": Grade.PERSONAL,
        "address": Grade.PERSONAL,
    }
)
#: What the public credit register shows of an organisation is no secret of it.
_PUBLIC_OF_ORGANISATIONS = frozenset(
    {"name", "identity_kind", "identity_number", "legal_representative", "address"}
)


def grade_of(field: str, kind: PartyKind) -> Grade:
    """Return the grade of a field of a party of the kind. Raises KeyError for a field without a grade."""
    grade = _FIELDS[field]
    if kind is not PartyKind.PERSON and field in _PUBLIC_OF_ORGANISATIONS:
        return Grade.PUBLIC
    return grade


def graded_fields() -> frozenset[str]:
    """Return every field that has a grade."""
    return frozenset(_FIELDS)


def may_see(clearance: Grade, field: str, kind: PartyKind) -> bool:
    """Tell whether a reader cleared up to `clearance` is shown the field whole."""
    return grade_of(field, kind).rank <= clearance.rank

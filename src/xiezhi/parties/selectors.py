"""Parties as a reader may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xiezhi.foundation.encryption import keyed_hash
from xiezhi.parties import policies
from xiezhi.parties.contracts import Grade, IdentityKind, PartyCard, PartyKind, Sex
from xiezhi.parties.models import Party
from xiezhi.parties.rules import grades, masking, numbers

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor


def identity_hash(kind: IdentityKind, number: str) -> str:
    """Return the keyed hash under which a party with this number is found; "" for an empty number."""
    normal = numbers.normalise(number)
    return keyed_hash(f"{kind}:{normal}") if normal else ""


def party_card(party: Party, *, clearance: Grade) -> PartyCard:
    """Show a party to a reader cleared up to a grade; what lies above is masked.

    The caller decides the clearance from the case: its team gets PERSONAL, the rest of the court INTERNAL.
    """
    kind = PartyKind(party.kind)

    def seen(field: str) -> bool:
        return grades.may_see(clearance, field, kind)

    shown = {field: seen(field) for field in ("name", "identity_number", "phone", "address", "born_on")}
    return PartyCard(
        party_id=party.pk,
        kind=kind,
        name=party.name if shown["name"] else party.masked_name,
        identity_kind=IdentityKind(party.identity_kind).label if party.identity_kind else "",
        identity_number=party.identity_number if shown["identity_number"] else party.masked_identity_number,
        phone=party.phone if shown["phone"] else party.masked_phone,
        address=party.address if shown["address"] else party.masked_address,
        sex=Sex(party.sex) if seen("sex") else Sex.UNKNOWN,
        born_on=party.born_on if shown["born_on"] else None,
        nationality=party.nationality if seen("nationality") else "",
        legal_representative=(
            party.legal_representative
            if seen("legal_representative")
            else masking.mask_name(party.legal_representative)
        ),
        is_demo=party.is_demo,
        is_masked=not all(shown.values()),
    )


def party_find(*, actor: Actor, kind: IdentityKind, number: str) -> PartyCard | None:
    """Find a party on file by its identity number, for filling in a form; the number itself was typed in
    full.

    Contact details stay masked: knowing a number does not open the file of another court. Raises
    NotPermitted.
    """
    policies.require(policies.can_look_up_party(actor))
    wanted = identity_hash(kind, number)
    party = Party.objects.filter(identity_hash=wanted).order_by("pk").first() if wanted else None
    return party_card(party, clearance=Grade.INTERNAL) if party else None

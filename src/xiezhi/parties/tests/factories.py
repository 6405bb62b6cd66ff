"""Parties for tests: invented people with valid identity numbers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from xiezhi.parties.contracts import IdentityKind, PartyInput, PartyKind, Sex
from xiezhi.parties.models import Party
from xiezhi.parties.rules import numbers
from xiezhi.parties.selectors import identity_hash


def id_card(n: int, *, region: str = "130602", born_on: date | None = None, male: bool = True) -> str:
    """Return the n-th valid ID card number of an invented person."""
    day = born_on or date(1970, 1, 1) + timedelta(days=n % 12000)
    order = (n // 12000 * 2 + (1 if male else 0)) % 1000
    first = f"{region}{day:%Y%m%d}{order:03d}"
    return first + numbers.id_card_check_character(first)


def credit_code(n: int) -> str:
    """Return the n-th valid unified social credit code."""
    first = f"91130600MA{n:07d}"
    return first + numbers.credit_code_check_character(first)


class PartyFactory(DjangoModelFactory):
    """A man with an ID card; the traits `organisation`, `procuratorate` and `nameless_number` differ."""

    class Meta:
        model = Party

    class Params:
        serial = factory.Sequence(lambda n: n)
        organisation = factory.Trait(
            kind=PartyKind.ORGANISATION.value,
            name=factory.Sequence(lambda n: f"保定测试{n}贸易有限公司"),
            identity_kind=IdentityKind.USCC.value,
            identity_number=factory.LazyAttribute(lambda o: credit_code(o.serial)),
            sex=Sex.UNKNOWN.value,
            legal_representative="测试人",
        )
        procuratorate = factory.Trait(
            kind=PartyKind.PROCURATORATE.value,
            name=factory.Sequence(lambda n: f"测试{n}区人民检察院"),
            identity_kind="",
            identity_number="",
            sex=Sex.UNKNOWN.value,
        )
        without_number = factory.Trait(identity_kind="", identity_number="")

    kind = PartyKind.PERSON.value
    name = factory.Sequence(lambda n: f"{'赵钱孙李周吴郑王'[n % 8]}测{n}")
    identity_kind = IdentityKind.ID_CARD.value
    identity_number = factory.LazyAttribute(lambda o: id_card(o.serial))
    identity_hash = factory.LazyAttribute(
        lambda o: identity_hash(IdentityKind(o.identity_kind), o.identity_number) if o.identity_kind else ""
    )
    phone = factory.LazyAttribute(lambda o: f"138{o.serial:08d}"[:11])
    address = "河北省保定市竞秀区测试路1号"
    sex = Sex.MALE.value


def party_input(name: str = "张测试", **fields: Any) -> PartyInput:
    """Return a person as a form hands it in, without a number unless one is given."""
    return PartyInput(**{"kind": PartyKind.PERSON, "name": name, **fields})

"""Invented values: valid by check character, and nobody's."""

from __future__ import annotations

from datetime import date
from random import Random

from xiezhi.demo import names
from xiezhi.parties.rules import numbers

TODAY = date(2026, 11, 24)


def test_identity_numbers_are_valid_different_and_of_no_county() -> None:
    made = [names.id_card(serial, male=serial % 2 == 0) for serial in range(1, 3_000)]
    made += [names.id_card(serial, male=True) for serial in range(8_000_000, 8_001_000)]
    assert len(set(made)) == len(made)
    for serial, number in zip(range(1, 200), made, strict=False):
        card = numbers.read_id_card(number, on=TODAY)
        assert card is not None
        assert card.born_on == names.birthday(serial)
        assert card.is_male is (serial % 2 == 0)
    assert all(number.startswith("139900") for number in made)


def test_people_are_of_age() -> None:
    days = [names.birthday(serial) for serial in range(20_000)]
    assert min(days) >= date(1955, 1, 1)
    assert max(days) <= date(2003, 12, 31)


def test_credit_codes_are_valid_and_different() -> None:
    made = [names.credit_code(serial) for serial in range(2_000)]
    assert len(set(made)) == len(made)
    assert not [code for code in made if numbers.credit_code_fault(code)]


def test_phones_are_accepted_and_of_the_unused_block() -> None:
    rng = Random(1)
    for _n in range(50):
        phone = names.phone(rng)
        assert numbers.phone_fault(phone) is None
        assert phone.startswith("1990000")


def test_the_same_state_gives_the_same_names() -> None:
    assert [names.person(Random(5), male=True) for _n in range(3)] == [names.person(Random(5), male=True)] * 3
    assert names.company(Random(5), "莲池区") == names.company(Random(5), "莲池区")

"""Parties are kept once, found again by a keyed hash, encrypted at rest and masked for those outside."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection, transaction

from xiezhi.foundation.contracts import COURT_TIME, SYSTEM_ACTOR
from xiezhi.foundation.encryption import SearchedByCiphertext
from xiezhi.foundation.errors import InvalidInput, NotPermitted, NoTransaction
from xiezhi.foundation.models import JournalEntry
from xiezhi.identity.contracts import Actor, Role
from xiezhi.identity.tests.factories import TODAY, CourtFactory, actor_with
from xiezhi.parties import selectors, services
from xiezhi.parties.contracts import Grade, IdentityKind, PartyInput, PartyKind, Sex
from xiezhi.parties.models import Party
from xiezhi.parties.tests.factories import PartyFactory, credit_code, id_card, party_input

pytestmark = pytest.mark.django_db

AT = datetime(TODAY.year, TODAY.month, TODAY.day, 10, tzinfo=COURT_TIME)
NUMBER = id_card(4711)
ZHANG = party_input(
    "张测试",
    identity_kind=IdentityKind.ID_CARD,
    identity_number=NUMBER,
    phone="13800001234",
    address="河北省保定市竞秀区测试路1号",
)


@pytest.fixture
def clerk() -> Actor:
    return actor_with(Role.FILING_CLERK)


def enter(actor: Any, data: PartyInput) -> Party:
    return services.party_find_or_create(actor=actor, data=data, at=AT)


def change(data: PartyInput, **fields: Any) -> PartyInput:
    return PartyInput(**{name: getattr(data, name) for name in data.__slots__} | fields)


def entries(kind: str) -> list[JournalEntry]:
    return list(JournalEntry.objects.filter(kind=kind).order_by("pk"))


class TestFound:
    def test_by_the_number_in_any_spelling_in_any_court(self, clerk: Actor) -> None:
        first = enter(clerk, ZHANG)
        other_court = actor_with(Role.FILING_CLERK, court=CourtFactory())
        for spelling in (NUMBER.lower(), f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}"):
            assert enter(other_court, change(ZHANG, identity_number=spelling)) == first
        assert Party.objects.count() == 1
        assert len(entries("parties.registered")) == 1

    def test_never_by_the_name_alone(self, clerk: Actor) -> None:
        assert enter(clerk, party_input("张测试")) != enter(clerk, party_input("张测试"))

    def test_the_hash_needs_the_key(self, settings: Any) -> None:
        before = selectors.identity_hash(IdentityKind.ID_CARD, NUMBER)
        assert NUMBER not in before
        assert before != selectors.identity_hash(IdentityKind.PASSPORT, NUMBER)
        assert selectors.identity_hash(IdentityKind.ID_CARD, "") == ""
        settings.XIEZHI_HASH_KEY = base64.b64encode(b"another key of thirty-two bytes.").decode()
        assert selectors.identity_hash(IdentityKind.ID_CARD, NUMBER) != before


@pytest.mark.django_db(transaction=True)
def test_four_windows_entering_one_person_make_one_party() -> None:
    clerk = actor_with(Role.FILING_CLERK)

    def window(_n: int) -> int:
        try:
            with transaction.atomic():
                return enter(clerk, ZHANG).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as windows:
        assert len(set(windows.map(window, range(4)))) == 1
    assert Party.objects.count() == 1


class TestAtRest:
    def test_nothing_personal_stands_in_the_tables(self, clerk: Actor) -> None:
        party = enter(clerk, ZHANG)
        with connection.cursor() as cursor:
            cursor.execute("select row_to_json(p)::text from parties_party p where id = %s", [party.pk])
            row = cursor.fetchone()[0]
            cursor.execute(
                "select coalesce(string_agg(payload::text || text, ''), '') from foundation_journalentry"
            )
            journal = cursor.fetchone()[0]
        for secret in (NUMBER, NUMBER[6:14], "13800001234", "测试路1号"):
            assert secret not in row
            assert secret not in journal
        assert "张测试" not in journal
        party.refresh_from_db()
        assert (party.identity_number, party.phone) == (NUMBER, "13800001234")
        assert party.address == "河北省保定市竞秀区测试路1号"

    def test_the_same_number_is_another_token_each_time(self) -> None:
        PartyFactory(phone="13800001234"), PartyFactory(phone="13800001234")
        with connection.cursor() as cursor:
            cursor.execute("select count(distinct phone) from parties_party")
            assert cursor.fetchone()[0] == 2

    def test_an_encrypted_column_is_not_searched(self) -> None:
        with pytest.raises(SearchedByCiphertext):
            Party.objects.filter(identity_number=NUMBER).exists()


class TestChecks:
    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"name": "  "}, "name"),
            ({"name": "长" * 201}, "name"),
            ({"identity_kind": None}, "identity_kind"),
            ({"identity_number": NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")}, "identity_number"),
            ({"kind": PartyKind.ORGANISATION}, "identity_number"),
            ({"born_on": date(1990, 1, 1)}, "born_on"),
            ({"sex": Sex.FEMALE}, "sex"),
            ({"phone": "123"}, "phone"),
        ],
    )
    def test_faults_at_their_fields(self, clerk: Actor, fields: dict[str, Any], field: str) -> None:
        with pytest.raises(InvalidInput) as fault:
            enter(clerk, change(ZHANG, **fields))
        assert list(fault.value.fields) == [field]
        assert not Party.objects.exists()

    def test_the_card_fills_in_birthday_and_sex(self, clerk: Actor) -> None:
        party = enter(clerk, ZHANG)
        assert party.born_on == date(int(NUMBER[6:10]), int(NUMBER[10:12]), int(NUMBER[12:14]))
        assert party.sex == Sex.MALE

    def test_organisations_bring_a_credit_code(self, clerk: Actor) -> None:
        company = change(
            ZHANG,
            kind=PartyKind.ORGANISATION,
            name="保定测试有限公司",
            identity_kind=IdentityKind.USCC,
            identity_number=credit_code(8).lower(),
        )
        assert enter(clerk, company).identity_number == credit_code(8)


class TestUpToDate:
    def test_contact_details_follow_and_are_recorded_by_field_only(self, clerk: Actor) -> None:
        party = enter(clerk, ZHANG)
        enter(clerk, change(ZHANG, phone="13900005678", address=""))
        party.refresh_from_db()
        assert party.phone == "13900005678"
        assert party.address  # what was not given stays
        (entry,) = entries("parties.changed")
        assert entry.payload["fields"] == ["phone"]
        assert "139" not in entry.text

    def test_another_name_under_the_number_must_be_confirmed(self, clerk: Actor) -> None:
        party = enter(clerk, ZHANG)
        with pytest.raises(services.NameDiffers) as fault:
            enter(clerk, change(ZHANG, name="李测试"))
        assert "张测试" not in fault.value.message  # whose number it is stays masked
        party.refresh_from_db()
        assert party.name == "张测试"
        enter(clerk, change(ZHANG, name="张改名", name_confirmed=True))
        party.refresh_from_db()
        assert party.name == "张改名"
        assert entries("parties.renamed")[0].payload["after_masked"] == "张**"


class TestWho:
    @pytest.mark.parametrize("role", [Role.FINANCE, Role.ARCHIVIST, Role.INSPECTOR])
    def test_others_neither_enter_nor_look_up(self, role: Role, clerk: Actor) -> None:
        actor = actor_with(role)
        with pytest.raises(NotPermitted):
            enter(actor, ZHANG)
        with pytest.raises(NotPermitted):
            selectors.party_find(actor=actor, kind=IdentityKind.ID_CARD, number=NUMBER)
        assert enter(clerk, ZHANG).pk

    def test_the_program_itself_may(self) -> None:
        assert enter(SYSTEM_ACTOR, ZHANG).pk

    def test_looking_up_shows_no_contact_details(self, clerk: Actor) -> None:
        enter(clerk, ZHANG)
        card = selectors.party_find(actor=clerk, kind=IdentityKind.ID_CARD, number=NUMBER.lower())
        assert card is not None
        assert card.name == "张测试"
        assert card.is_masked
        assert card.phone == "138****1234"
        assert card.identity_number == NUMBER[:4] + "*" * 10 + NUMBER[-4:]
        assert "测试路" not in card.address
        assert card.born_on is None
        assert selectors.party_find(actor=clerk, kind=IdentityKind.ID_CARD, number=id_card(1)) is None


class TestCards:
    def test_the_case_team_sees_the_whole(self) -> None:
        party = PartyFactory()
        card = selectors.party_card(party, clearance=Grade.PERSONAL)
        assert (card.identity_number, card.phone, card.address) == (
            party.identity_number,
            party.phone,
            party.address,
        )
        assert not card.is_masked

    def test_the_public_sees_a_masked_name_of_people_and_the_register_of_companies(self) -> None:
        person = selectors.party_card(PartyFactory(name="张小明"), clearance=Grade.PUBLIC)
        assert person.name == "张**"
        company = PartyFactory(organisation=True)
        card = selectors.party_card(company, clearance=Grade.PUBLIC)
        assert (card.name, card.identity_number) == (company.name, company.identity_number)
        assert card.phone == company.masked_phone


@pytest.mark.django_db(transaction=True)
def test_entering_a_party_is_part_of_a_larger_change() -> None:
    with pytest.raises(NoTransaction):
        enter(SYSTEM_ACTOR, party_input())

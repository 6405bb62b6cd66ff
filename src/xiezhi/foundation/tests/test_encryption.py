"""Secrets are unreadable in the database, and a damaged one is noticed."""

import base64
from typing import Any

import pytest
from django.db import connection, models
from hypothesis import given
from hypothesis import strategies as st

from xiezhi.foundation import encryption

KEYS = {name: base64.b64encode(name.encode() * 32).decode() for name in "ab"}


@given(st.text())
def test_every_text_comes_back(text: str) -> None:
    token = encryption.encrypt(text)
    assert encryption.decrypt(token) == text
    assert token != encryption.encrypt(text)
    assert len(text) < 4 or text not in token


def test_the_first_key_encrypts_and_all_decrypt(settings: Any) -> None:
    settings.XIEZHI_FIELD_KEYS = {"a": KEYS["a"]}
    old = encryption.encrypt("110101199003071234")
    assert old.startswith("a:")
    settings.XIEZHI_FIELD_KEYS = {"b": KEYS["b"], "a": KEYS["a"]}
    assert encryption.decrypt(old) == "110101199003071234"
    assert encryption.encrypt("x").startswith("b:")
    assert not encryption.is_current(old)
    settings.XIEZHI_FIELD_KEYS = {"b": KEYS["b"]}
    with pytest.raises(encryption.CannotDecrypt):
        encryption.decrypt(old)


def test_a_token_under_another_name_of_key_is_refused(settings: Any) -> None:
    settings.XIEZHI_FIELD_KEYS = {"a": KEYS["a"], "b": KEYS["a"]}
    token = encryption.encrypt("x")
    with pytest.raises(encryption.CannotDecrypt):
        encryption.decrypt("b" + token[1:])


@pytest.mark.parametrize("damage", ["", "x", "t1:", "t1:!!!", "t1:AAAA", "nokey:AAAA"])
def test_what_is_no_token_is_refused(damage: str) -> None:
    with pytest.raises(encryption.CannotDecrypt):
        encryption.decrypt(damage)


def test_every_changed_byte_is_noticed() -> None:
    token = encryption.encrypt("张三")
    key_id, _colon, body = token.partition(":")
    raw = base64.b64decode(body)
    for place in range(len(raw)):
        changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        with pytest.raises(encryption.CannotDecrypt):
            encryption.decrypt(f"{key_id}:{base64.b64encode(changed).decode()}")


def test_a_keyed_hash_finds_again_and_depends_on_the_key(settings: Any) -> None:
    first = encryption.keyed_hash("ID_CARD:110101199003071234")
    assert first == encryption.keyed_hash("ID_CARD:110101199003071234")
    assert len(first) == 64
    assert first != encryption.keyed_hash("ID_CARD:110101199003071235")
    settings.XIEZHI_HASH_KEY = base64.b64encode(b"another key").decode()
    assert first != encryption.keyed_hash("ID_CARD:110101199003071234")


class Secret(models.Model):
    """A table of this test alone."""

    text = encryption.EncryptedTextField(blank=True, default="")

    class Meta:
        app_label = "foundation_tests"
        managed = False

    def __str__(self) -> str:
        return str(self.pk)


@pytest.fixture
def table(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "create temporary table foundation_tests_secret (id bigserial primary key, text text)"
            " on commit drop"
        )


def stored() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("select text from foundation_tests_secret order by id")
        return [row[0] for row in cursor.fetchall()]


def test_a_field_is_encrypted_at_rest(table: None) -> None:
    Secret.objects.create(text="13800000000")
    Secret.objects.create(text="")
    assert "13800000000" not in stored()[0]
    assert stored()[1] == ""
    assert [row.text for row in Secret.objects.order_by("pk")] == ["13800000000", ""]
    Secret.objects.update(text="13900000000")
    assert Secret.objects.order_by("pk").values_list("text", flat=True)[0] == "13900000000"


def test_a_search_that_could_find_nothing_is_an_error(table: None) -> None:
    for lookup in ("text", "text__contains", "text__in"):
        with pytest.raises(encryption.SearchedByCiphertext):
            Secret.objects.filter(**{lookup: "x"})
    assert not Secret.objects.filter(text__isnull=True).exists()


def test_rotation_encrypts_anew_what_older_keys_did(table: None, settings: Any) -> None:
    settings.XIEZHI_FIELD_KEYS = {"a": KEYS["a"]}
    for number in range(7):
        Secret.objects.create(text=f"号码{number}")
    Secret.objects.create(text="")
    settings.XIEZHI_FIELD_KEYS = {"b": KEYS["b"], "a": KEYS["a"]}
    Secret.objects.create(text="新的")
    assert encryption.rotate(Secret, batch=3) == 7
    assert all(token.startswith("b:") for token in stored() if token)
    settings.XIEZHI_FIELD_KEYS = {"b": KEYS["b"]}
    assert [row.text for row in Secret.objects.order_by("pk")] == [
        *(f"号码{n}" for n in range(7)),
        "",
        "新的",
    ]
    assert encryption.rotate(Secret) == 0

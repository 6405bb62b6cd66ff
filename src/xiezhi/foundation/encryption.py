"""Secrets at rest: AES-GCM with named keys, and keyed hashes under which an encrypted value is found again.

A token is `key id:base64(nonce + ciphertext)`. The first of `settings.XIEZHI_FIELD_KEYS` encrypts, every
one of them decrypts; to change keys put the new one first, run `rotate` over what is stored, then drop the
old one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Cast

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.expressions import Expression

_NONCE_BYTES = 12
_LOOKUPS = frozenset({"isnull"})


class CannotDecrypt(ValueError):
    """The stored text is no token of this installation: damaged, or its key is no longer known."""


class SearchedByCiphertext(TypeError):
    """An encrypted column cannot be compared; keep a `keyed_hash` beside it and look for that."""


@lru_cache(maxsize=32)
def _cipher(key: str) -> AESGCM:
    raw = base64.b64decode(key)
    if len(raw) != 32:
        raise ValueError("A field key is 32 bytes in base64")
    return AESGCM(raw)


def _keys() -> dict[str, str]:
    return dict(settings.XIEZHI_FIELD_KEYS)


def encrypt(text: str) -> str:
    """Return a token for the text; two calls give two different tokens."""
    key_id, key = next(iter(_keys().items()))
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = _cipher(key).encrypt(nonce, text.encode(), key_id.encode())
    return f"{key_id}:{base64.b64encode(nonce + sealed).decode()}"


def decrypt(token: str) -> str:
    """Return the text of a token. Raises CannotDecrypt."""
    key_id, colon, body = token.partition(":")
    key = _keys().get(key_id)
    if not colon or key is None:
        raise CannotDecrypt("The stored value names no key of this installation")
    try:
        raw = base64.b64decode(body, validate=True)
        return _cipher(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], key_id.encode()).decode()
    except (binascii.Error, InvalidTag, ValueError) as reason:
        raise CannotDecrypt("The stored value has been damaged") from reason


def is_current(token: str) -> bool:
    """Tell whether the token was made with the key that encrypts now."""
    return token.partition(":")[0] == next(iter(_keys()))


def keyed_hash(text: str) -> str:
    """Return the HMAC-SHA256 of a text in hex: equal for equal texts, useless to whoever lacks the key."""
    return hmac.new(base64.b64decode(settings.XIEZHI_HASH_KEY), text.encode(), hashlib.sha256).hexdigest()


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that the database holds only as a token. Empty stays empty; nothing else can be searched for."""

    def from_db_value(
        self, value: str | None, expression: Expression, connection: BaseDatabaseWrapper
    ) -> str | None:
        """Decrypt what was read."""
        return decrypt(value) if value else value

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt what is to be written."""
        value = super().get_prep_value(value)
        return encrypt(value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        """Refuse comparisons that would silently find nothing. Raises SearchedByCiphertext."""
        if lookup_name not in _LOOKUPS:
            raise SearchedByCiphertext(f"{self.name}: encrypted columns know only isnull, not {lookup_name}")
        return super().get_lookup(lookup_name)


def rotate(model: type[models.Model], *, batch: int = 500) -> int:
    """Encrypt anew what an older key encrypted in the model's encrypted fields; returns how many rows.

    Works in short transactions and may be stopped and repeated at any time.
    """
    names = [field.name for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)]
    if not names:
        return 0
    current = next(iter(_keys()))
    stale = models.Q()
    for name in names:
        stale |= ~models.Q(**{f"{name}_token": ""}) & ~models.Q(
            **{f"{name}_token__startswith": f"{current}:"}
        )
    tokens = {f"{name}_token": Cast(name, models.TextField()) for name in names}
    done, last = 0, None
    while True:
        with transaction.atomic():
            rows = model._default_manager.annotate(**tokens).filter(stale).order_by("pk")
            if last is not None:
                rows = rows.filter(pk__gt=last)
            found = list(rows.select_for_update(of=("self",))[:batch])
            if not found:
                return done
            model._default_manager.bulk_update(found, names)
        done, last = done + len(found), found[-1].pk

"""The installation's secrets: from the environment, or made once and kept in `var/keys.json` (mode 600)."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Keys:
    """Secrets of an installation. `field_keys`: key id to base64 key of 32 bytes, the first one encrypts."""

    secret_key: str
    field_keys: dict[str, str]
    hash_key: str


def _fresh_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def transient() -> Keys:
    """Fixed keys for tests, which must agree between the processes of one run."""
    fixed = base64.b64encode(b"test-key-not-for-any-real-server"[:32]).decode()
    return Keys(secret_key="test-" + "x" * 50, field_keys={"t1": fixed}, hash_key=fixed)


def load(folder: Path) -> Keys:
    """Return the keys from the environment where set, else from `keys.json` in the folder, made when absent.

    Environment: XIEZHI_SECRET_KEY, XIEZHI_FIELD_KEYS (`id:base64,id:base64`), XIEZHI_HASH_KEY.
    """
    from_environment = os.environ.get("XIEZHI_FIELD_KEYS")
    if from_environment and os.environ.get("XIEZHI_HASH_KEY") and os.environ.get("XIEZHI_SECRET_KEY"):
        pairs = (item.split(":", 1) for item in from_environment.split(","))
        return Keys(
            secret_key=os.environ["XIEZHI_SECRET_KEY"],
            field_keys={key_id.strip(): value.strip() for key_id, value in pairs},
            hash_key=os.environ["XIEZHI_HASH_KEY"],
        )
    path = folder / "keys.json"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = {
            "secret_key": secrets.token_urlsafe(50),
            "field_keys": {"k1": _fresh_key()},
            "hash_key": _fresh_key(),
        }
        # Written whole under another name, then linked: another process of the start reads all or nothing.
        fresh = folder / f".keys.{os.getpid()}.json"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(made, file)
        with contextlib.suppress(FileExistsError):  # the other process was first
            os.link(fresh, path)
        fresh.unlink()
    stored = json.loads(path.read_text())
    return Keys(stored["secret_key"], dict(stored["field_keys"]), stored["hash_key"])

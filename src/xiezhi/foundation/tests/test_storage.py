"""Files come out as they went in, or not at all."""

import hashlib
import io
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from xiezhi.foundation import storage
from xiezhi.foundation.tests.world import in_threads

CONTENT = "民事判决书".encode() * 1000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _host, port = server.get_host_and_port()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture(params=["file", "s3"])
def store(
    request: pytest.FixtureRequest, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Any:
    """The local store, and a bucket behind a server that speaks S3."""
    if request.param == "file":
        settings.FILE_STORAGE_URL = f"file://{tmp_path}"
        return storage._store()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    endpoint = request.getfixturevalue("s3_endpoint")
    bucket = f"files-{tmp_path.name[-20:].replace('_', '-').lower().strip('-')}"
    settings.FILE_STORAGE_URL = f"s3://{bucket}/kept?endpoint={endpoint}"
    found = storage._store()
    found.client.create_bucket(Bucket=bucket)  # type: ignore[attr-defined]
    return found


def overwrite(store: Any, digest: str, content: bytes) -> None:
    if isinstance(store, storage.LocalStore):
        store.path(digest).chmod(0o640)
        store.path(digest).write_bytes(content)
    else:
        store.client.put_object(Bucket=store.bucket, Key=store.key(digest), Body=content)


def test_what_is_put_comes_out(store: Any) -> None:
    stored = storage.put(CONTENT)
    assert (stored.digest, stored.size) == (DIGEST, len(CONTENT))
    assert storage.exists(DIGEST)
    assert storage.read(DIGEST) == CONTENT
    with storage.open_file(DIGEST) as file:
        assert file.read() == CONTENT
    assert storage.put(io.BytesIO(CONTENT)) == stored  # once, from a stream too
    assert storage.put(b"").size == 0
    assert storage.read(hashlib.sha256(b"").hexdigest()) == b""


def test_a_large_file_that_does_not_fit_in_memory_at_once(store: Any) -> None:
    content = os.urandom(storage._IN_MEMORY + storage._CHUNK // 2)
    stored = storage.put(io.BytesIO(content))
    assert stored.size == len(content)
    with storage.open_file(stored.digest) as file:
        assert file.read() == content


@pytest.mark.parametrize("damage", [b"", CONTENT[:-1], CONTENT + b"x", b"x" + CONTENT[1:]])
def test_damage_is_noticed_on_every_read_and_mended_by_putting_again(store: Any, damage: bytes) -> None:
    storage.put(CONTENT)
    overwrite(store, DIGEST, damage)
    assert not storage.is_whole(DIGEST)
    with pytest.raises(storage.FileDamaged):
        storage.read(DIGEST)
    with pytest.raises(storage.FileDamaged), storage.open_file(DIGEST):
        pass
    storage.put(CONTENT)
    assert storage.read(DIGEST) == CONTENT


def test_what_is_not_there(store: Any) -> None:
    assert not storage.exists(DIGEST)
    with pytest.raises(storage.FileMissing):
        storage.read(DIGEST)
    with pytest.raises(storage.FileMissing), storage.open_file(DIGEST):
        pass


@pytest.mark.parametrize(
    "name",
    [
        "",
        "../../etc/passwd",
        "/etc/passwd",
        DIGEST.upper(),
        DIGEST + "/x",
        DIGEST[:-1],
        DIGEST + "\n",
        "..",
        "a" * 65,
    ],
)
def test_only_a_hash_is_a_name(store: Any, name: str) -> None:
    for ask in (storage.exists, storage.read, storage.is_whole):
        with pytest.raises(storage.BadDigest):
            ask(name)
    with pytest.raises(storage.BadDigest), storage.open_file(name):
        pass


def test_a_crash_while_writing_leaves_nothing(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FILE_STORAGE_URL = f"file://{tmp_path}"

    def power_cut(*_args: object) -> None:
        raise OSError("no power")

    monkeypatch.setattr(os, "replace", power_cut)
    with pytest.raises(OSError, match="no power"):
        storage.put(CONTENT)
    monkeypatch.undo()
    settings.FILE_STORAGE_URL = f"file://{tmp_path}"
    assert not storage.exists(DIGEST)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    storage.put(CONTENT)
    assert storage.read(DIGEST) == CONTENT


def test_a_source_that_breaks_leaves_nothing(tmp_path: Path, settings: Any) -> None:
    settings.FILE_STORAGE_URL = f"file://{tmp_path}"

    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise ConnectionError("the browser went away")

    source: IO[bytes] = Broken(b"x")
    with pytest.raises(ConnectionError):
        storage.put(source)
    assert list(tmp_path.rglob("*")) == []


def test_many_put_the_same_at_once(tmp_path: Path, settings: Any) -> None:
    settings.FILE_STORAGE_URL = f"file://{tmp_path}"
    start = threading.Barrier(8)

    def put() -> None:
        start.wait(30)
        storage.put(CONTENT)

    with in_threads([put] * 8):
        pass
    assert storage.read(DIGEST) == CONTENT
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize("url", ["ftp://x/y", "file://host/folder", "relative/folder", "s3://", ""])
def test_a_url_that_names_no_store(settings: Any, url: str) -> None:
    settings.FILE_STORAGE_URL = url
    with pytest.raises(ValueError, match="FILE_STORAGE_URL"):
        storage.put(b"x")

"""Files kept under the hash of their content: what was put in is what comes out, or an error.

`settings.FILE_STORAGE_URL` says where: `file:///folder` or `s3://bucket/prefix?endpoint=http://…&region=…`;
keys of S3 come from the usual environment of its client. The same content put twice is kept once. A file is
read whole through `read`, or through `open_file`, which checks the hash before it hands out the first byte.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from django.conf import settings

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

_CHUNK = 1024 * 1024
_IN_MEMORY = 4 * 1024 * 1024
_DIGEST = re.compile(r"[0-9a-f]{64}")


class FileMissing(LookupError):
    """No file is kept under this hash."""


class FileDamaged(OSError):
    """What is kept under this hash is not what was put there."""


class BadDigest(ValueError):
    """A name that is no SHA-256 in hex; nothing else is ever a name here."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A kept file: the hash to find it by, and its size in bytes."""

    digest: str
    size: int


class Store(Protocol):
    """A place for files. `fetch` yields the bytes as they are there, right or wrong."""

    def has(self, digest: str) -> bool: ...
    def keep(self, digest: str, source: IO[bytes], size: int) -> None: ...
    def fetch(self, digest: str) -> Iterator[bytes]: ...


@dataclass(frozen=True, slots=True)
class LocalStore:
    """A folder, two levels deep by the first digits of the hash."""

    folder: Path

    def path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest[2:4] / digest

    def has(self, digest: str) -> bool:
        return self.path(digest).is_file()

    def keep(self, digest: str, source: IO[bytes], size: int) -> None:
        """Write beside the place and move in, so that a crash leaves a whole file or none."""
        target = self.path(digest)
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".incoming-", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                while chunk := source.read(_CHUNK):
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, 0o440)
            os.replace(name, target)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name)
            raise
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def fetch(self, digest: str) -> Iterator[bytes]:
        try:
            file = self.path(digest).open("rb")
        except FileNotFoundError:
            raise FileMissing(digest) from None
        with file:
            while chunk := file.read(_CHUNK):
                yield chunk


@dataclass(frozen=True, slots=True)
class S3Store:
    """A bucket of anything that speaks S3."""

    client: S3Client
    bucket: str
    prefix: str

    def key(self, digest: str) -> str:
        return f"{self.prefix}{digest[:2]}/{digest[2:4]}/{digest}"

    def has(self, digest: str) -> bool:
        from botocore.exceptions import ClientError

        try:
            self.client.head_object(Bucket=self.bucket, Key=self.key(digest))
        except ClientError as reason:
            if reason.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404:
                return False
            raise
        return True

    def keep(self, digest: str, source: IO[bytes], size: int) -> None:
        """Put the object in one request, which appears whole or not at all."""
        self.client.put_object(Bucket=self.bucket, Key=self.key(digest), Body=source, ContentLength=size)

    def fetch(self, digest: str) -> Iterator[bytes]:
        try:
            answer = self.client.get_object(Bucket=self.bucket, Key=self.key(digest))
        except self.client.exceptions.NoSuchKey:
            raise FileMissing(digest) from None
        with contextlib.closing(answer["Body"]) as body:
            yield from body.iter_chunks(_CHUNK)


@lru_cache(maxsize=8)
def _store_at(url: str) -> Store:
    parts = urllib.parse.urlsplit(url)
    if parts.scheme == "file" and not parts.netloc and parts.path.startswith("/"):
        return LocalStore(Path(urllib.parse.unquote(parts.path)))
    if parts.scheme == "s3" and parts.netloc:
        import boto3
        from botocore.config import Config

        query = dict(urllib.parse.parse_qsl(parts.query))
        client = boto3.client(
            "s3",
            endpoint_url=query.get("endpoint"),
            region_name=query.get("region", "us-east-1"),
            config=Config(
                connect_timeout=5,
                read_timeout=60,
                retries={"max_attempts": 3, "mode": "standard"},
                s3={"addressing_style": "path"},
            ),
        )
        prefix = parts.path.strip("/")
        return S3Store(client, parts.netloc, f"{prefix}/" if prefix else "")
    raise ValueError("FILE_STORAGE_URL must be file:///folder or s3://bucket")


def _store() -> Store:
    return _store_at(settings.FILE_STORAGE_URL)


def _checked(digest: str) -> str:
    if not _DIGEST.fullmatch(digest):
        raise BadDigest("A stored file is named by its SHA-256 in hex")
    return digest


def put(source: bytes | IO[bytes]) -> Stored:
    """Keep a content and return its hash and size; what is kept already is checked, not written again."""
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as held:
        hashed, size = hashlib.sha256(), 0
        for chunk in [source] if isinstance(source, bytes) else iter(lambda: source.read(_CHUNK), b""):
            hashed.update(chunk)
            held.write(chunk)
            size += len(chunk)
        digest = hashed.hexdigest()
        if not (_store().has(digest) and is_whole(digest)):
            held.seek(0)
            _store().keep(digest, held, size)
        return Stored(digest, size)


def exists(digest: str) -> bool:
    """Tell whether something is kept under the hash. Raises BadDigest."""
    return _store().has(_checked(digest))


def is_whole(digest: str) -> bool:
    """Tell whether what is kept under the hash is what was put there. Raises BadDigest, FileMissing."""
    hashed = hashlib.sha256()
    for chunk in _store().fetch(_checked(digest)):
        hashed.update(chunk)
    return hashed.hexdigest() == digest


def read(digest: str) -> bytes:
    """Return the content. Raises BadDigest, FileMissing, FileDamaged."""
    content = b"".join(_store().fetch(_checked(digest)))
    if hashlib.sha256(content).hexdigest() != digest:
        raise FileDamaged(f"{digest} is damaged in the file store")
    return content


@contextlib.contextmanager
def open_file(digest: str) -> Iterator[IO[bytes]]:
    """Open a content for reading; all of it has been checked before the first byte is handed out.

    Raises BadDigest, FileMissing, FileDamaged.
    """
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as held:
        hashed = hashlib.sha256()
        for chunk in _store().fetch(_checked(digest)):
            hashed.update(chunk)
            held.write(chunk)
        if hashed.hexdigest() != digest:
            raise FileDamaged(f"{digest} is damaged in the file store")
        held.seek(0)
        yield held

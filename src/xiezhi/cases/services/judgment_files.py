"""Records of published judgments from files: JSON Lines, JSON, text, each also gzipped, and folders of them.

Files are hostile: lines, files and what a gzip unfolds to are bounded, and a record that cannot be read is
reported with its place and reason while the rest goes on.  No Django here, so a dry run needs no database.
"""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from xiezhi.cases.rules.judgments import records

MAX_LINE = 16 * 1024 * 1024
MAX_TEXT_FILE = 8 * 1024 * 1024
MAX_JSON_FILE = 256 * 1024 * 1024
# Court papers shrink to about a fifth; a file that unfolds 300-fold is a bomb.
MAX_UNFOLDING = 300
UNFOLDING_GRACE = 64 * 1024 * 1024
_SUFFIXES = (".jsonl", ".json", ".txt", ".jsonl.gz", ".json.gz", ".txt.gz")


@dataclass(frozen=True, slots=True)
class ReadProblem:
    """A record that could not be read: where it stands and why, in words for who runs the import."""

    file: str
    line: int
    reason: str

    @property
    def place(self) -> str:
        """The file, and the line in it where that says something."""
        return f"{self.file}:{self.line}" if self.line else self.file


class _Bomb(ValueError):
    """A gzip file that unfolds to far more than any text would."""


class _Bounded(io.RawIOBase):
    """Reads a gzip stream and stops when it unfolds beyond what a text of its size can."""

    def __init__(self, raw: BinaryIO, size: int) -> None:
        self._raw = raw
        self._stream = gzip.GzipFile(fileobj=raw)
        self._left = size * MAX_UNFOLDING + UNFOLDING_GRACE

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = self._stream.readinto(buffer)
        self._left -= count
        if self._left < 0:
            raise _Bomb
        return count

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
            self._raw.close()
        super().close()


def read_records(path: Path) -> Iterator[tuple[str, Mapping[str, Any] | ReadProblem]]:
    """Yield (place, record or problem) for every record of a file, or of the files of a folder by name.

    A record is a mapping with the text of the document under `qw` (or `text`, 全文 and the like); a plain
    text file is one record with its name as `docid`.
    """
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.is_file() and not file.name.startswith(".") and _suffix(file):
                yield from _read_file(file, str(file.relative_to(path)))
        return
    if not path.is_file():
        yield str(path), ReadProblem(str(path), 0, "没有这个文件或文件夹。")
        return
    if not _suffix(path):
        yield (
            path.name,
            ReadProblem(path.name, 0, f"不能读取这种文件，可以读取的有：{'、'.join(_SUFFIXES)}。"),
        )
        return
    yield from _read_file(path, path.name)


def _suffix(path: Path) -> str:
    name = path.name.lower()
    return next((suffix for suffix in sorted(_SUFFIXES, key=len, reverse=True) if name.endswith(suffix)), "")


def _read_file(path: Path, name: str) -> Iterator[tuple[str, Mapping[str, Any] | ReadProblem]]:
    suffix = _suffix(path)
    line = 0
    try:
        with _opened(path, suffix) as stream:
            reader = {"jsonl": _jsonl, "json": _json, "txt": _txt}[suffix.split(".")[1]]
            for line, found in reader(stream, path, suffix):
                problem = ReadProblem(name, line, found) if isinstance(found, str) else None
                yield (f"{name}:{line}" if line else name), problem or _checked(found, name, line)
    except _Bomb:
        yield name, ReadProblem(name, line, "压缩文件展开后异常庞大，已停止读取。")
    except (OSError, EOFError, zlib.error) as error:
        yield name, ReadProblem(name, line, f"文件损坏或无法读取：{error}")


def _opened(path: Path, suffix: str) -> BinaryIO:
    raw = path.open("rb")
    if not suffix.endswith(".gz"):
        return raw
    size = path.stat().st_size
    return io.BufferedReader(_Bounded(raw, size), buffer_size=1 << 16)


def _jsonl(stream: BinaryIO, path: Path, suffix: str) -> Iterator[tuple[int, Any]]:
    number = 0
    encoding: str | None = None
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_LINE)
            yield number, f"一行超过 {MAX_LINE // 1024 // 1024} MB，已跳过。"
            continue
        if not line.strip(b" \t\r\n\xef\xbb\xbf\x00"):
            continue
        text, encoding = _decode(line, encoding)
        yield number, _parsed(text)


def _json(stream: BinaryIO, path: Path, suffix: str) -> Iterator[tuple[int, Any]]:
    data = stream.read(MAX_JSON_FILE + 1)
    if len(data) > MAX_JSON_FILE:
        yield 0, f"JSON 文件超过 {MAX_JSON_FILE // 1024 // 1024} MB，请改用一行一条的 JSONL。"
        return
    parsed = _parsed(_decode(data, None)[0])
    if isinstance(parsed, dict) and (listed := records.listed_in(parsed)) is not None:
        parsed = listed
    if isinstance(parsed, list):
        # The place in the array stands for the line, which JSON does not have.
        yield from enumerate(parsed, start=1)
    else:
        yield 0, parsed


def _txt(stream: BinaryIO, path: Path, suffix: str) -> Iterator[tuple[int, Any]]:
    data = stream.read(MAX_TEXT_FILE + 1)
    if len(data) > MAX_TEXT_FILE:
        yield 0, f"文本文件超过 {MAX_TEXT_FILE // 1024 // 1024} MB，不是一份裁判文书。"
        return
    yield 0, {"docid": path.name[: -len(suffix)], "qw": _decode(data, None)[0]}


def _decode(data: bytes, known: str | None) -> tuple[str, str]:
    """Text of bytes in UTF-8, UTF-16 with its mark, or GB18030, which older systems export."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace"), "utf-16"
    for encoding in (known or "utf-8-sig", "utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", errors="replace"), "utf-8-sig"


def _parsed(text: str) -> Any:
    """The JSON value of a text, or, as a string, the reason why there is none."""
    try:
        value = json.loads(text.lstrip("\ufeff"))
    except json.JSONDecodeError as error:
        return f"不是有效的 JSON：第 {error.colno} 个字符处，{error.msg}"
    except RecursionError:
        return "不是有效的 JSON：嵌套过深。"
    except ValueError as error:
        return f"不是有效的 JSON：{error}"
    return "记录应是一个 JSON 对象，而不是一段文字。" if isinstance(value, str) else value


def _checked(value: Any, name: str, line: int) -> Mapping[str, Any] | ReadProblem:
    if not isinstance(value, dict):
        return ReadProblem(name, line, "记录应是一个 JSON 对象。")
    try:
        text = records.text_of(value)
    except TypeError:
        return ReadProblem(name, line, "记录的正文（qw 字段）不是文字。")
    return value if text else ReadProblem(name, line, "记录没有正文（qw 字段为空）。")

"""Files of judgments: every form that is read, every fault that is reported while the rest goes on."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from xiezhi.cases.rules.judgments import read_judgment
from xiezhi.cases.services import judgment_files
from xiezhi.cases.services.judgment_files import ReadProblem, read_records

GOOD = {"docid": "1", "qw": "某某人民法院"}


def read(path: Path) -> tuple[list[dict[str, Any]], list[ReadProblem]]:
    found = [record for _place, record in read_records(path)]
    return (
        [dict(record) for record in found if not isinstance(record, ReadProblem)],
        [record for record in found if isinstance(record, ReadProblem)],
    )


def lines(*rows: object) -> bytes:
    return b"".join(
        row if isinstance(row, bytes) else json.dumps(row, ensure_ascii=False).encode() + b"\n"
        for row in rows
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_file_is_one_record_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "文书.txt").write_bytes("冀0606民初1号〇\n第二行".encode(encoding))

    assert read(tmp_path / "文书.txt") == ([{"docid": "文书", "qw": "冀0606民初1号〇\n第二行"}], [])


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("zipped", [False, True], ids=["plain", "gzip"])
def test_json_lines(tmp_path: Path, encoding: str, zipped: bool) -> None:
    data = "".join(
        json.dumps(row, ensure_ascii=False) + "\n" for row in (GOOD, GOOD | {"docid": "2"})
    ).encode(encoding)
    path = tmp_path / ("a.jsonl.gz" if zipped else "a.jsonl")
    path.write_bytes(gzip.compress(data) if zipped else data)

    assert read(path) == ([GOOD, GOOD | {"docid": "2"}], [])


@pytest.mark.parametrize(
    ("value", "count"), [(GOOD, 1), ([GOOD, GOOD], 2), ([], 0)], ids=["object", "array", "empty"]
)
def test_json(tmp_path: Path, value: object, count: int) -> None:
    (tmp_path / "a.json").write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")

    assert read(tmp_path / "a.json") == ([GOOD] * count, [])


def test_a_folder_is_read_in_order_of_name_others_passed_over(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "2.txt").write_text("乙", encoding="utf-8")
    (tmp_path / "a.jsonl").write_bytes(lines(GOOD))
    (tmp_path / "image.png").write_bytes(b"\x89PNG")
    (tmp_path / ".hidden.txt").write_text("丙", encoding="utf-8")
    places = [place for place, _record in read_records(tmp_path)]

    assert places == ["a.jsonl:1", "b/2.txt"]


def test_a_bad_record_is_reported_with_its_line_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(
        lines(GOOD, b"{broken\n", b"\n", [1], "text", {"docid": "3"}, {"qw": 5}, b"[" * 100_000 + b"\n", GOOD)
    )
    good, problems = read(path)

    assert len(good) == 2
    assert [problem.line for problem in problems] == [2, 4, 5, 6, 7, 8]
    assert next(problem.place for problem in problems) == "a.jsonl:2"
    assert all(problem.reason for problem in problems)
    assert problems[3].reason == "记录没有正文（qw 字段为空）。"


def test_an_endless_line_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judgment_files, "MAX_LINE", 1000)
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines(GOOD, b'{"qw": "' + b"x" * 5000 + b'"}\n', GOOD))
    good, problems = read(path)

    assert len(good) == 2
    assert [problem.line for problem in problems] == [2]


def test_a_gzip_bomb_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judgment_files, "UNFOLDING_GRACE", 1024)
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(b"\n" * 50_000_000))
    good, problems = read(path)

    assert good == []
    assert "异常庞大" in problems[-1].reason


@pytest.mark.parametrize(
    "data", [gzip.compress(lines(*[GOOD] * 50))[:-20], b"no gzip at all"], ids=["cut short", "no gzip"]
)
def test_a_damaged_gzip_is_reported(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(data)
    (tmp_path / "b.txt").write_text("文书", encoding="utf-8")
    good, problems = read(tmp_path)

    assert good[-1]["docid"] == "b"
    assert "损坏" in problems[0].reason


@pytest.mark.parametrize("name", ["none.jsonl", "a.docx"])
def test_what_is_no_file_of_judgments_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.docx").write_bytes(b"PK")

    assert len(read(tmp_path / name)[1]) == 1


@pytest.mark.parametrize(
    "key", ["qw", "QW", "text", "full_text", "fullText", "文书全文", "正文", "qwContent"]
)
@pytest.mark.parametrize("name", ["docid", "docId", "doc_id", "id"])
def test_collections_name_text_and_id_as_they_please(tmp_path: Path, key: str, name: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines({name: 7, key: ["某某人民法院", "民事判决书"], "empty": None}))
    records, problems = read(path)

    facts = read_judgment(records[0])
    assert (facts.docid, facts.court, facts.document_type) == ("7", "某某人民法院", "JUDGMENT")
    assert problems == []


def test_one_object_may_hold_the_records(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"count": 2, "data": [GOOD, {"docid": "2"}]}), encoding="utf-8")
    records, problems = read(path)

    assert records == [GOOD]
    assert [problem.place for problem in problems] == ["a.json:2"]

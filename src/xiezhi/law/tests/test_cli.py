"""The command line: the outside contract line by line, answers for people, and no Django."""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.law import cli, fees, period_inputs

Run = Callable[..., int]
DATA = resources.files("xiezhi.law") / "tests" / "data"


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser(prog="xiezhi")
    cli.add_law_commands(parser.add_subparsers(required=True))
    args = parser.parse_args(["law", *arguments])
    return int(args.run(args))


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Any]:
    def feed_lines(what: str, text: bytes | str, *options: str) -> tuple[int, list[dict[str, Any]]]:
        raw = text if isinstance(text, bytes) else text.encode()
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
        written = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=written))
        code = run(what, "--jsonl", *options)
        return code, [json.loads(line) for line in written.getvalue().splitlines()]

    return feed_lines


def test_fees_by_the_line(feed: Callable[..., Any]) -> None:
    rows = list(csv.DictReader((DATA / "fees_examples.csv").read_text(encoding="utf-8").splitlines()))
    code, answers = feed("fee", "\n".join(row["input_json"] for row in rows))
    assert code == 0
    assert [a["fee_yuan"] for a in answers] == [row["fee_yuan"] for row in rows]
    assert [a["basis"] for a in answers] == [row["basis"] for row in rows]
    for answer in answers:
        assert set(answer["basis"].split("；")) <= set(answer["articles"].split("；"))


def test_a_row_with_its_answer_beside_it(feed: Callable[..., Any]) -> None:
    fee = {"id": "L01", "description": "劳动争议", "kind": "labour", "fee_yuan": "1.00", "basis": "?"}
    assert feed("fee", json.dumps(fee))[1][0]["fee_yuan"] == "10.00"
    row = {"name": "?", "trigger_date": "2026-09-22", "length": 15, "unit": "day", "last_day": "2020-01-01"}
    assert feed("period", json.dumps(row))[1][0]["last_day"] == "2026-10-08"
    moment = {"trigger_time": "2026-02-13T09:30", "length": 48, "unit": "hour"}
    assert feed("period", json.dumps(moment))[1][0]["ends_at"] == "2026-02-15T10:00"


def test_periods_by_the_line(feed: Callable[..., Any]) -> None:
    text = (DATA / "periods_examples.jsonl").read_text(encoding="utf-8")
    code, answers = feed("period", text)
    rows = [json.loads(line) for line in text.splitlines()]
    assert code == 0
    for key in ("last_day", "raw_last_day", "rolled"):
        assert [a[key] for a in answers] == [row[key] for row in rows]


BAD = [
    b"{",
    b"[1]",
    b'"property"',
    b"null",
    b"{}",
    b'{"kind": "property", "amount": NaN}',
    b'{"kind": "property", "amount": 1e400}',
    b'{"kind": "property", "amount": -1}',
    b'{"kind": ["property"]}',
    b"\xff\xfe",
    b'{"kind": "property", "amount": ' + b"9" * 6000 + b"}",
    b"[" * 20000,
    b'{"kind": "\\ud800"}',
    b'{"\\udfff": 1, "kind": "labour"}',
]


@pytest.mark.parametrize("bad", BAD, ids=[repr(b[:24]) for b in BAD])
def test_a_bad_line_answers_on_its_line_and_the_rest_goes_on(feed: Callable[..., Any], bad: bytes) -> None:
    good = b'{"kind": "labour"}'
    code, answers = feed("fee", b"\n".join([good, bad, b"", good, b"", b""]))
    assert code == 1
    assert [next(iter(a)) for a in answers] == ["fee_yuan", "error", "error", "fee_yuan"]
    assert answers[1]["error"]


def test_a_bad_period_line(feed: Callable[..., Any]) -> None:
    lines = [
        '{"trigger_date": "2026-02-30", "length": 1, "unit": "day"}',
        '{"trigger_date": "2026-12-30", "length": 30, "unit": "day"}',
        '{"trigger_date": "2026-09-20", "length": 15, "unit": "day"}',
    ]
    code, answers = feed("period", "\n".join(lines))
    assert code == 1
    assert "不是日期" in answers[0]["error"]
    assert "2027" in answers[1]["error"]
    assert answers[2]["last_day"] == "2026-10-08"
    code, answers = feed("period", lines[1], "--provisional")
    assert (code, answers[0]["provisional"]) == (0, True)


@pytest.mark.parametrize(
    "length", ["1E+999999999", "1E-999999999", "1.5", "0", "-1", "1e400", "100000", "true"]
)
def test_a_length_that_is_no_count_is_refused_at_once(feed: Callable[..., Any], length: str) -> None:
    line = f'{{"trigger_date": "2026-02-01", "length": {length}, "unit": "day"}}'
    assert feed("period", line) == (1, [{"error": "length 应为正整数"}])


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(["property", "divorce", "day", "hour", "defence", "2026-02-30", "2026-02-10", "civil"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(
    [
        "kind", "amount", "amounts", "base", "halve", "simplified", "joined", "procedure", "type", "on", "id",
        "period", "trigger_date", "length", "unit", "rule", "variant", "given_days", "reason", "of", "roll",
        "month_end", "posted_on", "received_on", "input_json", "what",
    ]
)  # fmt: skip


@settings(deadline=None, database=None, max_examples=200)
@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_no_line_ends_the_run(data: dict[str, Any]) -> None:
    line = json.dumps(data).encode()
    for answer in (
        lambda asked: {"fee": str(fees.from_mapping(asked).fee)},
        lambda asked: {"day": str(period_inputs.from_mapping(asked).result.last_day)},
    ):
        (record,) = cli.answer_lines([line], answer)
        assert record.get("error") or record.get("fee") or record.get("day")


def test_numbers_stay_exact_and_reasons_come_when_asked(feed: Callable[..., Any]) -> None:
    code, (answer,) = feed("fee", '\ufeff{"kind": "property", "amount": 12345678901234.565}', "--why")
    assert code == 0
    assert answer["fee_yuan"] == "61728436306.17"
    assert answer["why"][-1]["yuan"] == "61728436306.17"
    row = {"id": "P01", "input_json": '{"kind": "labour"}', "fee_yuan": "10.00"}
    assert feed("fee", json.dumps(row))[1][0]["fee_yuan"] == "10.00"
    code, (answer,) = feed(
        "period",
        '{"id": "appeal_civil_judgment", "trigger_date": "2026-09-20", "posted_on": "2026-10-08"}',
        "--why",
    )
    assert (answer["in_time"], answer["period"]) == (True, "appeal_civil_judgment")
    assert answer["why"][0]["basis"] == "民诉法171"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("fee", "counterclaim", "20万", "--simplified"), ["2,150.00 元", "民诉解释第二百零六条", "负担："]),
        (("fee", "--list"), ["property", "50-300 元", "不交纳"]),
        (("period", "appeal_civil_judgment", "2026-09-20"), ["2026-10-08", "民诉法171", "民诉法85"]),
        (("period", "15d", "2026-09-20", "--rule", "detention"), ["2026-10-05"]),
        (("period", "48h", "2026-02-13T09:30"), ["2026-02-15 10:00"]),
        (
            (
                "period",
                "appeal_civil_judgment",
                "2026-09-20",
                "--posted",
                "20261008",
                "--received",
                "20261012",
            ),
            ["未过期"],
        ),
        (("period", "15d", "2026-12-25", "--provisional"), ["2027-01-11", "暂定"]),
        (("period", "--list"), ["appeal_civil_judgment", "民诉法171"]),
        (
            ("limit", "civ_1_simplified", "2026-01-15", "--exclude", "APPRAISAL:2026-02-01:2026-02-11"),
            ["2026-04-27", "民诉解释243", "还可延长"],
        ),
        (
            ("limit", "civ_1_simplified", "2026-01-15", "--convert", "civ_1_ordinary:2026-03-20"),
            ["2026-07-15"],
        ),
        (("limit", "civ_1_ordinary", "2026-01-15", "--suspend", "2026-02-01"), ["停止计算"]),
        (("limit", "civ_1_ordinary", "2026-01-15", "--extend", "1:3m"), ["2026-10-15"]),
        (
            ("limit", "crim_1", "2026-01-15", "--restart", "REMAND:2026-03-02", "--custody", "yes"),
            ["2026-05-02"],
        ),
        (("limit", "crim_1", "2026-01-15"), ["还可延长：依法至 3个月，无需审批"]),
        (("limit", "crim_fast", "2026-01-15"), ["还可延长：第 1 次至 15日，可能判处有期徒刑超过一年"]),
        (("limit", "pres_pre", "2026-02-13T09:30"), ["2026-02-15 10:00"]),
        (("limit", "civ_foreign", "2026-01-15"), ["不受审限限制"]),
        (("limit", "--list"), ["civ_1_ordinary", "6个月"]),
        (("limit", "civ_1_ordinary", "--reasons"), ["APPRAISAL"]),
        (
            ("number", "(2026)冀0606民初0012"),
            ["（2026）冀0606民初12号", "保定市莲池区人民法院", "民事一审案件"],
        ),
        (("number", "（2026）冀0603民初1号"), ["已撤并"]),
        (("number", "（2014）沈河刑初字第13号"), ["旧式案号"]),
        (("cause", "民间借贷"), ["C04.10.108.03", "借款合同纠纷"]),
        (("cause", "C04.10.108.03"), ["民间借贷纠纷"]),
        (("cause", "妨害安全驾驶", "--kind", "criminal"), ["133之二"]),
        (("day", "2026-10-08", "2026-10-07"), ["工作日", "国庆"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_answers_for_people(
    arguments: tuple[str, ...], words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 0
    out = capsys.readouterr().out
    assert all(word in out for word in words), out


@pytest.mark.parametrize(
    "arguments",
    [
        ("fee", "divorce", "--json"),
        ("fee", "property"),
        ("period", "nothing", "2026-01-01"),
        ("period", "defence", "someday"),
        ("period", "15d", "2026-12-25"),
        ("limit", "nothing", "2026-01-01"),
        ("limit", "civ_1_ordinary", "9999-12-01"),
        ("limit", "civ_1_ordinary", "2026-01-15", "--exclude", "PSYCHIATRIC:2026-02-01"),
        ("limit", "civ_1_ordinary", "2026-01-15", "--extend", "twice"),
        ("number", "x"),
        ("cause", "没有这样的案由"),
        ("cause", "C99"),
        ("day", "2027-01-01"),
    ],
    ids=" ".join,
)
def test_refusals_go_to_the_error_stream(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 1
    captured = capsys.readouterr()
    assert captured.err.strip()
    assert not captured.out


@pytest.mark.parametrize("what", ["fee", "period", "limit"])
def test_wrong_usage_ends_with_two(what: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run(what)
    assert caught.value.code == 2
    assert "--list" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "key", "value"),
    [
        (("fee", "labour", "--json"), "fee_yuan", "10.00"),
        (("period", "15d", "2026-09-20", "--json"), "last_day", "2026-10-08"),
        (("limit", "civ_1_simplified", "2026-01-15", "--json"), "due_on", "2026-04-15"),
        (("number", "2026冀0606民初1", "--json"), "court", "保定市莲池区人民法院"),
        (("day", "2026-10-08", "--json"), "working_day", True),
    ],
)
def test_answers_for_programs(
    arguments: tuple[str, ...], key: str, value: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 0
    assert json.loads(capsys.readouterr().out)[key] == value


def test_causes_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    run("cause", "离婚", "--json", "--limit", "1")
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["name"], found["leaf"], found["kind"]) == ("离婚纠纷", True, "CIVIL")
    assert found["ancestors"][0] == "婚姻家庭、继承纠纷"


def test_the_law_needs_no_django() -> None:
    code = (
        "import sys\n"
        "from xiezhi.law import amounts, calendar, case_numbers, causes, cli, courts, fees, limits,"
        " period_inputs, periods, procedure\n"
        "fees.compute('property', '100000'); causes.search('离婚')\n"
        "bad = sorted(m for m in sys.modules if m.split('.')[0] in ('django', 'psycopg', 'ninja'))\n"
        "sys.exit(', '.join(bad) or 0)"
    )
    source = Path(str(resources.files("xiezhi.law"))).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(source)},
    )
    assert done.returncode == 0, done.stderr

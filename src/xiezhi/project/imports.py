"""The judgment importer as commands: several processes read, one writes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

from tqdm import tqdm

from xiezhi.cases.rules.judgments import read_judgment
from xiezhi.cases.services.judgment_files import ReadProblem, read_records

_CHUNK = 64


def _read_chunk(chunk: list[tuple[str, dict[str, Any]]]) -> list[tuple[str, dict[str, Any] | ReadProblem]]:
    read: list[tuple[str, dict[str, Any] | ReadProblem]] = []
    for place, record in chunk:
        try:
            read.append((place, read_judgment(record).to_json()))
        except Exception as error:  # one text that trips the reader must not end the import of the others
            file, _, line = place.rpartition(":")
            reason = f"读取时出错（{type(error).__name__}）：{error}"
            read.append((place, ReadProblem(file or place, int(line) if line.isdigit() else 0, reason)))
    return read


def read_facts(path: Path, problems: list[ReadProblem]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (place, facts as JSON) in the order of the files; bad records go to `problems`."""

    def good() -> Iterator[tuple[str, dict[str, Any]]]:
        for place, record in read_records(path):
            if isinstance(record, ReadProblem):
                problems.append(record)
            else:
                yield str(place), dict(record)

    def sorted_out(
        read: list[tuple[str, dict[str, Any] | ReadProblem]],
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        for place, facts in read:
            if isinstance(facts, ReadProblem):
                problems.append(facts)
            else:
                yield place, facts

    records = good()
    with ProcessPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        chunks = iter(lambda: list(islice(records, _CHUNK)), [])
        waiting = []
        for chunk in chunks:
            waiting.append(pool.submit(_read_chunk, chunk))
            if len(waiting) > 8:
                yield from sorted_out(waiting.pop(0).result())
        for future in waiting:
            yield from sorted_out(future.result())


def judgments_dry_run(path: Path, *, jsonl: bool) -> int:
    """Read judgments and print what was found; write nothing. Returns 1 when a record could not be read."""
    problems: list[ReadProblem] = []
    count = 0
    for place, facts in tqdm(read_facts(path, problems), unit="份", desc="读取裁判文书", disable=jsonl):
        count += 1
        if jsonl:
            sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")
        elif not facts.get("case_number"):
            tqdm.write(f"{place}：没有找到案号")
    for problem in problems:
        print(f"{problem.place}：{problem.reason}", file=sys.stderr)
    if not jsonl:
        print(f"读取 {count} 份，{len(problems)} 条无法读取。")
    return 1 if problems else 0


def judgments_import(path: Path, *, court_code: str, json_report: bool) -> int:
    """Write judgments as closed cases; print a report. Returns 1 when a record was refused."""
    from django.utils import timezone

    from xiezhi.cases.services import importing
    from xiezhi.foundation import journal
    from xiezhi.project import setup

    setup.prepare_database()
    problems: list[ReadProblem] = []
    report = importing.import_judgments(
        tqdm(read_facts(path, problems), unit="份", desc="导入裁判文书", disable=json_report),
        only_court=court_code,
        at=timezone.now(),
    )
    journal.seal()
    for problem in problems:
        report.refused.append((problem.place, problem.reason))
    if json_report:
        print(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        print(report.describe())
    return 1 if report.refused else 0

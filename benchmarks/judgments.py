"""Judgments: how well and how fast published judgments are read, masked and imported.

The published judgments are no part of the product; without them this says so.  How the labels were made
stands in src/xiezhi/cases/tests/judgments/README.md.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils import timezone

from xiezhi.cases.rules.judgments import read_judgment
from xiezhi.cases.rules.judgments.layout import normalise
from xiezhi.cases.rules.judgments.masking import mask_judgment
from xiezhi.cases.services.importing import import_judgments
from xiezhi.cases.services.judgment_files import ReadProblem
from xiezhi.cases.tests.judgments import scoring
from xiezhi.project import imports

SECTIONS = {"facts": "ajjbqk", "reasoning": "cpfxgc", "result": "pjjg"}
_MASKED = re.compile("[某×Xx*]")
_SPACE = re.compile(r"\s+")


def run() -> None:
    """Print precision and recall by field, agreement of sections, and documents per second."""
    path = scoring.data_path()
    if path is None:
        print(f"   the published judgments are not at hand; set {scoring.VARIABLE} to their file")
        return
    records = list(scoring.records(path))
    facts = [read_judgment(record).to_json() for record in records]
    _fields(facts)
    _sections(records, facts)
    _masking(records, facts)
    _speed(path)


def _fields(facts: list[dict[str, Any]]) -> None:
    count, scores = scoring.score(facts)
    print(f"   {count} labelled judgments        precision   recall       F1")
    for field, score in scores.items():
        print(f"   {field:<28} {score.precision:>10.4f} {score.recall:>8.4f} {score.f1:>8.4f}")


def _sections(records: list[Mapping[str, Any]], facts: list[dict[str, Any]]) -> None:
    """Against the sections that came with the judgments, as overlap in characters."""
    for section, key in SECTIONS.items():
        agreement = [
            _overlap(_plain(str(record["qw"])), _plain(read["sections"][section]), _plain(str(record[key])))
            for record, read in zip(records, facts, strict=True)
            if record.get(key)
        ]
        good = sum(1 for value in agreement if value >= 0.95)
        mean = sum(agreement) / max(len(agreement), 1)
        print(f"   section {section:<20} mean overlap {mean:.4f}, {good} of {len(agreement)} at least 0.95")


def _plain(text: str) -> str:
    return _SPACE.sub("", normalise(text))


def _overlap(whole: str, read: str, given: str) -> float:
    if not read or not given:
        return float(read == given)
    first, second = whole.find(read), whole.find(given)
    if first < 0 or second < 0:
        return 0.0
    shared = min(first + len(read), second + len(given)) - max(first, second)
    return max(0.0, 2 * shared / (len(read) + len(given)))


def _masking(records: list[Mapping[str, Any]], facts: list[dict[str, Any]]) -> None:
    started = time.perf_counter()
    left = people = 0
    for record, read in zip(records, facts, strict=True):
        masked = mask_judgment(normalise(str(record["qw"])), read)
        persons = (party["name"] for party in read["participants"] if party["kind"] == "PERSON")
        names = {name for name in persons if len(name) > 1 and not _MASKED.search(name)}
        people += len(names)
        left += sum(1 for name in names if name in masked)
    print(f"   names of parties left after masking: {left} of {people}")
    _rate("masking, one core", len(records), started)


def _rate(name: str, count: int, started: float, note: str = "") -> None:
    print(f"   {name:<28} {count / (time.perf_counter() - started):>10,.0f} documents a second{note}")


def _speed(path: Path) -> None:
    problems: list[ReadProblem] = []
    started = time.perf_counter()
    _rate("reading, all cores", sum(1 for _ in imports.read_facts(path, problems)), started)
    for name in ("reading and importing", "importing again"):
        started = time.perf_counter()
        report = import_judgments(imports.read_facts(path, problems), at=timezone.now())
        told = f": {report.imported} imported, {report.known} known, {len(report.refused)} refused"
        _rate(name, report.read, started, told)

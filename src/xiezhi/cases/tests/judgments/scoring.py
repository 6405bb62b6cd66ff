"""Precision and recall of the reader against labels made by hand; see README.md beside this file."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xiezhi.cases.services.judgment_files import ReadProblem, read_records

LABELS = Path(__file__).parent / "labels.jsonl"
#: Where the published judgments lie; without it, a folder `shared` beside the checkout is looked at.
VARIABLE = "XIEZHI_JUDGMENTS"
_BESIDE = Path(__file__).parents[6] / "shared" / "data" / "judgments" / "criminal_1200.jsonl.gz"
FIELDS = (
    "court",
    "case_number",
    "case_kind",
    "document_type",
    "instance",
    "participants",
    "causes",
    "decided_on",
    "panel",
    "clerk",
)


def data_path() -> Path | None:
    """The file of real judgments, or None where it is not at hand."""
    path = Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else _BESIDE
    return path if path.exists() else None


def records(path: Path) -> Iterator[Mapping[str, Any]]:
    """The records of the file that can be read."""
    for _place, record in read_records(path):
        if not isinstance(record, ReadProblem):
            yield record


def labels() -> dict[str, dict[str, Any]]:
    """The labels by docid."""
    rows = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    return {row["docid"]: row for row in rows}


def hashed(docid: str, name: str) -> str:
    """A name as the labels hold it: nobody's name is kept with the product."""
    return hashlib.sha256(f"{docid}:{name}".encode()).hexdigest()[:12]


@dataclass(slots=True)
class Score:
    """Hits, what was read beyond the label, and what of the label was missed."""

    hit: int = 0
    extra: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.hit / (self.hit + self.extra) if self.hit + self.extra else 1.0

    @property
    def recall(self) -> float:
        return self.hit / (self.hit + self.missed) if self.hit + self.missed else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def add(self, read: set[Any], label: set[Any]) -> None:
        """Count one document."""
        self.hit += len(read & label)
        self.extra += len(read - label)
        self.missed += len(label - read)


def values(facts: Mapping[str, Any], field: str) -> set[Any]:
    """What was read of one field, in the form of the labels."""
    docid = str(facts["docid"])
    value = facts.get(field)
    if field in ("participants", "panel"):
        return {(hashed(docid, row["name"]), row["role"]) for row in value or ()}
    if field == "causes":
        return set(value or ())
    if field == "clerk":
        return {hashed(docid, value)} if value else set()
    return {value} if value else set()


def labelled(label: Mapping[str, Any], field: str) -> set[Any]:
    """What the label says of one field."""
    value = label[field]
    if field in ("participants", "panel"):
        return {(name, role) for name, role in value}
    if field == "causes":
        return set(value)
    return {value} if value else set()


def score(read: Iterable[Mapping[str, Any]]) -> tuple[int, dict[str, Score]]:
    """How many labelled documents were among those read, and the score of each field."""
    known = labels()
    scores = {field: Score() for field in FIELDS}
    count = 0
    for facts in read:
        label = known.get(str(facts.get("docid")))
        if label is None:
            continue
        count += 1
        for field in FIELDS:
            scores[field].add(values(facts, field), labelled(label, field))
    return count, scores

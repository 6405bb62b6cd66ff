"""The reader against the labels, where the published judgments are at hand."""

from __future__ import annotations

import re

import pytest

from xiezhi.cases.rules.judgments import read_judgment
from xiezhi.cases.tests.judgments import scoring


def test_the_labels_hold_no_name() -> None:
    rows = scoring.labels()

    assert len(rows) >= 100
    for row in rows.values():
        for name, _role in (*row["participants"], *row["panel"]):
            assert re.fullmatch(r"[0-9a-f]{12}", name)


def test_the_target_is_met_on_the_labels() -> None:
    path = scoring.data_path()
    if path is None:
        pytest.skip(f"The published judgments are not at hand; set {scoring.VARIABLE} to their file.")
    known = scoring.labels()
    count, scores = scoring.score(
        read_judgment(record).to_json() for record in scoring.records(path) if str(record["docid"]) in known
    )

    assert count == len(known)
    assert {field: score.f1 for field, score in scores.items() if score.f1 < 0.98} == {}

"""The invented judgments of this folder: every person, company and case in them is made up."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from xiezhi.cases.rules.judgments import read_judgment

FOLDER = Path(__file__).parent / "invented"
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.txt")))


@cache
def text_of(name: str) -> str:
    """The document as a court would publish it."""
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def expected_of(name: str) -> dict[str, Any]:
    """What is to be read from it; `sections` holds beginning and end of each part."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


def facts_of(name: str, **changes: Any) -> tuple[str, dict[str, Any]]:
    """(place, facts) as the reader hands them to the importer."""
    return f"{name}.txt", read_judgment(
        {"docid": f"invented-{name}", "qw": text_of(name)}
    ).to_json() | changes

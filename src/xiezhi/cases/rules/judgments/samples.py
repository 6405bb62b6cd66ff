"""A dozen published judgments of the demonstration's courts, masked by `masking`, for it alone.

Names, birth dates, addresses below the county and numbers are gone, and so is the account of the facts, which
names witnesses and victims; courts, case numbers, charges, reasoning and result are as published.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from typing import Any

_FILE = "samples.json"


def masked_samples() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (place, facts) as `importing.import_judgments` takes them."""
    text = resources.files("xiezhi.cases.rules.judgments").joinpath(_FILE).read_text(encoding="utf-8")
    for number, facts in enumerate(json.loads(text), start=1):
        yield f"{_FILE}:{number}", facts

"""How fast the demonstration courts are loaded, journal, search words and seals included."""

from __future__ import annotations

import os

from xiezhi.demo import loader
from xiezhi.foundation import journal


def run() -> None:
    """Load XIEZHI_BENCH_CASES cases (20,000) and check the journal."""
    cases = int(os.environ.get("XIEZHI_BENCH_CASES", "20000"))
    report = loader.load(cases=cases, seed=1, progress=False)
    print(f"   {cases:,} cases in {report['seconds']:.0f} s, {report['cases_per_second']:,} a second")
    print(f"   {report['journal_entries']:,} journal entries, {report['peak_memory_mib']} MiB at most")
    print(f"   journal whole: {journal.verify().ok}")

"""Run benchmarks in a database of their own and print a table each."""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
import time

#: In the order of docs/performance.md. Each module has `run() -> None`, which prints.
NAMES = ("law", "demo", "pages", "judgments", "journal")


def main(names: list[str]) -> int:
    """Run the named benchmarks (all when none is named); 2 when a name is unknown."""
    unknown = set(names) - set(NAMES)
    if unknown:
        print(f"unknown: {', '.join(sorted(unknown))}; there are: {', '.join(NAMES)}", file=sys.stderr)
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiezhi.project.settings")
    os.environ.setdefault("XIEZHI_DEMO", "1")
    with tempfile.TemporaryDirectory(prefix="xiezhi-bench-") as folder:
        os.environ["XIEZHI_VAR"] = folder
        os.environ.pop("DATABASE_URL", None)
        from xiezhi.project import database

        database.ensure(keep_running=False)
        import django

        django.setup()
        from xiezhi.project import setup, subscriptions

        setup.prepare_database()
        subscriptions.register()
        for name in names or NAMES:
            print(f"\n== {name}")
            started = time.perf_counter()
            importlib.import_module(f"benchmarks.{name}").run()
            print(f"   ({time.perf_counter() - started:.0f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

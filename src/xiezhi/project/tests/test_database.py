"""The embedded server: started once, left alone by whoever comes later, stopped by the last."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import os, sys
from xiezhi.project import database
import psycopg
url = database.ensure(keep_running=sys.argv[1] == "keep")
with psycopg.connect(url) as connection:
    print(connection.execute("select pg_postmaster_start_time()").fetchone()[0].isoformat())
    print(connection.execute("show max_connections").fetchone()[0])
"""


def ensure(folder: Path, how: str) -> list[str]:
    environment = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "XIEZHI_TESTING"}}
    environment |= {"XIEZHI_VAR": str(folder), "PYTHONPATH": "src"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, how],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.split()


def test_a_second_process_does_not_restart_the_server(tmp_path: Path) -> None:
    started, connections = ensure(tmp_path, "keep")
    try:
        assert connections == "200"
        assert ensure(tmp_path, "keep") == [started, "200"]
    finally:
        assert ensure(tmp_path, "stop") == [started, "200"]
    assert not (tmp_path / "pg" / "postmaster.pid").exists()

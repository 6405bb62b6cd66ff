"""The command line as a program of its own: what a terminal does to it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).parents[3]
MAIN = "import sys; from xiezhi.project.cli import main; sys.exit(main(sys.argv[1:]))"


def run(*arguments: str | bytes, encoding: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", MAIN, *arguments],
        capture_output=True,
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONIOENCODING": encoding},
    )


def test_a_terminal_without_chinese_still_gets_the_answer() -> None:
    done = run("law", "fee", "labour", encoding="ascii")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"10.00" in done.stdout


def test_an_argument_that_is_no_text_is_refused_in_words() -> None:
    done = run("law", "number", "--json", b"\xff\xfe", encoding="utf-8")
    assert done.returncode == 1
    assert done.stdout.decode().startswith('{"text": ')

"""The test session: an embedded PostgreSQL that forgets, unless DATABASE_URL names another."""

import os
import tempfile
from pathlib import Path

os.environ["XIEZHI_TESTING"] = "1"
os.environ.setdefault("XIEZHI_DEMO", "1")
os.environ.setdefault("XIEZHI_FILES", "file://" + tempfile.mkdtemp(prefix="xiezhi-files-"))


def pytest_configure() -> None:
    import sys

    sys.path.insert(0, str(Path(__file__).parent / "src"))
    from xiezhi.project import database

    database.ensure(name="pg-test", fast=True)

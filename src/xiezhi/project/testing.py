"""The test session (a pytest plugin, named in pyproject.toml so that it comes before the settings are read).

An embedded PostgreSQL that forgets, unless `DATABASE_URL` names another; stored files go to such a folder.
"""

from __future__ import annotations

import os
import tempfile
from typing import Any

os.environ["XIEZHI_TESTING"] = "1"
os.environ.setdefault("XIEZHI_DEMO", "1")
if "XIEZHI_FILES" not in os.environ:
    os.environ["XIEZHI_FILES"] = "file://" + tempfile.mkdtemp(prefix="xiezhi-files-")

from xiezhi.project import database

database.ensure(name="pg-test", fast=True)


def pytest_configure() -> None:
    """Let the end of a test with committed rows empty the journal, which nothing else may do.

    Properties have no deadline: how long an example takes tells of the machine, not of the program.
    """
    import hypothesis

    hypothesis.settings.register_profile("xiezhi", deadline=None)
    hypothesis.settings.load_profile("xiezhi")

    from django.db.backends.postgresql.operations import DatabaseOperations

    empty = DatabaseOperations.execute_sql_flush

    def empty_the_journal_too(self: DatabaseOperations, sql_list: list[str]) -> Any:
        return empty(self, ["set local session_replication_role = replica", *sql_list])

    setattr(DatabaseOperations, "execute_sql_flush", empty_the_journal_too)  # noqa: B010

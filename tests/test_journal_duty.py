"""Every service that writes puts an entry into the journal; the few that do not are named here, with why.

Read from the code: a new service without an entry fails, and so does a reason that is no longer needed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from xiezhi.foundation import journal
from xiezhi.foundation.contracts import SYSTEM_ACTOR
from xiezhi.foundation.journal import NoTransaction
from xiezhi.foundation.models import JournalEntry
from xiezhi.identity import events
from xiezhi.identity.tests.factories import NOW

SOURCE = Path(__file__).parents[1] / "src" / "xiezhi"
ROOMS = ("identity", "parties", "cases", "hearings")
#: Calls of these write to the database.
WRITES = frozenset(
    {
        "create",
        "save",
        "update",
        "delete",
        "bulk_create",
        "bulk_update",
        "get_or_create",
        "update_or_create",
        "execute",
    }
)
#: module:function -> why it writes without an entry of its own.
EXEMPT = {
    "cases.services.imported_cases:write_drafts": "copies the entries of a case together with the case",
    "cases.services.lists:saved_view_save": "how a person likes the list; nothing of the court",
    "cases.services.lists:saved_view_set_default": "how a person likes the list; nothing of the court",
    "cases.services.lists:saved_view_delete": "how a person likes the list; nothing of the court",
    "cases.services.steps:refresh_search": "recomputes a column from what is recorded",
    "cases.services.steps:save": "the end of a step; the step records",
    "hearings.services:hearings_follow_team": "brings bookings up to an entry, again at every replay",
    "identity.services.tokens:token_use": "notes the latest use of a token, every few minutes at most",
}


def _modules() -> Iterator[Path]:
    for room in ROOMS:
        home = SOURCE / room
        yield from (
            (home / "services").glob("*.py") if (home / "services").is_dir() else [home / "services.py"]
        )


def _called(node: ast.AST) -> set[str]:
    names = set()
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            function = call.func
            if isinstance(function, ast.Name):
                names.add(function.id)
            elif isinstance(function, ast.Attribute):
                names.add(function.attr)
    return names


def _functions() -> dict[str, set[str]]:
    """Return every function and method of the services with the names it calls."""
    found = {}
    for path in _modules():
        module = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                found[f"{module}:{node.name}"] = _called(node)
    return found


def _reach(functions: dict[str, set[str]], goal: frozenset[str]) -> set[str]:
    """Return the functions that call one of the names, themselves or through others of the services."""
    reached: set[str] = set()
    while True:
        names = {key.partition(":")[2] for key in reached} | goal
        more = {key for key, calls in functions.items() if calls & names} - reached
        if not more:
            return reached
        reached |= more


def test_every_service_that_writes_records() -> None:
    functions = _functions()
    assert len(functions) > 200
    writing, recording = _reach(functions, WRITES), _reach(functions, frozenset({"record"}))
    public = {key for key in writing if not key.partition(":")[2].startswith("_")}
    silent = public - recording
    assert silent - set(EXEMPT) == set(), "\n".join(sorted(silent - set(EXEMPT)))
    assert set(EXEMPT) - silent == set(), "these record now, or are gone"


@pytest.mark.django_db(transaction=True)
def test_an_entry_belongs_to_a_transaction() -> None:
    with pytest.raises(NoTransaction):
        journal.record(events.JournalSearched(person="甲"), actor=SYSTEM_ACTOR, court_code="冀0606", at=NOW)
    assert not JournalEntry.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "update foundation_journalentry set text = '改'",
        "update foundation_journalentry set payload = '{}'",
        "delete from foundation_journalentry",
        "truncate foundation_journalentry",
        "update foundation_journalseal set root = root",
        "delete from foundation_journalseal",
        "truncate foundation_journalseal",
    ],
)
def test_the_database_itself_refuses_to_change_the_journal(statement: str) -> None:
    with transaction.atomic():
        journal.record(events.JournalSearched(person="甲"), actor=SYSTEM_ACTOR, court_code="冀0606", at=NOW)
    journal.seal()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

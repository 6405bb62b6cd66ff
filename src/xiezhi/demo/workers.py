"""Worker processes of the loader.  Imports nothing that needs Django, for a worker has to make Django
ready first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xiezhi.demo.loader import Result, Task

_told: Any = None


def begin(counter: Any, database: str) -> None:
    """Make a fresh worker ready.

    `counter` is shared and says how many applications are done; `database` is the one the loader writes
    to, which
    in a test is not the one of the settings.
    """
    global _told
    _told = counter
    import django

    django.setup()
    from django.db import connection

    connection.settings_dict["NAME"] = database


def run(task: Task) -> Result:
    """Make and write the histories of one court."""
    from xiezhi.demo import loader

    return loader.run_court(task, appeals=[], tell=_tell)


def _tell(count: int) -> None:
    with _told.get_lock():
        _told.value += count

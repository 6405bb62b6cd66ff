"""Worker processes of the loader.  Imports nothing that needs Django, for a worker has to make Django
ready first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xiezhi.demo.loader import Result, Task

_told: Any = None


def begin(counter: Any) -> None:
    """Make a fresh worker ready; `counter` is shared and says how many applications are done."""
    global _told
    _told = counter
    import django

    django.setup()


def run(task: Task) -> Result:
    """Make and write the histories of one court."""
    from xiezhi.demo import loader

    return loader.run_court(task, appeals=[], tell=_tell)


def _tell(count: int) -> None:
    with _told.get_lock():
        _told.value += count

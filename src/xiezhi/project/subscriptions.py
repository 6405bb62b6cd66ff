"""Who listens to the journal, what runs every day, and which rooms fill the desk, search and case page.

Rooms do not know the rooms above them; this module introduces them to each other, once per process.
"""

from __future__ import annotations


def register() -> None:
    """Introduce the rooms to each other. Safe to call twice."""

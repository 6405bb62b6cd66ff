"""What a service may answer in place of doing: facts that a page or the API shows as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class Fact(Exception):
    """A fact of the domain with a sentence meant for the person at the screen."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class NotPermitted(Fact):
    """The actor may not do this (403)."""


class Refused(Fact):
    """The state of things does not allow this now (409)."""


class InvalidInput(Fact):
    """What was typed in cannot be right (422). `fields`: field name to the sentences beside it."""

    def __init__(self, message: str = "", fields: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__(message)
        self.fields: dict[str, list[str]] = {name: list(said) for name, said in (fields or {}).items()}


class NoTransaction(RuntimeError):
    """The function writes as part of a larger change and must be called inside that change's transaction."""

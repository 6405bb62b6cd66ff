"""Traces of reading: who looked at a colleague's file, who read or took away the journal.

法发〔2021〕30号 and 法发〔2015〕13号 want supervision to leave traces; those looked at see by whom.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from xiezhi.foundation import journal
from xiezhi.identity import events, policies
from xiezhi.identity.services.people import record

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor
    from xiezhi.identity.models import Person


def _conditions(filters: Mapping[str, str]) -> str:
    return "，".join(f"{label}：{value}" for label, value in filters.items() if value) or str(_("全部"))


@transaction.atomic
def person_file_opened(*, actor: Actor, person: Person, at: datetime) -> None:
    """Note that someone opened another person's file; one's own leaves no trace."""
    if person.pk == actor.person_id:
        return
    record(events.PersonFileOpened(person_id=person.pk, name=person.name), actor=actor, about=person, at=at)


@transaction.atomic
def people_exported(*, actor: Actor, filters: Mapping[str, str], at: datetime) -> None:
    """Note that the register was taken away. Raises NotPermitted."""
    policies.require(policies.can_export_people(actor))
    event = events.PeopleExported(conditions=_conditions(filters))
    journal.record(event, actor=actor, court_code=actor.court_code, subject="people", at=at)


@transaction.atomic
def journal_searched(*, actor: Actor, person: str, at: datetime) -> None:
    """Note that the journal was read for what one person did. Raises NotPermitted."""
    policies.require(policies.can_audit(actor))
    event = events.JournalSearched(person=person)
    journal.record(event, actor=actor, court_code=actor.court_code, subject="journal", at=at)


@transaction.atomic
def journal_exported(*, actor: Actor, filters: Mapping[str, str], count: int, at: datetime) -> None:
    """Note that entries of the journal were taken away. Raises NotPermitted."""
    policies.require(policies.can_export_journal(actor))
    event = events.JournalExported(count=count, conditions=_conditions(filters))
    journal.record(event, actor=actor, court_code=actor.court_code, subject="journal", at=at)

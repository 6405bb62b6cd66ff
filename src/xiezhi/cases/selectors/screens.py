"""Whose words of the journal an auditor does not read: those of restricted cases, unless on their team."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xiezhi.cases.models import Application, Case

if TYPE_CHECKING:
    from xiezhi.foundation.models import JournalEntry
    from xiezhi.identity.contracts import Actor

_APPLICATION = "application:"


def hidden_entries(actor: Actor, entries: Sequence[JournalEntry]) -> set[int]:
    """Return the ids of the entries of restricted cases and applications the actor may not see."""
    of_case = {entry.pk: entry.case_id for entry in entries if entry.case_id is not None}
    of_application = {
        entry.pk: int(number)
        for entry in entries
        if entry.subject.startswith(_APPLICATION)
        and (number := entry.subject.removeprefix(_APPLICATION)).isdecimal()
    }
    cases = set()
    if of_case:
        restricted = Case.objects.filter(pk__in=set(of_case.values()), restricted=True)
        cases = set(restricted.values_list("pk", flat=True))
        cases -= set(restricted.visible_to(actor).values_list("pk", flat=True))
    applications = set()
    if of_application:
        asked = Application.objects.filter(pk__in=set(of_application.values()), restricted=True)
        applications = set(asked.values_list("pk", flat=True))
        applications -= set(asked.visible_to(actor).values_list("pk", flat=True))
    return {pk for pk, case_id in of_case.items() if case_id in cases} | {
        pk for pk, application_id in of_application.items() if application_id in applications
    }

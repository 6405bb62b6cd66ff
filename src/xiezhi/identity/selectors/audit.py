"""What an auditor reads: the journal of the courts in reach, its seals, and entries not delivered."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from xiezhi.foundation import journal
from xiezhi.foundation.contracts import Event
from xiezhi.foundation.journal.sealing import lines
from xiezhi.foundation.models import DeadLetter, JournalEntry, JournalSeal
from xiezhi.foundation.paging import Page, page_by_key
from xiezhi.identity import events, policies
from xiezhi.identity.models import Person
from xiezhi.identity.rules import permissions
from xiezhi.identity.selectors.actors import court_codes_managed, court_codes_registered
from xiezhi.law import case_numbers

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor

#: (actor, case number as the SPC writes it) -> id of the case, if the actor's courts have it
CaseLookup = Callable[["Actor", str], int | None]

#: Words are looked for in this many days unless the span is given: the text of the journal has no index.
TEXT_DAYS = 31
EXPORT_LIMIT = 100_000

_ROOMS = {
    "cases": _("案件"),
    "parties": _("当事人"),
    "hearings": _("开庭"),
    "identity": _("人员、账号和登录"),
    "foundation": _("参数和系统"),
}
_case_lookups: list[CaseLookup] = []
#: (actor, entries) -> ids of those whose words are not for the actor
Screen = Callable[["Actor", Sequence[JournalEntry]], set[int]]
_screens: list[Screen] = []


def add_case_lookup(lookup: CaseLookup) -> None:
    """Let the audit page find a case by its number; the room that keeps cases says how."""
    if lookup not in _case_lookups:
        _case_lookups.append(lookup)


def add_screen(screen: Screen) -> None:
    """Let a room keep the words of entries from auditors; that something was done, and by whom, stays."""
    if screen not in _screens:
        _screens.append(screen)


def _screened(actor: Actor, entries: Sequence[JournalEntry], *, drop: bool = False) -> list[JournalEntry]:
    """Return entries without the words that are not for the actor; `drop` leaves such entries out.

    They are left out where words were looked for: to be found by a name is to give the name away.
    """
    hidden = {pk for screen in _screens for pk in screen(actor, entries)}
    if drop:
        return [entry for entry in entries if entry.pk not in hidden]
    for entry in entries:
        if entry.pk in hidden:
            entry.text, entry.subject, entry.payload = _("限制查看的案件，内容不显示"), "", {}
    return list(entries)


@dataclass(frozen=True, slots=True)
class JournalQuery:
    """What the journal is narrowed to. `kind` is a kind of event, or a room for all of its kinds."""

    court_code: str = ""
    kind: str = ""
    person: str = ""
    case: str = ""
    since: date | None = None
    until: date | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class SealState:
    """The latest seal, how many entries came after it, and when the journal was last recomputed."""

    number: int
    sealed_at: datetime | None
    unsealed: int
    verified: JournalEntry | None


@dataclass(frozen=True, slots=True)
class EntryCheck:
    """Whether an entry still is what was sealed. `seal` is None while it is too young to be under one."""

    digest: str
    seal: JournalSeal | None
    same: bool


def journal_kinds() -> list[tuple[str, str]]:
    """Return the rooms that record, for the filter."""
    known = {kind.partition(".")[0] for kind in _kinds(Event)}
    return [(room, str(label)) for room, label in _ROOMS.items() if room in known]


def _kinds(base: type[Event]) -> Iterator[str]:
    for found in base.__subclasses__():
        if found.kind:
            yield found.kind
        yield from _kinds(found)


def _visible(actor: Actor) -> QuerySet[JournalEntry]:
    policies.require(policies.can_audit(actor))
    if policies.sees_system_entries(actor):
        codes = sorted(actor.court_codes)
        return JournalEntry.objects.filter(Q(court_code__in=codes) | Q(court_code=""))
    return JournalEntry.objects.visible_to(actor)


def _found(actor: Actor, query: JournalQuery, today: date) -> QuerySet[JournalEntry]:
    found = _visible(actor)
    since = query.since
    if query.court_code:
        found = found.filter(court_code=query.court_code)
    if query.kind:
        found = (
            found.filter(kind=query.kind)
            if "." in query.kind
            else found.filter(kind__startswith=f"{query.kind}.")
        )
    if query.person:
        found = found.filter(actor_person_id__in=_people(actor, query.person))
    if query.case:
        found = found.filter(case_id__in=_cases(actor, query.case))
    if query.text:
        found = found.filter(text__contains=query.text)
        if since is None and not query.person and not query.case:
            since = today - timedelta(days=TEXT_DAYS)
    if since is not None:
        found = found.filter(recorded_at__gte=_midnight(since))
    if query.until is not None:
        found = found.filter(recorded_at__lt=_midnight(query.until + timedelta(days=1)))
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _people(actor: Actor, words: str) -> list[int]:
    people = Person.objects.filter(Q(name=words) | Q(staff_number__iexact=words)).filter(
        posts__court__code__in=sorted(court_codes_registered(actor))
    )
    return sorted(set(people.values_list("pk", flat=True)))


def _cases(actor: Actor, words: str) -> list[int]:
    try:
        number = str(case_numbers.parse_any(words))
    except ValueError:
        return []
    ids = [lookup(actor, number) for lookup in _case_lookups]
    return [found for found in ids if found is not None]


def journal_page(
    actor: Actor,
    query: JournalQuery,
    *,
    today: date,
    after: str | None = None,
    before: str | None = None,
    size: int = 50,
) -> Page[JournalEntry]:
    """Return a page of the journal, newest record first. Raises NotPermitted."""
    page = page_by_key(_found(actor, query, today), order=("-id",), after=after, before=before, size=size)
    return replace(page, rows=_screened(actor, page.rows, drop=bool(query.text)))


def journal_export(actor: Actor, query: JournalQuery, *, today: date) -> list[JournalEntry]:
    """Return what an export takes away, newest first, at most EXPORT_LIMIT entries. Raises NotPermitted."""
    policies.require(policies.can_export_journal(actor))
    found = _found(actor, query, today).defer("payload").order_by("-id")[:EXPORT_LIMIT]
    return _screened(actor, list(found), drop=bool(query.text))


def journal_entry_get(actor: Actor, entry_id: int) -> JournalEntry:
    """Return an entry in reach. Raises NotPermitted, JournalEntry.DoesNotExist."""
    return _screened(actor, [_visible(actor).get(pk=entry_id)])[0]


def entry_check(entry: JournalEntry) -> EntryCheck:
    """Recompute the hash of one entry from its row and hold it against the seal over it."""
    line = next(lines("where id = %s", [entry.pk]), b"")
    digest = hashlib.sha256(b"\x00" + line).digest()
    at_or_after = Q(last_position__gt=entry.position) | Q(last_position=entry.position, last_id__gte=entry.pk)
    seal = JournalSeal.objects.filter(at_or_after).order_by("number").first()
    same = False
    if seal is not None:
        wanted = entry.pk.to_bytes(8, "big")
        ids = bytes(seal.ids)
        index = next((i for i in range(seal.count) if ids[8 * i : 8 * i + 8] == wanted), None)
        leaf = b"" if index is None else bytes(seal.leaves)[32 * index : 32 * index + 32]
        same = leaf == digest
    return EntryCheck(digest.hex(), seal, same)


def seal_state() -> SealState:
    """Return how far the journal is sealed and when all of it was last recomputed."""
    latest = JournalSeal.objects.defer("ids", "leaves").order_by("-number").first()
    after = JournalEntry.objects.all()
    if latest is not None:
        after = after.filter(
            Q(position=latest.last_position, id__gt=latest.last_id) | Q(position__gt=latest.last_position)
        )
    verified = (
        JournalEntry.objects.filter(subject="journal", case_id=None, kind=events.JournalVerified.kind)
        .order_by("-id")
        .first()
    )
    return SealState(
        number=latest.number if latest else 0,
        sealed_at=latest.sealed_at if latest else None,
        unsealed=after.count(),
        verified=verified,
    )


def entries_about_person(actor: Actor, person: Person, *, limit: int = 20) -> list[JournalEntry]:
    """Return the latest entries about a person, for that person, the administrator and the auditor."""
    if (
        person.pk != actor.person_id
        and not policies.can_audit(actor)
        and not policies.can_enter_people(actor)
    ):
        return []
    return list(journal.entries_of_subject(f"person:{person.pk}").order_by("-id")[:limit])


def looks_at(person: Person, *, limit: int = 10) -> list[JournalEntry]:
    """Return who looked at a person's file, latest first, for that person to see."""
    found = journal.entries_of_subject(f"person:{person.pk}").filter(kind=events.PersonFileOpened.kind)
    return list(found.order_by("-id")[:limit])


def dead_letters_page(
    actor: Actor, *, open_only: bool, after: str | None = None, before: str | None = None
) -> Page[DeadLetter]:
    """Return a page of entries that were not delivered, latest failure first. Raises NotPermitted."""
    return page_by_key(
        _dead_letters(actor, open_only=open_only),
        order=("-failed_at", "-id"),
        after=after,
        before=before,
        count=True,
    )


def dead_letter_get(actor: Actor, letter_id: int) -> tuple[DeadLetter, JournalEntry | None]:
    """Return one, with its entry. Raises NotPermitted, DeadLetter.DoesNotExist."""
    letter = _dead_letters(actor, open_only=False).get(pk=letter_id)
    entry = JournalEntry.objects.filter(pk=letter.entry_id).first()
    return letter, _screened(actor, [entry])[0] if entry is not None else None


def _dead_letters(actor: Actor, *, open_only: bool) -> QuerySet[DeadLetter]:
    policies.require(policies.can_handle_dead_letters(actor))
    codes: list[str] = sorted(court_codes_managed(actor))
    if permissions.manages_courts_below(actor.role, actor.court_level):
        codes.append("")
    return journal.dead_letters(open_only=open_only).filter(court_code__in=codes)


def payload_rows(entry: JournalEntry) -> list[tuple[str, Any]]:
    """Return the payload as rows for a page, in the order of its keys."""
    payload = entry.payload if isinstance(entry.payload, dict) else {"": entry.payload}
    return sorted(payload.items())

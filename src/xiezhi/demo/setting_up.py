"""The register of people, divisions and rooms as rows and journal entries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from random import Random

from xiezhi.demo import courts
from xiezhi.demo.bench import moment, working
from xiezhi.demo.copying import STAGE, Sink
from xiezhi.demo.drafts import Hand, hand_of
from xiezhi.demo.people import Post, Register
from xiezhi.foundation.contracts import SYSTEM_ACTOR, Event, JournalActor
from xiezhi.foundation.journal import recording
from xiezhi.hearings import events as hearing_events
from xiezhi.identity import events
from xiezhi.identity.contracts import RecusalKind, Role


class _Entries:
    """Stages the entries of setting up."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.place = 0

    def add(self, event: Event, at: datetime, by: JournalActor, court_code: str, subject: str) -> None:
        self.place += 1
        values = recording.render(event, actor=by, court_code=court_code, subject=subject, at=at)
        self.sink.put(STAGE, (self.place, *values))


def write_register(
    register: Register, *, sink: Sink, court_ids: Mapping[str, int], start: date, until: datetime
) -> int:
    """Write everybody; the system set the register up before the first case. Returns how many entries
    were staged.
    """
    rng = Random("setting up")  # noqa: S311 - repeatable invention, no secret
    entries = _Entries(sink)
    names = {court.code: court.name for court in courts.group()}
    first = moment(working(start - timedelta(days=5)), rng)
    for division in register.divisions:
        sink.put(
            "identity_division",
            (
                division.id,
                court_ids[division.court_code],
                division.name,
                division.kind,
                courts.DIVISIONS_SINCE,
                None,
            ),
        )
        event: Event = events.DivisionCreated(
            division_id=division.id,
            division_court_code=division.court_code,
            court_name=names[division.court_code],
            name=division.name,
            division_kind=division.kind,
            valid_from=courts.DIVISIONS_SINCE,
        )
        entries.add(event, first, SYSTEM_ACTOR, division.court_code, f"division:{division.id}")
    for person in register.people:
        # "!" and more is how Django marks an account that no password opens.
        locked = f"!demo{rng.getrandbits(160):040x}"
        sink.put("identity_user", (person.user_id, locked, None, person.staff_number, "", True, False))
        sink.put(
            "identity_person", (person.id, person.user_id, person.name, person.staff_number, person.sex, True)
        )
        subject = f"person:{person.id}"
        event = events.PersonCreated(person_id=person.id, name=person.name, staff_number=person.staff_number)
        entries.add(event, first, SYSTEM_ACTOR, person.court_code, subject)
        event = events.AccountOpened(person_id=person.id, name=person.name, account_id=person.user_id)
        entries.add(event, first, SYSTEM_ACTOR, person.court_code, subject)
    for post in register.posts:
        _write_post(post, entries, court_ids, names, first, start, register, rng)
    for room in register.rooms:
        sink.put("hearings_courtroom", (room.id, court_ids[room.court_code], room.name, room.seats, True))
        event = hearing_events.CourtroomAdded(courtroom_id=room.id, name=room.name)
        entries.add(event, first, SYSTEM_ACTOR, room.court_code, f"courtroom:{room.id}")
    for relation in register.relations:
        kind = RecusalKind.FORMER_CLIENT if "代理" in relation.relation else RecusalKind.RELATIVE
        if "同学" in relation.relation:
            kind = RecusalKind.OTHER
        person = relation.person
        at = moment(working(relation.noted_on), rng)
        sink.put(
            "identity_recusalrelation",
            (relation.id, person.id, kind, relation.name, "", relation.relation, "", at.date()),
        )
        event = events.RelationAdded(
            relation_id=relation.id, person_id=person.id, person_name=person.name, kind_name=kind.label
        )
        own = next(post for post in register.posts if post.person is person and post.until is None)
        entries.add(event, at, hand_of(own), person.court_code, f"person:{person.id}")
    for delegation in register.delegations:
        post = delegation.post
        sink.put(
            "identity_delegation",
            (
                delegation.id,
                post.id,
                delegation.to_person.id,
                delegation.since,
                delegation.until,
                delegation.reason,
                None,
                post.person.id,
            ),
        )
        event = events.DelegationGranted(
            delegation_id=delegation.id,
            from_post_id=post.id,
            from_name=post.person.name,
            to_person_id=delegation.to_person.id,
            to_name=delegation.to_person.name,
            title=post.full_title,
            since=delegation.since,
            until=delegation.until,
            reason=delegation.reason,
        )
        at = min(moment(delegation.since - timedelta(days=1), rng), until)
        entries.add(event, at, hand_of(post), post.court_code, f"delegation:{delegation.id}")
    return entries.place


def _write_post(
    post: Post,
    entries: _Entries,
    court_ids: Mapping[str, int],
    names: Mapping[str, str],
    first: datetime,
    start: date,
    register: Register,
    rng: Random,
) -> None:
    person, division = post.person, post.division
    entries.sink.put(
        "identity_post",
        (
            post.id,
            person.id,
            court_ids[post.court_code],
            division.id if division else None,
            post.role,
            post.title,
            post.since,
            post.until,
        ),
    )
    by: JournalActor = SYSTEM_ACTOR
    at = first
    if post.since >= start:  # appointed while the system was in use, by the court's administrator
        by = _administrator(register, post.court_code)
        at = moment(working(post.since - timedelta(days=3)), rng)
    known_end = post.until if post.until is not None and post.until < start else None
    event: Event = events.PostAppointed(
        appointed_post_id=post.id,
        person_id=person.id,
        person_name=person.name,
        role=post.role,
        title=post.title or post.role.label,
        post_court_code=post.court_code,
        court_name=names[post.court_code],
        division_id=division.id if division else None,
        division_name=division.name if division else "",
        since=post.since,
        until=known_end,
    )
    entries.add(event, at, by, post.court_code, f"post:{post.id}")
    if post.until is not None and known_end is None:
        event = events.PostEnded(
            ended_post_id=post.id,
            person_id=person.id,
            person_name=person.name,
            role=post.role,
            title=post.full_title,
            until=post.until,
            reason="工作调动",
        )
        ended = moment(working(post.until - timedelta(days=3)), rng)
        entries.add(
            event, ended, _administrator(register, post.court_code), post.court_code, f"post:{post.id}"
        )


def _administrator(register: Register, court_code: str) -> Hand:
    return hand_of(
        next(p for p in register.posts if p.court_code == court_code and p.role is Role.ADMINISTRATOR)
    )

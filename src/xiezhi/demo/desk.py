"""The journal and the desks: what every fact leaves behind beside its rows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from xiezhi.demo import parameters
from xiezhi.demo.copying import STAGE, SearchWords, Sink
from xiezhi.demo.drafts import Draft
from xiezhi.foundation.contracts import Event, JournalActor
from xiezhi.foundation.journal import recording


class Desk:
    """Stages entries, opens and closes items, leaves messages, for one court."""

    def __init__(
        self,
        *,
        sink: Sink,
        words: SearchWords,
        court_id: int,
        court_code: str,
        place: str,
        place_base: int,
        until: datetime,
    ) -> None:
        self.sink = sink
        self.words = words
        self.court_id = court_id
        self.court_code = court_code
        self.place = place
        self._place = place_base
        self.until = until
        self._desk_since = until - timedelta(days=parameters.DESK_DAYS)
        self._read_before = until - timedelta(days=parameters.NOTICE_READ_AFTER_DAYS)
        self.sequences: dict[tuple[str, int], int] = {}
        self.party_ids: dict[int, int] = {}
        self.cases = 0
        self.applications = 0
        self.entries = 0
        self._todos: dict[str, list[Any]] = {}
        self._parties: list[int] = []
        self._upper_application = 0
        self._rows: list[tuple[str, tuple[Any, ...]]] = []

    # Journal, desk

    def record(
        self,
        event: Event,
        at: datetime,
        by: JournalActor,
        *,
        case: Draft | None = None,
        court_code: str = "",
        subject: str = "",
    ) -> None:
        """Stage an entry of the journal."""
        values = recording.render(
            event,
            actor=by,
            court_code=case.court_code if case else court_code or self.court_code,
            case_id=case.id if case else None,
            subject=case.number if case else subject,
            at=at,
        )
        self._place += 1
        self.entries += 1
        self.sink.put(STAGE, (self._place, *values))

    def open_todo(
        self,
        key: str,
        kind: str,
        title: str,
        at: datetime,
        url: str,
        *,
        case: Draft | None = None,
        court_code: str = "",
        person_id: int | None = None,
        role: str = "",
        division_id: int | None = None,
        due_on: date | None = None,
    ) -> None:
        """Put an item on a desk."""
        code = court_code or self.court_code
        case_id = case.id if case else None
        self._todos[key] = [
            key,
            kind,
            title[:300],
            code,
            division_id,
            case_id,
            person_id,
            role,
            due_on,
            url,
            at,
            None,
        ]

    def close_todo(self, key: str, at: datetime) -> None:
        """Take an item off the desk."""
        if key in self._todos:
            self._todos[key][-1] = at

    def _put_todos(self) -> None:
        """Write the items of one history; what was done long ago is not kept."""
        for values in self._todos.values():
            if values[-1] is None or values[-1] >= self._desk_since:
                self.sink.put("foundation_todoitem", (self.sink.next_id("foundation_todoitem"), *values))
        self._todos.clear()

    def notify(self, person_id: int, text: str, url: str, case: Draft, at: datetime) -> None:
        """Leave a message, read after some days; old ones are not made."""
        if at < self._desk_since:
            return
        read = at + timedelta(hours=20) if at < self._read_before else None
        self.sink.put(
            "foundation_notice",
            (self.sink.next_id("foundation_notice"), person_id, "", text[:500], url, case.id, at, read),
        )

"""Rows to PostgreSQL by COPY: buffered lines per table, ids given out from ranges that no other court
uses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from django.db import connection

from xiezhi.foundation.journal import recording

STAGE = "demo_journal_stage"
#: An order for equal moments, then what an entry has.
STAGE_COLUMNS = ("place", *recording.COLUMNS)
_FLUSH_AT = 4_000

#: Tables with the columns that are written; what is left out has a default in the database.
TABLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        table: tuple(columns.split())
        for table, columns in {
            "identity_division": "id court_id name kind valid_from valid_to",
            "identity_user": "id password last_login username email is_active must_change_password",
            "identity_person": "id user_id name staff_number sex is_demo",
            "identity_post": "id person_id court_id division_id role title since until",
            "identity_delegation": (
                "id from_post_id to_person_id since until reason revoked_on granted_by_person_id"
            ),
            "identity_recusalrelation": "id person_id kind name identity_hash relation note noted_on",
            "hearings_courtroom": "id court_id name seats in_use",
            "parties_party": (
                "id kind name identity_kind identity_number identity_hash phone address sex born_on "
                "nationality legal_representative is_demo"
            ),
            "cases_application": (
                "id court_id court_code kind procedure channel status cause_key cause_name claims facts "
                "amount prior_number received_on review_by restricted detained decided_on refusal_reason "
                "refusal_basis refusal_number case_id client_token materials version"
            ),
            "cases_applicationparticipant": "id application_id party_id role original_role name position",
            "cases_correction": "id application_id items requested_on answer_by answered_on answer",
            "cases_case": (
                "id court_id court_code number year type_code sequence kind procedure stage cause_key "
                "cause_name title received_on docketed_on due_on clock_stopped closed_on outcome "
                "effective_on archived_on division_id judge_id clerk_id amount fee restricted detained "
                "merged_into_id source source_reference version search"
            ),
            "cases_teammember": "id case_id person_id role since until",
            "cases_caselink": "id case_id kind other_id other_number note",
            "cases_participant": (
                "id case_id party_id role original_role name position joined_on left_on left_reason"
            ),
            "cases_agent": (
                "id participant_id kind name firm licence_number authority authority_detail since until"
            ),
            "cases_approvalrequest": (
                "id case_id kind status payload summary reason basis requested_by_person_id "
                "requested_by_name requested_at approver_role approver_court_code approver_division_id "
                "decide_by decided_by_person_id decided_by_name decided_at opinion"
            ),
            "cases_clockchange": (
                "id case_id kind reason since until step add_months add_days procedure_from procedure_to "
                "basis request_id"
            ),
            "cases_decision": (
                "id case_id outcome document decided_on pronounced_on result reasoning facts "
                "cited_articles appeal_period effective_on"
            ),
            "cases_decisionservice": (
                "id decision_id participant_id mode served_on appeal_until appeal_posted_on "
                "appeal_received_on appeal_in_time"
            ),
            "hearings_hearing": (
                "id case_id court_code room_id kind status starts_at ends_at reason postpones_id"
            ),
            "hearings_roombooking": "id hearing_id slot",
            "hearings_personbooking": "id hearing_id person_id slot",
            "foundation_todoitem": (
                "id key kind title court_code division_id case_id person_id role due_on url opened_at "
                "closed_at"
            ),
            "foundation_notice": "id person_id key text url case_id created_at read_at",
        }.items()
    }
)

#: The most rows of a table that an application can lead to; ids are set aside accordingly and gaps are left.
ROWS_PER_APPLICATION: Mapping[str, int] = MappingProxyType(
    {
        "parties_party": 4,
        "cases_application": 3,
        "cases_applicationparticipant": 5,
        "cases_correction": 1,
        "cases_case": 2,
        "cases_teammember": 12,
        "cases_caselink": 2,
        "cases_participant": 5,
        "cases_agent": 5,
        "cases_approvalrequest": 4,
        "cases_clockchange": 4,
        "cases_decision": 2,
        "cases_decisionservice": 5,
        "hearings_hearing": 2,
        "hearings_roombooking": 2,
        "hearings_personbooking": 10,
        "foundation_todoitem": 10,
        "foundation_notice": 6,
    }
)
#: Room for standing parties, and for courts so small that averages do not hold.
_FOR_SMALL_COURTS = 40


def ids_before(applications: int, courts: int) -> dict[str, int]:
    """Return the highest id set aside in each table for this many applications of this many courts."""
    return {
        table: rows * applications + _FOR_SMALL_COURTS * courts
        for table, rows in ROWS_PER_APPLICATION.items()
    }


def line(values: Iterable[Any]) -> str:
    """Return a row in COPY's text format."""
    cells = []
    for value in values:
        if value is None:
            cells.append("\\N")
        elif type(value) is str:
            if "\\" in value:
                value = value.replace("\\", "\\\\")
            if "\n" in value or "\t" in value or "\r" in value:
                value = value.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
            cells.append(value)
        else:
            cells.append(str(value))
    return "\t".join(cells) + "\n"


class Sink:
    """Lines on their way into tables. `next_id` counts from the base of this court's range."""

    def __init__(self, bases: Mapping[str, int]) -> None:
        self._next = dict(bases)
        self._lines: dict[str, list[str]] = {}
        self.rows = 0

    def next_id(self, table: str) -> int:
        """Return the next id of this court in a table."""
        self._next[table] = number = self._next.get(table, 0) + 1
        return number

    def highest(self, table: str) -> int:
        """Return the last id given out."""
        return self._next.get(table, 0)

    def put(self, table: str, values: Iterable[Any]) -> None:
        """Buffer a row; a full buffer goes out."""
        lines = self._lines.setdefault(table, [])
        lines.append(line(values))
        if len(lines) >= _FLUSH_AT:
            self._send(table, lines)

    def flush(self) -> None:
        """Send whatever is buffered."""
        for table, lines in self._lines.items():
            if lines:
                self._send(table, lines)

    def _send(self, table: str, lines: list[str]) -> None:
        columns = STAGE_COLUMNS if table == STAGE else TABLES[table]
        statement = f"copy {table} ({', '.join(columns)}) from stdin"
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write("".join(lines).encode())
        self.rows += len(lines)
        lines.clear()


def stage_create() -> None:
    """Make the staging table anew; it holds entries until all are there and can be put in order of time."""
    columns = ", ".join(recording.COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(f"drop table if exists {STAGE}")
        cursor.execute(
            f"create unlogged table {STAGE} as select 0::bigint as place, {columns}"  # noqa: S608
            " from foundation_journalentry limit 0"
        )


def stage_into_journal() -> int:
    """Write the staged entries into the journal in order of time, in the caller's transaction.

    Returns how many.
    """
    columns = ", ".join(recording.COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute("set local work_mem = '256MB'")
        cursor.execute(
            f"insert into foundation_journalentry ({columns})"  # noqa: S608
            f" select {columns} from {STAGE} order by at, place"
        )
        count = int(cursor.rowcount)
        cursor.execute(f"drop table {STAGE}")
    return count


def sequences_raise() -> None:
    """Let the ids of every table that was written go on after the highest one."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(
                f"select setval(pg_get_serial_sequence('{table}', 'id'), greatest(max(id), 1)) from {table}"  # noqa: S608
            )


class SearchWords:
    """Search vectors as `cases.services.steps.refresh_search` would compute them.

    Every character stands alone there, so it is enough to know of each what PostgreSQL's parser makes of
    it, which
    depends on the locale of the database; it is asked once for each character.
    """

    def __init__(self) -> None:
        self._lexemes: dict[str, str] = {}
        self._ask(map(chr, (*range(0x20, 0x7F), *range(0x4E00, 0x9FA6))))

    def _ask(self, characters: Iterable[str]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "select c, array_to_string(tsvector_to_array(to_tsvector('simple', c)), '')"
                " from unnest(%s::text[]) c",
                [sorted(characters)],
            )
            self._lexemes.update(cursor.fetchall())

    def vector(self, text: str) -> str:
        """Return the text's vector in the form COPY reads."""
        lexemes = self._lexemes
        if unknown := {c for c in text if c not in lexemes}:
            self._ask(unknown)
        places: dict[str, list[str]] = {}
        place = 0
        for character in text:
            if lexeme := lexemes[character]:
                place += 1
                places.setdefault(lexeme, []).append(str(place))
        return " ".join(f"'{_quoted(lexeme)}':{','.join(found)}" for lexeme, found in places.items())


def _quoted(lexeme: str) -> str:
    return lexeme.replace("\\", "\\\\").replace("'", "''")

"""The record of everything that happened: written with the change itself, sealed, and read by many.

See `models.JournalEntry` for its order, `sealing` for what a seal is, `delivery` for how it is read.
"""

from xiezhi.foundation.errors import NoTransaction
from xiezhi.foundation.journal.delivery import Delivery, deliver, replay, subscribe, subscribers, unsubscribe
from xiezhi.foundation.journal.letters import (
    DeadLetterIsDone,
    dead_letter_give_up,
    dead_letter_retry,
    dead_letters,
)
from xiezhi.foundation.journal.reading import entries_of_case, entries_of_subject, entries_visible_to
from xiezhi.foundation.journal.recording import EntryRow, bulk, copy_rows, record, render
from xiezhi.foundation.journal.sealing import seal
from xiezhi.foundation.journal.verification import Report, verify

__all__ = [
    "DeadLetterIsDone",
    "Delivery",
    "EntryRow",
    "NoTransaction",
    "Report",
    "bulk",
    "copy_rows",
    "dead_letter_give_up",
    "dead_letter_retry",
    "dead_letters",
    "deliver",
    "entries_of_case",
    "entries_of_subject",
    "entries_visible_to",
    "record",
    "render",
    "replay",
    "seal",
    "subscribe",
    "subscribers",
    "unsubscribe",
    "verify",
]

"""What an auditor and an administrator set going: recomputing the journal, delivery once more, settings."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from xiezhi.foundation import court_settings, journal
from xiezhi.identity import events, policies, selectors

if TYPE_CHECKING:
    from xiezhi.foundation.models import CourtSetting, DeadLetter
    from xiezhi.identity.contracts import Actor


def journal_verify(*, actor: Actor, at: datetime) -> journal.Report:
    """Recompute the whole journal, and record what came of it. Raises NotPermitted."""
    policies.require(policies.can_audit(actor))
    report = journal.verify()
    event = events.JournalVerified(
        ok=report.ok,
        outcome=str(_("完整")) if report.ok else report.reason,
        entries=report.entries,
        seals=report.seals,
        first_bad=report.first_bad,
    )
    with transaction.atomic():
        journal.record(event, actor=actor, court_code=actor.court_code, subject="journal", at=at)
    return report


@transaction.atomic
def dead_letter_retry(*, actor: Actor, letter_id: int, at: datetime) -> DeadLetter:
    """Have an entry delivered once more. Raises DeadLetter.DoesNotExist, NotPermitted, DeadLetterIsDone."""
    letter, _entry = selectors.dead_letter_get(actor, letter_id)
    managed = selectors.court_codes_managed(actor)
    policies.require(policies.can_handle_dead_letter(actor, letter.court_code, managed))
    return journal.dead_letter_retry(dead_letter_id=letter.pk, actor=actor, at=at)


@transaction.atomic
def dead_letter_give_up(*, actor: Actor, letter_id: int, reason: str, at: datetime) -> DeadLetter:
    """Stop delivering an entry.

    Raises DeadLetter.DoesNotExist, NotPermitted, InvalidInput, DeadLetterIsDone.
    """
    letter, _entry = selectors.dead_letter_get(actor, letter_id)
    managed = selectors.court_codes_managed(actor)
    policies.require(policies.can_handle_dead_letter(actor, letter.court_code, managed))
    return journal.dead_letter_give_up(dead_letter_id=letter.pk, reason=reason, actor=actor, at=at)


@transaction.atomic
def setting_change(
    *, actor: Actor, court_code: str, key: str, value: Any, valid_from: date, reason: str, at: datetime
) -> CourtSetting:
    """Enter a court's value of a setting from a day on; None goes back to the default.

    Raises NotPermitted, UnknownSetting, InvalidInput.
    """
    managed = selectors.court_codes_managed(actor)
    policies.require(policies.can_change_settings(actor, court_code, managed))
    return court_settings.change(
        key=key, court_code=court_code, value=value, valid_from=valid_from, reason=reason, actor=actor, at=at
    )

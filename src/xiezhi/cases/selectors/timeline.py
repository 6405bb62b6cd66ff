"""The record of a case: its journal entries as a timeline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from xiezhi.cases.contracts import Labelled
from xiezhi.cases.models import Case
from xiezhi.foundation import journal
from xiezhi.foundation.models import JournalEntry

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor

STAGE_CHANGED = "cases.stage-changed"


class Topic(Labelled):
    """What an entry is about; the filter of the timeline."""

    FILING = "FILING", "立案分案"
    PARTIES = "PARTIES", "当事人"
    LIMIT = "LIMIT", "审限和审批"
    HEARING = "HEARING", "庭审"
    DECISION = "DECISION", "裁判和送达"
    ACCESS = "ACCESS", "查看和导出"


KINDS: Mapping[Topic, frozenset[str]] = MappingProxyType(
    {
        Topic.FILING: frozenset(
            {
                "cases.docketed",
                "cases.assigned",
                "cases.team-set",
                "cases.judge-changed",
                "cases.linked",
                "cases.imported",
                "cases.fee-set",
            }
        ),
        Topic.PARTIES: frozenset(
            {
                "cases.participant-joined",
                "cases.participant-left",
                "cases.agent-appointed",
                "cases.agent-dismissed",
            }
        ),
        Topic.LIMIT: frozenset(
            {
                "cases.request-made",
                "cases.request-decided",
                "cases.clock-stopped",
                "cases.clock-resumed",
                "cases.limit-extended",
                "cases.procedure-converted",
            }
        ),
        Topic.HEARING: frozenset(
            {"hearings.scheduled", "hearings.held", "hearings.postponed", "hearings.cancelled"}
        ),
        Topic.DECISION: frozenset(
            {
                "cases.decided",
                "cases.pronounced",
                "cases.decision-served",
                "cases.appeal-lodged",
                "cases.took-effect",
                "cases.closed",
                "cases.archived",
            }
        ),
        Topic.ACCESS: frozenset({"cases.identity-viewed", "cases.record-exported"}),
    }
)
_TABS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "cases.decided": ("documents/", "查看裁判"),
        "cases.pronounced": ("documents/", "查看裁判"),
        "cases.took-effect": ("documents/", "查看裁判"),
        "cases.decision-served": ("service/", "查看送达"),
        "cases.appeal-lodged": ("service/", "查看上诉"),
        "cases.participant-joined": ("parties/", "查看当事人"),
        "cases.participant-left": ("parties/", "查看当事人"),
        "cases.agent-appointed": ("parties/", "查看当事人"),
        "cases.agent-dismissed": ("parties/", "查看当事人"),
        "hearings.scheduled": ("hearings/", "查看庭审"),
        "hearings.held": ("hearings/", "查看庭审"),
        "hearings.postponed": ("hearings/", "查看庭审"),
        "hearings.cancelled": ("hearings/", "查看庭审"),
    }
)


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened, in the words recorded. `late`: written down on a later day."""

    at: datetime
    text: str
    actor_name: str
    actor_title: str
    url: str
    url_label: str
    late: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    entries: tuple[TimelineEntry, ...]
    next_token: str | None
    previous_token: str | None


def case_timeline(
    *,
    actor: Actor,
    case_id: int,
    topic: str = "",
    newest_first: bool = True,
    after: str | None = None,
    before: str | None = None,
    size: int = 50,
) -> Timeline:
    """Return a page of what happened in a case the actor may read. Raises Case.DoesNotExist."""
    found = Case.objects.filter(pk=case_id)
    case_pk = found.visible_to(actor).values_list("pk", flat=True).first()
    if case_pk is None:
        case_pk = found.prior_of(actor).values_list("pk", flat=True).get()
    kinds = KINDS[Topic(topic)] if topic else frozenset[str]()
    page = journal.entries_of_case(
        case_pk, kinds=kinds, newest_first=newest_first, after=after, before=before, size=size
    )
    return Timeline(tuple(_entry(e) for e in page.rows), page.next_token, page.previous_token)


def case_record(*, actor: Actor, case_id: int) -> Iterator[JournalEntry]:
    """Yield every entry of a case, oldest first, for an export. Raises Case.DoesNotExist."""
    case_pk = Case.objects.visible_to(actor).values_list("pk", flat=True).get(pk=case_id)
    return JournalEntry.objects.filter(case_id=case_pk).order_by("at", "pk").iterator(chunk_size=2000)


def stage_days(case_id: int) -> dict[str, date]:
    """Return the day on which the case entered each stage; of a stage entered twice the latest."""
    found = JournalEntry.objects.filter(case_id=case_id, kind=STAGE_CHANGED).order_by("at", "pk")
    return {
        str(payload.get("stage", "")): local_day(at) for payload, at in found.values_list("payload", "at")
    }


def local_day(at: datetime) -> date:
    """Return the court's calendar day of a moment."""
    return timezone.localtime(at).date()


def _entry(entry: JournalEntry) -> TimelineEntry:
    url, label = _link(entry.kind, entry.case_id, entry.payload)
    return TimelineEntry(
        at=entry.at,
        text=entry.text,
        actor_name=entry.actor_name,
        actor_title=entry.actor_title,
        url=url,
        url_label=label,
        late=local_day(entry.recorded_at) > local_day(entry.at),
    )


def _link(kind: str, case_id: int | None, payload: Mapping[str, Any]) -> tuple[str, str]:
    """Return where the paper of an entry is shown, and what the link says."""
    if kind in {"cases.request-made", "cases.request-decided"} and payload.get("request_id"):
        return f"/approvals/{payload['request_id']}/", "查看审批"
    if kind in {"cases.docketed", "cases.appeal-lodged"} and payload.get("application_id"):
        return f"/applications/{payload['application_id']}/", "查看申请"
    if kind == "cases.linked" and payload.get("other_case_id"):
        return f"/cases/{payload['other_case_id']}/", "查看关联案件"
    path, label = _TABS.get(kind, ("", ""))
    return (f"/cases/{case_id}/{path}", label) if path else ("", "")

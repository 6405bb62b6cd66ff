"""Applications as the filing window sees them: the list, one with its checks, what docketing would give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from xiezhi.cases import events, policies
from xiezhi.cases.contracts import ApplicationStatus, Channel, ParticipantRole
from xiezhi.cases.models import Application, ApplicationParticipant, Case, Participant
from xiezhi.cases.models.application import ApplicationQuerySet
from xiezhi.cases.rules import clock as clock_rules
from xiezhi.cases.rules import fees as fee_rules
from xiezhi.cases.rules import filing, kinds
from xiezhi.foundation import court_settings, journal, paging, sequences
from xiezhi.identity.contracts import CourtLevel, Role
from xiezhi.law import case_numbers, causes, periods
from xiezhi.parties.contracts import Grade, PartyCard, PartyKind
from xiezhi.parties.selectors import party_card

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor

PAGE_SIZE = 50
#: Counting goes no further than this; beyond it the list says 超过.
COUNT_TO = 10_000
#: What one export holds at most.
EXPORT_MOST = 20_000
_NEVER = date(9999, 12, 31)
_OPEN = (ApplicationStatus.SUBMITTED, ApplicationStatus.RESUBMITTED)
_DONE = (ApplicationStatus.ACCEPTED, ApplicationStatus.REFUSED, ApplicationStatus.WITHDRAWN)
_TABS: dict[str, tuple[ApplicationStatus, ...]] = {
    "": _OPEN,
    "CORRECTION": (ApplicationStatus.CORRECTION_REQUESTED,),
    "DONE": _DONE,
    "ALL": (),
}
_MOST_ALIKE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationFilter:
    """What the list is narrowed to; empty text and None ask for nothing. `tab`: "" waits for review."""

    tab: str = ""
    status: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None
    words: str = ""
    sort: str = ""


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """One line of the list."""

    application_id: int
    first: str
    second: str
    kind: str
    cause: str
    status: ApplicationStatus
    channel: str
    received_on: date
    review_by: date | None
    answer_by: date | None
    amount: Decimal | None
    case_id: int | None
    case_number: str
    decided_on: date | None


@dataclass(frozen=True, slots=True)
class ApplicationList:
    """A page of the list. `count` stops at COUNT_TO; `is_more` says that there are more."""

    rows: tuple[ApplicationRow, ...]
    next_token: str | None
    previous_token: str | None
    count: int
    is_more: bool
    counts: dict[str, int]


def default_sort(tab: str) -> str:
    """What waits is sorted by its last day; what is done, the latest first."""
    return "review_by" if tab in {"", "CORRECTION"} else "-received_on"


def _filtered(actor: Actor, wanted: ApplicationFilter) -> ApplicationQuerySet:
    found = Application.objects.visible_to(actor)
    if statuses := _TABS.get(wanted.tab, ()):
        found = found.filter(status__in=statuses)
    for name, value in (
        ("status", wanted.status),
        ("kind", wanted.kind),
        ("received_on__gte", wanted.since),
        ("received_on__lte", wanted.until),
    ):
        if value not in (None, ""):
            found = found.filter(**{name: value})
    if words := wanted.words.strip():
        found = found.filter(_words(words))
    return found


def _words(words: str) -> Q:
    try:
        number = str(case_numbers.parse_any(words))
    except ValueError:
        named = ApplicationParticipant.objects.filter(application=OuterRef("pk"), name__icontains=words)
        return Q(Exists(named)) | Q(cause_name__icontains=words)
    return Q(case__number=number) | Q(prior_number=number)


def _order(sort: str) -> tuple[str, ...]:
    down = "-" if sort.startswith("-") else ""
    name = {"review_by": "last_day", "received_on": "received_on", "amount": "asked"}[sort.lstrip("-")]
    return f"{down}{name}", f"{down}id"


def _with_names(found: ApplicationQuerySet) -> ApplicationQuerySet:
    return (
        found.annotate(
            last_day=Coalesce("review_by", "correction__answer_by", Value(_NEVER)),
            asked=Coalesce("amount", Value(Decimal(-1))),
        )
        .select_related("case", "correction")
        .prefetch_related("participants")
    )


def application_list(
    *,
    actor: Actor,
    wanted: ApplicationFilter,
    after: str | None = None,
    before: str | None = None,
    size: int = PAGE_SIZE,
) -> ApplicationList:
    """Return a page of the applications the actor may see."""
    found = _filtered(actor, wanted)
    page = paging.page_by_key(
        _with_names(found),
        order=_order(wanted.sort or default_sort(wanted.tab)),
        after=after,
        before=before,
        size=size,
    )
    everything = Application.objects.visible_to(actor)
    count = found.values("pk")[: COUNT_TO + 1].count()
    return ApplicationList(
        rows=tuple(_row(application) for application in page.rows),
        next_token=page.next_token,
        previous_token=page.previous_token,
        count=min(count, COUNT_TO),
        is_more=count > COUNT_TO,
        counts={
            "": everything.waiting().count(),
            "CORRECTION": everything.filter(status=ApplicationStatus.CORRECTION_REQUESTED).count(),
        },
    )


def application_rows(*, actor: Actor, wanted: ApplicationFilter) -> Iterator[ApplicationRow]:
    """Yield the rows of an export, at most EXPORT_MOST, in the order of the list."""
    found = _with_names(_filtered(actor, wanted)).order_by(*_order(wanted.sort or default_sort(wanted.tab)))
    for application in found[:EXPORT_MOST].iterator(chunk_size=2000):
        yield _row(application)


def _row(application: Application) -> ApplicationRow:
    kind = application.kind_rule
    people = sorted(application.participants.all(), key=lambda p: (p.position, p.pk))
    correction = getattr(application, "correction", None)
    waits = application.status == ApplicationStatus.CORRECTION_REQUESTED
    return ApplicationRow(
        application_id=application.pk,
        first=_side([p.name for p in people if p.role in kind.first_roles]),
        second=_side([p.name for p in people if p.role in kind.second_roles]),
        kind=kind.name,
        cause=application.cause_name,
        status=ApplicationStatus(application.status),
        channel=Channel(application.channel).label,
        received_on=application.received_on,
        review_by=application.review_by,
        answer_by=correction.answer_by if correction is not None and waits else None,
        amount=application.amount,
        case_id=application.case_id,
        case_number=application.case.number if application.case is not None else "",
        decided_on=application.decided_on,
    )


def _side(names: Sequence[str]) -> str:
    return f"{names[0]}等{len(names)}人" if len(names) > 2 else "、".join(names)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing the reviewer looks at. `state`: GOOD, LOOK (a person must judge), MISSING."""

    state: str
    title: str
    text: str = ""
    basis: str = ""
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alike:
    """Another application or case with the same parties; `same_sides` says that both sides are the same."""

    url_kind: str
    pk: int
    title: str
    cause: str
    on: date
    state: str
    same_sides: bool


@dataclass(frozen=True, slots=True)
class PartyLine:
    """A party as this reader may see it, in its role."""

    role: str
    is_first: bool
    card: PartyCard


@dataclass(frozen=True, slots=True)
class Why:
    """One line of a reasoning, as <c-deadline> shows it."""

    text: str
    basis: str = ""
    on: date | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One entry of the journal, as <c-timeline> shows it."""

    at: datetime
    text: str
    actor_name: str
    actor_title: str


@dataclass(frozen=True, slots=True)
class FeePreview:
    """The fee at docketing. `name`: 案件受理费 or 申请费, empty where the kind costs nothing. `amount`: None
    where it cannot be told yet.
    """

    name: str
    amount: Decimal | None
    prepaid: bool
    why: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class Docketing:
    """What docketing today would give. `number` is what stands next; another window may draw it first."""

    number: str
    due_on: date | None
    due_why: tuple[Why, ...]
    procedure: str
    fee: FeePreview


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that can be done to an application, or why it cannot be done now."""

    key: str
    allowed: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ApplicationPage:
    """All that the page of one application shows."""

    application: Application
    status: ApplicationStatus
    kind: kinds.CaseKind
    procedure: str
    channel: str
    cause_path: str
    parties: tuple[PartyLine, ...]
    first: str
    second: str
    checks: tuple[Check, ...]
    alike: tuple[Alike, ...]
    history: tuple[HistoryLine, ...]
    docketing: Docketing | None
    acts: dict[str, Act]
    review_why: tuple[Why, ...]


def application_page(*, actor: Actor, application_id: int, today: date) -> ApplicationPage:
    """Return an application with what its reviewer needs. Raises Application.DoesNotExist."""
    application = (
        Application.objects.visible_to(actor)
        .select_related("case", "court", "correction")
        .get(pk=application_id)
    )
    kind = application.kind_rule
    named = list(application.participants.select_related("party").order_by("position", "pk"))
    roles = [*kind.roles]
    named.sort(
        key=lambda p: (roles.index(ParticipantRole(p.role)) if p.role in roles else 99, p.position, p.pk)
    )
    window = actor.role == Role.FILING_CLERK and actor.court_code == application.court_code
    # The window checks the papers while it reviews; once that is done they are the case team's alone.
    clearance = Grade.PERSONAL if window and application.status not in _DONE else Grade.INTERNAL
    lines = tuple(
        PartyLine(
            ParticipantRole(p.role).label,
            p.role in kind.first_roles,
            party_card(p.party, clearance=clearance),
        )
        for p in named
    )
    under_review = application.status in _OPEN
    alike = _alike(actor, application, named)
    return ApplicationPage(
        application=application,
        status=ApplicationStatus(application.status),
        kind=kind,
        procedure=kind.procedure(application.procedure).name if application.procedure else "",
        channel=Channel(application.channel).label,
        cause_path=cause_path(application.cause_key),
        parties=lines,
        first=_side([p.name for p in named if p.role in kind.first_roles]),
        second=_side([p.name for p in named if p.role in kind.second_roles]),
        checks=_checks(application, named, alike, today) if under_review else (),
        alike=alike if under_review else (),
        history=_history(application),
        docketing=_docketing(application, today) if under_review else None,
        acts=_acts(actor, application),
        review_why=review_why(kind, _review_from(application)) if application.review_by else (),
    )


def _review_from(application: Application) -> date:
    correction = getattr(application, "correction", None)
    answered = correction.answered_on if correction is not None else None
    return answered or application.received_on


def review_why(kind: kinds.CaseKind, received_on: date) -> tuple[Why, ...]:
    """Say how the last day of the review is counted."""
    found = periods.compute_named(kind.filing_period, received_on, allow_unknown=True)
    return whys(found.why)


def review_by(kind: kinds.CaseKind, received_on: date) -> date | None:
    """Return the last day of the review of an application received on a day."""
    return periods.compute_named(kind.filing_period, received_on, allow_unknown=True).last_day


def whys(steps: Sequence[periods.Step]) -> tuple[Why, ...]:
    """Turn the steps of the law's reasoning into lines of a page."""
    return tuple(Why(step.text, step.basis, step.date) for step in steps)


def cause_path(key: str) -> str:
    """Return a cause with those above it: 合同纠纷 › 买卖合同纠纷; empty for an unknown key."""
    if not key:
        return ""
    try:
        above = causes.ancestors(key)
        return " › ".join([*(cause.name for cause in above[1:]), causes.get(key).name])
    except causes.UnknownCause:
        return ""


@dataclass(frozen=True, slots=True)
class CauseOption:
    """One cause to choose from."""

    key: str
    name: str
    path: str
    is_leaf: bool
    article: str = ""


def cause_options(kind: kinds.CaseKind, words: str, *, limit: int = 12) -> list[CauseOption]:
    """Return the causes of the list of this kind of case whose name holds the words, best first."""
    if not kind.cause_kind or not words.strip():
        return []
    return [_option(cause) for cause in causes.search(words, kind.cause_kind, limit=limit)]


def cause_below(key: str) -> list[CauseOption]:
    """Return the causes one level below, which are to be used first; empty for a leaf or an unknown key."""
    try:
        return [_option(cause) for cause in causes.children(key)]
    except causes.UnknownCause:
        return []


def _option(cause: causes.Cause) -> CauseOption:
    above = " › ".join(one.name for one in causes.ancestors(cause.key))
    return CauseOption(cause.key, cause.name, above, causes.is_leaf(cause.key), cause.article)


def docketing_fee_preview(
    kind: kinds.CaseKind, procedure: str, amount: Decimal | None, *, cause_key: str, court_code: str, on: date
) -> FeePreview:
    """Return the fee of a case docketed today, with the steps of the count."""
    name = fee_rules.fee_name(kind, procedure, amount, cause_key)
    if not name:
        return FeePreview("", None, False, ())
    settings = court_settings.get("cases.fees", court_code, on=on)
    counted = fee_rules.docketing_count(kind, procedure, amount, cause_key=cause_key, settings=settings)
    why = tuple(Why(step.text, step.basis) for step in counted.why) if counted else ()
    return FeePreview(name, counted.fee if counted else None, fee_rules.is_prepaid(kind), why)


def next_number_expected(court_code: str, type_code: str, year: int) -> str:
    """Return the case number that stands next. A look only: the number is drawn when the case is docketed."""
    seq = sequences.current_value(f"case:{court_code}:{type_code}", year=year) + 1
    return str(
        case_numbers.CaseNumber(year=year, court_code=court_code, special="", type_code=type_code, seq=seq)
    )


def _docketing(application: Application, today: date) -> Docketing:
    kind = application.kind_rule
    limit = clock_rules.limit(kind, application.procedure, docketed_on=today)
    fee = docketing_fee_preview(
        kind,
        application.procedure,
        application.amount,
        cause_key=application.cause_key,
        court_code=application.court_code,
        on=today,
    )
    return Docketing(
        number=next_number_expected(application.court_code, kind.type_code, today.year),
        due_on=limit.due_on,
        due_why=whys(limit.why),
        procedure=kind.procedure(application.procedure).name,
        fee=fee,
    )


def _checks(
    application: Application, named: Sequence[ApplicationParticipant], alike: Sequence[Alike], today: date
) -> tuple[Check, ...]:
    """What 民事诉讼法第一百二十二条、第一百二十七条 and their sisters ask the window to look at."""
    kind = application.kind_rule
    found: list[Check] = []
    level = CourtLevel(application.court.level)
    if level in kind.levels:
        found.append(Check("GOOD", _("级别管辖"), _("%s可以受理%s。") % (level.label, kind.name)))
    else:
        found.append(
            Check(
                "MISSING",
                _("级别管辖"),
                _("%s不受理%s，应当告知向有管辖权的法院提出。") % (level.label, kind.name),
            )
        )
    same = [other for other in alike if other.same_sides]
    if same:
        found.append(
            Check(
                "LOOK",
                _("重复起诉"),
                _("有%d件双方当事人相同的申请或者案件，请核对是否同一诉求。") % len(same),
                "民诉解释第二百四十七条",
            )
        )
    else:
        found.append(Check("GOOD", _("重复起诉"), _("没有找到双方当事人相同的申请或者案件。")))
    gaps = _gaps(application, named)
    if gaps:
        found.append(
            Check("MISSING", _("材料和信息"), _("下列内容还缺："), filing.content(kind).name, tuple(gaps))
        )
    else:
        found.append(Check("GOOD", _("材料和信息"), _("必需的内容已经齐全。")))
    if application.cause_key and not _is_leaf(application.cause_key):
        found.append(
            Check("LOOK", _("案由"), _("用的是上一级案由，请核对有没有更具体的。"), "民事案件案由规定")
        )
    if application.review_by and application.review_by < today:
        late = (today - application.review_by).days
        found.insert(
            0,
            Check(
                "MISSING",
                _("审查期限"),
                _("审查期限已过%d天，请立即决定。") % late,
                filing.refusal(kind).statute.name,
            ),
        )
    return tuple(found)


def _is_leaf(key: str) -> bool:
    try:
        return causes.is_leaf(key)
    except causes.UnknownCause:
        return True


def _gaps(application: Application, named: Sequence[ApplicationParticipant]) -> list[str]:
    kind = application.kind_rule
    gaps: list[str] = []
    if kind.needs_amount and application.amount is None:
        gaps.append(_("标的额"))
    if not application.facts:
        gaps.append(_("事实和理由"))
    if not application.materials:
        gaps.append(_("材料清单"))
    for one in named:
        party, role = one.party, ParticipantRole(one.role).label
        organ = party.kind in {PartyKind.PROCURATORATE, PartyKind.AGENCY}
        if not party.identity_number and not organ and one.role in kind.first_roles:
            gaps.append(_("%s%s的证件号码") % (role, one.name))
        if not party.address and not organ:
            gaps.append(_("%s%s的住所地或者送达地址") % (role, one.name))
        if not party.phone and one.role in kind.first_roles and not organ:
            gaps.append(_("%s%s的联系电话") % (role, one.name))
        if party.kind == PartyKind.ORGANISATION and not party.legal_representative:
            gaps.append(_("%s%s的法定代表人") % (role, one.name))
    return gaps


def _alike(
    actor: Actor, application: Application, named: Sequence[ApplicationParticipant]
) -> tuple[Alike, ...]:
    """Find what the same two sides have before the courts the actor sees, at most a few, the latest first."""
    kind = application.kind_rule
    first = [p for p in named if p.role in kind.first_roles]
    second = [p for p in named if p.role in kind.second_roles]
    if not first or not second:
        return ()
    found: list[Alike] = []
    others = (
        Application.objects.visible_to(actor)
        .exclude(pk=application.pk)
        .exclude(status=ApplicationStatus.ACCEPTED)
        .filter(
            Exists(_same(ApplicationParticipant, "application", first)),
            Exists(_same(ApplicationParticipant, "application", second)),
        )
        .prefetch_related("participants")
        .order_by("-received_on", "-pk")
    )
    for other in others[:_MOST_ALIKE]:
        line = _row(other)
        found.append(
            Alike(
                "application",
                other.pk,
                f"{line.first}、{line.second}",
                line.cause,
                other.received_on,
                line.status.label,
                True,
            )
        )
    cases = Case.objects.visible_to(actor).filter(
        Exists(_same(Participant, "case", first)), Exists(_same(Participant, "case", second))
    )
    if application.case_id is not None:
        cases = cases.exclude(pk=application.case_id)
    for case in cases.order_by("-docketed_on", "-pk")[:_MOST_ALIKE]:
        state = case.outcome_name or case.stage_code.label
        found.append(Alike("case", case.pk, case.number, case.cause_name, case.docketed_on, state, True))
    return tuple(found)


def _same(model: type[Any], owner: str, parties: Sequence[ApplicationParticipant]) -> Any:
    """Rows of the same party (one record by its keyed hash), or of the same name where no number is known."""
    ids = [p.party_id for p in parties]
    names = [p.name for p in parties if not p.party.identity_hash]
    return model.objects.filter(**{owner: OuterRef("pk")}).filter(Q(party_id__in=ids) | Q(name__in=names))


def _history(application: Application) -> tuple[HistoryLine, ...]:
    entries = list(journal.entries_of_subject(f"application:{application.pk}").order_by("-pk")[:100])
    if application.case_id is not None:
        docketed = journal.entries_of_case(application.case_id, kinds=[events.Docketed.kind], size=1)
        entries = [*docketed.rows, *entries]
    return tuple(HistoryLine(e.at, e.text, e.actor_name, e.actor_title) for e in entries)


def _acts(actor: Actor, application: Application) -> dict[str, Act]:
    status = ApplicationStatus(application.status)
    who = "" if policies.can_receive_application(actor, application.court_code) else _("由本院立案员办理。")
    asked = getattr(application, "correction", None) is not None
    over = _("这份申请已经%s。") % status.label.removeprefix("已") if status in _DONE else ""
    waits = _("正在等待申请人补正。") if status is ApplicationStatus.CORRECTION_REQUESTED else ""
    reasons = {
        "accept": who or over or waits,
        "correction": who or over or waits or (_("已经一次性告知过，不能再次要求补正。") if asked else ""),
        "answer": who or over or ("" if waits else _("没有等待中的补正。")),
        "refuse": who or over or waits,
        "withdraw": who or over,
    }
    return {key: Act(key, allowed=not reason, reason=reason) for key, reason in reasons.items()}


def can_receive(actor: Actor) -> bool:
    """Tell whether the actor may take in applications at its own court."""
    return policies.can_receive_application(actor, actor.court_code)


def kinds_for(actor: Actor) -> list[tuple[str, list[kinds.CaseKind]]]:
    """Return the kinds of case the actor's court takes, by branch of work."""
    groups: dict[str, list[kinds.CaseKind]] = {}
    for kind in kinds.for_level(actor.court_level):
        groups.setdefault(kind.category.label, []).append(kind)
    return list(groups.items())

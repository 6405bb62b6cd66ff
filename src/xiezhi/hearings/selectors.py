"""Hearings as people look them up: calendar, one hearing, free times, courtrooms, desk, case page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from xiezhi.cases import policies as case_policies
from xiezhi.cases.contracts import Stage, TeamRole
from xiezhi.cases.models import Case, TeamMember
from xiezhi.cases.selectors.case_page import Action, TabContent, TabRow
from xiezhi.hearings import policies
from xiezhi.hearings.contracts import HearingKind, HearingStatus
from xiezhi.hearings.models import Courtroom, Hearing, HearingQuerySet, PersonBooking
from xiezhi.hearings.rules import free_slots
from xiezhi.identity.models import Court, Division
from xiezhi.law import calendar as law_calendar

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor

#: How far ahead free times are looked for.
LOOK_AHEAD_DAYS = 45
_SHORT_NOTICE = frozenset({"SIMPLIFIED", "SMALL", "FAST_TRACK"})
_TAKES_PLACE = (HearingStatus.SCHEDULED, HearingStatus.HELD)
_SCHEDULING_STAGES = frozenset({Stage.PREPARING, Stage.HANDLING, Stage.HEARING, Stage.DECIDED})
_MOST = 500
_WEEKEND = frozenset({"周六", "周日"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarFilter:
    """What the calendar is narrowed to. `court_code` empty: the actor's own court."""

    court_code: str = ""
    room_id: int | None = None
    division_id: int | None = None
    judge: str = ""
    mine: bool = False

    @property
    def is_narrow(self) -> bool:
        return bool(self.room_id or self.division_id or self.judge or self.mine)


@dataclass(frozen=True, slots=True)
class Entry:
    """One hearing on the calendar. `is_closed_off`: one the actor may not look into: a time and no more."""

    hearing_id: int
    starts_at: datetime
    ends_at: datetime
    room_id: int
    room: str
    kind: str = ""
    status: HearingStatus = HearingStatus.SCHEDULED
    case_number: str = ""
    title: str = ""
    judge: str = ""
    is_mine: bool = False
    is_closed_off: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar. `note`: the name of the holiday, or that a weekend day is worked."""

    on: date
    note: str
    is_off: bool
    entries: tuple[Entry, ...]

    @property
    def open_entries(self) -> tuple[Entry, ...]:
        """Those the actor may look into."""
        return tuple(entry for entry in self.entries if not entry.is_closed_off)


@dataclass(frozen=True, slots=True)
class RoomLine:
    """A courtroom with one cell for each day."""

    room_id: int
    name: str
    cells: tuple[tuple[Entry, ...], ...]


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of the month's overview, with how many hearings it has."""

    on: date
    in_month: bool
    is_off: bool
    count: int


@dataclass(frozen=True, slots=True)
class CalendarView:
    """A week: by day, and by room and day; with the month around it."""

    days: tuple[Day, ...]
    rooms: tuple[RoomLine, ...]
    count: int
    month: tuple[tuple[MonthDay, ...], ...]


@dataclass(frozen=True, slots=True)
class CalendarChoices:
    """What the filters offer."""

    courts: tuple[tuple[str, str], ...]
    rooms: tuple[tuple[int, str], ...]
    divisions: tuple[tuple[int, str], ...]


def monday_of(day: date) -> date:
    """Return the first day of the week."""
    return day - timedelta(days=day.weekday())


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _off_day(day: date) -> tuple[bool, str]:
    """Whether the court rests, and the word for it; a year without a notice is told by its weekends."""
    calendar = law_calendar.Calendar.default()
    weekend = day.weekday() >= 5
    if not calendar.knows(day):
        return weekend, ""
    if calendar.is_working_day(day):
        return False, _("调休上班") if weekend else ""
    name = calendar.name_of(day)
    return True, "" if name in _WEEKEND else name


def _court_code(actor: Actor, wanted: CalendarFilter) -> str:
    if wanted.court_code in actor.court_codes:
        return wanted.court_code
    return actor.court_code


def _mine(actor: Actor) -> Exists:
    return Exists(TeamMember.objects.filter(case=OuterRef("case_id"), person_id=actor.person_id, until=None))


def _narrowed(actor: Actor, wanted: CalendarFilter) -> HearingQuerySet:
    found = Hearing.objects.visible_to(actor).filter(
        court_code=_court_code(actor, wanted), status__in=_TAKES_PLACE
    )
    if wanted.room_id is not None:
        found = found.filter(room_id=wanted.room_id)
    if wanted.division_id is not None:
        found = found.filter(case__division_id=wanted.division_id)
    if wanted.judge.strip():
        found = found.filter(case__judge__name__startswith=wanted.judge.strip())
    if wanted.mine:
        found = found.filter(_mine(actor))
    return found


def hearing_calendar(*, actor: Actor, wanted: CalendarFilter, week: date, month: date) -> CalendarView:
    """Return the week that holds a day, and the overview of a month.

    In the actor's own court, times that other cases take in a courtroom are shown without saying what sits
    there, so that a room that looks free is free.
    """
    first = monday_of(week)
    span = (_midnight(first), _midnight(first + timedelta(days=7)))
    found = (
        _narrowed(actor, wanted)
        .filter(starts_at__gte=span[0], starts_at__lt=span[1])
        .select_related("case__judge", "room")
        .annotate(is_mine=_mine(actor))
        .order_by("starts_at", "room__name", "pk")
    )
    entries = [_entry(hearing) for hearing in found[:_MOST]]
    count = len(entries)
    court_code = _court_code(actor, wanted)
    if court_code == actor.court_code and not (wanted.division_id or wanted.judge.strip() or wanted.mine):
        entries += _closed_off(court_code, span, wanted.room_id, {entry.hearing_id for entry in entries})
        entries.sort(key=lambda entry: (entry.starts_at, entry.room, entry.hearing_id))
    days = [_day(first + timedelta(days=n), entries) for n in range(7)]
    # A free weekend takes no room on the page.
    days = [day for day in days if day.entries or day.note or not day.is_off]
    return CalendarView(
        days=tuple(days),
        rooms=_by_room(court_code, wanted, [day.on for day in days], entries),
        count=count,
        month=_month(actor, wanted, month),
    )


def _entry(hearing: Hearing) -> Entry:
    case = hearing.case
    return Entry(
        hearing_id=hearing.pk,
        starts_at=timezone.localtime(hearing.starts_at),
        ends_at=timezone.localtime(hearing.ends_at),
        room_id=hearing.room_id,
        room=hearing.room.name,
        kind=HearingKind(hearing.kind).label,
        status=HearingStatus(hearing.status),
        case_number=case.number,
        title=case.title,
        judge=case.judge.name if case.judge is not None else "",
        is_mine=bool(getattr(hearing, "is_mine", False)),
    )


def _closed_off(
    court_code: str, span: tuple[datetime, datetime], room_id: int | None, shown: set[int]
) -> list[Entry]:
    """Times taken in the rooms of a court, and nothing else about them."""
    taken = Hearing.objects.filter(
        court_code=court_code, status__in=_TAKES_PLACE, starts_at__gte=span[0], starts_at__lt=span[1]
    )
    if room_id is not None:
        taken = taken.filter(room_id=room_id)
    rows = taken.order_by("starts_at", "pk").values_list(
        "pk", "starts_at", "ends_at", "room_id", "room__name"
    )
    return [
        Entry(0, timezone.localtime(starts), timezone.localtime(ends), room, name, is_closed_off=True)
        for pk, starts, ends, room, name in rows[:_MOST]
        if pk not in shown
    ]


def _day(on: date, entries: Sequence[Entry]) -> Day:
    is_off, note = _off_day(on)
    return Day(on, note, is_off, tuple(entry for entry in entries if entry.starts_at.date() == on))


def _by_room(
    court_code: str, wanted: CalendarFilter, days: Sequence[date], entries: Sequence[Entry]
) -> tuple[RoomLine, ...]:
    rooms = Courtroom.objects.filter(court__code=court_code)
    if wanted.room_id is not None:
        rooms = rooms.filter(pk=wanted.room_id)
    used = {entry.room_id for entry in entries}
    listed = [(room.pk, room.name) for room in rooms.order_by("pk") if room.in_use or room.pk in used]
    if wanted.is_narrow and wanted.room_id is None:
        listed = [(pk, name) for pk, name in listed if pk in used]
    return tuple(
        RoomLine(
            pk,
            name,
            tuple(tuple(e for e in entries if e.room_id == pk and e.starts_at.date() == day) for day in days),
        )
        for pk, name in listed
    )


def _month(actor: Actor, wanted: CalendarFilter, month: date) -> tuple[tuple[MonthDay, ...], ...]:
    first = monday_of(month.replace(day=1))
    last = first + timedelta(days=41)
    counts = dict(
        _narrowed(actor, wanted)
        .filter(starts_at__gte=_midnight(first), starts_at__lt=_midnight(last + timedelta(days=1)))
        .annotate(day=TruncDate("starts_at"))
        .order_by("day")
        .values("day")
        .annotate(n=Count("pk"))
        .values_list("day", "n")
    )
    weeks = []
    for week in range(6):
        days = [first + timedelta(days=7 * week + n) for n in range(7)]
        if week and days[0].month != month.month:
            break
        weeks.append(
            tuple(MonthDay(d, d.month == month.month, _off_day(d)[0], counts.get(d, 0)) for d in days)
        )
    return tuple(weeks)


def calendar_choices(*, actor: Actor, wanted: CalendarFilter, today: date) -> CalendarChoices:
    """Return what the filters of the calendar offer the actor."""
    code = _court_code(actor, wanted)
    courts: tuple[tuple[str, str], ...] = ()
    if len(actor.court_codes) > 1:
        found = Court.objects.visible_to(actor).filter(in_group=True).order_by("code", "pk")
        courts = tuple(found.values_list("code", "name"))
    rooms = Courtroom.objects.filter(court__code=code, in_use=True).order_by("pk")
    divisions = Division.objects.in_force(today).filter(court__code=code).order_by("kind", "name", "pk")
    return CalendarChoices(
        courts, tuple(rooms.values_list("pk", "name")), tuple(divisions.values_list("pk", "name"))
    )


@dataclass(frozen=True, slots=True)
class HearingPage:
    """One hearing with who sits and what can be done, or why not."""

    hearing: Hearing
    case: Case
    kind: HearingKind
    status: HearingStatus
    starts_at: datetime
    ends_at: datetime
    team: tuple[tuple[str, str], ...]
    parties: tuple[tuple[str, str], ...]
    can_act: bool
    reason: str
    hold_reason: str
    replaced_by: Hearing | None


def hearing_page(*, actor: Actor, hearing_id: int, at: datetime) -> HearingPage:
    """Return a hearing. Raises Hearing.DoesNotExist."""
    hearing = (
        Hearing.objects.visible_to(actor)
        .select_related("case__judge", "case__court", "room")
        .get(pk=hearing_id)
    )
    case, status = hearing.case, HearingStatus(hearing.status)
    reason = ""
    if status is not HearingStatus.SCHEDULED:
        reason = _("这次庭审已经%s。") % status.label.removeprefix("已")
    elif not policies.can_schedule(actor, case):
        reason = _("由本案的审判团队办理。")
    members = case.team.filter(until=None).select_related("person").order_by("pk")
    order = {role.value: place for place, role in enumerate(case.kind_rule.roles)}
    standing = sorted(
        case.participants.filter(left_on=None).order_by("position", "pk"),
        key=lambda one: order.get(one.role, len(order)),
    )
    return HearingPage(
        hearing=hearing,
        case=case,
        kind=HearingKind(hearing.kind),
        status=status,
        starts_at=timezone.localtime(hearing.starts_at),
        ends_at=timezone.localtime(hearing.ends_at),
        team=tuple((TeamRole(m.role).label, m.person.name) for m in members),
        parties=tuple((p.get_role_display(), p.name) for p in standing),
        can_act=not reason,
        reason=reason,
        hold_reason=_("开庭时间到了以后才能登记。") if not reason and hearing.starts_at > at else "",
        replaced_by=hearing.postponed_by.order_by("pk").first(),
    )


@dataclass(frozen=True, slots=True)
class ScheduleSetting:
    """A case as the page of a new hearing shows it. `reason`: why none can be scheduled, else empty."""

    case: Case
    reason: str
    rooms: tuple[tuple[int, str], ...]
    kinds: tuple[HearingKind, ...]
    team: tuple[str, ...]
    earliest_trial_on: date
    planned: tuple[Entry, ...]
    replaces: Hearing | None


def schedule_setting(
    *, actor: Actor, case_id: int, today: date, replaces_id: int | None = None
) -> ScheduleSetting:
    """Return what a new hearing of a case starts from. Raises Case.DoesNotExist, NotPermitted."""
    case = Case.objects.visible_to(actor).select_related("court", "judge").get(pk=case_id)
    case_policies.require(policies.can_schedule(actor, case), _("排期由本案的审判团队办理。"))
    reason = ""
    if case.is_closed:
        reason = _("%s已经结案，不能再排期。") % case.number
    elif case.stage_code not in _SCHEDULING_STAGES:
        reason = _("本案处于“%s”阶段，进入庭前准备后才能排期。") % case.stage_code.label
    rooms = Courtroom.objects.filter(court_id=case.court_id, in_use=True).order_by("pk")
    listed = tuple((room.pk, f"{room.name}（{room.seats}座）" if room.seats else room.name) for room in rooms)
    if not reason and not listed:
        reason = _("本院还没有登记法庭，请审判管理部门先添加。")
    planned = case.hearings.filter(status=HearingStatus.SCHEDULED).select_related("room", "case__judge")
    replaced = (
        case.hearings.filter(pk=replaces_id or 0, status=HearingStatus.POSTPONED)
        .select_related("room")
        .first()
    )
    return ScheduleSetting(
        case=case,
        reason=reason,
        rooms=listed,
        kinds=tuple(HearingKind),
        team=tuple(
            f"{TeamRole(m.role).label}{m.person.name}"
            for m in case.team.filter(until=None).select_related("person").order_by("pk")
        ),
        earliest_trial_on=today if case.procedure in _SHORT_NOTICE else today + timedelta(days=3),
        planned=tuple(_entry(hearing) for hearing in planned.order_by("starts_at", "pk")),
        replaces=replaced,
    )


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A free time, in words for a page."""

    room_id: int
    room: str
    starts_at: datetime
    ends_at: datetime


def free_times(
    setting: ScheduleSetting, *, minutes: int, trial: bool, room_id: int | None, at: datetime
) -> list[Suggestion]:
    """Return the first times at which a room and the whole team are free. `room_id`: only this room."""
    rooms = [pk for pk, _name in setting.rooms if room_id in {None, pk}]
    if not rooms or setting.reason:
        return []
    today = timezone.localdate(at)
    first = setting.earliest_trial_on if trial else today
    days = [first + timedelta(days=n) for n in range(LOOK_AHEAD_DAYS)]
    span = (_midnight(days[0]), _midnight(days[-1] + timedelta(days=1)))
    people = list(setting.case.team.filter(until=None).values_list("person_id", flat=True))
    taken = Hearing.objects.filter(status=HearingStatus.SCHEDULED, starts_at__lt=span[1], ends_at__gt=span[0])
    busy = [
        free_slots.Busy(starts, ends, room_id=room)
        for starts, ends, room in taken.filter(room_id__in=rooms).values_list(
            "starts_at", "ends_at", "room_id"
        )
    ]
    booked = PersonBooking.objects.filter(person_id__in=people, hearing__in=taken)
    busy += [
        free_slots.Busy(starts, ends, person_id=person)
        for starts, ends, person in booked.values_list("hearing__starts_at", "hearing__ends_at", "person_id")
    ]
    names = dict(setting.rooms)
    return [
        Suggestion(slot.room_id, names[slot.room_id], slot.starts_at, slot.ends_at)
        for slot in free_slots.find(
            [day for day in days if not _off_day(day)[0]],
            rooms=rooms,
            people=people,
            busy=busy,
            minutes=minutes,
            not_before=at + timedelta(hours=1),
            zone=timezone.get_current_timezone(),
        )
    ]


@dataclass(frozen=True, slots=True)
class RoomRow:
    """A courtroom of the actor's court, with how much is planned in it."""

    room_id: int
    name: str
    seats: int
    in_use: bool
    planned: int


def courtrooms(*, actor: Actor, at: datetime) -> list[RoomRow]:
    """Return the courtrooms of the actor's own court in the order they were entered."""
    rooms = (
        Courtroom.objects.filter(court_id=actor.court_id)
        .annotate(
            planned=Count(
                "hearings", filter=Q(hearings__status=HearingStatus.SCHEDULED, hearings__ends_at__gt=at)
            )
        )
        .order_by("pk")
    )
    return [RoomRow(room.pk, room.name, room.seats, room.in_use, room.planned) for room in rooms]


def courtroom_get(*, actor: Actor, room_id: int) -> Courtroom:
    """Return a courtroom of the actor's own court. Raises Courtroom.DoesNotExist, NotPermitted."""
    room = Courtroom.objects.get(pk=room_id, court_id=actor.court_id)
    case_policies.require(can_manage_rooms(actor), _("法庭由审判管理部门或者系统管理员登记。"))
    return room


def can_manage_rooms(actor: Actor) -> bool:
    """Tell whether the actor keeps the courtrooms of its own court."""
    return policies.can_manage_rooms(actor, actor.court_id)


@dataclass(frozen=True, slots=True)
class HearingItem:
    """A hearing of one's own, for the calendar of the desk."""

    on: date
    time: str
    text: str
    place: str
    case_number: str
    url: str


def desk_items(actor: Actor, since: date, until: date) -> list[HearingItem]:
    """Return the hearings at which the actor's person sits between two days, earliest first."""
    found = (
        Hearing.objects.visible_to(actor)
        .filter(
            _mine(actor),
            status__in=_TAKES_PLACE,
            starts_at__gte=_midnight(since),
            starts_at__lt=_midnight(until + timedelta(days=1)),
        )
        .select_related("case", "room")
        .order_by("starts_at", "pk")
    )
    items = []
    for hearing in found[:_MOST]:
        starts = timezone.localtime(hearing.starts_at)
        items.append(
            HearingItem(
                on=starts.date(),
                time=f"{starts:%H:%M}",
                text=f"{HearingKind(hearing.kind).label}：{hearing.case.cause_name or hearing.case.title}",
                place=hearing.room.name,
                case_number=hearing.case.number,
                url=f"/hearings/{hearing.pk}/",
            )
        )
    return items


def case_tab(actor: Actor, case: Case) -> TabContent:
    """Return the hearings of a case for its page, latest first, with the step to schedule one."""
    found = case.hearings.select_related("room").order_by("-starts_at", "-pk")
    why = ""
    if not policies.can_schedule(actor, case):
        why = _("由本案的审判团队办理")
    elif case.is_closed:
        why = _("本案已经结案")
    elif case.stage_code not in _SCHEDULING_STAGES:
        why = _("进入庭前准备后才能排期")
    now = timezone.localtime()
    rows = []
    opens = set(Hearing.objects.visible_to(actor).filter(case=case).values_list("pk", flat=True))
    for hearing in found:
        starts, ends = timezone.localtime(hearing.starts_at), timezone.localtime(hearing.ends_at)
        status = HearingStatus(hearing.status)
        rows.append(
            TabRow(
                when=f"{starts:%Y-%m-%d %H:%M}–{ends:%H:%M}",
                title=f"{HearingKind(hearing.kind).label}，{hearing.room.name}",
                detail=hearing.reason,
                status_code=str(status),
                status=status.label,
                url=f"/hearings/{hearing.pk}/" if hearing.pk in opens else "",
                upcoming=status is HearingStatus.SCHEDULED and ends > now,
            )
        )
    action = Action("schedule", _("排期"), f"/cases/{case.pk}/hearings/new/", why)
    return TabContent(rows=tuple(rows), actions=(action,), empty=_("还没有排期"))

"""Scheduling without double booking, holding, postponing and cancelling hearings."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import NumericRange
from django.utils import timezone
from django.utils.translation import gettext as _

from xiezhi.cases import policies as case_policies
from xiezhi.cases.contracts import Stage
from xiezhi.cases.models import Case
from xiezhi.cases.services import steps
from xiezhi.foundation import journal, notices
from xiezhi.foundation.contracts import SYSTEM_ACTOR
from xiezhi.foundation.errors import InvalidInput, Refused
from xiezhi.hearings import events, policies
from xiezhi.hearings.contracts import HearingKind, HearingStatus
from xiezhi.hearings.models import Courtroom, Hearing, PersonBooking, RoomBooking
from xiezhi.hearings.rules import slots
from xiezhi.identity.models import Person

if TYPE_CHECKING:
    from xiezhi.foundation.contracts import Event, JournalActor
    from xiezhi.identity.contracts import Actor

LONGEST = timedelta(hours=12)


class RoomTaken(Refused):
    """The room is booked for an overlapping time."""


class PersonTaken(Refused):
    """Somebody of the team sits in another hearing at an overlapping time."""


class NotScheduled(Refused):
    """The hearing has been held, postponed or cancelled already."""


def _when(starts_at: datetime, ends_at: datetime) -> str:
    start, end = timezone.localtime(starts_at), timezone.localtime(ends_at)
    return f"{start.year}年{start.month}月{start.day}日 {start:%H:%M}至{end:%H:%M}"


@transaction.atomic
def hearing_schedule(
    *,
    actor: Actor,
    case_id: int,
    room_id: int,
    kind: HearingKind,
    starts_at: datetime,
    ends_at: datetime,
    at: datetime,
    postpones_id: int | None = None,
) -> Hearing:
    """Book a room and the whole case team for a hearing.

    Parties and agents are told three days before (民诉解释第二百二十七条); a start sooner than that is
    refused for trials unless the procedure is simplified, where any simple way of summons serves
    (民事诉讼法第一百六十二条).

    Raises Case.DoesNotExist, NotPermitted, CaseIsClosed, RoomTaken, PersonTaken, InvalidInput.
    """
    case = steps.lock_case(actor, case_id)
    case_policies.require(policies.can_schedule(actor, case))
    steps.require_open(case)
    room = Courtroom.objects.filter(pk=room_id, court_id=case.court_id, in_use=True).first()
    errors: dict[str, list[str]] = {}
    if room is None:
        errors["room"] = [_("请选择本院正在使用的法庭。")]
    if starts_at <= at:
        errors["starts_at"] = [_("开庭时间应当在现在之后。")]
    elif ends_at <= starts_at or ends_at - starts_at > LONGEST:
        errors["ends_at"] = [_("结束时间应当在开始之后，且不超过12小时。")]
    elif (
        kind == HearingKind.TRIAL
        and case.procedure not in {"SIMPLIFIED", "SMALL", "FAST_TRACK"}
        and timezone.localtime(starts_at).date() - timezone.localtime(at).date() < timedelta(days=3)
    ):
        errors["starts_at"] = [_("应当在开庭三日前通知当事人（民诉解释第二百二十七条），请选择更晚的时间。")]
    if case.stage_code not in {Stage.PREPARING, Stage.HANDLING, Stage.HEARING, Stage.DECIDED}:
        errors["case"] = [_("本案还没有进入庭前准备，不能排期。")]
    if errors or room is None:
        raise InvalidInput(_("排期信息需要改正。"), fields=errors)
    hearing = Hearing.objects.create(
        case=case,
        court_code=case.court_code,
        room=room,
        kind=kind,
        starts_at=starts_at,
        ends_at=ends_at,
        postpones_id=postpones_id,
    )
    try:
        with transaction.atomic():
            RoomBooking.objects.create(
                hearing=hearing, slot=NumericRange(*slots.slot(room.pk, starts_at, ends_at))
            )
    except IntegrityError as reason:
        raise RoomTaken(
            _("%(room)s在%(when)s已有安排，请换一个时间或者法庭。")
            % {"room": room.name, "when": _when(starts_at, ends_at)}
        ) from reason
    people = sorted(set(case.team.filter(until=None).values_list("person_id", flat=True)))
    try:
        with transaction.atomic():
            PersonBooking.objects.bulk_create(
                PersonBooking(
                    hearing=hearing, person_id=pk, slot=NumericRange(*slots.slot(pk, starts_at, ends_at))
                )
                for pk in people
            )
    except IntegrityError as reason:
        busy = PersonBooking.objects.filter(
            person_id__in=people, hearing__starts_at__lt=ends_at, hearing__ends_at__gt=starts_at
        )
        names = "、".join(sorted(set(busy.values_list("person__name", flat=True))))
        raise PersonTaken(_("%s在这段时间另有庭审，请换一个时间。") % names) from reason
    _record(
        events.HearingScheduled(
            hearing_id=hearing.pk,
            hearing_kind=kind,
            kind_name=kind.label,
            starts_at=starts_at,
            ends_at=ends_at,
            when_text=_when(starts_at, ends_at),
            room=room.name,
        ),
        case,
        actor=actor,
        at=at,
    )
    _tell(hearing, _("排定庭审：%s") % f"{_when(starts_at, ends_at)}，{room.name}", actor=actor, at=at)
    return hearing


def _tell(hearing: Hearing, text: str, *, actor: JournalActor, at: datetime) -> None:
    """Leave the team of the case a notice, all but the one who did it."""
    told = set(hearing.case.team.filter(until=None).values_list("person_id", flat=True)) - {actor.person_id}
    for person_id in sorted(told):
        notices.notify(
            person_id,
            f"{hearing.case.number}{text}",
            f"/cases/{hearing.case_id}/",
            hearing.case_id,
            at=at,
        )


def _record(event: Event, case: Case, *, actor: JournalActor, at: datetime) -> None:
    journal.record(
        event, actor=actor, court_code=case.court_code, case_id=case.pk, subject=case.number, at=at
    )


@transaction.atomic
def hearings_follow_team(*, case_id: int, at: datetime) -> None:
    """Bring the bookings of a case's coming hearings up to its team as it stands now.

    Who is taken elsewhere at that time is not booked twice; judge and clerk are told, so that they move the
    hearing. Doing it again changes nothing.
    """
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    wanted = set(case.team.filter(until=None).values_list("person_id", flat=True))
    coming = case.hearings.filter(status=HearingStatus.SCHEDULED, starts_at__gt=at).order_by(
        "starts_at", "pk"
    )
    for hearing in coming:
        hearing.person_bookings.exclude(person_id__in=wanted).delete()
        booked = set(hearing.person_bookings.values_list("person_id", flat=True))
        taken = [pk for pk in sorted(wanted - booked) if not _book_person(hearing, pk)]
        if not taken:
            continue
        names = "、".join(Person.objects.filter(pk__in=taken).order_by("pk").values_list("name", flat=True))
        text = _("%(number)s%(when)s的庭审：%(names)s在这段时间另有庭审，请改期或者调整人员。") % {
            "number": case.number,
            "when": _when(hearing.starts_at, hearing.ends_at),
            "names": names,
        }
        for person_id in {case.judge_id, case.clerk_id} - {None}:
            key = f"hearing-taken:{hearing.pk}:{'-'.join(map(str, taken))}"
            notices.notify(int(person_id or 0), text, f"/cases/{case.pk}/", case.pk, at=at, key=key)


def _book_person(hearing: Hearing, person_id: int) -> bool:
    try:
        with transaction.atomic():
            PersonBooking.objects.create(
                hearing=hearing,
                person_id=person_id,
                slot=NumericRange(*slots.slot(person_id, hearing.starts_at, hearing.ends_at)),
            )
    except IntegrityError:
        return False
    return True


@transaction.atomic
def hearings_end_with_case(*, case_id: int, at: datetime) -> int:
    """Cancel the trials still to come of a case that was closed, and free rooms and people; returns how many.

    A pronouncement may still follow. Doing it again changes nothing.
    """
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    if case.closed_on is None:
        return 0
    coming = case.hearings.filter(status=HearingStatus.SCHEDULED, starts_at__gt=at)
    ended = list(coming.exclude(kind=HearingKind.PRONOUNCEMENT).order_by("starts_at", "pk"))
    for hearing in ended:
        _free(hearing, HearingStatus.CANCELLED, _("案件已结案"))
        event = events.HearingCancelled(
            hearing_id=hearing.pk, kind_name=hearing.get_kind_display(), reason=hearing.reason
        )
        _record(event, case, actor=SYSTEM_ACTOR, at=at)
    return len(ended)


def _lock(actor: Actor, hearing_id: int) -> tuple[Hearing, Case]:
    """Lock the case and then the hearing, in the order in which every step of a case locks.

    Raises Hearing.DoesNotExist, NotPermitted, NotScheduled.
    """
    found = Hearing.objects.visible_to(actor)
    case = steps.lock_case(actor, found.values_list("case_id", flat=True).get(pk=hearing_id))
    case_policies.require(policies.can_schedule(actor, case))
    hearing = found.select_for_update(of=("self",)).get(pk=hearing_id)
    if hearing.status != HearingStatus.SCHEDULED:
        raise NotScheduled(_("这次庭审已经是“%s”状态。") % HearingStatus(hearing.status).label)
    return hearing, case


@transaction.atomic
def hearing_hold(*, actor: Actor, hearing_id: int, at: datetime) -> Hearing:
    """Note that the hearing took place; a trial moves the case to its hearing stage.

    Raises Hearing.DoesNotExist, NotPermitted, NotScheduled, InvalidInput when its time has not come.
    """
    hearing, case = _lock(actor, hearing_id)
    if hearing.starts_at > at:
        raise InvalidInput(
            _("还没有到开庭时间。"), fields={"hearing": [_when(hearing.starts_at, hearing.ends_at)]}
        )
    hearing.status = HearingStatus.HELD
    hearing.save(update_fields=["status"])
    _record(
        events.HearingHeld(hearing_id=hearing.pk, kind_name=hearing.get_kind_display()),
        case,
        actor=actor,
        at=at,
    )
    if hearing.kind == HearingKind.TRIAL and case.stage_code is Stage.PREPARING:
        steps.move(case, Stage.HEARING, actor=actor, at=at)
        steps.save(case, "stage")
    return hearing


@transaction.atomic
def hearing_postpone(*, actor: Actor, hearing_id: int, reason: str, at: datetime) -> Hearing:
    """Postpone a hearing and free room and people.

    At most twice in ordinary and once in simplified and small-claims procedure
    (严格规范民商事案件延长审限和延期开庭规定第三条、第五条). Counting is per case.

    Raises Hearing.DoesNotExist, NotPermitted, NotScheduled, Refused, InvalidInput.
    """
    hearing, case = _lock(actor, hearing_id)
    if not reason.strip():
        raise InvalidInput(_("请写明延期的原因。"), fields={"reason": [_("必填。")]})
    allowed = 1 if case.procedure in {"SIMPLIFIED", "SMALL"} else 2
    if case.kind_rule.category == "CIVIL":
        done = case.hearings.filter(status=HearingStatus.POSTPONED).count()
        if done >= allowed:
            raise Refused(_("本案已延期开庭%d次，达到规定上限，不能再延期。") % done)
    _free(hearing, HearingStatus.POSTPONED, reason)
    _record(
        events.HearingPostponed(
            hearing_id=hearing.pk, kind_name=hearing.get_kind_display(), reason=reason.strip()
        ),
        case,
        actor=actor,
        at=at,
    )
    _tell(hearing, _("庭审延期：%s") % reason.strip(), actor=actor, at=at)
    return hearing


@transaction.atomic
def hearing_cancel(*, actor: Actor, hearing_id: int, reason: str, at: datetime) -> Hearing:
    """Cancel a hearing and free room and people. Raises Hearing.DoesNotExist, NotPermitted, NotScheduled,
    InvalidInput.
    """
    hearing, case = _lock(actor, hearing_id)
    if not reason.strip():
        raise InvalidInput(_("请写明取消的原因。"), fields={"reason": [_("必填。")]})
    _free(hearing, HearingStatus.CANCELLED, reason)
    _record(
        events.HearingCancelled(
            hearing_id=hearing.pk, kind_name=hearing.get_kind_display(), reason=reason.strip()
        ),
        case,
        actor=actor,
        at=at,
    )
    _tell(hearing, _("庭审取消：%s") % reason.strip(), actor=actor, at=at)
    return hearing


def _free(hearing: Hearing, status: HearingStatus, reason: str) -> None:
    hearing.status, hearing.reason = status, reason.strip()[:200]
    hearing.save(update_fields=["status", "reason"])
    RoomBooking.objects.filter(hearing=hearing).delete()
    PersonBooking.objects.filter(hearing=hearing).delete()


@transaction.atomic
def courtroom_add(*, actor: Actor, name: str, seats: int, at: datetime) -> Courtroom:
    """Add a courtroom to the actor's own court. Raises NotPermitted, InvalidInput when the name is taken or
    empty.
    """
    case_policies.require(policies.can_manage_rooms(actor, actor.court_id))
    if not name.strip():
        raise InvalidInput(_("请填写法庭名称。"), fields={"name": [_("必填。")]})
    room, made = Courtroom.objects.get_or_create(
        court_id=actor.court_id, name=name.strip(), defaults={"seats": seats}
    )
    if not made:
        raise InvalidInput(_("本院已有同名法庭。"), fields={"name": [_("请换一个名称。")]})
    journal.record(
        events.CourtroomAdded(courtroom_id=room.pk, name=room.name),
        actor=actor,
        court_code=actor.court_code,
        subject=f"courtroom:{room.pk}",
        at=at,
    )
    return room


@transaction.atomic
def courtroom_change(
    *, actor: Actor, room_id: int, name: str, seats: int, in_use: bool, at: datetime
) -> Courtroom:
    """Rename a courtroom of the actor's own court, correct its seats, or take it out of use and back.

    A room with hearings still to come is not taken out of use: they are moved first.

    Raises Courtroom.DoesNotExist, NotPermitted, InvalidInput, RoomTaken.
    """
    case_policies.require(policies.can_manage_rooms(actor, actor.court_id))
    room = Courtroom.objects.select_for_update().get(pk=room_id, court_id=actor.court_id)
    name = name.strip()
    if not name:
        raise InvalidInput(_("请填写法庭名称。"), fields={"name": [_("必填。")]})
    if Courtroom.objects.filter(court_id=room.court_id, name=name).exclude(pk=room.pk).exists():
        raise InvalidInput(_("本院已有同名法庭。"), fields={"name": [_("请换一个名称。")]})
    to_come = room.hearings.filter(status=HearingStatus.SCHEDULED, ends_at__gt=at).count()
    if room.in_use and not in_use and to_come:
        raise RoomTaken(
            _("%(room)s还有%(n)d次庭审没有进行，请先改期或者换法庭，再停用。")
            % {"room": room.name, "n": to_come}
        )
    changes = []
    if name != room.name:
        changes.append(_("名称由%(before)s改为%(after)s") % {"before": room.name, "after": name})
    if seats != room.seats:
        changes.append(_("旁听席位由%(before)d改为%(after)d") % {"before": room.seats, "after": seats})
    if in_use != room.in_use:
        changes.append(_("恢复使用") if in_use else _("停用"))
    if not changes:
        return room
    room.name, room.seats, room.in_use = name, seats, in_use
    room.save(update_fields=["name", "seats", "in_use"])
    journal.record(
        events.CourtroomChanged(
            courtroom_id=room.pk, name=name, seats=seats, in_use=in_use, change_text="，".join(changes)
        ),
        actor=actor,
        court_code=actor.court_code,
        subject=f"courtroom:{room.pk}",
        at=at,
    )
    return room

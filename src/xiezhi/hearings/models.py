"""Courtrooms, hearings, and the bookings that keep a room or a person from being in two places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from xiezhi.cases.models import Case
from xiezhi.hearings.contracts import HearingKind, HearingStatus

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor


class Courtroom(models.Model):
    """A room of a court in which hearings are held."""

    court = models.ForeignKey("identity.Court", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    seats = models.PositiveSmallIntegerField(default=0)
    in_use = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["court", "name"], name="courtroom_name_once")]

    def __str__(self) -> str:
        return self.name


class HearingQuerySet(models.QuerySet["Hearing"]):
    def visible_to(self, actor: Actor) -> Self:
        """Hearings of the cases an actor may see."""
        return self.filter(case__in=Case.objects.visible_to(actor).values("pk"))


class Hearing(models.Model):
    """One hearing of a case in a room, at a time."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="hearings")
    court_code = models.CharField(max_length=16)
    room = models.ForeignKey(Courtroom, on_delete=models.PROTECT, related_name="hearings")
    kind = models.CharField(max_length=16, choices=HearingKind.choices())
    status = models.CharField(max_length=12, choices=HearingStatus.choices(), default=HearingStatus.SCHEDULED)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    postpones = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="postponed_by"
    )

    objects = HearingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="hearing_ends_after_start"),
        ]
        indexes = [
            models.Index(fields=["court_code", "starts_at"], name="hearing_court_start"),
            models.Index(fields=["case", "starts_at"], name="hearing_case"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.starts_at:%Y-%m-%d %H:%M}"


class RoomBooking(models.Model):
    """The room's time taken by a hearing; removed when the hearing is postponed or cancelled. See Note
    [Slots].
    """

    hearing = models.OneToOneField(Hearing, on_delete=models.CASCADE, related_name="room_booking")
    slot = BigIntegerRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(name="room_booked_once", expressions=[("slot", RangeOperators.OVERLAPS)]),
        ]

    def __str__(self) -> str:
        return str(self.slot)


class PersonBooking(models.Model):
    """A court person's time taken by a hearing. See Note [Slots]."""

    hearing = models.ForeignKey(Hearing, on_delete=models.CASCADE, related_name="person_bookings")
    person = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+")
    slot = BigIntegerRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(name="person_booked_once", expressions=[("slot", RangeOperators.OVERLAPS)]),
        ]

    def __str__(self) -> str:
        return str(self.slot)

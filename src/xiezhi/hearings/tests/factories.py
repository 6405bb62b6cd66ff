"""Courtrooms and hearings for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import factory
from django.db.backends.postgresql.psycopg_any import NumericRange
from factory.django import DjangoModelFactory

from xiezhi.cases.tests.factories import AT, CaseFactory
from xiezhi.hearings.contracts import HearingKind, HearingStatus
from xiezhi.hearings.models import Courtroom, Hearing, PersonBooking, RoomBooking
from xiezhi.hearings.rules import slots
from xiezhi.identity.tests.factories import CourtFactory


class CourtroomFactory(DjangoModelFactory):
    class Meta:
        model = Courtroom

    court = factory.SubFactory(CourtFactory)
    name = factory.Sequence(lambda n: f"第{n + 1}法庭")
    seats = 30


class HearingFactory(DjangoModelFactory):
    """A trial in a week, from ten to twelve, with room and team booked; `held=True` is one of last week."""

    class Meta:
        model = Hearing
        skip_postgeneration_save = True

    class Params:
        held = factory.Trait(status=HearingStatus.HELD.value, starts_at=AT - timedelta(days=7))
        cancelled = factory.Trait(status=HearingStatus.CANCELLED.value, reason="撤诉")

    case = factory.SubFactory(CaseFactory, preparing=True)
    court_code = factory.LazyAttribute(lambda o: o.case.court_code)
    room = factory.LazyAttribute(lambda o: CourtroomFactory(court=o.case.court))
    kind = HearingKind.TRIAL.value
    status = HearingStatus.SCHEDULED.value
    starts_at = AT + timedelta(days=7)
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + timedelta(hours=2))

    @factory.post_generation
    def bookings(self: Hearing, create: bool, extracted: Any, **kwargs: Any) -> None:
        if not create or self.status not in {HearingStatus.SCHEDULED, HearingStatus.HELD}:
            return
        times = (self.starts_at, self.ends_at)
        RoomBooking.objects.create(hearing=self, slot=NumericRange(*slots.slot(self.room_id, *times)))
        for pk in set(self.case.team.filter(until=None).values_list("person_id", flat=True)):
            PersonBooking.objects.create(
                hearing=self, person_id=pk, slot=NumericRange(*slots.slot(pk, *times))
            )

"""Forms of the hearing room: schedule, postpone and cancel, courtrooms, filters of the calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xiezhi.foundation.errors import InvalidInput, Refused
from xiezhi.hearings.contracts import HearingKind

_DATES = ["%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"]
_TIMES = ["%H:%M", "%H：%M", "%H%M", "%H点%M分", "%H点"]
MINUTES = (30, 60, 90, 120, 180)


def _date(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        input_formats=_DATES,
        widget=forms.DateInput(format="%Y-%m-%d"),
        error_messages={"invalid": _("请按2026-11-24的样子填写日期。")},
        **options,
    )


def _time(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        input_formats=_TIMES,
        widget=forms.TimeInput(format="%H:%M", attrs={"inputmode": "numeric", "placeholder": _("如 0930")}),
        error_messages={"invalid": _("请按09:30的样子填写时间。")},
    )


class WordedForm(forms.Form):
    """A form whose empty fields ask to be filled in, or chosen, in plain words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            chosen = isinstance(field, forms.ChoiceField)
            field.error_messages["required"] = _("请选择。") if chosen else _("请填写。")


class ScheduleForm(WordedForm):
    """When and where; the end follows from how long it is to take."""

    kind = forms.ChoiceField(label=_("庭审类型"), choices=HearingKind.choices())
    minutes = forms.TypedChoiceField(
        label=_("预计时长"),
        coerce=int,
        choices=[(n, _("%d 分钟") % n if n < 60 else _("%g 小时") % (n / 60)) for n in MINUTES],
        initial=120,
    )
    room = forms.TypedChoiceField(label=_("法庭"), coerce=int)
    on = _date(_("日期"))
    begins = _time(_("开始时间"))

    def __init__(self, *args: Any, rooms: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["room"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [("", _("请选择")), *((str(pk), name) for pk, name in rooms)]

    def times(self) -> tuple[datetime, datetime]:
        """The beginning and the end, in the court's time."""
        given = self.cleaned_data
        starts_at = timezone.make_aware(datetime.combine(given["on"], given["begins"]))
        return starts_at, starts_at + timedelta(minutes=given["minutes"])


class ReasonForm(WordedForm):
    reason = forms.CharField(label=_("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class CourtroomForm(WordedForm):
    name = forms.CharField(
        label=_("法庭名称"), max_length=40, help_text=_("如“第三法庭”“北河法庭第一审判庭”。")
    )
    seats = forms.IntegerField(label=_("旁听席位"), min_value=0, max_value=5000, initial=0, required=False)

    def clean_seats(self) -> int:
        return int(self.cleaned_data["seats"] or 0)


class CourtroomChangeForm(CourtroomForm):
    in_use = forms.BooleanField(label=_("使用中"), required=False)


class CalendarForm(forms.Form):
    """Filters of the calendar, read from the address; a wrong value is left out."""

    week = _date(_("周"), required=False)
    court = forms.CharField(required=False, max_length=16)
    room = forms.IntegerField(required=False)
    division = forms.IntegerField(required=False)
    judge = forms.CharField(label=_("承办法官"), required=False, max_length=60)
    mine = forms.BooleanField(label=_("只看我的"), required=False)


def add_faults(form: forms.BaseForm, fact: InvalidInput | Refused, names: Mapping[str, str]) -> None:
    """Put what the service found wrong beside the fields; `names`: our field by the name of the service."""
    found = getattr(fact, "fields", None) or {}
    if not found:
        form.add_error(None, fact.message)
    for name, messages in found.items():
        field = names.get(name, name)
        for message in messages:
            form.add_error(field if field in form.fields else None, message)

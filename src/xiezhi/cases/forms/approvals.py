"""Forms of requests for approval, one for each kind, and of the decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xiezhi.cases.contracts import RequestKind
from xiezhi.cases.forms.applications import date_field
from xiezhi.cases.forms.base import CourtForm
from xiezhi.law import case_numbers

#: Grounds of recusal (民事诉讼法第四十七条，刑事诉讼法第二十九条，行政诉讼法第五十五条).
RECUSAL_GROUNDS = (
    _("是本案当事人或者当事人、诉讼代理人的近亲属"),
    _("与本案有利害关系"),
    _("担任过本案的证人、鉴定人、辩护人、诉讼代理人"),
    _("与当事人、诉讼代理人有其他关系，可能影响公正审理"),
    _("接受当事人、诉讼代理人请客送礼，或者违反规定会见"),
)


class RequestForm(CourtForm):
    """What every request needs: the reason. `choices`: what the case offers to choose from."""

    reason = forms.CharField(label=_("理由"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choices = tuple(choices)

    def payload(self) -> dict[str, Any]:
        """What the service takes for this kind."""
        return {}

    def offer(self, name: str, *, empty: bool = True) -> None:
        """Fill a choice with what the case offers."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [("", _("请选择")), *self._choices] if empty else list(self._choices)


class ExtensionForm(RequestForm):
    months = forms.IntegerField(label=_("延长几个月"), min_value=1, max_value=12, required=False)
    step = forms.IntegerField(widget=forms.HiddenInput, required=False)
    field_order = ("months", "reason")

    def payload(self) -> dict[str, Any]:
        return {"step": self.cleaned_data["step"], "months": self.cleaned_data["months"]}


class StopForm(RequestForm):
    ground = forms.ChoiceField(label=_("法定事由"), widget=forms.RadioSelect)
    since = date_field(_("自何日起"))
    until = date_field(_("何日恢复计算"), required=False)
    field_order = ("ground", "since", "until", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("ground", empty=False)

    def payload(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"reason": given["ground"], "since": _iso(given["since"]), "until": _iso(given["until"])}


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


class ConversionForm(RequestForm):
    procedure = forms.ChoiceField(label=_("转为"))
    field_order = ("procedure", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("procedure", empty=len(self._choices) > 1)

    def payload(self) -> dict[str, Any]:
        return {"procedure": self.cleaned_data["procedure"]}


class JudgeChangeForm(RequestForm):
    judge = forms.ChoiceField(label=_("变更为"))
    field_order = ("judge", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("judge")

    def payload(self) -> dict[str, Any]:
        return {"judge_id": self.cleaned_data["judge"]}


class RecusalForm(RequestForm):
    person = forms.ChoiceField(label=_("回避人员"))
    ground = forms.ChoiceField(
        label=_("法定情形"),
        widget=forms.RadioSelect,
        choices=[(str(words), words) for words in RECUSAL_GROUNDS],
    )
    field_order = ("person", "ground", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("person")
        self.fields["reason"].label = _("具体事实")

    def payload(self) -> dict[str, Any]:
        return {"person_id": self.cleaned_data["person"]}


class MergeForm(RequestForm):
    into = forms.CharField(label=_("并入哪一案"), max_length=80)
    field_order = ("into", "reason")

    def clean_into(self) -> str:
        """Any spelling of the number is read."""
        try:
            return str(case_numbers.parse_any(self.cleaned_data["into"]))
        except ValueError as reason:
            raise forms.ValidationError(str(reason)) from reason

    def payload(self) -> dict[str, Any]:
        return {"into": self.cleaned_data["into"]}


class SplitForm(RequestForm):
    participants = forms.MultipleChoiceField(label=_("分出的当事人"), widget=forms.CheckboxSelectMultiple)
    field_order = ("participants", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("participants", empty=False)

    def payload(self) -> dict[str, Any]:
        return {"participant_ids": self.cleaned_data["participants"]}


class TransferForm(RequestForm):
    court = forms.ChoiceField(label=_("移送至"))
    field_order = ("court", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("court")

    def payload(self) -> dict[str, Any]:
        return {"court_code": self.cleaned_data["court"]}


FORMS: dict[RequestKind, type[RequestForm]] = {
    RequestKind.EXTENSION: ExtensionForm,
    RequestKind.EXCLUSION: StopForm,
    RequestKind.SUSPENSION: StopForm,
    RequestKind.CONVERSION: ConversionForm,
    RequestKind.JUDGE_CHANGE: JudgeChangeForm,
    RequestKind.RECUSAL: RecusalForm,
    RequestKind.MERGE: MergeForm,
    RequestKind.SPLIT: SplitForm,
    RequestKind.TRANSFER: TransferForm,
}


def reason_of(form: RequestForm) -> str:
    """The reason as it goes on file; the statutory ground of a recusal stands before the facts."""
    reason = str(form.cleaned_data["reason"])
    if isinstance(form, RecusalForm):
        return f"{form.cleaned_data['ground']}：{reason}"
    return reason


class DecisionForm(CourtForm):
    opinion = forms.CharField(
        label=_("审批意见"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )


class RequestFilterForm(CourtForm):
    """Filters of the list, read from the address."""

    TABS = (("WAITING", _("等我审批")), ("MINE", _("我提出的")), ("DECIDED", _("已办结")), ("ALL", _("全部")))

    tab = forms.ChoiceField(choices=TABS, required=False)
    kind = forms.ChoiceField(
        label=_("申请事项"), choices=[("", _("全部事项")), *RequestKind.choices()], required=False
    )
    since = date_field(_("提出日期起"), required=False)
    until = date_field(_("提出日期止"), required=False)
    q = forms.CharField(label=_("案号、申请人、当事人"), max_length=100, required=False)

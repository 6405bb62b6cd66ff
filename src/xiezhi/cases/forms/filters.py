"""The filters of the case list, read from the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xiezhi.cases.contracts import Stage
from xiezhi.cases.forms.applications import MoneyField, date_field
from xiezhi.cases.rules import kinds
from xiezhi.cases.selectors.cases import CaseFilter, Choices, DueState, OpenState, procedures

ALL = [("", _("全部"))]
#: Filters that stand in the first row; the others open behind 更多条件.
FIRST = ("q", "cause", "stage", "due", "state")


class FilterForm(forms.Form):
    """Every filter is optional; a wrong value is said beside its field and nothing is listed."""

    q = forms.CharField(label=_("案号、当事人、案由"), required=False, max_length=200)
    cause = forms.CharField(label=_("案由（含下级）"), required=False, max_length=100)
    stage = forms.ChoiceField(label=_("阶段"), required=False, choices=[*ALL, *Stage.choices()])
    due = forms.ChoiceField(label=_("审限"), required=False, choices=[*ALL, *DueState.choices()])
    state = forms.ChoiceField(label=_("结案"), required=False, choices=[*ALL, *OpenState.choices()])
    kind = forms.ChoiceField(label=_("案件类型"), required=False, choices=[*ALL, *kinds.choices()])
    procedure = forms.ChoiceField(label=_("适用程序"), required=False, choices=[*ALL, *procedures()])
    judge = forms.CharField(label=_("承办人"), required=False, max_length=60)
    division = forms.ChoiceField(label=_("承办庭室"), required=False)
    court = forms.ChoiceField(label=_("法院"), required=False)
    docketed_from = date_field(_("立案日期起"), required=False)
    docketed_to = date_field(_("立案日期止"), required=False)
    closed_from = date_field(_("结案日期起"), required=False)
    closed_to = date_field(_("结案日期止"), required=False)
    amount_from = MoneyField(
        label=_("标的额不少于（元）"), required=False, min_value=Decimal(0), max_digits=18, decimal_places=2
    )
    amount_to = MoneyField(
        label=_("标的额不多于（元）"), required=False, min_value=Decimal(0), max_digits=18, decimal_places=2
    )

    def __init__(self, data: Mapping[str, Any] | None, *, choices: Choices) -> None:
        super().__init__(data)
        self._choose("division", choices.divisions)
        if choices.courts:
            self._choose("court", choices.courts)
        else:
            del self.fields["court"]
        for name in ("amount_from", "amount_to"):
            self.fields[name].widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def _choose(self, name: str, pairs: Sequence[tuple[Any, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [*ALL, *((str(key), words) for key, words in pairs)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for first, last in (
            ("docketed_from", "docketed_to"),
            ("closed_from", "closed_to"),
            ("amount_from", "amount_to"),
        ):
            low, high = cleaned.get(first), cleaned.get(last)
            if low is not None and high is not None and low > high:
                self.add_error(last, _("不能小于前一项。"))
        return cleaned

    @property
    def wanted(self) -> CaseFilter:
        """The filter as the selector takes it; only of a valid form."""
        data = self.cleaned_data
        return CaseFilter(
            words=data["q"],
            cause=data["cause"],
            kind=data["kind"],
            procedure=data["procedure"],
            stage=data["stage"],
            judge=data["judge"],
            division_id=int(data["division"]) if data["division"] else None,
            court_code=data.get("court", ""),
            docketed_from=data["docketed_from"],
            docketed_to=data["docketed_to"],
            closed_from=data["closed_from"],
            closed_to=data["closed_to"],
            due=data["due"],
            state=data["state"],
            amount_from=data["amount_from"],
            amount_to=data["amount_to"],
        )

    def in_words(self) -> list[tuple[str, str]]:
        """Return (label, value) of each filter that is set, as a person reads them."""
        found = []
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if value in (None, ""):
                continue
            if isinstance(field, forms.ChoiceField):
                value = dict(field.choices).get(value, value)  # type: ignore[arg-type]
            found.append((str(field.label), str(value)))
        return found

    @property
    def first_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in FIRST]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in FIRST]

    @property
    def opens_more(self) -> bool:
        """Whether a filter behind 更多条件 is set or wrong, so that it must not stay hidden."""
        return any(field.value() or field.errors for field in self.more_fields)

"""Forms of joinder, leaving and agents."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xiezhi.cases.contracts import AgentKind, Authority, Category
from xiezhi.cases.forms.applications import PartyForm, date_field
from xiezhi.cases.forms.base import CourtForm


class JoinForm(PartyForm):
    """A further party with its role, and why it joins."""

    reason = forms.CharField(
        label=_("追加原因"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.data.get(self.add_prefix("name_confirmed")):
            self.fields["name_confirmed"].widget = forms.HiddenInput()

    def ask_to_confirm(self) -> None:
        """Show the box that says the name on file is to be changed; only where the names do differ."""
        self.fields["name_confirmed"].widget = forms.CheckboxInput()


class LeaveForm(CourtForm):
    left_on = date_field(_("退出日期"))
    reason = forms.CharField(label=_("退出原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


_DEFENDING = frozenset({AgentKind.DEFENDER, AgentKind.LEGAL_AID})


class AgentForm(CourtForm):
    """An agent, as the power of attorney says."""

    kind = forms.ChoiceField(
        label=_("代理人身份"), choices=AgentKind.choices(), initial=AgentKind.LAWYER.value
    )
    name = forms.CharField(label=_("姓名"), max_length=100)
    firm = forms.CharField(label=_("律师事务所、单位"), max_length=200, required=False)
    licence_number = forms.CharField(label=_("执业证号"), max_length=40, required=False)
    authority = forms.ChoiceField(
        label=_("代理权限"),
        choices=Authority.choices(),
        widget=forms.RadioSelect,
        initial=Authority.GENERAL.value,
    )
    authority_detail = forms.CharField(
        label=_("特别授权的事项"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("如：代为承认、放弃、变更诉讼请求，进行和解，提起反诉或者上诉"),
    )

    def __init__(self, *args: Any, category: Category, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if category is not Category.CRIMINAL:
            kind = self.fields["kind"]
            assert isinstance(kind, forms.ChoiceField)  # noqa: S101 - declared above
            kind.choices = [(k.value, k.label) for k in AgentKind if k not in _DEFENDING]
        for name in ("name", "licence_number"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

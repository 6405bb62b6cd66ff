"""Forms of the filing window: an application with its parties, its review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xiezhi.cases.contracts import ApplicationStatus, Category, Channel, ParticipantRole
from xiezhi.cases.forms.base import CourtForm
from xiezhi.cases.rules import filing, kinds
from xiezhi.cases.services.applications import ApplicationInput, NamedParty
from xiezhi.foundation.errors import InvalidInput
from xiezhi.law import causes
from xiezhi.parties.contracts import IdentityKind, PartyInput, PartyKind
from xiezhi.parties.services import party_prepare

MOST_PARTIES = 200


def date_field(label: Any, **options: Any) -> forms.DateField:
    """A date typed as 2026-11-24 or 20261124."""
    return forms.DateField(
        label=label,
        input_formats=["%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"],
        widget=forms.DateInput(format="%Y-%m-%d"),
        error_messages={"invalid": _("请按2026-11-24的样子填写日期。")},
        **options,
    )


class MoneyField(forms.DecimalField):
    """An amount in yuan; the thousands separators people copy along are forgiven."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.replace(",", "").replace("，", "").replace(" ", "").removesuffix("元")
        return super().to_python(value)


class ApplicationForm(CourtForm):
    """What is asked for; the kind of case is known before, the parties stand in their own rows."""

    procedure = forms.ChoiceField(label=_("适用程序"))
    channel = forms.ChoiceField(label=_("提交渠道"), choices=Channel.choices(), initial=Channel.HALL)
    received_on = date_field(_("收到材料日期"))
    cause_text = forms.CharField(label=_("案由"), max_length=120, required=False)
    #: the choice among what the name found; the page draws it as radio buttons
    cause_key = forms.CharField(max_length=32, required=False, widget=forms.HiddenInput)
    upper_cause = forms.BooleanField(label=_("没有更具体的案由，适用这一级案由"), required=False)
    prior_number = forms.CharField(label=_("原审案号"), max_length=80, required=False)
    amount = MoneyField(
        label=_("标的额"), max_digits=18, decimal_places=2, required=False, min_value=Decimal(0)
    )
    claims = forms.CharField(label=_("诉讼请求"), max_length=20000, widget=forms.Textarea(attrs={"rows": 5}))
    facts = forms.CharField(
        label=_("事实和理由"), max_length=50000, required=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    materials = forms.MultipleChoiceField(
        label=_("已收材料"), required=False, widget=forms.CheckboxSelectMultiple
    )
    other_materials = forms.CharField(
        label=_("其他材料"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    detained = forms.BooleanField(label=_("被告人在押"), required=False)
    restricted = forms.BooleanField(label=_("限制查看（涉及国家秘密、未成年人等）"), required=False)
    client_token = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: kinds.CaseKind, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.today = kind, today
        choices = [(p.key, p.name) for p in kind.procedures]
        self._fields("procedure").choices = choices
        self.fields["procedure"].initial = choices[0][0]
        self.fields["received_on"].initial = today
        self._fields("materials").choices = [(name, name) for name in filing.materials(kind)]
        first = kind.first_roles[0].label
        self.fields["claims"].label = {
            Category.CRIMINAL: _("指控的事实和请求"),
            Category.ENFORCEMENT: _("执行请求"),
            Category.COMPENSATION: _("赔偿请求"),
        }.get(kind.category, _("诉讼请求") if first in {"原告", "上诉人"} else _("申请事项"))
        if kind.category is Category.CRIMINAL:
            self.fields["cause_text"].label = _("罪名")
        else:
            del self.fields["detained"]
        if not kind.cause_kind:
            for name in ("cause_text", "cause_key", "upper_cause"):
                del self.fields[name]
        else:
            self.fields["cause_text"].required = True
            self.fields["cause_text"].widget.attrs |= {
                "autocomplete": "off",
                "aria-controls": "cause-options",
                "hx-get": reverse("cases:application_causes"),
                "hx-trigger": "input changed delay:250ms",
                "hx-include": "#id_case_kind",
                "hx-target": "#cause-options",
            }
        if not kind.needs_amount:
            del self.fields["amount"]
        if not follows_prior(kind):
            del self.fields["prior_number"]

    def _fields(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        return field

    def cause_found(self) -> causes.Cause | None:
        """The cause as chosen from the list, or as its whole name was typed."""
        if not self.kind.cause_kind:
            return None
        given = self.data if self.is_bound else self.initial
        key, typed = str(given.get("cause_key") or ""), str(given.get("cause_text") or "").strip()
        chosen: causes.Cause | None = None
        if key:
            try:
                chosen = causes.get(key)
            except causes.UnknownCause:
                chosen = None
        if chosen is not None and str(chosen.kind) != self.kind.cause_kind:
            chosen = None
        named = causes.by_name(typed, self.kind.cause_kind) if typed else None
        # What was typed last is what is meant: a name changed after the choice drops the choice.
        if chosen is not None and (not typed or typed in chosen.name):
            return chosen
        return named

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "cause_text" not in self.fields or "cause_text" in self.errors:
            return cleaned
        cause = self.cause_found()
        if cause is None:
            self.add_error("cause_text", _("没有这个名称，请输入其中几个字后从列表中选择。"))
            return cleaned
        cleaned["cause_key"] = cause.key
        if not causes.is_leaf(cause.key) and not cleaned.get("upper_cause"):
            self.add_error(
                "cause_text",
                _("“%s”下面还有更具体的一级，请优先选用；确实没有合适的，勾选下方的说明。") % cause.name,
            )
        return cleaned

    def data_for(self, parties: Sequence[NamedParty]) -> ApplicationInput:
        """What the service takes; only after both the form and the parties proved right."""
        given = self.cleaned_data
        materials = [{"name": name} for name in given["materials"]]
        materials += [
            {"name": line.strip()} for line in given["other_materials"].splitlines() if line.strip()
        ]
        return ApplicationInput(
            kind=self.kind.key,
            procedure=given["procedure"],
            channel=Channel(given["channel"]),
            received_on=given["received_on"],
            claims=given["claims"],
            parties=parties,
            facts=given["facts"],
            cause_key=given.get("cause_key", ""),
            amount=given.get("amount"),
            prior_number=given.get("prior_number", ""),
            restricted=given["restricted"],
            detained=given.get("detained", False),
            client_token=given["client_token"],
            materials=materials,
        )


def follows_prior(kind: kinds.CaseKind) -> bool:
    """Tell whether a case of this kind comes out of an earlier one."""
    if kind.category is Category.ENFORCEMENT:
        return True
    return any(word in kind.key for word in ("SECOND", "RETRIAL", "COMMITTEE"))


class PartyForm(CourtForm):
    """One party. A row left quite empty is passed over."""

    role = forms.ChoiceField(label=_("诉讼地位"))
    kind = forms.ChoiceField(label=_("类型"), choices=PartyKind.choices())
    name = forms.CharField(label=_("姓名或者名称"), max_length=200)
    identity_kind = forms.ChoiceField(
        label=_("证件种类"), choices=[("", _("未提供")), *IdentityKind.choices()], required=False
    )
    identity_number = forms.CharField(label=_("证件号码"), max_length=64, required=False)
    phone = forms.CharField(label=_("联系电话"), max_length=30, required=False)
    address = forms.CharField(label=_("住所地、送达地址"), max_length=300, required=False)
    legal_representative = forms.CharField(label=_("法定代表人、负责人"), max_length=60, required=False)
    name_confirmed = forms.BooleanField(label=_("已核对：确属更名，以本次填写的为准"), required=False)

    #: set when the number is on file under another name: the row then asks to confirm
    name_differs = False

    def __init__(self, *args: Any, case_kind: kinds.CaseKind, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)  # noqa: S101 - for the type checker
        role.choices = [(r.value, r.label) for r in case_kind.roles]
        for field in self.fields.values():
            field.widget.attrs.setdefault("autocomplete", "off")
        # A draft stays in the browser of the window; numbers that open doors elsewhere do not.
        for name in ("identity_number", "phone"):
            self.fields[name].widget.attrs["data-no-autosave"] = ""

    @property
    def is_blank(self) -> bool:
        """Nothing was typed; the two choices always hold something."""
        written = ("name", "identity_number", "phone", "address", "legal_representative")
        return not any(str(self.data.get(self.add_prefix(name)) or "").strip() for name in written)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        try:
            party_prepare(self.party(cleaned), at=self.at)
        except InvalidInput as fact:
            for name, messages in fact.fields.items():
                self.add_error(name if name in self.fields else "identity_number", list(messages))
        return cleaned

    @staticmethod
    def party(given: Mapping[str, Any]) -> PartyInput:
        """The party as the register takes it."""
        return PartyInput(
            kind=PartyKind(given["kind"]),
            name=given["name"],
            identity_kind=IdentityKind(given["identity_kind"]) if given["identity_kind"] else None,
            identity_number=given["identity_number"],
            phone=given["phone"],
            address=given["address"],
            legal_representative=given["legal_representative"],
            name_confirmed=given["name_confirmed"],
        )

    def named(self) -> NamedParty:
        """The party with its role."""
        return NamedParty(
            role=ParticipantRole(self.cleaned_data["role"]), party=self.party(self.cleaned_data)
        )


class PartyRows:
    """The rows of parties of one form: any number, added and removed with or without script.

    `check`: whether the rows are about to be sent; without it they are only shown again as they were typed.
    """

    def __init__(
        self, data: QueryDict | None, *, case_kind: kinds.CaseKind, at: datetime, check: bool = False
    ) -> None:
        self._options: dict[str, Any] = {"case_kind": case_kind, "at": at}
        self._next = 0
        self.forms: list[PartyForm] = []
        if data is None:
            for role in (case_kind.first_roles[0], case_kind.second_roles[0]):
                self.add(role)
            return
        roles = {role.value for role in case_kind.roles}
        for place in _places(data):
            prefix = f"party-{place}"
            given = PartyForm(data, prefix=prefix, **self._options)
            if check and not given.is_blank:
                self.forms.append(given)
            else:
                kept = typed(PartyForm, data, prefix)
                if kept["role"] not in roles:
                    # The kind was changed: each side stays on its side.
                    side = case_kind.first_roles if not self.forms else case_kind.second_roles
                    kept["role"] = side[0].value
                self.forms.append(PartyForm(prefix=prefix, initial=kept, **self._options))
            self._next = max(self._next, place + 1)

    @property
    def blank(self) -> PartyForm:
        """A row to copy from, for the script; `__n__` stands for its number."""
        role = self._options["case_kind"].second_roles[0]
        return PartyForm(prefix="party-__n__", initial={"role": str(role), **_usual(role)}, **self._options)

    def add(self, role: str) -> None:
        """Add an empty row at the end."""
        initial = {"role": str(role), **_usual(role)}
        self.forms.append(PartyForm(prefix=f"party-{self._next}", initial=initial, **self._options))
        self._next += 1

    def remove(self, prefix: str) -> None:
        """Take a row out."""
        self.forms = [form for form in self.forms if form.prefix != prefix]

    def is_valid(self) -> bool:
        """Check every row that is not blank; all rows are checked, so that all faults are shown at once."""
        judged = [form.is_valid() for form in self.forms if not form.is_blank]
        return all(judged)

    def roles(self) -> set[ParticipantRole]:
        """The roles of the rows with a name, right or not in the rest."""
        known = {r.value for r in self._options["case_kind"].roles}
        given = {str(form.data.get(form.add_prefix("role"))) for form in self.forms if not form.is_blank}
        return {ParticipantRole(role) for role in given & known}

    def named(self) -> list[NamedParty]:
        """The parties in the order of the page."""
        return [form.named() for form in self.forms if not form.is_blank]


def _usual(role: str) -> dict[str, str]:
    """What a party in this role usually is."""
    if role in {ParticipantRole.PROSECUTOR, ParticipantRole.PROTESTER}:
        return {"kind": PartyKind.PROCURATORATE}
    if role == ParticipantRole.COMPENSATION_ORGAN:
        return {"kind": PartyKind.AGENCY}
    return {"kind": PartyKind.PERSON, "identity_kind": IdentityKind.ID_CARD}


def typed(form: type[forms.Form], data: QueryDict, prefix: str = "") -> dict[str, Any]:
    """Return what was typed into a form, to be shown again without being judged yet."""
    kept: dict[str, Any] = {}
    for name, field in form.base_fields.items():
        key = f"{prefix}-{name}" if prefix else name
        if isinstance(field, forms.BooleanField):
            kept[name] = bool(data.get(key))
        elif isinstance(field, forms.MultipleChoiceField):
            kept[name] = data.getlist(key)
        else:
            kept[name] = data.get(key, "")
    return kept


def _places(data: Mapping[str, Any]) -> list[int]:
    """Numbers of the rows in posted data, in the order of the page; a removed row leaves a gap."""
    found: dict[int, None] = {}
    for name in data:
        head, _dash, rest = str(name).partition("-")
        number, dash, _field = rest.partition("-")
        if head == "party" and dash and number.isdecimal() and len(number) < 5:
            found.setdefault(int(number))
    return list(found)[:MOST_PARTIES]


class CorrectionForm(CourtForm):
    """Everything that is missing, told at once: one a line."""

    items = forms.CharField(
        label=_("需要补正的全部内容"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("每行一项。法律只允许告知一次，请把缺的都写上。"),
    )
    answer_by = date_field(_("补正期限"))

    def lines(self) -> list[str]:
        """The items, without the numbering people put before them."""
        return [line.strip() for line in self.cleaned_data["items"].splitlines() if line.strip()]


class AnswerForm(CourtForm):
    answered_on = date_field(_("收到补正材料日期"))
    answer = forms.CharField(
        label=_("补正情况"), max_length=8000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )


class RefusalForm(CourtForm):
    reason = forms.CharField(label=_("事实和理由"), max_length=8000, widget=forms.Textarea(attrs={"rows": 5}))
    basis = forms.CharField(label=_("法律依据"), max_length=200)


class WithdrawalForm(CourtForm):
    reason = forms.CharField(
        label=_("撤回原因"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class ApplicationFilterForm(CourtForm):
    """Filters of the list, read from the address; a wrong value is shown as wrong and not used."""

    TABS = (("", _("待审查")), ("CORRECTION", _("待补正")), ("DONE", _("已办结")), ("ALL", _("全部")))
    SORTS = ("review_by", "-review_by", "received_on", "-received_on", "amount", "-amount")

    tab = forms.ChoiceField(choices=TABS, required=False)
    status = forms.ChoiceField(
        label=_("状态"), choices=[("", _("全部状态")), *ApplicationStatus.choices()], required=False
    )
    kind = forms.ChoiceField(
        label=_("案件类型"), choices=[("", _("全部类型")), *kinds.choices()], required=False
    )
    since = date_field(_("收到日期起"), required=False)
    until = date_field(_("收到日期止"), required=False)
    q = forms.CharField(label=_("当事人、案由、案号"), max_length=100, required=False)
    sort = forms.ChoiceField(choices=[(s, s) for s in SORTS], required=False)

"""Forms of sign-in and of the register: they read what was typed; what is allowed, the services decide."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.utils.translation import gettext_lazy as _

from xiezhi.foundation.errors import InvalidInput, NotPermitted, Refused
from xiezhi.identity.contracts import DivisionKind, RecusalKind, Role, Sex

if TYPE_CHECKING:
    from xiezhi.foundation.court_settings import Definition

DATE_FORMATS = ["%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"]
_PASSWORD_RULES = _("至少12位，包含大写字母、小写字母、数字、符号中的三种，不能与工号相近。")


def take_faults(form: forms.Form, fault: InvalidInput | Refused | NotPermitted) -> None:
    """Put what a service refused beside the fields it names, the rest above the form."""
    fields: dict[str, list[str]] = getattr(fault, "fields", {}) or {}
    placed = False
    for name, messages in fields.items():
        place = name if name in form.fields else None
        for message in messages:
            form.add_error(place, message)
            placed = True
    if not placed:
        form.add_error(None, fault.message)


class DayField(forms.DateField):
    """A date, typed as 20261124 or 2026-11-24."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d"))
        super().__init__(
            input_formats=DATE_FORMATS,
            error_messages={"invalid": _("请填写日期，例如20261124。"), "required": _("请填写日期。")},
            **kwargs,
        )


def _choices(members: Iterable[Any], empty: str = "") -> list[tuple[str, str]]:
    chosen = [(member.value, member.label) for member in members]
    return [("", empty), *chosen] if empty else chosen


class Worded(forms.Form):
    """A form whose complaints name the field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_faults(self)


def word_faults(form: forms.Form) -> None:
    """Say what is to be filled in or chosen, in place of the general sentence."""
    for field in form.fields.values():
        chosen = isinstance(field, forms.ChoiceField)
        field.error_messages["required"] = (_("请选择%s。") if chosen else _("请填写%s。")) % field.label
        if chosen:
            field.error_messages["invalid_choice"] = _("请从列表中选择%s。") % field.label


# Sign-in


def _dress(form: forms.Form, name: str, label: Any, help_text: Any = "", **attrs: str) -> None:
    field = form.fields[name]
    field.label = label
    field.help_text = help_text
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attrs)
    field.error_messages["required"] = _("请填写%s。") % label


class SignInForm(account_forms.LoginForm):  # type: ignore[misc]
    """Staff number and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self, "login", _("工号"), autocapitalize="none", spellcheck="false")
        _dress(self, "password", _("密码"))


class PasswordChangeForm(account_forms.ChangePasswordForm):  # type: ignore[misc]
    """The old password, and a new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self, "oldpassword", _("当前密码"))
        _dress(self, "password1", _("新密码"), _PASSWORD_RULES)
        _dress(self, "password2", _("再输入一次新密码"))


class PasswordSetForm(account_forms.SetPasswordForm):  # type: ignore[misc]
    """A first password for someone who so far came by single sign-on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self, "password1", _("新密码"), _PASSWORD_RULES)
        _dress(self, "password2", _("再输入一次新密码"))


class ReauthenticateForm(account_forms.ReauthenticateForm):  # type: ignore[misc]
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self, "password", _("密码"))


class CodeForm(mfa_forms.AuthenticateForm):  # type: ignore[misc]
    """A code of the phone, or one of the recovery codes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(
            self,
            "code",
            _("验证码"),
            _("手机动态口令的6位数字；手机不在身边的，填写一个恢复代码。"),
            inputmode="numeric",
        )


class CodeAgainForm(mfa_forms.ReauthenticateForm):  # type: ignore[misc]
    """The same, to confirm that it is still the same person."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self, "code", _("验证码"), _("手机动态口令的6位数字，或者一个恢复代码。"), inputmode="numeric")


class TotpActivateForm(totp_forms.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a phone that was just set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(
            self, "code", _("验证码"), _("输入手机上显示的6位数字，确认已经设置成功。"), inputmode="numeric"
        )


class KeyAddForm(webauthn_forms.AddWebAuthnForm):  # type: ignore[misc]
    """A security key, and whether it stands in for the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self, "name", _("名称"), _("便于以后辨认，例如：办公室电脑、蓝色钥匙。"))
        _dress(self, "passwordless", _("作为通行密钥，登录时不再输入密码"), "")


class KeyEditForm(webauthn_forms.EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self, "name", _("名称"))


# The register


class PersonForm(Worded):
    """A new person of the register."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    staff_number = forms.CharField(label=_("工号"), max_length=64, help_text=_("登录时使用，以后不能更改。"))
    sex = forms.ChoiceField(label=_("性别"), choices=_choices(Sex), initial=Sex.UNKNOWN.value)
    open_account = forms.BooleanField(
        label=_("同时开通账号"),
        required=False,
        initial=True,
    )
    email = forms.EmailField(label=_("电子邮箱"), required=False)


class PersonChangeForm(Worded):
    """Corrections to a person."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    sex = forms.ChoiceField(label=_("性别"), choices=_choices(Sex))
    email = forms.EmailField(label=_("电子邮箱"), required=False)


class AppointForm(Worded):
    """A post for a person."""

    court = forms.TypedChoiceField(label=_("法院"), coerce=int)
    division = forms.TypedChoiceField(
        label=_("部门"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("法官、庭长、执行员应当属于一个部门。"),
    )
    role = forms.ChoiceField(label=_("角色"), choices=_choices(Role, str(_("请选择"))))
    title = forms.CharField(
        label=_("职务"), max_length=60, required=False, help_text=_("与角色名称不同时填写，例如：副庭长。")
    )
    since = DayField(label=_("任职起"))
    until = DayField(label=_("任职止"), required=False, help_text=_("任期未定的不填。"))

    def __init__(self, *args: Any, courts: Iterable[Any], divisions: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["court"].choices = [(court.pk, court.name) for court in courts]  # type: ignore[attr-defined]
        grouped: dict[str, list[tuple[int, str]]] = {}
        for division in divisions:
            grouped.setdefault(division.court.name, []).append((division.pk, division.name))
        self.fields["division"].choices = [("", _("不属于部门")), *grouped.items()]  # type: ignore[attr-defined]


class PostEndForm(Worded):
    """The last day of a post."""

    until = DayField(label=_("最后任职日"))
    reason = forms.CharField(label=_("理由"), max_length=200, help_text=_("例如：调任、退休、任期届满。"))


class DelegationForm(Worded):
    """Someone to act in a post for a time."""

    post = forms.TypedChoiceField(label=_("被代理的岗位"), coerce=int)
    to_person = forms.TypedChoiceField(label=_("代理人"), coerce=int)
    since = DayField(label=_("代理起"))
    until = DayField(label=_("代理止"))
    reason = forms.CharField(label=_("事由"), max_length=200, help_text=_("例如：出差、休假、学习。"))

    def __init__(
        self,
        *args: Any,
        posts: Iterable[tuple[int, str]],
        people: Iterable[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].choices = list(posts)  # type: ignore[attr-defined]
        self.fields["to_person"].choices = [("", _("请选择")), *people]  # type: ignore[attr-defined]


class RelationForm(Worded):
    """Someone in whose cases a person must not sit."""

    kind = forms.ChoiceField(label=_("类别"), choices=_choices(RecusalKind))
    name = forms.CharField(label=_("关系人姓名或者单位名称"), max_length=200)
    relation = forms.CharField(label=_("关系"), max_length=60, help_text=_("例如：配偶、曾任其诉讼代理人。"))
    note = forms.CharField(label=_("说明"), max_length=200, required=False)


class ReasonForm(Worded):
    """Why."""

    reason = forms.CharField(label=_("理由"), max_length=200)


class CourtForm(Worded):
    """A court under another."""

    code = forms.CharField(label=_("法院代字"), max_length=16, help_text=_("案号中使用，例如：冀0606。"))
    name = forms.CharField(label=_("名称"), max_length=60)
    valid_from = DayField(label=_("设立日期"))


class LastDayForm(Worded):
    """The last day of a court or division."""

    valid_to = DayField(label=_("最后一日"))
    reason = forms.CharField(label=_("依据"), max_length=200, required=False)


class DivisionForm(Worded):
    """A division of a court."""

    name = forms.CharField(label=_("名称"), max_length=60)
    kind = forms.ChoiceField(label=_("类别"), choices=_choices(DivisionKind))
    valid_from = DayField(label=_("设立日期"))


class SettingForm(Worded):
    """A court's own value of a setting, from a day on; a setting of several values has a field for each."""

    to_default = forms.BooleanField(label=_("恢复默认值"), required=False)
    valid_from = DayField(label=_("自何日起"))
    reason = forms.CharField(label=_("理由"), max_length=300)

    def __init__(self, *args: Any, definition: Definition, value: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parts: list[str] = []
        if definition.type is dict:
            for key, words in ({key: key for key in value} | dict(definition.keys)).items():
                name = f"value-{len(self.parts)}"
                self.parts.append(key)
                self.fields[name] = _part_field(definition, words)
                self.initial[name] = value.get(key)
        else:
            self.fields["value"] = _setting_field(definition)
            self.initial["value"] = (
                "、".join(str(item) for item in value) if definition.type is list else value
            )
        last = ["to_default", "valid_from", "reason"]
        self.order_fields([name for name in self.fields if name not in last] + last)
        word_faults(self)
        self.definition = definition

    def clean(self) -> dict[str, Any]:
        """Put the value together; none is wanted when the default comes back."""
        data = super().clean() or {}
        if data.get("to_default"):
            for name in [name for name in self.errors if name.startswith("value")]:
                del self.errors[name]
        elif self.parts:
            given = {key: data.get(f"value-{index}") for index, key in enumerate(self.parts)}
            data["value"] = {key: str(item) for key, item in given.items() if item is not None and item != ""}
        return data


def _part_field(definition: Definition, words: str) -> forms.Field:
    if definition.choices:
        return forms.ChoiceField(label=words, choices=list(definition.choices.items()))
    return forms.DecimalField(label=words, required=False, min_value=0, decimal_places=2)


def _read_list(text: str) -> list[Any]:
    parts = [part for part in re.split(r"[\s、,，;；]+", text) if part]
    return [int(part) if part.isdecimal() else part for part in parts]


def _setting_field(definition: Definition) -> forms.Field:
    label, help_text = definition.label, definition.help
    if definition.type is bool:
        return forms.TypedChoiceField(
            label=label,
            help_text=help_text,
            choices=[("True", _("是")), ("False", _("否"))],
            coerce=lambda text: text == "True",
        )
    if definition.type is str and definition.choices:
        return forms.ChoiceField(label=label, help_text=help_text, choices=list(definition.choices.items()))
    if definition.type is int:
        return forms.IntegerField(label=label, help_text=help_text)
    if definition.type is Decimal:
        return forms.DecimalField(label=label, help_text=help_text)
    if definition.type is date:
        return DayField(label=label, help_text=help_text)
    if definition.type is list:
        return ListField(label=label, help_text=help_text)
    return forms.CharField(label=label, help_text=help_text, max_length=300)


class ListField(forms.CharField):
    """Several values in one line, parted by commas: 15、7、3."""

    def clean(self, value: Any) -> Any:
        """Return the values, numbers as numbers."""
        return _read_list(super().clean(value))


class TokenForm(Worded):
    """A key for a program that works for its owner."""

    name = forms.CharField(
        label=_("名称"), max_length=60, help_text=_("说明由哪个程序使用，例如：统计报送。")
    )
    scopes = forms.MultipleChoiceField(label=_("允许的操作"), widget=forms.CheckboxSelectMultiple)
    expires_on = DayField(label=_("失效日期"), help_text=_("最长一年，到期需重新签发。"))

    def __init__(self, *args: Any, scopes: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = list(scopes)  # type: ignore[attr-defined]


# Filters


def _dress_filter(form: forms.Form) -> None:
    """Filters stand side by side, without the words of a form, so their widgets are dressed here."""
    for field in form.fields.values():
        select = isinstance(field.widget, forms.Select)
        field.widget.attrs["class"] = "form-select" if select else "form-control"
        if isinstance(field, DayField):
            field.widget.attrs.update(
                {"data-date": "", "inputmode": "numeric", "placeholder": _("如 20261124")}
            )


class PeopleFilter(forms.Form):
    """What the list of people is narrowed to; unknown values are left out, never an error."""

    q = forms.CharField(label=_("姓名或者工号"), required=False, max_length=60)
    court = forms.TypedChoiceField(label=_("法院"), required=False, coerce=int, empty_value=None)
    role = forms.ChoiceField(label=_("角色"), required=False, choices=_choices(Role, str(_("全部"))))
    posts = forms.ChoiceField(
        label=_("任职"), required=False, choices=[("", _("在任")), ("all", _("包括已离任"))]
    )

    def __init__(self, *args: Any, courts: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = [(court.pk, court.name) for court in courts]
        self.fields["court"].choices = [("", _("全部")), *chosen]  # type: ignore[attr-defined]
        _dress_filter(self)


class JournalFilter(forms.Form):
    """What the journal is narrowed to."""

    court = forms.ChoiceField(label=_("法院"), required=False)
    kind = forms.ChoiceField(label=_("事项"), required=False)
    person = forms.CharField(label=_("经办人"), required=False, max_length=60)
    case = forms.CharField(label=_("案号"), required=False, max_length=60)
    since = DayField(label=_("日期起"), required=False)
    until = DayField(label=_("日期止"), required=False)
    q = forms.CharField(label=_("内容"), required=False, max_length=60)

    def __init__(
        self, *args: Any, kinds: Iterable[tuple[str, str]], courts: Iterable[Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        chosen = [(court.code, court.name) for court in courts]
        self.fields["court"].choices = [("", _("全部")), *chosen]  # type: ignore[attr-defined]
        if len(chosen) < 2:
            del self.fields["court"]
        self.fields["kind"].choices = [("", _("全部")), *kinds]  # type: ignore[attr-defined]
        _dress_filter(self)


def taken(form: forms.Form) -> dict[str, Any]:
    """Return the values of a filter form that could be read; what could not is left out."""
    form.is_valid()
    return {name: value for name, value in form.cleaned_data.items() if value not in (None, "")}

"""What every form of the room has in common: it says in plain words what is missing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class CourtForm(forms.Form):
    """A form whose empty fields ask to be filled in, or chosen, in the words of the court."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            chosen = isinstance(field, (forms.ChoiceField, forms.MultipleChoiceField))
            field.error_messages["required"] = _("请选择。") if chosen else _("请填写。")

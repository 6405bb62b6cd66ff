"""What a service found wrong, put beside the fields of a form, so that nothing typed is lost."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms

from xiezhi.foundation.errors import InvalidInput, Refused


def add_faults(
    form: forms.BaseForm, fact: InvalidInput | Refused, names: Mapping[str, str] | None = None
) -> None:
    """Add the messages of a fact to a form.

    Args:
        names: field of the form by the name the service uses, where they differ. A message whose field the
            form does not have stands above the form, with the sentence of the fact.
    """
    fields = getattr(fact, "fields", None) or {}
    homeless = not fields
    for name, messages in fields.items():
        field = (names or {}).get(name, name)
        for message in messages:
            if field in form.fields:
                form.add_error(field, message)
            else:
                homeless = homeless or message not in {"必填。"}
                form.add_error(None, message)
    if homeless and str(fact.message) not in form.non_field_errors():
        form.add_error(None, str(fact.message))

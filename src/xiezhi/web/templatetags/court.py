"""How the court's values look on a page: dates, money, case numbers, last days, names.

Loaded as a builtin, so every template has these filters.  They format; they decide nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django import template
from django.contrib.messages import constants
from django.forms import BoundField, CheckboxInput, DateInput, FileInput, HiddenInput, Select, Textarea
from django.forms.widgets import CheckboxSelectMultiple, RadioSelect, SelectMultiple
from django.http import HttpRequest, QueryDict
from django.template import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from xiezhi.identity.contracts import Role
from xiezhi.law import amounts, case_numbers
from xiezhi.web import tables
from xiezhi.web.rules import last_days

register = template.Library()

WEEKDAYS = "一二三四五六日"


def _as_date(value: object) -> date | None:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return None


def _as_decimal(value: object) -> Decimal | None:
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


@register.filter
def date_cn(value: object) -> str:
    """Return the date as documents write it: 2026年11月24日; nothing for no date."""
    day = _as_date(value)
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


@register.filter
def date_iso(value: object) -> str:
    """Return the date as tables write it: 2026-11-24; nothing for no date."""
    day = _as_date(value)
    return day.isoformat() if day else ""


@register.filter
def moment(value: object) -> str:
    """Return a moment as lists write it, in the court's time: 2026-11-24 09:05."""
    if not isinstance(value, datetime):
        return date_iso(value)
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return local.strftime("%Y-%m-%d %H:%M")


@register.filter
def weekday_cn(value: object) -> str:
    """Return 周一 … 周日."""
    day = _as_date(value)
    return f"周{WEEKDAYS[day.weekday()]}" if day else ""


@register.filter
def money(value: object) -> str:
    """Return an amount in yuan with thousands and two decimals: 128,560.50; nothing for no amount."""
    amount = _as_decimal(value)
    if amount is None:
        return ""
    return f"{amount.quantize(Decimal('0.01'), ROUND_HALF_UP):,.2f}"


@register.filter
def money_cn(value: object) -> str:
    """Return an amount in yuan in 大写, as documents write it; nothing for no amount or one beyond words."""
    amount = _as_decimal(value)
    if amount is None or not amount.is_finite() or abs(amount) > amounts.LARGEST:
        return ""
    return amounts.to_upper(amount.quantize(Decimal("0.01"), ROUND_HALF_UP))


@register.filter
def case_number(value: object) -> str:
    """Return a case number as the SPC writes it, from any spelling; other text stays as it is."""
    text = str(value) if value is not None else ""
    try:
        return str(case_numbers.parse_any(text))
    except ValueError:
        return text


@register.filter
def days_left(value: object, today: object = None) -> str:
    """Return 剩 5 天, 今天到期 or 逾期 3 天 for a last day; nothing for no date."""
    due_on = _as_date(value)
    if due_on is None:
        return ""
    return last_days.words(due_on, _as_date(today) or timezone.localdate())


@register.filter
def mask(value: object, kind: str = "") -> str:
    """Return a value with what is not needed starred: a name 张*, an identity number 1306**********1234.

    `kind` is "name", "id" or "phone"; without it the shape of the value decides.
    """
    text = str(value or "").strip()
    if not text:
        return ""
    compact = re.sub(r"[\s-]", "", text)
    if kind == "id" or (not kind and re.fullmatch(r"[0-9A-Za-z]{15,18}", compact)):
        hidden = max(len(compact) - 8, 0)
        return compact[:4] + "*" * hidden + compact[-4:] if hidden else "*" * len(compact)
    if kind == "phone" or (not kind and re.fullmatch(r"\+?\d{7,13}", compact)):
        return (
            compact[:3] + "*" * max(len(compact) - 7, 1) + compact[-4:]
            if len(compact) > 7
            else "*" * len(compact)
        )
    return text[0] + "*" * (len(text) - 1) if len(text) > 1 else "*"


@register.filter
def role_label(value: object) -> str:
    """Return the Chinese name of a role (a `Role`, its code, or anything with a `label`)."""
    label = getattr(value, "label", None)
    if isinstance(label, str):
        return label
    try:
        return str(Role(str(value)).label)
    except ValueError:
        return str(value or "")


TONES: Mapping[str, str] = {
    "SUBMITTED": "info",
    "RESUBMITTED": "info",
    "PENDING": "info",
    "SCHEDULED": "info",
    "CORRECTION_REQUESTED": "warn",
    "POSTPONED": "warn",
    "SUSPENDED": "warn",
    "ACCEPTED": "good",
    "APPROVED": "good",
    "HELD": "good",
    "EFFECTIVE": "good",
    "CLOSED": "good",
    "REFUSED": "danger",
    "OVERDUE": "danger",
    "FAILED": "danger",
    "WITHDRAWN": "mute",
    "CANCELLED": "mute",
    "ARCHIVED": "mute",
}


@register.filter
def status_tone(value: object) -> str:
    """Return the tone of a stored status code: info, warn, good, danger or mute; plain for others."""
    return TONES.get(str(value), "plain")


@register.filter
def status_label(value: object) -> str:
    """Return the words of a status: its `label` where it has one, else the value itself."""
    return str(getattr(value, "label", None) or value or "")


@register.simple_tag
def deadline_state(on: object = None, today: object = None, *, paused: bool = False) -> last_days.LastDay:
    """Return how a last day stands today, for <c-deadline>."""
    return last_days.state(_as_date(on), _as_date(today) or timezone.localdate(), paused=bool(paused))


@register.simple_tag(takes_context=True)
def table_columns(
    context: Context, columns: Sequence[tables.ColumnLike] = (), sort: str = ""
) -> tables.Columns:
    """Return the columns with what the URL asks of them: `{% table_columns columns as columns %}`.

    Each column is a mapping with `key`, `label` and, where wanted, `sort` (the name in `?sort=`), `numeric`,
    `hidden` (not shown unless asked for), `fixed` (cannot be switched off).
    """
    request = context.get("request")
    return tables.Columns.of(columns, request.GET if isinstance(request, HttpRequest) else None, sort=sort)


@register.filter
def shows(columns: object, key: str) -> bool:
    """Say whether a table shows a column: `{% if columns|shows:"due_on" %}<td>…</td>{% endif %}`."""
    return columns.shows(key) if isinstance(columns, tables.Columns) else True


@register.simple_tag(takes_context=True)
def block_text(context: Context, name: str) -> SafeString:
    """Render a block a second time, so that the title of the page is also its heading."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block(name) if blocks is not None else None
    return SafeString(block.nodelist.render(context).strip()) if block is not None else SafeString("")


@dataclass(frozen=True, slots=True)
class FieldView:
    """What <c-field> needs to know of a bound field."""

    widget: str
    grouped: bool
    checkbox: bool
    errors: Sequence[str]


@register.simple_tag
def field_view(field: BoundField) -> FieldView:
    """Return the widget of a bound field, dressed and described, and how to lay it out."""
    widget = field.field.widget
    grouped = isinstance(widget, (RadioSelect, CheckboxSelectMultiple))
    checkbox = isinstance(widget, CheckboxInput)
    attrs: dict[str, Any] = {}
    if isinstance(widget, HiddenInput):
        pass
    elif checkbox or grouped:
        attrs["class"] = "form-check-input"
    elif isinstance(widget, (Select, SelectMultiple)):
        attrs["class"] = "form-select"
    else:
        attrs["class"] = "form-control"
    if isinstance(widget, DateInput):
        attrs |= {
            "data-date": "",
            "inputmode": "numeric",
            "autocomplete": "off",
            "placeholder": _("如 20261124"),
        }
        attrs["class"] += " field-date"
    elif isinstance(widget, Textarea):
        attrs.setdefault(
            "rows", widget.attrs.get("rows") if widget.attrs.get("rows") not in (None, "10") else 4
        )
    if field.errors and not grouped:
        attrs["class"] = f"{attrs.get('class', '')} is-invalid".strip()
    own = str(widget.attrs.get("class", "")).strip()
    if own:
        attrs["class"] = f"{attrs.get('class', '')} {own}".strip()
    if isinstance(widget, FileInput):
        attrs["class"] = "form-control"
    return FieldView(
        widget=field.as_widget(attrs=attrs),
        grouped=grouped,
        checkbox=checkbox,
        errors=[str(error) for error in field.errors],
    )


@register.filter
def entry(mapping: object, key: str) -> object:
    """Return one value of a mapping, or nothing."""
    return mapping.get(key) if isinstance(mapping, Mapping) else None


@register.filter
def form_errors(form: object) -> Iterable[tuple[str, str, str]]:
    """Return (anchor, label, message) for each error of a form; those of the whole form first, unanchored."""
    found = [("", "", str(error)) for error in getattr(form, "non_field_errors", list)()]
    for bound in form if hasattr(form, "errors") else ():  # type: ignore[attr-defined]
        found.extend(
            (bound.id_for_label or bound.auto_id, str(bound.label), str(error)) for error in bound.errors
        )
    return found


@register.filter
def getlist(query: object, key: str) -> list[str]:
    """Return every value of a parameter of the URL."""
    return list(query.getlist(key)) if isinstance(query, QueryDict) else []


@register.filter
def message_tone(message: object) -> str:
    """Return the tone of a Django message: info, good, warn or danger."""
    level = getattr(message, "level", constants.INFO)
    if level >= constants.ERROR:
        return "danger"
    if level >= constants.WARNING:
        return "warn"
    return "good" if level == constants.SUCCESS else "info"

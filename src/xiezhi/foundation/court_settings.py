"""What a court may decide for itself: settings with type, default, legal basis, and a history of values.

Rooms define their settings when they are loaded (`define`, in their `AppConfig.ready` or beside their
rules). A value holds from a day on; the day asked about decides which one counts, so that an old case is
counted as it was then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiezhi.foundation import events, journal
from xiezhi.foundation.contracts import plain, words
from xiezhi.foundation.errors import InvalidInput
from xiezhi.foundation.models import CourtSetting

if TYPE_CHECKING:
    from xiezhi.foundation.contracts import JournalActor


class UnknownSetting(LookupError):
    """No room has defined a setting of this key."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A setting. `validate` gets a value of the right type and returns a sentence when it will not do."""

    key: str
    type: type
    default: Any
    label: str
    help: str = ""
    basis: str = ""
    group: str = ""
    unit: str = ""
    minimum: int | Decimal | date | None = None
    maximum: int | Decimal | date | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    validate: Callable[[Any], str | None] | None = None

    def parse(self, raw: Any) -> Any:
        """Return a form's or a stored value as one of the setting's type. Raises InvalidInput."""
        value = self._convert(raw)
        if isinstance(value, int | Decimal | date) and not isinstance(value, bool):
            low, high = self.minimum, self.maximum
            if (low is not None and value < low) or (high is not None and value > high):  # type: ignore[operator]
                raise self._refuse(
                    _("应当在%(low)s至%(high)s之间。") % {"low": _edge(low), "high": _edge(high)}
                )
        if self.choices:
            chosen = list(value.values()) if isinstance(value, dict) else value
            for one in chosen if isinstance(chosen, list) else [chosen]:
                if str(one) not in self.choices:
                    raise self._refuse(_("请从列出的选项中选择。"))
        if self.validate is not None and (fault := self.validate(value)):
            raise self._refuse(fault)
        return value

    def _convert(self, raw: Any) -> Any:
        text = raw.strip() if isinstance(raw, str) else raw
        try:
            if self.type is bool:
                return (
                    text if isinstance(text, bool) else str(text).lower() in {"1", "true", "on", "yes", "是"}
                )
            if self.type is int:
                return int(str(text))
            if self.type is Decimal:
                number = Decimal(str(text))
                if not number.is_finite():
                    raise ValueError(text)
                return number
            if self.type is date:
                return text if isinstance(text, date) else date.fromisoformat(str(text))
            if self.type in {dict, list}:
                if not isinstance(text, self.type):
                    raise ValueError(text)
                return self.type(text)
            return str(text)
        except (ValueError, InvalidOperation) as reason:
            raise self._refuse(_TYPE_FAULTS.get(self.type, _("格式不正确。"))) from reason

    def words(self, value: Any) -> str:
        """Return a value as a page shows it."""
        if self.choices and isinstance(value, str):
            return self.choices.get(value, value)
        if value in ({}, []):
            return _("没有填写")
        if isinstance(value, dict):
            return "，".join(
                f"{self.keys.get(key, key)}：{self.choices.get(str(item), words(item))}{self.unit}"
                for key, item in value.items()
            )
        return words(value) + self.unit

    def _refuse(self, fault: str) -> InvalidInput:
        return InvalidInput(f"{self.label}：{fault}", fields={"value": [fault]})


_TYPE_FAULTS: dict[type, str] = {
    int: "请填写整数。",
    Decimal: "请填写数字。",
    date: "日期格式应为2026-11-24。",
}


def _edge(value: Any) -> str:
    return "…" if value is None else words(value)


_definitions: dict[str, Definition] = {}


def define(
    key: str,
    *,
    type: type,
    default: Any,
    label: str,
    help: str = "",
    basis: str = "",
    group: str = "",
    unit: str = "",
    minimum: int | Decimal | date | None = None,
    maximum: int | Decimal | date | None = None,
    choices: Mapping[str, str] | Sequence[tuple[str, str]] = (),
    keys: Mapping[str, str] | Sequence[tuple[str, str]] = (),
    validate: Callable[[Any], str | None] | None = None,
) -> Definition:
    """Make a setting known. The same key again replaces it.

    Args:
        type: bool, int, Decimal, str, date, dict or list.
        basis: the article that leaves the choice to the court, or sets its bounds.
        choices: code to words; for a dict they are the codes its values may have.
        keys: for a dict, the words of its keys, each of which the settings page asks for.
    """
    made = Definition(
        key=key,
        type=type,
        default=default,
        label=label,
        help=help,
        basis=basis,
        group=group or key.partition(".")[0],
        unit=unit,
        minimum=minimum,
        maximum=maximum,
        choices=dict(choices),
        keys=dict(keys),
        validate=validate,
    )
    _definitions[key] = made
    return made


def definition(key: str) -> Definition:
    """Return a setting's definition. Raises UnknownSetting."""
    try:
        return _definitions[key]
    except KeyError:
        raise UnknownSetting(key) from None


def definitions() -> list[Definition]:
    """Return every setting, by group and in the order of definition."""
    return sorted(_definitions.values(), key=lambda each: each.group)


def get(key: str, court_code: str, on: date | None = None) -> Any:
    """Return a court's value on a day (today where none is given), or the default. Raises UnknownSetting."""
    known = definition(key)
    row = _in_force(key, court_code, on or timezone.localdate())
    return known.default if row is None or row.is_default else known.parse(row.value)


@dataclass(frozen=True, slots=True)
class Current:
    """A setting as the settings page lists it; `planned` is a later value that is already entered."""

    definition: Definition
    value: Any
    is_default: bool
    since: date | None
    planned: CourtSetting | None

    @property
    def words(self) -> str:
        return self.definition.words(self.value)


def all_of_court(court_code: str, *, on: date) -> list[Current]:
    """Return every setting of a court on a day, in two queries at most."""
    rows: dict[str, CourtSetting] = {}
    planned: dict[str, CourtSetting] = {}
    for row in CourtSetting.objects.filter(court_code=court_code).order_by("valid_from", "pk"):
        if row.valid_from <= on:
            rows[row.key] = row
        else:
            planned.setdefault(row.key, row)
    found = []
    for known in definitions():
        row_now = rows.get(known.key)
        own = row_now is not None and not row_now.is_default
        value = known.parse(row_now.value) if row_now is not None and own else known.default
        since = row_now.valid_from if row_now is not None else None
        found.append(Current(known, value, not own, since, planned.get(known.key)))
    return found


def history(key: str, court_code: str) -> list[CourtSetting]:
    """Return every value a court has entered for a setting, newest first."""
    return list(CourtSetting.objects.filter(key=key, court_code=court_code).order_by("-valid_from", "-pk"))


@transaction.atomic
def change(
    *,
    key: str,
    court_code: str,
    value: Any,
    valid_from: date,
    reason: str,
    actor: JournalActor,
    at: datetime,
) -> CourtSetting:
    """Enter a value that holds from a day on, None to go back to the default; who may is asked above.

    Raises UnknownSetting, InvalidInput (bad value, day in the past, no reason).
    """
    known = definition(key)
    today = timezone.localtime(at).date()
    parsed = None if value is None else known.parse(value)
    if valid_from < today:
        fault = _("参数不能改变过去，请从今天或者以后的日期起。")
        raise InvalidInput(fault, fields={"valid_from": [fault]})
    if not reason.strip():
        raise InvalidInput(_("请写明修改理由。"), fields={"reason": [_("请填写理由。")]})
    before = get(key, court_code, on=valid_from)
    row = CourtSetting.objects.create(
        key=key,
        court_code=court_code,
        value=plain(parsed),
        is_default=value is None,
        valid_from=valid_from,
        reason=reason.strip()[:300],
        changed_at=at,
        changed_by=actor.name,
    )
    after = known.default if value is None else parsed
    journal.record(
        events.SettingChanged(
            key=key,
            label=known.label,
            before=before,
            before_text=known.words(before),
            after=after,
            after_text=known.words(after),
            valid_from=valid_from,
            reason=row.reason,
        ),
        actor=actor,
        court_code=court_code,
        subject=f"setting:{key}",
        at=at,
    )
    return row


def _in_force(key: str, court_code: str, on: date) -> CourtSetting | None:
    return (
        CourtSetting.objects.filter(key=key, court_code=court_code, valid_from__lte=on)
        .order_by("-valid_from", "-pk")
        .first()
    )

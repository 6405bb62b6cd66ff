"""How the court's values look on a page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.contrib.messages import constants
from django.http import QueryDict

from xiezhi.identity.contracts import Role
from xiezhi.web.templatetags import court

DAY = date(2026, 3, 5)


@pytest.mark.parametrize(
    ("value", "words", "short"),
    [
        pytest.param(DAY, "2026年3月5日", "2026-03-05", id="date"),
        pytest.param("2026-03-05", "2026年3月5日", "2026-03-05", id="text of the record"),
        pytest.param(
            datetime(2026, 3, 4, 16, 5, tzinfo=UTC), "2026年3月5日", "2026-03-05", id="court's time"
        ),
        pytest.param(None, "", "", id="no date"),
        pytest.param("下周", "", "", id="no date either"),
    ],
)
def test_dates(value: object, words: str, short: str) -> None:
    assert court.date_cn(value) == words
    assert court.date_iso(value) == short


def test_a_moment_is_shown_in_the_court_s_time() -> None:
    assert court.moment(datetime(2026, 3, 5, 1, 5, tzinfo=UTC)) == "2026-03-05 09:05"
    assert court.moment(DAY) == "2026-03-05"
    assert court.weekday_cn(DAY) == "周四"
    assert court.weekday_cn(None) == ""


@pytest.mark.parametrize(
    ("value", "figures", "upper"),
    [
        pytest.param("128560.5", "128,560.50", "壹拾贰万捌仟伍佰陆拾元伍角整", id="two decimals"),
        pytest.param(Decimal("0"), "0.00", "零元整", id="nothing is an amount"),
        pytest.param("10000", "10,000.00", "壹万元整", id="round"),
        pytest.param("0.005", "0.01", "壹分", id="half a cent goes up"),
        pytest.param("1000000.07", "1,000,000.07", "壹佰万元零柒分", id="a gap is read"),
        pytest.param("1e20", "100,000,000,000,000,000,000.00", "", id="beyond the numerals"),
        pytest.param(None, "", "", id="no amount"),
        pytest.param("", "", "", id="empty"),
        pytest.param("很多", "", "", id="no number"),
        pytest.param(True, "", "", id="yes is no amount"),
    ],
)
def test_money(value: object, figures: str, upper: str) -> None:
    assert court.money(value) == figures
    assert court.money_cn(value) == upper


@pytest.mark.parametrize(
    "spelling",
    ["（2026）冀0606民初1234号", "(2026)冀0606民初1234号", "2026冀0606民初1234", "2026 冀0606 民初 1234 号"],
)
def test_a_case_number_looks_as_the_supreme_court_writes_it(spelling: str) -> None:
    assert court.case_number(spelling) == "（2026）冀0606民初1234号"


def test_what_is_no_case_number_stays() -> None:
    assert court.case_number("立案前调解") == "立案前调解"
    assert court.case_number(None) == ""


@pytest.mark.parametrize(
    ("value", "kind", "masked"),
    [
        pytest.param("张三", "", "张*", id="name"),
        pytest.param("欧阳春晓", "name", "欧***", id="long name"),
        pytest.param("王", "", "*", id="a single character tells everything"),
        pytest.param("130602199001011234", "", "1306**********1234", id="identity number"),
        pytest.param("13060219900101123X", "id", "1306**********123X", id="identity number with X"),
        pytest.param("12345678", "id", "********", id="a short number is hidden whole"),
        pytest.param("13812345678", "", "138****5678", id="mobile"),
        pytest.param("0312-5071234", "phone", "031****1234", id="landline"),
        pytest.param("", "id", "", id="nothing"),
        pytest.param(None, "", "", id="none"),
    ],
)
def test_mask(value: object, kind: str, masked: str) -> None:
    assert court.mask(value, kind) == masked


@pytest.mark.parametrize(
    ("code", "tone"),
    [("ACCEPTED", "good"), ("REFUSED", "danger"), ("CORRECTION_REQUESTED", "warn"), ("PENDING", "info")],
)
def test_a_status_has_a_tone(code: str, tone: str) -> None:
    assert court.status_tone(code) == tone


def test_an_unknown_status_is_plain_and_shows_its_words() -> None:
    assert court.status_tone("SOMETHING") == "plain"
    assert court.status_label(SimpleNamespace(label="审理中")) == "审理中"
    assert court.status_label("审理中") == "审理中"
    assert court.status_label(None) == ""


def test_a_role_is_named_from_whatever_stands_for_it() -> None:
    assert court.role_label(Role.JUDGE) == court.role_label("JUDGE") == "法官"
    assert court.role_label("陪审员") == "陪审员"


def test_days_left() -> None:
    assert court.days_left(DAY, date(2026, 3, 1)) == "剩 4 天"
    assert court.days_left("2026-03-05", DAY) == "今天到期"
    assert court.days_left(None, DAY) == ""


def test_the_tone_of_a_message() -> None:
    tones = {"INFO": "info", "SUCCESS": "good", "WARNING": "warn", "ERROR": "danger"}
    for name, tone in tones.items():
        assert court.message_tone(SimpleNamespace(level=getattr(constants, name))) == tone


class PaperForm(forms.Form):
    name = forms.CharField(label="姓名")
    on = forms.DateField(label="日期", widget=forms.DateInput)
    kind = forms.ChoiceField(label="方式", choices=[("A", "邮寄")], widget=forms.RadioSelect)

    def clean(self) -> None:
        raise forms.ValidationError("两处不一致")


def test_every_error_of_a_form_leads_to_its_field() -> None:
    form = PaperForm({"name": "", "on": "2026-02-30", "kind": "A"})

    found = list(court.form_errors(form))

    assert found[0] == ("", "", "两处不一致")
    assert [(anchor, label) for anchor, label, _message in found[1:]] == [
        ("id_name", "姓名"),
        ("id_on", "日期"),
    ]
    assert list(court.form_errors(None)) == []


def test_a_wrong_field_is_marked_and_a_date_can_be_typed() -> None:
    form = PaperForm({"name": "", "on": "20260305", "kind": "A"})
    form.is_valid()

    name, on, kind = (court.field_view(form[key]) for key in ("name", "on", "kind"))

    assert "is-invalid" in name.widget
    assert name.errors
    assert 'inputmode="numeric"' in on.widget
    assert (kind.grouped, kind.checkbox) == (True, False)


def test_values_of_the_url_and_of_mappings() -> None:
    assert court.getlist(QueryDict("stage=A&stage=B"), "stage") == ["A", "B"]
    assert court.getlist(None, "stage") == []
    assert court.entry({"a": 1}, "a") == 1
    assert court.entry("a", "a") is None

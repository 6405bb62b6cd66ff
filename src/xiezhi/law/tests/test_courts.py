"""Court codes of Hebei and the rule by which every court is coded."""

from __future__ import annotations

import pytest

from xiezhi.law import courts
from xiezhi.law.courts import CourtLevel


def test_the_courts_of_hebei() -> None:
    current, every = courts.all_courts(), courts.all_courts(include_historical=True)
    assert (len(current), len(every)) == (183, 197)
    assert sum(c.level is CourtLevel.HIGH for c in current) == 1
    assert len(courts.baoding_two_level()) == 23
    assert all(c.status and c.source for c in every)


@pytest.mark.parametrize("court", courts.all_courts(include_historical=True), ids=lambda c: c.code)
def test_code_level_and_superior_agree(court: courts.Court) -> None:
    assert courts.level_of(court.code) is court.level
    assert courts.get(court.code) == court
    if court.parent is not None:
        assert courts.get(court.parent).level is not CourtLevel.BASIC
        assert court in courts.children(court.parent, include_historical=True)


def test_a_merged_court_has_a_successor_and_no_new_numbers() -> None:
    old = courts.get("冀0603")
    assert not old.is_current
    assert courts.successor_of("冀0603").code == "冀0606"
    assert old not in courts.all_courts()


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("最高法", "SUPREME"),
        ("冀", "HIGH"),
        ("冀06", "INTERMEDIATE"),
        ("冀0606", "BASIC"),
        ("京0491", "BASIC"),
    ],
)
def test_levels(code: str, level: str) -> None:
    assert courts.level_of(code) == level


@pytest.mark.parametrize("code", ["", "冀6", "冀060", "冀06066", "冀O606", "某0606", "0606"])
def test_codes_that_break_the_rule(code: str) -> None:
    assert not courts.is_court_code(code)
    with pytest.raises(courts.NotACourtCode) as caught:
        courts.level_of(code)
    assert str(caught.value)


def test_finding_courts() -> None:
    court = courts.by_name("保定市莲池区人民法院")
    assert court is not None
    assert court.code == "冀0606"
    assert courts.find("冀9999") is None
    with pytest.raises(courts.UnknownCourt):
        courts.get("冀9999")
    province = courts.province_of("冀0606")
    assert province is not None
    assert province.name == "河北省"
    assert {c.parent for c in courts.basic_courts_of("冀06")} == {"冀06"}

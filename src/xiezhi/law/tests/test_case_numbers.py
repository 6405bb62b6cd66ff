"""Case numbers: every type code at every court goes round, and every spelling people use is read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.law import case_numbers, courts
from xiezhi.law.case_numbers import CaseNumber, LegacyCaseNumber, NotACaseNumber

TYPES = [info.code for info in case_numbers.type_codes()]
COURTS = [court.code for court in courts.all_courts(include_historical=True)]
CAREFUL = settings(deadline=None, database=None, max_examples=200)


def test_132_type_codes() -> None:
    assert len(TYPES) == len(set(TYPES)) == 132
    assert all(info.case_types and info.source and info.status for info in case_numbers.type_codes())
    assert {info.major for info in case_numbers.type_codes()} >= {"民事案件", "刑事案件", "行政案件"}


@pytest.mark.parametrize("type_code", TYPES)
def test_every_type_code_at_every_court_goes_round(type_code: str) -> None:
    for court in (*COURTS, courts.SUPREME):
        number = CaseNumber(2026, court, "", type_code, 17)
        assert case_numbers.parse(number.format()) == number


@CAREFUL
@given(
    year=st.integers(2016, 2099),
    court=st.sampled_from(COURTS),
    special=st.sampled_from(["", "知"]),
    type_code=st.sampled_from(TYPES),
    seq=st.integers(1, 99_999_999),
    sub=st.sampled_from(["", "之一", "之二", "之十", "之十二"]),
    brackets=st.sampled_from(["（）", "()", "〔〕", "[]", "【】"]),
    ordinal=st.sampled_from(["", "第", "字第"]),
    zeros=st.integers(0, 3),
    space=st.sampled_from(["", " ", "　"]),
)
def test_every_spelling_is_read(
    year: int, court: str, special: str, type_code: str, seq: int, sub: str,
    brackets: str, ordinal: str, zeros: int, space: str,
) -> None:  # fmt: skip
    number = CaseNumber(year, court, special, type_code, seq, sub)
    parts = (brackets[0], str(year), brackets[1], court, special, type_code, ordinal, "0" * zeros + str(seq))
    written = space.join(parts) + "号" + sub
    assert case_numbers.parse(written) == number
    assert (
        case_numbers.parse(written.translate(str.maketrans("0123456789", "０１２３４５６７８９"))) == number
    )
    assert case_numbers.parse(str(number)).format() == number.format()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("(2026)冀0606民初1号", "（2026）冀0606民初1号"),
        ("2026冀0606民初1", "（2026）冀0606民初1号"),
        ("２０２６年冀０６０６民初字第00012号", "（2026）冀0606民初12号"),
        ("案号：（2026）冀0606民初1号", "（2026）冀0606民初1号"),
        ("（2026）冀0606执恢3号", "（2026）冀0606执恢3号"),
        ("（2026）冀0606执3号", "（2026）冀0606执3号"),
        ("（2019）最高法知民终2号", "（2019）最高法知民终2号"),
        ("（2026）冀06民终88号之一", "（2026）冀06民终88号之一"),
        ("（2026）冀06民终88-1号", "（2026）冀06民终88号之一"),
        ("（2026）冀民申9号", "（2026）冀民申9号"),
    ],
)
def test_spellings(text: str, number: str) -> None:
    assert str(case_numbers.parse(text)) == number


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "为空"),
        ("冀0606民初1号", "收案年度"),
        ("（26）冀0606民初1号", "四位数字"),
        ("（2015）冀0606民初1号", "早于2016年"),
        ("（2026）民初1号", ""),
        ("（2026）冀0606初1号", "初"),
        ("（2026）冀0606民初号", "案件编号"),
        ("（2026）冀0606民初一号", "阿拉伯数字"),
        ("（2026）冀0606民初0号", "自然数"),
        ("（2026）冀0606民初123456789号", "超过8位"),
        ("（2026）冀0606民初1号，2号", "多出"),
        ("（2026）冀06067民初1号", ""),
        ("（2026）冀0606", "类型代字"),
    ],
)
def test_refusals_say_why(text: str, words: str) -> None:
    with pytest.raises(NotACaseNumber) as caught:
        case_numbers.parse(text)
    assert words in str(caught.value)
    assert str(caught.value)


@pytest.mark.parametrize(
    ("text", "court", "kind", "seq"),
    [
        ("（2014）沈河刑初字第13号", "沈河", "刑初", 13),
        ("(2013)民提字第0021号", "", "民提", 21),
        ("〔2012〕商河民初字第5号", "商河", "民初", 5),
        ("（2010）保民二终字第77号", "保", "民二终", 77),
    ],
)
def test_numbers_from_before_2016(text: str, court: str, kind: str, seq: int) -> None:
    found = case_numbers.parse_any(text)
    assert isinstance(found, LegacyCaseNumber)
    assert (found.court_text, found.type_text, found.seq) == (court, kind, seq)
    assert case_numbers.parse_any(str(found)) == found


def test_papers_of_others_are_no_case_numbers() -> None:
    with pytest.raises(NotACaseNumber):
        case_numbers.parse_any("（2014）病检字第289号")


def test_numbers_in_running_text() -> None:
    text = "不服（2025）冀0606民初1号民事判决及(2014)沈河刑初字第13号，另见（2026）××刑初字第1号。"
    found = case_numbers.find_all(text)
    assert [str(hit.number) for hit in found] == ["（2025）冀0606民初1号", "（2014）沈河刑初字第13号"]
    assert text[found[0].start : found[0].end] == "（2025）冀0606民初1号"


def test_numbers_sort_by_year_court_type_and_sequence() -> None:
    texts = [
        "（2026）冀0606民初10号",
        "（2026）冀0606民初9号",
        "（2025）冀0606民初99号",
        "（2014）沈河刑初字第13号",
    ]
    ordered = sorted(map(case_numbers.parse_any, texts), key=lambda number: number.sort_key)
    assert [str(number) for number in ordered] == [texts[3], texts[2], texts[1], texts[0]]


def test_what_a_number_knows() -> None:
    number = case_numbers.parse("（2026）冀0606民初1号之一")
    assert str(number.case) == "（2026）冀0606民初1号"
    assert number.court is not None
    assert number.court.name == "保定市莲池区人民法院"
    assert number.type_info.major == "民事案件"
    assert case_numbers.is_type_code_for("民初", "民事案件")
    with pytest.raises(case_numbers.UnknownTypeCode):
        case_numbers.type_code_info("月初")

"""Reading judgments: everything expected of the invented ones, spellings of the wild, and hostile texts."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from datetime import date
from typing import Any

import pytest

from xiezhi.cases.rules.judgments import causes, citations, dates, names, read_judgment, read_text
from xiezhi.cases.tests.judgments.invented_cases import NAMES, expected_of, text_of


@pytest.mark.parametrize("name", NAMES)
def test_all_facts_of_an_invented_judgment(name: str) -> None:
    read = read_judgment({"docid": f"invented-{name}", "qw": text_of(name)}).to_json()

    assert json.loads(json.dumps(read)) == expected_of(name)


@pytest.mark.parametrize("name", NAMES)
def test_line_breaks_may_come_as_spaces(name: str) -> None:
    read = read_judgment({"docid": f"invented-{name}", "qw": " ".join(text_of(name).split("\n"))}).to_json()
    expected = expected_of(name)

    for field in (
        "court",
        "case_number",
        "case_kind",
        "document_type",
        "participants",
        "causes",
        "decided_on",
        "panel",
    ):
        assert read[field] == expected[field], field


@pytest.mark.parametrize(
    "name",
    [
        "criminal-masked-names-glued",
        "criminal-first-public-ordinary",
        "enforcement-round-ended",
        "enforcement-outsider-objection",
        "enforcement-added-respondents",
        "civil-second-two-appellants",
        "civil-retrial-by-high-court",
        "civil-halfwidth-assessors",
        "preservation-with-guarantor",
        "admin-first-two-organs",
    ],
)
def test_line_breaks_may_be_lost(name: str) -> None:
    text = f"某某{name[:8]}一审民事判决书" + re.sub(r"\s", "", text_of(name))
    read = read_judgment({"docid": f"invented-{name}", "qw": text}).to_json()
    expected = expected_of(name)

    for field in ("court", "case_number", "case_kind", "causes", "decided_on", "panel", "clerk"):
        assert read[field] == expected[field], field
    for field in ("participants", "agents"):
        assert [(row["name"], row["role"]) for row in read[field]] == [
            (row["name"], row["role"]) for row in expected[field]
        ], field


def test_articles_beyond_the_thousandth() -> None:
    assert citations.expand("第一千一百七十九条、第一千二百一十三条第二款") == [
        "第一千一百七十九条",
        "第一千二百一十三条第二款",
    ]


def test_there_are_enough_of_each_sort() -> None:
    kinds = {expected_of(name)["case_kind"] for name in NAMES}
    documents = {expected_of(name)["document_type"] for name in NAMES}

    assert len(NAMES) >= 40
    assert kinds >= {"CRIMINAL", "CIVIL", "ADMINISTRATIVE", "COMPENSATION", "ENFORCEMENT", "PRESERVATION"}
    assert documents == {"JUDGMENT", "RULING", "MEDIATION_STATEMENT", "DECISION", "PAYMENT_ORDER", "NOTICE"}


@pytest.mark.parametrize(
    ("written", "day"),
    [
        pytest.param("二〇一八年三月八日", date(2018, 3, 8), id="the usual zero"),
        pytest.param("二○一五年十月二十一日", date(2015, 10, 21), id="a circle"),
        pytest.param("二ＯＯ九年十一月十二日", date(2009, 11, 12), id="full-width letters"),
        pytest.param("二O九年八月五日", date(2009, 8, 5), id="a zero left out"),
        pytest.param("二0一六年十一月二十二日", date(2016, 11, 22), id="a digit for zero"),
        pytest.param("二○二○一八年五月二十九日", date(2018, 5, 29), id="the century twice"),
        pytest.param("二〇一九年四月一十二日", date(2019, 4, 12), id="one ten two"),
        pytest.param("２０１９年４月１２日", date(2019, 4, 12), id="full-width digits"),
        pytest.param("2019年12月3日", date(2019, 12, 3), id="digits"),
        pytest.param("二O一年一月二十一日", None, id="any of ten years"),
        pytest.param("二〇一八年二月三十日", None, id="no such day"),
    ],
)
def test_dates(written: str, day: date | None) -> None:
    found = dates.WRITTEN.search(written)

    assert (dates.from_match(found) if found else None) == day


@pytest.mark.parametrize(
    ("written", "articles"),
    [
        pytest.param(
            "第六十九条第一、三款、第七十二条",
            ["第六十九条第一款", "第六十九条第三款", "第七十二条"],
            id="two clauses",
        ),
        pytest.param(
            "第一百三十三条之一第一款第（二）项",
            ["第一百三十三条之一第一款第（二）项"],
            id="inserted article",
        ),
        pytest.param(
            "第二百二十五条第一款（一）项", ["第二百二十五条第一款第（一）项"], id="item without 第"
        ),
        pytest.param(
            "第七十三条第二款、第三款，第六十四条",
            ["第七十三条第二款", "第七十三条第三款", "第六十四条"],
            id="clauses",
        ),
        pytest.param(
            "第一百七十七条第一款第一项", ["第一百七十七条第一款第（一）项"], id="item without brackets"
        ),
    ],
)
def test_articles_are_told_apart(written: str, articles: list[str]) -> None:
    assert citations.expand(written) == articles


@pytest.mark.parametrize(
    ("rest", "found"),
    [
        pytest.param("张某甲，男，1980年", ["张某甲"], id="masked"),
        pytest.param("李某1，女", ["李某1"], id="numbered"),
        pytest.param("甲虚构、乙虚构，均系被害人", ["甲虚构", "乙虚构"], id="two"),
        pytest.param("阿布都虚构•买买提，男", ["阿布都虚构·买买提"], id="middle dot"),
        pytest.param("自报丙虚构，男", ["丙虚构"], id="by own account"),
        pytest.param("丁虚构曾因犯盗窃罪被判刑", ["丁虚构"], id="no comma"),
        pytest.param("虚构（集团）股份有限公司，住所地", ["虚构（集团）股份有限公司"], id="brackets within"),
        pytest.param(
            "虚构投资中心（有限合伙），住所地", ["虚构投资中心（有限合伙）"], id="brackets at the end"
        ),
        pytest.param("JOHN DOE，男", ["JOHN DOE"], id="Latin letters"),
        pytest.param("，男", [], id="nothing"),
    ],
)
def test_names(rest: str, found: list[str]) -> None:
    assert names.cut_names(rest)[0] == found


@pytest.mark.parametrize(
    ("verdict", "charges"),
    [
        pytest.param(
            "一、被告人甲犯贩卖毒品罪、非法持有枪支罪，判处",
            ("贩卖毒品罪", "非法持有枪支罪"),
            id="two at once",
        ),
        pytest.param(
            "被告人甲犯走私、贩卖、运输、制造毒品罪，判处；犯掩饰、隐瞒犯罪所得罪，判处",
            ("走私、贩卖、运输、制造毒品罪", "掩饰、隐瞒犯罪所得罪"),
            id="commas within",
        ),
        pytest.param(
            "一、撤销某法院判决第一项，即被告人甲犯挪用公款罪；二、上诉人甲犯挪用资金罪，免予刑事处罚",
            ("挪用资金罪",),
            id="what is set aside is left out",
        ),
        pytest.param(
            "被告人甲犯诈骗罪，判处有期徒刑三年，与原犯盗窃罪并罚",
            ("诈骗罪",),
            id="an earlier charge is left out",
        ),
        pytest.param("维持对被告人甲犯抢劫罪的定罪部分", ("抢劫罪",), id="not 定罪"),
        pytest.param("被告人甲的犯罪所得予以追缴", (), id="犯罪 is no charge"),
    ],
)
def test_charges_of_a_verdict(verdict: str, charges: tuple[str, ...]) -> None:
    assert causes.pronounced(verdict) == charges


@pytest.mark.parametrize(
    ("pronounced", "listed"),
    [
        pytest.param("贩卖毒品罪", "走私、贩卖、运输、制造毒品罪", id="one of several acts"),
        pytest.param("窝藏罪", "窝藏、包庇罪", id="one of two"),
        pytest.param("非法持有枪支罪", "非法持有、私藏枪支、弹药罪", id="one of several things"),
        pytest.param("盗窃罪", "盗窃罪", id="an exact name wins"),
        pytest.param("偷税罪", "逃税罪", id="a former name"),
        pytest.param("不存在的罪", None, id="none"),
    ],
)
def test_a_pronounced_charge_falls_under_one_of_the_list(pronounced: str, listed: str | None) -> None:
    assert causes.charge_in_list(pronounced) == listed


def test_a_text_that_is_no_judgment_says_what_is_missing() -> None:
    read = read_text("今天天气很好。")

    assert read.court is None
    assert set(read.problems) >= {"court", "case_number", "participants", "decided_on", "result"}


def test_a_name_that_begins_with_another_is_another_person() -> None:
    read = read_text(
        "被告人谢某，男，1984年生。 被告人谢某均（绰号“大头”），男。 被告人谢某均已到庭，指控属实。"
    )

    assert [party.name for party in read.participants] == ["谢某", "谢某均"]


@pytest.mark.parametrize(
    ("line", "acts_for"),
    [
        pytest.param("诉讼代理人丁戊，", ("丙三",), id="the nearest"),
        pytest.param("上述二被害人的诉讼代理人丁戊，", ("乙二", "丙三"), id="the two nearest"),
        pytest.param("以上被害人的共同诉讼代理人丁戊，", ("甲一", "乙二", "丙三"), id="all"),
    ],
)
def test_whom_an_agent_acts_for(line: str, acts_for: tuple[str, ...]) -> None:
    read = read_text(f"公诉机关某检察院。 被害人甲一。 被害人乙二。 被害人丙三。 {line}某某律师事务所律师。")

    assert [(agent.name, agent.acts_for) for agent in read.agents] == [("丁戊", acts_for)]


def test_a_lost_court_is_that_of_the_prosecution() -> None:
    read = read_text(
        "刑事判决书 （2015）虚赤法刑初字第226号 公诉机关虚构市赤土区人民检察院。 被告人甲乙，男。"
    )

    assert read.court == "虚构市赤土区人民法院"
    assert "court" in read.problems


_HEAD = "某市某区人民法院 刑事判决书 （2018）冀0606刑初12号 公诉机关某区人民检察院。 "
HOSTILE: dict[str, str] = {
    "one letter": "甲" * 1_000_000,
    "brackets": "（" * 1_000_000,
    "parties without end": _HEAD + "被告人张三，男。 " * 100_000,
    "one endless party": _HEAD + "被告人" + "张" * 1_000_000,
    "roles glued": _HEAD + "被告人" * 300_000,
    "numbers": _HEAD + "（2018）冀0606刑初12号" * 60_000,
    "orders": _HEAD + "判决如下：" * 200_000,
    "reasonings": _HEAD + " 本院认为，" * 160_000,
    "laws": _HEAD + "本院认为，依照" + "《中华人民共和国刑法》第一条、" * 60_000 + "判决如下： 甲犯盗窃罪。",
    "charges": _HEAD + "本院认为。依照《刑法》，判决如下： " + "犯盗窃、" * 250_000 + "罪。 审判员甲乙",
    "signatures": _HEAD + "判决如下： 无。 " + "审判员甲乙" * 200_000,
    "dates": _HEAD + "二〇一八年三月八日" * 110_000,
    "tags": "<" * 500_000 + ">" * 500_000,
    "spaces": "审 " * 500_000,
    "quotes": "《" * 1_000_000,
    "noise": "null" * 250_000,
    "lines": "审\n" * 500_000,
    "docketings": _HEAD + "本院于" * 300_000,
    "cases": "某法院 民事判决书 （2018）冀0606民初12号 原告甲乙，男。 原告甲乙与" + "被告丙丁一案" * 160_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_megabyte_of_nonsense_takes_little_time(name: str) -> None:
    started = time.process_time()
    read_text(HOSTILE[name])

    assert time.process_time() - started < 1.5  # a second on an idle machine


@pytest.mark.parametrize(
    "record",
    [{}, {"qw": None}, {"qw": ""}, {"qw": 12}, {"docid": None, "qw": "\x00\ud800"}, {"qw": ["a"]}],
    ids=str,
)
def test_a_strange_record_is_read_without_failing(record: dict[str, Any]) -> None:
    assert read_judgment(record).problems


def test_reading_needs_no_django() -> None:
    code = (
        "import sys; import xiezhi.cases.rules.judgments, xiezhi.cases.services.judgment_files;"
        "import xiezhi.project.imports;"
        "sys.exit(any(name == 'django' or name.startswith('django.') for name in sys.modules))"
    )

    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}

    assert subprocess.run([sys.executable, "-c", code], check=False, env=environment).returncode == 0

"""Causes and charges: the lists are whole, keys are stable, search finds what people type."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiezhi.law import causes
from xiezhi.law.causes import Cause, CauseKind


def everything(kind: str) -> list[Cause]:
    found: list[Cause] = []
    waiting = list(reversed(causes.roots(kind)))
    while waiting:
        cause = waiting.pop()
        found.append(cause)
        waiting.extend(reversed(causes.children(cause.key)))
    return found


# What a search may return: all but the chapters and sections of the Criminal Law, which are no charges.
EVERY = {
    kind: [c for c in everything(kind) if kind is not CauseKind.CRIMINAL or c.level == 3]
    for kind in CauseKind
}
PLAIN = {
    cause.key: "".join(char for char in cause.name if char.isalpha())
    for every in EVERY.values()
    for cause in every
}


@pytest.mark.parametrize(
    ("kind", "levels"),
    [
        ("CIVIL", {1: 12, 2: 59, 3: 514, 4: 470}),
        ("ADMINISTRATIVE", {1: 1, 2: 22, 3: 140}),
    ],
)
def test_the_lists_are_whole(kind: str, levels: dict[int, int]) -> None:
    assert Counter(cause.level for cause in everything(kind)) == levels


def test_483_charges() -> None:
    assert sum(cause.level == 3 for cause in everything("CRIMINAL")) == 483
    assert sum(bool(cause.article) for cause in everything("CRIMINAL")) == 26


@pytest.mark.parametrize("kind", list(CauseKind))
def test_keys_are_unique_and_lead_back_to_the_root(kind: CauseKind) -> None:
    every = everything(kind)
    assert len({cause.key for cause in every}) == len(every)
    for cause in every:
        above = causes.ancestors(cause.key)
        assert [c.level for c in above] == list(range(1, cause.level)) or kind is CauseKind.CRIMINAL
        assert (above[-1].key if above else None) == cause.parent_key
        assert causes.is_leaf(cause.key) is (not causes.children(cause.key))
        assert causes.get(cause.key) == cause
        if above:
            assert cause in causes.children(above[-1].key)


@pytest.mark.parametrize("kind", list(CauseKind))
def test_every_name_finds_its_cause(kind: CauseKind) -> None:
    for cause in everything(kind):
        if kind is CauseKind.CRIMINAL and cause.level < 3:
            continue  # chapters and sections of the Criminal Law are no charges
        found = causes.by_name(cause.name, kind)
        assert found is not None
        assert found.name == cause.name
        assert any(hit.name == cause.name for hit in causes.search(cause.name, kind, limit=5)), cause.name


def test_keys_do_not_move() -> None:
    """A key, once given, is in case files: these must hold through every revision."""
    for key, name in {
        "C01.01.001": "生命权、身体权、健康权纠纷",
        "C04.10.108.03": "民间借贷纠纷",
        "A01.003": "罚款",
    }.items():
        assert causes.get(key).name == name


@pytest.mark.parametrize(
    ("text", "kind", "first"),
    [
        ("民间借贷", None, "民间借贷纠纷"),
        ("离婚", "CIVIL", "离婚纠纷"),
        ("盗窃", "CRIMINAL", "盗窃罪"),
        ("危险驾驶", None, "危险驾驶罪"),
        ("罚款", "ADMINISTRATIVE", "罚款"),
    ],
)
def test_search(text: str, kind: str | None, first: str) -> None:
    assert causes.search(text, kind)[0].name == first


def test_search_edges() -> None:
    assert causes.search("") == []
    assert causes.search("没有这样的案由名称") == []
    assert len(causes.search("纠纷", "CIVIL", limit=7)) == 7
    assert causes.search("离婚", "CIVIL", limit=0) == []
    assert causes.search("离婚", "CIVIL", on=date(2019, 1, 1)) == []


def test_versions_carry_source_and_validity() -> None:
    for kind in CauseKind:
        for version in causes.versions(kind):
            assert version.legal_source
            assert version.status
    newest = causes.version_on("CIVIL", date(2026, 1, 1))
    assert newest is not None
    assert newest.valid_from == date(2026, 1, 1)
    assert causes.version_on("CIVIL", date(2025, 12, 31)) is None


def test_unknown_keys() -> None:
    for key in ("", "Z01", "C99"):
        with pytest.raises(causes.UnknownCause):
            causes.get(key)
    with pytest.raises(causes.UnknownCause):
        causes.get("C01", date(2020, 1, 1))


def test_a_filled_pattern_of_the_administrative_list_is_found() -> None:
    found = causes.by_name("不履行安置补偿职责", "ADMINISTRATIVE")
    assert found is not None
    assert found.name.startswith("不履行")


@settings(deadline=None, database=None, max_examples=300)
@given(st.data())
def test_search_against_a_look_at_every_name(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(list(CauseKind)))
    name = data.draw(st.sampled_from([cause.name for cause in EVERY[kind]]))
    start = data.draw(st.integers(0, max(len(name) - 2, 0)))
    part = name[start : start + data.draw(st.integers(2, 5))]
    if not part.isalpha():  # brackets and commas are forgiven, which a plain look does not do
        return
    found = [cause.key for cause in causes.search(part, kind, limit=2000)]
    assert set(found) == {cause.key for cause in EVERY[kind] if part in PLAIN[cause.key]}
    assert len(found) == len(set(found))

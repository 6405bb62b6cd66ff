"""Identity numbers, masking and grades."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiezhi.parties.contracts import Grade, PartyKind
from xiezhi.parties.models import Party
from xiezhi.parties.rules import grades, masking, numbers
from xiezhi.parties.tests.factories import credit_code, id_card

TODAY = date(2026, 11, 24)


class TestIdCards:
    # The example printed in GB 11643-1999, appendix A.
    EXAMPLE = "11010519491231002X"

    def test_the_example_of_the_standard(self) -> None:
        assert numbers.id_card_fault(self.EXAMPLE, on=TODAY) is None
        card = numbers.read_id_card(self.EXAMPLE, on=TODAY)
        assert card is not None
        assert (card.born_on, card.is_male) == (date(1949, 12, 31), False)

    @pytest.mark.parametrize(
        ("number", "said"),
        [
            pytest.param("110105491231002", "18位", id="the old fifteen digits"),
            pytest.param("11010519491231002x", "18位", id="not normalised"),
            pytest.param("110105194912310021", "校验位", id="check character"),
            pytest.param("99010519491231002X", "校验位", id="a residence card follows the standard"),
            pytest.param("88010519491231002X", "行政区划", id="no such province"),
            pytest.param("11010519491331002X", "出生日期", id="month 13"),
            pytest.param("11010520991231002X", "不合理", id="born in the future"),
            pytest.param("11010518491231002X", "不合理", id="born too long ago"),
        ],
    )
    def test_faults_are_said(self, number: str, said: str) -> None:
        assert said in str(numbers.id_card_fault(number, on=TODAY))
        assert numbers.read_id_card(number, on=TODAY) is None

    @given(st.integers(0, 500_000), st.booleans(), st.integers(0, 16), st.integers(1, 9))
    def test_one_wrong_digit_never_passes(self, n: int, male: bool, place: int, shift: int) -> None:
        good = id_card(n, male=male)
        assert numbers.id_card_fault(good, on=TODAY) is None
        wrong = good[:place] + str((int(good[place]) + shift) % 10) + good[place + 1 :]
        assert numbers.id_card_fault(wrong, on=TODAY) is not None

    @given(st.integers(0, 500_000), st.integers(0, 15))
    def test_two_neighbours_swapped_never_pass(self, n: int, place: int) -> None:
        good = id_card(n)
        swapped = good[:place] + good[place + 1] + good[place] + good[place + 2 :]
        assert swapped == good or numbers.id_card_fault(swapped, on=TODAY) is not None


class TestCreditCodes:
    def test_check_character(self) -> None:
        assert numbers.credit_code_fault("91350100M000100Y43") is None  # example of GB 32100-2015
        assert "校验位" in str(numbers.credit_code_fault("91350100M000100Y44"))
        assert "I、O、S、V、Z" in str(numbers.credit_code_fault("91350100M000100I43"))

    @given(st.integers(0, 9_999_999), st.integers(0, 16), st.integers(1, 30))
    def test_one_wrong_character_never_passes(self, n: int, place: int, shift: int) -> None:
        good = credit_code(n)
        assert numbers.credit_code_fault(good) is None
        letters = numbers.CREDIT_CODE_ALPHABET
        wrong = letters[(letters.index(good[place]) + shift) % 31]
        assert numbers.credit_code_fault(good[:place] + wrong + good[place + 1 :]) is not None


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("11010519491231002x", "11010519491231002X"),
        ("110105 19491231 002X", "11010519491231002X"),
        ("110105-19491231-002X", "11010519491231002X"),
        ("１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
    ],
)
def test_numbers_are_stored_in_one_spelling(text: str, stored: str) -> None:
    assert numbers.normalise(text) == stored


@pytest.mark.parametrize(
    ("number", "good"),
    [
        ("13812341234", True),
        ("0312-5081234", True),
        ("03125081234", True),
        ("+8613812341234", True),
        ("12345678901", False),
        ("138123", False),
    ],
)
def test_phones(number: str, good: bool) -> None:
    assert (numbers.phone_fault(number) is None) == good


@pytest.mark.parametrize(("number", "good"), [("E12345678", True), ("e123", False), ("护照12345", False)])
def test_passports(number: str, good: bool) -> None:
    assert (numbers.passport_fault(number) is None) == good


class TestMasking:
    @pytest.mark.parametrize(
        ("name", "masked"),
        [("张伟", "张*"), ("张小明", "张**"), ("欧阳明", "欧阳*"), ("欧阳", "欧*"), ("王", "王"), ("", "")],
    )
    def test_names(self, name: str, masked: str) -> None:
        assert masking.mask_name(name) == masked

    @pytest.mark.parametrize(
        ("phone", "masked"),
        [("13812341234", "138****1234"), ("0312-5081234", "********1234"), ("", ""), ("12", "**")],
    )
    def test_phones(self, phone: str, masked: str) -> None:
        assert masking.mask_phone(phone) == masked

    @pytest.mark.parametrize(
        ("address", "masked"),
        [
            ("河北省保定市竞秀区测试路1号", "河北省保定市竞秀区****"),
            ("保定市涿州市双塔街道2号", "保定市涿州市****"),
            ("北京市朝阳区某街3号", "北京市朝阳区****"),
            ("某街3号", "****"),
            ("", ""),
        ],
    )
    def test_addresses_stay_to_the_county(self, address: str, masked: str) -> None:
        assert masking.mask_address(address) == masked

    @given(st.text("0123456789X", min_size=0, max_size=20))
    def test_numbers_keep_their_length_and_hide_the_middle(self, number: str) -> None:
        masked = masking.mask_number(number)
        assert len(masked) == len(number)
        assert len(number) < 3 or masked.count("*") >= min(len(number) - 8, len(number) - 2)
        if len(number) == 18:
            assert masked == number[:4] + "*" * 10 + number[-4:]


class TestGrades:
    def test_every_column_has_a_grade(self) -> None:
        columns = {field.name for field in Party._meta.get_fields()} - {"id"}
        assert columns == grades.graded_fields()
        with pytest.raises(KeyError):
            grades.grade_of("shoe_size", PartyKind.PERSON)

    def test_people_are_guarded_more_closely_than_companies(self) -> None:
        for field in ("identity_number", "address"):
            assert not grades.may_see(Grade.INTERNAL, field, PartyKind.PERSON)
            assert grades.may_see(Grade.PERSONAL, field, PartyKind.PERSON)
            assert grades.may_see(Grade.PUBLIC, field, PartyKind.ORGANISATION)
        assert not grades.may_see(Grade.PERSONAL, "identity_hash", PartyKind.ORGANISATION)

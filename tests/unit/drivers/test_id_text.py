"""The text in an ID card's chip: all four layouts, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from firmware_bridge.drivers.id_text import NATIONS, check_character, parse
from guitai.errors import GuitaiError
from tests.fixtures.wires.id_reader import padded, resident


def text_of(*pieces: tuple[str, int]) -> bytes:
    text = b"".join(padded(words, size) for words, size in pieces)
    assert len(text) == 256
    return text


def test_a_resident_with_an_end_of_validity():
    card = parse(resident(until="20300104"), b"photo")
    assert card.valid_to == date(2030, 1, 4)
    assert card.photo == b"photo"
    assert card.pass_number == card.latin_name == ""


def test_a_residence_permit_of_hong_kong_macau_taiwan():
    text = text_of(
        ("陈大文", 30), ("1", 2), ("", 4), ("19800229", 16), ("广东省深圳市福田区", 70), ("81000019800229001" + check_character("81000019800229001"), 36),
        ("深圳市公安局", 30), ("20190901", 16), ("20240901", 16), ("H12345678", 18), ("01", 4), ("", 6), ("J", 2), ("", 6),
    )  # fmt: skip
    card = parse(text, b"")
    assert (card.kind, card.name, card.sex, card.pass_number) == ("hmt", "陈大文", "male", "H12345678")
    assert card.nation == ""


def test_a_foreigner_of_2017():
    text = text_of(
        ("ZHENGJIAN, YANGBEN", 120), ("2", 2), ("CAN110081081810", 30), ("CAN", 6), ("证件样本", 30), ("20150619", 16), ("20250618", 16),
        ("19810803", 16), ("01", 4), ("1500", 8), ("I", 2), ("", 6),
    )  # fmt: skip
    card = parse(text, b"")
    assert (card.kind, card.name, card.latin_name) == ("foreigner", "证件样本", "ZHENGJIAN, YANGBEN")
    assert (card.number, card.nation, card.issuer) == ("CAN110081081810", "CAN", "1500")


def test_a_foreigner_of_2023_whose_long_name_goes_on_elsewhere():
    number = "91112419810803001"
    text = text_of(
        ("", 30), ("2", 2), ("01", 4), ("19810803", 16), ("ALEXANDRA CONSTANTINOPOLITANA VERY ", 70), (number + check_character(number), 36),
        ("", 30), ("20231201", 16), ("20331130", 16), ("LONG NAME", 22), ("124", 6), ("Y", 2), ("", 6),
    )  # fmt: skip
    card = parse(text, b"")
    assert card.latin_name == card.name == "ALEXANDRA CONSTANTINOPOLITANA VERY LONG NAME"
    assert card.nation == "124"


def test_the_check_digit_of_the_standards_example():
    assert check_character("11010519491231002") == "X"
    assert check_character("44052418800101001") == "4"
    assert check_character("4405241880010100") == check_character("1101051949123100²") == ""


def test_all_56_peoples_are_named_once():
    assert len(set(NATIONS.values())) == 58
    assert [code for code in NATIONS if code <= 56] == list(range(1, 57))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (resident()[:-2], "size"),
        (resident(number="110105194912310021"), "check digit"),
        (resident(until="20301301"), "date"),
        (resident(until="2030 1 1"), "date"),
        (b"\x00\xd8" + resident()[2:], "text"),
    ],
)
def test_what_is_damaged_is_refused_without_telling_whose_it_is(text: bytes, why: str):
    with pytest.raises(GuitaiError) as refused:
        parse(text, b"")
    assert refused.value.code == "driver.id_card_unreadable"
    assert why in str(refused.value)
    assert "1101" not in str(refused.value)

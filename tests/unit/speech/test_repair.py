"""Bank terms by sound, and PINs that must never be shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_models.speech.repair import TERMS, bias, repair
from edge_models.speech.words import load_dictionary
from guitai.messages.spoken_secrets import REDACTED, redact


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("查一下鱼鹅", "查一下余额"),
        ("我要转帐", "我要转账"),
        ("我的卡挂式", "我的卡挂失"),
        ("我要存前", "我要存钱"),
    ],
)
def test_same_sounding_words_become_the_term(heard: str, meant: str):
    assert bias(heard) == meant


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("查一下鱼盒", "查一下余额"),
        ("帮我看看鱼荷", "帮我看看余额"),
        ("查银额", "查余额"),
        ("买鱼和肉的钱", "买鱼和肉的钱"),
        ("给于和转两千", "给于和转两千"),
    ],
)
def test_the_balance_is_heard_in_spite_of_its_second_sound(heard: str, meant: str):
    assert repair(heard) == meant


@pytest.mark.parametrize("text", ["于是我就来了", "我现在存在这里", "我想取五百块钱", "这个人员是谁", "理想很好", ""])
def test_other_words_stay(text: str):
    assert bias(text) == text


@pytest.fixture
def dictionary(tmp_path: Path) -> None:
    load_dictionary(tmp_path)


@pytest.mark.usefixtures("dictionary")
@pytest.mark.parametrize("text", ["我这卡好久没用了", "这张卡好像坏了", "那卡好多年没动了"])
def test_a_character_that_begins_the_next_word_belongs_there(text: str):
    assert bias(text) == text


@pytest.mark.usefixtures("dictionary")
def test_a_term_is_still_heard_where_no_word_begins():
    assert bias("我的卡好是多少") == "我的卡号是多少"


@pytest.mark.parametrize("text", ["转一千六畀阿哥霍启文", "给霍启转两百", "给我表姐霍琪打八百", "房东李希要三千"])
def test_names_are_no_terms(text: str):
    assert bias(text) == text


@pytest.mark.parametrize("term", TERMS)
def test_terms_stay_themselves(term: str):
    assert bias(f"我要{term}") == f"我要{term}"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("密码是一二三四五六", f"密码是{REDACTED}"),
        ("我的密码是123456你记一下", f"我的密码是{REDACTED}你记一下"),
        ("密码 1 2 3 4 5 6", f"密码 {REDACTED}"),
        ("一二三四五六是我的密码", f"{REDACTED}是我的密码"),
        ("密码就是六个八", f"密码就是{REDACTED}"),
        ("PIN是四三二一", f"PIN是{REDACTED}"),
    ],
)
def test_spoken_pins_are_hidden(said: str, shown: str):
    assert redact(said) == shown


@pytest.mark.parametrize("text", ["我忘记密码了", "密码输错三次了", "转五千到六二二二零二", "尾号三八零二，密码忘了"])
def test_what_is_no_pin_stays(text: str):
    assert redact(text) == text


@given(
    st.text(alphabet="零一二三四五六七八九", min_size=6, max_size=6),
    st.sampled_from(["密码是", "我的密码", "密码，是"]),
)
def test_no_six_digit_pin_passes(pin: str, before: str):
    assert pin not in repair(before + pin)


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("我要去五百块钱。", "我要取五百块钱。"),
        ("去2000块", "取2000块"),
        ("我明天去银行", "我明天去银行"),
        ("去三楼", "去三楼"),
        ("我要去,五百块钱。", "我要取,五百块钱。"),
        ("帮我查一下银额", "帮我查一下余额"),
        ("昨天的营业额", "昨天的营业额"),
        ("我想问以下", "我想问一下"),
        ("以下是说明", "以下是说明"),
    ],
)
def test_what_is_never_said_becomes_what_is(heard: str, meant: str) -> None:
    assert repair(heard) == meant

"""Figures as a teller reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_models.speech.tts.clauses import MAX_CHARS, split
from edge_models.speech.tts.reading import aloud, cardinal


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("5,000 元", "五千元"),
        ("尾号3802", "尾号三八零二"),
        ("¥1,234.50", "一千二百三十四元五角"),
        ("12,002.05元", "一万两千零二元零五分"),
        ("0.05元", "五分"),
        ("180,000元", "十八万元"),
        ("20000元", "两万元"),
        ("2元", "两元"),
        ("卡号6222****3802", "卡号尾号三八零二"),
        ("2025-03-08 9:30", "二零二五年三月八日九点半"),
        ("利率1.5%", "利率百分之一点五"),
        ("热线95500或96110", "热线九五五零零或九六幺幺零"),
        ("3-5个工作日", "三到五个工作日"),
        ("24小时后到账", "二十四小时后到账"),
        ("手机号13812345678", "手机号幺三八幺二三四五六七八"),
    ],
)
def test_figures(written: str, read: str):
    assert aloud(written) == read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (0, "零"),
        (10, "十"),
        (110, "一百一十"),
        (2050, "两千零五十"),
        (100_010_001, "一亿零一万零一"),
        (1_020_000, "一百零二万"),
    ],
)
def test_cardinals(value: int, read: str):
    assert cardinal(value) == read


@given(st.integers(0, 10**12 - 1))
def test_cardinals_read_back(value: int):
    import cn2an

    assert cn2an.cn2an(cardinal(value), "smart") == value


@given(st.text(max_size=80))
def test_no_figure_is_left(text: str):
    assert not any(c in "0123456789" for c in aloud(text))


def test_clauses_are_spoken_one_by_one():
    assert split("您好，欢迎光临。请问您要办理什么业务？") == ["您好，欢迎光临。", "请问您要办理什么业务？"]
    assert split("转账5,000元，9:30到账。") == ["转账5,000元，", "9:30到账。"]


@given(st.text(max_size=200))
def test_clauses_lose_nothing(text: str):
    clauses = split(text)
    words = [c for c in text if c.isalnum()]
    assert [c for clause in clauses for c in clause if c.isalnum()] == words
    assert all(len(clause) <= MAX_CHARS + 8 for clause in clauses)

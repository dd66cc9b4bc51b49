"""Figures as a teller reads them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_models.speech.tts.cardinals import cardinal
from edge_models.speech.tts.clauses import MAX_CHARS, split
from edge_models.speech.tts.english import aloud as aloud_in_english
from edge_models.speech.tts.phonemes import is_english
from edge_models.speech.tts.reading import aloud


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("5,000 元", "五千元"),
        ("12345.60元", "一万两千三百四十五元六角"),
        ("￥5,000", "五千元"),
        ("¥1,234.50", "一千二百三十四元五角"),
        ("三万二", "三万二"),
        ("5,000.00元", "五千元"),
        ("12,002.05元", "一万两千零二元零五分"),
        ("0.05元", "五分"),
        ("0.5元", "五角"),
        ("0元", "零元"),
        ("180,000元", "十八万元"),
        ("20000元", "两万元"),
        ("2元", "两元"),
        ("200元", "两百元"),
        ("220元", "两百二十元"),
        ("222元", "两百二十二元"),
        ("2,200元", "两千二百元"),
        ("1,000,000元", "一百万元"),
        ("123,456,789.01元", "一亿两千三百四十五万六千七百八十九元零一分"),
        ("20 万元", "二十万元"),
        ("2万元", "两万元"),
        ("3.2万元", "三点二万元"),
        ("¥3.2万", "三点二万元"),
        ("2块钱", "两块钱"),
        ("3元5角", "三元五角"),
        ("余额-50.00元", "余额负五十元"),
        ("$100", "一百美元"),
        ("100美元", "一百美元"),
        ("HK$2,000.50", "两千点五零港元"),
        ("10元/年", "十元每年"),
        ("５０００元", "五千元"),
        ("1万-5万元", "一万到五万元"),
        ("100-200元", "一百到两百元"),
        ("尾号3802", "尾号三八零二"),
        ("尾号为 3802", "尾号为三八零二"),
        ("卡号6222****3802", "卡号尾号三八零二"),
        ("**** 3802", "尾号三八零二"),
        ("手机138****5678", "手机尾号五六七八"),
        ("卡号6222021234563802", "卡号六二二二，零二幺二，三四五六，三八零二"),
        ("账号 6222 0212 3456 3802 123", "账号六二二二，零二幺二，三四五六，三八零二，幺二三"),
        ("手机号13812345678", "手机号幺三八，幺二三四，五六七八"),
        ("+86 138 1234 5678", "幺三八，幺二三四，五六七八"),
        ("13812345678", "幺三八，幺二三四，五六七八"),
        ("0571-87654321", "零五七幺，八七六五四三二幺"),
        ("400-800-1234", "四零零，八零零，幺二三四"),
        ("热线95500或96110", "热线九五五零零或九六幺幺零"),
        ("打110", "打幺幺零"),
        ("10086", "幺零零八六"),
        ("验证码 123456", "验证码幺二三四五六"),
        ("凭证号 A20391", "凭证号 A二零三九幺"),
        ("流水号20391", "流水号二零三九幺"),
        ("身份证330106199001011234", "身份证三三零幺，零六幺九，九零零幺，零幺幺二，三四"),
        ("2025-03-08 9:30", "二零二五年三月八日九点半"),
        ("2025年3月8日", "二零二五年三月八日"),
        ("2025/3/8", "二零二五年三月八日"),
        ("2025.03.08", "二零二五年三月八日"),
        ("2025-03", "二零二五年三月"),
        ("2026年", "二零二六年"),
        ("3月8日", "三月八日"),
        ("2月2日", "二月二日"),
        ("12月31号", "十二月三十一号"),
        ("10月1日-7日", "十月一日到七日"),
        ("14:05", "十四点零五分"),
        ("9:00-17:00", "九点到十七点"),
        ("2:00", "两点"),
        ("0:30", "零点半"),
        ("9:30:15", "九点三十分十五秒"),
        ("利率1.5%", "利率百分之一点五"),
        ("0.95 %", "百分之零点九五"),
        ("100%", "百分之百"),
        ("3%-5%", "百分之三到百分之五"),
        ("-1.5%", "百分之负一点五"),
        ("0.5‰", "千分之零点五"),
        ("3-5个工作日", "三到五个工作日"),
        ("24小时后到账", "二十四小时后到账"),
        ("2小时", "两小时"),
        ("还可以试 2 次", "还可以试两次"),
        ("第2步", "第二步"),
        ("2号窗口", "二号窗口"),
        ("12个月", "十二个月"),
        ("22个", "二十二个"),
        ("汇率7.1823", "汇率七点一八二三"),
        ("16 到 19 位", "十六到十九位"),
        ("T+1到账", "T加一到账"),
        ("1/3", "三分之一"),
        ("ATM在1楼", "ATM在一楼"),
        ("100个", "一百个"),
        ("110元", "一百一十元"),
        ("0008", "零零零八"),
        ("1年期", "一年期"),
        ("2年", "两年"),
        ("1990年出生", "一九九零年出生"),
        ("2.0元", "两元"),
        ("9.9折", "九点九折"),
        ("1.234元", "一点二三四元"),
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


@settings(deadline=None)  # the first call loads cn2an
@given(st.integers(0, 10**12 - 1))
def test_cardinals_read_back(value: int):
    import cn2an

    assert cn2an.cn2an(cardinal(value), "smart") == value


@given(st.text(max_size=80))
def test_no_figure_is_left(text: str):
    assert not any(c in "0123456789" for c in aloud(text))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("5,000.00 yuan to Tom.", "5000 yuan to Tom."),
        ("¥1,234.50", "1234.5 yuan"),
        ("up to 20,000 yuan", "up to 20000 yuan"),
        ("20000 yuan", "20000 yuan"),
        ("Card ending 3802", "Card ending 3 8 0 2"),
        ("6222****3802", "ending in 3 8 0 2"),
        ("Call 95500 and 96110 any time.", "Call 9 5 5 0 0 and 9 6 1 1 0 any time."),
        ("Case A20391: all", "Case A 2 0 3 9 1: all"),
        ("2025-03-08 at 9:30", "March 8, 2025 at 9:30"),
        ("Cards have 16 to 19 digits.", "Cards have 16 to 19 digits."),
        ("It pays 0.95 % in 24 hours", "It pays 0.95 % in 24 hours"),
    ],
)
def test_figures_in_english(written: str, read: str):
    assert aloud_in_english(written) == read


@pytest.mark.parametrize(
    ("text", "english"),
    [("Hello.", True), ("转账给Tom。", False), ("ATM", False), ("请稍等。", False), ("5,000", False)],
)
def test_english_texts_are_told_by_their_words(text: str, english: bool):
    assert is_english(text) is english


def test_clauses_are_spoken_one_by_one():
    assert split("您好，欢迎光临。请问您要办理什么业务？") == ["您好，欢迎光临。", "请问您要办理什么业务？"]
    assert split("转账5,000元，9:30到账。") == ["转账5,000元，", "9:30到账。"]


@given(st.text(max_size=200))
def test_clauses_lose_nothing(text: str):
    clauses = split(text)
    words = [c for c in text if c.isalnum()]
    assert [c for clause in clauses for c in clause if c.isalnum()] == words
    assert all(len(clause) <= MAX_CHARS + 8 for clause in clauses)

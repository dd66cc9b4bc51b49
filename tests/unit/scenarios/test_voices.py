"""Lines of customers who speak: one voice each; what is said digit by digit, and what as a sum."""

from __future__ import annotations

from pathlib import Path

import pytest

from guitai.demo import voices as room
from guitai.scenarios.voices import ENGLISH, VOICES, line_of


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("密码是 660217，你帮我输", "密码是 六六零二一七，你帮我输"),
        ("打 13800138000", "打 一三八零零一三八零零零"),
        ("转50000元", "转50000元"),
        ("转500000给他", "转500000给他"),
        ("2026年", "2026年"),
    ],
)
def test_digits_are_said_as_customers_say_them(text: str, said: str) -> None:
    assert line_of("a", text).text == said


@pytest.mark.parametrize(
    ("text", "voice"),
    [
        ("Send 500 to Hao Yun, please.", ENGLISH),
        ("Thanks", ENGLISH),
        ("给 Andy 转四万", None),
        ("POS机刷不了", None),
        ("500", None),
        ("ATM", None),
    ],
)
def test_english_sentences_have_an_english_voice(text: str, voice: str | None) -> None:
    line = line_of("a", text)
    assert line.voice == voice if voice else line.voice in VOICES


def test_an_english_customer_says_a_number_digit_by_digit() -> None:
    assert line_of("a", "My PIN is 660217").text == "My PIN is 6 6 0 2 1 7"


def test_a_line_is_kept_under_all_that_shapes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = line_of("a", "查余额")
    assert line_of("a", "查余额") == line
    files = {line.file(tmp_path), line_of("b", "查余额").file(tmp_path), line_of("a", "查余额", 0.85).file(tmp_path)}
    assert len(files) == 3
    monkeypatch.setattr(room, "_model", lambda voice: "another model")
    assert line.file(tmp_path) not in files

"""A sum that a recogniser wrote in words of the same sound, read only where a sum was just asked for: 两件事 is 两千四. Pure.

The grammar is closed: all words are a sum or what people say beside one, a numeral stands first as it is written, and one value
alone fits. Whatever else the words could mean is tried before; the sum is read back, and a finger confirms it.
"""

from __future__ import annotations

import itertools
import re

from guitai.dialogue.sounds import syllables
from guitai.money import Fen, yuan

_DIGITS = {char: number for number, char in enumerate("零一二三四五六七八九")} | {"两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000}
_SOUNDS = {
    "yi": "一", "er": "二", "liang": "两", "san": "三", "shan": "三", "si": "四十", "shi": "四十", "wu": "五", "liu": "六", "qi": "七",
    "ba": "八", "pa": "八", "jiu": "九", "bai": "百", "pai": "百", "bei": "百", "qian": "千", "jian": "千", "wan": "万", "wang": "万",
    "ling": "零", "lin": "零",
}  # fmt: skip
"""What a syllable may have been where a sum was said."""

_D = "[一二两三四五六七八九]"
_HUNDREDS = f"{_D}百(?:{_D}十{_D}?|{_D}|零{_D})?"
_THOUSANDS = f"{_D}千(?:{_HUNDREDS}|{_D}|零{_D}十{_D}?|零{_D})?"
_SUM = re.compile(f"(?:{_D}?十{_D}?|{_D})万(?:{_THOUSANDS}|零?{_HUNDREDS}|{_D})?|{_THOUSANDS}|{_HUNDREDS}")
_BESIDE = re.compile(
    r"^(?:[嗯呃哦那就先要给转取存打汇付我想他她个]|大概|[，,\s])*|(?:块钱|块|元|[，,。.！!\s]|就行|就好|行了)+$"
)
_PARTICLES = re.compile(r"[吧呢啊呀]+$")
_MOST_CHARS = 10


def amount(text: str) -> Fen | None:
    """Return the one sum that words of the same sound may be, or None where they are a sum as written, or none, or several."""
    said = _BESIDE.sub("", text)
    bare = _BESIDE.sub("", _PARTICLES.sub("", said))
    found = {value for words in {said, bare} for value in _readings(words)}
    return yuan(found.pop()) if len(found) == 1 else None


def _readings(said: str) -> set[int]:
    if not 1 < len(said) <= _MOST_CHARS or said[0] not in _DIGITS:
        return set()
    choices = [
        char if char in _DIGITS or char in _UNITS else _SOUNDS.get(syllable, "")
        for char, syllable in zip(said, syllables(said), strict=True)
    ]
    readings = ("".join(reading) for reading in itertools.product(*choices))
    return {_value(reading) for reading in readings if reading != said and _SUM.fullmatch(reading)}


def _value(said: str) -> int:
    """Return a sum's yuan; a last digit without a unit counts tenths of the unit before: 两千四."""
    total = section = digit = last = 0
    for char in said:
        if char == "万":
            total, section, digit, last = (section + digit) * _UNITS[char], 0, 0, _UNITS[char]
        elif char in _UNITS:
            section, digit, last = section + (digit or 1) * _UNITS[char], 0, _UNITS[char]
        else:
            digit, last = _DIGITS[char], last if _DIGITS[char] else 0
    return total + section + digit * (last // 10 if last > _UNITS["十"] else 1)

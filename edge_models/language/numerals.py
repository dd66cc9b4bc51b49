"""Spoken and written numbers: 三万二 is 32000, 一百八十万 is 1800000, 幺三八 is 138, 三块二 is 3.20."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

DIGIT = dict(zip("零〇○一二三四五六七八九0123456789", "000123456789" + "0123456789", strict=True)) | {
    "幺": "1",
    "两": "2",
    "俩": "2",
    "仨": "3",
    "壹": "1",
    "贰": "2",
    "叁": "3",
    "肆": "4",
    "伍": "5",
    "陆": "6",
    "柒": "7",
    "捌": "8",
    "玖": "9",
    "叉": "X",
    "X": "X",
    "x": "X",
}
UNIT = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000, "万": 10_000, "亿": 100_000_000}
NUMBER = r"(?:\d+(?:,\d{3})*(?:\.\d+)?[十百千万亿]*(?:\d+(?![\d年月])[百千万]?)?(?:(?<=[百千万亿])[零一二两三四五六七八九][零一二两三四五六七八九十百千]*)?|[零〇一二两俩三仨四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]+)"
"""Regular expression of a number, spoken or written."""

_WRITTEN = re.compile(r"(\d+(?:\.\d+)?)([十百千万亿]*)(\d*)")
_MIXED = re.compile(r"(\d+(?:\.\d+)?)([十百千万亿]+)(.*[十百千万零一二两三四五六七八九].*)")
"""2千五, 1万2千, 3万零五百: digits and signs of both kinds."""


def number(text: str) -> Decimal | None:
    """Return the value of a number such as 十八万八, 1.5万, 12,000; None if it is none."""
    text = text.replace(",", "")
    written = _WRITTEN.fullmatch(text)
    if written:
        return _written(*written.groups())
    if mixed := _MIXED.fullmatch(text):
        return _mixed(*mixed.groups())
    return _spoken(text)


def digits(text: str) -> str:
    """Return the digits of a number said digit by digit; separators fall out."""
    return "".join(DIGIT.get(char, "") for char in text)


def plain(value: Decimal) -> str:
    """Return a whole number without a fraction, as counts and periods are written."""
    return str(int(value)) if value == int(value) else format(value.normalize(), "f")


def _written(head: str, units: str, tail: str) -> Decimal | None:
    try:
        value = Decimal(head)
    except InvalidOperation:
        return None
    for unit in units:
        value *= UNIT[unit]
    if tail:
        if not units:
            return None
        value += Decimal(tail) * UNIT[units[-1]] / 10 ** len(tail)
    return value


def _mixed(head: str, units: str, tail: str) -> Decimal | None:
    value, rest = _written(head, units, ""), number(tail)
    if value is None or rest is None or rest >= UNIT[units[-1]]:
        return None
    return value + (rest * UNIT[units[-1]] / 10 if len(tail) == 1 else rest)


def _spoken(text: str) -> Decimal | None:
    total = section = 0
    digit: int | None = None
    last_unit = 0
    zero_before = False
    for char in text:
        if char in UNIT:
            unit = UNIT[char]
            if unit >= UNIT["万"]:
                total += (section + (digit or 0)) * unit
                section = 0
            else:
                section += (1 if digit is None else digit) * unit
            digit, last_unit, zero_before = None, unit, False
        elif char in DIGIT and DIGIT[char] != "X":
            if digit is not None and digit != 0:
                # 二三: two digits side by side are a digit string or a guess (两三千), not a number.
                return None
            digit = int(DIGIT[char])
            zero_before = zero_before or digit == 0
        else:
            return None
    if digit is None:
        return Decimal(total + section) if text else None
    # 三万二: a lone last digit counts tenths of the unit before it, unless a zero was said.
    tail = digit * last_unit // 10 if last_unit >= 100 and not zero_before else digit
    return Decimal(total + section + tail)

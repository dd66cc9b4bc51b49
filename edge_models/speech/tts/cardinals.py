"""Numbers in Chinese words: counted, read digit by digit, or grouped as a phone number is. Pure."""

from __future__ import annotations

import re

DIGITS = "零一二三四五六七八九"
_ALOUD = DIGITS.replace("一", "幺")
"""Single digits: 幺 is not mistaken for 七."""

_UNITS = ("", "十", "百", "千")
_GROUPS = ("", "万", "亿")
_LARGEST = 10**12
_MOBILE_DIGITS = 11
_UNGROUPED = 8
"""So many digits are still heard as one row."""


def digits(text: str) -> str:
    """Return a row of digits one by one; blanks and dashes are dropped."""
    return "".join(_ALOUD[int(c)] for c in text if c.isdigit())


def grouped(text: str) -> str:
    """Return a row of digits with short rests: where it is written with gaps, 3-4-4 for a mobile phone, else by fours."""
    parts = re.findall(r"\d+", text)
    if len(parts) == 1:
        row = parts[0]
        if len(row) == _MOBILE_DIGITS:
            parts = [row[:3], row[3:7], row[7:]]
        elif len(row) > _UNGROUPED:
            parts = [row[at : at + 4] for at in range(0, len(row), 4)]
    return "，".join(map(digits, parts))


def year(text: str) -> str:
    """Return a year digit by digit, with 一."""
    return "".join(DIGITS[int(c)] for c in text)


def number(text: str, counting: bool = False) -> str:
    """Return a decimal number as spoken, ``1.5`` is 一点五; when `counting` things, 2 is 两."""
    whole, _, part = text.replace(",", "").partition(".")
    spoken = counted(int(whole)) if counting and not part else cardinal(int(whole))
    return f"{spoken}点{''.join(DIGITS[int(c)] for c in part)}" if part else spoken


def counted(value: int) -> str:
    """Return a whole number of things: as `cardinal`, but two of them are 两."""
    return "两" if value == 2 else cardinal(value)


def cardinal(value: int) -> str:
    """Return a whole number in Chinese, 180000 is 十八万, 2050 is 两千零五十; from 10^12 on digit by digit."""
    if value == 0:
        return "零"
    if value >= _LARGEST:
        return digits(str(value))
    groups = []
    while value:
        value, low = divmod(value, 10_000)
        groups.append(low)
    out = ""
    for index in range(len(groups) - 1, -1, -1):
        low = groups[index]
        if not low:
            continue
        if out and low < 1000:
            out += "零"
        out += _below_10000(low, leading=not out, grouped=bool(index)) + _GROUPS[index]
    return out


def _below_10000(value: int, leading: bool, grouped: bool) -> str:
    out, gap = "", False
    for place in (3, 2, 1, 0):
        digit = value // 10**place % 10
        if not digit:
            gap = bool(out)
            continue
        first = leading and not out
        if gap:
            out, gap = out + "零", False
        if digit == 1 and place == 1 and first:
            out += "十"
        elif digit == 2 and (place == 3 or (place == 2 and first) or (grouped and value == 2)):
            out += "两" + _UNITS[place]
        else:
            out += DIGITS[digit] + _UNITS[place]
    return out

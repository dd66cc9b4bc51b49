"""Writes figures out the way a teller reads them aloud: amounts, card tails, dates, times, rates. Pure.

``5,000 元`` is 五千元, ``尾号3802`` is 尾号三八零二, ``2025-03-08`` is 二零二五年三月八日.
"""

from __future__ import annotations

import re
from collections.abc import Callable

DIGITS = "零一二三四五六七八九"
_ALOUD = DIGITS.replace("一", "幺")
"""Single digits: 幺 is not mistaken for 七."""

_UNITS = ("", "十", "百", "千")
_GROUPS = ("", "万", "亿")
_LARGEST = 10**12
_LONG = 7
"""A bare number of so many digits is an account or a phone, not a quantity."""

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_AMOUNT = re.compile(rf"(?:[¥￥]\s*(?P<sign>{_NUMBER})(?:\s*元)?|(?P<plain>{_NUMBER})\s*元)")
_MASKED = re.compile(r"(?:尾号)?(?:\d{2,6})?\s*[*＊•]{2,}\s*(\d{3,4})")
_NAMED_DIGITS = re.compile(
    r"(尾号|账号|卡号|帐号|户号|手机号?|电话|热线|验证码|编号|单号|工号|客服|拨打|号码)(为|是|：|:|\s)?\s*(\d[\d -]{1,24}\d)"
)
_HOTLINE = re.compile(r"(?<![\d,.¥￥])(9[56]\d{3}|1[12]0|12345|12363|12378)(?![\d,.]|\s*[元块万%个人年天次名])")
_DATE = re.compile(r"(\d{4})[-/年](\d{1,2})[-/月](\d{1,2})日?")
_YEAR = re.compile(r"(\d{4})年")
_TIME = re.compile(r"(?<!\d)(\d{1,2})[:：](\d{2})(?!\d)")
_PERCENT = re.compile(rf"({_NUMBER})\s*%")
_RANGE = re.compile(r"(?<=\d)\s*[-~～—]\s*(?=\d)")
_BARE = re.compile(_NUMBER)
_HAN = r"\u3400-\u9fff"
_GAP = re.compile(rf"(?<=[{_HAN}])[ \t]+(?=[{_HAN}])")


def aloud(text: str) -> str:
    """Return the Chinese text with every figure written out as it is spoken."""
    steps: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
        (_MASKED, lambda m: "尾号" + digits(m[1])),
        (_DATE, lambda m: f"{_year(m[1])}年{cardinal(int(m[2]))}月{cardinal(int(m[3]))}日"),
        (_YEAR, lambda m: f"{_year(m[1])}年"),
        (_TIME, _time),
        (_AMOUNT, lambda m: amount(m["sign"] or m["plain"])),
        (_PERCENT, lambda m: "百分之" + number(m[1])),
        (_NAMED_DIGITS, lambda m: m[1] + (m[2] or "") + digits(m[3])),
        (_HOTLINE, lambda m: digits(m[1])),
        (_RANGE, lambda _: "到"),
        (_BARE, _bare),
    )
    for pattern, write in steps:
        text = pattern.sub(write, text)
    return _GAP.sub("", text)


def digits(text: str) -> str:
    """Return a row of digits one by one; blanks and dashes are dropped."""
    return "".join(_ALOUD[int(c)] for c in text if c.isdigit())


def amount(text: str) -> str:
    """Return a decimal number of yuan as spoken: ``1,234.50`` is 一千二百三十四元五角."""
    whole, _, part = text.replace(",", "").partition(".")
    jiao, fen = (int(c) for c in (part + "00")[:2])
    spoken = "两" if int(whole) == 2 else cardinal(int(whole))
    out = f"{spoken}元" if int(whole) or not (jiao or fen) else ""
    if jiao:
        out += f"{DIGITS[jiao]}角"
    elif fen and out:
        out += "零"
    return out + (f"{DIGITS[fen]}分" if fen else "")


def number(text: str) -> str:
    """Return a decimal number as spoken: ``1.5`` is 一点五."""
    whole, _, part = text.replace(",", "").partition(".")
    spoken = cardinal(int(whole))
    return f"{spoken}点{''.join(DIGITS[int(c)] for c in part)}" if part else spoken


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
        if gap:
            out, gap = out + "零", False
        if digit == 1 and place == 1 and leading and not out:
            out += "十"
        elif digit == 2 and (place == 3 or (grouped and value == 2)):
            out += "两" + _UNITS[place]
        else:
            out += DIGITS[digit] + _UNITS[place]
    return out


def _year(text: str) -> str:
    return "".join(DIGITS[int(c)] for c in text)


def _time(match: re.Match[str]) -> str:
    hour, minute = int(match[1]), int(match[2])
    spoken = f"{cardinal(hour)}点"
    if not minute:
        return spoken
    return spoken + ("半" if minute == 30 else f"{'零' if minute < 10 else ''}{cardinal(minute)}分")


def _bare(match: re.Match[str]) -> str:
    text = match[0]
    plain = "," not in text and "." not in text
    if plain and (len(text) >= _LONG or (len(text) > 1 and text.startswith("0"))):
        return digits(text)
    return number(text)

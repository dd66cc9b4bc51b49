"""Writes figures out the way a teller reads them aloud: amounts, card tails, phones, dates, times, rates. Pure.

``5,000 元`` is 五千元, ``尾号3802`` is 尾号三八零二, ``2025-03-08`` is 二零二五年三月八日.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from edge_models.speech.tts.cardinals import DIGITS, cardinal, counted, digits, grouped, number, year

_LONG = 7
"""A bare number of so many digits is an account or a phone, not a quantity."""

_ASCII = str.maketrans("０１２３４５６７８９．，：％－／＋～", "0123456789.,:%-/+~")
_CURRENCIES = {"¥": "元", "￥": "元", "$": "美元", "US$": "美元", "HK$": "港元", "€": "欧元", "£": "英镑"}
_CLASSIFIERS = "元块角分万千亿个次张笔名位天年周小分秒点人种家台遍条份页本句道步倍斤只件户"
"""After these 2 is 两: 两元, 两次, 两小时."""

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_AMOUNT = re.compile(
    rf"(?:(US\$|HK\$|[¥￥$€£])\s*({_NUMBER})(?:\s*(?:元|美元|港元|欧元))?|({_NUMBER})\s*元)(?![角分]\d)"
)
_SCALED = re.compile(r"[¥￥]\s*(\d+(?:\.\d+)?)\s*([万亿])(?:元)?")
_MASKED = re.compile(r"(?:尾号)?(?:\d{2,6})?\s*[*＊•]{2,}\s*(\d{3,4})(?!\d)")
_NAMED_DIGITS = re.compile(
    r"(尾号|账号|卡号|帐号|户号|[凭流订单合工票证][证水同]?号|手机号?|电话|热线|验证码|编号|客服|拨打|号码|[A-Za-z]-?)"
    r"(为|是|：|:|\s)?\s*(?<![\d.])(\d[\d -]{0,24}\d)(?![\d.:]|\s*[元%])"
)
_PHONE = re.compile(r"(?<!\d)(?:\+?86[ -]?)?(1[3-9]\d[ -]?\d{4}[ -]?\d{4}|400-?\d{3}-?\d{4}|0\d{2,3}-\d{7,8})(?!\d)")
_HOTLINE = re.compile(
    r"(?<![\d,.¥￥$])(9[56]\d{3}|1[12][0249]|123\d\d|100(?:00|10|86))(?![\d,.:]|\s*[元块万%个人年天次名笔张月日号])"
)
_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)([-/.年])(\d{1,2})(?:[-/.月](\d{1,2}))(?!\d)日?")
_MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/](0[1-9]|1[0-2])(?![\d/-])")
_YEAR = re.compile(r"(?<!\d)(\d{4})\s*年(?!期)")
_TIME_RANGE = re.compile(r"(?<=[:：]\d\d)\s*[-~—–]+\s*(?=\d{1,2}[:：]\d\d)")
_TIME = re.compile(r"(?<!\d)([01]?\d|2[0-4])[:：]([0-5]\d)(?:[:：]([0-5]\d))?(?!\d)")
_PERCENT = re.compile(rf"(-?)({_NUMBER})\s*([%‰])")
_PERCENT_RANGE = re.compile(r"(?<=[%‰])\s*[-~—–]+\s*(?=\d)")
_FRACTION = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})(?![\d/])")
_RANGE = re.compile(r"(?<=\d)\s*[-~—–]+\s*(?=\d)|(?<=[元万亿月日号天年])\s*[-~—–]+\s*(?=\d)")
_MINUS = re.compile(r"(?<![\dA-Za-z])[-−](?=[\d¥￥$])")
_PLUS = re.compile(r"(?<=[A-Za-z\d])\s*\+\s*(?=\d)")
_EACH = re.compile(r"(?<=[元块%])/(?=[年月日天次笔张个人])")
_BARE = re.compile(rf"({_NUMBER})(?=(\s*[{_CLASSIFIERS}]?))")
_HAN = r"\u3400-\u9fff"
_GAP = re.compile(rf"(?<=[{_HAN}])[ \t]+(?=[{_HAN}])")

_Write = Callable[[re.Match[str]], str]


def aloud(text: str) -> str:
    """Return the Chinese text with every figure written out as it is spoken."""
    text = text.translate(_ASCII)
    for pattern, write in _STEPS:
        text = pattern.sub(write, text)
    return _GAP.sub("", text)


def amount(text: str, currency: str = "元") -> str:
    """Return a decimal number of money as spoken: ``1,234.50`` is 一千二百三十四元五角."""
    whole, _, part = text.replace(",", "").partition(".")
    if currency != "元" or len(part.rstrip("0")) > 2:
        return number(text, counting=True) + currency
    jiao, fen = (int(c) for c in (part + "00")[:2])
    out = f"{counted(int(whole))}元" if int(whole) or not (jiao or fen) else ""
    if jiao:
        out += f"{DIGITS[jiao]}角"
    elif fen and out:
        out += "零"
    return out + (f"{DIGITS[fen]}分" if fen else "")


def _amount(match: re.Match[str]) -> str:
    sign, signed, plain = match.groups()
    return amount(signed, _CURRENCIES[sign]) if sign else amount(plain)


def _date(match: re.Match[str]) -> str:
    years, _, month, day = match.groups()
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return match[0]
    return f"{year(years)}年{cardinal(int(month))}月{cardinal(int(day))}日"


def _time(match: re.Match[str]) -> str:
    hour, minute, second = int(match[1]), int(match[2]), match[3]
    spoken = f"{counted(hour)}点"
    if second is not None:
        return spoken + f"{cardinal(minute)}分{cardinal(int(second))}秒"
    if not minute:
        return spoken
    return spoken + ("半" if minute == 30 else f"{'零' if minute < 10 else ''}{cardinal(minute)}分")


def _percent(match: re.Match[str]) -> str:
    minus, value, sign = match.groups()
    of = "百分之" if sign == "%" else "千分之"
    return of + ("负" if minus else "") + ("百" if (value, sign) == ("100", "%") else number(value))


def _bare(match: re.Match[str]) -> str:
    text, after = match.groups()
    plain = "," not in text and "." not in text
    if plain and (len(text) >= _LONG or (len(text) > 1 and text.startswith("0"))):
        return grouped(text)
    before = match.string[: match.start()]
    return number(text, counting=bool(after.strip()) and not before.endswith("第"))


_STEPS: tuple[tuple[re.Pattern[str], _Write], ...] = (
    (_MASKED, lambda m: "尾号" + digits(m[1])),
    (_PHONE, lambda m: grouped(m[1])),
    (_DATE, _date),
    (_MONTH, lambda m: f"{year(m[1])}年{cardinal(int(m[2]))}月"),
    (_YEAR, lambda m: f"{year(m[1])}年"),
    (_TIME_RANGE, lambda _: "到"),
    (_TIME, _time),
    (_PERCENT_RANGE, lambda _: "到"),
    (_PERCENT, _percent),
    (_EACH, lambda _: "每"),
    (_NAMED_DIGITS, lambda m: m[1] + (m[2] or "") + grouped(m[3])),
    (_RANGE, lambda _: "到"),
    (_MINUS, lambda _: "负"),
    (_SCALED, lambda m: number(m[1], counting=True) + m[2] + "元"),
    (_AMOUNT, _amount),
    (_HOTLINE, lambda m: digits(m[1])),
    (_FRACTION, lambda m: f"{cardinal(int(m[2]))}分之{cardinal(int(m[1]))}"),
    (_PLUS, lambda _: "加"),
    (_BARE, _bare),
)
"""In order: what is recognised by its surroundings first, bare numbers last."""

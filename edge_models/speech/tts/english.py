"""Writes figures in English texts the way a teller reads them: yuan, codes digit by digit, dates. Pure.

Plain numbers, times and percentages stay as they are: espeak-ng reads them right.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_MONTHS = [
    *[
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
]
_MONEY = re.compile(r"(?:[¥￥]\s*)(\d[\d,]*(?:\.\d+)?)(?:\s*yuan)?|(\d[\d,]*(?:\.\d+)?)\s*(?=yuan)")
_MASKED = re.compile(r"(?:\d{2,6}\s*)?[*＊•]{2,}\s*(\d{3,4})(?!\d)")
_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/](\d{1,2})[-/](\d{1,2})(?!\d)")
_CODE = re.compile(
    r"(?P<named>(?:ending(?: in)?|code|case|number|account|card|call)\s+[A-Za-z]?|\b[A-Z])(?P<digits>\d{3,})(?![\d,.]*\d|\s*yuan)"
    r"|(?<![\d,.])(?P<bare>\d{5,}|0\d+)(?![\d,.]*\d|\s*yuan)",
    re.IGNORECASE,
)

_Write = Callable[[re.Match[str]], str]


def aloud(text: str) -> str:
    """Return the English text with amounts, dates, masks and codes written as they are spoken."""
    for pattern, write in _STEPS:
        text = pattern.sub(write, text)
    return text


def _money(match: re.Match[str]) -> str:
    value = (match[1] or match[2]).replace(",", "")
    value = value.rstrip("0").rstrip(".") if "." in value else value
    return f"{value} yuan" if match[1] else f"{value} "


def _date(match: re.Match[str]) -> str:
    year, month, day = match.groups()
    return f"{_MONTHS[int(month) - 1]} {int(day)}, {year}" if 1 <= int(month) <= 12 else match[0]


def _code(match: re.Match[str]) -> str:
    return f"{match['named'] or ''} {' '.join(match['digits'] or match['bare'])}".replace("  ", " ").strip(" ")


_STEPS: tuple[tuple[re.Pattern[str], _Write], ...] = (
    (_MASKED, lambda m: "ending in " + " ".join(m[1])),
    (_DATE, _date),
    (_CODE, _code),
    (_MONEY, _money),
)

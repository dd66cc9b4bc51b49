"""Amounts as papers write them: in figures and in capitals (大写), which must agree."""

from __future__ import annotations

import re
from decimal import Decimal

from guitai.money import Fen

DIGITS = {char: value for value, chars in enumerate(("零〇", "壹一", "贰二貳两", "叁三參", "肆四", "伍五", "陆六陸", "柒七", "捌八", "玖九")) for char in chars}  # fmt: skip
UNITS = {"拾": 10, "十": 10, "佰": 100, "百": 100, "仟": 1000, "千": 1000}
MYRIADS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_NUMBER = "".join(DIGITS) + "".join(UNITS) + "".join(MYRIADS)
_SMALL = "".join(DIGITS)
CAPITALS = re.compile(rf"([{_NUMBER}]{{1,24}})[元圆圓](?:([{_SMALL}])角)?零?(?:([{_SMALL}])分)?[整正]?")
_FORMAL = re.compile("[壹贰貳叁參肆伍陆陸柒捌玖拾佰仟]")
"""Everyday numerals (三元) are no amount in capitals."""

FIGURES = re.compile(r"(?:[¥￥Y]|RMB|CNY|人民币)[:：]?(\d{1,3}(?:[,，]\d{3})+|\d+)(\.\d{1,2})?(?![\d%])(万)?|(?<![\d.,，])(\d{1,3}(?:[,，]\d{3})+|\d+)(\.\d{1,2})?(万)?元")  # fmt: skip


def capitals(text: str) -> tuple[Fen, ...]:
    """Return the amounts in capitals in a text without spaces, in their order: 伍仟元整 is 5,000 yuan."""
    found = []
    for match in CAPITALS.finditer(text):
        yuan = _number(match[1]) if _FORMAL.search(match[0]) else None
        if yuan is not None:
            found.append(Fen(yuan * 100 + DIGITS.get(match[2] or "零", 0) * 10 + DIGITS.get(match[3] or "零", 0)))
    return tuple(found)


def figures(text: str) -> tuple[Fen, ...]:
    """Return the amounts in figures in a text without spaces: ¥5,000.00, 5000元, 50万元."""
    found = []
    for match in FIGURES.finditer(text):
        whole, part, myriad = (match[1], match[2], match[3]) if match[1] else (match[4], match[5], match[6])
        value = Decimal(re.sub("[,，]", "", whole) + (part or "")) * (10_000 if myriad else 1)
        found.append(Fen(int(value * 100)))
    return tuple(found)


def _number(text: str) -> int | None:
    """Return the number, or None where the characters make none."""
    total = section = digit = 0
    for char in text:
        if char in DIGITS:
            digit = DIGITS[char]
        elif char in UNITS:
            section += (digit or (1 if not section else 0)) * UNITS[char]
            digit = 0
        else:
            total = (total + section + digit) * MYRIADS[char] if MYRIADS[char] > 10**4 else total + (section + digit) * 10**4  # fmt: skip
            section = digit = 0
    value = total + section + digit
    return value if value > 0 else None

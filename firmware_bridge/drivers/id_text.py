"""The 256 bytes of text in an ID card's chip: three layouts, UTF-16LE, fields padded with spaces.

Layouts: GA/T 490 (居民身份证); the residence permit of Hong Kong, Macau and Taiwan residents (港澳台居民居住证, type J); the
foreigner's permanent residence card (外国人永久居留身份证) of 2017 (type I) and of 2023 (type Y).
"""

from __future__ import annotations

from datetime import date

from firmware_bridge.drivers.id_card import IdCard, Kind, Sex
from guitai.errors import GuitaiError

TEXT_SIZE = 256
_FOREVER = "长期"
_TYPE = slice(248, 250)

# Names and sizes in bytes, in order. "_" is of no use to us.
_RESIDENT = (
    ("name", 30),
    ("sex", 2),
    ("nation", 4),
    ("birth", 16),
    ("address", 70),
    ("number", 36),
    ("issuer", 30),
    ("valid_from", 16),
    ("valid_to", 16),
    ("_", 36),
)
_PERMIT = (
    ("name", 30),
    ("sex", 2),
    ("_", 4),
    ("birth", 16),
    ("address", 70),
    ("number", 36),
    ("issuer", 30),
    ("valid_from", 16),
    ("valid_to", 16),
    ("pass_number", 18),
    ("_", 18),
)
_FOREIGNER_2017 = (
    ("latin_name", 120),
    ("sex", 2),
    ("number", 30),
    ("nation", 6),
    ("name", 30),
    ("valid_from", 16),
    ("valid_to", 16),
    ("birth", 16),
    ("_", 4),
    ("issuer", 8),
    ("_", 8),
)
_FOREIGNER_2023 = (
    ("name", 30),
    ("sex", 2),
    ("_", 4),
    ("birth", 16),
    ("latin_name", 70),
    ("number", 36),
    ("_", 30),
    ("valid_from", 16),
    ("valid_to", 16),
    ("latin_name", 22),
    ("nation", 6),
    ("_", 8),
)
_LAYOUTS: dict[str, tuple[Kind, tuple[tuple[str, int], ...]]] = {
    "J": ("hmt", _PERMIT),
    "I": ("foreigner", _FOREIGNER_2017),
    "Y": ("foreigner", _FOREIGNER_2023),
}
"""By the letter at byte 248; anything else there is a resident's card, which has nothing there."""

_SEXES: dict[str, Sex] = {"1": "male", "2": "female"}
"""GB/T 2261.1."""

# fmt: off
NATIONS = dict(enumerate((
    "汉", "蒙古", "回", "藏", "维吾尔", "苗", "彝", "壮", "布依", "朝鲜", "满", "侗", "瑶", "白", "土家", "哈尼", "哈萨克", "傣", "黎",
    "傈僳", "佤", "畲", "高山", "拉祜", "水", "东乡", "纳西", "景颇", "柯尔克孜", "土", "达斡尔", "仫佬", "羌", "布朗", "撒拉", "毛南",
    "仡佬", "锡伯", "阿昌", "普米", "塔吉克", "怒", "乌孜别克", "俄罗斯", "鄂温克", "德昂", "保安", "裕固", "京", "塔塔尔", "独龙", "鄂伦春",
    "赫哲", "门巴", "珞巴", "基诺",
), start=1)) | {97: "其他", 98: "外国血统中国籍人士"}
"""GB/T 3304."""
# fmt: on


def parse(text: bytes, photo: bytes, appended: bytes = b"") -> IdCard:
    """Return the card of its text, its photo and the latest appended address.

    Raises GuitaiError ``driver.id_card_unreadable`` for a wrong size, bytes that are no text, a date that is none, or
    a number whose check digit is wrong. No part of the card stands in the error.
    """
    if len(text) != TEXT_SIZE:
        raise _unreadable("its text has a wrong size")
    kind, layout = _LAYOUTS.get(_words(text[_TYPE]), ("resident", _RESIDENT))
    fields = _fields(text, layout)
    number = fields["number"].upper()
    # The 15 characters of a foreigner's older number carry their own national check, which is not public.
    if layout is not _FOREIGNER_2017 and check_character(number[:17]) != number[17:]:
        raise _unreadable("the check digit of its number is wrong")
    until = fields["valid_to"]
    return IdCard(
        kind=kind,
        name=fields["name"] or fields["latin_name"],
        sex=_SEXES.get(fields["sex"], "unknown"),
        birth=_date(fields["birth"]),
        number=number,
        valid_from=_date(fields["valid_from"]),
        valid_to=None if until == _FOREVER else _date(until),
        nation=_nation(fields["nation"]) if kind == "resident" else fields["nation"],
        address=fields["address"],
        new_address=_words(appended),
        issuer=fields["issuer"],
        latin_name=fields["latin_name"],
        pass_number=fields["pass_number"],
        photo=photo,
    )


def check_character(first_17: str) -> str:
    """Return the 18th character of a 公民身份号码 (GB 11643, ISO 7064 MOD 11-2), or empty if the 17 are not digits."""
    if len(first_17) != 17 or not (first_17.isascii() and first_17.isdigit()):
        return ""
    total = sum(int(digit) * pow(2, 17 - at, 11) for at, digit in enumerate(first_17))
    return "10X98765432"[total % 11]


def _fields(text: bytes, layout: tuple[tuple[str, int], ...]) -> dict[str, str]:
    """Cut the text up; pieces of one name are joined before they are decoded."""
    raw = dict.fromkeys(("nation", "address", "issuer", "latin_name", "pass_number"), b"")
    at = 0
    for name, size in layout:
        raw[name] = raw.get(name, b"") + text[at : at + size]
        at += size
    return {name: _words(piece) for name, piece in raw.items() if name != "_"}


def _words(raw: bytes) -> str:
    try:
        return raw.decode("utf-16-le").strip(" \0\u3000")
    except UnicodeDecodeError as error:
        raise _unreadable("its text is damaged") from error


def _date(text: str) -> date:
    try:
        if len(text) != 8 or not (text.isascii() and text.isdigit()):
            raise ValueError
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError as error:
        raise _unreadable("a date on it is damaged") from error


def _nation(code: str) -> str:
    return NATIONS.get(int(code), "") if code.isascii() and code.isdigit() else ""


def _unreadable(reason: str) -> GuitaiError:
    return GuitaiError("driver.id_card_unreadable", reason=reason)

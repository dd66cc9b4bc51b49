"""Numbers that name something: account, card tail, phone, identity card; written or said digit by digit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from edge_models.language import numerals
from edge_models.language.spans import Span

_D = "0-9零〇一二三四五六七八九幺"
_RUN = re.compile(rf"[{_D}](?:[ \-]?[{_D}])*(?:[Xx叉](?![A-Za-z]))?")
_LINKED = re.compile(rf"[{_D}]{{3,}}(?:[，、,][{_D}]{{3,}})+")
_TAIL = re.compile(r"(?:尾号|尾数|末四位|后四位|最后四位|后面四位|尾巴|ending(?: in)?)(?:是|为|的|号)?[^，。]{0,2}$")
_TAIL_LOOSE = re.compile(r"(?:尾号|尾数|后四位)[^。]{0,14}$")
_PHONE_WORD = re.compile(r"手机|电话|那个号|预留|验证码|登记|短信|号停|的不用了|换号|新号|phone")
_ACCOUNT_WORD = re.compile(
    r"(?:账号|帐号|账户|户号|卡号|资金账号|折号|客户号|缴费号|account(?: number)?)(?:是|为|：|:)?[^。]{0,12}$"
)
_ID_WORD = re.compile(r"身份证|证件")
_BIRTH = re.compile(r"\d{6}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]")
_SERVICE_NUMBERS = re.compile(r"95\d{3}|400\d{7}")
_MONEY_VERB = re.compile(r"(?:取|存|转|汇|付|还|充|交|缴|领|拿|提|出)(?:个|款|钱|现金?|账|帐)?[：:，, ]*$")
_UNIT_AFTER = re.compile(r"[年月日号块元十百千万亿点%个]")


def find(text: str) -> Iterator[Span]:
    """Yield identity numbers, phones, card tails and accounts."""
    for pattern in (_LINKED, _RUN):
        for match in pattern.finditer(text):
            kind, norm = _kind(text, match)
            if kind:
                yield Span(kind, match.start(), match.end(), norm)


def _kind(text: str, match: re.Match[str]) -> tuple[str, str]:
    said = numerals.digits(match.group())
    before, after = text[: match.start()], text[match.end() :]
    count = len(said)
    if count < 4 or (_UNIT_AFTER.match(after) and count < 8):
        return "", ""
    if _BIRTH.fullmatch(said) or (count in (15, 18) and _ID_WORD.search(before)):
        return "id_number", said
    if count == 11 and re.match(r"1[3-9]", said):
        return "phone", said
    if _SERVICE_NUMBERS.fullmatch(said):
        return "phone", said
    if count == 4 and (_TAIL.search(before) or _TAIL_LOOSE.search(before) or after.startswith(("结尾", "尾号"))):
        return ("phone", "*" + said) if _is_phone_tail(before, after) else ("card_tail", said)
    if count >= 12 or (count >= 5 and _ACCOUNT_WORD.search(before)):
        return "account", said
    # An answer that is nothing but digits: an account, or the last four of a card.
    if len(text) - len(match.group()) <= 3 and not _MONEY_VERB.search(before):
        return ("account", said) if count >= 6 else ("card_tail", said) if count == 4 else ("", "")
    return "", ""


def _is_phone_tail(before: str, after: str) -> bool:
    near = before[-12:] + after[:10]
    if re.match(r"(?:的)?(?:那张|这张|卡|的卡|信用卡|储蓄卡|存折)", after):
        return False
    return bool(_PHONE_WORD.search(near)) and "卡" not in near

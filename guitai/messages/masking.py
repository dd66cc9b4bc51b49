"""What may be read of a customer's words: long numbers keep four digits, names their surname, personal values a word. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

KEEP_DIGITS = 4
LONG_DIGITS = 7
LONG_NUMBER = re.compile(r"\d(?:[ \-.]?\d){6,}[Xx]?")
"""Seven digits or more, grouped or not: an account, a card, a phone, an identity number."""

LONG_SPOKEN_NUMBER = re.compile(r"[零〇一二三四五六七八九幺两](?:[ ,，、]?[零〇一二三四五六七八九幺两]){6,}")
"""The same, read out digit by digit and not yet turned into numerals."""

PLACEHOLDERS = {
    "account": "〔账号〕", "address": "〔地址〕", "card_tail": "〔尾号〕", "id_number": "〔证件号〕", "payee": "〔姓名〕",
    "person": "〔姓名〕", "phone": "〔手机号〕", "recipient": "〔姓名〕",
}  # fmt: skip
"""What stands for an entity that tells who somebody is."""

NAMES = frozenset({"payee", "payee_name"})
"""Fields and slots that hold the name of somebody."""


_CALLED = r"(?:[我他她]|本人|名字|姓名|老婆|老公|爱人|丈夫|妻子|儿子|女儿|闺女|爸爸?|妈妈?|朋友|同事|户主)(?:的(?:名字|全名))?(?:就|是)?(?:叫做|叫|：|:)"
_NOBODY = "你您他她它我咱人谁什么啥那这了个不没错号车外过来去一上下到给把都也就还要想"
"""Characters no name begins with: 我叫你…, 他叫人…, 我叫了车."""

_BREAKS = "，。、！？；：,.!?;: 　的了来去在要想办取存转汇给和跟是今"
_DOUBLE = "欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|令狐|慕容|司徒|夏侯"
INTRODUCED = re.compile(
    rf"(?P<before>{_CALLED})(?P<name>(?:{_DOUBLE})[^{_BREAKS}]{{1,2}}|[^{_NOBODY}{_BREAKS}\W\d][^{_BREAKS}\W\d]{{1,2}})"
    r"|(?P<english>(?i:my name is|i am called) )(?P<named>[A-Z][a-z]+(?: [A-Z][a-z]+){0,2})"
)
"""A name after 我叫, 我老婆叫, my name is, understood or not: a character too many is hidden rather than one too few."""


def mask_introduced(text: str) -> str:
    """Return `text` without the names people are introduced by."""
    return INTRODUCED.sub(lambda m: (m["before"] or m["english"]) + PLACEHOLDERS["person"], text)


def mask_name(name: str) -> str:
    """Return 张* for 张伟 and 刘*芳 for 刘晓芳."""
    if len(name) <= 1 or "*" in name:
        return name
    return name[0] + "*" * max(1, len(name) - 2) + (name[-1] if len(name) > 2 else "")


def mask_names(text: str, names: Iterable[str]) -> str:
    """Return `text` with the surname alone of everybody in `names`."""
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, mask_name(name))
    return text


def mask_text(text: str) -> str:
    """Return `text` with all but the last four digits of every long number starred."""
    if len(text) < LONG_DIGITS:  # most texts are codes and words: the journal masks each of them
        return text
    return LONG_SPOKEN_NUMBER.sub(_star, LONG_NUMBER.sub(_star, text))


def scrub(text: str, values: Iterable[tuple[str, str]]) -> str:
    """Return `text` with personal values, given as (type, as spoken), replaced by what they are, then masked."""
    personal = sorted(((kind, value) for kind, value in values if kind in PLACEHOLDERS and value), key=_longest)
    for kind, value in personal:
        text = text.replace(value, PLACEHOLDERS[kind])
    return mask_text(mask_introduced(text))


def _longest(one: tuple[str, str]) -> int:
    return -len(one[1])


def _star(match: re.Match[str]) -> str:
    marks = [c for c in match.group() if c not in " -.,，、"]
    return "*" * (len(marks) - KEEP_DIGITS) + "".join(marks[-KEEP_DIGITS:])

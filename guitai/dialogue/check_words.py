"""Checks words that are shown or said: placeholders that something fills, figures of money that something holds."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from string import Formatter

import cn2an

from guitai.dialogue.schema import Reply
from guitai.yaml_lines import Path, near

Found = Iterator[tuple[Path, str]]
"""Places with what is wrong there."""

_FULL_WIDTH = re.compile("[｛｝]")
_QUOTED = re.compile("^“[^“”]*”$")
_NUMBER = r"(\d[\d,]*(?:\.\d+)?)\s*([万亿]?)"
_MONEY = re.compile(rf"(?:{_NUMBER}\s*(?:到|至|to|-|–|~)\s*)?{_NUMBER}\s*(?:元|块|yuan|RMB|CNY)|[¥￥]\s*{_NUMBER}")
_SPELT = re.compile("([零一二两三四五六七八九十百千万亿]+)元")
_TIMES = {"": 1, "万": 10_000, "亿": 100_000_000}


def unknown(path: Path, text: str, known: Collection[str]) -> Found:
    """Return the placeholders of a text that nothing fills, and what is no placeholder at all."""
    if char := _FULL_WIDTH.search(text):
        yield path, f"{char[0]} is a Chinese brace: write {{ and }} around the name of a value"
    try:
        pieces = list(Formatter().parse(text))
    except ValueError:
        yield path, "a brace is not closed, or stands alone: a value is written {name}"
        return
    for _, name, form, conversion in pieces:
        if name is None:
            continue
        if form or conversion or not name.isidentifier():
            yield path, f"{{{name}}} cannot be filled: between braces stands a name and nothing else"
        elif name not in known:
            yield path, f"nothing gives {{{name}}}" + (near(name, known) or _givers(known))


def reply(path: Path, words: Reply, known: Collection[str]) -> Found:
    """Return what is wrong with a reply in one language."""
    if not words.lead.strip():
        yield (*path, "lead"), "the large words are missing"
    if words.lead.count("*") % 2:
        yield (*path, "lead"), "an asterisk is missing: what is underlined stands between two"
    for key, text in (("lead", words.lead), ("more", words.more), ("say", words.say or "")):
        if _QUOTED.match(text):
            yield (*path, key), 'the Chinese quotation marks would be shown: write " around the text instead'
        yield from unknown((*path, key), text, known)


def amounts(text: str) -> list[tuple[str, int]]:
    """Return the figures of money that stand in a text, as written and in fen."""
    found = []
    for match in _MONEY.finditer(text):
        for number, times in zip(match.groups()[::2], match.groups()[1::2], strict=True):
            if number:
                fen = round(float(number.replace(",", "")) * 100) * _TIMES[times or ""]
                found.append((f"{number}{times or ''}", fen))
    found += [(spelt, int(cn2an.cn2an(spelt, "smart")) * 100) for spelt in _SPELT.findall(text) if _is_number(spelt)]
    return found


def _is_number(spelt: str) -> bool:
    try:
        cn2an.cn2an(spelt, "smart")
    except ValueError:
        return False
    return True


def _givers(known: Collection[str]) -> str:
    return f"; there are {', '.join(sorted(known))}" if known else "; no value stands in this text"

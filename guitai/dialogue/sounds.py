"""How much two Chinese words sound alike, pure: by syllables, tones apart, with what recognisers and dialects confuse close together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from pypinyin import Style, lazy_pinyin, pinyin

_PARTS = re.compile(r"(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]?)([a-zê]*)")
_RUNS = re.compile(r"[一-龥]+|[^一-龥]", re.DOTALL)
_ROUNDED = re.compile(r"(?<=^[jqxy])u")
"""After these letters u is written for ü."""


def _pairs(text: str) -> frozenset[frozenset[str]]:
    return frozenset(frozenset(pair.split("-")) for pair in text.split())


_INITIALS = _pairs(
    "zh-z ch-c sh-s n-l l-r f-h zh-j ch-q sh-x b-p d-t g-k j-q j-x q-x z-c z-s c-s zh-ch zh-sh ch-sh w-h y-r"
)
_FINALS = _pairs(
    "in-ing en-eng an-ang ian-iang uan-uang un-ong ong-eng e-uo o-uo e-o ui-ei un-en v-i ve-ie van-ian vn-in ai-ei ao-ou "
    "iu-u an-en ian-in van-uan ang-eng u-o u-ou ai-an"
)
"""What half of China says, and recognisers hear, one for the other."""

_NEAR = 0.25
"""Such a pair's share of a whole difference."""


def syllables(text: str) -> tuple[str, ...]:
    """Return how each character is read where it stands; one that is no Chinese stands for itself."""
    found: list[str] = []
    for run in _RUNS.findall(text):
        read: list[str] = lazy_pinyin(run, style=Style.NORMAL)
        found += read if len(read) == len(run) else [_readings(char)[0] for char in run]
    return tuple(found)


def unlike(heard: str, read: Sequence[str], name: str) -> float:
    """Return how far as many characters sound from a name: 0 alike, 1 nothing in common.

    Args:
        heard: The characters, as many as `name` has and at least one.
        read: Their syllables.
        name: Each of its characters counts by whichever of its readings is nearest.
    """
    apart = (
        0.0 if char == wanted else min(_apart(syllable, reading) for reading in _readings(wanted))
        for char, syllable, wanted in zip(heard, read, name, strict=True)
    )
    return sum(apart) / len(name)


@cache
def _readings(char: str) -> tuple[str, ...]:
    return tuple(pinyin(char, style=Style.NORMAL, heteronym=True)[0])


@cache
def _apart(one: str, other: str) -> float:
    """Return how far two syllables are from each other: half by what they begin with, half by the rest."""
    if one == other:
        return 0.0
    (begins, rest), (begins_too, rest_too) = _split(one), _split(other)
    return (_part(begins, begins_too, _INITIALS) + _part(rest, rest_too, _FINALS)) / 2


def _part(one: str, other: str, near: frozenset[frozenset[str]]) -> float:
    if one == other:
        return 0.0
    return _NEAR if frozenset((one, other)) in near else 1.0


def _split(syllable: str) -> tuple[str, str]:
    match = _PARTS.fullmatch(_ROUNDED.sub("v", syllable.lower()))
    return (match[1], match[2]) if match is not None else (syllable, syllable)

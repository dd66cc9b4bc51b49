"""A closed grammar for yes and no: when the kiosk has just asked, few words are enough and their meaning is clear."""

from __future__ import annotations

import re
from typing import Literal

_NO = re.compile(
    r"没(有)?(解决|办好|弄好|好|见过|用)|还没|不(对|是|行|认识|要|用)|没有$|^(不|没|没有)$|不太|有问题|\bno\b|not"
)
_YES = re.compile(
    r"解决|办好|好了|可以|没问题|^(对|是|嗯|好|行|成|中|要)|对的|是的|见过|认识|搞定|满意|\byes\b|done|solved"
)
MOST_CHARS = 12
"""A longer answer is about something else."""


def yes_or_no(text: str) -> Literal["yes", "no"] | None:
    """Return what a short answer means, or None when it is no answer to yes or no."""
    words = re.sub(r"[\s，。！？、,.!?啊呀吧呢哦的了]+$", "", text.strip().lower())
    if not words or (len(words) > MOST_CHARS and not words.isascii()):
        return None
    if re.search(r"没问题", words):
        return "yes"
    if _NO.search(words):
        return "no"
    return "yes" if _YES.search(words) else None

"""Tells words from a recogniser's inventions: loops, subtitles nobody spoke, text for silence. Pure."""

from __future__ import annotations

import re
import zlib

MAX_CHARS_PER_S = 9.0
"""Fast Mandarin has about seven syllables a second."""

MAX_COMPRESSION = 2.4
MIN_FOR_COMPRESSION = 24
"""zlib finds nothing in a short sentence."""

_LOOP = re.compile(r"(.{1,8}?)\1{3,}")
_INVENTED = re.compile(
    r"字幕|订阅|点赞|转发|打赏|明镜|谢谢观看|感谢观看|谢谢收看|谢谢大家|请不吝|下期再见|优优独播|YoYo|Amara|[Ss]ubtitle|[Tt]hank you for watching|中文普通话|以下是"
)


def is_loop(text: str, seconds: float) -> bool:
    """Return whether the text says more than `seconds` of speech can hold, or repeats itself senselessly."""
    words = "".join(c for c in text if c.isalnum())
    if len(words) > MAX_CHARS_PER_S * seconds + 4 and not text.isascii():
        return True
    data = words.encode()
    if len(data) >= MIN_FOR_COMPRESSION * 3 and len(data) / len(zlib.compress(data)) > MAX_COMPRESSION:
        return True
    return any(not m[1].isdigit() and m[1] not in "零一二三四五六七八九幺" for m in _LOOP.finditer(words))


def is_invented(text: str) -> bool:
    """Return whether the text is one of the phrases Whisper learnt from subtitles and says of silence."""
    return _INVENTED.search(text) is not None

"""Takes PINs and one-time codes that were said aloud out of words, before anyone sees, keeps or understands them. Pure."""

from __future__ import annotations

import re

REDACTED = "〔已隐去〕"
"""Stands for what was a secret."""

_WORDS = r"密码|口令|验证码|校验码|动态码|短信码|\bpin\b|pin(?=码|是)|pass ?(?:word|code)|\bcode\b|\botp\b"
_SECRET = re.compile(_WORDS, re.IGNORECASE)
_FIGURE = r"(?:[\d零〇一二两三四五六七八九幺]|(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)\b)"
_MARKS = r"[\s,，、.。\-]*"
_RUN = rf"(?<!\d)(?:{_FIGURE}(?:{_MARKS}{_FIGURE}){{3,11}}|(?:{_FIGURE}个{_FIGURE}{_MARKS})+)(?!\d)"
_SIX = rf"(?<![\d零〇一二两三四五六七八九幺]){_FIGURE}(?:{_MARKS}{_FIGURE}){{5}}(?!{_MARKS}{_FIGURE})"
_NO_SUM = r"(?!\s*(?:[十百千万亿点块元圆年月号岁次天位个]|yuan|rmb))"
"""What is followed by a unit is a sum or a day."""

_GAP = r"[^\d零〇一二两三四五六七八九幺。！？?]"
_FIRST = re.compile(rf"((?:{_WORDS}){_GAP}{{0,8}}?)({_RUN}){_NO_SUM}", re.IGNORECASE)
_BEGUN = re.compile(
    rf"((?:{_WORDS})(?:就是|是|为|\bis\b|[：:\s])*)({_FIGURE}(?:{_MARKS}{_FIGURE}){{1,2}})(?!{_MARKS}{_FIGURE}){_NO_SUM}",
    re.IGNORECASE,
)
"""Its first digits, as they stand in a caption while it is still being said."""

_COUNTED = re.compile(
    rf"((?:{_WORDS})(?:就是|是|为|\bis\b|[：:\s])*)([零〇一二两三四五六七八九十百千万]{{4,}}+){_NO_SUM}", re.IGNORECASE
)
"""Said as one number: 密码是六十六万零二百一十七."""

_LAST = re.compile(
    rf"({_RUN})({_GAP}{{0,6}}(?:就是|这是|是|\bis\b|'s|\bmy\b|\bthe\b){_GAP}{{0,8}}?(?:{_WORDS}))", re.IGNORECASE
)
_ANYWHERE = re.compile(rf"({_SIX}){_NO_SUM}", re.IGNORECASE)
_ASKED = re.compile(rf"({_RUN}){_NO_SUM}", re.IGNORECASE)
_NAMED = re.compile(
    r"(?:尾号|卡号|[账帐]号|户号|号码|手机|电话|身份证|证件|单号|流水|[取转存汇付交缴充]|还款|account|card|phone|number)[^，。,]{0,3}$",
    re.IGNORECASE,
)
"""What these words stand before is no secret: it is told by its name."""


def redact(text: str, *, asked: bool = False) -> str:
    """Return the text without digits spoken as a PIN or a code: ``密码是一二三四五六`` is ``密码是〔已隐去〕``.

    `asked`: a secret is being asked for now, so that digits alone are one.
    """
    text = _FIRST.sub(lambda m: m[0] if _NAMED.search(m[1]) else m[1] + REDACTED, text)
    text = _COUNTED.sub(lambda m: m[1] + REDACTED, text)
    text = _BEGUN.sub(lambda m: m[1] + REDACTED, text)
    text = _LAST.sub(lambda m: m[0] if _told(m) else REDACTED + m[2], text)
    if not asked and not _SECRET.search(text):
        return text
    return (_ASKED if asked else _ANYWHERE).sub(lambda m: m[0] if _told(m) else REDACTED, text)


def _told(match: re.Match[str]) -> bool:
    return _NAMED.search(match.string[: match.start()]) is not None

"""Whether words ask something: one definition for all who have to tell a question from an answer. Pure.

A polite 可以吗 or 行不行 behind an order asks nothing: 改成六百行不行 is a correction.
"""

from __future__ import annotations

import re

_ASKS = re.compile(
    r"[吗呢？?]|(?<![这那])么$|怎么|咋|为[什啥何]|多少|什么|啥|几(?:时|点|天|个工作日|块|号)|哪|手续费|够不够|凭啥"
    r"|(?P<a>[要收能会是用有行好可得])不(?P=a)|有没有|能否|\b(?:what|how|when|why|where|which|can i|does it)\b"
)
_POLITE = re.compile(
    r"[，,\s]*(?:你看|您看)?(?:(?P<a>行|好|中|成|得)不(?P=a)|(?:行|好|中|成|可以|要得)(?:吗|么|嘛|不)|可不可以|能不能|怎么样|咋样)(?:啊|呀)?[？?。！!\s]*$"
)


def asks(text: str) -> bool:
    """Whether the words ask, a polite tag at their end aside."""
    said = text.strip().lower()
    return bool(_ASKS.search(_POLITE.sub("", said) or said))

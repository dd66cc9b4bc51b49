"""What a question wants to know (how long, how much, which number to call), and which answers say such a thing. Pure."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_FIGURE = r"(?:\d[\d,.]*|[一二两三四五六七八九十]+)\s*"
_WANTED = (
    (r"几天|几日|多少[天日]|几个工作日|几[个]?小时|多少小时|多久|多长时间|期限|时效|how (?:long|many (?:working )?(?:days|hours))",
     _FIGURE + r"个?(?:工作日|小时|天|日|分钟|月|年|hours|(?:working )?days|months|years)"),
    (r"几年|多少年|几个月|多少个月|多久|多长时间|期限|how (?:long|many (?:years|months))",
     _FIGURE + r"个?(?:年|月|months|years)"),
    (r"几[号月]|哪[一]?[天年日]|什么时候|啥时候|何时|哪年|几点|when|which day|what time",
     r"\d+\s*[年月日:]|[末每]|(?:January|February|March|April|May|June|July|August|September|October|November|December|20th)"),
    (r"多少钱|多少元|几块|几万|几千|起点|起存|起购|限额|额度|上限|最[多高低少]|封顶|门槛|how much|limit|minimum|maximum|quota",
     _FIGURE + r"[百千万亿]*(?:元|美元|million|yuan|US dollars)|\d+万"),
    (r"百分之|比例|利率|费率|税率|几个点|几成|几厘|percent|\brate\b|\bratio\b|\bshare\b", r"\d\s*[%‰]|[成倍折]"),
    (r"电话|热线|号码|打哪|打什么|打几|几号|hotline|\bnumber\b|\bcall\b", r"(?<!\d)(?:1[12]\d|1\d{4}|9\d{4}|400-\d+)(?!\d)"),
    (r"几[张个次名家种类级位回户份]|多少[张个次名家户]|哪[几些两三]|分为|how many", _FIGURE + r"[张个次名家种类级位份户档]"),
    (r"几岁|多大|年龄|岁数|周岁|\bage\b|how old", r"\d+\s*周?岁|\b\d\d\b|from \d+"),
)  # fmt: skip
"""How a question asks, and how an answer says it."""

_ASKS = tuple(re.compile(asks, re.IGNORECASE) for asks, _ in _WANTED)
_SAYS = tuple(re.compile(says) for _, says in _WANTED)
_BELOW = 0.5
"""What an answer says only below its first line counts less: the first line is what it is about."""


def said(lead: str, more: str) -> Floats:
    """Return for each kind of thing how far an answer says it, 0 to 1, float32 (kinds,)."""
    return np.array([1.0 if says.search(lead) else _BELOW if says.search(more) else 0.0 for says in _SAYS], np.float32)


def wanted(question: str) -> Floats:
    """Return the kinds of things a question wants to know, float32 (kinds,), summing to 1 or all 0."""
    asked = np.array([asks.search(question) is not None for asks in _ASKS], np.float32)
    return asked / max(float(asked.sum()), 1.0)

"""Takes people out of what goes into a support bundle, a second time after the log's own redaction. Pure.

Masked are values under names that speak of people (`guitai.logs.PERSONAL_KEYS`), runs of seven digits or more, in texts and as
numbers, and every line with a Chinese character: a name may stand in any of them, and what our programs log of themselves is
English. Times and sizes, which have long numbers, are known by the ends of their names.
"""

from __future__ import annotations

import re
from typing import Any

import orjson

from guitai.logs import LONG_DIGITS, PERSONAL_KEYS

MASKED = "***"
CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
LEAST_LONG = 1_000_000
NUMBERS = ("_ms", "_ns", "_s", "_mb", "_bytes", "rows", "sequence")
STAMPS = frozenset({"timestamp"})


def scrubbed(key: str, value: Any) -> Any:
    """Return a value of plain data without what may tell of a person."""
    if key in PERSONAL_KEYS:
        return MASKED
    if isinstance(value, str):
        return value if key in STAMPS else _text(value)
    if isinstance(value, dict):
        return {_text(str(name)): scrubbed(str(name), inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [scrubbed(key, inner) for inner in value]
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= LEAST_LONG:
        return value if key.endswith(NUMBERS) else MASKED
    return value


def log_lines(lines: list[str]) -> tuple[list[bytes], int]:
    """Return our processes' own lines, scrubbed, and how many others there were: nobody knows what stands in those."""
    kept: list[bytes] = []
    for line in lines:
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue
        if isinstance(row, dict) and "event" in row:
            kept.append(orjson.dumps(scrubbed("", row)))
    return kept, len(lines) - len(kept)


def _text(value: str) -> str:
    lines = [MASKED if CHINESE.search(line) else line for line in value.split("\n")]
    return LONG_DIGITS.sub(MASKED, "\n".join(lines))

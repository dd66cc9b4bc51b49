"""Writes new weights into a rules text and leaves every other line, remark and band as it is."""

from __future__ import annotations

import json
import re
from functools import partial

from guitai.messages.risk import Factor
from guitai.risk.rules import FACTORS, parse


def rewritten(text: str, version: int, weights: dict[Factor, int], reason: str) -> str:
    """Return the text with another version and weights; a weight that moved is marked fitted, with the reason.

    Raises GuitaiError ``risk.bad_rules`` if the outcome breaks a bound: nothing leaves this room unchecked.
    """
    before = parse(text)
    text = re.sub(r"^version = \d+", f"version = {version}", text, count=1, flags=re.MULTILINE)
    for name in FACTORS:
        if weights[name] != before.weights[name]:
            text = _table(text, name, weights[name], reason)
    after = parse(text)
    assert (after.version, after.weights) == (version, weights)
    return text


def _table(text: str, name: str, weight: int, reason: str) -> str:
    head, header, rest = text.partition(f"[weights.{name}]")
    table, bracket, tail = rest.partition("\n[")
    for key, value in (("weight", str(weight)), ("origin", '"fitted"'), ("reason", json.dumps(reason))):
        table = re.sub(rf"^({key}\s*=\s*).*$", partial(_after, value), table, count=1, flags=re.MULTILINE)
    return head + header + table + bracket + tail


def _after(value: str, match: re.Match[str]) -> str:
    return match[1] + value

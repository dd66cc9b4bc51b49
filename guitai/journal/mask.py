"""What headquarters may read of an event: long numbers keep four digits, names keep their surname. Pure."""

from __future__ import annotations

import hashlib
import re
from typing import Any

KEEP_DIGITS = 4
LONG_NUMBER = re.compile(r"\d(?:[ \-.]?\d){6,}[Xx]?")
"""Seven digits or more, grouped or not: an account, a card, a phone, an identity number."""

LONG_SPOKEN_NUMBER = re.compile(r"[零〇一二三四五六七八九幺两](?:[ ,，、]?[零〇一二三四五六七八九幺两]){6,}")
"""The same, read out digit by digit and not yet turned into numerals."""

HANDLES = frozenset(
    {
        "card_token", "case_number", "debit_id", "escalation_id", "kiosk_id", "payee_ref", "request_id", "risk_ref",
        "rules_hash", "models_hash", "session_id", "sms_id", "speak_id", "teller_id", "transfer_id", "type", "unfinished", "vault_key",
    }
)  # fmt: skip
"""Fields that name things, not people: headquarters joins on them, so their digits stay. All else is masked."""

COUNTED = frozenset({"amount", "count", "currency", "date", "date_range", "period"})
"""Entities and slots whose long numbers are values a teller must see, not identities."""


RULE_TEXTS = frozenset({"risk_rules", "shadow_rules"})
"""Texts headquarters has itself: their hash is enough."""


def mask(data: dict[str, Any]) -> dict[str, Any]:
    """Return a message's plain data with personal data masked; `data` stays as it is."""
    return _mapping(data, "")


def mask_name(name: str) -> str:
    """Return 张* for 张伟 and 刘*芳 for 刘晓芳."""
    if len(name) <= 1 or "*" in name:
        return name
    return name[0] + "*" * max(1, len(name) - 2) + (name[-1] if len(name) > 2 else "")


def mask_text(text: str) -> str:
    """Return `text` with all but the last four digits of every long number starred."""
    return LONG_SPOKEN_NUMBER.sub(_star, LONG_NUMBER.sub(_star, text))


def _star(match: re.Match[str]) -> str:
    marks = [c for c in match.group() if c not in " -.,，、"]
    return "*" * (len(marks) - KEEP_DIGITS) + "".join(marks[-KEEP_DIGITS:])


def _mapping(data: dict[str, Any], parent: str) -> dict[str, Any]:
    counted = data.get("type") in COUNTED
    return {key: value if counted else _value(value, key, parent) for key, value in data.items()}


def _value(value: Any, key: str, parent: str) -> Any:
    if isinstance(value, dict):
        return _mapping(value, key)
    if isinstance(value, list | tuple):
        return [_value(item, key, parent) for item in value]
    if key in RULE_TEXTS and isinstance(value, str):
        return hashlib.sha256(value.encode()).hexdigest() if value else ""
    if not isinstance(value, str) or key in HANDLES or key in COUNTED:
        return value
    if key in {"payee_name", "payee"} or (key == "name" and parent == "payees"):
        return mask_name(mask_text(value))
    return mask_text(value)

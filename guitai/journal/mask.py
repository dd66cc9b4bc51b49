"""What headquarters may read of an event: long numbers keep four digits, names their surname, spoken ones a word. Pure."""

from __future__ import annotations

import hashlib
from typing import Any

from guitai.messages.classes import HANDLES
from guitai.messages.masking import (
    LONG_DIGITS,
    NAMES,
    PLACEHOLDERS,
    mask_introduced,
    mask_name,
    mask_names,
    mask_text,
    scrub,
)

COUNTED = frozenset({"amount", "count", "currency", "date", "date_range", "period"})
"""Entities and slots whose long numbers are values a teller must see, not identities."""


KEPT = HANDLES | COUNTED
NUMBERS = frozenset({int, float, bool, type(None)})

RULE_TEXTS = frozenset({"risk_rules", "shadow_rules"})
"""Texts headquarters has itself: their hash is enough."""

NAMED = NAMES | RULE_TEXTS | {"name"}
"""Fields whose short texts are masked, too."""


def mask(data: dict[str, Any]) -> dict[str, Any]:
    """Return a message's plain data with personal data masked; `data` stays as it is."""
    match data.get("type"):
        case "voice.said":
            data = _without_spoken(data)
        case "handover.escalate":
            data = {**data, "bundle": _without_names(data["bundle"])}
    return _mapping(data, "")


def _without_spoken(data: dict[str, Any]) -> dict[str, Any]:
    """Put a word in the place of every name, number and address that was understood in what a customer said."""
    heard = data["understanding"]
    parts = (heard, *heard["clauses"])
    values = [(one["type"], one["value"]) for part in parts for one in part["entities"]]

    def scrubbed(part: dict[str, Any]) -> dict[str, Any]:
        entities = [
            {**one, "value": stands, "norm": None} if (stands := PLACEHOLDERS.get(one["type"])) else one
            for one in part["entities"]
        ]
        words = {"text": scrub(part["text"], values)} if "text" in part else {}
        return {**part, **words, "entities": entities}

    clauses = [scrubbed(clause) for clause in heard["clauses"]]
    return {**data, "text": scrub(data["text"], values), "understanding": {**scrubbed(heard), "clauses": clauses}}


def _without_names(bundle: dict[str, Any]) -> dict[str, Any]:
    """Keep the surname alone of everybody a bundle's slots name, in every sentence of it, and of nobody introduced in them."""
    names = [value for key, value in bundle["slots"].items() if key in NAMES and value]

    def clean(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: clean(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [clean(item) for item in value]
        if not isinstance(value, str):
            return value
        return mask_introduced(mask_names(value, names))

    cleaned: dict[str, Any] = clean(bundle)
    return cleaned


def _mapping(data: dict[str, Any], parent: str) -> dict[str, Any]:
    if data.get("type") in COUNTED:
        return data
    return {
        # Most of what a message holds is numbers and short codes: no call for those.
        key: value
        if (kind := type(value)) in NUMBERS or (kind is str and len(value) < LONG_DIGITS and key not in NAMED)
        else _value(value, key, parent)
        for key, value in data.items()
    }


def _value(value: Any, key: str, parent: str) -> Any:
    if isinstance(value, str):
        if key in NAMES or (key == "name" and parent == "payees"):
            return mask_name(mask_text(value))
        if key in RULE_TEXTS:
            return hashlib.sha256(value.encode()).hexdigest() if value else ""
        return value if key in KEPT else mask_text(value)
    if isinstance(value, dict):
        return _mapping(value, key)
    if isinstance(value, list | tuple):
        return [_value(item, key, parent) for item in value]
    return value

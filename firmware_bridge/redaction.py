"""What of an XFS4IoT message a person may see: only fields the catalogue shows to be harmless.

An allow-list, not a block-list: enumerations, yes and no, small numbers and a few free texts known to be names of
things. Everything else, and everything the catalogue does not know, is ``HIDDEN``: card data, tracks, PIN blocks, keys,
tokens, text and pictures of ID cards, what is printed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from firmware_bridge.protocol import catalog
from firmware_bridge.protocol.envelope import Message
from firmware_bridge.protocol.schema import Schema

HIDDEN = "…"
MOST_FIELDS = 60
"""Fields shown of one message; a storage report has hundreds."""

_LARGEST = 10**9
_NAMES_OF_THINGS = frozenset(
    {
        "currency",
        "formName",
        "mediaName",
        "mix",
        "modelName",
        "positionName",
        "serviceURI",
        "serviceVersion",
        "to",
        "from",
    }
)
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_.:/ -]{1,60}")
_LONG_NUMBER = re.compile(r"\d{6}")
_PLAIN_KEY = re.compile(r"unit[A-Z0-9]{1,4}|type[A-Z]{3}\d{1,5}|[A-Z]{3}|mix\d{1,2}|[a-z]{2,8}")
_TOUCHED_KEYS = frozenset({"digit", "digits", "key", "keys", "commandKey", "keyEntryMode", "pressed"})
"""Which key somebody pressed, and how many digits a PIN has, stay out of sight."""

_KEYED = frozenset({"Keyboard", "TextTerminal", "PinPad"})


def redacted(message: Message) -> dict[str, Any]:
    """Return the payload with every field hidden that is not known to be harmless."""
    entry = catalog.definition(message.name, _catalogued(message))
    if entry is None or entry.payload is None:
        return dict.fromkeys(("#1",), HIDDEN) if message.payload else {}
    budget = [MOST_FIELDS]
    shown = _shown({"$ref": entry.payload}, "", dict(message.payload), entry.interface, budget)
    return shown if isinstance(shown, dict) else {}


def _catalogued(message: Message) -> str:
    # Some services send unsolicited events as events, others the other way round.
    if message.type in {"event", "unsolicited"}:
        return next((t for t in ("event", "unsolicited") if catalog.definition(message.name, t)), message.type)
    return message.type


def _shown(schema: Schema, name: str, value: Any, interface: str, budget: list[int]) -> Any:
    if "$ref" in schema:
        return _shown(catalog.schemas()[schema["$ref"].rpartition("/")[2]], name, value, interface, budget)
    if "anyOf" in schema:
        found = [_shown(one, name, value, interface, budget) for one in schema["anyOf"]]
        return next((one for one in found if one != HIDDEN), HIDDEN)
    if isinstance(value, dict) and schema.get("type") == "object":
        return _object(schema, value, interface, budget)
    if isinstance(value, list) and schema.get("type") == "array":
        return [_shown(schema.get("items", {}), name, one, interface, budget) for one in value[: max(budget[0], 0)]]
    budget[0] -= 1
    harmless = budget[0] >= 0 and not (interface in _KEYED and name in _TOUCHED_KEYS)
    return value if value is None or (harmless and _harmless(schema, name, value)) else HIDDEN


def _object(schema: Schema, value: Mapping[str, Any], interface: str, budget: list[int]) -> dict[str, Any]:
    known, extra = schema.get("properties", {}), schema.get("additionalProperties")
    out: dict[str, Any] = {}
    for number, (key, inner) in enumerate(value.items(), start=1):
        if budget[0] <= 0:
            break
        if key in known:
            out[key] = _shown(known[key], key, inner, interface, budget)
        else:
            label = key if isinstance(extra, dict) and _PLAIN_KEY.fullmatch(key) else f"#{number}"
            out[label] = _shown(extra, "", inner, interface, budget) if isinstance(extra, dict) else HIDDEN
    return out


def _harmless(schema: Schema, name: str, value: Any) -> bool:
    kind = schema.get("type")
    if kind == "boolean":
        return isinstance(value, bool)
    if kind in {"integer", "number"}:
        return isinstance(value, int | float) and abs(value) < _LARGEST
    if kind != "string" or not isinstance(value, str):
        return False
    if "enum" in schema:
        return value in schema["enum"]
    return name in _NAMES_OF_THINGS and bool(_PLAIN_NAME.fullmatch(value)) and not _LONG_NUMBER.search(value)

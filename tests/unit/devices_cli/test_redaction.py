"""The trace shows what passes, never what belongs to a customer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.protocol import catalog
from firmware_bridge.protocol.envelope import Message
from firmware_bridge.redaction import HIDDEN, redacted

SECRET = "SECRET6217000012345678905"
MESSAGES = [entry for entry in catalog.definitions() if entry.payload is not None]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


def full(schema: dict[str, Any], depth: int = 0) -> Any:
    """Return a payload with the secret wherever a free string or a map's key may stand."""
    if "$ref" in schema:
        schema = catalog.schemas()[schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        return full(schema["anyOf"][-1], depth)
    kind = schema.get("type")
    if depth > 8:
        return None
    if kind == "object":
        out = {key: full(inner, depth + 1) for key, inner in schema.get("properties", {}).items()}
        if isinstance(schema.get("additionalProperties"), dict):
            out[SECRET] = full(schema["additionalProperties"], depth + 1)
        return out
    if kind == "array":
        return [full(schema.get("items", {}), depth + 1)]
    return {"boolean": True, "integer": 6217000012345678, "number": 6217000012345678.5}.get(kind, SECRET)


def test_no_free_text_and_no_long_number_of_any_message_is_shown():
    for entry in MESSAGES:
        payload = full({"$ref": entry.payload}) | {"unheardOf": SECRET}
        shown = json.dumps(redacted(Message(entry.type, entry.name, 1, payload)), ensure_ascii=False)
        assert "SECRET" not in shown, entry.name
        assert "62170000" not in shown, entry.name


@given(st.sampled_from(MESSAGES), JSON)
def test_any_payload_can_be_redacted(entry: catalog.Definition, value: Any):
    names = catalog.properties(entry)
    payload = dict.fromkeys(names[:5], value) | {"other": value}
    shown = json.dumps(redacted(Message(entry.type, entry.name, 1, payload)))
    assert isinstance(json.loads(shown), dict)


@pytest.mark.parametrize(
    ("type_", "name", "payload", "shown"),
    [
        ("command", "CardReader.Move", {"from": "transport", "to": "exit"}, {"from": "transport", "to": "exit"}),
        ("completion", "CardReader.ReadRawData", {"track2": {"data": "NjIx", "status": "dataMissing"}},
         {"track2": {"data": HIDDEN, "status": "dataMissing"}}),
        ("completion", "PinPad.GetPinBlock", {"pinBlock": "q83vASNFZ4k="}, {"pinBlock": HIDDEN}),
        ("command", "PinPad.GetPinBlock", {"customerData": "700001234567", "format": "iso0", "key": "PinKey"},
         {"customerData": HIDDEN, "format": "iso0", "key": HIDDEN}),
        ("event", "Keyboard.KeyEvent", {"completion": "continue", "digit": "seven"},
         {"completion": "continue", "digit": HIDDEN}),
        ("completion", "Keyboard.PinEntry", {"digits": 6, "completion": "enter"},
         {"digits": HIDDEN, "completion": "enter"}),
        ("command", "CashDispenser.Dispense",
         {"denomination": {"denomination": {"service": {"currencies": {"CNY": 500}, "mix": "mix1"}}}, "token": "NONCE=A"},
         {"denomination": {"denomination": {"service": {"currencies": {"CNY": 500}, "mix": "mix1"}}}, "token": HIDDEN}),
        ("completion", "CashDispenser.Dispense", {"errorCode": "notDispensable"}, {"errorCode": "notDispensable"}),
        ("command", "Printer.PrintForm", {"formName": "GuitaiReceipt", "fields": {"title": "王小明"}},
         {"formName": "GuitaiReceipt", "fields": {"title": HIDDEN}}),
        ("completion", "Common.GetCommandNonce", {"commandNonce": "646169ECDD0E440C"}, {"commandNonce": HIDDEN}),
        ("command", "Guitai.ReadIdCard", {"anything": 1}, {"#1": HIDDEN}),
        ("unsolicited", "Common.StatusChangedEvent", {"cardReader": {"media": "jammed"}},
         {"cardReader": {"media": "jammed"}}),
        ("event", "Common.StatusChangedEvent", {"cardReader": {"media": "jammed"}},
         {"cardReader": {"media": "jammed"}}),
        ("completion", "CardReader.ReadRawData", {"track2": None}, {"track2": None}),
    ],
)  # fmt: skip
def test_what_is_shown(type_: Any, name: str, payload: dict[str, Any], shown: dict[str, Any]):
    assert redacted(Message(type_, name, 1, payload)) == shown


def test_a_storage_report_is_cut():
    units = {f"unit{n}": {"status": "ok", "capacity": n} for n in range(100)}
    shown = redacted(Message("completion", "Storage.GetStorage", 1, {"storage": units}))
    assert len(shown["storage"]) <= 60

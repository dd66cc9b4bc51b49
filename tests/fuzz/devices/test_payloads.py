"""Any payload the catalogue allows comes back from its typed form unchanged; anything else is read without falling over."""

from __future__ import annotations

import base64
import importlib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_bridge.protocol import catalog, generate
from firmware_bridge.protocol.client import Completed
from firmware_bridge.protocol.schema import target
from firmware_bridge.protocol.typed import payload_of, read

ENTRIES = [e for interface in generate.INTERFACES for e in catalog.definitions(interface) if e.payload is not None]
NAMES = st.sampled_from(["unit1", "cash1", "CNY", "x"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3))


def text(schema: Any) -> st.SearchStrategy[str]:
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema.get("contentEncoding") == "base64":
        return st.binary(min_size=1, max_size=9).map(lambda data: base64.b64encode(data).decode())
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True) if "?=" not in schema["pattern"] else st.nothing()
    return st.text(max_size=8)


def fitting(schema: Any, depth: int = 0) -> st.SearchStrategy[Any]:
    """Values that fit a schema; an object leaves properties out, the deeper the more."""
    if "$ref" in schema:
        name = target(schema["$ref"])
        return st.deferred(lambda: fitting(catalog.schemas()[name], depth))
    if "anyOf" in schema:
        return st.one_of(*(fitting(one, depth) for one in schema["anyOf"]))
    match schema.get("type"):
        case "object":
            return objects(schema, depth + 1)
        case "array":
            return st.lists(fitting(schema.get("items", {}), depth + 1), max_size=2)
        case "string":
            return text(schema)
        case "integer":
            return st.integers(schema.get("minimum", -99), schema.get("maximum", 2**40))
        case "number":
            return st.integers(0, 99) | st.floats(0, 10**6)
        case "boolean":
            return st.booleans()
    return JSON


@st.composite
def objects(draw: Any, schema: Any, depth: int) -> dict[str, Any]:
    known = schema.get("properties", {})
    chosen = draw(st.sets(st.sampled_from(sorted(known)), max_size=max(0, 5 - depth))) if known else set()
    out = {key: value for key in sorted(chosen) if (value := draw(optional(known[key], depth))) is not None}
    others = schema.get("additionalProperties")
    if isinstance(others, dict):
        out |= draw(st.dictionaries(NAMES, fitting(others, depth), max_size=2))
    return out


def optional(schema: Any, depth: int) -> st.SearchStrategy[Any]:
    return st.none() | fitting(schema, depth)


def class_of(entry: catalog.Definition) -> Any:
    module = importlib.import_module(f"firmware_bridge.generated.{generate.module_name(entry.interface)}")
    return getattr(module, generate.message_class(entry))


def schema_of(entry: catalog.Definition) -> Any:
    assert entry.payload is not None
    return catalog.schemas()[entry.payload]


@given(st.data())
@settings(max_examples=250, deadline=None)
def test_what_fits_comes_back_unchanged(data):
    entry = data.draw(st.sampled_from(ENTRIES))
    payload = data.draw(fitting(schema_of(entry)))
    assert catalog.fault(entry, payload) is None
    assert payload_of(read(Completed(1, entry.name, "success", payload), class_of(entry))) == payload


@given(st.data())
@settings(max_examples=250, deadline=None)
def test_what_does_not_fit_is_read_as_far_as_it_goes(data):
    entry = data.draw(st.sampled_from(ENTRIES))
    keys = st.sampled_from([*catalog.properties(entry), "odd"])
    good = fitting(schema_of(entry))
    payload = data.draw(good) | data.draw(st.dictionaries(keys, JSON, max_size=3))
    found = read(Completed(1, entry.name, "success", payload), class_of(entry))
    assert read(Completed(1, entry.name, "success", payload_of(found)), class_of(entry)) == found

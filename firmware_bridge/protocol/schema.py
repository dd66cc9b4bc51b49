"""Turns the catalogue's schemas into checks, made once and quick to run: every message on the wire passes one.

There are no ``required`` lists, and null is legal for most optional properties, so null passes wherever a property may
stand.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

Schema = Mapping[str, Any]
Check = Callable[[Any], str | None]
"""Returns what is wrong, beginning with the path below the value (``.position is none of …``), or None."""

Resolve = Callable[[str], Check]
"""Returns the check of a named schema."""

Rigour = Literal["sent", "taken", "read"]
"""How much a check asks. ``sent``: everything. ``taken`` (a command that is to be obeyed): everything, but properties may
be more than we know. ``read`` (an answer): the right types, and no holes in lists and maps; words may be new."""

_REF = "#/$defs/"


def target(ref: str) -> str:
    """Return the name of the schema that a ``$ref`` points to."""
    return ref.removeprefix(_REF)


def compiled(schema: Schema, resolve: Resolve, rigour: Rigour) -> Check:
    """Return the check of a schema, for values that are not null."""
    if "$ref" in schema:
        return _reference(target(schema["$ref"]), resolve)
    if "anyOf" in schema:
        return _any_of([compiled(one, resolve, rigour) for one in schema["anyOf"]])
    match schema.get("type"):
        case "object":
            return _object(schema, resolve, rigour)
        case "array":
            return _array(compiled(schema.get("items", {}), resolve, rigour), rigour)
        case "string":
            return _string(schema, rigour)
        case "integer" | "number" as kind:
            return _number(schema, kind == "integer", rigour)
        case "boolean":
            return lambda value: None if isinstance(value, bool) else " is not true or false"
    return lambda _value: None


def _reference(name: str, resolve: Resolve) -> Check:
    known: list[Check] = []  # looked up at the first use: schemas may refer to each other in a circle

    def check(value: Any) -> str | None:
        if not known:
            known.append(resolve(name))
        return known[0](value)

    return check


def _any_of(checks: list[Check]) -> Check:
    def check(value: Any) -> str | None:
        faults = [one(value) for one in checks]
        return None if None in faults else faults[0]

    return check


def _object(schema: Schema, resolve: Resolve, rigour: Rigour) -> Check:
    known = {key: compiled(inner, resolve, rigour) for key, inner in schema.get("properties", {}).items()}
    others = schema.get("additionalProperties", True)
    extra = compiled(others, resolve, rigour) if isinstance(others, dict) else None
    closed = rigour == "sent" and others is False
    no_nulls = rigour == "read" and extra is not None

    def check(value: Any) -> str | None:
        if not isinstance(value, dict):
            return " is not an object"
        for key, inner in value.items():
            one = known.get(key, extra)
            if one is None:
                if closed:
                    return f".{key} is not known"
            elif inner is None:
                if no_nulls:
                    return f".{key} is null"
            elif (reason := one(inner)) is not None:
                return f".{key}{reason}"
        return None

    return check


def _array(item: Check, rigour: Rigour) -> Check:
    no_nulls = rigour == "read"

    def check(value: Any) -> str | None:
        if not isinstance(value, list):
            return " is not an array"
        for index, one in enumerate(value):
            if one is None:
                if no_nulls:
                    return f"[{index}] is null"
            elif (reason := item(one)) is not None:
                return f"[{index}]{reason}"
        return None

    return check


def _string(schema: Schema, rigour: Rigour) -> Check:
    exact = rigour != "read"
    allowed = frozenset(schema.get("enum", ())) if exact else frozenset()
    binary = schema.get("contentEncoding") == "base64"
    fits = re.compile(schema["pattern"]).search if "pattern" in schema and (exact or binary) else None

    def check(value: Any) -> str | None:
        if not isinstance(value, str):
            return " is not a string"
        if allowed and value not in allowed:
            return f" is none of {', '.join(schema['enum'])}"
        return None if fits is None or fits(value) else " has the wrong form"

    return check


def _number(schema: Schema, whole: bool, rigour: Rigour) -> Check:
    kinds = (int,) if whole else (int, float)
    low, high = (schema.get("minimum"), schema.get("maximum")) if rigour != "read" else (None, None)

    def check(value: Any) -> str | None:
        if isinstance(value, bool) or not isinstance(value, kinds):
            return f" is not {'an integer' if whole else 'a number'}"
        if low is not None and value < low:
            return f" is below {low}"
        return None if high is None or value <= high else f" is above {high}"

    return check


def fitting(schema: Schema, value: Any, schemas: Mapping[str, Schema], *, words: bool) -> Any:
    """Return as much of `value` as has the schema's types: the rest becomes None, numbers in text become numbers.

    With `words` also a word that is none of its enumeration becomes None.
    """
    if value is None:
        return None
    if "$ref" in schema:
        return fitting(schemas[target(schema["$ref"])], value, schemas, words=words)
    if "anyOf" in schema:
        tried = (fitting(one, value, schemas, words=words) for one in schema["anyOf"])
        return next((one for one in tried if one is not None), None)
    match schema.get("type"):
        case "object":
            return _fitting_object(schema, value, schemas, words) if isinstance(value, dict) else None
        case "array":
            return _fitting_array(schema.get("items", {}), value, schemas, words) if isinstance(value, list) else None
        case "integer" | "number" as kind:
            return _fitting_number(value, kind == "integer")
        case "boolean":
            return value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value).lower())
        case "string":
            text = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
            known = not words or "enum" not in schema or text in schema["enum"]
            return text if known and _string(schema, "read")(text) is None else None
    return value


def _fitting_array(item: Schema, value: list[Any], schemas: Mapping[str, Schema], words: bool) -> list[Any]:
    found = [fitting(item, one, schemas, words=words) for one in value]
    return [one for one in found if one is not None]


def _fitting_object(
    schema: Schema, value: dict[str, Any], schemas: Mapping[str, Schema], words: bool
) -> dict[str, Any]:
    known, others = schema.get("properties", {}), schema.get("additionalProperties")
    out = {}
    for key, inner in value.items():
        one = known.get(key, others)
        if isinstance(one, dict) and (fits := fitting(one, inner, schemas, words=words)) is not None:
            out[key] = fits
    return out


def _fitting_number(value: Any, whole: bool) -> int | float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
        if not whole:
            return number if math.isfinite(number) else None
        return int(value) if isinstance(value, int | str) else int(number) if number.is_integer() else None
    except (ValueError, OverflowError):
        return None

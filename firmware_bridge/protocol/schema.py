"""Turns the catalogue's schemas into checks, made once and quick to run: every message on the wire passes one.

There are no ``required`` lists, and null is legal for most optional properties, so null passes wherever a property may
stand.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

Schema = Mapping[str, Any]
Check = Callable[[Any], str | None]
"""Returns what is wrong, beginning with the path below the value (``.position is none of …``), or None."""

Resolve = Callable[[str], Check]
"""Returns the check of a named schema."""

_REF = "#/$defs/"


def target(ref: str) -> str:
    """Return the name of the schema that a ``$ref`` points to."""
    return ref.removeprefix(_REF)


def compiled(schema: Schema, resolve: Resolve, *, strict: bool) -> Check:
    """Return the check of a schema, for values that are not null.

    When `strict`, properties it does not name are faults; otherwise they pass.
    """
    if "$ref" in schema:
        return _reference(target(schema["$ref"]), resolve)
    if "anyOf" in schema:
        return _any_of([compiled(one, resolve, strict=strict) for one in schema["anyOf"]])
    match schema.get("type"):
        case "object":
            return _object(schema, resolve, strict)
        case "array":
            return _array(compiled(schema.get("items", {}), resolve, strict=strict))
        case "string":
            return _string(schema)
        case "integer" | "number" as kind:
            return _number(schema, kind == "integer")
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


def _object(schema: Schema, resolve: Resolve, strict: bool) -> Check:
    known = {key: compiled(inner, resolve, strict=strict) for key, inner in schema.get("properties", {}).items()}
    others = schema.get("additionalProperties", True)
    extra = compiled(others, resolve, strict=strict) if isinstance(others, dict) else None
    closed = strict and others is False

    def check(value: Any) -> str | None:
        if not isinstance(value, dict):
            return " is not an object"
        for key, inner in value.items():
            one = known.get(key, extra)
            if one is None:
                if closed:
                    return f".{key} is not known"
            elif inner is not None and (reason := one(inner)) is not None:
                return f".{key}{reason}"
        return None

    return check


def _array(item: Check) -> Check:
    def check(value: Any) -> str | None:
        if not isinstance(value, list):
            return " is not an array"
        for index, one in enumerate(value):
            if one is not None and (reason := item(one)) is not None:
                return f"[{index}]{reason}"
        return None

    return check


def _string(schema: Schema) -> Check:
    allowed = frozenset(schema.get("enum", ()))
    fits = re.compile(schema["pattern"]).search if "pattern" in schema else None

    def check(value: Any) -> str | None:
        if not isinstance(value, str):
            return " is not a string"
        if allowed and value not in allowed:
            return f" is none of {', '.join(schema['enum'])}"
        return None if fits is None or fits(value) else " has the wrong form"

    return check


def _number(schema: Schema, whole: bool) -> Check:
    kinds = (int,) if whole else (int, float)
    low, high = schema.get("minimum"), schema.get("maximum")

    def check(value: Any) -> str | None:
        if isinstance(value, bool) or not isinstance(value, kinds):
            return f" is not {'an integer' if whole else 'a number'}"
        if low is not None and value < low:
            return f" is below {low}"
        return None if high is None or value <= high else f" is above {high}"

    return check


def fitting(schema: Schema, value: Any, schemas: Mapping[str, Schema]) -> Any:
    """Return as much of `value` as fits the schema: what does not fit becomes None, numbers in text become numbers."""
    if value is None:
        return None
    if "$ref" in schema:
        return fitting(schemas[target(schema["$ref"])], value, schemas)
    if "anyOf" in schema:
        tried = (fitting(one, value, schemas) for one in schema["anyOf"])
        return next((one for one in tried if one is not None), None)
    match schema.get("type"):
        case "object":
            return _fitting_object(schema, value, schemas) if isinstance(value, dict) else None
        case "array":
            items = (
                [fitting(schema.get("items", {}), one, schemas) for one in value] if isinstance(value, list) else None
            )
            return None if items is None else [one for one in items if one is not None]
        case "integer" | "number" as kind:
            return _fitting_number(value, kind == "integer")
        case "boolean":
            return value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value).lower())
        case "string":
            text = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
            return text if _string(schema)(text) is None else None
    return value


def _fitting_object(schema: Schema, value: dict[str, Any], schemas: Mapping[str, Schema]) -> dict[str, Any]:
    known, others = schema.get("properties", {}), schema.get("additionalProperties")
    out = {}
    for key, inner in value.items():
        one = known.get(key, others)
        if isinstance(one, dict) and (fits := fitting(one, inner, schemas)) is not None:
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

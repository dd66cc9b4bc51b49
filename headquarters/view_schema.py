"""The customer's screen as JSON Schema, so that the console's renderer of its parts is checked against the messages themselves."""

from __future__ import annotations

from dataclasses import MISSING, Field, field, fields, make_dataclass
from typing import Any, get_type_hints

import msgspec

from guitai.messages.view import PART_KINDS, View

REF = "#/components/schemas/{name}"


def schemas() -> dict[str, Any]:
    """Return the schemas of `View` and all that is in it, as `view_to_data` writes it: every field is there."""
    _, found = msgspec.json.schema_components([_without_parts(), *PART_KINDS.values()], ref_template=REF)
    for schema in found.values():
        for told in schema["properties"].values():
            told.pop("default", None)
        schema["required"] = list(schema["properties"])
        schema["additionalProperties"] = False
    for kind, part in PART_KINDS.items():
        schema = found[part.__name__]
        schema["properties"] = {"kind": {"const": kind}, **schema["properties"]}
        schema["required"] = ["kind", *schema["required"]]
    parts = {
        "type": "array",
        "items": {"oneOf": [{"$ref": REF.format(name=part.__name__)} for part in PART_KINDS.values()]},
    }
    view = found["View"]
    view["properties"]["parts"] = parts
    view["required"].append("parts")
    return {name: found[name] for name in sorted(found)}


def _without_parts() -> type:
    """Return `View` without its parts: msgspec has no schema for a union of dataclasses."""
    hints = get_type_hints(View)
    return make_dataclass(
        "View", [(one.name, hints[one.name], _plain(one)) for one in fields(View) if one.name != "parts"]
    )


def _plain(one: Field[Any]) -> Any:
    return field() if one.default is MISSING else field(default=one.default)

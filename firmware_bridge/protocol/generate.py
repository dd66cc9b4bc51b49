"""Writes `firmware_bridge/generated`: typed payloads of the interfaces a branch needs, from the catalogue.

Run ``python -m firmware_bridge.protocol.generate`` after the catalogue changed; a test compares what it would write.
"""

from __future__ import annotations

import keyword
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from firmware_bridge.protocol import catalog
from firmware_bridge.protocol.schema import Schema, target
from firmware_bridge.protocol.typed import ENTRIES

FOLDER = Path(__file__).resolve().parents[1] / "generated"
INTERFACES = (
    "Auxiliaries",
    "BarcodeReader",
    "Biometric",
    "Camera",
    "CardReader",
    "CashAcceptor",
    "CashDispenser",
    "CashManagement",
    "Check",
    "Common",
    "Crypto",
    "KeyManagement",
    "Keyboard",
    "Lights",
    "PinPad",
    "Printer",
    "ServicePublisher",
    "Storage",
    "TextTerminal",
    "VendorApplication",
    "VendorMode",
)
"""Interfaces whose messages are typed. Parts of other interfaces come along where these refer to them."""

COLUMNS = 120
_BASES = {
    "command": "CommandBody",
    "completion": "CompletionBody",
    "event": "EventBody",
    "unsolicited": "UnsolicitedBody",
}
_SCALARS = {"string": "str", "integer": "int", "number": "int | float", "boolean": "bool"}


def module_name(interface: str) -> str:
    """Return ``card_reader`` for ``CardReader``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", interface).lower()


def class_name(name: str) -> str:
    """Return the class of a schema: ``CardReader.CapabilitiesClass.ChipPowerClass`` is ``CapabilitiesChipPower``."""
    parts = name.split(".")[1:]
    if parts[0] in {"Commands", "Completions", "Events"}:
        parts = parts[1:]
    return "".join(part.removesuffix("Class") for part in parts if part != "PayloadData")


def message_class(entry: catalog.Definition) -> str:
    """Return the class of a message: ``MoveCommand``, ``MoveCompletion``, ``MediaRemovedEvent``."""
    name = entry.name.partition(".")[2]
    return name if entry.type in {"event", "unsolicited"} else name + entry.type.capitalize()


def modules() -> dict[str, str]:
    """Return the text of every generated file by its name."""
    writers: dict[str, _Writer] = defaultdict(_Writer)
    waiting: list[str] = []
    for interface in INTERFACES:
        writer = writers[interface]
        for entry in catalog.definitions(interface):
            waiting += writer.message(interface, entry)
    done: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in done:
            done.add(name)
            interface = name.partition(".")[0]
            waiting += writers[interface].part(interface, name)
    files = {f"{module_name(interface)}.py": writer.text(interface) for interface, writer in writers.items()}
    files["__init__.py"] = '"""Generated from the catalogue by firmware_bridge.protocol.generate: typed payloads."""\n'
    return files


def write() -> None:
    """Write every file and remove those that are no longer generated."""
    FOLDER.mkdir(exist_ok=True)
    files = modules()
    for old in FOLDER.glob("*.py"):
        if old.name not in files:
            old.unlink()
    for name, text in files.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


class _Writer:
    """Collects the classes of one module."""

    def __init__(self) -> None:
        self._classes: dict[str, str] = {}
        self._imports: set[str] = set()
        self._names: set[str] = set()

    def message(self, interface: str, entry: catalog.Definition) -> list[str]:
        """Add a message's class; return the names of the schemas it refers to."""
        schema: Schema = catalog.schemas()[entry.payload] if entry.payload else {}
        base = _BASES[entry.type]
        head = [f'    """{entry.name}, {entry.type} {entry.version}."""', "", f'    NAME = "{entry.name}"']
        fields = self._fields(interface, schema)
        self._add(message_class(entry), base, head + ([""] if fields else []) + fields)
        return list(_references(schema))

    def part(self, interface: str, name: str) -> list[str]:
        """Add the class of a schema; return the names of the schemas it refers to. A map needs no class."""
        schema = catalog.schemas()[name]
        if not _is_map(schema):
            self._add(class_name(name), "Part", self._fields(interface, schema) or ["    pass"])
        return list(_references(schema))

    def text(self, interface: str) -> str:
        """Return the module."""
        bases = sorted({base for base in (*_BASES.values(), "Part") if f"({base}," in "".join(self._classes.values())})
        typing = [f"from typing import {', '.join(sorted(self._names))}", ""] if self._names else []
        msgspec = ["import msgspec", ""] if "msgspec.field" in "".join(self._classes.values()) else []
        others = [f"    {name} as _{name}," for name in sorted(self._imports)]
        return "\n".join(
            [
                f'"""{interface}: typed payloads, generated by firmware_bridge.protocol.generate; not edited by hand."""',
                "",
                "from __future__ import annotations",
                "",
                *typing,
                *msgspec,
                *(["from firmware_bridge.generated import (", *others, ")"] if others else []),
                f"from firmware_bridge.protocol.typed import {', '.join(bases)}",
                *(f"\n\n{text}" for _, text in sorted(self._classes.items())),
                "",
            ]
        )

    def _add(self, name: str, base: str, body: list[str]) -> None:
        self._put(name, "\n".join([f"class {name}({base}, frozen=True, kw_only=True):", *body]))

    def _put(self, name: str, text: str) -> None:
        assert name not in self._classes, f"two schemas want to be called {name}"
        self._classes[name] = text

    def _fields(self, interface: str, schema: Schema) -> list[str]:
        if _is_map(schema):
            return _field(ENTRIES, self._map(interface, schema))
        lines: list[str] = []
        for name, inner in schema.get("properties", {}).items():
            assert name != ENTRIES, "the name means a payload that is a map"
            lines += _field(name, self._type(interface, inner))
        return lines

    def _type(self, interface: str, schema: Schema) -> str:
        if "$ref" in schema:
            return self._reference(interface, target(schema["$ref"]))
        if "anyOf" in schema:
            return " | ".join(self._type(interface, one) for one in schema["anyOf"])
        kind = schema.get("type")
        if "enum" in schema:
            self._names.add("Literal")
            return f"Literal[{', '.join(_quoted(one) for one in schema['enum'])}]"
        if kind == "string" and schema.get("contentEncoding") == "base64":
            return "bytes"
        if kind == "array":
            return f"list[{self._type(interface, schema.get('items', {}))}]"
        if kind == "object":
            assert not schema.get("properties"), "objects with properties have a name in the catalogue"
            return self._map(interface, schema)
        if kind not in _SCALARS:
            self._names.add("Any")
        return _SCALARS.get(str(kind), "Any")

    def _map(self, interface: str, schema: Schema) -> str:
        named = [self._type(interface, inner) for inner in schema.get("properties", {}).values()]
        other = self._type(interface, schema["additionalProperties"])
        return f"dict[str, {' | '.join(dict.fromkeys([*named, other]))} | None]"

    def _reference(self, interface: str, name: str) -> str:
        schema = catalog.schemas()[name]
        if _is_map(schema):
            return self._map(interface, schema)
        other = name.partition(".")[0]
        if other == interface:
            return class_name(name)
        self._imports.add(module_name(other))
        return f"_{module_name(other)}.{class_name(name)}"  # "_": a field may be called as a module is


def _field(name: str, kind: str) -> list[str]:
    attribute, default = (
        (f"{name}_", f'msgspec.field(name="{name}", default=None)') if keyword.iskeyword(name) else (name, "None")
    )
    line = f"    {attribute}: {kind} | None = {default}"
    if len(line) <= COLUMNS:
        return [line]
    if '"' not in kind:
        return [f"    {attribute}: (", f"        {kind} | None", f"    ) = {default}"]
    words = [f'"{word}",' for word in re.findall(r'"([^"]+)"', kind)]
    before, after = kind[: kind.index('"')], kind[kind.rindex('"') + 1 :]
    rows, row = [], ""
    for word in words:
        if len(row) + len(word) + 13 > COLUMNS:
            rows.append(row)
            row = ""
        row = f"{row} {word}".strip()
    inner = [f"            {one}" for one in (*rows, row)]
    return [
        f"    {attribute}: (",
        f"        {before}",
        *inner,
        f"        {after}",
        "        | None",
        f"    ) = {default}",
    ]


def _is_map(schema: Schema) -> bool:
    return isinstance(schema.get("additionalProperties"), dict)


def _quoted(text: str) -> str:
    return f'"{text}"'


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "$ref":
                yield target(value)
            else:
                yield from _references(value)
    elif isinstance(schema, list):
        for one in schema:
            yield from _references(one)


if __name__ == "__main__":
    write()

"""Looks sentences up: what a code or a state means, and what a technician does next.

``answers.toml`` has how commands end, ``errors.toml`` and ``states.toml`` what interfaces share; a file named after an
interface overrides them for it. A file is read when it is first needed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

Language = Literal["zh", "en"]
Level = Literal["ok", "attention", "stop"]
NameKind = Literal["interfaces", "places", "services", "subjects"]

INTERFACES = (
    "Auxiliaries", "BarcodeReader", "Biometric", "Camera", "CardReader", "CashAcceptor", "CashDispenser",
    "CashManagement", "Check", "Common", "Crypto", "KeyManagement", "Keyboard", "Lights", "PinPad", "Printer",
    "ServicePublisher", "Storage", "TextTerminal", "VendorApplication", "VendorMode",
)  # fmt: skip
"""The interfaces a branch uses; each has sentences for all its codes."""

ROLES = {"IdCardReader": "CardReader"}
"""Devices with words of their own for the codes of an interface, and that interface."""

_WHERE = {"Doors": "Auxiliaries", "states": "Common"}


@dataclass(frozen=True, slots=True)
class Sentence:
    """What something means and what to do next; the next step is empty where nothing is to be done."""

    zh: str
    en: str
    next_zh: str = ""
    next_en: str = ""
    level: Level = "ok"
    """For states: all is well, look at it, or it does not work."""

    def says(self, language: Language) -> str:
        """Return what it means."""
        return self.zh if language == "zh" else self.en

    def then(self, language: Language) -> str:
        """Return what to do next, or an empty string."""
        return self.next_zh if language == "zh" else self.next_en


def of_code(code: str, interface: str = "") -> Sentence | None:
    """Return the sentence of an error code, a completion code or an acknowledge's refusal; None for a stranger's.

    ``interface`` is the part of the command's name before the dot, or one of `ROLES`.
    """
    own = ((interface, "errors"), (ROLES.get(interface, ""), "errors"))
    for file, table in (*own, ("errors", "errors"), ("answers", "completions")):
        if entry := _table(file, table).get(code):
            return Sentence(**entry)
    entry = _table("answers", "acknowledges").get(code)
    return Sentence(**entry) if entry else None


def spoken_as(interface: str, roles: Collection[str]) -> str:
    """Return the file of words for an interface of a service that plays these roles."""
    return next((role for role, one in ROLES.items() if one == interface and role in roles), interface)


def of_ending(command: str, code: str, error_code: str, roles: Collection[str] = ()) -> Sentence | None:
    """Return the sentence of how a command ended: its completion code, and ``payload.errorCode`` where there is one.

    The two are told apart because some words are both: invalidData is about the message, or about the chip.
    """
    if code == "commandErrorCode" and error_code:
        return of_code(error_code, spoken_as(command.partition(".")[0], roles))
    return of_code(code)


def of_state(interface: str, name: str, value: str) -> Sentence | None:
    """Return the sentence of a state such as ``("CardReader", "media", "jammed")``.

    None when the property says nothing about health; a value nobody foresaw gets a sentence that says so.
    """
    file, name = ("Doors", "door") if name.endswith("Door") else (interface, name)
    tables = [_table(one, "states").get(name, {}) for one in (file, ROLES.get(file, ""), "states")]
    if not any(tables):
        return None
    entry = next((table[value] for table in tables if value in table), None)
    general = _table("states", "states")["any"]
    return Sentence(**(entry or general["unknown" if value == "unknown" else "other"]))


def of_fault(name: str) -> Sentence | None:
    """Return what a simulated device's fault stands for."""
    entry = _table("faults", "faults").get(name)
    return Sentence(**entry) if entry else None


def name_of(kind: NameKind, name: str, language: Language) -> str:
    """Return what an interface, a service, a property or a place is called; its own name if there is no other."""
    entry = _table("names", kind).get(name)
    return str(entry[language]) if entry else name


def service_name(service: str, interfaces: Collection[str], language: Language) -> str:
    """Return what a service is called: by its own name, else by the first of its interfaces that has one."""
    names: list[tuple[NameKind, str]] = [("services", service), *(("interfaces", one) for one in sorted(interfaces))]
    for kind, name in names:
        if (word := name_of(kind, name, language)) != name:
            return word
    return service


def meanings(code: str) -> dict[str, Sentence]:
    """Return every meaning of a code or of a state's value, by where it is met (``CardReader``, ``Printer media``)."""
    out: dict[str, Sentence] = {}
    general = of_code(code)
    if general:
        out[""] = general
    for file in (*INTERFACES, *ROLES, "Doors", "states"):
        if entry := _table(file, "errors").get(code):
            out[file] = Sentence(**entry)
        for name, values in _table(file, "states").items():
            if entry := values.get(code):
                out[f"{_WHERE.get(file, file)} {name}"] = Sentence(**entry)
    return out


def known_codes() -> tuple[str, ...]:
    """Return every code and state value that has a sentence, sorted."""
    codes = {*_table("answers", "completions"), *_table("answers", "acknowledges")}
    for file in (*INTERFACES, *ROLES, "Doors", "errors", "states"):
        codes |= set(_table(file, "errors"))
        codes |= {value for values in _table(file, "states").values() for value in values}
    return tuple(sorted(codes))


def _table(file: str, name: str) -> Mapping[str, Any]:
    table: Mapping[str, Any] = _read(file).get(name, {})
    return table


@cache
def _read(name: str) -> dict[str, Any]:
    file = resources.files(__package__).joinpath(f"{name}.toml")
    # A vendor's interface has no file of ours; a name that is no plain word never becomes a path.
    if not name.isidentifier() or not file.is_file():
        return {}
    return tomllib.loads(file.read_text(encoding="utf-8"))

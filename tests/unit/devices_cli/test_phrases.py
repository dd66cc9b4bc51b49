"""The technician's texts: whole in both languages, none missing, none left over."""

from __future__ import annotations

import ast
import importlib
import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

from guitai.cli import devices
from guitai.cli.devices.group import LAZY
from guitai.cli.devices.phrases import Phrases

FOLDER = Path(devices.__file__).parent
TEXTS = tomllib.loads((FOLDER / "phrases.toml").read_text(encoding="utf-8"))
SOURCE = "\n".join(file.read_text(encoding="utf-8") for file in FOLDER.rglob("*.py"))
ARGUMENTS = {"tell": (0,), "good": (0,), "bad": (0,), "yes": (0,), "enter": (0,), "judge": (1, 2), "event": (1, 2),
             "state": (3, 4)}  # fmt: skip
"""Where a text's name stands in the calls of a walk."""


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_say_the_same_things():
    for group, entries in TEXTS.items():
        for name, entry in entries.items():
            assert set(entry) == {"zh", "en"}, f"{group}.{name}"
            assert fields(entry["zh"]) == fields(entry["en"]), f"{group}.{name}"
            without_commands = re.sub(r"`[^`]*`|\{[^}]*\}|Ctrl-C|\[y/n\]", "", entry["zh"])
            assert group == "exercise" or not re.search(r"[A-Za-z]", without_commands), f"{group}.{name}"


def test_every_text_is_used():
    for group, entries in TEXTS.items():
        for name in entries:
            spelt = f'"{group}.{name}"' in SOURCE or f'"{name}"' in SOURCE
            built = name in ("ok", "attention", "stop") or name.startswith(
                ("print_line_", "no_", "cash_in_", "present_")
            )
            built = built or (group == "units" and f'"{name}"' in (FOLDER / "../../messages/branch.py").read_text())
            built = built or (group == "test" and name.replace("_", ".") in SOURCE) or group == "trace"
            assert spelt or built, f"{group}.{name}"


def test_every_text_that_is_used_is_there():
    for group, name in re.findall(r'say\("(\w+)\.(\w+)"', SOURCE):
        assert name in TEXTS[group], f"{group}.{name}"
    for name in walked():
        assert name in TEXTS["exercise"], name


def walked() -> Iterator[str]:
    for file in (*FOLDER.glob("moves/*.py"), FOLDER / "walk.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                texts = [node.args[n] for n in ARGUMENTS.get(node.func.attr, ()) if n < len(node.args)]
                yield from (text.value for text in texts if isinstance(text, ast.Constant))


def test_texts_are_filled_in():
    assert Phrases("en")("exercise.shutter_open", position="outDefault") == "Did the shutter of outDefault open?"
    assert Phrases("zh").device("CardReader") == "读卡器"
    assert Phrases("en").device("VendorThing", frozenset({"CardReader"})) == "card reader"
    assert Phrases("en").device("VendorThing") == "VendorThing"


def test_every_sub_command_loads():
    for module, attribute, _ in LAZY.values():
        assert getattr(importlib.import_module(module), attribute).callback is not None

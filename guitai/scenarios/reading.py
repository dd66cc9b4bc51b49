"""Reads a file of scenarios: refuses what it cannot judge, tells what of a world it does not build."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from pydantic import BaseModel, ValidationError

from guitai.errors import GuitaiError
from guitai.scenarios.model import Scenario


@dataclass(frozen=True, slots=True)
class Script:
    """A scenario and where it stands."""

    scenario: Scenario
    line: int
    unbuilt: tuple[str, ...]
    """Keys of its setup that say something the simulated world has no place for."""


def read(path: Path) -> tuple[Script, ...]:
    """Return the scenarios of a JSONL file.

    Raises GuitaiError ``scenario.unreadable``, ``scenario.bad_line`` naming line and key.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise GuitaiError("scenario.unreadable", path=path, reason=str(error)) from error
    scripts = tuple(_script(path, number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())
    if not scripts:
        raise GuitaiError("scenario.unreadable", path=path, reason="it holds no scenarios")
    seen: dict[str, int] = {}
    for script in scripts:
        first = seen.setdefault(script.scenario.id, script.line)
        if first != script.line:
            _refuse(path, script.line, "id", f"{script.scenario.id} stands in line {first} already")
    return scripts


def _script(path: Path, number: int, line: str) -> Script:
    try:
        data = json.loads(line)
    except json.JSONDecodeError as error:
        _refuse(path, number, "(the line)", error.msg)
    if not isinstance(data, dict):
        _refuse(path, number, "(the line)", "not an object")
    if isinstance(data.get("setup"), dict):
        data["setup"] = _told(data["setup"])
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "(the line)"
        _refuse(path, number, key, "unknown key" if first["type"] == "extra_forbidden" else first["msg"])
    return Script(scenario, number, tuple(_unbuilt("setup", scenario.setup)))


def _told(data: Any) -> Any:
    """Return a world without what it leaves open."""
    if isinstance(data, dict):
        return {key: _told(value) for key, value in data.items() if value is not None}
    return data


BUILT = {
    "account_no", "card_no", "limit_fen", "due_in_days", "points", "rate_bp", "outstanding_fen", "months_left", "product",
    "product_id", "amount_fen", "id_expired", "card_expires_in_days", "spent_fen", "id", "rate", "next_due_fen", "overdue_days", "risk", "elapsed_hours",
}  # fmt: skip
"""Keys beyond the listed ones that `guitai.scenarios.people` understands."""


def _unbuilt(at: str, part: BaseModel) -> Iterator[str]:
    for key in part.model_extra or {}:
        if key not in BUILT:
            yield f"{at}.{key}"
    for name in type(part).model_fields:
        value = getattr(part, name)
        for place, one in value.items() if isinstance(value, dict) else (("", value),):
            if isinstance(one, BaseModel):
                yield from _unbuilt(f"{at}.{name}.{place}".rstrip("."), one)


def _refuse(path: Path, line: int, key: str, reason: str) -> NoReturn:
    raise GuitaiError("scenario.bad_line", path=path, line=line, key=key, reason=reason)

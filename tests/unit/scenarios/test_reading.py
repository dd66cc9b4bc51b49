"""What is refused of a file of scripted customers, with its line and key, and what of a world is not built."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from guitai.errors import GuitaiError
from guitai.scenarios.reading import read

TURN = {"actor": "customer", "do": "say", "text": "查余额"}
FINE: dict[str, Any] = {"id": "a", "turns": [TURN]}


def written(path: Path, *lines: object) -> Path:
    file = path / "s.jsonl"
    file.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    return file


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("{", "(the line)"),
        ("[]", "(the line)"),
        ({"turns": [TURN]}, "id"),
        ({"id": "b", "turns": []}, "turns"),
        (FINE | {"id": "b", "outcomes": {}}, "outcomes"),
        (FINE | {"id": "b", "outcome": {"resolvd": True}}, "outcome.resolvd"),
        (FINE | {"id": "b", "outcome": {"card_with": "nobody"}}, "outcome.card_with"),
        (FINE | {"id": "b", "turns": [TURN | {"do": "sing"}]}, "turns.0"),
        (FINE | {"id": "b", "turns": [{"actor": "teller", "do": "take_card"}]}, "turns.0"),
        (FINE | {"id": "b", "turns": [{"actor": "customer", "do": "say"}]}, "turns.0"),
        (FINE | {"id": "b", "turns": [{"actor": "customer", "do": "touch", "value": "maybe"}]}, "turns.0"),
        (FINE | {"id": "b", "turns": [{"actor": "timer", "do": "timeout", "value": "soon"}]}, "turns.0"),
        (FINE | {"id": "b", "turns": [TURN | {"expect": {"intent": "fly"}}]}, "turns.0.expect.intent"),
        (FINE | {"id": "b", "turns": [TURN | {"expect": {"slots": {"colour": "red"}}}]}, "turns.0.expect.slots.colour"),
        (FINE | {"id": "b", "turns": [TURN | {"expect": {"action": "sing"}}]}, "turns.0.expect.action"),
        (FINE | {"id": "b", "setup": {"customer": {"age": "old"}}}, "setup.customer.age"),
        (FINE | {"id": "b", "setup": {"risk_inject_r": {"login": 101}}}, "setup.risk_inject_r.login"),
        (FINE, "id"),
    ],
)
def test_a_bad_line_is_refused_with_line_and_key(line: object, key: str, tmp_path: Path) -> None:
    with pytest.raises(GuitaiError) as error:
        read(written(tmp_path, FINE, "", line))
    assert error.value.code == "scenario.bad_line"
    assert (error.value.params["line"], error.value.params["key"]) == (3, key)


def test_what_a_world_leaves_open_is_as_if_it_were_absent(tmp_path: Path) -> None:
    open_ = FINE | {"setup": {"customer": {"age": None, "name": None}, "history": None}}
    (script,) = read(written(tmp_path, open_))
    assert script.scenario.setup.customer.age is None
    assert script.scenario.setup.history.known_payees == ()


def test_what_is_not_built_of_a_world_is_told(tmp_path: Path) -> None:
    setup = {"weather": "rain", "accounts": {"main": {"balance_fen": 5, "colour": "red"}, "credit": {"limit_fen": 7}}}
    (script,) = read(written(tmp_path, FINE | {"setup": setup}))
    assert script.unbuilt == ("setup.weather", "setup.accounts.main.colour")


def test_an_unreadable_or_empty_file_is_refused(tmp_path: Path) -> None:
    for file in (tmp_path / "none.jsonl", written(tmp_path, "")):
        with pytest.raises(GuitaiError) as error:
            read(file)
        assert error.value.code == "scenario.unreadable"

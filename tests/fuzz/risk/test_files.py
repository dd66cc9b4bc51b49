"""Whatever stands in a file, it is read or refused by an error of the table; never anything else."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from guitai.cli.risk_events import read_events
from guitai.errors import GuitaiError
from guitai.risk.rules import FACTORS, parse, shipped_text
from guitai.risk.toml_lines import line_of
from guitai.shell.rulebook import InForce, Rulebook
from guitai.wire.commands import load_public
from guitai.wire.signed import RulesFile, WatchFile, read_signed
from headquarters.pki import provision

HEADER = ",".join((*FACTORS, "label")).encode()
CELLS = st.sampled_from(
    ["0", "1", "29.99", "100", "-0", "1e2", "NaN", "sNaN", "Infinity", "٣", "１", "", " 7 ", '"', "\0", "1_0"]
)
QUICK = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)


def tried(call: Callable[[], Any]) -> tuple[Any, str]:
    """Return what came of it and no code, or nothing and the error's code."""
    try:
        return call(), ""
    except GuitaiError as error:
        return None, error.code


@QUICK
@given(st.one_of(st.binary(max_size=200), st.lists(st.lists(CELLS, max_size=8), max_size=4)))
def test_events(tmp_path: Path, content: bytes | list[list[str]]) -> None:
    rows = content if isinstance(content, bytes) else "\n".join(",".join(row) for row in content).encode()
    file = tmp_path / "events.csv"
    for whole in (rows, HEADER + b"\n" + rows):
        file.write_bytes(whole)
        events, code = tried(lambda: read_events(file))
        assert code.startswith("risk.") or all(0 <= r <= 100 for event in events for r in event.r.values())


@QUICK
@given(st.text(max_size=120), st.integers(0, 3000), st.integers(0, 40))
@example("[" * 5000, 0, 0)
@example("version = " + "9" * 5000, 0, 0)
def test_rules(piece: str, at: int, dropped: int) -> None:
    text = shipped_text()
    for whole in (piece, text[:at] + piece + text[at + dropped :]):
        rules, code = tried(partial(parse, whole))
        assert code == "risk.bad_rules" or sum(rules.weights.values()) == 10_000


@given(st.text(max_size=200), st.lists(st.text(max_size=8), max_size=4))
def test_a_line_is_a_line_of_the_text(text: str, path: list[str]) -> None:
    assert 1 <= line_of(text, tuple(path)) <= max(1, len(text.splitlines()))


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    keys = tmp_path_factory.mktemp("k") / "keys"
    provision(keys, "kiosk-001")
    return keys


@QUICK
@given(
    st.one_of(st.binary(max_size=200), st.sampled_from([b"[]", b'{"signature": 1}', b'[{"what": "used", "id": 1}]']))
)
def test_signed_files_and_the_stores_own(tmp_path: Path, keys: Path, content: bytes) -> None:
    folder = tmp_path / "versions" / "rules"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("history.json", "0" * 64):
        (folder / name).write_bytes(content)
    assert Rulebook(tmp_path, keys).current() == InForce()
    for kind in (RulesFile, WatchFile):
        with pytest.raises(GuitaiError, match=r"risk\."):
            read_signed(folder / "history.json", kind, load_public(keys / "command.pub"))

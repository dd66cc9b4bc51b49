"""Customers who carry and say secrets are served; nothing that is left or sent holds one."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge_models.speech import repair
from guitai import daemon
from guitai.chaos.canaries import find, find_in_files
from guitai.wire.mqtt import Message
from tests.chaos.canaries.plants import NAMED, NEVER, SCENARIOS, delivered, forms, key_material, played
from tests.fixtures.hq.world import short_folder

pytestmark = [
    pytest.mark.broker,
    pytest.mark.chaos,
    pytest.mark.timeout(300),
    pytest.mark.filterwarnings("ignore:Two-key"),
    pytest.mark.filterwarnings("ignore:coroutine"),
]

SIMULATED = ("/bank.sqlite3", "/bank/", "/state/devices/")
"""The simulated bank's own books and the simulated machines: the world that the secrets come from."""


def found(files: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(path, name) for path, name in files if not any(part in path for part in SIMULATED)]


def sent(messages: list[Message], canaries: dict[str, frozenset[bytes]]) -> set[str]:
    return {
        name
        for one in messages
        for name in find(b"\n".join((one.topic.encode(), repr(one.user).encode(), one.payload)), canaries)
    }


async def test_no_secret_leaves(models_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transfer, a new PIN and a call for a teller, one after the other at one kiosk."""
    kept, (never, named) = await played(SCENARIOS, models_dir, tmp_path, monkeypatch), (forms(NEVER), forms(NAMED))
    with short_folder() as folder:
        async with delivered(kept, folder) as (world, messages, journal):
            assert len(journal.sessions()) >= len(SCENARIOS)
            assert len(messages) > 5 * len(SCENARIOS)
            material = key_material(kept / "keys", world.config.paths.keys)
            assert {"journal.key", "kiosk.key"} <= material.keys()
            assert sent(messages, never | named | material) == set()
            for session_id in journal.sessions():
                journal.export(session_id, folder / f"{session_id}.jsonl")
        assert found(find_in_files([tmp_path, folder], never)) == []
        spilled = [path for path, _ in find_in_files([tmp_path, folder], material) if "/keys/" not in path]
        assert spilled == []
    assert found(find_in_files([tmp_path], named)) == []


async def test_without_redaction_a_spoken_pin_is_found(
    models_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (daemon, repair):  # of typed words; of all words
        monkeypatch.setattr(module, "redact", lambda text, **_: text)
    kept = await played(SCENARIOS[:1], models_dir, tmp_path, monkeypatch)
    with short_folder() as folder:
        async with delivered(kept, folder) as (_, messages, journal):
            assert "spoken PIN" in sent(messages, forms(NEVER))
            for session_id in journal.sessions():  # headquarters encrypts what it is sent: its files hold nothing
                journal.export(session_id, folder / f"{session_id}.jsonl")
        assert "spoken PIN" in {name for _, name in found(find_in_files([folder], forms(NEVER)))}

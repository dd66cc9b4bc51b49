"""What a kiosk tells of its software: by the folder it runs from, and by what the updater wrote down."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

import msgspec
import pytest

from guitai.updates.machine import STATE as WRITTEN
from guitai.updates.slots import Updates
from sync.software import STATE, name_of, software

PACKAGE = f"guitai-{importlib.metadata.version('guitai')}"


def test_it_is_called_as_the_folder_it_was_installed_in(tmp_path: Path) -> None:
    installed = tmp_path / "guitai-0.9.1-1a2b3c4d" / "env"
    installed.mkdir(parents=True)
    (tmp_path / "guitai").symlink_to("guitai-0.9.1-1a2b3c4d")
    assert name_of(tmp_path / "guitai" / "env") == "guitai-0.9.1-1a2b3c4d"
    assert name_of(tmp_path) == PACKAGE


def test_what_the_updater_wrote_is_told(tmp_path: Path) -> None:
    assert STATE == WRITTEN
    state = Updates("guitai-debian12-amd64", phase="waiting", release="a" * 64)
    (tmp_path / STATE).write_bytes(msgspec.json.encode(state))
    told = software(tmp_path)
    assert (told.name, told.phase, told.release) == (PACKAGE, "waiting", "a" * 64)


@pytest.mark.parametrize(
    "written", [None, b"", b"[]", b'{"phase": 7, "release": ""}', b'{"phase": "idle", "release": "x"}']
)
def test_what_cannot_be_read_is_left_out(tmp_path: Path, written: bytes | None) -> None:
    if written is not None:
        (tmp_path / STATE).write_bytes(written)
    told = software(tmp_path)
    assert (told.name, told.phase, told.release) == (PACKAGE, "", "")

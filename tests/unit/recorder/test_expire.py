"""Recordings whose time on the kiosk is over: only what headquarters has signed for goes; one bad manifest stops nobody."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from firmware_bridge.recorder.chunks import ChunkWriter, put_manifest, wrapping_key_of
from firmware_bridge.recorder.chunks import key_id as key_id_of
from guitai.cli.provision import provision_all
from guitai.cli.recording import recording
from guitai.clock import SystemClock
from guitai.config import Config
from guitai.tables import RECORDINGS
from guitai.wire.commands import load_private, sign
from guitai.wire.films import Manifest
from guitai.wire.uploads import Receipt

OLD_MS = 1


@pytest.fixture
def kiosk(config: Config) -> Config:
    provision_all(config)
    return config


def record(config: Config, name: str, began_ms: int = OLD_MS) -> str:
    folder = config.paths.state / RECORDINGS / name
    folder.parent.mkdir(parents=True, exist_ok=True)
    writer = ChunkWriter(folder)
    writer.write(b"x" * 1000)
    key = wrapping_key_of(config.paths.keys)
    chunks, wrapped, _ = writer.finish(key)
    manifest = Manifest(
        recording_id=name, kiosk_id="kiosk-001", retention="sale", began_ms=began_ms, duration_ms=1, pictures=1,
        key_id=key_id_of(key), wrapped_key=wrapped, chunks=chunks,
    )  # fmt: skip
    return put_manifest(folder, manifest)


def receipt(config: Config, name: str, sha256: str) -> None:
    folder = config.paths.state / "receipts"
    folder.mkdir(exist_ok=True)
    told = Receipt(kiosk="kiosk-001", name=name, sha256=sha256, chunks=1)
    (folder / f"{name}.json").write_bytes(sign(told, load_private(config.paths.keys / "command.key")))


def run(config: Config, *command: str) -> Result:
    environment = {"GUITAI__PATHS__STATE": str(config.paths.state), "GUITAI__PATHS__KEYS": str(config.paths.keys)}
    return CliRunner().invoke(recording, command, obj=(), env=environment)


def left(config: Config) -> set[str]:
    return {folder.name for folder in (config.paths.state / RECORDINGS).iterdir()}


def test_what_is_old_and_signed_for_goes_and_nothing_else(kiosk: Config) -> None:
    digests = {name: record(kiosk, name) for name in ("S1-1", "S2-1", "S3-1")}
    digests["S4-1"] = record(kiosk, "S4-1", SystemClock().unix_ms())
    for name in ("S1-1", "S4-1"):
        receipt(kiosk, name, digests[name])
    receipt(kiosk, "S3-1", "0" * 64)  # of other bytes than lie here
    done = run(kiosk, "expire")
    assert done.exit_code == 1
    assert left(kiosk) == {"S2-1", "S3-1", "S4-1"}
    assert "S2-1 is kept: headquarters has not signed for it" in done.output
    assert "S3-1 is kept: " in done.output


def test_a_receipt_changed_by_hand_deletes_nothing(kiosk: Config) -> None:
    receipt(kiosk, "S1-1", record(kiosk, "S1-1"))
    path = kiosk.paths.state / "receipts" / "S1-1.json"
    path.write_bytes(path.read_bytes().replace(b'"chunks":1', b'"chunks":2'))
    assert run(kiosk, "expire").exit_code == 1
    assert left(kiosk) == {"S1-1"}


def test_a_manifest_that_cannot_be_read_is_named_beside_the_others(kiosk: Config) -> None:
    for name in ("S1-1", "S2-1", "S3-1"):
        record(kiosk, name)
    (kiosk.paths.state / RECORDINGS / "S2-1" / "manifest.json").write_bytes(b"{")
    listed = run(kiosk, "list")
    assert listed.exit_code == 1
    assert "S1-1" in listed.output
    assert "S3-1" in listed.output
    assert "2 recordings in " in listed.output
    assert "1 not readable" in listed.output
    receipt(kiosk, "S3-1", "0" * 64)
    assert run(kiosk, "expire").exit_code == 1
    assert left(kiosk) == {"S1-1", "S2-1", "S3-1"}

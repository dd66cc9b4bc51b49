"""guitai recording: lists the recordings of sales (双录) on this machine and verifies them; plays none."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guitai import config as configuration
from guitai.errors import GuitaiError
from guitai.tables import RECORDINGS

if TYPE_CHECKING:
    from firmware_bridge.recorder.chunks import Manifest

SHORTER_MS = 1_000
"""The last pictures may come this much before the end of the sound: four a second, and a camera that is slow."""


@click.group()
def recording() -> None:
    """Recordings of sales: sound and pictures of the offer and of the customer's consent."""


@recording.command("list")
@click.pass_obj
def list_(files: tuple[Path, ...]) -> None:
    """Name what lies below paths.state, oldest first."""
    from firmware_bridge.recorder.chunks import MANIFEST, read_manifest

    folder = configuration.load(files).paths.state / RECORDINGS
    found = [read_manifest(path.parent) for path in folder.glob(f"*/{MANIFEST}")]
    for manifest, sha256 in sorted(found, key=lambda one: one[0].began_ms):
        click.echo(_line(manifest, sha256))
    click.echo(f"{len(found)} recordings in {folder}")


@recording.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--sha256", metavar="HEX", help="The hash that recording.finished in the journal tells.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.pass_obj
def verify(files: tuple[Path, ...], folder: Path, sha256: str | None, as_json: bool) -> None:
    """Check FOLDER: every hash, that it opens with this machine's recording.key, and how long it really is."""
    from firmware_bridge.recorder.chunks import film, read_manifest, wrapping_key_of
    from firmware_bridge.recorder.film import measured

    folder = folder.resolve()
    manifest, found = read_manifest(folder)
    if sha256 is not None and sha256.lower() != found:
        raise GuitaiError("recording.other_hash", path=folder, found=found, wanted=sha256)
    key = wrapping_key_of(configuration.load(files).paths.keys)
    sound_ms, picture_ms, pictures = measured(film(folder, manifest, key))
    if min(sound_ms, picture_ms) < manifest.duration_ms - SHORTER_MS:
        said = {"said_ms": manifest.duration_ms, "sound_ms": sound_ms, "picture_ms": picture_ms}
        raise GuitaiError("recording.shorter", path=folder, **said)
    if as_json:
        told = {"recording_id": manifest.recording_id, "sha256": found, "sound_ms": sound_ms, "picture_ms": picture_ms}
        click.echo(json.dumps(told | {"pictures": pictures, "chunks": len(manifest.chunks)}))
        return
    click.echo(_line(manifest, found))
    click.echo(f"whole: {sound_ms / 1000:.1f} s of sound, {pictures} pictures up to {picture_ms / 1000:.1f} s")


@recording.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--receipt", required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def remove(files: tuple[Path, ...], folder: Path, receipt: Path) -> None:
    """Delete FOLDER, which headquarters has: RECEIPT is what it signed for it (receipts/ below sync's state folder)."""
    from firmware_bridge.recorder.chunks import read_manifest
    from firmware_bridge.recorder.chunks import remove as forget
    from guitai.wire.commands import load_public, opened
    from guitai.wire.uploads import Receipt

    config, folder = configuration.load(files), folder.resolve()
    manifest, sha256 = read_manifest(folder)
    signed = opened(receipt.read_bytes(), Receipt, load_public(config.paths.keys / "command.pub"))
    told = (signed.kiosk, signed.name, signed.sha256, signed.chunks)
    if told != (manifest.kiosk_id, folder.name, sha256, len(manifest.chunks)):
        raise GuitaiError("remote.receipt")
    forget(folder)
    click.echo(f"{folder.name} is deleted; headquarters has it as {sha256}")


def _line(manifest: Manifest, sha256: str) -> str:
    began = datetime.fromtimestamp(manifest.began_ms / 1000, UTC)
    return (
        f"{manifest.recording_id}  {began:%Y-%m-%d %H:%M:%S} UTC  {manifest.duration_ms / 1000:.1f} s  "
        f"{manifest.size_bytes} bytes in {len(manifest.chunks)} chunks  kept as {manifest.retention}  {sha256}"
    )

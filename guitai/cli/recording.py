"""guitai recording: lists, verifies and deletes the recordings of sales (双录) on this machine; plays none."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from guitai import config as configuration
from guitai.clock import SystemClock
from guitai.errors import GuitaiError
from guitai.tables import RECORDINGS
from guitai.wire.commands import load_public, opened

if TYPE_CHECKING:
    from guitai.wire.films import Manifest

DAY_MS = 86_400_000
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
    found, unreadable = [], []
    for path in sorted(folder.glob(f"*/{MANIFEST}")):
        try:
            found.append(read_manifest(path.parent))
        except GuitaiError as error:
            unreadable.append(error)
    for manifest, sha256 in sorted(found, key=lambda one: one[0].began_ms):
        click.echo(_line(manifest, sha256))
    for bad in unreadable:
        click.echo(bad.english(), err=True)
    click.echo(f"{len(found)} recordings in {folder}" + (f", {len(unreadable)} not readable" if unreadable else ""))
    raise SystemExit(1 if unreadable else 0)


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
    config, folder = configuration.load(files), folder.resolve()
    click.echo(_forget(folder, receipt.read_bytes(), load_public(config.paths.keys / "command.pub")))


@recording.command()
@click.option("--receipts", type=click.Path(path_type=Path, file_okay=False), help="Default: receipts in paths.state.")
@click.pass_obj
def expire(files: tuple[Path, ...], receipts: Path | None) -> None:
    """Delete what is older than retention.recording_days and has headquarters' receipt; what has none is kept and named."""
    from firmware_bridge.recorder.chunks import MANIFEST, read_manifest

    config = configuration.load(files)
    key, receipts = load_public(config.paths.keys / "command.pub"), receipts or config.paths.state / "receipts"
    before_ms = SystemClock().unix_ms() - config.retention.recording_days * DAY_MS
    wrong = False
    for path in sorted((config.paths.state / RECORDINGS).glob(f"*/{MANIFEST}")):
        try:
            if read_manifest(path.parent)[0].began_ms > before_ms:
                continue
            receipt = receipts / f"{path.parent.name}.json"
            if receipt.is_file():
                click.echo(_forget(path.parent, receipt.read_bytes(), key))
            else:
                click.echo(f"{path.parent.name} is kept: headquarters has not signed for it")
        except GuitaiError as error:
            wrong = True
            click.echo(f"{path.parent.name} is kept: {error.english()}", err=True)
    raise SystemExit(1 if wrong else 0)


def _forget(folder: Path, receipt: bytes, key: Ed25519PublicKey) -> str:
    """Delete a recording that headquarters has; return a sentence that says so. Raises GuitaiError ``remote.receipt``."""
    from firmware_bridge.recorder.chunks import read_manifest
    from firmware_bridge.recorder.chunks import remove as forget
    from guitai.wire.uploads import Receipt

    manifest, sha256 = read_manifest(folder)
    signed = opened(receipt, Receipt, key)
    told = (signed.kiosk, signed.name, signed.sha256, signed.chunks)
    if told != (manifest.kiosk_id, folder.name, sha256, len(manifest.chunks)):
        raise GuitaiError("remote.receipt")
    forget(folder)
    return f"{folder.name} is deleted; headquarters has it as {sha256}"


def _line(manifest: Manifest, sha256: str) -> str:
    began = datetime.fromtimestamp(manifest.began_ms / 1000, UTC)
    return (
        f"{manifest.recording_id}  {began:%Y-%m-%d %H:%M:%S} UTC  {manifest.duration_ms / 1000:.1f} s  "
        f"{manifest.size_bytes} bytes in {len(manifest.chunks)} chunks  kept as {manifest.retention}  {sha256}"
    )

"""`guitai keys`: the journal's key in the TPM, its recovery copy, and the policies that open it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from guitai import config as configuration
from guitai.errors import GuitaiError
from guitai.keys import DEVICE_KEY, read_key
from guitai.keyseal import policy, recovery, stored, tpm
from guitai.keyseal.device import SEALED_DEVICE, device_key
from guitai.keyseal.stored import PLAIN, POLICIES, POLICY_KEY, RECOVERY, RECOVERY_KEY, SEALED, journal_key
from guitai.wire.whole import write_whole

FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def keys() -> None:
    """Keep the journal's key in the TPM instead of a file. docs/keys.md has the steps."""


@keys.command("seal")
@click.pass_obj
def seal(files: tuple[Path, ...]) -> None:
    """Seal journal.key to what policy.pub signs, wrap a copy to recovery.pub, and remove the file once both hold."""
    config = configuration.load(files)
    folder = config.paths.keys
    key = read_key(folder / PLAIN)
    write_whole(folder / RECOVERY, recovery.wrap(key, config.kiosk.id, folder / RECOVERY_KEY), 0o644)
    stored.seal(folder, key)
    _shred(folder / PLAIN)
    click.echo(f"{folder / SEALED}: sealed; {folder / RECOVERY}: keep a copy of it at headquarters")


@keys.command("open")
@click.argument("target", type=click.Path(path_type=Path, file_okay=False))
@click.pass_obj
def open_(files: tuple[Path, ...], target: Path) -> None:
    """Put the keys of journal and device into the folder TARGET (of memory, not of a disk), unsealed or from their files."""
    folder = configuration.load(files).paths.keys
    key, device = journal_key(folder), device_key(folder) if _has_device(folder) else None
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(target / PLAIN, key.hex().encode() + b"\n")
    if device is not None:
        write_whole(target / DEVICE_KEY, device)


@keys.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.pass_obj
def status(files: tuple[Path, ...], as_json: bool) -> None:
    """Say where the key is, and whether this machine can open it now; exits 1 if not."""
    folder = configuration.load(files).paths.keys
    found = {name: (folder / name).exists() for name in (PLAIN, SEALED, RECOVERY, POLICY_KEY, RECOVERY_KEY, POLICIES)}
    why = ""
    try:
        journal_key(folder)
    except GuitaiError as error:
        why = f"{error.code}: {error.english()}"
    if as_json:
        click.echo(json.dumps({"files": found, "tpm": tpm.present(), "opens": not why, "why": why}))
    else:
        kept = "in a file" if found[PLAIN] else "sealed" if found[SEALED] else "not here"
        click.echo(f"the journal's key is {kept}; {why or 'this machine can open it'}")
        for name in (name for name, there in found.items() if not there and not found[PLAIN]):
            click.echo(f"  missing: {folder / name}")
    raise SystemExit(1 if why else 0)


@keys.command("allow")
@click.option("--key", "private", type=FILE, required=True, help="The release's private key (policy.key).")
@click.option("--pcrs", default="7,11", show_default=True, help="What of the machine's state counts.")
@click.option("--values", type=FILE, help="Their SHA-256 values, hex, one a line; otherwise this machine's own now.")
@click.argument("file", type=FILE)
def allow(private: Path, pcrs: str, values: Path | None, file: Path) -> None:
    """Sign a state of the machine into FILE (pcr-policies.json): a machine in it may open its key."""
    try:
        chosen = sorted({int(one) for one in pcrs.split(",")})
        given = [bytes.fromhex(line) for line in values.read_text().split()] if values else tpm.pcr_values(chosen)
    except (ValueError, OSError) as error:
        raise click.BadParameter(str(error)) from error
    if not all(0 <= one < policy.PCRS for one in chosen) or [len(one) for one in given] != [tpm.PCR_BYTES] * len(
        chosen
    ):
        raise click.BadParameter("a value of 32 bytes for each PCR of 0 to 23, ascending, is wanted")
    policy.add(file, policy.sign(private, chosen, given))
    click.echo(f"{file}: one more state is allowed")


@keys.command("pair")
@click.option("--policy", "for_policy", is_flag=True, help="For signing policies; otherwise for recovery copies.")
@click.argument("name", type=click.Path(path_type=Path))
def pair(for_policy: bool, name: Path) -> None:
    """Make NAME.key, which stays offline, and NAME.pub."""
    key = rsa.generate_private_key(65537, 2048) if for_policy else X25519PrivateKey.generate()
    private, public = name.with_suffix(".key"), name.with_suffix(".pub")
    _write_new(private, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    write_whole(public, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), 0o644)
    click.echo(f"{private}, {public}")


@keys.command("recover")
@click.option("--key", "private", type=FILE, required=True, help="The private key it was wrapped to.")
@click.option("--to", "public", type=FILE, help="Wrap it to this public key (a new board's) instead of writing it out.")
@click.argument("file", type=FILE)
@click.argument("out", type=FILE)
def recover(private: Path, public: Path | None, file: Path, out: Path) -> None:
    """Open the recovery copy FILE and write the journal's key to OUT, which must not be there."""
    kiosk, key = recovery.unwrap(file, private)
    _write_new(out, recovery.wrap(key, kiosk, public) if public else key.hex().encode() + b"\n")
    click.echo(f"{out}: the journal's key of {kiosk}")


def _has_device(folder: Path) -> bool:
    return (folder / DEVICE_KEY).exists() or (folder / SEALED_DEVICE).exists()


def _write_new(path: Path, content: bytes) -> None:
    if path.exists():
        raise GuitaiError("keys.in_the_way", path=path)
    write_whole(path, content)


def _shred(path: Path) -> None:
    """Overwrite and remove a file; flash may keep a copy until the block is reused."""
    with open(path, "r+b") as file:
        file.write(bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()

"""`guitai provision`: make the keys and certificates this machine lacks."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import click

from guitai.config import Config, load
from guitai.errors import GuitaiError
from guitai.keyseal.stored import PLAIN, SEALED

KEY_BYTES = 32
OWN_KEYS = ("journal.key", "recording.key")
"""Of the journal's file; of the keys of recordings (双录)."""


@click.command()
@click.option(
    "--config",
    "files",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Configuration file; repeatable.",
)
def provision(files: tuple[Path, ...]) -> None:
    """Make the development certificates and keys that are missing (folder: paths.keys).

    What is already there stays. A bank's own certificates go under the same names: ca.crt, broker, hq, kiosk.
    """
    try:
        config = load(files)
        made = provision_all(config)
    except GuitaiError as error:
        raise click.ClickException(error.english()) from error
    except OSError as error:
        code = GuitaiError("provision.folder", path=error.filename, reason=error.strerror)
        raise click.ClickException(code.english()) from error
    click.echo(f"{config.paths.keys}: " + (f"made {', '.join(made)}" if made else "everything was there already"))


def provision_all(config: Config) -> list[str]:
    """Make every missing key and certificate; return the names of the files made. Raises OSError."""
    from firmware_bridge.simulator.keys import provision_keys
    from headquarters.pki import provision as provision_certificates

    folder = config.paths.keys
    made = provision_certificates(folder, config.kiosk.id)
    before = {path.name for path in folder.iterdir()}
    provision_keys(folder)
    for name in OWN_KEYS:
        if (folder / name).exists() or (name == PLAIN and (folder / SEALED).exists()):
            continue
        descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
    return made + sorted({path.name for path in folder.iterdir()} - before)

"""guitai backup: copies headquarters' store while it runs, and puts a copy back (docs/operations.md)."""

from __future__ import annotations

from pathlib import Path

import click

from guitai import config as configuration

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group()
def backup() -> None:
    """Copy headquarters' store, and put a copy back; on a machine of headquarters, as its user."""


@backup.command("make")
@click.argument("folder", type=FOLDER)
@click.option("--keys", type=FOLDER, required=True, help="A folder of its own, kept apart: it opens the other.")
@click.pass_obj
def make_(files: tuple[Path, ...], folder: Path, keys: Path) -> None:
    """Write the tables to the new FOLDER and their keys to another; headquarters may run."""
    from headquarters.backup import make
    from headquarters.engine import where

    for file in make(where(configuration.load(files)), folder, keys):
        click.echo(str(file))


@backup.command("restore")
@click.argument("folder", type=FOLDER)
@click.option("--keys", type=FOLDER, required=True, help="The folder of keys made with it.")
@click.pass_obj
def restore_(files: tuple[Path, ...], folder: Path, keys: Path) -> None:
    """Put a copy back where nothing is; then run `guitai audit verify --store`."""
    from headquarters.backup import restore
    from headquarters.engine import where

    place = where(configuration.load(files))
    restore(folder, keys, place)
    click.echo(f"restored; now: guitai audit verify --store ({place.keyring})")

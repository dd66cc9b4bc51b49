"""guitai support: headquarters' side of support bundles (docs/operations.md)."""

from __future__ import annotations

from pathlib import Path

import click

FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.group()
def support() -> None:
    """Open what kiosks' support bundles hold."""


@support.command("open")
@click.option("--key", "private", type=FILE, required=True, help="Headquarters' private support key (support.key).")
@click.argument("file", type=FILE)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def open_bundle(private: Path, file: Path, folder: Path) -> None:
    """Write the contents of the bundle FILE (000000.chunk of an upload) to a new FOLDER."""
    from guitai.support.bundle import MOST_SEALED, open_

    with file.open("rb") as sealed:
        kiosk, files = open_(sealed.read(MOST_SEALED + 1), private)
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError as error:
        raise click.BadParameter(f"{folder} is there already") from error
    for name, content in files.items():
        (folder / name).write_bytes(content)
    click.echo(f"{folder}: the bundle of {kiosk}, {', '.join(sorted(files))}")

"""guitai uploads: lists what kiosks have sent headquarters, and takes it out; on a machine of headquarters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guitai import config as configuration

if TYPE_CHECKING:
    from headquarters.uploads.store import Uploads


@click.group()
def uploads() -> None:
    """Recordings and support bundles that kiosks have uploaded (docs/line.md)."""


@uploads.command("list")
@click.argument("kiosk")
@click.pass_obj
def list_(files: tuple[Path, ...], kiosk: str) -> None:
    """Name what KIOSK has sent, oldest first."""
    with _uploads(files) as store:
        found = store.of(kiosk)
    for one in found:
        at = datetime.fromtimestamp(one["at_ms"] / 1000, UTC)
        click.echo(f"{one['name']}  {one['kind']}  {at:%Y-%m-%d %H:%M:%S} UTC  {one['sha256']}")
    click.echo(f"{len(found)} uploads of {kiosk}", err=True)


@uploads.command()
@click.argument("kiosk")
@click.argument("name")
@click.argument("folder", type=click.Path(path_type=Path))
@click.pass_obj
def take(files: tuple[Path, ...], kiosk: str, name: str, folder: Path) -> None:
    """Write NAME of KIOSK to a new FOLDER: its manifest, and its chunks as they lay at the kiosk."""
    with _uploads(files) as store:
        try:
            store.take_out(kiosk, name, folder)
        except OSError as error:
            raise click.FileError(str(error.filename or folder), error.strerror) from error
    click.echo(f"{name} of {kiosk} is in {folder}")


@contextmanager
def _uploads(files: tuple[Path, ...]) -> Iterator[Uploads]:
    from guitai.clock import SystemClock
    from headquarters.engine import open_engine, where
    from headquarters.uploads.store import FOLDER, Uploads

    config = configuration.load(files)
    with closing(open_engine(where(config))) as engine:
        yield Uploads(engine, config.paths.state / FOLDER, SystemClock())

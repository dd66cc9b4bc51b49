"""guitai risk devices: which reader and PIN pad the kiosk knows, and that a changed one is right."""

from __future__ import annotations

from pathlib import Path

import click

from guitai import config as configuration
from guitai.shell.known_devices import KnownDevices


@click.command()
@click.option(
    "--forget", is_flag=True, help="They were changed rightly: the next session takes what it finds as known."
)
@click.pass_obj
def devices(files: tuple[Path, ...], forget: bool) -> None:
    """Show the fingerprints (model and serial number, hashed) of the devices that tell who the customer is."""
    known = KnownDevices(configuration.load(files).paths.state)
    if forget:
        known.forget()
        click.echo("the next session takes the devices it finds as known")
        return
    try:
        for device, fingerprint in known.known().items():
            click.echo(f"{device:12} {fingerprint}")
    except ValueError:
        click.echo("the file is damaged: every device counts as changed until --forget")
        raise SystemExit(1) from None

"""`guitai revoke`: shut a kiosk out for good."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from guitai import config as configuration


@click.command()
@click.argument("certificate", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--broker", type=click.Path(path_type=Path), help="The broker's folder; default: broker in paths.state.")
@click.pass_obj
def revoke(files: tuple[Path, ...], certificate: Path, broker: Path | None) -> None:
    """Revoke a kiosk's CERTIFICATE (kiosk.crt): the broker refuses it from now on, and its live connection is cut."""
    from headquarters.pki import REVOCATIONS
    from headquarters.revocation import shut

    config = configuration.load(files)
    kiosk = asyncio.run(shut(config, certificate, broker or config.paths.state / "broker"))
    click.echo(f"{kiosk}: revoked and cut; its certificate is on {config.paths.keys / REVOCATIONS}")

"""guitai devices list: the services that answer, with what stands behind each."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import click

from firmware_bridge.client.link import Link
from guitai import config as configuration
from guitai.cli.devices.services import connected
from guitai.config import Config


@click.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@click.pass_obj
def listing(files: tuple[Path, ...], as_json: bool) -> None:
    """List the services that answer, with interfaces, address, state, model and firmware."""
    rows = asyncio.run(_rows(configuration.load(files)))
    click.echo(json.dumps(rows, ensure_ascii=False, indent=1) if as_json else rows)


async def _rows(config: Config) -> list[dict[str, Any]]:
    async with connected(config) as found:
        silent = [{"service": a.rpartition("/")[2], "address": a, "state": "silent"} for a in found.silent]
        return [_row(link) for link in found.up.values()] + silent


def _row(link: Link) -> dict[str, Any]:
    return {
        "service": link.name,
        "interfaces": sorted(link.interfaces),
        "address": link.uri,
        "state": str((link.status.get("common") or {}).get("device", "")),
    }

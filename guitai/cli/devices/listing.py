"""guitai devices list: the services that answer, with what stands behind each."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from firmware_bridge.client.connected import connected
from firmware_bridge.client.link import Link
from firmware_bridge.words.book import Language, of_state
from guitai import config as configuration
from guitai.cli.devices.options import language_option
from guitai.cli.devices.paper import console, sign, table
from guitai.cli.devices.phrases import Phrases
from guitai.config import Config

Row = dict[str, Any]


@click.command(name="list")
@language_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@click.pass_obj
def listing(files: tuple[Path, ...], lang: Language, as_json: bool) -> None:
    """List the services that answer: interfaces, address, state, model and firmware. Exits 1 if one is silent."""
    rows = asyncio.run(_rows(configuration.load(files)))
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        _draw(rows, Phrases(lang))
    if any(row["state"] == "silent" for row in rows):
        sys.exit(1)


async def _rows(config: Config) -> list[Row]:
    async with connected(config) as found:
        rows = await asyncio.gather(*(_row(link) for link in found.up.values()))
        return sorted([*rows, *map(_silent, found.silent)], key=lambda row: row["service"])


async def _row(link: Link) -> Row:
    answer = await link.ask("Common.Capabilities")
    model, firmware = model_of(answer.payload)
    return {
        "service": link.name,
        "interfaces": sorted(interface_names(answer.payload)),
        "address": link.uri,
        "state": str((link.status.get("common") or {}).get("device", "")),
        "model": model,
        "firmware": firmware,
    }


def _silent(link: Link) -> Row:
    return {
        "service": link.name,
        "interfaces": [],
        "address": link.uri,
        "state": "silent",
        "model": "",
        "firmware": "",
    }


def interface_names(capabilities: Mapping[str, Any]) -> set[str]:
    """Return the interfaces of a payload of Common.Capabilities, Common itself left out."""
    listed = {str(one.get("name")) for one in capabilities.get("interfaces") or ()}
    return listed - {"Common"}


def model_of(capabilities: Mapping[str, Any]) -> tuple[str, str]:
    """Return model and firmware from a payload of Common.Capabilities; empty where it does not say."""
    devices = (capabilities.get("common") or {}).get("deviceInformation") or ()
    models = [str(one.get("modelName") or "") for one in devices]
    firmware = [
        " ".join(str(part.get(key)) for key in ("firmwareName", "firmwareVersion") if part.get(key))
        for one in devices
        for part in one.get("firmware") or ()
    ] or [str(one.get("revisionNumber") or "") for one in devices]
    return ", ".join(filter(None, models)), ", ".join(filter(None, firmware))


def _draw(rows: list[Row], say: Phrases) -> None:
    out = table(*(say(f"list.{name}") for name in ("device", "state", "service", "interfaces", "address", "model")))
    for row in rows:
        state = None if row["state"] == "silent" else of_state("Common", "device", row["state"])
        words = state.says(say.language) if state else say("list.silent")
        interfaces, model = " ".join(row["interfaces"]), " ".join(filter(None, (row["model"], row["firmware"])))
        name = say.device(row["service"], frozenset(row["interfaces"]))
        shown = f"{sign(state.level if state else 'stop')} {escape(words)}"
        out.add_row(name, shown, *map(escape, (row["service"], interfaces, row["address"], model)))
    console().print(out)

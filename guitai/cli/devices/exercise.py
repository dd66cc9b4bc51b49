"""guitai devices exercise DEVICE: walks a device through its moves with a person."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import click

from firmware_bridge.client.connected import Found, chosen, connected, offered_commands
from firmware_bridge.client.link import Link
from firmware_bridge.protocol.client import Unsolicited
from firmware_bridge.words.book import Language
from guitai import config as configuration
from guitai.cli.devices.core import customers_kept_away
from guitai.cli.devices.keyboard import Keyboard
from guitai.cli.devices.moves import cabinet, card_reader, cash, desk, pin_pad, printer
from guitai.cli.devices.options import language_option
from guitai.cli.devices.phrases import Phrases
from guitai.cli.devices.walk import Walk
from guitai.config import Config
from guitai.errors import GuitaiError

WAIT_S = 60.0
"""How long a person may take for each thing they are asked to do."""

MOVES: dict[str, Callable[[Walk], Awaitable[None]]] = {
    "IdCardReader": card_reader.id_reader,
    "CardReader": card_reader.card_reader,
    "Keyboard": pin_pad.pin_pad,
    "Printer": printer.printer,
    "StatementPrinter": printer.printer,
    "CashDispenser": cash.cash,
    "CashAcceptor": cash.cash,
    "BarcodeReader": desk.barcode_reader,
    "Camera": desk.camera,
    "Lights": desk.lights,
    "TextTerminal": desk.panel,
    "Auxiliaries": cabinet.cabinet,
}
"""The moves by what a service is; the first that fits is walked."""

CASH = frozenset({"CashDispenser", "CashAcceptor"})
MAINTENANCE = frozenset({"maintenance", "supervisor"})
"""Where the operator's switch must stand before a cash machine is moved."""


@click.command()
@click.argument("device")
@click.option(
    "--wait",
    "wait_s",
    type=click.FloatRange(0.1, 600),
    default=WAIT_S,
    show_default=True,
    help="Seconds a person has for each step.",
)
@language_option
@click.pass_obj
def exercise(files: tuple[Path, ...], device: str, wait_s: float, lang: Language) -> None:
    """Walk DEVICE through its moves: insert a test card, type digits, take paper. Exits 1 when a move failed.

    Only while no customer is served. A cash machine pays nothing and wants the operator switch at maintenance or
    supervisor, or an exchange; without a switch, an exchange.
    """
    say = Phrases(lang)
    red = asyncio.run(_exercise(configuration.load(files), device, wait_s, say))
    click.echo(say("exercise.all_well") if not red else say("exercise.some_red", count=red))
    sys.exit(1 if red else 0)


async def _exercise(config: Config, device: str, wait_s: float, say: Phrases) -> int:
    walks: dict[str, Walk] = {}

    def on_event(link: Link, event: Unsolicited) -> None:
        if link.uri in walks:
            walks[link.uri].hear(event)

    async with customers_kept_away(config) as core_runs, connected(config, on_event) as found:
        link = chosen(found, device)[0]
        moves = next((moves for role, moves in MOVES.items() if role in link.interfaces), None)
        if moves is None:
            raise GuitaiError("technician.no_moves", device=link.name)
        if CASH & link.interfaces:
            _in_maintenance(found)
        click.echo(say("exercise.customers_away" if core_runs else "exercise.no_core"))
        answer = await link.ask("Common.Capabilities")
        walk = Walk(link, offered_commands(answer.payload), say, Keyboard(), wait_s)
        walks[link.uri] = walk
        await moves(walk)
        return walk.red


def _in_maintenance(found: Found) -> None:
    """Raise GuitaiError ``technician.not_in_maintenance`` unless the operator's switch says so or an exchange is active.

    Where no switch answers, only an exchange counts.
    """
    links = found.up.values()
    if any((link.status.get("common") or {}).get("exchange") == "active" for link in links):
        return
    switches = {(link.status.get("auxiliaries") or {}).get("operatorSwitch") for link in links} - {None}
    if not switches or not switches <= MAINTENANCE:
        raise GuitaiError("technician.not_in_maintenance")

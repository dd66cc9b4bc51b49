"""guitai hands: the simulated devices' panel. PIN digits go straight to the simulated pad, never through the kiosk."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import click

from firmware_bridge.simulator.hands import Hands
from guitai import config as configuration
from guitai.tables import SOCKETS
from guitai.wire.sockets import connect


@click.group(name="hands")
def hands() -> None:
    """Work the simulated devices of a running branch (set GUITAI__PATHS__RUN to its run folder)."""


def _do(files: tuple[Path, ...], deed: Callable[[Hands], Awaitable[Any]]) -> None:
    run = configuration.load(files).paths.run

    async def once() -> Any:
        return await deed(Hands(run / SOCKETS["hands"]))

    answer = asyncio.run(once())
    click.echo("done" if answer is None else json.dumps(answer, ensure_ascii=False, indent=1))


@hands.command()
@click.argument("number")
@click.pass_obj
def insert_card(files: tuple[Path, ...], number: str) -> None:
    """Put the card with this number into the slot."""
    _do(files, lambda h: h.insert_card(number))


@hands.command()
@click.pass_obj
def take_card(files: tuple[Path, ...]) -> None:
    """Take the card from the exit slot."""
    _do(files, lambda h: h.take_card())


@hands.command()
@click.option("--digits", prompt=True, hide_input=True, help="Asked for without echo when left out.")
@click.pass_obj
def type_pin(files: tuple[Path, ...], digits: str) -> None:
    """Type a PIN on the simulated pad and press enter."""
    _do(files, lambda h: h.type_pin(digits))


@hands.command()
@click.pass_obj
def take_notes(files: tuple[Path, ...]) -> None:
    """Take the notes from the exit."""
    _do(files, lambda h: h.take_notes())


@hands.command()
@click.argument("device")
@click.argument("kind")
@click.pass_obj
def fault(files: tuple[Path, ...], device: str, kind: str) -> None:
    """Break a device: `fault dispenser jam`."""
    _do(files, lambda h: h.fault(device, kind))


@hands.command()
@click.pass_obj
def mend(files: tuple[Path, ...]) -> None:
    """Mend every fault."""
    _do(files, lambda h: h.clear_faults())


@hands.command()
@click.argument("wav", type=click.Path(exists=True, path_type=Path))
@click.pass_obj
def speak(files: tuple[Path, ...], wav: Path) -> None:
    """Play a WAV file into the simulated microphone."""
    _do(files, lambda h: h.microphone(wav.resolve()))


@hands.command()
@click.argument("text")
@click.pass_obj
def say(files: tuple[Path, ...], text: str) -> None:
    """Say something without a microphone: the words go to core as if they had been heard."""
    run = configuration.load(files).paths.run

    async def once() -> None:
        stream = await connect(run / SOCKETS["core"])
        try:
            await stream.send("hello", role="observer")
            await stream.send("say", text=text)
            await stream.send("counts")
            async for frame in stream:
                if frame.type in ("counts", "error"):
                    return
        finally:
            stream.close()

    asyncio.run(once())
    click.echo("said")


@hands.command()
@click.pass_obj
def state(files: tuple[Path, ...]) -> None:
    """Show the machines' own state: card, notes, paper."""
    _do(files, lambda h: h.state())

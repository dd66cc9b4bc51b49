"""guitai devices inject: breaks a simulated device on purpose, the way real ones break."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import click

from firmware_bridge.simulator.faults import CONDITIONS, LINK, ONCE
from firmware_bridge.simulator.hands import Hands
from firmware_bridge.words.book import Language, of_fault
from guitai import config as configuration
from guitai.cli.devices.options import language_option
from guitai.cli.devices.phrases import Phrases
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.tables import SOCKETS

TIMED = ("delay:SECONDS", "power_cut:STEP")


@click.command()
@click.argument("fault", required=False)
@click.option("--device", help="Which device; may be left out where only one has the fault.")
@click.option("--list", "listed", is_flag=True, help="List the faults of each device.")
@click.option("--clear", is_flag=True, help="Clear every fault and mend the machines.")
@language_option
@click.pass_obj
def inject(
    files: tuple[Path, ...], fault: str | None, device: str | None, listed: bool, clear: bool, lang: Language
) -> None:
    """Bring FAULT about on a simulated device. A vendor's devices are never touched."""
    if sum((fault is not None, listed, clear)) != 1:
        raise click.UsageError("give a FAULT, or --list, or --clear")
    say = Phrases(lang)
    if listed:
        _list(device, say)
        return
    config = configuration.load(files)
    if clear:
        _do(config, lambda hands: hands.clear_faults())
        click.echo(say("inject.cleared"))
        return
    assert fault is not None
    target = device or _only_one_with(fault)
    _do(config, lambda hands: hands.fault(target, fault))
    click.echo(say("inject.done", device=target, fault=fault, meaning=_meaning(fault, say)))


def _list(device: str | None, say: Phrases) -> None:
    for name in [device] if device else list(CONDITIONS):
        if name not in CONDITIONS:
            raise GuitaiError("technician.unknown_device", wanted=name, known=", ".join(CONDITIONS))
        click.echo(name)
        for fault in (*CONDITIONS[name], *ONCE[name]):
            lasting = say("inject.lasting" if fault in CONDITIONS[name] else "inject.once")
            click.echo(f"  {fault:<22}{lasting} {_meaning(fault, say)}")
    click.echo(say("inject.every"))
    for fault in (*LINK, *TIMED):
        click.echo(f"  {fault:<22}{say('inject.once')} {_meaning(fault, say)}")


def _meaning(fault: str, say: Phrases) -> str:
    sentence = of_fault(fault.partition(":")[0])
    return sentence.says(say.language) if sentence else ""


def _only_one_with(fault: str) -> str:
    having = [name for name in CONDITIONS if fault in (*CONDITIONS[name], *ONCE[name])]
    if len(having) != 1:
        known = ", ".join(having or CONDITIONS)
        raise GuitaiError("technician.which_device", fault=fault, known=known)
    return having[0]


def _do(config: Config, deed: Callable[[Hands], Awaitable[None]]) -> None:
    if not config.devices.simulate:
        raise GuitaiError("technician.not_simulated")

    async def once() -> None:
        await deed(Hands(config.paths.run / SOCKETS["hands"]))

    asyncio.run(once())

"""guitai devices exchange: a technician changes cassettes, counts, sees the difference and confirms."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import click
from rich.markup import escape

from firmware_bridge.words.book import Language
from guitai import config as configuration
from guitai.cli.devices.core import Core, core_is_away, technician
from guitai.cli.devices.keyboard import Keyboard
from guitai.cli.devices.options import language_option
from guitai.cli.devices.paper import console, table, unit_name, value_of
from guitai.cli.devices.phrases import Phrases
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.messages.branch import Unit
from guitai.messages.codec import convert

MOST_NOTES = 100_000
"""More than any unit holds: a slip of the finger."""

LONGEST_ID = 40


@click.command()
@click.option("--technician", "technician_id", help="Your staff number; asked for when left out.")
@language_option
@click.pass_obj
def exchange(files: tuple[Path, ...], technician_id: str | None, lang: Language) -> None:
    """Replenish: stop the machine, show what it should hold, take your counts, confirm, open again."""
    say = Phrases(lang)
    try:
        asyncio.run(_exchange(configuration.load(files), technician_id, say))
    except (KeyboardInterrupt, click.Abort):
        click.echo("\n" + say("exchange.left_open"))
        sys.exit(130)


async def _exchange(config: Config, technician_id: str | None, say: Phrases) -> None:
    keyboard = Keyboard()
    while not technician_id or len(technician_id) > LONGEST_ID:
        technician_id = await keyboard.ask(say("exchange.who"))
    try:
        async with technician(config) as core:
            await _with(core, technician_id, keyboard, say)
    except GuitaiError as error:
        if core_is_away(error):
            raise GuitaiError("technician.core_needed") from error
        raise


async def _with(core: Core, technician_id: str, keyboard: Keyboard, say: Phrases) -> None:
    answer = await core.ask("technician-exchange-start", technician_id=technician_id)
    units = convert(answer.get("units"), tuple[Unit, ...])
    click.echo(say("exchange.begun"))
    draw_units(units, say)
    click.echo(say("exchange.how"))
    while True:
        counts = await _counts(units, keyboard, say)
        draw_differences([(unit, counts[unit.name]) for unit in units if unit.name in counts], say)
        if await keyboard.yes(say("exchange.confirm")):
            break
        click.echo(say("exchange.again"))
    answer = await core.ask("technician-exchange-end", technician_id=technician_id, counts=counts)
    click.echo(say("exchange.done", differences=len(answer.get("differences") or ())))
    draw_units(convert(answer.get("units"), tuple[Unit, ...]), say)


async def _counts(units: Sequence[Unit], keyboard: Keyboard, say: Phrases) -> dict[str, int]:
    counts: dict[str, int] = {}
    for unit in units:
        if unit.kind == "card_retain":
            if unit.count:
                click.echo(say("exchange.cards", count=unit.count))
        else:
            counts[unit.name] = await _count(unit, keyboard, say)
    return counts


async def _count(unit: Unit, keyboard: Keyboard, say: Phrases) -> int:
    while True:
        typed = await keyboard.ask(say("exchange.count", unit=unit_name(unit, say), count=unit.count))
        if not typed:
            return unit.count
        if typed.isascii() and typed.isdecimal() and int(typed) <= MOST_NOTES:
            return int(typed)
        click.echo(say("exchange.not_a_count", most=MOST_NOTES))


def draw_units(units: Sequence[Unit], say: Phrases) -> None:
    """Print the units with what the machine counts in each."""
    out = table(*(say(f"units.{name}") for name in ("unit", "count", "value")))
    for unit in units:
        out.add_row(escape(unit_name(unit, say)), str(unit.count), value_of(unit, unit.count))
    console().print(out)


def draw_differences(counted: Sequence[tuple[Unit, int]], say: Phrases) -> None:
    """Print where a technician's count is not the machine's."""
    differing = [(unit, count) for unit, count in counted if count != unit.count]
    if not differing:
        click.echo(say("exchange.no_difference"))
        return
    out = table(*(say(f"units.{name}") for name in ("unit", "machine", "counted", "difference", "value")))
    for unit, count in differing:
        more = count - unit.count
        cells = (str(unit.count), str(count), f"{more:+d}", value_of(unit, more))
        out.add_row(escape(unit_name(unit, say)), *cells)
    console().print(out)

"""guitai devices status: how every device is, in words, what its units hold, what the sensors say; live with --watch."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from rich.console import Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.text import Text

from firmware_bridge.client.connected import Found, chosen, connected
from firmware_bridge.client.link import Link
from firmware_bridge.client.units import units_of
from firmware_bridge.words.book import Language, Level, name_of
from firmware_bridge.words.readings import ORDER, Reading, readings, worst
from guitai import config as configuration
from guitai.cli.devices.options import language_option
from guitai.cli.devices.paper import console, place, sign, table, unit_name, value_of
from guitai.cli.devices.phrases import Phrases
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.messages.branch import Unit

ASK_S = 2.0
"""How long a device may take to tell its units; and how often a watcher asks for them again."""

SENSORS = "Auxiliaries"


@dataclass(slots=True)
class Storages:
    """The units of each service as they were told last: a device that is busy keeps its old ones."""

    storage: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def ask(self, links: Iterable[Link]) -> None:
        """Ask every device that has units; one that does not answer keeps what is known."""
        await asyncio.gather(*(self._ask(link) for link in links if "Storage" in link.interfaces))

    async def _ask(self, link: Link) -> None:
        with contextlib.suppress(GuitaiError, TimeoutError):
            async with asyncio.timeout(ASK_S):
                answer = await link.ask("Storage.GetStorage")
            if answer.ok:
                self.storage[link.name] = answer.payload.get("storage") or {}


@click.command()
@click.option("--watch", is_flag=True, help="Keep the table up to date until Ctrl-C.")
@language_option
@click.pass_obj
def status(files: tuple[Path, ...], watch: bool, lang: Language) -> None:
    """Show the state of every device, what it means and what to do next."""
    config, say = configuration.load(files), Phrases(lang)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_watch(config, say) if watch else _once(config, say))


async def _once(config: Config, say: Phrases) -> None:
    async with connected(config) as found:
        units = Storages()
        await units.ask(found.up.values())
        console().print(page(found, units, say))


async def _watch(config: Config, say: Phrases) -> None:
    news = asyncio.Event()
    async with connected(config, lambda _link, _event: news.set(), lambda _link: news.set()) as found:
        units = Storages()
        with Live(console=console(), auto_refresh=False) as live:
            while True:
                news.clear()
                await units.ask(found.up.values())
                live.update(Group(page(found, units, say), Text(say("status.leave"), style="dim")), refresh=True)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(ASK_S):
                        await news.wait()


def page(found: Found, units: Storages, say: Phrases) -> RenderableType:
    """Return the whole page: devices, units, sensors."""
    links = chosen(found, None)
    parts: list[RenderableType] = [_devices(links, found.silent, units, say)]
    if rows := [(link, unit) for link in links for unit in units_of(units.storage.get(link.name, {}))]:
        parts += [Text(), _units(rows, say)]
    if papers := [(link, one) for link in links for one in readings(link.status) if one.name == "paper"]:
        parts += [Text(), _papers(papers, say)]
    if sensors := [one for link in links if SENSORS in link.interfaces for one in readings(link.status)]:
        parts += [Text(), _sensors(sensors, say)]
    return Group(*parts)


def _units(rows: list[tuple[Link, Unit]], say: Phrases) -> RenderableType:
    out = table(*(say(f"units.{name}") for name in ("device", "unit", "count", "value")))
    for link, unit in rows:
        cells = (escape(unit_name(unit, say)), str(unit.count), value_of(unit, unit.count))
        out.add_row(say.device(link.name), *cells)
    return out


def _papers(rows: list[tuple[Link, Reading]], say: Phrases) -> RenderableType:
    out = table(*(say(f"units.{name}") for name in ("device", "paper", "count")))
    for link, one in rows:
        tray = name_of("places", one.where, say.language)
        means = escape(one.sentence.says(say.language))
        out.add_row(say.device(link.name), escape(tray), f"{sign(one.sentence.level)} {means}")
    return out


def _devices(links: list[Link], silent: list[Link], units: Storages, say: Phrases) -> RenderableType:
    out = table(*(say(f"status.{name}") for name in ("device", "state", "means", "next")))
    for link in silent:
        name = escape(say.device(link.name))
        out.add_row(name, _state("stop", say), say("list.silent"), say("test.no_answer_next"))
    known_of = {
        link: readings({**link.status, "storage": units.storage.get(link.name, {})}, link.interfaces) for link in links
    }
    # Worst first: a terminal may be too short for all.
    for link, known in sorted(known_of.items(), key=lambda item: ORDER.index(worst(item[1]))):
        troubles = [one for one in known if one.sentence.level != "ok"]
        name = escape(say.device(link.name, link.interfaces))
        state = _state(worst(known), say)
        if not troubles:
            out.add_row(name, state, escape(_own_sentence(known, say)), "")
        for one in troubles:
            means = escape(place(one, say) + one.sentence.says(say.language))
            out.add_row(name, state, means, escape(one.sentence.then(say.language)))
            name = state = ""
    return out


def _own_sentence(known: list[Reading], say: Phrases) -> str:
    device = next((one for one in known if one.name == "device"), None)
    return device.sentence.says(say.language) if device else ""


def _state(level: Level, say: Phrases) -> str:
    return f"{sign(level)} {say(f'status.{level}')}"


def _sensors(sensors: list[Reading], say: Phrases) -> RenderableType:
    out = table(say("status.sensor"), say("status.means"))
    for one in sensors:
        if one.interface == SENSORS:
            name = name_of("subjects", one.name, say.language)
            out.add_row(escape(name), f"{sign(one.sentence.level)} {escape(one.sentence.says(say.language))}")
    return out

"""guitai devices ports: what is plugged in, and whether the real devices that the configuration names work."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape

from firmware_bridge.drivers.finding import serial_ports, trials
from firmware_bridge.drivers.pcsc import card_readers
from firmware_bridge.words.book import Language
from guitai import config as configuration
from guitai.cli.devices.options import language_option
from guitai.cli.devices.paper import console, sign
from guitai.cli.devices.phrases import Phrases
from guitai.config import Config
from guitai.errors import GuitaiError, error_text


@click.command()
@language_option
@click.pass_obj
def ports(files: tuple[Path, ...], lang: Language) -> None:
    """List serial ports and card readers, and try the configured real devices. Exits 1 if one does not work.

    While guitai-devices runs, it holds the ports: they are then told as taken.
    """
    config, page, say = configuration.load(files), console(), Phrases(lang)
    _print_heading(page, say("ports.serial"))
    for port in serial_ports():
        page.print(f"  {escape(port.name)}  {escape(port.what)}")
    _print_heading(page, say("ports.readers", system="PC/SC"))
    _print_readers(page, say)
    _print_heading(page, say("ports.configured"))
    if not _print_trials(page, config, say):
        sys.exit(1)


def _print_heading(page: Console, text: str) -> None:
    page.print(f"[bold]{text}[/]")


def _print_readers(page: Console, say: Phrases) -> None:
    try:
        names = card_readers()
    except GuitaiError as error:
        _print_error(page, "pcscd", error, say)
        return
    for name in names or [say("ports.none")]:
        page.print(f"  {escape(name)}")


def _print_trials(page: Console, config: Config, say: Phrases) -> bool:
    results = asyncio.run(trials(config.devices))
    if not results:
        page.print("  " + say("ports.all_simulated"))
    for key, error in results.items():
        if error is None:
            page.print(f"  {sign('ok')} {key}: " + say("ports.works"))
        else:
            _print_error(page, key, error, say)
    return not any(results.values())


def _print_error(page: Console, what: str, error: GuitaiError, say: Phrases) -> None:
    says, then = (error.chinese(), error_text(error.code).next) if say.language == "zh" else (error.english(), "")
    page.print(f"  {sign('stop')} {what}: {escape(says)}")
    if then:
        page.print(f"    {say('shared.next')}{escape(then.format_map(error.params))}")

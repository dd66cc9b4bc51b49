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
from guitai.config import Config
from guitai.errors import GuitaiError, error_text

WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "serial": "串口",
        "readers": "芯片读卡器（PC/SC）",
        "configured": "配置里的真实设备",
        "none": "没有",
        "all_simulated": "没有，全部是模拟设备；接法见 docs/devices.md。",
        "works": "工作正常。",
        "next": "下一步：",
    },
    "en": {
        "serial": "Serial ports",
        "readers": "Chip card readers (PC/SC)",
        "configured": "Real devices in the configuration",
        "none": "none",
        "all_simulated": "None, all are simulated; docs/devices.md says how to connect some.",
        "works": "It works.",
        "next": "Next: ",
    },
}


@click.command()
@language_option
@click.pass_obj
def ports(files: tuple[Path, ...], lang: Language) -> None:
    """List serial ports and card readers, and try the configured real devices. Exits 1 if one does not work.

    While guitai-devices runs, it holds the ports: they are then told as taken.
    """
    config, page, words = configuration.load(files), console(), WORDS[lang]
    page.print(f"[bold]{words['serial']}[/]")
    for port in serial_ports():
        page.print(f"  {escape(port.name)}  {escape(port.what)}")
    page.print(f"[bold]{words['readers']}[/]")
    _print_readers(page, lang)
    page.print(f"[bold]{words['configured']}[/]")
    if not _print_trials(page, config, lang):
        sys.exit(1)


def _print_readers(page: Console, lang: Language) -> None:
    try:
        names = card_readers()
    except GuitaiError as error:
        _print_error(page, "pcscd", error, lang)
        return
    for name in names or [WORDS[lang]["none"]]:
        page.print(f"  {escape(name)}")


def _print_trials(page: Console, config: Config, lang: Language) -> bool:
    results = asyncio.run(trials(config.devices))
    if not results:
        page.print(f"  {WORDS[lang]['all_simulated']}")
    for key, error in results.items():
        if error is None:
            page.print(f"  {sign('ok')} {key}: {WORDS[lang]['works']}")
        else:
            _print_error(page, key, error, lang)
    return not any(results.values())


def _print_error(page: Console, what: str, error: GuitaiError, lang: Language) -> None:
    says, then = (error.chinese(), error_text(error.code).next) if lang == "zh" else (error.english(), "")
    page.print(f"  {sign('stop')} {what}: {escape(says)}")
    if then:
        page.print(f"    {WORDS[lang]['next']}{escape(then.format_map(error.params))}")

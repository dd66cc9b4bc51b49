"""How guitai devices draws on the terminal: tables, colours for levels, names of units and parts."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from firmware_bridge.words.book import Level, name_of
from firmware_bridge.words.readings import Reading
from guitai.cli.devices.phrases import Phrases
from guitai.messages.branch import Unit
from guitai.money import Fen, short_yuan

STYLES: dict[Level, str] = {"ok": "green", "attention": "yellow", "stop": "bold red"}
SIGNS: dict[Level, str] = {"ok": "✓", "attention": "!", "stop": "✗"}
PIPED_COLUMNS = 200
"""Width where there is no terminal: nothing is cut in a pipe."""


def console() -> Console:
    """Return the terminal, or a wide plain page in a pipe."""
    page = Console(highlight=False)
    return page if page.is_terminal else Console(highlight=False, width=PIPED_COLUMNS, color_system=None)


def table(*columns: str) -> Table:
    """Return an empty table with these headings."""
    out = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        out.add_column(column, overflow="fold")
    return out


def sign(level: Level) -> str:
    """Return the level's sign in its colour, as rich markup."""
    return f"[{STYLES[level]}]{SIGNS[level]}[/]"


def place(reading: Reading, say: Phrases) -> str:
    """Return which part of a device a reading is about, as the beginning of a sentence."""
    subject = name_of("subjects", reading.name, say.language)
    if not reading.where:
        return say("shared.place", place=subject)
    return say("shared.place_in", place=subject, where=name_of("places", reading.where, say.language))


def unit_name(unit: Unit, say: Phrases) -> str:
    """Return what a unit is called: its place, its kind, its note."""
    kind = say(f"units.{unit.kind}")
    note = say("units.note", yuan=short_yuan(Fen(unit.note))) if unit.note else ""
    return " ".join(part for part in (unit.name, kind, note) if part)


def value_of(unit: Unit, count: int) -> str:
    """Return what `count` notes of a unit are worth in yuan; empty for a unit of mixed notes."""
    return short_yuan(Fen(unit.note * count)) if unit.note else ""

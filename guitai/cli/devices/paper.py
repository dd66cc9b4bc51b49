"""How guitai devices draws on the terminal: tables, colours for levels."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from firmware_bridge.words.book import Level

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

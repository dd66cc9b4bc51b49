"""The commands flows, rules and answers have in common: list, history, rollback over their store of versions."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from guitai.clock import SystemClock
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.shell.books import flows_store
from guitai.shell.packs import answers_store
from guitai.shell.rulebook import Rulebook
from guitai.versions import SHORT, Deed, Store

Files = tuple[Path, ...]
Open = Callable[[Files], Store[Any]]

DEEDS = {"made": "made", "used": "used", "rolled_back": "back to", "tried": "tried out", "trial_ended": "trial ended"}


def now_ms() -> int:
    """Return the wall clock."""
    return SystemClock().unix_ms()


def read_text(path: Path, code: str) -> str:
    """Return a text that people wrote, without the mark some editors begin it with.

    Raises:
        GuitaiError: `code`, with the path, and the line that is not UTF-8.
    """
    try:
        data = path.read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise GuitaiError(code, path=path, reason=error.strerror) from error
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise GuitaiError(code, path=path, reason=f"line {line} is not UTF-8") from error


def add_commands(
    group: click.Group, open_store: Open, shipped: Callable[[], str], after: Callable[[Files], None]
) -> None:
    """Give a group ``list``, ``history`` and ``rollback``.

    Args:
        group: What the commands are added to.
        open_store: Returns the store, by the configuration files.
        shipped: Returns the hash of what ships with the software.
        after: Is called once something else is in use.
    """

    @group.command(name="list")
    @click.pass_obj
    def list_(files: Files) -> None:
        """List the versions, oldest first, and which one is in use."""
        store = open_store(files)
        click.echo(_row(shipped(), store.part(""), "", "ships with this software"))
        for made in store.versions():
            click.echo(_row(made.id, store.part(made.id), made.label, _fault(store, made) or _told(made)))

    @group.command()
    @click.pass_obj
    def history(files: Files) -> None:
        """Show what was made, used, tried out and rolled back: when, by whom, why."""
        store = open_store(files)
        for deed in store.history():
            name = deed.id[:SHORT] or "what ships"
            click.echo(f"{_time(deed.at_ms)}  {DEEDS[deed.what]:11}  {name:{SHORT}}  {_by(deed)}")

    @group.command()
    @click.option("--by", default=getpass.getuser, help="Who goes back; default: the user of this machine.")
    @click.option("--why", default="", help="Why.")
    @click.pass_obj
    def rollback(files: Files, by: str, why: str) -> None:
        """Return to the version that was in use before; in the end to what ships."""
        before = open_store(files).roll_back(by, why, now_ms())
        after(files)
        name = before[:SHORT] if before else f"{shipped()[:SHORT]}, which ships with this software,"
        click.echo(f"{name} is in use again from the next session on")


def unusable(config: Config) -> str:
    """Return what is chosen of flows, answers and rules and cannot be used, so that what ships serves instead; empty: nothing."""
    paths = config.paths
    stores: list[Store[Any]] = [
        flows_store(paths.state),
        answers_store(paths.state),
        Rulebook(paths.state, paths.keys).store,
    ]
    told = []
    for store in stores:
        try:
            store.current()
            store.trial()
        except GuitaiError as error:
            told.append(error.english())
    return " ".join(told)


def _row(whole: str, part: str, label: str, told: str) -> str:
    return f"{'*' if part == 'in use' else ' '} {whole[:SHORT]}  {part:8}  {f'{label}  ' if label else ''}{told}"


def _told(made: Deed) -> str:
    return f"{_time(made.at_ms)}  {_by(made)}"


def _by(deed: Deed) -> str:
    return f"{deed.by}: {deed.why}" if deed.why else deed.by


def _fault(store: Store[Any], made: Deed) -> str:
    try:
        store.load(made.id)
    except GuitaiError as error:
        return error.english()
    return ""


def _time(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")

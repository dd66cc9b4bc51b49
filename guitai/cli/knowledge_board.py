"""guitai knowledge board: the figures of the day, from a list that people write to a signed file, and onto the kiosk."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
import yaml
from pydantic import ValidationError

from guitai import config as configuration
from guitai.cli.versions import read_text
from guitai.clock import SystemClock
from guitai.errors import GuitaiError
from guitai.knowledge import answers, hot
from guitai.shell.board import DayBoard
from guitai.wire.commands import load_private, sign
from guitai.wire.signed import BoardFile
from guitai.wire.whole import write_whole

HOUR_MS = 3600 * 1000


@click.group()
def board() -> None:
    """Figures of the day (exchange rates) that answers leave a place for. An old board is not told."""


@board.command()
@click.argument("values", type=click.Path(path_type=Path))
@click.option("--version", type=click.IntRange(1), required=True, help="Must rise from board to board.")
@click.option("--hours", type=click.FloatRange(0, 24 * 7, min_open=True), default=12.0, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), required=True)
@click.pass_obj
def make(files: tuple[Path, ...], values: Path, version: int, hours: float, out: Path) -> None:
    """Make a signed board from VALUES, a line each: `usd_sell: "712.30"`. At headquarters, which hands out its board.json."""
    now = SystemClock().unix_ms()
    body = _body(values, version, now, now + round(hours * HOUR_MS))
    write_whole(out, sign(body, load_private(configuration.load(files).paths.keys / "command.key")), 0o644)
    click.echo(f"{out}: {_said(body)}")
    if missing := sorted(_places() - body.values.keys()):
        click.echo(f"answers also leave a place for {', '.join(missing)}: they will say that the figures are not here")


@board.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def use(files: tuple[Path, ...], file: Path) -> None:
    """Put a signed board in place on this kiosk, for every session that begins from now on."""
    click.echo(_said(_day_board(files).use(file)))


@board.command()
@click.pass_obj
def show(files: tuple[Path, ...]) -> None:
    """Say which figures are in place; exits 1 when none are good any more."""
    body = _day_board(files).installed()
    if body is None:
        click.echo("no board is in place: answers say that the figures of the day are not here")
        raise SystemExit(1)
    for name, value in sorted(body.values.items()):
        click.echo(f"{name:24} {value}")
    click.echo(_said(body))
    if SystemClock().unix_ms() >= body.expires_ms:
        click.echo("too old: answers say that the figures of the day are not here")
        raise SystemExit(1)


def _day_board(files: tuple[Path, ...]) -> DayBoard:
    paths = configuration.load(files).paths
    return DayBoard(paths.state, paths.keys)


def _body(file: Path, version: int, made_ms: int, expires_ms: int) -> BoardFile:
    try:
        values = yaml.safe_load(read_text(file, "knowledge.unreadable"))
        return BoardFile(version=version, made_ms=made_ms, expires_ms=expires_ms, values=values)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise GuitaiError("knowledge.bad_board", path=file, reason=f"line {line}: {error.problem}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][1:]) or "the list"
        raise GuitaiError("knowledge.bad_board", path=file, reason=f"{where}: {first['msg']}") from error


def _places() -> set[str]:
    """Return the places that the answers in use leave for figures of the day."""
    entries = [entry for entry in answers.in_use().entries.values() if entry.hot]
    return {name for entry in entries for name in hot.places(f"{entry.lead}{entry.more}")}


def _said(body: BoardFile) -> str:
    until = datetime.fromtimestamp(body.expires_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"version {body.version}, {len(body.values)} figures, good until {until}"

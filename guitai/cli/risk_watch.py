"""guitai risk watch: from a list of account numbers to a signed list of keyed hashes, and onto the kiosk."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from guitai import config as configuration
from guitai.cli.versions import read_text
from guitai.clock import SystemClock
from guitai.errors import GuitaiError
from guitai.keys import read_key
from guitai.risk.watch import tag_of
from guitai.shell.watchlist import Watcher
from guitai.wire.commands import load_private, sign
from guitai.wire.signed import WatchFile
from guitai.wire.whole import write_whole

DAY_MS = 24 * 3600 * 1000
DIGITS = range(6, 31)


@click.group()
def watch() -> None:
    """Accounts to be held. A list past its expiry is stale: then no money and no right moves."""


@watch.command()
@click.argument("numbers", type=click.Path(path_type=Path))
@click.option("--version", type=click.IntRange(1), required=True, help="Must rise from list to list.")
@click.option("--days", type=click.FloatRange(0, 366, min_open=True), default=2.0, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), required=True)
@click.pass_obj
def make(files: tuple[Path, ...], numbers: Path, version: int, days: float, out: Path) -> None:
    """Make a signed list from NUMBERS, one account number a line (# begins a remark). At headquarters."""
    keys = configuration.load(files).paths.keys
    secret, now = read_key(keys / "card_token.key"), SystemClock().unix_ms()
    tags = sorted({tag_of(number, secret) for number in _numbers(numbers)})
    body = WatchFile(version=version, made_ms=now, expires_ms=now + round(days * DAY_MS), tags=tags)
    write_whole(out, sign(body, load_private(keys / "command.key")), 0o644)
    click.echo(f"{out}: version {version}, {len(tags)} accounts, good until {_time(body.expires_ms)}")


@watch.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def use(files: tuple[Path, ...], file: Path) -> None:
    """Put a signed list in place on this kiosk, at once."""
    body = _watcher(files).use(file)
    click.echo(f"version {body.version}, {len(body.tags)} accounts, good until {_time(body.expires_ms)}")


@watch.command()
@click.pass_obj
def show(files: tuple[Path, ...]) -> None:
    """Say which list is in place and whether it may still be trusted; exits 1 when no money may move."""
    watcher = _watcher(files)
    body = watcher.installed()
    if body is not None:
        click.echo(f"version {body.version}, {len(body.tags)} accounts, good until {_time(body.expires_ms)}")
    if watcher.of_card("", SystemClock().unix_ms()) == "stale":
        click.echo("stale: no money and no right moves until a later list is in place")
        raise SystemExit(1)
    if body is None:
        click.echo("no list was ever put in place; nothing is looked up")


def _watcher(files: tuple[Path, ...]) -> Watcher:
    paths = configuration.load(files).paths
    return Watcher(paths.state, paths.keys)


def _numbers(file: Path) -> list[str]:
    found = []
    for number, line in enumerate(read_text(file, "risk.unreadable").splitlines(), start=1):
        text = line.partition("#")[0].strip()
        digits = text.replace(" ", "").replace("-", "")
        if text and not (digits.isascii() and digits.isdigit() and len(digits) in DIGITS):
            raise GuitaiError("risk.bad_cell", path=file, line=number, column=1, reason="it is no account number")
        found += [digits] if text else []
    return found


def _time(unix_ms: int) -> str:
    return datetime.fromtimestamp(unix_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")

"""guitai risk rules: the way a changed rule takes, from a text file to the kiosk and back, without any Python."""

from __future__ import annotations

import getpass
from pathlib import Path

import click
from pydantic import ValidationError

from guitai import config as configuration
from guitai.cli.risk_backtest import read_rules
from guitai.cli.versions import add_commands, now_ms, read_text
from guitai.errors import GuitaiError
from guitai.risk.rules import FACTORS, parse, shipped, shipped_text
from guitai.shell.rulebook import Rulebook
from guitai.wire.commands import load_private, sign
from guitai.wire.signed import RulesFile
from guitai.wire.whole import write_whole

HASH_CHARS = 12
FILE = click.argument("file", type=click.Path(path_type=Path))
WHY = click.option("--why", default="", help="Why; kept in the history beside who signed.")


@click.group()
def rules() -> None:
    """Weights, bands and floors of the risk sum. A signed file takes effect with the next session."""


@rules.command()
@FILE
@click.pass_obj
def copy(files: tuple[Path, ...], file: Path) -> None:
    """Write the rules in use as a text into FILE, which must not be there yet: there they are changed."""
    in_force = _book(files).current()
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(in_force.champion or shipped_text())
    except OSError as error:
        raise GuitaiError("versions.cannot_write", path=file, reason=error.strerror) from error
    click.echo(f"{file}: version {in_force.rules().version}")


@rules.command()
@FILE
@click.pass_obj
def check(files: tuple[Path, ...], file: Path) -> None:
    """Check a rules text (TOML) or a signed file; a mistake is told with its line."""
    found = read_rules(file, configuration.load(files).paths.keys)
    click.echo(f"{file}: version {found.version}, {found.hash[:HASH_CHARS]}, no mistake found")
    for name in FACTORS:
        click.echo(f"  {name:10} {found.weights[name] / 10_000:.4f}  {found.origins[name]}")


@rules.command(name="sign")
@FILE
@click.option("--by", "name", required=True, help="Who stands for these rules.")
@click.option("--out", type=click.Path(path_type=Path), help="Signed file; default: FILE with .json.")
@click.pass_obj
def sign_(files: tuple[Path, ...], file: Path, name: str, out: Path | None) -> None:
    """Sign a checked rules text with headquarters' command key."""
    keys = configuration.load(files).paths.keys
    text, key = read_text(file, "risk.unreadable"), load_private(keys / "command.key")
    found = parse(text, str(file))
    try:
        body = RulesFile(version=found.version, made_ms=now_ms(), approved_by=name.strip(), text=text)
    except ValidationError as error:  # a name or a text too long
        first = error.errors()[0]
        raise GuitaiError("risk.bad_rules", path=file, reason=f"{first['loc'][0]}: {first['msg']}") from error
    out = out or file.with_suffix(".json")
    write_whole(out, sign(body, key), 0o644)
    click.echo(f"{out}: version {found.version}, signed for {name}")


@rules.command()
@FILE
@WHY
@click.pass_obj
def use(files: tuple[Path, ...], file: Path, why: str) -> None:
    """Take a signed file into use on this kiosk, from the next session on."""
    click.echo(f"version {_book(files).use(file, why, now_ms())} is in use from the next session on")


@rules.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--off", is_flag=True, help="Let no challenger decide any more.")
@WHY
@click.pass_obj
def shadow(files: tuple[Path, ...], file: Path | None, off: bool, why: str) -> None:
    """Let a signed file decide beside the one in use: recorded with each decision, never acting."""
    if off == (file is not None):
        raise click.UsageError("Give a FILE, or --off.")
    if file is None:
        _book(files).store.stop_trying(getpass.getuser(), why, now_ms())
        click.echo("no challenger decides any more")
    else:
        version = _book(files).try_out(file, why, now_ms())
        click.echo(f"version {version} decides beside the rules in use, without effect")


def _book(files: tuple[Path, ...]) -> Rulebook:
    paths = configuration.load(files).paths
    return Rulebook(paths.state, paths.keys)


add_commands(rules, lambda files: _book(files).store, lambda: shipped().hash, lambda _files: None)

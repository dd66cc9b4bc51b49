"""guitai review: headquarters' nightly review of the risk rules, for a timer and for the person who approves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from guitai import config as configuration
from guitai.clock import SystemClock
from guitai.wire.commands import load_private
from guitai.wire.whole import write_whole
from headquarters.engine import where
from headquarters.review import cases
from headquarters.review.nightly import Reviews
from headquarters.review.nights import one_night, rules_file
from headquarters.store import Store

MILLION = 1_000_000
OUT = click.option(
    "--out", type=click.Path(path_type=Path), help="Signed rules; default: in headquarters' state folder."
)


@click.group()
def review() -> None:
    """Learn from labelled outcomes, within bounds; nothing reaches a kiosk before a person approves it."""


@review.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.pass_obj
def run(files: tuple[Path, ...], as_json: bool) -> None:
    """Review what is labelled now. The same cases give the same outcome; running twice changes nothing."""
    outcome = one_night(configuration.load(files), SystemClock().unix_ms())
    if as_json:
        click.echo(json.dumps({"run": outcome.run, "verdict": outcome.verdict, "again": outcome.again, **outcome.told}))
        return
    click.echo(f"{outcome.run}: {outcome.verdict}{' (reviewed before)' if outcome.again else ''}")
    _tell(outcome.told)


@review.command()
@click.argument("run_id", metavar="RUN")
@click.option("--by", "name", required=True, help="Who stands for the new rules.")
@OUT
@click.pass_obj
def approve(files: tuple[Path, ...], run_id: str, name: str, out: Path | None) -> None:
    """Promote what RUN proposed and write the signed file for the kiosks (guitai risk rules use)."""
    with _open(files) as (reviews, _, folder):
        payload = reviews.approve(run_id, name, SystemClock().unix_ms())
        signed = reviews.signed()
    assert signed is not None
    out = out or rules_file(folder, signed[0])
    write_whole(out, payload, 0o644)
    click.echo(f"{out}: version {signed[0]}, approved by {name}")


@review.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.pass_obj
def status(files: tuple[Path, ...], as_json: bool) -> None:
    """Show the rules in force, what waits for approval and the latest reviews."""
    with _open(files) as (reviews, _, _):
        found = reviews.status()
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    champion = found["champion"]
    click.echo(f"in force: version {champion['version']} ({champion['run']}) {champion['approved_by']}")
    _tell({"weights": found["weights"], "labelled cases": found["labelled"]})
    for row in found["waiting"]:
        click.echo(f"waits for approval: version {row['version']}, guitai review approve {row['run']} --by NAME")
    for row in found["reviews"]:
        click.echo(f"{row['run']}: {row['verdict']}")


@review.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def label(files: tuple[Path, ...], file: Path) -> None:
    """Take labels from a CSV: case (a decision's reference or a session), fraud (0, 1), source, by.

    Sources: teller, audit, complaint. Tellers' decisions on held transfers count without this.
    """
    with _open(files) as (_, connection, _):
        click.echo(f"{cases.take_labels(connection, file, SystemClock().unix_ms())} labels stored")


@review.command()
@click.option("--share", type=click.FloatRange(0, 1, min_open=True), default=0.01, show_default=True)
@click.pass_obj
def sample(files: tuple[Path, ...], share: float) -> None:
    """Draw untouched errands for an auditor; prints the new ones' last decisions, one a line."""
    with _open(files) as (_, connection, _):
        for ref in cases.draw(connection, round(share * MILLION), SystemClock().unix_ms()):
            click.echo(ref)


@contextmanager
def _open(files: tuple[Path, ...]) -> Iterator[tuple[Reviews, Any, Path]]:
    config = configuration.load(files)
    paths, store = config.paths, Store(where(config))
    try:
        yield Reviews(store.connection, load_private(paths.keys / "command.key")), store.connection, paths.state
    finally:
        store.close()


def _tell(told: dict[str, Any], depth: int = 1) -> None:
    for key, value in told.items():
        if isinstance(value, dict):
            click.echo(f"{'  ' * depth}{key}")
            _tell(value, depth + 1)
        else:
            click.echo(f"{'  ' * depth}{key} = {value}")

"""guitai risk backtest: what the rules in force, and others, would have done with labelled events."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import orjson

from guitai import config as configuration
from guitai.cli.bench import report
from guitai.cli.risk_events import read_events
from guitai.cli.versions import read_text
from guitai.errors import GuitaiError
from guitai.messages.codec import convert
from guitai.messages.risk import RiskContext
from guitai.risk import backtest as trial
from guitai.risk.backtest import Case, Verdict
from guitai.risk.rules import Rules, parse
from guitai.shell.rulebook import Rulebook
from guitai.wire.commands import load_public
from guitai.wire.signed import RulesFile, read_signed

FILE = click.Path(path_type=Path)
EVENTS = 100_000
ENOUGH_TO_TIME = 10_000
"""Of fewer events the time is the reading of the rules, and says nothing of many."""

HASH_CHARS = 12


@click.command()
@click.argument("file", type=FILE)
@click.option("--champion", type=FILE, help="Rules (TOML, or signed JSON); default: those in force here.")
@click.option("--challenger", type=FILE, help="Rules to compare; default: the challenger tried out here, if any.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.pass_obj
def backtest(
    files: tuple[Path, ...], file: Path, champion: Path | None, challenger: Path | None, as_json: bool
) -> None:
    """Decide labelled events again. Nothing acts.

    FILE is a CSV as for `guitai eval risk` (six r and label: weights are tried), or JSONL with context (as recorded with
    each decision) and label on each line: bands and floors are tried as well.
    """
    first, second = _rules(files, champion, challenger)
    began = time.perf_counter()
    cases, frauds = _cases(file)
    verdicts = {"champion": _decided(cases, first)}
    if second is not None:
        verdicts["challenger"] = _decided(cases, second)
    spent_s = time.perf_counter() - began
    figures = {f"{who}_{key}": v for who, some in verdicts.items() for key, v in trial.figures(some, frauds).items()}
    if second is not None:
        figures |= trial.changes(verdicts["champion"], verdicts["challenger"], frauds)
    if len(cases) >= ENOUGH_TO_TIME:
        figures["s_per_100k_events"] = round(spent_s * EVENTS / len(cases), 3)
    if not as_json:
        click.echo(f"champion    version {first.version}, {first.hash[:HASH_CHARS]}")
        if second is not None:
            click.echo(f"challenger  version {second.version}, {second.hash[:HASH_CHARS]}")
        click.echo(f"n = {len(cases)}")
    report("risk-backtest", figures, len(cases), as_json)


def _rules(files: tuple[Path, ...], champion: Path | None, challenger: Path | None) -> tuple[Rules, Rules | None]:
    paths = configuration.load(files).paths
    current = Rulebook(paths.state, paths.keys).current()
    first = current.rules() if champion is None else read_rules(champion, paths.keys)
    if challenger is not None:
        return first, read_rules(challenger, paths.keys)
    return first, parse(current.challenger) if current.challenger else None


def read_rules(file: Path, keys: Path) -> Rules:
    """Return the rules of a text or of a signed file. Raises GuitaiError ``risk.*``."""
    if file.suffix == ".json":
        return parse(read_signed(file, RulesFile, load_public(keys / "command.pub")).text, str(file))
    return parse(read_text(file, "risk.unreadable"), str(file))


def _decided(cases: list[Case], rules: Rules) -> list[Verdict]:
    return [trial.verdict(case, rules) for case in cases]


def _cases(file: Path) -> tuple[list[Case], list[bool]]:
    if file.suffix == ".csv":
        events = read_events(file)
        return [{str(name): r for name, r in event.r.items()} for event in events], [event.fraud for event in events]
    cases: list[Case] = []
    frauds: list[bool] = []
    for context, fraud in _lines(file):
        cases.append(context)
        frauds.append(fraud)
    if not cases:
        raise GuitaiError("risk.no_events", path=file)
    return cases, frauds


def _lines(file: Path) -> Iterator[tuple[RiskContext, bool]]:
    try:
        with file.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _line(file, number, line)
    except OSError as error:
        raise GuitaiError("risk.unreadable", path=file, reason=error.strerror) from error


def _line(file: Path, number: int, line: bytes) -> tuple[RiskContext, bool]:
    try:
        row: Any = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise GuitaiError("risk.bad_cell", path=file, line=number, column="(line)", reason="not JSON") from error
    if not isinstance(row, dict) or row.get("label") not in (0, 1) or isinstance(row.get("label"), float):
        raise GuitaiError("risk.bad_cell", path=file, line=number, column="label", reason="it is not 0 or 1")
    try:
        return convert(row.get("context"), RiskContext), bool(row["label"])
    except GuitaiError as error:
        reason = str(error.params.get("reason"))
        raise GuitaiError("risk.bad_cell", path=file, line=number, column="context", reason=reason) from error

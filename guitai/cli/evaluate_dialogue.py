"""guitai eval dialogue: plays scripted customers through the real core and reports the paper's table."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guitai import config as configuration
from guitai import logs
from guitai.cli.evaluate import Bars, evaluate, report
from guitai.errors import GuitaiError
from guitai.tables import AT_LEAST, BARS

if TYPE_CHECKING:
    from guitai.scenarios.figures import Figure, Result
    from guitai.scenarios.reading import Script

NAME = "dialogue"
PLACES = 4


@evaluate.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--speak", is_flag=True, help="Voice the customers and let the recogniser hear them.")
@click.option("--only", metavar="ID", help="Play this scenario alone.")
@click.option("--tag", metavar="TAG", help="Play the scenarios that carry this tag.")
@click.option("--verbose", is_flag=True, help="With --only: tell each turn, what was said, shown and decided.")
@click.pass_obj
def dialogue(
    files: tuple[Path, ...], file: Path, as_json: bool, speak: bool, only: str | None, tag: str | None, verbose: bool
) -> None:
    """Dialogue. FILE has one scripted customer a line; what is missed is printed with its turn.

    resolved, risk_acc, false_alarm, suc and pass_rate are percent; risk_acc is a recall. Results are scripted.
    """
    from guitai.scenarios.many import play_many, play_one, result_of
    from guitai.scenarios.reading import read
    from guitai.scenarios.telling import tell

    config = configuration.load(files)
    logs.set_up("eval", config)
    scripts = _chosen(file, read(file), only, tag)
    for script in scripts:
        for key in script.unbuilt:
            click.echo(f"{file}:{script.line}: {script.scenario.id}: {key} is not built", err=True)
    scenarios = [script.scenario for script in scripts]
    if verbose and len(scenarios) == 1:
        played = play_one(config, scenarios[0], speak=speak)
        for line in tell(played):
            click.echo(line, err=as_json)
        results = [result_of(played)]
    else:
        results = play_many(config, scenarios, speak=speak)
    tell_all(results, as_json=as_json)


def _chosen(file: Path, scripts: tuple[Script, ...], only: str | None, tag: str | None) -> list[Script]:
    chosen = [
        script
        for script in scripts
        if (only is None or script.scenario.id == only) and (tag is None or tag in script.scenario.tags)
    ]
    if not chosen:
        raise GuitaiError("scenario.no_such_id", path=file, id=only or tag)
    return chosen


def tell_all(results: list[Result], *, as_json: bool) -> None:
    """Print misses and figures."""
    from guitai.scenarios.figures import figures

    found = figures(results)
    bars: Bars = {key: (limit, _side(key)) for key, limit in BARS[NAME].items() if key in found}
    if as_json:
        rounded = {key: round(figure.value, PLACES) for key, figure in found.items()}
        report(NAME, rounded, bars, len(results), as_json)
        return
    for result in results:
        for miss in result.misses:
            click.echo(f"{result.id}  {miss}")
    _tags(results)
    _table(found, bars)
    click.echo(f"n = {len(results)} scripted customers")


def _side(key: str) -> str:
    return ">=" if key in AT_LEAST else "<="


def _tags(results: list[Result]) -> None:
    from guitai.scenarios.figures import by_tag

    for tag, (passed, among) in by_tag(results).items():
        click.echo(f"{tag:<32} {passed:>4} of {among:<4} without a miss")


def _table(found: dict[str, Figure], bars: Bars) -> None:
    for key, figure in found.items():
        interval = "" if math.isnan(figure.low) else f"  95 % [{figure.low:.3g}, {figure.high:.3g}]"
        bar = ""
        if key in bars:
            limit, side = bars[key]
            holds = figure.value >= limit if side == ">=" else figure.value <= limit
            bar = f"  ({side} {limit}: {'holds' if holds else 'does not hold'})"
        click.echo(f"{key:<16} {figure.value:8.3f}{interval}  n = {figure.n}{bar}")

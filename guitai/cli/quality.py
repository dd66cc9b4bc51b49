"""guitai quality: resolution, response, satisfaction, Acc and Suc of some days, with intervals; for headquarters."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import datetime
from pathlib import Path

import click

from guitai import config as configuration
from guitai.cli.bench import environment
from guitai.clock import SystemClock
from headquarters.engine import where
from headquarters.quality.days import ALL, Quality, days_before
from headquarters.quality.figures import BARS, Figure, holds
from headquarters.quality.read import day_of
from headquarters.store import Store

DATE = click.DateTime(["%Y-%m-%d"])
UNITS = {"response_s": "s", "satisfaction": "/100"}


@click.command()
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 400), help="How many, up to the last.")
@click.option("--until", type=DATE, help="The last day; default: yesterday.")
@click.option("--branch", default=ALL, show_default=True, help="One branch alone.")
@click.option("--each", is_flag=True, help="Also each day.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.pass_obj
def quality(files: tuple[Path, ...], days: int, until: datetime | None, branch: str, each: bool, as_json: bool) -> None:
    """Show the figures of some days; they are recomputed first. What nobody answered or labelled is not measured."""
    last = until.date().isoformat() if until else days_before(day_of(SystemClock().unix_ms()), 1)
    first = days_before(last, days - 1)
    with closing(Store(where(configuration.load(files)))) as store:
        room = Quality(store.connection)
        room.refresh(first, last)
        found, alarms = room.over(first, last, branch), room.alarms(first, last)
        series = room.series(first, last, branch) if each else []
    if as_json:
        click.echo(json.dumps(_whole(found, len(alarms))))
        return
    click.echo(f"{first} to {last}, {branch if branch != ALL else 'all branches'}")
    for name, figure in found.items():
        click.echo(f"  {name:15} {_words(name, figure)}")
    for alarm in alarms:
        click.echo(
            f"  alarm {alarm['day']} {alarm['topic']}: {alarm['negative']} of {alarm['n']} sentences negative, before "
            f"{alarm['before_negative']} of {alarm['before_n']} (p = {alarm['p']:.1e}, Fisher's exact test, Holm)"
        )
    for row in series:
        click.echo(
            f"{row['day']}  {row['name']:15} {_words(row['name'], Figure(row['value'], row['low'], row['high'], row['n']))}"
        )


def _whole(found: dict[str, Figure], alarms: int) -> dict[str, object]:
    measured = {name: figure for name, figure in found.items() if figure.value is not None}
    numbers: dict[str, float] = {"alarms": alarms}
    for name, figure in measured.items():
        assert figure.value is not None
        assert figure.low is not None
        assert figure.high is not None
        numbers |= {
            name: round(figure.value, 4), f"{name}_low": round(figure.low, 4), f"{name}_high": round(figure.high, 4),
            f"{name}_n": figure.n,
        }  # fmt: skip
    bars = {
        name: {"limit": BARS[name][0], "holds": holds(name, measured[name].value or 0.0)}
        for name in BARS
        if name in measured
    }
    return {
        "name": "quality", "figures": numbers, "bars": bars, "n": found["resolved"].n, "environment": environment(),
    }  # fmt: skip


def _words(name: str, figure: Figure) -> str:
    if figure.value is None or figure.low is None or figure.high is None:
        return "not measured"
    told = f"{figure.value:6.2f} {UNITS.get(name, '%')} ({figure.low:.2f} to {figure.high:.2f}, n = {figure.n})"
    if name not in BARS:
        return told
    limit, side = BARS[name]
    return f"{told}   {side} {limit}: {'holds' if holds(name, figure.value) else 'does not hold'}"

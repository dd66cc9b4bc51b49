"""`guitai knowledge`: for the people who keep the answers: check, build, review, use, roll back, ask."""

from __future__ import annotations

import csv
import sys
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guitai import config as configuration
from guitai.cli.knowledge_board import board
from guitai.cli.knowledge_unsolved import unsolved
from guitai.cli.versions import add_commands, now_ms, read_text
from guitai.errors import GuitaiError
from guitai.knowledge import answers
from guitai.shell.packs import answers_store, take_into_use
from guitai.versions import SHORT, Store

if TYPE_CHECKING:
    from guitai.knowledge.compile import Compiled
    from guitai.knowledge.pack import Pack

SOURCE_FILES = ("graph.ttl", "sources.yaml", "terms.yaml")
PACKAGE = Path(__file__).parent.parent / "knowledge"


@click.group()
def knowledge() -> None:
    """Check, build and choose the answers the kiosk may give (docs/knowledge.md)."""


_source = click.option(
    "--source",
    type=click.Path(path_type=Path),
    default=PACKAGE,
    help="Folder with answers/, graph.ttl, sources.yaml, terms.yaml.",
)


@knowledge.command()
@click.argument("folder", type=click.Path(path_type=Path))
def copy(folder: Path) -> None:
    """Write the answers, the graph and their sources that ship into FOLDER, which must not be there yet: there they are changed."""
    try:
        (folder / "answers").mkdir(parents=True)
        for name in (*SOURCE_FILES, *(f"answers/{path.name}" for path in sorted(PACKAGE.glob("answers/*.yaml")))):
            (folder / name).write_bytes((PACKAGE / name).read_bytes())
    except OSError as error:
        raise GuitaiError("versions.cannot_write", path=folder, reason=error.strerror) from error
    click.echo(f"{folder}: the answers that ship")


@knowledge.command()
@_source
def check(source: Path) -> None:
    """Find contradictions, stale figures, orphans and missing translations: file, line, mistake."""
    compiled = compile_folder(source)
    for mistake in compiled.mistakes:
        click.echo(str(mistake))
    click.echo(f"{compiled.answers} answers, {compiled.nodes} nodes, {len(compiled.mistakes)} mistakes", err=True)
    if compiled.mistakes:
        sys.exit(1)


@knowledge.command()
@_source
@click.option("--by", required=True, help="Who changed the answers.")
@click.option("--note", default="", help="What was changed.")
@click.option("--shipped", is_flag=True, help="Also write the pack the software ships with (developers).")
@click.pass_obj
def build(files: tuple[Path, ...], source: Path, by: str, note: str, shipped: bool) -> None:
    """Make a version of the checked knowledge; it is used only after `guitai knowledge use`."""
    compiled = compile_folder(source)
    if compiled.mistakes:
        for mistake in compiled.mistakes:
            click.echo(str(mistake), err=True)
        raise GuitaiError("knowledge.mistakes", count=len(compiled.mistakes))
    if shipped:
        (PACKAGE / "pack.jsonl").write_bytes(compiled.data)
    name = _store(files).keep(compiled.data, by, note, now_ms(), f"{compiled.answers} answers")[:SHORT]
    click.echo(f"{name}: {compiled.answers} answers")
    click.echo(f"Next: another person runs `guitai knowledge use {name} --reviewed-by NAME`.", err=True)


@knowledge.command("use")
@click.argument("version")
@click.option("--reviewed-by", required=True, help="Who read the changes; not the person who built the version.")
@click.option("--why", default="reviewed", help="Why; kept in the history.")
@click.pass_obj
def use(files: tuple[Path, ...], version: str, reviewed_by: str, why: str) -> None:
    """Put a version to use from the next session on."""
    store = _store(files)
    if reviewed_by.strip().casefold() == store.find(version).by.casefold():
        raise GuitaiError("knowledge.same_person", name=reviewed_by)
    chosen = store.use(version, reviewed_by, why, now_ms())
    _prepare_or_say(files)
    click.echo(f"{chosen[:SHORT]} is in use from the next session on")


@knowledge.command()
@click.pass_obj
def prepare(files: tuple[Path, ...]) -> None:
    """Compute the sentence vectors of the pack in use, if they are not there yet (under a minute or so)."""
    _prepare(files)


@knowledge.command()
@click.argument("question")
@click.pass_obj
def ask(files: tuple[Path, ...], question: str) -> None:
    """Show what the kiosk would answer to QUESTION, and how sure it is."""
    from edge_models.language.understand import Understander

    config = configuration.load(files)
    pack = take_into_use(config.paths.state)
    understanding = Understander(config.paths.models, config.paths.state).understand(question)
    choice = answers.choose(understanding.answers)
    for guess in understanding.answers:
        mark = "*" if guess.id in choice.ids else " "
        click.echo(f"{mark} {guess.probability:.2f}  {guess.id}")
    language = "zh" if any("一" <= char <= "鿿" for char in question) else "en"
    for name in choice.ids:
        found = answers.by_id(name, language)
        assert found is not None
        click.echo(f"{found.lead}\n{found.more}\n[{found.source}; valid until {pack.entries[name].valid_until}]")
    if not choice.ids:
        click.echo("No answer is sure enough.")


def compile_folder(source: Path) -> Compiled:
    """Return the compiled folder. Raises GuitaiError ``knowledge.no_sources``, ``no_compiler`` or ``unreadable``."""
    try:
        from guitai.knowledge.compile import compile_pack
    except ModuleNotFoundError as error:
        raise GuitaiError("knowledge.no_compiler") from error
    names = [*SOURCE_FILES, *(f"answers/{p.name}" for p in source.glob("answers/*.yaml"))]
    if len(names) == len(SOURCE_FILES) or not (source / "graph.ttl").is_file():
        raise GuitaiError("knowledge.no_sources", path=source)
    texts = {name: read_text(source / name, "knowledge.unreadable") for name in names}
    return compile_pack(texts, known_intents(), datetime.now(UTC).date().isoformat())


def known_intents() -> frozenset[str]:
    """Return the names of intents.csv."""
    table = resources.files("edge_models.language").joinpath("intents.csv").read_text(encoding="utf-8")
    return frozenset(row["intent"] for row in csv.DictReader(table.splitlines()))


def _store(files: tuple[Path, ...]) -> Store[Pack]:
    return answers_store(configuration.load(files).paths.state)


def _prepare_or_say(files: tuple[Path, ...]) -> None:
    try:
        _prepare(files)
    except GuitaiError as error:
        click.echo(f"{error.english()} Until `guitai knowledge prepare`, words alone find the answers.", err=True)


def _prepare(files: tuple[Path, ...]) -> None:
    from edge_models.language.retrieval import pack_in_use
    from edge_models.language.retrieval_index import read
    from edge_models.language.retrieval_vectors import make_vectors

    config = configuration.load(files)
    asked = read(pack_in_use(config.paths.state))
    with click.progressbar(length=len(asked.phrases), label="vectors", file=sys.stderr) as bar:
        path = make_vectors(config.paths.models, asked, lambda done, _all: bar.update(1) if done else None)
    click.echo(f"Vectors of {len(asked.phrases)} phrases: {path}")


knowledge.add_command(board)
knowledge.add_command(unsolved)
add_commands(knowledge, _store, lambda: answers.shipped().hash, _prepare_or_say)

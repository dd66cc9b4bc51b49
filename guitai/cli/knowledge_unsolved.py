"""`guitai knowledge unsolved`: what customers asked in vain, grouped, from headquarters' store or a file."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click
import orjson

from guitai import config as configuration
from guitai.cli.evaluate import read
from guitai.errors import GuitaiError
from guitai.knowledge.unsolved import Asked, group
from headquarters.engine import ERRORS, Where, open_engine, where
from headquarters.service.tables import question_text


@click.command()
@click.option("--file", type=click.Path(path_type=Path), help="JSONL with text, and intent, answer_id if known.")
@click.option("--least", default=2, show_default=True, help="Leave out groups with fewer questions.")
@click.pass_obj
def unsolved(files: tuple[Path, ...], file: Path | None, least: int) -> None:
    """Group the questions that found no good answer, most frequent first (headquarters' store unless --file)."""
    asked = _from_file(file) if file is not None else _from_store(where(configuration.load(files)))
    groups = [found for found in group(asked) if len(found.questions) >= least]
    for found in groups:
        given = ", ".join(f"{name} ×{times}" for name, times in found.answers)
        click.echo(
            f"{len(found.questions):4}  {found.example}  [{found.intent}]{'  answered ' + given if given else ''}"
        )
        for words in list(dict.fromkeys(found.questions))[:5]:
            if words != found.example:
                click.echo(f"        {words}")
    click.echo(f"{len(asked)} questions, {len(groups)} groups of {least} or more", err=True)


def _from_file(file: Path) -> list[Asked]:
    rows = read(file, {"text": str})
    return [Asked(row["text"], str(row.get("intent", "")), str(row.get("answer_id", ""))) for row in rows]


def _from_store(place: Where) -> list[Asked]:
    if isinstance(place.database, Path) and not place.database.exists():
        raise GuitaiError("knowledge.unreadable", path=place.database, reason="headquarters has no store here")
    try:
        with closing(open_engine(place)) as store:
            rows = store.execute(
                "SELECT kiosk, id, text, intents, answer_id FROM unanswered_questions ORDER BY at_ms, id"
            ).fetchall()
            texts = [question_text(store, row) for row in rows]
    except ERRORS as error:
        raise GuitaiError("knowledge.unreadable", path=place.database, reason=str(error)) from error
    return [
        Asked(text, next((name for name, _ in orjson.loads(row["intents"])), ""), row["answer_id"])
        for text, row in zip(texts, rows, strict=True)
        if text
    ]

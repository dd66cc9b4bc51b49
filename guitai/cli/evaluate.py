"""guitai eval: scores labelled files nobody here wrote. The language's commands stand here, other senses add theirs."""

from __future__ import annotations

import importlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import click

from guitai import config as configuration
from guitai import logs
from guitai.cli import conversations
from guitai.cli.bench import environment
from guitai.errors import GuitaiError

if TYPE_CHECKING:
    from edge_models.language.understand import Understander
    from guitai.messages.voice import Understanding

Row = dict[str, Any]
Figures = dict[str, float]
Bars = dict[str, tuple[float, str]]
"""Limit of a figure, and which side of it is right: ``>=`` or ``<=``."""

P = ParamSpec("P")
R = TypeVar("R")

SIM = 0.7
"""The probability from which the risk loop trusts an intent (design.md section 5)."""


ELSEWHERE = {
    "asr": "guitai.cli.evaluate_speech",
    "dialogue": "guitai.cli.evaluate_dialogue",
    "expression": "guitai.cli.evaluate_vision",
    "faq": "guitai.cli.evaluate_faq",
    "risk": "guitai.cli.evaluate_risk",
    "verify": "guitai.cli.evaluate_vision",
}
"""Commands of other senses: their module is loaded when one is asked for, and adds them to the group itself."""


class Senses(click.Group):
    """Knows the commands of other modules before these are loaded."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return every command's name."""
        return sorted({*super().list_commands(ctx), *ELSEWHERE})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return a command, loading its module."""
        if name in ELSEWHERE:
            importlib.import_module(ELSEWHERE[name])
        return super().get_command(ctx, name)


@click.group(cls=Senses)
def evaluate() -> None:
    """Score labelled files. Unknown fields are ignored; a bad line is refused with its number."""


def scored(command: Callable[P, R]) -> Callable[P, R]:
    """Give a command the arguments all scores share: FILE, --json, --predictions."""
    command = click.argument("file", type=click.Path(path_type=Path))(command)
    command = click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")(command)
    return click.option(
        "--predictions", type=click.Path(path_type=Path), help="Write one JSON line per input, in the input's order."
    )(command)


@evaluate.command()
@scored
@click.pass_obj
def intent(files: tuple[Path, ...], file: Path, as_json: bool, predictions: Path | None) -> None:
    """Intents. FILE has lines with text and intent."""
    rows = read(file, {"text": str, "intent": str})
    understood = _understand(files, rows)
    tops = [one.intents[0] for one in understood]
    write(predictions, ({"intent": top.name, "confidence": top.probability} for top in tops))
    truths = [row["intent"] for row in rows]
    names = [top.name for top in tops]
    away = [truth == "out_of_scope" for truth in truths]
    right = [truth == name for truth, name in zip(truths, names, strict=True)]
    strays = [top.name != "out_of_scope" and top.probability >= SIM for top in tops]
    figures = {
        "in_scope_accuracy": share(right, [not out for out in away]),
        "oos_recall": share(right, away),
        "complaint_recall": share(right, [truth == "complaint" for truth in truths]),
        "oos_above_sim": share(strays, away),
    }
    bars: Bars = {"in_scope_accuracy": (0.91, ">="), "oos_recall": (0.75, ">="), "complaint_recall": (0.91, ">=")}
    report("intent", figures, bars, len(rows), as_json)


@evaluate.command()
@scored
@click.option("--conversations", "whole", is_flag=True, help="FILE has lines with turns (who, text) and scam.")
@click.pass_obj
def scam(files: tuple[Path, ...], file: Path, as_json: bool, predictions: Path | None, whole: bool) -> None:
    """Scam signals. FILE has lines with text and scam (true or false)."""
    if whole:
        _conversations(files, file, as_json, predictions)
        return
    rows = read(file, {"text": str, "scam": bool})
    signals = [one.scam for one in _understand(files, rows)]
    heard = [signal.strength != "none" for signal in signals]
    write(
        predictions,
        (
            {"scam": yes, "type": signal.type, "score": signal.score, "evidence": list(signal.evidence)}
            for yes, signal in zip(heard, signals, strict=True)
        ),
    )
    truths = [row["scam"] for row in rows]
    strong = [signal.strength == "strong" for signal in signals]
    honest = [not truth for truth in truths]
    figures = {
        "recall": share(heard, truths),
        "false_alarm": share(heard, honest),
        "strong_recall": share(strong, truths),
        "strong_false_alarm": share(strong, honest),
    }
    report("scam", figures, {"recall": (0.94, ">="), "false_alarm": (0.08, "<=")}, len(rows), as_json)


@evaluate.command()
@scored
@click.pass_obj
def entities(files: tuple[Path, ...], file: Path, as_json: bool, predictions: Path | None) -> None:
    """Entities. FILE has lines with text and entities (type, value, norm); an entity is right by type and norm.

    The 13 types of the notation count; the details that only the kiosk's own slots need are left out.
    """
    from edge_models.language.entities import TYPES

    rows = read(file, {"text": str, "entities": list})
    found = [tuple(e for e in one.entities if e.type in TYPES) for one in _understand(files, rows)]
    write(
        predictions,
        ({"entities": [{"type": e.type, "value": e.value, "norm": e.norm} for e in some]} for some in found),
    )
    by_norm = [[(e.type, e.norm) for e in some] for some in found]
    by_value = [[(e.type, e.value, e.norm) for e in some] for some in found]
    figures = {
        "f1": f1(by_norm, [[(e["type"], e.get("norm")) for e in row["entities"]] for row in rows]),
        "f1_with_value": f1(
            by_value, [[(e["type"], e["value"], e.get("norm")) for e in row["entities"]] for row in rows]
        ),
    }
    report("entities", figures, {}, len(rows), as_json)


@evaluate.command()
@scored
@click.pass_obj
def sentiment(files: tuple[Path, ...], file: Path, as_json: bool, predictions: Path | None) -> None:
    """Sentiment and emotion. FILE has lines with text, sentiment and emotion."""
    rows = read(file, {"text": str, "sentiment": str, "emotion": str})
    understood = _understand(files, rows)
    write(predictions, ({"sentiment": one.sentiment, "emotion": one.emotion} for one in understood))
    pairs = list(zip(rows, understood, strict=True))
    everyone = [True] * len(rows)
    figures = {
        "accuracy": share([row["sentiment"] == one.sentiment for row, one in pairs], everyone),
        "emotion_accuracy": share([row["emotion"] == one.emotion for row, one in pairs], everyone),
    }
    report("sentiment", figures, {}, len(rows), as_json)


def read(file: Path, fields: dict[str, type]) -> list[Row]:
    """Return the lines of a JSONL file. Raises GuitaiError ``language.*`` naming file, line and field."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise GuitaiError("language.unreadable", path=file, reason=str(error)) from error
    rows = [_row(file, number, line, fields) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not rows:
        raise GuitaiError("language.empty", path=file)
    return rows


def write(predictions: Path | None, lines: Iterator[Row]) -> None:
    """Write one JSON line per prediction, if a file was asked for."""
    if predictions is None:
        return
    with _writing(predictions):
        predictions.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")


def share(yes: list[bool], among: list[bool]) -> float:
    """Return the share of `yes` where `among` is True, 0 when it never is."""
    chosen = [one for one, counted in zip(yes, among, strict=True) if counted]
    return round(sum(chosen) / len(chosen), 4) if chosen else 0.0


def f1(found: list[list[tuple[Any, ...]]], wanted: list[list[tuple[Any, ...]]]) -> float:
    """Return the micro-averaged F1 over sentences, 1 when nothing was wanted and nothing found."""
    right = sum(sum((Counter(a) & Counter(b)).values()) for a, b in zip(found, wanted, strict=True))
    total = sum(map(len, found)) + sum(map(len, wanted))
    return round(2 * right / total, 4) if total else 1.0


def report(name: str, figures: Figures, bars: Bars, count: int, as_json: bool) -> None:
    """Print the figures with their bars in the shape of design.md section 8."""
    held = {
        key: {"limit": limit, "holds": figures[key] >= limit if side == ">=" else figures[key] <= limit}
        for key, (limit, side) in bars.items()
    }
    if as_json:
        whole = {"name": name, "figures": figures, "bars": held, "n": count, "environment": environment()}
        click.echo(json.dumps(whole, ensure_ascii=False))
        return
    for key, value in figures.items():
        bar = (
            f"   ({bars[key][1]} {bars[key][0]}: {'holds' if held[key]['holds'] else 'does not hold'})"
            if key in bars
            else ""
        )
        click.echo(f"{key} = {value}{bar}")
    click.echo(f"n = {count}")


def _row(file: Path, number: int, line: str, fields: dict[str, type]) -> Row:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise GuitaiError("language.not_json", path=file, line=number) from error
    if not isinstance(row, dict):
        raise GuitaiError("language.not_json", path=file, line=number)
    for field, kind in fields.items():
        if not isinstance(row.get(field), kind):
            raise GuitaiError("language.missing_field", path=file, line=number, field=field)
    for entity in row["entities"] if "entities" in fields else []:
        if not isinstance(entity, dict) or not {"type", "value"} <= entity.keys():
            raise GuitaiError("language.missing_field", path=file, line=number, field="entities[type, value, norm]")
    return row


def _conversations(files: tuple[Path, ...], file: Path, as_json: bool, predictions: Path | None) -> None:
    rows = read(file, {"turns": list, "scam": bool})
    conversations.check(file, rows)
    understander = _understander(files)
    outcomes = [conversations.listen(row["turns"], lambda text: understander.understand(text).scam) for row in rows]
    write(predictions, map(conversations.prediction, outcomes))
    report("scam_conversations", conversations.figures(rows, outcomes), {}, len(rows), as_json)


def _understand(files: tuple[Path, ...], rows: list[Row]) -> list[Understanding]:
    understander = _understander(files)
    return [understander.understand(row["text"]) for row in rows]


def _understander(files: tuple[Path, ...]) -> Understander:
    from edge_models.language.understand import Understander

    config = configuration.load(files)
    logs.set_up("eval", config)
    return Understander(config.paths.models)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise GuitaiError("language.cannot_write", path=path, reason=error.strerror) from error

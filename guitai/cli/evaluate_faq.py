"""`guitai eval faq`: are questions about banking answered right? From strangers' facts, or from ids of our own answers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from guitai import config as configuration
from guitai import logs
from guitai.cli.evaluate import Bars, evaluate, read, report, scored, write
from guitai.errors import GuitaiError
from guitai.knowledge import answers
from guitai.knowledge.figures import holds
from guitai.messages.voice import AnswerGuess
from guitai.shell.packs import take_into_use

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """What the kiosk answers to one question."""

    text: str
    """Empty when it says that it does not know, or asks back."""

    source: str
    choice: answers.Choice
    best: str
    """The likeliest answer's id, said or not."""

    wanted: tuple[str, ...] = ()


@evaluate.command()
@scored
@click.pass_obj
def faq(files: tuple[Path, ...], file: Path, as_json: bool, predictions: Path | None) -> None:
    """Answers. FILE has lines with question and must_contain, must_not_contain; or with question and answers (ids)."""
    by_id = "answers" in _first(file)
    rows = read(file, {"question": str, "answers" if by_id else "must_contain": list})
    said = _ask(files, [row["question"] for row in rows])
    write(predictions, ({"answer": one.text, "source": one.source, "answered": bool(one.text)} for one in said))
    if by_id:
        figures, bars = by_answers(rows, said)
    else:
        figures, bars = by_facts(file, rows, said)
    report("faq", figures, bars, len(rows), as_json)


def by_facts(file: Path, rows: list[Row], said: list[Said]) -> tuple[dict[str, float], Bars]:
    """Return right, contradicted, unanswered, other (answered, yet the fact is not in it) and clarified, as shares."""
    right, contradicted = [], []
    for number, (row, one) in enumerate(zip(rows, said, strict=True), 1):
        wanted, forbidden = row["must_contain"], row.get("must_not_contain") or []
        if not all(isinstance(group, list) and group for group in wanted) or not isinstance(forbidden, list):
            raise GuitaiError("language.missing_field", path=file, line=number, field="must_contain[[alternatives]]")
        against = any(holds(one.text, str(text)) for text in forbidden)
        contradicted.append(against)
        right.append(not against and all(any(holds(one.text, str(text)) for text in group) for group in wanted))
    silent = [not one.text for one in said]
    other = [not (yes or no or mute) for yes, no, mute in zip(right, contradicted, silent, strict=True)]
    figures = {
        "right": _share(right),
        "contradicted": _share(contradicted),
        "unanswered": _share(silent),
        "beside_the_point": _share(other),
        "asked_back": _share([one.choice.unclear for one in said]),
    }
    return figures, {"right": (0.75, ">="), "contradicted": (0.0, "<=")}


def by_answers(rows: list[Row], said: list[Said]) -> tuple[dict[str, float], Bars]:
    """Return the share whose likeliest answer is right, whatever its probability, and what would really be said."""
    top = [one.best in row["answers"] for row, one in zip(rows, said, strict=True)]
    told = [bool(one.text) for one in said]
    figures = {
        "top1": _share(top),
        "answered": _share(told),
        "right_of_answered": _share([yes for yes, spoken in zip(top, told, strict=True) if spoken]),
        "asked_back": _share([one.choice.unclear for one in said]),
        "asked_back_with_right": _share(
            [
                bool({*one.choice.ids} & {*row["answers"]})
                for row, one in zip(rows, said, strict=True)
                if one.choice.unclear
            ]
        ),
    }
    return figures, {"top1": (0.85, ">=")}


def _ask(files: tuple[Path, ...], questions: list[str]) -> list[Said]:
    from edge_models.language.understand import Understander

    config = configuration.load(files)
    logs.set_up("eval", config)
    take_into_use(config.paths.state)
    understander = Understander(config.paths.models, config.paths.state)
    return [_said(question, understander.understand(question).answers) for question in questions]


def _said(question: str, guesses: tuple[AnswerGuess, ...]) -> Said:
    choice = answers.choose(guesses)
    best = guesses[0].id if guesses else ""
    if len(choice.ids) != 1:
        return Said("", "", choice, best)
    language = "zh" if any("一" <= char <= "鿿" for char in question) else "en"
    found = answers.by_id(choice.ids[0], language)
    assert found is not None
    return Said(f"{found.lead}{found.more}".replace("*", ""), found.source, choice, best)


def _first(file: Path) -> Row:
    try:
        first = json.loads(file.read_text(encoding="utf-8-sig").split("\n", 1)[0])
    except (OSError, UnicodeDecodeError) as error:
        raise GuitaiError("language.unreadable", path=file, reason=str(error)) from error
    except json.JSONDecodeError as error:
        raise GuitaiError("language.not_json", path=file, line=1) from error
    return first if isinstance(first, dict) else {}


def _share(some: list[bool]) -> float:
    return round(sum(some) / len(some), 4) if some else 0.0

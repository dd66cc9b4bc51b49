"""guitai eval asr: scores labelled recordings with the recogniser and the repairs of the kiosk."""

from __future__ import annotations

import csv
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from guitai import config as configuration
from guitai import logs
from guitai.cli.evaluate import Figures, evaluate, report, scored, write
from guitai.errors import GuitaiError

if TYPE_CHECKING:
    from edge_models.speech.audio import Samples

COLUMNS = ("file", "text")


@evaluate.command()
@scored
@click.pass_obj
def asr(files: tuple[Path, ...], file: Path, as_json: bool, predictions: Path | None) -> None:
    """Recognition. FILE is tab-separated with file and text; a file's path counts from FILE's folder.

    wav, flac, mp3 and ogg of any rate. A column group, if there is one, is reported apart.
    """
    from edge_models.speech import engines
    from edge_models.speech.audio import RATE_HZ
    from edge_models.speech.clips import utterances
    from edge_models.speech.listen import repaired
    from edge_models.speech.scoring import cer
    from edge_models.speech.words import load_dictionary

    rows = read(file)
    config = configuration.load(files)
    logs.set_up("eval", config)
    load_dictionary(config.paths.state / "jieba")
    recogniser = engines.recogniser(config)
    heard, spent_s, sound_s = [], 0.0, 0.0
    for line, row in rows:
        samples = _clip(file, line, row["file"])
        began = time.perf_counter()
        heard.append(" ".join(repaired(recogniser, part).text for part in utterances(samples)).strip())
        spent_s += time.perf_counter() - began
        sound_s += len(samples) / RATE_HZ
    write(predictions, ({"text": text} for text in heard))
    pairs = [(row["text"], text) for (_, row), text in zip(rows, heard, strict=True)]
    figures: Figures = {"cer": round(cer(pairs), 4), "rtf": round(spent_s / sound_s, 4)}
    for group in sorted({row["group"] for _, row in rows if row.get("group")}):
        chosen = [pair for (_, row), pair in zip(rows, pairs, strict=True) if row.get("group") == group]
        figures[f"cer_{group}"] = round(cer(chosen), 4)
    report("asr", figures, {"cer": (0.12, "<=")}, len(rows), as_json)


def read(file: Path) -> list[tuple[int, dict[str, str]]]:
    """Return the lines of the manifest with their numbers. Raises GuitaiError ``speech.*`` naming file and line."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
            if missing:
                _refuse(file, 1, f"the header has no column {missing[0]}")
            rows = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise GuitaiError("speech.unreadable_manifest", path=file, reason=str(error)) from error
    if not rows:
        raise GuitaiError("speech.unreadable_manifest", path=file, reason="it holds no clips")
    for line, row in rows:
        for column in COLUMNS:
            if not (row[column] or "").strip():
                _refuse(file, line, f"{column} is empty")
    return rows


def _clip(file: Path, line: int, name: str) -> Samples:
    from edge_models.speech.clips import load

    try:
        return load(file.parent / name.strip())
    except GuitaiError as error:
        _refuse(file, line, error.english(), error)


def _refuse(file: Path, line: int, reason: str, cause: GuitaiError | None = None) -> NoReturn:
    raise GuitaiError("speech.bad_manifest", path=file, line=line, reason=reason) from cause

"""guitai eval expression and verify: scores labelled pictures nobody here took."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, get_args

import click

from guitai import config as configuration
from guitai import logs
from guitai.cli.evaluate import Figures, evaluate, report, scored, share, write
from guitai.errors import GuitaiError
from guitai.messages.face import Expression

if TYPE_CHECKING:
    from edge_models.vision.photographs import Photographs
    from guitai.wire.rings import Picture

SAME = {"1": True, "true": True, "0": False, "false": False}


@evaluate.command()
@scored
@click.pass_obj
def expression(files: tuple[Path, ...], file: Path, as_json: bool, predictions: Path | None) -> None:
    """Expressions. FILE is a CSV with file and label; a file's path counts from the CSV's folder."""
    labels = get_args(Expression)
    rows = read(file, ("file", "label"))
    for line, row in rows:
        if row["label"].strip().lower() not in labels:
            _refuse(file, line, "label", f"{row['label']!r} is none of {', '.join(labels)}")
    photographs = _photographs(files)
    read_as = [photographs.expression(_picture(file, line, row, "file")) for line, row in rows]
    write(
        predictions,
        ({"expression": one.label, "confidence": round(one.confidence, 4), "face": one.face} for one in read_as),
    )
    truths = [row["label"].strip().lower() for _, row in rows]
    right = [truth == one.label for truth, one in zip(truths, read_as, strict=True)]
    figures: Figures = {"accuracy": share(right, [True] * len(rows))}
    for label in labels:
        if label in truths:
            figures[f"recall_{label}"] = share(right, [truth == label for truth in truths])
    figures["face_found"] = share([one.face for one in read_as], [True] * len(rows))
    report("expression", figures, {}, len(rows), as_json)


@evaluate.command()
@scored
@click.pass_obj
def verify(files: tuple[Path, ...], file: Path, as_json: bool, predictions: Path | None) -> None:
    """Is it the same person? FILE is a CSV with file_a, file_b and same (0, 1, true or false).

    A pair matches from a cosine of 0.363, which OpenCV publishes for SFace; a picture without a face matches nobody.
    """
    rows = read(file, ("file_a", "file_b", "same"))
    for line, row in rows:
        if row["same"].strip().lower() not in SAME:
            _refuse(file, line, "same", f"{row['same']!r} is none of 0, 1, true, false")
    photographs = _photographs(files)
    compared = [
        photographs.compare(_picture(file, line, row, "file_a"), _picture(file, line, row, "file_b"))
        for line, row in rows
    ]
    write(predictions, ({"match": one.match, "score": round(one.score, 4), "reason": one.reason} for one in compared))
    same = [SAME[row["same"].strip().lower()] for _, row in rows]
    matched = [one.match for one in compared]
    figures: Figures = {
        "far": share(matched, [not truth for truth in same]),
        "frr": share([not match for match in matched], same),
        "face_found": share([one.reason != "no_face" for one in compared], [True] * len(rows)),
    }
    report("verify", figures, {}, len(rows), as_json)


def read(file: Path, columns: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """Return a CSV file's rows with the lines they end on; every one of `columns` is filled.

    Raises:
        GuitaiError: ``vision.unreadable``, ``vision.no_column``, ``vision.bad_row`` or ``vision.empty``.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, strict=True)
            names = [name.strip() for name in reader.fieldnames or ()]
            reader.fieldnames = names
            rows = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise GuitaiError("vision.unreadable", path=file, reason=str(error)) from error
    for column in columns:
        if column not in names:
            raise GuitaiError("vision.no_column", path=file, field=column)
        for line, row in rows:
            if not (row[column] or "").strip():
                _refuse(file, line, column, "it is empty")
    if not rows:
        raise GuitaiError("vision.empty", path=file)
    return rows


def _picture(file: Path, line: int, row: dict[str, str], field: str) -> Picture:
    from edge_models.vision.stills import read as read_picture

    path = file.parent / row[field].strip()  # an absolute one stays as it is
    try:
        return read_picture(path)
    except GuitaiError as error:
        reason = "it is not a picture that can be decoded" if path.is_file() else "there is no such file"
        raise GuitaiError("vision.bad_row", path=file, line=line, field=field, reason=f"{path}: {reason}") from error


def _refuse(file: Path, line: int, field: str, reason: str) -> NoReturn:
    raise GuitaiError("vision.bad_row", path=file, line=line, field=field, reason=reason)


def _photographs(files: tuple[Path, ...]) -> Photographs:
    from edge_models.store import Store
    from edge_models.vision.offline import forbid_network
    from edge_models.vision.photographs import Photographs

    config = configuration.load(files)
    logs.set_up("eval", config)
    forbid_network()
    return Photographs(Store(config.paths.models))

"""Labelled risk events from a CSV file: six r in [0, 100], label 0 or 1; a bad row is refused by line and column."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NoReturn

from guitai.errors import GuitaiError
from guitai.messages.risk import Factor
from guitai.risk.rules import FACTORS

LABEL = "label"
MOST_CHARS = 24
"""A longer cell is no measured r; and within it Decimal's 28 digits sum exactly."""

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class LabelledEvent:
    """One event of the file."""

    line: int
    r: dict[Factor, Decimal]
    fraud: bool


def read_events(file: Path) -> list[LabelledEvent]:
    """Return the events of a CSV file; columns beyond ours are left alone.

    Raises GuitaiError ``risk.unreadable``, ``risk.no_column``, ``risk.bad_cell``, ``risk.no_events``.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.reader(lines)
            header = [name.strip() for name in next(reader, [])]
            places = {name: _place(file, header, name) for name in (*FACTORS, LABEL)}
            events = [_event(file, reader.line_num, row, places, len(header)) for row in reader if any(row)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise GuitaiError("risk.unreadable", path=file, reason=str(error)) from error
    if not events:
        raise GuitaiError("risk.no_events", path=file)
    return events


def _place(file: Path, header: list[str], name: str) -> int:
    if header.count(name) != 1:
        how = "no" if name not in header else "more than one"
        raise GuitaiError("risk.no_column", path=file, how=how, column=name)
    return header.index(name)


def _event(file: Path, line: int, row: list[str], places: dict[str, int], width: int) -> LabelledEvent:
    if len(row) != width:
        column = "(row)" if len(row) > width else next((n for n, at in places.items() if at >= len(row)), "(row)")
        _refuse(file, line, column, f"the row has {len(row)} cells, the header {width}")
    label = row[places[LABEL]].strip()
    if label not in ("0", "1"):
        _refuse(file, line, LABEL, f"{label[:MOST_CHARS]!r} is not 0 or 1")
    r = {name: _r(file, line, name, row[places[name]].strip()) for name in FACTORS}
    return LabelledEvent(line, r, label == "1")


def _r(file: Path, line: int, column: str, cell: str) -> Decimal:
    try:
        value = Decimal(cell) if len(cell) <= MOST_CHARS and cell.isascii() and "_" not in cell else None
    except InvalidOperation:
        value = None
    if value is None or not value.is_finite():
        _refuse(file, line, column, f"{cell[:MOST_CHARS]!r} is not a number")
    if not 0 <= value <= HUNDRED:
        _refuse(file, line, column, f"{cell} is outside 0 to 100")
    return value


def _refuse(file: Path, line: int, column: str, reason: str) -> NoReturn:
    raise GuitaiError("risk.bad_cell", path=file, line=line, column=column, reason=reason)

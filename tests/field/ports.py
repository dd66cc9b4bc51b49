"""Which ports a kiosk listens at, and which ones docs/field.md says it does."""

from __future__ import annotations

import re
from pathlib import Path

from tests.field.machine import Machine

DOCS = Path(__file__).parents[2] / "docs" / "field.md"
ROW = re.compile(r"^\| (tcp|udp) \| `([^`]+)` \|", re.MULTILINE)


def documented() -> set[tuple[str, str]]:
    """Return the table of docs/field.md: protocol and ADDRESS:PORT."""
    return set(ROW.findall(DOCS.read_text(encoding="utf-8")))


def listening(machine: Machine) -> set[tuple[str, str]]:
    """Return every port that anything on the machine listens at, of any address."""
    rows = [line.split() for line in machine.run("ss -Hltun").stdout.splitlines()]
    return {(row[0], row[4]) for row in rows}

"""What the self-test found, row by row; the certificate of acceptance is drawn from it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Level = Literal["ok", "attention", "stop", "absent"]
"""Absent: nothing of the kind is configured, so nothing was tested."""

WORST: dict[Level, int] = {"stop": 0, "attention": 1, "ok": 2, "absent": 3}


@dataclass(frozen=True, slots=True)
class Row:
    """One part of the kiosk."""

    part: str
    level: Level
    says: str
    then: str = ""
    """What to do, if it is not well."""


@dataclass(frozen=True, slots=True)
class Report:
    """One self-test."""

    kiosk: str
    branch: str
    at_ms: int
    software: str
    serial: str
    """Of the kiosk's certificate."""

    certificate_ends: str
    journal_key: str
    """Where it is."""

    rows: tuple[Row, ...]

    @property
    def passed(self) -> bool:
        """Whether customers can be served: nothing stops them."""
        return not any(row.level == "stop" for row in self.rows)

    def data(self) -> dict[str, Any]:
        """Return plain data."""
        return {**asdict(self), "rows": [asdict(row) for row in self.rows], "passed": self.passed}

"""Recordings that kiosks uploaded, for those who may look. What they hold stays encrypted here; the bank's key opens it elsewhere."""

from __future__ import annotations

from typing import Any

import orjson

from guitai.errors import GuitaiError
from headquarters.console.overseen import RecordingOut, RecordingViewOut
from headquarters.console.people import Person
from headquarters.engine import Engine
from headquarters.uploads.store import SCHEMA

_SELECT = (
    "SELECT p.*, (SELECT MAX(s.branch) FROM sessions s WHERE s.kiosk = p.kiosk) AS branch FROM packages p "
    "WHERE p.kind = 'recording' "
)


class Recordings:
    """The packages of kind recording. Raises GuitaiError ``hq.no_recording``, also for branches out of scope."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        engine.executescript(SCHEMA)

    def all(self, who: Person, limit: int) -> list[RecordingOut]:
        """Return the latest, newest first."""
        rows = self._engine.execute(_SELECT + "ORDER BY p.at_ms DESC, p.kiosk, p.name LIMIT ?", (limit,))
        return [RecordingOut(**_plain(row)) for row in rows if who.sees(row["branch"] or "")]

    def one(self, id_: str, who: Person) -> RecordingViewOut:
        """Return one with its manifest."""
        kiosk, name = id_.split(":", 1)
        row = self._engine.execute(_SELECT + "AND p.kiosk = ? AND p.name = ?", (kiosk, name)).fetchone()
        if row is None or not who.sees(row["branch"] or ""):
            raise GuitaiError("hq.no_recording", recording=id_)
        return RecordingViewOut(**_plain(row), manifest=orjson.loads(row["manifest"]))


def _plain(row: Any) -> dict[str, Any]:
    return {
        "id": f"{row['kiosk']}:{row['name']}", "kiosk": row["kiosk"], "branch": row["branch"] or "", "name": row["name"],
        "at_ms": row["at_ms"], "sha256": row["sha256"], "chunks": len(orjson.loads(row["chunks"])),
    }  # fmt: skip

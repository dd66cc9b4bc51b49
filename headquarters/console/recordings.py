"""Recordings that kiosks uploaded, for those who may look. What they hold stays encrypted here; the bank's key opens it elsewhere."""

from __future__ import annotations

from itertools import islice
from typing import Any

import orjson

from guitai.errors import GuitaiError
from headquarters.console.overseen import RecordingOut, RecordingViewOut
from headquarters.console.people import Person
from headquarters.engine import Engine
from headquarters.uploads.store import SCHEMA

_SELECT = "SELECT kiosk, name, at_ms, sha256, chunks{more} FROM packages WHERE kind = 'recording' "


class Recordings:
    """The packages of kind recording. Each belongs to the branch in which its session was, wherever the kiosk is now.

    Raises GuitaiError ``hq.no_recording``, also for branches out of scope.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        engine.executescript(SCHEMA)

    def all(self, who: Person, limit: int) -> list[RecordingOut]:
        """Return the latest in scope, newest first."""
        rows = self._engine.execute(_SELECT.format(more="") + "ORDER BY at_ms DESC, kiosk, name").fetchall()
        placed = ((row, self._branch(row)) for row in rows)
        seen = ((row, branch) for row, branch in placed if who.sees(branch))
        return [RecordingOut(**_plain(row, branch)) for row, branch in islice(seen, limit)]

    def one(self, id_: str, who: Person) -> RecordingViewOut:
        """Return one with its manifest."""
        kiosk, name = id_.split(":", 1)
        statement = _SELECT.format(more=", manifest") + "AND kiosk = ? AND name = ?"
        row = self._engine.execute(statement, (kiosk, name)).fetchone()
        if row is None or not who.sees(branch := self._branch(row)):
            raise GuitaiError("hq.no_recording", recording=id_)
        return RecordingViewOut(**_plain(row, branch), manifest=orjson.loads(row["manifest"]))

    def _branch(self, row: Any) -> str:
        """Return the branch of a recording's session, whose id its name begins with; empty while no event of it is here."""
        parts = row["name"].split("-")
        names = ["-".join(parts[:n]) for n in range(1, len(parts))]
        found = self._engine.execute(
            f"SELECT branch FROM sessions WHERE kiosk = ? AND session_id IN ({', '.join('?' * len(names))}) "  # noqa: S608 - placeholders
            "ORDER BY LENGTH(session_id) DESC LIMIT 1",
            (row["kiosk"], *names),
        ).fetchone() if names else None  # fmt: skip
        return found["branch"] if found is not None else ""


def _plain(row: Any, branch: str) -> dict[str, Any]:
    return {
        "id": f"{row['kiosk']}:{row['name']}", "kiosk": row["kiosk"], "branch": branch, "name": row["name"],
        "at_ms": row["at_ms"], "sha256": row["sha256"], "chunks": len(orjson.loads(row["chunks"])),
    }  # fmt: skip

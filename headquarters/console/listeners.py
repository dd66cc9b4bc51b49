"""Who listens in: a line of the database for each, good for as long as their console says so."""

from __future__ import annotations

from headquarters.console.people import Person
from headquarters.engine import Engine

SILENT_MS = 15_000
"""Without a word of their console for so long nobody listens any more."""


class Listeners:
    """The table `console_listeners`; `at_ms` is when the console was heard last."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def came(self, call_id: str, who: Person, now_ms: int) -> None:
        """Somebody begins to listen; written before the kiosk is told, so that it is never forgotten there."""
        self._engine.execute(
            "INSERT INTO console_listeners VALUES(?, ?, ?, ?) ON CONFLICT(escalation_id, person_id) DO UPDATE SET "
            "at_ms = excluded.at_ms",
            (call_id, who.id, who.name, now_ms),
        )

    def beat(self, call_id: str, who: Person, now_ms: int) -> bool:
        """Their console is there; False: they do not listen."""
        heard = self._engine.execute(
            "UPDATE console_listeners SET at_ms = ? WHERE escalation_id = ? AND person_id = ? AND at_ms > ?",
            (now_ms, call_id, who.id, now_ms - SILENT_MS),
        )
        return heard.rowcount > 0

    def stops(self, call_id: str, who: Person) -> None:
        """They listen no more; the line stays until the kiosk has heard it."""
        self._engine.execute(
            "UPDATE console_listeners SET at_ms = 0 WHERE escalation_id = ? AND person_id = ?", (call_id, who.id)
        )

    def left(self, call_id: str, person_id: str) -> None:
        """The kiosk shows them no more."""
        self._engine.execute(
            "DELETE FROM console_listeners WHERE escalation_id = ? AND person_id = ?", (call_id, person_id)
        )

    def listens(self, call_id: str, who: Person, now_ms: int) -> bool:
        """Tell whether somebody listens in."""
        found = self._engine.execute(
            "SELECT 1 FROM console_listeners WHERE escalation_id = ? AND person_id = ? AND at_ms > ?",
            (call_id, who.id, now_ms - SILENT_MS),
        )
        return found.fetchone() is not None

    def gone(self, now_ms: int) -> list[tuple[str, str]]:
        """Return call and person of all whose console is gone."""
        rows = self._engine.execute(
            "SELECT escalation_id, person_id FROM console_listeners WHERE at_ms <= ?", (now_ms - SILENT_MS,)
        )
        return [(row["escalation_id"], row["person_id"]) for row in rows.fetchall()]

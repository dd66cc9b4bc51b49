"""Notes that colleagues leave at a call: long numbers masked, encrypted as everything personal is."""

from __future__ import annotations

from guitai.clock import Clock
from guitai.messages.masking import mask_text
from headquarters.console.calls import Call
from headquarters.console.people import Person
from headquarters.console.shown import NoteOut
from headquarters.engine import Engine


class Notes:
    """The table `console_notes`."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def add(self, call: Call, who: Person, text: str) -> NoteOut:
        """Keep a note."""
        note = NoteOut(at_ms=self._clock.unix_ms(), who=who.name, text=mask_text(text))
        with self._engine.transaction():
            self._engine.lock([call.id])
            n = self._engine.execute(
                "SELECT COUNT(*) AS n FROM console_notes WHERE escalation_id = ?", (call.id,)
            ).fetchone()["n"]
            sealed = self._engine.sealing.whole(call.kiosk, _place(call, n + 1), note.at_ms, {"text": note.text})
            self._engine.execute(
                "INSERT INTO console_notes VALUES(?, ?, ?, ?, ?)", (call.id, n + 1, note.at_ms, note.who, sealed)
            )
        return note

    def of(self, call: Call) -> list[NoteOut]:
        """Return a call's notes, oldest first; without words once their time is over."""
        rows = self._engine.execute(
            "SELECT n, at_ms, who, text FROM console_notes WHERE escalation_id = ? ORDER BY n", (call.id,)
        )
        opened = self._engine.sealing.open
        return [
            NoteOut(
                at_ms=row["at_ms"], who=row["who"],
                text=str(opened(call.kiosk, _place(call, row["n"]), row["text"]).get("text", "")),
            )
            for row in rows
        ]  # fmt: skip


def _place(call: Call, n: int) -> str:
    return f"{call.id} note {n}"

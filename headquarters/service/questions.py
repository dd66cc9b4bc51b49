"""Questions that found no answer: the table knowledge staff read, cluster and label."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import orjson

from guitai.clock import Clock
from guitai.dialogue.data import filing
from guitai.errors import GuitaiError
from guitai.messages.service import Unanswered
from headquarters import scope
from headquarters.engine import Engine
from headquarters.service.tables import question_text

DIALOG = frozenset(
    {"affirm", "cancel", "chitchat", "deny", "greet", "human_agent", "out_of_scope", "repeat_back", "thanks_bye"}
)
"""Intents of the dialogue itself: no errand, never filed, but a sentence may be labelled with them."""

LABELS = DIALOG | {intent for one in filing().types.values() for intent in one.intents}


class Questions:
    """The questions in headquarters' store."""

    def __init__(self, connection: Engine, clock: Clock) -> None:
        self._connection, self._clock = connection, clock

    def all(
        self, why: Unanswered | None, since_ms: int, limit: int, branches: Collection[str] = ()
    ) -> list[dict[str, Any]]:
        """Return questions, newest first; `intents` as [name, probability] pairs, best first. With branches named, of these only."""
        here, values = scope.within(branches)
        rows = self._connection.execute(
            "SELECT * FROM unanswered_questions WHERE (CAST(? AS TEXT) IS NULL OR why = ?) AND at_ms >= ? "  # noqa: S608 - placeholders
            f"AND {here} ORDER BY at_ms DESC, kiosk, id LIMIT ?",
            (why, why, since_ms, *values, limit),
        )
        return [self._opened(row) for row in rows]

    def label(self, kiosk: str, id_: str, intent: str, who: str, branches: Collection[str] = ()) -> dict[str, Any]:
        """Say what a question meant; a later label replaces it. Raises ``hq.no_question``, ``hq.no_intent``."""
        here, values = scope.within(branches)
        if intent not in LABELS:
            raise GuitaiError("hq.no_intent", intent=intent)
        changed = self._connection.execute(
            "UPDATE unanswered_questions SET label = ?, labelled_by = ?, labelled_ms = ? "  # noqa: S608 - placeholders
            f"WHERE kiosk = ? AND id = ? AND {here}",
            (intent, who, self._clock.unix_ms(), kiosk, id_, *values),
        )
        if changed.rowcount == 0:
            raise GuitaiError("hq.no_question", question=id_)
        row = self._connection.execute(
            "SELECT * FROM unanswered_questions WHERE kiosk = ? AND id = ?", (kiosk, id_)
        ).fetchone()
        return self._opened(row)

    def _opened(self, row: Any) -> dict[str, Any]:
        return {**dict(row), "text": question_text(self._connection, row), "intents": orjson.loads(row["intents"])}

"""Core as a scenario sees it: the real daemon, watched, and ears that understand the script's words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from guitai.episodes.core import Core, SilentVoice, WatchedDaemon, WatchedJournal
from guitai.messages.risk import Factor
from guitai.messages.session import Occurred
from guitai.messages.sync import OutboxRow
from guitai.messages.view import View
from guitai.messages.voice import CustomerSaid
from guitai.scenarios.watch import Stepped, Watch

Understand = Callable[[str], CustomerSaid]


def watched_core(watch: Watch, understand: Understand, r: tuple[tuple[Factor, int], ...]) -> type[Core]:
    """Return the kind of core whose every step and screen `watch` sees, and whose typed words go through `understand`.

    `r`, if there is any, takes the place of the six risk factors (hundredths).
    """

    class Journal(WatchedJournal):
        last: Stepped | None = None

        def append(self, session_id: str, occurred: Occurred, effects: Any) -> tuple[OutboxRow, ...]:
            rows = super().append(session_id, occurred, effects)
            self.last = watch.stepped(session_id, occurred.event, effects)
            return rows

    class Daemon(WatchedDaemon):
        async def _step(self, event: object) -> None:
            await super()._step(event)
            journal = self._journal
            if isinstance(journal, Journal) and journal.last is not None and journal.last.event is not None:
                journal.last.state = self._state

        async def _show(self) -> None:
            await super()._show()
            shown: View | None = self._server.shown
            if shown is not None:
                watch.shown(shown)

    class Voice(SilentVoice):
        async def understand(self, text: str) -> CustomerSaid:
            return understand(text)

    class Watched(Core):
        journal_kind = Journal
        daemon_kind = Daemon
        voice_kind = Voice
        given_r = r

    return Watched

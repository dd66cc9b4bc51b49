"""Loose ends of closed sessions: what the disk does not take now is asked about again, and ends nothing."""

from __future__ import annotations

import asyncio

from guitai.errors import GuitaiError
from guitai.journal import Unfinished
from guitai.messages.bank import AskTransfer, PostTransfer, TransferOutcome
from guitai.messages.session import Occurred
from guitai.money import Fen
from guitai.shell.leftovers import Leftovers

POST = PostTransfer("t1", "tok", "张伟", "ref", Fen(500_000), "now", "k3")


class Full:
    """A journal on a disk that is full at the first try."""

    def __init__(self) -> None:
        self.tries, self.written = 0, asyncio.Event()

    def loose_ends(self) -> tuple[tuple[str, Unfinished], ...]:
        return () if self.written.is_set() else (("s1", Unfinished("t1", POST)),)

    def next_seq(self, _session_id: str) -> int:
        return 7

    def append(self, session_id: str, occurred: Occurred, _effects: tuple[object, ...]) -> None:
        self.tries += 1
        if self.tries == 1:
            raise GuitaiError("journal.disk_full", path="journal.db")
        assert (session_id, occurred) == ("s1", Occurred(7, 1, TransferOutcome("t1", "posted")))
        self.written.set()


class Host:
    def __init__(self) -> None:
        self.asked: list[object] = []
        self.heard = asyncio.Event()

    async def ask_transfer(self, ask: AskTransfer) -> TransferOutcome:
        self.asked.append(ask)
        self.heard.set()
        return TransferOutcome("t1", "posted")


class Clock:
    def unix_ms(self) -> int:
        return 1


async def test_a_full_disk_leaves_the_end_loose_until_the_next_look() -> None:
    journal, host = Full(), Host()
    leftovers = Leftovers(journal, host, Clock())  # type: ignore[arg-type]  # all of them that it uses
    running = asyncio.create_task(leftovers.run())
    try:
        leftovers.look()
        await asyncio.wait_for(host.heard.wait(), 60)
        leftovers.look()
        waits = asyncio.create_task(journal.written.wait())
        done, _ = await asyncio.wait({running, waits}, timeout=60, return_when=asyncio.FIRST_COMPLETED)
        assert done == {waits}
        assert host.asked == [AskTransfer("t1")] * 2
    finally:
        running.cancel()

"""Tells every open console that something is new; a slow one is dropped, it will load everything when it returns."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

QUEUE = 200
Topic = Literal["queue", "escalation", "approval", "fleet", "transcript"]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something is new; the console loads again what it shows of it."""

    topic: Topic
    id: str
    """Of the escalation, the approval, or the kiosk."""

    branch: str
    """Only consoles that may see this branch are told."""


Wanted = Callable[[Notice], bool]


class Live:
    """A fan-out of small notices."""

    def __init__(self) -> None:
        self._listeners: dict[asyncio.Queue[Notice | None], Wanted] = {}
        self._open: Counter[str] = Counter()

    def lines(self, person_id: str) -> int:
        """Return how many of a person's listen."""
        return self._open[person_id]

    @contextmanager
    def listen(self, wanted: Wanted, person_id: str = "") -> Iterator[asyncio.Queue[Notice | None]]:
        """Receive the notices one may have while the block runs; None means that this listener was too slow."""
        queue: asyncio.Queue[Notice | None] = asyncio.Queue(QUEUE)
        self._listeners[queue] = wanted
        self._open[person_id] += 1
        try:
            yield queue
        finally:
            self._listeners.pop(queue, None)
            self._open[person_id] -= 1
            self._open += Counter()  # nobody who has gone stays in it

    def tell(self, notice: Notice) -> None:
        """Send a notice to all who may have it."""
        for queue, wanted in list(self._listeners.items()):
            if not wanted(notice):
                continue
            if queue.qsize() == QUEUE - 1:
                queue.put_nowait(None)
                self._listeners.pop(queue, None)
            else:
                queue.put_nowait(notice)

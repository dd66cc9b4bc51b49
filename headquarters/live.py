"""Tells every open console that something is new; a slow one is dropped, it will load everything when it returns."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

QUEUE = 200


class Live:
    """A fan-out of small notices."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[dict[str, Any] | None]] = set()

    @contextmanager
    def listen(self) -> Iterator[asyncio.Queue[dict[str, Any] | None]]:
        """Receive notices while the block runs; None means that this listener was too slow."""
        queue: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue(QUEUE)
        self._listeners.add(queue)
        try:
            yield queue
        finally:
            self._listeners.discard(queue)

    def tell(self, notice: dict[str, Any]) -> None:
        """Send a notice to all."""
        for queue in list(self._listeners):
            if queue.qsize() == QUEUE - 1:
                queue.put_nowait(None)
                self._listeners.discard(queue)
            else:
                queue.put_nowait(notice)

"""Keeps the camera ring filled: opens the source, opens it again with back-off when it fails, changes it on request."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from firmware_bridge.camera.names import shown
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.messages.device import DeviceState
from guitai.tables import RINGS
from guitai.wire.rings import RingWriter, next_picture, picture_ring

if TYPE_CHECKING:
    from firmware_bridge.camera.source import Source

log = structlog.get_logger()

FIRST_RETRY_S = 0.5
LAST_RETRY_S = 30.0
JOIN_S = 5.0
"""A device that hangs may keep its read for some seconds; the thread is a daemon, so stopping goes on."""


@dataclass(frozen=True, slots=True)
class _Order:
    """What shall be shown."""

    source: str
    then: str | None
    """The film that follows when `source` has ended; None plays `source` round and round."""


class Camera:
    """Puts pictures of the configured source into the camera ring.

    Source ``none`` makes no ring; a ring that is there stays as it is, and readers see that it no longer grows. `tell`
    gets each change between pictures and none, from the capturing thread.
    """

    def __init__(self, config: Config, tell: Callable[[DeviceState], None] = lambda _: None) -> None:
        self._config = config.camera
        self._on_state = tell
        self._told: tuple[bool, str] | None = None
        self._path = config.paths.run / RINGS["camera"]
        self._order = _Order(config.camera.source, None)
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._stopping = False
        self._ring: RingWriter | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Capture in a thread of its own until `stop` is set. A source that fails is logged and tried again."""
        thread = threading.Thread(target=self._work, name="camera", daemon=True)
        thread.start()
        try:
            await stop.wait()
        finally:
            self._stopping = True
            self._wake.set()
            await asyncio.to_thread(thread.join, JOIN_S)

    def switch(self, source: str, then: str | None = None) -> None:
        """Show another source from now on, without a new ring; a film's end leads over to `then` if given."""
        with self._lock:
            self._order = _Order(source, then)
        self._wake.set()

    def _work(self) -> None:
        retry_s = FIRST_RETRY_S
        while True:
            self._wake.clear()
            if self._stopping:
                break
            order = self._order
            shown_before = self._shown()
            try:
                self._show(order)
                retry_s = FIRST_RETRY_S
            except GuitaiError as error:
                if self._shown() > shown_before:
                    retry_s = FIRST_RETRY_S
                log.warning("camera failed", reason=error.english(), code=error.code, retry_s=retry_s)
                self._tell(False, error.code)
                self._wake.wait(retry_s)
                retry_s = min(2 * retry_s, LAST_RETRY_S)
        if self._ring is not None:
            self._ring.close()

    def _show(self, order: _Order) -> None:
        """Show the source until something else is wanted. Raises GuitaiError when it fails."""
        if order.source == "none":
            self._wake.wait()
            return
        import cv2  # takes half a second, and nobody waits for pictures as for the devices

        from firmware_bridge.camera.source import Source

        cv2.setNumThreads(1)
        source = Source(order.source, self._config, lambda seconds: self._wake.wait(max(seconds, 0.0)))
        log.info("camera source opened", source=shown(order.source))
        try:
            while self._play(source):
                if order.then is not None:
                    self._go_on(order)
                    return
                source.rewind()
        except cv2.error as error:  # what a back end raises instead of saying no
            raise GuitaiError("camera.stopped", source=source.name) from error
        finally:
            source.close()

    def _play(self, source: Source) -> bool:
        """Put pictures into the ring to the film's end; False when something else is wanted."""
        before = self._shown()
        while not self._wake.is_set():
            if not source.next():
                # only a film may end, and one without a single picture would be rewound for ever
                if source.named.endless or self._shown() == before:
                    raise GuitaiError("camera.stopped", source=source.name)
                return True
            self._put(source)
        return False

    def _put(self, source: Source) -> None:
        if self._ring is None:
            try:
                self._ring = picture_ring(self._path, self._config.width, self._config.height)
            except OSError as error:
                raise GuitaiError("camera.no_ring", path=self._path, reason=error.strerror) from error
        if not source.fill(next_picture(self._ring)):
            raise GuitaiError("camera.stopped", source=source.name)
        self._ring.publish(time.monotonic_ns())
        self._tell(True, "")

    def _go_on(self, ended: _Order) -> None:
        """Turn to the film that follows, unless another order came meanwhile."""
        with self._lock:
            if self._order is ended:
                self._order = _Order(ended.then or "none", None)

    def _tell(self, usable: bool, code: str) -> None:
        if self._told != (usable, code):
            self._told = (usable, code)
            self._on_state(DeviceState("camera", usable, code))

    def _shown(self) -> int:
        return 0 if self._ring is None else self._ring.count

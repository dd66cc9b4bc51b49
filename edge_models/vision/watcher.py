"""Looks at the camera ring as often as it is worth it, in a thread of its own, and tells the edges."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from edge_models.vision.checks import Command
from edge_models.vision.looks import Look
from edge_models.vision.smoothing import FaceEvent, State, forget_expression, observe
from guitai.clock import Clock
from guitai.errors import GuitaiError
from guitai.messages.face import CustomerLeft
from guitai.systemd import notify
from guitai.wire.rings import Picture, RingReader, picture

IDLE_FPS = 2.0
"""Looks per second while nobody is there."""
CHECK_FPS = 15.0
"""Looks per second during a check: a blink lasts 150 ms and more."""
STALE_NS = 1_000_000_000
"""A ring without a new picture for so long has no camera behind it."""
AWAKE_NS = 2_000_000_000
"""After the last face, looks stay frequent for so long."""

Tell = Callable[[State, tuple[FaceEvent, ...]], None]


class Looker(Protocol):
    """What the watcher needs of `edge_models.vision.eyes.Eyes`."""

    def look(self, picture: Picture, at_ns: int, with_expression: bool) -> Look:
        """Return what a picture shows."""
        ...


class Checker(Protocol):
    """What the watcher needs of `edge_models.vision.checks.Checks`."""

    @property
    def busy(self) -> bool:
        """Return whether each picture counts just now."""
        ...

    def command(self, command: Command) -> None:
        """Take a command from any thread."""
        ...

    def see(self, picture: Picture | None, look: Look | None) -> None:
        """Go on with the newest picture, if there is one."""
        ...

    def forget(self) -> None:
        """Overwrite every template."""
        ...


class Watcher:
    """Reads the newest picture, has it looked at, smooths, and calls `tell` with each edge (from its thread)."""

    def __init__(self, ring: Path, eyes: Looker, checks: Checker, detect_fps: int, clock: Clock, tell: Tell) -> None:
        self._path, self._eyes, self._checks, self._clock, self._tell = ring, eyes, checks, clock, tell
        self._busy_s = 1 / detect_fps
        self._idle_s = max(1 / IDLE_FPS, self._busy_s)
        self._stop, self._woken = threading.Event(), threading.Event()
        self._reader: RingReader | None = None
        self._number = -1
        self._picture_ns = clock.monotonic_ns()
        self._face_ns: int | None = None
        self._state = State()
        self.consent = False
        """Whether the expression may be read. Ends by itself when the customer leaves."""

    def run(self) -> None:
        """Look until `stop`; then forget whom it saw."""
        try:
            while not self._stop.is_set():
                began_ns = self._clock.monotonic_ns()
                self.round()
                notify("WATCHDOG=1")
                took_s = (self._clock.monotonic_ns() - began_ns) / 1e9
                self._woken.wait(max(0.0, self._period_s() - took_s))
                self._woken.clear()
        finally:
            self._checks.forget()

    def stop(self) -> None:
        """End `run` after the round it is in."""
        self._stop.set()
        self._woken.set()

    def command(self, command: Command) -> None:
        """Hand a command to the checks, and look at once, from any thread."""
        self._checks.command(command)
        self._woken.set()

    def round(self) -> None:
        """Look once, if there is something new to see or nothing has come for too long."""
        seen, look = self._look()
        self._checks.see(seen, look)
        if look is None:
            return
        if not self.consent:
            self._state = forget_expression(self._state)
        if look.faces:
            self._face_ns = look.at_ns
        self._state, events = observe(self._state, look)
        if any(isinstance(event, CustomerLeft) for event in events):
            self.consent = False
            self._checks.forget()
        if events:
            self._tell(self._state, events)

    def _look(self) -> tuple[Picture | None, Look | None]:
        reader = self._opened()
        slot = None if reader is None else reader.borrow()
        now_ns = self._clock.monotonic_ns()
        if reader is not None and slot is not None and slot.number != self._number and now_ns - slot.at_ns < STALE_NS:
            self._number, self._picture_ns = slot.number, slot.at_ns
            seen = picture(slot, reader.shape)
            look = self._eyes.look(seen, slot.at_ns, self.consent)
            if look.faces:
                seen = seen.copy()  # the checks go on with it, and they take their time
            return (seen, look) if reader.whole(slot) else (None, None)
        return None, Look(now_ns, "missing") if now_ns - self._picture_ns >= STALE_NS else None

    def _opened(self) -> RingReader | None:
        """Return a reader of the ring that is there now; a devices process that started again made a new one."""
        if self._reader is not None and self._reader.renewed():
            self._reader.close()
            self._reader = None
        if self._reader is None:
            try:
                self._reader = RingReader(self._path)
            except GuitaiError:
                return None
            self._number = -1
        return self._reader

    def _period_s(self) -> float:
        if self._checks.busy:
            return 1 / CHECK_FPS
        awake = self._face_ns is not None and self._clock.monotonic_ns() - self._face_ns < AWAKE_NS
        return self._busy_s if awake or self._state.presence.on else self._idle_s

"""Watches core over its socket and waits, event by event, for what a script expects; never sleeps and hopes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from guitai.errors import GuitaiError
from guitai.shell.neighbour import Neighbour
from guitai.wire.framing import Frame
from guitai.wire.sockets import FrameStream

WAIT_S = 30.0
REDRAW_S = 0.3


class Observer:
    """Everything core did since the script began, and a way to wait for more."""

    def __init__(self, path: Path, patience_s: float = WAIT_S) -> None:
        self._patience_s = patience_s
        self.steps: list[dict[str, Any]] = []
        self.traces: list[dict[str, Any]] = []
        self.shown: list[dict[str, Any]] = []
        self.lines: list[bool] = []
        self.present = False
        self.sounds: set[str] = set()
        self.lanes: dict[str, int] | None = None
        self._changed = asyncio.Condition()
        self._up = asyncio.Event()
        self._neighbour = Neighbour("core", path, self._frame, self._hello, self._up.clear)
        self._task: asyncio.Task[None] | None = None
        self._notices: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Connect and stay connected."""
        self._task = asyncio.create_task(self._neighbour.run())
        await asyncio.wait_for(self._up.wait(), self._patience_s)

    async def stop(self) -> None:
        """Disconnect."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def say(self, text: str) -> None:
        """Type words in place of speaking them."""
        await self._neighbour.send("say", text=text)

    async def until(self, what: str, found: Callable[[], bool], timeout_s: float | None = None) -> None:
        """Wait until `found()` is true. Raises GuitaiError ``demo.expectation`` naming `what` did not come."""
        timeout_s = self._patience_s if timeout_s is None else timeout_s
        try:
            async with asyncio.timeout(timeout_s), self._changed:
                await self._changed.wait_for(found)
        except TimeoutError as error:
            last = self.steps[-1] if self.steps else {}
            seen = f"stage {last.get('stage')}, last event {last.get('event', {}).get('type')}"
            raise GuitaiError("demo.expectation", what=f"Waited {timeout_s:.0f} s for {what}; {seen}.") from error

    async def stage(self, *stages: str, timeout_s: float | None = None) -> None:
        """Wait until the session is in one of these stages."""
        await self.until(f"stage {' or '.join(stages)}", lambda: self.current_stage in stages, timeout_s)

    async def event(self, type_: str, since: int = 0, timeout_s: float | None = None, **fields: Any) -> dict[str, Any]:
        """Wait for an event of a type, with these fields, among the steps from number `since` on; return it."""

        def match() -> dict[str, Any] | None:
            for step in self.steps[since:]:
                event: dict[str, Any] = step["event"]
                if event["type"] == type_ and all(event.get(key) == value for key, value in fields.items()):
                    return event
            return None

        await self.until(f"event {type_} {fields or ''}", lambda: match() is not None, timeout_s)
        return match() or {}

    async def listen(self, patience_s: float) -> None:
        """Hear the kiosk begin to speak, and listen for a while; an impatient customer does not hear it out."""
        await self.until("the first sound", lambda: self._is_quiet() or self._last_speak() in self.sounds)
        with contextlib.suppress(GuitaiError):
            await self.until("silence", self._is_quiet, patience_s)

    def _last_speak(self) -> str:
        return next(
            (e["speak_id"] for s in reversed(self.steps) for e in s["effects"] if e["type"] == "voice.speak"), ""
        )

    def _is_quiet(self) -> bool:
        last = self._last_speak()
        return not last or any(
            s["event"].get("speak_id") == last for s in self.steps if s["event"]["type"] == "voice.spoken"
        )

    async def until_offline(self) -> None:
        """Wait until core has noticed that the bank host is away."""
        await self.until("the line to be down", lambda: bool(self.lines) and not self.lines[-1])

    async def counts(self) -> dict[str, int]:
        """Return how many events each lane has carried since the kiosk began."""
        self.lanes = None
        await self._neighbour.send("counts")
        await self.until("the lanes' lengths", lambda: self.lanes is not None)
        return self.lanes or {}

    async def redraw(self) -> None:
        """Wait until the window has drawn something new, a moment at most."""
        count = len(self.shown)
        with contextlib.suppress(GuitaiError):
            await self.until("a new picture", lambda: len(self.shown) > count, REDRAW_S)

    def effects(self, type_: str, since: int = 0) -> list[dict[str, Any]]:
        """Return the effects of a type from step `since` on."""
        return [effect for step in self.steps[since:] for effect in step["effects"] if effect["type"] == type_]

    @property
    def current_stage(self) -> str:
        """The session's stage after the last step."""
        return str(self.steps[-1]["stage"]) if self.steps else "idle"

    async def _hello(self, stream: FrameStream) -> None:
        await stream.send("hello", role="observer")
        self._up.set()

    def _frame(self, frame: Frame) -> None:
        table = {"step": self.steps, "shown": self.shown}.get(frame.type)
        if table is not None:
            table.append(frame.data)
        elif frame.type == "line":
            self.lines.append(bool(frame.data["online"]))
        elif frame.type == "sounded":
            self.sounds.add(str(frame.data["speak_id"]))
            if frame.data.get("trace") is not None:
                self.traces.append(frame.data["trace"])
        elif frame.type == "presence":
            self.present = bool(frame.data["present"])
        elif frame.type == "counts":
            self.lanes = dict(frame.data["lanes"])
        task = asyncio.get_running_loop().create_task(self._notice())
        self._notices.add(task)
        task.add_done_callback(self._notices.discard)

    async def _notice(self) -> None:
        async with self._changed:
            self._changed.notify_all()

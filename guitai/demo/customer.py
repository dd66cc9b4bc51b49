"""A scripted customer with a body: stands before the camera, speaks into the microphone, presses real pixels, has hands."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass
from pathlib import Path

from firmware_bridge.simulator.film import THEN
from firmware_bridge.simulator.hands import Hands
from guitai.demo.observer import Observer
from guitai.demo.voices import Line
from guitai.errors import GuitaiError
from guitai.wire.framing import Frame
from guitai.wire.sockets import connect

WINDOW_S = 15.0
PATIENCE_S = 1.0
"""How long an impatient customer listens before acting; speaking over the kiosk hushes it."""

CLICK_S = "0.08"
"""Between two presses, in xdotool's seconds."""


@dataclass
class Customer:
    """Everything a person can do at the kiosk, through the same inputs a person uses."""

    observer: Observer
    hands: Hands
    window: Path
    display: str
    voices: Path
    films: dict[str, Path]

    async def stand(self, scene: str) -> None:
        """Let the camera see a film: ``approach``, ``stand``, ``leave``, ``empty``, ``companion``."""
        after = THEN.get(scene)
        await self.hands.camera(str(self.films[scene]), str(self.films[after]) if after else None)

    async def say(self, line: Line) -> None:
        """Listen to the kiosk for a moment, speak into the microphone, and wait until it has heard."""
        await self.observer.listen(PATIENCE_S)
        before = len(self.observer.steps)
        await self.hands.microphone(line.file(self.voices))
        await self.observer.until(
            f"the kiosk to hear “{line.text}”",
            lambda: any(s["event"]["type"] in ("voice.said", "voice.unclear") for s in self.observer.steps[before:]),
        )

    async def press(self, target: str) -> None:
        """Press a button of the window with the pointer, where it is really drawn."""
        (place,) = await self._places([target])
        await self._click([place])

    async def key_in(self, digits: str, *, done: bool = False) -> None:
        """Press the keys of the window's keypad one by one."""
        keys = [f"key:{digit}" for digit in digits] + (["key:done"] if done else [])
        await self._click(await self._places(keys))

    async def _click(self, places: list[tuple[int, int]]) -> None:
        words = [word for x, y in places for word in ("mousemove", str(x), str(y), "click", "1", "sleep", CLICK_S)]
        process = await asyncio.create_subprocess_exec("xdotool", *words, env={**os.environ, "DISPLAY": self.display})
        await process.wait()

    async def _places(self, targets: list[str]) -> list[tuple[int, int]]:
        """Return the middles of buttons once the window shows them all."""
        deadline = time.monotonic() + WINDOW_S
        while True:
            layout = await self._layout()
            boxes = layout.data.get("targets", {})
            if all(target in boxes for target in targets):
                return [(int(x + w / 2), int(y + h / 2)) for x, y, w, h in (boxes[target] for target in targets)]
            if time.monotonic() > deadline:
                offers = f"screen {layout.data.get('screen')} offers {', '.join(boxes)}"
                raise GuitaiError("demo.expectation", what=f"No button {' '.join(targets)} to press: {offers}.")
            await self.observer.redraw()

    async def _layout(self) -> Frame:
        """Return what the window shows; nothing while it is away and being restarted."""
        try:
            stream = await connect(self.window)
        except GuitaiError:
            return Frame("layout")
        try:
            await stream.send("layout")
            async for frame in stream:
                return frame
        except ConnectionError:
            pass
        finally:
            stream.close()
        return Frame("layout")

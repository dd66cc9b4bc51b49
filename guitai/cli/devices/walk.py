"""One device walked through its moves with a person: asks, waits, says what the device reported."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from rich.markup import escape

from firmware_bridge.client.link import Link, OnEvent
from firmware_bridge.protocol.client import Completed, Unsolicited
from firmware_bridge.words.book import of_ending
from guitai.cli.devices.keyboard import Keyboard
from guitai.cli.devices.paper import console, sign
from guitai.cli.devices.phrases import Phrases
from guitai.errors import GuitaiError

MOVE_S = 30.0
"""How long a device may take for a move that waits for nobody."""

Payload = Mapping[str, Any]


class Walk:
    """What the moves of every device need. `red` counts what went wrong."""

    def __init__(self, link: Link, commands: set[str], say: Phrases, keyboard: Keyboard, wait_s: float) -> None:
        self.link, self.say, self.wait_s = link, say, wait_s
        self.red = 0
        self._commands = commands
        self._keyboard = keyboard
        self._page = console()
        self._heard: list[Unsolicited] = []
        self._news = asyncio.Event()

    def hear(self, event: Unsolicited) -> None:
        """The device told something by itself."""
        self._heard.append(event)
        self._news.set()

    def offers(self, command: str) -> bool:
        """Whether the device knows a command."""
        return command in self._commands

    def tell(self, key: str, **params: object) -> None:
        """Say what to do."""
        self._page.print(f"[bold]→[/] {escape(self.say(f'exercise.{key}', **params))}")

    def good(self, key: str, **params: object) -> None:
        """Say what went well."""
        self._page.print(f"{sign('ok')} {escape(self.say(f'exercise.{key}', **params))}")

    def bad(self, key: str, **params: object) -> None:
        """Say what went wrong."""
        self.red += 1
        self._page.print(f"{sign('stop')} {escape(self.say(f'exercise.{key}', **params))}")

    def judge(self, holds: bool, good: str, bad: str) -> bool:
        """Say one of two things."""
        if holds:
            self.good(good)
        else:
            self.bad(bad)
        return holds

    async def yes(self, key: str, **params: object) -> bool:
        """Ask what only a person can see."""
        return await self._keyboard.yes(self.say(f"exercise.{key}", **params) + " [y/n] ")

    async def enter(self, key: str, **params: object) -> None:
        """Ask for something to be done and wait for the enter key."""
        await self._keyboard.ask(self.say(f"exercise.{key}", **params))

    async def do(
        self, command: str, payload: Payload | None = None, *, for_people: bool = False, on_event: OnEvent | None = None
    ) -> Completed | None:
        """Send a command and wait for its end; say what is wrong and return None when it fails."""
        limit_s = self.wait_s if for_people else MOVE_S
        try:
            async with asyncio.timeout(limit_s + MOVE_S):
                timeout_ms = int(limit_s * 1000) if for_people else 0
                begun = await self.link.begin(command, payload, timeout_ms=timeout_ms, on_event=on_event)
                done = await begun.done
        except TimeoutError:
            self.bad("no_end", command=command)
            return None
        except GuitaiError as error:
            self.bad("broken", reason=error.chinese() if self.say.language == "zh" else error.english())
            return None
        if done.ok:
            return done
        self._failed(done)
        return None

    async def event(self, name: str, good: str, bad: str) -> bool:
        """Wait for something the device tells by itself; what it told already counts."""
        return self.judge(await self._until(lambda: self._take(name)), good, bad)

    async def state(self, part: str, name: str, values: tuple[str, ...], good: str, bad: str) -> bool:
        """Wait until a property of the device's status has one of some values."""
        return self.judge(await self._until(lambda: self.value(part, name) in values), good, bad)

    def value(self, part: str, name: str) -> Any:
        """Return a property of the device's status."""
        return (self.link.status.get(part) or {}).get(name)

    def _take(self, name: str) -> bool:
        for event in self._heard:
            if event.name == name:
                self._heard.remove(event)
                return True
        return False

    async def _until(self, holds: Callable[[], bool]) -> bool:
        try:
            async with asyncio.timeout(self.wait_s):
                while not holds():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return False
        return True

    def _failed(self, done: Completed) -> None:
        sentence = of_ending(done.name, done.code, done.answer, self.link.interfaces)
        if sentence is None:
            self.bad("strange", answer=done.answer)
            return
        self.bad("failed", means=sentence.says(self.say.language), next=sentence.then(self.say.language))

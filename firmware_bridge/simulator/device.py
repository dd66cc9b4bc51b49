"""What all simulated machines have in common: a persisted state, watchers, lasting conditions, pace."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from firmware_bridge.simulator.faults import CONDITIONS, Faults
from firmware_bridge.store import StateFile


class Physical(Protocol):
    """What every machine's state has."""

    @property
    def condition(self) -> str:
        """A lasting condition of `faults.CONDITIONS`, or empty."""
        ...


P = TypeVar("P", bound=Physical)


class Device(Generic[P]):
    """One simulated machine. Subclasses move from state to state by `become`."""

    def __init__(self, name: str, folder: Path, fresh: P, pace_s: float = 0.0) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.name = name
        self.faults = Faults(name)
        self._pace_s = pace_s
        self._file = StateFile(folder / f"{name}.json", type(fresh))
        self._watchers: list[Callable[[P, P], None]] = []
        self._changed = asyncio.Event()
        self.state = self._file.load() or fresh
        self._file.save(self.state)

    def shown(self) -> dict[str, Any]:
        """Return the state as plain data, for people and tests."""
        data: dict[str, Any] = msgspec.to_builtins(self.state, str_keys=True)
        return data

    def watch(self, watcher: Callable[[P, P], None]) -> None:
        """Have `watcher` called with the old and the new state after every change."""
        self._watchers.append(watcher)

    async def until(self, ready: Callable[[P], bool]) -> None:
        """Wait until the state is as wanted."""
        while not ready(self.state):
            await self._changed.wait()

    def become(self, state: P, step: str = "") -> None:
        """Take the next state: on the disk first, then visible. Raises PowerCutError if armed for `step`."""
        old = self.state
        self._file.save(state)
        self.state = state
        if step:
            self.faults.step(step)
        self._wake()
        for watcher in self._watchers:
            watcher(old, state)

    def fault(self, kind: str) -> None:
        """Arm a fault or bring about a lasting condition. Raises GuitaiError ``device.unknown_fault``."""
        if kind in CONDITIONS[self.name]:
            self._set_condition(kind)
        else:
            self.faults.arm(kind)

    def clear_faults(self) -> None:
        """Disarm faults, end the lasting condition."""
        self.faults.clear()
        if self.state.condition:
            self._set_condition("")

    def _set_condition(self, condition: str) -> None:
        self.become(replace(self.state, condition=condition))  # type: ignore[type-var] # every state is a dataclass

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def _motion(self) -> None:
        await asyncio.sleep(self._pace_s)


class SlotDevice(Device[P]):
    """A machine with a slot that is open while somebody waits for something to be put in."""

    _waiting = 0

    @contextlib.contextmanager
    def open_slot(self) -> Iterator[None]:
        """Let something in while the block runs."""
        self._waiting += 1
        self._wake()
        try:
            yield
        finally:
            self._waiting -= 1

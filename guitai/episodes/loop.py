"""An event loop whose clock jumps to the next thing that happens: an hour of waiting costs nothing."""

from __future__ import annotations

import asyncio
import contextvars
import selectors
from collections.abc import Coroutine
from typing import Any

OWNER: contextvars.ContextVar[set[asyncio.Task[Any]] | None] = contextvars.ContextVar("owner", default=None)
"""The tasks of the simulated process that runs now; what a process starts belongs to it, too."""


class StandstillError(RuntimeError):
    """Nothing is ready and nothing is due: the episode would wait for ever."""


class DiedError(BaseException):
    """The simulated process was killed in the middle of this task. No handler may go on."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """Runs tasks as asyncio does; `time` is virtual and begins at 0."""

    def __init__(self) -> None:
        self._now_s = 0.0
        super().__init__(_Jump(self))
        self._clock_resolution = 1e-6
        self.set_task_factory(_own)

    def time(self) -> float:
        """Return virtual seconds."""
        return self._now_s

    def jump(self, seconds: float) -> None:
        """Let time pass."""
        self._now_s += seconds


def run(main: Coroutine[Any, Any, None], loop: VirtualLoop) -> None:
    """Run `main` to its end, then drop whatever else still runs."""
    try:
        loop.run_until_complete(main)
    finally:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.wait(left))
        for task in left:
            if not task.cancelled():
                task.exception()  # marks it as seen
        loop.close()


def context_of(tasks: set[asyncio.Task[Any]]) -> contextvars.Context:
    """Return the context of a new simulated process that owns `tasks`."""
    context = contextvars.copy_context()
    context.run(OWNER.set, tasks)
    return context


class _Jump(selectors.SelectSelector):
    """Never waits: a wait moves the loop's clock instead. No real descriptor is ever watched."""

    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[Any]:
        """Let `timeout` seconds pass at once."""
        if timeout is None:
            raise StandstillError("nothing is ready and nothing is due")
        if timeout > 0:
            self._loop.jump(timeout)
        return []


def _own(loop: asyncio.AbstractEventLoop, coro: Any, context: contextvars.Context | None = None) -> asyncio.Task[Any]:
    task: asyncio.Task[Any] = asyncio.Task(coro, loop=loop, context=context)
    owner = OWNER.get() if context is None else context.get(OWNER)
    if owner is not None:
        owner.add(task)
        task.add_done_callback(owner.discard)
    return task

"""The reader in a process of its own: it comes when a page is announced and goes when none has come for a while.

So its memory is given back whole, and a crash in it costs one page and nothing else.
"""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import msgspec

from edge_models.documents.child import LENGTH_BYTES
from guitai.errors import GuitaiError
from guitai.messages.document import TextLine

IDLE_S = 60.0
LIMIT_S = 25.0
"""A page that takes longer is given up."""

_PASSED_ON = frozenset({"vision.not_decoded"})
"""Codes without parameters that say something of the picture; all others are the reader's own trouble."""


class Worker:
    """Reads one page at a time. All methods belong to the event loop's thread."""

    def __init__(self, models: Path, idle_s: float = IDLE_S) -> None:
        self._models, self._idle_s = models, idle_s
        self._child: Process | None = None
        self._turn = asyncio.Lock()
        self._leave: asyncio.TimerHandle | None = None

    @property
    def pid(self) -> int | None:
        """The child's process id; None while there is none."""
        return None if self._child is None else self._child.pid

    async def warm_up(self) -> None:
        """Start the child, if it does not run: it loads while the picture is being taken."""
        async with self._turn:
            await self._started()
            self._rest()

    async def read(self, picture: bytes) -> tuple[TextLine, ...]:
        """Return the lines of an encoded picture.

        Raises:
            GuitaiError: ``vision.not_decoded`` or ``document.no_reader``.
        """
        async with self._turn:
            try:
                async with asyncio.timeout(LIMIT_S):
                    code, lines = await _ask(await self._started(), picture)
            except (OSError, EOFError, TimeoutError, msgspec.DecodeError) as error:
                self.close()
                raise GuitaiError("document.no_reader", reason=type(error).__name__) from error
            self._rest()
        if code:
            raise GuitaiError(code) if code in _PASSED_ON else GuitaiError("document.no_reader", reason=code)
        return lines

    def close(self) -> None:
        """End the child, whatever it is doing."""
        if self._leave is not None:
            self._leave.cancel()
        child, self._child = self._child, None
        if child is not None and child.returncode is None:
            child.kill()

    async def end(self) -> None:
        """End the child and wait for it."""
        child = self._child
        self.close()
        if child is not None:
            await child.wait()

    async def _started(self) -> Process:
        if self._leave is not None:
            self._leave.cancel()
        if self._child is None or self._child.returncode is not None:
            self._child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "edge_models.documents.child", str(self._models), stdin=PIPE, stdout=PIPE
            )
        return self._child

    def _rest(self) -> None:
        self._leave = asyncio.get_running_loop().call_later(self._idle_s, self.close)


async def _ask(child: Process, picture: bytes) -> tuple[str, tuple[TextLine, ...]]:
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(len(picture).to_bytes(LENGTH_BYTES) + picture)
    await child.stdin.drain()
    length = int.from_bytes(await child.stdout.readexactly(LENGTH_BYTES))
    answer = await child.stdout.readexactly(length)
    return msgspec.json.decode(answer, type=tuple[str, tuple[TextLine, ...]])

"""Driver of an ESC/POS receipt printer on a serial port or the network."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

from firmware_bridge.drivers import escpos_codec as codec
from firmware_bridge.drivers.driver import FIRST_RETRY_S, Driver
from firmware_bridge.drivers.lines import Line, open_line
from firmware_bridge.drivers.receipts import Paper
from guitai.errors import GuitaiError

BAUD = 19_200
ANSWER_S = 1.0
LOOK_S = 2.0
"""Between two looks at an idle printer."""

PRINT_S = 30.0
"""A receipt of 60 lines takes a slow printer about ten seconds."""


class EscposPrinter(Driver):
    """A `receipts.ReceiptPrinter` at ``serial:/dev/NAME[@BAUD]`` or ``tcp:HOST:PORT``."""

    def __init__(
        self, address: str, answer_s: float = ANSWER_S, look_s: float = LOOK_S, retry_s: float = FIRST_RETRY_S
    ) -> None:
        super().__init__("receipt printer", retry_s)
        self._address = address
        self._answer_s = answer_s
        self._look_s = look_s
        self._line: Line | None = None
        self._now: asyncio.Queue[int] = asyncio.Queue()
        self._done = asyncio.Event()
        self._turn = asyncio.Lock()
        self._paper: Paper = "unknown"

    @property
    def paper(self) -> Paper:
        """The paper as last reported."""
        return self._paper

    async def print(self, title: str, lines: Sequence[str]) -> None:
        """Print one receipt and cut. Raises as `receipts.ReceiptPrinter.print`."""
        async with self._turn:
            await self._look()
            self._demand()
            for piece in codec.receipt(title, lines):
                self._done.clear()
                await self._send(piece + codec.ASK_DONE)
                await self._printed()
            await self._look()
            self._demand()

    async def _hold(self) -> None:
        self._line = line = await open_line(self._address, BAUD)
        hearing = asyncio.create_task(self._hear(line))
        watching = asyncio.create_task(self._watch())
        try:
            await asyncio.wait((hearing, watching), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (hearing, watching):
                task.cancel()
            ends = await asyncio.gather(hearing, watching, return_exceptions=True)
            self._line = None
            self._see("unknown")
            line.close()
        raise next(end for end in ends if isinstance(end, Exception))

    async def _watch(self) -> None:
        async with self._turn:  # a receipt may begin as soon as the line is open
            await self._send(codec.SETTLE)
        while True:
            async with self._turn:
                await self._look()
            await asyncio.sleep(self._look_s)

    async def _hear(self, line: Line) -> None:
        while True:
            for byte in await line.receive():
                if codec.is_now(byte):
                    self._now.put_nowait(byte)
                elif codec.is_done(byte):
                    self._done.set()

    async def _look(self) -> None:
        """Ask the printer how it is, and show it."""
        condition = codec.Condition(*[await self._ask(question) for question in codec.ASK_NOW])
        self._became(condition.fault)
        self._see(condition.paper)

    async def _printed(self) -> None:
        """Wait until everything sent has been printed; a printer that stopped says why instead."""
        try:
            async with asyncio.timeout(PRINT_S):
                while not await self._is_done():
                    await self._look()
                    self._demand()
        except TimeoutError as error:
            raise GuitaiError("driver.no_answer", port=self._address, seconds=PRINT_S) from error

    async def _is_done(self) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._answer_s):
                await self._done.wait()
        return self._done.is_set()

    async def _ask(self, question: bytes) -> int:
        while not self._now.empty():  # late answers to earlier questions
            self._now.get_nowait()
        await self._send(question)
        try:
            async with asyncio.timeout(self._answer_s):
                return await self._now.get()
        except TimeoutError as error:
            self._still_there()
            raise GuitaiError("driver.no_answer", port=self._address, seconds=self._answer_s) from error

    async def _send(self, data: bytes) -> None:
        await self._still_there().send(data)

    def _still_there(self) -> Line:
        if self._line is None:
            self._demand()
            raise GuitaiError("driver.not_open", device=self.name)
        return self._line

    def _see(self, paper: Paper) -> None:
        if paper != self._paper:
            self._paper = paper
            self._tell()

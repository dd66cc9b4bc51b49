"""Driver of a Chinese ID-card reader on a serial port: find, select, read."""

from __future__ import annotations

import asyncio
import contextlib

import structlog

from firmware_bridge.drivers import id_frames, id_text
from firmware_bridge.drivers.driver import FIRST_RETRY_S, Driver
from firmware_bridge.drivers.id_card import IdCard
from firmware_bridge.drivers.id_frames import Answer, Answers, Damaged
from firmware_bridge.drivers.lines import Line, open_line
from guitai.errors import GuitaiError

BAUD = 115_200
ANSWER_S = 1.5
READ_S = 5.0
"""Reading authenticates both ways and takes a real reader about one second."""

POLL_S = 0.3
"""Between two looks for a card."""

LOOK_S = 3.0
"""Between two looks at a reader that answered badly or not at all."""

TRIES = 3
"""How often a find or select is sent before the reader counts as silent. READ is never sent again by itself."""

_BROKEN = {id_frames.SELF_TEST_FAILED, id_frames.NOT_AUTHORISED}
_GARBLED = {id_frames.BAD_CHECKSUM, id_frames.BAD_LENGTH}
_REJECTED = {id_frames.CARD_REJECTS, id_frames.READER_REJECTS, id_frames.NOT_GENUINE, id_frames.WRONG_CARD}
log = structlog.get_logger()


class IdSerial(Driver):
    """An `id_card.IdReader` at ``serial:/dev/NAME[@BAUD]``."""

    def __init__(self, address: str, answer_s: float = ANSWER_S, retry_s: float = FIRST_RETRY_S) -> None:
        super().__init__("ID-card reader", retry_s)
        self._address = address
        self._answer_s = answer_s
        self._line: Line | None = None
        self._asks_appended = True
        self._parser = Answers()
        self._heard: asyncio.Queue[Answer | Damaged | GuitaiError] = asyncio.Queue()
        self._turn = asyncio.Lock()

    async def read(self, timeout_s: float) -> IdCard:
        """Wait for a card and read it. Raises as `id_card.IdReader.read`."""
        async with self._turn:
            try:
                async with asyncio.timeout(timeout_s):
                    await self._find()
            except TimeoutError as error:
                raise GuitaiError("driver.id_card_none", seconds=timeout_s) from error
            return await self._read()

    async def check(self) -> None:
        """Look once for a card. Raises as `read`, but for what concerns a card."""
        async with self._turn:
            await self._ask_again(id_frames.FIND)

    async def _hold(self) -> None:
        self._line = line = await open_line(self._address, BAUD)
        self._parser.reset()
        self._asks_appended = True
        watching = asyncio.create_task(self._watch())
        try:
            self._became(None)
            while True:
                for answer in self._parser.feed(await line.receive()):
                    self._heard.put_nowait(answer)
        except GuitaiError as error:
            self._heard.put_nowait(error)
            raise
        finally:
            watching.cancel()
            await asyncio.wait((watching,))
            line.close()
            self._line = None

    async def _watch(self) -> None:
        """See when a reader that was at fault is well again, though nobody reads."""
        while True:
            await asyncio.sleep(LOOK_S)
            if self.fault:
                with contextlib.suppress(GuitaiError):
                    await self.check()

    async def _find(self) -> None:
        """Return once a card is found and selected."""
        while True:
            if (await self._ask_again(id_frames.FIND)).status == id_frames.FOUND:
                answer = await self._ask_again(id_frames.SELECT)
                if answer.status == id_frames.OK:
                    return
                _judge(answer)
            await asyncio.sleep(POLL_S)

    async def _read(self) -> IdCard:
        answer = await self._ask(id_frames.READ, max(READ_S, self._answer_s))
        if isinstance(answer, Damaged):
            raise GuitaiError("driver.id_card_unreadable", reason="the answer arrived damaged")
        if answer.status != id_frames.OK:
            _judge(answer)
            raise GuitaiError("driver.id_card_unreadable", reason=f"status {answer.status:02X}")
        parts = id_frames.split_read(answer.data)
        if parts is None:
            raise GuitaiError("driver.id_card_unreadable", reason="its lengths do not fit")
        return id_text.parse(*parts, appended=await self._appended())

    async def _appended(self) -> bytes:
        """Return the latest appended address; empty where the card has none or the reader does not know the command."""
        if not self._asks_appended:
            return b""
        try:
            answer = await self._ask(id_frames.READ_APPENDED, self._answer_s)
        except GuitaiError as error:
            if error.code != "driver.no_answer":
                raise
            log.info("the ID-card reader does not tell appended addresses")
            self._asks_appended = False
            return b""
        match answer:
            case Answer(id_frames.OK, data):
                return data
            case Answer(id_frames.NO_SUCH_ITEM | id_frames.BAD_COMMAND):
                return b""
            case _:
                # An address the holder has left must not be taken for the present one.
                raise GuitaiError("driver.id_card_unreadable", reason="its appended address could not be read")

    async def _ask_again(self, command: bytes) -> Answer:
        """Ask what changes nothing, up to TRIES times; judge the reader by it.

        Raises GuitaiError ``driver.no_answer``, ``driver.bad_checksum`` or ``driver.id_reader_broken``.
        """
        trouble = GuitaiError("driver.bad_checksum", port=self._address)
        for _ in range(TRIES):
            try:
                answer = await self._ask(command, self._answer_s)
            except GuitaiError as error:
                if error.code != "driver.no_answer":
                    raise
                trouble = error
                continue
            if isinstance(answer, Answer) and answer.status in _BROKEN:
                trouble = GuitaiError("driver.id_reader_broken", status=f"{answer.status:02X}")
                break
            if isinstance(answer, Answer) and answer.status not in _GARBLED:
                self._became(None)
                return answer
            trouble = GuitaiError("driver.bad_checksum", port=self._address)
        self._became(trouble)
        raise trouble

    async def _ask(self, command: bytes, seconds: float) -> Answer | Damaged:
        if self._line is None:
            self._demand()
            raise GuitaiError("driver.not_open", device=self.name)
        self._parser.reset()
        while not self._heard.empty():  # late answers to earlier questions
            self._heard.get_nowait()
        await self._line.send(id_frames.frame(command))
        try:
            async with asyncio.timeout(seconds):
                heard = await self._heard.get()
        except TimeoutError as error:
            raise GuitaiError("driver.no_answer", port=self._address, seconds=seconds) from error
        if isinstance(heard, GuitaiError):
            raise heard
        return heard


def _judge(answer: Answer) -> None:
    if answer.status in _REJECTED:
        raise GuitaiError("driver.id_card_rejected", status=f"{answer.status:02X}")

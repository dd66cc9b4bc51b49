"""Driver of chip cards in a PC/SC reader, through the daemon pcscd; every call that may block runs in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from smartcard import scard

from firmware_bridge.drivers.driver import FIRST_RETRY_S, Driver
from guitai.errors import GuitaiError

WATCH_MS = 2000
"""How long one look for changes lasts; the next follows at once. It bounds how late a lost cancellation is noticed."""

T = TypeVar("T")
_PROTOCOLS = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
_PCI = {scard.SCARD_PROTOCOL_T0: scard.SCARD_PCI_T0, scard.SCARD_PROTOCOL_T1: scard.SCARD_PCI_T1}
_NO_SERVICE = {
    scard.SCARD_E_NO_SERVICE,
    scard.SCARD_E_SERVICE_STOPPED,
    scard.SCARD_E_INVALID_HANDLE,
    scard.SCARD_F_COMM_ERROR,
    scard.SCARD_E_CANCELLED,
}
"""What pcscd's clients see when it is not there or was started anew."""

_NO_READER = {scard.SCARD_E_UNKNOWN_READER, scard.SCARD_E_READER_UNAVAILABLE, scard.SCARD_E_NO_READERS_AVAILABLE}
_NO_CARD = {scard.SCARD_E_NO_SMARTCARD, scard.SCARD_W_REMOVED_CARD}
_GONE = scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE | scard.SCARD_STATE_IGNORE


@dataclass(slots=True)
class _Session:
    """One stay at a reader: two contexts, for a context that waits for changes answers nothing else meanwhile."""

    reader: str
    watch: Any
    work: Any
    card: Any = None
    protocol: int = 0
    # One thread each: calls of one kind follow each other, also when a caller has been cancelled.
    watcher: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "pcsc-watch"))
    worker: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "pcsc-work"))


class PcscChip(Driver):
    """A `chip.Chip` in the first reader whose name contains `wanted` (any, if empty), whatever its case."""

    def __init__(self, wanted: str, retry_s: float = FIRST_RETRY_S) -> None:
        super().__init__("chip card reader", retry_s)
        self._wanted = wanted
        self._session: _Session | None = None
        self._present = False

    @property
    def present(self) -> bool:
        """Whether there is a card in the reader."""
        return self._present

    async def reset(self, *, warm: bool = False) -> bytes:
        """Power or reset the chip; return its ATR. Raises as `chip.Chip.reset`, or ``driver.card_reader_busy``."""
        return await self._work(lambda session: self._reset(session, warm=warm))

    async def transmit(self, apdu: bytes) -> bytes:
        """Exchange one APDU. Raises as `chip.Chip.transmit`."""
        return await self._work(lambda session: self._transmit(session, apdu))

    async def power_off(self) -> None:
        """Take the power off the chip."""
        if self._session is not None:
            await self._work(_drop)

    async def _hold(self) -> None:
        session = await asyncio.to_thread(_open, self._wanted)
        self._session = session
        try:
            state = scard.SCARD_STATE_UNAWARE
            while True:
                state = await self._next_state(session, state)
                self._became(None)
                self._seen(bool(state & scard.SCARD_STATE_PRESENT))
        finally:
            self._session = None
            self._seen(present=False)
            session.watcher.shutdown(wait=False)
            session.worker.submit(_close, session)
            session.worker.shutdown(wait=False)

    async def _next_state(self, session: _Session, known: int) -> int:
        """Return the reader's state once it differs from `known`, or after a while."""
        look = asyncio.get_running_loop().run_in_executor(
            session.watcher, scard.SCardGetStatusChange, session.watch, WATCH_MS, [(session.reader, known)]
        )
        try:
            result, states = await asyncio.shield(look)
        except asyncio.CancelledError:
            scard.SCardCancel(session.watch)
            await asyncio.wait((look,))
            raise
        if result == scard.SCARD_E_TIMEOUT:
            return known
        _check(result, session.reader)
        state: int = states[0][1]
        if state & _GONE:
            raise _no_reader(self._wanted, session.watch)
        return state & ~int(scard.SCARD_STATE_CHANGED)

    def _seen(self, present: bool) -> None:
        if present != self._present:
            self._present = present
            self._tell()

    async def _work(self, job: Callable[[_Session], T]) -> T:
        session = self._session
        if session is None:
            self._demand()
            raise GuitaiError("driver.not_open", device=self.name)
        return await asyncio.get_running_loop().run_in_executor(session.worker, job, session)

    def _reset(self, session: _Session, *, warm: bool) -> bytes:
        how = scard.SCARD_RESET_CARD if warm else scard.SCARD_UNPOWER_CARD
        if session.card is not None and _restart(session, how) != scard.SCARD_S_SUCCESS:
            _drop(session)  # another card may be in the reader by now
        if session.card is None:
            result, card, session.protocol = scard.SCardConnect(
                session.work, session.reader, scard.SCARD_SHARE_EXCLUSIVE, _PROTOCOLS
            )
            _check(result, session.reader)
            session.card = card
            self._check_card(session, _restart(session, how))
        result, _reader, _state, _protocol, atr = scard.SCardStatus(session.card)
        self._check_card(session, result)
        return bytes(atr)

    def _transmit(self, session: _Session, apdu: bytes) -> bytes:
        if session.card is None:
            raise GuitaiError("driver.chip_mute", reason="it has no power")
        result, answer = scard.SCardTransmit(session.card, _PCI[session.protocol], list(apdu))
        self._check_card(session, result)
        return bytes(answer)

    def _check_card(self, session: _Session, result: int) -> None:
        """As `_check`; a card that failed must be reset before it is asked again."""
        if result != scard.SCARD_S_SUCCESS:
            _drop(session)
        _check(result, session.reader)


def card_readers() -> list[str]:
    """Return the names of the PC/SC readers that are plugged in; blocks. Raises ``driver.no_pcscd``."""
    context = _context()
    try:
        return _readers(context)
    finally:
        scard.SCardReleaseContext(context)


def _open(wanted: str) -> _Session:
    watch, work = _context(), _context()
    known = _readers(watch)
    reader = next((name for name in known if wanted.casefold() in name.casefold()), None)
    if reader is None:
        error = _no_reader(wanted, watch)
        scard.SCardReleaseContext(watch)
        scard.SCardReleaseContext(work)
        raise error
    return _Session(reader, watch, work)


def _context() -> Any:
    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    if result != scard.SCARD_S_SUCCESS:
        raise GuitaiError("driver.no_pcscd")
    return context


def _readers(context: Any) -> list[str]:
    result, names = scard.SCardListReaders(context, [])
    return list(names) if result == scard.SCARD_S_SUCCESS else []


def _restart(session: _Session, how: int) -> int:
    result, session.protocol = scard.SCardReconnect(session.card, scard.SCARD_SHARE_EXCLUSIVE, _PROTOCOLS, how)
    return int(result)


def _drop(session: _Session) -> None:
    if session.card is not None:
        scard.SCardDisconnect(session.card, scard.SCARD_UNPOWER_CARD)
        session.card = None


def _close(session: _Session) -> None:
    _drop(session)
    scard.SCardReleaseContext(session.watch)
    scard.SCardReleaseContext(session.work)


def _no_reader(wanted: str, context: Any) -> GuitaiError:
    return GuitaiError("driver.no_card_reader", wanted=wanted, known=", ".join(_readers(context)) or "none")


def _check(result: int, reader: str) -> None:
    """Raise what PC/SC's `result` means in the table's words, unless it means success."""
    if result == scard.SCARD_S_SUCCESS:
        return
    if result in _NO_SERVICE:
        raise GuitaiError("driver.no_pcscd")
    if result in _NO_READER:
        raise GuitaiError("driver.no_card_reader", wanted=reader, known="not this one any more")
    if result in _NO_CARD:
        raise GuitaiError("driver.chip_absent")
    if result == scard.SCARD_E_SHARING_VIOLATION:
        raise GuitaiError("driver.card_reader_busy", reader=reader)
    raise GuitaiError("driver.chip_mute", reason=scard.SCardGetErrorMessage(result).rstrip("."))

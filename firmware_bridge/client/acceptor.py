"""The cash acceptor's client. What was sent and not answered is never sent again: GetCashInStatus tells what became of it.

The machine does not know deposits by name. `CashInMemory` does: it is written before CashInStart and before CashInEnd
are sent, so that an earlier customer's cash-in is never taken for this one's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from firmware_bridge.client.counted import by_value, moved, note_values, read_serials
from firmware_bridge.client.judge import code_of
from firmware_bridge.client.link import OUTCOME_UNKNOWN, SETTLE_S, Link, Links, Request
from firmware_bridge.client.memory import CashInMemory
from guitai.errors import GuitaiError
from guitai.messages.cash_in import (
    CashInFailed,
    CashInStarted,
    CashInState,
    CashInStatusKnown,
    Counts,
    NotesCounted,
    NoteSerials,
    NotesReturned,
    NotesStored,
    NotesTakenBack,
    ReturnedRetracted,
)
from guitai.money import Fen

INTERFACE = "CashAcceptor"

_STATES: dict[str, CashInState] = {
    "active": "active",
    "ok": "stored",
    "rollback": "returned",
    "retract": "retracted",
    "reset": "retracted",
}
_UNMOVED = frozenset(
    {
        "exchangeActive",
        "noCashInActive",
        "cashInActive",
        "positionNotEmpty",
        "safeDoorOpen",
        "shutterNotOpen",
        "noItems",
        "unsupportedCommand",
        "invalidCommand",
        "invalidData",
        "sequenceError",
        "deviceNotReady",
    }
)
"""Answers after which every note is where it was."""

_NOTHING_CAME = frozenset({"canceled", "timeOut", "noItems"})


class Acceptor:
    """What core asks of the cash acceptor."""

    def __init__(
        self,
        memory: CashInMemory,
        links: Links,
        emit: Callable[[object], None],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._memory, self._links, self._emit, self._spawn = memory, links, emit, spawn
        self._values: dict[str, Fen] = {}
        self._accepting: tuple[Link, Request] | None = None
        self._stopped = asyncio.Event()
        self._asked = ""
        self._in_tray = False
        self._tray_news = asyncio.Event()
        self._moving = False
        self._taken_early = False
        self._retract_lost = False

    async def start(self, request_id: str, deposit_id: str) -> CashInStarted | CashInFailed:
        """Begin a deposit. Raises GuitaiError ``device.not_connected`` if nothing was sent."""
        link = self._links.of(INTERFACE)
        if (await self._status(link)).get("status") == "active":
            if self._memory.knows(deposit_id):
                self._memory.started(deposit_id)
                return CashInStarted(request_id)
            return CashInFailed(request_id, "device.cash_in_active", certain=True)
        before = self._memory.sent
        self._memory.starting(deposit_id)
        try:
            done = await link.send("CashAcceptor.CashInStart", {"useRecycleUnits": True})
        except GuitaiError:
            self._memory.restore(before)
            raise
        if done is None:
            return CashInFailed(request_id, OUTCOME_UNKNOWN, certain=False)
        if not done.ok:
            self._memory.restore(before)
            return CashInFailed(request_id, code_of(done.answer), certain=True)
        self._memory.started(deposit_id)
        return CashInStarted(request_id)

    async def accept(self, request_id: str) -> NotesCounted | CashInFailed:
        """Wait for a bunch of notes and count it. Raises GuitaiError ``device.not_connected`` if nothing was sent.

        Refused notes still in the return tray are waited for first: nothing can be put in over them.
        """
        link = self._links.of(INTERFACE)
        if request_id != self._asked:  # a second try is as stopped as the first
            self._asked = request_id
            self._stopped.clear()
        while self._in_tray and not self._stopped.is_set():
            await self._tray_news.wait()
        if self._stopped.is_set():
            return await self._counted(link, request_id, refused=False)
        seen: set[str] = set()
        request = await link.begin("CashAcceptor.CashIn", on_event=lambda name, _: seen.add(name))
        self._accepting, self._moving, self._taken_early = (link, request), True, False
        try:
            if self._stopped.is_set():
                await link.cancel(request)
            done = await request.done
        except GuitaiError:
            return CashInFailed(request_id, OUTCOME_UNKNOWN, certain=False)
        finally:
            self._accepting = None
            refused = "CashAcceptor.InputRefuseEvent" in seen
            self._still(in_tray=refused)
        if done.ok or done.answer in _NOTHING_CAME:
            return await self._counted(link, request_id, refused)
        return CashInFailed(request_id, code_of(done.answer), certain=done.answer in _UNMOVED)

    async def stop(self) -> None:
        """Wait no longer for notes; `accept` answers all the same."""
        self._stopped.set()
        self._news()
        if self._accepting is not None:
            link, request = self._accepting
            await link.cancel(request)

    async def end(self, request_id: str, deposit_id: str) -> NotesStored | CashInFailed:
        """Store what the escrow holds. Raises GuitaiError ``device.not_connected`` if nothing was sent."""
        link = self._links.of(INTERFACE)
        if not self._memory.knows(deposit_id):
            return CashInFailed(request_id, "device.no_cash_in", certain=True)
        values = await self._note_values(link)
        before = self._memory.sent
        self._memory.ending(deposit_id)
        try:
            done = await link.send("CashAcceptor.CashInEnd")
        except GuitaiError:
            self._memory.restore(before)
            raise
        if done is None:
            return CashInFailed(request_id, OUTCOME_UNKNOWN, certain=False)
        if not done.ok:
            return CashInFailed(request_id, code_of(done.answer), certain=done.answer in _UNMOVED)
        amount = moved(done.payload.get("storage"), "deposited", values)
        if amount is None:
            held = await self._held(link)
            if held is None or held[0] != "stored":
                return CashInFailed(request_id, OUTCOME_UNKNOWN, certain=False)
            amount = _worth(held[1])
        self._spawn(self._tell_serials(link, request_id))
        return NotesStored(request_id, amount)

    async def roll_back(self, request_id: str) -> NotesReturned | CashInFailed:
        """Give the notes back; ``amount`` 0 means that there were none. Raises GuitaiError ``device.not_connected``."""
        link = self._links.of(INTERFACE)
        values = await self._note_values(link)
        held = by_value((await self._status(link)).get("noteNumberList"), values)
        self._moving, self._taken_early = True, False
        done, returned = None, False
        try:
            done = await link.send("CashAcceptor.CashInRollback")
            returned = done is not None and done.ok and (bool(held) or self._tray_is_full(link))
        finally:
            self._still(in_tray=returned)
        if done is None:
            return CashInFailed(request_id, OUTCOME_UNKNOWN, certain=False)
        if done.answer == "noItems":
            return NotesReturned(request_id, Fen(0))
        if not done.ok:
            return CashInFailed(request_id, code_of(done.answer), certain=done.answer in _UNMOVED)
        return NotesReturned(request_id, _worth(held))

    async def retract(self, request_id: str) -> ReturnedRetracted | NotesTakenBack | CashInFailed:
        """Take in what nobody took from the tray. Raises GuitaiError ``device.not_connected`` if nothing was sent."""
        link = self._links.of(INTERFACE)
        values = await self._note_values(link)
        self._moving, self._taken_early = True, False
        done = None
        try:
            wanted = {"location": {"outputPosition": _tray(link)}}
            done = await link.send("CashManagement.Retract", wanted)
            self._retract_lost = done is None
        finally:
            if done is not None and (done.ok or done.answer == "itemsTaken"):
                self._in_tray, self._taken_early = False, False  # the answer says it all
            self._still()
        if done is None:
            return CashInFailed(request_id, OUTCOME_UNKNOWN, certain=False)
        if done.answer == "itemsTaken":
            return NotesTakenBack()
        if done.answer == "noItems":
            held = await self._held(link)
            if held is not None and held[0] == "returned":
                return NotesTakenBack()
        if not done.ok:
            return CashInFailed(request_id, code_of(done.answer), certain=done.answer in _UNMOVED)
        return ReturnedRetracted(request_id, moved(done.payload.get("storage"), "retracted", values))

    async def status(self, request_id: str, deposit_id: str) -> CashInStatusKnown:
        """Ask the machine what became of a deposit; ``none`` if it never heard of it. Raises GuitaiError."""
        link = self._links.of(INTERFACE)
        values = await self._note_values(link)
        payload = await self._status(link)
        state: CashInState = _STATES.get(str(payload.get("status")), "unknown")
        sent = self._memory.sent
        if sent is None or sent.deposit_id != deposit_id or (sent.phase == "starting" and state != "active"):
            return CashInStatusKnown(request_id, "none", Fen(0))
        if sent.phase == "starting":
            self._memory.started(deposit_id)
        if state == "stored" and sent.phase != "ending":
            state = "unknown"  # nobody here has asked for it: a human has to look
        amount = _worth(by_value(payload.get("noteNumberList"), values))
        return CashInStatusKnown(request_id, state, amount, self._tray_is_full(link))

    def owns(self, link: Link, position: str) -> bool:
        """Whether notes taken at `position` are returned or refused ones, not paid out ones."""
        ours, theirs = (_positions(link, part) for part in ("cashAcceptor", "cashDispenser"))
        return position in ours and (position not in theirs or self._in_tray or self._moving)

    def taken(self) -> None:
        """The machine says that the notes in the return tray were taken."""
        if self._moving:
            self._taken_early = True
            return
        self._in_tray = False
        self._news()
        self._emit(NotesTakenBack())

    def came_up(self, link: Link) -> None:
        """The machine is there (again): find out whether the tray was emptied meanwhile."""
        self._values = {}
        was, full = self._in_tray, self._tray_is_full(link)
        # Where one exit serves both ways, notes found there may just as well have been paid out.
        self._in_tray = full and (was or _tray(link) not in _positions(link, "cashDispenser"))
        if was and not self._in_tray:
            self._spawn(self._tell_emptied(link))
        self._news()

    async def _tell_emptied(self, link: Link) -> None:
        """Say that the notes were taken, unless the machine took them in: an empty tray looks the same."""
        held = await self._held(link)
        if held is None:
            self._in_tray = True  # asked again when the machine is back
        elif held[0] == "returned" or (held[0] not in ("retracted", "unknown") and not self._retract_lost):
            self._emit(NotesTakenBack())

    def _tray_is_full(self, link: Link) -> bool:
        return _positions(link, "cashAcceptor").get(_tray(link)) == "notEmpty"

    def _still(self, in_tray: bool = False) -> None:
        """A movement is over: tell now of what was taken meanwhile, after its outcome."""
        self._moving = False
        self._in_tray = (self._in_tray or in_tray) and not self._taken_early
        if self._taken_early:
            self._taken_early = False
            asyncio.get_running_loop().call_later(SETTLE_S, self._emit, NotesTakenBack())
        self._news()

    def _news(self) -> None:
        self._tray_news.set()
        self._tray_news = asyncio.Event()

    async def _counted(self, link: Link, request_id: str, refused: bool) -> NotesCounted | CashInFailed:
        held = await self._held(link)
        if held is None:
            return CashInFailed(request_id, OUTCOME_UNKNOWN, certain=False)
        return NotesCounted(request_id, held[1], refused)

    async def _held(self, link: Link) -> tuple[CashInState, Counts] | None:
        """Return state and notes of the cash-in, or None if the machine does not answer."""
        try:
            payload = await self._status(link)
            values = await self._note_values(link)
        except GuitaiError:
            return None
        state: CashInState = _STATES.get(str(payload.get("status")), "unknown")
        return state, by_value(payload.get("noteNumberList"), values)

    async def _status(self, link: Link) -> Mapping[str, Any]:
        return (await link.asked("CashAcceptor.GetCashInStatus")).payload

    async def _note_values(self, link: Link) -> dict[str, Fen]:
        if not self._values:
            self._values = await note_values(link)
        return self._values

    async def _tell_serials(self, link: Link, request_id: str) -> None:
        if serials := await read_serials(link):
            self._emit(NoteSerials(request_id, "in", serials))


def _worth(counts: Counts) -> Fen:
    return Fen(sum(note * n for note, n in counts))


def _positions(link: Link, part: str) -> dict[str, str]:
    listed = (link.status.get(part) or {}).get("positions") or ()
    return {str(one.get("position")): str(one.get("positionStatus") or "unknown") for one in listed}


def _tray(link: Link) -> str:
    """Return the position at which the machine gives notes back."""
    outs = {name: state for name, state in _positions(link, "cashAcceptor").items() if name.startswith("out")}
    return next((name for name, state in outs.items() if state == "notEmpty"), next(iter(outs), "outDefault"))

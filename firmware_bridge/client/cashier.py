"""The dispenser's client. A command that was sent and not answered is never sent again: its outcome is unknown."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from firmware_bridge.client.counted import fen, moved, note_values, read_serials, value
from firmware_bridge.client.judge import code_of
from firmware_bridge.client.link import OUTCOME_UNKNOWN, SETTLE_S, Link, Links
from firmware_bridge.client.memory import DispenseMemory
from firmware_bridge.protocol import tokens
from firmware_bridge.protocol.amounts import CURRENCY
from guitai.errors import GuitaiError
from guitai.messages.cash import (
    CashFailed,
    NotesPresented,
    NotesRetracted,
    NotesStacked,
    NotesTaken,
    PresentStatusKnown,
)
from guitai.messages.cash_in import NoteSerials
from guitai.money import FEN_PER_YUAN, Fen

POSITION = "outDefault"
MIX = "mix1"

_INSIDE = frozenset({"shutterNotOpen", "shutterOpen", "noItems", "exchangeActive", "unsupportedPosition"})
"""Answers to Present after which every note is still inside."""


class Cashier:
    """What core asks of the dispenser."""

    def __init__(
        self,
        memory: DispenseMemory,
        links: Links,
        emit: Callable[[object], None],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._memory, self._links, self._emit, self._spawn = memory, links, emit, spawn
        self._at_exit: Fen | None = None
        self._in_part = False
        """Whether perhaps only a part of them stands there: an answer was lost, so the machine is asked what was taken."""

        self._moving = False
        self._taken_early = False

    async def nonce(self) -> str:
        """Return a fresh nonce for the host's token."""
        done = await self._links.of("CashDispenser").asked("Common.GetCommandNonce")
        nonce = done.payload.get("commandNonce")
        if not nonce:
            raise GuitaiError("device.failed", command=done.name, answer="no commandNonce")
        return str(nonce)

    async def dispense(self, request_id: str, amount: Fen, token: str, debit_id: str) -> NotesStacked | CashFailed:
        """Count notes onto the stacker. Raises GuitaiError ``device.not_connected`` if nothing was sent."""
        link = self._links.of("CashDispenser")
        if amount % FEN_PER_YUAN:
            return CashFailed(request_id, "device.not_dispensable", certain=True)
        self._memory.remember(debit_id, token[-64:])
        service = {"currencies": {CURRENCY: amount // FEN_PER_YUAN}, "mix": MIX}
        wanted = {"denomination": {"denomination": {"service": service}}, "position": POSITION, "token": token}
        done = await link.send("CashDispenser.Dispense", wanted)
        if done is None:
            return CashFailed(request_id, OUTCOME_UNKNOWN, certain=False)
        stacked = _amount(done.payload.get("denomination"))
        if done.ok and stacked in (amount, None):
            self._spawn(self._tell_serials(link, request_id))
            return NotesStacked(request_id, amount)
        if stacked:
            return CashFailed(request_id, "device.dispense_jam", certain=True)
        return CashFailed(request_id, code_of(done.answer), certain=True)

    async def present(self, request_id: str, amount: Fen) -> NotesPresented | CashFailed:
        """Move the stacked notes to the exit. Raises GuitaiError ``device.not_connected`` if nothing was sent."""
        link = self._links.of("CashDispenser")
        self._moving, self._taken_early, self._at_exit, self._in_part = True, False, amount, False
        try:
            done = await link.send("CashDispenser.Present", {"position": POSITION})
        finally:
            self._moving = False
        if done is not None and done.ok:
            if self._taken_early:
                asyncio.get_running_loop().call_later(SETTLE_S, self.taken)
            return NotesPresented(request_id, amount)
        if done is None:
            self._in_part = True
            return CashFailed(request_id, OUTCOME_UNKNOWN, certain=False)
        self._at_exit = None
        if done.answer in _INSIDE:
            return CashFailed(request_id, code_of(done.answer), certain=True)
        if done.answer == "presentErrorNoItems" or await self._all_inside(link):
            return CashFailed(request_id, "device.present_failed", certain=True)
        return CashFailed(request_id, "device.present_unknown", certain=False)

    async def retract(self, request_id: str) -> NotesRetracted | NotesTaken | CashFailed:
        """Take notes back from the exit. Raises GuitaiError ``device.not_connected`` if nothing was sent."""
        link = self._links.of("CashDispenser")
        values = await note_values(link)
        self._moving, self._taken_early = True, False
        try:
            done = await link.send("CashManagement.Retract", {"location": {"outputPosition": POSITION}})
        finally:
            self._moving = False
        if done is None:
            self._in_part = True
            return CashFailed(request_id, OUTCOME_UNKNOWN, certain=False)
        if done.answer == "itemsTaken":  # the event that said so as well is no news any more
            return await self._taken_meanwhile(request_id)
        if not done.ok:
            if self._taken_early:
                asyncio.get_running_loop().call_later(SETTLE_S, self.taken)
            certain = done.answer in {"noItems", "exchangeActive"}
            return CashFailed(request_id, code_of(done.answer), certain=certain)
        self._at_exit = None
        return NotesRetracted(request_id, moved(done.payload.get("storage"), "retracted", values))

    async def reject(self, request_id: str) -> NotesRetracted | CashFailed:
        """Put stacked notes into the reject bin. Raises GuitaiError ``device.not_connected`` if nothing was sent."""
        link = self._links.of("CashDispenser")
        values = await note_values(link)
        before = await _rejected(link, values)
        done = await link.send("CashDispenser.Reject", {})
        if done is None:
            return CashFailed(request_id, OUTCOME_UNKNOWN, certain=False)
        if not done.ok:
            return CashFailed(request_id, code_of(done.answer), certain=True)
        after = await _rejected(link, values)
        return NotesRetracted(request_id, None if before is None or after is None else Fen(after - before))

    async def status(self, request_id: str, debit_id: str | None) -> PresentStatusKnown:
        """Ask the machine what became of the last dispense; `debit_id` None means whichever it was.

        A dispense the machine never heard of left every note where it was. Raises GuitaiError.
        """
        link = self._links.of("CashDispenser")
        nonce = secrets.token_hex(16).upper()
        done = await link.asked("CashDispenser.GetPresentStatus", {"nonce": nonce})
        signed = _signed(done.payload.get("token"), nonce)
        if debit_id is not None and not self._memory.is_ours(debit_id, signed.get("DISPENSEID")):
            return PresentStatusKnown(request_id, "not_presented", Fen(0))
        dispensed = _amount(done.payload.get("denomination")) or Fen(0)
        common = (await link.ask("Common.Status")).payload
        state = done.payload.get("presentState")
        if state == "presented":
            at_exit = _positions(common) != {"empty"}
            if signed.get("RETRACTED1") == "YES":
                whole = signed.get("RETRACTEDAMOUNT1") in (None, signed.get("DISPENSED1"))
                if not whole or at_exit:
                    return PresentStatusKnown(request_id, "unknown", dispensed)
                return PresentStatusKnown(request_id, "not_presented", Fen(0))
            self._at_exit, self._in_part = dispensed if at_exit else None, False
            return PresentStatusKnown(request_id, "presented", dispensed, taken=not at_exit)
        if state == "notPresented":
            stacker = (common.get("cashDispenser") or {}).get("intermediateStacker")
            return PresentStatusKnown(request_id, "not_presented", Fen(0) if stacker == "empty" else dispensed)
        return PresentStatusKnown(request_id, "unknown", dispensed)

    async def _taken_meanwhile(self, request_id: str) -> NotesTaken | CashFailed:
        amount, self._at_exit = self._at_exit, None
        if amount is None or self._in_part:
            try:
                known = await self.status(request_id, None)
            except GuitaiError as error:
                return CashFailed(request_id, error.code, certain=False)
            if known.status != "presented":  # how many were taken nobody knows
                return CashFailed(request_id, OUTCOME_UNKNOWN, certain=False)
            amount = known.amount
        return NotesTaken(amount)

    def taken(self) -> None:
        """The dispenser says that the notes were taken."""
        if self._moving:
            self._taken_early = True
        elif self._at_exit is not None and not self._in_part:
            amount, self._at_exit = self._at_exit, None
            self._emit(NotesTaken(amount))
        else:
            self._spawn(self._tell_taken())

    def came_up(self, link: Link) -> None:
        """The dispenser is there again: if notes stood at the exit, find out whether they were taken."""
        if self._at_exit is not None and not self._moving and _positions(link.status) == {"empty"}:
            self._spawn(self._tell_taken())

    async def _tell_taken(self) -> None:
        """Ask whether the notes were taken; without an answer it is asked again when the machine is back."""
        status = await self.status("", None)
        if status.status != "presented":
            self._at_exit = None
        if status.taken:
            self._emit(NotesTaken(status.amount))

    async def _tell_serials(self, link: Link, request_id: str) -> None:
        if serials := await read_serials(link):
            self._emit(NoteSerials(request_id, "out", serials))

    async def _all_inside(self, link: Link) -> bool:
        try:
            done = await link.ask("CashDispenser.GetPresentStatus", {})
        except GuitaiError:
            return False
        return done.ok and done.payload.get("presentState") == "notPresented"


def _amount(denomination: Mapping[str, Any] | None) -> Fen | None:
    number = ((denomination or {}).get("currencies") or {}).get(CURRENCY)
    return None if number is None else fen(number)


def _signed(text: object, nonce: str) -> Mapping[str, str]:
    """Return the fields of the machine's own token; empty when there is none or it answers another question."""
    try:
        token = tokens.parse(text) if isinstance(text, str) else None
    except GuitaiError:
        return {}
    return token.fields if token is not None and token.nonce == nonce else {}


def _positions(status: Mapping[str, Any]) -> set[str]:
    positions = (status.get("cashDispenser") or {}).get("positions") or ()
    return {str(one.get("positionStatus") or "unknown") for one in positions}


async def _rejected(link: Link, values: Mapping[str, Fen]) -> Fen | None:
    try:
        done = await link.ask("Storage.GetStorage")
    except GuitaiError:
        return None
    units = (done.payload.get("storage") or {}).values()
    taken_in = [((unit.get("cash") or {}).get("status") or {}).get("in") or {} for unit in units]
    return value([one.get("rejected") for one in taken_in], values)

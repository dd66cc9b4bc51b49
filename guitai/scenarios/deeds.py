"""The deeds of a script, by name: each is done to the stage as a hand, a voice, a camera or the world would do it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from firmware_bridge.simulator.notes import Notes
from guitai.messages import face
from guitai.messages.codec import event_from
from guitai.messages.handover import Escalate
from guitai.messages.touch import Pressed
from guitai.scenarios.hands import PATIENCE_S, Hands
from guitai.scenarios.identity import lay_id_card
from guitai.scenarios.model import APPROVED, Turn
from guitai.scenarios.screen import targets, touch
from guitai.scenarios.stage import TICK_S, Stage
from guitai.tables import TIMES_MS

TELLER_ID, TELLER_NAME, LEASE_MS, LIMIT_FEN = "0218", "林柜员", 600_000, 100_000_000
BEAT_S = 5.0
SILENCE_S = TIMES_MS["idle"] / 1000 + 10
ABSENT_S = (TIMES_MS["idle"] + TIMES_MS["warning"]) / 1000 + 60
MORE_S = 20.0
NOTES = (100_00, 50_00, 20_00, 10_00, 5_00, 1_00)
SOON = frozenset(
    {"insert_card", "pin_ok", "pin_wrong", "sms_ok", "sms_wrong", "take_card", "take_notes", "take_rejected_notes"}
)  # fmt: skip
SEEN: dict[str, tuple[object, ...]] = {
    "leave": (face.CustomerLeft(),),
    "phone_at_ear": (face.PhoneAtEar(True),),
    "second_person_close": (face.SecondPerson(True),),
    "second_person_away": (face.SecondPerson(False),),
    "face_lost": (face.CustomerLeft(),),
    "face_other": (face.CustomerLeft(), face.CustomerApproached()),
}
"""What the camera tells."""

Say = Callable[[str], Awaitable[None]]


class Deeds:
    """Does one turn after another."""

    def __init__(self, stage: Stage, hands: Hands, say: Say) -> None:
        self._stage, self._hands, self._say = stage, hands, say
        self._beats: asyncio.Task[None] | None = None
        self._others: dict[str, Callable[[Turn], Awaitable[object]]] = {
            "silence": self._silence,
            "touch": lambda turn: touch(stage, turn.value),
            "pin_new_set": self._new_pin,
            "show_id": lambda _: lay_id_card(stage),
            "insert_notes": lambda turn: stage.until(lambda: hands.insert_notes(notes_of(turn.value)), PATIENCE_S),
            "notes_retracted": lambda _: stage.until(self._nothing_lies_there, TIMES_MS["take_cash"] / 1000 + MORE_S),
            "timeout": self._timeout,
            "accept": lambda _: self._accept(),
            "decide": self._decide,
        }

    async def do(self, turn: Turn) -> None:
        """Do one turn; leaving something where it is, and what happens by itself, needs no hand."""
        stage = self._stage
        if turn.do == "say":
            await (self._teller("said", text=turn.text or "") if turn.actor == "teller" else self._say(turn.text or ""))
        elif turn.do in SOON:
            await self._hands.soon(turn.do)
        elif turn.do in SEEN:
            for event in SEEN[turn.do]:
                stage.core.happen(event)
                await asyncio.sleep(TICK_S)
        elif turn.do in ("link_down", "link_up"):
            stage.line.set_up(turn.do == "link_up")
        elif turn.do == "power_loss":
            stage.power_off()
        elif turn.do == "power_back":
            stage.power_on()
        elif turn.do in self._others:
            await self._others[turn.do](turn)

    async def teller_approves(self) -> None:
        """A teller comes, approves and goes."""
        await self._accept()
        await self._stage.settle()
        await self._teller("decided", decision="approve", reason="approve")
        await self._stage.settle()
        await self.teller_leaves()

    async def teller_leaves(self) -> None:
        """The teller closes the takeover."""
        await self._teller("left", lapsed=False)

    async def _accept(self) -> None:
        """The teller comes, and their console beats for as long as they hold the lease."""
        await self._teller("joined", teller_name=TELLER_NAME, lease_ms=LEASE_MS, limit_fen=LIMIT_FEN)
        self._beats = asyncio.create_task(self._beat())

    async def _beat(self) -> None:
        refused = ""
        while not refused:
            await asyncio.sleep(BEAT_S)
            refused = await self._teller("beat")

    async def _decide(self, turn: Turn) -> None:
        """The teller decides; what they would let go the customer confirms."""
        decision = "approve" if turn.value in APPROVED else "reject"
        await self._teller("decided", decision=decision, reason=str(turn.value))
        if self._stage.core.state.releasing:
            self._stage.core.happen(Pressed("confirm"))

    async def _silence(self, _turn: Turn) -> None:
        """Say and touch nothing until the kiosk shows something else by itself, or for as long as it waits."""
        watch = self._stage.watch
        before = watch.view
        await self._stage.until(lambda: watch.view != before, SILENCE_S)

    async def _new_pin(self, turn: Turn) -> None:
        """A new PIN is entered, and once more."""
        await self._hands.soon(turn.do)
        await self._stage.settle()
        if turn.do not in self._hands.owed:
            self._hands.now(turn.do)

    async def _timeout(self, turn: Turn) -> None:
        stage = self._stage
        match turn.value:
            case "customer_absent":
                await self._left_alone()
            case "card_take_timeout":
                kept = stage.machines.reader.retained
                if stage.machines.reader.slot == "inside":  # who went off without asking for it
                    await self._left_alone()
                await stage.until(lambda: stage.machines.reader.retained > kept, TIMES_MS["take_card"] / 1000 + MORE_S)
            case "notes_take_timeout":
                await stage.until(self._nothing_lies_there, TIMES_MS["take_cash"] / 1000 + MORE_S)
            case _:
                await asyncio.sleep(TIMES_MS["teller"] / 1000)

    async def _left_alone(self) -> None:
        """Nobody is there any more: the warning and its extension pass."""
        self._stage.core.happen(face.CustomerLeft())
        await self._stage.until(self._warned, ABSENT_S)
        await self._stage.until(lambda: not self._warned(), ABSENT_S)

    def _warned(self) -> bool:
        view = self._stage.watch.view
        return view is not None and view.screen == "message" and "stay" in targets(view)

    def _nothing_lies_there(self) -> bool:
        cash = self._stage.machines.cash
        return not (cash.exit or cash.returned or cash.refused)

    async def _teller(self, what: str, **data: Any) -> str:
        """Send what a teller's console sends; return why the kiosk refuses it."""
        called, daemon = self._stage.watch.effects(Escalate), self._stage.core.daemon
        if not called or daemon is None:
            return "no_escalation"
        said = {"type": f"teller.{what}", "escalation_id": called[-1].escalation_id, "teller_id": TELLER_ID, **data}
        return await daemon.command(event_from(said))


def notes_of(told: Any) -> Notes:
    """Return notes from ``{"notes": {"100": 8}}``, ``{"100": 8}``, ``{"notes": 8}``, ``{"count": 8}``, ``{"amount_fen": 80000}``, another sum in fen, or 80000; else ten hundreds."""
    if isinstance(told, dict):
        if told and all(str(name).isdecimal() for name in told):
            told = {"notes": told}
        named = ("notes", "denominations", "count", "amount_fen", *(name for name in told if name.endswith("_fen")))
        told = next((told[name] for name in named if name in told), None)
        if isinstance(told, dict):
            return {
                (int(note) * 100 if int(note) <= NOTES[0] // 100 else int(note)): int(n) for note, n in told.items()
            }
        if isinstance(told, list):
            return notes_of({"notes": {str(note): told.count(note) for note in told}})
        if isinstance(told, int) and 0 < told < NOTES[-1]:
            return {NOTES[0]: told}
    rest = told if isinstance(told, int) else 10 * NOTES[0]
    found: Notes = {}
    for note in NOTES:
        count, rest = divmod(rest, note)
        if count:
            found[note] = count
    return found

"""The customer's hands: what can be put in, typed and taken now, and what was done before the kiosk asked for it."""

from __future__ import annotations

from collections.abc import Callable

from firmware_bridge.simulator.notes import Notes, minus, value
from guitai.errors import GuitaiError
from guitai.messages.bank import SendSms
from guitai.messages.card import EnterNewPin
from guitai.messages.touch import Entered
from guitai.messages.view import View
from guitai.scenarios.people import WRONG_PIN
from guitai.scenarios.screen import press
from guitai.scenarios.stage import Stage

NEW_PIN, WRONG_SMS = "246802", "000000"
PATIENCE_S = 6.0
WAYS_OUT = ("solved:yes", "offer:no", "end", "back")
"""Buttons that lead to the card, by and by."""


class Hands:
    """Reach into the stage. What the kiosk does not want yet is owed: it is done as soon as the kiosk does want it."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.owed: list[str] = []
        self.paid: list[tuple[str, int]] = []
        """What was owed and is done, and where in the sights."""

        self.no_good: Notes = {}
        """Which of the notes put in next the machine will not take."""

        self._asked_on: View | None = None
        self._can: dict[str, Callable[[], bool]] = {
            "insert_card": self._insert_card,
            "pin_ok": lambda: not self._new_pin_wanted() and stage.machines.type_pin(stage.owner.pin),
            "pin_wrong": lambda: not self._new_pin_wanted() and stage.machines.type_pin(WRONG_PIN),
            "pin_new_set": lambda: self._new_pin_wanted() and stage.machines.type_pin(NEW_PIN),
            "sms_ok": lambda: self._enter_sms(right=True),
            "sms_wrong": lambda: self._enter_sms(right=False),
            "take_card": self._take_card,
            "take_notes": lambda: self._take_notes() or self._take_back(),
            "take_rejected_notes": self._take_back,
        }

    def _new_pin_wanted(self) -> bool:
        """Whether the kiosk asks for a new PIN, not for the one there is."""
        asked = self._stage.watch.effects(EnterNewPin)
        return bool(asked) and asked[-1].request_id == self._stage.core.state.pin_request

    async def soon(self, deed: str) -> None:
        """Do it within a few seconds, or owe it."""
        if not await self._stage.until(self._can[deed], PATIENCE_S):
            self.owed.append(deed)

    def now(self, deed: str) -> bool:
        """Do it if it can be done."""
        return self._can[deed]()

    def pay(self) -> bool:
        """Do one thing that is owed if the kiosk wants it now."""
        for deed in self.owed:
            place = len(self._stage.watch.sights)
            if self._can[deed]():
                self.owed.remove(deed)
                self.paid.append((deed, place))
                return True
        return False

    def insert_notes(self, notes: Notes) -> bool:
        """Put notes in if the slot is open; some of them may be no good."""
        bad = {note: min(n, notes.get(note, 0)) for note, n in self.no_good.items() if notes.get(note)}
        if not self._stage.machines.insert_notes(minus(notes, bad), bad):
            return False
        self._stage.body.inserted_fen += value(notes)
        self.no_good = {}
        return True

    def _insert_card(self) -> bool:
        body = self._stage.body
        if body.card and self._stage.machines.insert_card(body.card):
            body.card = ""
            return True
        return False

    def _take_card(self) -> bool:
        """Take the card; who wants it back while it is inside says so, once on each screen."""
        watch = self._stage.watch
        if self._stage.machines.reader.slot == "inside" and watch.view != self._asked_on:
            self._asked_on = watch.view
            press(self._stage, *WAYS_OUT)
        pan = self._stage.machines.take_card()
        self._stage.body.card = pan or self._stage.body.card
        return bool(pan)

    def _take_notes(self) -> bool:
        taken = self._stage.machines.take_notes()
        if taken is not None:
            self._stage.body.taken.append(taken)
        return taken is not None

    def leave_notes(self, left: Notes) -> bool:
        """Take all notes from the exit but some."""
        taken = self._stage.machines.take_some(minus(self._stage.machines.cash.exit, left))
        if taken is not None:
            self._stage.body.taken.append(taken)
        return taken is not None

    def _take_back(self) -> bool:
        back = self._stage.machines.take_back()
        self._stage.body.taken_back_fen += value(back)
        return bool(back)

    def _enter_sms(self, *, right: bool) -> bool:
        view, daemon = self._stage.watch.view, self._stage.core.daemon
        sent = self._stage.watch.effects(SendSms)
        if view is None or view.screen != "sms_code" or daemon is None or not sent:
            return False
        try:
            code = self._stage.bank.checks.inbox(sent[-1].request_id)
        except GuitaiError:
            return False
        daemon.keep("sms", code if right else WRONG_SMS)
        daemon.happen(Entered("sms", "", "sms"))
        return True

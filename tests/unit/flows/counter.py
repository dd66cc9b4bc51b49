"""A counter in memory for any flow: the bank obeys, a teller approves; it notes what was asked and what stood on the screen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from guitai.dialogue.data import FLOWS, REPLIES
from guitai.dialogue.services import ORDERS
from guitai.dialogue.state import Session
from guitai.dialogue.values import MISSING, names_in
from guitai.messages import card, handover, touch, voice
from guitai.messages.business import PlaceOrder, Values
from guitai.messages.recording import RecordingFinished
from guitai.messages.view import ChoicePart, EntryPart, ListPart, Option
from guitai.money import yuan
from guitai.view import view
from tests.unit.session.host import Host

TELLER = "T7"
OWN_SLOTS = frozenset({"met", "saved", "new_pin"})
"""Slots the kiosk keeps for itself beside those of the flow."""

PLAIN_ENTRY = "50000"
"""Keyed in where the screen offers no value: 500 yuan."""


@dataclass
class Desk(Host):
    """Looks at every step, so that whatever a flow does wrong is seen at once."""

    approves: bool = True
    speaks: bool = True
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    confirmed: bool = False
    """A finger confirmed the values as they are now."""

    approved: bool = False

    placed: list[tuple[int, str, Values]] = field(default_factory=list)

    def stepped(self, before: Session, event: object, effects: tuple[object, ...]) -> None:
        if event == touch.Pressed("confirm") and before.stage == "confirm":
            self.confirmed = True
        if isinstance(event, handover.TellerDecided) and event.decision == "approve":
            self.approved = True
        if _errand(before) != _errand(self.state):
            self.confirmed = self.approved = False
        for effect in effects:
            if isinstance(effect, PlaceOrder):
                self._watch(effect)
        self._look()

    def _watch(self, order: PlaceOrder) -> None:
        service, task = ORDERS[order.kind], self.state.task
        assert task is not None
        given = dict(order.params)
        assert all(given.get(name) for name in service.params if name not in service.optional), order
        assert MISSING not in given.values(), order
        if service.money != "none":
            assert self.confirmed, order
        if service.money == "out":
            assert order.risk_ref, order
        if service.recorded:
            kept = [told.event for told, _ in self.record if isinstance(told.event, RecordingFinished)]
            assert kept, order
            assert given["consent"] == kept[-1].recording_id, order
        if service.by == "teller":
            assert self.approved, order
            assert order.approved_by == TELLER, order
        once = (task.number, order.kind, order.params)
        assert once not in self.placed, order
        self.placed.append(once)

    def _look(self) -> None:
        """No word on the screen, in either language, waits for a value nobody told."""
        saying = self.state.saying
        if not saying.text:
            for reply in REPLIES[saying.key].values():
                wanted = names_in(reply.lead) | names_in(reply.more) | names_in(reply.say or "")
                assert wanted <= dict(saying.params).keys() | {"hotline"}, saying
        for language in ("zh", "en"):
            for part in view(self.state.but(language=language), "").parts:
                if isinstance(part, ListPart):
                    assert all(MISSING not in (row.label + " " + row.value).split() for row in part.rows), part

    def answers(self, effect: Any) -> list[object]:
        if isinstance(effect, voice.Speak) and effect.speak_id == self.state.speak_id and self.state.stage == "slot":
            assert self.state.task is not None
            self.asked[(self.state.task.kind, self.state.asking)] += 1
        if isinstance(effect, handover.Escalate) and effect.bundle.why == "approve":
            id_ = effect.escalation_id
            return [
                handover.TellerJoined(id_, TELLER, "小李", 60_000, yuan(1_000_000)),
                handover.TellerDecided(id_, TELLER, "approve" if self.approves else "reject", "看过了"),
                handover.TellerLeft(id_, TELLER),
            ]
        return super().answers(effect)

    @property
    def buttons(self) -> list[Option]:
        """What a finger finds on the screen."""
        parts = view(self.state, "").parts
        return [option for part in parts if isinstance(part, ChoicePart) for option in part.options]

    def tap(self, target: str) -> None:
        assert target in {button.target for button in self.buttons}, (target, self.state.stage, self.shown)
        self.press(target)

    def find(self, kind: str) -> None:
        """Reach a business through the pages of the menu, by touch alone."""
        self.tap("menu:all")
        for group in self._pages():
            self.tap("menu:all")
            self._turn_to(group)
            self.tap(group)
            while f"start:{kind}" not in {button.target for button in self.buttons}:
                further = self.buttons[-1].target
                if further == "menu:":
                    break
                self.tap(further)
            else:
                self.tap(f"start:{kind}")
                return
            self.tap("menu:")
        raise AssertionError(f"{kind} stands on no page")

    def _pages(self) -> list[str]:
        found: list[str] = []
        while True:
            found += [button.target for button in self.buttons[:-1]]
            further = self.buttons[-1].target
            self.tap(further)
            if further == "menu:":
                return found

    def _turn_to(self, group: str) -> None:
        while group not in {button.target for button in self.buttons}:
            self.tap(self.buttons[-1].target)

    def touch_on(self, choose: dict[str, str]) -> None:
        """Do by touch what the screen asks for now."""
        match self.state.stage:
            case "card":
                self.insert_card()
            case "confirm":
                self.tap("change:" if self.state.saying.key == "change_what" else "confirm")
            case "question":
                self.tap("met:yes")
            case "sms":
                self.happen(touch.Entered("sms", "", "v2"))
            case "slot":
                self._give(choose)

    def _give(self, choose: dict[str, str]) -> None:
        assert self.state.task is not None
        name = self.state.asking
        answers = [b.target for b in self.buttons if b.target.startswith(("pick:", "amount:"))]
        wanted = choose.get(name) or (None if answers else PLAIN_ENTRY)
        if wanted is not None and not wanted.startswith(("pick:", "amount:")):
            entry = next(part for part in view(self.state, "").parts if isinstance(part, EntryPart))
            assert entry.field == name
            plain = FLOWS[self.state.task.kind].slots[name].entity == "amount"
            self.happen(touch.Entered(name, wanted) if plain else touch.Entered(name, "", wanted))
        else:
            self.tap(wanted or answers[0])

    @property
    def ended(self) -> bool:
        return self.state.stage in ("result", "closed", "waiting", "held", "ending")

    def leave(self) -> None:
        """Solved: the card comes back."""
        self.tap("solved:yes")
        if self.state.card == "offered":
            self.happen(card.CardTaken())


def _errand(state: Session) -> object:
    """What is to be done and with which values: whatever was confirmed before they changed is not confirmed."""
    if state.task is None:
        return None
    return state.task.kind, frozenset(pair for pair in state.task.slots if pair[0] not in OWN_SLOTS)

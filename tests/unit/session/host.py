"""A world whose bank also answers inquiries and orders, by services.yaml: each value by the ending of its name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from guitai.dialogue.data import FLOWS
from guitai.dialogue.services import INQUIRIES, ORDERS
from guitai.messages import business, card, cash, identity, touch, voice
from guitai.messages.business import Values
from guitai.messages.view import ChoicePart
from guitai.view import view

from .world import World

ROWS = 2
SAMPLES = {
    "_fen": "1000000", "_bp": "95", "_date": "2027-11-26", "_at": "2026-11-26T10:20:00", "_tail": "3802", "kind": "debit",
    "status": "normal", "currency": "USD", "risk_level": "R2", "risk_class": "C3", "recallable": "yes", "redeemable": "yes", "cooling_off": "yes", "step": "",
}  # fmt: skip


def sample(name: str, row: int = 0) -> str:
    if name.endswith("_id"):
        return f"{name.removesuffix('_id')}-{row}"
    if name.endswith("_tail"):
        return f"{3802 + row}"
    return next((value for ending, value in SAMPLES.items() if name.endswith(ending)), f"{name}{row}")


@dataclass
class Host(World):
    rows: dict[str, tuple[Values, ...]] = field(default_factory=dict)
    """What an inquiry answers instead of two samples."""

    fields: dict[str, dict[str, str]] = field(default_factory=dict)
    deaf: bool = False
    """Inquiries and orders get no answer."""

    outcome: str = "done"

    def answers(self, effect: Any) -> list[object]:
        match effect:
            case business.Inquire() if not self.deaf:
                return [self._told(effect)]
            case business.PlaceOrder() if not self.deaf:
                given = {name: sample(name) for name in ORDERS[effect.kind].fields} | self.fields.get(effect.kind, {})
                return [business.OrderOutcome(effect.request_id, self.outcome, "现在不行", "CN1", tuple(given.items()))]
            case identity.ReadIdCard(request_id):
                return [
                    identity.IdCardRead(
                        request_id, "ptok", "张**", "330***12", "adult", False, "2030-01-01", "portrait"
                    )
                ]
            case card.EnterNewPin(request_id):
                return [card.PinEntered(request_id)]
        return super().answers(effect)

    def hear(self, text: str, *guesses: tuple[str, float], **more: Any) -> list[Any]:
        """Say something with several guesses, a correction, a move, clauses."""
        intents = tuple(voice.IntentGuess(*guess) for guess in guesses) or (voice.IntentGuess("out_of_scope", 0.9),)
        return self.happen(voice.CustomerSaid(text, 0.9, voice.Understanding(intents, **more)))

    @property
    def orders(self) -> list[business.PlaceOrder]:
        return self.all(business.PlaceOrder)

    @property
    def shown(self) -> str:
        """Everything on the screen."""
        return str(view(self.state, ""))

    def _told(self, effect: business.Inquire) -> business.Inquired:
        service = INQUIRIES[effect.kind]
        fields = {name: sample(name) for name in service.fields} | self.fields.get(effect.kind, {})
        rows = self.rows.get(effect.kind)
        if rows is None and service.rows:
            rows = tuple(tuple((name, sample(name, row)) for name in service.rows) for row in range(ROWS))
        return business.Inquired(effect.request_id, tuple(fields.items()), rows or ())

    def go(self) -> None:
        """Do by touch what a customer obviously does next."""
        state = self.state
        match state.stage:
            case "card":
                self.insert_card()
            case "take_card" | "ending" if state.card == "offered":
                self.happen(card.CardTaken())
            case "take_cash" if state.task is not None:
                self.happen(cash.NotesTaken(state.task.stacked))
            case "sms":
                self.happen(touch.Entered("sms", "", "v2"))
            case "slot":
                self._answer()
            case "confirm":
                self.press("confirm")
            case "question":
                self.press("met:yes")
            case "result":
                self.press("solved:yes")

    def _answer(self) -> None:
        """Press the first button that gives the value, else type one."""
        state = self.state
        buttons = [
            option.target
            for part in view(state, "").parts
            if isinstance(part, ChoicePart)
            for option in part.options
            if option.target.startswith(("pick:", "amount:"))
        ]
        assert state.task is not None
        slot = FLOWS[state.task.kind].slots[state.asking]
        if buttons:
            self.press(buttons[0])
        elif slot.entity == "amount":
            self.happen(touch.Entered(state.asking, "2000"))
        elif slot.digits is not None:
            self.happen(touch.Entered(state.asking, "", f"v2|6688|{slot.digits[1]}"))
        elif slot.optional:
            self.press("skip")
        else:
            entities = (voice.Entity(slot.entity, "王芳", "王芳"),) if slot.entity else ()
            self.hear("王芳", entities=entities)

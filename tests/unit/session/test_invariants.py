"""Whatever a customer, a teller, a device and the line do: no money without a finger, none at high risk, no card forgotten."""

from __future__ import annotations

from typing import Any

from hypothesis import event as note
from hypothesis import given, settings
from hypothesis import strategies as st

from guitai.dialogue.data import FLOWS
from guitai.dialogue.services import ORDERS
from guitai.dialogue.state import Session
from guitai.messages import bank, business, card, cash, device, face, handover, session, touch, voice
from guitai.messages.session import TimerFired
from guitai.money import yuan

from .host import Host

FEWEST, ENOUGH = 8, 40
KINDS = sorted(FLOWS)
AWAY = ["transfer", "withdraw"] * 3
"""The businesses with the most measures between the finger and the money, tried more often."""

PAYING = AWAY + [
    kind
    for kind in KINDS
    if FLOWS[kind].moves_money or any(step.order and ORDERS[step.order].money != "none" for step in FLOWS[kind].steps)
]
INTENTS = sorted(
    {intent for flow in FLOWS.values() for intent in flow.intents} | {"cancel", "affirm", "deny", "human_agent"}
)
STRONG = voice.ScamSignal(0.97, "strong", "police_impersonation", ("安全账户",))
NONE = voice.ScamSignal(0.02, "none")

pressed = st.sampled_from(
    ["confirm", "confirm", "confirm", "back", "human", "solved:yes", "solved:no", "met:yes", "met:no", "offer:yes", "offer:never",
     "amount:100000", "amount:6000000", "pick:P1Y", "skip", "more_notes", "end", *(f"start:{kind}" for kind in KINDS)]
).map(touch.Pressed)  # fmt: skip


@st.composite
def said(draw: Any) -> voice.CustomerSaid:
    amount = draw(st.sampled_from(["", "500", "3000", "60000"]))
    entities = [voice.Entity("amount", amount, amount)] if amount else []
    if payee := draw(st.sampled_from(["", "陈浩然", "王芳"])):
        entities.append(voice.Entity("payee", payee, payee))
    if draw(st.booleans()):
        entities.append(voice.Entity("account", "尾号6688", "v1|6688|19"))
    understanding = voice.Understanding(
        (voice.IntentGuess(draw(st.sampled_from(INTENTS)), draw(st.sampled_from([0.5, 0.95]))),),
        tuple(entities),
        scam=draw(st.sampled_from([NONE, NONE, STRONG])),
        correction=draw(st.booleans()),
        move=draw(st.sampled_from(["", "", "back", "skip", "wait", "continue", "unsure"])),
    )
    return voice.CustomerSaid("一句话", 0.9, understanding)


else_ = st.one_of(
    pressed,
    said(),
    st.builds(touch.Entered, st.sampled_from(["amount", "sms", "account", "phone"]), st.just("2000"), st.just("v2|6688|19")),
    st.sampled_from(["card", "take", "time", "outcomes", "joins", "approves", "rejects", "leaves"]),
    st.builds(device.LinkState, st.booleans()),
    st.just(face.CustomerLeft()),
    st.builds(face.SecondPerson, st.booleans()),
    st.builds(device.PrivateEar, st.booleans()),
    st.builds(device.DeviceState, st.just("handset"), st.booleans()),
    st.builds(cash.NotesTaken, st.just(yuan(500))),
)  # fmt: skip


taken_back = st.sampled_from(["500", "3000", "60000"]).map(
    lambda amount: voice.CustomerSaid(
        "不对", 0.9, voice.Understanding((voice.IntentGuess("deny", 0.6),), (voice.Entity("amount", amount, amount),), correction=True)
    )
)  # fmt: skip
happenings = st.integers(0, 11).flatmap(lambda n: else_ if n == 0 else taken_back if n < 3 else st.just("go"))
"""Mostly the obvious next thing, so that businesses get somewhere."""


class Watcher(Host):
    """Holds every effect against what was pressed, decided and recorded before it."""

    confirmed: tuple[Any, ...] | None = None
    recorded = False

    def happen(self, event: object) -> list[Any]:
        before = self.state
        if isinstance(event, touch.Pressed) and event.target == "confirm" and before.stage == "confirm":
            self.confirmed = values(before)
        return super().happen(event)

    def answers(self, effect: Any) -> list[object]:
        self.watch(effect)
        return super().answers(effect)

    def watch(self, effect: object) -> None:
        state = self.state
        if isinstance(effect, voice.Speak):
            assert effect.private == state.ear, f"{effect} where {state.ear}"
        if isinstance(effect, card.RecordRetention):
            self.recorded = True
        if isinstance(effect, session.CloseSession):
            assert state.card == "none" or self.recorded or state.handover is not None, state
        if not moves_money(effect):
            return
        note(type(effect).__name__)
        assert self.confirmed is not None, f"{effect} without a finger"
        assert self.confirmed == values(state), f"{effect} of other values than were confirmed"
        risk = state.risk
        if leaves(effect):
            assert risk is not None
            assert risk.level != "high", f"{effect} at high risk"

    def do(self, what: object) -> None:
        help_id = self.state.handover.escalation_id if self.state.handover is not None else "x"
        match what:
            case "go":
                self.go()
            case "card":
                if self.state.card == "none":
                    self.insert_card()
            case "take":
                self.happen(card.CardTaken())
            case "time":
                self.now_ms = max(self.now_ms, self.state.timer_ends_ms)
                self.happen(TimerFired(self.state.timer))
            case "outcomes":
                for request_id, _ in self.state.pending[:2]:
                    self.happen(bank.BankUnreachable(request_id))
            case "joins":
                self.happen(handover.TellerJoined(help_id, "t1", "张", 600_000, yuan(1_000_000)))
            case "approves" | "rejects":
                self.happen(handover.TellerDecided(help_id, "t1", "approve" if what == "approves" else "reject", ""))
            case "leaves":
                self.happen(handover.TellerLeft(help_id, "t1"))
            case _:
                self.happen(what)


def values(state: Session) -> tuple[Any, ...]:
    """What a finger confirms: the business and every value given for it but the answers to risk's own measures."""
    task = state.task
    assert task is not None
    return task.kind, frozenset((name, value) for name, value in task.slots if name not in ("met", "saved", "account"))


def moves_money(effect: object) -> bool:
    if isinstance(effect, business.PlaceOrder):
        return ORDERS[effect.kind].money != "none" and effect.mode != "hold"
    if isinstance(effect, bank.PostTransfer):
        return effect.mode != "hold"
    return isinstance(effect, bank.ReserveDebit)


def leaves(effect: object) -> bool:
    if isinstance(effect, business.PlaceOrder):
        return ORDERS[effect.kind].money == "out"
    return True


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(PAYING),
    st.lists(happenings, min_size=FEWEST, max_size=ENOUGH),
    st.sampled_from(["浙江杭州", "广东揭阳"]),
)
def test_no_path_moves_money_without_a_finger_or_at_high_risk(kind: str, what: list[object], region: str) -> None:
    watcher = Watcher(region=region)
    watcher.open()
    watcher.press(f"start:{kind}")
    for one in what:
        watcher.do(one)

"""Whatever tellers and customers do: no money without the customer's finger, no command after the lease, never two tellers."""

from __future__ import annotations

from typing import Any

from hypothesis import event as note
from hypothesis import given, settings
from hypothesis import strategies as st

from guitai import session as core
from guitai.dialogue.lease import COMMANDS
from guitai.dialogue.seen import secret
from guitai.messages import bank, card, cash, takeover, touch, voice
from guitai.messages.codec import event_from
from guitai.messages.handover import TellerJoined, TellerLeft
from guitai.messages.recording import BeginRecording, EndRecording
from guitai.messages.session import Occurred
from guitai.messages.takeover import ListenerJoined, ListenerLeft, TellerQueued, VideoBlank, VideoGrant, VideoRevoke
from guitai.money import yuan
from tests.unit.session.test_invariants import leaves, moves_money, values

from .desk import LIMIT, OTHER, TELLER, Desk

SCAM = voice.ScamSignal(0.97, "strong", "police_impersonation", ("安全账户",))
AMOUNTS = [0, yuan(500), yuan(500), yuan(2_000), yuan(2_000), LIMIT + yuan(100), yuan(180_000)]
FORM = {"title": "登记", "body": "", "kind": "form", "fields": [{"name": "a", "label": "甲", "options": ["一", "二"]}]}
PAGE = {"title": "须知", "body": "一段", "kind": "page", "fields": []}
STROKES = ((1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8),)

tellers = st.sampled_from([TELLER, TELLER, TELLER, OTHER])
commands = st.one_of(
    st.tuples(st.just("teller.joined"), tellers, st.just({})),
    st.tuples(st.just("teller.said"), tellers, st.just({"text": "您好"})),
    st.tuples(
        st.just("teller.decided"), tellers, st.fixed_dictionaries({"decision": st.sampled_from(["approve", "reject"])})
    ),
    st.tuples(
        st.just("teller.left"), tellers, st.fixed_dictionaries({"lapsed": st.booleans(), "transferred": st.booleans()})
    ),
    st.tuples(st.just("teller.pushed"), tellers, st.fixed_dictionaries({"page": st.sampled_from([FORM, PAGE])})),
    st.tuples(
        st.just("teller.asked"),
        tellers,
        st.fixed_dictionaries({"what": st.sampled_from(["signature", "id_card", "document", "consent_recording"])}),
    ),
    st.tuples(
        st.just("teller.operated"),
        tellers,
        st.fixed_dictionaries(
            {
                "operation": st.sampled_from(
                    ["dispense", "dispense", "dispense", "dispense", "print_slip", "return_card", "retain_card"]
                ),
                "amount_fen": st.sampled_from(AMOUNTS),
            }
        ),
    ),
    st.tuples(
        st.just("teller.hold"), tellers, st.fixed_dictionaries({"decision": st.sampled_from(["release", "confirm"])})
    ),
)
rare = st.one_of(
    st.sampled_from(["human", "lose", "back", "lapse", "time", "later", "card", "take", "listens", "leaves", "queued"]),
    st.sampled_from(["back", "video:yes", "video:no", "record:yes", "form:0", "form:no", "sign:no", "end"]).map(
        touch.Pressed
    ),
    st.just(touch.Signed(STROKES)),
)
edges = st.sampled_from(["lose", "back", "later"])
acts = st.integers(0, 11).flatmap(
    lambda n: st.just("go") if n < 4 else commands if n < 8 else rare if n < 10 else edges
)


class Watched(Desk):
    """Holds every step against the model, the finger and the grants."""

    confirmed: Any = None
    pressed_now = False
    granted: tuple[str, str] | None = None
    dark = False
    recorded = ""
    sent = 0

    def happen(self, event: object) -> list[Any]:
        before = self.state
        self.pressed_now = isinstance(event, touch.Pressed) and event.target == "confirm" and before.stage == "confirm"
        if self.pressed_now:
            self.confirmed = values(before)
        return super().happen(event)

    def stepped(self, before: Any, event: object, effects: tuple[object, ...]) -> None:
        if isinstance(event, COMMANDS) and (effects or self.state != before):
            self.allowed(before, event)
        old, new = before.handover, self.state.handover
        if old is not None and new is not None and old.escalation_id == new.escalation_id and old.teller_id:
            assert new.teller_id in ("", old.teller_id), "held by two tellers"
        for effect in effects:
            self.watch(effect)
        self.look()

    def allowed(self, before: Any, event: Any) -> None:
        held = before.handover
        assert held is not None
        assert event.escalation_id == held.escalation_id
        if isinstance(event, TellerQueued | ListenerJoined | ListenerLeft):
            return
        if isinstance(event, TellerJoined):
            assert held.teller_id in ("", event.teller_id)
            return
        assert held.teller_id == event.teller_id, "a command of somebody without the lease"
        if not isinstance(event, TellerLeft):
            assert self.now_ms < held.lease_until_ms, "a command after the lease"
            assert not held.lost, "a command of a teller who is lost"
            note(type(event).__name__)

    def watch(self, effect: Any) -> None:
        match effect:
            case bank.DecideHold(decision="release"):
                assert self.pressed_now, "released without a finger"
                note("released")
            case VideoGrant(escalation_id, viewers):
                self.granted = (escalation_id, viewers[0].id)
            case VideoRevoke():
                self.granted = None
            case VideoBlank(on):
                self.dark = on
            case BeginRecording(_, recording_id):
                assert not self.recorded
                self.recorded = recording_id
            case EndRecording(_, recording_id):
                assert self.recorded == recording_id
                self.recorded = ""
            case card.MoveCard(request_id, "retain"):
                assert request_id.endswith("-retain"), "kept without the issuer's order"
        if moves_money(effect):
            note(type(effect).__name__)
            assert self.confirmed is not None, f"{effect} without a finger"
            assert self.confirmed == values(self.state), f"{effect} of other values than were confirmed"
            if leaves(effect):
                assert self.state.risk is not None
                assert self.state.risk.level != "high", f"{effect} at high risk"

    def look(self) -> None:
        held = self.state.handover
        there = held is not None and held.teller_id != "" and self.state.stage != "closed"
        assert (self.granted is not None) == there
        if held is not None and there:
            assert self.granted == (held.escalation_id, held.teller_id)
            assert self.dark == secret(self.state)
        if self.recorded:
            assert there
            assert not secret(self.state)

    def do(self, what: Any) -> None:
        id_ = self.state.handover.escalation_id if self.state.handover is not None else "S1-0-help"
        match what:
            case (name, teller, data):
                self.command(name, teller, id_, data)
            case "go":
                self.go()
            case "human":
                self.press("human")
            case "lose":
                self.happen(takeover.TellerLost(id_, TELLER))
            case "back":
                self.happen(takeover.TellerBack(id_, TELLER))
            case "lapse":
                self.happen(TellerLeft(id_, TELLER, lapsed=True))
            case "time":
                if self.state.timer_ends_ms:
                    self.time_out()
            case "later":
                self.now_ms += 350_000
            case "card":
                if self.state.card == "none":
                    self.insert_card()
            case "take":
                self.happen(card.CardTaken())
                if self.state.stage == "take_cash" and self.state.task is not None:
                    self.happen(cash.NotesTaken(self.state.task.stacked))
            case "listens":
                self.happen(ListenerJoined(id_, "0901", "王主管"))
            case "leaves":
                self.happen(ListenerLeft(id_, "0901"))
            case "queued":
                self.happen(TellerQueued(id_, 2, 60))
            case _:
                self.happen(what)

    def command(self, name: str, teller: str, id_: str, data: dict[str, Any]) -> None:
        more: dict[str, Any] = {}
        if name == "teller.joined":
            more = {"teller_name": "林", "lease_ms": 600_000, "limit_fen": LIMIT}
        elif name in ("teller.decided", "teller.operated", "teller.hold"):
            more = {"reason": ""}
            amount = data.get("amount_fen") or (self.state.task.amount() if self.state.task is not None else 0)
            self.sent += 1
            if amount > LIMIT and self.sent % 3:  # two of three large ones come with an approval
                operation = {"teller.operated": "dispense", "teller.hold": "release"}.get(name, "approve")
                expires = self.now_ms + 60_000
                more |= {
                    "approval_id": f"A{self.sent}",
                    "approval": {
                        "approval_id": f"A{self.sent}", "escalation_id": id_, "operation": operation,
                        "amount_fen": amount, "approver_id": "0901", "expires_ms": expires, "signature": "",
                    },
                }  # fmt: skip
        self.happen(event_from({"type": name, "escalation_id": id_, "teller_id": teller, **data, **more}))


BEGINNINGS = ["human", "human", "held", "held", "withdraw", "approve", "silent", "transfer"]


def begin(desk: Watched, how: str) -> None:
    desk.open()
    desk.insert_card()
    match how:
        case "human":
            desk.press("human")
        case "held":
            desk.say("警察让我把十八万转到安全账户", "transfer", scam=SCAM, amount="180000", payee="李国强")
            desk.happen(touch.Entered("account", "", "v1|9999|19"))
        case "withdraw":
            desk.press("start:withdraw")
        case "transfer":
            desk.say("转五百给陈浩然", "transfer", amount="500", payee="陈浩然")
        case "approve":
            desk.press("start:change_phone")
        case "silent":
            desk.say("快取，取不出来我弄死你", "withdraw_cash", amount="2000")


def play(how: str, served: bool, what: list[Any]) -> None:
    """Play one path; whatever breaks a rule raises."""
    desk = Watched(fields={"available": {"available_fen": str(yuan(200_000))}})
    begin(desk, how)
    if served:
        desk.press("human")
        desk.do(("teller.joined", TELLER, {}))
    for one in what:
        desk.do(one)
    again = core.initial()
    for occurred, effects in desk.record:
        again, same = core.step(again, Occurred(occurred.seq, occurred.at_ms, occurred.event))
        assert same == effects
    assert again == desk.state


paths = (st.sampled_from(BEGINNINGS), st.integers(0, 3).map(bool), st.lists(acts, min_size=10, max_size=40))


@settings(max_examples=300, deadline=None)
@given(*paths)
def test_no_path_of_commands_breaks_lease_finger_or_grant(how: str, served: bool, what: list[Any]) -> None:
    play(how, served, what)

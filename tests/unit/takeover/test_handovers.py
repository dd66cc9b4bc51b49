"""A thousand scripted handovers without media: nothing asked twice, nobody and nothing lost, nothing held by two tellers."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from guitai.messages import bank, business, handover, touch, voice
from guitai.messages.handover import Escalate, WithdrawEscalation
from guitai.messages.takeover import TellerBack, TellerLost, VideoGrant, VideoRevoke
from guitai.money import yuan

from .desk import OTHER, TELLER, Desk

SCRIPTS, PARTS = 1000, 4
SCAM = voice.ScamSignal(0.97, "strong", "police_impersonation", ("安全账户",))
FORM = {"title": "登记", "body": "", "kind": "form", "fields": [{"name": "a", "label": "甲", "options": ["一", "二"]}]}
PAGE = {"title": "须知", "body": "一段\n\n二段", "kind": "document", "fields": []}
STROKES = ((1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8),)
ERRANDS = ("transfer", "withdraw", "open_deposit", "held", "credit_card_limit", "none")
AMOUNT = {"transfer": yuan(600), "withdraw": yuan(800), "open_deposit": yuan(3_000), "held": yuan(180_000)}


class Script(Desk):
    """One customer whose errand a human interrupts, played from a seed; counts what went wrong."""

    def __init__(self, seed: int) -> None:
        super().__init__(fields={"available": {"available_fen": str(yuan(200_000))}})
        self.lot = random.Random(seed)
        self.wrong: Counter[str] = Counter()
        self.given: dict[str, dict[str, str]] = {}
        self.holders: dict[str, str] = {}
        self.grants: set[str] = set()
        self.errand = self.lot.choice(ERRANDS)
        self.kind = {"held": "transfer"}.get(self.errand, self.errand)
        self.rejected = False

    def stepped(self, before: Any, event: object, effects: tuple[object, ...]) -> None:
        state, task = self.state, self.state.task
        newly = state.stage == "slot" and (before.stage, before.asking) != ("slot", state.asking)
        if newly and task is not None and state.asking in self.given.get(task.kind, {}):
            self.wrong["asked again"] += 1
        if task is not None:
            self.given.setdefault(task.kind, {}).update((name, value) for name, value in task.slots if value)
        held = state.handover
        if held is not None and held.teller_id:
            if self.holders.setdefault(held.escalation_id, held.teller_id) != held.teller_id:
                self.wrong["held by two"] += 1
        elif held is not None:
            self.holders.pop(held.escalation_id, None)  # handed on
        for effect in effects:
            if isinstance(effect, VideoGrant):
                self.grants.add(effect.escalation_id)
            if isinstance(effect, VideoRevoke):
                self.grants.discard(effect.escalation_id)

    def play(self) -> Counter[str]:
        self.open()
        self.insert_card()
        self.begin()
        for _ in range(self.lot.randint(0, 4)):
            if self.state.stage not in ("result", "ending", "closed", "take_card", "take_cash"):
                self.go()
        if self.state.handover is None:
            self.call()
        if self.state.handover is None:
            self.wrong["not called"] += 1
            return self.wrong
        self.served()
        self.finish()
        self.judge()
        return self.wrong

    def begin(self) -> None:
        match self.errand:
            case "transfer":
                self.say("转六百给陈浩然", "transfer", amount="600", payee="陈浩然")
            case "withdraw":
                self.say("取八百", "withdraw_cash", amount="800")
            case "open_deposit":
                self.say("存三千定期", "fixed_deposit", amount="3000")
            case "held":
                self.say("警察让我把十八万转到安全账户", "transfer", scam=SCAM, amount="180000", payee="李国强")
                self.happen(touch.Entered("account", "", "v1|9999|19"))
            case "none":
                pass
            case kind:
                self.press(f"start:{kind}")

    def served(self) -> None:
        """Tellers come, act, are lost, hand on and leave, until the last one gives the customer back."""
        self.send("teller.queued", position=self.lot.randint(1, 4), wait_s=60)
        teller = self.accepted(self.lot.choice([TELLER, OTHER]))
        self.press(self.lot.choice(["video:yes", "video:no"]))
        for _ in range(self.lot.randint(1, 6)):
            if self.state.handover is None:
                return
            teller = self.act(teller)
        if self.state.handover is None:
            return
        if self.errand == "held" and self.state.task is not None and self.state.task.decision is None:
            self.decide(teller)
        elif self.state.task is not None and self.state.handover.why in ("approve", "risk"):
            self.send("teller.decided", teller, decision="approve", reason="")
        if self.send("teller.left", teller):
            self.wrong["not let go"] += 1

    def accepted(self, teller: str) -> str:
        rival = OTHER if teller == TELLER else TELLER
        if self.join(teller, limit=yuan(50_000)):
            self.wrong["not accepted"] += 1
        if self.join(rival, limit=yuan(50_000)) != "already_taken":
            self.wrong["held by two"] += 1
        return teller

    def act(self, teller: str) -> str:
        rival = OTHER if teller == TELLER else TELLER
        id_ = self.escalation
        match self.lot.randrange(10):
            case 0:
                self.send("teller.said", teller, text="您别着急")
            case 1:
                self.send("teller.pushed", teller, page=PAGE)
            case 2:
                if not self.send("teller.pushed", teller, page=FORM):
                    self.press("form:0")
            case 3:
                if not self.send("teller.asked", teller, what="signature"):
                    self.happen(touch.Signed(STROKES))
            case 4:
                self.send("teller.operated", teller, operation="print_slip", reason="核对")
            case 5:
                if not self.send("teller.operated", teller, operation="dispense", reason="", amount_fen=yuan(1_000)):
                    for _ in range(4):
                        if self.state.stage not in ("teller", "held", "waiting"):
                            self.go()
            case 6:
                self.happen(handover.TellerLeft("S9-1-help", teller, lapsed=True))  # nobody's
                self.happen(TellerLost(id_, teller))
                if self.lot.random() < 0.5:
                    self.happen(TellerBack(id_, teller))
                else:
                    self.join(teller)
            case 7:
                if not self.send("teller.left", teller, transferred=True):
                    return self.accepted(rival)
            case 8:
                self.happen(handover.TellerLeft(id_, teller, lapsed=True))
                if self.state.handover is None:
                    self.call()
                return self.accepted(rival)
            case _:
                self.send("listener.joined", listener_id="0901", name="王主管")
        return teller

    def decide(self, teller: str) -> None:
        if self.lot.random() < 0.5:
            self.rejected = True
            self.send("teller.decided", teller, decision="reject", reason="诈骗")
            return
        approval = self.approval("release", yuan(180_000), f"A{self.now_ms}")
        self.send("teller.hold", teller, decision="release", reason="核实", **approval)
        self.press("confirm")

    def finish(self) -> None:
        """The customer goes on with what waits, by touch, and does the obvious next thing to the end."""
        for _ in range(40):
            state = self.state
            if state.stage == "closed":
                return
            if state.stage in ("result", "open") and state.later:
                self.press(f"start:{state.later[0].kind}")
            elif state.stage == "open":
                self.press("end")
            elif state.stage in ("waiting", "held") and state.handover is not None:
                teller = self.accepted(TELLER)
                if self.errand == "held":
                    self.decide(teller)
                else:
                    self.send("teller.decided", teller, decision="approve", reason="")
                self.send("teller.left", teller)
            else:
                self.go()

    def judge(self) -> None:
        """Whether all that was begun came to its end, with the values the customer had given."""
        if self.state.stage != "closed":
            self.wrong[f"lost: ends at {self.state.stage}"] += 1
        called, withdrawn = self.all(Escalate), {one.escalation_id for one in self.all(WithdrawEscalation)}
        if any(one.escalation_id not in self.seen and one.escalation_id not in withdrawn for one in called):
            self.wrong["lost: a call nobody took"] += 1
        if self.grants:
            self.wrong["a grant left behind"] += 1
        paid = self.errand == "withdraw" and yuan(1_000) in self.moved  # the teller's own sum in its place
        if self.errand in AMOUNT and not self.rejected and not paid and AMOUNT[self.errand] not in self.moved:
            self.wrong[f"lost: {self.errand}"] += 1

    @property
    def seen(self) -> set[str]:
        """Escalations that somebody joined."""
        joined = [one.event for one, _ in self.record if isinstance(one.event, handover.TellerJoined)]
        return {event.escalation_id for event in joined}

    @property
    def moved(self) -> set[int]:
        """Sums that were moved, or released."""
        sums = {int(effect.amount) for effect in self.all(bank.ReserveDebit)}
        sums |= {int(effect.amount) for effect in self.all(bank.PostTransfer) if effect.mode != "hold"}
        orders = [dict(effect.params) for effect in self.all(business.PlaceOrder)]
        sums |= {int(params["amount_fen"]) for params in orders if params.get("amount_fen", "").isdigit()}
        released = [effect for effect in self.all(bank.DecideHold) if effect.decision == "release"]
        return sums | ({yuan(180_000)} if released else set())


@pytest.mark.parametrize("part", range(PARTS))
def test_a_thousand_handovers(part: int) -> None:
    wrong = {seed: found for seed in range(part, SCRIPTS, PARTS) if (found := Script(seed).play())}
    assert wrong == {}

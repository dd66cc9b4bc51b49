"""The five scripted customers; each line waits for what the kiosk really did and says what must be true."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from guitai.demo.customer import PATIENCE_S, Customer
from guitai.demo.observer import Observer
from guitai.demo.teller import Teller
from guitai.demo.voices import Line

LOCAL_CARD = "6217000012340003802"
LOCAL_PIN = "135790"
REMOTE_CARD = "6228480078880006516"
REMOTE_PIN = "246802"
PAYEE_ACCOUNT = "6222021208003456688"
STRANGER_ACCOUNT = "6217991234567809999"

OLD_MAN = "zm_yunjian"
YOUNG_WOMAN = "zf_xiaoyi"
YOUNG_MAN = "zm_yunxi"
QUIET_DB = -62.0

TRANSFER = Line("我想给张伟转五千块", YOUNG_WOMAN)
SOLVED = Line("解决了", YOUNG_WOMAN)
CASH = Line("我要取五百块钱", OLD_MAN, 0.9)
DEPOSIT = Line("我想存现金", YOUNG_WOMAN)
SCAM = Line("我要把十八万块钱转到安全账户", OLD_MAN, 0.9)
SCAM_NAME = Line("转给李国强", OLD_MAN, 0.9)
FEES = Line("跨行转账要手续费吗", YOUNG_MAN, 1.0, QUIET_DB)
HOURS = Line("你们几点关门", YOUNG_MAN, 1.0, QUIET_DB)
BALANCE = Line("查一下余额", YOUNG_MAN, 1.0, QUIET_DB)
WAITING_TRANSFER = Line("我要给李娜转两千块", YOUNG_MAN, 1.0, QUIET_DB)
LINES = (TRANSFER, SOLVED, CASH, DEPOSIT, SCAM, SCAM_NAME, FEES, HOURS, BALANCE, WAITING_TRANSFER)


@dataclass
class Scene:
    """What a script works with, and what it has found out."""

    name: str
    customer: Customer
    observer: Observer
    teller: Teller
    cut_line: Callable[[], Awaitable[None]]
    restore_line: Callable[[], Awaitable[None]]
    checks: list[tuple[str, bool, str]] = field(default_factory=list)
    first_step: int = 0
    session_id: str = ""

    def check(self, what: str, holds: bool, detail: object = "") -> None:
        """Note whether an expectation holds."""
        self.checks.append((what, holds, str(detail)))

    @property
    def steps(self) -> list[dict[str, Any]]:
        """Return the steps of this scene's session."""
        return self.observer.steps[self.first_step :]

    def effect(self, type_: str) -> dict[str, Any]:
        """Return the last effect of a type, empty if there was none."""
        found = self.observer.effects(type_, self.first_step)
        return found[-1] if found else {}

    async def begin(self) -> None:
        """The customer walks up and is greeted by screen and voice."""
        self.first_step = len(self.observer.steps)
        await self.customer.stand("approach")
        await self.observer.event("session.opened", self.first_step)
        self.session_id = self.observer.steps[-1]["session_id"]
        await self.observer.event("face.approached", self.first_step)
        await self.customer.stand("stand")

    async def finish(self) -> None:
        """The customer takes the card, if any, and walks away."""
        await self.observer.stage("ending", "closed")
        if self.observer.current_stage == "ending":
            await self.observer.event("card.offered", self.first_step)
            await self.customer.hands.take_card()
            await self.observer.stage("closed")
        await self.customer.stand("leave")
        await self.observer.until("the camera to see nobody", lambda: not self.observer.present)

    async def ask_for(self, line: Line, card: str, pin: str) -> None:
        """The customer walks up, says what it is about, and shows who they are."""
        await self.begin()
        await self.customer.say(line)
        await self.observer.stage("card")
        await self.identify(card, pin)

    async def identify(self, card: str, pin: str) -> None:
        """Card in, once the kiosk has asked for it; PIN on the simulated pad."""
        await self.observer.listen(PATIENCE_S)
        await self.customer.hands.insert_card(card)
        await self.observer.stage("pin")
        await self.observer.listen(PATIENCE_S)
        await self.customer.hands.type_pin(pin)
        await self.observer.event("pin.checked", self.first_step, right=True)

    async def confirm(self) -> None:
        """The customer confirms with a finger what the screen shows."""
        await self.observer.stage("confirm")
        await self.customer.press("confirm")

    async def leave_content(self) -> None:
        """The customer says that it is solved and walks away."""
        await self.observer.stage("result")
        await self.customer.press("solved:yes")
        await self.finish()


async def transfer(scene: Scene) -> None:
    """Medium risk: voice, a missing account, a question, a code, a finger, a receipt."""
    customer, observer = scene.customer, scene.observer
    await scene.ask_for(TRANSFER, LOCAL_CARD, LOCAL_PIN)
    await observer.stage("slot")
    await customer.key_in(PAYEE_ACCOUNT, done=True)
    await observer.stage("question")
    decision = scene.effect("risk.decided").get("decision", {})
    scene.check("R is medium", decision.get("level") == "medium", f"R = {decision.get('r_hundredths', 0) / 100}")
    scene.check("six factors sum to R", _sums_to_r(decision))
    await customer.press("met:yes")
    await observer.stage("sms")
    await customer.key_in(await scene.teller.sms_code(scene.effect("bank.send_sms")["request_id"]))
    await scene.confirm()
    await observer.stage("result")
    await customer.press("receipt:paper")
    await observer.event("print.done", scene.first_step)
    posted = await observer.event("bank.transfer", scene.first_step)
    scene.check("the bank posted it", posted["status"] == "posted", posted["status"])
    scene.check("5,000 yuan", scene.effect("bank.post_transfer").get("amount") == 500_000)
    await customer.say(SOLVED)
    await scene.finish()


async def withdrawal(scene: Scene) -> None:
    """Card back first, then the notes."""
    customer, observer = scene.customer, scene.observer
    await scene.ask_for(CASH, LOCAL_CARD, LOCAL_PIN)
    await scene.confirm()
    await observer.stage("take_card")
    await observer.event("card.offered", scene.first_step)
    scene.check("no notes before the card is taken", not observer.effects("cash.present", scene.first_step))
    await customer.hands.take_card()
    await observer.stage("take_cash")
    await observer.listen(PATIENCE_S)
    await customer.hands.take_notes()
    await observer.event("cash.taken", scene.first_step, amount=50_000)
    await observer.event("bank.debit", scene.first_step, status="committed")
    dispensed = len(observer.effects("cash.dispense", scene.first_step))
    scene.check("one dispense", dispensed == 1, dispensed)
    await scene.leave_content()


async def deposit(scene: Scene) -> None:
    """Counted, a note pushed back, confirmed by a finger, stored, and only then credited."""
    customer, observer = scene.customer, scene.observer
    await scene.ask_for(DEPOSIT, LOCAL_CARD, LOCAL_PIN)
    await observer.stage("insert_notes")
    await observer.listen(PATIENCE_S)
    await customer.hands.insert_notes({100_00: 5, 50_00: 1}, {100_00: 1})
    await observer.stage("confirm")
    scene.check(
        "nothing is credited before it is confirmed", not observer.effects("bank.post_deposit", scene.first_step)
    )
    await customer.hands.take_returned_notes()
    await customer.press("confirm")
    stored = await observer.event("cashin.stored", scene.first_step)
    scene.check("550 yuan are stored, the bad note is not", stored["amount"] == 55_000, stored["amount"])
    await observer.event("bank.deposit", scene.first_step, status="credited")
    await scene.leave_content()


async def scam(scene: Scene) -> None:
    """Held, calm words, a teller who sees everything, speaks and decides."""
    customer, observer, teller = scene.customer, scene.observer, scene.teller
    await scene.ask_for(SCAM, REMOTE_CARD, REMOTE_PIN)
    await observer.stage("slot")
    if not _asked(scene, "ask_account"):
        await customer.say(SCAM_NAME)
    await customer.key_in(STRANGER_ACCOUNT, done=True)
    await observer.stage("held")
    decision = scene.effect("risk.decided").get("decision", {})
    scene.check(
        "R is at least 60", decision.get("r_hundredths", 0) >= 6000, f"R = {decision.get('r_hundredths', 0) / 100}"
    )
    scene.check("the floor says so too", any(f["level"] == "high" for f in decision.get("floors", [])))
    outcome = await observer.event("bank.transfer", scene.first_step)
    scene.check("held at the bank", outcome["status"] == "held", outcome["status"])
    escalation_id = scene.effect("handover.escalate")["escalation_id"]
    await _teller_helps(scene, teller, escalation_id)
    await observer.event("bank.transfer", scene.first_step, status="refused")
    await teller.leave(escalation_id)
    await scene.leave_content()


async def _teller_helps(scene: Scene, teller: Teller, escalation_id: str) -> None:
    found = await teller.escalation(escalation_id)
    scene.check("headquarters sees the words", "安全账户" in str(found["transcript"]), "")
    scene.check("no account number leaves the kiosk", STRANGER_ACCOUNT not in str(found), "")
    await teller.accept(escalation_id)
    await scene.observer.stage("teller")
    await scene.observer.listen(PATIENCE_S)
    await teller.post(f"/api/escalations/{escalation_id}/say", text="大爷您好，公安局没有安全账户，这笔钱先不转。")
    await scene.observer.event("teller.said", scene.first_step)
    await scene.observer.listen(PATIENCE_S)
    await teller.post(f"/api/escalations/{escalation_id}/decide", decision="reject", reason="冒充公检法")


async def line_down(scene: Scene) -> None:
    """Facts are answered, money waits, the card comes back, R is still computed, nothing is lost."""
    customer, observer = scene.customer, scene.observer
    await scene.cut_line()
    await scene.begin()
    for line, fact in ((FEES, "transfer-fee"), (HOURS, "hours")):
        before = len(observer.steps)
        await customer.say(line)
        spoken = observer.effects("voice.speak", before)
        scene.check(f"answered offline: {line.text}", bool(spoken) and not _asked(scene, "line_down", before), fact)
    await observer.listen(PATIENCE_S)
    before = len(observer.steps)
    taken_before = await _cards_taken(scene)
    await customer.hands.insert_card(LOCAL_CARD)
    await observer.event("card.offered", before)
    await customer.hands.take_card()
    await observer.event("card.taken", before)
    taken = await _cards_taken(scene) - taken_before
    scene.check("the card comes back", taken == 1, f"{taken} taken at the reader")
    before = len(observer.steps)
    await customer.say(BALANCE)
    scene.check("a balance waits and the screen says so", _asked(scene, "line_down", before))
    await customer.say(WAITING_TRANSFER)
    scene.check("R is still computed", bool(scene.effect("risk.decided")))
    scene.check("no money was asked for", not observer.effects("bank.post_transfer", scene.first_step))
    await observer.listen(PATIENCE_S)
    await customer.press("end")
    await scene.finish()
    await scene.restore_line()


SCENES: dict[str, Callable[[Scene], Awaitable[None]]] = {
    "transfer": transfer,
    "withdrawal": withdrawal,
    "deposit": deposit,
    "scam": scam,
    "line_down": line_down,
}


def _asked(scene: Scene, key: str, since: int | None = None) -> bool:
    words = {"line_down": "线路", "ask_account": "账号"}[key]
    start = scene.first_step if since is None else since
    return any(words in effect["text"] for effect in scene.observer.effects("voice.speak", start))


async def _cards_taken(scene: Scene) -> int:
    """Return how many cards hands have ever taken out of the reader, by the machine's own count."""
    return int((await scene.customer.hands.state())["card_reader"]["taken"])


def _sums_to_r(decision: dict[str, Any]) -> bool:
    total = sum(part["weight"] * part["r"] for part in decision.get("contributions", ()))
    return bool((total + 5_000) // 10_000 == decision.get("r_hundredths"))

"""What a customer does without being told by the script: answers once what stands in the setup, and what hands do anyway.

A fact of the setup (a payee's account, say) is told once when the kiosk asks for it, unless the script's next words tell it.
Who is asked 您说的是佘东来吗 says whether it is.
Who consents to what the kiosk asked, or enters a new PIN, and never confirms later, confirms what then follows: no script can know
in which order a kiosk asks, takes a code and lets confirm.
Where a script has no teller and wants its honest customer served, one approves what a kiosk may not do alone and what moves no
money, and a choice is made for who only consents from there on.
Nothing that the script's customer refuses in words is done for them: no finger after a refusal, no code they will not give.
What confirms, chooses or approves beside the script is counted (`helped`).
A card, a PIN, a code, notes and an ID card are given and taken when the kiosk wants it only where the script never does
anything of that kind: it then has no opinion on the order in which a kiosk asks.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection, Sequence

from guitai.dialogue.data import FLOWS
from guitai.dialogue.machine import without_card
from guitai.dialogue.services import ORDERS
from guitai.dialogue.yes_no import closes
from guitai.messages.touch import Entered
from guitai.messages.view import EntryPart
from guitai.scenarios import inner
from guitai.scenarios.deeds import Say
from guitai.scenarios.figures import should_be_risky
from guitai.scenarios.hands import Hands
from guitai.scenarios.identity import lay_id_card
from guitai.scenarios.model import Scenario, Turn
from guitai.scenarios.people import invented_account
from guitai.scenarios.screen import press
from guitai.scenarios.stage import Stage

GONE = frozenset({"leave", "customer_absent", "power_loss"})
FAMILIES: dict[str, frozenset[str]] = {
    "insert_card": frozenset({"insert_card", "show_id"}),
    "pin_ok": frozenset({"pin_ok", "pin_wrong", "pin_new_set"}),
    "pin_new_set": frozenset({"pin_new_set"}),
    "sms_ok": frozenset({"sms_ok", "sms_wrong"}),
    "take_card": frozenset({"take_card", "leave_card", "card_take_timeout"}) | GONE,
    "take_notes": frozenset({"take_notes", "leave_notes", "notes_take_timeout", "notes_retracted"}) | GONE,
    "take_rejected_notes": frozenset({"take_rejected_notes", "leave_notes", "notes_take_timeout"}) | GONE,
}
"""A deed, and those of the script that say what the customer thinks of it."""

QUESTIONNAIRE = "risk_profile"
"""Its questions have no answer that a script could have no opinion on."""

WORDS = ("say", "touch", "silence")
CONSENTS = ("confirm", "continue")
FRAUDS = frozenset({"risk", "scam", "fraud", "coached"})
"""Tags of a script whose customer is being defrauded."""

REFUSES = re.compile(
    r"不|别(?!的)|没(?!有?(?:别的|了|其[他它]|事|问题|啥事))|算了|考虑|商量|琢磨|合计|想想|回头|改天|改日|下次|下回|等等|等会|慢着|先看|取消|撤|退"
    r"|\b(?:no|not|don'?t|won'?t|never|cancel|stop|wait|later|think)\b"
)
"""Words that may refuse: who says them later has not agreed to what comes before."""

_NO = r"不(?!见|用输)|别|没|忘|怎么能|凭什么|拒绝|\b(?:no|not|never|won'?t|don'?t|refuse|forgot)\b"
_REFUSED: dict[str, str] = {"sms_ok": r"验证码|校验码|动态码|短信码|\bcode\b", "pin_ok": r"密码|\bpin\b"}
"""What a deed gives, by the words for it."""

MANY_DIGITS = re.compile(r"\d{6,}")
TIMES = 10


class Willing:
    """The customer between two turns of the script."""

    def __init__(
        self, stage: Stage, hands: Hands, say: Say, scenario: Scenario, teller: Callable[[], Awaitable[None]]
    ) -> None:
        self._stage, self._hands, self._say, self._teller = stage, hands, say, teller
        self._tellers = any(turn.actor == "teller" or turn.value == "teller_3_min" for turn in scenario.turns)
        self._setup = scenario.setup
        done = {turn.do for turn in scenario.turns} | {
            str(turn.value) for turn in scenario.turns if turn.do == "timeout"
        }
        said = [turn.text or "" for turn in scenario.turns if turn.actor == "customer"]
        self._of_itself = tuple(
            deed for deed, family in FAMILIES.items() if not family & done and not refused(deed, said)
        )
        self._wants_done = bool(scenario.outcome.resolved) and not defrauded(scenario)
        self._shows_id = "show_id" not in done and scenario.setup.customer.identity_ok
        self._answered: set[str] = set()
        self._stood = ""
        """The screen at the end of the turn before."""

        self.turns = 0
        """Answers given beside the script."""

        self.helped: list[str] = []
        """What was confirmed, chosen or approved beside it."""

    async def settle(self, turn: Turn | None, rest: Sequence[Turn]) -> None:
        """Let things come to rest, giving and taking what the kiosk wants meanwhile."""
        for _ in range(TIMES):
            await self._stage.settle()
            if not (
                self._hands.pay()
                or any(self._wanted(deed) for deed in self._of_itself)
                or await self._tell(turn, rest)
                or self._confirms(turn, rest)
                or await self._approved(rest)
            ):
                break
        self._stood = self._screen()

    def _screen(self) -> str:
        view = self._stage.watch.view
        return "" if view is None else view.screen

    def _confirms(self, turn: Turn | None, rest: Sequence[Turn]) -> bool:
        """Confirm what follows the script's last consent to a question, or its new PIN."""
        if turn is None or _goes_on(rest) or any(one.do == "touch" and one.value in CONSENTS for one in rest):
            return False
        consents = turn.do == "touch" and turn.value in CONSENTS and self._stood == "risk_question"
        if not (consents or turn.do == "pin_new_set") or self._screen() != "confirm":
            return False
        if not press(self._stage, "confirm"):
            return False
        self.helped.append("confirmed")
        return True

    def _wanted(self, deed: str) -> bool:
        view = self._stage.watch.view
        if deed == "insert_card" and (view is None or view.screen != "insert_card"):
            return False  # before anybody asked for it a card stays in the pocket
        if deed == "take_card" and self._stage.machines.reader.slot != "exit":
            return False  # nobody asks for it back who does not say so
        return self._hands.now(deed)

    async def _approved(self, rest: Sequence[Turn]) -> bool:
        """Let a teller approve what the kiosk waits for, unless the script has tellers of its own or its customer goes on talking."""
        session = self._stage.core.state
        handover, task = session.handover, session.task
        if (
            not self._wants_done
            or self._tellers
            or session.stage != "waiting"
            or handover is None
            or handover.why != "approve"
            or task is None
        ):
            return False
        if _goes_on(rest) or "approved" in self._answered or is_about_money(task.kind):
            return False
        self._answered.add("approved")
        self.helped.append("approved")
        await self._teller()
        return True

    async def _tell(self, turn: Turn | None, rest: Sequence[Turn]) -> bool:
        if perhaps := inner.asked_about(self._stage.core.state):
            return await self._which(perhaps, turn)
        slot = inner.canonical(inner.asking(self._stage.core.state))
        if not slot or slot in self._answered:
            return False
        if slot == "id_card" and self._shows_id:
            self._answered.add(slot)
            await lay_id_card(self._stage)
            return True
        fact = self._fact(slot)
        chosen = None if fact is not None else self._any_choice(slot, rest)
        fact = fact or chosen
        if fact is None or _comes_anyway(slot, fact, turn, rest):
            return False
        self._answered.add(slot)
        self.turns += 1
        if chosen is not None:
            self.helped.append(f"chose {slot}")
        view = self._stage.watch.view
        entry = next((part for part in view.parts if isinstance(part, EntryPart)), None) if view is not None else None
        if entry is not None and entry.source == "keypad" and inner.canonical(entry.field) == slot and fact.isdigit():
            self._stage.core.happen(Entered(entry.field, fact))
        else:
            await self._say(fact)
        return True

    async def _which(self, perhaps: tuple[str, ...], turn: Turn | None) -> bool:
        """Say whether a payee whose name was not surely heard is the one meant, once each."""
        if (question := "".join(perhaps)) in self._answered:
            return False
        self._answered.add(question)
        self.turns += 1
        await self._say(which_payee(perhaps, (turn.text if turn is not None else "") or "", self._setup.payees))
        return True

    def _any_choice(self, slot: str, rest: Sequence[Turn]) -> str | None:
        """Return the first choice of what is asked where the script only consents from here on: it has no opinion on it."""
        task = self._stage.core.state.task
        asked = FLOWS[task.kind].slots.get(slot) if task is not None else None
        words = [one for one in rest if one.actor == "customer" and one.do in WORDS]
        if (
            not self._wants_done
            or asked is None
            or task is None
            or task.kind == QUESTIONNAIRE
            or not asked.choices
            or asked.usual
            or not words
        ):
            return None
        if any(one.value not in CONSENTS for one in words) or any(one.value == "yes" for one in asked.choices):
            return None
        return asked.choices[0].en if self._setup.customer.language.startswith("en") else asked.choices[0].zh

    def _fact(self, slot: str) -> str | None:
        setup, understood = self._setup, inner.values(self._stage.core.state)
        payee = setup.payees.get(understood.get("payee", "")) or (
            next(iter(setup.payees.values())) if len(setup.payees) == 1 else None
        )
        match slot:
            case "payee":
                return next(iter(setup.payees)) if len(setup.payees) == 1 else None
            case "account":
                if touched := self._stage.body.payee:
                    facts = setup.payees.get(touched)
                    return (facts.account_no if facts is not None else None) or invented_account(touched)
                return payee.account_no if payee is not None else None
            case "bank":
                return payee.bank if payee is not None else None
            case "phone":  # the one the bank has is no new one: who changes it, tells it
                return None if "change_phone" in inner.intents(self._stage.core.state) else self._stage.owner.phone
            case "user_no":
                bills = self._stage.bank.catalogue.bill if setup.device.bills else ()
                wanted = [bill.user_no for bill in bills if bill.bill == understood.get("bill", bill.bill)]
                return wanted[0] if wanted else None
            case _:
                return None


def _goes_on(rest: Sequence[Turn]) -> bool:
    """Whether the customer says or does anything later than consent, or goodbye: what may refuse is no goodbye."""
    if any(one.value == "customer_absent" for one in rest):
        return True
    words = (one for one in rest if one.actor == "customer" and one.do in (*WORDS, "leave"))
    return any(one.value not in CONSENTS and not says_goodbye(one.text or "") for one in words)


def says_goodbye(text: str) -> bool:
    """Whether words end a visit and refuse nothing: 没别的了，谢谢; but not 不用了 or 我再考虑考虑."""
    return closes(text) and not REFUSES.search(text.lower())


def refused(deed: str, said: Sequence[str]) -> bool:
    """Whether a customer who says this will not, or cannot, do what nobody told them to."""
    if deed == "insert_card":
        return any(without_card(text, wanted=False) for text in said)
    if deed not in _REFUSED:
        return False
    clauses = (clause for text in said for clause in re.split(r"[，。；！？,.;!?]", text.lower()))
    return any(re.search(_REFUSED[deed], one) and re.search(_NO, one) for one in clauses)


def defrauded(scenario: Scenario) -> bool:
    """Whether a script tells of somebody who is being defrauded, or wants a risk to be seen."""
    return bool(FRAUDS.intersection(scenario.tags)) or should_be_risky(scenario) is True


def is_about_money(kind: str) -> bool:
    """Whether a business takes, gives or moves money; a right (a new PIN, a closed account) is none, though it is weighed, too."""
    flow = FLOWS[kind]
    orders = (ORDERS[step.order] for step in flow.steps if step.order)
    notes = any(step.device in ("deposit", "withdraw") for step in flow.steps)
    return notes or "amount" in flow.slots or any(order.money != "none" for order in orders)


def which_payee(perhaps: tuple[str, ...], said: str, known: Collection[str]) -> str:
    """Return the answer to 您说的是…吗 of a customer who has just said something and knows some payees."""
    wanted = max(perhaps, key=said.rfind)
    if wanted not in said:
        wanted = next((name for name in perhaps if name in known), "")
    if not wanted:
        return "不是" if len(perhaps) == 1 else "都不是"
    return "对的，就是这个人" if len(perhaps) == 1 else ("第一个", "第二个")[perhaps.index(wanted)]


def _comes_anyway(slot: str, fact: str, turn: Turn | None, rest: Sequence[Turn]) -> bool:
    """Whether the script itself answers next."""
    following = next((one for one in rest if one.actor == "customer"), None)
    if following is not None and following.do == "touch" and isinstance(following.value, dict):
        return any(inner.canonical(name) == slot for name in following.value)
    if following is None or following.do != "say":
        return False
    text = following.text or ""
    asked = turn.expect.kiosk_asks if turn is not None and turn.expect is not None else None
    return fact in text or MANY_DIGITS.search(text) is not None or inner.canonical(asked or "") == slot

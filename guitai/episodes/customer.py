"""A customer with a body, more or less careful, who sees the screen and the slots and does what people do there."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field

from firmware_bridge.simulator.notes import Notes, plus
from guitai.episodes.core import Core
from guitai.episodes.machines import Machines, Taken
from guitai.episodes.plan import Visit
from guitai.messages import face
from guitai.messages.handover import TellerJoined, TellerLeft
from guitai.messages.takeover import Operation, TellerOperated
from guitai.messages.touch import Entered, Pressed
from guitai.money import yuan
from headquarters.bank.customers import Customer as Owner
from headquarters.bank.host import Bank

LOOKS_S = (0.4, 2.5)
MOST_LOOKS = 150
"""After so many looks at the screen the customer has had enough."""

TELLER = "0218"
FORGED = 20_00
"""Only twenties are forged, so that their value can be told from the others'."""

FORGED_RATE = 0.15
CHANGES_MIND = 0.25


@dataclass
class Body:
    """What a customer has and had in hand."""

    cards: list[str] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    inserted: list[tuple[str, Notes]] = field(default_factory=list)
    """Notes put in, with the session they were put in for."""

    taken_back: list[tuple[str, Notes]] = field(default_factory=list)


class Customer:
    """One visit."""

    def __init__(self, visit: Visit, owner: Owner, body: Body, core: Core, machines: Machines, bank: Bank) -> None:
        self._visit, self._owner, self._body = visit, owner, body
        self._core, self._machines, self._bank = core, machines, bank
        self._lot = random.Random(visit.seed)  # noqa: S311 # a test customer
        self._begun = False
        self._again = 1
        self._last_session = ""

    async def come(self) -> None:
        """Use the kiosk until it says goodbye, or until patience ends."""
        self._core.happen(face.CustomerApproached())
        for _ in range(MOST_LOOKS):
            await asyncio.sleep(self._lot.uniform(*LOOKS_S))
            stage = self._core.state.stage
            self._session()
            if self._core.daemon is None:
                continue  # the screen is dark
            if stage in ("idle", "closed") and self._begun and not self._sees_notes():
                break
            if self._lot.random() < self._visit.care:
                self._obvious(stage)
            else:
                await self._careless()
        self._core.happen(face.CustomerLeft())

    def _sees_notes(self) -> bool:
        """Return whether notes stand at a slot that this customer would not forget."""
        cash = self._machines.cash
        return self._visit.forgets != "notes" and bool(cash.exit or cash.returned or cash.refused)

    def _obvious(self, stage: str) -> None:
        core, machines = self._core, self._machines
        if self._sees_notes():
            self._grab_notes()
            self._grab_back()
            return
        match stage:
            case "idle" | "closed":
                self._begun = True
                core.happen(Pressed("begin"))
            case "open":
                self._open()
            case "card":
                self._insert()
            case "pin":
                machines.type_pin(self._owner.pin)
            case "slot":
                core.happen(Pressed(f"amount:{yuan(self._visit.amount_yuan)}"))
            case "insert_notes":
                self._insert_notes()
            case "confirm":
                self._confirm()
            case "question":
                core.happen(Pressed("met:yes"))
            case "sms":
                self._enter_sms()
            case "take_card" | "ending":
                self._grab_card()
            case "result":
                core.happen(Pressed("solved:yes"))
            case "offer":
                core.happen(Pressed("offer:no"))
            case "still_there":
                core.happen(Pressed("stay"))
            case "waiting" | "held" | "teller":
                self._with_teller(stage)

    async def _careless(self) -> None:
        deed = self._lot.choice(
            (
                "dream", "dream longer", "cancel", "end", "human", "confirm", "start", "balance", "back", "no",
                "leave", "grab card", "grab notes", "insert", "cancel pin", "wrong pin", "another amount", "grab back",
                "more_notes", "insert notes",
            )
        )  # fmt: skip
        match deed:
            case "dream":
                await asyncio.sleep(35)
            case "dream longer":
                await asyncio.sleep(80)
            case "leave":
                self._core.happen(face.CustomerLeft())
                await asyncio.sleep(self._lot.choice((5, 40, 120)))
                self._core.happen(face.CustomerApproached())
            case "grab card":
                self._grab_card()
            case "grab notes":
                self._grab_notes()
            case "grab back":
                self._grab_back()
            case "insert notes":
                self._insert_notes()
            case "insert":
                self._insert()
            case "cancel pin":
                self._machines.cancel_pin()
            case "wrong pin":
                self._machines.type_pin("0000")
            case "another amount":
                self._core.happen(Pressed(f"amount:{yuan(self._lot.choice((200, 400)))}"))
            case _:
                targets = {"start": "start:withdraw", "balance": "start:balance", "no": "solved:no"}
                self._core.happen(Pressed(targets.get(deed, deed)))

    def _open(self) -> None:
        if self._again > 0:
            self._again -= 1
            self._core.happen(Pressed(f"start:{self._visit.business}"))
        else:
            self._core.happen(Pressed("end"))

    def _insert(self) -> None:
        if self._body.cards and self._machines.insert_card(self._body.cards[0]):
            self._body.cards.pop(0)

    def _grab_card(self) -> None:
        if self._visit.forgets == "card":
            return
        if pan := self._machines.take_card():
            self._body.cards.append(pan)  # not necessarily one's own

    def _grab_notes(self) -> None:
        if taken := self._machines.take_notes():
            self._body.taken.append(taken)

    def _grab_back(self) -> None:
        if notes := self._machines.take_back():
            self._body.taken_back.append((self._session(), notes))

    def _insert_notes(self) -> None:
        """Put a few notes in, some of them twenties that are no good."""
        hundreds, fifties = self._lot.randint(0, 8), self._lot.randint(0, 4)
        good = {note: n for note, n in ((100_00, hundreds), (50_00, fifties)) if n}
        bad = {FORGED: 1} if self._lot.random() < FORGED_RATE else {}
        if (good or bad) and self._machines.insert_notes(good, bad):
            self._body.inserted.append((self._session(), plus(good, bad)))

    def _session(self) -> str:
        """Return the session the screen shows, or showed last."""
        self._last_session = self._core.state.session_id or self._last_session
        return self._last_session

    def _confirm(self) -> None:
        if self._visit.business == "deposit" and self._lot.random() < CHANGES_MIND:
            self._core.happen(Pressed(self._lot.choice(("more_notes", "cancel"))))
        else:
            self._core.happen(Pressed("confirm"))

    def _enter_sms(self) -> None:
        task, daemon = self._core.state.task, self._core.daemon
        if task is None or daemon is None or not task.sms_id:
            return
        daemon.keep("sms", self._bank.checks.inbox(task.sms_id))
        daemon.happen(Entered("sms", "", "sms"))

    def _with_teller(self, stage: str) -> None:
        handover = self._core.state.handover
        if handover is None or self._lot.random() < 0.5:
            return
        if stage == "teller" and self._lot.random() < 0.4:
            operation: Operation = self._lot.choice(("dispense", "return_card", "print_slip"))
            amount = yuan(self._lot.choice((200, 500)))
            self._core.happen(TellerOperated(handover.escalation_id, TELLER, operation, "", amount))
        elif stage == "teller":
            self._core.happen(TellerLeft(handover.escalation_id, TELLER))
        elif self._lot.random() < 0.5:
            self._core.happen(TellerJoined(handover.escalation_id, TELLER, "林柜员", 600_000, yuan(1_000)))
        else:
            self._core.happen(Pressed("end"))

"""What must be true whatever broke: by the machine's own count, the hands and the bank's ledger, never by the session."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from firmware_bridge.simulator.dispenser import Cash, conservation
from firmware_bridge.simulator.notes import Notes, minus, plus, value
from guitai.episodes.customer import Body
from guitai.episodes.machines import Machines, Taken
from headquarters.bank.customers import card_token
from headquarters.bank.host import Bank
from headquarters.bank.ledger import OPENING, account_of

MAC_CHARS = 64


@dataclass
class Oracle:
    """Watches the dispenser while it moves, counts everything at the end."""

    bank: Bank
    machines: Machines | None = None
    wrong: list[str] = field(default_factory=list)
    dispensed: Counter[str] = field(default_factory=Counter)
    """Dispenses begun, by the machine's name for them."""

    snatched: list[Taken] = field(default_factory=list)
    """Notes a hand took out of a retract under way."""

    endings: Counter[str] = field(default_factory=Counter)
    """How debits ended, and what became of cards."""

    def seen(self, old: Cash, new: Cash) -> None:
        """The dispenser changed."""
        if missing := conservation(new):
            self._broken("notes from nowhere or gone", missing)
        if new.moving == "dispense" and old.moving != "dispense" and new.last is not None:
            self.dispensed[new.last.dispense_id] += 1
        assert self.machines is not None
        if new.taken != old.taken and not self.machines.hand_at_exit:
            self.snatched.append(Taken(minus(new.taken, old.taken), new.last.dispense_id if new.last else ""))
        if new.moving == "present" and old.moving != "present":
            self._presents(new, self.machines)

    def check(self, bodies: Iterable[Body], card_key: bytes, owners: Iterable[str], records: int) -> None:
        """Count everything, once everybody has gone and everything works again."""
        assert self.machines is not None
        cash, taken = self.machines.cash, [*self.snatched, *(one for body in bodies for one in body.taken)]
        by_hand: Notes = {}
        for one in taken:
            by_hand = plus(by_hand, one.notes)
        if by_hand != cash.taken:
            self._broken("the machine's count of taken notes is not what hands took", (cash.taken, by_hand))
        disputed = any(debit["status"] == "disputed" for debit in self._debits() if self._is_of(debit, cash))
        if (cash.stacker or cash.exit) and not disputed:
            self._broken("notes lie about and nobody asks", (cash.stacker, cash.exit))
        self._check_debits(taken_of={one.dispense_id: value(one.notes) for one in taken})
        self._check_accounts(card_key, owners)
        self._check_cards(list(bodies), records)

    def _presents(self, cash: Cash, machines: Machines) -> None:
        if machines.reader.slot != "empty":
            self._broken("notes before the card", machines.reader.slot)
        for debit in self._debits():
            if self._is_of(debit, cash) and debit["status"] != "reserved":
                self._broken("notes go out though the debit is", debit["status"])

    def _check_debits(self, taken_of: dict[str, int]) -> None:
        known = set()
        for debit in self._debits():
            mac = mac_of(debit)
            known.add(mac)
            taken, status = taken_of.get(mac, 0) if mac else 0, debit["status"]
            self.endings[status] += 1
            if self.dispensed[mac] > 1:
                self._broken("dispensed twice for one debit", debit["id"])
            fits = {
                "committed": taken == debit["amount_fen"],
                "reversed": taken == 0,
                "refused": taken == 0,
                "disputed": True,
            }
            if not fits.get(status, False):
                self._broken(f"the debit is {status}", f"{taken} of {debit['amount_fen']} fen taken ({debit['id']})")
        if strange := {mac for mac in self.dispensed if mac not in known}:
            self._broken("dispensed without a debit", strange)

    def _check_accounts(self, card_key: bytes, owners: Iterable[str]) -> None:
        balances = self.bank.ledger.balances()
        if sum(balances.values()):
            self._broken("the ledger's books do not balance", balances)
        opening = -balances[OPENING]
        out = sum(d["amount_fen"] for d in self._debits() if d["status"] in ("committed", "disputed"))
        mine = sum(balances.get(account_of(card_token(pan, card_key)), 0) for pan in owners)
        if mine != opening - out:
            self._broken("accounts and debits differ", (opening, mine, out))

    def _check_cards(self, bodies: list[Body], records: int) -> None:
        assert self.machines is not None
        reader = self.machines.reader
        held = sum(len(body.cards) for body in bodies)
        self.endings["card retained"] += reader.retained
        if reader.slot != "empty":
            self._broken("a card is left in the reader", reader.slot)
        if held + reader.retained != len(bodies):
            self._broken("a card is lost", (held, reader))
        if records < reader.retained:
            self._broken("a card was retained without a record", (records, reader.retained))

    def _is_of(self, debit: dict[str, Any], cash: Cash) -> bool:
        return cash.last is not None and mac_of(debit) == cash.last.dispense_id != ""

    def _debits(self) -> list[dict[str, Any]]:
        return [dict(row) for row in self.bank.ledger.connection.execute("SELECT * FROM debits")]

    def _broken(self, rule: str, detail: object) -> None:
        self.wrong.append(f"{rule}: {detail}")


def mac_of(debit: dict[str, Any]) -> str:
    """Return what the dispenser calls the dispense for a debit: the HMAC of its token; empty without one."""
    return str(debit["token"] or "")[-MAC_CHARS:]

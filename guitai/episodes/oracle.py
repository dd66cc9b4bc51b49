"""What must be true whatever broke: by the machine's own count, the hands and the bank's ledger, never by the session."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from firmware_bridge.simulator.cash import Cash, conservation
from firmware_bridge.simulator.notes import Notes, minus, plus, value
from guitai.episodes.customer import FORGED, Body
from guitai.episodes.machines import Machines, Taken
from headquarters.bank.customers import card_token
from headquarters.bank.host import Bank
from headquarters.bank.ledger import OPENING, account_of

MAC_CHARS = 64
CUSTOMERS = "card:"


@dataclass
class Oracle:
    """Watches the cash machine while it moves, counts everything at the end."""

    bank: Bank
    machines: Machines | None = None
    wrong: list[str] = field(default_factory=list)
    dispensed: Counter[str] = field(default_factory=Counter)
    """Dispenses begun, by the machine's name for them."""

    snatched: list[Taken] = field(default_factory=list)
    """Notes a hand took out of a retract under way."""

    snatched_back: list[Notes] = field(default_factory=list)
    """The same of a customer's own notes."""

    endings: Counter[str] = field(default_factory=Counter)
    """How debits and deposits ended, and what became of cards."""

    def seen(self, old: Cash, new: Cash) -> None:
        """The cash machine changed."""
        assert self.machines is not None
        if missing := conservation(new):
            self._broken("notes from nowhere or gone", missing)
        if new.moving == "dispense" and old.moving != "dispense" and new.last is not None:
            self.dispensed[new.last.dispense_id] += 1
        if new.taken != old.taken and not self.machines.hand_at_exit:
            self.snatched.append(Taken(minus(new.taken, old.taken), new.last.dispense_id if new.last else ""))
        if new.taken_back != old.taken_back and not self.machines.hand_at_exit:
            self.snatched_back.append(minus(new.taken_back, old.taken_back))
        if new.moving == "present" and old.moving != "present":
            self._presents(new, self.machines)

    def check(self, bodies: Sequence[Body], card_key: bytes, owners: Iterable[str], records: int) -> None:
        """Count everything, once everybody has gone and everything works again."""
        assert self.machines is not None
        cash, taken = self.machines.cash, [*self.snatched, *(one for body in bodies for one in body.taken)]
        self._same("taken", cash.taken, [one.notes for one in taken])
        self._same("inserted", cash.inserted, [notes for body in bodies for _, notes in body.inserted])
        back = [notes for body in bodies for _, notes in body.taken_back]
        self._same("taken back", cash.taken_back, [*self.snatched_back, *back])
        disputed = any(debit["status"] == "disputed" for debit in self._debits() if self._is_of(debit, cash))
        if (cash.stacker or cash.exit) and not disputed:
            self._broken("notes lie about and nobody asks", (cash.stacker, cash.exit))
        taken_of: Counter[str] = Counter()
        for one in taken:
            taken_of[one.dispense_id] += value(one.notes)
        self._check_debits(taken_of)
        self._check_deposits(bodies, cash)
        self._check_accounts(card_key, owners)
        self._check_cards(bodies, records)

    def _presents(self, cash: Cash, machines: Machines) -> None:
        if machines.reader.slot != "empty":
            self._broken("notes before the card", machines.reader.slot)
        for debit in self._debits():
            if self._is_of(debit, cash) and debit["status"] != "reserved":
                self._broken("notes go out though the debit is", debit["status"])

    def _check_debits(self, taken_of: Counter[str]) -> None:
        known = set()
        for debit in self._debits():
            mac = mac_of(debit)
            known.add(mac)
            taken, status = taken_of[mac] if mac else 0, debit["status"]
            self.endings[f"debit {status}"] += 1
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

    def _check_deposits(self, bodies: Sequence[Body], cash: Cash) -> None:
        """A session's notes that stayed in the machine are credited, or disputed; more than stayed never is credited."""
        kept: Counter[str] = Counter()
        for body in bodies:
            for session, notes in body.inserted:
                kept[session] += genuine(notes)
            for session, notes in body.taken_back:
                kept[session] -= genuine(notes)
            if self.snatched_back and body.inserted:  # nobody but who inserted them stands there
                kept[body.inserted[-1][0]] -= sum(map(genuine, self.snatched_back))
        credited = self._credited()
        disputed = self._disputed_deposits()
        for session in {*kept, *credited}:
            stays, booked = kept[session], credited[session]
            self.endings["deposit " + ("disputed" if session in disputed else "credited" if booked else "none")] += 1
            if booked > stays or (booked != stays and session not in disputed):
                self._broken(
                    "a deposit is lost or made up", f"{stays} fen in the machine, {booked} credited ({session})"
                )
        lying = [notes for place in ("slot", "escrow", "refused", "returned") if (notes := getattr(cash, place))]
        if any(map(genuine, lying)) and not disputed:
            self._broken("a customer's notes lie about and nobody asks", lying)

    def _check_accounts(self, card_key: bytes, owners: Iterable[str]) -> None:
        balances = self.bank.ledger.balances()
        if sum(balances.values()):
            self._broken("the ledger's books do not balance", balances)
        opening = -balances[OPENING]
        out = sum(d["amount_fen"] for d in self._debits() if d["status"] in ("committed", "disputed"))
        due = opening - out + sum(self._credited().values())
        mine = sum(balances.get(account_of(card_token(pan, card_key)), 0) for pan in owners)
        if mine != due:
            self._broken("accounts differ from debits and deposits", (due, mine))

    def _check_cards(self, bodies: Sequence[Body], records: int) -> None:
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

    def _same(self, what: str, counted: Notes, by_hand: Iterable[Notes]) -> None:
        total: Notes = {}
        for notes in by_hand:
            total = plus(total, notes)
        if total != counted:
            self._broken(f"the machine's count of notes {what} is not the hands'", (counted, total))

    def _is_of(self, debit: dict[str, Any], cash: Cash) -> bool:
        return cash.last is not None and mac_of(debit) == cash.last.dispense_id != ""

    def _debits(self) -> list[dict[str, Any]]:
        return [dict(row) for row in self.bank.ledger.connection.execute("SELECT * FROM debits")]

    def _credited(self) -> Counter[str]:
        """Return what deposits put on customers' accounts, in fen, by session."""
        rows = self.bank.ledger.connection.execute(
            "SELECT reference, amount_fen FROM entries JOIN requests ON request_id = reference "
            "WHERE kind = 'deposit' AND account LIKE ?", (CUSTOMERS + "%",)
        )  # fmt: skip
        credited: Counter[str] = Counter()
        for row in rows:
            credited[session_of(row["reference"])] += row["amount_fen"]
        return credited

    def _disputed_deposits(self) -> set[str]:
        rows = self.bank.ledger.connection.execute("SELECT request_id, answer FROM requests WHERE kind = 'deposit'")
        return {session_of(row["request_id"]) for row in rows if orjson.loads(row["answer"])["status"] == "disputed"}

    def _broken(self, rule: str, detail: object) -> None:
        self.wrong.append(f"{rule}: {detail}")


def mac_of(debit: dict[str, Any]) -> str:
    """Return what the dispenser calls the dispense for a debit: the HMAC of its token; empty without one."""
    return str(debit["token"] or "")[-MAC_CHARS:]


def session_of(request_id: str) -> str:
    """Return the session a request belongs to: the id without number and kind."""
    return request_id.rsplit("-", 2)[0]


def genuine(notes: Notes) -> int:
    """Return what notes are worth, in fen; forged ones are worth nothing."""
    return value({note: n for note, n in notes.items() if note != FORGED})

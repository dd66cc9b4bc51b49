"""Random orders, repeated, conflicting, waiting, held, decided, over days and restarts: money is conserved, rights are kept."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from guitai.dialogue.services import INQUIRIES, ORDERS
from guitai.money import Fen, yuan
from headquarters.bank.business import NEEDS_TELLER
from headquarters.bank.customers import Customer
from headquarters.bank.days import DAY_MS
from headquarters.bank.ledger import DELAYED, INTEREST, OPENING, OPENING_HOLDINGS, owner_of
from headquarters.bank.transfers import Order
from tests.fixtures.hq.clock import StandingClock
from tests.unit.bank.kinds import ASKED, RICH, TOLD
from tests.unit.bank.test_ledger import may_refuse
from tests.unit.bank.world import CUSTOMER, made_bank

MEMORY = "/dev/shm"
DEBTS = ("credit:", "loan:")
DECISIONS = st.sampled_from(["release", "reject"])
MODES = st.sampled_from(["now", "now", "now", "delay_24h", "hold"])
AMOUNTS = st.sampled_from(["1", "5000", "100000", "1000000", "25000000", "100000000", "0", "-5", "", "1e3", "9" * 15])
SOME = {
    "amount_fen": AMOUNTS, "limit_fen": AMOUNTS, "daily_fen": AMOUNTS,
    "term": st.sampled_from(["P7D", "P3M", "P12M", "P5Y", "P9Y", ""]),
    "deposit_id": st.sampled_from(["D0001", "D0002", "D0003", "x"]), "holding_id": st.sampled_from(["H0001", "H0002", "x"]),
    "loan_id": st.sampled_from(["L0001", "x"]), "card_id": st.sampled_from(["debit-0002", "credit-5508", "x"]),
    "transfer_id": st.sampled_from(["sent-1", "k1", "k2", "k3", "t1", "t2"]), "periods": st.sampled_from(["3", "12", "5", "x"]),
    "months": st.sampled_from(["12", "360", "0", "x"]), "product_id": st.sampled_from(["W-R1-001", "W-R2-090", "W-R4-365", "x"]),
    "date": st.sampled_from(["D0", "D+1", "2026-02-30", "x"]), "answers": st.sampled_from(["1,1,1", "9,9,9", "99", ""]),
}  # fmt: skip


def values_of(kind: str, known: dict[str, dict[str, str]], names: tuple[str, ...]) -> st.SearchStrategy[dict[str, str]]:
    """Right values mixed with wrong ones."""
    right = known.get(kind, {})
    mixed = {name: SOME.get(name, st.just("x")) | st.just(right.get(name, "x")) for name in names}
    return st.just({name: right.get(name, "x") for name in names}) | st.fixed_dictionaries(mixed)


def orders(kinds: list[str]) -> st.SearchStrategy[tuple[str, dict[str, str]]]:
    return st.one_of(*(st.tuples(st.just(kind), values_of(kind, TOLD, ORDERS[kind].params)) for kind in kinds))


MONEY = sorted(kind for kind, service in ORDERS.items() if service.money != "none")
RIGHTS = sorted(kind for kind, service in ORDERS.items() if service.money == "none")
ANY_INQUIRY = st.sampled_from(sorted(INQUIRIES)).flatmap(
    lambda kind: st.tuples(st.just(kind), values_of(kind, ASKED, INQUIRIES[kind].params))
)


class Orders(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        # In memory where there is some: what survives a power cut is not asked here.
        self.temporary = tempfile.TemporaryDirectory(dir=MEMORY if Path(MEMORY).is_dir() else None)
        self.folder, self.clock = Path(self.temporary.name), StandingClock()
        self.open()
        self.cards = [self.bank.token_of(one["card"]) for one in (RICH, CUSTOMER)]

    def open(self) -> None:
        self.bank = made_bank(self.folder, self.clock, [Customer.model_validate(one) for one in (RICH, CUSTOMER)])

    @initialize()
    def start(self) -> None:
        self.asked: dict[str, Any] = {}
        self.other = self.of(self.cards[1])

    def of(self, card: str) -> dict[str, int]:
        return {name: fen for name, fen in self.bank.ledger.balances().items() if owner_of(name) == card}

    @rule(n=st.integers(1, 60), order=orders(MONEY), mode=MODES, by=st.sampled_from(["", "0218"]))
    def money_order(self, n: int, order: tuple[str, dict[str, str]], mode: Any, by: str) -> None:
        self.order(n, order, mode, by)

    @rule(n=st.integers(1, 60), order=orders(RIGHTS), mode=MODES, by=st.sampled_from(["", "0218"]))
    def other_order(self, n: int, order: tuple[str, dict[str, str]], mode: Any, by: str) -> None:
        self.order(n, order, mode, by)

    @rule(again=st.data())
    def repeat(self, again: st.DataObject) -> None:
        if self.asked:
            id_ = again.draw(st.sampled_from(sorted(self.asked)))
            kind, params, mode, by = self.asked[id_]
            before, known = self.bank.ledger.balances(), self.bank.business.ordered(id_)
            assert self.bank.business.order(id_, kind, self.cards[0], params, mode, by) == known
            assert self.bank.ledger.balances() == before

    def order(self, n: int, order: tuple[str, dict[str, str]], mode: Any, by: str) -> None:
        kind, params = order
        asked = kind, params, mode, by
        before, outcome = self.bank.ledger.balances(), None
        with may_refuse("bank.request_reused"):
            outcome = self.bank.business.order(f"k{n}", kind, self.cards[0], params, mode, by)
        same = self.asked.setdefault(f"k{n}", asked) == asked
        assert same == (outcome is not None)
        if outcome is None:
            assert self.bank.ledger.balances() == before
        else:
            self.check(kind, by, outcome, before)

    def check(self, kind: str, by: str, outcome: dict[str, Any], before: dict[str, int]) -> None:
        if ORDERS[kind].by == "teller" and not by:
            assert (outcome["status"], outcome["reason"]) == ("refused", NEEDS_TELLER)
            assert self.bank.ledger.balances() == before
        if outcome["status"] in ("refused", "held") or ORDERS[kind].money == "none":
            moved = {name for name, fen in self.bank.ledger.balances().items() if fen != before.get(name, 0)}
            assert not moved or kind == "recall_transfer"
        if outcome["status"] == "refused":
            assert outcome["reason"]

    @rule(inquiry=ANY_INQUIRY)
    def inquire(self, inquiry: tuple[str, dict[str, str]]) -> None:
        before = self.bank.ledger.balances()
        self.bank.business.inquire(inquiry[0], self.cards[0], inquiry[1])
        assert self.bank.ledger.balances() == before

    @rule(n=st.integers(1, 3), amount=st.sampled_from([1, 5_000, 150_000, 900_000]), mode=MODES)
    def transfer(self, n: int, amount: int, mode: Any) -> None:
        order = Order(self.cards[0], "张伟", "account:6222021208003456688", yuan(amount), mode, "r")
        before = self.of(self.cards[0])
        with may_refuse("bank.request_reused"):
            self.bank.transfers.put(f"t{n}", order, self.bank.customer(self.cards[0]))
        if self.of(self.cards[0]) != before:
            assert self.bank.standing.used(self.cards[0]) <= self.bank.standing.of(self.cards[0])["daily_fen"]

    @rule(
        n=st.integers(1, 3), amount=st.sampled_from([100, 20_000]), settled=st.sampled_from(["commit", "reverse", ""])
    )
    def draw(self, n: int, amount: int, settled: Any) -> None:
        with may_refuse("bank.request_reused"):
            self.bank.debits.put(f"d{n}", self.cards[0], yuan(amount))
            if settled:
                taken = yuan(amount) if settled == "commit" else Fen(0)
                self.bank.debits.settle(f"d{n}", f"s{n}", settled, taken)

    @rule(id_=st.sampled_from([f"k{n}" for n in range(1, 61)] + ["t1", "t2"]), n=st.integers(1, 9), decision=DECISIONS)
    def decide(self, id_: str, n: int, decision: Any) -> None:
        with may_refuse("bank.absent", "bank.request_reused"):
            self.bank.decide(id_, f"x{n}", decision, "0218")

    @rule(days=st.sampled_from([1, 1, 30, 400]))
    def time_passes(self, days: int) -> None:
        self.clock.now_ms += days * DAY_MS
        self.bank.business.do_due()

    @rule()
    def restart(self) -> None:
        self.bank.close()
        self.open()

    @invariant()
    def money_is_conserved(self) -> None:
        balances = self.bank.ledger.balances()
        assert sum(balances.values()) == 0
        for name, fen in balances.items():
            if owner_of(name):
                assert fen <= 0 if name.startswith(DEBTS) else fen >= 0, name
        assert balances[OPENING] == -RICH["balance_fen"] - CUSTOMER["balance_fen"]
        assert balances.get(DELAYED, 0) >= 0
        assert self.of(self.cards[1]) == self.other

    @invariant()
    def the_picture_tells_all_that_left(self) -> None:
        picture, balances = self.bank.picture(self.cards[0]), self.bank.ledger.balances()
        worth = sum(fen for name, fen in balances.items() if owner_of(name) == self.cards[0])
        start = RICH["balance_fen"] - balances[OPENING_HOLDINGS]
        earned = sum(one.amount for one in picture.movements if (one.direction, one.account) == ("in", INTEREST))
        to_bank = balances.get(INTEREST, 0) + earned
        under_way = balances.get(DELAYED, 0) + picture.reserved + picture.disputed
        assert worth == start + picture.moved("in") - picture.moved("out") - to_bank - under_way

    def teardown(self) -> None:
        self.bank.close()
        self.temporary.cleanup()


TestOrders = Orders.TestCase
TestOrders.settings = settings(
    max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

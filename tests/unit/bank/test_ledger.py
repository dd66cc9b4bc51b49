"""Money moves once: any order, any repetition, any break; the ledger always sums to zero."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from firmware_bridge.simulator.keys import provision_keys
from guitai.errors import GuitaiError
from guitai.money import Fen, yuan
from headquarters.bank.customers import card_token
from headquarters.bank.days import DAY_MS
from headquarters.bank.host import Bank
from headquarters.bank.ledger import CASH_DISPUTED, CASH_PAID, CASH_RESERVED, DELAYED, OTHERS, account_of
from headquarters.bank.transfers import Order
from tests.fixtures.hq.clock import StandingClock

LOCAL = "6217000012340003802"
DEBTS = ("credit:", "loan:")
IDS = st.integers(1, 6)


def open_bank(folder: Path, clock: StandingClock) -> Bank:
    provision_keys(folder / "keys")
    return Bank(folder, folder / "keys", clock)


def card(folder: Path, number: str = LOCAL) -> str:
    return card_token(number, bytes.fromhex((folder / "keys" / "card_token.key").read_text()))


@contextmanager
def may_refuse(*codes: str) -> Iterator[None]:
    try:
        yield
    except GuitaiError as error:
        if error.code not in codes:
            raise


class Money(RuleBasedStateMachine):
    """Repeated, reordered, conflicting requests and restarts; a model that counts each id once is the oracle."""

    def __init__(self) -> None:
        super().__init__()
        self.temporary = tempfile.TemporaryDirectory()
        self.folder, self.clock = Path(self.temporary.name), StandingClock()
        self.bank = open_bank(self.folder, self.clock)
        self.card = card(self.folder)
        self.opening = self.bank.available(self.card)

    @initialize()
    def start(self) -> None:
        self.amounts: dict[str, int] = {}
        self.modes: dict[str, str] = {}

    @rule(n=IDS, amount=st.sampled_from([100, 5_000, 80_000]), mode=st.sampled_from(["now", "delay_24h", "hold"]))
    def transfer(self, n: int, amount: int, mode: str) -> None:
        order = Order(self.card, "张伟", "account:6222021208003456688", yuan(amount), mode, "r")
        same = (self.amounts.setdefault(f"t{n}", amount), self.modes.setdefault(f"t{n}", mode)) == (amount, mode)
        with may_refuse(*(() if same else ("bank.request_reused",))):
            self.bank.transfers.put(f"t{n}", order, self.bank.customer(self.card))

    @rule(n=IDS, id_=IDS, decision=st.sampled_from(["release", "reject"]))
    def decide(self, n: int, id_: int, decision: str) -> None:
        with may_refuse("bank.absent", "bank.request_reused"):
            self.bank.transfers.decide(f"t{n}", f"x{id_}", decision, "0218")

    @rule(n=IDS, amount=st.sampled_from([100, 500, 60_000]))
    def reserve(self, n: int, amount: int) -> None:
        with may_refuse("bank.request_reused"):
            self.bank.debits.put(f"d{n}", self.card, yuan(amount))
            self.amounts.setdefault(f"d{n}", amount)

    @rule(n=IDS, nonce=st.sampled_from(["AA01", "AA02", "AA03"]))
    def token(self, n: int, nonce: str) -> None:
        with may_refuse("bank.absent", "bank.no_token"):
            self.bank.debits.token(f"d{n}", nonce, yuan(self.amounts.get(f"d{n}", 1)))

    @rule(
        n=IDS, id_=IDS, result=st.sampled_from(["commit", "reverse", "dispute"]), taken=st.sampled_from([0, 100, 500])
    )
    def settle(self, n: int, id_: int, result: str, taken: int) -> None:
        with may_refuse("bank.absent", "bank.request_reused"):
            self.bank.debits.settle(f"d{n}", f"s{id_}", result, yuan(taken))

    @rule()
    def restart(self) -> None:
        self.bank.close()
        self.bank = open_bank(self.folder, self.clock)

    @rule()
    def a_day_passes(self) -> None:
        self.clock.now_ms += DAY_MS
        self.bank.transfers.do_due()

    @invariant()
    def the_ledger_sums_to_zero_and_every_fen_is_accounted_for(self) -> None:
        balances = self.bank.ledger.balances()
        assert sum(balances.values()) == 0
        assert all(value >= 0 for account, value in balances.items() if not account.startswith(("opening", *DEBTS)))
        assert all(value <= 0 for account, value in balances.items() if account.startswith(DEBTS))
        transfers = self.bank.ledger.connection.execute("SELECT * FROM transfers").fetchall()
        posted = sum(row["amount_fen"] for row in transfers if row["status"] == "posted")
        delayed = sum(row["amount_fen"] for row in transfers if row["status"] == "delayed")
        assert (balances.get(OTHERS, 0), balances.get(DELAYED, 0)) == (posted, delayed)
        debits = self.bank.ledger.connection.execute("SELECT * FROM debits").fetchall()
        live = [row for row in debits if row["status"] not in ("refused", "reversed")]
        out = sum(row["amount_fen"] for row in live)
        cash = sum(balances.get(account, 0) for account in (CASH_RESERVED, CASH_PAID, CASH_DISPUTED))
        assert cash == out
        assert balances[account_of(self.card)] == self.opening - posted - delayed - out
        committed = [row for row in debits if row["status"] == "committed"]
        assert all(row["taken_fen"] == row["amount_fen"] for row in committed)
        nonces = [row["nonce"] for row in debits if row["nonce"]]
        assert len(nonces) == len(set(nonces))

    def teardown(self) -> None:
        self.bank.close()
        self.temporary.cleanup()


TestMoney = Money.TestCase
TestMoney.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    return open_bank(tmp_path, StandingClock())


def clock_of(bank: Bank) -> StandingClock:
    assert isinstance(bank._clock, StandingClock)
    return bank._clock


def order(token: str, amount: Fen, mode: str = "now") -> Order:
    return Order(token, "张伟", "account:6222021208003456688", amount, mode, "r")


def test_a_delayed_transfer_is_posted_by_the_hosts_own_clock(bank: Bank, tmp_path: Path) -> None:
    token, clock = card(tmp_path), clock_of(bank)
    bank.transfers.put("t1", order(token, yuan(5_000), "delay_24h"), bank.customer(token))
    clock.now_ms += DAY_MS - 1
    assert bank.transfers.get("t1")["status"] == "delayed"
    clock.now_ms += 1
    assert bank.transfers.get("t1")["status"] == "posted"
    assert bank.ledger.balance(OTHERS) == yuan(5_000)


def test_a_hold_nobody_confirms_lapses_and_the_money_stays(bank: Bank, tmp_path: Path) -> None:
    token, clock = card(tmp_path), clock_of(bank)
    bank.transfers.put("t1", order(token, yuan(5_000), "hold"), bank.customer(token))
    assert bank.standing.is_held(token)
    clock.now_ms += DAY_MS
    assert bank.transfers.get("t1") == {
        "status": "refused",
        "reason": "核实期已过，没有转出",
        "case_number": "GT000001",
    }
    assert not bank.standing.is_held(token)
    assert bank.available(token) == yuan(86_520)


def test_a_hold_that_a_teller_confirms_stands_until_somebody_decides(bank: Bank, tmp_path: Path) -> None:
    token, clock = card(tmp_path), clock_of(bank)
    bank.transfers.put("t1", order(token, yuan(5_000), "hold"), bank.customer(token))
    assert bank.decide("t1", "d1", "confirm", "0218")["status"] == "held"
    clock.now_ms += 10 * DAY_MS
    assert bank.transfers.get("t1")["status"] == "held"
    assert bank.standing.is_held(token)
    assert bank.decide("t1", "d2", "reject", "0218")["status"] == "refused"


def test_history_grows_with_what_the_ledger_has_seen(bank: Bank, tmp_path: Path) -> None:
    token = card(tmp_path)
    before = bank.profile(token)
    bank.transfers.put("t1", order(token, yuan(50_000)), bank.customer(token))
    after = bank.profile(token)
    assert after["transfers_30d"] == before["transfers_30d"] + 1
    assert after["large_transfers_24h"] == before["large_transfers_24h"] + 1


@pytest.mark.parametrize("ref", ["p-nobody", "account:", "account:12345", "account:62x0001", "account:" + "1" * 31, ""])
def test_a_payee_that_is_none_is_refused(bank: Bank, tmp_path: Path, ref: str) -> None:
    token = card(tmp_path)
    asked = Order(token, "张伟", ref, yuan(1), "hold", "r")
    assert bank.transfers.put("t1", asked, bank.customer(token))["status"] == "refused"

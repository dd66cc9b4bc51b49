"""Wealth products: the risk questionnaire, buying what fits, a day to think it over, redeeming."""

from __future__ import annotations

import re
import sqlite3
from datetime import date, timedelta

from guitai.clock import UnixMs
from guitai.money import Fen, short_yuan
from headquarters.bank import days, interest
from headquarters.bank.ask import Answer, Ask, RefusedError, Row
from headquarters.bank.catalogue import Catalogue, WealthProduct
from headquarters.bank.customers import Customer
from headquarters.bank.ledger import OPENING_HOLDINGS, RETURNS, Ledger, account_of, holding_of
from headquarters.bank.standing import Standing

SCHEMA = """
CREATE TABLE IF NOT EXISTS profiles(owner TEXT PRIMARY KEY, risk_class TEXT NOT NULL, until TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS holdings(
  id TEXT NOT NULL, owner TEXT NOT NULL, product_id TEXT NOT NULL, bought_ms INTEGER NOT NULL, consent TEXT NOT NULL,
  PRIMARY KEY(owner, id)) STRICT;
"""
COOLING_OFF_MS = days.DAY_MS
PROFILE_MONTHS = 12
POINTS = re.compile(r"\d{1,2}(,\d{1,2}){2,29}")
MOST_POINTS = 10
CLASSES = ("C1", "C2", "C3", "C4", "C5")
MOST_FOR_THE_OLD = 3
"""Who is elderly is classed C3 at most: a questionnaire alone shall not sell risk to them."""

NO_PROFILE = "买理财前要先做一份风险问卷，几分钟就好"
EXPIRED = "您的风险问卷过期了，重新做一份再买"
TOO_RISKY = "这只产品的风险比您问卷的结果高，不能卖给您；可以看看风险低一些的"


class Wealth:
    """The room."""

    def __init__(self, ledger: Ledger, standing: Standing, catalogue: Catalogue) -> None:
        self._ledger, self._standing = ledger, standing
        self._products = {product.id: product for product in catalogue.product}
        self._connection = ledger.connection
        self.inquiries = {
            "risk_profile": self.profile,
            "wealth_products": self.products,
            "wealth_holdings": self.holdings,
        }
        self.orders = {"set_risk_profile": self.set_profile, "buy_wealth": self.buy, "redeem_wealth": self.redeem}

    def enter(self, card: str, customer: Customer, now: UnixMs) -> None:
        """Enter the customer's risk class and holdings."""
        if customer.risk_class is not None:
            until = days.day_of(now) + timedelta(days=customer.risk_profile_left_days)
            self._set_profile(card, customer.risk_class, until)
        for held in customer.holding:
            bought = now - held.elapsed_days * days.DAY_MS
            self._connection.execute(
                "INSERT INTO holdings VALUES(?, ?, ?, ?, '')", (held.id, card, held.product_id, bought)
            )
            account = holding_of("wealth", card, held.id)
            self._ledger.move(OPENING_HOLDINGS, account, Fen(held.amount_fen), now, "opening")

    def rows(self, card: str) -> list[Row]:
        """Return the holdings as rows of ``accounts``."""
        return [
            {
                "account_id": row["id"], "account_tail": row["id"][-4:], "kind": "wealth",
                "product": self._products[row["product_id"]].name, "available_fen": str(self._amount(row)), "status": "normal",
            }
            for row in self._of(card)
        ]  # fmt: skip

    def profile(self, ask: Ask) -> Answer:
        """Return the customer's risk class and how long it is good; both empty without a questionnaire."""
        row = self._profile(ask.card)
        if row is None:
            return Answer({"risk_class": "", "valid_until_date": ""})
        return Answer({"risk_class": row["risk_class"], "valid_until_date": row["until"]})

    def products(self, ask: Ask) -> Answer:
        """Return what is on offer: what fits the customer first, then the rest, for who asks for it by name."""
        row = self._profile(ask.card)
        known = row["risk_class"] if row is not None and row["until"] >= ask.today.isoformat() else ""
        most = CLASSES.index(known) + 1 if known else 0
        fitting = sorted(self._products.values(), key=lambda product: _level(product) > most)
        return Answer({"risk_class": known}, [
            {
                "product_id": product.id, "name": product.name, "risk_level": product.risk_level,
                "term_days": str(product.term_days), "expected_bp": str(product.expected_bp), "least_fen": str(product.least_fen),
            }
            for product in fitting
        ])  # fmt: skip

    def holdings(self, ask: Ask) -> Answer:
        """Return what the customer holds."""
        return Answer(rows=[
            {
                "holding_id": row["id"], "name": self._products[row["product_id"]].name, "amount_fen": str(self._amount(row)),
                "value_fen": str(self._amount(row) + self._gain(row, ask.now)),
                "redeemable": "no" if self._why_not_redeem(row, ask.now) else "yes",
                "cooling_off_until_date": days.day_of(row["bought_ms"] + COOLING_OFF_MS).isoformat(),
                "cooling_off": "yes" if ask.now < row["bought_ms"] + COOLING_OFF_MS else "no",
            }
            for row in self._of(ask.card)
        ])  # fmt: skip

    def fits(self, card: str, product_id: str, today: date) -> WealthProduct | None:
        """Return a product that may be offered to the customer today; None otherwise."""
        product, row = self._products.get(product_id), self._profile(card)
        if product is None or row is None or row["until"] < today.isoformat():
            return None
        return product if _level(product) <= CLASSES.index(row["risk_class"]) + 1 else None

    def set_profile(self, ask: Ask) -> Row:
        """Class the customer by the mean of the answers, a fifth of the points a class."""
        text = ask.text("answers").replace(" ", "").replace("，", ",")
        points = [int(point) for point in text.split(",")] if POINTS.fullmatch(text) else [MOST_POINTS + 1]
        if max(points) > MOST_POINTS:
            raise RefusedError("问卷没有答完，请再看一看")
        index = min(len(CLASSES) - 1, sum(points) * len(CLASSES) // (MOST_POINTS * len(points)))
        if ask.customer.elderly:
            index = min(index, MOST_FOR_THE_OLD - 1)
        until = days.add_months(ask.today, PROFILE_MONTHS)
        self._set_profile(ask.card, CLASSES[index], until)
        return {"risk_class": CLASSES[index], "valid_until_date": until.isoformat()}

    def buy(self, ask: Ask) -> Row:
        """Buy a product that fits, with the customer's recorded consent."""
        product, amount, row = self._products.get(ask.text("product_id")), ask.amount(), self._profile(ask.card)
        if product is None:
            raise RefusedError("没有找到这只产品，请再看一看")
        if row is None:
            raise RefusedError(NO_PROFILE)
        if row["until"] < ask.today.isoformat():
            raise RefusedError(EXPIRED)
        if _level(product) > CLASSES.index(row["risk_class"]) + 1:
            raise RefusedError(TOO_RISKY)
        if not ask.text("consent"):
            raise RefusedError("还没有录下您的同意，请先看完提示、说出同意")
        if amount < product.least_fen:
            raise RefusedError(f"这只产品 {short_yuan(Fen(product.least_fen))} 元起买")
        if reason := self._standing.why_not_spend(ask.card, amount):
            raise RefusedError(reason)
        (count,) = self._connection.execute("SELECT COUNT(*) FROM holdings WHERE owner = ?", (ask.card,)).fetchone()
        id_ = f"H{count + 1:04d}"
        self._connection.execute(
            "INSERT INTO holdings VALUES(?, ?, ?, ?, ?)", (id_, ask.card, product.id, ask.now, ask.text("consent"))
        )
        self._ledger.move(account_of(ask.card), holding_of("wealth", ask.card, id_), amount, ask.now, ask.request_id)
        return {"holding_id": id_, "cooling_off_until_date": days.day_of(ask.now + COOLING_OFF_MS).isoformat()}

    def redeem(self, ask: Ask) -> Row:
        """Pay out: the whole price within the day to think it over, afterwards with what it gained."""
        row = next((row for row in self._of(ask.card) if row["id"] == ask.text("holding_id")), None)
        if row is None:
            raise RefusedError("没有找到这笔理财，请再看一看")
        if reason := self._why_not_redeem(row, ask.now):
            raise RefusedError(reason)
        account, amount, gain = account_of(ask.card), self._amount(row), self._gain(row, ask.now)
        self._ledger.move(holding_of("wealth", ask.card, row["id"]), account, amount, ask.now, ask.request_id)
        if gain:
            self._ledger.move(RETURNS, account, gain, ask.now, ask.request_id)
        return {"amount_fen": str(amount + gain), "arrives_date": ask.today.isoformat()}

    def _why_not_redeem(self, row: sqlite3.Row, now: UnixMs) -> str:
        due = row["bought_ms"] + self._products[row["product_id"]].term_days * days.DAY_MS
        if now < row["bought_ms"] + COOLING_OFF_MS or now >= due:
            return ""
        day = days.day_of(due)
        return f"这只产品 {day.year}年{day.month}月{day.day}日 到期，到期前不能赎回"

    def _gain(self, row: sqlite3.Row, now: UnixMs) -> Fen:
        """Return what the simulated market made of it: the expected rate by whole days, nothing in the first."""
        held = (now - row["bought_ms"]) // days.DAY_MS
        product = self._products[row["product_id"]]
        return interest.for_days(self._amount(row), product.expected_bp, min(held, product.term_days or held))

    def _of(self, card: str) -> list[sqlite3.Row]:
        rows = self._connection.execute("SELECT * FROM holdings WHERE owner = ? ORDER BY bought_ms, rowid", (card,))
        return [row for row in rows if self._amount(row)]

    def _amount(self, row: sqlite3.Row) -> Fen:
        return self._ledger.balance(holding_of("wealth", row["owner"], row["id"]))

    def _profile(self, card: str) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._connection.execute("SELECT * FROM profiles WHERE owner = ?", (card,)).fetchone()
        return row

    def _set_profile(self, card: str, risk_class: str, until: date) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO profiles VALUES(?, ?, ?)", (card, risk_class, until.isoformat())
        )


def _level(product: WealthProduct) -> int:
    return int(product.risk_level[1])

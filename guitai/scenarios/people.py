"""From a scenario's setup to the bank's own data: the customer, what they hold, what the bank offers."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterable
from typing import Any, get_args

from guitai.scenarios.model import Account, Person, Setup
from headquarters.bank.catalogue import Bill, Catalogue, NamedAccount, WealthProduct, branch_catalogue
from headquarters.bank.customers import AccountStatus, Customer, SavedPayee
from headquarters.bank.holdings import CardStatus, CreditCard, FixedDeposit, Holding, Loan, RiskClass, SentTransfer

PHONE = "13900000628"
PHONE_DIGITS = len(PHONE)
CARD = "6217000012340003802"
CREDIT_CARD = "6225880012345678"
PIN, WRONG_PIN = "135790", "000000"
ELDERLY = 60
BIRTH, YEAR = datetime.date(1975, 6, 16), 2026
"""The birthday of whoever tells no age, and the year in which ages are told."""

WEALTH = ("wealth", "fund")
RATES_BP = {"P7D": 30, "P3M": 65, "P6M": 85, "P1Y": 95, "P2Y": 105, "P3Y": 125, "P5Y": 130}
_TERMS = {3: "P3M", 6: "P6M", 12: "P1Y", 24: "P2Y", 36: "P3Y", 60: "P5Y"}
_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "五": 5, "六": 6}
_TERM = re.compile(r"P?(?P<n>\d+|[一二两三五六半])\s*(?P<unit>[yYmMdD年天日]|个?月|个月|year|month|day)?")
_PERCENT = re.compile(r"(?P<n>\d+(\.\d+)?)%?")
_RECORDS = {
    "good": "good", "excellent": "good", "fair": "fair", "normal": "fair", "poor": "poor", "bad": "poor", "overdue": "poor",
}  # fmt: skip
STATUS = {
    "loss_reported": "lost", "reported_lost": "lost", "loss": "lost", "not_activated": "inactive", "unactivated": "inactive",
    "active": "normal", "activated": "normal",
}  # fmt: skip
"""How a script may call a state of a card or an account otherwise."""


def customer_of(setup: Setup, region: str) -> Customer:
    """Return the bank's customer behind the card of a scenario."""
    person, history, context = setup.customer, setup.history, setup.risk_context
    main = setup.accounts.get("main") or next(
        (one for one in setup.accounts.values() if one.kind.startswith("debit")), Account()
    )
    extra = person.model_extra or {}
    return Customer(
        name=person.name, card=card_number(main), id_number=id_number(person), pin=PIN, phone=phone_number(person.phone),
        region=context.card_region or region, balance_fen=max(0, main.balance_fen),
        credit_record=_RECORDS.get(context.credit_record, "unknown"),
        transfers_30d=history.transfers_30d, typical_transfer_fen=history.typical_transfer_fen,
        withdrawals_30d=history.withdrawals_30d, large_transfers_24h=history.large_transfers_24h,
        elderly=(person.age or 0) >= ELDERLY,
        account_class=_account_class(main.kind), account_status=_account_status(main.status),
        card_status=_card_status(main.status), risk_class=_one_of(person.risk_class, RiskClass),
        card_expires_in_days=int((main.model_extra or {}).get("card_expires_in_days", 1_200)),
        id_expires_in_days=-1 if extra.get("id_expired") else 2_500,
        payee=payees_of(setup), sent=_sent(setup), deposit=_deposits(setup), credit_card=_credit_card(setup),
        loan=_loans(setup), holding=_holdings(setup),
    )  # fmt: skip


def catalogue_of(setup: Setup, touched: Iterable[str] = ()) -> Catalogue:
    """Return what the bank offers, with the scenario's own products and bills in place of the branch's.

    `touched` are payees chosen by touch: theirs are accounts of this bank, which knows whose they are.
    """
    shipped = branch_catalogue()
    held = [{"name": extra["product"], **extra} for _, _, extra in _of_kind(setup, *WEALTH) if extra.get("product")]
    products = [_product(number, one) for number, one in enumerate([*_listed(setup.device.products), *held])]
    bills = [_bill(number, one) for number, one in enumerate(_listed(setup.device.bills, "bill"))]
    names = {name: facts.account_no for name, facts in setup.payees.items()} | {
        name: None for name in touched if name not in setup.payees
    }
    changes: dict[str, Any] = {
        "account": tuple(NamedAccount(account=no or invented_account(name), name=name) for name, no in names.items())
    }
    if products:
        changes["product"] = tuple(products)
    if bills:
        changes["bill"] = tuple(bills)
    return shipped.model_copy(update=changes)


def payees_of(setup: Setup) -> tuple[SavedPayee, ...]:
    """Return the payees the bank has saved: those known from before, and those that are no first transfer."""
    new = setup.risk_context.new_payee
    saved: list[SavedPayee] = []
    for name in dict.fromkeys((*setup.history.known_payees, *setup.payees)):
        facts = setup.payees.get(name)
        first = facts.first_transfer if facts is not None else None
        known = name in setup.history.known_payees if first is None else not first
        if first is None and not known and new is False:
            known = True
        if known:
            account = (facts.account_no if facts else None) or invented_account(name)
            bank = facts.bank if facts else "本行"
            saved.append(SavedPayee(ref=f"p-{len(saved)}", name=name, account=account, bank=bank))
    return tuple(saved)


def invented_account(name: str) -> str:
    """Return an account number for a name, always the same one."""
    return "62170000" + str(int(hashlib.sha256(name.encode()).hexdigest(), 16))[:11]


def birth(person: Person) -> datetime.date:
    """Return the birthday on the customer's ID card."""
    return BIRTH if person.age is None else BIRTH.replace(year=YEAR - person.age)


def id_number(person: Person) -> str:
    """Return the number on the customer's ID card, which the bank has too."""
    return f"330106{birth(person):%Y%m%d}002X"


def phone_number(told: str) -> str:
    """Return a mobile number that ends as the one that was told."""
    digits = "".join(c for c in told if c.isdecimal())
    return digits[:11] if len(digits) >= PHONE_DIGITS else PHONE[: PHONE_DIGITS - len(digits[-4:])] + digits[-4:]


def card_number(main: Account) -> str:
    """Return the number on the stripe of the customer's card."""
    wanted = (main.model_extra or {}).get("card_no")
    return wanted if isinstance(wanted, str) and wanted.isdigit() and 12 <= len(wanted) <= 19 else CARD


def term_of(told: object) -> str | None:
    """Return a term as ISO 8601 (P1Y): from months, 一年, 1y, 12m, P1Y; None for none."""
    if isinstance(told, int):
        return _TERMS.get(told)
    match = _TERM.search(str(told or ""))
    if match is None:
        return None
    if "半" in match["n"]:
        return "P6M"
    n = int(match["n"]) if match["n"].isdigit() else _DIGITS[match["n"]]
    unit = (match["unit"] or "m").lower()
    if unit[0] in "d天日":
        return f"P{n}D"
    return _TERMS.get(n * 12 if unit[0] in "y年" else n)


def rate_bp(told: dict[str, Any], otherwise: int) -> int:
    """Return a yearly rate in hundredths of a percent: from ``rate_bp`` or ``rate`` (3.9% or 3.9)."""
    if "rate_bp" in told:
        return int(told["rate_bp"])
    found = _PERCENT.fullmatch(str(told.get("rate", "")))
    return round(float(found["n"]) * 100) if found is not None else otherwise


def _account_class(kind: str) -> Any:
    return next((one for one in ("III", "II", "I") if kind.endswith(one)), "I")


def _account_status(status: str) -> Any:
    return status if status in get_args(AccountStatus) else "normal"


def _card_status(status: str) -> Any:
    status = STATUS.get(status, status)
    return status if status in get_args(CardStatus) else "normal"


def _one_of(value: str | None, kind: Any) -> Any:
    return value if value in get_args(kind) else None


def _of_kind(setup: Setup, *words: str) -> list[tuple[str, Account, dict[str, Any]]]:
    return [
        (name, one, one.model_extra or {})
        for name, one in setup.accounts.items()
        if any(word in one.kind for word in words)
    ]


def _deposits(setup: Setup) -> tuple[FixedDeposit, ...]:
    found = []
    for name, one, extra in _of_kind(setup, "fixed", "time_deposit", "term_deposit", "notice"):
        term = term_of(one.term) or "P1Y"
        amount = abs(one.balance_fen) or int(extra.get("amount_fen", 0))
        if amount:
            rate = rate_bp(extra, RATES_BP.get(term, 95))
            found.append(
                FixedDeposit(
                    id=_handle(name), term=term, amount_fen=amount, rate_bp=rate, elapsed_days=one.elapsed_days
                )
            )
    return tuple(found)


def _credit_card(setup: Setup) -> CreditCard | None:
    for _, one, extra in _of_kind(setup, "credit"):
        given = {key: extra[key] for key in ("limit_fen", "due_in_days", "points", "spent_fen") if key in extra}
        card = {"card": CREDIT_CARD, "limit_fen": 5_000_000, "bill_fen": one.bill_fen, "min_due_fen": one.min_due_fen}
        return CreditCard.model_validate({**card, "status": _card_status(one.status), **given})
    return None


def _loans(setup: Setup) -> tuple[Loan, ...]:
    found = []
    for name, one, extra in _of_kind(setup, "loan", "mortgage"):
        amount = abs(int(extra.get("outstanding_fen", one.balance_fen)))
        if amount:
            rest = {"product": extra.get("product", "个人住房贷款"), "rate_bp": rate_bp(extra, 310)}
            overdue, month_fen = int(extra.get("overdue_days", 0)), int(extra.get("next_due_fen", 0))
            months = min(480, max(1, round(amount / month_fen))) if month_fen else 120
            due = -overdue if overdue > 0 else extra.get("due_in_days", 15)
            more = {
                "months_left": extra.get("months_left", months),
                "due_in_days": due,
                "monthly_fen": month_fen or None,
            }
            found.append(Loan.model_validate({"id": _handle(name), "outstanding_fen": amount, **rest, **more}))
    return tuple(found)


def _holdings(setup: Setup) -> tuple[Holding, ...]:
    found = []
    for name, one, extra in _of_kind(setup, *WEALTH):
        amount = abs(one.balance_fen) or int(extra.get("amount_fen", 0))
        if amount:
            named = [one.id for one in catalogue_of(setup).product if one.name == extra.get("product")]
            product = extra.get("product_id") or (named or [catalogue_of(setup).product[0].id])[0]
            found.append(
                Holding(id=_handle(name), product_id=product, amount_fen=amount, elapsed_days=one.elapsed_days)
            )
    return tuple(found)


def _sent(setup: Setup) -> tuple[SentTransfer, ...]:
    found = []
    pending: list[dict[str, Any]] = [one for one in setup.history.pending_transfers if isinstance(one, dict)]
    for number, one in enumerate(pending):
        name = str(one.get("payee") or one.get("name") or "收款人")
        facts = setup.payees.get(name)
        account = str(one.get("account_no") or (facts.account_no if facts else None) or invented_account(name))
        amount = int(one.get("amount_fen", 0))
        hours = int(one.get("hours_ago", one.get("elapsed_hours", 1)))
        if amount:
            id_ = _handle(str(one.get("id", f"sent-{number}")))
            found.append(SentTransfer(id=id_, payee=name, account=account, amount_fen=amount, hours_ago=hours))
    return tuple(found)


def _listed(told: Any, key: str = "name") -> list[dict[str, Any]]:
    """Return a list of objects: of a list of them, or of an object of them by name."""
    if isinstance(told, dict):
        return [{key: name, **(one if isinstance(one, dict) else {"amount_fen": one})} for name, one in told.items()]
    return [one if isinstance(one, dict) else {key: str(one)} for one in told or ()]


def _product(number: int, one: dict[str, Any]) -> WealthProduct:
    level = str(one.get("risk_level", one.get("risk", "R2"))).upper()
    return WealthProduct(
        id=_handle(str(one.get("id", f"W-{number}"))), name=str(one.get("name", f"产品{number + 1}")),
        risk_level=level if level in ("R1", "R2", "R3", "R4", "R5") else "R2",
        term_days=int(one.get("term_days", 0)), expected_bp=int(one["expected_bp"]) if "expected_bp" in one else rate_bp(one, 240),
        least_fen=int(one.get("least_fen", one.get("min_fen", 100_000))),
    )  # fmt: skip


def _bill(number: int, one: dict[str, Any]) -> Bill:
    kind = str(one.get("bill", one.get("kind", "电费")))
    return Bill(
        bill=kind, user_no=str(one.get("user_no", f"33010006{number:02}")), payee=str(one.get("payee", f"{kind}收费单位")),
        period=str(one.get("period", "上月")), amount_fen=int(one.get("amount_fen", 0)),
    )  # fmt: skip


def _handle(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "-", text)[:40] or "x"

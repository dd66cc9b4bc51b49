"""Small phrases made of values: what a task is called, an account's tail, an amount in capitals."""

from __future__ import annotations

import cn2an

from guitai.dialogue.data import FLOWS
from guitai.dialogue.state import Session, Task
from guitai.money import Fen, short_yuan


def describe(session: Session, task: Task) -> str:
    """Return the task in a few words: 给张伟转 5,000 元."""
    chinese = session.language == "zh"
    amount = f" {short_yuan(task.amount())} " if task.slot("amount") else ""
    payee = task.slot("payee") or ""
    if task.kind == "transfer":
        if not chinese:
            return "a transfer" + (f" of{amount}yuan" if amount else "") + (f" to {payee}" if payee else "")
        return (f"给{payee}转" if payee else "转账") + (f"{amount}元" if amount else ("账" if payee else ""))
    if task.kind == "withdraw":
        return (f"取{amount}元" if amount else "取现") if chinese else f"{amount}yuan in cash" if amount else "cash"
    title = FLOWS[task.kind].title
    return title.zh if chinese else title.en


def capitals(amount: Fen) -> str:
    """Return the amount as a bank writes it: 伍仟元整."""
    text: str = cn2an.an2cn(f"{amount / 100:.2f}", "rmb")
    return text


def account_tail(reference: str) -> str:
    """Return the last four digits of an account reference (see `account_reference`)."""
    return reference.split("|")[1] if "|" in reference else ""


def account_length(reference: str) -> int:
    """Return how many digits the account behind a reference has."""
    parts = reference.split("|")
    return int(parts[2]) if len(parts) == 3 and parts[2].isdigit() else 0


def account_key(reference: str) -> str:
    """Return where the vault keeps the number behind a reference."""
    return reference.partition("|")[0]


def account_reference(vault_key: str, digits: str) -> str:
    """Return what stands for an account number in events: where the vault keeps it, its tail, its length."""
    return f"{vault_key}|{digits[-4:]}|{len(digits)}"


def masked(name: str) -> str:
    """Return a name with its middle hidden: 张*, 刘*芳."""
    return name[0] + "*" + name[2:] if len(name) > 1 else name

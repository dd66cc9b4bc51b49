"""Banks made from data, as scripted customers make them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from firmware_bridge.simulator.keys import provision_keys
from guitai.clock import Clock
from headquarters.bank.customers import Customer
from headquarters.bank.host import Bank

CUSTOMER: dict[str, Any] = {
    "name": "测试", "card": "6217000000000000001", "pin": "123456", "phone": "13800000001", "region": "浙江杭州",
    "balance_fen": 520_000, "credit_record": "good", "transfers_30d": 2, "typical_transfer_fen": 100_000,
    "withdrawals_30d": 4, "large_transfers_24h": 0, "elderly": True,
}  # fmt: skip


def made_bank(folder: Path, clock: Clock, customers: Sequence[Customer]) -> Bank:
    provision_keys(folder / "keys")
    return Bank(folder, folder / "keys", clock, customers)

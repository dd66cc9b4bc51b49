"""The shell around the session: whatever goes wrong while an effect is carried out, the session hears of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from guitai.config import Phrasing
from guitai.messages import bank, business, card, cash, device, recording
from guitai.money import Fen, yuan
from guitai.shell.carry import Carrier


class Broken:
    """A neighbour with a bug in everything it does."""

    def __getattr__(self, _name: str) -> Callable[..., Any]:
        async def stumble(*_args: object) -> object:
            raise KeyError("denomination")

        return stumble


UNKNOWN = "device.outcome_unknown"


@pytest.mark.parametrize(
    ("effect", "heard"),
    [
        (cash.Dispense("r", yuan(500), "d1"), cash.CashFailed("r", UNKNOWN, certain=False)),
        (cash.Present("r", yuan(500)), cash.CashFailed("r", UNKNOWN, certain=False)),
        (cash.Retract("r"), cash.CashFailed("r", UNKNOWN, certain=False)),
        (cash.Reject("r"), cash.CashFailed("r", UNKNOWN, certain=False)),
        (cash.AskPresentStatus("r", "d1"), cash.PresentStatusKnown("r", "unknown", Fen(0))),
        (card.MoveCard("r", "exit"), card.CardMoveFailed("r", UNKNOWN)),
        (card.CheckPin("r"), card.PinAbandoned("r", "device")),
        (device.PrintReceipt("r", "t", ()), device.PrintFailed("r", UNKNOWN)),
        (bank.ReserveDebit("r", "token", yuan(500)), bank.BankUnreachable("r")),
        (bank.PostTransfer("r", "token", "张伟", "v1", yuan(5), "now", "k"), bank.BankUnreachable("r")),
        (bank.SettleDebit("r", "d1", "commit", yuan(500)), bank.BankUnreachable("r")),
        (recording.BeginRecording("r", "r"), recording.RecordingFailed("r", UNKNOWN)),
    ],
)
async def test_a_bug_in_a_neighbour_is_told_as_an_unknown_outcome(effect: object, heard: object) -> None:
    told: asyncio.Queue[object] = asyncio.Queue()
    broken: Any = Broken()
    Carrier(told.put_nowait, broken, broken, broken, broken, broken, Phrasing(), lambda _: "").carry_out(effect)
    assert await asyncio.wait_for(told.get(), 60) == heard


class Asked(Broken):
    """A host that notes what it is asked and told, and stumbles over all else."""

    def __init__(self) -> None:
        self.params: list[business.Values] = []

    async def inquire(self, effect: business.Inquire) -> object:
        self.params.append(effect.params)
        return business.Inquired(effect.request_id)

    async def order(self, effect: business.PlaceOrder) -> object:
        self.params.append(effect.params)
        return business.OrderOutcome(effect.request_id, "done")


async def test_what_the_vault_holds_is_filled_in_on_the_way_to_the_host() -> None:
    told: asyncio.Queue[object] = asyncio.Queue()
    host: Any = Asked()
    nobody: Any = Broken()
    carrier = Carrier(told.put_nowait, nobody, host, nobody, nobody, nobody, Phrasing(), {"v1": "3301000628"}.get)
    params = (("bill", "电费"), ("user_no", "vault:v1|0628|10"))
    carrier.carry_out(business.Inquire("q", "utility_bill", "token", params))
    assert await asyncio.wait_for(told.get(), 2) == business.Inquired("q")
    carrier.carry_out(business.PlaceOrder("o", "pay_utility", "token", params))
    assert await asyncio.wait_for(told.get(), 2) == business.OrderOutcome("o", "done")
    assert host.params == [(("bill", "电费"), ("user_no", "3301000628"))] * 2

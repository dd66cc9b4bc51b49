"""Core's bank client against a headquarters that runs, and what the branch's customers are known by."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from psec.des import encrypt_tdes_ecb
from psec.pinblock import encode_pinblock_iso_0

from guitai.bank.client import HttpBankHost, open_bank
from guitai.messages import bank as b
from guitai.money import Fen
from headquarters.bank.customers import card_token
from tests.fixtures.hq.world import World, eventually, short_folder

LOCAL, REMOTE, POOR = "6217000012340003802", "6228480078880006516", "6217000055660001127"


class Branch:
    def __init__(self, world: World, host: HttpBankHost) -> None:
        self.world, self.host = world, host
        self.local, self.remote, self.poor = (self.token(number) for number in (LOCAL, REMOTE, POOR))

    def token(self, number: str) -> str:
        return card_token(number, self.key("card_token"))

    def key(self, name: str) -> bytes:
        return bytes.fromhex((self.world.config.paths.keys / f"{name}.key").read_text())

    def pin_block(self, number: str, pin: str) -> bytes:
        return encrypt_tdes_ecb(self.key("pin"), encode_pinblock_iso_0(pin, number))

    async def balance(self, card: str) -> Fen:
        known = await self.host.balance(b.AskBalance("q", card))
        assert isinstance(known, b.BalanceKnown)
        return known.available


@pytest.fixture
async def branch() -> AsyncIterator[Branch]:
    with short_folder() as folder:
        world = World(folder)
        async with world.broker, world.headquarters():
            host = open_bank(world.config)
            await eventually(host.reachable)
            yield Branch(world, host)
            await host.close()

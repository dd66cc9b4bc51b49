"""A technician beside a running core: customers are kept away, counts are taken, differences told.

The line to the bank host is down all the while.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from guitai.cli.provision import provision_all
from guitai.config import Config
from guitai.daemon import Daemon
from guitai.shell.eyes import Eyes
from guitai.shell.parts import Parts
from guitai.shell.voice import Voice
from guitai.tables import SOCKETS
from guitai.wire.sockets import connect, serve
from tests.wire.devices_cli.conftest import Bench

CARD = "6217000012345678905"
LIMIT_S = 60.0


class SilentVoice(Voice):
    async def run(self) -> None:
        pass

    async def listen(self, mode: Any) -> None:
        pass

    def speak(self, effect: Any) -> None:
        pass

    def hush(self) -> None:
        pass


class BlindEyes(Eyes):
    async def run(self) -> None:
        pass


class Core:
    def __init__(self, config: Config) -> None:
        self.daemon = Daemon(config, Parts(voice=SilentVoice, eyes=BlindEyes))
        self.path = config.paths.run / SOCKETS["core"]

    async def screen(self, fits: Callable[[str], bool]) -> None:
        """Wait until the window shows a screen that fits."""
        stream = await connect(self.path)
        try:
            await stream.send("hello", role="ui")
            async with asyncio.timeout(LIMIT_S):
                async for frame in stream:
                    if frame.type == "view" and fits(frame.data["view"]["screen"]):
                        return
        finally:
            stream.close()


def out_of_service(screen: str) -> bool:
    return screen in ("out_of_service", "technician")


def idle(screen: str) -> bool:
    return screen == "attract"


def serving(screen: str) -> bool:
    return screen not in ("attract", "out_of_service", "technician")


@contextlib.asynccontextmanager
async def core_of(bench: Bench) -> AsyncIterator[Core]:
    provision_all(bench.config)
    core = Core(bench.config)
    async with serve(core.path, core.daemon._server.handle):
        tasks = [asyncio.create_task(job) for job in core.daemon.jobs()]
        try:
            async with asyncio.timeout(LIMIT_S):
                await core.daemon._devices.ready()
            yield core
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            core.daemon._journal.close()


@pytest.fixture
async def core(bench: Bench) -> AsyncIterator[Core]:
    async with core_of(bench) as one:
        yield one


async def test_customers_are_kept_away_while_a_device_is_exercised(bench, core):
    run = await bench.start("exercise", "card_reader", "--lang", "en")
    await run.until("The machine serves no customer meanwhile.")
    await core.screen(out_of_service)
    await run.until("Insert a test card")
    await bench.hands.insert_card(CARD)
    await run.until("[y/n]")
    await run.type("n")
    await run.until("take it")
    await bench.hands.take_card()
    await run.until("[y/n]")
    await run.type("n")
    assert await run.end() == 0, run.said
    await core.screen(idle)


async def test_a_technician_who_leaves_in_the_middle_lets_customers_in_again(bench, core):
    run = await bench.start("exercise", "card_reader", "--lang", "en")
    await run.until("Insert a test card")
    run.process.kill()
    await core.screen(idle)


async def test_no_device_is_taken_from_a_customer(bench, core):
    await bench.hands.insert_card(CARD)
    await core.screen(serving)
    run = await bench.start("exercise", "card_reader", "--lang", "en")
    assert await run.end() == 1
    assert "a customer is being served" in run.said


async def test_an_exchange_counts_shows_the_difference_and_opens_again(bench, core):
    run = await bench.start("exchange", "--lang", "en")
    await run.until("Your staff number: ")
    await run.type("T0042")
    await run.until("unit1 recycling cassette 100 yuan")
    await run.until("(machine: 2000): ")
    await run.type("many")
    await run.until("Type a whole number")
    await run.until("(machine: 2000): ")
    await run.type("1998")
    for unit in ("unit2", "unit3", "unit4", "unitREJ", "unitRET", "unitBOX"):
        await run.until(f"{unit} ")
        await run.until("): ")
        await run.type("")
    await run.until("[y/n] ")
    assert "-2" in run.said
    await run.type("y")
    assert await run.end() == 0, run.said
    assert "1 differences were reported" in run.said
    assert "1998" in run.said
    assert "branch.difference" in {row.type for row in core.daemon._journal.outbox(50)}


async def test_an_exchange_that_was_left_is_gone_on_with(bench, core):
    run = await bench.start("exchange", "--technician", "T1", "--lang", "en")
    await run.until("(machine: 2000): ")
    assert await run.end() == 130
    assert "run this command again" in run.said
    await core.screen(out_of_service)
    run = await bench.start("exchange", "--technician", "T1", "--lang", "en")
    await run.until("(machine: 2000): ")
    run.process.kill()


async def test_without_core_there_is_no_exchange(bench):
    code, out = await bench.run("exchange", "--technician", "T1")
    assert code == 1
    assert "Core is not running" in out
    assert "Traceback" not in out


async def test_only_cores_user_may_be_a_technician(bench, core, monkeypatch):
    monkeypatch.setattr("guitai.shell.server.os.getuid", lambda: 4711)
    monkeypatch.setattr("guitai.shell.server.ROOT", 4712)
    code, out = await bench.run("exchange", "--technician", "T1")
    assert code == 1
    assert "a technician runs as core's user" in out
    code, out = await bench.run("exercise", "operator_panel")
    assert code == 1
    assert "a technician runs as core's user" in out

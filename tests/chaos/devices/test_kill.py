"""The real devices process dies by SIGKILL in the middle of a withdrawal; started again, it knows where every note is."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys

import pytest

from firmware_bridge.port import DevicePort
from firmware_bridge.protocol.tokens import mint
from firmware_bridge.simulator.hands import Hands
from firmware_bridge.simulator.keys import provision_keys, read_key
from guitai.messages.cash import CashFailed, NotesPresented, NotesStacked, NotesTaken
from guitai.money import yuan
from guitai.tables import SOCKETS
from tests.fixtures.ports import free_port

pytestmark = pytest.mark.chaos
AMOUNT = yuan(500)
LIMIT_S = 120.0
PROGRAM = "from guitai import config; from firmware_bridge.main import run; run(config.load(etc=config.Path('/none')))"


@pytest.fixture
def settings(config):
    provision_keys(config.paths.keys)
    return config.model_copy(update={"devices": config.devices.model_copy(update={"port": free_port()})})


@pytest.fixture
def start(settings):
    running: list[subprocess.Popen[bytes]] = []

    def begin() -> subprocess.Popen[bytes]:
        paths = {f"GUITAI__PATHS__{n.upper()}": str(getattr(settings.paths, n)) for n in ("run", "state", "keys")}
        environment = {**os.environ, **paths, "GUITAI__DEVICES__PORT": str(settings.devices.port)}
        process = subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment)
        running.append(process)
        return process

    yield begin
    for process in running:
        process.kill()
        process.wait()


async def test_power_cut_in_the_middle_of_a_payout(settings, start):
    process = start()
    events: asyncio.Queue[object] = asyncio.Queue()
    port = DevicePort(settings, events.put_nowait)
    hands = Hands(settings.paths.run / SOCKETS["hands"])
    key = read_key(settings.paths.keys, "e2e.key")
    running = asyncio.create_task(port.run())
    try:
        async with asyncio.timeout(LIMIT_S):
            await port.ready()
            token = mint(key, await port.command_nonce(), {"DISPENSE1": "500.00CNY"})
            assert await port.dispense("r1", AMOUNT, token, "d1") == NotesStacked("r1", AMOUNT)
            await hands.fault("dispenser", "power_cut:present.done")
            outcome = await port.present("r2", AMOUNT)
            assert outcome == CashFailed("r2", "device.outcome_unknown", certain=False)
            assert await asyncio.to_thread(process.wait) == -signal.SIGKILL
            process = start()
            await port.ready()
            status = await port.present_status("s1", "d1")
            assert (status.status, status.amount, status.taken) == ("presented", AMOUNT, False)
            assert await hands.take_notes() == AMOUNT
            while not isinstance(event := await events.get(), NotesTaken):
                pass
            assert event == NotesTaken(AMOUNT)
            state = (await hands.state())["dispenser"]
            assert state["missing"] == {}
            assert state["amounts"]["taken"] == AMOUNT
            assert not isinstance(outcome, NotesPresented)
            process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(process.wait) == 0
    finally:
        running.cancel()
        await asyncio.wait({running})

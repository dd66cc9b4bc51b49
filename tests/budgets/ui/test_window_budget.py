"""The window keeps the budget of the process table: memory, and the share of a core when nothing or little moves."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from guitai import tables
from guitai.messages.view import view_to_data
from guitai.wire.sockets import serve
from kiosk_ui.display import virtual_display
from kiosk_ui.samples import samples

pytestmark = [pytest.mark.alone, pytest.mark.window, pytest.mark.timeout(300)]

ROW = next(process for process in tables.PROCESSES if process.name == "ui")
SESSION = ("attract", "conversation", "form", "insert_card", "pin", "confirm", "risk_question", "sms_code", "processing",
           "take_card", "take_cash", "hold", "waiting", "teller_text", "satisfaction")  # fmt: skip
MEASURED_S = 3.0
IDLE_PERCENT = 5.0


async def test_a_session_stays_within_the_budget():
    folder = Path(tempfile.mkdtemp(prefix="g"))
    heard: asyncio.Queue = asyncio.Queue()
    streams: asyncio.Queue = asyncio.Queue()

    serials = itertools.count(1)

    async def core(stream):
        await streams.put(stream)
        async for frame in stream:
            await heard.put(frame)

    async def show(stream, name):
        serial = next(serials)
        await stream.send("view", view=view_to_data(samples()[name]), serial=serial)
        async with asyncio.timeout(30):
            frame = await heard.get()
            while frame.data.get("serial") != serial:
                frame = await heard.get()

    def percent(process):
        # An interval of CPU time, not of wall time: other work on the machine does not count.
        return process.cpu_percent(interval=MEASURED_S)

    code = "from guitai.config import load; from kiosk_ui.app import run; run(load())"
    with virtual_display() as display:
        environment = {
            **os.environ, "DISPLAY": display, "GUITAI__PATHS__RUN": str(folder), "GUITAI__PATHS__STATE": str(folder),
        }  # fmt: skip
        async with serve(folder / "core.sock", core):
            child = await asyncio.to_thread(subprocess.Popen, [sys.executable, "-c", code], env=environment)
            try:
                stream = await asyncio.wait_for(streams.get(), 30)
                process = psutil.Process(child.pid)
                for name in SESSION:
                    await show(stream, name)
                still = await asyncio.to_thread(percent, process)
                await show(stream, "conversation")  # the mouth moves
                speaking = await asyncio.to_thread(percent, process)
                memory_mb = process.memory_info().rss / 1e6
                child.send_signal(signal.SIGTERM)
                assert await asyncio.to_thread(child.wait, 10) == 0
            finally:
                if child.poll() is None:
                    child.kill()
                    child.wait()
    shutil.rmtree(folder)
    print(f"still {still:.1f} %, speaking {speaking:.1f} %, {memory_mb:.0f} MB")
    assert still <= IDLE_PERCENT
    assert speaking <= ROW.cpu_percent
    assert memory_mb <= ROW.memory_mb

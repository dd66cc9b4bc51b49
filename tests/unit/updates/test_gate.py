"""The gate before and after a switch: nobody is served, nothing waits for headquarters, and no new fault stops customers."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from guitai.cli import update_gate
from guitai.cli.update_gate import Gate
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.tables import SOCKETS
from guitai.wire.sockets import FrameStream, serve

ALWAYS = {"window": "00:00-00:00"}


class Core:
    """Answers as core does."""

    def __init__(self) -> None:
        self.serving, self.waiting, self.held = False, 0, 0

    async def answer(self, stream: FrameStream) -> None:
        async for frame in stream:
            match frame.type:
                case "technician-hold" if self.serving:
                    await stream.send_error(GuitaiError("branch.not_now", state="serving"))
                case "technician-hold":
                    self.held += 1
                    await stream.send("ok")
                case "technician-outbox":
                    await stream.send("ok", waiting=self.waiting)


@contextmanager
def running(folder: Path, core: Core) -> Iterator[None]:
    begun, ends = threading.Event(), []

    async def run() -> None:
        stop = asyncio.Event()
        ends.append((asyncio.get_running_loop(), stop))
        async with serve(folder / SOCKETS["core"], core.answer):
            begun.set()
            await stop.wait()
        await asyncio.sleep(0)

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    begun.wait()
    try:
        yield
    finally:
        let_all_go()
        loop, stop = ends[0]
        loop.call_soon_threadsafe(stop.set)
        thread.join()


OPEN: list[Gate] = []


def let_all_go() -> None:
    while OPEN:
        OPEN.pop().close()


@pytest.fixture(autouse=True)
def let_go() -> Iterator[None]:
    yield
    let_all_go()


def kept(gate: Gate) -> Gate:
    OPEN.append(gate)
    return gate


def gate(folder: Path, *found: str, **changes: object) -> Gate:
    about = {"updates": {"folder": folder, **ALWAYS}, "paths": {"run": folder}}
    told = json.dumps({"findings": [{"code": code, "level": "stop"} for code in found]})
    doctor = (sys.executable, "-c", f"print({told!r})")
    return kept(Gate(Config.model_validate(about), doctor=doctor, **changes))


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(update_gate, "SELF_TEST_S", 0.0)
    monkeypatch.setattr(update_gate, "DRAIN_S", 0.0)
    monkeypatch.setattr(update_gate, "EVERY_S", 0.0)


def test_a_customer_and_rows_on_their_way_keep_it_waiting(tmp_path: Path) -> None:
    core = Core()
    with running(tmp_path, core):
        core.serving = True
        assert not gate(tmp_path).quiet()
        core.serving, core.waiting = False, 3
        assert not gate(tmp_path).quiet()
        assert gate(tmp_path, offline=True).quiet()
        core.waiting = 0
        assert gate(tmp_path).quiet()


def test_only_faults_that_are_new_with_the_version_count(tmp_path: Path) -> None:
    with running(tmp_path, Core()):
        assert gate(tmp_path, "device.printer").quiet()
        assert gate(tmp_path, "device.printer").examine() == ""
        assert gate(tmp_path, "device.printer", "models.missing").examine() == "models.missing"


def test_a_version_that_does_not_even_run_or_does_not_send_is_not_well(tmp_path: Path) -> None:
    core = Core()
    with running(tmp_path, core):
        about = Config.model_validate({"updates": {"folder": tmp_path, **ALWAYS}, "paths": {"run": tmp_path}})
        assert kept(Gate(about, doctor=("/nowhere",))).examine() == "doctor does not run"
        core.waiting = 2
        assert gate(tmp_path).examine() == "2 rows wait for headquarters"


def test_without_core_there_is_no_customer(tmp_path: Path) -> None:
    assert gate(tmp_path).quiet()


def test_the_window_is_kept_unless_somebody_stands_there(tmp_path: Path) -> None:
    shut = Config.model_validate({"updates": {"folder": tmp_path, "window": _shut()}, "paths": {"run": tmp_path}})
    assert not kept(Gate(shut)).quiet()
    assert kept(Gate(shut, now=True)).quiet()


def _shut() -> str:
    from datetime import datetime

    hour = (datetime.now().astimezone().hour + 6) % 24
    return f"{hour:02}:00-{(hour + 1) % 24:02}:00"

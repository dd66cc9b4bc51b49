"""The operator panel's service: who has to agree, the vendor's program, the screen."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from firmware_bridge.client.link import Link, Watch

ENTERED, EXITED = "VendorMode.ModeEnteredEvent", "VendorMode.ModeExitedEvent"
LIMIT_S = 60.0


class Peer:
    """Another application at the panel's service."""

    def __init__(self, bench) -> None:
        self.heard: list[str] = []
        self.up = asyncio.Event()
        self.link = Link(
            bench.port._links.of("VendorMode").uri, Watch(lambda _: self.up.set(), self._down, self._hears)
        )

    def _down(self, _link: Link) -> None:
        self.up.clear()

    def _hears(self, _link: Link, event) -> None:
        self.heard.append(event.name)

    @contextlib.asynccontextmanager
    async def connected(self):
        running = asyncio.create_task(self.link.run())
        try:
            await asyncio.wait_for(self.up.wait(), LIMIT_S)
            yield self
        finally:
            running.cancel()
            await asyncio.wait({running})

    async def ask(self, name: str, payload: dict[str, Any] | None = None) -> Any:
        return await self.link.request(name, payload)


async def mode(bench, wanted: str) -> None:
    async with asyncio.timeout(LIMIT_S):
        await bench.branch.panel.until(lambda state: state.mode == wanted)


async def test_everybody_who_registered_has_to_agree(any_bench):
    async with Peer(any_bench).connected() as peer:
        assert (await peer.ask("VendorMode.Register", {})).answer == "invalidData"
        assert (await peer.ask("VendorMode.Register", {"appName": "monitor"})).ok
        assert (await peer.ask("VendorMode.EnterModeRequest")).ok
        await any_bench.port.acknowledge_mode("OperatorPanel", enter=True)
        assert any_bench.branch.panel.state.mode == "enterPending"
        assert (await peer.ask("VendorMode.EnterModeAcknowledge")).ok
        await mode(any_bench, "active")
        assert (await peer.ask("VendorMode.ExitModeRequest")).ok
        assert (await peer.ask("VendorMode.ExitModeAcknowledge")).ok
        await any_bench.port.acknowledge_mode("OperatorPanel", enter=False)
        await mode(any_bench, "inactive")
        assert [name for name in peer.heard if name in (ENTERED, EXITED)] == [ENTERED, EXITED]


async def test_an_application_that_comes_back_takes_its_old_place(bench):
    for _ in range(2):
        async with Peer(bench).connected() as peer:
            await peer.ask("VendorMode.Register", {"appName": "monitor"})
    await bench.hands.press_mode_key(True)
    await bench.port.acknowledge_mode("OperatorPanel", enter=True)
    assert bench.branch.panel.state.mode == "enterPending"
    async with Peer(bench).connected() as peer:
        await peer.ask("VendorMode.Register", {"appName": "monitor"})
        await peer.ask("VendorMode.EnterModeAcknowledge")
        assert bench.branch.panel.state.mode == "active"


async def test_with_nobody_registered_the_key_works_at_once(bench):
    await bench.stop_core()
    await bench.stop_machines()
    await bench.start_machines()
    await bench.hands.press_mode_key(True)
    await mode(bench, "active")
    await bench.hands.press_mode_key(False)
    await mode(bench, "inactive")
    await bench.start_core()


async def test_the_vendors_program_runs_only_in_its_mode(any_bench):
    async with Peer(any_bench).connected() as peer:
        start = {"appName": "diagnostics", "accessLevel": "full"}
        assert (await peer.ask("VendorApplication.StartLocalApplication", start)).answer == "sequenceError"
        await any_bench.hands.press_mode_key(True)
        await any_bench.port.acknowledge_mode("OperatorPanel", enter=True)
        assert (await peer.ask("VendorApplication.StartLocalApplication", start)).ok
        active = await peer.ask("VendorApplication.GetActiveInterface")
        assert active.payload["activeInterface"] == "operator"
        assert (await peer.ask("VendorApplication.SetActiveInterface", {"activeInterface": "consumer"})).ok
        await any_bench.hands.end_application()
        assert (await peer.ask("VendorApplication.GetActiveInterface")).payload["activeInterface"] == "consumer"
        told = [name for name in peer.heard if name.startswith("VendorApplication.")]
        changed = "VendorApplication.InterfaceChangedEvent"
        assert told == [changed, changed, "VendorApplication.VendorAppExitedEvent"]


async def test_text_stands_on_the_screen(any_bench):
    async with Peer(any_bench).connected() as peer:
        size = peer.link.status["textTerminal"]
        assert (size["displaySizeX"], size["displaySizeY"]) == (40, 8)
        assert (await peer.ask("TextTerminal.Write", {"mode": "absolute", "posX": 1, "posY": 2, "text": "装钞"})).ok
        assert (await peer.ask("TextTerminal.Write", {"mode": "relative", "text": "x"})).answer == "unsupportedData"
        assert (await any_bench.hands.state())["operator_panel"]["rows"][2] == " 装钞"
        assert (await peer.ask("TextTerminal.ClearScreen")).ok
        assert (await any_bench.hands.state())["operator_panel"]["rows"][2] == ""

"""Core on its own sockets: commands by way of sync, what goes to the video process in which order, the window's signature."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from guitai.config import Config, Paths
from guitai.daemon import Daemon
from guitai.episodes.core import BlindEyes, SilentVoice, WillingRecorder
from guitai.messages.card import CardInserted
from guitai.messages.touch import Pressed
from guitai.messages.voice import CustomerSaid
from guitai.shell.parts import Parts
from guitai.tables import SOCKETS
from guitai.wire.framing import Frame
from guitai.wire.sockets import FrameStream, connect, serve
from tests.unit.session.world import understood
from tests.wire.recorder.test_sale import Bank, Devices

TELLER = "0218"
PIN = "pin"


class SlowPin(Devices):
    """The customer takes their time at the PIN pad."""

    def __init__(self) -> None:
        self.entered = asyncio.Event()

    async def enter_pin(self, *_: object) -> bytes:
        await self.entered.wait()
        return bytes(8)


class StandIn:
    """Where the video process listens; keeps every frame, in order."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.stream: FrameStream | None = None

    async def handle(self, stream: FrameStream) -> None:
        self.stream = stream
        async for frame in stream:
            self.frames.append(frame)

    @property
    def types(self) -> list[str]:
        return [frame.type for frame in self.frames]


class Rig:
    """A core with its sockets, sync's end and the window's."""

    sync: FrameStream
    ui: FrameStream

    def __init__(self, config: Config) -> None:
        self.devices = SlowPin()
        parts = Parts(
            voice=SilentVoice, eyes=BlindEyes, recorder=WillingRecorder, devices=lambda *_: self.devices, host=lambda _: Bank()
        )  # fmt: skip
        self.core, self.video = Daemon(config, parts), StandIn()
        self.window: list[Frame] = []

    async def until(self, check: Any) -> None:
        async with asyncio.timeout(60):
            while not check():  # noqa: ASYNC110 - what is waited for happens in core's own tasks
                await asyncio.sleep(0.01)

    async def send(self, name: str, /, **data: Any) -> tuple[str, str]:
        handover = self.core._state.handover
        escalation = handover.escalation_id if handover is not None else "none"
        data = {"escalation_id": escalation, "teller_id": TELLER, **data}
        await self.sync.send("command", name=name, data=data)
        async for frame in self.sync:
            if frame.type in ("command-result", "error"):
                return str(frame.data.get("status", "error")), str(frame.data.get("reason", frame.data.get("code")))
        raise AssertionError("no answer")


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Rig]:
    run, keys, state = tmp_path / "run", tmp_path / "keys", tmp_path / "state"
    for folder in (run, keys, state):
        folder.mkdir()
    (keys / "journal.key").write_text("11" * 32)
    config = Config(paths=Paths(run=run, keys=keys, state=state, models=tmp_path))
    rig = Rig(config)
    async with serve(run / SOCKETS["video"], rig.video.handle), serve(run / SOCKETS["core"], rig.core._server.handle):
        jobs = [asyncio.create_task(job) for job in rig.core.jobs()]
        rig.sync = await connect(run / SOCKETS["core"])
        await rig.sync.send("hello", role="sync")
        rig.ui = await connect(run / SOCKETS["core"])
        await rig.ui.send("hello", role="ui")
        reading = asyncio.create_task(_read(rig))
        await rig.until(lambda: "hello" in rig.video.types)
        rig.core.happen(CardInserted("t" * 32, "3802"))
        await rig.until(lambda: rig.core._state.stage == "open")
        yield rig
        for task in (*jobs, reading):
            task.cancel()
        await asyncio.gather(*jobs, reading, return_exceptions=True)
    rig.core._journal.close()


@pytest.fixture
async def rig(opened: Rig) -> Rig:
    """A customer who has asked for a human."""
    opened.core.happen(Pressed("human"))
    await opened.until(lambda: opened.core._state.handover is not None)
    return opened


async def _read(rig: Rig) -> None:
    async for frame in rig.ui:
        rig.window.append(frame)


JOIN = {"teller_name": "林", "lease_ms": 600_000, "limit_fen": 1_000_000}


async def test_grant_dark_and_view_come_in_this_order_and_no_view_while_a_pin_is_entered(rig: Rig) -> None:
    assert await rig.send("teller.joined", **JOIN) == ("accepted", "")
    await rig.until(lambda: "video-view" in rig.video.types)
    await rig.until(lambda: len(rig.video.types) > 3)
    assert rig.video.types[:4] == ["hello", "video-blank", "video-blank", "video-grant"]  # dark until it has been said
    grant = next(frame for frame in rig.video.frames if frame.type == "video-grant")
    assert grant.data["viewers"] == [{"id": TELLER, "role": "operator"}]
    assert grant.data["consent"] is False
    await rig.ui.send("touch.pressed", target="video:yes")
    await rig.until(lambda: rig.video.frames[-1].data.get("view", {}).get("screen") == "teller")
    begun = len(rig.video.frames)
    deed = {"operation": "dispense", "reason": "", "amount_fen": 100_000}
    assert await rig.send("teller.operated", **deed) == ("accepted", "")
    await rig.until(lambda: rig.core._state.stage == PIN)
    dark = len(rig.video.frames)
    await rig.until(lambda: any(frame.type == "video-blank" for frame in rig.video.frames[begun:]))
    rig.devices.entered.set()
    await rig.until(lambda: rig.core._state.stage == "confirm")
    await rig.until(lambda: rig.video.frames[-1].data.get("view", {}).get("screen") == "confirm")
    shown = [frame.data["view"]["screen"] for frame in rig.video.frames[begun:] if frame.type == "video-view"]
    assert PIN not in shown
    blanks = [frame.data for frame in rig.video.frames[begun:] if frame.type == "video-blank"]
    assert blanks == [{"on": True, "sound": True}, {"on": False, "sound": False}]
    assert dark >= begun


async def test_what_is_said_on_both_sides_comes_as_captions(rig: Rig) -> None:
    await rig.send("teller.joined", **JOIN)
    await rig.send("teller.said", text="您好，我姓林")
    await rig.until(lambda: any(frame.data.get("text") == "您好，我姓林" for frame in rig.video.frames))
    told = [frame.data for frame in rig.video.frames if frame.type == "video-caption"]
    assert {"who": "teller", "text": "您好，我姓林"} in told
    assert any(one["who"] == "kiosk" for one in told)


async def test_a_video_process_that_starts_anew_is_told_everything_again(rig: Rig) -> None:
    await rig.send("teller.joined", **JOIN)
    await rig.until(lambda: "video-view" in rig.video.types)
    rig.video.frames.clear()
    assert rig.video.stream is not None
    rig.video.stream.close()
    await rig.until(lambda: "video-view" in rig.video.types)
    assert rig.video.types[:4] == ["hello", "video-blank", "video-grant", "video-view"]
    assert rig.video.frames[0].data == {"role": "core"}


async def test_states_become_events_and_a_pointer_only_reaches_the_window(rig: Rig) -> None:
    await rig.send("teller.joined", **JOIN)
    await rig.until(lambda: "video-grant" in rig.video.types)
    assert rig.video.stream is not None
    assert rig.core._state.handover is not None
    who = {"escalation_id": rig.core._state.handover.escalation_id, "viewer_id": TELLER}
    await rig.video.stream.send("video-state", **who, state="connected", picture=True)
    await rig.until(lambda: rig.core._state.handover is not None and rig.core._state.handover.picture)
    await rig.video.stream.send("video-state", **who, state="dancing")
    await rig.video.stream.send("video-pointer", **who, x=0.5, y=7.0)
    await rig.video.stream.send("video-pointer", **who, x=0.5, y=0.25)
    await rig.until(lambda: any(frame.data.get("x") == 0.5 for frame in rig.window if frame.type == "pointer"))
    pointed = [frame.data for frame in rig.window if frame.type == "pointer"]
    assert pointed == [{"x": None, "y": None}, {"x": 0.5, "y": 0.25}]
    kinds = {type(occurred.event).__name__ for occurred in rig.core._journal.events(rig.core._state.session_id)}
    assert "VideoState" in kinds


async def test_under_coercion_not_even_a_pointer_shows(opened: Rig) -> None:
    rig = opened
    rig.core.happen(CustomerSaid("快取，取不出来我弄死你", 0.9, understood("withdraw_cash", amount="2000")))
    await rig.until(lambda: rig.core._state.handover is not None and rig.core._state.handover.silent)
    assert await rig.send("teller.joined", **JOIN) == ("accepted", "")
    await rig.until(lambda: "video-grant" in rig.video.types)
    grant = next(frame.data for frame in rig.video.frames if frame.type == "video-grant")
    assert grant["consent"] is False
    assert rig.video.stream is not None
    who = {"escalation_id": grant["escalation_id"], "viewer_id": TELLER}
    await rig.video.stream.send("video-pointer", **who, x=0.5, y=0.25)
    await rig.video.stream.send("video-state", **who, state="connected", picture=True)
    await rig.until(lambda: rig.core._state.handover is not None and rig.core._state.handover.picture)
    assert [frame.data for frame in rig.window if frame.type == "pointer"] == []
    shown = [frame.data["view"] for frame in rig.window if frame.type == "view"][-1]
    assert (shown["teller_name"], shown["screen"]) == ("", "conversation")


async def test_a_signature_of_the_window_stays_in_the_journal(rig: Rig) -> None:
    await rig.send("teller.joined", **JOIN)
    await rig.send("teller.asked", what="signature")
    strokes = [[n * 10 for n in range(20)]]
    await rig.ui.send("touch.signed", strokes=strokes)
    await rig.until(lambda: rig.core._state.saying.key == "signed")
    rows = {row.type: row.body for row in rig.core.outbox(500, dict.fromkeys(rig.core.lane_lengths(), (0, 500)))}
    assert "strokes" not in rows["touch.signed"]
    assert len(rows["handover.signed"]["sha256"]) == 64
    assert "teller.beat" not in rows


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("cash.dispense", {}, "unknown"),
        ("teller.said", {"text": "您好"}, "not_lease_holder"),
        ("teller.left", {}, "not_lease_holder"),
        ("teller.lost", {}, "unknown"),
        ("video.state", {}, "unknown"),
        ("teller.joined", {"escalation_id": "S2-9-help", **JOIN}, "no_escalation"),
        ("teller.said", {"text": 7}, "wire.bad_data"),
        ("teller.said", {"text": "x", "more": 1}, "wire.bad_data"),
    ],
)
async def test_what_sync_may_not_have_done(rig: Rig, name: str, data: dict[str, Any], reason: str) -> None:
    before = rig.core._state
    status, why = await rig.send(name, **data)
    assert why == reason
    assert status in ("rejected", "error")
    assert rig.core._state.stage == before.stage
    with contextlib.suppress(AttributeError):
        assert rig.core._state.handover == before.handover


async def test_a_window_cannot_send_a_teller_s_command(rig: Rig) -> None:
    await rig.ui.send("command", name="teller.joined", data={})
    await rig.until(lambda: any(frame.type == "error" for frame in rig.window))
    assert rig.core._state.handover is not None
    assert rig.core._state.handover.teller_id == ""

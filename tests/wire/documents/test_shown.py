"""The whole way of a paper: hands lay it, the XFS4IoT camera takes it, the child reads it, core weighs it, the screen tells it.

Everything is real but the loudspeaker: services and hands on sockets, the vision process's own code with its reader's
process, the daemon with its journal, the language step. The line to the bank is down all the while.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import cv2
import pytest

from edge_models.documents import pages
from edge_models.language.understand import Understander
from edge_models.speech.listen import typed
from edge_models.vision.main import watch
from firmware_bridge.protocol.dialect import KAL
from guitai.cli.provision import provision_all
from guitai.config import Config
from guitai.daemon import Daemon
from guitai.messages.codec import to_data
from guitai.messages.document import DocumentRead
from guitai.shell.parts import Parts
from guitai.tables import SOCKETS
from guitai.wire.sockets import FrameStream, connect, serve
from tests.fixtures import papers
from tests.wire.devices.conftest import Bench
from tests.wire.devices_cli.test_with_core import BlindEyes, SilentVoice

pytestmark = [pytest.mark.models, pytest.mark.timeout(300)]
LIMIT_S = 120.0


class Branch:
    def __init__(self, bench: Bench, daemon: Daemon, window: FrameStream, onlooker: FrameStream) -> None:
        self.bench, self.daemon, self._window, self._onlooker = bench, daemon, window, onlooker
        self._frames = aiter(window)

    async def press(self, target: str) -> None:
        await self._window.send("touch.pressed", target=target)

    async def say(self, text: str) -> None:
        await self._onlooker.send("say", text=text)

    async def screen(self, *words: str) -> dict[str, Any]:
        """Wait until these words stand on the screen."""
        async with asyncio.timeout(LIMIT_S):
            async for frame in self._frames:
                if frame.type == "view" and all(word in frame.data["view"]["lead"] for word in words):
                    return dict(frame.data["view"])
        raise AssertionError(words)

    def recorded(self) -> list[Any]:
        """Every event of the session, as the journal has them."""
        session_id = self.daemon._state.session_id
        return [occurred.event for occurred in self.daemon._journal.events(session_id)]


@contextlib.asynccontextmanager
async def branch_of(config: Config, models: Path) -> AsyncIterator[Branch]:
    understander = await asyncio.to_thread(Understander, models)

    class Voice(SilentVoice):
        async def understand(self, text: str) -> Any:
            return typed(text, understander.understand, "zh")

    vision = config.vision.model_copy(update={"enabled": False})
    config = config.model_copy(update={"vision": vision, "paths": config.paths.model_copy(update={"models": models})})
    bench, stop = Bench(config, KAL), asyncio.Event()
    await bench.start_machines()
    provision_all(bench.config)
    eyes = asyncio.create_task(watch(bench.config, stop))
    daemon = Daemon(bench.config, Parts(voice=Voice, eyes=BlindEyes))
    path = bench.config.paths.run / SOCKETS["core"]
    async with serve(path, daemon._server.handle):
        jobs = [asyncio.create_task(job) for job in daemon.jobs()]
        window, onlooker = await connect(path), await connect(path)
        try:
            async with asyncio.timeout(LIMIT_S):
                await daemon._devices.ready()
            await window.send("hello", role="ui")
            await onlooker.send("hello", role="observer")
            yield Branch(bench, daemon, window, onlooker)
        finally:
            for stream in (window, onlooker):
                stream.close()
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)
            stop.set()
            await asyncio.wait_for(eyes, LIMIT_S)
            await bench.stop_machines()


@pytest.fixture
async def branch(config: Config, models_dir: Path) -> AsyncIterator[Branch]:
    async with branch_of(config, models_dir) as one:
        yield one


def picture(path: Path, sheet: Any) -> Path:
    cv2.imwrite(str(path), sheet)
    return path


async def test_a_victim_shows_the_message_of_a_fraud(branch, tmp_path):
    await branch.press("begin")
    await branch.screen("想办什么")
    await branch.say("帮我看看这条短信")
    await branch.screen("拍照台")
    await branch.bench.hands.lay_document(picture(tmp_path / "chat.png", pages.bubbles(papers.SCAM_CHAT)))
    await branch.press("pick:laid")
    await branch.screen("很像诈骗")
    events = branch.recorded()
    read = next(event for event in events if isinstance(event, DocumentRead))
    assert (read.kind, read.scam.strength) == ("message", "strong")
    assert "安全账户" in read.scam.evidence
    assert branch.daemon._state.scam.strength == "strong"
    everything = str([to_data(event) for event in events])
    assert "王警官" not in everything
    assert "市公安局" not in everything
    decided = [row for row in branch.daemon._journal.outbox(500) if row.type == "risk.decided"]
    assert [row.lane for row in decided] == ["money"]
    outbox = str([row.body for row in branch.daemon._journal.outbox(500)])
    assert "安全账户" in outbox
    assert "王警官" not in outbox


async def test_a_photographed_contract_is_read_and_its_clause_explained(branch, tmp_path):
    await branch.press("begin")
    await branch.press("menu:service")
    await branch.press("start:show_document")
    await branch.screen("拍照台")
    sheet = pages.photographed(pages.drawn(papers.LOAN), 4)
    await branch.press("pick:laid")
    await branch.screen("没看到字")
    await branch.bench.hands.lay_document(picture(tmp_path / "loan.png", sheet))
    await branch.press("pick:laid")
    shown = await branch.screen("借款合同")
    facts = next(part for part in shown["parts"] if part["kind"] == "list")
    assert {row["label"]: row["value"] for row in facts["rows"]}["年利率或收益率"] == "3.45%"
    await branch.say("提前还款要不要罚钱")
    told = await branch.screen("第八条")
    assert "1%" in told["lead"]
    everything = str([to_data(event) for event in branch.recorded()])
    assert "张建国" not in everything
    assert "420106196503121234" not in everything
    picture_ = next(event for event in branch.recorded() if isinstance(event, DocumentRead))
    assert len(picture_.digest) == 64
    assert branch.daemon._devices._pictures._kept == {}

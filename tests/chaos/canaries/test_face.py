"""A face before the real camera ring: the eyes' process looks at it, and its bytes are nowhere but in the ring."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import Any

import cv2
import pytest

from edge_models.store import Store
from edge_models.vision.detector import Detector
from guitai.chaos.canaries import find, find_in_files, spellings
from guitai.config import Config
from guitai.journal import Journal
from guitai.messages.codec import event_from
from guitai.messages.session import Occurred
from guitai.tables import RINGS, SOCKETS
from guitai.wire.framing import Frame
from tests.chaos.canaries.plants import delivered
from tests.fixtures.hq.world import short_folder
from tests.fixtures.vision.actor import Actor
from tests.fixtures.vision.kiosk import Kiosk

pytestmark = [pytest.mark.broker, pytest.mark.chaos, pytest.mark.timeout(300)]

KEY = bytes(range(32))
RUN = 16
"""Pixels of a row that are looked for; three bytes each."""

ROWS = 8


async def test_a_face_stays_in_the_ring(config: Config, models_dir: Path, tmp_path: Path) -> None:
    portrait = Store(models_dir).path("astronaut")
    view = Actor(portrait).picture(noise=False)
    card = cv2.imencode(".jpg", cv2.imread(str(portrait))[10:225, 135:309])[1].tobytes()
    canaries = {**pixels(models_dir, view), **{f"card {at}": spellings(card[at : at + 48]) for at in (200, 1500, 4000)}}
    config.paths.state.mkdir(exist_ok=True)
    eyes = tmp_path / "eyes"
    eyes.mkdir()
    frames: list[Frame] = []
    wire = bytearray()
    async with Kiosk(config, {"rest": view}, eyes).running() as kiosk:
        tap = asyncio.create_task(_tapped(config.paths.run / SOCKETS["vision"], wire))
        await kiosk.stream.send("guitai-consent", expression=True, identity=True)
        frames.append(await kiosk.expect("face.expression"))
        await kiosk.stream.send("guitai-verify", card, request_id="r1")
        frames.append(await kiosk.expect("face.identity"))
        ring = (config.paths.run / RINGS["camera"]).read_bytes()
        assert len(find(ring, canaries)) >= ROWS - 1  # the search finds what is there; one may be half written
        tap.cancel()
        await asyncio.gather(tap, return_exceptions=True)
    assert find(bytes(wire), canaries) == []
    with short_folder() as folder:
        async with delivered(_journalled(frames, tmp_path / "kept"), folder) as (_, messages, journal):
            told = b"\n".join(one.payload + one.topic.encode() for one in messages)
            assert find(told, canaries) == []
            journal.export("s1", folder / "s1.jsonl")
        left = find_in_files([folder, eyes, tmp_path / "kept", config.paths.state], canaries)
    assert left == []


def pixels(models_dir: Path, view: Any) -> dict[str, frozenset[bytes]]:
    """Return runs of pixels across the face, as they lie in a picture."""
    (face, *_) = Detector(Store(models_dir).path("yunet")).find(view)
    x = int(face.x + face.width / 2) - RUN // 2
    rows = [int(face.y + face.height * (n + 1) / (ROWS + 1)) for n in range(ROWS)]
    return {f"face {y}": spellings(view[y, x : x + RUN].tobytes()) for y in rows}


def _journalled(frames: list[Frame], kept: Path) -> Path:
    """Write what the eyes told into a kiosk's journal."""
    for name in ("state", "keys"):
        (kept / name).mkdir(parents=True)
    (kept / "keys" / "journal.key").write_text(KEY.hex())
    with contextlib.closing(Journal.open(kept / "state" / "journal.db", KEY, "kiosk-001")) as journal:
        for n, frame in enumerate(frames, start=1):
            event = event_from({**frame.data, "type": frame.type})
            journal.append("s1", Occurred(n, 1_764_000_000_000 + n, event), [])
    return kept


async def _tapped(path: Path, into: bytearray) -> None:
    """Keep every byte the eyes send, with every consent given."""
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(b'{"type": "guitai-consent", "data": {"expression": true, "identity": true}}\n')
    try:
        while chunk := await reader.read(65536):
            into.extend(chunk)
    finally:
        writer.close()

"""The recorder on its real socket, with a film as camera and simulated sound: what it keeps, and when it refuses."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from firmware_bridge.camera import Camera
from firmware_bridge.recorder import main as recorder_room
from firmware_bridge.recorder.chunks import MANIFEST, film, read_manifest
from firmware_bridge.recorder.film import measured
from firmware_bridge.recorder.main import Recorder
from firmware_bridge.sound.client import SoundClient
from firmware_bridge.sound.main import Sound
from guitai.cli.recording import recording as command
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.messages.recording import BeginRecording, DiscardRecording, EndRecording, RecordingFailed, RecordingFinished
from guitai.shell.recorder import Recorder as Core
from guitai.tables import RECORDINGS, RINGS, SOCKETS
from guitai.wire.rings import RingReader
from guitai.wire.sockets import FrameStream, serve
from tests.wire.sound.conftest import write_wav

KEY = "5a" * 32
ID = "kiosk-001-20261126-100000-ab12-9-recording"
TONE = (np.sin(np.arange(16_000) * 0.3) * 12_000).astype(np.int16)


class Told:
    """What core is told, one after another."""

    def __init__(self, config: Config) -> None:
        self.events: asyncio.Queue[object] = asyncio.Queue()
        self.core = Core(config, self.events.put_nowait)

    async def next(self) -> object:
        return await asyncio.wait_for(self.events.get(), 20)

    async def begin(self, name: str = ID) -> object:
        await self.core.begin(BeginRecording(f"r-{name}", name))
        return await self.next()

    async def end(self, name: str = ID) -> object:
        await self.core.end(EndRecording(f"e-{name}", name))
        return await self.next()


@pytest.fixture
def kiosk(config: Config, tmp_path: Path) -> Config:
    config.paths.keys.mkdir()
    (config.paths.keys / "recording.key").write_text(KEY)
    return config.model_copy(
        update={
            "sound": config.sound.model_copy(update={"microphone": "hands"}),
            "camera": config.camera.model_copy(update={"source": str(make_film(tmp_path / "film.avi"))}),
        }
    )


def make_film(path: Path) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (640, 480))
    for n in range(20):
        writer.write(np.full((480, 640, 3), 40 + 8 * n, np.uint8))
    writer.release()
    return path


@asynccontextmanager
async def running(config: Config, *, camera: bool = True) -> AsyncIterator[tuple[Told, Sound]]:
    stop, told = asyncio.Event(), Told(config)
    recorder = Recorder(config)
    sound = Sound(config, recorder.tap.put)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(sound.run(stop)), group.create_task(recorder.run(stop))]
        if camera:
            tasks.append(group.create_task(Camera(config).run(stop)))
        linked = group.create_task(told.core.run())
        await asyncio.wait_for(sound.started.wait(), 60)
        await until(lambda: not camera or grows(config.paths.run / RINGS["camera"]))
        await until(lambda: grows(config.paths.run / RINGS["microphone"]))
        await until((config.paths.run / SOCKETS["recording"]).exists)
        await until(lambda: told.core.connected)
        try:
            yield told, sound
        finally:
            stop.set()
            await asyncio.wait(tasks)
            linked.cancel()


def grows(ring: Path) -> bool:
    try:
        return RingReader(ring).count() > 0
    except GuitaiError:
        return False


async def until(so: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while True:
            if so():
                return
            await asyncio.sleep(0.02)


def folder_of(config: Config, name: str = ID) -> Path:
    return config.paths.state / RECORDINGS / name


async def record(config: Config, told: Told, sound: Sound, folder: Path) -> RecordingFinished:
    """Record a customer who speaks on the left while the kiosk speaks on the right."""
    await told.begin()
    player = SoundClient(config.paths.run / SOCKETS["sound"])
    ends_ns = sound.feed(write_wav(folder / "said.wav", TONE))
    await player.play("p", 16_000, spoken(TONE), lambda _: None)
    await player.close()
    await until(lambda: time.monotonic_ns() > ends_ns + 300_000_000)
    kept = await told.end()
    assert isinstance(kept, RecordingFinished)
    return kept


async def spoken(samples: np.ndarray) -> AsyncIterator[bytes]:
    yield samples.tobytes()


async def test_what_is_kept_is_whole_encrypted_and_nameless(kiosk: Config, tmp_path: Path) -> None:
    async with running(kiosk) as (told, sound):
        kept = await record(kiosk, told, sound, tmp_path)
    folder = folder_of(kiosk)
    manifest, sha256 = read_manifest(folder)
    assert (kept.sha256, kept.place) == (sha256, f"{RECORDINGS}/{ID}")
    assert (kept.duration_ms, kept.size_bytes) == (manifest.duration_ms, manifest.size_bytes)
    assert {path.name for path in folder.iterdir()} == {MANIFEST, *(chunk.file for chunk in manifest.chunks)}
    raw = b"".join((folder / chunk.file).read_bytes() for chunk in manifest.chunks)
    assert b"matroska" not in raw
    plain = film(folder, manifest, bytes.fromhex(KEY))
    assert b"matroska" in plain
    sound_ms, picture_ms, pictures = measured(plain)
    assert sound_ms == pytest.approx(kept.duration_ms, abs=100)
    assert picture_ms > 0
    assert pictures == manifest.pictures > 0
    assert {oct(path.stat().st_mode & 0o777) for path in folder.iterdir()} == {"0o640"}


async def test_both_voices_are_heard_each_on_its_side(kiosk: Config, tmp_path: Path) -> None:
    import io

    import av

    async with running(kiosk) as (told, sound):
        await record(kiosk, told, sound, tmp_path)
    folder = folder_of(kiosk)
    with av.open(io.BytesIO(film(folder, read_manifest(folder)[0], bytes.fromhex(KEY)))) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
    sides = np.concatenate(frames, axis=1)
    assert sides.shape[0] == 2
    loud = np.sqrt((sides.astype(float) ** 2).mean(axis=1))
    assert (loud > 0.02).all(), loud


async def test_the_command_verifies_it_and_finds_every_change(
    kiosk: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(kiosk) as (told, sound):
        kept = await record(kiosk, told, sound, tmp_path)
    monkeypatch.setenv("GUITAI__PATHS__KEYS", str(kiosk.paths.keys))
    monkeypatch.setenv("GUITAI__PATHS__STATE", str(kiosk.paths.state))
    folder = folder_of(kiosk)
    run = CliRunner()
    good = run.invoke(command, ["verify", str(folder), "--sha256", kept.sha256, "--json"], obj=())
    assert json.loads(good.output)["sha256"] == kept.sha256
    assert ID in run.invoke(command, ["list"], obj=()).output

    def refused(*more: str) -> str:
        error = run.invoke(command, ["verify", str(folder), *more], obj=()).exception
        assert isinstance(error, GuitaiError)
        return error.code

    assert refused("--sha256", "0" * 64) == "recording.other_hash"
    (kiosk.paths.keys / "recording.key").write_text("77" * 32)
    assert refused() == "recording.other_key"
    (kiosk.paths.keys / "recording.key").write_text(KEY)
    chunk = folder / read_manifest(folder)[0].chunks[0].file
    body = bytearray(chunk.read_bytes())
    body[40] ^= 1
    chunk.write_bytes(body)
    assert refused() == "recording.altered"
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["chunks"][0]["sha256"] = hashlib.sha256(body).hexdigest()
    (folder / MANIFEST).write_text(json.dumps(manifest))
    assert refused() == "recording.altered"  # the seal of the chunk itself
    chunk.unlink()
    assert refused() == "recording.unreadable"


async def test_without_a_camera_nothing_is_recorded(kiosk: Config) -> None:
    async with running(kiosk, camera=False) as (told, _):
        refused = await told.begin()
    assert refused == RecordingFailed(f"r-{ID}", "recording.no_camera")
    assert not folder_of(kiosk).exists()


async def test_a_full_disk_is_refused(kiosk: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder_room, "LEAST_FREE_BYTES", 10**18)
    async with running(kiosk) as (told, _):
        refused = await told.begin()
    assert refused == RecordingFailed(f"r-{ID}", "recording.disk_full")


async def test_a_camera_that_stops_leaves_no_recording(kiosk: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    from firmware_bridge.recorder import recording

    async with running(kiosk) as (told, _):
        await told.begin()
        monkeypatch.setattr(recording, "STALE_NS", 0)
        await asyncio.sleep(2 * recording.TURN_S)
        failed = await told.end()
    assert isinstance(failed, RecordingFailed)
    assert failed.code in ("recording.no_camera", "recording.no_microphone")
    assert not folder_of(kiosk).exists()


async def test_what_is_discarded_or_left_is_gone(kiosk: Config) -> None:
    (folder_of(kiosk, "left-by-a-power-cut")).mkdir(parents=True)
    async with running(kiosk) as (told, _):
        assert not folder_of(kiosk, "left-by-a-power-cut").exists()
        await told.begin()
        assert folder_of(kiosk).exists()
        await told.core.discard(DiscardRecording(ID))
        await until(lambda: not folder_of(kiosk).exists())
        assert await told.end() == RecordingFailed(f"e-{ID}", "recording.unknown")
        await told.begin("another")
    assert not folder_of(kiosk, "another").exists()


async def test_one_that_was_finished_before_core_knew_that_nothing_comes_of_it_is_gone(kiosk: Config) -> None:
    async with running(kiosk) as (told, _):
        await told.begin()
        await told.end()
        await told.core.discard(DiscardRecording(ID))
        await until(lambda: not folder_of(kiosk).exists())


async def test_one_at_a_time_and_no_name_leads_elsewhere(kiosk: Config) -> None:
    async with running(kiosk) as (told, _):
        assert await told.begin("../../elsewhere") == RecordingFailed("r-../../elsewhere", "recording.bad_id")
        await told.begin()
        assert await told.begin("second") == RecordingFailed("r-second", "recording.busy")
        assert isinstance(await told.end(), RecordingFinished | RecordingFailed)


async def test_a_recorder_that_is_away_is_an_answer(config: Config) -> None:
    assert await Told(config).begin() == RecordingFailed(f"r-{ID}", "recording.gone")


async def test_what_is_discarded_while_the_recorder_is_away_does_not_begin_when_it_is_back(config: Config) -> None:
    told, asked = Told(config), list[str]()

    async def take(stream: FrameStream) -> None:
        async for frame in stream:
            asked.append(frame.type)

    config.paths.run.mkdir(parents=True, exist_ok=True)
    beginning = asyncio.create_task(told.core.begin(BeginRecording("r", ID)))
    await asyncio.sleep(0)
    await told.core.discard(DiscardRecording(ID))
    async with serve(config.paths.run / SOCKETS["recording"], take), asyncio.TaskGroup() as group:
        linked = group.create_task(told.core.run())
        await beginning
        while not asked:
            await told.core.discard(DiscardRecording("another"))
            await asyncio.sleep(0.02)
        linked.cancel()
    assert set(asked) == {"recording.discard"}
    assert told.events.empty()

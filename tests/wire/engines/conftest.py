"""Models folders to configure engines by, one of them damaged, and a second instance of our own speech server."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edge_models.speech import client, engines
from edge_models.speech.listen import Recognition
from edge_models.speech.server import Server, Subscribers
from guitai.config import Config, Paths, Speech
from guitai.messages.voice import IntentGuess, Understanding
from guitai.wire.sockets import serve

Damage = Callable[[str], Path]
PATIENCE_S = 60.0


def understand(_: str) -> Understanding:
    return Understanding((IntentGuess("out_of_scope", 1.0),))


@pytest.fixture(scope="session")
def models(models_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As pulled, and with the packaged Vosk model where a technician puts the Mandarin one."""
    folder = tmp_path_factory.mktemp("models")
    for found in models_dir.iterdir():
        if found.is_dir():
            (folder / found.name).symlink_to(found)
    (folder / engines.VOSK_MANDARIN).symlink_to(models_dir / "vosk-ko")
    return folder


@pytest.fixture
def damaged(models: Path, tmp_path: Path) -> Damage:
    """Return a models folder whose largest file of one model has a flipped byte."""

    def damage(name: str) -> Path:
        folder = tmp_path / "damaged"
        folder.mkdir()
        for found in models.iterdir():
            if found.name != name:
                (folder / found.name).symlink_to(found.resolve())
        shutil.copytree((models / name).resolve(), folder / name)
        largest = max((f for f in (folder / name).rglob("*") if f.is_file()), key=lambda f: f.stat().st_size)
        with largest.open("r+b") as file:
            first = file.read(1)[0]
            file.seek(0)
            file.write(bytes([first ^ 0xFF]))
        return folder

    return damage


@pytest.fixture(scope="session")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="session")
def configured(models: Path, state: Path) -> Callable[..., Config]:
    """Return a configuration that differs by its engine only."""

    def configure(folder: Path | None = None, **speech: str) -> Config:
        return Config(paths=Paths(models=folder or models, state=state), speech=Speech(**speech))

    return configure


@pytest.fixture(scope="session")
def second_server(configured: Callable[..., Config]) -> Iterator[str]:
    """The URI of our own speech server, with the default engines, in a thread of its own."""
    config = configured()
    path = Path(tempfile.mkdtemp(prefix="g")) / "speech.sock"
    recognition = Recognition(engines.recogniser(config), understand)
    server = Server(recognition, None, engines.speaker(config), Subscribers())
    loop, stop, ready = asyncio.new_event_loop(), asyncio.Event(), threading.Event()

    async def run() -> None:
        async with serve(path, server.handle):
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    assert ready.wait(PATIENCE_S)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "TIMEOUT_S", PATIENCE_S)  # on a busy machine a clause may take longer than at a counter
        yield f"unix://{path}"
    loop.call_soon_threadsafe(stop.set)
    thread.join(PATIENCE_S)
    shutil.rmtree(path.parent)

"""Runs the scripted demo: the whole table up, five customers served, everything proved and written down."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import orjson

from firmware_bridge.simulator.film import make_films
from firmware_bridge.simulator.hands import Hands
from guitai import config as configuration
from guitai.cli.provision import provision_all
from guitai.config import Config
from guitai.demo import identity, voices
from guitai.demo.branch import Branch, names, screen, settings, short_run_folder
from guitai.demo.customer import Customer
from guitai.demo.observer import Observer
from guitai.demo.proof import replay_all
from guitai.demo.scenes import LINES, SCENES, Scene
from guitai.demo.teller import Teller
from guitai.demo.voices import Line
from guitai.dialogue.data import fixed_texts
from guitai.errors import GuitaiError
from guitai.knowledge.answers import first_lines
from guitai.tables import SOCKETS
from guitai.wire.sockets import connect
from headquarters.broker import Broker

KEPT = "tts-cache"
DELIVERED_S = 30.0
PREPARED_S = 240.0
ANSWERS = 100
"""First lines of answers kept as sound before the first customer comes; on a kiosk all of them are, with time."""

LOOK_AGAIN_S = 0.2


@dataclass
class Stage:
    """The running branch with everything a script touches."""

    branch: Branch
    broker: Broker
    observer: Observer
    customer: Customer
    teller: Teller
    auditor: Teller
    folder: Path

    async def cut_line(self) -> None:
        """Broker and bank host both go away."""
        await self.broker.stop()
        await self.branch.stop("hq")
        await self.observer.until_offline()

    async def restore_line(self) -> None:
        """Both come back."""
        await self.branch.start("hq")
        await self.broker.start()
        await self.teller.sign_in()
        await self.auditor.sign_in()


def prepare(
    folder: Path, base: Config, lines: tuple[Line, ...], changes: dict[str, str]
) -> tuple[Config, dict[str, str], dict[str, Path]]:
    """Make keys, voices and films; return the branch's configuration, its environment and the films."""
    from edge_models.store import Store

    for old in ("screens", "events", "headquarters", "logs", "state", "keys"):  # a kiosk that never was
        _clear(folder / old)
    run = short_run_folder()
    environment = settings(folder, run, base.paths.models, WINDOW__SCREENSHOTS=str(folder / "screens"))
    films = make_films(Store(base.paths.models).path("astronaut"), folder / "films")
    for key, value in ({"CAMERA__SOURCE": str(films["empty"])} | changes).items():
        environment[f"{configuration.ENV_PREFIX}{key}"] = value
    config = configuration.load([], environment, Path("/nonexistent"))
    provision_all(config)
    voices.prepare(lines, folder / "voices", base.paths.models, config.paths.state)
    return config, environment, films


def _clear(folder: Path) -> None:
    """Empty a folder of an earlier run; the sentences kept as sound stay."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.name == KEPT:
            continue
        shutil.rmtree(old) if old.is_dir() else old.unlink()


@contextlib.asynccontextmanager
async def open_branch(
    folder: Path, base: Config, lines: tuple[Line, ...] = (), senses: dict[str, str] | None = None
) -> AsyncIterator[Stage]:
    """Start the whole table; stop it at the end, whatever happens.

    `lines` are spoken lines to have at hand; `senses` are settings that replace the simulated microphone and camera.
    """
    async with contextlib.AsyncExitStack() as stack:
        changes = (senses or {}) | stack.enter_context(identity.provider())
        config, environment, films = await asyncio.to_thread(prepare, folder, base, lines, changes)
        display = os.environ.get("DISPLAY", "")
        if not display:
            display = await stack.enter_async_context(screen(config.window.width, config.window.height))
        branch = Branch(config, {**os.environ, **environment, "DISPLAY": display}, folder / "logs")
        stack.push_async_callback(branch.stop_all)
        broker = await stack.enter_async_context(Broker(config.paths.state / "broker", config))
        stack.callback(shutil.rmtree, config.paths.run, ignore_errors=True)
        await branch.start("hq")
        await asyncio.gather(
            *(branch.start(name) for name in names("kiosk") if name in ("devices", "speech", "vision"))
        )
        if lines:
            await _keep_fixed_sentences(config)
        await branch.start("core")
        await asyncio.gather(branch.start("ui"), branch.start("sync"), branch.start("video"))
        observer = Observer(config.paths.run / SOCKETS["core"])
        await observer.start()
        stack.push_async_callback(observer.stop)
        teller, auditor = Teller(config, identity.TELLER), Teller(config, identity.AUDITOR)
        for person in (teller, auditor):
            stack.push_async_callback(person.close)
            await person.sign_in()
        hands = Hands(config.paths.run / SOCKETS["hands"])
        customer = Customer(observer, hands, config.paths.run / SOCKETS["window"], display, folder / "voices", films)
        yield Stage(branch, broker, observer, customer, teller, auditor, folder)


async def _keep_fixed_sentences(config: Config) -> None:
    """Let the voice keep what it always says before the first customer comes; done already after the first run."""
    stream = await connect(config.paths.run / SOCKETS["speech"])
    try:
        texts = [*fixed_texts("zh"), *first_lines("zh")[:ANSWERS]]
        await stream.send("guitai-prepare", texts=texts, language="zh", first_only=True)
        with contextlib.suppress(TimeoutError):  # what is missing then is made when it is said
            async with asyncio.timeout(PREPARED_S):
                async for frame in stream:
                    if frame.type in ("guitai-prepared", "error"):
                        return
    finally:
        stream.close()


async def play(folder: Path, base: Config, wanted: tuple[str, ...]) -> list[Scene]:
    """Serve the customers in order and return what was found."""
    scenes = []
    async with open_branch(folder, base, LINES) as stage:
        for name in wanted:
            scene = Scene(name, stage.customer, stage.observer, stage.teller, stage.cut_line, stage.restore_line)
            scenes.append(scene)
            began = time.monotonic()
            try:
                await SCENES[name](scene)
            except GuitaiError as error:
                scene.check("the script ran through", False, error.english())
                break
            scene.check("the script ran through", True, f"{time.monotonic() - began:.1f} s")
        else:  # a script that broke off may have left the line cut
            await _delivered(stage, scenes)
        (folder / "traces.json").write_bytes(orjson.dumps(stage.observer.traces, option=orjson.OPT_INDENT_2))
        (folder / "steps.jsonl").write_bytes(b"".join(orjson.dumps(step) + b"\n" for step in stage.observer.steps))
        replay_all(stage.branch.config, scenes, folder / "events")
    return scenes


async def _delivered(stage: Stage, scenes: list[Scene]) -> None:
    """Wait until headquarters holds every event; then compare both ends, lane by lane."""
    last = scenes[-1]
    deadline = time.monotonic() + DELIVERED_S
    while True:
        kiosk = await stage.observer.counts()
        stored = await stage.auditor.get("/api/events/count")
        if stored == kiosk or time.monotonic() > deadline:
            break
        await asyncio.sleep(LOOK_AGAIN_S)
    last.check("every event at headquarters exactly once, each lane in order", stored == kiosk, f"{stored} / {kiosk}")
    for scene in scenes:
        if scene.session_id:
            events = await stage.auditor.get(f"/api/sessions/{scene.session_id}/events")
            path = stage.folder / "headquarters" / f"{scene.name}.json"
            path.write_bytes(orjson.dumps(events, option=orjson.OPT_INDENT_2))

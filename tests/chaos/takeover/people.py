"""Customers who call a human again and again, and tellers who come, at consoles that can be killed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import sys
from collections import defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from guitai.demo.teller import Teller as Login
from guitai.shell.neighbour import Neighbour
from guitai.tables import SOCKETS
from guitai.wire.framing import Frame
from guitai.wire.sockets import FrameStream
from tests.chaos.takeover.town import KioskOfTown, Town

PROGRAM = str(Path(__file__).with_name("console.py"))
ERRAND = "loan_quote"
AMOUNT_FEN = 10_000_000
PAGE = {"title": "须知", "body": "请核对。", "kind": "page", "fields": []}
AGAIN_S = 0.7
"""After so long a touch that changed nothing is made again: core may have been away, or the line is down."""


class Customer:
    """At one kiosk, in the place of its window: begins an errand, gives one value, calls a human, goes on, calls again."""

    def __init__(self, kiosk: KioskOfTown, chance: random.Random) -> None:
        self._kiosk, self._chance = kiosk, chance
        self.stage, self._view = "idle", ""
        self._calls = 0
        self._begun = False
        self.left = asyncio.Event()
        """A teller has left this customer, or their lease has ended."""

        self._changed = asyncio.Event()
        socket = kiosk.config.paths.run / SOCKETS["core"]
        self._window = Neighbour("core", socket, self._heard, self._hello("ui"), lambda: None)
        self._onlooker = Neighbour("core", socket, self._heard, self._hello("observer"), lambda: None)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._window.run())
            tasks.create_task(self._onlooker.run())
            tasks.create_task(self._live())

    async def _live(self) -> None:
        answered = ""
        while True:
            self._changed.clear()
            target = self._wanted()
            if target and target == answered:
                answered = ""
                await asyncio.sleep(AGAIN_S)
                continue
            if target:
                await self._window.send("touch.pressed", target=target)
            answered = ""
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), AGAIN_S)
                await asyncio.sleep(self._chance.random() * 0.1)
                answered = target

    def _wanted(self) -> str:
        match self.stage:
            case "idle" | "closed":
                self._calls, self._begun = self._chance.randint(3, 9), False
                return "begin"
            case "open" if self._begun and self._calls <= 0:
                return "end"
            case "open" | "result" if self._calls > 0 or not self._begun:
                self._begun = True
                return f"start:{ERRAND}"
            case "result":
                return "solved:yes"
            case "slot" if "amount:" in self._view:
                return f"amount:{AMOUNT_FEN}"
            case "slot" if self._calls > 0:
                return "human"
            case "slot":
                return "pick:36" if "pick:36" in self._view else ""
            case "still_there":
                return "stay"
            case "offer":
                return "offer:no"
            case "teller" if "video:yes" in self._view:
                return self._chance.choice(["video:yes", "video:no"])
        return ""

    def _heard(self, frame: Frame) -> None:
        if frame.type == "step":
            before, self.stage = self.stage, str(frame.data["stage"])
            if frame.data["event"]["type"] == "teller.joined" and before != "teller":
                self._calls -= 1
            if frame.data["event"]["type"] == "teller.left":
                self.left.set()
        elif frame.type == "view":
            self._view = json.dumps(frame.data["view"])
        self._changed.set()

    def _hello(self, role: str) -> Callable[[FrameStream], Awaitable[None]]:
        async def hello(stream: FrameStream) -> None:
            await stream.send("hello", role=role)

        return hello


class Gone(Exception):
    """The console was killed, or headquarters did not answer it."""


class Teller:
    """A person with a console; comes back to a call they held, if the console is there again in time."""

    def __init__(self, town: Town, person: str, chance: random.Random) -> None:
        self.person, self._town, self._chance = person, town, chance
        self.beats: dict[tuple[str, str], list[int]] = defaultdict(list)
        """By call and teller: when a beat was sent that headquarters took, milliseconds since 1970."""

        self.away: list[tuple[int, int]] = []
        self.handed = 0
        self.quiet = False
        """Takes nothing any more."""

        self._process: asyncio.subprocess.Process | None = None
        self._answers: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self._headers: dict[str, str] = {}
        self._reader: asyncio.Task[None] | None = None

    async def sign_in(self) -> None:
        login = Login(self._town.kiosks[0].config, self.person)
        await login.sign_in()
        http = login._http
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in http.cookies.jar)
        self._headers = {"Cookie": cookies, "X-CSRF-Token": http.headers["X-CSRF-Token"]}
        self._headers["Origin"] = f"https://127.0.0.1:{self._town.config.headquarters.port}"
        await login.close()

    async def run(self) -> None:
        while True:
            try:
                await self._work()
            except Gone:
                if self.quiet:
                    return
                back_s = self._chance.choice([0.5, 3.0, 8.0, 20.0, 65.0])
                await asyncio.sleep(back_s if self._process is None else 0.3)

    async def take_one(self) -> None:
        """Take a call and beat for it; nothing else."""
        await self._open()
        while not self.beats:
            if queue := (await self._ask("/api/queue"))["waiting"]:
                call = queue[0]["id"]
                if await self._do(call, "accept", {}) == 200:
                    await self._hold(call)
            await asyncio.sleep(0.3)

    def kill(self) -> bool:
        """Kill the console -9, as a power cut at the desk would."""
        process, self._process = self._process, None
        if process is None:
            return False
        process.kill()
        return True

    async def stop(self) -> None:
        process = self._process
        self.kill()
        if process is not None:
            await process.wait()
        if self._reader is not None:
            self._reader.cancel()

    async def _work(self) -> None:
        if self._process is None:
            await self._open()
        queue = await self._ask("/api/queue")
        if mine := queue["mine"]:
            await self._talk(mine[0]["id"], back=True)
        elif queue["waiting"] and not self.quiet:
            call = self._chance.choice(queue["waiting"][:3])["id"]
            await self._do(call, "accept", {})
            await self._talk(call)
        else:
            await asyncio.sleep(0.3)

    async def _talk(self, call: str, *, back: bool = False) -> None:
        await self._hold(call)
        if back and await self._do(call, "rejoin", {}) != 200:
            await self._hold("")
            return
        for _ in range(self._chance.randint(0, 3)):
            deed, body = self._chance.choice([("say", {"text": "您别着急"}), ("push", {"page": PAGE})])
            await self._do(call, deed, body)
            await asyncio.sleep(self._chance.random() * 0.4)
        transfer = {"skill": "senior", "note": "急"}
        deeds = {"close": {}, "return": {"note": ""}, "transfer": transfer}
        deed = self._chance.choice(["close", "close", "return", "transfer"])
        if await self._do(call, deed, deeds[deed]) == 200:
            self.handed += 1
        await self._hold("")

    async def _do(self, call: str, deed: str, body: dict[str, Any]) -> int:
        status = 429
        while status == 429:
            status, _ = await self._exchange(f"/api/escalations/{call}/{deed}", body)
            if status == 429:
                await asyncio.sleep(0.5)
        if status == 0:
            raise Gone
        return status

    async def _ask(self, path: str) -> Any:
        status, body = await self._exchange(path, None)
        if status != 200:
            raise Gone
        return body

    async def _exchange(self, path: str, body: Any) -> tuple[int, Any]:
        await self._send({"path": path, "body": body})
        answer = await self._answers.get()
        if answer is None:
            raise Gone
        return int(answer["status"]), answer["body"]

    async def _hold(self, call: str) -> None:
        await self._send({"hold": call})

    async def _send(self, line: dict[str, Any]) -> None:
        if self._process is None or self._process.stdin is None:
            raise Gone
        try:
            self._process.stdin.write(json.dumps(line).encode() + b"\n")
            await self._process.stdin.drain()
        except ConnectionError as error:
            raise Gone from error

    async def _open(self) -> None:
        port, authority = self._town.config.headquarters.port, self._town.config.paths.keys / "ca.crt"
        self._answers = asyncio.Queue()
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, PROGRAM, str(port), str(authority), json.dumps(self._headers),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, limit=2**22,
        )  # fmt: skip
        self._reader = asyncio.create_task(self._read(self._process, self._answers))

    async def _read(self, process: asyncio.subprocess.Process, answers: asyncio.Queue[dict[str, Any] | None]) -> None:
        assert process.stdout is not None
        while line := await process.stdout.readline():
            told = json.loads(line)
            if "beat" in told:
                self.beats[told["beat"], self.person].append(int(told["at"] * 1000))
            else:
                answers.put_nowait(told)
        await process.wait()
        answers.put_nowait(None)

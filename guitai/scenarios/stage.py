"""The stage of a scenario: a kiosk in memory built from the setup, and what can be done to it from outside."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from firmware_bridge.protocol.dialect import KAL
from firmware_bridge.simulator.branch import state_folder
from firmware_bridge.simulator.cash import fresh
from firmware_bridge.simulator.dispenser import FIRST_LOAD
from firmware_bridge.simulator.faults import CONDITIONS
from firmware_bridge.simulator.notes import Notes, fewest
from firmware_bridge.store import StateFile
from guitai.config import Config, Kiosk, Paths
from guitai.episodes.bank import Trouble
from guitai.episodes.core import BEGAN_MS, LoopClock
from guitai.episodes.kiosk import Around
from guitai.episodes.kiosk import Kiosk as InMemory
from guitai.episodes.loop import DiedError
from guitai.episodes.machines import Taken, Watchers
from guitai.episodes.oracle import Oracle
from guitai.episodes.wire import Line, Side, what_is
from guitai.messages.device import Tampered
from guitai.messages.risk import Factor
from guitai.messages.voice import Listen, ListenMode
from guitai.risk.rules import FACTORS
from guitai.scenarios.core import Understand, watched_core
from guitai.scenarios.model import Scenario
from guitai.scenarios.people import catalogue_of, customer_of
from guitai.scenarios.watch import Watch
from headquarters.bank.host import Bank

QUIET_S = 3.3
"""When nothing has happened for so long nothing will: longer than the bank's silence, shorter than a goodbye."""

LONGEST_S = 40.0
LOOK_S = 0.1
TICK_S = 0.5
WELL = frozenset({"ok", "good", "normal", "online", "ready", "正常", ""})
MOVING = frozenset({"transfer", "order", "reserve", "post_deposit"})
"""Requests to the bank that move money."""


@dataclass
class Body:
    """What the customer has and had in hand."""

    card: str = ""
    taken: list[Taken] = field(default_factory=list)
    inserted_fen: int = 0
    taken_back_fen: int = 0
    payee: str = ""
    """Chosen by touch, and known to the kiosk only by an account: the customer has it."""


class Stage:
    """One scenario's world. Make it inside a running virtual loop."""

    def __init__(self, folder: Path, scenario: Scenario, understand: Understand) -> None:
        self.scenario, setup = scenario, scenario.setup
        region = setup.risk_context.branch_region or Kiosk().region
        self.config = Config(
            kiosk=Kiosk(region=region),
            paths=Paths(run=folder / "run", state=folder / "state", models=folder, keys=folder / "keys"),
        )
        self.watch = Watch()
        self.owner = customer_of(setup, region)
        clock = LoopClock(_began_ms(setup.risk_context.hour))
        self.bank = Bank(
            folder / "bank", folder / "keys", clock, [self.owner], catalogue_of(setup, touched_payees(scenario))
        )
        self.token = self.bank.token_of(self.owner.card)
        self.oracle = Oracle(self.bank)
        around = Around(
            self._calls_bank, self._passes, Watchers(self.oracle.seen, lambda _: None, self.power_off), self._moment
        )
        self.kiosk = InMemory(
            self.config, KAL, self.bank, around, watched_core(self.watch, understand, _given_r(scenario)), clock
        )
        self.core, self.machines, self.line = self.kiosk.core, self.kiosk.machines, self.kiosk.bank_line
        self.oracle.machines = self.machines
        self.body = Body(self.owner.card)
        self.commands: list[str] = []
        """Commands sent to the devices, by name."""

        self.lost_at_bank: Trouble | None = None
        """What becomes of the next request that moves money; the power goes with it."""

        self.setup = setup

    async def begin(self) -> None:
        """Switch everything on, as the setup says."""
        device = self.setup.device
        if device.notes_fen is not None:
            folder = state_folder(self.config)
            folder.mkdir(parents=True, exist_ok=True)
            load = fewest(dict.fromkeys(FIRST_LOAD, 10000), device.notes_fen // 1000 * 1000) or {}
            StateFile(folder / "dispenser.json", type(fresh({}))).save(fresh(_every_note(load)))
        self.line.set_up(device.online)
        self.kiosk.start()
        for name, told in (("printer", device.printer), ("card_reader", device.card_reader)):
            if condition := condition_of(name, told):
                self.machines.arm(name, condition)
        await self.settle()
        if device.tamper:
            self.core.happen(Tampered("tamper"))
            await self.settle()

    @property
    def listening(self) -> ListenMode:
        """How the microphone listens."""
        modes = self.watch.effects(Listen)
        return modes[-1].mode if modes else "free"

    async def settle(self) -> None:
        """Let time pass until nothing happens any more."""
        clock = asyncio.get_running_loop()
        seen, quiet_since, end = len(self.watch.sights), clock.time(), clock.time() + LONGEST_S
        while clock.time() < end and clock.time() - quiet_since < QUIET_S:
            await asyncio.sleep(LOOK_S)
            if len(self.watch.sights) != seen:
                seen, quiet_since = len(self.watch.sights), clock.time()

    async def until(self, done: Callable[[], bool], most_s: float) -> bool:
        """Let time pass until something is so, or for as long as this; return whether it is."""
        clock = asyncio.get_running_loop()
        end = clock.time() + most_s
        while not done():
            if clock.time() >= end:
                return False
            await asyncio.sleep(TICK_S)
        return True

    def power_off(self) -> None:
        """The power goes for everything."""
        self.lost_at_bank = None
        self.kiosk.kill()
        self.watch.dark()

    def power_on(self) -> None:
        """The power is back."""
        self.kiosk.start()

    def close(self) -> None:
        """Let go of files."""
        self.kiosk.close()

    def _calls_bank(self, name: str) -> tuple[Trouble, float] | None:
        trouble, loop = self.lost_at_bank, asyncio.get_running_loop()
        if trouble is None or name not in MOVING:
            return None
        self.lost_at_bank = None
        loop.call_later(0.06 if trouble == "answer lost" else 0.01, self.power_off)
        return trouble, 0.0

    def _passes(self, line: Line, sender: Side, header: dict[str, Any], text: str) -> list[tuple[float, str]]:
        if header["type"] == "command":
            line.last_request = header["requestId"]
            self.commands.append(what_is(header))
        return [(0.0, text)]

    def _moment(self, _name: str) -> None:
        if self.core.daemon is None:
            raise DiedError


def condition_of(device: str, told: str) -> str:
    """Return the simulated condition that a script means by its own word for a device's; empty where the device is well."""
    word = told.strip().lower().replace("-", "_").replace(" ", "_")
    if word in WELL:
        return ""
    if device == "printer" and any(part in word for part in ("paper", "empty", "缺纸", "没纸", "无纸")):
        return "paper_low" if "low" in word else "jam" if "jam" in word else "paper_out"
    if device == "printer" and word in ("out", "none"):
        return "paper_out"
    if "jam" in word or "stuck" in word:
        return "jam"
    return word if word in CONDITIONS[device] else "offline"


def touched_payees(scenario: Scenario) -> tuple[str, ...]:
    """Return the payees that the script chooses by touch."""
    chosen = (turn.value for turn in scenario.turns if turn.do == "touch" and isinstance(turn.value, dict))
    return tuple(str(value["payee"]) for value in chosen if "payee" in value)


def _every_note(load: Notes) -> Notes:
    return {note: load.get(note, 0) for note in FIRST_LOAD}


def _began_ms(hour: int | None) -> int:
    """Return a wall time on a working day at which the branch's clock shows the hour."""
    began = datetime.datetime.fromtimestamp(BEGAN_MS / 1000).astimezone()
    if hour is not None:
        began = began.replace(hour=hour, minute=10)
    return int(began.timestamp() * 1000)


def _given_r(scenario: Scenario) -> tuple[tuple[Factor, int], ...]:
    given = scenario.setup.risk_inject_r
    return () if given is None else tuple((name, round(getattr(given, name) * 100)) for name in FACTORS)

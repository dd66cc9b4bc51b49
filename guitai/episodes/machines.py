"""The devices' process in memory: real services over real simulated machines, and hands that reach in with power or not."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from firmware_bridge.main import services_of
from firmware_bridge.protocol.dialect import Dialect
from firmware_bridge.protocol.envelope import ROOT_PATH
from firmware_bridge.services.publisher import PublisherService
from firmware_bridge.services.runner import Runner
from firmware_bridge.simulator import card_reader
from firmware_bridge.simulator.branch import Branch, state_folder
from firmware_bridge.simulator.card_reader import Reader
from firmware_bridge.simulator.cash import Cash, moved, taken, taken_back
from firmware_bridge.simulator.faults import Faults, PowerCutError
from firmware_bridge.simulator.notes import Notes, plus
from firmware_bridge.simulator.recycler import Recycler
from firmware_bridge.store import StateFile
from guitai.config import Config
from guitai.episodes.loop import DiedError, context_of
from guitai.episodes.wire import End, Line, Passing, opened, shout

PACE_S = 0.05
DIAL_S = 0.001
EXPIRY = "30122010000000000000"
SERVED = frozenset({"CardReader", "PinPad", "CashDispenser", "Printer"})
"""Services with one of these interfaces are served; a customer with a card and cash needs no other."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Notes a hand took, and the dispense the machine says they were of."""

    notes: Notes
    dispense_id: str


@dataclass(frozen=True, slots=True)
class Watchers:
    """Whom the machines tell."""

    cash: Callable[[Cash, Cash], None]
    """Of every change of the cash machine, also of the one a power cut hid."""

    struck: Callable[[str], None]
    """Of every armed fault that strikes."""

    cut: Callable[[], None]
    """Of a power cut."""


class WatchedFaults(Faults):
    """Tells which faults strike."""

    def __init__(self, device: str, struck: Callable[[str], None]) -> None:
        super().__init__(device)
        self._struck = struck

    def strikes(self, *kinds: str) -> bool:
        """Return whether one of `kinds` is armed, and disarm it."""
        armed = next((kind for kind in kinds if kind in self._armed), None)
        if armed is not None:
            self._struck(f"{self.device} {armed}")
        return super().strikes(*kinds)


class Machines:
    """Starts, dies, starts again."""

    def __init__(self, config: Config, dialect: Dialect, passing: Passing, watchers: Watchers) -> None:
        self._config, self._dialect, self._passing, self._watchers = config, dialect, passing, watchers
        self._folder = state_folder(config)
        self._lines: list[Line] = []
        self._tasks: set[asyncio.Task[Any]] = set()
        self._context: contextvars.Context | None = None
        self._runners: dict[str, Runner] = {}
        self._last_seen: Cash | None = None
        self.branch: Branch | None = None
        self.starts = 0
        self.hand_at_exit = False

    def start(self) -> None:
        """Switch on."""
        if self.branch is not None:
            return
        self.starts += 1
        self._tasks = set()
        self._context = context_of(self._tasks)
        self._context.run(self._start)

    def kill(self) -> None:
        """Die at once; what was not yet on the disk never happened."""
        if self.branch is None:
            return
        self._change(self.branch.dispenser.state, self.branch.dispenser.state)
        self.branch = None
        self.break_lines()
        for task in tuple(self._tasks):
            task.cancel()

    def break_lines(self) -> None:
        """Break every connection."""
        for line in self._lines:
            line.abort()
        self._lines.clear()

    def dial(self, uri: str) -> contextlib.AbstractAsyncContextManager[End]:
        """Connect to a service; refused while the process is away."""
        return self._dial(uri)

    def arm(self, device: str, fault: str) -> None:
        """Arm a fault; nothing happens while the power is off."""
        if self.branch is not None:
            self.branch.devices[device].fault(fault)

    def mend(self, device: str = "") -> None:
        """Disarm and repair a device, or all; nothing happens while the power is off."""
        for name, machine in (self.branch.devices if self.branch else {}).items():
            if device in ("", name):
                machine.clear_faults()

    # What follows are hands.

    @property
    def reader(self) -> Reader:
        """Where the card is."""
        return self.branch.card_reader.state if self.branch else self._load("card_reader", Reader, Reader())

    @property
    def cash(self) -> Cash:
        """Where the notes are."""
        return self.branch.dispenser.state if self.branch else self._load("dispenser", Cash, Cash({}, {}))

    def insert_card(self, pan: str) -> bool:
        """Put the card in if the slot is open."""
        if self.branch is None or not self.branch.card_reader.accepting:
            return False
        self._put_in(self.branch.card_reader.insert, f"{pan}={EXPIRY}")
        return True

    def take_card(self) -> str:
        """Take the card from the exit; return its number."""
        state = self.reader
        if state.slot != "exit":
            return ""
        if self.branch is not None:
            with contextlib.suppress(DiedError):
                self.branch.card_reader.take()
        else:
            self._save("card_reader", card_reader.taken(state))
        return state.track2.partition("=")[0]

    def take_notes(self) -> Taken | None:
        """Take what stands at the exit, unless the machine is just moving it."""
        cash = self.cash
        if not cash.exit or (cash.moving and self.branch is not None):
            return None
        self._take_out(Recycler.take, taken)
        return Taken(cash.exit, cash.last.dispense_id if cash.last else "")

    def take_some(self, notes: Notes) -> Taken | None:
        """Take some of the notes that stand at the exit and leave the others; the machine sees no more than that it is not empty."""
        cash = self.cash
        if (
            self.branch is None
            or cash.moving
            or not notes
            or any(cash.exit.get(note, 0) < n for note, n in notes.items())
        ):
            return None
        dispenser = self.branch.dispenser
        with contextlib.suppress(DiedError):
            dispenser.become(moved(dispenser.state, "exit", "taken", notes))
        return Taken(notes, cash.last.dispense_id if cash.last else "")

    def insert_notes(self, notes: Notes, forged: Notes) -> bool:
        """Put notes in if the slot is open."""
        if self.branch is None or not self.branch.dispenser.accepting:
            return False
        self._put_in(self.branch.dispenser.insert, notes, forged)
        return True

    def take_back(self) -> Notes:
        """Take what stands in the return tray, unless the machine is just moving it."""
        cash = self.cash
        notes = plus(cash.refused, cash.returned)
        if not notes or (cash.moving and self.branch is not None):
            return {}
        self._take_out(Recycler.take_back, taken_back)
        return notes

    def type_pin(self, digits: str) -> bool:
        """Press the PIN while the pad wants it."""
        if self.branch is None or not self.branch.pin_pad.active:
            return False
        self.branch.pin_pad.type(digits)
        return True

    def cancel_pin(self) -> None:
        """Press the pad's cancel key."""
        if self.branch is not None and self.branch.pin_pad.active:
            self.branch.pin_pad.press_cancel()

    def _put_in(self, insert: Callable[..., None], *what: Any) -> None:
        try:
            insert(*what)
        except PowerCutError:
            self.kill()
            self._watchers.cut()
        except DiedError:
            pass  # somebody had it die at an event the hand caused

    def _take_out(self, take: Callable[[Recycler], Notes], in_the_dark: Callable[[Cash], Cash]) -> None:
        if self.branch is None:
            self._last_seen = in_the_dark(self.cash)
            self._save("dispenser", self._last_seen)
            return
        self.hand_at_exit = True
        with contextlib.suppress(DiedError):
            take(self.branch.dispenser)
        self.hand_at_exit = False

    def _start(self) -> None:
        self.branch = Branch(self._config, PACE_S)
        for machine in self.branch.devices.values():
            machine.faults = WatchedFaults(machine.name, self._watchers.struck)
        services = [service for service in services_of(self.branch) if SERVED & set(service.interfaces)]
        devices = self._config.devices
        root = f"ws://{devices.host}:{devices.port}{ROOT_PATH}"
        publisher = PublisherService(lambda: [f"{root}/{service.name}" for service in services])
        self._runners = {
            f"{ROOT_PATH}/{service.name}".rstrip("/"): Runner(service, self._dialect, self._power_cut, shout)
            for service in (publisher, *services)
        }
        for runner in self._runners.values():
            asyncio.get_running_loop().create_task(runner.work())
        self._change(self.branch.dispenser.state, self.branch.dispenser.state)
        self.branch.dispenser.watch(self._change)

    def _power_cut(self) -> None:
        self.kill()
        self._watchers.cut()
        raise DiedError

    def _change(self, _old: Cash, new: Cash) -> None:
        before, self._last_seen = self._last_seen, new
        if before is not None and before != new:
            self._watchers.cash(before, new)

    @contextlib.asynccontextmanager
    async def _dial(self, uri: str) -> AsyncIterator[End]:
        await asyncio.sleep(DIAL_S)
        runner = self._runners.get("/" + uri.split("/", 3)[3].rstrip("/"))
        if self.branch is None or runner is None:
            raise ConnectionRefusedError(uri)
        line = Line(self._passing)
        self._lines.append(line)
        assert self._context is not None
        asyncio.get_running_loop().create_task(runner.serve(line.server), context=self._context.copy())
        async with opened(line) as end:
            yield end

    def _load(self, name: str, kind: type[Any], fresh: Any) -> Any:
        return StateFile(self._folder / f"{name}.json", kind).load() or fresh

    def _save(self, name: str, state: Any) -> None:
        StateFile(self._folder / f"{name}.json", type(state)).save(state)

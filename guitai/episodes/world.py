"""One episode: builds the kiosk, lets things break at their moments, brings everything to an end, asks the oracle."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from guitai.config import Config, Paths
from guitai.episodes.bank import Trouble
from guitai.episodes.core import LoopClock
from guitai.episodes.customer import TELLER, Body, Customer
from guitai.episodes.kiosk import Around, Kiosk
from guitai.episodes.loop import DiedError
from guitai.episodes.machines import Watchers
from guitai.episodes.oracle import Oracle
from guitai.episodes.plan import DIALECTS, Incident, Plan
from guitai.episodes.wire import SOON_S, Line, Side, retyped, what_is
from guitai.keys import read_key
from guitai.messages import face
from guitai.messages.handover import TellerLeft
from headquarters.bank.customers import Customer as Owner
from headquarters.bank.host import Bank

LAST_S = 3600.0
"""By then, with nothing breaking any more, every session has ended."""

TIDY_S = 60.0
BETWEEN_S = 5.0
OUTAGE_S = 3.0
DISPUTES = frozenset({"debit disputed", "deposit disputed"})


@dataclass
class Result:
    """What an episode came to."""

    plan: Plan
    wrong: list[str] = field(default_factory=list)
    struck: Counter[str] = field(default_factory=Counter)
    """What really broke, by kind."""

    endings: Counter[str] = field(default_factory=Counter)
    moments: Counter[str] = field(default_factory=Counter)
    """How many moments of each kind there were while something could still break."""

    log: list[str] = field(default_factory=list)
    virtual_s: float = 0.0


class World:
    """One kiosk, one bank, and the customers of one plan."""

    def __init__(self, result: Result, folder: Path, owners: Sequence[Owner], traced: bool = False) -> None:
        self.result, self.plan, self.owners, self._traced = result, result.plan, owners, traced
        plan = self.plan
        self._config = Config(
            paths=Paths(run=folder / "run", state=folder / "state", models=folder, keys=folder / "keys")
        )
        self._waiting = list(plan.incidents)
        self._is_over = False
        self.bank = Bank(folder / "bank", folder / "keys", LoopClock())
        self.oracle = Oracle(self.bank)
        watchers = Watchers(self.oracle.seen, self._fault_strikes, self._power_cut)
        around = Around(self._calls_bank, self._passes, watchers, self.moment)
        self.kiosk = Kiosk(self._config, DIALECTS[plan.dialect], self.bank, around)
        self.core, self.machines, self.bank_line = self.kiosk.core, self.kiosk.machines, self.kiosk.bank_line
        self.oracle.machines = self.machines
        self.bodies: list[Body] = []

    def close(self) -> None:
        """Let go of files."""
        self.kiosk.close()

    async def live(self) -> None:
        """Go through the plan to its end."""
        self.kiosk.start()
        await asyncio.sleep(1.0)
        for n, visit in enumerate(self.plan.visits):
            owner = self.owners[n % len(self.owners)]
            body = Body([owner.card])
            self.bodies.append(body)
            await Customer(visit, owner, body, self.core, self.machines, self.bank).come()
            await asyncio.sleep(BETWEEN_S)
        await self._come_to_an_end()
        self.result.endings = self.oracle.endings
        careful = all(visit.care == 1 and not visit.forgets for visit in self.plan.visits)
        if careful and not self.result.struck and self.oracle.endings.keys() & DISPUTES:
            self.oracle.wrong.append("disputed though nothing broke and nobody forgot anything")
        self.result.wrong += self.oracle.wrong
        self.result.virtual_s = asyncio.get_running_loop().time()

    def moment(self, name: str) -> None:
        """Something happens in core. Raises DiedError if core dies at it."""
        before = self.core.starts
        alive = self.core.daemon is not None
        for incident in self._due(*dict.fromkeys((name.partition(" ")[0], name))):
            self._strike(incident)
        if not alive or self.core.daemon is None or self.core.starts != before:
            raise DiedError

    def note(self, text: str) -> None:
        """Remember a line for whoever reads why it went wrong."""
        if self._traced:
            self.result.log.append(f"{asyncio.get_running_loop().time():9.3f} {text}")

    def _due(self, *names: str) -> list[Incident]:
        due: list[Incident] = []
        if self._is_over:
            return due
        for name in names:
            self.result.moments[name] += 1
            due += [i for i in self._waiting if i.at == name and i.nth == self.result.moments[name]]
        for incident in due:
            self._waiting.remove(incident)
            if not incident.what.startswith("arm "):
                self.result.struck[incident.what] += 1
            self.note(f"!! {incident}")
        return due

    def _strike(self, incident: Incident) -> None:
        loop = asyncio.get_running_loop()
        what, _, rest = incident.what.partition(" ")
        match incident.what:
            case "core dies" | "devices die" | "both die":
                if what != "devices":
                    self.core.kill()
                    loop.call_later(incident.seconds, self.core.start)
                if what != "core":
                    self.machines.kill()
                    loop.call_later(incident.seconds, self.machines.start)
            case "all lines break":
                self.machines.break_lines()
            case "bank down":
                self.bank_line.set_up(False)
                loop.call_later(incident.seconds, self.bank_line.set_up, True)
            case _ if what == "arm":
                device, _, fault = rest.partition(" ")
                self.machines.arm(device, fault)
                if incident.seconds:
                    self.result.struck[rest] += 1
                    loop.call_later(incident.seconds, self.machines.mend, device)

    def _passes(self, line: Line, sender: Side, header: dict[str, Any], text: str) -> list[tuple[float, str]]:
        """Return what becomes of a frame on the line."""
        what = what_is(header)
        self.note(f"{'>' if sender == 'client' else '<'} {text if self._traced else ''}")
        if header["type"] == "command":
            line.last_request = header["requestId"]
        kinds = ["frame", f"frame {what}", *(["event"] if header["type"] in ("event", "unsolicited") else [])]
        arriving, breaks = [(0.0, text)], False
        had_core, had_machines = self.core.daemon, self.machines.branch
        for incident in self._due(*kinds):
            match incident.what:
                case "line breaks before":
                    arriving, breaks = [], True
                case "line breaks after":
                    breaks = True
                case "held up":
                    arriving = [(incident.seconds, text)]
                case "twice":
                    arriving = arriving * 2
                case "overtaken":
                    arriving = [(SOON_S, text)]
                case "retyped":
                    arriving = [(0.0, retyped(text, line.last_request))]
                case _:
                    if sender == "client":
                        line.server.arrive(text)
                        arriving = []
                    self._strike(incident)
        if breaks:
            for _, one in arriving:
                (line.server if sender == "client" else line.client).arrive(one)
            line.abort()
            arriving = []
        if (sender == "client" and self.core.daemon is not had_core) or (
            sender == "server" and self.machines.branch is not had_machines
        ):
            raise DiedError
        return arriving

    def _calls_bank(self, name: str) -> tuple[Trouble, float] | None:
        trouble: tuple[Trouble, float] | None = None
        alive = self.core.daemon
        for incident in self._due("bank", f"bank {name}"):
            match incident.what:
                case "request lost" | "answer lost" | "slow" as kind:
                    trouble = kind, incident.seconds
                case _:
                    self._strike(incident)
        self.note(f"bank {name} {trouble or ''}")
        if self.core.daemon is not alive:
            raise DiedError
        return trouble

    def _fault_strikes(self, fault: str) -> None:
        self.result.struck[fault] += 1
        self.note(f"!! {fault}")

    def _power_cut(self) -> None:
        asyncio.get_running_loop().call_later(OUTAGE_S, self.machines.start)

    async def _come_to_an_end(self) -> None:
        """From here on nothing breaks, and nobody is there: everything must find its end by itself."""
        self._is_over = True
        self.note("-- nothing breaks any more, everybody has gone")
        self.bank_line.set_up(True)
        self.machines.start()
        self.machines.mend()
        if self.plan.seed % 3 == 0:
            self.machines.kill()
            self.core.kill()
            self.machines.start()
        self.core.start()
        self.core.happen(face.CustomerLeft())
        # What is still held up on a line may open a session of its own, for instance for a card that is inside.
        await asyncio.sleep(max((i.seconds for i in self.plan.incidents if i.what == "held up"), default=0.0))
        if not await self._ends():
            self.oracle.wrong.append(f"never ends: {self.core.state.stage}")
        self.bank_line.set_up(False)  # its return is when core looks for what it left behind
        await asyncio.sleep(BETWEEN_S)
        self.bank_line.set_up(True)
        await asyncio.sleep(TIDY_S)
        key = read_key(self._config.paths.keys / "card_token.key")
        self.oracle.check(self.bodies, key, [owner.card for owner in self.owners], len(set(self.core.records)))

    async def _ends(self) -> bool:
        clock = asyncio.get_running_loop()
        deadline = clock.time() + LAST_S
        while clock.time() < deadline:
            await asyncio.sleep(BETWEEN_S)
            state = self.core.state
            if state.stage in ("idle", "closed"):
                return True
            if state.stage == "teller" and state.handover is not None:
                self.core.happen(TellerLeft(state.handover.escalation_id, TELLER, lapsed=True))
        return False

"""Many episodes on one running branch: a burst of records in each, faults while it lasts; at the end everything heals."""

from __future__ import annotations

import asyncio
import random
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from guitai.chaos.faults import FAULTS, mount
from guitai.chaos.final import logs_of, settle
from guitai.chaos.recorded import Mutant
from guitai.chaos.world import World
from guitai.errors import GuitaiError

BURST = (10, 60)
BACKLOG = 20_000
"""So many rows may wait before an episode lets the line catch up."""

HEALS_S = 180.0
SEVERAL = 0.2
"""Share of the episodes with two faults at once."""

EACH_WITHIN = 60
"""In the first so many episodes a fault that has not struck yet comes first: none is left out by chance."""


@dataclass
class Outcome:
    """What a run came to."""

    episodes: int = 0
    records: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    tricks: int = 0
    died: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    lost: int = 0
    duplicated: int = 0
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def figures(self) -> dict[str, float]:
        """Return the counts by name."""
        return {
            "lost": self.lost,
            "duplicated": self.duplicated,
            "wrong": len(self.wrong),
            "episodes": self.episodes,
            "acknowledged_records": self.records,
            "kills": sum(self.kills.values()),
            **{f"kills_{name}": count for name, count in sorted(self.kills.items())},
            **{f"fault_{name}": count for name, count in sorted(self.faults.items())},
            "publishes_tampered_with": self.tricks,
            "appends_refused": self.refused,
            "died_by_themselves": sum(self.died.values()),
            "seconds": round(self.seconds, 1),
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to do."""

    episodes: int
    seed: int
    mutant: Mutant = ""
    burst: tuple[int, int] = BURST
    """Steps of an episode, from and below."""

    heals_s: float = HEALS_S
    """How long everything may take to heal at the end."""

    faults: tuple[str, ...] = tuple(FAULTS)
    """What may befall it: names of `FAULTS`."""


def run_processes(plan: Plan) -> Outcome:
    """Run the episodes, let everything heal, settle the account."""
    folder = Path(tempfile.mkdtemp(prefix="gc", dir="/tmp"))
    mounted = mount(folder / "state")
    outcome = Outcome()
    began = time.monotonic()
    try:
        asyncio.run(_run(folder, plan, outcome))
    finally:
        outcome.seconds = time.monotonic() - began
        if mounted:
            subprocess.run(["umount", "-l", str(folder / "state")], check=False)
        shutil.rmtree(folder, ignore_errors=True)
    return outcome


async def _run(folder: Path, plan: Plan, outcome: Outcome) -> None:
    chance = random.Random(plan.seed)  # noqa: S311 - a plan, not a secret
    world = World(folder, chance, plan.mutant)
    async with world.running():
        try:
            for number in range(plan.episodes):
                await _episode(world, chance, plan, outcome, number)
            await _heal(world, plan.heals_s)
        except* GuitaiError as errors:
            outcome.wrong += [error.english() for error in errors.exceptions if isinstance(error, GuitaiError)]
    account = await asyncio.to_thread(settle, world)
    outcome.lost, outcome.duplicated = account.lost + world.lost_steps, account.duplicated
    outcome.wrong = [f"seed {plan.seed}: {text}" for text in outcome.wrong + account.wrong]
    if outcome.wrong:
        outcome.wrong.append(logs_of(folder))
    outcome.records, outcome.kills, outcome.died = world.count, world.kills, world.died
    outcome.refused = sum(world.refused.values())
    outcome.tricks = sum(line.tricks for line in world.lines.values())


async def _episode(world: World, chance: random.Random, plan: Plan, outcome: Outcome, number: int) -> None:
    weights = [FAULTS[name][0] for name in plan.faults]
    names = chance.choices(plan.faults, weights, k=1 + (chance.random() < SEVERAL))
    missing = [name for name in plan.faults if name not in outcome.faults]
    if missing and number < EACH_WITHIN:
        names[0] = missing[0]
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(world.append(chance.randrange(*plan.burst)))
        struck = {name: tasks.create_task(FAULTS[name][1](world, chance)) for name in dict.fromkeys(names)}
    outcome.episodes += 1
    outcome.faults.update(name for name, task in struck.items() if task.result())
    if world.waiting > BACKLOG:
        await _heal(world, HEALS_S)


async def _heal(world: World, heals_s: float) -> None:
    """No faults for a while: in the end nothing waits."""
    for line in world.lines.values():
        line.set("passes")
    await world.append(1)
    await world.drained(heals_s)

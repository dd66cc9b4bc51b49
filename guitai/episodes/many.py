"""Many episodes on several cores, and what they came to."""

from __future__ import annotations

import gc
import multiprocessing
import time
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from guitai import logs
from guitai.episodes.episode import Episodes
from guitai.episodes.plan import Plan, plan_of
from guitai.episodes.world import Result

CHUNK = 25
SHOWN = 5
"""So many plans that went wrong are made short and shown."""

GARBAGE = 20_000
"""New objects before the collector looks for cycles: by default it looks so often that it takes a tenth of the time."""


@dataclass
class Tally:
    """What many episodes came to."""

    episodes: int = 0
    wrong: list[str] = field(default_factory=list)
    """One text per episode that broke a rule."""

    struck: Counter[str] = field(default_factory=Counter)
    """Episodes in which it really broke, by what broke."""

    endings: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def figures(self) -> dict[str, float]:
        """Return the figures of `guitai bench cash-safety`."""
        found = {"violations": len(self.wrong), "episodes": self.episodes, "per_s": self.episodes / self.seconds}
        struck = {f"struck: {what}": number for what, number in sorted(self.struck.items())}
        endings = {f"ended: {what}": number for what, number in sorted(self.endings.items())}
        return {key: float(value) for key, value in (found | struck | endings).items()}

    def add(self, other: Tally) -> None:
        """Take in what another process found."""
        self.episodes += other.episodes
        self.wrong += other.wrong
        self.struck += other.struck
        self.endings += other.endings


def run_many(count: int, first: int = 0) -> Tally:
    """Run `count` episodes with the seeds from `first` on, the same whatever the number of processes."""
    seeds = range(first, first + count)
    return _run(_run_seeds, [seeds[n : n + CHUNK] for n in range(0, count, CHUNK)])


def run_plans(plans: Sequence[Plan]) -> Tally:
    """Run these plans."""
    return _run(_run_plans, [plans[n : n + CHUNK] for n in range(0, len(plans), CHUNK)])


def _run(job: Callable[[Any], Tally], parts: Sequence[Sequence[Any]]) -> Tally:
    began, total = time.monotonic(), Tally()
    # Spawned, not forked: the caller may have threads and a loop of its own.
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(mp_context=spawned, initializer=_begin) as pool:
        for part in pool.map(job, parts):
            total.add(part)
    total.seconds = time.monotonic() - began
    return total


def _begin() -> None:
    """Be a process that runs episodes: what was imported stays for good and is not looked through again and again."""
    logs.to_stderr()
    gc.freeze()
    gc.set_threshold(GARBAGE)


def _run_seeds(seeds: Sequence[int]) -> Tally:
    return _run_plans([plan_of(seed) for seed in seeds])


def _run_plans(plans: Sequence[Plan]) -> Tally:
    warnings.filterwarnings("ignore", module="psec")  # two-key TDES is what PIN pads have
    warnings.filterwarnings("ignore", message="coroutine .* was never awaited")  # its process was killed before
    tally = Tally()
    with Episodes() as episodes:
        for plan in plans:
            result = episodes.run(plan)
            tally.episodes += 1
            tally.struck += Counter(set(result.struck))
            tally.endings += result.endings
            if result.wrong:
                tally.wrong.append(explain(episodes, result, shorten=len(tally.wrong) < SHOWN))
    return tally


def explain(episodes: Episodes, result: Result, *, shorten: bool = True) -> str:
    """Return what went wrong, or what goes wrong with a shorter plan."""
    short = episodes.shortest(result.plan) if shorten else result.plan
    wrong = episodes.run(short).wrong or [*result.wrong, "(only in its turn after other episodes)"]
    return f"{short}\n    " + "\n    ".join(wrong[:3])

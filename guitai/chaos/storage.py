"""Many crash states of the journal and the store: one recorded run gives hundreds, each opened and judged."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from guitai.chaos.disk import ARRIVES, Disk, Operation, read_log
from guitai.chaos.recorded import Mutant
from guitai.chaos.shim import build, record
from guitai.chaos.verdict import Told, Verdict, judge_journal, judge_store

Kind = Literal["journal", "store"]
Fault = Literal["power_cut", "failed_sync", "failed_write", "short_write", "disk_full", "lying_sync"]
FAULTS: tuple[Fault, ...] = ("power_cut", "failed_sync", "failed_write", "short_write", "disk_full", "lying_sync")

MEMORY = Path("/dev/shm")  # noqa: S108 # files that live for milliseconds, in folders of our own
STATES_A_RUN = 120
STEPS_A_RUN = 48
EIO, ENOSPC = 5, 28


@dataclass
class Tally:
    """What many episodes came to."""

    episodes: int = 0
    lost: int = 0
    """Acknowledged records that an honest disk no longer had."""

    lost_to_lies: int = 0
    """Those that only a disk could keep which said that it had."""

    refused: int = 0
    """Damage that was seen when the file was opened; only a lying disk may cause it."""

    by_fault: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    """What went wrong, each with the seed that shows it again."""

    def add(self, fault: Fault, verdict: Verdict, where: str) -> None:
        """Count one episode."""
        self.episodes += 1
        self.by_fault[fault] += 1
        self.refused += bool(verdict.refused)
        self.wrong += [f"{where}: {text}" for text in verdict.wrong]
        if fault == "lying_sync":
            self.lost_to_lies += verdict.lost
            return
        self.lost += verdict.lost
        if verdict.lost:
            self.wrong.append(f"{where}: {verdict.lost} acknowledged records are lost")
        if verdict.refused:
            self.wrong.append(f"{where}: not opened: {verdict.refused}")

    def figures(self) -> dict[str, float]:
        """Return the counts by name."""
        return {
            "storage_episodes": self.episodes,
            "storage_lost": self.lost,
            "storage_wrong": len(self.wrong),
            "lost_to_lying_disks": self.lost_to_lies,
            "damage_seen": self.refused,
            **{f"storage_{fault}": count for fault, count in sorted(self.by_fault.items())},
        }


def run_storage(episodes: int, seed: int, mutant: Mutant = "", kinds: tuple[Kind, ...] = ("journal", "store")) -> Tally:
    """Run so many episodes: half of each run's on the journal, half on the store, every kind of fault in turn."""
    tally = Tally()
    where = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="guitai-chaos-", dir=where) as name:
        folder = Path(name)
        shim = build(folder)
        run = 0
        while tally.episodes < episodes:
            fault, kind = FAULTS[run // len(kinds) % len(FAULTS)], kinds[run % len(kinds)]
            most = min(STATES_A_RUN, episodes - tally.episodes)
            _one_run(folder, shim, (kind, fault, seed + run, mutant), most, tally)
            run += 1
    return tally


def _one_run(folder: Path, shim: Path, plan: tuple[Kind, Fault, int, Mutant], most: int, tally: Tally) -> None:
    kind, fault, seed, mutant = plan
    files, log = folder / "files", folder / "log"
    files.mkdir()
    record(
        shim, "guitai.chaos.recorded", [kind, str(files), str(seed), str(STEPS_A_RUN), mutant], files, log,
        faults_of(fault, random.Random(seed)),  # noqa: S311 - a plan, not a secret
    )  # fmt: skip
    operations = read_log(log)
    shutil.rmtree(files)
    log.unlink()
    for place, verdict in crashes(folder / "state", operations, plan, most):
        tally.add(fault, verdict, f"{kind} {fault} seed {seed} at {place}")


def crashes(
    folder: Path, operations: list[Operation], plan: tuple[Kind, Fault, int, Mutant], most: int
) -> Iterator[tuple[str, Verdict]]:
    """Cut the power at up to `most` places of a log; yield each place and what the files there were found to be."""
    kind, fault, seed, _ = plan
    chance = random.Random(seed + 1)  # noqa: S311 - a plan, not a secret
    judge = judge_journal if kind == "journal" else judge_store
    places = sorted(chance.sample(range(1, len(operations) + 1), min(most, len(operations))))
    lies_from = chance.randrange(len(operations)) if fault == "lying_sync" else len(operations) + 1
    disk, told, read, done = Disk(chance), Told(), 0, 0
    for place in places:
        for at in range(done, place):
            disk.apply(operations[at], lies=at >= lies_from)
        done = place
        told.take(disk.marks[read:])
        read = len(disk.marks)
        how = ARRIVES[chance.randrange(len(ARRIVES))]
        folder.mkdir()
        for name, content in disk.states(how).items():
            if not name.endswith("-shm"):  # a mapping: gone with the power, made anew
                (folder / name).write_bytes(content)
        yield f"{place}/{len(operations)} ({how})", judge(folder, told)
        shutil.rmtree(folder)


def faults_of(fault: Fault, chance: random.Random) -> str:
    """Return what the shim is to do during a run."""
    at = chance.randrange(5, 120)
    match fault:
        case "failed_sync":
            return ",".join(f"sync:{n}:{n}:{EIO}" for n in sorted(chance.sample(range(3, 60), 4)))
        case "failed_write":
            return f"write:{at}:{at + chance.randrange(3)}:{EIO},write:{at + 60}:{at + 60}:{EIO}"
        case "short_write":
            return ",".join(f"write:{n}:{n}:0" for n in sorted(chance.sample(range(3, 300), 12)))
        case "disk_full":
            return f"write:{at}:{at + chance.randrange(1, 8)}:{ENOSPC}"
        case "power_cut" | "lying_sync":
            return ""

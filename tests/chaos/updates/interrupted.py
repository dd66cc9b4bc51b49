"""One interrupted update: a process that dies at a random line, power that takes what was not synced, a disk without room, bad bytes.

The updater runs in a forked process that traces its own lines and ends itself, without any clean-up, at the line drawn. A power cut
also empties every file that was written and not synced. Then the boot loader's stand-in runs, and the updater again, until it is done.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from guitai.updates import acts, slots
from tests.fixtures.updates import Bench, release

Cause = Literal["kill", "power", "disk", "download"]
TRACED = ("/guitai/updates/", "/guitai/wire/releases", "/guitai/wire/whole")
MOST_STARTS = 12


@dataclass
class Result:
    cause: Cause
    broken: bool
    interrupted: int
    status: str
    running: str


def interrupt(root: Path, keys: Path, cause: Cause, seed: int) -> Result:
    """Run one update with interruptions; raises AssertionError where no whole version would start."""
    chance = random.Random(seed)
    broken = chance.random() < 0.25
    small = root / "small"
    bench = Bench(root, keys, state=small / "state" if cause == "disk" else None)
    if cause == "disk":
        _small_disk(small, "256k")
    try:
        bench.begin()
        wanted = release(bench.source, keys, broken=broken)
        interrupted = 0
        for start in range(MOST_STARTS):
            # The first start is broken off for sure, later ones now and then, so that some come to their end.
            die = cause in ("kill", "power") and (start == 0 or chance.random() < 0.4)
            ballast = small / "ballast"
            if cause == "disk":
                room = chance.choice([0, 8, 16, 24, 32, 48]) if start == 0 else chance.choice([0, 32, None])
                _fill(ballast, None if room is None or start > MOST_STARTS // 2 else room * 1024)
            bad = _damage(bench.source, chance) if cause == "download" and start == 0 else None
            died, synced = _child(
                bench, wanted, f"j{start if cause == 'download' else 0}", chance.randrange(1, 1500) if die else 0
            )
            stopped = _state(bench) is None or _state(bench).phase != "idle" or _state(bench).last is None
            interrupted += died or (cause == "disk" and stopped) or (cause == "download" and start == 0)
            if bad:
                bad()
            if cause == "power" and died:
                _power_cut(bench, synced)
            assert bench.works(), (cause, seed, start)
            if died:
                bench.boot()
                assert bench.works(), (cause, seed, start, "boot")
            ballast.unlink(missing_ok=True)
            done = _state(bench)
            if start and not died and done is not None and done.phase == "idle" and done.last is not None:
                if cause == "download" and done.last.status == "REJECTED":
                    continue
                break
        final = bench.updater()
        assert final.state.phase == "idle", (cause, seed, final.state)
        assert final.state.last is not None
        good = bench.opt / final.state.content(final.state.good).name
        assert bench.running() == good, (cause, seed)
        assert not (bench.running() / "broken").exists(), (cause, seed)
        assert final.state.last.status == "SUCCEEDED" or bench.running().name == "guitai-0.1.0-1", (
            cause,
            seed,
            final.state,
        )
        return Result(cause, broken, interrupted, final.state.last.status, bench.running().name)
    finally:
        if cause == "disk":
            subprocess.run(["umount", small], check=True)


def _child(bench: Bench, wanted: str, job: str, die_at: int) -> tuple[bool, set[str]]:
    """Run the updater in a process of its own; return whether it died on the way, and which files it had synced."""
    log = bench.root / "synced"
    log.unlink(missing_ok=True)
    if (pid := os.fork()) == 0:
        try:
            _record_syncs(log)
            if die_at:
                _die_at_line(die_at)
            updater = bench.updater()
            updater.start()
            updater.happen(acts.Offered(wanted, job))
        except BaseException:  # noqa: BLE001 - whatever it is, the process ends here
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    synced = set(log.read_text().splitlines()) if log.exists() else set()
    return os.WIFSIGNALED(status), synced


def _die_at_line(number: int) -> None:
    left = number

    def lines(frame, event, arg):
        nonlocal left
        if not any(part in frame.f_code.co_filename for part in TRACED):
            return None
        if event == "line":
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return lines

    sys.settrace(lines)


def _record_syncs(log: Path) -> None:
    """Note what reaches the disk for sure: what is synced by itself, and everything at a sync of all."""
    real, everything = os.fsync, os.sync
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def fsync(descriptor):
        real(descriptor)
        if isinstance(descriptor, int):
            os.write(out, f"{os.fstat(descriptor).st_ino}\n".encode())

    def sync():
        everything()
        os.write(out, b"*\n")

    os.fsync, os.sync = fsync, sync


def _power_cut(bench: Bench, synced: set[str]) -> None:
    """Empty what was written since the start of this run and never synced, and drop what lies in folders half made."""
    staged = bench.running().parent
    for path in [*bench.folder.rglob("*"), *(p for p in staged.rglob("*") if "guitai-0.1.0-1" not in str(p))]:
        if path.is_file() and not path.is_symlink() and str(path.stat().st_ino) not in synced | _before(bench):
            if "*" in synced and staged in path.parents:
                continue
            os.truncate(path, 0)
    _remember(bench)


def _before(bench: Bench) -> set[str]:
    """Inodes that earlier runs left on the disk."""
    kept = bench.root / "kept"
    return set(kept.read_text().split()) if kept.exists() else set()


def _remember(bench: Bench) -> None:
    found = [str(p.stat().st_ino) for base in (bench.folder, bench.opt) for p in base.rglob("*") if p.is_file()]
    (bench.root / "kept").write_text(" ".join(found))


def _small_disk(folder: Path, size: str) -> None:
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True)
    (folder / "state").mkdir()


def _fill(ballast: Path, leave: int | None) -> None:
    """Leave so many bytes free; None: all of them."""
    if leave is None:
        return
    about = os.statvfs(ballast.parent)
    free = about.f_bavail * about.f_frsize
    if free > leave:
        ballast.write_bytes(bytes(free - leave))


def _damage(source: Path, chance: random.Random):
    """Damage one file of the release; return what mends it."""
    path = chance.choice(sorted(source.iterdir()))
    good = path.read_bytes()
    at = chance.randrange(len(good))
    path.write_bytes(
        chance.choice([good[:at], good[:at] + bytes([good[at] ^ 1 << chance.randrange(8)]) + good[at + 1 :]])
    )
    return lambda: path.write_bytes(good)


def _state(bench: Bench):
    import msgspec

    path = bench.folder / "state.json"
    return msgspec.json.decode(path.read_bytes(), type=slots.Updates) if path.exists() else None

"""How fast the journal writes, in blocks interleaved with the same bytes appended to a plain file and put on disk."""

from __future__ import annotations

import io
import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from guitai.journal import Journal, Step
from guitai.journal.chain import canonical
from guitai.messages.bank import PostTransfer, TransferOutcome
from guitai.messages.codec import to_data
from guitai.messages.session import Occurred
from guitai.messages.voice import CustomerSaid, IntentGuess, Speak, Understanding
from guitai.money import Fen

PER_BLOCK = 60
"""Steps written one at a time in a block."""

GROUP = 200
"""Steps in one transaction of a group commit."""

GROUPS = 5
PACED_HZ = 200
PACED_BLOCK = 200
"""Steps, then raw writes, at that pace in a block."""

FIRST_MS = 1_790_000_000_000
SAID = CustomerSaid("我想给我妈转五千块钱，就是上次那个账户", 0.93, Understanding((IntentGuess("transfer", 0.95),)))


def measure(folder: Path, blocks: int) -> dict[str, float]:
    """Return the rates; `folder` has to be on the disk that is meant.

    ``ratio_one`` is the median over the blocks of a step's rate to that of an append and fsync of the step's own bytes
    just before and after it; ``group_gain`` that of the rate in transactions of 200 steps to the rate one at a time;
    ``p99_ms`` how long after a step is due it is on disk when 200 a second come, ``raw_p99_ms`` the same of raw writes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as name:
        journal = Journal.open(Path(name) / "journal.db", secrets.token_bytes(32), "kiosk-bench")
        try:
            journal.lay_out_log()
            with open(Path(name) / "raw", "ab", buffering=0) as raw, journal.kept_folded():
                return _Bench(raw, journal).run(blocks)
        finally:
            journal.close()


class _Bench:
    def __init__(self, raw: io.FileIO, journal: Journal) -> None:
        self._raw, self._journal = raw, journal
        self._seq = 0
        self._step_bytes = 0

    def run(self, blocks: int) -> dict[str, float]:
        self._size_step()
        one, raw, group = [], [], []
        waits: list[float] = []
        raw_waits: list[float] = []
        for _ in range(blocks):
            before = self._rate(self._append_raw, PER_BLOCK)
            one.append(self._rate(self._append_one, PER_BLOCK))
            raw.append((before + self._rate(self._append_raw, PER_BLOCK)) / 2)
            group.append(self._rate(self._append_group, GROUPS) * GROUP)
        for _ in range(blocks):
            waits += self._paced(self._append_one, PACED_BLOCK)
            raw_waits += self._paced(self._append_raw, PACED_BLOCK)
        return {
            "raw_per_s": round(statistics.median(raw), 1),
            "one_per_s": round(statistics.median(one), 1),
            "group_per_s": round(statistics.median(group), 1),
            "ratio_one": round(statistics.median(o / r for o, r in zip(one, raw, strict=True)), 3),
            "group_gain": round(statistics.median(g / o for g, o in zip(group, one, strict=True)), 1),
            "p50_ms": round(statistics.median(waits) * 1000, 2),
            "p99_ms": round(statistics.quantiles(waits, n=100)[98] * 1000, 2),
            "raw_p50_ms": round(statistics.median(raw_waits) * 1000, 2),
            "raw_p99_ms": round(statistics.quantiles(raw_waits, n=100)[98] * 1000, 2),
            "step_bytes": float(self._step_bytes),
        }

    def _size_step(self) -> None:
        """What a pair of steps says, halved: event, effects and the rows for headquarters."""
        said = 0
        for step in (self._next(), self._next()):
            rows = self._journal.append(step.session_id, step.occurred, step.effects)
            said += sum(len(canonical(to_data(message))) for message in (step.occurred.event, *step.effects))
            said += sum(len(msgspec.json.encode(row)) for row in rows)
        self._step_bytes = said // 2

    def _next(self) -> Step:
        self._seq += 1
        n = self._seq
        if n % 2:
            return Step("bench", Occurred(n, FIRST_MS + n, SAID), [Speak(f"k{n}", "好的，请您确认金额。")])
        post = PostTransfer(f"r{n}", "tok", "张伟", "ref", Fen(n), "now", f"k{n}")
        return Step(
            "bench", Occurred(n, FIRST_MS + n, TransferOutcome(f"r{n - 2}", "posted")), [Speak(f"k{n}", "请稍等"), post]
        )

    def _append_one(self) -> None:
        step = self._next()
        self._journal.append(step.session_id, step.occurred, step.effects)

    def _append_group(self) -> None:
        self._journal.append_all([self._next() for _ in range(GROUP)])

    def _append_raw(self) -> None:
        self._raw.write(bytes(self._step_bytes))
        os.fsync(self._raw.fileno())

    def _rate(self, work: Callable[[], None], count: int) -> float:
        begun = time.perf_counter()
        for _ in range(count):
            work()
        return count / (time.perf_counter() - begun)

    def _paced(self, work: Callable[[], None], count: int) -> list[float]:
        """Do the work 200 times a second; return how long after it was due each was done."""
        waits: list[float] = []
        begun = time.perf_counter()
        for n in range(count):
            due = begun + n / PACED_HZ
            time.sleep(max(0.0, due - time.perf_counter()))
            work()
            waits.append(time.perf_counter() - due)
        return waits

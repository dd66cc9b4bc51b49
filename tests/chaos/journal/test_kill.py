"""kill -9 of the writer at random moments: nothing append() returned for is lost, nothing is there twice."""

from __future__ import annotations

import itertools
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from guitai.journal import Journal, recording
from guitai.journal.chain import GENESIS, link
from guitai.messages.codec import to_data
from guitai.messages.sync import chain_hash
from tests.chaos.journal.writer import KEY

WRITER = Path(__file__).with_name("writer.py")
ROOT = Path(__file__).parents[3]


@pytest.mark.chaos
def test_a_killed_writer_loses_and_doubles_nothing(tmp_path: Path) -> None:
    chance = random.Random(7)
    path = tmp_path / "journal.db"
    known = 0
    for _ in range(15):
        reported = run_and_kill(path, after_lines=chance.randrange(1, 120), late_by=chance.randrange(0, 3000))
        assert reported > known
        known = check(path, reported, tmp_path / "s1.jsonl")


def run_and_kill(path: Path, after_lines: int, late_by: int) -> int:
    """Kill the writer some microseconds of busy waiting after a line; return the last sequence it reported."""
    process = subprocess.Popen(
        [sys.executable, str(WRITER), str(path), "s1"], stdout=subprocess.PIPE, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    lines = [process.stdout.readline() for _ in range(after_lines)]
    for _ in range(late_by):
        process.poll()
    process.send_signal(signal.SIGKILL)
    lines += process.stdout.readlines()
    process.wait()
    process.stdout.close()
    whole = [line for line in lines if line.endswith(b"\n")]
    return int(whole[-1].split()[0])


def check(path: Path, reported: int, log: Path) -> int:
    journal = Journal.open(path, KEY, "kiosk-001")
    steps = journal.recorded("s1")
    assert [s.occurred.seq for s in steps] == list(range(1, len(steps) + 1))
    assert reported <= len(steps) <= reported + 1  # the one being written when it was killed may be in, whole
    previous = GENESIS
    for step in steps:
        assert step.previous_hash == previous
        effects = [to_data(effect) for effect in step.effects]
        assert len(effects) == 2
        previous = link(previous, step.occurred.seq, step.occurred.at_ms, to_data(step.occurred.event), effects)
        assert step.hash == previous
    assert [u.request_id for u in journal.unfinished("s1")] == [f"r{len(steps)}"]
    rows = journal.outbox(100_000)
    assert [r.sequence for r in rows] == list(range(rows[0].sequence, 2 * len(steps) + 1))
    for before, row in itertools.pairwise(rows):
        assert row.previous_hash == before.hash
        assert row.hash == chain_hash(
            row.previous_hash, row.lane, row.sequence, row.id, row.type, row.session_id, row.at_ms, row.body
        )
    assert len({r.id for r in rows}) == len(rows)
    assert journal.verify().fault == ""
    journal.export("s1", log)
    journal.close()
    assert len(recording.read(log).steps) == len(steps)
    return len(steps)

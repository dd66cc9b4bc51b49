"""Sound on one timeline: gaps are silence, jitter makes no seam, what comes too late is dropped."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.recorder.timeline import Timeline

RATE, BLOCK = 16_000, 320
NS = 1_000_000_000
BLOCK_NS = BLOCK * NS // RATE


def block(value: int) -> np.ndarray:
    return np.full(BLOCK, value, np.int16)


def test_a_gap_is_silence_on_that_track_only() -> None:
    line = Timeline(0, RATE)
    line.put(0, block(1), 0)
    line.put(0, block(2), 10 * BLOCK_NS)
    for n in range(11):
        line.put(1, block(9), n * BLOCK_NS)
    out = line.take(11 * BLOCK_NS)
    assert out.shape == (11 * BLOCK, 2)
    assert (out[:BLOCK, 0] == 1).all()
    assert (out[BLOCK : 10 * BLOCK, 0] == 0).all()
    assert (out[10 * BLOCK :, 0] == 2).all()
    assert (out[:, 1] == 9).all()


def test_what_comes_after_its_place_was_taken_is_dropped() -> None:
    line = Timeline(0, RATE)
    assert not line.take(5 * BLOCK_NS).any()
    line.put(0, block(7), BLOCK_NS)
    assert not line.take(10 * BLOCK_NS).any()


@given(st.lists(st.integers(-20_000_000, 20_000_000), min_size=1, max_size=40), st.integers(1, 7))
def test_jitter_makes_no_seam_and_no_sample_is_lost(jitter: list[int], every: int) -> None:
    line = Timeline(0, RATE, tracks=1)
    taken = []
    for n, late_ns in enumerate(jitter):
        line.put(0, block(n + 1), max(0, n * BLOCK_NS + (late_ns if n else 0)))
        if n % every == 0:
            taken.append(line.take(max(0, n - 3) * BLOCK_NS))
    out = np.concatenate([*taken, line.take((len(jitter) + 5) * BLOCK_NS)])[:, 0]
    assert out[: BLOCK * len(jitter)].tolist() == np.repeat(np.arange(1, len(jitter) + 1), BLOCK).tolist()
    assert not out[BLOCK * len(jitter) :].any()

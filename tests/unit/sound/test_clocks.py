"""Two crystals: their speeds are found in jittery stamps, and holes are not taken for slowness."""

from __future__ import annotations

import numpy as np
import pytest

from firmware_bridge.sound.blocks import BLOCK_NS, to_int16
from firmware_bridge.sound.clocks import DeviceClock
from firmware_bridge.sound.reference import Reference
from guitai.wire.rings import AUDIO_BLOCK


def stamps(ppm: float, seconds: int, jitter_ms: float, seed: int = 1) -> np.ndarray:
    numbers = np.arange(seconds * 50)
    return numbers * BLOCK_NS * (1 + ppm * 1e-6) + np.random.default_rng(seed).normal(0, jitter_ms * 1e6, len(numbers))


@pytest.mark.parametrize("ppm", [-80, -5, 40])
def test_a_crystals_speed_is_found_in_five_minutes(ppm: float) -> None:
    clock = DeviceClock()
    for number, at_ns in enumerate(stamps(ppm, 300, 1.0)):
        clock.seen(number * 0.02, int(at_ns))
    assert clock.slower * 1e6 == pytest.approx(ppm, abs=1)


def test_nothing_is_claimed_too_early_nor_of_equal_clocks() -> None:
    early, equal = DeviceClock(), DeviceClock()
    for number, at_ns in enumerate(stamps(40, 50, 1.0)):
        early.seen(number * 0.02, int(at_ns))
    for number, at_ns in enumerate(stamps(0, 300, 0.2)):
        equal.seen(number * 0.02, int(at_ns))
    assert early.slower == 0
    assert abs(equal.slower) < 0.5e-6


def test_a_hole_in_the_stream_is_no_slowness() -> None:
    clock = DeviceClock()
    times = stamps(20, 400, 0.5)
    times[10_000:] += 3e8
    for number, at_ns in enumerate(times):
        clock.seen(number * 0.02, int(at_ns))
    assert clock.slower * 1e6 == pytest.approx(20, abs=1)


def test_the_reference_is_read_as_fast_as_the_microphone_runs() -> None:
    """The line is a ramp in time: what is taken must follow the microphone's time, block for block."""
    reference, ppm = Reference(16_000), 50.0
    played = to_int16(8000 * np.sin(2 * np.pi * 200 * np.arange(410 * 16_000) / 16_000)).reshape(-1, AUDIO_BLOCK)
    chance = np.random.default_rng(2)
    errors = []
    for number, block in enumerate(played):
        reference.put(block, number * BLOCK_NS + int(chance.normal(0, 3e5)), AUDIO_BLOCK)
        if number < 20:
            continue
        start_ns = (number - 10) * BLOCK_NS / (1 + ppm * 1e-6)
        taken = reference.take(int(start_ns) + int(chance.normal(0, 3e5)))
        assert taken is not None
        errors.append(_phase(taken) - 2 * np.pi * 200 * (start_ns / 1e9))
    turns = np.unwrap(errors)
    walked_samples = (turns[-1] - turns[-5000]) / (2 * np.pi * 200) * 16_000
    assert abs(walked_samples) < 1.0  # at 50 ppm it would be 80 in these 100 seconds


def _phase(block: np.ndarray) -> float:
    at = np.arange(AUDIO_BLOCK) / 16_000
    return float(np.angle(np.sum(block * np.exp(-2j * np.pi * 200 * at))))

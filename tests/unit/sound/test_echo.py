"""The echo canceller by its figures, in rooms of the bench: echo gone, customer still there, silence untouched."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from firmware_bridge.sound import bench
from firmware_bridge.sound.alignment import Aligner
from firmware_bridge.sound.blocks import Samples, to_int16
from firmware_bridge.sound.echo import EchoCanceller, find_canceller
from firmware_bridge.sound.room import ROOMS, Room
from guitai.wire.rings import AUDIO_BLOCK, AUDIO_RATE_HZ

SECONDS = 12


@pytest.fixture
def canceller() -> Iterator[EchoCanceller]:
    found = find_canceller()
    if found is None:
        pytest.skip("libspeexdsp is not installed")
    yield found
    found.close()


def babble(seconds: float, seed: int) -> Samples:
    """Speech-shaped noise that swells as syllables do."""
    chance, n = np.random.default_rng(seed), int(AUDIO_RATE_HZ * seconds)
    swell = np.clip(np.sin(2 * np.pi * 3.1 * np.arange(n) / AUDIO_RATE_HZ + seed) + 0.4, 0, 1)
    spectrum = np.fft.rfft(chance.standard_normal(n))
    hz = np.fft.rfftfreq(n, 1 / AUDIO_RATE_HZ)
    return to_int16(np.fft.irfft(spectrum / (1 + (hz / 600) ** 2) ** 0.5, n) * swell * 9000)


@pytest.mark.parametrize("room", [ROOMS[0], ROOMS[3], ROOMS[5]], ids=lambda room: room.name)
def test_echo_goes_and_a_customer_stays(canceller: EchoCanceller, room: Room) -> None:
    played = bench.spoken([babble(SECONDS, 1)])
    customer = babble(1.5, 5)
    voice = bench.Voice(9.0, customer)
    echo = bench.hear(played, bench.microphone(played, [], room), room, None).samples
    alone = bench.hear(played, bench.microphone(played, [voice], room, kiosk=False), room, None).samples
    heard = bench.hear(played, bench.microphone(played, [voice], room), room, canceller).samples
    assert bench.erle_db(echo, heard, 5.5, 9.0) >= 30
    part = slice(int(9.2 * AUDIO_RATE_HZ), int(10.4 * AUDIO_RATE_HZ))
    likeness = np.corrcoef(alone[part], heard[part])[0, 1]
    assert likeness > 0.8, likeness


@pytest.mark.parametrize("room", ROOMS[6:], ids=lambda room: room.name)
def test_time_stamps_that_lie_are_found_out(canceller: EchoCanceller, room: Room) -> None:
    played = bench.spoken([babble(SECONDS, 1)])
    captured = bench.microphone(played, [], room)
    echo = bench.hear(played, captured, room, None).samples
    assert bench.erle_db(echo, bench.hear(played, captured, room, canceller).samples, 7.0) >= 25


def test_a_voice_alone_moves_nothing() -> None:
    aligner = Aligner()
    customer, kiosk = babble(20, 2).reshape(-1, AUDIO_BLOCK), babble(20, 3).reshape(-1, AUDIO_BLOCK)
    assert not any(aligner.feed(near, far) for near, far in zip(customer, kiosk, strict=True))


def test_without_echo_the_microphone_passes_untouched_one_block_later(canceller: EchoCanceller) -> None:
    blocks = [babble(0.02, seed) for seed in range(40)]
    out = [canceller.process(block, None) for block in blocks]
    assert all(np.array_equal(a, b) for a, b in zip(blocks[:-1], out[1:], strict=True))


def test_going_to_rest_and_back_makes_no_click(canceller: EchoCanceller) -> None:
    """A steady tone, while a loudspeaker plays that is not heard, rests, and plays again."""
    tone = to_int16(6000 * np.sin(2 * np.pi * 400 * np.arange(160 * AUDIO_BLOCK) / AUDIO_RATE_HZ)).reshape(160, -1)
    far = babble(160 * 0.02, 3).reshape(160, -1)
    out = [canceller.process(near, far[n] if n < 40 or n >= 120 else None) for n, near in enumerate(tone)]
    heard = np.concatenate(out[40:]).astype(int)
    assert np.abs(np.diff(heard)).max() < 2 * np.abs(np.diff(tone.ravel().astype(int))).max()

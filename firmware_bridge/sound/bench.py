"""The echo half of `guitai bench echo`: the real capture chain in simulated rooms, on simulated time, and its figures."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from firmware_bridge.sound import room as acoustics
from firmware_bridge.sound.blocks import BLOCK_NS, SPEAKER_BLOCK, SPEAKER_RATE_HZ, Floats, Samples, to_int16
from firmware_bridge.sound.echo import EchoCanceller
from firmware_bridge.sound.engine import Capture
from firmware_bridge.sound.reference import Reference
from firmware_bridge.sound.resample import resample
from firmware_bridge.sound.room import Room
from guitai.wire.rings import AUDIO_BLOCK, AUDIO_RATE_HZ, RingReader, audio_ring, samples

IDLE_S = 300
"""The kiosk was on for so long before somebody came: stamps were seen, no sound was played."""

GAP_S = 0.4
"""Between two prompts."""

AHEAD = 2
"""Blocks the loudspeaker asks for before they are heard."""

SETTLED_S = 6
"""From here on the steady state is measured."""

CONVERGED_DB = 20.0
ECHO_FLOOR_DBFS = -45.0
"""A block of echo below this is a pause between words."""

STANDS_M = 0.6
CUSTOMER_DBFS = -26.0
"""As loud at the microphone as the kiosk is."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A customer's utterance (16 kHz) over what the kiosk says."""

    at_s: float
    samples: Samples


@dataclass(frozen=True, slots=True)
class Heard:
    """What stands in the microphone ring, 16 kHz, sample for sample alike in time."""

    samples: Samples
    cpu_percent: float
    """Of one core, for resampling, echo cancellation and the ring, while the kiosk speaks."""


def spoken(prompts: Sequence[Samples]) -> Samples:
    """Return prompts of 16 kHz one after the other as the loudspeaker is given them: 48 kHz, whole blocks."""
    gap = np.zeros(int(GAP_S * SPEAKER_RATE_HZ), np.float32)
    parts = [part for prompt in prompts for part in (resample(prompt, AUDIO_RATE_HZ, SPEAKER_RATE_HZ), gap)]
    line = np.concatenate(parts)
    return to_int16(line[: len(line) // SPEAKER_BLOCK * SPEAKER_BLOCK])


def microphone(played: Samples, voices: Sequence[Voice], room: Room, *, kiosk: bool = True) -> Samples:
    """Return what the microphone captures (48 kHz) of kiosk, customers and the hall."""
    heard = acoustics.noise(len(played), room)
    if kiosk:
        heard = heard + acoustics.echo_at_microphone(played, room)
    for voice in voices:
        wave = resample(voice.samples, AUDIO_RATE_HZ, SPEAKER_RATE_HZ)
        wave = acoustics.voice_at_microphone(to_int16(wave), room, STANDS_M, CUSTOMER_DBFS)
        first = int(voice.at_s * SPEAKER_RATE_HZ)
        heard[first : first + len(wave)] += wave[: len(heard) - first]
    return to_int16(heard)


def hear(played: Samples, captured: Samples, room: Room, canceller: EchoCanceller | None) -> Heard:
    """Run the capture chain as two sound cards would drive it, jitter and drift in their time stamps."""
    chance = np.random.default_rng(room.seed)
    reference = Reference(SPEAKER_RATE_HZ)
    idle = 0 if canceller is None else IDLE_S * 1_000_000_000 // BLOCK_NS
    count, put, spent_s = len(captured) // SPEAKER_BLOCK, 0, 0.0
    with tempfile.TemporaryDirectory(prefix="g") as folder:
        ring = audio_ring(Path(folder) / "mic", (count + idle) * AUDIO_BLOCK // AUDIO_RATE_HZ + 1)
        capture, reader = Capture(ring, reference, canceller), RingReader(Path(folder) / "mic")
        for number in range(idle + count):
            end_ns = int((number + 1) * BLOCK_NS / (1 + room.drift_ppm * 1e-6)) + BLOCK_NS * AHEAD
            while put * BLOCK_NS <= end_ns:
                block = _block(played, put - idle)
                start_ns = (put + AHEAD) * BLOCK_NS + int(max(-room.delay_ms, 0) * 1e6)
                reference.put(block, start_ns + _jitter_ns(chance, room), SPEAKER_BLOCK)
                put += 1
            near = _block(captured, number - idle)
            began_s = time.process_time()
            stamp_ns = end_ns + _jitter_ns(chance, room)
            capture.device_block(np.zeros(SPEAKER_BLOCK, np.int16) if near is None else near, stamp_ns)
            spent_s += time.process_time() - began_s if number >= idle else 0.0
        heard = np.concatenate([samples(slot) for slot in reader.read_new()])
        reader.close()
        ring.close()
    late = AUDIO_BLOCK if canceller is not None else 0
    out = np.concatenate([heard[idle * AUDIO_BLOCK + late :], np.zeros(late, np.int16)])
    return Heard(out, 100 * spent_s * 1e9 / (count * BLOCK_NS))


def erle_db(raw: Samples, cleaned: Samples, from_s: float = 0.0, to_s: float = 1e9) -> float:
    """Return the echo return loss enhancement (ITU-T G.168): power before over power after, noise and all, in dB.

    Only blocks in which the echo is heard count.
    """
    before, after = _powers(raw), _powers(cleaned)
    at_s = np.arange(len(before)) * AUDIO_BLOCK / AUDIO_RATE_HZ
    counted = (before > 32_768**2 * 10 ** (ECHO_FLOOR_DBFS / 10)) & (at_s >= from_s) & (at_s < to_s)
    return float(10 * np.log10(before[counted].sum() / max(after[counted].sum(), 1e-9)))


def converged_s(raw: Samples, cleaned: Samples) -> float:
    """Return after how many seconds of the kiosk's first words the echo is down by 20 dB."""
    seconds = len(raw) / AUDIO_RATE_HZ
    starts = np.arange(0.0, min(seconds - 0.5, 30.0), 0.25)
    return next((float(at) for at in starts if erle_db(raw, cleaned, at, at + 0.5) >= CONVERGED_DB), float(seconds))


def _block(line: Samples, number: int) -> Samples | None:
    """Return a block of a line; None before it, after it, and where it is silent."""
    block = line[max(number, 0) * SPEAKER_BLOCK :][:SPEAKER_BLOCK]
    return block if number >= 0 and len(block) == SPEAKER_BLOCK and block.any() else None


def _jitter_ns(chance: np.random.Generator, room: Room) -> int:
    return int(chance.normal(0, room.jitter_ms * 1e6))


def _powers(wave: Samples) -> Floats:
    blocks = wave[: len(wave) // AUDIO_BLOCK * AUDIO_BLOCK].astype(np.float32).reshape(-1, AUDIO_BLOCK)
    powers: Floats = np.square(blocks).mean(axis=1)
    return powers

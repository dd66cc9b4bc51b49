"""A room around the kiosk, pure: what the microphone hears of a small loudspeaker and of a customer, for `guitai bench echo`.

Sound comes directly, off a few near surfaces, and as a tail of noise that decays exponentially (Polack 1988); how strong
the tail is follows from distance and critical distance (Kuttruff, Room Acoustics, 5.4). Simulated: it shows what breaks
a canceller, not what a branch sounds like.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firmware_bridge.sound.blocks import FULL_SCALE, SPEAKER_RATE_HZ, Floats, Samples

VOLUME_M3 = 60.0
SOUND_M_S = 343.0
HIGH_PASS_HZ = 180.0
"""Below this a loudspeaker the size of a palm gives nothing."""

REFLECTIONS = 6
"""Off the screen, the shelf, the walls beside the kiosk: 1 to 12 ms after the direct sound."""

CHUNK = 1 << 16
SINC_HALF = 12


@dataclass(frozen=True, slots=True)
class Room:
    """Where the kiosk stands, and how its sound devices behave."""

    name: str
    decay_s: float
    """Time in which the reverberation falls by 60 dB."""

    speaker_m: float
    """From loudspeaker to microphone."""

    delay_ms: float
    """What the sound card takes and its time stamps do not say; negative: they say more than it takes."""

    drift_ppm: float
    """How much faster the microphone's clock runs than the loudspeaker's."""

    distortion: float
    """Share of harmonics in a full-scale tone, roughly."""

    jitter_ms: float = 1.0
    """Of time stamps, standard deviation."""

    echo_dbfs: float = -26.0
    """The kiosk's voice at the microphone, while it speaks."""

    noise_dbfs: float = -62.0
    seed: int = 1


ROOMS = (
    Room("kiosk", 0.3, 0.3, 20, 0, 0.02),
    Room("close", 0.2, 0.05, 40, 0, 0.01, seed=2),
    Room("hall", 0.5, 0.5, 30, 0, 0.02, seed=3),
    Room("far", 0.4, 1.0, 60, 0, 0.02, seed=4),
    Room("loud", 0.3, 0.3, 25, 0, 0.05, echo_dbfs=-18, seed=5),
    Room("two_cards", 0.3, 0.4, 40, 40, 0.02, seed=6),
    Room("late", 0.3, 0.4, 250, 0, 0.02, seed=7),
    Room("early", 0.3, 0.4, -60, 0, 0.02, seed=8),
)
"""From a good kiosk to bad ones: a USB microphone beside the board's own loudspeaker, and drivers that tell wrong times."""


def response(room: Room, metres: float, seed: int) -> Floats:
    """Return the impulse response at 48 kHz from `metres` away; its direct sound is 1."""
    chance = np.random.default_rng(seed)
    rate = SPEAKER_RATE_HZ
    length = int(room.decay_s * rate)
    direct = int(metres / SOUND_M_S * rate)
    tail = chance.standard_normal(length) * 10 ** (-3 * np.arange(length) / length)
    tail[: rate // 200] *= np.linspace(0, 1, rate // 200) ** 2  # diffuse sound needs some walls first
    critical_m = 0.057 * np.sqrt(VOLUME_M3 / room.decay_s)
    tail *= metres / critical_m / np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    places = chance.integers(rate // 1000, rate * 12 // 1000, REFLECTIONS)
    tail[places] += chance.uniform(-0.4, 0.4, REFLECTIONS) * min(1.0, metres / 0.3)
    return np.concatenate([np.zeros(direct), tail]).astype(np.float32)


def loudspeaker(played: Samples, distortion: float) -> Floats:
    """Return what a small loudspeaker makes of samples: no bass, and second and third harmonics of what is loud."""
    wave = played.astype(np.float32) / FULL_SCALE
    spectrum = np.fft.rfft(wave, 2 * len(wave))
    hz = np.fft.rfftfreq(2 * len(wave), 1 / SPEAKER_RATE_HZ)
    spectrum *= (hz / HIGH_PASS_HZ) ** 2 / (1 + (hz / HIGH_PASS_HZ) ** 2)
    wave = np.fft.irfft(spectrum)[: len(wave)]
    bent: Floats = (wave + distortion * wave**2 - 2 * distortion * wave**3).astype(np.float32)
    return bent


def echo_at_microphone(played: Samples, room: Room) -> Floats:
    """Return the kiosk's own voice on the microphone's clock at 48 kHz, in int16 units, unrounded."""
    path = response(room, room.speaker_m, room.seed)
    heard = _convolved(loudspeaker(played, room.distortion), path)
    heard = np.concatenate([np.zeros(int(max(room.delay_ms, 0) * SPEAKER_RATE_HZ / 1000), np.float32), heard])[
        : len(played)
    ]
    return _levelled(_drifted(heard, room.drift_ppm), room.echo_dbfs)


def voice_at_microphone(voice: Samples, room: Room, metres: float, dbfs: float) -> Floats:
    """Return a customer's voice (48 kHz) as the microphone hears it, at `dbfs` while it sounds."""
    path = response(room, metres, room.seed + 100)
    return _levelled(_convolved(voice.astype(np.float32), path)[: len(voice) + len(path)], dbfs)


def noise(length: int, room: Room) -> Floats:
    """Return the hall's noise, falling with frequency, at 48 kHz in int16 units."""
    spectrum = np.fft.rfft(np.random.default_rng(room.seed + 200).standard_normal(length))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), length / 1000))
    wave = np.fft.irfft(spectrum, length)
    scaled: Floats = (wave * FULL_SCALE * 10 ** (room.noise_dbfs / 20) / wave.std()).astype(np.float32)
    return scaled


def _levelled(wave: Floats, dbfs: float) -> Floats:
    blocks = wave[: len(wave) // 960 * 960].reshape(-1, 960).std(axis=1)
    sounding = blocks[blocks > 0.05 * blocks.max()]
    level = float(np.sqrt(np.mean(sounding**2)))
    return (wave * np.float32(FULL_SCALE * 10 ** (dbfs / 20) / level)).astype(np.float32)


def _convolved(wave: Floats, path: Floats) -> Floats:
    size = 1
    while size < len(wave) + len(path):
        size *= 2
    out: Floats = np.fft.irfft(np.fft.rfft(wave, size) * np.fft.rfft(path, size), size).astype(np.float32)
    return out[: len(wave) + len(path)]


def _drifted(wave: Floats, ppm: float) -> Floats:
    """Return the wave as a clock samples it that runs `ppm` faster: band-limited interpolation, piece by piece."""
    if not ppm:
        return wave
    padded = np.concatenate([np.zeros(SINC_HALF, np.float32), wave, np.zeros(SINC_HALF + 1, np.float32)])
    out = []
    offsets = np.arange(-SINC_HALF + 1, SINC_HALF + 1)
    for first in range(0, len(wave), CHUNK):
        at = np.minimum(np.arange(first, min(first + CHUNK, len(wave))) / (1 + ppm * 1e-6), len(wave) - 1)
        whole = at.astype(np.int64)
        from_place = (at - whole)[:, None] - offsets
        taps = np.sinc(from_place) * np.cos(np.pi * from_place / (2 * SINC_HALF + 2)) ** 2
        out.append(np.einsum("ij,ij->i", taps, padded[whole[:, None] + offsets + SINC_HALF]))
    return np.concatenate(out).astype(np.float32)

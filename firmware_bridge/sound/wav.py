"""WAV files: 16-bit PCM in at the ring's rate, what was played out in real time."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

from firmware_bridge.sound.blocks import SPEAKER_RATE_HZ, Samples, to_int16
from firmware_bridge.sound.resample import resample
from guitai.errors import GuitaiError
from guitai.wire.rings import AUDIO_RATE_HZ

SAMPLE_BYTES = 2


def read_wav(path: Path) -> Samples:
    """Return a recording as mono samples at 16 kHz. Raises GuitaiError ``sound.bad_wav``."""
    try:
        with wave.open(str(path), "rb") as file:
            if file.getsampwidth() != SAMPLE_BYTES:
                raise GuitaiError("sound.bad_wav", path=path, reason="not 16-bit PCM")
            rate, channels = file.getframerate(), file.getnchannels()
            body = file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise GuitaiError("sound.bad_wav", path=path, reason=str(error)) from error
    samples = np.frombuffer(body[: len(body) // (channels * SAMPLE_BYTES) * channels * SAMPLE_BYTES], "<i2")
    mono = samples.reshape(-1, channels).mean(axis=1).round().astype(np.int16) if channels > 1 else samples
    return mono if rate == AUDIO_RATE_HZ else to_int16(resample(mono, rate, AUDIO_RATE_HZ))


class WavRecorder:
    """Writes blocks at the loudspeaker's rate; the file is a whole WAV after every block."""

    def __init__(self, path: Path) -> None:
        try:
            self._raw = path.open("wb", buffering=0)
        except OSError as error:
            raise GuitaiError("sound.bad_wav", path=path, reason=error.strerror) from error
        self._file = wave.open(self._raw, "wb")  # noqa: SIM115 - lives as long as the loudspeaker
        self._file.setnchannels(1)
        self._file.setsampwidth(SAMPLE_BYTES)
        self._file.setframerate(SPEAKER_RATE_HZ)

    def write(self, block: Samples) -> None:
        """Append a block."""
        self._file.writeframes(block.astype("<i2").tobytes())

    def close(self) -> None:
        """Finish the file."""
        self._file.close()
        self._raw.close()

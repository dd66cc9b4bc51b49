"""The customers' spoken lines as WAV files, made once with Kokoro voices and kept."""

from __future__ import annotations

import hashlib
import wave
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from edge_models.catalog import shipped
from edge_models.speech.customer import Customer

RATE_HZ = 16_000
_FORM = 2
"""Changes when a line is read or cut differently: what was kept before is made anew."""


@dataclass(frozen=True, slots=True)
class Line:
    """One spoken line: who says it, how fast, with how much noise."""

    text: str
    voice: str = "zm_yunxi"
    speed: float = 1.0
    noise_db: float = -55.0

    def file(self, folder: Path) -> Path:
        """Return where the line's sound is kept; the name follows from everything that shapes it, the model too."""
        key = hashlib.sha256(f"{_FORM}|{_model(self.voice)}|{self!r}".encode()).hexdigest()[:16]
        return folder / f"{key}.wav"


@cache
def _model(voice: str) -> str:
    """Return the digests of all files a voice is made with."""
    models = shipped()
    files = [*models["kokoro"].files, *models["kokoro-vocab"].files, *models["kokoro-voices"].files]
    return "|".join(file.sha256 for file in files if not file.path.endswith(".bin") or file.path == f"{voice}.bin")


def prepare(lines: tuple[Line, ...], folder: Path, models: Path, state: Path) -> None:
    """Make the files that are missing."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = [line for line in lines if not line.file(folder).exists()]
    if not missing:
        return
    customer = Customer(models, state)
    for line in missing:
        spoken = customer.say(line.text, line.voice, line.speed, line.noise_db)
        _write(line.file(folder), spoken.samples.tobytes())


def _write(path: Path, samples: bytes) -> None:
    draft = path.with_suffix(".part")
    with wave.open(str(draft), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes(samples)
    draft.replace(path)

"""Fixed clauses kept as sound on disk. Only clauses prepared in advance are kept: a reply may name a customer."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import msgspec
import numpy as np

from edge_models.speech.tts import Mark, Sound

_FORM = 3
"""Changes when an engine sounds different or the files look different: what was kept before is made anew."""


class _Head(msgspec.Struct):
    rate_hz: int
    marks: tuple[Mark, ...] = ()


class ClauseCache:
    """One file per clause: a JSON line, then the samples. A damaged file is a missing one."""

    def __init__(self, folder: Path, engine: str, rate_hz: int) -> None:
        self._folder, self._engine, self._rate_hz = folder, engine, rate_hz
        folder.mkdir(parents=True, exist_ok=True)

    def get(self, clause: str, voice: str, speed: float) -> Sound | None:
        """Return the clause's sound if it is kept."""
        try:
            head, _, body = self._file(clause, voice, speed).read_bytes().partition(b"\n")
            found = msgspec.json.decode(head, type=_Head)
            samples = np.frombuffer(body, dtype="<i2")
        except (OSError, ValueError):
            return None
        return Sound(samples, found.marks) if found.rate_hz == self._rate_hz and samples.size else None

    def put(self, clause: str, voice: str, speed: float, sound: Sound) -> None:
        """Keep a clause. A full disk costs time later, never the reply."""
        file = self._file(clause, voice, speed)
        draft = file.with_suffix(f".{os.getpid()}")
        try:
            draft.write_bytes(
                msgspec.json.encode(_Head(self._rate_hz, sound.marks)) + b"\n" + sound.samples.astype("<i2").tobytes()
            )
            draft.replace(file)
        except OSError:
            draft.unlink(missing_ok=True)

    def _file(self, clause: str, voice: str, speed: float) -> Path:
        key = hashlib.sha256(f"{_FORM}|{self._engine}|{voice}|{speed:.2f}|{clause}".encode()).hexdigest()
        return self._folder / f"{key[:32]}.pcm"

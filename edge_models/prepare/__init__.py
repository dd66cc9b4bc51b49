"""Post-processing of downloaded models: each step turns one file into the file that is loaded, always the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

Step = Callable[[Path, Path], None]
"""``step(source, target)`` reads the joined download and writes the file that is loaded."""


def _e5_int8(source: Path, target: Path) -> None:
    from edge_models.prepare import e5

    e5.to_int8_onnx(source, target)


def _e5_float(source: Path, target: Path) -> None:
    from edge_models.prepare import e5

    e5.to_float_onnx(source, target)


def _sface_float(source: Path, target: Path) -> None:
    from edge_models.prepare import sface

    sface.to_float_onnx(source, target)


def _kokoro_durations(source: Path, target: Path) -> None:
    from edge_models.prepare import kokoro

    kokoro.with_durations(source, target)


def _whisper_counter(source: Path, target: Path) -> None:
    from edge_models.prepare import whisper

    whisper.to_adapted(source, target)


# Imported when called: a process that only loads models never pays for the ONNX tools.
STEPS: dict[str, Step] = {
    "e5-int8": _e5_int8,
    "e5-float": _e5_float,
    "sface-float": _sface_float,
    "kokoro-durations": _kokoro_durations,
    "whisper-counter": _whisper_counter,
}

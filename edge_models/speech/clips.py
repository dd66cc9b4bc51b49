"""Recorded clips: any sound file to the samples the recogniser hears, and long ones into utterances at their quietest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from edge_models.speech.audio import RATE_HZ, Samples
from guitai.errors import GuitaiError

MAX_S = 600.0
UTTERANCE_S = 25.0
"""As long as the kiosk listens at a time."""

_SEARCH_S = 10.0
_WINDOW = RATE_HZ // 5
_STEP = RATE_HZ // 50


def load(path: Path) -> Samples:
    """Return a wav, flac, mp3 or ogg file of any rate and channels as 16 kHz mono samples.

    Raises:
        GuitaiError: ``speech.unreadable_clip`` with the reason.
    """
    import av
    from av.audio.resampler import AudioResampler

    resampler = AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    blocks: list[Samples] = []
    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise GuitaiError("speech.unreadable_clip", path=path, reason="there is no sound in it")
            for frame in container.decode(audio=0):
                blocks += [part.to_ndarray()[0] for part in resampler.resample(frame)]
                if sum(map(len, blocks)) > MAX_S * RATE_HZ:
                    raise GuitaiError("speech.unreadable_clip", path=path, reason=f"longer than {MAX_S:.0f} s")
        blocks += [part.to_ndarray()[0] for part in resampler.resample(None)]
    except (OSError, av.FFmpegError, ValueError) as error:
        raise GuitaiError("speech.unreadable_clip", path=path, reason=str(error)) from error
    samples = np.concatenate(blocks) if blocks else np.empty(0, dtype=np.int16)
    if not samples.size:
        raise GuitaiError("speech.unreadable_clip", path=path, reason="it holds no samples")
    found: Samples = samples.astype(np.int16)
    return found


def utterances(samples: Samples) -> Iterator[Samples]:
    """Yield the clip whole, or in parts of at most 25 s cut where it is quietest."""
    limit = int(UTTERANCE_S * RATE_HZ)
    while len(samples) > limit:
        first = limit - int(_SEARCH_S * RATE_HZ)
        starts = range(first, limit - _WINDOW, _STEP)
        loudness = [float(np.mean(np.square(samples[at : at + _WINDOW].astype(np.float32)))) for at in starts]
        cut = starts[int(np.argmin(loudness))] + _WINDOW // 2
        yield samples[:cut]
        samples = samples[cut:]
    yield samples

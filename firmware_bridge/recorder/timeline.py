"""Two tracks of sound on one timeline, pure: what comes late or never is silence, what jitters stays seamless."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from firmware_bridge.sound.blocks import Samples

NS = 1_000_000_000
SEAM_NS = 60_000_000
"""A block whose stamp is no further than this from where the track ends simply follows it: stamps jitter, sound must not."""

Stereo = npt.NDArray[np.int16]
"""n x 2."""


class Timeline:
    """Tracks of one rate from one moment on; `take` gives what lies before another moment and forgets it."""

    def __init__(self, began_ns: int, rate_hz: int, tracks: int = 2) -> None:
        self._began_ns, self._rate_hz = began_ns, rate_hz
        self._parts: list[list[tuple[int, Samples]]] = [[] for _ in range(tracks)]
        self._ends = [0] * tracks
        self._taken = 0

    def put(self, track: int, samples: Samples, start_ns: int) -> None:
        """Add a block whose first sample belongs to `start_ns`; what lies before what was taken is dropped."""
        at, end = self._place(start_ns), self._ends[track]
        if end and abs(at - end) * NS <= SEAM_NS * self._rate_hz:
            at = end
        at = max(at, end)
        late = max(self._taken - at, 0)
        if late < len(samples):
            self._parts[track].append((at + late, samples[late:]))
            self._ends[track] = at + len(samples)

    def take(self, until_ns: int) -> Stereo:
        """Return all tracks side by side up to a moment, gaps as silence."""
        until = max(self._place(until_ns), self._taken)
        out = np.zeros((until - self._taken, len(self._parts)), np.int16)
        for track, parts in enumerate(self._parts):
            rest = []
            for at, samples in parts:
                fits = samples[: max(until - at, 0)]
                out[at - self._taken : at - self._taken + len(fits), track] = fits
                if len(fits) < len(samples):
                    rest.append((at + len(fits), samples[len(fits) :]))
            self._parts[track] = rest
        self._taken = until
        return out

    def _place(self, at_ns: int) -> int:
        return round((at_ns - self._began_ns) * self._rate_hz / NS)

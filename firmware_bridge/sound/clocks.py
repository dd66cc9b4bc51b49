"""How fast a sound device's own clock runs: a line fitted through the jittery time stamps of its blocks."""

from __future__ import annotations

import math
from dataclasses import dataclass

FORGET_S = 600.0
"""A crystal drifts with the cabinet's temperature, over many minutes."""

SETTLE_S = 3.0
"""A sound server's stamps are wild at first."""

OUTLIER_S = 0.012
ENOUGH = 100
"""Stamps from which on one that misses the line by so much is an outlier, and as many in a row are none."""

JUDGE_AFTER_S = 60.0

SURE_PPM = 2.0
STAMPS_ALIKE = 50
"""Stamps wander slowly besides their jitter: so many in a row (one second) tell no more than one would."""

HONEST_PPM = 300.0
"""No crystal is further off; what says so is no clock but a stream with holes."""


@dataclass(slots=True)
class _Line:
    """Recursive least squares with forgetting: how late stamps are against how many seconds the samples make."""

    begin_s: float
    begin_ns: int
    weight: float = 0.0
    x: float = 0.0
    y: float = 0.0
    xx: float = 0.0
    xy: float = 0.0
    yy: float = 0.0
    last_s: float = 0.0

    def add(self, x: float, y: float) -> None:
        keep = math.exp((self.last_s - x) / FORGET_S)
        self.last_s = x
        self.weight = keep * self.weight + 1
        dx, dy = x - self.x, y - self.y
        self.x += dx / self.weight
        self.y += dy / self.weight
        self.xx = keep * self.xx + dx * (x - self.x)
        self.xy = keep * self.xy + dx * (y - self.y)
        self.yy = keep * self.yy + dy * (y - self.y)

    @property
    def slope(self) -> float:
        return self.xy / self.xx if self.xx else 0.0

    @property
    def error(self) -> float:
        """Return the slope's standard error."""
        spread = max(self.yy - self.slope * self.xy, 0.0) / self.weight
        return math.sqrt(STAMPS_ALIKE * spread / self.xx) if self.xx else math.inf

    def misses(self, x: float, y: float) -> bool:
        return abs(y - self.y - self.slope * (x - self.x)) > OUTLIER_S


class DeviceClock:
    """Give it every block's stamp; `slower` is real seconds per second of samples, less one: 0 until it is known."""

    def __init__(self) -> None:
        self.slower = 0.0
        self._line: _Line | None = None
        self._outliers = 0

    def seen(self, sample_s: float, at_ns: int) -> None:
        """Take the time stamp of the sample `sample_s` seconds (by the device) from the stream's start."""
        if self._line is None:
            self._line, self._outliers = _Line(sample_s, at_ns), 0
        line = self._line
        since_s = sample_s - line.begin_s
        if since_s < SETTLE_S:
            return
        late_s = (at_ns - line.begin_ns) / 1e9 - since_s
        if line.weight > ENOUGH and line.misses(since_s, late_s):
            self._outliers += 1
            if self._outliers > ENOUGH:  # the device stood still: the line begins anew, what is known stays
                self._line = None
            return
        self._outliers = 0
        line.add(since_s, late_s)
        if since_s > JUDGE_AFTER_S and line.error < SURE_PPM * 1e-6 and abs(line.slope) < HONEST_PPM * 1e-6:
            self.slower = line.slope if abs(line.slope) > 2 * line.error else 0.0

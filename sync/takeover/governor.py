"""How good the picture may be: steps down as line or machine get worse, so that sound always has its share. Pure.

Loss is judged as in Google's congestion control (draft-ietf-rmcat-gcc-02, section 6): above 10 % less, below 2 % more. The
receiver's own estimate (REMB, draft-alvestrand-rmcat-remb-03) is a cap.
"""

from __future__ import annotations

from dataclasses import dataclass

SOUND_BPS = 50_000
"""Opus at 32 kbit/s with the headers of 50 packets a second."""

LOSSY, CLEAN = 0.10, 0.02
SLOW = 0.7
"""Share of the pictures due that are really sent: below it the machine has no time for more."""

PATIENCE = 5
"""Good seconds in a row before the next step up; a step down waits for none."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One quality of the picture."""

    fps: float
    scale: float
    """Of width and height."""

    bps: int


LADDER = (
    Rung(15, 1.0, 1_000_000),
    Rung(15, 1.0, 500_000),
    Rung(10, 1.0, 300_000),
    Rung(8, 0.5, 160_000),
    Rung(4, 0.5, 80_000),
    Rung(0.2, 0.5, 40_000),
)
"""Best first. On the last the picture stands nearly still: the line carries sound and little else."""

FIRST = 1


@dataclass(frozen=True, slots=True)
class Report:
    """What one second told."""

    estimate_bps: int | None
    """What the receiver says the line carries; None while it says nothing."""

    lost: float
    """Share of the packets, 0 to 1."""

    kept_up: float
    """Share of the pictures due that were sent, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Governor:
    """Where on the ladder the picture is."""

    place: int = FIRST
    good_s: int = 0

    @property
    def rung(self) -> Rung:
        """The quality in force."""
        return LADDER[self.place]

    def told(self, report: Report) -> Governor:
        """Return the governor after one more second."""
        last = len(LADDER) - 1
        if not self._fits(self.place, report):
            lower = next((place for place in range(self.place, last) if self._fits(place, report)), last)
            return Governor(lower)
        if report.lost > LOSSY or report.kept_up < SLOW:
            return Governor(min(self.place + 1, last))
        if report.lost > CLEAN or self.place == 0 or not self._fits(self.place - 1, report):
            return Governor(self.place)
        if self.good_s + 1 < PATIENCE:
            return Governor(self.place, self.good_s + 1)
        return Governor(self.place - 1)

    @staticmethod
    def _fits(place: int, report: Report) -> bool:
        return report.estimate_bps is None or LADDER[place].bps + SOUND_BPS <= report.estimate_bps

"""How good the picture may be: steps down as line or machine get worse, so that sound always has its share. Pure.

Loss is judged as in Google's congestion control (draft-ietf-rmcat-gcc-02, section 6): above 10 % less, below 2 % more. The
receiver's own estimate (REMB, draft-alvestrand-rmcat-remb-03) follows what arrives, up to half as much again: it says
something about the line only when it is below what is sent.
"""

from __future__ import annotations

from dataclasses import dataclass

SOUND_BPS = 50_000
"""Opus at 32 kbit/s with the headers of 50 packets a second."""

LOSSY, CLEAN = 0.10, 0.02
NARROW = 0.9
"""An estimate below this share of what is sent: the receiver saw packets queue up (it then takes 0.85 of what arrives)."""

SLOW = 0.7
"""Share of the pictures that were done by the next one's time: below it the machine has no time for so many."""

PATIENCE, MOST_PATIENCE = 5, 60
"""Good seconds in a row before the next step up, twice as many after each step down; a step down waits for none."""


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
    """What the receiver says it can take; None while it says nothing."""

    sent_bps: int
    """What was sent of the picture."""

    lost: float
    """Share of the packets, 0 to 1."""

    kept_up: float
    """Share of the pictures that were done in time, 0 to 1."""

    @property
    def narrow(self) -> bool:
        """Whether the line carries less than is sent."""
        return self.estimate_bps is not None and self.estimate_bps < NARROW * self.sent_bps


@dataclass(frozen=True, slots=True)
class Governor:
    """Where on the ladder the picture is."""

    place: int = FIRST
    good_s: int = 0
    patience: int = PATIENCE
    narrow: bool = False
    """The last second was: two in a row are the line, one may be a hiccup."""

    @property
    def rung(self) -> Rung:
        """The quality in force."""
        return LADDER[self.place]

    def told(self, report: Report) -> Governor:
        """Return the governor after one more second."""
        last = len(LADDER) - 1
        if report.estimate_bps is not None and report.narrow and self.narrow:
            wanted_bps = report.estimate_bps - SOUND_BPS
            return self._down(
                next((n for n in range(self.place + 1, last) if LADDER[n].bps <= wanted_bps), last), report
            )
        if report.narrow or report.lost > LOSSY or report.kept_up < SLOW:
            return self._down(min(self.place + 1, last), report)
        if report.lost > CLEAN:
            return Governor(self.place, 0, self.patience)
        if self.good_s + 1 < self.patience:
            return Governor(self.place, self.good_s + 1, self.patience)
        if self.place:
            return Governor(self.place - 1, 0, self.patience)
        return Governor(self.place, 0, PATIENCE)  # long enough at its best

    def _down(self, place: int, report: Report) -> Governor:
        patience = min(2 * self.patience, MOST_PATIENCE) if place > self.place else self.patience
        return Governor(place, 0, patience, report.narrow)

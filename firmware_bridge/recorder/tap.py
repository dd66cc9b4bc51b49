"""What the loudspeaker plays, for who records: the last half minute, dropped when nobody takes it."""

from __future__ import annotations

from collections import deque

from firmware_bridge.sound.blocks import Samples

MOST_BLOCKS = 1500


class KioskTap:
    """Blocks are put in by the sound thread and taken out by another."""

    def __init__(self) -> None:
        self._blocks: deque[tuple[Samples | None, int]] = deque(maxlen=MOST_BLOCKS)

    def put(self, block: Samples | None, start_ns: int) -> None:
        """Add the 20 ms at 48 kHz that go out from `start_ns` on; None is silence."""
        self._blocks.append((block, start_ns))

    def take(self) -> list[tuple[Samples | None, int]]:
        """Return what came since the last call."""
        out = []
        while self._blocks:
            out.append(self._blocks.popleft())
        return out

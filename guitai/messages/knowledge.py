"""Knowledge: what headquarters tells the kiosk for one day."""

from __future__ import annotations

from dataclasses import dataclass

from guitai.messages.codec import event


@dataclass(frozen=True, slots=True)
class Board:
    """Figures of the day (汇率) that fill the places in reviewed answers."""

    values: tuple[tuple[str, str], ...] = ()
    """(place, words): ``("usd_sell", "712.30")``."""

    until_ms: int = 0
    """Unix milliseconds; from then on they are not told any more."""


@event("knowledge.board_sent")
@dataclass(frozen=True, slots=True)
class BoardSent:
    """Headquarters' command: the signed board of the day. Never an event of a session."""

    file: str
    """The signed JSON, as `guitai knowledge board make` writes it."""

"""Session: its beginning, its end, timers, breaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from guitai.messages.codec import effect, event
from guitai.messages.knowledge import Board
from guitai.messages.risk import Factor
from guitai.tables import TIMES_MS

EndReason = Literal["done", "left", "cancelled", "out_of_service", "handed_over"]


@event("session.opened")
@dataclass(frozen=True, slots=True)
class SessionOpened:
    """A session began (somebody approached, touched or spoke)."""

    session_id: str
    kiosk_id: str
    branch: str
    branch_region: str
    online: bool
    local_hour: int
    """Hour of the day at the branch, 0 to 23."""

    rules_hash: str
    risk_rules: str = ""
    """The signed risk rules in force, as text; empty: those that ship with this version. A replay needs them."""

    shadow_rules: str = ""
    """Rules that decide beside them without effect; empty: none."""

    models_hash: str = ""
    flows_hash: str = ""
    """The version of flows and replies the session is served by: a replay takes the same."""

    answers_hash: str = ""
    """The version of the answers."""

    phrasing: bool = False
    """Whether the bank's own language model may put reviewed answers into other words."""

    hotline: str = "95500"
    large: bool = False
    high_contrast: bool = False
    """Whether it begins in large print, and in high contrast."""

    idle_ms: int = TIMES_MS["idle"]
    warning_ms: int = TIMES_MS["warning"]
    teller_ms: int = TIMES_MS["teller"]
    """How long it waits for a sign of the customer, then for another, and for a human to come."""

    board: Board = Board()
    """Figures of the day for the answers that leave a place for them."""

    receipts_url: str = ""
    """What stands before a receipt's reference in the code on the screen; empty: receipts are printed or not wanted."""

    receipt_seed: str = ""
    """What the references of this session's receipts are made from: nobody who has not seen it can guess one."""

    given_r: tuple[tuple[Factor, int], ...] = ()
    """r of the six factors in hundredths, in place of what the facts say: for drills and scripted customers only."""


@event("session.timer")
@dataclass(frozen=True, slots=True)
class TimerFired:
    """The timer set by `StartTimer` ran out."""

    serial: int


@event("session.resumed")
@dataclass(frozen=True, slots=True)
class CoreResumed:
    """Core came back after a break; these committed requests have no recorded outcome."""

    unfinished: tuple[str, ...]


@effect("session.timer_start")
@dataclass(frozen=True, slots=True)
class StartTimer:
    """Fire `TimerFired(serial)` after a while, in place of any timer that runs."""

    serial: int
    after_ms: int


@effect("session.timer_stop")
@dataclass(frozen=True, slots=True)
class StopTimer:
    """Let no timer fire."""


@effect("session.closed")
@dataclass(frozen=True, slots=True)
class CloseSession:
    """The session is over: wipe the screen, forget the vault."""

    session_id: str
    reason: EndReason
    outcome: str
    """Machine-readable result of the task, e.g. ``transfer.posted``."""

    satisfied: bool | None = None
    """The customer's own answer, None if not given."""


@dataclass(frozen=True, slots=True)
class Occurred:
    """An event with its place and time: what the journal holds and `step` sees."""

    seq: int
    """1, 2, 3 … within the session."""

    at_ms: int
    """Wall time, milliseconds since 1970."""

    event: object

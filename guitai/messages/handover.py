"""Handover: a human at headquarters takes part in the session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from guitai.messages.codec import effect, event
from guitai.messages.manner import Mood
from guitai.messages.risk import Cue, RiskDecision
from guitai.messages.takeover import Approval
from guitai.money import Fen

Why = Literal["risk", "asked", "negative", "device", "dispute", "complaint", "approve"]
Decision = Literal["approve", "reject"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the masked transcript."""

    who: Literal["customer", "kiosk", "teller"]
    text: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """What the teller sees, so that the customer need not repeat anything. Masked."""

    why: Why
    headline: str
    transcript: tuple[Line, ...]
    intents: tuple[str, ...]
    slots: dict[str, str]
    risk: RiskDecision | None
    screen: str
    silent: bool = False
    """Suspected coercion: nothing may show at the kiosk."""

    cues: tuple[Cue, ...] = ()
    """The customer's turns that spoke for a scam, in their order."""

    moods: tuple[Mood, ...] = ()
    """How the customer seemed to feel after each utterance, oldest first."""


@event("teller.joined")
@dataclass(frozen=True, slots=True)
class TellerJoined:
    """A teller accepted and holds the lease."""

    escalation_id: str
    teller_id: str
    teller_name: str
    lease_ms: int
    limit_fen: Fen = Fen(0)
    """Up to which sum the teller decides alone; above it a second principal's approval is needed."""


@event("teller.said")
@dataclass(frozen=True, slots=True)
class TellerSaid:
    """The teller typed a sentence; the kiosk speaks it."""

    escalation_id: str
    teller_id: str
    text: str


@event("teller.decided")
@dataclass(frozen=True, slots=True)
class TellerDecided:
    """The teller approved or rejected what is held."""

    escalation_id: str
    teller_id: str
    decision: Decision
    reason: str
    approval_id: str = ""
    approval: Approval | None = None


@event("teller.left")
@dataclass(frozen=True, slots=True)
class TellerLeft:
    """The teller closed the takeover, or the lease ran out."""

    escalation_id: str
    teller_id: str
    lapsed: bool = False
    transferred: bool = False
    """A colleague comes in their place: the customer waits on, under the same escalation."""


@effect("handover.escalate")
@dataclass(frozen=True, slots=True)
class Escalate:
    """Ask for a human. Committed to the outbox like every event; the answer is teller.joined."""

    escalation_id: str
    bundle: Bundle


@effect("handover.withdraw")
@dataclass(frozen=True, slots=True)
class WithdrawEscalation:
    """The customer no longer needs a human."""

    escalation_id: str

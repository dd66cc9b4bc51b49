"""Risk: the recorded decision, with reasons that sum to R."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from guitai.messages.codec import effect, event
from guitai.messages.voice import Strength
from guitai.money import Fen

Level = Literal["low", "medium", "high"]
Factor = Literal["login", "amount", "frequency", "semantic", "device", "credit"]
Action = Literal["second_confirm", "prompt", "sms", "delay_24h", "hold", "human", "counterparty"]
Watched = Literal["clear", "listed", "stale"]
"""What the watch list says of an account; ``stale``: the list may not be trusted any more."""

CreditRecord = Literal["good", "fair", "poor", "unknown"]


@dataclass(frozen=True, slots=True)
class RiskContext:
    """What is known when money is about to move. Unknown is a value of its own, never a guess."""

    amount: Fen
    card_region: str | None
    branch_region: str
    first_payee: bool
    typical_transfer: Fen | None
    large_transfers_24h: int
    scam_score: float
    """In [0, 1], of the conversation so far."""

    scam_strength: Strength
    scam_type: str | None
    scam_evidence: tuple[str, ...]
    """The customer's own words that speak for a scam."""

    credit_record: CreditRecord
    tampered: bool = False
    phone_at_ear: bool = False
    company: bool = False
    listed_account: bool = False
    """The customer's or the payee's account stands on the watch list."""

    business: str = "transfer"
    """The task's kind."""

    withdrawals_30d: int = 0
    degraded: bool = False
    """The card reader or the PIN pad was out of use in this session."""

    watch_stale: bool = False
    """The watch list is past its expiry."""

    devices_changed: bool = False
    """The card reader or the PIN pad is not the one this kiosk knows."""

    counterparty: str = ""
    """Who the payee is by the customer's own answer, where anti-money-laundering asks; empty: not asked or not told yet."""

    duress: str = ""
    """Words heard at the kiosk by which somebody threatens or forces the customer; empty: none."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """One factor's share of R: weight (per 10,000) times r (hundredths), both integers, so sums are exact."""

    factor: Factor
    weight: int
    r: int
    reason: str
    """Code of the sentence that explains it, e.g. ``login.remote``."""

    def millionths(self) -> int:
        """Return weight times r: R in units of 1/1,000,000."""
        return self.weight * self.r


@dataclass(frozen=True, slots=True)
class FloorReason:
    """A floor that lifted the level whatever R says."""

    floor: str
    level: Level
    evidence: str


@dataclass(frozen=True, slots=True)
class RiskDecision:
    """R with its parts, the level, and what must happen."""

    r_hundredths: int
    """R times 100, rounded half up for show; the comparison with 30 and 60 is exact."""

    level: Level
    contributions: tuple[Contribution, ...]
    floors: tuple[FloorReason, ...]
    actions: tuple[Action, ...]
    rules_hash: str


@dataclass(frozen=True, slots=True)
class Cue:
    """A customer turn that spoke for a scam, and what it added to the conversation's log-odds."""

    turn: int
    """The customer's first turn is 1; the kiosk's are not counted."""

    weight: int
    """Log-odds in ten-thousandths of a nat."""

    type: str | None
    words: tuple[str, ...]


@event("risk.watched")
@dataclass(frozen=True, slots=True)
class AccountWatched:
    """The watch list was asked about the card or about an account number just given. Told only when it is not clear."""

    subject: Literal["card", "payee"]
    verdict: Watched


@event("risk.rules_sent")
@dataclass(frozen=True, slots=True)
class RulesSent:
    """Headquarters' command: signed risk rules for this kiosk. Never an event of a session."""

    file: str
    """The signed JSON, as `guitai risk rules sign` writes it."""

    trial: bool = False
    """Only to decide beside the rules in use."""


@event("risk.watch_list_sent")
@dataclass(frozen=True, slots=True)
class WatchListSent:
    """Headquarters' command: the signed watch list for this kiosk. Never an event of a session."""

    file: str


@effect("risk.decided")
@dataclass(frozen=True, slots=True)
class RecordRisk:
    """Record a decision; nothing else happens."""

    risk_ref: str
    decision: RiskDecision
    context: RiskContext | None = None
    """What it was decided on; None in recordings older than the field."""

    shadow: RiskDecision | None = None
    """What the challenger's rules would have said. It never acts."""

    models_hash: str = ""
    """Identifies the models that made the semantic score."""

    errand: int = 0
    """Which of the session's errands it is about, 1, 2, 3 …; 0: none was begun, or the record is older than the field."""

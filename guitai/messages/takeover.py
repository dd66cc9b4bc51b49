"""Takeover: what a teller with a lease may ask of the kiosk, and what the customer gave back. Commands are events once taken.

Who joins, speaks, decides and leaves stands in `guitai.messages.handover`. Every command names escalation and teller;
core refuses it without that teller's lease (`guitai.dialogue.lease`). docs/takeover.md tells the whole way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from guitai.messages.codec import effect, event
from guitai.money import Fen

Operation = Literal["dispense", "print_slip", "return_card", "retain_card"]
Asked = Literal["signature", "id_card", "document", "consent_recording"]
Shown = Literal["document", "id_card"]
"""What was laid down for a teller and may be looked at: the picture of the paper, the portrait of the ID card."""

Authorised = Literal["dispense", "release", "confirm", "approve"]
"""What an approval may be for: an operation, a decision on what is held, or the approval of an errand."""

COMMANDS = frozenset(
    {
        "teller.joined", "teller.said", "teller.decided", "teller.left", "teller.queued", "teller.beat", "teller.pushed",
        "teller.asked", "teller.looked", "teller.operated", "teller.hold", "listener.joined", "listener.left",
    }
)  # fmt: skip
"""All that headquarters may send about a takeover."""

MONEY = frozenset({"teller.decided", "teller.operated", "teller.hold"})
"""Those that may move money: not while the clock's skew is unknown."""


@dataclass(frozen=True, slots=True)
class Approval:
    """A second, different principal allows one deed above the teller's limit; signed by headquarters."""

    approval_id: str
    escalation_id: str
    operation: Authorised
    amount_fen: Fen
    approver_id: str
    expires_ms: int
    """Wall time, milliseconds since 1970."""

    signature: str
    """Base64 Ed25519 of headquarters' command key over the canonical JSON of everything else."""


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of a form: one of its options, digits from the keypad, or an amount of yuan."""

    name: str
    label: str
    kind: Literal["choice", "digits", "amount"] = "choice"
    options: tuple[str, ...] = ()
    length: int = 0
    """Expected digits; 0 when free."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a teller puts before the customer. `body` is plain text; blank lines part its paragraphs."""

    title: str
    body: str
    kind: Literal["page", "document", "form"] = "page"
    fields: tuple[FormField, ...] = ()


@event("teller.queued")
@dataclass(frozen=True, slots=True)
class TellerQueued:
    """Where the customer stands in the queue: sent when it changes by a place or by 30 s."""

    escalation_id: str
    position: int
    """1 is next."""

    wait_s: int


@event("teller.beat")
@dataclass(frozen=True, slots=True)
class TellerBeat:
    """The teller's console is there. Kept by core's lease watch only: never journalled, never seen by the session."""

    escalation_id: str
    teller_id: str


@event("teller.lost")
@dataclass(frozen=True, slots=True)
class TellerLost:
    """No beat for 15 s: core's own watch says so."""

    escalation_id: str
    teller_id: str


@event("teller.back")
@dataclass(frozen=True, slots=True)
class TellerBack:
    """Beats came again before the lease ended."""

    escalation_id: str
    teller_id: str


@event("teller.pushed")
@dataclass(frozen=True, slots=True)
class TellerPushed:
    """The teller puts a page, a document or a form on the screen; an empty title takes it away."""

    escalation_id: str
    teller_id: str
    page: Page


@event("teller.asked")
@dataclass(frozen=True, slots=True)
class TellerAsked:
    """The teller asks the customer for something only they can give."""

    escalation_id: str
    teller_id: str
    what: Asked


@event("teller.looked")
@dataclass(frozen=True, slots=True)
class TellerLooked:
    """The teller looks at what the customer laid down for them. Each look is a command: it stands in the audit and the journal."""

    escalation_id: str
    teller_id: str
    what: Shown


@event("teller.operated")
@dataclass(frozen=True, slots=True)
class TellerOperated:
    """The teller has the kiosk do something; money only on the customer's account and by the customer's finger."""

    escalation_id: str
    teller_id: str
    operation: Operation
    reason: str
    amount_fen: Fen = Fen(0)
    approval_id: str = ""
    approval: Approval | None = None


@event("teller.hold")
@dataclass(frozen=True, slots=True)
class TellerHold:
    """The teller releases what is held (the customer's finger confirms it), or confirms the hold."""

    escalation_id: str
    teller_id: str
    decision: Literal["release", "confirm"]
    reason: str
    approval_id: str = ""
    approval: Approval | None = None


@event("listener.joined")
@dataclass(frozen=True, slots=True)
class ListenerJoined:
    """A supervisor listens in; the kiosk says so for as long as it lasts."""

    escalation_id: str
    listener_id: str
    name: str


@event("listener.left")
@dataclass(frozen=True, slots=True)
class ListenerLeft:
    """Nobody listens in any more."""

    escalation_id: str
    listener_id: str


@event("video.state")
@dataclass(frozen=True, slots=True)
class VideoState:
    """A viewer's connection to guitai-video changed."""

    escalation_id: str
    viewer_id: str
    state: Literal["connected", "failed", "closed"]
    picture: bool = False
    """Whether the operator's own picture arrives, so that the window can show it."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who may connect to guitai-video."""

    id: str
    role: Literal["operator", "listener"]


@effect("video.grant")
@dataclass(frozen=True, slots=True)
class VideoGrant:
    """These viewers may connect now, in place of any grant before; `consent`: with sound and pictures."""

    escalation_id: str
    viewers: tuple[Viewer, ...]
    consent: bool


@effect("video.revoke")
@dataclass(frozen=True, slots=True)
class VideoRevoke:
    """Nobody may any more: every connection ends."""

    escalation_id: str


@effect("video.blank")
@dataclass(frozen=True, slots=True)
class VideoBlank:
    """Show and record neither picture nor view while the PIN pad, or a code, is in use; with `sound` nothing is heard, too."""

    on: bool
    sound: bool


@effect("handover.show_paper")
@dataclass(frozen=True, slots=True)
class ShowPaper:
    """Send a picture that is in memory to the operator's browser, over its own connection; answered by `PaperShown`."""

    request_id: str
    escalation_id: str
    teller_id: str
    what: Shown
    reference: str
    """Of the picture in memory."""


@event("paper.shown")
@dataclass(frozen=True, slots=True)
class PaperShown:
    """A picture went to the operator's connection, or did not."""

    request_id: str
    escalation_id: str
    what: Shown
    sha256: str
    """Of the picture; empty where none went."""

    code: Literal["", "gone", "too_large", "no_line"] = ""
    """``gone``: it is not in memory (any more), or a card's number stands on it; ``no_line``: the video process is away."""


@effect("handover.consent")
@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """The customer agreed to something by touch, or did not."""

    escalation_id: str
    what: Literal["video", "recording"]
    agreed: bool


@effect("handover.form")
@dataclass(frozen=True, slots=True)
class FormFilled:
    """The customer filled in the form; typed digits are a reference to the vault with their last four."""

    escalation_id: str
    title: str
    values: tuple[tuple[str, str], ...]
    """By field name; an amount in fen."""


@effect("handover.signed")
@dataclass(frozen=True, slots=True)
class DocumentSigned:
    """The customer signed what was on the screen. The strokes stay at the kiosk, class C3."""

    escalation_id: str
    title: str
    sha256: str
    """Of the strokes, as canonical JSON: what proves later which signature it was."""

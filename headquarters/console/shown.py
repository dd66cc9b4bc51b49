"""What the console's API shows of people, queue, calls and approvals."""

from __future__ import annotations

from typing import Any, Literal

from guitai.messages.takeover import Authorised
from headquarters.console.models import Body, CallState, Outcome
from headquarters.console.people import Role, SecondFactor, Skill


class MeOut(Body):
    """Who is logged in, and the token every change must bring in ``X-CSRF-Token``."""

    id: str
    name: str
    roles: list[Role]
    skills: list[Skill]
    branches: list[str]
    limit_fen: int
    csrf: str
    second_factor: SecondFactor
    locale: str
    status: Literal["ready", "away"]
    idle_s: int
    """After so long without a deed the session ends."""

    expires_ms: int


class WorkOrderRefOut(Body):
    """Where the work order can be found: ``GET /api/work-orders/KIOSK/ID``."""

    kiosk: str
    id: str


class IceServerOut(Body):
    """A server of an RTCConfiguration."""

    urls: list[str]
    username: str | None = None
    credential: str | None = None


class IceOut(Body):
    """What a browser is told about the way through networks."""

    servers: list[IceServerOut]
    relay_only: bool
    """The browser's own addresses are not told."""


class AnswerOut(Body):
    """The kiosk's answer."""

    sdp: str


class QueueItemOut(Body):
    """Somebody who needs a human, as the queue shows them."""

    id: str
    kiosk: str
    branch: str
    at_ms: int
    priority: int
    """0 first."""

    skills: list[Skill]
    why: str
    headline: str
    silent: bool
    level: Literal["low", "medium", "high"] | None
    r: float | None
    state: CallState
    position: int | None
    """1 is next; None when not waiting."""

    wait_s: int | None
    """Expected wait from now."""

    waited_s: int
    teller_id: str | None
    teller_name: str | None
    for_me: bool
    """I have the skills, and neither declined it nor is it meant for somebody else."""

    note: str
    """What a colleague said when passing it on."""


class QueueFiguresOut(Body):
    """The queue in numbers."""

    waiting: int
    longest_s: int
    ready_tellers: int
    busy_tellers: int
    in_time: float | None
    """Share of today's calls accepted within three minutes, in percent; None: not measured."""

    accepted_today: int
    alarm: bool
    """Somebody has waited too long and nobody accepts."""


class QueueOut(Body):
    """Who waits, whom I have, whom others have."""

    waiting: list[QueueItemOut]
    mine: list[QueueItemOut]
    held_by_others: list[QueueItemOut]
    promise_s: int
    """Within so long a human comes."""

    figures: QueueFiguresOut


class LineOut(Body):
    """One line of the talk, masked."""

    at_ms: int | None
    who: Literal["customer", "kiosk", "teller"]
    text: str


class MoodOut(Body):
    """How the customer seemed after an utterance."""

    at_ms: int
    emotion: str
    anxiety: float
    """0 to 1."""


class EvidenceOut(Body):
    """One reason for the risk, with what speaks for it."""

    code: str
    text: str
    r: float | None = None
    weight: float | None = None
    contribution: float | None = None
    """These sum to R."""

    evidence: str = ""


class RiskOut(Body):
    """R with its reasons."""

    r: float
    level: Literal["low", "medium", "high"]
    factors: list[EvidenceOut]
    floors: list[EvidenceOut]
    cues: list[EvidenceOut]
    actions: list[str]


class SuggestionOut(Body):
    """Something to say or to know, with where it comes from."""

    id: str
    text: str
    more: str = ""
    source: str = ""


class RecommendedOut(Body):
    """What may help now; follows the talk."""

    wording: list[SuggestionOut]
    answers: list[SuggestionOut]
    reminders: list[SuggestionOut]


class NoteOut(Body):
    """A colleague's note."""

    at_ms: int
    who: str
    text: str


class ApprovalOut(Body):
    """A request to a second principal."""

    id: str
    escalation_id: str
    operation: Authorised
    amount_fen: int
    reason: str
    state: Literal["asked", "approved", "refused", "used", "expired"]
    asked_by: str
    asked_by_name: str
    asked_ms: int
    decided_by: str | None
    decided_ms: int | None
    expires_ms: int | None
    headline: str


class VideoOut(Body):
    """Who is connected by video, as the kiosk tells."""

    operator: Literal["none", "connected", "failed", "closed"]
    listener: Literal["none", "connected", "failed", "closed"]
    consent: bool | None
    """None: not asked, or not answered yet."""

    listeners: list[str]
    """Names of supervisors who listen in."""


class BriefingOut(QueueItemOut):
    """Everything a teller needs, so that nothing has to be asked again."""

    session_id: str
    accepted_ms: int | None
    beat_ms: int | None
    lease_until_ms: int | None
    decision: str | None
    outcome: Outcome | None
    mine: bool
    transcript: list[LineOut]
    intents: list[SuggestionOut]
    slots: dict[str, str]
    screen: str
    risk: RiskOut | None
    moods: list[MoodOut]
    hold: bool
    """A transfer or the account is held until somebody decides."""

    happened: list[dict[str, Any]]
    """What the customer gave since: consent, forms, signatures, documents; and what machines did."""

    recommended: RecommendedOut
    notes: list[NoteOut]
    approvals: list[ApprovalOut]
    video: VideoOut


class TellerOut(Body):
    """A colleague, as far as a transfer needs to know."""

    id: str
    name: str
    skills: list[Skill]
    branches: list[str]
    state: Literal["ready", "busy", "away"]
    calls_today: int
    seen_ms: int

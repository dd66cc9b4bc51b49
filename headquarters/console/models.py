"""Bodies of the console's API: what it takes, bounded, and what it gives. docs/generated/openapi.yaml is drawn from these."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from guitai.messages.takeover import Asked, Authorised, Operation
from guitai.wire.video import Role as ViewerRole
from headquarters.console.people import Role, SecondFactor, Skill

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,80}$")]
Reason = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(min_length=1, max_length=200)]
AmountFen = Annotated[int, Field(ge=0, le=100_000_000_00, strict=True)]
CallState = Literal["waiting", "accepted", "lost", "closed", "withdrawn"]
Outcome = Literal["resolved", "not_resolved", "fraud_stopped", "honest", "customer_left", "technical"]


class Body(BaseModel):
    """Base of all bodies: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Empty(Body):
    """A deed that needs no words."""


class OtpIn(Body):
    """A one-time code."""

    code: Annotated[str, Field(pattern=r"^\d{6}$")]


class StatusIn(Body):
    """Whether I take calls."""

    state: Literal["ready", "away"]


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


class Given(Body):
    """Base of what is taken with a reason."""

    reason: Reason


class DeclineIn(Given):
    """Why somebody else shall take it."""


class TransferIn(Body):
    """To whom: a teller, or whoever has a skill."""

    teller_id: Id | None = None
    skill: Skill | None = None
    note: Annotated[str, Field(max_length=500)] = ""


class NoteIn(Body):
    """What colleagues shall know; long numbers in it are masked."""

    note: Annotated[str, Field(max_length=500)] = ""


class TextIn(Body):
    """A note."""

    text: Annotated[str, Field(min_length=1, max_length=500)]


class SayIn(Body):
    """A sentence the kiosk shall speak."""

    text: Text


class FormFieldIn(Body):
    """A field of a form (guitai.messages.takeover.FormField)."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
    label: Annotated[str, Field(min_length=1, max_length=40)]
    kind: Literal["choice", "digits", "amount"] = "choice"
    options: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=40)], ...], Field(max_length=6)] = ()
    length: Annotated[int, Field(ge=0, le=24)] = 0


class PageIn(Body):
    """What the customer shall see; an empty title takes it away. Plain text: nothing in it is ever markup."""

    title: Annotated[str, Field(max_length=60)] = ""
    body: Annotated[str, Field(max_length=2_000)] = ""
    kind: Literal["page", "document", "form"] = "page"
    fields: Annotated[tuple[FormFieldIn, ...], Field(max_length=8)] = ()


class PushIn(Body):
    """A page for the customer."""

    page: PageIn


class AskIn(Body):
    """What the customer shall give."""

    what: Asked


class OperateIn(Given):
    """What a machine shall do, through core alone."""

    operation: Operation
    amount_fen: AmountFen = 0
    approval_id: Id | None = None


class DecideIn(Body):
    """What shall become of what is held or waits."""

    decision: Literal["approve", "reject"]
    reason: Annotated[str, Field(max_length=200)] = ""
    approval_id: Id | None = None


class HoldIn(Given):
    """Release what is frozen, or confirm the freeze."""

    decision: Literal["release", "confirm"]
    approval_id: Id | None = None


class LabelIn(Body):
    """How it came out: what the nightly review and the figures of service go by."""

    outcome: Outcome


class WorkOrderIn(Body):
    """Something to be done afterwards."""

    kind: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
    text: Annotated[str, Field(min_length=1, max_length=500)]


class WorkOrderRefOut(Body):
    """Where the work order can be found: ``GET /api/work-orders/KIOSK/ID``."""

    kiosk: str
    id: str


class OfferIn(Body):
    """A browser's offer, all candidates in it."""

    sdp: Annotated[str, Field(min_length=1, max_length=16_384)]
    role: ViewerRole


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


class ApprovalIn(Body):
    """What a second principal shall allow."""

    escalation_id: Id
    operation: Authorised
    amount_fen: AmountFen
    reason: Reason


class TellerOut(Body):
    """A colleague, as far as a transfer needs to know."""

    id: str
    name: str
    skills: list[Skill]
    branches: list[str]
    state: Literal["ready", "busy", "away"]
    calls_today: int
    seen_ms: int


class BoardOut(Body):
    """The live board."""

    at_ms: int
    waiting: list[QueueItemOut]
    talking: list[QueueItemOut]
    figures: QueueFiguresOut
    tellers: list[TellerOut]
    approvals: list[ApprovalOut]
    kiosks_online: int
    kiosks: int
    alarms: int


class StaffOut(Body):
    """How many tellers an hour of the day needs (Erlang C)."""

    hour: int
    """0 to 23, China's time."""

    calls: float
    """Calls expected in that hour: the mean of the days looked at."""

    talk_s: float | None
    tellers: int | None
    """None: no talk time measured yet."""

    in_time: float | None
    """Share expected to be accepted in time with so many, in percent."""


class ForecastOut(Body):
    """Staffing of a weekday from the queue's history."""

    weekday: int
    """0 Monday."""

    days: int
    """So many days of that weekday stand behind it."""

    target_s: int
    target_share: float
    hours: list[StaffOut]


class ServiceFigureOut(Body):
    """One figure of service with what it rests on; no value: not measured."""

    name: Literal["first_response_s", "in_time", "talk_s", "resolved", "satisfaction", "declined", "unattended"]
    value: float | None
    low: float | None
    high: float | None
    n: int


class TellerQualityOut(Body):
    """The figures of one teller, or of all together."""

    teller_id: str
    name: str
    figures: list[ServiceFigureOut]


class CaseOut(Body):
    """A session in which risk was decided above low."""

    kiosk: str
    branch: str
    session_id: str
    at_ms: int
    level: Literal["medium", "high"]
    r: float
    outcome: str | None
    escalation_id: str | None
    decision: str | None
    labelled: bool | None
    """True: fraud, False: honest; None: nobody said so yet."""


class RecordingOut(Body):
    """A recording of a sale or a takeover that has come whole."""

    id: str
    """Kiosk and name, as ``kiosk:name``."""

    kiosk: str
    branch: str
    name: str
    at_ms: int
    sha256: str
    chunks: int


class RecordingViewOut(RecordingOut):
    """What a recording is, for who may look; its pictures and sound are opened by `guitai recording` with the bank's key."""

    manifest: dict[str, Any]


class AuditEntryOut(Body):
    """One line of the audit."""

    n: int
    at_ms: int
    who: str
    roles: list[str]
    deed: str
    subject: str
    detail: dict[str, Any]
    hash: str


class AuditOut(Body):
    """A page of the audit, newest first."""

    entries: list[AuditEntryOut]
    total: int
    intact_to: int
    """Everything up to this entry joins the one before it; equal to `total` unless somebody changed something."""

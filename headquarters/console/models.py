"""What the console's API takes: bodies, bounded. What it gives stands in `shown` and `overseen`; openapi.yaml is drawn from all three."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from guitai.messages.takeover import Asked, Authorised, Operation, Shown
from guitai.wire.video import Role as ViewerRole
from headquarters.console.people import Skill

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,80}$")]
Reason = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(min_length=1, max_length=200)]
AmountFen = Annotated[int, Field(ge=0, le=100_000_000_00, strict=True)]
CallState = Literal["waiting", "accepted", "lost", "closed", "withdrawn"]
Outcome = Literal["resolved", "not_resolved", "fraud_stopped", "honest", "customer_left", "technical"]


class Body(BaseModel):
    """Base of all bodies: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class OtpIn(Body):
    """A one-time code."""

    code: Annotated[str, Field(pattern=r"^\d{6}$")]


class StatusIn(Body):
    """Whether I take calls."""

    state: Literal["ready", "away"]


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


class LookIn(Body):
    """What I want to look at."""

    what: Shown


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


class OfferIn(Body):
    """A browser's offer, all candidates in it."""

    sdp: Annotated[str, Field(min_length=1, max_length=16_384)]
    role: ViewerRole


class ApprovalIn(Body):
    """What a second principal shall allow."""

    escalation_id: Id
    operation: Authorised
    amount_fen: AmountFen
    reason: Reason

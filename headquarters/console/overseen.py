"""What the console's API shows to those who oversee: boards, staffing, figures, cases, recordings, the audit."""

from __future__ import annotations

from typing import Any, Literal

from headquarters.console.models import Body
from headquarters.console.shown import ApprovalOut, QueueFiguresOut, QueueItemOut, TellerOut


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
    """What a recording is, for who may look."""

    manifest: dict[str, Any]


class PlayIn(Body):
    """Why somebody looks; it stands in the audit."""

    reason: Literal["dispute", "quality", "audit", "authority"]


class PlayOut(Body):
    """A view: with it the film can be fetched in ranges, by this person, until a time."""

    view: str
    until_ms: int
    began_ms: int
    duration_ms: int
    pictures: int
    retention: Literal["sale", "service"]


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

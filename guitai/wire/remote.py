"""What headquarters asks of a kiosk beside commands, and what the kiosk tells of it: settings and jobs (MQTT payloads).

Settings follow the AWS IoT shadow: headquarters' desired document stands retained on ``cfg/desired`` and is signed as commands
are; the kiosk's reported one stands retained on ``cfg/reported``. A document is whole, so a key that is not in it is deleted,
and whoever was away for any number of edits needs the last one only. Jobs follow AWS IoT Jobs: they come as commands
(``job.start``, ``job.cancel``: signed over a nonce, expiring), and their executions stand retained on ``job/reported``.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from guitai.wire.commands import Body, Id

Key = Annotated[str, Field(pattern=r"^[a-z_]+\.[a-z_0-9]+$", max_length=60)]
Value = bool | int | Annotated[float, Field(allow_inf_nan=False)] | Annotated[str, Field(max_length=200)]
Reason = Annotated[str, Field(max_length=200)]
MOST_KEYS = 100
MOST_FINDINGS = 50

Status = Literal["QUEUED", "IN_PROGRESS", "SUCCEEDED", "FAILED", "TIMED_OUT", "REJECTED", "CANCELED", "REMOVED"]
FINISHED: frozenset[Status] = frozenset({"SUCCEEDED", "FAILED", "TIMED_OUT", "REJECTED", "CANCELED", "REMOVED"})

JOB_START, JOB_CANCEL = "job.start", "job.cancel"
NO_JOB = "no_job"
"""Why a cancellation is rejected by a kiosk that was never given the job."""

Action = Literal["recording", "support_bundle", "update"]
DESIRED_BYTES = 256 * 1024


class Desired(Body):
    """All settings headquarters wants at one kiosk."""

    kiosk: Id
    version: Annotated[int, Field(ge=1)]
    """Grows with every edit; a kiosk takes no older document than it has."""

    values: Annotated[dict[Key, Value], Field(max_length=MOST_KEYS)]


class Found(Body):
    """One thing that is wrong with a kiosk (guitai/health)."""

    key: Annotated[str, Field(max_length=200)]
    code: Annotated[str, Field(pattern=r"^[a-z_]+\.[a-z_]+$", max_length=60)]
    level: Literal["stop", "watch"]


class Reported(Body):
    """The settings a kiosk goes by."""

    version: Annotated[int, Field(ge=0)]
    """Of the desired document it has carried out; 0 before the first."""

    values: Annotated[dict[Key, Value], Field(max_length=MOST_KEYS)]
    refused: Annotated[dict[Key, Reason], Field(max_length=MOST_KEYS)]
    """Keys of that document that are not followed, and why."""

    findings: Annotated[list[Found], Field(max_length=MOST_FINDINGS)] = Field(default_factory=list)
    """What is wrong with the machine now; left out while nothing is, so that older software reads it."""


class JobStart(Body):
    """The data of ``job.start``."""

    job_id: Id
    action: str = Field(pattern=r"^[a-z_]{1,40}$")
    """One the kiosk does not know is REJECTED."""

    subject: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{0,100}$")] = ""
    """``recording``: its id; ``update``: the release's."""

    timeout_s: Annotated[int, Field(ge=1, le=7 * 86_400)]


class JobCancel(Body):
    """The data of ``job.cancel``."""

    job_id: Id


class Execution(Body):
    """How a job stands at a kiosk."""

    job_id: Id
    action: str
    subject: str = ""
    status: Status
    reason: Reason = ""
    ends_ms: int
    """Kiosk's wall time at which it is given up."""


class JobsReported(Body):
    """The jobs a kiosk knows, the newest last."""

    executions: Annotated[list[Execution], Field(max_length=MOST_KEYS)]

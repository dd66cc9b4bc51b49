"""step(rollout, event) -> (rollout, effects): a release goes to the canaries first and stops where it does harm. Pure.

The kiosks stand in an order drawn from the rollout's id. A stage opens so many per cent of them; the next opens once all of this one
have ended well and some time has passed. One failure more than is allowed, and nobody else gets it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Literal, assert_never

from guitai.wire.remote import FINISHED, Status

Phase = Literal["running", "paused", "aborted", "done"]
Standing = Literal["waiting", "sent", "succeeded", "failed", "silent"]
HUNDRED = 100
NIGHT_S = 26 * 3600
"""Kiosks switch at night: from any hour the whole of the next night's window lies within so long."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """When a stage is over, and when the rollout is."""

    stages: tuple[int, ...] = (5, 25, 100)
    """Per cent of the kiosks, growing; the first are the canaries."""

    most_failed: int = 0
    """So many kiosks may fail or fall silent; one more aborts."""

    silent_s: int = NIGHT_S
    """A kiosk that was sent the job and lets nothing more be heard of it for so long, has fallen silent."""

    soak_s: int = 3600
    """From the end of a stage's last kiosk until the next stage opens."""


@dataclass(frozen=True, slots=True)
class Member:
    """One kiosk of the rollout."""

    kiosk: str
    standing: Standing = "waiting"
    reason: str = ""
    at_ms: int = 0
    """When its standing last changed."""

    heard_ms: int = 0
    """When its job last turned while it was under way."""

    waits: bool = False
    """It has said that everything is there and only its night's window is missing."""


@dataclass(frozen=True, slots=True)
class Rollout:
    """Everything `step` knows."""

    id: str
    release: str
    criteria: Criteria
    members: tuple[Member, ...]
    """In the order in which they get it."""

    phase: Phase = "running"
    stage: int = 0
    reason: str = ""

    @property
    def opened(self) -> int:
        """Return to how many the stages so far open the release; the canaries are at least one."""
        return max(1, -(-len(self.members) * self.criteria.stages[self.stage] // HUNDRED))

    def count(self, *standings: Standing) -> int:
        """Return how many kiosks stand so."""
        return sum(1 for one in self.members if one.standing in standings)


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""

    now_ms: int


@dataclass(frozen=True, slots=True)
class JobTurned:
    """A kiosk's job stands differently."""

    kiosk: str
    status: Status
    reason: str
    now_ms: int
    """While it is under way: when it turned so."""

    waits: bool = False
    """The kiosk has it ready and waits for its window."""


@dataclass(frozen=True, slots=True)
class Paused:
    """Nobody else gets it for now."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """It goes on."""


@dataclass(frozen=True, slots=True)
class Aborted:
    """Nobody else gets it any more; those that were sent it and have not switched are called back."""

    reason: str


Event = Tick | JobTurned | Paused | Resumed | Aborted


@dataclass(frozen=True, slots=True)
class Send:
    """Give a kiosk the job."""

    kiosk: str


@dataclass(frozen=True, slots=True)
class CallBack:
    """Cancel a kiosk's job."""

    kiosk: str


Effect = Send | CallBack


def drawn(rollout_id: str, release: str, kiosks: tuple[str, ...], criteria: Criteria) -> Rollout:
    """Return a new rollout. Raises ValueError where there is nobody, or the stages do not grow to 100."""
    if not kiosks:
        raise ValueError("no kiosk")
    stages = criteria.stages
    if not stages or stages[-1] != HUNDRED or list(stages) != sorted(set(stages)) or stages[0] < 1:
        raise ValueError("the stages have to grow and end with 100")
    members = tuple(Member(kiosk) for kiosk in sorted(set(kiosks), key=lambda kiosk: _place(rollout_id, kiosk)))
    return Rollout(rollout_id, release, criteria, members)


def step(rollout: Rollout, event: Event) -> tuple[Rollout, tuple[Effect, ...]]:
    """Advance a rollout; one that has ended changes no more."""
    if rollout.phase in ("aborted", "done"):
        return (_turned(rollout, event), ()) if isinstance(event, JobTurned) else (rollout, ())
    match event:
        case JobTurned():
            return _judged(_turned(rollout, event))
        case Tick(now_ms):
            rollout, effects = _judged(_silent(rollout, now_ms))
            return _opened(rollout, now_ms) if rollout.phase == "running" else (rollout, effects)
        case Paused():
            return replace(rollout, phase="paused"), ()
        case Resumed():
            return replace(rollout, phase="running"), ()
        case Aborted(reason):
            return _aborted(rollout, reason)
        case _:
            assert_never(event)


def _opened(rollout: Rollout, now_ms: int) -> tuple[Rollout, tuple[Effect, ...]]:
    reached = rollout.members[: rollout.opened]
    if all(one.standing in ("succeeded", "failed", "silent") for one in reached):
        if rollout.opened == len(rollout.members):
            return replace(rollout, phase="done"), ()
        if now_ms - max(one.at_ms for one in reached) < rollout.criteria.soak_s * 1000:
            return rollout, ()
        rollout = replace(rollout, stage=rollout.stage + 1)
    due = {one.kiosk for one in rollout.members[: rollout.opened] if one.standing == "waiting"}
    members = tuple(replace(one, standing="sent", at_ms=now_ms) if one.kiosk in due else one for one in rollout.members)
    return replace(rollout, members=members), tuple(Send(one.kiosk) for one in members if one.kiosk in due)


def _turned(rollout: Rollout, event: JobTurned) -> Rollout:
    """Take in how a job ended, or that it was heard of. One that ends well after all is not silent any more."""
    if event.status not in FINISHED:
        return _heard(rollout, event) if event.status == "IN_PROGRESS" else rollout
    standing: Standing = "succeeded" if event.status == "SUCCEEDED" else "failed"
    reason = "" if standing == "succeeded" else event.reason or event.status
    members = tuple(
        replace(one, standing=standing, reason=reason, at_ms=event.now_ms)
        if one.kiosk == event.kiosk and one.standing in ("sent", "silent")
        else one
        for one in rollout.members
    )
    return replace(rollout, members=members)


def _heard(rollout: Rollout, event: JobTurned) -> Rollout:
    members = tuple(
        replace(one, heard_ms=max(one.heard_ms, event.now_ms), waits=event.waits)
        if one.kiosk == event.kiosk and one.standing == "sent"
        else one
        for one in rollout.members
    )
    return replace(rollout, members=members)


def _silent(rollout: Rollout, now_ms: int) -> Rollout:
    patience_s = rollout.criteria.silent_s
    members = tuple(
        replace(one, standing="silent", reason="silent", at_ms=now_ms)
        if one.standing == "sent"
        and max(one.at_ms, one.heard_ms) <= now_ms - (max(patience_s, NIGHT_S) if one.waits else patience_s) * 1000
        else one
        for one in rollout.members
    )
    return replace(rollout, members=members)


def _judged(rollout: Rollout) -> tuple[Rollout, tuple[Effect, ...]]:
    harmed = rollout.count("failed", "silent")
    if harmed > rollout.criteria.most_failed:
        return _aborted(rollout, f"{harmed} kiosks failed or fell silent")
    return rollout, ()


def _aborted(rollout: Rollout, reason: str) -> tuple[Rollout, tuple[Effect, ...]]:
    # Who fell silent may come back within the job's time, and must not find it then.
    back = tuple(CallBack(one.kiosk) for one in rollout.members if one.standing in ("sent", "silent"))
    return replace(rollout, phase="aborted", reason=reason), back


def _place(rollout_id: str, kiosk: str) -> bytes:
    return hashlib.sha256(f"{rollout_id} {kiosk}".encode()).digest()

"""Who may look and speak, and whether anything may be seen: a plain reducer over what core, sync and the connections tell.

Only core grants. Everything fails closed: no grant, no answer; core gone, picture and view are blank at once and the
connections end `GRACE_MS` later; core back, it has to say anew what is allowed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, assert_never

from guitai.messages.takeover import VideoBlank, VideoGrant, VideoRevoke, VideoState, Viewer

GRACE_MS = 15_000
"""How long connections outlive core's own connection: it may only be starting anew."""

Refused = Literal["stranger", "no_consent", "two_viewers"]
Ended = Literal["revoked", "no_consent", "core_lost", "replaced"]
PeerState = Literal["connected", "failed", "closed"]


@dataclass(frozen=True, slots=True)
class CoreCame:
    """Core connected; it has told nothing yet."""


@dataclass(frozen=True, slots=True)
class CoreLeft:
    """Core's connection is gone."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class Offered:
    """Somebody wants to connect. `number` is new with each offer."""

    number: int
    escalation_id: str
    viewer: Viewer
    media: bool
    """Sound or picture is in the offer."""


@dataclass(frozen=True, slots=True)
class PeerChanged:
    """A connection's own state."""

    number: int
    state: PeerState


@dataclass(frozen=True, slots=True)
class Ticked:
    """Time passed."""

    at_ms: int


Happening = VideoGrant | VideoRevoke | VideoBlank | CoreCame | CoreLeft | Offered | PeerChanged | Ticked


@dataclass(frozen=True, slots=True)
class Accept:
    """Answer the offer."""

    number: int


@dataclass(frozen=True, slots=True)
class Refuse:
    """Do not answer the offer."""

    number: int
    reason: Refused


@dataclass(frozen=True, slots=True)
class HangUp:
    """End a connection and tell the browser why."""

    number: int
    reason: Ended


Effect = Accept | Refuse | HangUp | VideoState | VideoBlank
"""A VideoState is for core, a VideoBlank for the connections: what holds from now on."""


@dataclass(frozen=True, slots=True)
class Connection:
    """One that was answered and has not ended."""

    number: int
    escalation_id: str
    viewer: Viewer
    media: bool


@dataclass(frozen=True, slots=True)
class State:
    """All that is known. `blank` None: core has not said yet."""

    grant: VideoGrant | None = None
    connections: tuple[Connection, ...] = ()
    blank: VideoBlank | None = None
    core_left_ms: int | None = None

    @property
    def hidden(self) -> VideoBlank:
        """What holds now."""
        return VideoBlank(True, sound=True) if self.blank is None else self.blank


Step = tuple[State, tuple[Effect, ...]]


def step(state: State, happening: Happening) -> Step:
    """Return the next state and what is to be done. Pure."""
    match happening:
        case VideoGrant() as grant:
            return _within(replace(state, grant=grant, core_left_ms=None), "revoked")
        case VideoRevoke(escalation_id):
            named = state.grant is not None and state.grant.escalation_id == escalation_id
            return _within(replace(state, grant=None), "revoked") if named else (state, ())
        case VideoBlank() as blank:
            return _blanked(state, VideoBlank(blank.on, sound=blank.on and blank.sound))
        case CoreCame():
            return _blanked(state, None)
        case CoreLeft(at_ms):
            return _blanked(replace(state, core_left_ms=at_ms), None)
        case Offered() as offered:
            return _offered(state, offered)
        case PeerChanged(number, peer):
            return _changed(state, number, peer)
        case Ticked(at_ms):
            if state.core_left_ms is None or at_ms - state.core_left_ms < GRACE_MS:
                return state, ()
            return _within(replace(state, grant=None, core_left_ms=None), "core_lost")
        case _:
            assert_never(happening)


def _blanked(state: State, blank: VideoBlank | None) -> Step:
    after = replace(state, blank=blank)
    return after, () if after.hidden == state.hidden else (after.hidden,)


def _offered(state: State, offered: Offered) -> Step:
    grant = state.grant
    if grant is None or grant.escalation_id != offered.escalation_id or offered.viewer not in grant.viewers:
        return state, (Refuse(offered.number, "stranger"),)
    if offered.media and not grant.consent:
        return state, (Refuse(offered.number, "no_consent"),)
    others = [one for one in state.connections if one.viewer != offered.viewer]
    if any(one.viewer.role == offered.viewer.role for one in others):
        return state, (Refuse(offered.number, "two_viewers"),)
    before = [one for one in state.connections if one.viewer == offered.viewer]
    mine = Connection(offered.number, offered.escalation_id, offered.viewer, offered.media)
    ends = tuple(HangUp(one.number, "replaced") for one in before)
    return replace(state, connections=(*others, mine)), (*ends, Accept(offered.number))


def _changed(state: State, number: int, peer: PeerState) -> Step:
    one = next((one for one in state.connections if one.number == number), None)
    if one is None:
        return state, ()  # it was hung up already
    report = VideoState(one.escalation_id, one.viewer.id, peer)
    if peer == "connected":
        return state, (report,)
    return replace(state, connections=tuple(c for c in state.connections if c != one)), (report,)


def _within(state: State, reason: Ended) -> Step:
    """End the connections that the grant does not allow."""
    grant, kept, effects = state.grant, [], []
    for one in state.connections:
        if grant is None or one.escalation_id != grant.escalation_id or one.viewer not in grant.viewers:
            effects.append(HangUp(one.number, reason))
        elif one.media and not grant.consent:
            effects.append(HangUp(one.number, "no_consent"))
        else:
            kept.append(one)
    return replace(state, connections=tuple(kept)), tuple(effects)

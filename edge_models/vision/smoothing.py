"""From looks to edges, pure: hysteresis in size and time, so that a flickering detector says nothing.

All time comes from the looks' own stamps. An edge is given when the new state has held for its while without a break.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from edge_models.vision.looks import LABELS, Label, Look, Scene
from guitai.messages.face import (
    AttentionChanged,
    CameraState,
    CustomerApproached,
    CustomerLeft,
    ExpressionChanged,
    PhoneAtEar,
    SecondPerson,
)

SECOND_NS = 1_000_000_000

NEAR, STILL_NEAR = 0.15, 0.11
"""Height of a face in heights of the picture: about 1.4 m and 1.9 m before the usual lens."""
FACING = 0.6
CLOSE, STILL_CLOSE = 0.45, 0.35
"""Height of the second face in heights of the customer's: one behind the other's shoulder."""
FLUENT_GAP_NS = 2 * SECOND_NS
"""Nothing is known of a longer time between two looks; whiles start anew."""

EXPRESSION_MEMORY_S = 1.5
SURE, LEAD = 0.5, 0.15

HAND, STILL_HAND = 0.7, 0.5
"""How sure the palm detector must be of a hand at the ear, and from then on."""

FaceEvent = (
    AttentionChanged | PhoneAtEar | CustomerApproached | CustomerLeft | SecondPerson | ExpressionChanged | CameraState
)


@dataclass(frozen=True, slots=True)
class Latch:
    """A yes or no that changes only when the opposite has been seen for a while without a break."""

    on_after_ns: int
    off_after_ns: int
    on: bool = False
    since_ns: int | None = None
    """When the opposite was first seen; None while the state is confirmed."""

    def seen(self, value: bool, at_ns: int) -> Latch:
        """Return the latch after one more observation."""
        if value == self.on:
            return replace(self, since_ns=None)
        since_ns = at_ns if self.since_ns is None else self.since_ns
        if at_ns - since_ns >= (self.off_after_ns if self.on else self.on_after_ns):
            return replace(self, on=value, since_ns=None)
        return replace(self, since_ns=since_ns)


@dataclass(frozen=True, slots=True)
class Mood:
    """The expression, averaged over time, and the label last told."""

    shares: tuple[float, ...] = ()
    """Averaged probabilities in the order of LABELS; empty before the first."""

    told: Label = "neutral"
    rival: Label | None = None
    since_ns: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """Everything that is remembered from look to look: no pictures, no faces."""

    at_ns: int | None = None
    scene: Scene | None = None
    """None until the first is sure."""

    rival_scene: Scene | None = None
    scene_since_ns: int = 0
    presence: Latch = Latch(on_after_ns=600_000_000, off_after_ns=3 * SECOND_NS)
    company: Latch = Latch(on_after_ns=1 * SECOND_NS, off_after_ns=2 * SECOND_NS)
    attention: Latch = Latch(on_after_ns=SECOND_NS // 2, off_after_ns=3 * SECOND_NS // 2)
    phone: Latch = Latch(on_after_ns=3 * SECOND_NS, off_after_ns=3 * SECOND_NS)
    mood: Mood = Mood()


SCENE_AFTER_NS: dict[Scene, int] = {
    "ok": 0,
    "frozen": 3 * SECOND_NS,
    "covered": 2 * SECOND_NS,
    "missing": 3 * SECOND_NS,
}


def observe(state: State, look: Look) -> tuple[State, tuple[FaceEvent, ...]]:
    """Return the state after `look`, and the edges it brought. A look from the past changes nothing."""
    if state.at_ns is not None and look.at_ns < state.at_ns:
        return state, ()
    if state.at_ns is not None and look.at_ns - state.at_ns > FLUENT_GAP_NS:
        state = _start_whiles_anew(state)
    gap_ns = 0 if state.at_ns is None else look.at_ns - state.at_ns
    presence = state.presence.seen(_is_near(look, state.presence.on), look.at_ns)
    after = replace(
        _scene(state, look),
        at_ns=look.at_ns,
        presence=presence,
        company=_company(state.company, look, presence.on),
        attention=_attention(state.attention, look, presence.on),
        phone=_phone(state.phone, look, presence.on),
    )
    mood, told = _mood(state.mood if presence.on else Mood(), look, gap_ns)
    return replace(after, mood=mood), (*_edges(state, after), *told)


def _edges(before: State, after: State) -> tuple[FaceEvent, ...]:
    """Return what changed for certain, the camera first."""
    events: list[FaceEvent] = []
    if after.scene is not None and after.scene != before.scene:
        events.append(CameraState(after.scene))
    if after.presence.on != before.presence.on:
        events.append(CustomerApproached() if after.presence.on else CustomerLeft())
    if after.company.on != before.company.on:
        events.append(SecondPerson(after.company.on))
    if after.attention.on != before.attention.on:
        events.append(AttentionChanged(after.attention.on))
    if after.phone.on != before.phone.on:
        events.append(PhoneAtEar(after.phone.on))
    return tuple(events)


def present(state: State) -> tuple[FaceEvent, ...]:
    """Return the events that tell a newcomer how things stand; none before anything is known."""
    if state.scene is None:
        return ()
    events: list[FaceEvent] = [CameraState(state.scene)]
    events.append(CustomerApproached() if state.presence.on else CustomerLeft())
    if state.company.on:
        events.append(SecondPerson(True))
    if state.attention.on:
        events.append(AttentionChanged(True))
    if state.phone.on:
        events.append(PhoneAtEar(True))
    return tuple(events)


def forget_expression(state: State) -> State:
    """Return the state without any trace of an expression: consent ended."""
    return replace(state, mood=Mood())


def _start_whiles_anew(state: State) -> State:
    return replace(
        state,
        rival_scene=None,
        presence=replace(state.presence, since_ns=None),
        company=replace(state.company, since_ns=None),
        attention=replace(state.attention, since_ns=None),
        phone=replace(state.phone, since_ns=None),
        mood=replace(state.mood, shares=(), rival=None),
    )


def _scene(state: State, look: Look) -> State:
    """A camera is fine at once, and broken only after a while."""
    if look.scene == state.scene:
        return replace(state, rival_scene=None)
    since_ns = state.scene_since_ns if state.rival_scene == look.scene else look.at_ns
    if look.at_ns - since_ns >= SCENE_AFTER_NS[look.scene]:
        return replace(state, scene=look.scene, rival_scene=None)
    return replace(state, rival_scene=look.scene, scene_since_ns=since_ns)


def _is_near(look: Look, already: bool) -> bool:
    """A blind camera sees nobody: presence must not outlive the eyes that vouch for it."""
    if look.scene != "ok" or not look.faces:
        return False
    nearest = look.faces[0]
    size = nearest.height / look.picture_height
    return size >= STILL_NEAR if already else size >= NEAR and nearest.turned <= FACING


def _company(latch: Latch, look: Look, somebody: bool) -> Latch:
    """Nobody can stand behind nobody; while a face is merely lost, company stays what it was."""
    if not somebody:
        return replace(latch, on=False, since_ns=None)
    if not look.faces:
        return replace(latch, since_ns=None)
    second = look.faces[1].height / look.faces[0].height if len(look.faces) > 1 else 0.0
    return latch.seen(second >= (STILL_CLOSE if latch.on else CLOSE), look.at_ns)


def _attention(latch: Latch, look: Look, somebody: bool) -> Latch:
    """Who is not there, or whose face is hidden, does not look."""
    return latch.seen(look.looking, look.at_ns) if somebody else replace(latch, on=False, since_ns=None)


def _phone(latch: Latch, look: Look, somebody: bool) -> Latch:
    """A hand at the ear for seconds; a look that did not search for one says nothing."""
    if not somebody:
        return replace(latch, on=False, since_ns=None)
    if look.hand_at_ear is None:
        return latch
    return latch.seen(look.hand_at_ear >= (STILL_HAND if latch.on else HAND), look.at_ns)


def _mood(mood: Mood, look: Look, gap_ns: int) -> tuple[Mood, tuple[ExpressionChanged, ...]]:
    if look.expression is None:
        return mood, ()
    now = tuple(look.expression[label] for label in LABELS)
    share = min(1.0, gap_ns / SECOND_NS / EXPRESSION_MEMORY_S) if mood.shares else 1.0
    shares = tuple(old + share * (new - old) for old, new in zip(mood.shares or now, now, strict=True))
    best = max(range(len(LABELS)), key=lambda i: shares[i])
    label = LABELS[best]
    ahead = shares[best] - shares[LABELS.index(mood.told)]
    if label == mood.told or shares[best] < SURE or ahead < LEAD:
        return replace(mood, shares=shares, rival=None), ()
    if label != mood.rival:
        return replace(mood, shares=shares, rival=label, since_ns=look.at_ns), ()
    if look.at_ns - mood.since_ns < SECOND_NS:
        return replace(mood, shares=shares), ()
    return Mood(shares, label), (ExpressionChanged(label, round(shares[best], 3)),)

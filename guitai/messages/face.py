"""Face: edge-triggered observations, never frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from guitai.messages.codec import event

CONSENT, VERIFY, LIVENESS = "guitai-consent", "guitai-verify", "guitai-liveness"
"""Frames core sends to the eyes. Consent: ``expression`` and ``identity``, true or false. Verify: ``request_id``, and the
photo from the ID card as payload. Liveness: ``request_id``, ``challenges`` in the order to ask them, ``limit_s``."""

Challenge = Literal["blink", "open_mouth", "turn_left", "turn_right"]
"""Left and right are the person's own."""
Expression = Literal["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]


@event("face.approached")
@dataclass(frozen=True, slots=True)
class CustomerApproached:
    """Somebody stands before the kiosk and faces it."""


@event("face.left")
@dataclass(frozen=True, slots=True)
class CustomerLeft:
    """Nobody has been before the kiosk for a while."""


@event("face.company")
@dataclass(frozen=True, slots=True)
class SecondPerson:
    """A second person came close behind, or left."""

    close: bool


@event("face.phone")
@dataclass(frozen=True, slots=True)
class PhoneAtEar:
    """A phone is held to the ear, or no longer."""

    held: bool


@event("face.expression")
@dataclass(frozen=True, slots=True)
class ExpressionChanged:
    """The smoothed expression changed. Manner only, never R; only with consent."""

    label: Expression
    score: float


@event("face.camera")
@dataclass(frozen=True, slots=True)
class CameraState:
    """The camera is fine, frozen, covered or missing."""

    state: Literal["ok", "frozen", "covered", "missing"]


@event("face.attention")
@dataclass(frozen=True, slots=True)
class AttentionChanged:
    """The customer looks at the screen, or no longer."""

    looking: bool


@event("face.identity")
@dataclass(frozen=True, slots=True)
class IdentityChecked:
    """Whether the person before the kiosk is the one on the ID card's photo. Answers one verify command."""

    request_id: str
    match: bool
    score: float
    """Cosine of the faces, 0 when they could not be compared."""

    reason: Literal["same", "different", "card_unreadable", "no_face_on_card", "no_live_face"]
    took_ms: int


@event("face.challenge")
@dataclass(frozen=True, slots=True)
class ChallengeAsked:
    """The customer should do this now, the `number`th of `of`; after a restart the first is asked again."""

    request_id: str
    challenge: Challenge
    number: int
    of: int


@event("face.liveness")
@dataclass(frozen=True, slots=True)
class LivenessChecked:
    """Whether every challenge was met in time by one face. It does not stop a mask or a replayed video."""

    request_id: str
    passed: bool
    reason: Literal["passed", "too_slow", "wrong_way", "face_lost"]

"""Face: edge-triggered observations, never frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from guitai.messages.codec import event

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

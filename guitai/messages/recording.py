"""Recording: sound and pictures of an offer and of the customer's consent (双录), made where microphone and camera are.

The recording itself never is an event: an event tells its name, its hash and where it lies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from guitai.messages.codec import effect, event

Retention = Literal["sale", "service"]
"""How long it is kept: `sale`, six months beyond the end of the product that was sold, or longer where a law says so;
`service`, of a talk with a teller, as long as a dispute about it may come: six months."""


@effect("recording.begin")
@dataclass(frozen=True, slots=True)
class BeginRecording:
    """Record from now on. Nothing is recorded before the customer has agreed to it."""

    request_id: str
    recording_id: str
    retention: Retention = "sale"


@effect("recording.end")
@dataclass(frozen=True, slots=True)
class EndRecording:
    """Finish the recording and keep it."""

    request_id: str
    recording_id: str


@effect("recording.discard")
@dataclass(frozen=True, slots=True)
class DiscardRecording:
    """Forget the recording: nothing came of it."""

    recording_id: str


@event("recording.began")
@dataclass(frozen=True, slots=True)
class RecordingBegan:
    """Sound and pictures are being recorded."""

    request_id: str
    recording_id: str


@event("recording.finished")
@dataclass(frozen=True, slots=True)
class RecordingFinished:
    """The recording is whole, encrypted and on the disk."""

    request_id: str
    recording_id: str
    sha256: str
    """Of its manifest, which holds the hash of every chunk."""

    duration_ms: int
    size_bytes: int
    """Of all chunks, as they lie on the disk."""

    place: str
    """Its folder, below the state folder of the process that made it."""


@event("recording.failed")
@dataclass(frozen=True, slots=True)
class RecordingFailed:
    """There is no recording; what was recorded is gone."""

    request_id: str
    code: str

"""Any Wyoming recogniser by URI."""

from __future__ import annotations

from edge_models.speech.asr import Transcript
from edge_models.speech.audio import RATE_HZ, Samples
from edge_models.speech.client import connected
from guitai.messages.voice import ListenMode

_CHUNK_BYTES = 32_000
_FORMAT = {"rate": RATE_HZ, "width": 2, "channels": 1}
_ASSUMED_CONFIDENCE = 0.8
"""Wyoming carries no confidence."""


class RemoteRecogniser:
    """The engine. One connection an utterance."""

    name = "remote"

    def __init__(self, uri: str) -> None:
        self._uri = uri

    def transcribe(self, utterance: Samples, mode: ListenMode) -> Transcript:
        """Return the server's transcript. Raises GuitaiError ``speech.remote_failed``."""
        body = utterance.astype("<i2").tobytes()
        with connected(self._uri) as server:
            server.send("transcribe", language="zh")
            server.send("audio-start", **_FORMAT)
            for at in range(0, len(body), _CHUNK_BYTES):
                server.send("audio-chunk", body[at : at + _CHUNK_BYTES], **_FORMAT)
            server.send("audio-stop")
            for frame in server.frames():
                if frame.type == "transcript":
                    text = str(frame.data.get("text", "")).strip()
                    return Transcript(text, _ASSUMED_CONFIDENCE if text else 0.0)
        return Transcript("", 0.0)
